"""Payment plans and promises to pay: noted, and told as kept or broken; they post nothing (DOMAIN §3)."""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from ledger_core.cases import register
from ledger_core.errors import refuse
from ledger_core.journal import read, schema
from ledger_core.journal.store import next_id
from ledger_core.runs import heading

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from ledger_core.accounting.fact import Fact
    from ledger_core.journal.append import Batch
    from ledger_core.runs.book import Book

_EARLY, _LATE = timedelta(days=5), timedelta(days=10)
"""An instalment is met by what comes from 5 days before to 10 days after it is due (DOMAIN §5)."""

_INSTALMENTS_MAX = 1_200
_EVERY = {"": "month", "monthly": "month", "weekly": "week"}


class Instalment(NamedTuple):
    """One payment that was promised; ``status`` is kept, broken or open."""

    event: str
    due: str
    amount: int
    status: str


def _plan(book: Book, batch: Batch, fact: Fact) -> int:
    """Equal instalments from a first day to a last, by month or week."""
    every = _EVERY.get(fact.method.strip().casefold())
    if every is None:
        raise refuse("VALUE_BAD", f"method {fact.method[:20]!r} of a payment_plan is neither monthly nor weekly")
    first, last = _day(fact.from_, "from"), _day(fact.to, "to")
    if last < first:
        raise refuse("DATE_BAD", f"the payment plan ends on {last}, before it begins on {first}")
    if len(list(_dues(first, last, every))) > _INSTALMENTS_MAX:
        raise refuse("VALUE_BAD", f"a payment plan has at most {_INSTALMENTS_MAX} instalments")
    return _note(book, batch, fact, first, last, every)


def _promise(book: Book, batch: Batch, fact: Fact) -> int:
    """One payment by a day."""
    due = _day(fact.to or fact.from_, "to")
    return _note(book, batch, fact, due, due, "")


def _day(text: str, column: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise refuse("DATE_BAD", f"`{column}` {text[:20]!r} is no date") from None


def _note(book: Book, batch: Batch, fact: Fact, first: date, last: date, every: str) -> int:
    case = register.info(book.connection, [fact.case]).get(fact.case)
    if case is None:
        raise refuse("CASE_UNKNOWN", f"case {fact.case!r} is not in the register")
    rows = list(batch.rows.get("promise", ()))
    number = next_id(book.connection, schema.promise) + len(rows)
    rows.append((number, fact.case, fact.event, fact.amount, first.isoformat(), last.isoformat(), every))
    batch.rows = {**batch.rows, "promise": rows}
    return batch.sheet.add(heading.header(book, fact, client=case.client, case=fact.case))


def _dues(first: date, last: date, every: str) -> Iterator[date]:
    """The days on which instalments are due; the 31st is the last day of a shorter month."""
    due, number = first, 0
    while due <= last:
        yield due
        number += 1
        if number > _INSTALMENTS_MAX or not every:
            return
        if every == "week":
            due = first + timedelta(weeks=number)
        else:
            year, month = divmod(first.year * 12 + first.month - 1 + number, 12)
            due = date(year, month + 1, min(first.day, calendar.monthrange(year, month + 1)[1]))


def instalments(book: Book, case: str, at: str) -> list[Instalment]:
    """All that was promised on a case, and whether it came, as of a day."""
    promised = read.rows(
        book.connection,
        "SELECT event, amount, first, last, every FROM promise WHERE case_id = :case ORDER BY id",
        case=case,
    )
    paid = _paid(book, case) if promised else []
    result = []
    for event, amount, first, last, every in promised:
        for due in _dues(date.fromisoformat(first), date.fromisoformat(last), every):
            span = ((due - _EARLY).isoformat(), (due + _LATE).isoformat())
            came = sum(money for day, money in paid if span[0] <= day <= span[1])
            status = "kept" if came >= amount else "broken" if span[1] < at else "open"
            result.append(Instalment(event, due.isoformat(), int(amount), status))
    return sorted(result, key=lambda instalment: instalment.due)


def _paid(book: Book, case: str) -> list[tuple[str, int]]:
    """What came for a case and did not go back: effective day and amount."""
    found = read.rows(
        book.connection,
        """SELECT COALESCE(NULLIF(e.effective, ''), e.date), SUM(p.amount)
           FROM entry e JOIN posting p ON p.entry = e.id JOIN account a ON a.id = p.account
           WHERE e.case_id = :case AND a.name LIKE 'Equity:Memo:Collected%'
             AND NOT EXISTS (SELECT 1 FROM reversal r WHERE r.reversed = e.id OR r.entry = e.id)
           GROUP BY e.id""",
        case=case,
    )
    return [(day, int(amount)) for day, amount in found]


EVENTS: Mapping[str, Callable[[Book, Batch, Fact], int]] = {"payment_plan": _plan, "promise_to_pay": _promise}
