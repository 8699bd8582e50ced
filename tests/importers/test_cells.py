"""Values of cells, and the identity of a row."""

from __future__ import annotations

import hashlib
import struct
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from importers.cells import Columns, iso_date

if TYPE_CHECKING:
    from conftest import Room


@pytest.mark.parametrize(
    ("amount", "code"),
    [
        ("1,234.56", "AMOUNT_BAD"),
        ("1e5", "AMOUNT_BAD"),
        ("1234.", "AMOUNT_BAD"),
        (".5", "AMOUNT_BAD"),
        ("¥5.00", "AMOUNT_BAD"),
        ("５.00", "AMOUNT_BAD"),
        ("NaN", "AMOUNT_BAD"),
        ("1_000", "AMOUNT_BAD"),
        ("1" * 19, "AMOUNT_BAD"),
        ("-5.00", "AMOUNT_SIGN"),
        ("+5.00", "AMOUNT_SIGN"),
        ("0.00", "AMOUNT_SIGN"),
    ],
)
def test_amounts_are_written_one_way(room: Room, amount: str, code: str) -> None:
    """An amount is digits and a point; separators, exponents, signs and other digits are refused."""
    assert room.faults(f'event,date,amount\nreceipt,2025-01-08,"{amount}"\n') == [(2, code)]


@pytest.mark.parametrize(
    "date", ["2025-1-8", "20250108", "2025-02-30", "2025-W01-1", "08.01.2025", "２０２５-01-08", "2025-01-08T00:00"]
)
def test_dates_are_written_one_way(room: Room, date: str) -> None:
    """A date is 2025-01-31 and must exist."""
    assert room.faults(f"event,date\nreceipt,{date}\n") == [(2, "DATE_BAD")]
    assert iso_date(date) is None


@pytest.mark.parametrize(
    ("column", "value"),
    [("client", "alfa"), ("client", "A" * 21), ("case", "K 1"), ("case", "K" * 41), ("case", "案1"), ("bank", "trust")],
)
def test_ids_have_their_characters(room: Room, column: str, value: str) -> None:
    """Ids of clients, banks and cases are ID_BAD beyond SURFACE's characters and lengths."""
    assert room.faults(f"event,date,{column}\nreceipt,2025-01-08,{value}\n") == [(2, "ID_BAD")]


@pytest.mark.parametrize("column", ["reference", "of"])
def test_numbers_that_a_spreadsheet_has_cut_are_refused(room: Room, column: str) -> None:
    """6.22200001111222E+15 was a long number once; nobody knows its last digits."""
    assert room.faults(f"event,date,{column}\nreceipt,2025-01-08,6.22200001111222E+15\n") == [(2, "ID_BAD")]


def test_the_identity_is_reproducible_from_its_definition() -> None:
    """SHA-256 over names, then values, of the non-empty columns by name: count, lengths, texts."""
    columns = Columns(["date", "event", "amount", "memo"], ["event", "date"], ["amount"])
    names, values = ["amount", "date", "event"], ["5", "2025-01-08", "receipt"]
    expected = hashlib.sha256()
    expected.update(struct.pack(">I3I", 3, *map(len, names)) + "".join(names).encode())
    expected.update(struct.pack(">3I", *map(len, values)) + "".join(values).encode())
    assert columns.identity(["2025-01-08", "receipt", "5.00", ""]) == expected.hexdigest()


@given(st.permutations([("event", "receipt"), ("date", "2025-01-08"), ("memo", "m"), ("x", "1.50"), ("case", "")]))
def test_the_identity_knows_no_column_order(pairs: list[tuple[str, str]]) -> None:
    """Columns in any order, and empty ones left out, make the same row."""
    columns = Columns([name for name, _ in pairs], ["event", "date"], [])
    plain = Columns(["event", "date", "memo", "x"], ["event", "date"], [])
    assert columns.identity([value for _, value in pairs]) == plain.identity(["receipt", "2025-01-08", "m", "1.50"])


@given(st.lists(st.text(max_size=4), min_size=3, max_size=3), st.lists(st.text(max_size=4), min_size=3, max_size=3))
def test_different_rows_have_different_identities(one: list[str], other: list[str]) -> None:
    """No two rows of other values share an identity, however their texts run together."""
    columns = Columns(["a", "b", "c"], ["a", "b"], [])
    assert (columns.identity(one) == columns.identity(other)) == (one == other)


def test_trailing_zeros_matter_in_text_but_not_in_amounts(room: Room) -> None:
    """12.50 and 12.5 are one amount; batch 2025.10 and 2025.1 are two batches."""
    header = "client,case,placed_on,principal,batch\n"
    first, second, third = room.rows(
        header + "ALFA,K1,2025-01-02,12.50,2025.10\nALFA,K1,2025-01-02,12.5,2025.10\nALFA,K1,2025-01-02,12.5,2025.1\n"
    )
    assert first.identity == second.identity != third.identity
