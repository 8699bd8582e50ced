"""Commission and VAT against a scalar oracle in fractions, written from DOMAIN §4 alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger_core.accounting.commission import Basis, fee
from ledger_core.accounting.money import AMOUNT_LIMIT, RATE_ONE
from ledger_core.accounting.terms import BUCKETS, MARGINAL_BY, SOURCES, CommissionRule, Terms, Tier
from ledger_core.errors import Refused
from tests.accounting.oracle import Receipt, fee_of, half_up

if TYPE_CHECKING:
    from collections.abc import Sequence


def flat(rate: int, **more: object) -> CommissionRule:
    """A rule with one rate, in millionths."""
    return replace(CommissionRule((), (), (), (), "", "whole", (Tier(None, rate),)), **more)  # type: ignore[arg-type]


def tiered(by: str, mode: str, *tiers: tuple[int | None, int], **more: object) -> CommissionRule:
    """A rule with tiers."""
    steps = tuple(Tier(*tier) for tier in tiers)
    return replace(flat(0), by=by, mode=mode, tiers=steps, **more)  # type: ignore[arg-type]


def terms(*rules: CommissionRule, vat: str = "exclusive", vat_rate: int = 60_000) -> Terms:
    """A contract with this fee schedule."""
    return Terms(
        client="ALFA",
        currency="CNY",
        effective=date(2025, 1, 1),
        remittance="net",
        minimum_remittance=0,
        waterfall=BUCKETS,
        commission_on=BUCKETS,
        vat=vat,  # type: ignore[arg-type]
        vat_rate=vat_rate,
        hold_days=(),
        trust_bank="TRUST",
        commission=rules,
    )


def charged(version: Terms, *receipts: Receipt, source: str = "paa") -> list[tuple[int, int, int]]:
    """Commission, VAT and rule of each receipt, by the engine."""

    def numbers(name: str) -> np.ndarray:
        return np.array([getattr(receipt, name) for receipt in receipts], dtype=np.int64)

    def texts(name: str) -> np.ndarray:
        return np.array([getattr(receipt, name) for receipt in receipts], dtype=object)

    columns = [numbers(name) for name in ("base", "age_days", "placed_amount", "collected_to_date")]
    made = fee(version, Basis(source, *columns, texts("stage"), texts("asset_type"), texts("level")))
    return list(zip(made.commission.tolist(), made.vat.tolist(), made.rule.tolist(), strict=True))


# --- the engine against the oracle ---------------------------------------------------------------

rates = st.integers(0, RATE_ONE) | st.sampled_from([0, 60_000, 250_000, 333_333, 500_000, RATE_ONE])
small = st.integers(0, 2_000)
wide = st.integers(0, AMOUNT_LIMIT - 1)
figures = small | wide
words = st.sampled_from(["", "early", "late", "court"])
conditions = st.lists(words, max_size=2).map(tuple)


@st.composite
def rules(draw: st.DrawFn, *, last: bool) -> CommissionRule:
    """A rule of a fee schedule; the last one has no condition."""
    by = draw(st.sampled_from(["", "age_days", "placed_amount", *MARGINAL_BY]))
    tops = sorted(draw(st.sets(figures, max_size=4))) if by else []
    tiers = (*(Tier(top, draw(rates)) for top in tops), Tier(None, draw(rates)))
    mode = draw(st.sampled_from(["whole", "marginal"])) if by in MARGINAL_BY else "whole"
    where = [()] * 4 if last else [draw(st.lists(st.sampled_from(SOURCES), max_size=2).map(tuple))]
    where += [] if last else [draw(conditions) for _ in range(3)]
    return CommissionRule(*where, by, mode, tiers, draw(st.none() | figures), draw(st.none() | figures))


schedules = st.tuples(st.lists(rules(last=False), max_size=3), rules(last=True)).map(lambda r: (*r[0], r[1]))
receipts = st.builds(Receipt, figures, st.integers(-30, 4000), figures, figures, words, words, words)


@given(
    schedules,
    st.lists(receipts, min_size=1, max_size=6),
    st.sampled_from(SOURCES),
    st.sampled_from(["exclusive", "inclusive", "none"]),
    rates,
)
def test_every_fee_is_the_oracles(
    schedule: Sequence[CommissionRule], batch: Sequence[Receipt], source: str, vat: str, vat_rate: int
) -> None:
    """Any schedule on any receipts: the column's fee is the scalar one, and never more than the base."""
    version = terms(*schedule, vat=vat, vat_rate=vat_rate)
    found = charged(version, *batch, source=source)
    assert found == [fee_of(version, receipt, source) for receipt in batch]
    for (commission, tax, _), receipt in zip(found, batch, strict=True):
        assert commission >= 0
        assert tax >= 0
        assert commission + tax <= receipt.base


# --- by hand -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("age", "commission"), [(-1, 150), (0, 150), (90, 150), (91, 250), (180, 250), (181, 350)])
def test_up_to_is_inclusive(age: int, commission: int) -> None:
    """A tier up to 90 still has the 90th day; a day before delinquency is in the first tier."""
    rule = tiered("age_days", "whole", (90, 150_000), (180, 250_000), (None, 350_000))
    assert charged(terms(rule, vat="none"), Receipt(1000, age_days=age)) == [(commission, 0, 0)]


