"""What something posted, in figures that can be held against those of another time.

Entries of the engine's own and ids that depend on what else was posted since are left out.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ledger_core.accounting import chart
from ledger_core.accounting.digest import canonical
from ledger_core.journal import read
from ledger_core.runs.book import OWN_EVENTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ledger_core.accounting.posting import EntryRow
    from ledger_core.runs.book import Book


def made(book: Book, since: int) -> list[EntryRow]:
    """The entries of the batches from number ``since`` of this command on, less the engine's own."""
    ids = [done.first + row for done in book.batches[since:] for row in range(done.entries)]
    return [entry for entry in read.entries(book.connection, ids) if entry.header.event not in OWN_EVENTS]


def of(book: Book, entries: Sequence[EntryRow]) -> str:
    """Dates, accounts, banks and amounts of entries, and the amounts of their documents, as canonical JSON.

    Dates count: what would fall into another month than the one that was approved is another thing.
    """
    documents = read.rows(
        book.connection,
        """SELECT kind, client, currency, commission, vat, amount FROM document
           WHERE entry IN (SELECT value FROM numbers(:ids)) ORDER BY entry""",
        ids=[entry.id for entry in entries],
    )
    return canonical({"entries": [_entry(entry) for entry in entries], "documents": [list(row) for row in documents]})


def _entry(entry: EntryRow) -> dict[str, Any]:
    header = entry.header
    named = {"effective": header.effective, "client": header.client, "case": header.case, "bank": header.bank}
    return {
        "event": header.event,
        "date": header.date,
        **{name: value for name, value in named.items() if value},
        **({"line": header.line} if header.line else {}),
        **({"reverses": list(header.reverses)} if header.reverses else {}),
        "legs": [list(leg) for leg in entry.legs],
    }


def undated(figures: str) -> str:
    """The same figures whatever the day."""
    content = json.loads(figures)
    for entry in content["entries"]:
        entry["date"] = entry["effective"] = ""
    return canonical(content)


def worth(entry: EntryRow) -> int:
    """The size of an entry as a person would say it: the larger of its cash and its memo side."""
    cash = sum(leg.amount for leg in entry.legs if leg.amount > 0 and leg.account.startswith("Assets:Trust:"))
    known = sum(leg.amount for leg in entry.legs if leg.amount > 0 and leg.account == chart.UNIDENTIFIED.template)
    memo = sum(leg.amount for leg in entry.legs if leg.amount > 0 and leg.currency.endswith(chart.MEMO_SUFFIX))
    every = [leg.amount for leg in entry.legs if leg.amount > 0]
    return max(cash, known, memo) or max(every, default=0)


def sums(entries: Sequence[EntryRow]) -> dict[str, int]:
    """What entries are worth together, by currency; money is counted once.

    Neither a reversal that comes with them counts, nor, beside the returned parts of a split, that of
    its booking as unknown money.
    """
    result: dict[str, int] = {}
    parts = {entry.header.event for entry in entries if entry.header.case}
    for entry in entries:
        again = entry.header.event == "reversal" or (entry.header.event in parts and not entry.header.case)
        if entry.legs and not again:
            currency = entry.legs[0].currency.removesuffix(chart.MEMO_SUFFIX)
            result[currency] = result.get(currency, 0) + worth(entry)
    return result
