"""Entries as a bookkeeper writes them: the journal's own rows as text, and text by hand to hold them against.

An entry is its day, event, client, case and what it reverses (what it lacks is left out), and below it a line a
posting: ``Dr`` or ``Cr``, account, amount, currency, the trust bank in brackets, and whose money it is where that is
told one by one.  Postings are compared whatever their order, but singly: two of one account are never added up.
"""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, NamedTuple

from tests.raw import raw_session

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.desk import Desk
    from tests.raw import RawSession

DECIMALS = {"CNY": 2, "JPY": 0}
"""Of the currencies that these tests use (ISO 4217)."""


class Entry(NamedTuple):
    """An entry: what its head says, and its postings in alphabetical order."""

    head: str
    postings: tuple[str, ...]


def entries(text: str) -> list[Entry]:
    """Entries written by hand; a head starts with a digit, a posting with Dr or Cr."""
    found: list[tuple[str, list[str]]] = []
    for words in (line.split() for line in text.splitlines() if line.strip()):
        if words[0] in {"Dr", "Cr"}:
            found[-1][1].append(" ".join(words))
        else:
            found.append((" ".join(words), []))
    return [Entry(head, tuple(sorted(postings))) for head, postings in found]


class Journal:
    """The journal of a desk, read a piece at a time."""

    def __init__(self, desk: Desk) -> None:
        self._workspace = desk.workspace
        self._seen = 0

    def skip(self) -> None:
        """Pass over what was posted so far: it is not what the test is about."""
        self.new()

    def new(self) -> list[Entry]:
        """All entries posted since the last look."""
        with closing(raw_session(self._workspace)) as connection:
            heads = connection.rows(
                "SELECT id, date, effective, event, client, case_id FROM entry WHERE id > ? ORDER BY id", self._seen
            )
            found = [Entry(_head(connection, row), _postings(connection, row[0])) for row in heads]
        self._seen = heads[-1][0] if heads else self._seen
        return found


def _head(connection: RawSession, row: Sequence[str]) -> str:
    entry, date, effective, event, client, case = row
    undone = connection.rows(
        "SELECT e.event FROM reversal r JOIN entry e ON e.id = r.reversed WHERE r.entry = ? ORDER BY e.id", entry
    )
    names = " ".join(event for (event,) in undone)
    words = (date, effective and f"(of {effective})", event, client, case, names and f"reverses {names}")
    return " ".join(filter(None, words))


def _postings(connection: RawSession, entry: int) -> tuple[str, ...]:
    rows = connection.rows(
        """SELECT a.name, p.currency, p.amount, p.bank, p.item FROM posting p JOIN account a ON a.id = p.account
           WHERE p.entry = ?""",
        entry,
    )
    return tuple(sorted(_posting(*row) for row in rows))


def _posting(account: str, currency: str, amount: int, bank: str, item: str) -> str:
    places = DECIMALS[currency.removesuffix(".D")]
    digits = f"{abs(amount):0{places + 1}d}"
    figure = f"{digits[:-places]}.{digits[-places:]}" if places else digits
    where = f"[{bank}]" if bank else ""
    return " ".join(filter(None, ("Dr" if amount > 0 else "Cr", account, figure, currency, where, item)))


def standing(desk: Desk, case: str) -> str:
    """How a case stands: its status, what is outstanding by bucket, what is on hold, and what was overpaid."""
    found = desk.case(case)
    amounts = {**found["outstanding"], **{name: found[name] for name in ("held", "overpaid")}}
    return ", ".join([found["status"], *(f"{name} {amount}" for name, amount in amounts.items() if amount.strip("0."))])
