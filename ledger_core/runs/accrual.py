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
from ledger_core.accounting.money import AMOUNT_LIMIT, format_minor, format_rate, parse_rate
from ledger_core.errors import Refused, refuse
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


class _Move(NamedTuple):
    """What one entry did to a case; ``undone`` if it was reversed; a reversal of an accrual counts from its day."""

    event: str
    day: str
    accrued_on: str
    principal: int
    accrued: int
    undone: bool


class _History(NamedTuple):
    """What the entries of a case say: since when the sum runs, the principal by effective days, what was accrued."""

    start: date
    principal: list[Step]
    accrued: int
    beyond: int  # of it, for days after the one through which


def post(book: Book, through: str) -> list[Accrual]:
    """Accrue the interest of all active cases through a day; returns what was accrued.

    A case with interest accrued for later days already is left to the next run beyond those.
    """
    last = date.fromisoformat(through)
    cases = _cases(book)
    rates = _rates(book, cases)
    histories = _histories(book, cases, through)
    facts: list[Fact] = []
    changed = []
    for case in cases:
        history = histories.get(case.id)
        if history is None or history.start > last or history.beyond:
            continue
        count = interest.day_count(case.day_count)
        whole = interest.accrued(history.principal, rates[case.id], history.start, last, count)
        amount = interest.to_accrue(whole, history.accrued, case.interest)
        if amount >= AMOUNT_LIMIT:
            raise refuse(
                "AMOUNT_LIMIT", f"{format_minor(amount, case.currency)} interest of case {case.id} is too large"
            )
        if amount:
            meta = {"through": through, **_basis(rates[case.id], count, last)}
            facts.append(Fact("interest_accrual", through, case=case.id, amount=amount, source=len(facts), meta=meta))
            changed.append((case, amount))
    posted = post_facts(book, facts, "accrue") if facts else None
    if posted and posted.problems:
        raise Refused([problem for _, problem in posted.problems])
    entries = posted.entries if posted else {}
    return [Accrual(case.id, case.currency, amount, entries[n]) for n, (case, amount) in enumerate(changed)]


def _basis(rates: Sequence[Step], count: str, last: date) -> dict[str, str]:
    """What the books must say for the sum to be recomputed: the rates by their days, and an uncommon day count."""
    by_day = {step.day: step.value for step in rates if step.day <= last}
    told = " ".join(f"{day}:{format_rate(by_day[day])}" for day in sorted(by_day))
    return {"rates": told} | ({"day-count": count} if count != interest.ACTUAL_365 else {})


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
           FROM texts(:ids) j JOIN case_change k ON k.case_id = j.value
           WHERE k.interest_rate <> '' ORDER BY k.id""",
        ids=list(rates),
    )
    for case, effective, rate in changes:
        rates[case].append(Step(date.fromisoformat(effective), parse_rate(rate)))
    return rates


def _histories(book: Book, cases: Sequence[_Case], through: str) -> dict[str, _History]:
    """The principal of each case by effective days since its placement or its last judgment."""
    found = read.rows(
        book.connection,
        """SELECT e.case_id, e.event, COALESCE(NULLIF(e.effective, ''), e.date) AS day,
                  COALESCE((SELECT MAX(COALESCE(NULLIF(o.effective, ''), o.date))
                            FROM reversal r JOIN entry o ON o.id = r.reversed WHERE r.entry = e.id),
                           NULLIF(e.effective, ''), e.date),
                  SUM(CASE WHEN a.name LIKE :principal THEN p.amount ELSE 0 END),
                  -SUM(CASE WHEN a.name LIKE :accrued THEN p.amount ELSE 0 END),
                  EXISTS (SELECT 1 FROM reversal r WHERE r.reversed = e.id)
           FROM texts(:ids) j JOIN entry e ON e.case_id = j.value
           JOIN posting p ON p.entry = e.id JOIN account a ON a.id = p.account
           WHERE a.name LIKE :principal OR a.name LIKE :accrued OR e.event IN ('placement', 'judgment')
           GROUP BY e.id ORDER BY e.case_id, e.id""",
        ids=[case.id for case in cases],
        principal=chart.OUTSTANDING["principal"].name(client="%"),
        accrued=chart.INTEREST_ACCRUED.name(client="%"),
    )
    moves: dict[str, list[_Move]] = {}
    for case, *move in found:
        moves.setdefault(case, []).append(_Move(*move))
    return {case: _history(rows, through) for case, rows in moves.items()}


def _history(rows: Sequence[_Move], through: str) -> _History:
    """A judgment that stands starts the sum anew: what was accrued before it is in its balances.

    In posting order, since a judgment that comes late sets the balances as they are when it is posted.
    """
    judged = [index for index, move in enumerate(rows) if move.event == "judgment" and not move.undone]
    first = judged[-1] if judged else 0
    start = rows[first].day
    by_day: dict[str, int] = {}
    for move in rows:
        by_day[max(move.day, start)] = by_day.get(max(move.day, start), 0) + move.principal
    balance, steps = 0, []
    for day in sorted(by_day):
        balance += by_day[day]
        steps.append(Step(date.fromisoformat(day), balance))
    since = rows[first:]
    beyond = sum(move.accrued for move in since if move.accrued_on > through)
    return _History(date.fromisoformat(start), steps, sum(move.accrued for move in since), beyond)
