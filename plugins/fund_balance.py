"""Every transaction sums to zero in each fund and commodity (invariant 1 of DOMAIN §6).

Beancount lets a transaction balance by paying a client's debt from the agency's pocket; here each of the
Trust, Operating and Memo funds must balance by itself, so that no entry can spend one fund on another.
Memo accounts carry only ``.D`` commodities and the others never do.  Every amount is written in the books:
none filled in by Beancount, none weighed by a cost or a price, and no ``pad``, which makes its transactions
only after the plugins have run.
"""

from __future__ import annotations

from decimal import localcontext
from typing import TYPE_CHECKING, NamedTuple

from beancount.core.data import Pad, Transaction

from plugins import books

if TYPE_CHECKING:
    from collections.abc import Iterator
    from decimal import Decimal

    from beancount.core.data import Directive, Directives, Meta, Posting

__plugins__ = ("fund_balance",)


class FundBalanceError(NamedTuple):
    """A transaction that mixes the funds, or a leg that is not written out."""

    source: Meta
    message: str
    entry: Directive


def fund_balance(entries: Directives, _options_map: object) -> tuple[Directives, list[FundBalanceError]]:
    """Check each transaction by itself."""
    errors: list[FundBalanceError] = []
    with localcontext(books.EXACT):
        for entry in entries:
            if isinstance(entry, Transaction):
                errors.extend(_leg_errors(entry))
                errors.extend(_sum_errors(entry))
            elif isinstance(entry, Pad):
                message = f"{entry.date}: pad of {entry.account}: no amount in these books may be made up"
                errors.append(FundBalanceError(entry.meta, message, entry))
    return entries, errors


def _leg_errors(entry: Transaction) -> Iterator[FundBalanceError]:
    for posting in entry.postings:
        fault = _fault(posting)
        if fault:
            message = f"{books.name_of(entry)}: {posting.account} {fault}"
            yield FundBalanceError(books.place_of(entry, posting), message, entry)


def _fault(posting: Posting) -> str | None:
    """What is wrong with a leg by itself, if anything."""
    amount = books.amount_of(posting)
    if amount is None or (posting.meta and "__automatic__" in posting.meta):
        return "has no amount of its own; every leg must be written out"
    if posting.cost is not None or posting.price is not None:
        return f"has a cost or a price beside its {books.figure(*amount)}; only plain amounts are allowed"
    memo, marked = books.fund_of(posting.account) == books.MEMO, amount[1].endswith(books.MEMO_MARK)
    if memo == marked:
        return None
    whose = "memo accounts carry only" if memo else "only memo accounts carry"
    return f"carries {books.figure(*amount)}; {whose} {books.MEMO_MARK} commodities"


def _sum_errors(entry: Transaction) -> Iterator[FundBalanceError]:
    sums: dict[str, dict[str, Decimal]] = {}
    for _, account, number, commodity in books.legs(entry):
        funds = sums.setdefault(commodity, {})
        fund = books.fund_of(account)
        funds[fund] = funds.get(fund, books.ZERO) + number
    for commodity, funds in sums.items():
        if any(funds.values()):
            off = ", ".join(f"{fund} {books.figure(number, commodity)}" for fund, number in funds.items() if number)
            message = f"{books.name_of(entry)} does not sum to zero in each fund: {off}"
            yield FundBalanceError(entry.meta, message, entry)
