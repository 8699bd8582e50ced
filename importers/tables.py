"""Tables, whatever they are written in: finding the header, and the rows beneath it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Literal

from importers.model import Layout
from importers.source import CELL_LIMIT, Findings
from ledger_core.errors import Problem, Refused

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

REASON_COLUMN = "refused_because"
"""The last column of a file of refused rows; ignored when the mended file comes back."""

_PREAMBLE_ROWS = 100
_GUARDED = ("'=", "'+", "'-", "'@", "'\t", "'\r")


Row = tuple[int, "list[str] | None"]
"""A line of the file and its cells; None for a row that went to the findings."""


class Sheet(ABC):
    """One way to see a file as rows of cells: a sheet of a workbook, or a text under one separator."""

    format: Literal["csv", "tsv", "xlsx", "xls"]
    encoding: str = ""
    delimiter: str = ""
    number: int = 0

    @abstractmethod
    def rows(self, findings: Findings) -> Iterator[Row]:
        """Every row with the line on which it starts, cells as they stand."""

    def recoded(self, encoding: str) -> Sheet:  # noqa: ARG002 - a workbook knows its own
        """The same under the encoding that a profile names."""
        return self

    def head(self) -> list[tuple[int, list[str]]]:
        """The first rows, for recognising the file; none where it cannot be read as this."""
        try:
            rows = islice(self.rows(Findings("")), _PREAMBLE_ROWS)
            return [(line, cells) for line, cells in rows if cells is not None]
        except Refused:
            return []


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet whose header row is known: ``names`` trimmed and case-folded, "" for an unnamed column."""

    sheet: Sheet
    header_line: int
    names: tuple[str, ...]

    @property
    def layout(self) -> Layout:
        """Where it stands in its file."""
        sheet = self.sheet
        return Layout(sheet.format, self.header_line, sheet.encoding, sheet.delimiter, sheet.number)


def names_of(cells: Iterable[str]) -> tuple[str, ...]:
    """Column names as they are compared; unnamed columns at the end are none."""
    names = [cell.strip().casefold() for cell in cells]
    while names and not names[-1]:
        names.pop()
    return tuple(names)


def first_table(sheet: Sheet) -> Table | None:
    """The table whose header is the first row that is not blank."""
    for line, cells in sheet.head():
        if names := names_of(cells):
            return Table(sheet, line, names)
    return None


def check_header(table: Table, required: Sequence[str], shown: str) -> None:
    """Raise ``HEADER_MISSING`` and ``HEADER_DUPLICATE`` for all columns that are missing or doubled."""
    line = table.header_line
    count = Counter(name for name in table.names if name)
    problems = [
        Problem("HEADER_MISSING", f"the header has no column `{name}`", shown, line)
        for name in required
        if name not in count
    ]
    problems += [
        Problem("HEADER_DUPLICATE", f"the column `{name[:40]}` stands {times} times", shown, line)
        for name, times in count.items()
        if times > 1
    ]
    if problems:
        raise Refused(problems)


def data_rows(table: Table, findings: Findings) -> Iterator[Row]:
    """The rows below the header, cells trimmed, blank rows left out; None for one that goes to the findings."""
    escaped = REASON_COLUMN in table.names
    findings.header_line = table.header_line
    for line, row in table.sheet.rows(findings):
        if line <= table.header_line:
            continue
        if row is None:
            yield line, None
            continue
        cells = [cell.strip() for cell in row]
        if sum(map(len, cells)) > CELL_LIMIT // 4 and _too_long(cells):
            findings.add(line, "CELL_LIMIT", "a cell is longer than 32 KB")
            yield line, None
            continue
        if escaped:
            cells = [cell[1:] if cell.startswith(_GUARDED) else cell for cell in cells]
        if any(cells):
            yield line, cells


def square_rows(table: Table, findings: Findings) -> Iterator[Row]:
    """The rows of a table of our own columns, exactly as wide as the header; None as in ``data_rows``."""
    width = len(table.names)
    unnamed = [index for index, name in enumerate(table.names) if not name]
    dropped = table.names.index(REASON_COLUMN) if REASON_COLUMN in table.names else None
    for line, cells in data_rows(table, findings):
        if cells is None:
            yield line, None
        elif len(cells) < width or any(cells[width:]):
            findings.add(line, "ROW_SHAPE", f"the row has {len(cells)} cells, the header {width}")
            yield line, None
        elif unnamed and any(cells[index] for index in unnamed):
            findings.add(line, "ROW_SHAPE", "a value stands under no column name")
            yield line, None
        else:
            del cells[width:]
            if dropped is not None:
                cells[dropped] = ""
            yield line, cells


def _too_long(cells: Sequence[str]) -> bool:
    return any(len(cell.encode(errors="replace")) > CELL_LIMIT for cell in cells)
