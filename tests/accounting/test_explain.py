"""An explained fee is the engine's fee, and its steps add up to it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger_core.accounting import explain
from ledger_core.accounting.explain import Bound, Measures, Sample, Slice
from ledger_core.accounting.money import AMOUNT_LIMIT, RATE_ONE, div_half_up, format_exact
from ledger_core.accounting.terms import SOURCES, Terms
from ledger_core.errors import Refused
from tests.accounting.oracle import Receipt
from tests.accounting.test_commission import charged, flat, rules, terms, tiered

DAY = date(2025, 3, 1)
amounts = st.integers(0, 2_000) | st.integers(0, AMOUNT_LIMIT // 2)
words = st.sampled_from(["", "early", "late", "court"])


def measures(base: int, source: str = "paa", **more: object) -> Measures:
    """A receipt of which only the base matters, but for ``more``."""
    return Measures(source, base, 0, 0, 0, {})._replace(**more)


@given(
    st.lists(rules(last=False), max_size=2),
    rules(last=True),
    st.sampled_from(["exclusive", "inclusive", "none"]),
    st.sampled_from(SOURCES),
    st.tuples(amounts, st.integers(0, 2_000), amounts, amounts),
    st.tuples(words, words, words),
)
def test_the_steps_add_up_to_the_fee(
    first: list, last: object, vat: str, source: str, numbers: tuple[int, ...], classes: tuple[str, ...]
) -> None:
    """Slices make the base, slices by rates the exact figure, bounds the figure, rounding the commission."""
    version = terms(*first, last, vat=vat)
    named = dict(zip(("stage", "asset_type", "level"), classes, strict=True))
    found = explain.fee(version, Measures(source, *numbers, named))
    (posted,) = charged(version, Receipt(*numbers, **named), source=source)
    assert (found.commission, found.vat, found.rule) == posted
    assert sum(part.amount for part in found.slices) == numbers[0]
    assert sum(part.amount * part.rate for part in found.slices) == found.exact
    steps = [bound.before for bound in found.bounds if bound.name != "base_with_vat"]
    assert found.exact == (steps[0] if steps else found.figure)
    assert all(condition.holds for condition in found.conditions)
    assert all(passed for passed in found.passed)
    if "base_with_vat" in {bound.name for bound in found.bounds}:
        assert found.commission + found.vat == numbers[0]
    elif vat == "inclusive":
        assert found.commission + found.vat == min(numbers[0], div_half_up(found.figure, RATE_ONE))
    else:
        assert found.commission == div_half_up(found.figure, RATE_ONE)


def test_whole_and_marginal() -> None:
    """800.00 after 500.00: half at each marginal rate, or all at the rate of the tier."""
    steps = ((100_000, 200_000), (None, 300_000))
    after = measures(80_000, collected_to_date=50_000)
    whole = explain.fee(terms(tiered("collected_to_date", "whole", *steps)), after)
    assert (whole.measure, whole.slices, whole.exact) == (
        50_000,
        (Slice(0, 100_000, 200_000, 80_000),),
        16_000 * RATE_ONE,
    )
    marginal = explain.fee(terms(tiered("collected_to_date", "marginal", *steps)), after)
    assert marginal.slices == (Slice(0, 100_000, 200_000, 50_000), Slice(1, None, 300_000, 30_000))
    assert marginal.exact == 19_000 * RATE_ONE


@pytest.mark.parametrize(
    ("base", "more", "bounds", "fee"),
    [
        (1_000, {"minimum": 300}, [Bound("minimum", 300, 200 * RATE_ONE)], (300, 18)),
        (10_000, {"maximum": 300}, [Bound("maximum", 300, 2_000 * RATE_ONE)], (300, 18)),
        (
            100,
            {"minimum": 300},
            [
                Bound("minimum", 300, 20 * RATE_ONE),
                Bound("base", 100, 300 * RATE_ONE),
                Bound("base_with_vat", 100, 106 * RATE_ONE),
            ],
            (94, 6),
        ),
        (10_000, {}, [], (2_000, 120)),
    ],
)
def test_bounds_are_told_where_they_bind(base: int, more: dict, bounds: list[Bound], fee: tuple[int, int]) -> None:
    """At 20 % and 6 % VAT: each bound with what the figure was before it, in the order in which they bind."""
    found = explain.fee(terms(flat(200_000, **more)), measures(base))
    assert list(found.bounds) == bounds
    assert (found.commission, found.vat) == fee


def test_a_rule_that_does_not_hold_says_why() -> None:
    """The rules before the one that holds, each with only those conditions that fail."""
    court = flat(100_000, source=("paa",), stage=("court",), level=("A", "B"))
    found = explain.fee(terms(court, flat(200_000)), measures(100, classes={"stage": "early", "level": "B"}))
    assert found.passed == ((explain.Condition("stage", ("court",), "early"),),)
    assert (found.rule, found.conditions) == (1, ())


def _paid(version: Terms, source: str = "paa", method: str = "") -> explain.PaymentReason:
    return explain.payment(version, source, Sample().state(1_000, DAY), 1_000, DAY, method)


@pytest.mark.parametrize(
    ("mode", "ways"),
    [
        ("net", {"paa": "withheld", "pdc": "offset", "forwarded": "withheld"}),
        ("combined", {"paa": "withheld", "pdc": "invoiced", "forwarded": "withheld"}),
        ("gross", {"paa": "invoiced", "pdc": "invoiced", "forwarded": "withheld"}),
    ],
)
def test_how_a_fee_is_taken(mode: str, ways: dict[str, str]) -> None:
    """By remittance mode and source; a forwarder's is withheld in every mode (DOMAIN §4)."""
    version = replace(terms(flat(200_000)), remittance=mode)  # type: ignore[arg-type]
    assert {source: _paid(version, source).taken_by for source in SOURCES} == ways


