"""The banks, the agency's own books, and who works for it (DOMAIN §3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.vocabulary.ledger import entries

if TYPE_CHECKING:
    from tests.desk import Desk
    from tests.vocabulary.ledger import Journal

PROCESSOR = """
[[bank]]
id = "PAY"
fund = "trust"
currency = "CNY"
account = "2088000000000001"
kind = "processor"
"""


def setting(desk: Desk, text: str) -> None:
    """More of agency.toml."""
    path = desk.workspace.folder / "agency.toml"
    path.write_text(path.read_text() + text)


def test_operating_entry(desk: Desk, journal: Journal) -> None:
    """Rent, capital, input VAT: from one account of the agency to another."""
    bank = "Assets:Operating:Bank:OPS"
    sides = [(bank, "Expenses:Rent", "800.00"), ("Equity:Capital", bank, "5000.00")]
    sides += [(bank, "Assets:Operating:InputVAT", "48.00")]
    rows = [
        {"event": "operating_entry", "date": "2025-01-10", "from": source, "to": target, "amount": amount}
        for source, target, amount in sides
    ]
    desk.file("events", rows, "2025-01-10")
    assert journal.new()[1:] == entries("""
        2025-01-10 operating_entry
        Dr Expenses:Rent                800.00 CNY
        Cr Assets:Operating:Bank:OPS    800.00 CNY
        2025-01-10 operating_entry
        Dr Assets:Operating:Bank:OPS   5000.00 CNY
        Cr Equity:Capital              5000.00 CNY
        2025-01-10 operating_entry
        Dr Assets:Operating:InputVAT     48.00 CNY
        Cr Assets:Operating:Bank:OPS     48.00 CNY
    """)


def test_collector_commission(desk: Desk, journal: Journal) -> None:
    """Earned on a receipt, and taken back with it when that comes back."""
    desk.place("K-1", "GROSS", "1000.00")
    desk.bank(("2025-01-10", "100.00", "K-1"))
    journal.skip()
    row = {"event": "collector_commission", "date": "2025-01-10", "case": "K-1", "amount": "8.00", "collector": "C7"}
    desk.file("events", [row], "2025-01-10")
    desk.bank(("2025-01-20", "-100.00", "K-1"))
    assert journal.new() == entries("""
        2025-01-10 collector_commission GROSS K-1
        Dr Expenses:CollectorCommission                8.00 CNY
        Cr Liabilities:Operating:CollectorCommission   8.00 CNY
        2025-01-20 returned_payment GROSS K-1 reverses receipt collector_commission
        Cr Assets:Trust:Bank:TRUST                   100.00 CNY [TRUST]
        Dr Liabilities:Trust:ClientPayable:GROSS     100.00 CNY [TRUST]
        Cr Assets:Operating:Receivable:Client:GROSS   21.20 CNY
        Dr Income:Commission:GROSS:PAA                20.00 CNY
        Dr Liabilities:Operating:OutputVAT             1.20 CNY
        Cr Equity:Memo:CollectedPAA:GROSS            100.00 CNY.D
        Dr Equity:Memo:Outstanding:GROSS:Principal   100.00 CNY.D
        Cr Expenses:CollectorCommission                8.00 CNY
        Dr Liabilities:Operating:CollectorCommission   8.00 CNY
    """)


def test_collector_paid(desk: Desk, journal: Journal) -> None:
    """What the collectors earned goes out with the wages."""
    desk.place("K-1", "GROSS", "1000.00")
    desk.bank(("2025-01-10", "100.00", "K-1"))
    desk.post("collector_commission", "2025-01-10", case="K-1", amount="8.00", collector="C7")
    journal.skip()
    desk.post("collector_paid", "2025-01-31", amount="8.00", collector="C7")
    assert journal.new() == entries("""
        2025-01-31 collector_paid
        Dr Liabilities:Operating:CollectorCommission  8.00 CNY
        Cr Assets:Operating:Bank:OPS                  8.00 CNY
    """)
    assert desk.balance("Liabilities:Operating:CollectorCommission") == "0.00"


def test_trust_transfer(desk: Desk, journal: Journal) -> None:
    """A client's money, a debtor's, a line's and the agency's fees, each by what names it."""
    desk.second_trust_bank()
    desk.place("K-1", "NET", "500.00")
    desk.bank(("2025-01-10", "600.00", "K-1"), ("2025-01-10", "80.00"), bank="TWO")
    journal.skip()
    for whose in ({"client": "NET"}, {"case": "K-1"}, {"of": "2"}, {"amount": "6.00"}):
        desk.post("trust_transfer", "2025-01-11", from_="TWO", to="TRUST", **whose)
    assert journal.new() == entries("""
        2025-01-11 trust_transfer NET
        Dr Assets:Trust:Bank:TRUST              394.00 CNY [TRUST]
        Cr Assets:Trust:Bank:TWO                394.00 CNY [TWO]
        Dr Liabilities:Trust:ClientPayable:NET  394.00 CNY [TWO]
        Cr Liabilities:Trust:ClientPayable:NET  394.00 CNY [TRUST]
        2025-01-11 trust_transfer NET K-1
        Dr Assets:Trust:Bank:TRUST              100.00 CNY [TRUST]
        Cr Assets:Trust:Bank:TWO                100.00 CNY [TWO]
        Dr Liabilities:Trust:DebtorRefund       100.00 CNY [TWO] case:K-1
        Cr Liabilities:Trust:DebtorRefund       100.00 CNY [TRUST] case:K-1
        2025-01-11 trust_transfer
        Dr Assets:Trust:Bank:TRUST               80.00 CNY [TRUST]
        Cr Assets:Trust:Bank:TWO                 80.00 CNY [TWO]
        Dr Liabilities:Trust:Unidentified        80.00 CNY [TWO] line:2
        Cr Liabilities:Trust:Unidentified        80.00 CNY [TRUST] line:2
        2025-01-11 trust_transfer
        Dr Assets:Trust:Bank:TRUST                6.00 CNY [TRUST]
        Cr Assets:Trust:Bank:TWO                  6.00 CNY [TWO]
        Dr Liabilities:Trust:UndrawnFees          6.00 CNY [TWO]
        Cr Liabilities:Trust:UndrawnFees          6.00 CNY [TRUST]
    """)


def test_trust_transfer__out_of_transit(desk: Desk, journal: Journal) -> None:
    """A processor has the payment first, in transit; its payout, one line of the bank, brings the client's and ours."""
    setting(desk, PROCESSOR)
    desk.place("K-1", "NET", "500.00")
    journal.skip()
    desk.post("receipt", "2025-01-10", case="K-1", amount="100.00", bank="PAY")
    payout = {"event": "trust_transfer", "date": "2025-01-12", "reference": "PO-7", "from": "PAY", "to": "TRUST"}
    desk.file("events", [{**payout, "client": "NET"}, payout], "2025-01-12")
    desk.bank(("2025-01-13", "100.00", "", "payout"))
    assert journal.new() == entries("""
        2025-01-10 receipt NET K-1
        Dr Assets:Trust:InTransit:PAY             100.00 CNY [PAY]
        Cr Liabilities:Trust:ClientPayable:NET    100.00 CNY [PAY]
        Dr Liabilities:Trust:ClientPayable:NET     21.20 CNY [PAY]
        Cr Liabilities:Trust:UndrawnFees           21.20 CNY [PAY]
        Dr Assets:Operating:DueFromTrust           21.20 CNY
        Cr Income:Commission:NET:PAA               20.00 CNY
        Cr Liabilities:Operating:OutputVAT          1.20 CNY
        Dr Equity:Memo:CollectedPAA:NET           100.00 CNY.D
        Cr Equity:Memo:Outstanding:NET:Principal  100.00 CNY.D
        2025-01-12 trust_transfer NET
        Dr Assets:Trust:Bank:TRUST                 78.80 CNY [TRUST]
        Cr Assets:Trust:InTransit:PAY              78.80 CNY [PAY]
        Dr Liabilities:Trust:ClientPayable:NET     78.80 CNY [PAY]
        Cr Liabilities:Trust:ClientPayable:NET     78.80 CNY [TRUST]
        2025-01-12 trust_transfer
        Dr Assets:Trust:Bank:TRUST                 21.20 CNY [TRUST]
        Cr Assets:Trust:InTransit:PAY              21.20 CNY [PAY]
        Dr Liabilities:Trust:UndrawnFees           21.20 CNY [PAY]
        Cr Liabilities:Trust:UndrawnFees           21.20 CNY [TRUST]
    """)
    assert [line["disposition"] for line in desk.lines()] == ["matched"]


