"""Payments of debtors on hold, to the client, and into the wrong bank (DOMAIN §3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.desk import ACCOUNTS
from tests.vocabulary.ledger import entries, standing

if TYPE_CHECKING:
    from tests.desk import Desk
    from tests.vocabulary.ledger import Journal


def with_advance(desk: Desk, journal: Journal, client: str) -> None:
    """K-1 with something in every bucket, of whose court costs we advanced 30.00; 12.00 of them we gave up."""
    desk.place("K-1", client, "1000.00", interest="50.00", fees="20.00", court_costs="10.00")
    desk.post("cost_advanced", "2025-01-03", case="K-1", amount="30.00")
    desk.post("cost_write_off", "2025-01-04", case="K-1", amount="12.00")
    journal.skip()


def by_check(desk: Desk, amount: str) -> None:
    """A line of the statement that was paid by check."""
    line = {"account": ACCOUNTS["TRUST"], "date": "2025-01-10", "amount": amount, "reference": "K-1", "method": "check"}
    desk.file("statement", [line], "2025-01-10")
    desk.run("reconcile", "--date", "2025-01-10")


def test_receipt_on_hold(desk: Desk, journal: Journal) -> None:
    """A check that may bounce pays the debt, and is neither the client's yet nor earns a fee."""
    desk.client("HOLD", "net", more="hold_days = { check = 7 }")
    with_advance(desk, journal, "HOLD")
    by_check(desk, "130.00")
    assert journal.new() == entries("""
        2025-01-10 receipt HOLD K-1
        Dr Assets:Trust:Bank:TRUST                  130.00 CNY [TRUST]
        Cr Liabilities:Trust:ClientHeld:HOLD        130.00 CNY [TRUST]
        Dr Equity:Memo:CollectedPAA:HOLD            130.00 CNY.D
        Cr Equity:Memo:Outstanding:HOLD:CourtCosts   40.00 CNY.D
        Cr Equity:Memo:Outstanding:HOLD:Interest     50.00 CNY.D
        Cr Equity:Memo:Outstanding:HOLD:Fees         20.00 CNY.D
        Cr Equity:Memo:Outstanding:HOLD:Principal    20.00 CNY.D
    """)
    assert standing(desk, "K-1") == "active, principal 980.00, held 130.00"


@pytest.mark.parametrize(
    ("mode", "taken"),
    [
        (
            "net",
            """
            Dr Liabilities:Trust:ClientPayable:HOLD  49.08 CNY [TRUST]
            Cr Liabilities:Trust:UndrawnFees         49.08 CNY [TRUST]
            Dr Assets:Operating:DueFromTrust         49.08 CNY
            """,
        ),
        ("gross", "Dr Assets:Operating:Receivable:Client:HOLD 49.08 CNY"),
    ],
    ids=["withheld", "invoiced"],
)
def test_cleared(desk: Desk, journal: Journal, mode: str, taken: str) -> None:
    """Seven days after the check it is the client's: 18.00 commission, 1.08 VAT and 30.00 of costs are taken."""
    desk.client("HOLD", mode, more="hold_days = { check = 7 }")
    with_advance(desk, journal, "HOLD")
    by_check(desk, "130.00")
    desk.run("daily", "--date", "2025-01-16")
    journal.skip()
    desk.run("daily", "--date", "2025-01-20")
    text = """
        2025-01-17 cleared HOLD K-1
        Dr Liabilities:Trust:ClientHeld:HOLD     130.00 CNY [TRUST]
        Cr Liabilities:Trust:ClientPayable:HOLD  130.00 CNY [TRUST]
        Cr Income:Commission:HOLD:PAA             18.00 CNY
        Cr Liabilities:Operating:OutputVAT         1.08 CNY
        Cr Assets:Operating:CostsAdvanced:HOLD    18.00 CNY
        Cr Expenses:CostsIrrecoverable            12.00 CNY
    """
    assert journal.new() == entries(text + taken)
    assert standing(desk, "K-1") == "active, principal 980.00"


def test_direct_payment(desk: Desk, journal: Journal) -> None:
    """The client has the 200.00, and owes 20 % of 160.00, VAT and the 30.00 that were advanced."""
    with_advance(desk, journal, "NET")
    row = {"event": "direct_payment", "date": "2025-01-10", "case": "K-1", "amount": "200.00"}
    desk.file("events", [row], "2025-01-10")
    assert journal.new() == entries("""
        2025-01-10 direct_payment NET K-1
        Dr Assets:Operating:Receivable:Client:NET   63.92 CNY
        Cr Income:Commission:NET:PDC                32.00 CNY
        Cr Liabilities:Operating:OutputVAT           1.92 CNY
        Cr Assets:Operating:CostsAdvanced:NET       18.00 CNY
        Cr Expenses:CostsIrrecoverable              12.00 CNY
        Dr Equity:Memo:CollectedPDC:NET            200.00 CNY.D
        Cr Equity:Memo:Outstanding:NET:CourtCosts   40.00 CNY.D
        Cr Equity:Memo:Outstanding:NET:Interest     50.00 CNY.D
        Cr Equity:Memo:Outstanding:NET:Fees         20.00 CNY.D
        Cr Equity:Memo:Outstanding:NET:Principal    90.00 CNY.D
    """)
    assert standing(desk, "K-1") == "active, principal 910.00"


