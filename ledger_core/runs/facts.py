"""Posting facts: from events as they come to sealed entries, in the order of a day (DOMAIN §4)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

from ledger_core.accounting.quantities import EVENTS
from ledger_core.errors import Problem, Refused
from ledger_core.runs import clearing, operating, promises, refunds, returns, trust
from ledger_core.runs.case_facts import CaseFacts

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ledger_core.accounting.columns import Refusal
    from ledger_core.accounting.fact import Fact
    from ledger_core.journal.append import Appended, Batch
    from ledger_core.runs.book import Book

_PHASES: tuple[tuple[str, ...], ...] = (("placement",), (), ("returned_payment",), ("refund",))
"""Placements; all else in file order; returned payments; refunds.  Each phase sees the one before."""


@dataclass(slots=True)
class Posted:
    """What became of facts: problems by ``source``, and the entry ids of those posted."""

    problems: list[tuple[int, Problem]] = field(default_factory=list)
    entries: dict[int, int] = field(default_factory=dict)

    def refuse(self, fact: Fact, code: str, message: str) -> None:
        """Note that a fact was not posted."""
        self.problems.append((fact.source, Problem(code, message)))


def post_facts(book: Book, facts: Sequence[Fact], kind: str, prepare: Callable[[Batch], None] | None = None) -> Posted:
    """Post facts day by day, phase by phase; ``prepare`` adds the facts' own rows to the first batch."""
    posted = Posted()
    days: dict[str, list[Fact]] = {}
    # Placements rest on nothing, so those of all days are one phase.
    first = min((fact.date for fact in facts if fact.event == "placement"), default="")
    for fact in facts:
        days.setdefault(first if fact.event == "placement" else fact.date, []).append(fact)
    for day in sorted(days):
        clearing.post(book, (date.fromisoformat(day) - timedelta(days=1)).isoformat())
        for phase in _PHASES:
            others = {event for named in _PHASES for event in named}
            wanted = [fact for fact in days[day] if (fact.event in phase if phase else fact.event not in others)]
            if wanted:
                _post_phase(book, wanted, kind, posted, prepare)
                prepare = None
    if prepare is not None:
        batch = book.batch(kind)
        prepare(batch)
        book.append(batch)
    return posted


def _post_phase(
    book: Book, facts: Sequence[Fact], kind: str, posted: Posted, prepare: Callable[[Batch], None] | None
) -> None:
    batch = book.batch(kind)
    if prepare:
        prepare(batch)
    sources = post_into(book, batch, facts, posted)
    if batch.sheet.headers or prepare:
        done = book.append(batch)
        remember(posted, sources, done)


def remember(posted: Posted, sources: Sequence[int], done: Appended) -> None:
    """Note the entry of each source, its first if it made several."""
    for row, source in enumerate(sources):
        if source >= 0:
            posted.entries.setdefault(source, done.first + row)


def post_into(book: Book, batch: Batch, facts: Sequence[Fact], posted: Posted) -> list[int]:
    """Post the facts of one phase into a batch's sheet, in their order; returns the source of each of its rows."""
    before = len(batch.sheet.headers)
    rows: dict[int, Fact] = {}
    further: dict[int, Fact] = {}  # entries that a fact makes beside its own, as the return of a split
    refused: list[Refusal] = []
    on_cases = CaseFacts(book, batch, [fact for fact in facts if fact.event in EVENTS])
    for fact in facts:
        if on_cases.waiting and fact.event in _SEE_BALANCES:
            refused += on_cases.post()
        start = len(batch.sheet.headers)
        try:
            row = on_cases.add(fact) if fact.event in EVENTS else _OTHERS[fact.event](book, batch, fact)
        except Refused as error:
            batch.sheet.cut(start)  # a fact of several entries may be refused at its last
            posted.problems += [(fact.source, problem) for problem in error.problems]
        else:
            rows[row] = fact
            further |= dict.fromkeys(range(row + 1, len(batch.sheet.headers)), fact)
    refused += on_cases.post()
    for refusal in refused:
        posted.refuse(rows.pop(refusal.row), refusal.code, refusal.message)
    gone = {refusal.row for refusal in refused}
    made = len(batch.sheet.headers)
    batch.sheet = batch.sheet.without(gone)
    of = further | rows
    return [-1] * before + [of[row].source for row in range(before, made) if row not in gone]


_OTHERS: Mapping[str, Callable[[Book, Batch, Fact], int]] = {
    **operating.EVENTS,
    **trust.EVENTS,
    **promises.EVENTS,
    "returned_payment": returns.post,
    "refund": refunds.post,
}
"""Events that move no case's buckets by themselves; each adds entries to the sheet and returns the fact's row."""

_SEE_BALANCES = (frozenset(trust.EVENTS) - {"unidentified"}) | {"client_credit"}
"""Events that take what is there, and so must see what the facts before them brought."""

POSTABLE = frozenset(EVENTS) | _OTHERS.keys()
"""Events that facts can bring."""


def equal_counts(identities: Sequence[str]) -> list[str]:
    """Idempotency keys of rows: equal rows are counted (SURFACE, "Files to import")."""
    seen: Counter[str] = Counter()
    keys = []
    for identity in identities:
        seen[identity] += 1
        keys.append(f"row:{identity}:{seen[identity]}")
    return keys
