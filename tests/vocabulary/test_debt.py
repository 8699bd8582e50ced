"""The placed debt: what is placed, what grows, and what takes it away without a payment (DOMAIN §3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.vocabulary.ledger import entries, standing

if TYPE_CHECKING:
    from tests.desk import Desk
    from tests.vocabulary.ledger import Journal


def whole(desk: Desk, journal: Journal) -> None:
    """K-1 of NET with something in every bucket; the client placed the court costs."""
    desk.place("K-1", "NET", "1000.00", interest="50.00", fees="20.00", court_costs="10.00")
    journal.skip()


def test_opening(desk: Desk, journal: Journal) -> None:
    """The accounts of [opening], each as it is written there, on the first day."""
    path = desk.workspace.folder / "agency.toml"
    brought = {
        "Assets:Trust:Bank:TRUST": "700.00",
        "Liabilities:Trust:ClientPayable:GROSS": "-500.00",
        "Liabilities:Trust:UndrawnFees": "-80.00",
        "Liabilities:Trust:Unidentified": "-120.00",
        "Assets:Operating:DueFromTrust": "80.00",
        "Assets:Operating:Receivable:Client:NET": "53.00",
        "Liabilities:Operating:OutputVAT": "-33.00",
    }
    lines = [f'"{account}" = "{amount}"' for account, amount in brought.items()]
    text = path.read_text().replace('"Equity:Opening" = "-100000.00"', '"Equity:Opening" = "-100100.00"')
    path.write_text(text.replace("[opening]\n", "\n".join(["[opening]", *lines, ""])))
    desk.place("K-1", "NET", "1000.00")
    assert journal.new()[:1] == entries("""
        2025-01-01 opening
        Dr Assets:Operating:Bank:OPS              100000.00 CNY
        Dr Assets:Operating:DueFromTrust              80.00 CNY
        Dr Assets:Operating:Receivable:Client:NET     53.00 CNY
        Cr Liabilities:Operating:OutputVAT            33.00 CNY
        Cr Equity:Opening                         100100.00 CNY
        Dr Assets:Trust:Bank:TRUST                   700.00 CNY [TRUST]
        Cr Liabilities:Trust:ClientPayable:GROSS     500.00 CNY [TRUST]
        Cr Liabilities:Trust:UndrawnFees              80.00 CNY [TRUST]
        Cr Liabilities:Trust:Unidentified            120.00 CNY [TRUST] line:0
    """)


def test_placement(desk: Desk, journal: Journal) -> None:
    """Each bucket as the client gave it; debt that was old on the first day is posted on that, with its own date."""
    desk.place("K-1", "NET", "1000.00", interest="50.00", fees="20.00", court_costs="10.00")
    desk.place("K-2", "NET", "300.00", "2024-11-05")
    assert journal.new()[1:] == entries("""
        2025-01-02 placement NET K-1
        Dr Equity:Memo:Outstanding:NET:Principal  1000.00 CNY.D
        Dr Equity:Memo:Outstanding:NET:Interest     50.00 CNY.D
        Dr Equity:Memo:Outstanding:NET:Fees         20.00 CNY.D
        Dr Equity:Memo:Outstanding:NET:CourtCosts   10.00 CNY.D
        Cr Equity:Memo:Placed:NET                 1080.00 CNY.D
        2025-01-01 (of 2024-11-05) placement NET K-2
        Dr Equity:Memo:Outstanding:NET:Principal   300.00 CNY.D
        Cr Equity:Memo:Placed:NET                  300.00 CNY.D
    """)
    assert standing(desk, "K-1") == "active, principal 1000.00, interest 50.00, fees 20.00, court_costs 10.00"


def test_placement_adjustment(desk: Desk, journal: Journal) -> None:
    """Up, the bucket is debited; down, it is credited."""
    whole(desk, journal)
    rows = [
        {"event": "placement_adjustment", "date": "2025-01-10", "case": "K-1", "bucket": bucket, "amount": amount}
        for bucket, amount in (
            ("fees", "5.50"),
            ("principal", "-200.00"),
            ("interest", "-50.00"),
            ("court_costs", "0.01"),
        )
    ]
    desk.file("events", rows, "2025-01-10")
    assert journal.new() == entries("""
        2025-01-10 placement_adjustment NET K-1
        Dr Equity:Memo:Outstanding:NET:Fees          5.50 CNY.D
        Cr Equity:Memo:Adjusted:NET                  5.50 CNY.D
        2025-01-10 placement_adjustment NET K-1
        Dr Equity:Memo:Adjusted:NET                200.00 CNY.D
        Cr Equity:Memo:Outstanding:NET:Principal   200.00 CNY.D
        2025-01-10 placement_adjustment NET K-1
        Dr Equity:Memo:Adjusted:NET                 50.00 CNY.D
        Cr Equity:Memo:Outstanding:NET:Interest     50.00 CNY.D
        2025-01-10 placement_adjustment NET K-1
        Dr Equity:Memo:Outstanding:NET:CourtCosts    0.01 CNY.D
        Cr Equity:Memo:Adjusted:NET                  0.01 CNY.D
    """)
    assert standing(desk, "K-1") == "active, principal 800.00, fees 25.50, court_costs 10.01"


def test_interest_accrual(desk: Desk, journal: Journal) -> None:
    """30 days at 10000.00 × 7.3 % / 365 = 2.00 a day; the day after that by hand, and taken off the next run."""
    desk.place("K-1", "NET", "10000.00", interest_rate="0.073")
    journal.skip()
    desk.run("accrue", "--through", "2025-02-01")
    desk.post("interest_accrual", "2025-02-02", case="K-1", amount="0.75")
    desk.run("accrue", "--through", "2025-02-02")
    assert journal.new() == entries("""
        2025-02-01 interest_accrual NET K-1
        Dr Equity:Memo:Outstanding:NET:Interest   60.00 CNY.D
        Cr Equity:Memo:InterestAccrued:NET        60.00 CNY.D
        2025-02-02 interest_accrual NET K-1
        Dr Equity:Memo:Outstanding:NET:Interest    0.75 CNY.D
        Cr Equity:Memo:InterestAccrued:NET         0.75 CNY.D
        2025-02-02 interest_accrual NET K-1
        Dr Equity:Memo:Outstanding:NET:Interest    1.25 CNY.D
        Cr Equity:Memo:InterestAccrued:NET         1.25 CNY.D
    """)
    assert standing(desk, "K-1") == "active, principal 10000.00, interest 62.00"


def test_settlement(desk: Desk, journal: Journal) -> None:
    """The debtor pays 600.00, all on costs, and the rest is waived: the case is settled."""
    desk.place("K-1", "NET", "1000.00", interest="50.00", fees="20.00", court_costs="700.00")
    desk.bank(("2025-01-10", "600.00", "K-1"))
    journal.skip()
    desk.post("settlement", "2025-01-10", case="K-1")
    assert journal.new() == entries("""
        2025-01-10 settlement NET K-1
        Dr Equity:Memo:SettlementWaived:NET       1170.00 CNY.D
        Cr Equity:Memo:Outstanding:NET:Principal  1000.00 CNY.D
        Cr Equity:Memo:Outstanding:NET:Interest     50.00 CNY.D
        Cr Equity:Memo:Outstanding:NET:Fees         20.00 CNY.D
        Cr Equity:Memo:Outstanding:NET:CourtCosts  100.00 CNY.D
    """)
    assert standing(desk, "K-1") == "settled"


def test_write_off(desk: Desk, journal: Journal) -> None:
    """The waterfall backwards, principal first; the agency gains and loses nothing by it."""
    whole(desk, journal)
    desk.post("write_off", "2025-01-10", case="K-1", amount="1010.00")
    desk.post("write_off", "2025-01-11", case="K-1")
    assert journal.new() == entries("""
        2025-01-10 write_off NET K-1
        Dr Equity:Memo:WrittenOff:NET             1010.00 CNY.D
        Cr Equity:Memo:Outstanding:NET:Principal  1000.00 CNY.D
        Cr Equity:Memo:Outstanding:NET:Fees         10.00 CNY.D
        2025-01-11 write_off NET K-1
        Dr Equity:Memo:WrittenOff:NET               70.00 CNY.D
        Cr Equity:Memo:Outstanding:NET:Fees         10.00 CNY.D
        Cr Equity:Memo:Outstanding:NET:Interest     50.00 CNY.D
        Cr Equity:Memo:Outstanding:NET:CourtCosts   10.00 CNY.D
    """)
    assert standing(desk, "K-1") == "written_off"


def test_recall(desk: Desk, journal: Journal) -> None:
    """One bucket where it is named, then all that is left."""
    whole(desk, journal)
    desk.post("recall", "2025-01-10", case="K-1", bucket="interest", amount="20.00")
    desk.post("recall", "2025-01-11", case="K-1")
    assert journal.new() == entries("""
        2025-01-10 recall NET K-1
        Dr Equity:Memo:Recalled:NET                 20.00 CNY.D
        Cr Equity:Memo:Outstanding:NET:Interest     20.00 CNY.D
        2025-01-11 recall NET K-1
        Dr Equity:Memo:Recalled:NET               1060.00 CNY.D
        Cr Equity:Memo:Outstanding:NET:Principal  1000.00 CNY.D
        Cr Equity:Memo:Outstanding:NET:Interest     30.00 CNY.D
        Cr Equity:Memo:Outstanding:NET:Fees         20.00 CNY.D
        Cr Equity:Memo:Outstanding:NET:CourtCosts   10.00 CNY.D
    """)
    assert standing(desk, "K-1") == "recalled"


def test_close_return(desk: Desk, journal: Journal) -> None:
    """The agency gives the case back: as a recall."""
    whole(desk, journal)
    desk.file("events", [{"event": "close_return", "date": "2025-01-11", "case": "K-1"}], "2025-01-11")
    assert journal.new() == entries("""
        2025-01-11 close_return NET K-1
        Dr Equity:Memo:Recalled:NET               1080.00 CNY.D
        Cr Equity:Memo:Outstanding:NET:Principal  1000.00 CNY.D
        Cr Equity:Memo:Outstanding:NET:Interest     50.00 CNY.D
        Cr Equity:Memo:Outstanding:NET:Fees         20.00 CNY.D
        Cr Equity:Memo:Outstanding:NET:CourtCosts   10.00 CNY.D
    """)
    assert standing(desk, "K-1") == "recalled"


def test_judgment(desk: Desk, journal: Journal) -> None:
    """Each bucket moves to what the court says: principal down, costs up, the difference adjusted."""
    whole(desk, journal)
    desk.post(
        "judgment", "2025-01-20", case="K-1", principal="900.00", interest="60.00", fees="0.00", court_costs="250.00"
    )
    assert journal.new() == entries("""
        2025-01-20 judgment NET K-1
        Cr Equity:Memo:Outstanding:NET:Principal   100.00 CNY.D
        Cr Equity:Memo:Outstanding:NET:Fees         20.00 CNY.D
        Dr Equity:Memo:Outstanding:NET:CourtCosts  240.00 CNY.D
        Dr Equity:Memo:Outstanding:NET:Interest     10.00 CNY.D
        Cr Equity:Memo:Adjusted:NET                130.00 CNY.D
    """)
    assert standing(desk, "K-1") == "active, principal 900.00, interest 60.00, court_costs 250.00"


def test_case_change(desk: Desk, journal: Journal) -> None:
    """No posting; the next fee is of the new stage: 10 % instead of 20 %."""
    rules = 'stage = "court"\nrate = "0.10"\n\n[[terms.commission]]\nrate = "0.20"'
    path = desk.workspace.folder / "clients/NET.toml"
    path.write_text(path.read_text().replace('rate = "0.20"', rules))
    whole(desk, journal)
    desk.post("case_change", "2025-01-08", case="K-1", stage="court")
    assert journal.new() == entries("2025-01-08 case_change NET K-1")
    desk.bank(("2025-01-10", "100.00", "K-1"))
    # 10.00 of it are court costs, which bear no commission: 9.00 and 0.54 of VAT.
    assert desk.balance("Liabilities:Trust:UndrawnFees") == "-9.54"


def test_payment_plan(desk: Desk, journal: Journal) -> None:
    """No posting; what came in time keeps an instalment."""
    whole(desk, journal)
    desk.post("payment_plan", "2025-01-05", case="K-1", amount="100.00", from_="2025-01-10", to="2025-03-10")
    assert journal.new() == entries("2025-01-05 payment_plan NET K-1")
    desk.bank(("2025-01-12", "100.00", "K-1"))
    promises = desk.workspace.json("case", "K-1", "--date", "2025-02-28")["promises"]
    told = [(promise["due"], promise["amount"], promise["status"]) for promise in promises]
    assert told == [
        ("2025-01-10", "100.00", "kept"),
        ("2025-02-10", "100.00", "broken"),
        ("2025-03-10", "100.00", "open"),
    ]


def test_promise_to_pay(desk: Desk, journal: Journal) -> None:
    """No posting; a promise that nothing came for within ten days is broken."""
    whole(desk, journal)
    desk.post("promise_to_pay", "2025-01-05", case="K-1", amount="80.00", to="2025-01-15")
    assert journal.new() == entries("2025-01-05 promise_to_pay NET K-1")
    for day, status in (("2025-01-25", "open"), ("2025-01-26", "broken")):
        (promise,) = desk.workspace.json("case", "K-1", "--date", day)["promises"]
        assert (promise["due"], promise["amount"], promise["status"]) == ("2025-01-15", "80.00", status)
