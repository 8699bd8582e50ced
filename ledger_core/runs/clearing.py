"""Clearing 清算: money on hold becomes the client's on its release date, and its fee is earned (DOMAIN §4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ledger_core.accounting import chart
from ledger_core.accounting.posting import Header, Place
from ledger_core.accounting.rules import RULES
from ledger_core.accounting.terms import Terms
from ledger_core.journal import read
from ledger_core.runs.case_facts import fixed_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ledger_core.accounting.posting import EntryRow
    from ledger_core.journal.append import Batch
    from ledger_core.runs.book import Book


class _Due(NamedTuple):
    """A receipt on hold that is good by a day."""

    receipt: EntryRow
    date: str
    terms: Terms

    @property
    def gross(self) -> int:
        """What the client is owed of it."""
        held = chart.CLIENT_HELD.name(client=self.receipt.header.client)
        return -sum(leg.amount for leg in self.receipt.legs if leg.account == held)


def post(book: Book, through: str) -> int:
    """Clear all that is released by the end of ``through``; returns how many receipts were cleared."""
    due = _due(book, through)
    if not due:
        return 0
    batch = book.batch("clearing")
    groups: dict[tuple[str, str, bool], list[tuple[int, _Due]]] = {}
    for item in due:
        row = batch.sheet.add(_header(item))
        header = item.receipt.header
        key = (header.client, header.bank, item.terms.remittance == "gross")
        groups.setdefault(key, []).append((row, item))
    for (client, bank, invoiced), members in groups.items():
        _emit(batch, client, bank, members, invoiced=invoiced)
    book.append(batch)
    return len(due)


def _due(book: Book, through: str) -> list[_Due]:
    """Receipts on hold that are released, each on its release date, or on its own if that is later."""
    found = read.rows(
        book.connection,
        """SELECT h.entry, CASE WHEN h.release > e.date THEN h.release ELSE e.date END AS day, t.document
           FROM held h JOIN entry e ON e.id = h.entry JOIN terms t ON t.id = e.terms
           WHERE h.gross > 0 AND h.release <= :through AND e.date <= :through ORDER BY day, h.entry""",
        through=through,
    )
    receipts = {entry.id: entry for entry in read.entries(book.connection, [row[0] for row in found])}
    versions: dict[str, Terms] = {}
    for _, _, document in found:
        if document not in versions:
            versions[document] = Terms.from_document(document)
    return [_Due(receipts[entry], book.posting_date(day), versions[document]) for entry, day, document in found]


def _header(due: _Due) -> Header:
    receipt = due.receipt.header
    return Header(
        "cleared",
        due.date,
        client=receipt.client,
        case=receipt.case,
        line=receipt.line,
        bank=receipt.bank,
        terms=receipt.terms,
        rule=receipt.rule,
        meta={"clears": str(due.receipt.id)},
    )


def _emit(batch: Batch, client: str, bank: str, members: Sequence[tuple[int, _Due]], *, invoiced: bool) -> None:
    """The legs of receipts that share client, bank and how their fee is taken."""
    currency = members[0][1].terms.currency
    fixed = [fixed_of(item.receipt.header, currency) for _, item in members]

    def column(values: Sequence[int]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        return np.array(values, dtype=np.int64)

    quantities = {name: column([figures[name] for figures in fixed]) for name in fixed[0]}
    earned = quantities["commission"] + quantities["vat"] + quantities["recovered"] + quantities["recovered_loss"]
    nothing = np.zeros_like(earned)
    quantities |= {
        "gross": column([item.gross for _, item in members]),
        "withheld": nothing if invoiced else earned,
        "invoiced": earned if invoiced else nothing,
    }
    rows = column([row for row, _ in members])
    batch.sheet.emit(RULES["cleared"], rows, quantities, Place(currency, client, bank))
