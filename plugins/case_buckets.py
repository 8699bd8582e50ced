"""Placed debt is kept whole: Σ Equity:Memo = 0, and no case's bucket falls below zero (invariant 5 of DOMAIN §6).

The memo fund sums to zero per commodity at the end of every day.  Each case's outstanding amount in each
bucket, ``Equity:Memo:Outstanding:<client>:<Bucket>``, is zero or more after every entry in *posting* order,
which is that of the ``entry:`` numbers and not of the dates: a late row may be dated before what it rests on.
An outstanding leg names its case, by its own ``case:`` or its transaction's, and a case has one client.
"""

from __future__ import annotations

from decimal import localcontext
from typing import TYPE_CHECKING, NamedTuple

from plugins import books

if TYPE_CHECKING:
    from collections.abc import Iterator
    from decimal import Decimal

    from beancount.core.data import Directives, Meta, Posting, Transaction

__plugins__ = ("case_buckets",)

_MEMO = "Equity:Memo"
_OUTSTANDING = "Equity:Memo:Outstanding"
_CLIENT, _PARTS = 3, 5  # of Equity:Memo:Outstanding:<client>:<Bucket>

_Bucket = tuple[str, str, str]
"""A case, an account and a commodity."""


class CaseBucketsError(NamedTuple):
    """Memo that does not sum to zero, a bucket below zero, or an entry that cannot be judged."""

    source: Meta
    message: str
    entry: Transaction


def case_buckets(entries: Directives, _options_map: object) -> tuple[Directives, list[CaseBucketsError]]:
    """Check the memo fund at the end of each day, and each case's buckets in posting order."""
    with localcontext(books.EXACT):
        errors = list(_memo_errors(entries))
        numbered: dict[int, list[Transaction]] = {}
        buckets = _Buckets()
        for entry in books.transactions(entries):
            number = books.number_of(entry)
            if number is None:
                errors.append(buckets.leave_out(entry))
            else:
                numbered.setdefault(number, []).append(entry)
        for _, same in sorted(numbered.items()):
            for entry in same:
                errors.extend(buckets.take(entry))
            for entry in same[1:]:
                message = f"{books.name_of(entry)} has the number of {books.name_of(same[0])}"
                errors.append(CaseBucketsError(entry.meta, message, entry))
    return entries, errors


def _memo_errors(entries: Directives) -> Iterator[CaseBucketsError]:
    """The days that leave the memo fund at another sum than zero."""
    sums: books.ZeroSums[str] = books.ZeroSums()
    for date, day in books.days(entries):
        for entry in books.transactions(day):
            for _, account, number, commodity in books.legs(entry):
                if books.within(account, _MEMO):
                    sums.add(commodity, entry, number)
        for commodity, movers in sums.end_day():
            off = books.figure(sums.sum_of(commodity), commodity)
            message = f"{date} {_MEMO} sums to {off} and not to zero; by {books.names_of(movers)}"
            yield CaseBucketsError(movers[0].meta, message, movers[0])


def _outstanding(entry: Transaction) -> Iterator[tuple[Posting, str, Decimal, str]]:
    """The legs of an entry that move what cases owe."""
    return (leg for leg in books.legs(entry) if books.within(leg[1], _OUTSTANDING))


class _Buckets:
    """What each case owes in each bucket and commodity, brought forward entry by entry."""

    def __init__(self) -> None:
        self._owed: dict[_Bucket, Decimal] = {}
        self._client: dict[str, str] = {}
        self._told: set[tuple[str, str]] = set()
        self._not_judged: set[str] = set()

    def leave_out(self, entry: Transaction) -> CaseBucketsError:
        """Note that an entry cannot be put in order: its cases are not judged, lest one fault be told as many."""
        cases = {books.case_of(entry, posting) for posting, *_ in _outstanding(entry)}
        self._not_judged.update(case for case in cases if case)
        message = (
            f"{books.name_of(entry)}: its entry: is no whole number, so its cases cannot be judged in posting order"
        )
        return CaseBucketsError(entry.meta, message, entry)

    def take(self, entry: Transaction) -> Iterator[CaseBucketsError]:
        """Bring an entry's outstanding legs forward; the errors are what is wrong after it."""
        before: dict[_Bucket, Decimal] = {}
        for posting, account, number, commodity in _outstanding(entry):
            case = books.case_of(entry, posting)
            fault = self._fault(account, case)
            if fault:
                message = f"{books.name_of(entry)}: {account} {books.figure(number, commodity)} {fault}"
                yield CaseBucketsError(books.place_of(entry, posting), message, entry)
            if case and case not in self._not_judged:
                bucket = (case, account, commodity)
                owed = self._owed.get(bucket, books.ZERO)
                before.setdefault(bucket, owed)
                self._owed[bucket] = owed + number
        for bucket, was in before.items():
            case, account, commodity = bucket
            if self._owed[bucket] < min(was, books.ZERO):
                message = (
                    f"{books.name_of(entry)} takes case {case} in {account} from {books.figure(was, commodity)} "
                    f"to {books.figure(self._owed[bucket], commodity)}"
                )
                yield CaseBucketsError(entry.meta, message, entry)

    def _fault(self, account: str, case: str | None) -> str | None:
        """What is wrong with an outstanding leg by itself, if anything; a case's second client is told once."""
        if case is None:
            return "names no case"
        parts = account.split(":")
        if len(parts) != _PARTS:
            return f"is no bucket of one client, {_OUTSTANDING}:<client>:<Bucket>"
        client = parts[_CLIENT]
        owner = self._client.setdefault(case, client)
        if client == owner or (case, client) in self._told:
            return None
        self._told.add((case, client))
        return f"is of client {client}, but case {case} is of {owner}"
