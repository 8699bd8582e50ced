"""Costs of collecting: who pays them, and how the agency gets its advance back (DOMAIN §3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.vocabulary.ledger import entries, standing

if TYPE_CHECKING:
    from tests.desk import Desk
    from tests.vocabulary.ledger import Journal


def advanced(desk: Desk, journal: Journal, client: str = "NET") -> None:
    """K-1 with something in every bucket, of whose court costs the client placed 10.00; we advanced 30.00."""
    desk.place("K-1", client, "1000.00", interest="50.00", fees="20.00", court_costs="10.00")
    desk.post("cost_advanced", "2025-01-03", case="K-1", amount="30.00")
    journal.skip()


def test_cost_advanced(desk: Desk, journal: Journal) -> None:
    """The agency's own money goes out, and the debtor owes it."""
    desk.place("K-1", "NET", "1000.00")
    journal.skip()
    row = {"event": "cost_advanced", "date": "2025-01-03", "case": "K-1", "amount": "30.00", "reference": "court fee"}
    desk.file("events", [row], "2025-01-03")
    assert journal.new() == entries("""
        2025-01-03 cost_advanced NET K-1
        Dr Assets:Operating:CostsAdvanced:NET       30.00 CNY
        Cr Assets:Operating:Bank:OPS                30.00 CNY
        Dr Equity:Memo:Outstanding:NET:CourtCosts   30.00 CNY.D
        Cr Equity:Memo:CostsAdded:NET               30.00 CNY.D
    """)
    assert standing(desk, "K-1") == "active, principal 1000.00, court_costs 30.00"


def test_cost_deposit(desk: Desk, journal: Journal) -> None:
    """The client's money on a trust bank, booked ahead of the statement; its line is matched and posts nothing more."""
    desk.post("cost_deposit", "2025-01-05", client="NET", amount="200.00")
    desk.bank(("2025-01-06", "200.00", "", "costs in advance"))
    assert journal.new()[1:] == entries("""
        2025-01-05 cost_deposit NET
        Dr Assets:Trust:Bank:TRUST                 200.00 CNY [TRUST]
        Cr Liabilities:Trust:ClientCostDeposit:NET 200.00 CNY [TRUST]
    """)
    assert [line["disposition"] for line in desk.lines()] == ["matched"]


def test_deposit_spent(desk: Desk, journal: Journal) -> None:
    """The cost goes out of the client's deposit: the debtor owes it, and the agency advanced nothing."""
    desk.place("K-1", "NET", "1000.00")
    desk.post("cost_deposit", "2025-01-05", client="NET", amount="200.00")
    journal.skip()
    desk.post("cost_advanced", "2025-01-08", case="K-1", amount="120.00", from_="deposit")
    assert journal.new() == entries("""
        2025-01-08 cost_advanced NET K-1
        Dr Liabilities:Trust:ClientCostDeposit:NET 120.00 CNY [TRUST]
        Cr Assets:Trust:Bank:TRUST                 120.00 CNY [TRUST]
        Dr Equity:Memo:Outstanding:NET:CourtCosts  120.00 CNY.D
        Cr Equity:Memo:CostsAdded:NET              120.00 CNY.D
    """)
    assert standing(desk, "K-1") == "active, principal 1000.00, court_costs 120.00"
    assert "ADVANCE_BEYOND" in desk.post("cost_billed", "2025-01-09", case="K-1", status=1)


def test_deposit_return(desk: Desk, journal: Journal) -> None:
    """A part by its amount, then whatever is left."""
    desk.post("cost_deposit", "2025-01-05", client="NET", amount="200.00")
    journal.skip()
    desk.post("deposit_return", "2025-01-10", client="NET", amount="50.00")
    desk.post("deposit_return", "2025-01-11", client="NET")
    assert journal.new() == entries("""
        2025-01-10 deposit_return NET
        Dr Liabilities:Trust:ClientCostDeposit:NET  50.00 CNY [TRUST]
        Cr Assets:Trust:Bank:TRUST                  50.00 CNY [TRUST]
        2025-01-11 deposit_return NET
        Dr Liabilities:Trust:ClientCostDeposit:NET 150.00 CNY [TRUST]
        Cr Assets:Trust:Bank:TRUST                 150.00 CNY [TRUST]
    """)


