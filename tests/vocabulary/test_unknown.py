"""Money of which it is not known whose it is, and money that nobody claims (DOMAIN §3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.desk import ACCOUNTS
from tests.vocabulary.ledger import entries, standing

if TYPE_CHECKING:
    from tests.desk import Desk
    from tests.vocabulary.ledger import Journal


def test_unidentified(desk: Desk, journal: Journal) -> None:
    """A line that names nobody is somebody's money: it waits under its own number."""
    desk.bank(("2025-01-10", "250.00"))
    assert journal.new()[1:] == entries("""
        2025-01-10 unidentified
        Dr Assets:Trust:Bank:TRUST         250.00 CNY [TRUST]
        Cr Liabilities:Trust:Unidentified  250.00 CNY [TRUST] line:1
    """)
    assert [line["disposition"] for line in desk.lines()] == ["unidentified"]


def test_identified(desk: Desk, journal: Journal) -> None:
    """200.00 of it are K-1's, the bank's day for its terms; 50.00 wait on."""
    desk.place("K-1", "NET", "1000.00", court_costs="10.00")
    desk.bank(("2025-01-10", "250.00"))
    journal.skip()
    desk.run("resolve", "1", "--case", "K-1=200.00", "--date", "2025-01-12")
    assert journal.new() == entries("""
        2025-01-12 (of 2025-01-10) identified NET K-1
        Dr Liabilities:Trust:Unidentified          200.00 CNY [TRUST] line:1
        Cr Liabilities:Trust:ClientPayable:NET     200.00 CNY [TRUST]
        Dr Liabilities:Trust:ClientPayable:NET      40.28 CNY [TRUST]
        Cr Liabilities:Trust:UndrawnFees            40.28 CNY [TRUST]
        Dr Assets:Operating:DueFromTrust            40.28 CNY
        Cr Income:Commission:NET:PAA                38.00 CNY
        Cr Liabilities:Operating:OutputVAT           2.28 CNY
        Dr Equity:Memo:CollectedPAA:NET            200.00 CNY.D
        Cr Equity:Memo:Outstanding:NET:CourtCosts   10.00 CNY.D
        Cr Equity:Memo:Outstanding:NET:Principal   190.00 CNY.D
    """)
    assert standing(desk, "K-1") == "active, principal 810.00"
    assert desk.balance("Liabilities:Trust:Unidentified") == "-50.00"
    assert [line["disposition"] for line in desk.lines()] == ["unidentified"]


def test_identified__beyond_the_balance(desk: Desk, journal: Journal) -> None:
    """gross: 200.00 pay all, with 30.00 that we advanced, of which 12.00 were given up; 50.00 are the debtor's."""
    desk.place("K-1", "GROSS", "100.00", interest="50.00", fees="20.00")
    desk.post("cost_advanced", "2025-01-03", case="K-1", amount="30.00")
    desk.post("cost_write_off", "2025-01-04", case="K-1", amount="12.00")
    desk.bank(("2025-01-10", "250.00"))
    journal.skip()
    desk.run("resolve", "1", "--case", "K-1", "--date", "2025-01-10")
    assert journal.new() == entries("""
        2025-01-10 identified GROSS K-1
        Dr Liabilities:Trust:Unidentified            250.00 CNY [TRUST] line:1
        Cr Liabilities:Trust:ClientPayable:GROSS     200.00 CNY [TRUST]
        Cr Liabilities:Trust:DebtorRefund             50.00 CNY [TRUST] case:K-1
        Dr Assets:Operating:Receivable:Client:GROSS   66.04 CNY
        Cr Income:Commission:GROSS:PAA                34.00 CNY
        Cr Liabilities:Operating:OutputVAT             2.04 CNY
        Cr Assets:Operating:CostsAdvanced:GROSS       18.00 CNY
        Cr Expenses:CostsIrrecoverable                12.00 CNY
        Dr Equity:Memo:CollectedPAA:GROSS            200.00 CNY.D
        Cr Equity:Memo:Outstanding:GROSS:Principal   100.00 CNY.D
        Cr Equity:Memo:Outstanding:GROSS:Interest     50.00 CNY.D
        Cr Equity:Memo:Outstanding:GROSS:Fees         20.00 CNY.D
        Cr Equity:Memo:Outstanding:GROSS:CourtCosts   30.00 CNY.D
    """)
    assert standing(desk, "K-1") == "paid, overpaid 50.00"


def test_identified__on_hold(desk: Desk, journal: Journal) -> None:
    """A check whose days are not over is held, whenever its case is found; the days run from the bank's."""
    desk.client("HOLD", "net", more="hold_days = { check = 7 }")
    desk.place("K-1", "HOLD", "1000.00")
    line = {"account": ACCOUNTS["TRUST"], "date": "2025-01-10", "amount": "100.00", "method": "check"}
    desk.file("statement", [line], "2025-01-10")
    desk.run("reconcile", "--date", "2025-01-10")
    journal.skip()
    desk.run("resolve", "1", "--case", "K-1", "--date", "2025-01-12")
    assert journal.new() == entries("""
        2025-01-12 (of 2025-01-10) identified HOLD K-1
        Dr Liabilities:Trust:Unidentified          100.00 CNY [TRUST] line:1
        Cr Liabilities:Trust:ClientHeld:HOLD       100.00 CNY [TRUST]
        Dr Equity:Memo:CollectedPAA:HOLD           100.00 CNY.D
        Cr Equity:Memo:Outstanding:HOLD:Principal  100.00 CNY.D
    """)
    assert standing(desk, "K-1") == "active, principal 900.00, held 100.00"