def test_direct_payment__beyond_the_balance(desk: Desk, journal: Journal) -> None:
    """Posted up to the 500.00 that were owed; the other 200.00 are between the debtor and the client."""
    desk.place("K-1", "GROSS", "500.00")
    journal.skip()
    desk.post("direct_payment", "2025-01-10", case="K-1", amount="700.00")
    assert journal.new() == entries("""
        2025-01-10 direct_payment GROSS K-1
        Dr Assets:Operating:Receivable:Client:GROSS 106.00 CNY
        Cr Income:Commission:GROSS:PDC              100.00 CNY
        Cr Liabilities:Operating:OutputVAT            6.00 CNY
        Dr Equity:Memo:CollectedPDC:GROSS           500.00 CNY.D
        Cr Equity:Memo:Outstanding:GROSS:Principal  500.00 CNY.D
    """)
    assert standing(desk, "K-1") == "paid"


def test_receipt_into_operating(desk: Desk, journal: Journal) -> None:
    """We have the client's money: it counts against our fees in trust, and the 788.00 short are cured that day."""
    desk.place("K-1", "NET", "1000.00")
    journal.skip()
    desk.post("receipt", "2025-01-10", case="K-1", amount="1000.00", bank="OPS")
    desk.bank(("2025-01-10", "1000.00", "K-1"), bank="OPS")
    assert journal.new() == entries("""
        2025-01-10 receipt NET K-1
        Dr Assets:Operating:Bank:OPS             1000.00 CNY
        Cr Assets:Operating:DueFromTrust         1000.00 CNY
        Dr Liabilities:Trust:UndrawnFees         1000.00 CNY [TRUST]
        Cr Liabilities:Trust:ClientPayable:NET   1000.00 CNY [TRUST]
        Dr Liabilities:Trust:ClientPayable:NET    212.00 CNY [TRUST]
        Cr Liabilities:Trust:UndrawnFees          212.00 CNY [TRUST]
        Dr Assets:Operating:DueFromTrust          212.00 CNY
        Cr Income:Commission:NET:PAA              200.00 CNY
        Cr Liabilities:Operating:OutputVAT         12.00 CNY
        Dr Equity:Memo:CollectedPAA:NET          1000.00 CNY.D
        Cr Equity:Memo:Outstanding:NET:Principal 1000.00 CNY.D
        2025-01-10 cure
        Dr Assets:Trust:Bank:TRUST                788.00 CNY [TRUST]
        Cr Liabilities:Trust:UndrawnFees          788.00 CNY [TRUST]
        Dr Assets:Operating:DueFromTrust          788.00 CNY
        Cr Assets:Operating:Bank:OPS              788.00 CNY
    """)
    assert standing(desk, "K-1") == "paid"
    assert [line["disposition"] for line in desk.lines()] == ["matched"]


def test_receipt_into_operating__out_of_suspense(desk: Desk, journal: Journal) -> None:
    """The bank's line came first: unknown money of that day, which a person gives to its case by the bank's day."""
    desk.place("K-1", "GROSS", "1000.00")
    desk.bank(("2025-01-10", "100.00", "K-1"), bank="OPS")
    journal.skip()
    desk.run("resolve", "1", "--event", "receipt", "--case", "K-1", "--date", "2025-01-12")
    assert journal.new() == entries("""
        2025-01-12 (of 2025-01-10) receipt GROSS K-1
        Dr Assets:Operating:Bank:OPS                100.00 CNY
        Cr Assets:Operating:DueFromTrust            100.00 CNY
        Dr Liabilities:Trust:UndrawnFees            100.00 CNY [TRUST]
        Cr Liabilities:Trust:ClientPayable:GROSS    100.00 CNY [TRUST]
        Dr Assets:Operating:Receivable:Client:GROSS  21.20 CNY
        Cr Income:Commission:GROSS:PAA               20.00 CNY
        Cr Liabilities:Operating:OutputVAT            1.20 CNY
        Dr Equity:Memo:CollectedPAA:GROSS           100.00 CNY.D
        Cr Equity:Memo:Outstanding:GROSS:Principal  100.00 CNY.D
        2025-01-12 reversal reverses suspense
        Cr Assets:Operating:Bank:OPS                100.00 CNY
        Dr Liabilities:Operating:Suspense           100.00 CNY
    """)
    desk.run("reconcile", "--date", "2025-01-12")
