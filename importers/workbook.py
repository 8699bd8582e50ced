"""Workbooks (XLSX, XLS): each sheet as rows of text, as it would stand in a CSV file."""

from __future__ import annotations

import datetime as dt
import lzma
import re
import zipfile
import zlib
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

import python_calamine as calamine

from importers.tables import Sheet
from ledger_core.errors import Refused, refuse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from importers.source import Findings, Source
    from importers.tables import Row

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

UNPACKED_LIMIT = 1 << 29
"""Bytes that a workbook may hold unpacked."""

AREA_LIMIT = 10_000_000
"""Cells between the first and the last of a sheet: the reader holds all of them at once, 32 bytes each."""

_XLS_LIMIT = 1 << 26
_CHUNK = 1 << 20
_WORKBOOK = re.compile(r"xl/workbook\d*\.xml\Z", re.IGNORECASE)
_COLUMN = re.compile(rb"""\br\s*=\s*["']([A-Za-z]{1,3})[0-9]""")
_ROW = re.compile(rb"""\br\s*=\s*["'][A-Za-z]{0,3}([0-9]{1,9})["']""")
_OVERLAP = 64

_EXACT = 10**15  # a spreadsheet keeps 15 digits of a number
_EXACT_FLOAT = 2**53  # up to here a float holds every integer

_BAD_ZIP = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, NotImplementedError, RuntimeError, EOFError, ValueError)


class BookSheet(Sheet):
    """One sheet of a workbook; the line of a row is its number in the sheet."""

    def __init__(self, book_format: Literal["xlsx", "xls"], number: int, sheet: calamine.CalamineSheet) -> None:
        self.format = book_format
        self.number = number
        self._sheet = sheet

    def rows(self, findings: Findings) -> Iterator[Row]:  # noqa: ARG002 - as every sheet
        """Every row as text."""
        for line, cells in enumerate(self._sheet.iter_rows(), start=1):
            yield line, [cell if isinstance(cell, str) else _text(cell) for cell in cells]


def sniff(source: Source) -> bool:
    """Whether the content is a ZIP or OLE container, as workbooks are."""
    return source.head.startswith((_ZIP, _OLE))


def sheets(source: Source) -> list[BookSheet]:
    """The sheets of a workbook; raises ``FILE_UNKNOWN`` for another container, ``FILE_UNREADABLE`` for a bad one."""
    is_zip = source.head.startswith(_ZIP)
    if is_zip:
        _guard_zip(source)
    elif source.size > _XLS_LIMIT:
        raise refuse("FILE_UNREADABLE", "the workbook is larger than 64 MB; save it as CSV", source.shown)
    return [BookSheet("xlsx" if is_zip else "xls", number, sheet) for number, sheet in enumerate(_load(source))]


def _load(source: Source) -> list[calamine.CalamineSheet]:
    try:
        with source.path.open("rb") as file:
            book = calamine.CalamineWorkbook.from_filelike(file)
        tables = [meta.typ == calamine.SheetTypeEnum.WorkSheet for meta in book.sheets_metadata]
        return [book.get_sheet_by_index(index) for index, is_table in enumerate(tables) if is_table]
    except calamine.PasswordError as error:
        raise refuse("FILE_UNREADABLE", "the workbook has a password", source.shown) from error
    except (calamine.CalamineError, OSError, ValueError, OverflowError) as error:
        raise refuse("FILE_UNREADABLE", "the workbook is damaged", source.shown) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # the reader's own crash, which is no Exception
            raise
        raise refuse("FILE_UNREADABLE", "the workbook is damaged", source.shown) from error


def _guard_zip(source: Source) -> None:
    """Refuse what would unpack to more than memory holds: the reader itself has no limits, and aborts."""
    try:
        with zipfile.ZipFile(source.path) as archive:
            if not any(_WORKBOOK.match(name) for name in archive.namelist()):
                raise refuse("FILE_UNKNOWN", "the archive holds no XLSX workbook", source.shown)
            if sum(member.file_size for member in archive.infolist()) > UNPACKED_LIMIT:
                raise refuse(
                    "FILE_UNREADABLE", "the workbook unpacks to more than 512 MB; save it as CSV", source.shown
                )
            for member in archive.infolist():
                if _area(archive, member) > AREA_LIMIT:
                    message = f"{member.filename} spans more than {AREA_LIMIT:,} cells; save it as CSV"
                    raise refuse("FILE_UNREADABLE", message, source.shown)
    except Refused:
        raise
    except (*_BAD_ZIP, OSError) as error:
        raise refuse("FILE_UNREADABLE", "the workbook is damaged", source.shown) from error


def _area(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> int:
    """Rows × columns that a sheet spans by the references in it; reading to the end checks its size and CRC."""
    columns: set[bytes] = set()
    row, tail = 0, b""
    with archive.open(member) as file:
        while chunk := file.read(_CHUNK):
            text = tail + chunk
            columns.update(_COLUMN.findall(text))
            row = max(row, *map(int, set(_ROW.findall(text))), 0)
            tail = text[-_OVERLAP:]
    return row * max(map(_column_number, columns), default=1)


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _text(value: float | dt.time | dt.date | dt.timedelta) -> str:
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, (int, float)):
        return _number(value)
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(sep=" ")
    return str(value)


def _number(value: float) -> str:
    """A number as a spreadsheet shows it: 15 significant digits, so that 0.1 + 0.2 is 0.3.

    A longer one that was typed in has lost its last digits and is written as 6.22200001111222E+15, which no
    reader takes; one that a program wrote is whole below 2^53, and then seldom ends with 0.
    """
    if abs(value) < _EXACT:
        return f"{Decimal(f'{value:.15g}'):f}"
    if abs(value) < _EXACT_FLOAT and int(value) % 10:
        return f"{value:.0f}"
    return f"{value:.14E}"
