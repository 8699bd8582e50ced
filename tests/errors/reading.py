"""Reproducers: files that cannot be read, and rows that make no sense."""

from __future__ import annotations

import contextlib
import errno
import io
import os
from typing import TYPE_CHECKING

from tallystick.cli import output
from tests.errors.reproduce import JANUARY, Case

if TYPE_CHECKING:
    from pathlib import Path

_EVENTS = "inbox/events.csv"
_TRUST = "6222000011112222"
_CAMT = '<?xml version="1.0"?>\n<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02">\n<BkToCstmrStmt>\n'


def _events(*rows: str, header: str = "event,date,case,amount") -> dict[str, str | bytes]:
    return {_EVENTS: "\n".join((header, *rows)) + "\n"}


def _statement(*rows: str, header: str = "account,date,amount") -> str:
    return "\n".join((header, *rows)) + "\n"


def _row(code: str, row: str, column: str = "memo") -> Case:
    """A bad third row of an events file whose second row is good."""
    rows = _events("receipt,2025-01-10,A-1,100.00,", row, header=f"event,date,case,amount,{column}")
    return Case(code, f"import {JANUARY}", f"{_EVENTS}:3", files=rows)


class _Full(io.StringIO):
    """A file on a disk that is full."""

    def write(self, _: str) -> int:
        """Take nothing."""
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _print_on_a_full_disk(_: Path) -> None:
    """A day sheet that somebody keeps in a file."""
    with contextlib.redirect_stdout(_Full()):
        output.say("Day sheet 2025-01-31")


CASES = (
    Case("FILE_UNKNOWN", "import", "inbox/minutes.csv", files={"inbox/minutes.csv": "Dear all,\nas agreed.\n"}),
    Case("FILE_UNREADABLE", "import january.csv", "january.csv"),
    Case("FILE_UNWRITABLE", f"publish {JANUARY}", "ledger", files={"ledger": "a file where a folder must be\n"}),
    Case("OUTPUT_UNWRITABLE", place="standard output", act=_print_on_a_full_disk),
    Case("HEADER_MISSING", "import", f"{_EVENTS}:1", files=_events("receipt,A-1,5.00", header="event,case,amount")),
    Case(
        "HEADER_DUPLICATE",
        "import",
        f"{_EVENTS}:1",
        files=_events("receipt,2025-01-10,A-1,5.00,", header="event,date,case,amount,amount"),
    ),
    _row("ROW_SHAPE", "receipt,2025-01-10,A-1"),
    _row("CELL_LIMIT", f"receipt,2025-01-10,A-1,5.00,{'x' * 33_000}"),
    _row("VALUE_MISSING", "receipt,,A-1,5.00,"),
    _row("VALUE_BAD", "write_off,2025-01-10,A-1,,capital", "bucket"),
    _row("ID_BAD", "receipt,2025-01-10,A 1,5.00,"),
    _row("DATE_BAD", "receipt,2025-02-30,A-1,5.00,"),
    _row("AMOUNT_BAD", 'receipt,2025-01-10,A-1,"1,234.56",'),
    _row("AMOUNT_DECIMALS", "receipt,2025-01-10,A-1,5.005,"),
    _row("AMOUNT_SIGN", "receipt,2025-01-10,A-1,-5.00,"),
    _row("AMOUNT_LIMIT", "receipt,2025-01-10,A-1,10000000000.00,"),
    _row("CURRENCY_BAD", "receipt,2025-01-10,A-1,5.00,RMB", "currency"),
    _row("EVENT_UNKNOWN", "recipt,2025-01-10,A-1,5.00,"),
    Case(
        "STATEMENT_BALANCE",
        f"import {JANUARY}",
        "inbox/trust.csv:3",
        files={
            "inbox/trust.csv": _statement(
                f"{_TRUST},2025-01-10,100.00,100.00",
                f"{_TRUST},2025-01-11,50.00,160.00",
                header="account,date,amount,balance",
            )
        },
    ),
    Case(
        "STATEMENT_CONTRADICTS",
        f"import again.csv {JANUARY}",
        "again.csv:2",
        files={
            "inbox/trust.csv": _statement(f"{_TRUST},2025-01-10,100.00,N17", header="account,date,amount,id"),
            "again.csv": _statement(f"{_TRUST},2025-01-10,110.00,N17", header="account,date,amount,id"),
        },
        steps=(f"import {JANUARY}",),
    ),
    Case(
        "ACCOUNT_UNKNOWN",
        f"import {JANUARY}",
        "inbox/other.csv:2",
        files={"inbox/other.csv": _statement("4000123,2025-01-10,5.00,CNY", header="account,date,amount,currency")},
    ),
    Case("XML_BAD", "import", "inbox/statement.xml:4", files={"inbox/statement.xml": f"{_CAMT}<Stmt><Id>17</"}),
)
