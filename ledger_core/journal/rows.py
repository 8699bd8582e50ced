"""The rows of one batch on their way into the tables: whole, with their digests, counted into the chain."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from ledger_core.accounting import chart
from ledger_core.accounting.digest import (
    NO_PRIVATE_TEXT,
    canonical,
    entry_digest,
    header_text,
    legs_text,
    public_digest,
)
from ledger_core.accounting.posting import Header
from ledger_core.journal import schema
from ledger_core.journal.chain import Content, row_digest
from ledger_core.journal.database import insert
from ledger_core.journal.store import next_id

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sqlalchemy import Connection

    from ledger_core.accounting.posting import Legs, Sheet

_CHUNK = 20_000
"""Legs held in memory before they are written."""

_CURRENCY = 5
"""Where the currency stands in a leg."""

_META_NAME = re.compile(r"[a-z][a-z0-9_-]+")
_TAKEN = {*Header.__dataclass_fields__, "entry", "batch", "public", "digest", "filename", "lineno"}
"""Names of metadata that mean something else in the books."""


def _check_printable(header: Header) -> None:
    """The books print every public text, so that the digest can be recomputed from them."""
    for name, value in header.meta.items():
        assert _META_NAME.fullmatch(name) and name not in _TAKEN, name  # noqa: PT018 - one fact: a free name
        assert value and value.isprintable(), name  # noqa: PT018 - one fact: it is shown as it is


class Rows:
    """The rows of one batch on their way in, each hashed into the batch's content."""

    def __init__(self, connection: Connection, batch: int, persons: Mapping[str, tuple[bytes, str, bytes]]) -> None:
        self._connection, self._batch, self._persons = connection, batch, persons
        self.content = Content()
        insert(connection, schema.person, ((key, batch, *persons[key], None, None) for key in sorted(persons)))

    def add(self, name: str, rows: Sequence[tuple[Any, ...]]) -> None:
        """Insert rows of a chained table, whole but for their batch and digest, in the order of their keys."""
        kind = schema.PRIVATE.get(name)
        whole = []
        for key, *others in rows:
            values = (key, self._batch, *others)
            digest = row_digest((*values, self._commitment(f"{kind}:{key}")) if kind else values)
            self.content.add(name, digest)
            whole.append((*values, digest))
        insert(self._connection, schema.metadata.tables[name], whole)

    def _commitment(self, key: str) -> bytes | None:
        return self._persons[key][2] if key in self._persons else None

    def add_accounts(self, legs: Legs) -> list[int]:
        """The journal's id of each account of the sheet; new ones are added."""
        table = schema.account.c
        found = self._connection.execute(select(table.id, table.name, table.currency))
        known = {(name, currency): key for key, name, currency in found}
        number = next_id(self._connection, schema.account)
        fresh = [account for account in legs.accounts if account not in known]
        known |= {account: number + index for index, account in enumerate(fresh)}
        self.add("account", [(known[a], a.name, a.currency, chart.fund_of(a.name)) for a in fresh])
        return [known[account] for account in legs.accounts]

    def add_entries(self, first: int, sheet: Sheet, legs: Legs, accounts: Sequence[int]) -> None:
        """Insert the entries with their legs, a bounded number at a time."""
        table = schema.terms.c
        terms = {digest: key for key, digest in self._connection.execute(select(table.id, table.digest))}
        names = {key: account.name for key, account in zip(accounts, legs.accounts, strict=True)}
        entries: list[tuple[Any, ...]] = []
        postings: list[tuple[Any, ...]] = []
        reversals = [(old, first + row, self._batch) for row, h in enumerate(sheet.headers) for old in h.reverses]
        for row, (header, own) in enumerate(zip(sheet.headers, _by_entry(sheet, legs, accounts), strict=True)):
            _check_printable(header)
            printed = legs_text(header, [(names[leg[2]], leg[5], leg[4], leg[3], leg[6]) for leg in own])
            entry = self._entry(first + row, header, own, printed, terms)
            entries.append((*entry, row_digest((*entry, own))))
            postings += [(first + row, *leg) for leg in own]
            if len(postings) >= _CHUNK:
                self._insert_entries(entries, postings)
        self._insert_entries(entries, postings)
        insert(self._connection, schema.reversal, reversals)

    def _entry(
        self,
        key: int,
        header: Header,
        legs: Sequence[tuple[Any, ...]],
        printed: str,
        terms: Mapping[str, int],
    ) -> tuple[Any, ...]:
        """The columns of an entry but for its row digest."""
        currency = legs[0][_CURRENCY] if header.base else ""
        public = public_digest(header_text(key, header, currency), printed)
        return (
            key,
            self._batch,
            header.event,
            header.date,
            header.effective,
            header.client,
            header.case,
            header.line or None,
            header.bank,
            terms[header.terms] if header.terms else None,
            header.rule if header.rule >= 0 else None,
            header.base,
            canonical(header.meta),
            header.key or None,
            public,
            entry_digest(public, self._commitment(f"entry:{key}") or NO_PRIVATE_TEXT),
        )

    def _insert_entries(self, entries: list[tuple[Any, ...]], postings: list[tuple[Any, ...]]) -> None:
        for entry in entries:
            self.content.add("entry", entry[-1])
        insert(self._connection, schema.entry, entries)
        insert(self._connection, schema.posting, postings)
        entries.clear()
        postings.clear()


def _by_entry(sheet: Sheet, legs: Legs, accounts: Sequence[int]) -> Iterator[list[tuple[Any, ...]]]:
    """For each entry its legs as rows of ``posting`` less the entry."""
    bounds = legs.row.searchsorted(range(len(sheet.headers) + 1)).tolist()
    known = [(chart.fund_of(a.name), key, a.currency) for a, key in zip(legs.accounts, accounts, strict=True)]
    account, bank, amount = legs.account.tolist(), legs.bank.tolist(), legs.amount.tolist()
    banks, items = legs.banks, legs.items
    for start, end in pairwise(bounds):
        rows = []
        for index in range(start, end):
            fund, key, currency = known[account[index]]
            at = banks[bank[index]]
            rows.append((index - start, fund, key, at, amount[index], currency, items.get(index, "")))
        yield rows
