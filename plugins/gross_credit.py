"""What a debtor paid to us is the client's, in full (invariant 7 of DOMAIN §6; the last line of §3).

In each entry and for each client the memo ``CollectedPAA`` equals the credit that the client gets in the trust:
the credits on ``ClientPayable``, gross, the fee being a posting of its own, and the change of ``ClientHeld``.
A clearing moves the gross amount from the one to the other.  A reversal takes off what was given, gross.
"""

from __future__ import annotations

from decimal import localcontext
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from plugins import books

if TYPE_CHECKING:
    from collections.abc import Iterator
    from decimal import Decimal

    from beancount.core.data import Directives, Meta, Transaction

__plugins__ = ("gross_credit",)

_RECEIPTS = frozenset({"receipt", "identified", "forwarder_receipt", "asset_sale", "cleared"})
_MEMO, _PAYABLE, _HELD = "Equity:Memo:CollectedPAA", "Liabilities:Trust:ClientPayable", "Liabilities:Trust:ClientHeld"
_OPENING = "opening"

_Whose = tuple[str, str]
"""A client and a currency."""


class GrossCreditError(NamedTuple):
    """A memo of money collected that is not what the client was credited."""

    source: Meta
    message: str
    entry: Transaction


def gross_credit(entries: Directives, _options_map: object) -> tuple[Directives, list[GrossCreditError]]:
    """Check each entry by itself."""
    with localcontext(books.EXACT):
        return entries, [error for entry in books.transactions(entries) for error in _errors(entry)]


@lru_cache(maxsize=1 << 16)
def _split(account: str) -> tuple[str, str]:
    """Which of the three kinds an account is, and whose; empty for others."""
    kind = next((kind for kind in (_MEMO, _PAYABLE, _HELD) if books.within(account, kind)), "")
    return kind, account[len(kind) + 1 :] if kind else ""


def _errors(entry: Transaction) -> Iterator[GrossCreditError]:
    event = books.event_of(entry)
    receipt = event in _RECEIPTS
    moves: dict[_Whose, dict[str, list[Decimal]]] = {}
    for _, account, number, commodity in books.legs(entry):
        kind, client = _split(account)
        if kind:
            receipt = receipt or kind != _PAYABLE
            whose = (client, commodity.removesuffix(books.MEMO_MARK))
            moves.setdefault(whose, {}).setdefault(kind, []).append(number)
    if not receipt or event == _OPENING:
        return
    for (client, currency), found in moves.items():
        memo, held = sum(found.get(_MEMO, ()), books.ZERO), sum(found.get(_HELD, ()), books.ZERO)
        given = _given(found.get(_PAYABLE, []), taken_back=memo < 0) - held
        if memo != given:
            case = books.text_of(entry.meta, "case")
            message = (
                f"{books.name_of(entry)}{f', case {case}' if case else ''}: {_MEMO}:{client} is "
                f"{books.figure(memo, currency)}, but the client's credit in the trust, gross, is "
                f"{books.figure(given, currency)}"
            )
            yield GrossCreditError(entry.meta, message, entry)


def _given(payable: list[Decimal], *, taken_back: bool) -> Decimal:
    """What the legs on ClientPayable give the client, gross; negative where they take it back."""
    return -sum((number for number in payable if (number > 0) == taken_back and number), books.ZERO)
