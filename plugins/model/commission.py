"""The commission on a base: which rule, which tier, which figure (DOMAIN §4, "Commission rule", "Rounding")."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from plugins.model import contract, money

if TYPE_CHECKING:
    from collections.abc import Mapping

    from plugins.model.contract import Rule, Terms


class Measures(NamedTuple):
    """What tiers go by: days since delinquency, and minor units."""

    age_days: int
    placed_amount: int
    receipt_amount: int
    collected_to_date: int


def rule_for(terms: Terms, facts: Mapping[str, str]) -> int:
    """The place of the first rule whose conditions all hold; ``facts`` are source, stage, asset_type and level."""
    for place, rule in enumerate(terms.rules):
        if all(not choice or facts.get(name) in choice for name, choice in rule.conditions.items()):
            return place
    raise ValueError("no rule holds, though the last must have no condition")


def charged(terms: Terms, rule: Rule, base: int, measures: Measures) -> money.Fee:
    """Commission and VAT on a base, in minor units."""
    figure = bounded(rule, base, figure_of(rule, base, measures))
    if terms.vat == contract.NO_VAT:
        return money.Fee(money.rounded(figure), 0)
    if terms.vat == contract.INCLUSIVE:
        return money.fee_inclusive(figure, terms.vat_rate)
    fee = money.fee_exclusive(figure, terms.vat_rate)
    return money.fee_inclusive(Fraction(base), terms.vat_rate) if fee.total > base else fee


def bounded(rule: Rule, base: int, figure: Fraction) -> Fraction:
    """The figure within the rule's minimum and maximum, and never above the base."""
    if rule.minimum is not None and figure < rule.minimum:
        figure = Fraction(rule.minimum)
    if rule.maximum is not None and figure > rule.maximum:
        figure = Fraction(rule.maximum)
    return figure if figure <= base else Fraction(base)


def figure_of(rule: Rule, base: int, measures: Measures) -> Fraction:
    """The exact figure, before bounds and rounding."""
    if rule.mode == contract.MARGINAL:
        start = measures.collected_to_date if rule.by == contract.COLLECTED else 0
        return sum((rate * slice_ for rate, slice_ in slices(rule, start, base)), Fraction(0))
    measure = getattr(measures, rule.by) if rule.by else 0
    for tier in rule.tiers:
        if tier.up_to is None or measure <= tier.up_to:
            return tier.rate * base
    raise ValueError("no tier is open upwards")


def slices(rule: Rule, start: int, base: int) -> list[tuple[Fraction, int]]:
    """A base that begins where ``start`` ends, cut at the tiers' limits: rate and size of each slice."""
    cut, begin, end = [], start, start + base
    for tier in rule.tiers:
        reach = end if tier.up_to is None else min(tier.up_to, end)
        if reach > begin:
            cut.append((tier.rate, reach - begin))
            begin = reach
    return cut
