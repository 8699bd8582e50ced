"""Money: exact integers in, exact text out, and one way to round."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger_core.accounting import money
from ledger_core.accounting.money import AMOUNT_LIMIT, EXPONENTS, RATE_ONE
from ledger_core.errors import Refused
from plugins.model.money import decimals_of

amounts = st.integers(1 - AMOUNT_LIMIT, AMOUNT_LIMIT - 1)
currencies = st.sampled_from(sorted(EXPONENTS))
rates = st.integers(0, RATE_ONE)


def half_up(value: Fraction) -> int:
    """Half up, away from zero (DOMAIN §4), said with fractions."""
    whole = int(abs(value) + Fraction(1, 2))
    return -whole if value < 0 else whole


def refused(text: str, currency: str = "CNY") -> str:
    """The code with which an amount is refused."""
    with pytest.raises(Refused) as refusal:
        money.parse_minor(text, currency)
    return refusal.value.problems[0].code


@given(amounts, currencies)
def test_text_has_all_decimals_and_comes_back(amount: int, currency: str) -> None:
    """An amount as text has exactly its currency's decimals, means the same number, and is read back exactly."""
    text = money.format_minor(amount, currency)
    places = EXPONENTS[currency]
    assert len(text.partition(".")[2]) == places
    assert Decimal(text) == Decimal(amount).scaleb(-places)
    assert money.parse_minor(text, currency) == amount


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        (0, "CNY", "0.00"),
        (-5, "CNY", "-0.05"),
        (123456, "CNY", "1234.56"),
        (-1230, "USD", "-12.30"),
        (1500, "JPY", "1500"),
        (-7, "KWD", "-0.007"),
        (100, "CNY.D", "1.00"),
        (100, "JPY.D", "100"),
    ],
)
def test_decimals_are_those_of_the_currency(amount: int, currency: str, text: str) -> None:
    """Yen have none, dinars three, and a memo commodity as many as its currency."""
    assert money.format_minor(amount, currency) == text


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("1.5", "CNY", 150),
        ("1.500000", "CNY", 150),
        ("+12", "CNY", 1200),
        ("-0.10", "CNY", -10),
        ("007", "JPY", 7),
        ("3.000", "JPY", 3),
        ("1.234", "BHD", 1234),
        ("9999999999.99", "CNY", AMOUNT_LIMIT - 1),
    ],
)
def test_trailing_zeros_are_fine(text: str, currency: str, minor: int) -> None:
    """An amount may have fewer decimals than its currency, or more that are zero."""
    assert money.parse_minor(text, currency) == minor


@pytest.mark.parametrize(
    "text", ["", " 1", "1 ", "1,000.00", "1.", ".5", "1e3", "½", "١", "--1", "1.2.3", "NaN", "0x1", "1_0"]
)
def test_what_is_no_amount_is_refused(text: str) -> None:
    """No separators, exponents, blanks or foreign digits: an amount is never guessed."""
    assert refused(text) == "AMOUNT_BAD"


def test_more_decimals_than_the_currency_are_refused() -> None:
    """A significant decimal too many is refused, not rounded (DOMAIN §4, "Money")."""
    assert refused("1.005") == "AMOUNT_DECIMALS"
    assert refused("1.5", "JPY") == "AMOUNT_DECIMALS"
    assert refused("0.0001", "TND") == "AMOUNT_DECIMALS"


def test_the_limit_is_in_minor_units() -> None:
    """Amounts are below 10^12 minor units, whatever the currency."""
    assert refused("10000000000.00") == "AMOUNT_LIMIT"
    assert refused("-10000000000") == "AMOUNT_LIMIT"
    assert money.parse_minor("999999999999", "JPY") == AMOUNT_LIMIT - 1
    assert refused("1000000000000", "JPY") == "AMOUNT_LIMIT"
    assert refused("9" * 19) == "AMOUNT_BAD"


def test_an_unknown_currency_is_refused() -> None:
    """Only ISO 4217 says how many decimals there are."""
    assert refused("1", "XXX") == "CURRENCY_BAD"


@given(rates)
def test_a_rate_comes_back(rate: int) -> None:
    """A rate is exact in millionths, and its text the shortest that says so."""
    text = money.format_rate(rate)
    assert Fraction(text) == Fraction(rate, RATE_ONE)
    assert money.parse_rate(text) == rate
    assert text == "0" or not (text.endswith("0") and "." in text)


@pytest.mark.parametrize("text", ["-0.1", "+0.1", "0.0000001", "1000", "5%", ""])
def test_a_bad_rate_is_refused(text: str) -> None:
    """Rates have no sign, six decimals at most and are below 1000."""
    with pytest.raises(Refused):
        money.parse_rate(text)


@given(st.integers(-(10**30), 10**30), st.integers(1, 10**20))
def test_division_rounds_half_up_away_from_zero(numerator: int, denominator: int) -> None:
    """Halves go away from zero, on both sides; of any size."""
    assert money.div_half_up(numerator, denominator) == half_up(Fraction(numerator, denominator))


