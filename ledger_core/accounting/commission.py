"""Commission and VAT on what a receipt brought (DOMAIN §4, "Commission rule", "Rounding").

All arrays have one element a receipt: int64 minor units, int64 days.  A figure is kept exact, in
millionths of a minor unit, and rounded once.  With rates up to 1 and amounts below 10^12 it fits
63 bits.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ledger_core.accounting.money import RATE_ONE, Ints, check_amounts, mul_div_half_up

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ledger_core.accounting.terms import CommissionRule, Terms

Texts = NDArray[np.object_]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Basis:
    """What a fee depends on; ``source`` is paa, pdc or forwarded, alike for all."""

    source: str
    base: Ints
    age_days: Ints
    placed_amount: Ints
    collected_to_date: Ints
    stage: Texts
    asset_type: Texts
    level: Texts


@dataclass(frozen=True, slots=True)
class Fee:
    """Commission and VAT, and the index of the contract's rule that made them."""

    commission: Ints
    vat: Ints
    rule: Ints


def fee(terms: Terms, basis: Basis) -> Fee:
    """The fee on each receipt by the first rule whose conditions all hold."""
    check_amounts(basis.base, basis.placed_amount, basis.collected_to_date)
    count = len(basis.base)
    figure = np.zeros(count, dtype=np.int64)
    chosen = np.full(count, -1, dtype=np.int64)
    for index, rule in enumerate(terms.commission):
        holds = _holds(rule, basis) & (chosen < 0)
        if holds.any():
            chosen[holds] = index
            figure[holds] = _figure(rule, basis, holds)
    assert (chosen >= 0).all(), "the last rule has no condition"
    commission, vat = _split(terms, figure, basis.base)
    return Fee(commission, vat, chosen)


def _holds(rule: CommissionRule, basis: Basis) -> Bools:
    holds = np.full(len(basis.base), not rule.source or basis.source in rule.source)
    for wanted, actual in ((rule.stage, basis.stage), (rule.asset_type, basis.asset_type), (rule.level, basis.level)):
        if wanted:
            holds &= np.isin(actual, np.array(wanted, dtype=object))
    return holds


def _figure(rule: CommissionRule, basis: Basis, rows: Bools) -> Ints:
    """The exact figure of ``rows`` within its bounds, in millionths of a minor unit."""
    figure = unbounded(rule, slices(rule, basis)[:, rows])
    for _, bound, limit in bounds(rule, basis.base[rows]):
        figure = bound(figure, limit)
    return figure


def slices(rule: CommissionRule, basis: Basis) -> Ints:
    """How much of each base falls to each tier, tiers × receipts: all of it to one, or where marginal a slice each."""
    tops = np.array([tier.up_to for tier in rule.tiers if tier.up_to is not None], dtype=np.int64)
    if rule.mode == "marginal":
        start = basis.collected_to_date if rule.by == "collected_to_date" else np.zeros_like(basis.base)
        ends = [*(np.minimum(start + basis.base, top) for top in tops), start + basis.base]
        reached = np.stack([np.clip(end - start, 0, basis.base) for end in ends])
        return np.diff(reached, axis=0, prepend=0)
    # up_to is inclusive: the first tier whose top is not below the value.
    tier = np.searchsorted(tops, measure(rule, basis), side="left") if len(tops) else np.zeros_like(basis.base)
    return np.where(tier == np.arange(len(rule.tiers))[:, None], basis.base, 0)


def measure(rule: CommissionRule, basis: Basis) -> Ints:
    """What chooses the tier: days or minor units; of a flat rate, the base."""
    values = {
        "": basis.base,
        "age_days": basis.age_days,
        "placed_amount": basis.placed_amount,
        "receipt_amount": basis.base,
        "collected_to_date": basis.collected_to_date,
    }
    return values[rule.by]


def unbounded(rule: CommissionRule, parts: Ints) -> Ints:
    """The exact figure of slices before any bound, in millionths of a minor unit."""
    rates = np.array([tier.rate for tier in rule.tiers], dtype=np.int64)
    figure: Ints = (parts * rates[:, None]).sum(axis=0)
    return figure


def bounds(rule: CommissionRule, base: Ints) -> Iterator[tuple[str, Callable[[Ints, Ints], Ints], Ints]]:
    """What bounds a rule's figure, in the order in which it does: name, how, and the limit in millionths."""
    if rule.minimum is not None:
        yield "minimum", np.maximum, np.full_like(base, rule.minimum * RATE_ONE)
    if rule.maximum is not None:
        yield "maximum", np.minimum, np.full_like(base, rule.maximum * RATE_ONE)
    yield "base", np.minimum, base * RATE_ONE


def _split(terms: Terms, figure: Ints, base: Ints) -> tuple[Ints, Ints]:
    """Commission and VAT of an exact figure; together never more than the base."""
    rounded = mul_div_half_up(figure, 1, RATE_ONE)
    if terms.vat == "none":
        return rounded, np.zeros_like(rounded)
    if terms.vat == "inclusive":
        return _inclusive(rounded, terms.vat_rate)
    vat = mul_div_half_up(rounded, terms.vat_rate, RATE_ONE)
    capped_commission, capped_vat = _inclusive(base, terms.vat_rate)
    beyond = rounded + vat > base
    return np.where(beyond, capped_commission, rounded), np.where(beyond, capped_vat, vat)


def _inclusive(gross: Ints, vat_rate: int) -> tuple[Ints, Ints]:
    commission = mul_div_half_up(gross, RATE_ONE, RATE_ONE + vat_rate)
    return commission, gross - commission
