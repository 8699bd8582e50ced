"""Closing a month: what hinders it, and that nothing enters it afterwards (DOMAIN §4, "Closed periods")."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.desk import turned

if TYPE_CHECKING:
    from tests.desk import Desk

JANUARY = "2025-01-31"


@pytest.fixture
def worked(desk: Desk) -> Desk:
    """A January with a receipt, a cheque on hold over the month's end, unknown money and a direct payment."""
    desk.client("SLOW", more="hold_days = { check = 5 }")
    desk.place("K-1", "NET", "5000.00", interest="50.00")
    desk.place("K-2", "SLOW", "5000.00")
    desk.bank(("2025-01-10", "1000.00", "K-1"), ("2025-01-12", "77.00", "", "thanks"))
    desk.post("direct_payment", "2025-01-15", case="K-1", amount="100.00")
    desk.post("receipt", "2025-01-20", case="K-2", amount="400.00", method="check")
    desk.post("receipt", "2025-01-29", case="K-2", amount="300.00", method="check")
    return desk


def files(desk: Desk, month: str = "2025/01") -> dict[str, bytes]:
    """The published files of a month."""
    desk.workspace.run("publish")
    return {path.name: path.read_bytes() for path in (desk.workspace.folder / "ledger" / month).iterdir()}


def test_closing_clears_and_cures_first(worked: Desk) -> None:
    """What is released by the month's last day is cleared before it is closed; what is not stays on hold."""
    worked.run("close", "2025-01", "--date", JANUARY)
    assert worked.payable("SLOW", JANUARY) == "315.20"
    assert worked.balance("Liabilities:Trust:ClientHeld:SLOW", JANUARY) == "-300.00"


def test_unidentified_money_does_not_hinder(worked: Desk) -> None:
    """Money that waits for a person is in the trust book already."""
    assert worked.balance("Liabilities:Trust:Unidentified") == "-77.00"
    assert "2025-01 is closed" in worked.run("close", "2025-01", "--date", JANUARY)


def test_months_close_in_order_each_once(worked: Desk) -> None:
    """No month before the one before it, none twice, none that is not over."""
    assert "CLOSE_ORDER" in worked.run("close", "2025-02", "--date", "2025-02-28", status=1)
    assert "DATE_FUTURE" in worked.run("close", "2025-01", "--date", "2025-01-30", status=1)
    worked.run("close", "2025-01", "--date", JANUARY)
    assert "closed already" in worked.run("close", "2025-01", "--date", JANUARY, status=1)
    worked.run("close", "2025-02", "--date", "2025-02-28")


def test_an_open_line_hinders_until_it_is_explained(worked: Desk) -> None:
    """An outgoing line that nothing explains is listed with its number; once excluded it hinders no more."""
    worked.bank(("2025-01-21", "-9.00", "", "who knows"))
    assert "LINE_OPEN line 3" in worked.run("close", "2025-01", "--date", JANUARY, status=1)
    worked.run("exclude", "3", "--reason", "the bank's mistake", "--date", JANUARY)
    worked.run("close", "2025-01", "--date", JANUARY)


def test_all_that_hinders_is_told_at_once(worked: Desk) -> None:
    """Two open lines are two problems, and nothing is done: no clearing stays."""
    worked.bank(("2025-01-21", "-9.00", "", "who knows"), ("2025-01-22", "-8.00", "", "who knows"))
    before = worked.workspace.json("verify", status=None)["head"]
    said = worked.run("close", "2025-01", "--date", JANUARY, status=1)
    assert said.count("LINE_OPEN") == 2
    assert worked.workspace.json("verify", status=None)["head"] == before


