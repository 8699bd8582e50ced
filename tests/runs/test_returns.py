"""Payments that came back: the exact negation of one receipt, all of it (DOMAIN §4, "Returned payment")."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.desk import Desk

REFUND = "Liabilities:Trust:DebtorRefund"
UNIDENTIFIED = "Liabilities:Trust:Unidentified"


def balances(desk: Desk, at: str = "2025-12-31") -> dict[str, Any]:
    """All balances that are not zero."""
    found = desk.workspace.json("balances", "--at", at)["balances"]
    return {name: amounts for name, amounts in found.items() if any(a.strip("-0.") for a in amounts.values())}


def outstanding(desk: Desk, case: str) -> dict[str, str]:
    """The buckets of a case that are not empty."""
    return {name: text for name, text in desk.case(case)["outstanding"].items() if text != "0.00"}


@pytest.fixture(params=["NET", "COMBI", "GROSS"])
def placed(desk: Desk, request: pytest.FixtureRequest) -> str:
    """A case K-1 with a thing in every bucket, of a client of each mode in turn."""
    desk.place("K-1", request.param, "1000.00", interest="50.00", fees="20.00", court_costs="10.00")
    desk.post("cost_advanced", "2025-01-03", case="K-1", amount="30.00")
    return str(request.param)


def test_a_returned_receipt_leaves_no_trace(desk: Desk, placed: str) -> None:
    """Receipt and return together are nothing, on every account and in every bucket, whatever the mode."""
    before = balances(desk)
    desk.bank(("2025-01-10", "600.00", "K-1"))
    assert outstanding(desk, "K-1") == {"principal": "510.00"}
    desk.bank(("2025-01-20", "-600.00", "K-1"))
    assert balances(desk) == before
    assert outstanding(desk, "K-1") == {
        "principal": "1000.00",
        "interest": "50.00",
        "fees": "20.00",
        "court_costs": "40.00",
    }
    assert [line["disposition"] for line in desk.lines()] == ["posted", "posted"]


def test_a_return_is_dated_when_it_came_back(desk: Desk, placed: str) -> None:
    """It is not the receipt undone in the past: until the day it came back the money was there."""
    desk.bank(("2025-01-10", "600.00", "K-1"), ("2025-01-20", "-600.00", "K-1"))
    assert desk.balance("Assets:Trust:Bank:TRUST", "2025-01-19") == "600.00"
    assert desk.balance("Assets:Trust:Bank:TRUST", "2025-01-20") == "0.00"


def test_identified_money_that_comes_back(desk: Desk, placed: str) -> None:
    """Booking and identification are negated together: the trust bank is credited, Unidentified stays as it was."""
    before = balances(desk)
    desk.bank(("2025-01-10", "600.00"))
    desk.run("resolve", "1", "--case", "K-1", "--date", "2025-01-12")
    desk.bank(("2025-01-20", "-600.00", "K-1"))
    assert balances(desk) == before
    (returned,) = [line for line in desk.lines() if line["amount"] == "-600.00"]
    assert [part["case"] for part in returned["cases"]] == ["K-1"]


def test_a_returned_direct_payment(desk: Desk, placed: str) -> None:
    """A payment to the client that came back: its fee, its recovered cost and its memo, and never the trust fund."""
    before = balances(desk)
    desk.post("direct_payment", "2025-01-10", case="K-1", amount="600.00")
    desk.post("returned_payment", "2025-01-20", case="K-1", amount="600.00")
    assert balances(desk) == before
    assert desk.balance("Assets:Trust:Bank:TRUST", "2025-01-15") == "0.00"


def test_a_direct_payment_beyond_the_balance_comes_back_by_its_amount(desk: Desk) -> None:
    """What was paid names the receipt, though only the balance was posted."""
    desk.place("K-1", "NET", "500.00")
    before = balances(desk)
    desk.post("direct_payment", "2025-01-10", case="K-1", amount="700.00")
    desk.post("returned_payment", "2025-01-20", case="K-1", amount="700.00")
    assert balances(desk) == before


def test_a_forwarders_receipt_comes_back_at_gross(desk: Desk, placed: str) -> None:
    """What the forwarder kept comes back too; the payment is named by what the debtor paid."""
    before = balances(desk)
    desk.post("forwarder_receipt", "2025-01-10", case="K-1", amount="1200.00", kept="100.00", forwarder="LAW1")
    assert desk.balance(REFUND) == "-90.00"
    desk.post("returned_payment", "2025-01-20", case="K-1", amount="1200.00")
    assert balances(desk) == before


def test_an_overpayment_comes_back_with_its_receipt(desk: Desk) -> None:
    """The part beyond the balance was not paid out yet, so nothing is short."""
    desk.place("K-1", "NET", "500.00")
    before = balances(desk)
    desk.bank(("2025-01-10", "600.00", "K-1"))
    assert desk.balance(REFUND) == "-100.00"
    desk.bank(("2025-01-20", "-600.00", "K-1"))
    assert balances(desk) == before


def test_an_overpayment_that_was_refunded_is_cured(desk: Desk) -> None:
    """What was paid back cannot be had back: DebtorRefund is in debit and is cured the same day as an expense."""
    desk.place("K-1", "NET", "500.00")
    desk.bank(("2025-01-10", "600.00", "K-1"))
    desk.run("refund", "K-1", "--date", "2025-01-12")
    desk.bank(("2025-01-12", "-100.00"), ("2025-01-20", "-600.00", "K-1"))
    assert desk.balance(REFUND) == "0.00"
    assert desk.balance("Expenses:RefundsIrrecoverable") == "100.00"
    assert desk.balance("Expenses:RefundsIrrecoverable", "2025-01-19") == "0.00"
    assert desk.balance("Assets:Trust:Bank:TRUST") == "0.00"


def test_a_bank_line_undoes_the_latest_of_two(desk: Desk) -> None:
    """Two receipts of one amount: the bank's line undoes the later one, the next line the earlier one."""
    desk.place("K-1", "NET", "1000.00")
    desk.bank(("2025-01-10", "100.00", "K-1"), ("2025-01-12", "100.00", "K-1", "again"))
    first, second = [h["entry"] for h in desk.case("K-1")["history"] if h["event"] == "receipt"]
    undone = []
    for day in ("2025-01-20", "2025-01-22"):
        desk.bank((day, "-100.00", "K-1"))
        undone.append(reversed_by(desk))
    assert undone == [[second], [second, first]]
    desk.bank(("2025-01-24", "-100.00", "K-1"))
    assert desk.lines()[-1]["disposition"] == "open"


