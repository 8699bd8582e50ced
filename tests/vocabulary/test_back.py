"""Money that came back: payments of debtors, payments of ours, and mistakes taken back (DOMAIN §3, §4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.desk import ACCOUNTS
from tests.vocabulary.ledger import entries, standing

if TYPE_CHECKING:
    from tests.desk import Desk
    from tests.vocabulary.ledger import Journal


def test_returned_payment(desk: Desk, journal: Journal) -> None:
    """Every posting of the receipt the other way round, and the 450.00 that were waived on the strength of it."""
    desk.place("K-1", "NET", "1000.00", interest="50.00")
    desk.bank(("2025-01-10", "600.00", "K-1"))
    desk.post("settlement", "2025-01-10", case="K-1")
    assert standing(desk, "K-1") == "settled"
    journal.skip()
    desk.bank(("2025-01-20", "-600.00", "K-1"))
    assert journal.new() == entries("""
        2025-01-20 returned_payment NET K-1 reverses receipt settlement
        Cr Assets:Trust:Bank:TRUST                 600.00 CNY [TRUST]
        Dr Liabilities:Trust:ClientPayable:NET     600.00 CNY [TRUST]
        Cr Liabilities:Trust:ClientPayable:NET     127.20 CNY [TRUST]
        Dr Liabilities:Trust:UndrawnFees           127.20 CNY [TRUST]
        Cr Assets:Operating:DueFromTrust           127.20 CNY
        Dr Income:Commission:NET:PAA               120.00 CNY
        Dr Liabilities:Operating:OutputVAT           7.20 CNY
        Cr Equity:Memo:CollectedPAA:NET            600.00 CNY.D
        Dr Equity:Memo:Outstanding:NET:Interest     50.00 CNY.D
        Dr Equity:Memo:Outstanding:NET:Principal   550.00 CNY.D
        Cr Equity:Memo:SettlementWaived:NET        450.00 CNY.D
        Dr Equity:Memo:Outstanding:NET:Principal   450.00 CNY.D
    """)
    assert standing(desk, "K-1") == "active, principal 1000.00, interest 50.00"


def test_returned_payment__identified_and_cleared(desk: Desk, journal: Journal) -> None:
    """Booking, identification and clearing of one check come back together, each posting as it was."""
    desk.client("HOLD", "net", more="hold_days = { check = 7 }")
    desk.place("K-1", "HOLD", "1000.00")
    desk.post("cost_advanced", "2025-01-03", case="K-1", amount="30.00")
    line = {"account": ACCOUNTS["TRUST"], "date": "2025-01-10", "amount": "130.00", "method": "check"}
    desk.file("statement", [line], "2025-01-10")
    desk.run("reconcile", "--date", "2025-01-10")
    desk.run("resolve", "1", "--case", "K-1", "--date", "2025-01-12")
    desk.run("reconcile", "--date", "2025-01-20")
    journal.skip()
    desk.bank(("2025-01-25", "-130.00", "K-1"))
    assert journal.new() == entries("""
        2025-01-25 returned_payment HOLD K-1 reverses unidentified identified cleared
        Cr Assets:Trust:Bank:TRUST                  130.00 CNY [TRUST]
        Dr Liabilities:Trust:Unidentified           130.00 CNY [TRUST] line:1
        Cr Liabilities:Trust:Unidentified           130.00 CNY [TRUST] line:1
        Dr Liabilities:Trust:ClientHeld:HOLD        130.00 CNY [TRUST]
        Cr Liabilities:Trust:ClientHeld:HOLD        130.00 CNY [TRUST]
        Dr Liabilities:Trust:ClientPayable:HOLD     130.00 CNY [TRUST]
        Cr Liabilities:Trust:ClientPayable:HOLD      51.20 CNY [TRUST]
        Dr Liabilities:Trust:UndrawnFees             51.20 CNY [TRUST]
        Cr Assets:Operating:DueFromTrust             51.20 CNY
        Dr Income:Commission:HOLD:PAA                20.00 CNY
        Dr Liabilities:Operating:OutputVAT            1.20 CNY
        Dr Assets:Operating:CostsAdvanced:HOLD       30.00 CNY
        Cr Equity:Memo:CollectedPAA:HOLD            130.00 CNY.D
        Dr Equity:Memo:Outstanding:HOLD:CourtCosts   30.00 CNY.D
        Dr Equity:Memo:Outstanding:HOLD:Principal   100.00 CNY.D
    """)
    assert standing(desk, "K-1") == "active, principal 1000.00, court_costs 30.00"


def test_returned_payment__direct(desk: Desk, journal: Journal) -> None:
    """A payment to the client came back: its fee is owed no more, and no trust money moves."""
    desk.place("K-1", "COMBI", "1000.00")
    desk.post("direct_payment", "2025-01-10", case="K-1", amount="600.00")
    journal.skip()
    desk.post("returned_payment", "2025-01-20", case="K-1", amount="600.00")
    assert journal.new() == entries("""
        2025-01-20 returned_payment COMBI K-1 reverses direct_payment
        Cr Assets:Operating:Receivable:Client:COMBI  127.20 CNY
        Dr Income:Commission:COMBI:PDC               120.00 CNY
        Dr Liabilities:Operating:OutputVAT             7.20 CNY
        Cr Equity:Memo:CollectedPDC:COMBI            600.00 CNY.D
        Dr Equity:Memo:Outstanding:COMBI:Principal   600.00 CNY.D
    """)
    assert standing(desk, "K-1") == "active, principal 1000.00"


def test_returned_payment__a_part_of_a_split(desk: Desk, journal: Journal) -> None:
    """K-1's 100.00 of a line came back: all of the line is undone, and K-2's 200.00 are posted again."""
    for case in ("K-1", "K-2"):
        desk.place(case, "GROSS", "1000.00")
    desk.bank(("2025-01-10", "300.00"))
    desk.run("resolve", "1", "--case", "K-1=100.00", "--case", "K-2", "--date", "2025-01-10")
    journal.skip()
    desk.bank(("2025-01-20", "-100.00", "K-1"))
    assert journal.new() == entries("""
        2025-01-20 returned_payment GROSS K-1 reverses identified
        Cr Liabilities:Trust:Unidentified            100.00 CNY [TRUST] line:1
        Dr Liabilities:Trust:ClientPayable:GROSS     100.00 CNY [TRUST]
        Cr Assets:Operating:Receivable:Client:GROSS   21.20 CNY
        Dr Income:Commission:GROSS:PAA                20.00 CNY
        Dr Liabilities:Operating:OutputVAT             1.20 CNY
        Cr Equity:Memo:CollectedPAA:GROSS            100.00 CNY.D
        Dr Equity:Memo:Outstanding:GROSS:Principal   100.00 CNY.D
        2025-01-20 returned_payment GROSS K-2 reverses identified
        Cr Liabilities:Trust:Unidentified            200.00 CNY [TRUST] line:1
        Dr Liabilities:Trust:ClientPayable:GROSS     200.00 CNY [TRUST]
        Cr Assets:Operating:Receivable:Client:GROSS   42.40 CNY
        Dr Income:Commission:GROSS:PAA                40.00 CNY
        Dr Liabilities:Operating:OutputVAT             2.40 CNY
        Cr Equity:Memo:CollectedPAA:GROSS            200.00 CNY.D
        Dr Equity:Memo:Outstanding:GROSS:Principal   200.00 CNY.D
        2025-01-20 returned_payment reverses unidentified
        Cr Assets:Trust:Bank:TRUST                   300.00 CNY [TRUST]
        Dr Liabilities:Trust:Unidentified            300.00 CNY [TRUST] line:1
        2025-01-20 (of 2025-01-10) receipt GROSS K-2
        Dr Assets:Trust:Bank:TRUST                   200.00 CNY [TRUST]
        Cr Liabilities:Trust:ClientPayable:GROSS     200.00 CNY [TRUST]
        Dr Assets:Operating:Receivable:Client:GROSS   42.40 CNY
        Cr Income:Commission:GROSS:PAA                40.00 CNY
        Cr Liabilities:Operating:OutputVAT             2.40 CNY
        Dr Equity:Memo:CollectedPAA:GROSS            200.00 CNY.D
        Cr Equity:Memo:Outstanding:GROSS:Principal   200.00 CNY.D
    """)
    assert (standing(desk, "K-1"), standing(desk, "K-2")) == ("active, principal 1000.00", "active, principal 800.00")


def test_returned_unidentified(desk: Desk, journal: Journal) -> None:
    """Money that nobody was found for bounces: its booking the other way round."""
    desk.bank(("2025-01-10", "450.00"))
    booked = desk.lines()[0]["entries"][0]
    journal.skip()
    desk.post("returned_payment", "2025-01-20", of=str(booked))
    assert journal.new() == entries("""
        2025-01-20 returned_payment reverses unidentified
        Dr Liabilities:Trust:Unidentified  450.00 CNY [TRUST] line:1
        Cr Assets:Trust:Bank:TRUST         450.00 CNY [TRUST]
    """)
    assert desk.workspace.json("worklist")["lines"] == []


def test_returned_unknown(desk: Desk, journal: Journal) -> None:
    """A return of a payment before our time: a person gives it to the client that had the money."""
    desk.place("K-1", "GROSS", "1000.00")
    desk.bank(("2025-01-10", "300.00", "K-1"), ("2025-01-20", "-70.00"))
    journal.skip()
    desk.run(
        "resolve", "2", "--event", "returned_payment", "--of", "unknown", "--client", "GROSS", "--date", "2025-01-20"
    )
    assert journal.new() == entries("""
        2025-01-20 returned_payment GROSS
        Dr Liabilities:Trust:ClientPayable:GROSS  70.00 CNY [TRUST]
        Cr Assets:Trust:Bank:TRUST                70.00 CNY [TRUST]
    """)
    assert standing(desk, "K-1") == "active, principal 700.00"


def test_returned_unknown__of_nobody(desk: Desk, journal: Journal) -> None:
    """Where nobody is found it is the agency's loss, out of its own fees in trust."""
    desk.place("K-1", "NET", "1000.00")
    desk.bank(("2025-01-10", "500.00", "K-1"), ("2025-01-20", "-70.00"))
    journal.skip()
    desk.run("resolve", "2", "--event", "returned_payment", "--of", "unknown", "--date", "2025-01-20")
    assert journal.new() == entries("""
        2025-01-20 returned_payment
        Dr Liabilities:Trust:UndrawnFees    70.00 CNY [TRUST]
        Cr Assets:Trust:Bank:TRUST          70.00 CNY [TRUST]
        Dr Expenses:ReturnsIrrecoverable    70.00 CNY
        Cr Assets:Operating:DueFromTrust    70.00 CNY
    """)


