"""The chain from its content: each batch's own fields, every row that it sealed, and the head.

Rows tell on themselves (``row_digest``); their numbers without a gap, and the counts in each batch's
content, tell of rows deleted or added.
"""

from __future__ import annotations

import contextlib
import json
from bisect import bisect_left
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from sqlalchemy import Integer

from ledger_core.accounting import digest
from ledger_core.errors import TallystickError
from ledger_core.journal import schema
from ledger_core.journal.chain import Content, genesis, head_digest, row_digest
from ledger_core.journal.database import execute, stream
from ledger_core.journal.finding import Finding, numbered_kind, row_finding
from ledger_core.journal.proof_entries import Entries

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

_DAMAGE = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, TallystickError)
_LISTED = 20
_LOWEST = -(2**63)
_NUMBERED = frozenset(
    name
    for name in schema.CHAINED
    if isinstance((key := schema.metadata.tables[name].columns[schema.CHAINED[name][0]]).type, Integer)
    and key.name == "id"
)
"""Chained tables whose ids count from 1 without a gap."""

_PERSONS = """
SELECT p.id, p.batch, p.salt, p.text, p.digest, p.erased_on, p.erased_by,
       COALESCE(e.batch, c.batch, l.batch, d.batch, r.batch)
FROM person p
LEFT JOIN entry e ON e.id = whole(SUBSTR(p.id, 7)) AND p.id = 'entry:' || e.id
LEFT JOIN statement_line l ON l.id = whole(SUBSTR(p.id, 6)) AND p.id = 'line:' || l.id
LEFT JOIN cases c ON c.id = SUBSTR(p.id, 6) AND p.id = 'case:' || c.id
LEFT JOIN draft d ON d.id = whole(SUBSTR(p.id, 7)) AND p.id = 'draft:' || d.id
LEFT JOIN review r ON r.draft = whole(SUBSTR(p.id, 8)) AND p.id = 'review:' || r.draft
WHERE :since = 0 OR p.batch > :since
"""
_LOST = {
    "cases": (
        "SELECT 'case', case_id FROM entry WHERE event = 'placement' AND case_id NOT IN (SELECT id FROM cases)",
        "SELECT 'case', id FROM cases WHERE id NOT IN (SELECT case_id FROM entry WHERE event = 'placement')",
    ),
    "document": (
        """SELECT 'document', noted(meta, 'number') FROM entry WHERE id NOT IN (SELECT entry FROM document)
           AND event IN ('fee_document', 'credit_note', 'invoice')""",
        """SELECT 'document', d.number FROM document d LEFT JOIN entry e ON e.id = d.entry
           WHERE NOT same(noted(e.meta, 'number'), d.number)""",
    ),
}
"""Rows that entries tell of: those that are gone, and those that no entry knows."""