def reversed_by(desk: Desk) -> list[int]:
    """What has been reversed, in the order in which it was."""
    books = desk.workspace.folder / "ledger"
    desk.run("publish")
    found = [line for path in sorted(books.rglob("2025-*.beancount")) for line in path.read_text().splitlines()]
    return [int(line.split('"')[1]) for line in found if line.startswith("  reverses:")]


def test_nothing_comes_back_before_it_came(desk: Desk) -> None:
    """A return undoes a receipt of its day or an earlier one: never one that came later."""
    desk.place("K-1", "NET", "1000.00")
    desk.bank(("2025-01-10", "100.00", "K-1"), ("2025-01-20", "100.00", "K-1", "again"))
    assert "RECEIPT_UNKNOWN" in desk.post("returned_payment", "2025-01-09", case="K-1", amount="100.00", status=1)
    desk.post("returned_payment", "2025-01-15", case="K-1", amount="100.00")
    first, _ = [h["entry"] for h in desk.case("K-1")["history"] if h["event"] == "receipt"]
    assert reversed_by(desk) == [first]


def test_by_hand_two_that_fit_are_ambiguous(desk: Desk) -> None:
    """An event that fits two receipts is refused; `of` names one, by its entry or by its reference."""
    desk.place("K-1", "NET", "1000.00")
    first = desk.post("receipt", "2025-01-10", case="K-1", amount="100.00", reference="SLIP 1")
    second = desk.post("receipt", "2025-01-10", case="K-1", amount="100.00", reference="20250110")
    assert "AMBIGUOUS" in desk.post("returned_payment", "2025-01-20", case="K-1", amount="100.00", status=1)
    desk.post("returned_payment", "2025-01-20", case="K-1", amount="100.00", of="20250110")
    assert reversed_by(desk) == [second]
    desk.post("returned_payment", "2025-01-21", of=str(first))
    assert reversed_by(desk) == [second, first]
    assert "RECEIPT_UNKNOWN" in desk.post("returned_payment", "2025-01-22", of=str(first), status=1)