def test_refund(desk: Desk, journal: Journal) -> None:
    """A part of an overpayment, the rest of it, and unidentified money back to who sent it."""
    desk.place("K-1", "GROSS", "500.00")
    desk.bank(("2025-01-10", "600.00", "K-1"), ("2025-01-10", "80.00"))
    journal.skip()
    desk.run("refund", "K-1", "--amount", "30.00", "--date", "2025-01-11")
    desk.file("events", [{"event": "refund", "date": "2025-01-12", "case": "K-1"}], "2025-01-12")
    desk.run("resolve", "2", "--refund", "--date", "2025-01-13")
    assert journal.new() == entries("""
        2025-01-11 refund GROSS K-1
        Dr Liabilities:Trust:DebtorRefund  30.00 CNY [TRUST] case:K-1
        Cr Assets:Trust:Bank:TRUST         30.00 CNY [TRUST]
        2025-01-12 refund GROSS K-1
        Dr Liabilities:Trust:DebtorRefund  70.00 CNY [TRUST] case:K-1
        Cr Assets:Trust:Bank:TRUST         70.00 CNY [TRUST]
        2025-01-13 refund
        Dr Liabilities:Trust:Unidentified  80.00 CNY [TRUST] line:2
        Cr Assets:Trust:Bank:TRUST         80.00 CNY [TRUST]
    """)
    assert standing(desk, "K-1") == "paid"


def test_suspense(desk: Desk, journal: Journal) -> None:
    """What nothing explains on an operating bank, in and out."""
    desk.bank(("2025-01-10", "300.00"), ("2025-01-11", "-45.00"), bank="OPS")
    assert journal.new()[1:] == entries("""
        2025-01-10 suspense
        Dr Assets:Operating:Bank:OPS            300.00 CNY
        Cr Liabilities:Operating:Suspense       300.00 CNY
        2025-01-11 suspense
        Dr Liabilities:Operating:Suspense        45.00 CNY
        Cr Assets:Operating:Bank:OPS             45.00 CNY
    """)


UNCLAIMED = {
    "DebtorRefund": (
        {"case": "K-1"},
        """
        2025-03-01 unclaimed GROSS K-1
        Dr Liabilities:Trust:DebtorRefund          100.00 CNY [TRUST] case:K-1
        Cr Liabilities:Trust:UnclaimedProperty     100.00 CNY [TRUST] case:K-1
        """,
        """
        2025-04-01 escheat GROSS K-1
        Dr Liabilities:Trust:UnclaimedProperty     100.00 CNY [TRUST] case:K-1
        Cr Assets:Trust:Bank:TRUST                 100.00 CNY [TRUST]
        """,
    ),
    "Unidentified": (
        {"of": "2"},
        """
        2025-03-01 unclaimed
        Dr Liabilities:Trust:Unidentified           80.00 CNY [TRUST] line:2
        Cr Liabilities:Trust:UnclaimedProperty      80.00 CNY [TRUST] line:2
        """,
        """
        2025-04-01 escheat
        Dr Liabilities:Trust:UnclaimedProperty      80.00 CNY [TRUST] line:2
        Cr Assets:Trust:Bank:TRUST                  80.00 CNY [TRUST]
        """,
    ),
    "ClientPayable": (
        {"client": "GROSS"},
        """
        2025-03-01 unclaimed GROSS
        Dr Liabilities:Trust:ClientPayable:GROSS   500.00 CNY [TRUST]
        Cr Liabilities:Trust:UnclaimedProperty     500.00 CNY [TRUST] client:GROSS
        """,
        """
        2025-04-01 escheat GROSS
        Dr Liabilities:Trust:UnclaimedProperty     500.00 CNY [TRUST] client:GROSS
        Cr Assets:Trust:Bank:TRUST                 500.00 CNY [TRUST]
        """,
    ),
}
"""By where the money waited: whose it is, and the entries that are due."""


def waiting(desk: Desk, journal: Journal) -> None:
    """500.00 of GROSS, 100.00 that K-1's debtor overpaid, and a line 2 of 80.00 that names nobody."""
    desk.place("K-1", "GROSS", "500.00")
    desk.bank(("2025-01-10", "600.00", "K-1"), ("2025-01-10", "80.00"))
    journal.skip()


@pytest.mark.parametrize("source", UNCLAIMED)
def test_unclaimed(desk: Desk, journal: Journal, source: str) -> None:
    """Out of where it waited; whose it was stays with it."""
    waiting(desk, journal)
    whose, text, _ = UNCLAIMED[source]
    desk.post("unclaimed", "2025-03-01", from_=source, **whose)
    assert journal.new() == entries(text)
    assert standing(desk, "K-1") == ("paid" if source == "DebtorRefund" else "paid, overpaid 100.00")


@pytest.mark.parametrize("source", UNCLAIMED)
def test_escheat(desk: Desk, journal: Journal, source: str) -> None:
    """The state gets it, one by one."""
    waiting(desk, journal)
    whose, _, text = UNCLAIMED[source]
    desk.post("unclaimed", "2025-03-01", from_=source, **whose)
    journal.skip()
    desk.post("escheat", "2025-04-01", **whose)
    assert journal.new() == entries(text)
    assert desk.balance("Liabilities:Trust:UnclaimedProperty") == "0.00"
