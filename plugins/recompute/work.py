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

    @property
    def day(self) -> dt.date:
        """The effective date: it decides terms, age and tiers."""
        return books.effective_of(self.entry)

    @property
    def terms(self) -> str:
        """The digest of the contract version that the entry names, if any."""
        return books.text_of(self.entry.meta, "terms") or ""

    def named(self, key: str) -> int | None:
        """An amount that the entry's metadata gives, in minor units; none if there is none, or it cannot be read."""
        try:
            return money.minor(self.entry.meta.get(key), money.decimals_of(self.case.currency))
        except ValueError:
            return None

    def money(self, amount: int) -> str:
        """An amount as messages show it."""
        return f"{money.printed(amount, money.decimals_of(self.case.currency))} {self.case.currency}"

    def off(self, legs: Mapping[Leg, int]) -> list[str]:
        """The legs that are not what they must be; one of zero is none."""
        must = {leg: amount for leg, amount in legs.items() if amount}
        found = {leg: amount for leg, amount in self.moves.legs.items() if amount}
        if must == found:
            return []
        return [
            f"{' '.join(leg).rstrip()} must be {self.money(must.get(leg, 0))} and is {self.money(found.get(leg, 0))}"
            for leg in {**must, **found}
            if must.get(leg, 0) != found.get(leg, 0)
        ]

    def told(self, off: list[str]) -> str:
        """Some differences as one message."""
        more = f"; and {len(off) - _LISTED} more" if len(off) > _LISTED else ""
        return "; ".join(off[:_LISTED]) + more

    def compare(self, legs: Mapping[Leg, int], payment: Payment, figures: Mapping[str, int]) -> Iterator[str]:
        """What differs from a payment's legs, rule and the metadata's ``figures``, with what the model reckons from."""
        off, meta = self.off(legs), self.entry.meta
        off += [
            f"{key}: must be {self.money(must)} and is {meta.get(key)!r}"
            for key, must in figures.items()
            if (self.named(key) if key in meta else 0) != must
        ]
        if payment.base and books.plain_number(books.text_of(meta, "rule")) != payment.rule:
            off.append(f"rule: must be {payment.rule} and is {meta.get('rule')!r}")
        if off:
            age = (self.day - self.case.age_from).days
            yield (
                f"{self.told(off)}; by rule {payment.rule} of contract version {self.terms[:_SHORT] or 'none'} on "
                f"{self.money(payment.base)}, at {age} days"
            )
