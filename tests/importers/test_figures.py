"""What banks write in cells, and its plain value."""

from __future__ import annotations

import pytest

from importers.figures import Figures, bare
from importers.model import CsvProfile
from ledger_core.errors import Refused


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("\t0001\t", "0001"),
        ('="0012"', "0012"),
        ('="12 "', "12"),
        ("=SUM(A1)", "=SUM(A1)"),
        ("'6222000099990001", "6222000099990001"),
        ("'t Hooft", "'t Hooft"),
        ("`2025-01-06", "2025-01-06"),
        ("１２，３４５．６０", "12,345.60"),
        ("\u3000张三\u3000", "张三"),
        ("a\r\n b\tc", "a b c"),
        ("-", ""),
        ("——", ""),
        ("/", ""),
        ("-5", "-5"),
    ],
)
def test_a_cell_is_freed_of_its_wrapping(cell: str, value: str) -> None:
    """Padding, text wrappers, full-width forms, line breaks and lone dashes are the bank's, not the value's."""
    assert bare(cell) == value


def minor(text: str, **profile: str | bool) -> int | None:
    """An amount under a profile, in CNY."""
    return Figures(CsvProfile("p", "B", **profile), "CNY", typed=False).minor(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1,234,567.89", 123_456_789),
        ("1234.5", 123_450),
        ("-1,000.00", -100_000),
        ("+.50", 50),
        ("12.", 1_200),
        ("¥ 3.00", 300),
    ],
)
def test_thousands_separators_are_taken_in_threes(text: str, value: int) -> None:
    """A profile's separator stands before groups of three digits."""
    assert minor(text) == value
    assert minor("") is None


@pytest.mark.parametrize(
    "text", ["1,23", "12,34.00", "1,,000", ",100", "1.000,00", "1.2.3", "1 000x", "(5.00)", "5.00-", ".", "+"]
)
def test_other_separators_are_refused(text: str) -> None:
    """A comma that groups nothing may be a decimal one, so nothing is guessed."""
    with pytest.raises(Refused, match="AMOUNT_BAD"):
        minor(text)


def test_a_profile_names_its_separators() -> None:
    """Decimal commas and other separators come from the profile; False allows none."""
    assert minor("1.234,50", decimal=",") == 123_450
    assert minor("1'234.50", thousands="'") == 123_450
    assert minor("1234,5", decimal=",", thousands=False) == 123_450
    for profile in ({"decimal": ","}, {"thousands": False}):
        with pytest.raises(Refused, match="AMOUNT_BAD"):
            minor("1,234.50", **profile)


def test_decimals_beyond_the_currency_are_refused() -> None:
    """Trailing zeros are fine, a third significant decimal is not."""
    assert minor("1.500") == 150
    with pytest.raises(Refused, match="AMOUNT_DECIMALS"):
        minor("1.505")
