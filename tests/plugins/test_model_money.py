"""The model's money, rounding and tax (DOMAIN §4, "Money" and "Rounding")."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.model import money

RATES = st.decimals("0", "1", places=6).map(lambda rate: Fraction(str(rate)))
AMOUNTS = st.integers(0, 10**12)
FIGURES = st.fractions(min_value=-(10**12), max_value=10**12)


@pytest.mark.parametrize(
    ("figure", "whole"),
    [("0", 0), ("0.4999", 0), ("0.5", 1), ("1.5", 2), ("2.5", 3), ("-0.5", -1), ("-2.5", -3), ("-2.4999", -2)],
)
def test_rounded(figure: str, whole: int) -> None:
    """Half up, away from zero: 2.5 is 3, where a banker's rounding makes it 2."""
    assert money.rounded(Fraction(figure)) == whole


@given(FIGURES)
def test_rounded_is_nearest(figure: Fraction) -> None:
    """The nearest whole number, mirrored at zero, and never nearer to zero at a half."""
    whole = money.rounded(figure)
    assert 2 * abs(whole - figure) <= 1
    assert money.rounded(-figure) == -whole
    if 2 * abs(whole - figure) == 1:
        assert abs(whole) > abs(figure)


@pytest.mark.parametrize(("currency", "decimals"), [("CNY", 2), ("JPY", 0), ("KWD", 3), ("CLF", 4), ("NEW", 2)])
def test_decimals_of(currency: str, decimals: int) -> None:
    """ISO 4217's exponents; two where it is not one of the exceptions."""
    assert money.decimals_of(currency) == decimals


@pytest.mark.parametrize(
    ("text", "decimals", "amount"),
    [
        ("12.50", 2, 1250),
        ("12.5", 2, 1250),
        ("12", 2, 1200),
        ("-0.05", 2, -5),
        ("12.500", 2, 1250),
        ("12", 0, 12),
        ("12.0", 0, 12),
        ("0.005", 3, 5),
    ],
)
def test_minor(text: str, decimals: int, amount: int) -> None:
    """A text is whole minor units; trailing zeros are fine."""
    assert money.minor(text, decimals) == amount


@pytest.mark.parametrize("text", ["12.505", "", "1e3", "1,000.00", " 1", "1\n", "٧", ".5", "5.", "+5", None, 5, 5.0])
def test_no_amount(text: object) -> None:
    """What is no plain decimal text, or has more decimals than the currency, is refused."""
    with pytest.raises(ValueError, match=r"no amount|more than 2"):
        money.minor(text, 2)


@given(st.integers(-(10**15), 10**15), st.sampled_from([0, 2, 3, 4]))
def test_printed_and_read(amount: int, decimals: int) -> None:
    """What is printed reads back as the same amount."""
    assert money.minor(money.printed(amount, decimals), decimals) == amount


@pytest.mark.parametrize("text", ["", "1/3", "nan", "0.1.2", None, 1])
def test_no_figure(text: object) -> None:
    """A rate is an exact decimal and nothing else."""
    with pytest.raises(ValueError, match="no decimal figure"):
        money.number(text)


def test_exclusive() -> None:
    """6 % on top: 25 % of 33.34 is 8.335, so 8.34, and the tax is of the rounded commission, 0.5004."""
    fee = money.fee_exclusive(Fraction(3334, 4), Fraction("0.06"))
    assert fee == (834, 50)
    assert fee.total == 884


def test_inclusive() -> None:
    """6 % within: of 800.00 the commission is 754.716…, and the tax is what is left."""
    assert money.fee_inclusive(Fraction(80000), Fraction("0.06")) == (75472, 4528)


@given(FIGURES.filter(lambda figure: figure >= 0), RATES)
def test_inclusive_adds_up(figure: Fraction, rate: Fraction) -> None:
    """Commission and tax together are the rounded figure, to the last cent, and neither is negative."""
    fee = money.fee_inclusive(figure, rate)
    assert fee.total == money.rounded(figure)
    assert min(fee) >= 0


@given(AMOUNTS, RATES)
def test_exclusive_within_half_a_unit(figure: int, rate: Fraction) -> None:
    """The tax is the rate on the commission, to half a unit."""
    fee = money.fee_exclusive(Fraction(figure), rate)
    assert fee.commission == figure
    assert 2 * abs(fee.vat - fee.commission * rate) <= 1
