"""Workbooks: the same rows as from CSV, and nothing that a bad one can do."""

from __future__ import annotations

import csv
import datetime as dt
import io
import struct
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
import xlsxwriter

from importers.workbook_dump import text_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conftest import Room

HEADER = ["event", "date", "case", "amount", "memo"]
HALF_PAST_NINE = dt.datetime.combine(dt.date(2025, 1, 8), dt.time(9, 30))


def xlsx(*sheets: Sequence[Sequence[Any]]) -> bytes:
    """A workbook of several sheets."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True, "default_date_format": "yyyy-mm-dd"}) as book:
        for rows in sheets:
            sheet = book.add_worksheet()
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return file.getvalue()


def xls(rows: Sequence[Sequence[str | float]]) -> bytes:
    """The same as BIFF8 in an OLE container: one small sheet."""

    def record(kind: int, body: bytes) -> bytes:
        return struct.pack("<HH", kind, len(body)) + body

    def stream(offset: int) -> bytes:
        head = record(0x809, struct.pack("<HHHHII", 0x600, 5, 0, 0, 0, 6)) + record(0x42, struct.pack("<H", 1200))
        return head + record(0x85, struct.pack("<IHBB", offset, 0, 1, 0) + b"S") + record(0x0A, b"")

    sheet = record(0x809, struct.pack("<HHHHII", 0x600, 0x10, 0, 0, 0, 6))
    for r, row in enumerate(rows):
        for c, cell in enumerate(row):
            if isinstance(cell, float):
                sheet += record(0x203, struct.pack("<HHHd", r, c, 0, cell))
            else:
                sheet += record(0x204, struct.pack("<HHHHB", r, c, 0, len(cell), 1) + cell.encode("utf-16-le"))
    content = (stream(len(stream(0))) + sheet + record(0x0A, b"")).ljust(4096, b"\0")
    assert len(content) == 4096
    free, end = 0xFFFFFFFF, 0xFFFFFFFE
    fat = [0xFFFFFFFD, end, *range(3, 10), end]
    table = struct.pack("<128I", *fat, *[free] * (128 - len(fat)))

    def entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
        raw = f"{name}\0".encode("utf-16-le")
        links = struct.pack("<HBBIII", len(raw), kind, 1, free, free, child)
        return raw.ljust(64, b"\0") + links + bytes(36) + struct.pack("<IQ", start, size)

    empty = (bytes(68) + struct.pack("<III", free, free, free) + bytes(48)) * 2
    directory = entry("Root Entry", 5, 1, end, 0) + entry("Workbook", 2, free, 2, 4096) + empty
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<5H6x", 0x3E, 3, 0xFFFE, 9, 6)
    head += struct.pack("<9I", 0, 1, 1, 0, 4096, end, 0, end, 0) + struct.pack("<109I", 0, *[free] * 108)
    return head + table + directory + content


def test_a_row_is_the_same_row_in_csv_and_in_a_workbook(room: Room) -> None:
    """Numbers, dates and texts of XLSX and XLS give the identities that the CSV gives."""
    text = "event,date,case,amount,memo\nreceipt,2025-01-08,K0000001,1250.50,王小明\nwrite_off,2025-01-09,007,,\n"
    cells = [
        ["receipt", dt.date(2025, 1, 8), "K0000001", 1250.5, "王小明"],
        ["write_off", dt.date(2025, 1, 9), "007", "", ""],
    ]
    old = [["receipt", "2025-01-08", "K0000001", 1250.5, "王小明"], ["write_off", "2025-01-09", "007", "", ""]]
    plain = room.rows(text)
    for content, file_format in ((xlsx([HEADER, *cells]), "xlsx"), (xls([HEADER, *old]), "xls")):
        imported = room.read(content)
        assert (imported.format, imported.problems) == (file_format, ())
        assert [row.identity for row in imported.rows] == [row.identity for row in plain]
        assert [(row.line, row.case, row.amount) for row in imported.rows] == [
            (row.line, row.case, row.amount) for row in plain
        ]


def test_every_sample_table_reads_the_same_as_a_workbook(room: Room) -> None:
    """Placements, events and statements saved as XLSX give the same rows, line numbers apart."""
    for name in ("placements.csv", "events.tsv", "native.csv"):
        text = room.sample(name).decode("utf-8-sig").replace("\r\n", "\n")
        rows = list(csv.reader(io.StringIO(text), delimiter="\t" if name.endswith("tsv") else ","))
        plain, book = room.rows(text), room.rows(xlsx(rows))
        if name == "native.csv":
            assert [s.closing for s in book] == [s.closing for s in plain]
            assert [[x.amount for x in s.lines] for s in book] == [[x.amount for x in s.lines] for s in plain]
        else:
            assert [row.identity for row in book] == [row.identity for row in plain]


def test_a_banks_workbook_is_read_by_its_profile(room: Room) -> None:
    """Preamble, typed dates and numbers: what the profile says of text does not stand in the way."""
    rows: list[list[Any]] = [
        ["账户明细"],
        [],
        ["交易日期", "流水号", "摘要", "借方发生额", "贷方发生额", "余额", "对方户名", "对方账号", "附言"],
        [dt.date(2025, 1, 6), "1", "转账", "", 1234.5, 1234.5, "张三", "6222", ""],
        ["20250107", "2", "转账", 0.1, "", "1,234.40", "张三", "6222", ""],
        [HALF_PAST_NINE, "3", "转账", "", 5, 1239.4, "张三", "6222", ""],
    ]
    statement = room.statement(xlsx(rows))
    assert [(x.line, x.date.day, x.amount) for x in statement.lines] == [(4, 6, 123_450), (5, 7, -10), (6, 8, 500)]
    assert (statement.opening, statement.closing) == (0, 123_940)


def test_problems_stand_at_the_row_of_the_sheet(room: Room) -> None:
    """The line of a problem is the number that the spreadsheet shows beside the row."""
    content = xlsx([[], HEADER, ["receipt", "2025-01-08", "K1", 1, ""], [], ["receipt", "soon", "K1", -1, ""]])
    assert room.faults(content) == [(5, "DATE_BAD"), (5, "AMOUNT_SIGN")]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.1 + 0.2, "0.3"),
        (1250.0, "1250"),
        (1e-05, "0.00001"),
        (-12.5, "-12.5"),
        (123456789012.34, "123456789012.34"),
        (13800138000.0, "13800138000"),
        (6222000011112222.0, "6222000011112222"),
        (6222000011112220.0, "6.22200001111222E+15"),
        (420102199001011000.0, "4.20102199001011E+17"),
        (True, "TRUE"),
        (dt.date(2025, 1, 8), "2025-01-08"),
        (dt.datetime.combine(dt.date(2025, 1, 8), dt.time()), "2025-01-08"),
        (HALF_PAST_NINE, "2025-01-08 09:30:00"),
    ],
)
def test_a_cell_is_text_as_the_spreadsheet_shows_it(value: float | dt.date, text: str) -> None:
    """15 digits of a number, and more only where none can have been lost."""
    assert text_of(value) == text


def test_a_number_that_lost_its_digits_is_refused_where_it_matters(room: Room) -> None:
    """A long number typed into a cell is ID_BAD in a reference and harmless in a column that we do not know."""
    header = ["event", "date", "reference", "phone"]
    assert room.faults(xlsx([header, ["receipt", "2025-01-08", 420102199001011000, ""]])) == [(2, "ID_BAD")]
    assert room.faults(xlsx([header, ["receipt", "2025-01-08", "R-1", 420102199001011000]])) == []


def test_the_sheet_with_the_table_is_found(room: Room) -> None:
    """Sheets without a table are passed over; two tables are one too many."""
    table = [HEADER, ["receipt", "2025-01-08", "K1", 1, ""]]
    assert len(room.rows(xlsx([["read me first"]], [], table))) == 1
    assert room.refusal(xlsx(table, [["note"]], table)) == [(0, "FILE_UNKNOWN")]
    assert room.refusal(xlsx([["note"]])) == [(0, "FILE_UNKNOWN")]


def test_an_archive_that_is_no_workbook_is_unknown(room: Room) -> None:
    """A ZIP of other things is FILE_UNKNOWN; a workbook cut short is FILE_UNREADABLE."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("statement.csv", "event,date\n")
    assert room.refusal(file.getvalue()) == [(0, "FILE_UNKNOWN")]
    content = xlsx([HEADER])
    assert room.refusal(content[: len(content) // 2]) == [(0, "FILE_UNREADABLE")]


def test_a_workbook_that_would_take_all_memory_is_refused(room: Room) -> None:
    """Two cells at opposite corners span 17 billion: the reader's process fails, ours does not."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "event")
        sheet.write(1_048_575, 16_383, "x")
    assert room.refusal(file.getvalue()) == [(0, "FILE_UNREADABLE")]


def test_a_container_whose_sectors_run_in_a_circle_is_refused(room: Room) -> None:
    """A damaged XLS on which the reader loops ends at its limits."""
    content = bytearray(xls([HEADER]))
    struct.pack_into("<I", content, 512 + 4, 1)  # the directory's only sector follows itself
    assert room.refusal(bytes(content)) == [(0, "FILE_UNREADABLE")]
