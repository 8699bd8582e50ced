"""Run as a process of its own: a workbook in, its cells as lines of JSON out, ``[sheet, [text, …]]``.

The library that reads workbooks has no limits: a damaged file makes it panic, loop or take all memory.
Here that ends this process, and the importer sees only that it failed.  Imports nothing of ours.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
from decimal import Decimal

MEMORY_LIMIT = 5 << 28
CPU_SECONDS_LIMIT = 300
HAS_PASSWORD = 3
"""Exit status for a workbook that needs a password."""

_EXACT = 10**15  # a spreadsheet keeps 15 digits of a number
_EXACT_FLOAT = 2**53  # up to here a float holds every integer


def main(path: str) -> int:
    """Write all sheets of a workbook to standard output."""
    _limit()
    import python_calamine as calamine

    try:
        with open(path, "rb") as file:  # noqa: PTH123 - as small as can be
            book = calamine.CalamineWorkbook.from_filelike(file)
    except calamine.PasswordError:
        return HAS_PASSWORD
    for number, meta in enumerate(book.sheets_metadata):
        if meta.typ == calamine.SheetTypeEnum.WorkSheet:
            for cells in book.get_sheet_by_index(number).iter_rows():
                texts = [cell if isinstance(cell, str) else text_of(cell) for cell in cells]
                sys.stdout.write(json.dumps([number, texts]) + "\n")
    return 0


def _limit() -> None:
    try:
        import resource
    except ImportError:  # not on every platform
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS_LIMIT, CPU_SECONDS_LIMIT))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def text_of(value: float | dt.time | dt.date | dt.timedelta) -> str:
    """A cell as it would stand in a CSV file."""
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


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
