"""The one way into the journal: a batch of facts, entries and claims, sealed in one transaction.

The caller holds the write lock (``Journal.write``).  Order: rows of facts, entries, legs, claims,
derived tables, content digest, seal.  The database checks the balance of every entry at the seal.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import select

from ledger_core.accounting import chart
from ledger_core.accounting.digest import canonical, commitment, entry_digest, header_bytes, leg_bytes, public_digest
from ledger_core.accounting.posting import Sheet
from ledger_core.errors import refuse
from ledger_core.journal import derived, schema
from ledger_core.journal.chain import Content, head_digest, row_digest
from ledger_core.journal.store import insert, next_id, sealed_head

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection

    from ledger_core.accounting.posting import Legs
    from ledger_core.accounting.terms import Terms


class Claim(NamedTuple):
    """A line and an entry that are the same money: a row of this sheet, or an entry that was there."""

    line: int
    bank: str
    amount: int
    evidence: Sequence[str]
    row: int = -1
    entry: int = 0


class Document(NamedTuple):
    """A numbered document; ``row`` is its entry's row in the sheet.  Amounts in minor units."""

    number: str
    kind: str
    client: str
    currency: str
    date: str
    period_from: str
    period_to: str
    commission: int
    vat: int
    amount: int
    names: str
    row: int


@dataclass(slots=True)
class Batch:
    """All that one step adds.  ``rows`` are whole rows of the plain fact tables, without ``batch``."""

    kind: str
    acted_on: str
    actor: str
    sheet: Sheet = field(default_factory=Sheet)
    terms: Sequence[Terms] = ()
    rows: Mapping[str, Sequence[tuple[Any, ...]]] = field(default_factory=dict)
    persons: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    identifiers: Sequence[tuple[str, str, str]] = ()  # key, case, kind
    claims: Sequence[Claim] = ()
    documents: Sequence[Document] = ()
    line_states: Mapping[int, tuple[str, str]] = field(default_factory=dict)  # line → disposition, suggestions


class Appended(NamedTuple):
    """The sealed batch; ``first`` is the entry id of row 0."""

    batch: int
    first: int
    entries: int
    head: bytes


def append(connection: Connection, batch: Batch) -> Appended:
    """Add a batch and seal it; all of it, or an exception and the caller rolls back."""
    parent_batch, sealed_through, parent = sealed_head(connection)
    number, first = parent_batch + 1, sealed_through + 1
    moment = datetime.now(UTC).isoformat(timespec="seconds")
    fields = (number, batch.kind, batch.acted_on, moment, batch.actor)
    insert(connection, schema.batch, [(*fields, parent, None, None, 0)])
    sheet = batch.sheet
    _refuse_closed(connection, sheet)
    legs = sheet.legs()
    tables = {name: sorted(rows) for name, rows in batch.rows.items()}
    tables["terms"] = _new_terms(connection, batch.terms)
    persons = _persons(batch, first)
    tables["person"] = [(key, digest) for key, (_, _, digest) in sorted(persons.items())]
    tables["entry"] = _add_entries(connection, number, first, sheet, legs, tables["terms"], persons)
    accounts = _add_postings(connection, first, legs)
    claims = next_id(connection, schema.claim)
    tables["claim"] = [
        (
            claims + index,
            item.line,
            item.entry or first + item.row,
            item.bank,
            item.amount,
            canonical_list(item.evidence),
            batch.actor,
        )
        for index, item in enumerate(batch.claims)
    ]
    tables["document"] = sorted((*document[:-1], first + document.row) for document in batch.documents)
    content = Content()
    for name in schema.CHAINED:
        rows = tables.get(name, ())
        digests = [row_digest(row) for row in rows]
        content.table(name, digests)
        if name not in {"entry", "person"}:
            insert(connection, schema.metadata.tables[name], _with_batch(name, rows, digests, number))
    insert(connection, schema.person, ((key, number, *persons[key], None, None) for key in sorted(persons)))
    derived.update(connection, first, sheet.headers, legs, accounts)
    derived.add_cases(connection, tables.get("cases", ()), batch.identifiers)
    derived.claimed(connection, [(row[2], row[3]) for row in tables["claim"]])
    derived.set_line_states(connection, batch.line_states)
    head = head_digest(parent, fields, content.digest())
    connection.execute(
        schema.batch.update().where(schema.batch.c.id == number).values(content=content.digest(), head=head, sealed=1)
    )
    return Appended(number, first, len(sheet.headers), head)


def canonical_list(values: Sequence[str]) -> str:
    """A short list of texts as it stands in the journal."""
    return canonical({"": list(values)})[4:-1] if values else "[]"