LATE = {
    "receipt": {"case": "K-1", "amount": "10.00"},
    "direct_payment": {"case": "K-1", "amount": "10.00"},
    "cost_advanced": {"case": "K-1", "amount": "10.00"},
    "write_off": {"case": "K-1", "amount": "10.00"},
    "interest_accrual": {"case": "K-1", "amount": "10.00"},
    "bank_charge": {"amount": "10.00", "bank": "OPS"},
    "returned_payment": {"case": "K-1", "amount": "1000.00"},
    "case_change": {"case": "K-1", "stage": "legal"},
    "promise_to_pay": {"case": "K-1", "amount": "10.00", "to": "2025-02-01"},
}


@pytest.mark.parametrize("event", sorted(LATE))
def test_a_late_event_goes_into_the_first_open_day(worked: Desk, event: str) -> None:
    """It keeps its own day as the effective one; the closed month's files and balances never change."""
    worked.run("close", "2025-01", "--date", JANUARY)
    before, balances = files(worked), worked.workspace.json("balances", "--at", JANUARY)
    entry = worked.post(event, "2025-01-25", **LATE[event])
    assert files(worked) == before
    assert worked.workspace.json("balances", "--at", JANUARY) == balances
    text = files(worked, "2025/02")["2025-02-01.beancount"].decode()
    (block,) = [part for part in text.split("\n\n") if f'entry: "{entry}"' in part]
    assert block.startswith("2025-02-01")
    assert "effective: 2025-01-25" in block


def test_a_late_line_is_judged_by_the_banks_day(worked: Desk) -> None:
    """A cheque of January on a late statement: posted and cleared on 1 February, at January's age and terms."""
    worked.run("close", "2025-01", "--date", JANUARY)
    before = files(worked)
    row = {"account": "6222000011112222", "date": "2025-01-25", "amount": "50.00", "reference": "K-2"}
    worked.file("statement", [{**row, "method": "check"}], "2025-02-03")
    worked.run("reconcile", "--date", "2025-02-03")
    assert files(worked) == before
    history = [h for h in worked.case("K-2")["history"] if h["amount"] == "50.00"]
    assert [(h["date"], h["event"]) for h in history] == [("2025-02-01", "receipt"), ("2025-02-01", "cleared")]


def test_a_placement_of_a_closed_month(worked: Desk) -> None:
    """It is posted on the first open day, and ages from its own."""
    worked.run("close", "2025-01", "--date", JANUARY)
    before = files(worked)
    worked.place("K-9", "NET", "500.00", day="2025-01-20")
    assert files(worked) == before
    assert worked.case("K-9")["history"][0]["date"] == "2025-02-01"


def test_an_undo_is_dated_in_the_open_month(worked: Desk) -> None:
    """A correction is a reversal in an open month, never an edit (DOMAIN §4)."""
    entry = worked.case("K-1")["history"][-1]["entry"]
    worked.run("close", "2025-01", "--date", JANUARY)
    before = files(worked)
    worked.run("undo", str(entry), "--date", JANUARY)
    assert files(worked) == before
    assert worked.case("K-1")["history"][-1]["date"] == "2025-02-01"


def test_no_run_is_dated_in_a_closed_month(worked: Desk) -> None:
    """A run through January acts in February."""
    worked.run("close", "2025-01", "--date", JANUARY)
    assert "PERIOD_CLOSED" in worked.run("remit", "--through", JANUARY, status=1)
    row = worked.remit(JANUARY, "--date", "2025-02-03")["NET"]
    assert row["remitted"] == turned(f"-{row['remitted']}")
    assert worked.payable("NET", JANUARY) != "0.00"


def test_balances_as_they_were_known(worked: Desk) -> None:
    """What a day's balances were thought to be, before and after something came late."""
    batch = worked.workspace.json("publish")["batch"]
    worked.post("direct_payment", "2025-01-16", case="K-1", amount="40.00")
    account = "Equity:Memo:CollectedPDC:NET"
    now = worked.workspace.json("balances", "--at", "2025-01-16")["balances"][account]
    then = worked.workspace.json("balances", "--at", "2025-01-16", "--known", str(batch))["balances"][account]
    assert (now["CNY.D"], then["CNY.D"]) == ("140.00", "100.00")
