"""Cure 补足: each kind of what can be short in trust, made good from operating the same day (DOMAIN §3, §4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.vocabulary.ledger import Entry, entries, standing

if TYPE_CHECKING:
    from tests.desk import Desk
    from tests.vocabulary.ledger import Journal


def cures(journal: Journal) -> list[Entry]:
    """Of what is new, the cures."""
    return [entry for entry in journal.new() if entry.head.split()[1] == "cure"]


def test_cure(desk: Desk, journal: Journal) -> None:
    """A payment bounced after 788.00 were remitted and the fee of 212.00 was drawn: each owes what it had."""
    desk.place("K-1", "NET", "5000.00")
    desk.bank(("2025-01-10", "1000.00", "K-1"))
    desk.remit("2025-01-10")
    journal.skip()
    desk.bank(("2025-01-20", "-1000.00", "K-1"))
    assert cures(journal) == entries("""
        2025-01-20 cure
        Dr Assets:Trust:Bank:TRUST                212.00 CNY [TRUST]
        Cr Liabilities:Trust:UndrawnFees          212.00 CNY [TRUST]
        Dr Assets:Operating:DueFromTrust          212.00 CNY
        Cr Assets:Operating:Bank:OPS              212.00 CNY
        2025-01-20 cure NET
        Dr Assets:Trust:Bank:TRUST                788.00 CNY [TRUST]
        Cr Liabilities:Trust:ClientPayable:NET    788.00 CNY [TRUST]
        Dr Assets:Operating:Receivable:Client:NET 788.00 CNY
        Cr Assets:Operating:Bank:OPS              788.00 CNY
    """)
    assert standing(desk, "K-1") == "active, principal 5000.00"


def test_cure__at_the_bank_that_is_short(desk: Desk, journal: Journal) -> None:
    """The payment bounces at TWO, whose money went to TRUST and on to the client: cured into TWO."""
    desk.second_trust_bank()
    desk.place("K-1", "GROSS", "5000.00")
    desk.bank(("2025-01-10", "1000.00", "K-1"), bank="TWO")
    desk.post("trust_transfer", "2025-01-11", client="GROSS", from_="TWO", to="TRUST")
    desk.remit("2025-01-12")
    journal.skip()
    desk.bank(("2025-01-20", "-1000.00", "K-1"), bank="TWO")
    assert cures(journal) == entries("""
        2025-01-20 cure GROSS
        Dr Assets:Trust:Bank:TWO                    1000.00 CNY [TWO]
        Cr Liabilities:Trust:ClientPayable:GROSS    1000.00 CNY [TWO]
        Dr Assets:Operating:Receivable:Client:GROSS 1000.00 CNY
        Cr Assets:Operating:Bank:OPS                1000.00 CNY
    """)


def test_cure__of_a_refund(desk: Desk, journal: Journal) -> None:
    """The overpaid 100.00 were paid back before the payment bounced: an expense, and K-2's money is not touched."""
    for case in ("K-1", "K-2"):
        desk.place(case, "GROSS", "500.00")
    desk.bank(("2025-01-10", "600.00", "K-1"), ("2025-01-10", "900.00", "K-2"))
    desk.run("refund", "K-1", "--date", "2025-01-11")
    journal.skip()
    desk.bank(("2025-01-20", "-600.00", "K-1"))
    assert cures(journal) == entries("""
        2025-01-20 cure K-1
        Dr Assets:Trust:Bank:TRUST          100.00 CNY [TRUST]
        Cr Liabilities:Trust:DebtorRefund   100.00 CNY [TRUST] case:K-1
        Dr Expenses:RefundsIrrecoverable    100.00 CNY
        Cr Assets:Operating:Bank:OPS        100.00 CNY
    """)
    assert (standing(desk, "K-1"), standing(desk, "K-2")) == ("active, principal 500.00", "paid, overpaid 400.00")


def test_cure__of_unidentified_money(desk: Desk, journal: Journal) -> None:
    """The 80.00 were sent back to the payer, and then the payment bounced: an expense too."""
    desk.bank(("2025-01-10", "80.00"))
    booked = desk.lines()[0]["entries"][0]
    desk.run("resolve", "1", "--refund", "--date", "2025-01-11")
    desk.post("returned_payment", "2025-01-20", of=str(booked))
    journal.skip()
    desk.run("reconcile", "--date", "2025-01-20")
    assert cures(journal) == entries("""
        2025-01-20 cure
        Dr Assets:Trust:Bank:TRUST           80.00 CNY [TRUST]
        Cr Liabilities:Trust:Unidentified    80.00 CNY [TRUST] line:1
        Dr Expenses:RefundsIrrecoverable     80.00 CNY
        Cr Assets:Operating:Bank:OPS         80.00 CNY
    """)