def _with_batch(
    name: str, rows: Sequence[tuple[Any, ...]], digests: Sequence[bytes], number: int
) -> list[tuple[Any, ...]]:
    """Chained rows as the table's own: with their batch and their digest."""
    at = [column.name for column in schema.metadata.tables[name].columns].index("batch")
    return [(*row[:at], number, *row[at:], digest) for row, digest in zip(rows, digests, strict=True)]


def _refuse_closed(connection: Connection, sheet: Sheet) -> None:
    closed = set(connection.execute(select(schema.period.c.month)).scalars())
    for header in sheet.headers if closed else ():
        if header.date[:7] in closed:
            raise refuse("PERIOD_CLOSED", f"{header.event} on {header.date} falls into a closed month")


def _new_terms(connection: Connection, terms: Sequence[Terms]) -> list[tuple[Any, ...]]:
    """Rows of the contract versions that the journal does not have yet."""
    known = set(connection.execute(select(schema.terms.c.digest)).scalars())
    number = next_id(connection, schema.terms)
    fresh = {version.digest: version for version in terms if version.digest not in known}
    return [
        (number + index, digest, version.client, version.effective.isoformat(), version.document())
        for index, (digest, version) in enumerate(fresh.items())
    ]


def _persons(batch: Batch, first: int) -> dict[str, tuple[bytes, str, bytes]]:
    """Salted private texts: of the cases and lines given, and of the entries."""
    texts = {key: canonical(values) for key, values in batch.persons.items() if values}
    for row, header in enumerate(batch.sheet.headers):
        if header.private:
            texts[f"entry:{first + row}"] = canonical(header.private)
    result = {}
    for key, content in texts.items():
        salt = secrets.token_bytes(16)
        result[key] = (salt, content, commitment(salt, content))
    return result


def _add_entries(
    connection: Connection,
    number: int,
    first: int,
    sheet: Sheet,
    legs: Legs,
    new_terms: list[tuple[Any, ...]],
    persons: Mapping[str, tuple[bytes, str, bytes]],
) -> list[tuple[int, bytes, str | None]]:
    """Insert the entries; returns what the chain holds of each."""
    ids = {digest: key for key, digest in connection.execute(select(schema.terms.c.id, schema.terms.c.digest))}
    ids |= {row[1]: row[0] for row in new_terms}
    parts = leg_bytes(legs, sheet.headers)
    bounds = legs.row.searchsorted(range(len(sheet.headers) + 1)).tolist()
    rows: list[tuple[Any, ...]] = []
    chained = []
    reversals = []
    for row, header in enumerate(sheet.headers):
        entry = first + row
        currency = legs.accounts[legs.account[bounds[row]]].currency if header.base else ""
        public = public_digest(header_bytes(entry, header, currency), parts[bounds[row] : bounds[row + 1]])
        person = persons.get(f"entry:{entry}")
        digest = entry_digest(public, person[2]) if person else entry_digest(public)
        rows.append(
            (
                entry,
                number,
                header.event,
                header.date,
                header.effective,
                header.client,
                header.case,
                header.line or None,
                header.bank,
                ids[header.terms] if header.terms else None,
                header.rule if header.rule >= 0 else None,
                header.base,
                canonical(header.meta),
                header.key or None,
                public,
                digest,
            )
        )
        chained.append((entry, digest, header.key or None))
        reversals += [(old, entry, number) for old in header.reverses]
    insert(connection, schema.entry, rows)
    insert(connection, schema.reversal, reversals)
    return chained


def _add_postings(connection: Connection, first: int, legs: Legs) -> list[int]:
    """Insert the legs; returns the journal's id of each account of the sheet."""
    known = {
        (name, currency): key
        for key, name, currency in connection.execute(
            select(schema.account.c.id, schema.account.c.name, schema.account.c.currency)
        )
    }
    number = next_id(connection, schema.account)
    fresh = [account for account in legs.accounts if account not in known]
    for index, (name, currency) in enumerate(fresh):
        known[name, currency] = number + index
    insert(connection, schema.account, [(known[a], a.name, a.currency, chart.fund_of(a.name)) for a in fresh])
    ids = [known[account] for account in legs.accounts]
    funds = [chart.fund_of(account.name) for account in legs.accounts]
    count = len(legs.row)
    starts = legs.row.searchsorted(legs.row, side="left")
    numbers = (range(count) - starts).tolist() if count else []
    items = legs.items
    insert(
        connection,
        schema.posting,
        (
            (
                first + row,
                leg,
                funds[code],
                ids[code],
                legs.banks[bank],
                amount,
                legs.accounts[code].currency,
                items.get(index, ""),
            )
            for index, (row, leg, code, bank, amount) in enumerate(
                zip(
                    legs.row.tolist(),
                    numbers,
                    legs.account.tolist(),
                    legs.bank.tolist(),
                    legs.amount.tolist(),
                    strict=True,
                )
            )
        ),
    )
    return ids
