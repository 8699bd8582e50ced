"""The chart: the accounts of DOMAIN §2 by name, and the fund and commodity of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ledger_core.accounting import chart

if TYPE_CHECKING:
    from ledger_core.accounting.chart import Family

NAMES = """
TRUST_BANK             Assets:Trust:Bank:B
IN_TRANSIT             Assets:Trust:InTransit:B
CLIENT_PAYABLE         Liabilities:Trust:ClientPayable:C
CLIENT_HELD            Liabilities:Trust:ClientHeld:C
COST_DEPOSIT           Liabilities:Trust:ClientCostDeposit:C
FORWARDER_PAYABLE      Liabilities:Trust:ForwarderPayable:F
UNIDENTIFIED           Liabilities:Trust:Unidentified
DEBTOR_REFUND          Liabilities:Trust:DebtorRefund
UNCLAIMED              Liabilities:Trust:UnclaimedProperty
UNDRAWN_FEES           Liabilities:Trust:UndrawnFees
OPERATING_BANK         Assets:Operating:Bank:B
DUE_FROM_TRUST         Assets:Operating:DueFromTrust
RECEIVABLE             Assets:Operating:Receivable:Client:C
COSTS_ADVANCED         Assets:Operating:CostsAdvanced:C
OUTPUT_VAT             Liabilities:Operating:OutputVAT
COLLECTOR_LIABILITY    Liabilities:Operating:CollectorCommission
SUSPENSE               Liabilities:Operating:Suspense
COMMISSION_PAA         Income:Commission:C:PAA
COMMISSION_PDC         Income:Commission:C:PDC
COMMISSION_FORWARDED   Income:Commission:C:Forwarded
TRUST_INTEREST         Income:TrustInterest
BANK_CHARGES           Expenses:BankCharges
FORWARDER_FEES         Expenses:ForwarderFees
COLLECTOR_COMMISSION   Expenses:CollectorCommission
COSTS_IRRECOVERABLE    Expenses:CostsIrrecoverable
REFUNDS_IRRECOVERABLE  Expenses:RefundsIrrecoverable
RETURNS_IRRECOVERABLE  Expenses:ReturnsIrrecoverable
FROM_ACCOUNT           S
TO_ACCOUNT             T
PLACED                 Equity:Memo:Placed:C
INTEREST_ACCRUED       Equity:Memo:InterestAccrued:C
ADJUSTED               Equity:Memo:Adjusted:C
COSTS_ADDED            Equity:Memo:CostsAdded:C
COLLECTED_PAA          Equity:Memo:CollectedPAA:C
COLLECTED_PDC          Equity:Memo:CollectedPDC:C
SETTLEMENT_WAIVED      Equity:Memo:SettlementWaived:C
RECALLED               Equity:Memo:Recalled:C
WRITTEN_OFF            Equity:Memo:WrittenOff:C
"""


def named(family: Family) -> str:
    """An account of a family, with short ids."""
    return family.name(client="C", bank="B", forwarder="F", source="S", target="T")


@pytest.mark.parametrize(("family", "account"), [line.split() for line in NAMES.strip().splitlines()])
def test_every_account_has_its_name(family: str, account: str) -> None:
    """As DOMAIN §2 and §3 write it."""
    assert named(getattr(chart, family)) == account


def test_the_buckets() -> None:
    """Four accounts of placed debt a client."""
    assert {bucket: named(family) for bucket, family in chart.OUTSTANDING.items()} == {
        "principal": "Equity:Memo:Outstanding:C:Principal",
        "interest": "Equity:Memo:Outstanding:C:Interest",
        "fees": "Equity:Memo:Outstanding:C:Fees",
        "court_costs": "Equity:Memo:Outstanding:C:CourtCosts",
    }


@pytest.mark.parametrize(
    ("account", "fund", "commodity"),
    [
        ("Assets:Trust:Bank:B", "trust", "CNY"),
        ("Liabilities:Trust:UndrawnFees", "trust", "CNY"),
        ("Assets:Operating:DueFromTrust", "operating", "CNY"),
        ("Income:TrustInterest", "operating", "CNY"),
        ("Equity:Opening", "operating", "CNY"),
        ("Equity:Memo:Placed:C", "memo", "CNY.D"),
        ("Equity:MemoX", "operating", "CNY"),
    ],
)
def test_the_fund_and_its_commodity(account: str, fund: str, commodity: str) -> None:
    """Told by the name alone; placed debt is never cash."""
    assert chart.fund_of(account) == fund
    assert chart.commodity(chart.fund_of(account), "CNY") == commodity
    assert chart.Family(account).fund == fund


def test_a_name_is_whole() -> None:
    """An id that the family needs must be there."""
    for family in (
        chart.CLIENT_PAYABLE,
        chart.TRUST_BANK,
        chart.FORWARDER_PAYABLE,
        chart.FROM_ACCOUNT,
        chart.TO_ACCOUNT,
    ):
        with pytest.raises(AssertionError):
            family.name()
