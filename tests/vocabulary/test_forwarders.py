"""Forwarders: agencies or lawyers who collect for us, and send all of it or what they have left (DOMAIN §3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.vocabulary.ledger import entries, standing

if TYPE_CHECKING:
    from tests.desk import Desk
    from tests.vocabulary.ledger import Journal

EACH_MODE = pytest.mark.parametrize("client", ["NET", "COMBI", "GROSS"])


def forwarded(desk: Desk, journal: Journal, client: str) -> None:
    """K-1, for which the agency advanced 30.00, of which it gave up 12.00."""
    desk.place("K-1", client, "1000.00", interest="50.00", fees="20.00")
    desk.post("cost_advanced", "2025-01-03", case="K-1", amount="30.00")
    desk.post("cost_write_off", "2025-01-04", case="K-1", amount="12.00")
    journal.skip()


@EACH_MODE
def test_forwarder_receipt(desk: Desk, journal: Journal, client: str) -> None:
    """530.00, of which LAW1 kept 50.00: the client is credited all, and pays our 106.00 and the 30.00 in every mode."""
    forwarded(desk, journal, client)
    desk.post("forwarder_receipt", "2025-01-10", case="K-1", amount="530.00", kept="50.00", forwarder="LAW1")
    text = """
        2025-01-10 forwarder_receipt {client} K-1
        Dr Assets:Trust:Bank:TRUST                      480.00 CNY [TRUST]
        Cr Liabilities:Trust:ClientPayable:{client}     530.00 CNY [TRUST]
        Dr Liabilities:Trust:ClientPayable:{client}     136.00 CNY [TRUST]
        Cr Liabilities:Trust:UndrawnFees                 86.00 CNY [TRUST]
        Dr Assets:Operating:DueFromTrust                 86.00 CNY
        Dr Expenses:ForwarderFees                        50.00 CNY
        Cr Income:Commission:{client}:Forwarded         100.00 CNY
        Cr Liabilities:Operating:OutputVAT                6.00 CNY
        Cr Assets:Operating:CostsAdvanced:{client}       18.00 CNY
        Cr Expenses:CostsIrrecoverable                   12.00 CNY
        Dr Equity:Memo:CollectedPAA:{client}            530.00 CNY.D
        Cr Equity:Memo:Outstanding:{client}:CourtCosts   30.00 CNY.D
        Cr Equity:Memo:Outstanding:{client}:Interest     50.00 CNY.D
        Cr Equity:Memo:Outstanding:{client}:Fees         20.00 CNY.D
        Cr Equity:Memo:Outstanding:{client}:Principal   430.00 CNY.D
    """
    assert journal.new() == entries(text.format(client=client))
    assert standing(desk, "K-1") == "active, principal 570.00"


def test_forwarder_receipt__gross(desk: Desk, journal: Journal) -> None:
    """All 1070.00 come to us: 70.00 beyond the balance are the debtor's, and our fee of 212.00 waits in trust."""
    desk.place("K-1", "GROSS", "1000.00")
    journal.skip()
    row = {"event": "forwarder_receipt", "date": "2025-01-10", "case": "K-1", "amount": "1070.00", "forwarder": "LAW1"}
    desk.file("events", [row], "2025-01-10")
    assert journal.new() == entries("""
        2025-01-10 forwarder_receipt GROSS K-1
        Dr Assets:Trust:Bank:TRUST                   1070.00 CNY [TRUST]
        Cr Liabilities:Trust:ClientPayable:GROSS     1000.00 CNY [TRUST]
        Cr Liabilities:Trust:DebtorRefund              70.00 CNY [TRUST] case:K-1
        Dr Liabilities:Trust:ClientPayable:GROSS      212.00 CNY [TRUST]
        Cr Liabilities:Trust:UndrawnFees              212.00 CNY [TRUST]
        Dr Assets:Operating:DueFromTrust              212.00 CNY
        Cr Income:Commission:GROSS:Forwarded          200.00 CNY
        Cr Liabilities:Operating:OutputVAT             12.00 CNY
        Dr Equity:Memo:CollectedPAA:GROSS            1000.00 CNY.D
        Cr Equity:Memo:Outstanding:GROSS:Principal   1000.00 CNY.D
    """)
    assert standing(desk, "K-1") == "paid, overpaid 70.00"


