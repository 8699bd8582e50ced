"""Money, rounding and tax (DOMAIN §4, "Money" and "Rounding")."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import NamedTuple

_FIGURE = re.compile(r"-?[0-9]{1,30}(?:\.[0-9]{1,12})?\Z", re.ASCII)

_OTHER_THAN_TWO = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}
_DECIMALS = {currency: decimals for decimals, those in _OTHER_THAN_TWO.items() for currency in those.split()}


def decimals_of(currency: str) -> int:
    """How many decimals a currency's minor unit has (ISO 4217)."""
    return _DECIMALS.get(currency, 2)


def number(text: object) -> Fraction:
    """A decimal figure such as ``-12.50``, exactly; ValueError where it is none."""
    if not isinstance(text, str) or not _FIGURE.match(text):
        raise ValueError(f"{text!r} is no decimal figure")
    return Fraction(text)


def minor(text: object, decimals: int) -> int:
    """A money text in minor units; ValueError where it is none, or has more decimals than the currency."""
    if not isinstance(text, str) or not _FIGURE.match(text):
        raise ValueError(f"{text!r} is no amount")
    whole, _, part = text.partition(".")
    if part[decimals:].strip("0"):
        raise ValueError(f"{text!r} has more than {decimals} decimals")
    return int(whole + part[:decimals].ljust(decimals, "0"))


def printed(amount: int, decimals: int) -> str:
    """Minor units as the books print them."""
    digits = f"{abs(amount):0{decimals + 1}}"
    whole, part = (digits[:-decimals], f".{digits[-decimals:]}") if decimals else (digits, "")
    return f"{'-' if amount < 0 else ''}{whole}{part}"


def rounded(figure: Fraction) -> int:
    """Half up, away from zero."""
    above, below = abs(figure.numerator), figure.denominator
    nearest = (2 * above + below) // (2 * below)
    return -nearest if figure < 0 else nearest


class Fee(NamedTuple):
    """What the agency earns, and the tax on it."""

    commission: int
    vat: int

    @property
    def total(self) -> int:
        """Commission + VAT (DOMAIN §3)."""
        return self.commission + self.vat


def fee_exclusive(figure: Fraction, rate: Fraction) -> Fee:
    """The tax comes on top of the figure."""
    commission = rounded(figure)
    return Fee(commission, rounded(commission * rate))


def fee_inclusive(figure: Fraction, rate: Fraction) -> Fee:
    """The figure contains the tax."""
    gross = rounded(figure)
    commission = rounded(Fraction(gross, 1 + rate))
    return Fee(commission, gross - commission)
