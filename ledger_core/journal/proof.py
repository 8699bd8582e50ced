"""Proving the journal from its own content: chain, seals, balances, claims, derived tables.

Nothing that is checked is believed: digests are recomputed from the columns they cover, running
balances from the legs.  A damaged value is a finding, never an exception.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

from ledger_core.accounting import digest
from ledger_core.accounting.money import format_minor
from ledger_core.catalogue import CATALOGUE
from ledger_core.errors import TallystickError
from ledger_core.journal import read, schema
from ledger_core.journal.chain import Content, head_digest, row_digest
from ledger_core.journal.store import GENESIS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from sqlalchemy import Connection

    from ledger_core.accounting.posting import EntryRow

_DAMAGE = (ValueError, TypeError, KeyError, IndexError, AttributeError, AssertionError, TallystickError)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it must be; ``subject`` is an entry, a file or a case, by ``kind``."""

    code: str
    message: str
    kind: str
    subject: str

    def __post_init__(self) -> None:
        assert self.code in CATALOGUE, f"{self.code} is not in the error catalogue"

    def __str__(self) -> str:
        return f"{self.code} {self.message}. {CATALOGUE[self.code].remedy}."


def findings(connection: Connection, progress: Callable[[int], None] | None = None) -> Iterator[Finding]:
    """Everything that is wrong with the journal."""
    altered = _Altered()
    yield from _entries(connection, altered, progress)
    yield from _rows(connection, altered)
    yield from _chain(connection, altered)
    yield from _balance(connection)
    yield from _reversals(connection)
    yield from _claims(connection)
    yield from _derived(connection)


class _Altered:
    """Digests as recomputed, by table and batch; and the batches in which something is named already."""

    def __init__(self) -> None:
        self.digests: dict[int, dict[str, list[bytes]]] = {}
        self.named: set[int] = set()

    def add(self, batch: int, table: str, value: bytes) -> None:
        self.digests.setdefault(batch, {}).setdefault(table, []).append(value)


def _entries(connection: Connection, altered: _Altered, progress: Callable[[int], None] | None) -> Iterator[Finding]:
    """Every entry's digest from its own columns and legs; and no entry missing."""
    found = read.rows(connection, "SELECT id, digest FROM person WHERE id LIKE 'entry:%'")
    commitments = {key: value for key, value in map(tuple, found)}  # noqa: C416 - rows are no pairs to a type checker
    expected = 1
    batches = [row[0] for row in read.rows(connection, "SELECT DISTINCT batch FROM entry ORDER BY batch")]
    for batch in batches:
        for entry in _read_batch(connection, batch):
            if isinstance(entry, Finding):
                altered.named.add(batch)
                yield entry
                continue
            if entry.id != expected:
                altered.named.add(batch)
                one = entry.id == expected + 1
                missing = f"entry {expected} is" if one else f"entries {expected} to {entry.id - 1} are"
                yield Finding("ENTRY_MISSING", f"{missing} not in the journal", "entry", str(expected))
            expected = entry.id + 1
            private = commitments.get(f"entry:{entry.id}", digest.NO_PRIVATE_TEXT)
            public, full = _digests(entry, private)
            if (public, full) != (entry.public, entry.digest):
                altered.named.add(batch)
                yield Finding("ENTRY_ALTERED", f"entry {entry.id} is not what was sealed", "entry", str(entry.id))
            altered.add(batch, "entry", row_digest((entry.id, full, entry.header.key or None)))
        if progress:
            progress(batch)
    yield from _last_entry(connection, expected - 1)


def _last_entry(connection: Connection, last: int) -> Iterator[Finding]:
    sealed = read.rows(connection, "SELECT sealed_through FROM head")
    if not sealed or sealed[0][0] != last:
        through = sealed[0][0] if sealed else "?"
        message = f"the head says that entries are sealed through {through}, and the last one is {last}"
        yield Finding("ENTRY_MISSING", message, "entry", str(last + 1))
    orphans = read.rows(connection, "SELECT DISTINCT entry FROM posting WHERE entry NOT IN (SELECT id FROM entry)")
    for (entry,) in orphans:
        yield Finding("ENTRY_MISSING", f"entry {entry} has legs, but is not in the journal", "entry", str(entry))


