"""Workbooks (XLSX, XLS): each sheet as rows of text, as it would stand in a CSV file."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import zipfile
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Literal

from importers.tables import Sheet
from importers.workbook_dump import HAS_PASSWORD
from ledger_core.errors import refuse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from importers.source import Findings, Source
    from importers.tables import Row

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_WORKBOOK = re.compile(r"xl/workbook\d*\.xml\Z", re.IGNORECASE)
_DUMP = Path(__file__).with_name("workbook_dump.py")


class BookSheet(Sheet):
    """One sheet of a workbook; the line of a row is its number in the sheet."""

    def __init__(self, book_format: Literal["xlsx", "xls"], number: int, dump: IO[bytes], start: int) -> None:
        self.format = book_format
        self.number = number
        self._dump = dump
        self._start = start

    def rows(self, findings: Findings) -> Iterator[Row]:  # noqa: ARG002 - as every sheet
        """Every row as text."""
        at = self._start
        for line in range(1, sys.maxsize):
            self._dump.seek(at)
            number, cells = json.loads(self._dump.readline() or b"[-1, []]")
            if number != self.number:
                return
            at = self._dump.tell()
            yield line, cells


def sniff(source: Source) -> bool:
    """Whether the content is a ZIP or OLE container, as workbooks are."""
    return source.head.startswith((_ZIP, _OLE))


@contextmanager
def sheets(source: Source) -> Iterator[list[BookSheet]]:
    """The sheets of a workbook, to be read within the context.

    Raises ``FILE_UNKNOWN`` for another archive, ``FILE_UNREADABLE`` for a damaged workbook.
    """
    is_zip = source.head.startswith(_ZIP)
    if is_zip:
        _check_archive(source)
    with tempfile.TemporaryFile() as dump:
        _write_dump(source, dump)
        starts: dict[int, int] = {}
        at = 0
        for line in dump:
            starts.setdefault(int(line[1 : line.index(b",")]), at)
            at += len(line)
        yield [BookSheet("xlsx" if is_zip else "xls", number, dump, start) for number, start in starts.items()]


def _write_dump(source: Source, dump: IO[bytes]) -> None:
    """Fill a file with the cells of all sheets, by a process that has limits."""
    command = [sys.executable, "-I", str(_DUMP), str(source.path.absolute())]
    try:
        done = subprocess.run(command, stdout=dump, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL, check=False)  # noqa: S603 - our own program
    except OSError as error:
        raise refuse("FILE_UNREADABLE", f"the workbook cannot be read: {error.strerror}", source.shown) from error
    if done.returncode == HAS_PASSWORD:
        raise refuse("FILE_UNREADABLE", "the workbook has a password", source.shown)
    if done.returncode:
        raise refuse("FILE_UNREADABLE", "the workbook is damaged or too large; save it as CSV", source.shown)
    dump.seek(0)


def _check_archive(source: Source) -> None:
    try:
        with zipfile.ZipFile(source.path) as archive:
            if any(_WORKBOOK.match(name) for name in archive.namelist()):
                return
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError, OSError) as error:
        raise refuse("FILE_UNREADABLE", "the workbook is damaged", source.shown) from error
    raise refuse("FILE_UNKNOWN", "the archive holds no XLSX workbook", source.shown)
