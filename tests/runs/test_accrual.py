"""Interest of cases through a day, by their entries (DOMAIN §4, "Interest")."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.desk import Desk


def accrue(desk: Desk, through: str, *more: str) -> dict[str, str]:
    """What is accrued through a day, by case."""
    found: list[dict[str, Any]] = desk.workspace.json("accrue", "--through", through, *more)["cases"]
    return {row["case"]: row["amount"] for row in found}


@pytest.fixture
def bearing(desk: Desk) -> Desk:
    """10000.00 at 7.3 %, that is 2.00 a day, from 2 January on; and a case without a rate."""
    desk.place("K-1", "NET", "10000.00", interest_rate="0.073")
    desk.place("K-2", "NET", "10000.00")
    return desk


def test_interest_accrual(bearing: Desk) -> None:
    """Each day after the placement bears interest; the memo account and the bucket move, no cash does."""
    assert accrue(bearing, "2025-01-31") == {"K-1": "58.00"}
    assert bearing.case("K-1")["outstanding"]["interest"] == "58.00"
    assert bearing.balance("Equity:Memo:InterestAccrued:NET") == "-58.00"


def test_twice_accrues_nothing_more(bearing: Desk) -> None:
    """The whole sum less what was accrued is nothing."""
    accrue(bearing, "2025-01-31")
    assert accrue(bearing, "2025-01-31") == {}
    assert bearing.run("accrue", "--through", "2025-01-31") == "nothing to accrue\n"
    assert accrue(bearing, "2025-02-01") == {"K-1": "2.00"}


def test_interest_by_hand_is_taken_off(bearing: Desk) -> None:
    """What was accrued by hand is accrued (DOMAIN: "by hand too")."""
    bearing.post("interest_accrual", "2025-01-20", case="K-1", amount="50.00")
    assert accrue(bearing, "2025-01-31") == {"K-1": "8.00"}


def test_a_late_payment_is_put_right(bearing: Desk) -> None:
    """A payment of the 12th that comes in after the accrual: 19 days at 1.00 were too much; negative is posted."""
    accrue(bearing, "2025-01-31")
    bearing.post("direct_payment", "2025-01-12", case="K-1", amount="5058.00")
    assert bearing.case("K-1")["outstanding"] == {
        "principal": "5000.00",
        "interest": "0.00",
        "fees": "0.00",
        "court_costs": "0.00",
    }
    assert accrue(bearing, "2025-01-31") == {}  # no interest is outstanding that could be taken back
    assert accrue(bearing, "2025-03-02") == {"K-1": "11.00"}  # 30 days at 1.00, less the 19.00


def test_a_correction_down_goes_as_far_as_there_is(bearing: Desk) -> None:
    """A negative difference is posted up to the interest outstanding."""
    bearing.post("interest_accrual", "2025-01-03", case="K-1", amount="10.00")
    assert accrue(bearing, "2025-01-04") == {"K-1": "-6.00"}


def test_a_judgment_starts_the_sum_anew(bearing: Desk) -> None:
    """What was accrued before is in the balances that the court gave; the next day bears the new principal."""
    accrue(bearing, "2025-01-12")
    bearing.post("judgment", "2025-01-12", case="K-1", principal="20000.00", interest="7.00")
    assert accrue(bearing, "2025-01-14") == {"K-1": "8.00"}


def test_a_change_of_rate(bearing: Desk) -> None:
    """From its day on, also for a case that bore none."""
    bearing.post("case_change", "2025-01-12", case="K-1", interest_rate="0.0365")
    bearing.post("case_change", "2025-01-12", case="K-2", interest_rate="0.073")
    assert accrue(bearing, "2025-01-13") == {"K-1": "20.00", "K-2": "4.00"}


def test_a_finished_case_bears_none(bearing: Desk) -> None:
    """Only while it is active."""
    bearing.post("recall", "2025-01-12", case="K-1")
    assert accrue(bearing, "2025-01-31") == {}


def test_day_counts(desk: Desk) -> None:
    """A case may say how its days are counted; an unknown word is refused with its row."""
    desk.place("K-1", "NET", "3600.00", interest_rate="0.10", day_count="30/360")
    assert accrue(desk, "2025-03-02") == {"K-1": "60.00"}
    row = {"client": "NET", "case": "K-2", "placed_on": "2025-01-02", "principal": "5.00", "day_count": "lunar"}
    (refused,) = desk.file("placements", [row], "2025-01-31", status=1)["files"][0]["refused"]
    assert (refused["line"], refused["code"]) == (2, "VALUE_BAD")


def test_through_is_not_after_the_day_of_acting(bearing: Desk) -> None:
    """Interest of days to come is not accrued."""
    assert "DATE_FUTURE" in bearing.run("accrue", "--through", "2025-01-31", "--date", "2025-01-30", status=1)


def test_a_judgment_that_leaves_the_principal_starts_the_sum_anew_too(bearing: Desk) -> None:
    """Its legs may be on other buckets alone; the sum still begins at its day."""
    accrue(bearing, "2025-01-12")
    bearing.post("judgment", "2025-01-12", case="K-1", principal="10000.00", court_costs="50.00")
    assert accrue(bearing, "2025-01-14") == {"K-1": "4.00"}


def test_a_judgment_that_comes_late_has_the_days_since_it_anew(bearing: Desk) -> None:
    """What had been accrued for days after it went into the balances that it set."""
    accrue(bearing, "2025-01-31")
    bearing.post("judgment", "2025-01-21", case="K-1", principal="10000.00", interest="5.00")
    assert accrue(bearing, "2025-01-31") == {"K-1": "20.00"}
    assert bearing.case("K-1")["outstanding"]["interest"] == "25.00"


def test_an_earlier_day_takes_nothing_back(bearing: Desk) -> None:
    """A case that has interest for later days is not accrued through an earlier one, neither up nor down."""
    accrue(bearing, "2025-02-28")
    bearing.post("placement_adjustment", "2025-01-12", case="K-1", amount="-1000.00", bucket="principal")
    assert accrue(bearing, "2025-01-31") == {}
    assert accrue(bearing, "2025-02-28") == {"K-1": "-9.40"}  # 47 days at 0.20 less


def test_an_accrual_that_was_undone_can_be_made_again(bearing: Desk) -> None:
    """It and its reversal are nothing together, on whatever day it was undone."""
    accrue(bearing, "2025-01-31")
    (entry,) = [row["entry"] for row in bearing.case("K-1")["history"] if row["event"] == "interest_accrual"]
    bearing.run("undo", str(entry), "--date", "2025-02-10")
    assert accrue(bearing, "2025-01-31") == {"K-1": "58.00"}


def test_the_books_say_what_it_rests_on(bearing: Desk) -> None:
    """Rates by their days, the day through which, and a day count that is not actual/365."""
    bearing.place("K-3", "NET", "3600.00", interest_rate="0.10", day_count="ACT/360")
    bearing.post("case_change", "2025-01-12", case="K-3", interest_rate="0.2")
    assert accrue(bearing, "2025-01-13")["K-3"] == "13.00"
    bearing.run("publish")
    text = (bearing.workspace.folder / "ledger/2025/01/2025-01-13.beancount").read_text()
    assert 'rates: "2025-01-02:0.073"' in text
    assert 'rates: "2025-01-02:0.1 2025-01-12:0.2"' in text
    assert text.count('through: "2025-01-13"') == 2
    assert text.count("day-count") == text.count('day-count: "actual/360"') == 1


def test_interest_beyond_the_bound_names_its_case(bearing: Desk) -> None:
    """10^12 minor units are too much; nothing of the run is posted."""
    bearing.place("K-3", "NET", "9999999999.99", interest_rate="999.999999")
    told = bearing.run("accrue", "--through", "2025-01-31", status=1)
    assert told.startswith("AMOUNT_LIMIT 794520547149.89")
    assert "interest of case K-3 is too large" in told
    assert bearing.case("K-1")["outstanding"]["interest"] == "0.00"


def test_a_placement_beyond_the_bound_is_refused_by_its_row(desk: Desk) -> None:
    """Each bucket is within it, all together are not."""
    row = {"client": "NET", "placed_on": "2025-01-02", "principal": "9999999999.99", "interest": "0.00"}
    rows = [{**row, "case": "K-1"}, {**row, "case": "K-2", "interest": "0.01"}]
    (refused,) = desk.file("placements", rows, "2025-01-31", status=1)["files"][0]["refused"]
    assert (refused["line"], refused["code"]) == (3, "AMOUNT_LIMIT")
