"""Nobody's money is used for another at the end of a day (invariant 3 of DOMAIN §6; §2).

At day ends no ``ClientPayable`` or ``ClientHeld`` is in debit, no bank's ``UndrawnFees``, and no case's
``DebtorRefund``: what went below zero within the day is cured by its end.  ``DebtorRefund``, ``Unidentified``
and ``UnclaimedProperty`` are judged one by one, by case or by bank line, so that a credit of one debtor never
covers a debit of another.

A debit is told on the first date that has it, and again only when it changes.  A day that is not over yet where the
books were published (``custom "tallystick-seal"`` has the day of acting) is not judged: what falls into a closed month
is posted on the first day of the next, which may be tomorrow.
"""

from __future__ import annotations

import datetime as dt
import re
from decimal import localcontext
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from beancount.core.data import Custom

from plugins import books

if TYPE_CHECKING:
    from beancount.core.data import Directives, Meta, Posting, Transaction

__plugins__ = ("day_end",)

_CLIENTS = ("Liabilities:Trust:ClientPayable", "Liabilities:Trust:ClientHeld")
_UNDRAWN = "Liabilities:Trust:UndrawnFees"
_ITEMS = {
    "Liabilities:Trust:DebtorRefund": ("case", "line"),
    "Liabilities:Trust:Unidentified": ("line", "case"),
    "Liabilities:Trust:UnclaimedProperty": ("case", "line"),
}
"""Accounts judged one by one, and what an entry names their items by, first choice first."""

_SEAL = re.compile(r"[0-9]{1,18}|[0-9a-f]{64}")
"""A batch, or a head."""

_Pot = tuple[str, str, str]
"""An account, a commodity, and which part of the account: a bank, a case or a line, or all of it."""


class DayEndError(NamedTuple):
    """A liability of the trust that a day leaves in debit."""

    source: Meta
    message: str
    entry: Transaction


def day_end(entries: Directives, _options_map: object) -> tuple[Directives, list[DayEndError]]:
    """Check what each day leaves in debit."""
    errors: list[DayEndError] = []
    sums: books.ZeroSums[_Pot] = books.ZeroSums()
    banks, sealed_on = books.TrustBanks(entries), _sealed_on(entries)
    with localcontext(books.EXACT):
        for date, day in books.days(entries):
            for entry in books.transactions(day):
                for posting, account, number, commodity in books.legs(entry):
                    kind = _kind_of(account)
                    if kind:
                        undrawn = kind == _UNDRAWN
                        part = banks.of(entry, posting, commodity)[0] if undrawn else _item_of(kind, entry, posting)
                        sums.add((account, commodity, part), entry, number)
            for (account, commodity, part), movers in sums.end_day():
                left = sums.sum_of((account, commodity, part))
                if left > 0 and date <= sealed_on:
                    whose = f"{account} of {part}" if part else account
                    off = f"{books.figure(left, commodity)} in debit at the end of the day"
                    message = f"{date} {whose} is {off}; by {books.names_of(movers)}"
                    errors.append(DayEndError(movers[0].meta, message, movers[0]))
    return entries, errors


def _sealed_on(entries: Directives) -> dt.date:
    """The day of acting as of which the books were published; the last of all days where they do not say."""
    for entry in entries:
        if isinstance(entry, Custom) and entry.type == "tallystick-seal":
            words = [value.value for value in entry.values or ()]
            if len(words) == 2 and all(map(_SEAL.fullmatch, map(str, words))):  # noqa: PLR2004 - batch and head
                return entry.date
    return dt.date.max


@lru_cache(maxsize=1 << 16)
def _kind_of(account: str) -> str:
    """Which of the accounts that must not be in debit this is, or lies below; empty for others."""
    return next((kind for kind in (*_CLIENTS, _UNDRAWN, *_ITEMS) if books.within(account, kind)), "")


def _item_of(kind: str, entry: Transaction, posting: Posting) -> str:
    """The case or the bank line that a leg moves, on the accounts that are judged one by one."""
    for meta in (posting.meta, entry.meta):
        for name in _ITEMS.get(kind, ()):
            value = books.text_of(meta, name)
            if value:
                return f"{name} {value}"
    return ""
