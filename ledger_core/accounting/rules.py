"""The posting rules, one table: each event's legs, by name of quantity.

Source: DOMAIN §3, row by row.  A leg says which side of which family takes which quantity; a quantity of
zero makes no leg, and a negative one moves to the other side.  What the quantities are is computed in
``events`` and by the runs; that every rule balances within each fund whatever they are is shown by its test.
A *part* is a row of the table that is posted within the entry of another.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ledger_core.accounting import chart
from ledger_core.accounting.terms import BUCKETS

if TYPE_CHECKING:
    from ledger_core.accounting.chart import Family


class Leg(NamedTuple):
    """One posting of a rule: ``side`` is +1 for a debit and -1 for a credit; ``far`` at a transfer's other bank."""

    side: int
    family: Family
    quantity: str
    far: bool = False


class Rule(NamedTuple):
    """A row of the table; ``of`` is the event whose entry it makes or, as a part, belongs to: its own if empty."""

    name: str
    title: str
    legs: tuple[Leg, ...] = ()
    note: str = ""
    of: str = ""
    part: bool = False

    @property
    def event(self) -> str:
        """The ``event:`` of the entry."""
        return self.of or self.name

    @property
    def quantities(self) -> tuple[str, ...]:
        """The names of the quantities that the rule posts, each once."""
        return tuple(dict.fromkeys(leg.quantity for leg in self.legs))


def dr(family: Family, quantity: str = "amount", *, far: bool = False) -> Leg:
    """A debit."""
    return Leg(1, family, quantity, far)


def cr(family: Family, quantity: str = "amount", *, far: bool = False) -> Leg:
    """A credit."""
    return Leg(-1, family, quantity, far)


def _part(name: str, title: str, legs: tuple[Leg, ...], note: str = "", of: str = "receipt") -> Rule:
    return Rule(name, title, legs, note, of, part=True)


_DOWN = tuple(cr(chart.OUTSTANDING[bucket], bucket) for bucket in BUCKETS)
_UP = tuple(dr(chart.OUTSTANDING[bucket], bucket) for bucket in BUCKETS)
_COLLECTED = (dr(chart.COLLECTED_PAA, "gross"), *_DOWN)
_OVERPAID = (cr(chart.DEBTOR_REFUND, "overpaid"),)
_ON_HOLD = (cr(chart.CLIENT_HELD, "held"),)
_WITHHELD = (
    dr(chart.CLIENT_PAYABLE, "withheld"),
    cr(chart.UNDRAWN_FEES, "withheld"),
    dr(chart.DUE_FROM_TRUST, "withheld"),
)
_INVOICED = (dr(chart.RECEIVABLE, "invoiced"),)
_EARNED = (cr(chart.COMMISSION_PAA, "commission"), cr(chart.OUTPUT_VAT, "vat"))
_RECOVERED = (cr(chart.COSTS_ADVANCED, "recovered"), cr(chart.COSTS_IRRECOVERABLE, "recovered_loss"))
_ASTRAY = (dr(chart.UNDRAWN_FEES, "astray"), cr(chart.DUE_FROM_TRUST, "astray"))


def _received(*money: Leg) -> tuple[Leg, ...]:
    """A receipt: where the money is, whose it is, what was earned of it, and what it takes off the debt."""
    whose = (cr(chart.CLIENT_PAYABLE, "good"), *_ON_HOLD, *_OVERPAID)
    return (*money, *whose, *_WITHHELD, *_INVOICED, *_EARNED, *_RECOVERED, *_COLLECTED)


_MONEY = (dr(chart.TRUST_BANK, "received"), dr(chart.OPERATING_BANK, "astray"))

