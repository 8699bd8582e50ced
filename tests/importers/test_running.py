"""Order and balances of a statement, against a plain model."""

from __future__ import annotations

import datetime as dt
from itertools import accumulate

from hypothesis import given
from hypothesis import strategies as st

from importers.model import StatementLine
from importers.running import run


def line(number: int, amount: int, balance: int | None, day: int = 1) -> StatementLine:
    """A line with what matters here."""
    return StatementLine(number, dt.date(2025, 1, day), amount, "", "", "", "", "", "", balance)


amounts = st.lists(st.integers(-500, 500), min_size=1, max_size=8)


@given(amounts, st.integers(-1000, 1000), st.booleans(), st.data())
def test_a_true_statement_runs_in_either_order(
    figures: list[int], opening: int, newest_first: bool, data: st.DataObject
) -> None:
    """Whatever balances are left out and whichever end comes first, a true statement has no break."""
    totals = list(accumulate(figures, initial=opening))[1:]
    shown = data.draw(st.lists(st.booleans(), min_size=len(figures), max_size=len(figures)))
    lines = [
        line(n + 1, amount, total if show else None, day=n + 1)
        for n, (amount, total, show) in enumerate(zip(figures, totals, shown, strict=True))
    ]
    done = run(lines[::-1] if newest_first else lines)
    assert done.breaks == ()
    assert [entry.amount for entry in done.lines] == [amount for amount in figures if amount]
    if any(shown):
        assert (done.opening, done.closing) == (opening, totals[-1])
    else:
        assert (done.opening, done.closing) == (None, None)


@given(st.lists(st.integers(1, 500), min_size=3, max_size=8), st.integers(1, 99), st.data())
def test_an_altered_balance_is_found(figures: list[int], by: int, data: st.DataObject) -> None:
    """One balance that is wrong breaks the run, and no ends are claimed."""
    totals = list(accumulate(figures))
    at = data.draw(st.integers(0, len(figures) - 1))
    totals[at] += by * 1000
    done = run([line(n + 1, *pair, day=n + 1) for n, pair in enumerate(zip(figures, totals, strict=True))])
    assert done.breaks
    assert (done.opening, done.closing) == (None, None)


def test_a_break_is_at_the_line_whose_balance_does_not_follow() -> None:
    """The break names line, expected and found balance, in the order that the dates tell."""
    done = run([line(2, 10, 110, 1), line(3, 10, 120, 2), line(4, 10, 999, 3), line(5, 10, 1009, 4)])
    assert [tuple(found) for found in done.breaks] == [(4, 130, 999)]
    backwards = run([line(2, 10, 1009, 4), line(3, 10, 999, 3), line(4, 10, 120, 2), line(5, 10, 110, 1)])
    assert [tuple(found) for found in backwards.breaks] == [(3, 130, 999)]


def test_no_balance_is_followed_across_a_refused_row() -> None:
    """Where a row is missing the run starts anew, and the ends are unknown."""
    done = run([line(2, 10, 110), None, line(4, 10, 500)])
    assert done.breaks == ()
    assert (done.opening, done.closing) == (None, None)
    assert run([line(2, 10, 110), None, line(4, 10, 500), line(5, 10, 999)]).breaks == ((5, 510, 999),)


def test_without_balances_dates_give_the_order() -> None:
    """A list that runs backwards is turned round within each day too; one in disorder is sorted by day."""
    backwards = [line(2, 1, None, 3), line(3, 2, None, 2), line(4, 3, None, 2), line(5, 4, None, 1)]
    assert [entry.line for entry in run(backwards).lines] == [5, 4, 3, 2]
    mixed = [line(2, 1, None, 1), line(3, 2, None, 3), line(4, 3, None, 2), line(5, 4, None, 3)]
    assert [entry.line for entry in run(mixed).lines] == [2, 4, 3, 5]


def test_a_line_without_amount_is_a_balance_only() -> None:
    """An amount of zero is no line, but its balance is held to."""
    done = run([line(2, 0, 100), line(3, 10, 110), line(4, 0, 110)])
    assert ([entry.line for entry in done.lines], done.opening, done.closing) == ([3], 100, 110)
    assert run([line(2, 0, 100), line(3, 10, 111), line(4, 0, 111)]).breaks
