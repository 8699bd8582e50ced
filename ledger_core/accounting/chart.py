"""The chart of accounts: families of accounts, the fund of each, and names made from ids.

Source: DOMAIN §2.  A family is a name with ``{client}``, ``{bank}`` or ``{forwarder}`` left open.
Every account belongs to exactly one fund, told by its name alone.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from ledger_core.accounting.terms import BUCKETS

Fund = Literal["trust", "operating", "memo"]

MEMO_SUFFIX = ".D"
"""The memo commodity of CNY is CNY.D: placed debt can never balance against cash."""


class Family(NamedTuple):
    """Accounts that differ by client, bank or forwarder only."""

    template: str

    @property
    def fund(self) -> Fund:
        """The fund that every account of the family belongs to."""
        return fund_of(self.template)

    def name(self, *, client: str = "", bank: str = "", forwarder: str = "", source: str = "", target: str = "") -> str:
        """The account of these ids; an id that the family needs must not be empty."""
        name = self.template.format(client=client, bank=bank, forwarder=forwarder, source=source, target=target)
        assert name and not name.endswith(":") and "::" not in name, name  # noqa: PT018 - one fact: the name is whole
        return name


def fund_of(account: str) -> Fund:
    """The fund of an account: trust, operating or memo."""
    if account.startswith(("Assets:Trust:", "Liabilities:Trust:")):
        return "trust"
    return "memo" if account.startswith("Equity:Memo:") else "operating"


def commodity(fund: Fund, currency: str) -> str:
    """The commodity in which a fund keeps a currency."""
    return currency + MEMO_SUFFIX if fund == "memo" else currency


def bucket_component(bucket: str) -> str:
    """``court_costs`` as an account component: ``CourtCosts``."""
    return "".join(word.capitalize() for word in bucket.split("_"))


TRUST_BANK = Family("Assets:Trust:Bank:{bank}")
IN_TRANSIT = Family("Assets:Trust:InTransit:{bank}")
CLIENT_PAYABLE = Family("Liabilities:Trust:ClientPayable:{client}")
CLIENT_HELD = Family("Liabilities:Trust:ClientHeld:{client}")
COST_DEPOSIT = Family("Liabilities:Trust:ClientCostDeposit:{client}")
FORWARDER_PAYABLE = Family("Liabilities:Trust:ForwarderPayable:{forwarder}")
UNIDENTIFIED = Family("Liabilities:Trust:Unidentified")
DEBTOR_REFUND = Family("Liabilities:Trust:DebtorRefund")
UNCLAIMED = Family("Liabilities:Trust:UnclaimedProperty")
UNDRAWN_FEES = Family("Liabilities:Trust:UndrawnFees")

OPERATING_BANK = Family("Assets:Operating:Bank:{bank}")
DUE_FROM_TRUST = Family("Assets:Operating:DueFromTrust")
RECEIVABLE = Family("Assets:Operating:Receivable:Client:{client}")
COSTS_ADVANCED = Family("Assets:Operating:CostsAdvanced:{client}")
OUTPUT_VAT = Family("Liabilities:Operating:OutputVAT")
COLLECTOR_LIABILITY = Family("Liabilities:Operating:CollectorCommission")
SUSPENSE = Family("Liabilities:Operating:Suspense")
COMMISSION_PAA = Family("Income:Commission:{client}:PAA")
COMMISSION_PDC = Family("Income:Commission:{client}:PDC")
COMMISSION_FORWARDED = Family("Income:Commission:{client}:Forwarded")
TRUST_INTEREST = Family("Income:TrustInterest")
BANK_CHARGES = Family("Expenses:BankCharges")
FORWARDER_FEES = Family("Expenses:ForwarderFees")
COLLECTOR_COMMISSION = Family("Expenses:CollectorCommission")
COSTS_IRRECOVERABLE = Family("Expenses:CostsIrrecoverable")
REFUNDS_IRRECOVERABLE = Family("Expenses:RefundsIrrecoverable")
RETURNS_IRRECOVERABLE = Family("Expenses:ReturnsIrrecoverable")

FROM_ACCOUNT = Family("{source}")
TO_ACCOUNT = Family("{target}")
"""The accounts that an entry within operating names itself."""

OUTSTANDING = {bucket: Family(f"Equity:Memo:Outstanding:{{client}}:{bucket_component(bucket)}") for bucket in BUCKETS}
PLACED = Family("Equity:Memo:Placed:{client}")
INTEREST_ACCRUED = Family("Equity:Memo:InterestAccrued:{client}")
ADJUSTED = Family("Equity:Memo:Adjusted:{client}")
COSTS_ADDED = Family("Equity:Memo:CostsAdded:{client}")
COLLECTED_PAA = Family("Equity:Memo:CollectedPAA:{client}")
COLLECTED_PDC = Family("Equity:Memo:CollectedPDC:{client}")
SETTLEMENT_WAIVED = Family("Equity:Memo:SettlementWaived:{client}")
RECALLED = Family("Equity:Memo:Recalled:{client}")
WRITTEN_OFF = Family("Equity:Memo:WrittenOff:{client}")