TABLE = (
    Rule("opening", "opening balances 期初余额", note="the accounts of [opening]"),
    Rule("placement", "placement 委案", (*_UP, cr(chart.PLACED))),
    Rule("placement_adjustment", "correction of the debt, up or down 余额调整", (*_UP, cr(chart.ADJUSTED))),
    Rule("interest_accrual", "interest accrued 计息", (dr(chart.OUTSTANDING["interest"]), cr(chart.INTEREST_ACCRUED))),
    Rule(
        "cost_advanced",
        "cost advanced by the agency 垫付",
        (
            dr(chart.COSTS_ADVANCED, "own"),
            cr(chart.OPERATING_BANK, "own"),
            dr(chart.COST_DEPOSIT, "deposit"),
            cr(chart.TRUST_BANK, "deposit"),
            dr(chart.OUTSTANDING["court_costs"]),
            cr(chart.COSTS_ADDED),
        ),
    ),
    Rule("cost_deposit", "the client pays costs in advance 预付费用", (dr(chart.TRUST_BANK), cr(chart.COST_DEPOSIT))),
    _part(
        "deposit_spent",
        "· cost paid out of the client's deposit 预付支出",
        (
            dr(chart.COST_DEPOSIT, "deposit"),
            cr(chart.TRUST_BANK, "deposit"),
            dr(chart.OUTSTANDING["court_costs"]),
            cr(chart.COSTS_ADDED),
        ),
        "no advance of the agency",
        "cost_advanced",
    ),
    Rule(
        "deposit_return", "rest of a deposit back to the client 退预付", (dr(chart.COST_DEPOSIT), cr(chart.TRUST_BANK))
    ),
    Rule(
        "cost_billed", "advanced cost billed to the client 费用转账单", (dr(chart.RECEIVABLE), cr(chart.COSTS_ADVANCED))
    ),
    Rule("receipt", "receipt, with fee and recovered cost 收款", _received(*_MONEY, *_ASTRAY)),
    _part("fee_withheld", "· fee on it, withheld 佣金内扣", (*_WITHHELD, *_EARNED)),
    _part("fee_invoiced", "· fee on it, invoiced 佣金开票", (*_INVOICED, *_EARNED)),
    _part(
        "cost_recovered", "· recovery of an advanced cost 垫付收回", (*_WITHHELD, *_INVOICED, *_RECOVERED), "as the fee"
    ),
    _part("receipt_on_hold", "· on hold: not good yet, no fee 清算期", (*_MONEY[:1], *_ON_HOLD, *_COLLECTED)),
    Rule(
        "cleared",
        "held money is good: the client's, fee and cost taken 清算完成",
        (
            dr(chart.CLIENT_HELD, "gross"),
            cr(chart.CLIENT_PAYABLE, "gross"),
            *_WITHHELD,
            *_INVOICED,
            *_EARNED,
            *_RECOVERED,
        ),
        "on the release date, as fixed at the receipt",
    ),
    Rule(
        "direct_payment",
        "payment direct to the client 直付",
        (
            *_INVOICED,
            cr(chart.COMMISSION_PDC, "commission"),
            cr(chart.OUTPUT_VAT, "vat"),
            *_RECOVERED,
            dr(chart.COLLECTED_PDC, "gross"),
            *_DOWN,
        ),
        "what goes beyond the balance is noted, never posted",
    ),
    Rule("unidentified", "unidentified receipt 待认领", (dr(chart.TRUST_BANK), cr(chart.UNIDENTIFIED))),
    Rule("identified", "unknown money given to a case 认领", _received(dr(chart.UNIDENTIFIED, "received"))),
    _part(
        "overpayment", "· part of a receipt beyond the balance 多付", (*_MONEY[:1], *_OVERPAID), "no commission on it"
    ),
    Rule(
        "refund",
        "overpayment or unidentified money paid back 退款",
        (dr(chart.DEBTOR_REFUND, "overpaid"), dr(chart.UNIDENTIFIED, "unidentified"), cr(chart.TRUST_BANK)),
    ),
    Rule(
        "forwarder_receipt",
        "receipt by a forwarder, gross or net of what it kept 转委托回款",
        (
            dr(chart.TRUST_BANK, "received"),
            dr(chart.FORWARDER_FEES, "kept"),
            cr(chart.CLIENT_PAYABLE, "gross"),
            *_OVERPAID,
            dr(chart.CLIENT_PAYABLE, "withheld"),
            cr(chart.UNDRAWN_FEES, "withheld_net"),
            dr(chart.DUE_FROM_TRUST, "withheld_net"),
            cr(chart.COMMISSION_FORWARDED, "commission"),
            cr(chart.OUTPUT_VAT, "vat"),
            *_RECOVERED,
            *_COLLECTED,
        ),
        "withheld in every remittance mode",
    ),
    Rule("returned_payment", "payment that came back 退票", note="the exact negation of all entries of the receipt"),
    _part(
        "returned_unidentified",
        "· of an unidentified receipt 待认领退票",
        (dr(chart.UNIDENTIFIED), cr(chart.TRUST_BANK)),
        "the negation of its booking",
        "returned_payment",
    ),
    Rule(
        "returned_unknown",
        "· of a receipt that we do not know 无主退票",
        (
            dr(chart.CLIENT_PAYABLE, "client"),
            dr(chart.UNDRAWN_FEES, "nobody"),
            dr(chart.RETURNS_IRRECOVERABLE, "nobody"),
            cr(chart.TRUST_BANK),
            cr(chart.DUE_FROM_TRUST, "nobody"),
        ),
        "given to a client by a person, or to nobody",
        "returned_payment",
    ),
    Rule("reversal", "correction 冲正", note="the exact negation of one entry"),
    Rule(
        "payment_back",
        "remittance or refund of ours that came back 划付退回",
        (
            dr(chart.TRUST_BANK),
            cr(chart.CLIENT_PAYABLE, "client"),
            cr(chart.DEBTOR_REFUND, "overpaid"),
            cr(chart.UNIDENTIFIED, "unidentified"),
        ),
    ),
    Rule(
        "cure",
        "trust made good from operating 补足",
        (
            dr(chart.TRUST_BANK),
            cr(chart.UNDRAWN_FEES, "own"),
            cr(chart.CLIENT_PAYABLE, "client"),
            cr(chart.DEBTOR_REFUND, "refund"),
            cr(chart.UNIDENTIFIED, "unidentified"),
            dr(chart.DUE_FROM_TRUST, "own"),
            dr(chart.RECEIVABLE, "client"),
            dr(chart.REFUNDS_IRRECOVERABLE, "refund"),
            dr(chart.REFUNDS_IRRECOVERABLE, "unidentified"),
            cr(chart.OPERATING_BANK),
        ),
    ),
    Rule(
        "offset",
        "receivable taken from the client's money 抵扣",
        (dr(chart.CLIENT_PAYABLE), cr(chart.UNDRAWN_FEES), dr(chart.DUE_FROM_TRUST), cr(chart.RECEIVABLE)),
    ),
    Rule("remittance", "remittance to the client 回款划付", (dr(chart.CLIENT_PAYABLE), cr(chart.TRUST_BANK))),
    Rule(
        "sweep",
        "earned fees from trust to operating 划转",
        (dr(chart.UNDRAWN_FEES), cr(chart.TRUST_BANK), dr(chart.OPERATING_BANK), cr(chart.DUE_FROM_TRUST)),
    ),
    Rule("remittance_run", "a remittance run was made 划付批次", note="which money it was for, no posting"),
    Rule("fee_document", "fee document 费用单", note="a numbered document, no posting"),
    Rule("credit_note", "credit note 红字单", note="a numbered document, no posting"),
    Rule("invoice", "invoice 账单", note="a numbered document, no posting"),
    Rule("client_payment", "the client pays an invoice 委托方付款", (dr(chart.OPERATING_BANK), cr(chart.RECEIVABLE))),
    Rule(
        "client_payment_into_trust",
        "· into trust by mistake 误入专户",
        (dr(chart.TRUST_BANK), dr(chart.DUE_FROM_TRUST), cr(chart.UNDRAWN_FEES), cr(chart.RECEIVABLE)),
        of="client_payment",
    ),
    _part(
        "receipt_into_operating",
        "receipt into operating by mistake 误入自有账户",
        (*_MONEY[1:], *_ASTRAY, cr(chart.CLIENT_PAYABLE, "good"), *_COLLECTED),
        "the debit on UndrawnFees is cured the same day",
    ),
    Rule("client_credit", "a receivable in credit repaid 退还委托方", (dr(chart.RECEIVABLE), cr(chart.OPERATING_BANK))),
    Rule(
        "operating_entry",
        "within operating: rent, wages, capital, input VAT … 自有资金分录",
        (dr(chart.TO_ACCOUNT), cr(chart.FROM_ACCOUNT)),
    ),
    Rule("suspense", "unknown money on an operating bank 暂记", (dr(chart.OPERATING_BANK), cr(chart.SUSPENSE))),
    Rule("settlement", "rest waived in settlement 折扣结清", (dr(chart.SETTLEMENT_WAIVED), *_DOWN)),
    Rule("write_off", "write-off of the client's debt 核销", (dr(chart.WRITTEN_OFF), *_DOWN)),
    Rule(
        "cost_write_off",
        "the agency gives up its own advance 垫付核销",
        (dr(chart.COSTS_IRRECOVERABLE), cr(chart.COSTS_ADVANCED)),
    ),
    Rule("recall", "recall by the client 撤案", (dr(chart.RECALLED), *_DOWN)),
    Rule("close_return", "the agency gives the case back 退案", (dr(chart.RECALLED), *_DOWN)),
    Rule("judgment", "judgment: each bucket at its new balance 判决", (*_UP, cr(chart.ADJUSTED))),
    Rule("asset_sale", "proceeds of an asset, net of the sale's costs 拍卖款", _received(*_MONEY, *_ASTRAY)),
    Rule(
        "collector_commission",
        "a collector's commission 提成",
        (dr(chart.COLLECTOR_COMMISSION), cr(chart.COLLECTOR_LIABILITY)),
        "negated when the payment is returned",
    ),
    Rule("collector_paid", "collectors paid 提成发放", (dr(chart.COLLECTOR_LIABILITY), cr(chart.OPERATING_BANK))),
    Rule(
        "forwarder_share",
        "a forwarder's share of a gross receipt 转委托分成",
        (
            dr(chart.UNDRAWN_FEES),
            dr(chart.FORWARDER_FEES),
            cr(chart.FORWARDER_PAYABLE),
            cr(chart.DUE_FROM_TRUST),
        ),
    ),
    Rule("forwarder_paid", "a forwarder paid 转委托付款", (dr(chart.FORWARDER_PAYABLE), cr(chart.TRUST_BANK))),
    Rule("case_change", "stage, level, asset type, rate or place of a case 案件变更", note="dated, no posting"),
    Rule(
        "unclaimed",
        "money that nobody claims 无人认领款",
        (
            dr(chart.DEBTOR_REFUND, "overpaid"),
            dr(chart.UNIDENTIFIED, "unidentified"),
            dr(chart.CLIENT_PAYABLE, "client"),
            cr(chart.UNCLAIMED),
        ),
    ),
    Rule("escheat", "unclaimed money to the state 无人认领款上缴", (dr(chart.UNCLAIMED), cr(chart.TRUST_BANK))),
    Rule(
        "trust_transfer",
        "between two trust banks 专户间划转",
        (
            dr(chart.TRUST_BANK, far=True),
            cr(chart.TRUST_BANK),
            *(
                leg
                for family, name in (
                    (chart.CLIENT_PAYABLE, "client"),
                    (chart.DEBTOR_REFUND, "overpaid"),
                    (chart.UNIDENTIFIED, "unidentified"),
                    (chart.UNDRAWN_FEES, "undrawn"),
                )
                for leg in (dr(family, name), cr(family, name, far=True))
            ),
        ),
        "a client's money, a debtor's, a line's, else undrawn fees",
    ),
    Rule("bank_charge", "bank charge on operating 银行手续费", (dr(chart.BANK_CHARGES), cr(chart.OPERATING_BANK))),
    Rule(
        "bank_charge_on_trust",
        "· on trust, out of the agency's undrawn fees 专户手续费",
        (dr(chart.UNDRAWN_FEES), dr(chart.BANK_CHARGES), cr(chart.TRUST_BANK), cr(chart.DUE_FROM_TRUST)),
        "a debit left is cured",
        "bank_charge",
    ),
    Rule(
        "trust_interest",
        "interest on a trust bank 专户利息",
        (
            dr(chart.TRUST_BANK),
            dr(chart.DUE_FROM_TRUST, "agency"),
            cr(chart.UNDRAWN_FEES, "agency"),
            cr(chart.TRUST_INTEREST, "agency"),
            cr(chart.UNIDENTIFIED, "unidentified"),
        ),
        "whose it is says [trust] interest",
    ),
    Rule("payment_plan", "payment plan 分期还款计划", note="evidence for matching, and kept or broken; no posting"),
    Rule("promise_to_pay", "promise to pay 还款承诺", note="evidence for matching, and kept or broken; no posting"),
    Rule("vat_paid", "output VAT paid 缴纳增值税", (dr(chart.OUTPUT_VAT), cr(chart.OPERATING_BANK))),
)
"""Every row, in the order of DOMAIN §3."""

RULES: dict[str, Rule] = {rule.name: rule for rule in TABLE if not rule.part}
"""Every posting rule by its name, which is its event's but for events that post in two ways."""
