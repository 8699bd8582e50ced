"""The engine against the plugins' model, whatever the figures, up to the bounds (DESIGN decisions 2 and 4)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger_core.accounting import interest, waterfall
from ledger_core.accounting.commission import Basis, fee
from ledger_core.accounting.money import (
    AMOUNT_LIMIT,
    RATE_ONE,
    check_amounts,
    div_half_up,
    format_minor,
    mul_div_half_up,
    parse_minor,
)
from ledger_core.accounting.posting import Header, Place, Sheet
from ledger_core.accounting.rules import RULES
from ledger_core.accounting.terms import BUCKETS, MARGINAL_BY, CommissionRule, Terms, Tier
from ledger_core.errors import Refused
from plugins.model import commission as model_commission
from plugins.model import contract as model_contract
from plugins.model import money as model_money
from plugins.model import waterfall as model_waterfall
from plugins.model.interest import Interest

MOST = AMOUNT_LIMIT - 1
DAY = date(2023, 11, 15)

currencies = st.sampled_from(["JPY", "CNY", "KWD"])
# Small figures, where ties and tiers meet, as often as any; and the bound itself.
amounts = st.one_of(st.integers(0, 300), st.integers(0, MOST), st.integers(MOST - 3, MOST))
rates = st.one_of(st.integers(0, RATE_ONE), st.sampled_from([0, 1, 5_000, 60_000, 500_000, RATE_ONE - 1, RATE_ONE]))
orders = st.permutations(BUCKETS)


def column(*values: int) -> np.ndarray:
    """A column of int64."""
    return np.array(values, dtype=np.int64)


@st.composite
def commission_rules(draw: st.DrawFn) -> CommissionRule:
    """A rule without conditions, of any kind of tiers and bounds."""
    by = draw(st.sampled_from(["", "age_days", "placed_amount", "receipt_amount", "collected_to_date"]))
    mode = draw(st.sampled_from(["whole", "marginal"])) if by in MARGINAL_BY else "whole"
    size = st.integers(0, 400) if by == "age_days" else amounts
    tops = sorted(draw(st.sets(size, max_size=3))) if by else []
    bound = st.one_of(st.none(), amounts)
    tiers = tuple(Tier(top, draw(rates)) for top in [*tops, None])
    return CommissionRule((), (), (), (), by, mode, tiers, draw(bound), draw(bound))  # type: ignore[arg-type]


@st.composite
def contracts(draw: st.DrawFn) -> Terms:
    """A contract with one rule and any VAT."""
    vat = draw(st.sampled_from(["exclusive", "inclusive", "none"]))
    order = tuple(draw(orders))
    rule = draw(commission_rules())
    return Terms("ALFA", draw(currencies), DAY, "net", 0, order, BUCKETS, vat, draw(rates), (), "TRUST", (rule,))  # type: ignore[arg-type]


@given(terms=contracts(), base=amounts, age=st.integers(-5, 410), placed=amounts, collected=amounts)
def test_a_fee_is_the_models(terms: Terms, base: int, age: int, placed: int, collected: int) -> None:
    """Tiers, bounds, rounding and VAT: the same commission and tax, read from the document that the books carry."""
    blank = np.array([""], dtype=object)
    made = fee(terms, Basis("paa", column(base), column(age), column(placed), column(collected), blank, blank, blank))
    read = model_contract.read(terms.document())
    measures = model_commission.Measures(age, placed, base, collected)
    assert (int(made.commission[0]), int(made.vat[0])) == model_commission.charged(read, read.rules[0], base, measures)
    assert 0 <= int(made.commission[0]) + int(made.vat[0]) <= base


@given(owed=st.lists(amounts, min_size=4, max_size=4), amount=amounts, order=orders)
def test_a_waterfall_is_the_models(owed: list[int], amount: int, order: list[Any]) -> None:
    """Each bucket in turn, up to what it has; nothing is lost."""
    taken, left = waterfall.allocate(np.array([owed], dtype=np.int64), column(amount), order)
    put = model_waterfall.spread(amount, order, dict(zip(BUCKETS, owed, strict=True)))
    assert dict(zip(BUCKETS, taken[0].tolist(), strict=True)) == put
    assert sum(put.values()) + int(left[0]) == amount


@given(owed=st.lists(amounts, min_size=4, max_size=4), advance=amounts, amount=amounts, order=orders)
def test_a_reverse_waterfall_is_the_models(owed: list[int], advance: int, amount: int, order: list[Any]) -> None:
    """Back through the order, the agency's own advance after all else."""
    matrix = np.array([owed], dtype=np.int64)
    taken, left = waterfall.allocate_reverse(matrix, column(advance), column(amount), order)
    put = model_waterfall.spread_back(amount, order, dict(zip(BUCKETS, owed, strict=True)), advance)
    assert dict(zip(BUCKETS, taken[0].tolist(), strict=True)) == put
    assert sum(put.values()) + int(left[0]) == amount


