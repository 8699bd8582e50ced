"""Money: integers of a currency's minor unit, exact rates, and the only place that rounds.

Source: DOMAIN §4 "Money" and "Rounding".  Amounts are int64 arrays or Python ints in minor units
(cents, fen, yen); rates are integers of millionths (``RATE_ONE`` is 1).  Rounding is half up, away
from zero.  numpy wraps silently, so every product is checked before it is made.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache

import numpy as np
from numpy.typing import NDArray

from ledger_core.errors import refuse

Ints = NDArray[np.int64]

AMOUNT_LIMIT = 10**12
"""Amounts are smaller than this many minor units, either sign."""

RATE_DECIMALS = 6
RATE_ONE = 10**RATE_DECIMALS
_RATE_WHOLE_DIGITS = 3

_INT64_MAX = 2**63 - 1

_TWO_DECIMALS = """
AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF
CHF CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL
HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP
MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD
SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS
VES WST XCD YER ZAR ZMW ZWG
"""
EXPONENTS: dict[str, int] = {
    **dict.fromkeys(_TWO_DECIMALS.split(), 2),
    **dict.fromkeys(
        [
            "BIF",
            "CLP",
            "DJF",
            "GNF",
            "ISK",
            "JPY",
            "KMF",
            "KRW",
            "PYG",
            "RWF",
            "UGX",
            "VND",
            "VUV",
            "XAF",
            "XOF",
            "XPF",
        ],
        0,
    ),
    **dict.fromkeys(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"], 3),
}
"""Decimals of each currency's minor unit (ISO 4217)."""

_AMOUNT = re.compile(r"([+-]?)([0-9]{1,18})(?:\.([0-9]{1,18}))?\Z")


@cache
def exponent(currency: str) -> int:
    """The decimals of a currency; of a memo commodity (``CNY.D``) those of its currency.

    Raises ``CURRENCY_BAD`` for a code that ISO 4217 does not have.
    """
    found = EXPONENTS.get(currency.removesuffix(".D"))
    if found is None:
        raise refuse("CURRENCY_BAD", f"{currency!r} is no ISO 4217 currency")
    return found


def parse_minor(text: str, currency: str) -> int:
    """An amount such as ``-1234.50`` in minor units; exact, or refused.

    Raises ``AMOUNT_BAD``, ``AMOUNT_DECIMALS`` (trailing zeros are fine) or ``AMOUNT_LIMIT``.
    """
    match = _AMOUNT.match(text)
    if match is None:
        raise refuse("AMOUNT_BAD", f"{text[:40]!r} is no amount")
    sign, whole, decimals = match.group(1), match.group(2), match.group(3) or ""
    places = exponent(currency)
    if decimals[places:].strip("0"):
        raise refuse("AMOUNT_DECIMALS", f"{text} has more than the {places} decimals of {currency}")
    minor = int(whole + decimals[:places].ljust(places, "0"))
    if minor >= AMOUNT_LIMIT:
        raise refuse("AMOUNT_LIMIT", f"{text} {currency} is too large")
    return -minor if sign == "-" else minor


def format_minor(amount: int, currency: str) -> str:
    """The amount as text, always with exactly the currency's decimals: ``-12.30``."""
    return format_places(amount, exponent(currency))


def format_places(amount: int, places: int) -> str:
    """The amount as text with so many decimals."""
    if not places:
        return str(amount)
    digits = str(amount) if amount >= 0 else str(-amount)
    if len(digits) <= places:
        digits = digits.zfill(places + 1)
    return f"{'-' if amount < 0 else ''}{digits[:-places]}.{digits[-places:]}"


def format_exact(millionths: int, currency: str) -> str:
    """A figure in millionths of a minor unit as exact text, with the currency's decimals at least: ``12.345``."""
    places = exponent(currency)
    whole, _, part = f"{Decimal(millionths).scaleb(-RATE_DECIMALS - places):f}".partition(".")
    part = part.rstrip("0").ljust(places, "0")
    return f"{whole}.{part}" if part else whole


def parse_rate(text: str) -> int:
    """A rate such as ``0.25`` in millionths; from 0 to below 1000, at most six decimals.

    Raises ``AMOUNT_BAD`` or ``AMOUNT_DECIMALS``.
    """
    match = _AMOUNT.match(text)
    if match is None or match.group(1) or len(match.group(2)) > _RATE_WHOLE_DIGITS:
        raise refuse("AMOUNT_BAD", f"{text[:40]!r} is no rate (0.25 is 25 %)")
    decimals = match.group(3) or ""
    if decimals[RATE_DECIMALS:].strip("0"):
        raise refuse("AMOUNT_DECIMALS", f"rate {text} has more than {RATE_DECIMALS} decimals")
    return int(match.group(2) + decimals[:RATE_DECIMALS].ljust(RATE_DECIMALS, "0"))


def format_rate(rate: int) -> str:
    """A rate in millionths as the shortest exact text: ``0.25``."""
    return f"{Decimal(rate).scaleb(-RATE_DECIMALS).normalize():f}"


def check_amounts(*arrays: Ints) -> None:
    """Assert that arrays are int64 and within the limit: no later sum of a leg can wrap."""
    for array in arrays:
        assert array.dtype == np.int64, array.dtype
        if array.size and (int(array.max()) >= AMOUNT_LIMIT or int(array.min()) <= -AMOUNT_LIMIT):
            raise refuse("AMOUNT_LIMIT", "an amount reaches 10^12 minor units")


def mul_div_half_up(amount: Ints, numerator: Ints | int, denominator: int) -> Ints:
    """``round(amount × numerator / denominator)``, half up away from zero, for int64 arrays.

    Products that would not fit 63 bits are made in Python integers; the result is exact always.
    Raises ``AMOUNT_LIMIT`` where the result itself is beyond the limit.
    """
    assert amount.dtype == np.int64
    assert denominator > 0
    factor = np.asarray(numerator, dtype=np.int64)
    if not amount.size:
        return np.zeros(np.broadcast(amount, factor).shape, dtype=np.int64)
    widest = max(abs(int(amount.max())), abs(int(amount.min())))
    largest = max(abs(int(factor.max())), abs(int(factor.min())))
    if 2 * widest * largest + denominator <= _INT64_MAX:
        product = amount * factor
        magnitude: Ints = (2 * np.abs(product) + denominator) // (2 * denominator)
        result: Ints = np.where(product < 0, -magnitude, magnitude).astype(np.int64)
        check_amounts(result)
        return result
    exact = [div_half_up(int(a) * int(f), denominator) for a, f in np.broadcast(amount, factor)]
    if any(abs(value) >= AMOUNT_LIMIT for value in exact):
        raise refuse("AMOUNT_LIMIT", "a product reaches 10^12 minor units")
    return np.array(exact, dtype=np.int64).reshape(np.broadcast(amount, factor).shape)


def div_half_up(numerator: int, denominator: int) -> int:
    """``round(numerator / denominator)`` of Python ints, half up away from zero."""
    assert denominator > 0
    magnitude = (2 * abs(numerator) + denominator) // (2 * denominator)
    return -magnitude if numerator < 0 else magnitude
