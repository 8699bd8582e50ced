"""What is there to be taken: the credit of a liability, in the journal and in the batch that is being made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ledger_core.accounting.columns import ALL_OUTSTANDING
from ledger_core.accounting.money import format_minor
from ledger_core.errors import refuse
from ledger_core.journal import read

if TYPE_CHECKING:
    from ledger_core.journal.append import Batch
    from ledger_core.runs.book import Book

_EVER = "9999-12-31"


def credit(book: Book, batch: Batch, account: str, currency: str, bank: str, day: str, item: str = "") -> int:
    """The credit that stands on every day from ``day`` on: money is taken neither before it came nor twice."""
    if item:
        lowest = _of_item(book, account, currency, bank, item, day)
    else:
        lowest = read.lowest_between(book.connection, account, currency, bank, (day, _EVER), -1)
    return lowest - batch.sheet.sum_of(account, currency, bank, item)


def _of_item(book: Book, account: str, currency: str, bank: str, item: str, day: str) -> int:
    """The lowest credit of one item from a day on."""
    standing, lowest = 0, None
    for date, movement in read.item_days(book.connection, account, currency, bank, item):
        if date > day and lowest is None:
            lowest = standing
        standing -= movement
        if lowest is not None:
            lowest = min(lowest, standing)
    return standing if lowest is None else lowest


def taken(amount: int, there: int, currency: str, what: str, code: str = "BEYOND_AVAILABLE") -> int:
    """The amount wanted, or all there is; raises ``code`` where that is more than there is, or nothing."""
    wanted = max(there, 0) if amount == ALL_OUTSTANDING else amount
    if wanted > there or wanted <= 0:
        raise refuse(code, f"{what} has {format_minor(max(there, 0), currency)} {currency} to take")
    return wanted
