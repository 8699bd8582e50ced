"""Reading the published books: their form, which every checker must know, and nothing that judges them.

Written from DOMAIN §2 and the books alone, and shared with no other package: a checker that used the
engine's code would prove nothing about it.  Nothing here raises on odd input; what cannot be read comes
back as ``None``, and the checker says so.
"""

from __future__ import annotations

import datetime as dt
import re
from decimal import MAX_EMAX, MAX_PREC, MIN_EMIN, Context, Decimal
from functools import lru_cache
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Generic, TypeVar

from beancount.core.data import Open, Transaction

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from beancount.core.data import Directive, Meta, Posting

Key = TypeVar("Key")

EXACT = Context(prec=MAX_PREC, Emax=MAX_EMAX, Emin=MIN_EMIN, traps=[])
"""Adds without rounding, however long the figures; the usual 28 digits would hide a cent beside 10^30."""

ZERO = Decimal(0)
TRUST, OPERATING, MEMO = "Trust", "Operating", "Memo"
MEMO_MARK = ".D"

TRUST_BANK, IN_TRANSIT = "Assets:Trust:Bank", "Assets:Trust:InTransit"
NOWHERE = ""
"""The bank of a leg whose bank cannot be told."""

_NUMBER = re.compile(r"(?:0|[1-9][0-9]{0,17})\Z")
_LISTED = 10


def within(account: str, parent: str) -> bool:
    """Whether an account is ``parent`` or lies below it: ``Assets:Trusted`` is not within ``Assets:Trust``."""
    return account.startswith(parent) and account[len(parent) : len(parent) + 1] in {"", ":"}


@lru_cache(maxsize=1 << 16)  # asked again of the same few accounts on every leg
def fund_of(account: str) -> str:
    """The fund that an account belongs to, told from its name (DOMAIN §2)."""
    if within(account, "Assets:Trust") or within(account, "Liabilities:Trust"):
        return TRUST
    return MEMO if within(account, "Equity:Memo") else OPERATING


def text_of(meta: Mapping[str, object] | None, key: str) -> str | None:
    """A metadata value, if there is one and it is a text that is not empty."""
    value = meta.get(key) if meta else None
    return value if isinstance(value, str) and value else None


def event_of(entry: Transaction) -> str:
    """What an entry is, by its ``event:``; empty where that is no text."""
    return text_of(entry.meta, "event") or ""


def case_of(entry: Transaction, posting: Posting) -> str | None:
    """The case that a posting moves: its own ``case:``, else the transaction's."""
    return text_of(posting.meta if posting.meta and "case" in posting.meta else entry.meta, "case")


def number_of(entry: Transaction) -> int | None:
    """The place of an entry in posting order: its ``entry:``, where that is a plain whole number."""
    return plain_number(text_of(entry.meta, "entry"))


def plain_number(text: str | None) -> int | None:
    """A text that is a plain whole number of bounded length, as a number."""
    return int(text) if text and _NUMBER.match(text) else None


def posting_order(entries: Iterable[Directive]) -> tuple[list[tuple[int, Transaction]], list[Transaction]]:
    """The transactions by number, ascending, and those that have none; equal numbers in the order given."""
    numbered, others = [], []
    for entry in transactions(entries):
        number = number_of(entry)
        if number is None:
            others.append(entry)
        else:
            numbered.append((number, entry))
    return sorted(numbered, key=lambda found: found[0]), others


def reversed_by(entry: Transaction) -> list[int] | None:
    """The numbers in an entry's ``reverses:``, none if it has none; nothing if they cannot be read."""
    value = entry.meta.get("reverses")
    if value is None:
        return []
    words = value.split(" ") if isinstance(value, str) else [""]
    return [int(word) for word in words] if all(_NUMBER.match(word) for word in words) else None


def date_of(meta: Mapping[str, object] | None, key: str) -> dt.date | None:
    """A metadata value that is a date, or a text that is one."""
    value = meta.get(key) if meta else None
    if isinstance(value, str):
        try:
            return dt.date.fromisoformat(value)
        except ValueError:
            return None
    return value if isinstance(value, dt.date) else None


def effective_of(entry: Transaction) -> dt.date:
    """The effective date of an entry: its ``effective:``, else its own (DOMAIN §4, "Dates")."""
    return date_of(entry.meta, "effective") or entry.date


def name_of(entry: Transaction) -> str:
    """An entry as messages name it: ``entry 7 of 2025-01-10``."""
    return f"entry {_label(entry)} of {entry.date}"


