"""A reversal is the exact negation of what it names, and nothing comes back twice (invariant 9 of DOMAIN §6).

The legs of an entry with ``reverses:`` are, account by account, the negated sum of those of the entries named
there, on the same trust banks and cases.  Each entry is reversed at most once, and only by one that was
posted after it: order is that of the ``entry:`` numbers.
"""

from __future__ import annotations

from decimal import localcontext
from typing import TYPE_CHECKING, NamedTuple

from plugins import books

if TYPE_CHECKING:
    from collections.abc import Iterator
    from decimal import Decimal

    from beancount.core.data import Directives, Meta, Transaction

__plugins__ = ("reversals",)

_LISTED = 5

_OF_A_CASE = (
    "Equity:Memo",
    "Liabilities:Trust:DebtorRefund",
    "Liabilities:Trust:UnclaimedProperty",
    "Assets:Operating:CostsAdvanced",
)
"""Accounts whose legs belong to one case.  Money that came in unidentified was booked without one."""

_Place = tuple[str, str, str, str]
"""An account, a commodity, the trust bank and the case that a leg belongs to, if any."""


class ReversalsError(NamedTuple):
    """An entry that does not reverse what it says it does, or must not."""

    source: Meta
    message: str
    entry: Transaction


def reversals(entries: Directives, _options_map: object) -> tuple[Directives, list[ReversalsError]]:
    """Check each reversal, in posting order."""
    errors: list[ReversalsError] = []
    banks = books.TrustBanks(entries)
    before: dict[int, Transaction] = {}
    undone: dict[int, Transaction] = {}
    with localcontext(books.EXACT):
        numbered, others = books.posting_order(entries)
        for entry in others:
            if "reverses" in entry.meta:
                message = f"{books.name_of(entry)} reverses others, but its entry: is no whole number"
                errors.append(ReversalsError(entry.meta, message, entry))
        for number, entry in numbered:
            if "reverses" in entry.meta:
                errors.extend(
                    ReversalsError(entry.meta, f"{books.name_of(entry)} {fault}", entry)
                    for fault in _faults(entry, before, undone, banks)
                )
            before.setdefault(number, entry)
    return entries, errors


def _faults(
    entry: Transaction, before: dict[int, Transaction], undone: dict[int, Transaction], banks: books.TrustBanks
) -> Iterator[str]:
    """What is wrong with a reversal; ``undone`` is what was reversed, and by what, brought forward over it."""
    named = books.reversed_by(entry)
    if not named:
        yield f"has a reverses: that lists no entries: {entry.meta['reverses']!r}"
        return
    missing = [number for number in named if number not in before]
    for number in missing:
        yield f"reverses entry {number}, which was not posted before it"
    for number in named:
        if number in undone:
            again = "twice" if undone[number] is entry else f"again, after {books.name_of(undone[number])}"
            yield f"reverses entry {number} {again}"
        undone.setdefault(number, entry)
    if missing:
        return
    must = {place: -amount for place, amount in _sums([before[number] for number in set(named)], banks).items()}
    found = _sums([entry], banks)
    off = [place for place in {**must, **found} if must.get(place, books.ZERO) != found.get(place, books.ZERO)]
    if off:
        told = "; ".join(
            f"{_told(place)} must be {books.figure(must.get(place, books.ZERO), place[1])} and is "
            f"{books.figure(found.get(place, books.ZERO), place[1])}"
            for place in off[:_LISTED]
        )
        more = f"; and {len(off) - _LISTED} more" if len(off) > _LISTED else ""
        yield f"does not negate {books.names_of([before[number] for number in named])}: {told}{more}"


def _told(place: _Place) -> str:
    account, _, bank, case = place
    where = ", ".join(part for part in (f"bank {bank}" if bank else "", f"case {case}" if case else "") if part)
    return f"{account} ({where})" if where else account


def _sums(entries: list[Transaction], banks: books.TrustBanks) -> dict[_Place, Decimal]:
    """What some entries move together."""
    sums: dict[_Place, Decimal] = {}
    for entry in entries:
        for posting, account, number, commodity in books.legs(entry):
            trust = books.fund_of(account) == books.TRUST and not books.within(account, books.TRUST_BANK)
            bank = banks.of(entry, posting, commodity)[0].rpartition(":")[2] if trust else ""
            case = books.case_of(entry, posting) if any(books.within(account, own) for own in _OF_A_CASE) else ""
            place = (account, commodity, bank, case or "")
            sums[place] = sums.get(place, books.ZERO) + number
    return sums
