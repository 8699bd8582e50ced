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

from ledger_core.accounting.digest import canonical, commitment
from ledger_core.accounting.posting import Sheet
from ledger_core.errors import refuse
from ledger_core.journal import derived, owed, schema
from ledger_core.journal.chain import head_digest
from ledger_core.journal.database import insert, of
from ledger_core.journal.rows import Rows
from ledger_core.journal.store import next_id, sealed_head

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection

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


_LINE = "line:"
"""How an item names the bank line whose money it is."""


@dataclass(slots=True)
class Batch:
    """All that one step adds.  ``rows`` are whole rows of the plain fact tables, without ``batch``.

    ``line_states`` names lines that the step decides on, and what it suggests for them; what became of
    a line is told from its claims (see ``derived``).
    """

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
    of(connection).begin_batch(connection, batch.acted_on)
    insert(connection, schema.batch, [(*fields, parent, None, None, 0)])
    sheet = batch.sheet
    _refuse_closed(connection, sheet)
    _keep_suggestions(batch)
    rows = Rows(connection, number, _persons(batch, first))
    rows.add("terms", _new_terms(connection, batch.terms))
    for name, facts in batch.rows.items():
        rows.add(name, sorted(facts))
    claims = _claims(connection, batch, first)
    rows.add("claim", claims)
    rows.add("document", sorted((*document[:-1], first + document.row) for document in batch.documents))
    legs = sheet.legs()
    accounts = rows.add_accounts(legs)
    rows.add_entries(first, sheet, legs, accounts)
    derived.update(connection, first, sheet.headers, legs, accounts)
    derived.add_cases(connection, batch.rows.get("cases", ()), batch.identifiers)
    owed.add(connection, sheet.headers, legs)
    derived.claimed(connection, [(claim[0], claim[2], claim[3]) for claim in claims])
    lines = {header.line for header in sheet.headers if header.line} | {claim.line for claim in batch.claims}
    lines |= {int(item.removeprefix(_LINE)) for item in legs.items.values() if item.startswith(_LINE)}
    derived.set_line_states(connection, lines | batch.line_states.keys())
    content = rows.content.text()
    head = head_digest(parent, fields, content)
    seal = schema.batch.update().where(schema.batch.c.id == number)
    connection.execute(seal.values(content=content, head=head, sealed=1))
    return Appended(number, first, len(sheet.headers), head)


def _refuse_closed(connection: Connection, sheet: Sheet) -> None:
    closed = set(connection.execute(select(schema.period.c.month)).scalars())
    for header in sheet.headers if closed else ():
        if header.date[:7] in closed:
            raise refuse("PERIOD_CLOSED", f"{header.event} on {header.date} falls into a closed month")


def _keep_suggestions(batch: Batch) -> None:
    """A suggestion can name a person: it stands in the private text of the entry that booked its line."""
    suggested = {line: text for line, (_, text) in batch.line_states.items() if text}
    for header in batch.sheet.headers:
        if header.event in derived.UNKNOWN and header.line in suggested:
            header.private = {**header.private, "suggestions": suggested.pop(header.line)}
    assert not suggested, "a suggestion comes with the booking of its line as unknown money"


def _persons(batch: Batch, first: int) -> dict[str, tuple[bytes, str, bytes]]:
    """Salted private texts, by id: of the cases and lines given, and of the entries."""
    texts = {key: canonical(values) for key, values in batch.persons.items() if values}
    for row, header in enumerate(batch.sheet.headers):
        if header.private:
            texts[f"entry:{first + row}"] = canonical(header.private)
    result = {}
    for key, content in texts.items():
        salt = secrets.token_bytes(16)
        result[key] = (salt, content, commitment(salt, content))
    return result


def _new_terms(connection: Connection, terms: Sequence[Terms]) -> list[tuple[Any, ...]]:
    """Rows of the contract versions that the journal does not have yet."""
    known = set(connection.execute(select(schema.terms.c.digest)).scalars())
    number = next_id(connection, schema.terms)
    fresh = {version.digest: version for version in terms if version.digest not in known}
    return [
        (number + index, digest, version.client, version.effective.isoformat(), version.document())
        for index, (digest, version) in enumerate(fresh.items())
    ]


def _claims(connection: Connection, batch: Batch, first: int) -> list[tuple[Any, ...]]:
    number = next_id(connection, schema.claim)
    return [
        (number + index, c.line, c.entry or first + c.row, c.bank, c.amount, _list(c.evidence), batch.actor)
        for index, c in enumerate(batch.claims)
    ]


def _list(values: Sequence[str]) -> str:
    """A short list of texts as it stands in the journal."""
    return canonical({"": list(values)})[4:-1] if values else "[]"