def test_only_money_paid_to_us_is_on_hold() -> None:
    """A method with hold days releases the money later, with the same fee; a forwarder's is never on hold."""
    version = replace(terms(flat(200_000)), hold_days=(("check", 7),))
    assert _paid(version, "paa", "Check").release == date(2025, 3, 8)
    assert _paid(version, "paa", "Check").fee == _paid(version).fee
    assert _paid(version, "forwarded", "check").release is None
    assert _paid(version, "pdc", "check").release is None


def test_a_finished_case_is_refused() -> None:
    """What posting would refuse is refused here too."""
    state = Sample().state(1_000, DAY)
    state.outstanding[:] = 0
    state.finished_by = np.array(["recall"], dtype=object)
    with pytest.raises(Refused, match="CASE_FINISHED"):
        explain.payment(terms(flat(200_000)), "paa", state, 1_000, DAY, "")


@pytest.mark.parametrize(
    ("first", "second", "idle"),
    [
        ({}, {}, [(1, 0), (2, 0)]),
        ({"stage": ("court",)}, {"stage": ("court",)}, [(1, 0)]),
        ({"stage": ("court", "early")}, {"stage": ("court",), "level": ("A",)}, [(1, 0)]),
        ({"stage": ("court",)}, {"stage": ("court", "early")}, []),
        ({"stage": ("court",), "level": ("A",)}, {"stage": ("court",)}, []),
        ({"stage": ("court",)}, {"level": ("A",)}, []),
        ({"source": SOURCES}, {"level": ("A",)}, [(1, 0), (2, 0)]),
        ({"source": ("paa", "pdc")}, {"source": ("pdc",), "stage": ("court",)}, [(1, 0)]),
    ],
)
def test_rules_that_never_hold(first: dict, second: dict, idle: list[tuple[int, int]]) -> None:
    """A rule is idle where an earlier one takes all of its receipts; overlapping is not enough."""
    assert explain.idle_rules(terms(flat(1, **first), flat(2, **second), flat(3))) == idle


@pytest.mark.parametrize(
    ("millionths", "currency", "text"),
    [
        (19_000 * RATE_ONE, "CNY", "190.00"),
        (1_234_567_890, "CNY", "12.3456789"),
        (5, "CNY", "0.00000005"),
        (12_500_000, "JPY", "12.5"),
        (12 * RATE_ONE, "JPY", "12"),
        (1 * RATE_ONE, "KWD", "0.001"),
    ],
)
def test_exact_figures_as_text(millionths: int, currency: str, text: str) -> None:
    """As many decimals as the figure needs, and at least those of the currency."""
    assert format_exact(millionths, currency) == text


def test_a_payment_with_everything_in_it() -> None:
    """118.00 owed and 120.00 paid: 2.00 too much, 2.00 of the costs repaid, 20 % and 6 % of the rest."""
    state = Sample(12, "court", "car", "B").state(99_999, DAY)
    state.outstanding[0] = (10_000, 1_000, 500, 300)
    state.advance[0], state.advance_loss[0], state.collected[0] = 160, 40, 700
    version = terms(flat(500_000, level=("A",)), flat(200_000, stage=("court",)), flat(1))
    found = explain.payment(version, "paa", state, 12_000, DAY, "")
    assert (found.event, found.amount, found.effective, found.release) == ("receipt", 12_000, DAY, None)
    assert found.outstanding == found.taken == (10_000, 1_000, 500, 300)
    assert (found.overpaid, found.recovered, found.recovered_loss) == (200, 160, 40)
    classes = {"stage": "court", "asset_type": "car", "level": "B"}
    assert found.fee.measures == Measures("paa", 11_600, 12, 99_999, 700, classes)
    assert (found.fee.rule, found.fee.chosen) == (1, version.commission[1])
    assert found.fee.passed == ((explain.Condition("level", ("A",), "B"),),)
    assert found.fee.conditions == (explain.Condition("stage", ("court",), "court"),)
    assert (found.fee.commission, found.fee.vat, found.earned) == (2_320, 139, 2_659)
    assert (found.fee.measure, found.fee.slices) == (11_600, (Slice(0, None, 200_000, 11_600),))


def test_a_sample_case_is_all_principal() -> None:
    """Of no age and no class, unless it is told."""
    state = Sample().state(500, DAY)
    assert (state.outstanding.tolist(), state.placed_amount.tolist()) == ([[500, 0, 0, 0]], [500])
    assert (state.advance.tolist(), state.advance_loss.tolist(), state.collected.tolist()) == ([0], [0], [0])
    words = (state.stage, state.asset_type, state.level, state.finished_by)
    assert [word.tolist() for word in words] == [[""], [""], [""], [""]]
    assert state.age_from.astype(object).tolist() == [DAY]
    assert Sample(30).state(1, DAY).age_from.astype(object).tolist() == [date(2025, 1, 30)]


def test_sources_and_events() -> None:
    """Money paid to us, to the client, to a forwarder: by which event each comes."""
    assert {source: explain.SOURCE_OF[event] for source, event in explain.EVENT_OF.items()} == {s: s for s in SOURCES}
    assert [explain.SOURCE_OF[event] for event in ("asset_sale", "identified")] == ["paa", "paa"]
    assert explain.EVENT_OF["forwarded"] == "forwarder_receipt"