def test_reversal(desk: Desk, journal: Journal) -> None:
    """A line that was given to a case by mistake: its entry is undone, and the money is unknown again."""
    desk.place("K-1", "GROSS", "1000.00")
    desk.bank(("2025-01-10", "100.00", "K-1"))
    receipt = desk.lines()[0]["entries"][0]
    journal.skip()
    desk.run("undo", str(receipt), "--date", "2025-01-15")
    assert journal.new() == entries("""
        2025-01-15 reversal GROSS K-1 reverses receipt
        Cr Assets:Trust:Bank:TRUST                   100.00 CNY [TRUST]
        Dr Liabilities:Trust:ClientPayable:GROSS     100.00 CNY [TRUST]
        Cr Assets:Operating:Receivable:Client:GROSS   21.20 CNY
        Dr Income:Commission:GROSS:PAA                20.00 CNY
        Dr Liabilities:Operating:OutputVAT             1.20 CNY
        Cr Equity:Memo:CollectedPAA:GROSS            100.00 CNY.D
        Dr Equity:Memo:Outstanding:GROSS:Principal   100.00 CNY.D
        2025-01-15 unidentified
        Dr Assets:Trust:Bank:TRUST                   100.00 CNY [TRUST]
        Cr Liabilities:Trust:Unidentified            100.00 CNY [TRUST] line:1
    """)
    assert standing(desk, "K-1") == "active, principal 1000.00"