@pytest.mark.parametrize("by", ["placed_amount", "receipt_amount", "collected_to_date"])
@pytest.mark.parametrize(("value", "rate"), [(50_000, 10), (50_001, 20), (80_000, 20), (80_001, 30)])
def test_whole_takes_one_rate_for_the_whole_base(by: str, value: int, rate: int) -> None:
    """`whole`: the tier of the figure that chooses, its rate on all of the base."""
    rule = tiered(by, "whole", (50_000, 100_000), (80_000, 200_000), (None, 300_000))
    base = value if by == "receipt_amount" else 70_000
    receipt = Receipt(base, **({} if by == "receipt_amount" else {by: value}))
    expected = half_up(Fraction(base * rate, 100))
    assert charged(terms(rule, vat="none"), receipt) == [(expected, 0, 0)]


def test_marginal_by_receipt_cuts_the_receipt() -> None:
    """`marginal` by receipt_amount: 30 % of the first 500.00, 20 % of the next 300.00, 10 % of the rest."""
    rule = tiered("receipt_amount", "marginal", (50_000, 300_000), (80_000, 200_000), (None, 100_000))
    found = charged(terms(rule, vat="none"), *map(Receipt, (50_000, 50_001, 80_000, 100_000)))
    assert [commission for commission, *_ in found] == [15_000, 15_000, 21_000, 23_000]


def test_marginal_by_collected_goes_on_where_it_was() -> None:
    """`marginal` by collected_to_date: the receipt starts in the tier that earlier ones reached."""
    rule = tiered("collected_to_date", "marginal", (50_000, 300_000), (None, 100_000))
    found = charged(terms(rule, vat="none"), *(Receipt(20_000, collected_to_date=c) for c in (0, 40_000, 50_000)))
    assert [commission for commission, *_ in found] == [6_000, 4_000, 2_000]


def test_slices_are_rounded_once() -> None:
    """Two slices of 0.4 cents each are one cent, not none: the figure is rounded as a whole."""
    rule = tiered("receipt_amount", "marginal", (1, 400_000), (None, 400_000))
    assert charged(terms(rule, vat="none"), Receipt(2)) == [(1, 0, 0)]


@pytest.mark.parametrize(
    ("base", "commission"),
    [(100, 100), (999, 100), (1_001, 100), (40_000, 4_000), (60_000, 5_000), (50, 50), (0, 0)],
)
def test_minimum_maximum_and_base_bound_the_figure(base: int, commission: int) -> None:
    """10 %, at least 1.00 and at most 50.00, and never more than the base."""
    rule = flat(100_000, minimum=100, maximum=5_000)
    assert charged(terms(rule, vat="none"), Receipt(base)) == [(commission, 0, 0)]


@pytest.mark.parametrize(
    ("vat", "commission", "tax"),
    [("exclusive", 75_000, 4_500), ("inclusive", 70_755, 4_245), ("none", 75_000, 0)],
)
def test_vat_on_top_or_in_it(vat: str, commission: int, tax: int) -> None:
    """25 % of 3000.00 is 750.00: VAT of 6 % on top, or in it, or none."""
    assert charged(terms(flat(250_000), vat=vat), Receipt(300_000)) == [(commission, tax, 0)]


def test_a_fee_beyond_the_base_is_the_base() -> None:
    """All of 100.00 as commission leaves no room for VAT: the fee is 100.00, split as VAT inclusive."""
    assert charged(terms(flat(RATE_ONE)), Receipt(10_000)) == [(9_434, 566, 0)]
    # 95 % and its VAT of 5.70 are more than 100.00; 94 % and 5.64 are not.
    assert charged(terms(flat(950_000)), Receipt(10_000)) == [(9_434, 566, 0)]
    assert charged(terms(flat(940_000)), Receipt(10_000)) == [(9_400, 564, 0)]


def test_the_first_rule_whose_conditions_all_hold() -> None:
    """Conditions by source, stage, asset type and level; each may list values; the last rule takes the rest."""
    version = terms(
        flat(1, source=("forwarded",)),
        flat(2, stage=("court", "late"), asset_type=("card",)),
        flat(3, asset_type=("card",)),
        flat(4, level=("A",)),
        flat(5),
        vat="none",
    )
    cases = [
        Receipt(0, stage="court", asset_type="card"),
        Receipt(0, stage="late", asset_type="card", level="A"),
        Receipt(0, stage="early", asset_type="card"),
        Receipt(0, stage="court", asset_type="loan", level="A"),
        Receipt(0, stage="court", asset_type="loan"),
    ]
    assert [rule for *_, rule in charged(version, *cases)] == [1, 1, 2, 3, 4]
    assert {rule for *_, rule in charged(version, *cases, source="forwarded")} == {0}
    assert [rule for *_, rule in charged(version, *cases, source="pdc")] == [1, 1, 2, 3, 4]


def test_the_widest_figures_do_not_wrap() -> None:
    """The largest base at the full rate, with the widest tiers, is exact."""
    base = AMOUNT_LIMIT - 1
    rule = tiered("collected_to_date", "marginal", (base, RATE_ONE), (None, 999_999))
    receipt = Receipt(base, collected_to_date=base)
    version = terms(rule, vat="inclusive", vat_rate=RATE_ONE)
    assert charged(version, receipt) == [fee_of(version, receipt, "paa")]
    with pytest.raises(Refused, match="AMOUNT_LIMIT"):
        charged(version, Receipt(AMOUNT_LIMIT))
