"""Simple interest on a principal that changes (DOMAIN §4, "Interest").

Python integers throughout: the product of balance, rate and days never fits a fixed width for sure, and the
sum is rounded once.  Balances are minor units, rates millionths a year.
"""

from __future__ import annotations

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


ACTUAL_365, ACTUAL_360, THIRTY_360 = "actual/365", "actual/360", "30/360"
_YEAR = {ACTUAL_365: 365, ACTUAL_360: 360, THIRTY_360: 360}


def day_count(text: str) -> str:
    """The day count that a placement names, actual/365 if none; raises ``VALUE_BAD``."""
    name = text.strip().casefold().replace("act/", "actual/") or ACTUAL_365
    if name not in _YEAR:
        raise refuse("VALUE_BAD", f"day_count {text[:20]!r} is none of {', '.join(_YEAR)}")
    return name


def days_between(first: date, last: date, count: str) -> int:
    """The days from one day to a later one; in 30/360 every month has thirty."""
    if count != THIRTY_360:
        return (last - first).days
    months = (last.year - first.year) * 12 + last.month - first.month
    return months * _THIRTY + min(last.day, _THIRTY) - min(first.day, _THIRTY)


def accrued(principal: Sequence[Step], rates: Sequence[Step], start: date, through: date, count: str) -> int:
    """The interest of each day after ``start`` up to and including ``through``, rounded once.

    A day bears the principal of the end of the day before, at the rate that is in force on it: a rate counts from
    its own day on, a balance from the next.  Before the first step of either it is zero.
    """
    # A rate of the 10th counts for the 10th, that is from the end of the 9th on.
    from_eve = [Step(step.day - timedelta(days=1), step.value) for step in rates]
    cuts = sorted({start, through, *(s.day for s in (*principal, *from_eve) if start < s.day < through)})
    total = 0
    for begin, end in pairwise(cuts):
        total += _at(principal, begin) * _at(from_eve, begin) * days_between(begin, end, count)
    return div_half_up(total, RATE_ONE * _YEAR[count])


def _at(steps: Sequence[Step], day: date) -> int:
    """The value at the end of a day; of several steps of one day the last."""
    found = [step for step in steps if step.day <= day]
    return max(reversed(found), key=lambda step: step.day).value if found else 0
