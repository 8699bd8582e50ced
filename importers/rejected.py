"""Refused rows as a file of their own: the header, each row as it came, and why it was refused."""

from __future__ import annotations

import csv
import re
from typing import TYPE_CHECKING

from importers import delimited, workbook
from importers.source import Findings, open_source
from importers.tables import REASON_COLUMN, first_table

if TYPE_CHECKING:
    from _csv import Writer
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from importers.model import Layout
    from importers.source import Source
    from importers.tables import Sheet
    from ledger_core.errors import Problem

_NUMBER = re.compile(r"[+-]?[0-9][0-9.,]*\Z")


def write_rejected(source: Path, problems: Iterable[Problem], target: Path, layout: Layout | None = None) -> int:
    """Write the refused rows of a table, with the reason in a last column; returns how many.

    ``layout`` is that of ``Imported``; without it the header is the first row that is not blank.  The file can
    be mended and imported again: what stands above the header is kept, and the last column is ignored.  A
    workbook's rows are written as CSV.  Files that are no table have no rows: nothing is written.
    """
    reasons: dict[int, list[str]] = {}
    for problem in problems:
        reasons.setdefault(problem.line, []).append(f"{problem.code} {problem.message}")
    opened = open_source(source, str(source))
    if opened.is_markup:
        return 0
    with workbook.sheets(opened) if workbook.sniff(opened) else delimited.sheets(opened) as sheets:
        if not sheets:
            return 0
        sheet = _sheet(opened, sheets, layout)
        table = first_table(sheet)
        header_line = layout.header_line if layout else table.header_line if table else 1
        with target.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file, delimiter=sheet.delimiter or ",", lineterminator="\n")
            return _write(writer, sheet, header_line, reasons)


def _sheet(source: Source, sheets: Sequence[Sheet], layout: Layout | None) -> Sheet:
    """The sheet that was read; where nobody says which, the one with the widest header."""
    if layout is not None and layout.delimiter:
        return delimited.TextSheet(source, layout.encoding, layout.delimiter)
    if layout is not None:
        return next(sheet for sheet in sheets if sheet.number == layout.sheet)
    return max(sheets, key=lambda sheet: len(table.names) if (table := first_table(sheet)) else 0)


def _write(writer: Writer, sheet: Sheet, header_line: int, reasons: dict[int, list[str]]) -> int:
    findings, at, written = Findings(""), 0, 0
    findings.header_line = header_line
    for line, row in sheet.rows(findings):
        cells = list(findings.broken.get(line, []) if row is None else row)
        if line == header_line:
            names = [cell.strip().casefold() for cell in cells]
            at = names.index(REASON_COLUMN) if REASON_COLUMN in names else len(names)
        if line >= header_line:
            text = REASON_COLUMN if line == header_line else "; ".join(reasons.get(line, ()))
            cells += [""] * (at - len(cells))
            cells[at : at + 1] = [text]
        if line <= header_line or line in reasons:
            writer.writerow(map(_safe, cells))
            written += line > header_line
    return written


def _safe(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula (SURFACE, "Output")."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) and not _NUMBER.match(cell) else cell
