"""Simple interest: each day bears the principal of the day before (DOMAIN §4, "Interest")."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger_core.accounting.interest import (
    ACTUAL_360,
    ACTUAL_365,
    ACTUAL_ACTUAL,
    THIRTY_360,
    Step,
    accrued,
    day_count,
    to_accrue,
    units_between,
)
from ledger_core.errors import Refused

DAY = date(2025, 1, 1)
RATE = 73_000  # 7.3 % a year: 0.02 % a day


def test_the_first_day_after_the_start_bears_interest() -> None:
    """10000.00 at 7.3 % bear 2.00 a day; the day of the placement bears none."""
    principal, rates = [Step(DAY, 1_000_000)], [Step(DAY, RATE)]
    assert accrued(principal, rates, DAY, DAY, ACTUAL_365) == 0
    assert accrued(principal, rates, DAY, DAY + timedelta(days=1), ACTUAL_365) == 200
    assert accrued(principal, rates, DAY, DAY + timedelta(days=365), ACTUAL_365) == 73_000


def test_a_payment_lowers_from_the_next_day_on() -> None:
    """What is paid on the 11th is still borne on the 11th."""
    principal = [Step(DAY, 1_000_000), Step(DAY + timedelta(days=10), 500_000)]
    assert accrued(principal, [Step(DAY, RATE)], DAY, DAY + timedelta(days=20), ACTUAL_365) == 10 * 200 + 10 * 100


def test_a_rate_counts_from_its_own_day() -> None:
    """A rate that doubles on the 11th counts for the 11th."""
    rates = [Step(DAY, RATE), Step(DAY + timedelta(days=10), 2 * RATE)]
    assert accrued([Step(DAY, 1_000_000)], rates, DAY, DAY + timedelta(days=20), ACTUAL_365) == 9 * 200 + 11 * 400


def test_it_is_rounded_once() -> None:
    """Half a cent a day for ten days is five cents, not ten."""
    principal = [Step(DAY + timedelta(days=n), 2_500 + n % 2) for n in range(11)]
    assert accrued(principal, [Step(DAY, RATE)], DAY, DAY + timedelta(days=10), ACTUAL_365) == 5


def test_a_hair_below_half_is_nothing() -> None:
    """1825000.00 at 0.000001 a year bear half a cent a day, which is rounded up; a cent less bears less than half."""
    half = 1_825_000_00
    for amount, cents in ((half, 1), (half - 1, 0)):
        principal = [Step(DAY, amount)]
        assert accrued(principal, [Step(DAY, 1)], DAY, DAY + timedelta(days=1), ACTUAL_365) == cents


def test_thirty_360_has_months_of_thirty_days() -> None:
    """From the 31st of January to the 1st of March are 31 days, over a year 360."""
    assert units_between(date(2025, 1, 31), date(2025, 3, 1), THIRTY_360) == 31
    assert units_between(date(2025, 1, 15), date(2026, 1, 15), THIRTY_360) == 360
    assert units_between(date(2025, 2, 28), date(2025, 3, 31), THIRTY_360) == 32
    assert units_between(date(2024, 12, 30), date(2025, 1, 31), THIRTY_360) == 30


def test_actual_actual_takes_each_year_as_it_is() -> None:
    """A leap year's day is 1/366, another one's 1/365; the first of January is a day of its own year."""
    assert units_between(date(2023, 12, 31), date(2024, 12, 31), ACTUAL_ACTUAL) == 365 * 366
    assert units_between(date(2024, 12, 31), date(2025, 12, 31), ACTUAL_ACTUAL) == 365 * 366
    assert units_between(date(2023, 12, 31), date(2024, 1, 1), ACTUAL_ACTUAL) == 365
    assert units_between(date(2024, 12, 31), date(2025, 1, 1), ACTUAL_ACTUAL) == 366


def test_a_correction_takes_back_no_more_than_is_outstanding() -> None:
    """What the debtor has paid of it stays paid, until later days bear as much."""
    assert to_accrue(500, 200, 0) == 300
    assert to_accrue(200, 500, 300) == -300
    assert to_accrue(200, 500, 100) == -100


@pytest.mark.parametrize("text", ["", "Actual/365", "act/365", " actual/365 "])
def test_names_of_day_counts(text: str) -> None:
    """Actual/365 is the default, however it is written."""
    assert day_count(text) == ACTUAL_365
    assert day_count("ACT/360") == ACTUAL_360
    assert day_count("Act/Act") == ACTUAL_ACTUAL


def test_an_unknown_day_count_is_refused() -> None:
    """No other rule is applied than the one that was agreed."""
    with pytest.raises(
        Refused, match=r"day_count 'business/252' is none of actual/365, actual/360, actual/actual, 30/360"
    ):
        day_count("business/252")


steps = st.lists(st.tuples(st.integers(0, 90), st.integers(0, 10**12 - 1)), max_size=6)
rates = st.lists(st.tuples(st.integers(0, 90), st.integers(0, 999_999_999)), max_size=3)


@given(principal=steps, rates=rates, span=st.integers(0, 120), count=st.sampled_from([ACTUAL_365, ACTUAL_360]))
def test_it_is_the_sum_over_days(
    principal: list[tuple[int, int]], rates: list[tuple[int, int]], span: int, count: str
) -> None:
    """Whatever the balances and rates, up to their bounds: the sum day by day, exact, rounded half up at the end."""

    def last(found: list[tuple[int, int]], day: int) -> int:
        known = [(on, place, value) for place, (on, value) in enumerate(found) if on <= day]
        return max(known)[2] if known else 0

    whole = sum((Fraction(last(principal, day - 1) * last(rates, day)) for day in range(1, span + 1)), Fraction(0))
    exact = whole / (1_000_000 * (365 if count == ACTUAL_365 else 360))
    made = [[Step(DAY + timedelta(days=on), value) for on, value in found] for found in (principal, rates)]
    assert accrued(*made, DAY, DAY + timedelta(days=span), count) == int(exact + Fraction(1, 2))