class Chain:
    """What the batches say that they sealed, held against what is there; ``since`` a batch, only what came after it."""

    def __init__(self, connection: Connection, since: int = 0) -> None:
        self._connection, self._since = connection, since
        self._sealed: dict[int, dict[str, list[Any]]] = {}
        self._whole = True  # whether every batch's content can be believed
        self._through: dict[str, list[int]] = {}
        self._made: dict[int, Content] = {}
        self._named: set[tuple[str, int]] = set()  # tables and batches of which something was found
        self._last = (0, b"")

    def batches(self) -> Iterator[Finding]:
        """Every batch's head from its own fields, and from the head before."""
        settings = dict(tuple(row) for row in stream(self._connection, "SELECT name, value FROM setting"))
        for name in {"index_key"} ^ settings.keys():
            yield Finding("ROW_ALTERED", f"setting {name} was added or deleted", "setting", str(name))
        parent, last, sound = genesis(str(settings.get("index_key"))), self._since, True
        if self._since:
            parent = execute(self._connection, "SELECT head FROM batch WHERE id = :id", id=self._since).scalar() or b""
        for *fields, of, content, head, sealed in stream(
            self._connection,
            """SELECT id, kind, acted_on, recorded_at, actor, parent, content, head, sealed FROM batch
               WHERE :since = 0 OR id > :since ORDER BY id""",
            since=self._since,
        ):
            number, follows, before = fields[0], fields[0] == last + 1, sound
            if not follows:
                self._whole = False
                yield Finding("BATCH_MISSING", f"batch {last + 1} is not in the journal", "batch", str(last + 1))
            tables = _tables(content) if isinstance(of, bytes) and head == head_digest(of, fields, content) else None
            sound = sealed == 1 and tables is not None
            if not sound:
                self._whole = False
                yield Finding("BATCH_ALTERED", f"batch {number} is not what was sealed", "batch", str(number))
            elif of != parent and follows and before:
                yield _replaced(number)
            self._sealed |= {number: tables} if tables is not None else {}
            parent, last = head, number
        self._last = (last, parent)
        through = execute(self._connection, "SELECT MAX(batch) FROM head").scalar()
        if isinstance(through, int) and through > last:
            self._whole = False
            yield Finding("BATCH_MISSING", f"batch {last + 1} is not in the journal", "batch", str(last + 1))

    def entries(self) -> Iterator[Finding]:
        """Every entry's digests from its own columns and legs; and no entry missing."""
        before = self._before("entry")
        first = before + 1 if self._since else _LOWEST  # of all entries also those of numbers that none can have
        entries, numbers = Entries(self._connection, first), _Numbers("entry", self._total("entry"), before + 1)
        for row, made, right in entries:
            if not (right and numbers.next(row["id"])):
                yield from numbers.gap(row["id"])
                yield from self._judge("entry", row, right=right, extra=numbers.beyond(row["id"]))
            self._count("entry", row["batch"], made)
        yield from numbers.rest()
        strays = execute(
            self._connection,
            "SELECT entry FROM reversal WHERE entry >= :first AND entry NOT IN (SELECT id FROM entry)",
            first=first,
        ).scalars()
        for entry in dict.fromkeys((*entries.strays, *strays)):
            message = f"entry {entry} has legs or is a reversal, but is not in the journal"
            yield Finding("ENTRY_MISSING", message, "entry", str(entry))

    def rows(self) -> Iterator[Finding]:
        """Every other chained row against its own digest; and none missing."""
        for table, columns in schema.CHAINED.items():
            if table == "entry":
                continue
            kind, key = schema.PRIVATE.get(table), columns[0]
            wanted = ", ".join(f't."{name}"' for name in (*columns, "row_digest"))
            private = f"(SELECT digest FROM person WHERE id = '{kind}:' || t.{key})"
            sql = f'SELECT {wanted}, {private} FROM "{table}" t WHERE :since = 0 OR t.batch > :since ORDER BY t."{key}"'
            numbers = _Numbers(table, self._total(table), self._before(table) + 1)
            for *values, stored, commitment in stream(self._connection, sql, since=self._since):
                made = row_digest((*values, commitment) if kind else values)
                if not (made == stored and numbers.next(values[0])):
                    row = dict(zip(columns, values, strict=True))
                    yield from numbers.gap(row[key])
                    yield from self._judge(table, row, right=made == stored, extra=numbers.beyond(row[key]))
                self._count(table, values[1], made)
            yield from numbers.rest()

    def _count(self, table: str, batch: int, made: bytes) -> None:
        """Count a row into its batch, by the digest that it must have."""
        content = self._made.get(batch)
        if content is None:
            content = self._made[batch] = Content()
        content.add(table, made)

    def _judge(self, table: str, row: dict[str, Any], *, right: bool, extra: bool) -> Iterator[Finding]:
        """Name a row if it is not right; then its batch needs no other finding."""
        if extra or not right:
            key = row[schema.CHAINED[table][0]]
            self._named |= {(table, row["batch"]), (table, self._batch_of(table, key))}
            what = "was never sealed" if extra else "is not what was sealed"
            yield row_finding(self._connection, table, row, what)

    def _ends(self, table: str) -> list[int]:
        """The last id of a numbered table in each sound batch; nothing if not all batches can be believed."""
        if table not in self._through:
            counts = (tables.get(table, [0])[0] for tables in self._sealed.values())
            ends = list(accumulate(counts, initial=self._before(table)))[1:]
            self._through[table] = ends if self._whole and table in _NUMBERED else []
        return self._through[table]

    def _before(self, table: str) -> int:
        """The last id of a numbered table that is not looked at."""
        if not self._since or table not in _NUMBERED:
            return 0
        sql = f'SELECT COALESCE(MAX(id), 0) FROM "{table}" WHERE batch <= :since'
        return int(execute(self._connection, sql, since=self._since).scalar_one())

    def _total(self, table: str) -> int | None:
        """How many rows of a numbered table were sealed, if that can be believed."""
        ends = self._ends(table)
        return ends[-1] if ends else None

    def _batch_of(self, table: str, key: int) -> int:
        """The batch that sealed a row of a numbered table, by the counts; zero if they do not tell."""
        ends = self._ends(table)
        at = bisect_left(ends, key)
        return list(self._sealed)[at] if at < len(ends) else 0

    def texts(self) -> Iterator[Finding]:
        """Private texts against their commitment; one that was erased by name and date is in order."""
        for key, batch, salt, text, commitment, on, by, of in stream(self._connection, _PERSONS, since=self._since):
            kind, _, subject = str(key).partition(":")
            erased = salt is None and text is None and on is not None and by is not None
            told = isinstance(salt, bytes) and isinstance(text, str) and digest.commitment(salt, text) == commitment
            if of is None:
                message = f"there is a private text of {kind} {subject}, which is not in the journal"
                yield Finding("TEXT_ALTERED", message, kind, subject)
            elif batch != of or not (erased or (told and on is None and by is None)):
                message = f"the private text of {kind} {subject} is not what was sealed"
                yield Finding("TEXT_ALTERED", message, kind, subject)

    def contents(self) -> Iterator[Finding]:
        """What each batch sealed against what is there of it, where no row told on itself."""
        for number, sealed in self._sealed.items():
            made = self._made[number].tables() if number in self._made else {}
            for table in sorted(sealed.keys() | made.keys()):
                told = any(name == table and (batch == number or table not in _NUMBERED) for name, batch in self._named)
                if sealed.get(table) != made.get(table) and not told:
                    yield from self._lost(table) or [self._unlike(number, table, sealed.get(table), made.get(table))]

    def _lost(self, table: str) -> list[Finding]:
        """The rows that are gone, or came by themselves, by what entries tell of them."""
        found = []
        whats = ("is not in the journal", "was never sealed")
        for sql, what in zip(_LOST.get(table, ()), whats, strict=False):
            for kind, subject in stream(self._connection, sql):
                found.append(Finding("ROW_ALTERED", f"{kind} {subject} {what}", kind, str(subject)))
        self._named |= {(table, 0)} if found else set()
        return found

    def _unlike(self, number: int, table: str, sealed: list[Any] | None, made: list[Any] | None) -> Finding:
        """A batch whose rows of a table fit their own digests, and are not those that were sealed."""
        rows = execute(self._connection, f'SELECT * FROM "{table}" WHERE batch = :of', of=number).mappings()
        first = rows.fetchmany(2)
        if len(first) == 1 and sealed and sealed[0] == 1:
            return row_finding(self._connection, table, first[0], "is not what was sealed")
        were, are = (of[0] if of else 0 for of in (sealed, made))
        message = f"batch {number} sealed {were} rows of {table}; the {are} that are there are not the same"
        return Finding("BATCH_ALTERED", message, "batch", str(number))

    def head(self) -> Iterator[Finding]:
        """The head is that of the last batch and entry."""
        last, digest = self._last
        found = [tuple(row) for row in stream(self._connection, "SELECT * FROM head")]
        entry = execute(self._connection, "SELECT COALESCE(MAX(id), 0) FROM entry").scalar_one()
        if found != [(1, last, entry, digest)]:
            told = f"batch {found[0][1]} and entry {found[0][2]}" if found else "nothing"
            message = f"the head is of {told}, and the chain ends with batch {last} and entry {entry}"
            yield Finding("HEAD_ALTERED", message, "batch", str(last))


