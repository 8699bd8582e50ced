"""Running balances: in which order a statement was written, and whether it adds up."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from importers.model import StatementLine

Entries = list["StatementLine | None"]
"""Lines as the file has them, None where a row was refused: no balance follows across that."""


class Break(NamedTuple):
    """A line whose balance does not follow from the one before it; minor units."""

    line: int
    expected: int
    found: int


class Run(NamedTuple):
    """Lines oldest first, what opened and closed them where balances tell, and where they break."""

    lines: tuple[StatementLine, ...]
    opening: int | None
    closing: int | None
    breaks: tuple[Break, ...]


def run(entries: Entries) -> Run:
    """Bring the lines of one account into order and check their balances.

    Lines without amount carry a balance only and are dropped.  Where balances do not tell the order the
    dates do; without any, lines are sorted by date.  Opening and closing stay unknown where a row was refused.
    """
    forward, backward = _breaks(entries), _breaks(entries[::-1])
    if bool(forward) != bool(backward):
        newest_first = bool(forward)
    else:
        newest_first = _descending([entry for entry in entries if entry is not None])
    ordered = entries[::-1] if newest_first else entries
    breaks = backward if newest_first else forward
    lines = [entry for entry in ordered if entry is not None]
    opening = closing = None
    if not breaks and len(lines) == len(entries):
        opening, closing = _ends(lines)
    moved = [entry for entry in lines if entry.amount]
    if all(entry.balance is None for entry in moved):
        moved.sort(key=lambda entry: entry.date)
    return Run(tuple(moved), opening, closing, tuple(breaks))


def _descending(lines: Sequence[StatementLine]) -> bool:
    return bool(lines) and lines[0].date > lines[-1].date


def _breaks(entries: Iterable[StatementLine | None]) -> list[Break]:
    breaks = []
    balance: int | None = None
    for entry in entries:
        if entry is None:
            balance = None
            continue
        if balance is not None:
            balance += entry.amount
        if entry.balance is not None:
            if balance is not None and balance != entry.balance:
                breaks.append(Break(entry.line, balance, entry.balance))
            balance = entry.balance
    return breaks


def _ends(lines: Sequence[StatementLine]) -> tuple[int | None, int | None]:
    """Opening and closing balance, from the first balance that is given."""
    moved = 0
    for entry in lines:
        moved += entry.amount
        if entry.balance is not None:
            opening = entry.balance - moved
            return opening, opening + sum(line.amount for line in lines)
    return None, None