def _read_batch(connection: Connection, batch: int) -> Iterable[EntryRow | Finding]:
    """The entries of a batch; where the values of one cannot even be read, a finding for it."""
    try:
        return read.entries_of_batch(connection, batch)
    except _DAMAGE:
        ids = [row[0] for row in read.rows(connection, "SELECT id FROM entry WHERE batch = :b ORDER BY id", b=batch)]
        return [_read_one(connection, entry) for entry in ids]


def _read_one(connection: Connection, entry: int) -> EntryRow | Finding:
    try:
        return read.entries(connection, [entry])[0]
    except _DAMAGE:
        return Finding("ENTRY_ALTERED", f"entry {entry} holds values that cannot be read", "entry", str(entry))


def _digests(entry: EntryRow, private: bytes) -> tuple[bytes, bytes]:
    """The digests that an entry must have, from its columns and legs; empty where they cannot be read."""
    try:
        parts = []
        for leg in entry.legs:
            notes = digest.leg_notes(entry.header, leg.account, leg.bank, leg.item)
            amount = format_minor(leg.amount, leg.currency)
            parts.append(digest.netstring(digest.leg_text(leg.account, amount, leg.currency, notes)))
        currency = entry.legs[0].currency if entry.header.base else ""
        public = digest.public_digest(digest.header_bytes(entry.id, entry.header, currency), parts)
        return public, digest.entry_digest(public, private)
    except _DAMAGE:
        return b"", b""


def _rows(connection: Connection, altered: _Altered) -> Iterator[Finding]:
    """Every other chained row against its own digest, and private texts against their commitment."""
    for name, columns in schema.CHAINED.items():
        if name == "entry":
            continue
        stored = name != "person"
        wanted = ", ".join(f'"{column}"' for column in columns) + (", row_digest" if stored else "")
        for batch, *row in read.rows(connection, f'SELECT batch, {wanted} FROM "{name}" ORDER BY batch, {columns[0]}'):  # noqa: S608
            value = row_digest(row[: len(columns)])
            altered.add(batch, name, value)
            if stored and value != row[-1]:
                altered.named.add(batch)
                yield _row_finding(name, columns, row)
    for key, salt, content, value, erased in read.rows(
        connection, "SELECT id, salt, text, digest, erased_on FROM person"
    ):
        if erased is None and (salt is None or content is None or digest.commitment(salt, content) != value):
            kind, _, subject = key.partition(":")
            yield Finding("TEXT_ALTERED", f"the private text of {kind} {subject} is not what was sealed", kind, subject)


def _row_finding(name: str, columns: tuple[str, ...], row: list[Any]) -> Finding:
    """An altered row, named as what a user knows it by."""
    values = dict(zip(columns, row, strict=False))
    if name == "claim":
        return Finding("ROW_ALTERED", f"the claim of line {values['line']} was altered", "entry", str(values["entry"]))
    kinds = {"cases": "case", "file": "file", "statement_line": "line", "terms": "terms", "document": "document"}
    kind = kinds.get(name, name)
    subject = str(values.get("archive") or values.get("sha256")) if name == "file" else str(row[0])
    return Finding("ROW_ALTERED", f"{kind} {subject} is not what was sealed", kind, subject)


