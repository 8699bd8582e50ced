"""Limits of text, and where it stops being text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from importers.source import CELL_LIMIT, LINE_LIMIT

if TYPE_CHECKING:
    from conftest import Room

HEADER = "event,date,memo\n"


def test_a_line_beyond_one_megabyte_is_refused_where_it_starts(room: Room) -> None:
    """A line of 1 MB is read, a longer one refuses the file with its number."""
    fits = "receipt,2025-01-08,x" + "," * (LINE_LIMIT - 20)
    assert room.faults(HEADER + fits + "\n") == []
    assert room.refusal(HEADER + "receipt,2025-01-08,x\r\n" + fits + ",\n") == [(3, "CELL_LIMIT")]


def test_a_line_across_many_chunks_is_refused(room: Room) -> None:
    """Length is counted across the blocks in which a file is read."""
    assert room.refusal(HEADER + "x" * (3 * LINE_LIMIT) + "\n") == [(2, "CELL_LIMIT")]


def test_many_lines_of_any_length_pass(room: Room) -> None:
    """The limit is a line's, not the file's."""
    assert len(room.rows(HEADER + ("receipt,2025-01-08," + "x" * 30_000 + "\n") * 100)) == 100


def test_a_cell_beyond_32_kb_is_its_rows_problem(room: Room) -> None:
    """A cell of 32 KB, counted in UTF-8, is read; a longer one refuses its row only."""
    wide = "王" * (CELL_LIMIT // 3)
    content = HEADER + f"receipt,2025-01-08,{wide}\nreceipt,2025-01-09,{wide}xxx\nreceipt,2025-01-10,z\n"
    imported = room.read(content)
    assert [(p.line, p.code) for p in imported.problems] == [(3, "CELL_LIMIT")]
    assert [row.line for row in imported.rows] == [2, 4]


def test_a_nul_byte_is_refused_with_its_line(room: Room) -> None:
    """NUL bytes are in no text; UTF-16 is full of them."""
    assert room.refusal(HEADER + "receipt,2025-01-08,a\nreceipt,2025-01-\0,b\n") == [(3, "FILE_UNREADABLE")]
    assert room.refusal(HEADER.encode("utf-16")) == [(1, "FILE_UNREADABLE")]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_numbers_count_every_kind_of_line_end(room: Room, end: str) -> None:
    """LF, CRLF and CR end a line; none counts twice."""
    assert room.faults(end.join(["event,date", "receipt,2025-01-08", "", "nonsense,2025-01-08", ""])) == [
        (4, "EVENT_UNKNOWN")
    ]
