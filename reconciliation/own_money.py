"""Our own money on the statement: lines matched to entries that were there (DOMAIN §5).

A candidate is any movement of ours on the bank that no line has claimed.  It fits a line of the same
amount from its date to 10 days after the day it was made; a number of ours in the line's text makes
it the one meant; the entries of one run, or with one reference, are a line of their sum; two that fit equally leave
the line open.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from ledger_core.journal.read import rows
from reconciliation.identifiers import identifier_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Connection

    from reconciliation.decision import Line

DAYS_AFTER = 10
_SET_EVENTS = ("remittance", "cure", "refund")


class Movement(NamedTuple):
    """What an entry of ours moved on a bank; minor units, credit to the bank positive.

    ``number`` is ours, of a run; ``reference`` is what a person or a file gave it.
    """

    entry: int
    bank: str
    date: str
    amount: int
    event: str
    case: str
    number: str
    batch: int
    made_on: str
    reference: str


@dataclass(frozen=True, slots=True)
class Fit:
    """Entries that a line is, together."""

    movements: tuple[Movement, ...]
    how: str

    @property
    def evidence(self) -> str:
        """In words."""
        entries = ", ".join(f"{m.event} {m.entry}" + (f" {m.number}" if m.number else "") for m in self.movements)
        return f"own_entry: {entries} ({self.how})"


class OwnMoney:
    """The open movements of one bank, as the journal stands."""

    def __init__(self, connection: Connection, bank: str) -> None:
        found = rows(
            connection,
            """SELECT m.entry, m.bank, m.date, m.amount, e.event, e.case_id,
                      COALESCE(noted(e.meta, 'number'), ''), e.batch, b.acted_on,
                      COALESCE(noted(p.text, 'reference'), '')
               FROM open_movement m JOIN entry e ON e.id = m.entry JOIN batch b ON b.id = e.batch
               LEFT JOIN person p ON p.id = 'entry:' || e.id
               WHERE m.bank = :bank ORDER BY m.entry""",
            bank=bank,
        )
        self._open = {row[0]: Movement(*row) for row in found}
        self._by_amount: dict[int, list[Movement]] = {}
        self._by_number: dict[str, list[Movement]] = {}
        self._sets: dict[tuple[object, ...], list[Movement]] = {}
        for movement in self._open.values():
            self._by_amount.setdefault(movement.amount, []).append(movement)
            if movement.number:
                self._by_number.setdefault(identifier_key(movement.number), []).append(movement)
            if movement.event in _SET_EVENTS:
                self._sets.setdefault((movement.batch, movement.event, movement.date), []).append(movement)
            if movement.reference:
                self._sets.setdefault((movement.reference,), []).append(movement)

    def take(self, fit: Fit) -> None:
        """The entries of a fit are claimed and fit no other line."""
        for movement in fit.movements:
            del self._open[movement.entry]

    def fit(self, line: Line, named: Iterable[str]) -> tuple[Fit | None, bool]:
        """The entries that a line is; else None, and whether several fit equally."""
        if not self._open:
            return None, False
        cases = set(named)
        quoted = {
            m.entry: m for mention in line.mentions for m in self._near(line, self._by_number.get(mention.key, ()))
        }
        if quoted:
            return _by_number(line, list(quoted.values()))
        # A line that names a case is an entry of ours only if that is of the same case.
        single = [m for m in self._near(line, self._by_amount.get(line.amount, ())) if not cases or m.case in cases]
        if single:
            return _only(line, single)
        sets = {tuple(self._near(line, several)) for several in self._sets.values()} if not cases else set()
        fits = [several for several in sets if len(several) > 1 and sum(m.amount for m in several) == line.amount]
        return (Fit(fits[0], "the entries of one run or reference"), False) if len(fits) == 1 else (None, len(fits) > 1)

    def _near(self, line: Line, movements: Iterable[Movement]) -> list[Movement]:
        """Those still open whose time the line is in."""
        return [m for m in movements if m.entry in self._open and _in_time(m, line)]


def _by_number(line: Line, quoted: Sequence[Movement]) -> tuple[Fit | None, bool]:
    """The movements whose numbers the line quotes: the one of its amount, or all together."""
    exact = [m for m in quoted if m.amount == line.amount]
    if len(exact) == 1:
        return Fit((exact[0],), "number and amount"), False
    if sum(m.amount for m in quoted) == line.amount:
        return Fit(tuple(quoted), "numbers and their sum"), False
    return None, len(exact) > 1


def _in_time(movement: Movement, line: Line) -> bool:
    last = date.fromisoformat(max(movement.date, movement.made_on))
    day = date.fromisoformat(line.date)
    return movement.date <= line.date and (day - last).days <= DAYS_AFTER


def _only(line: Line, fitting: Sequence[Movement]) -> tuple[Fit | None, bool]:
    """The fitting movement nearest in time, if no other is as near."""

    def distance(movement: Movement) -> int:
        return (date.fromisoformat(line.date) - date.fromisoformat(movement.date)).days

    nearest = min(map(distance, fitting))
    best = [m for m in fitting if distance(m) == nearest]
    return (Fit((best[0],), "amount and date"), False) if len(best) == 1 else (None, True)
