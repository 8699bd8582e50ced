"""One entry and its case, and the comparison of what the entry posts with what it must."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from plugins import books
from plugins.model import money

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping

    from beancount.core.data import Transaction

    from plugins.model.case import Case, Payment
    from plugins.model.posting import Leg
    from plugins.recompute.moves import Moves

_LISTED = 8
_SHORT = 12


class Work(NamedTuple):
    """An entry that is judged: ``case`` is the state before it."""

    number: int
    entry: Transaction
    moves: Moves
    name: str
    case: Case
    currency: str

    @property
    def day(self) -> dt.date:
        """The effective date: it decides terms, age and tiers."""
        return books.effective_of(self.entry)

    @property
    def event(self) -> object:
        """What the entry is."""
        return self.entry.meta.get("event")

    @property
    def terms(self) -> str:
        """The digest of the contract version that the entry names, if any."""
        return books.text_of(self.entry.meta, "terms") or ""

    @property
    def base(self) -> int | None:
        """The commission base that the entry names, in minor units."""
        try:
            return money.minor(self.entry.meta.get("base"), money.decimals_of(self.currency))
        except ValueError:
            return None

    def money(self, amount: int) -> str:
        """An amount as messages show it."""
        return f"{money.printed(amount, money.decimals_of(self.currency))} {self.currency}"

    def off(self, legs: Mapping[Leg, int]) -> list[str]:
        """The legs that are not what they must be."""
        found = self.moves.legs
        return [
            f"{' '.join(leg).rstrip()} must be {self.money(legs.get(leg, 0))} and is {self.money(found.get(leg, 0))}"
            for leg in {**legs, **found}
            if legs.get(leg, 0) != found.get(leg, 0)
        ]

    def told(self, off: list[str]) -> str:
        """Some differences as one message."""
        more = f"; and {len(off) - _LISTED} more" if len(off) > _LISTED else ""
        return "; ".join(off[:_LISTED]) + more

    def compare(self, legs: Mapping[Leg, int], payment: Payment, *, cleared: bool = False) -> Iterator[str]:
        """What differs from a payment's legs, base and rule, in one message, with what the model reckons from."""
        off = self.off(legs)
        meta = self.entry.meta
        if ("base" in meta or (payment.base and not cleared)) and self.base != payment.base:
            off.append(f"base: must be {self.money(payment.base)} and is {meta.get('base')!r}")
        if payment.base and books.plain_number(books.text_of(meta, "rule")) != payment.rule:
            off.append(f"rule: must be {payment.rule} and is {meta.get('rule')!r}")
        if off:
            age = (self.day - self.case.age_from).days
            yield (
                f"{self.told(off)}; by rule {payment.rule} of contract version {self.terms[:_SHORT] or 'none'} on "
                f"{self.money(payment.base)}, at {age} days"
            )
