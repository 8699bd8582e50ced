"""Gaps between statements: one that does not begin where the one before it ended (SURFACE, "Statements")."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ledger_core.accounting.money import format_minor
from ledger_core.journal import read

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ledger_core.accounting.agency import Bank
    from ledger_core.runs.book import Book


class Gap(NamedTuple):
    """A statement before which another one is missing; ``opening`` in minor units."""

    bank: Bank
    date: str
    opening: int

    def __str__(self) -> str:
        told = format_minor(self.opening, self.bank.currency)
        return f"the statement of {self.bank.id} from {self.date} opens with {told}, and none before it ends so"


def find(book: Book) -> Iterator[Gap]:
    """All gaps; statements that overlap have none between them."""
    for bank in book.agency.banks:
        found = read.rows(
            book.connection,
            """SELECT date_from, date_to, opening, closing FROM statement
               WHERE bank = :bank AND opening IS NOT NULL AND closing IS NOT NULL ORDER BY date_from, date_to, id""",
            bank=bank.id,
        )
        ends: dict[int, str] = {}
        for index, (first, last, opening, closing) in enumerate(found):
            if index and opening not in ends and not any(first <= end for end in ends.values()):
                yield Gap(bank, first, int(opening))
            ends[closing] = last