@given(amount=st.integers(-MOST, MOST), rate=rates, currency=currencies)
def test_a_product_is_the_models(amount: int, rate: int, currency: str) -> None:
    """An amount times a rate, of either sign; printed and read again it is the same."""
    exact = model_money.rounded(amount * Fraction(rate, RATE_ONE))
    assert int(mul_div_half_up(column(amount), column(rate), RATE_ONE)[0]) == exact
    assert div_half_up(amount * rate, RATE_ONE) == exact
    decimals = model_money.decimals_of(currency)
    assert format_minor(exact, currency) == model_money.printed(exact, decimals)
    assert parse_minor(format_minor(exact, currency), currency) == exact


steps = st.lists(st.tuples(st.integers(0, 900), st.one_of(st.just(0), amounts)), max_size=5)
percents = st.lists(st.tuples(st.integers(-100, 900), st.integers(0, 999_999)), max_size=3)
counts = st.sampled_from(["actual/365", "actual/360", "actual/actual", "30/360"])


@given(principal=steps, percent=percents, count=counts, span=st.integers(0, 900), accrued=amounts, there=amounts)
def test_interest_is_the_models(
    principal: list[tuple[int, int]], percent: list[tuple[int, int]], count: str, span: int, accrued: int, there: int
) -> None:
    """Over a leap year, months of all lengths, and changes of principal and rate on any day, told in any order."""

    def on_days(found: list[tuple[int, int]]) -> list[interest.Step]:
        return [interest.Step(DAY + timedelta(days=on), value) for on, value in found]

    balances, yearly = on_days(principal), on_days(percent)
    through = DAY + timedelta(days=span)
    whole = interest.accrued(balances, yearly, DAY, through, count)
    model = Interest(balances, [(day, Fraction(rate, RATE_ONE)) for day, rate in yearly], count)
    assert interest.to_accrue(whole, accrued, there) == model.to_accrue(DAY, through, accrued, there)


# --- beyond the bounds ---------------------------------------------------------------------------


def refused(code: str) -> Any:  # noqa: ANN401 - a context
    """Hold that what follows is refused with a code."""
    return pytest.raises(Refused, match=rf"^{code}\b")


@pytest.mark.parametrize("currency", ["JPY", "CNY", "KWD"])
def test_an_amount_at_the_bound_is_refused(currency: str) -> None:
    """10^12 minor units are too large in every currency, one less is not."""
    decimals = model_money.decimals_of(currency)
    assert parse_minor(format_minor(MOST, currency), currency) == MOST
    assert parse_minor(format_minor(-MOST, currency), currency) == -MOST
    for sign in ("", "-"):
        with refused("AMOUNT_LIMIT"):
            parse_minor(sign + str(10 ** (12 - decimals)), currency)


@pytest.mark.parametrize("amount", [AMOUNT_LIMIT, -AMOUNT_LIMIT, 2**63 - 1, -(2**63)])
def test_an_array_at_the_bound_is_refused(amount: int) -> None:
    """Also where only one of many is too large."""
    check_amounts(column(MOST, -MOST), column())
    with refused("AMOUNT_LIMIT"):
        check_amounts(column(1), column(0, amount, 0))


@pytest.mark.parametrize(("amount", "rate"), [(MOST, RATE_ONE + 1), (-MOST, RATE_ONE + 1), (MOST, 999_999_999)])
def test_a_product_at_the_bound_is_refused(amount: int, rate: int) -> None:
    """Whether the product fits 63 bits or not."""
    with refused("AMOUNT_LIMIT"):
        mul_div_half_up(column(amount), column(rate), RATE_ONE)
    assert int(mul_div_half_up(column(amount), column(RATE_ONE), RATE_ONE)[0]) == amount


@pytest.mark.parametrize("name", ["base", "placed_amount", "collected_to_date"])
def test_a_fee_on_figures_at_the_bound_is_refused(name: str) -> None:
    """None of what a fee depends on may be as large."""
    rule = CommissionRule((), (), (), (), "", "whole", (Tier(None, 250_000),))
    terms = Terms("ALFA", "JPY", DAY, "net", 0, BUCKETS, BUCKETS, "none", 0, (), "TRUST", (rule,))
    blank = np.array([""], dtype=object)
    figures = {"base": column(1), "placed_amount": column(1), "collected_to_date": column(1)}
    basis = Basis("paa", age_days=column(0), stage=blank, asset_type=blank, level=blank, **figures)
    assert int(fee(terms, basis).commission[0]) == 0
    with refused("AMOUNT_LIMIT"):
        fee(terms, replace(basis, **{name: column(AMOUNT_LIMIT)}))


def test_legs_at_the_bound_are_refused() -> None:
    """No leg is as large, whatever made it."""
    sheet, place = Sheet(), Place("JPY", operating_bank="OPS")
    paid = Header("vat_paid", "2025-01-02")
    sheet.post(paid, RULES[paid.event], {"amount": MOST}, place)
    with refused("AMOUNT_LIMIT"):
        sheet.post(paid, RULES[paid.event], {"amount": AMOUNT_LIMIT}, place)
