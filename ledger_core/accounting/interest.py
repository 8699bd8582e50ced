"""Simple interest on a principal that changes (DOMAIN §4, "Interest").

Python integers throughout: the product of balance, rate and days never fits a fixed width for sure, and the
sum is rounded once.  Balances are minor units, rates millionths a year.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from calendar import isleap, leapdays
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from ledger_core.accounting.money import RATE_ONE, div_half_up
from ledger_core.errors import refuse

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

_THIRTY = 30


class Step(NamedTuple):
    """What holds from the end of a day on: a balance, or a rate."""

    day: date
    value: int


ACTUAL_365, ACTUAL_360, ACTUAL_ACTUAL, THIRTY_360 = "actual/365", "actual/360", "actual/actual", "30/360"
_COMMON, _LEAP = 365, 366
_YEAR = {ACTUAL_365: 365, ACTUAL_360: 360, ACTUAL_ACTUAL: _COMMON * _LEAP, THIRTY_360: 360}
"""What a year has of the units that :func:`units_between` counts in."""


def day_count(text: str) -> str:
    """The day count that a placement names, actual/365 if none; raises ``VALUE_BAD``."""
    name = re.sub(r"\bact\b", "actual", text.strip().casefold())
    if name and name not in _YEAR:
        raise refuse("VALUE_BAD", f"day_count {text[:20]!r} is none of {', '.join(_YEAR)}")
    return name or ACTUAL_365


def units_between(first: date, last: date, count: str) -> int:
    """The days from one day to a later one, in units of which a year has as many as ``_YEAR`` says.

    In 30/360 every month has thirty days: the 31st is none, and the day after February makes up for what that lacks.
    In actual/actual each day is a part of its own year, which has 365 or 366.
    """
    if count == THIRTY_360:
        months = (last.year - first.year) * 12 + last.month - first.month
        return months * _THIRTY + min(last.day, _THIRTY) - min(first.day, _THIRTY)
    days = (last - first).days
    if count != ACTUAL_ACTUAL:
        return days
    in_leap_years = _in_leap_years(last) - _in_leap_years(first)
    return in_leap_years * _COMMON + (days - in_leap_years) * _LEAP


def _in_leap_years(day: date) -> int:
    """How many days of leap years there were up to and including a day."""
    this_year = day.timetuple().tm_yday if isleap(day.year) else 0
    return leapdays(1, day.year) * _LEAP + this_year


def accrued(principal: Sequence[Step], rates: Sequence[Step], start: date, through: date, count: str) -> int:
    """The interest of each day after ``start`` up to and including ``through``, rounded once.

    A day bears the principal of the end of the day before, at the rate that is in force on it: a rate counts from
    its own day on, a balance from the next.  Before the first step of either it is zero; of several steps of one
    day the last holds.
    """
    # A rate of the 10th counts for the 10th, that is from the end of the 9th on.
    balances = sorted(principal, key=_day)
    percents = sorted((Step(step.day - timedelta(days=1), step.value) for step in rates), key=_day)
    cuts = sorted({start, through, *(step.day for step in (*balances, *percents) if start < step.day < through)})
    total = 0
    for begin, end in pairwise(cuts):
        total += _at(balances, begin) * _at(percents, begin) * units_between(begin, end, count)
    return div_half_up(total, RATE_ONE * _YEAR[count])


def to_accrue(whole: int, before: int, outstanding: int) -> int:
    """The whole sum less what was accrued before; negative at most down to the interest outstanding."""
    return max(whole - before, -outstanding)


def _day(step: Step) -> date:
    return step.day


def _at(steps: Sequence[Step], day: date) -> int:
    """The value at the end of a day, of steps that ascend by day."""
    number = bisect_right(steps, day, key=_day)
    return steps[number - 1].value if number else 0
