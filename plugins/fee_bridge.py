"""What the trust owes the agency is what the agency counts on: DueFromTrust = −UndrawnFees (invariant 4, DOMAIN §6).

The pair is the only bridge between the Trust and Operating funds.  Every transaction must move both sides
by the same amount, commodity by commodity; so they are opposite on every date, and the entry that parts
them is named.
"""

from __future__ import annotations

from decimal import localcontext
from typing import TYPE_CHECKING, NamedTuple

from plugins import books

if TYPE_CHECKING:
    from decimal import Decimal

    from beancount.core.data import Directives, Meta, Transaction

__plugins__ = ("fee_bridge",)

_DUE = "Assets:Operating:DueFromTrust"
_UNDRAWN = "Liabilities:Trust:UndrawnFees"


class FeeBridgeError(NamedTuple):
    """An entry that moves one side of the bridge and not the other."""

    source: Meta
    message: str
    entry: Transaction


def fee_bridge(entries: Directives, _options_map: object) -> tuple[Directives, list[FeeBridgeError]]:
    """Check that each transaction, by date, moves both sides of the bridge alike."""
    errors: list[FeeBridgeError] = []
    balances: dict[tuple[str, str], Decimal] = {}
    with localcontext(books.EXACT):
        for _, day in books.days(entries):
            for entry in books.transactions(day):
                errors.extend(_errors(entry, balances))
    return entries, errors


def _errors(entry: Transaction, balances: dict[tuple[str, str], Decimal]) -> list[FeeBridgeError]:
    """What is wrong with an entry; ``balances`` by side and commodity are brought forward over it."""
    moved: dict[str, Decimal] = {}
    for _, account, number, commodity in books.legs(entry):
        for side in (_DUE, _UNDRAWN):
            if books.within(account, side):
                moved[commodity] = moved.get(commodity, books.ZERO) + number
                balances[side, commodity] = balances.get((side, commodity), books.ZERO) + number
    errors = []
    for commodity, off in moved.items():
        if off:
            due, undrawn = (balances.get((side, commodity), books.ZERO) for side in (_DUE, _UNDRAWN))
            message = (
                f"{books.name_of(entry)} parts the fee bridge by {books.figure(off, commodity)}: after it "
                f"{_DUE} is {books.figure(due, commodity)} and {_UNDRAWN} {books.figure(undrawn, commodity)}"
            )
            errors.append(FeeBridgeError(entry.meta, message, entry))
    return errors
