"""The posting rules, one table: each event's legs, by name of quantity.

Source: DOMAIN §3.  A leg says which side of which family takes which quantity; a quantity of zero
makes no leg, and a negative one moves to the other side.  What the quantities are is computed in
``events``; that every rule balances within each fund whatever they are is shown by its test.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ledger_core.accounting import chart
from ledger_core.accounting.terms import BUCKETS

if TYPE_CHECKING:
    from ledger_core.accounting.chart import Family


class Leg(NamedTuple):
    """One posting of a rule: ``side`` is +1 for a debit and -1 for a credit."""

    side: int
    family: Family
    quantity: str


class Rule(NamedTuple):
    """The entry that one event makes."""

    event: str
    title: str
    legs: tuple[Leg, ...]
    note: str = ""

    @property
    def quantities(self) -> tuple[str, ...]:
        """The names of the quantities that the rule posts, each once."""
        return tuple(dict.fromkeys(leg.quantity for leg in self.legs))


def dr(family: Family, quantity: str) -> Leg:
    """A debit."""
    return Leg(1, family, quantity)


def cr(family: Family, quantity: str) -> Leg:
    """A credit."""
    return Leg(-1, family, quantity)


_OUTSTANDING_DOWN = tuple(cr(chart.OUTSTANDING[bucket], bucket) for bucket in BUCKETS)
_OUTSTANDING_UP = tuple(dr(chart.OUTSTANDING[bucket], bucket) for bucket in BUCKETS)
_COLLECTED = (dr(chart.COLLECTED_PAA, "gross"), *_OUTSTANDING_DOWN)

# The fee and the recovered cost of money in trust: withheld from the client, or invoiced to it.
_EARNED_FROM_TRUST = (
    dr(chart.CLIENT_PAYABLE, "withheld"),
    cr(chart.UNDRAWN_FEES, "withheld"),
    dr(chart.DUE_FROM_TRUST, "withheld"),
    dr(chart.RECEIVABLE, "invoiced"),
    cr(chart.COMMISSION_PAA, "commission"),
    cr(chart.OUTPUT_VAT, "vat"),
    cr(chart.COSTS_ADVANCED, "recovered"),
    cr(chart.COSTS_IRRECOVERABLE, "recovered_loss"),
)

_TABLE = (
    Rule("opening", "opening balances 期初余额", (), "the accounts of [opening]"),
    Rule("placement", "placement 委案", (*_OUTSTANDING_UP, cr(chart.PLACED, "amount"))),
    Rule(
        "cost_advanced",
        "cost advanced by the agency 垫付",
        (
            dr(chart.COSTS_ADVANCED, "amount"),
            cr(chart.OPERATING_BANK, "amount"),
            dr(chart.OUTSTANDING["court_costs"], "amount"),
            cr(chart.COSTS_ADDED, "amount"),
        ),
    ),
    Rule(
        "receipt",
        "receipt, with fee and recovered cost 收款",
        (
            dr(chart.TRUST_BANK, "amount"),
            cr(chart.CLIENT_PAYABLE, "gross"),
            cr(chart.DEBTOR_REFUND, "overpaid"),
            *_EARNED_FROM_TRUST,
            *_COLLECTED,
        ),
    ),
    Rule(
        "direct_payment",
        "payment direct to the client 直付",
        (
            dr(chart.RECEIVABLE, "invoiced"),
            cr(chart.COMMISSION_PDC, "commission"),
            cr(chart.OUTPUT_VAT, "vat"),
            cr(chart.COSTS_ADVANCED, "recovered"),
            cr(chart.COSTS_IRRECOVERABLE, "recovered_loss"),
            dr(chart.COLLECTED_PDC, "gross"),
            *_OUTSTANDING_DOWN,
        ),
        "what goes beyond the balance is noted, never posted",
    ),
    Rule(
        "forwarder_receipt",
        "receipt by a forwarder, net of what it kept 转委托回款",
        (
            dr(chart.TRUST_BANK, "received"),
            dr(chart.FORWARDER_FEES, "kept"),
            cr(chart.CLIENT_PAYABLE, "gross"),
            cr(chart.DEBTOR_REFUND, "overpaid"),
            dr(chart.CLIENT_PAYABLE, "withheld"),
            cr(chart.UNDRAWN_FEES, "withheld_net"),
            dr(chart.DUE_FROM_TRUST, "withheld_net"),
            cr(chart.COMMISSION_FORWARDED, "commission"),
            cr(chart.OUTPUT_VAT, "vat"),
            cr(chart.COSTS_ADVANCED, "recovered"),
            cr(chart.COSTS_IRRECOVERABLE, "recovered_loss"),
            *_COLLECTED,
        ),
        "withheld in every remittance mode",
    ),
    Rule(
        "unidentified",
        "unidentified receipt 待认领",
        (dr(chart.TRUST_BANK, "amount"), cr(chart.UNIDENTIFIED, "amount")),
    ),
    Rule(
        "identified",
        "unidentified receipt given to a case 认领",
        (
            dr(chart.UNIDENTIFIED, "amount"),
            cr(chart.CLIENT_PAYABLE, "gross"),
            cr(chart.DEBTOR_REFUND, "overpaid"),
            *_EARNED_FROM_TRUST,
            *_COLLECTED,
        ),
    ),
    Rule(
        "suspense",
        "unknown money on an operating bank 暂记",
        (dr(chart.OPERATING_BANK, "amount"), cr(chart.SUSPENSE, "amount")),
    ),
    Rule(
        "refund",
        "overpayment or unidentified money paid back 退款",
        (
            dr(chart.DEBTOR_REFUND, "overpaid"),
            dr(chart.UNIDENTIFIED, "unidentified"),
            cr(chart.TRUST_BANK, "amount"),
        ),
    ),
    Rule("returned_payment", "payment that came back 退票", (), "the exact negation of all entries of the receipt"),
    Rule("reversal", "correction 冲正", (), "the exact negation of one entry"),
    Rule(
        "cure",
        "trust made good from operating 补足",
        (
            dr(chart.TRUST_BANK, "amount"),
            cr(chart.UNDRAWN_FEES, "own"),
            cr(chart.CLIENT_PAYABLE, "client"),
            cr(chart.DEBTOR_REFUND, "refund"),
            dr(chart.DUE_FROM_TRUST, "own"),
            dr(chart.RECEIVABLE, "client"),
            dr(chart.REFUNDS_IRRECOVERABLE, "refund"),
            cr(chart.OPERATING_BANK, "amount"),
        ),
    ),
    Rule(
        "offset",
        "receivable taken from the client's money 抵扣",
        (
            dr(chart.CLIENT_PAYABLE, "amount"),
            cr(chart.UNDRAWN_FEES, "amount"),
            dr(chart.DUE_FROM_TRUST, "amount"),
            cr(chart.RECEIVABLE, "amount"),
        ),
    ),
    Rule(
        "remittance",
        "remittance to the client 回款划付",
        (dr(chart.CLIENT_PAYABLE, "amount"), cr(chart.TRUST_BANK, "amount")),
    ),
    Rule(
        "sweep",
        "earned fees from trust to operating 划转",
        (
            dr(chart.UNDRAWN_FEES, "amount"),
            cr(chart.TRUST_BANK, "amount"),
            dr(chart.OPERATING_BANK, "amount"),
            cr(chart.DUE_FROM_TRUST, "amount"),
        ),
    ),
    Rule("remittance_run", "a remittance run was made 划付批次", (), "which money it was for, no posting"),
    Rule("fee_document", "fee document 费用单", (), "a numbered document, no posting"),
    Rule("credit_note", "credit note 红字单", (), "a numbered document, no posting"),
    Rule("invoice", "invoice 账单", (), "a numbered document, no posting"),
    Rule(
        "client_payment",
        "the client pays an invoice 委托方付款",
        (dr(chart.OPERATING_BANK, "amount"), cr(chart.RECEIVABLE, "amount")),
    ),
    Rule(
        "bank_charge",
        "bank charge 银行手续费",
        (
            dr(chart.BANK_CHARGES, "amount"),
            cr(chart.OPERATING_BANK, "operating"),
            dr(chart.UNDRAWN_FEES, "trust"),
            cr(chart.TRUST_BANK, "trust"),
            cr(chart.DUE_FROM_TRUST, "trust"),
        ),
        "on a trust bank out of the agency's own undrawn fees",
    ),
    Rule(
        "settlement", "rest waived in settlement 折扣结清", (dr(chart.SETTLEMENT_WAIVED, "amount"), *_OUTSTANDING_DOWN)
    ),
    Rule("write_off", "write-off of the client's debt 核销", (dr(chart.WRITTEN_OFF, "amount"), *_OUTSTANDING_DOWN)),
    Rule("recall", "recall by the client 撤案", (dr(chart.RECALLED, "amount"), *_OUTSTANDING_DOWN)),
)

RULES: dict[str, Rule] = {rule.event: rule for rule in _TABLE}
"""Every posting rule by its event."""
