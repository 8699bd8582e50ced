"""Our own money on the statement: lines matched to entries that were there (DOMAIN §5).

A candidate is any movement of ours on the bank that no line has claimed.  It fits a line of the same
amount from its date to 10 days after the day it was made; a number of ours in the line's text makes
it the one meant; two that fit equally leave the line open.
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
    """What an entry of ours moved on a bank; minor units, credit to the bank positive."""

    entry: int
    bank: str
    date: str
    amount: int
    event: str
    case: str
    number: str
    batch: int
    made_on: str


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
                      COALESCE(json_extract(NULLIF(e.meta, ''), '$.number'), ''), e.batch, b.acted_on
               FROM open_movement m JOIN entry e ON e.id = m.entry JOIN batch b ON b.id = e.batch
               WHERE m.bank = :bank ORDER BY m.entry""",
            bank=bank,
        )
        self._open = {row[0]: Movement(*row) for row in found}

    def take(self, fit: Fit) -> None:
        """The entries of a fit are claimed and fit no other line."""
        for movement in fit.movements:
            del self._open[movement.entry]

    def fit(self, line: Line, named: Iterable[str]) -> tuple[Fit | None, bool]:
        """The entries that a line is; else None, and whether several fit equally."""
        cases = set(named)
        near = [m for m in self._open.values() if _in_time(m, line) and (not cases or not m.case or m.case in cases)]
        numbers = {mention.key for mention in line.mentions}
        quoted = [m for m in near if m.number and identifier_key(m.number) in numbers]
        if quoted:
            return self._by_number(line, quoted)
        if cases:
            near = [m for m in near if m.case in cases]
        single = [m for m in near if m.amount == line.amount]
        if single:
            return _only(line, single)
        return _only_set(line, near)

    def _by_number(self, line: Line, quoted: Sequence[Movement]) -> tuple[Fit | None, bool]:
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


def _only_set(line: Line, near: Sequence[Movement]) -> tuple[Fit | None, bool]:
    """The entries of one run (its sweep apart) that add up to the line, if only one run does."""
    runs: dict[tuple[int, str, str], list[Movement]] = {}
    for movement in near:
        if movement.event in _SET_EVENTS:
            runs.setdefault((movement.batch, movement.event, movement.date), []).append(movement)
    fits = [run for run in runs.values() if len(run) > 1 and sum(m.amount for m in run) == line.amount]
    if len(fits) == 1:
        return Fit(tuple(fits[0]), "the entries of one run"), False
    return None, len(fits) > 1
