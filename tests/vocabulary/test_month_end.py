"""Remittance runs and their documents, and what clients pay (DOMAIN §3, §4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.vocabulary.ledger import entries, standing

if TYPE_CHECKING:
    from tests.desk import Desk
    from tests.vocabulary.ledger import Journal


def collected(desk: Desk, journal: Journal, client: str) -> None:
    """Of K-1's 5000.00 the agency got 1000.00 (its fee is 212.00) and the client 500.00 (106.00)."""
    desk.place("K-1", client, "5000.00")
    desk.bank(("2025-01-10", "1000.00", "K-1"))
    desk.post("direct_payment", "2025-01-12", case="K-1", amount="500.00")
    journal.skip()


def test_offset(desk: Desk, journal: Journal) -> None:
    """net: the 106.00 are taken from the client's money, and drawn with the fees that were withheld."""
    collected(desk, journal, "NET")
    desk.remit("2025-01-31")
    assert journal.new() == entries("""
        2025-01-31 fee_document NET
        2025-01-31 offset NET
        Dr Liabilities:Trust:ClientPayable:NET     106.00 CNY [TRUST]
        Cr Liabilities:Trust:UndrawnFees           106.00 CNY [TRUST]
        Dr Assets:Operating:DueFromTrust           106.00 CNY
        Cr Assets:Operating:Receivable:Client:NET  106.00 CNY
        2025-01-31 remittance NET
        Dr Liabilities:Trust:ClientPayable:NET     682.00 CNY [TRUST]
        Cr Assets:Trust:Bank:TRUST                 682.00 CNY [TRUST]
        2025-01-31 remittance_run NET
        2025-01-31 sweep
        Dr Liabilities:Trust:UndrawnFees           318.00 CNY [TRUST]
        Cr Assets:Trust:Bank:TRUST                 318.00 CNY [TRUST]
        Dr Assets:Operating:Bank:OPS               318.00 CNY
        Cr Assets:Operating:DueFromTrust           318.00 CNY
    """)


def test_offset__of_what_was_cured(desk: Desk, journal: Journal) -> None:
    """combined: the cured 788.00 are taken from later money, in every mode; the fee on direct payments is not."""
    desk.cured_client("COMBI")
    desk.post("direct_payment", "2025-02-10", case="C-1", amount="500.00")
    desk.bank(("2025-02-20", "2000.00", "C-1"))
    journal.skip()
    desk.remit("2025-02-28", "--client", "COMBI")
    moved = [entry for entry in journal.new() if entry.postings]
    assert moved == entries("""
        2025-02-28 offset COMBI
        Dr Liabilities:Trust:ClientPayable:COMBI     788.00 CNY [TRUST]
        Cr Liabilities:Trust:UndrawnFees             788.00 CNY [TRUST]
        Dr Assets:Operating:DueFromTrust             788.00 CNY
        Cr Assets:Operating:Receivable:Client:COMBI  788.00 CNY
        2025-02-28 remittance COMBI
        Dr Liabilities:Trust:ClientPayable:COMBI     788.00 CNY [TRUST]
        Cr Assets:Trust:Bank:TRUST                   788.00 CNY [TRUST]
    """)
    assert desk.invoices() == {"INV-2025-0001": ("106.00", "106.00")}


def test_remittance(desk: Desk, journal: Journal) -> None:
    """gross: the client gets all that came for it; the bank's payment by the run's number is matched."""
    collected(desk, journal, "GROSS")
    desk.remit("2025-01-31", "--client", "GROSS")
    desk.bank(("2025-01-31", "-1000.00", "REM-2025-01-31-GROSS"))
    assert journal.new() == entries("""
        2025-01-31 fee_document GROSS
        2025-01-31 remittance GROSS
        Dr Liabilities:Trust:ClientPayable:GROSS  1000.00 CNY [TRUST]
        Cr Assets:Trust:Bank:TRUST                1000.00 CNY [TRUST]
        2025-01-31 invoice GROSS
        2025-01-31 remittance_run GROSS
    """)
    assert [line["disposition"] for line in desk.lines()] == ["posted", "matched"]


def test_sweep(desk: Desk, journal: Journal) -> None:
    """Each trust bank's fees by themselves, into the operating bank of the currency."""
    desk.second_trust_bank()
    desk.client("FAR", "net", more='trust_bank = "TWO"')
    for case, client, bank in (("K-1", "NET", "TRUST"), ("K-2", "FAR", "TWO")):
        desk.place(case, client, "5000.00")
        desk.bank(("2025-01-10", {"NET": "1000.00", "FAR": "100.00"}[client], case), bank=bank)
    journal.skip()
    desk.remit("2025-01-31")
    swept = [entry for entry in journal.new() if entry.head == "2025-01-31 sweep"]
    assert swept == entries("""
        2025-01-31 sweep
        Dr Liabilities:Trust:UndrawnFees  212.00 CNY [TRUST]
        Cr Assets:Trust:Bank:TRUST        212.00 CNY [TRUST]
        Dr Assets:Operating:Bank:OPS      212.00 CNY
        Cr Assets:Operating:DueFromTrust  212.00 CNY
        2025-01-31 sweep
        Dr Liabilities:Trust:UndrawnFees   21.20 CNY [TWO]
        Cr Assets:Trust:Bank:TWO           21.20 CNY [TWO]
        Dr Assets:Operating:Bank:OPS       21.20 CNY
        Cr Assets:Operating:DueFromTrust   21.20 CNY
    """)


