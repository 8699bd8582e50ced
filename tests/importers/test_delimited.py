"""Rows of text tables: quotes, separators, and the line on which a row starts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Room

HEADER = "event,date,case,memo\n"


def test_a_row_stands_on_the_line_where_it_starts(room: Room) -> None:
    """Line breaks within quotes move the rows below, and a row is found on its first line."""
    content = (
        HEADER
        + 'receipt,2025-01-08,K1,"a\nb\r\nc"\nreceipt,bad,K2,"d\ne"\nreceipt,2025-01-10,K3,f\nwhat,2025-01-10,K3,f\n'
    )
    imported = room.read(content)
    assert [(row.line, row.memo) for row in imported.rows] == [(2, "a\nb\r\nc"), (7, "f")]
    assert [(p.line, p.code) for p in imported.problems] == [(5, "DATE_BAD"), (8, "EVENT_UNKNOWN")]


def test_an_open_quote_costs_only_its_own_line(room: Room) -> None:
    """A quote that is never closed refuses its line; the rows that it would swallow are read."""
    content = HEADER + 'receipt,2025-01-08,K1,"open\n' + "receipt,2025-01-09,K2,x\n" * 6000
    imported = room.read(content)
    assert [(p.line, p.code) for p in imported.problems] == [(2, "CELL_LIMIT")]
    assert len(imported.rows) == 6000
    short = room.read(HEADER + 'receipt,2025-01-08,K1,"open\nreceipt,2025-01-09,K2,x\n')
    assert [(p.line, p.code) for p in short.problems] == [(2, "ROW_SHAPE")]
    assert [row.line for row in short.rows] == [3]


def test_text_beside_a_quoted_cell_is_refused(room: Room) -> None:
    """A quote within a quoted cell that is not doubled refuses its row, and no other."""
    content = HEADER + 'receipt,2025-01-08,K1,"he said "hi", twice"\nreceipt,2025-01-08,K1,"he said ""hi"", twice"\n'
    imported = room.read(content)
    assert [(p.line, p.code) for p in imported.problems] == [(2, "ROW_SHAPE")]
    assert [row.memo for row in imported.rows] == ['he said "hi", twice']


def test_rows_must_be_as_wide_as_the_header(room: Room) -> None:
    """Short and long rows are ROW_SHAPE; empty cells beyond the header and blank rows are nothing."""
    content = HEADER + "receipt,2025-01-08,K1\nreceipt,2025-01-08,K1,m,extra\nreceipt,2025-01-08,K1,m,,\n,,,\n\n"
    imported = room.read(content)
    assert [(p.line, p.code) for p in imported.problems] == [(2, "ROW_SHAPE"), (3, "ROW_SHAPE")]
    assert [row.line for row in imported.rows] == [4]


def test_a_value_under_no_name_is_refused(room: Room) -> None:
    """A column without a name may stand empty, but what it holds would be lost."""
    imported = room.read("event,,date\nreceipt,,2025-01-08\nreceipt,x,2025-01-08\n")
    assert [(p.line, p.code) for p in imported.problems] == [(3, "ROW_SHAPE")]
    assert [row.line for row in imported.rows] == [2]


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_the_separator_is_found_in_the_header(room: Room, delimiter: str) -> None:
    """Comma, tab, semicolon and bar separate cells; the rows are the same."""
    text = HEADER + 'receipt,2025-01-08,K1,"a b"\n'
    assert room.rows(text.replace(",", delimiter)) == room.rows(text)


def test_a_byte_order_mark_before_a_quoted_header_is_no_part_of_it(room: Room) -> None:
    """The mark is dropped before the quotes are read."""
    assert len(room.rows('\ufeff"event","date"\nreceipt,2025-01-08\n')) == 1
