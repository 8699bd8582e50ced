"""What a debtor paid to the client never touches the trust (invariant 17 of DOMAIN §6; §1).

An entry of a direct payment (PDC), told by its event, its memo or its income, has no leg in the Trust fund,
and neither has its reversal: its commission is a receivable from the client.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from plugins import books

if TYPE_CHECKING:
    from collections.abc import Iterator

    from beancount.core.data import Directives, Meta, Transaction

__plugins__ = ("direct",)

_EVENT = "direct_payment"
_COLLECTED = "Equity:Memo:CollectedPDC"
_INCOME, _KIND = "Income:Commission", "PDC"


class DirectError(NamedTuple):
    """A direct payment with a leg in the Trust fund."""

    source: Meta
    message: str
    entry: Transaction


def direct(entries: Directives, _options_map: object) -> tuple[Directives, list[DirectError]]:
    """Check each entry of a direct payment."""
    found = [
        error
        for entry in books.transactions(entries)
        if books.event_of(entry) == _EVENT or any(_direct(posting.account) for posting in entry.postings)
        for error in _errors(entry)
    ]
    return entries, found


@lru_cache(maxsize=1 << 16)
def _direct(account: str) -> bool:
    return books.within(account, _COLLECTED) or (books.within(account, _INCOME) and account.rpartition(":")[2] == _KIND)


def _errors(entry: Transaction) -> Iterator[DirectError]:
    for posting, account, number, commodity in books.legs(entry):
        if books.fund_of(account) == books.TRUST:
            case = books.case_of(entry, posting)
            whose = f" on case {case}" if case else ""
            message = (
                f"{books.name_of(entry)}: a direct payment{whose} moves {account} {books.figure(number, commodity)}; "
                "what was paid to the client never touches the trust"
            )
            yield DirectError(books.place_of(entry, posting), message, entry)