def test_remittance_run(desk: Desk, journal: Journal) -> None:
    """A run that has nothing to pay is noted all the same; the same run again is none."""
    desk.place("K-1", "NET", "1000.00")
    journal.skip()
    desk.remit("2025-01-31")
    assert journal.new() == entries("2025-01-31 remittance_run NET")
    desk.remit("2025-01-31")
    assert journal.new() == []


def test_fee_document(desk: Desk, journal: Journal) -> None:
    """All commission and VAT of the period: of 1500.00, withheld, offset or billed. It posts nothing."""
    collected(desk, journal, "NET")
    desk.remit("2025-01-31")
    assert entries("2025-01-31 fee_document NET")[0] in journal.new()
    assert desk.documents("NET", "2025-01") == [("fee", "300.00", "18.00", True)]


def test_invoice(desk: Desk, journal: Journal) -> None:
    """combined: the fee on the direct payment is billed. It posts nothing: the client owes it already."""
    collected(desk, journal, "COMBI")
    desk.remit("2025-01-31")
    assert entries("2025-01-31 invoice COMBI")[0] in journal.new()
    assert desk.invoices() == {"INV-2025-0001": ("106.00", "106.00")}
    assert desk.receivable("COMBI") == "106.00"


def test_invoice__final(desk: Desk, journal: Journal) -> None:
    """When no more money is to come, what was cured is billed too."""
    desk.cured_client("COMBI")
    journal.skip()
    desk.run("invoice", "final", "COMBI", "--date", "2025-02-28")
    assert entries("2025-02-28 invoice COMBI")[0] in journal.new()
    assert desk.invoices() == {"INV-2025-0001": ("788.00", "788.00")}


def test_credit_note(desk: Desk, journal: Journal) -> None:
    """The fee of a payment that came back after its document: a note over it, which names that. It posts nothing."""
    desk.cured_client("NET")
    journal.skip()
    desk.remit("2025-02-28")
    assert journal.new() == entries("""
        2025-02-28 credit_note NET
        2025-02-28 remittance_run NET
    """)
    (note,) = [d for d in desk.workspace.json("statement", "NET", "--period", "2025-02")["documents"] if d["names"]]
    told = [note[name] for name in ("kind", "number", "commission", "vat", "names")]
    assert told == ["credit_note", "CRN-2025-0001", "200.00", "12.00", "FEE-2025-0001"]


def test_client_payment(desk: Desk, journal: Journal) -> None:
    """A line on the operating bank that names the open invoice; then by hand, 50.00 that go beyond it."""
    collected(desk, journal, "COMBI")
    desk.remit("2025-01-31")
    journal.skip()
    desk.bank(("2025-02-10", "106.00", "INV-2025-0001"), bank="OPS")
    desk.post("client_payment", "2025-02-11", client="COMBI", amount="50.00")
    assert journal.new() == entries("""
        2025-02-10 client_payment COMBI
        Dr Assets:Operating:Bank:OPS                 106.00 CNY
        Cr Assets:Operating:Receivable:Client:COMBI  106.00 CNY
        2025-02-11 client_payment COMBI
        Dr Assets:Operating:Bank:OPS                  50.00 CNY
        Cr Assets:Operating:Receivable:Client:COMBI   50.00 CNY
    """)
    assert desk.invoices() == {"INV-2025-0001": ("106.00", "0.00")}


def test_client_payment_into_trust(desk: Desk, journal: Journal) -> None:
    """The agency's money on a trust bank: a fee that is not drawn yet; it had been booked as unidentified."""
    collected(desk, journal, "COMBI")
    desk.remit("2025-01-31")
    desk.bank(("2025-02-10", "106.00", "fees of January"))
    number = str(desk.lines()[-1]["line"])
    journal.skip()
    desk.run("resolve", number, "--event", "client_payment", "--client", "COMBI", "--date", "2025-02-11")
    assert journal.new() == entries("""
        2025-02-11 client_payment COMBI
        Dr Assets:Trust:Bank:TRUST                   106.00 CNY [TRUST]
        Cr Liabilities:Trust:UndrawnFees             106.00 CNY [TRUST]
        Dr Assets:Operating:DueFromTrust             106.00 CNY
        Cr Assets:Operating:Receivable:Client:COMBI  106.00 CNY
        2025-02-11 reversal reverses unidentified
        Cr Assets:Trust:Bank:TRUST                   106.00 CNY [TRUST]
        Dr Liabilities:Trust:Unidentified            106.00 CNY [TRUST] line:2
    """)
    assert desk.invoices() == {"INV-2025-0001": ("106.00", "0.00")}


def test_client_credit(desk: Desk, journal: Journal) -> None:
    """The client paid its invoice, then the payment that bore the fee came back: the 106.00 are repaid."""
    collected(desk, journal, "COMBI")
    desk.remit("2025-01-31")
    desk.run("invoice", "pay", "INV-2025-0001", "--date", "2025-02-10")
    desk.post("returned_payment", "2025-02-15", case="K-1", amount="500.00")
    journal.skip()
    desk.post("client_credit", "2025-02-20", client="COMBI")
    assert journal.new() == entries("""
        2025-02-20 client_credit COMBI
        Dr Assets:Operating:Receivable:Client:COMBI  106.00 CNY
        Cr Assets:Operating:Bank:OPS                 106.00 CNY
    """)
    assert standing(desk, "K-1") == "active, principal 4000.00"
