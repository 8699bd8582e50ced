"""Every entry from its content: its digests made again from its own columns and legs as they stand."""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from ledger_core.accounting import digest
from ledger_core.accounting.money import format_minor
from ledger_core.errors import TallystickError
from ledger_core.journal import schema
from ledger_core.journal.chain import row_digest
from ledger_core.journal.database import rows, stream

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Connection

_DAMAGE = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, TallystickError)
_LEGS = """
SELECT entry, number, fund, account, bank, amount, currency, item FROM posting
WHERE entry >= :first ORDER BY entry, number
"""
_ENTRIES = f"""
SELECT {", ".join(f"e.{name}" for name in schema.CHAINED["entry"])}, e.row_digest, t.digest, p.digest
FROM entry e LEFT JOIN terms t ON t.id = e.terms LEFT JOIN person p ON p.id = 'entry:' || e.id
WHERE e.id >= :first ORDER BY e.id
"""
_CURRENCY = 6
"""Where the currency stands in a leg as it is read."""


class _Columns(NamedTuple):
    """An entry as it is read: the columns of its table, and the digests of its terms and private text."""

    id: int
    batch: int
    event: str
    date: str
    effective: str
    client: str
    case: str
    line: int | None
    bank: str
    terms: int | None
    rule: int | None
    base: int
    meta: str
    key: str | None
    public: bytes
    digest: bytes
    row_digest: bytes
    terms_digest: str | None
    private: bytes | None


class Read(NamedTuple):
    """An entry of the journal: its columns by name, the digest that its row must have, and whether all fits."""

    row: dict[str, Any]
    made: bytes
    right: bool


class Entries:
    """The entries with their legs; once all are read, ``strays`` are entries that have legs and are not there."""

    def __init__(self, connection: Connection, first: int) -> None:
        self._connection, self._first = connection, first
        self._names: dict[int, str] = dict(rows(connection, "SELECT id, name FROM account"))
        self._reverses: dict[int, list[int]] = {}
        for entry, old in stream(connection, "SELECT entry, reversed FROM reversal ORDER BY reversed"):
            self._reverses.setdefault(entry, []).append(old)
        self.strays: list[Any] = []

    def __iter__(self) -> Iterator[Read]:
        """In the order of their numbers."""
        legs = _Legs(self._connection, self._first)
        names = schema.CHAINED["entry"]
        for values in stream(self._connection, _ENTRIES, first=self._first):
            entry = _Columns._make(values)
            own = legs.of(entry.id)
            made = row_digest((*values[: len(names)], [leg[1:] for leg in own]))
            right = made == entry.row_digest and self._digests(entry, own) == (entry.public, entry.digest)
            yield Read(dict(zip(names, values, strict=False)), made, right)
        legs.of(None)
        self.strays = legs.strays

    def _digests(self, entry: _Columns, own: Sequence[tuple[Any, ...]]) -> tuple[bytes, bytes]:
        found = self._names
        try:
            legs = [
                (found[account], currency, amount, bank, item) for _, _, _, account, bank, amount, currency, item in own
            ]
            fields = digest.fields_text(
                str(entry.id),
                entry.date,
                entry.effective,
                entry.event,
                entry.client,
                entry.case,
                str(entry.line or ""),
                entry.bank,
                entry.terms_digest or "",
                "" if entry.rule is None else str(entry.rule),
                format_minor(entry.base, own[0][_CURRENCY]) if entry.base else "",
                " ".join(map(str, self._reverses.get(entry.id, ()))),
                entry.meta,
            )
            public = digest.public_digest(fields, digest.legs_text(entry, legs))
            return public, digest.entry_digest(public, entry.private or digest.NO_PRIVATE_TEXT)
        except _DAMAGE:
            return b"", b""


class _Legs:
    """The legs of the entries, read alongside them; ``strays`` are entries that have legs and are not there."""

    def __init__(self, connection: Connection, first: int) -> None:
        self._groups = groupby(stream(connection, _LEGS, first=first), key=itemgetter(0))
        self.strays: list[Any] = []
        self._step()

    def _step(self) -> None:
        entry, legs = next(self._groups, (None, ()))
        self._entry: Any = entry
        self._legs = list(legs)

    def of(self, entry: int | None) -> list[tuple[Any, ...]]:
        """The legs of the next entry; with None, the end of the entries."""
        while self._entry is not None and (entry is None or _before(self._entry, entry)):
            self.strays.append(self._entry)
            self._step()
        if entry is None or self._entry != entry:
            return []
        legs = self._legs
        self._step()
        return legs


def _before(key: Any, entry: int) -> bool:  # noqa: ANN401 - whatever stands in the column
    """In the order of SQLite, where numbers stand before everything else."""
    return isinstance(key, int | float) and key < entry
