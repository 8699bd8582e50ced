"""The commission on a base: rule, tier, slices, bounds (DOMAIN §4, "Commission rule")."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.model import commission, contract
from plugins.model.commission import Measures
from plugins.model.contract import Rule, Terms, Tier
from tests.plugins.model_terms import document, rule, tiers

NOTHING = Measures(0, 0, 0, 0)
THREE = tiers(("100.00", "0.30"), ("500.00", "0.20"), (None, "0.10"))


def terms_of(*rules: dict[str, object], **changes: object) -> Terms:
    """A contract version with these rules."""
    return contract.read(document(*rules, **changes))


def fee_of(base: int, only: dict[str, object], measures: Measures = NOTHING, **changes: object) -> tuple[int, int]:
    """Commission and VAT by a version's only rule."""
    terms = terms_of(only, **changes)
    return tuple(commission.charged(terms, terms.rules[0], base, measures._replace(receipt_amount=base)))


def test_first_rule_that_holds() -> None:
    """The first rule all of whose conditions hold; a list is a choice; the last holds for all."""
    terms = terms_of(rule("0.4", source=["forwarded"], stage=["legal"]), rule("0.35", level=["A", "B"]), rule("0.3"))
    facts = {"source": "forwarded", "stage": "legal", "asset_type": "", "level": "B"}
    assert commission.rule_for(terms, facts) == 0
    assert commission.rule_for(terms, facts | {"source": "paa"}) == 1
    assert commission.rule_for(terms, facts | {"source": "paa", "level": "b"}) == 2
    assert commission.rule_for(terms, {}) == 2


@pytest.mark.parametrize(("days", "rate"), [(-1, 15), (0, 15), (90, 15), (91, 25), (180, 25), (181, 35), (9999, 35)])
def test_age(days: int, rate: int) -> None:
    """A tier's limit is inclusive: the 90th day is of the first tier."""
    by_age = rule(by="age_days", tiers=tiers((90, "0.15"), (180, "0.25"), (None, "0.35")))
    assert fee_of(10000, by_age, Measures(days, 0, 0, 0), vat="none") == (rate * 100, 0)


@pytest.mark.parametrize(("placed", "rate"), [(10000, 30), (10001, 20), (50000, 20), (50001, 10)])
def test_placed_amount(placed: int, rate: int) -> None:
    """The tier of what was placed, whatever is paid."""
    by_placed = rule(by="placed_amount", tiers=THREE)
    assert fee_of(10000, by_placed, Measures(0, placed, 0, 0), vat="none") == (rate * 100, 0)


@pytest.mark.parametrize(
    ("mode", "base", "commission_"),
    [
        ("whole", 10000, 3000),
        ("whole", 10001, 2000),
        ("whole", 60000, 6000),
        ("marginal", 10000, 3000),
        ("marginal", 60000, 3000 + 8000 + 1000),
    ],
)
def test_receipt_amount(mode: str, base: int, commission_: int) -> None:
    """Whole: the base's tier on all of it; marginal: each slice of the base at its own rate."""
    assert fee_of(base, rule(by="receipt_amount", mode=mode, tiers=THREE), vat="none") == (commission_, 0)


@pytest.mark.parametrize(
    ("mode", "before", "commission_"),
    [
        ("whole", 0, 6000),
        ("whole", 10000, 6000),
        ("whole", 10001, 4000),
        ("marginal", 0, 3000 + 2000),
        ("marginal", 9999, 4000),
        ("marginal", 45000, 1000 + 1500),
        ("marginal", 50000, 2000),
        ("marginal", -5000, 4500 + 1000),
    ],
)
def test_collected_to_date(mode: str, before: int, commission_: int) -> None:
    """200.00 after what the case has brought: whole by where it begins, marginal by where each cent falls."""
    by_collected = rule(by="collected_to_date", mode=mode, tiers=THREE)
    assert fee_of(20000, by_collected, Measures(0, 0, 0, before), vat="none") == (commission_, 0)


def test_rounded_once() -> None:
    """The figure is the exact sum over slices: 0.5 + 0.5 cents are one cent, where two roundings make two."""
    by_receipt = rule(by="receipt_amount", mode="marginal", tiers=tiers(("0.01", "0.5"), (None, "0.25")))
    assert fee_of(3, by_receipt, vat="none") == (1, 0)