def test_cost_billed(desk: Desk, journal: Journal) -> None:
    """After a recall the client owes what the agency advanced; the next run invoices it."""
    advanced(desk, journal)
    desk.post("recall", "2025-01-10", case="K-1")
    journal.skip()
    desk.post("cost_billed", "2025-01-11", case="K-1")
    assert journal.new() == entries("""
        2025-01-11 cost_billed NET K-1
        Dr Assets:Operating:Receivable:Client:NET  30.00 CNY
        Cr Assets:Operating:CostsAdvanced:NET      30.00 CNY
    """)
    assert desk.remit("2025-01-31")["NET"]["invoiced"] == "30.00"


def test_cost_write_off(desk: Desk, journal: Journal) -> None:
    """An expense of the agency; the debtor still owes the cost."""
    advanced(desk, journal)
    desk.post("cost_write_off", "2025-01-10", case="K-1", amount="12.00")
    assert journal.new() == entries("""
        2025-01-10 cost_write_off NET K-1
        Dr Expenses:CostsIrrecoverable         12.00 CNY
        Cr Assets:Operating:CostsAdvanced:NET  12.00 CNY
    """)
    assert standing(desk, "K-1") == "active, principal 1000.00, interest 50.00, fees 20.00, court_costs 40.00"


WITHHELD = """
    Dr Liabilities:Trust:ClientPayable:{client}  49.08 CNY [TRUST]
    Cr Liabilities:Trust:UndrawnFees             49.08 CNY [TRUST]
    Dr Assets:Operating:DueFromTrust             49.08 CNY
"""
INVOICED = "Dr Assets:Operating:Receivable:Client:{client} 49.08 CNY"


@pytest.mark.parametrize(("client", "taken"), [("NET", WITHHELD), ("COMBI", WITHHELD), ("GROSS", INVOICED)])
def test_cost_recovered(desk: Desk, journal: Journal, client: str, taken: str) -> None:
    """130.00 pay 40.00 of court costs, 30.00 of them the agency's; the fee is 20 % of the other 90.00, and VAT."""
    advanced(desk, journal, client)
    desk.bank(("2025-01-10", "130.00", "K-1"))
    text = """
        2025-01-10 receipt {client} K-1
        Dr Assets:Trust:Bank:TRUST                      130.00 CNY [TRUST]
        Cr Liabilities:Trust:ClientPayable:{client}     130.00 CNY [TRUST]
        Cr Income:Commission:{client}:PAA                18.00 CNY
        Cr Liabilities:Operating:OutputVAT                1.08 CNY
        Cr Assets:Operating:CostsAdvanced:{client}       30.00 CNY
        Dr Equity:Memo:CollectedPAA:{client}            130.00 CNY.D
        Cr Equity:Memo:Outstanding:{client}:CourtCosts   40.00 CNY.D
        Cr Equity:Memo:Outstanding:{client}:Interest     50.00 CNY.D
        Cr Equity:Memo:Outstanding:{client}:Fees         20.00 CNY.D
        Cr Equity:Memo:Outstanding:{client}:Principal    20.00 CNY.D
    """
    assert journal.new() == entries((text + taken).format(client=client))
    assert standing(desk, "K-1") == "active, principal 980.00"


def test_cost_recovered__after_it_was_given_up(desk: Desk, journal: Journal) -> None:
    """Of 35.00 the agency's open 18.00 are repaid first, then its 12.00 that were written off, the client's last."""
    advanced(desk, journal)
    desk.post("cost_write_off", "2025-01-05", case="K-1", amount="12.00")
    journal.skip()
    desk.bank(("2025-01-10", "35.00", "K-1"))
    assert journal.new() == entries("""
        2025-01-10 receipt NET K-1
        Dr Assets:Trust:Bank:TRUST                 35.00 CNY [TRUST]
        Cr Liabilities:Trust:ClientPayable:NET     35.00 CNY [TRUST]
        Dr Liabilities:Trust:ClientPayable:NET     30.00 CNY [TRUST]
        Cr Liabilities:Trust:UndrawnFees           30.00 CNY [TRUST]
        Dr Assets:Operating:DueFromTrust           30.00 CNY
        Cr Assets:Operating:CostsAdvanced:NET      18.00 CNY
        Cr Expenses:CostsIrrecoverable             12.00 CNY
        Dr Equity:Memo:CollectedPAA:NET            35.00 CNY.D
        Cr Equity:Memo:Outstanding:NET:CourtCosts  35.00 CNY.D
    """)
    assert standing(desk, "K-1") == "active, principal 1000.00, interest 50.00, fees 20.00, court_costs 5.00"