def names_of(entries: list[Transaction]) -> str:
    """Several entries as messages name them: ``entries 7, 9``; of many the first ten, and how many more."""
    listed = ", ".join(_label(entry) for entry in entries[:_LISTED])
    more = len(entries) - _LISTED
    return f"{'entry' if len(entries) == 1 else 'entries'} {listed}{f' and {more} more' if more > 0 else ''}"


def _label(entry: Transaction) -> str:
    return text_of(entry.meta, "entry") or "without a number"


def figure(number: Decimal, commodity: str) -> str:
    """An amount as messages show it, without exponent: ``-1095.00 CNY``."""
    return f"{number:f} {commodity}"


def place_of(entry: Transaction, posting: Posting) -> Meta:
    """File and line of a posting; of its transaction where the posting was not read from a file."""
    return posting.meta if posting.meta and "lineno" in posting.meta else entry.meta


def amount_of(posting: Posting) -> tuple[Decimal, str] | None:
    """Number and commodity of a leg, if it has an amount."""
    units = posting.units
    if units is None or not isinstance(units.number, Decimal) or not isinstance(units.currency, str):
        return None
    return (units.number, units.currency) if units.number.is_finite() else None


def legs(entry: Transaction) -> Iterator[tuple[Posting, str, Decimal, str]]:
    """Posting, account, number and commodity of each leg that has an amount (fund_balance reports the others)."""
    for posting in entry.postings:
        amount = amount_of(posting)
        if amount:
            yield posting, posting.account, *amount


def transactions(entries: Iterable[Directive]) -> Iterator[Transaction]:
    """The transactions among some directives, in the order given."""
    return (entry for entry in entries if isinstance(entry, Transaction))


def days(entries: Iterable[Directive]) -> Iterator[tuple[dt.date, list[Directive]]]:
    """The directives of each date, dates ascending, within a date in the order given."""
    date_of = attrgetter("date")
    for date, group in groupby(sorted(entries, key=date_of), key=date_of):
        yield date, list(group)


class TrustBanks:
    """The trust banks and processors that are open, and which of them a leg in the Trust fund belongs to."""

    def __init__(self, entries: Iterable[Directive]) -> None:
        opened = [entry for entry in entries if isinstance(entry, Open)]
        self._banks = [entry for entry in opened if within(entry.account, TRUST_BANK)]
        self._processors = [entry for entry in opened if within(entry.account, IN_TRANSIT)]

    def open_on(self, date: dt.date, commodity: str) -> list[str]:
        """The trust banks that are open on a date and may hold a commodity."""
        return _open_on(self._banks, date, commodity)

    def of(self, entry: Transaction, posting: Posting, commodity: str) -> tuple[str, str]:
        """The bank that a leg belongs to, by ``bank:`` or as the only one, and what is wrong with it, if anything."""
        choice = self.open_on(entry.date, commodity)
        named = (posting.meta or {}).get("bank") or entry.meta.get("bank")
        if named:
            for bank in (f"{TRUST_BANK}:{named}", f"{IN_TRANSIT}:{named}"):
                if bank in choice or bank in _open_on(self._processors, entry.date, commodity):
                    return bank, ""
            return NOWHERE, f"has a bank: that is no open trust bank of {commodity}"
        if len(choice) == 1:
            return choice[0], ""
        return NOWHERE, f"has no bank:, and {len(choice) or 'no'} trust banks of {commodity} are open"


def _open_on(accounts: Iterable[Open], date: dt.date, commodity: str) -> list[str]:
    return [
        opened.account
        for opened in accounts
        if opened.date <= date and (not opened.currencies or commodity in opened.currencies)
    ]


class ZeroSums(Generic[Key]):
    """Sums that must be zero at the end of each day, and the entries that moved them off it."""

    def __init__(self) -> None:
        self._sums: dict[Key, Decimal] = {}
        self._today: dict[Key, dict[int, tuple[Transaction, Decimal]]] = {}

    def add(self, key: Key, entry: Transaction, number: Decimal) -> None:
        """Count a leg of one of the day's entries in a sum."""
        moves = self._today.setdefault(key, {})
        known = moves.get(id(entry))
        moves[id(entry)] = (entry, number if known is None else known[1] + number)

    def end_day(self) -> list[tuple[Key, list[Transaction]]]:
        """The sums that the day leaves at another figure than zero or the day before's, with the entries that did."""
        broken = []
        for key, moves in self._today.items():
            movers = [(entry, number) for entry, number in moves.values() if number]
            moved = sum((number for _, number in movers), ZERO)
            if moved:
                self._sums[key] = self._sums.get(key, ZERO) + moved
                if self._sums[key]:
                    broken.append((key, [entry for entry, _ in movers]))
        self._today.clear()
        return broken

    def sum_of(self, key: Key) -> Decimal:
        """A sum as the last day ended it."""
        return self._sums.get(key, ZERO)
