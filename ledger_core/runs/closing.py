"""Closing a month 关账: nothing is ever posted into it again (DOMAIN §4, "Closed periods")."""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from typing import TYPE_CHECKING

from ledger_core.accounting.money import format_minor
from ledger_core.errors import Problem, Refused
from ledger_core.journal import read
from ledger_core.runs import clearing, cure, drafts, gaps, three_way

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ledger_core.runs.book import Book


def last_day(month: str) -> str:
    """The last day of a month given as ``2025-01``."""
    year, number = int(month[:4]), int(month[5:])
    return f"{month}-{calendar.monthrange(year, number)[1]:02d}"


def post(book: Book, month: str) -> None:
    """Clear and cure what is due through the month, then close it; raises ``Refused`` with all that hinders."""
    end = last_day(month)
    wrong = list(_turn(book, month, end))
    if wrong:
        raise Refused(wrong)
    clearing.post(book, end)
    cure.post(book, end)
    wrong = [*_lines(book, month), *_drafts(book, end), *_short(book, end), *_gaps(book, month), *_banks(book, end)]
    if wrong:
        raise Refused(wrong)
    batch = book.batch("close")
    batch.rows = {"period": [(month, book.acted_on, book.actor)]}
    book.append(batch)


def _turn(book: Book, month: str, end: str) -> Iterator[Problem]:
    """Months close in order, each once, and when it is over."""
    first = book.agency.first_day.isoformat()[:7]
    closed = read.closed_months(book.connection)
    if month in closed:
        yield Problem("CLOSE_ORDER", f"{month} is closed already")
    elif month < first:
        yield Problem("CLOSE_ORDER", f"{month} is before {first}, the month of the first day")
    elif end > book.acted_on:
        yield Problem("DATE_FUTURE", f"{month} ends on {end}, after {book.acted_on}, the day of acting")
    else:
        before = _before(month)
        if before >= first and before not in closed:
            yield Problem("CLOSE_ORDER", f"{before} is not closed yet, and months close in order")


def _before(month: str) -> str:
    return (date.fromisoformat(f"{month}-01") - timedelta(days=1)).isoformat()[:7]


def _lines(book: Book, month: str) -> Iterator[Problem]:
    """Lines that nobody has explained; one that is excluded has been."""
    found = read.rows(
        book.connection,
        """SELECT l.id, l.bank, l.date, l.amount FROM line_state s JOIN statement_line l ON l.id = s.line
           WHERE s.disposition = 'open' AND l.date BETWEEN :first AND :last ORDER BY l.date, l.id""",
        first=f"{month}-01",
        last=last_day(month),
    )
    for line, bank, day, amount in found:
        told = format_minor(amount, book.agency.bank(bank).currency)
        yield Problem("LINE_OPEN", f"line {line} of {bank} on {day} over {told} is not reconciled")


def _drafts(book: Book, end: str) -> Iterator[Problem]:
    for draft in drafts.open_drafts(book.connection, end):
        yield Problem("DRAFT_OPEN", f"draft {draft.id}, a {draft.event} of {draft.date}, waits for a second person")


def _short(book: Book, end: str) -> Iterator[Problem]:
    for deficit in cure.deficits(book, end):
        who = deficit.client or deficit.case or "the agency's fees"
        short = f"{format_minor(deficit.amount, deficit.currency)} {deficit.currency}"
        yield Problem("CURE_DUE", f"{deficit.bank} is {short} short for {who} since {deficit.date}")


def _gaps(book: Book, month: str) -> Iterator[Problem]:
    for gap in gaps.find(book):
        if gap.date[:7] == month:
            yield Problem("STATEMENT_GAP", str(gap))


def _banks(book: Book, end: str) -> Iterator[Problem]:
    """Each bank's book and the listed items make its statement's balance."""
    known = three_way.ahead(book)
    for bank in book.agency.banks:
        check = three_way.bank_check(book, bank, end, known)
        if check.unexplained:
            apart = format_minor(check.unexplained, bank.currency)
            yield Problem("STATEMENT_APART", f"{bank.id}: book and listed items are {apart} off the statement at {end}")
