"""Interest through a day, case by case (DOMAIN §4, "Interest").

The whole sum is computed anew each time and what was accrued before is taken off, so it never drifts, and what
came late by its effective date is put right by the next accrual.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from ledger_core.accounting import chart, interest
from ledger_core.accounting.fact import Fact
from ledger_core.accounting.interest import Step
from ledger_core.accounting.money import parse_rate
from ledger_core.errors import Refused
from ledger_core.journal import read
from ledger_core.runs.facts import post_facts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ledger_core.runs.book import Book


class Accrual(NamedTuple):
    """What was accrued on a case; negative where too much had been."""

    case: str
    currency: str
    amount: int
    entry: int


class _Case(NamedTuple):
    id: str
    currency: str
    placed_on: str
    rate: str
    day_count: str
    interest: int


class _History(NamedTuple):
    """What the entries of a case say: since when the sum runs, the principal by effective days, what was accrued."""

    start: date
    principal: list[Step]
    accrued: int


def post(book: Book, through: str) -> list[Accrual]:
    """Accrue the interest of all active cases through a day; returns what was accrued."""
    cases = _cases(book)
    rates = _rates(book, cases)
    histories = _histories(book, cases)
    facts: list[Fact] = []
    changed = []
    for case in cases:
        history = histories.get(case.id)
        if history is None or history.start > date.fromisoformat(through):
            continue
        whole = interest.accrued(
            history.principal,
            rates[case.id],
            history.start,
            date.fromisoformat(through),
            interest.day_count(case.day_count),
        )
        amount = max(whole - history.accrued, -case.interest)
        if amount:
            meta = {"through": through}
            facts.append(Fact("interest_accrual", through, case=case.id, amount=amount, source=len(facts), meta=meta))
            changed.append((case, amount))
    posted = post_facts(book, facts, "accrue") if facts else None
    if posted and posted.problems:
        raise Refused([problem for _, problem in posted.problems])
    entries = posted.entries if posted else {}
    return [Accrual(case.id, case.currency, amount, entries[n]) for n, (case, amount) in enumerate(changed)]


def _cases(book: Book) -> list[_Case]:
    """Active cases that bear interest, or ever did."""
    found = read.rows(
        book.connection,
        """SELECT c.id, c.currency, c.placed_on, c.interest_rate, c.day_count, b.interest
           FROM cases c JOIN case_balance b ON b.case_id = c.id
           WHERE b.principal + b.interest + b.fees + b.court_costs > 0
             AND (c.interest_rate <> '' OR EXISTS (
               SELECT 1 FROM case_change k WHERE k.case_id = c.id AND k.interest_rate <> '')) ORDER BY c.id""",
    )
    return [_Case(*row) for row in found]


def _rates(book: Book, cases: Sequence[_Case]) -> dict[str, list[Step]]:
    """The rates of each case, each from its day on."""
    rates = {
        case.id: [Step(date.fromisoformat(case.placed_on), parse_rate(case.rate))] if case.rate else []
        for case in cases
    }
    changes = read.rows(
        book.connection,
        """SELECT k.case_id, k.effective, k.interest_rate
           FROM json_each(:ids) j JOIN case_change k ON k.case_id = j.value
           WHERE k.interest_rate <> '' ORDER BY k.id""",
        ids=list(rates),
    )
    for case, effective, rate in changes:
        rates[case].append(Step(date.fromisoformat(effective), parse_rate(rate)))
    return rates


def _histories(book: Book, cases: Sequence[_Case]) -> dict[str, _History]:
    """The principal of each case by effective days since its placement or its last judgment."""
    found = read.rows(
        book.connection,
        """SELECT e.case_id, e.event, COALESCE(NULLIF(e.effective, ''), e.date) AS day,
                  SUM(CASE WHEN a.name LIKE :principal THEN p.amount ELSE 0 END),
                  -SUM(CASE WHEN a.name LIKE :accrued THEN p.amount ELSE 0 END),
                  EXISTS (SELECT 1 FROM reversal r WHERE r.reversed = e.id)
           FROM json_each(:ids) j JOIN entry e ON e.case_id = j.value
           JOIN posting p ON p.entry = e.id JOIN account a ON a.id = p.account
           WHERE a.name LIKE :principal OR a.name LIKE :accrued
           GROUP BY e.id ORDER BY e.case_id, e.id""",
        ids=[case.id for case in cases],
        principal=chart.OUTSTANDING["principal"].name(client="%"),
        accrued=chart.INTEREST_ACCRUED.name(client="%"),
    )
    moves: dict[str, list[tuple[str, str, int, int, bool]]] = {}
    for case, event, day, principal, accrued, undone in found:
        moves.setdefault(case, []).append((event, day, int(principal), int(accrued), bool(undone)))
    return {case: _history(rows) for case, rows in moves.items()}


def _history(rows: Sequence[tuple[str, str, int, int, bool]]) -> _History:
    """A judgment that stands starts the sum anew: what was accrued before it is in its balances."""
    judged = [index for index, (event, *_, undone) in enumerate(rows) if event == "judgment" and not undone]
    first = judged[-1] if judged else 0
    start = rows[first][1]
    by_day: dict[str, int] = {}
    for _, day, principal, _, _ in rows:
        by_day[max(day, start)] = by_day.get(max(day, start), 0) + principal
    balance, steps = 0, []
    for day in sorted(by_day):
        balance += by_day[day]
        steps.append(Step(date.fromisoformat(day), balance))
    since = rows[first + 1 :] if judged else rows
    return _History(date.fromisoformat(start), steps, sum(accrued for _, _, _, accrued, _ in since))