@pytest.mark.parametrize(
    ("base", "bounds", "fee"),
    [
        (1000, {"minimum": "10.00"}, (943, 57)),
        (10000, {"minimum": "10.00"}, (2500, 150)),
        (3000, {"minimum": "10.00"}, (1000, 60)),
        (500, {"minimum": "10.00"}, (472, 28)),
        (0, {"minimum": "10.00"}, (0, 0)),
        (10000, {"maximum": "5.00"}, (500, 30)),
        (10000, {"minimum": "5.00", "maximum": "5.00"}, (500, 30)),
    ],
)
def test_bounds(base: int, bounds: dict[str, str], fee: tuple[int, int]) -> None:
    """Minimum and maximum bound the figure, the base bounds it and the fee: then the fee is the base, tax within."""
    assert fee_of(base, rule("0.25", **bounds)) == fee


def test_high_rate_leaves_no_room_for_the_tax() -> None:
    """98 % of 100.00 and 6 % on it would be 103.88: the fee is 100.00, split as with the tax within."""
    assert fee_of(10000, rule("0.98")) == (9434, 566)


def test_inclusive_bounds_are_gross() -> None:
    """With the tax within, the minimum is of commission and tax together."""
    assert fee_of(10000, rule("0.01", minimum="53.00"), vat="inclusive") == (5000, 300)


def test_rule_without_an_open_tier() -> None:
    """A rule that no contract can have is refused by the figure too."""
    closed = Rule({}, "placed_amount", "whole", (Tier(0, Fraction(1)),), None, None)
    with pytest.raises(ValueError, match="no tier is open"):
        commission.figure_of(closed, 1, Measures(1, 1, 1, 1))


LIMITS = st.lists(st.integers(1, 10**8), min_size=1, max_size=4, unique=True).map(sorted)
RATE = st.decimals("0", "2", places=6).map(lambda rate: Fraction(str(rate)))


@st.composite
def rules(draw: st.DrawFn) -> Rule:
    """Any rule by an amount."""
    by = draw(st.sampled_from(["receipt_amount", "collected_to_date", "placed_amount"]))
    mode = "whole" if by == "placed_amount" else draw(st.sampled_from(["whole", "marginal"]))
    ends = [*draw(LIMITS), None]
    minimum, maximum = draw(st.none() | st.integers(0, 10**6)), draw(st.none() | st.integers(0, 10**6))
    return Rule({}, by, mode, tuple(Tier(end, draw(RATE)) for end in ends), minimum, maximum)


AMOUNTS = st.integers(0, 10**9)


@given(rules(), AMOUNTS, AMOUNTS, st.sampled_from(["exclusive", "inclusive", "none"]), RATE)
def test_fee_never_exceeds_the_base(one: Rule, base: int, measure: int, vat: str, vat_rate: Fraction) -> None:
    """Whatever the rule, commission and VAT are not negative and together at most the base."""
    terms = terms_of()._replace(vat=vat, vat_rate=vat_rate)
    fee = commission.charged(terms, one, base, Measures(0, measure, base, measure))
    assert min(fee) >= 0
    assert fee.total <= base
    if vat == "none":
        assert fee.vat == 0


@given(rules(), AMOUNTS, AMOUNTS)
def test_slices_sum_to_the_base(one: Rule, start: int, base: int) -> None:
    """The slices of a base are not empty, at the rates of tiers in order, and together the base."""
    cut = commission.slices(one, start, base)
    assert sum(size for _, size in cut) == base
    assert all(size > 0 for _, size in cut)
    assert [rate for rate, _ in cut] == [
        tier.rate
        for tier, before in zip(one.tiers, [None, *(tier.up_to for tier in one.tiers)], strict=False)
        if base and start + base > (before or 0) and (tier.up_to is None or start < tier.up_to)
    ]


@given(rules(), AMOUNTS, AMOUNTS, AMOUNTS)
def test_marginal_slices_are_additive(one: Rule, start: int, first: int, second: int) -> None:
    """Two payments earn in slices what one of their sum does."""
    marginal = one._replace(by="collected_to_date", mode="marginal")
    figures = [
        commission.figure_of(marginal, base, Measures(0, 0, base, before))
        for base, before in ((first, start), (second, start + first), (first + second, start))
    ]
    assert figures[0] + figures[1] == figures[2]