@pytest.mark.parametrize(("amount", "rounded"), [(5, 1), (-5, -1), (4, 0), (-4, 0), (15, 2), (25, 3), (-25, -3)])
def test_halves(amount: int, rounded: int) -> None:
    """0.5 is 1 and -0.5 is -1: never to even, never toward zero."""
    assert money.div_half_up(amount, 10) == rounded
    assert money.mul_div_half_up(np.array([amount]), 1, 10).tolist() == [rounded]


@given(st.lists(st.tuples(amounts, rates), max_size=8), st.integers(1, 2 * RATE_ONE))
def test_products_are_exact_whatever_their_size(pairs: list[tuple[int, int]], denominator: int) -> None:
    """Columns are multiplied and divided exactly; a result beyond the limit is refused, never wrapped."""
    amount = np.array([a for a, _ in pairs], dtype=np.int64)
    factor = np.array([f for _, f in pairs], dtype=np.int64)
    expected = [half_up(Fraction(a * f, denominator)) for a, f in pairs]
    if any(abs(value) >= AMOUNT_LIMIT for value in expected):
        with pytest.raises(Refused, match="AMOUNT_LIMIT"):
            money.mul_div_half_up(amount, factor, denominator)
        return
    found = money.mul_div_half_up(amount, factor, denominator)
    assert found.dtype == np.int64
    assert found.tolist() == expected


def test_products_beyond_63_bits_are_exact() -> None:
    """The widest amount times the widest factor does not wrap."""
    widest = np.array([AMOUNT_LIMIT - 1, 1 - AMOUNT_LIMIT], dtype=np.int64)
    factor = 9 * 10**11
    exact = [half_up(Fraction(int(a) * factor, 10**12)) for a in widest]
    assert money.mul_div_half_up(widest, factor, 10**12).tolist() == exact
    for factor in (2, 10**12):
        with pytest.raises(Refused, match="AMOUNT_LIMIT"):
            money.mul_div_half_up(widest, factor, 1)


def test_columns_at_the_limit_are_refused() -> None:
    """No amount of a leg reaches 10^12, either sign; empty columns are fine."""
    money.check_amounts(np.array([AMOUNT_LIMIT - 1, 1 - AMOUNT_LIMIT]), np.zeros(0, dtype=np.int64))
    for wrong in (AMOUNT_LIMIT, -AMOUNT_LIMIT):
        with pytest.raises(Refused, match="AMOUNT_LIMIT"):
            money.check_amounts(np.array([0, wrong]))
    with pytest.raises(AssertionError):
        money.check_amounts(np.array([1], dtype=np.int32))


def test_every_currency_has_its_decimals() -> None:
    """The table of ISO 4217 agrees with the separate model's list of those that have not two."""
    assert {currency: decimals_of(currency) for currency in EXPONENTS} == EXPONENTS
    assert len(EXPONENTS) == len([code for code in EXPONENTS if len(code) == 3 and code.isupper()])
    other = sorted(code for code, places in EXPONENTS.items() if places != 2)
    assert " ".join(other) == (
        "BHD BIF CLP DJF GNF IQD ISK JOD JPY KMF KRW KWD LYD OMR PYG RWF TND UGX VND VUV XAF XOF XPF"
    )


@pytest.mark.parametrize(
    ("amounts", "factors", "by", "exact"),
    [
        ((10**11, -1), (999_999_999, 999_999_999), 10**9, (99_999_999_900, -1)),
        ((-(10**11), 1), (999_999_999, 999_999_999), 10**9, (-99_999_999_900, 1)),
        ((100, 100), (-(10**18), 1), 10**9, (-(10**11), 0)),
        ((100, 100), (10**18, -1), 10**9, (10**11, 0)),
        ((4_611_686_018_427_387,), (1_000,), 10**7, (461_168_601_843,)),
    ],
)
def test_products_beyond_63_bits(
    amounts: tuple[int, ...], factors: tuple[int, ...], by: int, exact: tuple[int, ...]
) -> None:
    """The widest of both signs decides whether a product fits; twice the last one and its divisor just do not."""
    made = money.mul_div_half_up(np.array(amounts, dtype=np.int64), np.array(factors, dtype=np.int64), by)
    assert made.tolist() == list(exact)


@pytest.mark.parametrize("amounts", [(10**12, 1), (1, -(10**12)), (2 * 10**12, 5)])
def test_a_product_at_the_limit_is_refused_beyond_63_bits_too(amounts: tuple[int, ...]) -> None:
    """Also where it is one of many, and where it is 10^12 exactly."""
    with pytest.raises(Refused, match="AMOUNT_LIMIT"):
        money.mul_div_half_up(np.array(amounts, dtype=np.int64), 10**9, 10**9)