def test_payment_back(desk: Desk, journal: Journal) -> None:
    """A remittance, a refund and money sent back come back from the bank: owed again to whom they were paid."""
    desk.place("K-1", "GROSS", "500.00")
    desk.bank(("2025-01-10", "600.00", "K-1"), ("2025-01-10", "80.00"))
    desk.remit("2025-01-10")
    refunds = [desk.post("refund", "2025-01-11", **whose) for whose in ({"case": "K-1"}, {"of": "2"})]
    journal.skip()
    desk.post("payment_back", "2025-01-20", of="REM-2025-01-10-GROSS")
    desk.post("payment_back", "2025-01-21", of=str(refunds[0]), amount="60.00")
    desk.post("payment_back", "2025-01-22", of=str(refunds[1]))
    assert journal.new() == entries("""
        2025-01-20 payment_back GROSS
        Dr Assets:Trust:Bank:TRUST                500.00 CNY [TRUST]
        Cr Liabilities:Trust:ClientPayable:GROSS  500.00 CNY [TRUST]
        2025-01-21 payment_back GROSS K-1
        Dr Assets:Trust:Bank:TRUST                 60.00 CNY [TRUST]
        Cr Liabilities:Trust:DebtorRefund          60.00 CNY [TRUST] case:K-1
        2025-01-22 payment_back
        Dr Assets:Trust:Bank:TRUST                 80.00 CNY [TRUST]
        Cr Liabilities:Trust:Unidentified          80.00 CNY [TRUST] line:2
    """)
    assert standing(desk, "K-1") == "paid, overpaid 60.00"