def test_bank_charge(desk: Desk, journal: Journal) -> None:
    """A line of the operating bank that a person says is its charge: the day's booking as unknown is taken back."""
    desk.bank(("2025-01-10", "-12.50"), bank="OPS")
    journal.skip()
    desk.run("resolve", "1", "--event", "bank_charge", "--date", "2025-01-11")
    assert journal.new() == entries("""
        2025-01-11 bank_charge
        Dr Expenses:BankCharges             12.50 CNY
        Cr Assets:Operating:Bank:OPS        12.50 CNY
        2025-01-11 reversal reverses suspense
        Dr Assets:Operating:Bank:OPS        12.50 CNY
        Cr Liabilities:Operating:Suspense   12.50 CNY
    """)


def test_bank_charge_on_trust(desk: Desk, journal: Journal) -> None:
    """Never out of others' money: of our fee of 21.20 the charge of 30.00 takes all, and 8.80 are cured that day."""
    desk.place("K-1", "NET", "500.00")
    desk.bank(("2025-01-10", "100.00", "K-1"), ("2025-01-11", "-30.00"))
    journal.skip()
    desk.run("resolve", "2", "--event", "bank_charge", "--date", "2025-01-11")
    desk.run("reconcile", "--date", "2025-01-11")
    assert journal.new() == entries("""
        2025-01-11 bank_charge
        Dr Liabilities:Trust:UndrawnFees    30.00 CNY [TRUST]
        Cr Assets:Trust:Bank:TRUST          30.00 CNY [TRUST]
        Dr Expenses:BankCharges             30.00 CNY
        Cr Assets:Operating:DueFromTrust    30.00 CNY
        2025-01-11 cure
        Dr Assets:Trust:Bank:TRUST           8.80 CNY [TRUST]
        Cr Liabilities:Trust:UndrawnFees     8.80 CNY [TRUST]
        Dr Assets:Operating:DueFromTrust     8.80 CNY
        Cr Assets:Operating:Bank:OPS         8.80 CNY
    """)