def test_of_alone_may_be_a_reference(desk: Desk) -> None:
    """A reference names a receipt without its case, where only one has it."""
    desk.place("K-1", "NET", "1000.00")
    desk.place("K-2", "GROSS", "1000.00")
    desk.post("receipt", "2025-01-10", case="K-1", amount="100.00", reference="777888")
    wanted = desk.post("receipt", "2025-01-10", case="K-2", amount="100.00", reference="SLIP 2")
    assert "RECEIPT_UNKNOWN" in desk.post("returned_payment", "2025-01-20", of="SLIP 3", status=1)
    desk.post("returned_payment", "2025-01-20", of="SLIP 2")
    assert reversed_by(desk) == [wanted]
    desk.post("returned_payment", "2025-01-20", of="777888")
    assert outstanding(desk, "K-1") == {"principal": "1000.00"}


def test_of_must_be_of_the_case_and_amount(desk: Desk) -> None:
    """`of` with another case or amount names nothing."""
    desk.place("K-1", "NET", "1000.00")
    desk.place("K-2", "NET", "1000.00")
    entry = str(desk.post("receipt", "2025-01-10", case="K-1", amount="100.00"))
    for wrong in ({"case": "K-2"}, {"case": "K-1", "amount": "99.00"}):
        assert "RECEIPT_UNKNOWN" in desk.post("returned_payment", "2025-01-20", of=entry, status=1, **wrong)


def test_a_returned_unidentified_receipt(desk: Desk) -> None:
    """Money that nobody was found for comes back: Unidentified against the trust bank, and its line waits no more."""
    desk.place("K-1", "NET", "1000.00")
    desk.bank(("2025-01-10", "450.00"))
    (booked,) = desk.lines()[0]["entries"]
    desk.post("returned_payment", "2025-01-20", of=str(booked))
    assert (desk.balance(UNIDENTIFIED), desk.balance("Assets:Trust:Bank:TRUST")) == ("0.00", "0.00")
    assert desk.workspace.json("worklist")["lines"] == []
    desk.bank(("2025-01-20", "-450.00"))
    assert [line["disposition"] for line in desk.lines()] == ["posted", "matched"]


def test_a_part_given_twice_to_one_case_is_one_receipt(desk: Desk) -> None:
    """A line given to a case in two steps is one payment: it comes back as one, and is not ambiguous."""
    desk.place("K-1", "NET", "1000.00")
    before = balances(desk)
    desk.bank(("2025-01-10", "500.00"))
    desk.run("resolve", "1", "--case", "K-1=300.00", "--date", "2025-01-11")
    desk.run("resolve", "1", "--case", "K-1", "--date", "2025-01-12")
    desk.post("returned_payment", "2025-01-20", case="K-1", amount="500.00")
    assert balances(desk) == before


# --- settlements ---------------------------------------------------------------------------------


def test_the_waiver_goes_with_its_receipt(desk: Desk) -> None:
    """The return of the receipt that a settlement rests on brings back what was waived."""
    desk.place("K-1", "NET", "1000.00", interest="100.00")
    desk.bank(("2025-01-10", "700.00", "K-1"))
    desk.post("settlement", "2025-01-10", case="K-1")
    assert desk.case("K-1")["status"] == "settled"
    desk.bank(("2025-01-20", "-700.00", "K-1"))
    assert outstanding(desk, "K-1") == {"principal": "1000.00", "interest": "100.00"}
    assert desk.case("K-1")["status"] == "active"
    assert desk.balance("Equity:Memo:SettlementWaived:NET") == "0.00"


def test_a_waiver_of_another_day_stays(desk: Desk) -> None:
    """A settlement rests on the payment of its own day; that of another day comes back without it."""
    desk.place("K-1", "NET", "1000.00")
    desk.bank(("2025-01-08", "100.00", "K-1"), ("2025-01-10", "700.00", "K-1"))
    desk.post("settlement", "2025-01-10", case="K-1")
    desk.bank(("2025-01-20", "-100.00", "K-1"))
    assert outstanding(desk, "K-1") == {"principal": "100.00"}
    assert desk.balance("Equity:Memo:SettlementWaived:NET") == "200.00"