def test_forwarder_receipt__kept_more_than_our_fee(desk: Desk, journal: Journal) -> None:
    """Our fee is 106.00 and LAW1 kept 150.00: our fees in trust pay the other 44.00, and are made good that day."""
    desk.place("K-1", "NET", "1000.00")
    journal.skip()
    desk.post("forwarder_receipt", "2025-01-10", case="K-1", amount="500.00", kept="150.00", forwarder="LAW1")
    desk.run("reconcile", "--date", "2025-01-10")
    assert journal.new() == entries("""
        2025-01-10 forwarder_receipt NET K-1
        Dr Assets:Trust:Bank:TRUST                  350.00 CNY [TRUST]
        Cr Liabilities:Trust:ClientPayable:NET      500.00 CNY [TRUST]
        Dr Liabilities:Trust:ClientPayable:NET      106.00 CNY [TRUST]
        Dr Liabilities:Trust:UndrawnFees             44.00 CNY [TRUST]
        Cr Assets:Operating:DueFromTrust             44.00 CNY
        Dr Expenses:ForwarderFees                   150.00 CNY
        Cr Income:Commission:NET:Forwarded          100.00 CNY
        Cr Liabilities:Operating:OutputVAT            6.00 CNY
        Dr Equity:Memo:CollectedPAA:NET             500.00 CNY.D
        Cr Equity:Memo:Outstanding:NET:Principal    500.00 CNY.D
        2025-01-10 cure
        Dr Assets:Trust:Bank:TRUST                   44.00 CNY [TRUST]
        Cr Liabilities:Trust:UndrawnFees             44.00 CNY [TRUST]
        Dr Assets:Operating:DueFromTrust             44.00 CNY
        Cr Assets:Operating:Bank:OPS                 44.00 CNY
    """)


def test_forwarder_share(desk: Desk, journal: Journal) -> None:
    """Of a gross receipt LAW1 is owed 60.00, out of our own fee."""
    forwarded(desk, journal, "NET")
    desk.post("forwarder_receipt", "2025-01-10", case="K-1", amount="530.00", forwarder="LAW1")
    journal.skip()
    desk.post("forwarder_share", "2025-01-10", case="K-1", client="NET", amount="60.00", forwarder="LAW1")
    assert journal.new() == entries("""
        2025-01-10 forwarder_share NET K-1
        Dr Liabilities:Trust:UndrawnFees            60.00 CNY [TRUST]
        Cr Liabilities:Trust:ForwarderPayable:LAW1  60.00 CNY [TRUST]
        Dr Expenses:ForwarderFees                   60.00 CNY
        Cr Assets:Operating:DueFromTrust            60.00 CNY
    """)


def test_forwarder_paid(desk: Desk, journal: Journal) -> None:
    """All that it is owed, out of trust; the bank's line is matched."""
    forwarded(desk, journal, "NET")
    desk.post("forwarder_receipt", "2025-01-10", case="K-1", amount="530.00", forwarder="LAW1")
    desk.post("forwarder_share", "2025-01-10", client="NET", amount="60.00", forwarder="LAW1")
    journal.skip()
    desk.post("forwarder_paid", "2025-01-15", forwarder="LAW1")
    desk.bank(("2025-01-15", "-60.00"))
    assert journal.new() == entries("""
        2025-01-15 forwarder_paid
        Dr Liabilities:Trust:ForwarderPayable:LAW1  60.00 CNY [TRUST]
        Cr Assets:Trust:Bank:TRUST                  60.00 CNY [TRUST]
    """)
    assert [line["disposition"] for line in desk.lines()] == ["matched"]
