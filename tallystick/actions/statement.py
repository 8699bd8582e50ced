"""``statement``: a client's remittance statement, and its CSV."""

from __future__ import annotations

import calendar
import csv
import io
import re
from datetime import date
from typing import TYPE_CHECKING, Any

from ledger_core.errors import Usage
from reports.client_statement import ClientStatement, client_statement
from tallystick.actions.session import writing_files

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tallystick.actions.session import Session

REPORTS = "reports"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?\Z")


def statement(session: Session, client: str, period: str) -> ClientStatement:
    """The statement for a month (``2025-01``) or from a day to a day (``2025-01-01..2025-01-15``)."""
    first, last = _span(period)
    with session.reading() as book:
        return client_statement(book, client, first, last)


def _span(period: str) -> tuple[str, str]:
    first, dots, last = period.partition("..")
    try:
        begin = date.fromisoformat(first if dots else f"{period}-01")
        if dots:
            end = date.fromisoformat(last)
    except ValueError:
        raise Usage(f"{period!r} is no month such as 2025-01, nor days such as 2025-01-01..2025-01-15") from None
    if dots and end < begin:
        raise Usage(f"the period {period} ends before it begins")
    if dots:
        return begin.isoformat(), end.isoformat()
    return begin.isoformat(), begin.replace(day=calendar.monthrange(begin.year, begin.month)[1]).isoformat()


def write_csv(session: Session, made: ClientStatement, period: str) -> str:
    """Write the statement into reports/; returns the path as printed."""
    document = made.document()
    target = session.folder / REPORTS / f"statement-{made.client}-{period}.csv"
    figures = [(name, text) for name, text in document.items() if isinstance(text, str)]
    columns = list(dict.fromkeys(key for line in document["lines"] for key in line))
    papers = list(dict.fromkeys(key for paper in document["documents"] for key in paper))
    rows: list[Iterable[Any]] = [
        *figures,
        (),
        papers,
        *([d.get(key, "") for key in papers] for d in document["documents"]),
    ]
    rows += [(), columns, *([line.get(key, "") for key in columns] for line in document["lines"])]
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([[safe_cell(str(cell)) for cell in row] for row in rows])
    with writing_files(session.shown(target)):
        target.parent.mkdir(exist_ok=True)
        target.write_text(text.getvalue(), encoding="utf-8")
    return session.shown(target)


def safe_cell(text: str) -> str:
    """A cell that no spreadsheet takes for a formula (SURFACE, "Output")."""
    return f"'{text}" if text.startswith(_FORMULA) and not _NUMBER.match(text) else text