def _chain(connection: Connection, altered: _Altered) -> Iterator[Finding]:
    """Every batch from its content, and each head from the one before."""
    parent, last = GENESIS, 0
    found = read.rows(
        connection,
        "SELECT id, kind, acted_on, recorded_at, actor, parent, content, head, sealed FROM batch ORDER BY id",
    )
    for *fields, stored_parent, stored_content, stored_head, sealed in found:
        number = fields[0]
        content = Content()
        for name in schema.CHAINED:
            content.table(name, altered.digests.get(number, {}).get(name, ()))
        head = head_digest(parent, fields, content.digest())
        right = (stored_parent, stored_content, stored_head, sealed) == (parent, content.digest(), head, 1)
        if number != last + 1:
            yield Finding("BATCH_MISSING", f"batch {last + 1} is not in the journal", "batch", str(last + 1))
        elif not right and number not in altered.named:
            message = f"batch {number} ({fields[1]}) is not what was sealed: a row of it was added, deleted or altered"
            yield Finding("BATCH_ALTERED", message, "batch", str(number))
        parent, last = stored_head or head, number
    ends = read.rows(connection, "SELECT batch, digest FROM head")
    if not ends or tuple(ends[0]) != (last, parent):
        yield Finding("HEAD_ALTERED", "the head of the chain is not that of the last batch", "batch", str(last))


def _balance(connection: Connection) -> Iterator[Finding]:
    """Each entry sums to zero in each fund and currency; each leg is of its account's fund."""
    for entry, fund, currency in read.rows(
        connection,
        "SELECT entry, fund, currency FROM posting GROUP BY entry, fund, currency HAVING SUM(amount) <> 0",
    ):
        yield Finding("ENTRY_UNBALANCED", f"entry {entry} does not balance in {fund} {currency}", "entry", str(entry))
    for (entry,) in read.rows(
        connection,
        """SELECT DISTINCT p.entry FROM posting p LEFT JOIN account a ON a.id = p.account
           WHERE a.id IS NULL OR a.fund <> p.fund OR a.currency <> p.currency""",
    ):
        yield Finding("ENTRY_UNBALANCED", f"entry {entry} has a leg of another fund or currency", "entry", str(entry))


def _reversals(connection: Connection) -> Iterator[Finding]:
    """A reversal is minus the sum of what it names, account by account (invariant 9)."""
    for (entry,) in read.rows(
        connection,
        """SELECT DISTINCT entry FROM (
             SELECT r.entry, p.account, p.bank, p.item, p.amount FROM (SELECT DISTINCT entry FROM reversal) r
             JOIN posting p ON p.entry = r.entry
             UNION ALL
             SELECT r.entry, p.account, p.bank, p.item, p.amount FROM reversal r JOIN posting p ON p.entry = r.reversed)
           GROUP BY entry, account, bank, item HAVING SUM(amount) <> 0""",
    ):
        yield Finding("REVERSAL_UNEQUAL", f"entry {entry} is not the negation of what it reverses", "entry", str(entry))


def _claims(connection: Connection) -> Iterator[Finding]:
    """Each claimed line equals the entries that claim it; no movement is claimed twice (invariant 11)."""
    for line, amount, claimed in read.rows(
        connection,
        """SELECT l.id, l.amount, SUM(c.amount) FROM claim c JOIN statement_line l ON l.id = c.line
           GROUP BY l.id, l.amount HAVING SUM(c.amount) <> l.amount""",
    ):
        message = f"line {line} is over {amount} minor units, and its claims over {claimed}"
        yield Finding("CLAIM_UNEQUAL", message, "line", str(line))
    for (entry,) in read.rows(connection, "SELECT entry FROM claim GROUP BY entry, bank HAVING COUNT(*) > 1"):
        yield Finding("CLAIM_TWICE", f"entry {entry} is claimed twice", "entry", str(entry))


