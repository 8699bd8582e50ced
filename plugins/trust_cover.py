"""The trust banks hold what is owed out of them, and what their statements say (invariant 2, DOMAIN §6).

At the end of every day, for each trust bank and commodity, bank and in transit together must equal the sum
of all ``Liabilities:Trust`` there.  A leg's bank is its ``bank:``, else its entry's, else the only trust bank
of its commodity that is open on its date; a leg whose bank cannot be told is an error.  A processor, whose
money is in transit, is a bank of its own where ``bank:`` names it.  Every leg thus
counts in exactly one bank, so where each bank is covered, the total is.

A ``custom "bank-statement"`` gives a bank's closing balance at the end of a date: the book plus the
``custom "reconciling-item"`` of the same date, account and commodity must make it.

A difference is told on the first date that has it, and again only when it changes.
"""

from __future__ import annotations

from decimal import localcontext
from typing import TYPE_CHECKING, NamedTuple

from beancount.core import account as accounts
from beancount.core.amount import Amount
from beancount.core.data import Custom

from plugins import books

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator
    from decimal import Decimal

    from beancount.core.data import Directive, Directives, Meta, Transaction

__plugins__ = ("trust_cover",)

_OWED = "Liabilities:Trust"

_STATEMENT = "bank-statement"
_SHAPES = {
    _STATEMENT: ((accounts.TYPE, Amount), "an account and an amount"),
    "reconciling-item": ((accounts.TYPE, Amount, str), "an account, an amount and a text"),
}

_Pot = tuple[str, str]
"""A bank's account and a commodity."""


class TrustCoverError(NamedTuple):
    """A trust bank that does not hold what is owed, or not what its statement says."""

    source: Meta
    message: str
    entry: Directive


def trust_cover(entries: Directives, _options_map: object) -> tuple[Directives, list[TrustCoverError]]:
    """Check each trust bank at the end of each day, and each bank statement on its date."""
    errors: list[TrustCoverError] = []
    with localcontext(books.EXACT):
        cover, statements = _Cover(entries), _Statements(entries)
        for date, day in books.days(entries):
            for entry in books.transactions(day):
                errors.extend(cover.take(entry))
                statements.take(entry)
            errors.extend(cover.end_day(date))
            errors.extend(statements.end_day(day))
    return entries, errors


class _Cover:
    """What each trust bank holds and what is owed out of it."""

    def __init__(self, entries: Directives) -> None:
        self._banks = books.TrustBanks(entries)
        self._held: dict[_Pot, Decimal] = {}
        self._gaps: books.ZeroSums[_Pot] = books.ZeroSums()

    def take(self, entry: Transaction) -> Iterator[TrustCoverError]:
        """Count an entry's trust legs; the errors are of legs whose bank is not known."""
        for posting, account, number, commodity in books.legs(entry):
            owed = books.within(account, _OWED)
            if books.within(account, books.TRUST_BANK):
                bank = account
            elif owed or books.within(account, books.IN_TRANSIT):
                bank, fault = self._banks.of(entry, posting, commodity)
                if fault:
                    message = f"{books.name_of(entry)}: {account} {books.figure(number, commodity)} {fault}"
                    yield TrustCoverError(books.place_of(entry, posting), message, entry)
            else:
                continue
            pot = (bank, commodity)
            self._gaps.add(pot, entry, number)
            if not owed:
                self._held[pot] = self._held.get(pot, books.ZERO) + number

    def end_day(self, date: dt.date) -> Iterator[TrustCoverError]:
        """The banks that this day leaves uncovered, or covered by another figure than before."""
        for (bank, commodity), movers in self._gaps.end_day():
            if bank == books.NOWHERE:
                continue  # each of its legs was told
            held, gap = self._held.get((bank, commodity), books.ZERO), self._gaps.sum_of((bank, commodity))
            message = (
                f"{date} {bank}: bank and in transit hold {books.figure(held, commodity)}, owed are "
                f"{books.figure(held - gap, commodity)}: {books.figure(abs(gap), commodity)} "
                f"{'too much' if gap > 0 else 'missing'}; by {books.names_of(movers)}"
            )
            banks = self._banks.open_on(date, commodity)
            if len(banks) > 1:
                total = sum((self._gaps.sum_of((each, commodity)) for each in [*banks, books.NOWHERE]), books.ZERO)
                message += f"; all its trust banks together are off by {books.figure(total, commodity)}"
            yield TrustCoverError(movers[0].meta, message, movers[0])


