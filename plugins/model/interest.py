"""Simple interest, day by day (DOMAIN §4, "Interest")."""

from __future__ import annotations

import calendar
import datetime as dt
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from plugins.model.money import rounded

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ACTUAL_365, ACTUAL_360, ACTUAL_ACTUAL, THIRTY_360 = "actual/365", "actual/360", "actual/actual", "30/360"

_ONE_DAY = dt.timedelta(days=1)
_LAST_DAY = 30


class Interest(NamedTuple):
    """A case: its principal (minor units) at the end of each day on which that changed, and its yearly rates.

    A rate counts for its own day already.  Of two changes on one day the later in the list holds.
    """

    principal: Sequence[tuple[dt.date, int]]
    rates: Sequence[tuple[dt.date, Fraction]]
    day_count: str = ACTUAL_365

    def to_accrue(self, since: dt.date, through: dt.date, accrued: int, outstanding: int) -> int:
        """What is still to be accrued; ``since`` is the day of placement or of the last judgment.

        Negative where too much was accrued, but no more than the interest outstanding.
        """
        whole = rounded(sum((self._of(day) for day in _days(since, through)), Fraction(0)))
        return max(whole - accrued, -outstanding)

    def _of(self, day: dt.date) -> Fraction:
        """One day's interest, on the principal at the end of the day before."""
        return _at(self.principal, day - _ONE_DAY) * _at(self.rates, day) * self._share(day)

    def _share(self, day: dt.date) -> Fraction:
        """What part of a year a day is."""
        if self.day_count == THIRTY_360:
            return Fraction(_thirties(day) - _thirties(day - _ONE_DAY), 360)
        if self.day_count == ACTUAL_ACTUAL:
            return Fraction(1, 366 if calendar.isleap(day.year) else 365)
        return Fraction(1, {ACTUAL_365: 365, ACTUAL_360: 360}[self.day_count])


def _days(since: dt.date, through: dt.date) -> Iterator[dt.date]:
    for number in range(1, (through - since).days + 1):
        yield since + dt.timedelta(days=number)


def _thirties(day: dt.date) -> int:
    """Days since the year 0 where each month has thirty."""
    return (day.year * 12 + day.month) * _LAST_DAY + min(day.day, _LAST_DAY)


def _at(steps: Sequence[tuple[dt.date, Fraction | int]], day: dt.date) -> Fraction:
    """The value that holds on a day; none before the first."""
    held: tuple[dt.date, Fraction | int] = (dt.date.min, 0)
    for since, value in steps:
        if held[0] <= since <= day:
            held = (since, value)
    return Fraction(held[1])