@pytest.mark.parametrize("by", ["entry", "reference"])
def test_a_settlement_names_the_receipt_it_rests_on(desk: Desk, by: str) -> None:
    """`of` says which receipt, of whatever day; several of one day without it are ambiguous."""
    desk.place("K-1", "NET", "1000.00")
    slips = {r: desk.post("receipt", "2025-01-10", case="K-1", amount="300.00", reference=r) for r in ("111", "S-2")}
    assert "AMBIGUOUS" in desk.post("settlement", "2025-01-10", case="K-1", status=1)
    desk.post("settlement", "2025-01-12", case="K-1", of=str(slips["111"]) if by == "entry" else "111")
    desk.post("returned_payment", "2025-01-20", case="K-1", of="S-2")
    assert outstanding(desk, "K-1") == {"principal": "300.00"}
    desk.post("returned_payment", "2025-01-20", case="K-1", of="111")
    assert outstanding(desk, "K-1") == {"principal": "1000.00"}


def test_a_settlement_on_a_direct_payment(desk: Desk) -> None:
    """A direct payment carries a settlement too."""
    desk.place("K-1", "NET", "1000.00")
    desk.post("direct_payment", "2025-01-10", case="K-1", amount="700.00")
    desk.post("settlement", "2025-01-10", case="K-1")
    desk.post("returned_payment", "2025-01-20", case="K-1", amount="700.00")
    assert outstanding(desk, "K-1") == {"principal": "1000.00"}


# --- finished cases ------------------------------------------------------------------------------


@pytest.mark.parametrize(("event", "status"), [("recall", "recalled"), ("write_off", "written_off")])
def test_a_finished_case_is_open_again(desk: Desk, event: str, status: str) -> None:
    """A return reopens a recalled or written-off case with the buckets that the receipt had paid, and no more."""
    desk.place("K-1", "NET", "1000.00", interest="50.00")
    desk.bank(("2025-01-10", "200.00", "K-1"))
    desk.post(event, "2025-01-15", case="K-1")
    assert desk.case("K-1")["status"] == status
    desk.bank(("2025-01-20", "-200.00", "K-1"))
    assert desk.case("K-1")["status"] == "active"
    assert outstanding(desk, "K-1") == {"principal": "150.00", "interest": "50.00"}
    desk.bank(("2025-01-25", "200.00", "K-1"))
    assert desk.case("K-1")["status"] == "paid"


def test_the_unknown_stays_open(desk: Desk) -> None:
    """A negative line that no receipt fits is left open and unbooked; by hand it is refused."""
    desk.place("K-1", "NET", "1000.00")
    desk.bank(("2025-01-10", "200.00", "K-1"), ("2025-01-20", "-250.00", "K-1"))
    assert [line["disposition"] for line in desk.lines()] == ["posted", "open"]
    assert desk.balance("Assets:Trust:Bank:TRUST") == "200.00"
    assert "RECEIPT_UNKNOWN" in desk.run("resolve", "2", "--case", "K-1", "--date", "2025-01-21", status=1)
    assert "RECEIPT_UNKNOWN" in desk.post("returned_payment", "2025-01-20", case="K-1", amount="250.00", status=1)


def test_a_fee_of_a_returned_payment_no_longer_counts(desk: Desk) -> None:
    """What was collected to date goes down with the payment that came back, so the next fee starts there again."""
    desk.client("STEP", "net")
    path = desk.workspace.folder / "clients/STEP.toml"
    tiers = (
        'by = "collected_to_date"\nmode = "marginal"\ntiers = [{ up_to = "500.00", rate = "0.50" }, { rate = "0.10" }]'
    )
    path.write_text(path.read_text().replace('rate = "0.20"', tiers))
    desk.place("K-1", "STEP", "5000.00")
    desk.bank(("2025-01-10", "500.00", "K-1"), ("2025-01-11", "-500.00", "K-1"), ("2025-01-12", "400.00", "K-1"))
    assert desk.balance("Income:Commission:STEP:PAA") == "-200.00"