class _Statements:
    """The books of the accounts that have bank statements, and what the statements say."""

    def __init__(self, entries: Directives) -> None:
        read = (_read(entry) for entry in entries if isinstance(entry, Custom) and entry.type in _SHAPES)
        self._accounts = {found[0][0] for found in read if found}
        self._book: dict[_Pot, Decimal] = {}
        self._today: dict[_Pot, list[Transaction]] = {}
        self._told: dict[_Pot, Decimal] = {}

    def take(self, entry: Transaction) -> None:
        """Count an entry's legs on accounts that have statements."""
        for _, account, number, commodity in books.legs(entry):
            if account in self._accounts:
                pot = (account, commodity)
                self._book[pot] = self._book.get(pot, books.ZERO) + number
                movers = self._today.setdefault(pot, [])
                if not movers or movers[-1] is not entry:
                    movers.append(entry)

    def end_day(self, day: list[Directive]) -> Iterator[TrustCoverError]:
        """The day's statements that book and items do not make, and directives that cannot be used."""
        stated: list[tuple[Custom, _Pot, Decimal]] = []
        items: dict[_Pot, list[tuple[Custom, Decimal]]] = {}
        for entry in day:
            if isinstance(entry, Custom) and entry.type in _SHAPES:
                found = _read(entry)
                if found is None:
                    message = f"{entry.date}: custom {entry.type} must have {_SHAPES[entry.type][1]}"
                    yield TrustCoverError(entry.meta, message, entry)
                elif entry.type == _STATEMENT:
                    stated.append((entry, *found))
                else:
                    items.setdefault(found[0], []).append((entry, found[1]))
        for entry, pot, balance in stated:
            yield from self._statement(entry, pot, balance, [number for _, number in items.get(pot, [])])
        answered = {pot for _, pot, _ in stated}
        for pot, listed in items.items():
            for entry, number in listed if pot not in answered else []:
                what = f"reconciling item of {books.figure(number, pot[1])} without a bank statement of that date"
                yield TrustCoverError(entry.meta, f"{entry.date} {pot[0]}: {what}", entry)
        self._today.clear()

    def _statement(self, entry: Custom, pot: _Pot, balance: Decimal, items: list[Decimal]) -> Iterator[TrustCoverError]:
        """The error of one statement, unless its difference was told before."""
        book, listed = self._book.get(pot, books.ZERO), sum(items, books.ZERO)
        off = balance - book - listed
        if off and off != self._told.get(pot):
            account, commodity = pot
            movers = self._today.get(pot)
            message = (
                f"{entry.date} {account}: the book's {books.figure(book, commodity)} plus reconciling items "
                f"({len(items)}) of {books.figure(listed, commodity)} do not make the statement's "
                f"{books.figure(balance, commodity)}: {books.figure(off, commodity)} unexplained; that day's "
                f"{books.names_of(movers) if movers else 'entries: none'}"
            )
            yield TrustCoverError(entry.meta, message, entry)
        self._told[pot] = off


def _read(entry: Custom) -> tuple[_Pot, Decimal] | None:
    """Account, commodity and amount of a statement or a reconciling item, if it has the shape of one."""
    values = list(entry.values or ())
    if tuple(getattr(value, "dtype", None) for value in values) != _SHAPES[entry.type][0]:
        return None
    account, amount, *text = (value.value for value in values)
    return None if text == [""] else ((account, amount.currency), amount.number)
