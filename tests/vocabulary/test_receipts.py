"""Payments of debtors to the agency: good at once, with the fee taken or billed, and too much (DOMAIN §3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.vocabulary.ledger import entries, standing

if TYPE_CHECKING:
    from tests.desk import Desk
    from tests.vocabulary.ledger import Journal

YEN = """
[[bank]]
id = "{0}"
fund = "{1}"
currency = "JPY"
account = "{2}"
"""


def test_receipt(desk: Desk, journal: Journal) -> None:
    """600.00: costs, interest, fees, then principal; the fee is 20 % of 590.00 and VAT, a posting of its own."""
    desk.place("K-1", "NET", "1000.00", interest="50.00", fees="20.00", court_costs="10.00")
    journal.skip()
    desk.bank(("2025-01-10", "600.00", "K-1"))
    assert journal.new() == entries("""
        2025-01-10 receipt NET K-1
        Dr Assets:Trust:Bank:TRUST                 600.00 CNY [TRUST]
        Cr Liabilities:Trust:ClientPayable:NET     600.00 CNY [TRUST]
        Dr Liabilities:Trust:ClientPayable:NET     125.08 CNY [TRUST]
        Cr Liabilities:Trust:UndrawnFees           125.08 CNY [TRUST]
        Dr Assets:Operating:DueFromTrust           125.08 CNY
        Cr Income:Commission:NET:PAA               118.00 CNY
        Cr Liabilities:Operating:OutputVAT           7.08 CNY
        Dr Equity:Memo:CollectedPAA:NET            600.00 CNY.D
        Cr Equity:Memo:Outstanding:NET:CourtCosts   10.00 CNY.D
        Cr Equity:Memo:Outstanding:NET:Interest     50.00 CNY.D
        Cr Equity:Memo:Outstanding:NET:Fees         20.00 CNY.D
        Cr Equity:Memo:Outstanding:NET:Principal   520.00 CNY.D
    """)
    assert standing(desk, "K-1") == "active, principal 480.00"


def test_receipt__without_decimals(desk: Desk, journal: Journal) -> None:
    """Yen have none: commission 20 % of 5003 is 1000.6, so 1001; VAT 6 % of it is 60.06, so 60."""
    path = desk.workspace.folder / "agency.toml"
    banks = (("YEN", "trust", "62220001"), ("YOPS", "operating", "62220002"))
    path.write_text(path.read_text() + "".join(YEN.format(*bank) for bank in banks))
    desk.client("TOKYO", "net", minimum="0")
    contract = desk.workspace.folder / "clients/TOKYO.toml"
    contract.write_text(contract.read_text().replace('"CNY"', '"JPY"'))
    desk.place("K-1", "TOKYO", "10000")
    journal.skip()
    desk.file("events", [{"event": "receipt", "date": "2025-01-10", "case": "K-1", "amount": "5003"}], "2025-01-10")
    assert journal.new() == entries("""
        2025-01-10 receipt TOKYO K-1
        Dr Assets:Trust:Bank:YEN                    5003 JPY [YEN]
        Cr Liabilities:Trust:ClientPayable:TOKYO    5003 JPY [YEN]
        Dr Liabilities:Trust:ClientPayable:TOKYO    1061 JPY [YEN]
        Cr Liabilities:Trust:UndrawnFees            1061 JPY [YEN]
        Dr Assets:Operating:DueFromTrust            1061 JPY
        Cr Income:Commission:TOKYO:PAA              1001 JPY
        Cr Liabilities:Operating:OutputVAT            60 JPY
        Dr Equity:Memo:CollectedPAA:TOKYO           5003 JPY.D
        Cr Equity:Memo:Outstanding:TOKYO:Principal  5003 JPY.D
    """)
    assert standing(desk, "K-1") == "active, principal 4997"


def test_fee_withheld(desk: Desk, journal: Journal) -> None:
    """VAT within the commission: 20 % of 106.00 is 21.20, of which 20.00 are the commission and 1.20 VAT."""
    contract = desk.workspace.folder / "clients/COMBI.toml"
    contract.write_text(contract.read_text().replace('vat = "exclusive"', 'vat = "inclusive"'))
    desk.place("K-1", "COMBI", "1000.00")
    journal.skip()
    desk.bank(("2025-01-10", "106.00", "K-1"))
    assert journal.new() == entries("""
        2025-01-10 receipt COMBI K-1
        Dr Assets:Trust:Bank:TRUST                  106.00 CNY [TRUST]
        Cr Liabilities:Trust:ClientPayable:COMBI    106.00 CNY [TRUST]
        Dr Liabilities:Trust:ClientPayable:COMBI     21.20 CNY [TRUST]
        Cr Liabilities:Trust:UndrawnFees             21.20 CNY [TRUST]
        Dr Assets:Operating:DueFromTrust             21.20 CNY
        Cr Income:Commission:COMBI:PAA               20.00 CNY
        Cr Liabilities:Operating:OutputVAT            1.20 CNY
        Dr Equity:Memo:CollectedPAA:COMBI           106.00 CNY.D
        Cr Equity:Memo:Outstanding:COMBI:Principal  106.00 CNY.D
    """)


def test_fee_invoiced(desk: Desk, journal: Journal) -> None:
    """The client gets all of its money, and owes the fee."""
    desk.place("K-1", "GROSS", "1000.00")
    journal.skip()
    desk.bank(("2025-01-10", "100.00", "K-1"))
    assert journal.new() == entries("""
        2025-01-10 receipt GROSS K-1
        Dr Assets:Trust:Bank:TRUST                  100.00 CNY [TRUST]
        Cr Liabilities:Trust:ClientPayable:GROSS    100.00 CNY [TRUST]
        Dr Assets:Operating:Receivable:Client:GROSS  21.20 CNY
        Cr Income:Commission:GROSS:PAA               20.00 CNY
        Cr Liabilities:Operating:OutputVAT            1.20 CNY
        Dr Equity:Memo:CollectedPAA:GROSS           100.00 CNY.D
        Cr Equity:Memo:Outstanding:GROSS:Principal  100.00 CNY.D
    """)


def test_overpayment(desk: Desk, journal: Journal) -> None:
    """100.00 beyond the balance are the debtor's own, and bear no fee; so is all that comes after."""
    desk.place("K-1", "NET", "500.00")
    journal.skip()
    desk.bank(("2025-01-10", "600.00", "K-1"), ("2025-01-11", "40.00", "K-1"))
    assert journal.new() == entries("""
        2025-01-10 receipt NET K-1
        Dr Assets:Trust:Bank:TRUST                600.00 CNY [TRUST]
        Cr Liabilities:Trust:ClientPayable:NET    500.00 CNY [TRUST]
        Cr Liabilities:Trust:DebtorRefund         100.00 CNY [TRUST] case:K-1
        Dr Liabilities:Trust:ClientPayable:NET    106.00 CNY [TRUST]
        Cr Liabilities:Trust:UndrawnFees          106.00 CNY [TRUST]
        Dr Assets:Operating:DueFromTrust          106.00 CNY
        Cr Income:Commission:NET:PAA              100.00 CNY
        Cr Liabilities:Operating:OutputVAT          6.00 CNY
        Dr Equity:Memo:CollectedPAA:NET           500.00 CNY.D
        Cr Equity:Memo:Outstanding:NET:Principal  500.00 CNY.D
        2025-01-11 receipt NET K-1
        Dr Assets:Trust:Bank:TRUST                 40.00 CNY [TRUST]
        Cr Liabilities:Trust:DebtorRefund          40.00 CNY [TRUST] case:K-1
    """)
    assert standing(desk, "K-1") == "paid, overpaid 140.00"