_DERIVED: dict[str, tuple[str, str, str]] = {
    "day_balance": (
        "SELECT account || ' ' || bank || ' ' || date AS k, movement AS v FROM day_balance WHERE movement <> 0",
        """SELECT p.account || ' ' || p.bank || ' ' || e.date AS k, SUM(p.amount) AS v
           FROM posting p JOIN entry e ON e.id = p.entry GROUP BY p.account, p.bank, e.date HAVING v <> 0""",
        "account",
    ),
    "item_balance": (
        "SELECT account || ' ' || bank || ' ' || item AS k, amount AS v FROM item_balance WHERE amount <> 0",
        """SELECT account || ' ' || bank || ' ' || item AS k, SUM(amount) AS v FROM posting WHERE item <> ''
           GROUP BY account, bank, item HAVING v <> 0""",
        "item",
    ),
    "case_balance": (
        """SELECT case_id AS k, principal || ' ' || interest || ' ' || fees || ' ' || court_costs AS v
           FROM case_balance WHERE principal + interest + fees + court_costs <> 0""",
        """SELECT e.case_id AS k,
             SUM(CASE WHEN a.name LIKE '%\\:Principal' THEN p.amount ELSE 0 END) || ' ' ||
             SUM(CASE WHEN a.name LIKE '%\\:Interest' THEN p.amount ELSE 0 END) || ' ' ||
             SUM(CASE WHEN a.name LIKE '%\\:Fees' THEN p.amount ELSE 0 END) || ' ' ||
             SUM(CASE WHEN a.name LIKE '%\\:CourtCosts' THEN p.amount ELSE 0 END) AS v
           FROM posting p JOIN entry e ON e.id = p.entry JOIN account a ON a.id = p.account
           WHERE a.name LIKE 'Equity:Memo:Outstanding:%' GROUP BY e.case_id HAVING SUM(p.amount) <> 0""",
        "case",
    ),
    "case_measures": (
        "SELECT case_id AS k, advance || ' ' || collected AS v FROM case_balance WHERE advance <> 0 OR collected <> 0",
        """SELECT k, SUM(advance) || ' ' || SUM(collected) AS v FROM (
             SELECT id AS k, costs_advanced AS advance, collected_to_date AS collected FROM cases
             UNION ALL SELECT case_id, 0, base FROM entry WHERE case_id <> ''
             UNION ALL SELECT e.case_id, p.amount, 0 FROM posting p JOIN entry e ON e.id = p.entry
               JOIN account a ON a.id = p.account
               WHERE a.name LIKE 'Assets:Operating:CostsAdvanced:%' AND e.case_id <> '')
           GROUP BY k HAVING SUM(advance) <> 0 OR SUM(collected) <> 0""",
        "case",
    ),
    "open_movement": (
        "SELECT entry || ' ' || bank AS k, amount AS v FROM open_movement",
        """SELECT p.entry || ' ' || SUBSTR(a.name, INSTR(a.name, '\\:Bank\\:') + 6) AS k, SUM(p.amount) AS v
           FROM posting p JOIN account a ON a.id = p.account JOIN entry e ON e.id = p.entry
           WHERE (a.name LIKE 'Assets:Trust:Bank:%' OR a.name LIKE 'Assets:Operating:Bank:%') AND e.event <> 'opening'
             AND NOT EXISTS (SELECT 1 FROM claim c WHERE c.entry = p.entry
                             AND c.bank = SUBSTR(a.name, INSTR(a.name, '\\:Bank\\:') + 6))
           GROUP BY p.entry, a.name HAVING v <> 0""",
        "entry",
    ),
}
"""Each derived table, as it stands and as it must be: a key and a value."""


def _derived(connection: Connection) -> Iterator[Finding]:
    """The running tables against what the legs come to."""
    for name, (stands, must_be, kind) in _DERIVED.items():
        sql = f"SELECT 'is' AS side, k, v FROM ({stands}) UNION ALL SELECT 'must', k, v FROM ({must_be}) ORDER BY k"  # noqa: S608
        for key, sides in groupby(read.rows(connection, sql), key=lambda row: str(row[1])):
            told = {side: value for side, _, value in sides}
            if told.get("is") != told.get("must"):
                stands_at, comes_to = told.get("is", "missing"), told.get("must", "none")
                message = f"{name} of {key} is {stands_at}, and the entries come to {comes_to}"
                subject = key.split(" ", 1)[0]
                yield Finding("DERIVED_UNEQUAL", message, kind, subject)


def is_head(connection: Connection, head: str) -> bool:
    """Whether a digest (hex) once was the head of this chain."""
    try:
        wanted = bytes.fromhex(head)
    except ValueError:
        return False
    return any(bytes(row[0]) == wanted for row in read.rows(connection, "SELECT head FROM batch"))