def test_bank_charge_on_trust__of_a_processor(desk: Desk, journal: Journal) -> None:
    """A processor's fee on money in transit is the agency's too."""
    setting(desk, PROCESSOR)
    desk.place("K-1", "NET", "500.00")
    desk.post("receipt", "2025-01-10", case="K-1", amount="100.00", bank="PAY")
    journal.skip()
    desk.post("bank_charge", "2025-01-10", amount="0.60", bank="PAY")
    assert journal.new() == entries("""
        2025-01-10 bank_charge
        Dr Liabilities:Trust:UndrawnFees     0.60 CNY [PAY]
        Cr Assets:Trust:InTransit:PAY        0.60 CNY [PAY]
        Dr Expenses:BankCharges              0.60 CNY
        Cr Assets:Operating:DueFromTrust     0.60 CNY
    """)


def test_trust_interest(desk: Desk, journal: Journal) -> None:
    """Nobody's yet, unless agency.toml says that it is the agency's."""
    desk.post("trust_interest", "2025-01-21", amount="3.15", bank="TRUST")
    setting(desk, '\n[trust]\ninterest = "agency"\n')
    desk.post("trust_interest", "2025-01-22", amount="3.20")
    assert journal.new()[1:] == entries("""
        2025-01-21 trust_interest
        Dr Assets:Trust:Bank:TRUST          3.15 CNY [TRUST]
        Cr Liabilities:Trust:Unidentified   3.15 CNY [TRUST] line:0
        2025-01-22 trust_interest
        Dr Assets:Trust:Bank:TRUST          3.20 CNY [TRUST]
        Cr Liabilities:Trust:UndrawnFees    3.20 CNY [TRUST]
        Dr Assets:Operating:DueFromTrust    3.20 CNY
        Cr Income:TrustInterest             3.20 CNY
    """)


def test_vat_paid(desk: Desk, journal: Journal) -> None:
    """The month's output VAT goes to the tax office."""
    desk.place("K-1", "GROSS", "1000.00")
    desk.bank(("2025-01-10", "1000.00", "K-1"))
    journal.skip()
    desk.post("vat_paid", "2025-02-15", amount="12.00")
    assert journal.new() == entries("""
        2025-02-15 vat_paid
        Dr Liabilities:Operating:OutputVAT  12.00 CNY
        Cr Assets:Operating:Bank:OPS        12.00 CNY
    """)
    assert desk.balance("Liabilities:Operating:OutputVAT") == "0.00"
