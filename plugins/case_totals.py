"""Nothing of a placed debt is lost (invariant 6 of DOMAIN §6).

For each case, and so for each client and placement batch: placed + accrued + costs added + adjustments =
outstanding + PAA + PDC + waived + recalled + written off.  Each entry keeps it by itself, so what breaks it is
named with the entry.  Every memo leg names its case, by its own ``case:`` or its transaction's.
"""

from __future__ import annotations

from decimal import localcontext
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from plugins import books

if TYPE_CHECKING:
    from collections.abc import Iterator
    from decimal import Decimal

    from beancount.core.data import Directives, Meta, Posting, Transaction

__plugins__ = ("case_totals",)

_MEMO = "Equity:Memo"
_CAME = {"Placed": "placed", "InterestAccrued": "accrued", "CostsAdded": "costs added", "Adjusted": "adjustments"}
_WENT = {
    "Outstanding": "outstanding",
    "CollectedPAA": "PAA",
    "CollectedPDC": "PDC",
    "SettlementWaived": "waived",
    "Recalled": "recalled",
    "WrittenOff": "written off",
}
_PARTS = {"Outstanding": 5}
"""Components of an account's name where they are not four: ``Equity:Memo:Outstanding:<client>:<Bucket>``."""

_Whose = tuple[str, str, str]
"""A case, a client and a commodity."""


class CaseTotalsError(NamedTuple):
    """A case whose debt does not add up, or a memo leg that cannot be judged."""

    source: Meta
    message: str
    entry: Transaction


def case_totals(entries: Directives, _options_map: object) -> tuple[Directives, list[CaseTotalsError]]:
    """Check each entry by itself, and say what the cases that it breaks come to."""
    with localcontext(books.EXACT):
        errors: list[CaseTotalsError] = []
        broken: list[tuple[Transaction, _Whose]] = []
        for entry in books.transactions(entries):
            sums: dict[_Whose, Decimal] = {}
            for posting, account, number, commodity in books.legs(entry):
                if books.within(account, _MEMO):
                    fault, whose = _whose(entry, posting, account, commodity)
                    if fault:
                        message = f"{books.name_of(entry)}: {account} {books.figure(number, commodity)} {fault}"
                        errors.append(CaseTotalsError(books.place_of(entry, posting), message, entry))
                    sums[whose] = sums.get(whose, books.ZERO) + number
            broken.extend((entry, whose) for whose, off in sums.items() if off and all(whose))
        errors.extend(_told(entries, broken))
    return entries, errors


@lru_cache(maxsize=1 << 16)
def _family(account: str) -> tuple[str, str]:
    """The family of a memo account, and its client; empty where it is none of the chart's."""
    parts = account.split(":")
    family = parts[2] if len(parts) > 2 else ""  # noqa: PLR2004 - Equity:Memo:<family>
    known = family in _CAME or family in _WENT
    return (family, parts[3]) if known and len(parts) == _PARTS.get(family, 4) else ("", "")


def _whose(entry: Transaction, posting: Posting, account: str, commodity: str) -> tuple[str, _Whose]:
    """What is wrong with a memo leg by itself, if anything, and whose it is."""
    family, client = _family(account)
    case = books.case_of(entry, posting) or ""
    fault = "names no case" if not case else "is no account of the memo fund's chart" if not family else ""
    return fault, (case, client, commodity)


def _told(entries: Directives, broken: list[tuple[Transaction, _Whose]]) -> Iterator[CaseTotalsError]:
    """An error for each case that an entry breaks, with what the case comes to after it."""
    wanted = {whose for _, whose in broken}
    breaks: dict[int, list[_Whose]] = {}
    for entry, whose in broken:
        breaks.setdefault(id(entry), []).append(whose)
    totals: dict[_Whose, dict[str, Decimal]] = {whose: {} for whose in wanted}
    for entry in books.transactions(entries) if broken else ():
        for posting, account, number, commodity in books.legs(entry):
            if books.within(account, _MEMO):
                _, whose = _whose(entry, posting, account, commodity)
                if whose in totals:
                    family = _family(account)[0]
                    totals[whose][family] = totals[whose].get(family, books.ZERO) + number
        for whose in breaks.get(id(entry), ()):
            case, client, commodity = whose
            message = (
                f"{books.name_of(entry)} breaks the totals of case {case} of client {client or 'unknown'}: after it "
                f"{_side(totals[whose], _CAME, -1, commodity)}, but {_side(totals[whose], _WENT, 1, commodity)}"
            )
            yield CaseTotalsError(entry.meta, message, entry)


def _side(totals: dict[str, Decimal], names: dict[str, str], sign: int, commodity: str) -> str:
    """One side of the equation: ``placed 100.00 + adjustments -5.00 = 95.00 CNY.D``; what is zero is left out."""
    found = {name: sign * totals[family] for family, name in names.items() if totals.get(family)}
    terms = " + ".join(f"{name} {figure:f}" for name, figure in found.items()) or "nothing"
    return f"{terms} = {books.figure(sum(found.values(), books.ZERO), commodity)}"