def _tables(content: Any) -> dict[str, list[Any]] | None:  # noqa: ANN401 - whatever stands in the column
    """The content of a batch: number of rows and digest by table; None of one that is not of this form."""
    with contextlib.suppress(ValueError, TypeError):
        tables = json.loads(content)
        if isinstance(tables, dict) and all(isinstance(count, int) for count, _ in tables.values()):
            return tables
    return None


def _replaced(number: int) -> Finding:
    """The batch before ``number`` is sound in itself, and not the one that ``number`` was chained to."""
    if number == 1:
        return Finding("ROW_ALTERED", "setting index_key is not that of this journal", "setting", "index_key")
    message = f"batch {number - 1} is not the one that batch {number} was chained to"
    return Finding("BATCH_ALTERED", message, "batch", str(number - 1))


class _Numbers:
    """The ids of a numbered table as they come; of another table nothing."""

    def __init__(self, table: str, total: int | None, first: int) -> None:
        self._table, self._total, self._next = table, total, first

    def next(self, key: int) -> bool:
        """Whether this is simply the next one, sealed like the others."""
        if key != self._next or self._total is None or key > self._total:
            return self._table not in _NUMBERED and self._total is None
        self._next += 1
        return True

    def beyond(self, key: int) -> bool:
        """Whether no row of this id was ever sealed."""
        return self._total is not None and not 1 <= key <= self._total

    def gap(self, key: int) -> Iterator[Finding]:
        """What is missing before the next row."""
        if self._table in _NUMBERED:
            end = key if self._total is None else min(key, self._total + 1)
            yield from self._missing(range(self._next, end))
            self._next = max(self._next, key + 1)

    def rest(self) -> Iterator[Finding]:
        """What is missing after the last row."""
        yield from self._missing(range(self._next, (self._total or 0) + 1))

    def _missing(self, ids: range) -> Iterator[Finding]:
        code = "ENTRY_MISSING" if self._table == "entry" else "ROW_ALTERED"
        kind = numbered_kind(self._table)
        if len(ids) > _LISTED:
            message = f"{kind} {ids[0]} to {ids[-1]} are not in the journal"
            yield Finding(code, message, kind, str(ids[0]))
            return
        for key in ids:
            yield Finding(code, f"{kind} {key} is not in the journal", kind, str(key))
