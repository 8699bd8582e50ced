"""``reconcile``: open statement lines become claims and entries, day by day (DOMAIN §4, §5).

A day: our own entries are matched; returned payments; receipts by exact reference; cure; our own
entries once more; what is left goes to Unidentified (trust) or Suspense (operating), or stays open.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from ledger_core.accounting.fact import Fact
from ledger_core.accounting.money import format_minor
from ledger_core.cases import register
from ledger_core.journal import read
from ledger_core.journal.append import Claim
from ledger_core.journal.store import setting
from ledger_core.runs import clearing, cure, returns
from ledger_core.runs.claims import claims_of
from ledger_core.runs.facts import Posted, post_into, remember
from reconciliation.decision import Decision, Line, decide, named_cases, prefer_open
from reconciliation.identifiers import identifier_key
from reconciliation.own_money import Fit, OwnMoney
from tallystick.actions.session import retried

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ledger_core.accounting.agency import Bank
    from ledger_core.errors import Problem
    from ledger_core.journal.append import Batch
    from ledger_core.runs.book import Book
    from reconciliation.decision import Named
    from tallystick.actions.session import Session

_WAITING = ("open", "unidentified", "suggested")
_SUGGESTIONS = 5


@dataclass(slots=True)
class ReconcileResult:
    """How many lines went where, and the deficits that were cured."""

    dispositions: Counter[str] = field(default_factory=Counter)
    cured: int = 0

    @property
    def ok(self) -> bool:
        """Open lines are no error."""
        return True


@retried
def reconcile(session: Session, *, dry_run: bool = False) -> ReconcileResult:
    """Reconcile all open lines up to the day of acting."""
    with session.writing(dry_run=dry_run) as book:
        return reconcile_book(book)


def reconcile_book(book: Book) -> ReconcileResult:
    """The same, inside a transaction."""
    result = ReconcileResult()
    lines = _lines(book)
    matcher = _Matcher(book, lines)
    days = sorted({line.date for line in lines})
    for day in days:
        today = [line for line in lines if line.date == day]
        clearing.post(book, (date.fromisoformat(day) - timedelta(days=1)).isoformat())
        for bank in book.agency.banks:
            matcher.own_money(bank, [line for line in today if line.bank == bank.id])
        matcher.returns(today)
        clearing.post(book, day)
        matcher.receipts(today)
        matcher.invoices(today)
        clearing.post(book, day)
        result.cured += len(cure.post(book, day))
        for bank in book.agency.banks:
            matcher.own_money(bank, [line for line in today if line.bank == bank.id])
        matcher.rest(today)
    matcher.late([line for line in lines if line.disposition == "unidentified"])
    clearing.post(book, book.acted_on)
    result.cured += len(cure.post(book, book.acted_on))
    result.dispositions = matcher.dispositions
    return result


def _lines(book: Book) -> list[Line]:
    """The lines that wait, in the order of bank and statement."""
    found = read.rows(
        book.connection,
        """SELECT l.id, l.bank, l.date, l.amount, l.method, s.disposition, p.text
           FROM line_state s JOIN statement_line l ON l.id = s.line
           LEFT JOIN person p ON p.id = 'line:' || l.id
           WHERE s.disposition IN (SELECT value FROM texts(:waiting)) AND l.date <= :day ORDER BY l.id""",
        waiting=_WAITING,
        day=book.acted_on,
    )
    return [
        Line(number, bank, day, amount, method, disposition, json.loads(text) if text else {})
        for number, bank, day, amount, method, disposition, text in found
    ]


class _Matcher:
    """The lines of one command, and what became of each so far."""

    def __init__(self, book: Book, lines: Sequence[Line]) -> None:
        self._book = book
        self._named = _named(book, lines)
        self._done: set[int] = set()
        self._doubts: dict[int, tuple[Decision, str]] = {}
        self._tied: set[int] = set()
        self.dispositions: Counter[str] = Counter()

    def _fresh(self, lines: Iterable[Line], fund: str) -> list[Line]:
        """Lines that nothing was booked for yet."""
        banks = {bank.id for bank in self._book.agency.banks if bank.fund == fund}
        return [
            line for line in lines if line.id not in self._done and line.disposition == "open" and line.bank in banks
        ]

    def own_money(self, bank: Bank, lines: Sequence[Line]) -> None:
        """Match lines to entries of ours that wait for them; one that was booked as unknown is given back."""
        waiting = [line for line in lines if line.id not in self._done]
        if not waiting:
            return
        own = OwnMoney(self._book.connection, bank.id)
        batch = self._book.batch("reconcile")
        claims: list[Claim] = []
        states: dict[int, tuple[str, str]] = {}
        for line in waiting:
            fit, tied = own.fit(line, [item.case for item in self._named[line.id]])
            if tied:
                self._tied.add(line.id)
            if fit is None or (line.disposition != "open" and not self._give_back(batch, line, claims)):
                continue
            own.take(fit)
            claims += _claims(line, fit)
            states[line.id] = ("matched", "")
            self._done.add(line.id)
            self._tied.discard(line.id)
            self.dispositions["matched"] += 1
        if states:
            batch.claims, batch.line_states = claims, {**batch.line_states, **states}
            self._book.append(batch)

    def _give_back(self, batch: Batch, line: Line, claims: list[Claim]) -> bool:
        """Reverse the booking of unknown money that turns out to be our own; False where it was used already."""
        booked = read.rows(
            self._book.connection,
            """SELECT e.id FROM entry e LEFT JOIN reversal r ON r.reversed = e.id
               WHERE e.line = :line AND r.reversed IS NULL AND e.event <> 'reversal'""",
            line=line.id,
        )
        entries = read.entries(self._book.connection, [row[0] for row in booked])
        if [entry.header.event for entry in entries] not in (["unidentified"], ["suspense"]):
            return False
        header = entries[0].header
        fact = Fact("reversal", header.date, line=line.id)
        row = returns.negate(self._book, batch, fact, entries)
        claims.append(Claim(line.id, line.bank, -line.amount, [f"rule: entry {entries[0].id} taken back"], row=row))
        return True

    def returns(self, lines: Sequence[Line]) -> None:
        """Negative lines that name a case undo its receipt of that amount."""
        wanted = [line for line in self._fresh(lines, "trust") if line.amount < 0]
        for line, decision in self._decide(wanted):
            if decision.kind == "return":
                (case, amount), *_ = decision.parts
                fact = Fact("returned_payment", line.date, case=case, amount=amount, line=line.id, bank=line.bank)
                self._post([(line, decision, [fact])], "returned: the latest such receipt")

    def receipts(self, lines: Sequence[Line]) -> None:
        """Positive lines that name their case; those that name several see what the others left."""
        wanted = [line for line in self._fresh(lines, "trust") if line.amount > 0 and self._named[line.id]]
        for several in (False, True):
            batch = []
            for line, decision in self._decide([line for line in wanted if (len(self._named[line.id]) > 1) == several]):
                if decision.kind == "receipt":
                    batch.append((line, decision, [self._receipt(line, *part) for part in decision.parts]))
                else:
                    self._doubts[line.id] = (decision, decision.doubt)
            self._post(batch)

    def _receipt(self, line: Line, case: str, amount: int) -> Fact:
        return Fact("receipt", line.date, case=case, amount=amount, bank=line.bank, line=line.id, method=line.method)

    def _decide(self, lines: Sequence[Line]) -> list[tuple[Line, Decision]]:
        """What each line is, by the cases as they stand."""
        cases = register.info(self._book.connection, {item.case for line in lines for item in self._named[line.id]})
        currency = {bank.id: bank.currency for bank in self._book.agency.banks}
        named = ((line, prefer_open(self._named[line.id], cases)) for line in lines)
        return [(line, decide(line, found, cases, currency[line.bank])) for line, found in named]

    def invoices(self, lines: Sequence[Line]) -> None:
        """Money on an operating bank that names an open invoice of its amount: the client pays it."""
        incoming = [line for line in self._fresh(lines, "operating") if line.amount > 0]
        for line in incoming:
            client = _invoice_named(self._book, line)
            if client:
                fact = Fact(
                    "client_payment", line.date, client=client, amount=line.amount, bank=line.bank, line=line.id
                )
                decision = Decision("receipt", (), ("rule: an open invoice of this amount is named",))
                self._post([(line, decision, [fact])])

    def rest(self, lines: Sequence[Line]) -> None:
        """What nothing explains: booked as unknown, or left open."""
        trust = [line for line in self._fresh(lines, "trust") if line.amount > 0 and line.id not in self._tied]
        operating = [line for line in self._fresh(lines, "operating") if line.id not in self._tied]
        unknown = Decision("wait", (), ("rule: nothing names a case or an entry",))
        facts = [(line, unknown, [_unknown("unidentified", line)]) for line in trust]
        facts += [(line, unknown, [_unknown("suspense", line)]) for line in operating]
        self._post(facts)
        for line in lines:
            if line.id not in self._done:
                self.dispositions[line.disposition] += 1

    def late(self, lines: Sequence[Line]) -> None:
        """Unidentified money whose case was placed since: identified on the day of acting.

        Only money that nobody has decided on: what a person undid is not done again.
        """
        banks = {bank.id for bank in self._book.agency.banks if bank.fund == "trust"}
        named = [line for line in lines if line.id not in self._done and line.bank in banks and self._named[line.id]]
        untouched = _booked_once(self._book, [line.id for line in named])
        for line, decision in self._decide([line for line in named if line.id in untouched]):
            if decision.kind != "receipt":
                continue
            meta = {"evidence": "; ".join(decision.evidence)}
            facts = [
                replace(
                    self._receipt(line, *part),
                    event="identified",
                    date=self._book.acted_on,
                    effective=line.date,
                    meta=meta,
                    source=number,
                )
                for number, part in enumerate(decision.parts)
            ]
            batch, posted = self._book.batch("reconcile"), Posted()
            sources = post_into(self._book, batch, facts, posted)
            if not posted.problems:
                batch.line_states = {line.id: ("posted", "")}
                remember(posted, sources, self._book.append(batch))
                self._done.add(line.id)
                self.dispositions["posted"] += 1
                self.dispositions[line.disposition] -= 1

    def _post(self, wanted: Sequence[tuple[Line, Decision, list[Fact]]], more: str = "") -> None:
        """Post facts of lines, with the claims of each line on what it booked; the refused wait."""
        if not wanted:
            return
        book, posted = self._book, Posted()
        batch = book.batch("reconcile")
        facts = [replace(fact, source=n) for n, fact in enumerate(fact for _, _, made in wanted for fact in made)]
        sources = post_into(book, batch, facts, posted)
        failed = {facts[source].line: problem for source, problem in posted.problems}
        whole = {fact.line for fact in facts} - failed.keys()
        if failed:
            self._doubt(wanted, failed)
            self._post([item for item in wanted if item[0].id in whole], more)
            return
        states: dict[int, tuple[str, str]] = {}
        evidence: dict[int, list[str]] = {}
        for line, decision, made in wanted:
            evidence[line.id] = [*decision.evidence, more] if more else list(decision.evidence)
            states[line.id] = self._state(line, made[0].event)
            self.dispositions[states[line.id][0]] += 1
            self._done.add(line.id)
        banks = {line.id: line.bank for line, _, _ in wanted}
        rows = {row: facts[source].line for row, source in enumerate(sources)}
        made_of = [
            claim
            for bank in book.agency.banks
            for claim in claims_of(batch, bank, {r: n for r, n in rows.items() if banks[n] == bank.id}, evidence)
        ]
        batch.claims, batch.line_states = made_of, {**batch.line_states, **states}
        remember(posted, sources, book.append(batch))

    def _doubt(self, wanted: Sequence[tuple[Line, Decision, list[Fact]]], failed: dict[int, Problem]) -> None:
        """Certain by its reference, but it cannot be posted: a person is told why."""
        for line, decision, _ in wanted:
            if line.id in failed:
                self._doubts[line.id] = (decision, failed[line.id].message)

    def _state(self, line: Line, event: str) -> tuple[str, str]:
        """Disposition and suggestions of a line that was booked."""
        if event not in {"unidentified", "suspense"}:
            return "posted", ""
        if line.id not in self._doubts:
            return "unidentified", ""
        decision, doubt = self._doubts[line.id]
        currency = self._book.agency.bank(line.bank).currency
        suggestion = {
            "cases": [{"case": case, "amount": format_minor(amount, currency)} for case, amount in decision.parts],
            "evidence": [*decision.evidence, *([f"doubt: {doubt}"] if doubt else [])],
        }
        return "suggested", json.dumps([suggestion][:_SUGGESTIONS], ensure_ascii=False)


def _booked_once(book: Book, lines: Sequence[int]) -> set[int]:
    """Of these lines those with one entry, ever."""
    found = read.rows(
        book.connection,
        """SELECT j.value FROM numbers(:lines) j JOIN entry e ON e.line = j.value
           GROUP BY j.value HAVING COUNT(*) = 1""",
        lines=lines,
    )
    return {row[0] for row in found}


def _unknown(event: str, line: Line) -> Fact:
    return Fact(event, line.date, amount=line.amount, bank=line.bank, line=line.id)


def _claims(line: Line, fit: Fit) -> list[Claim]:
    return [Claim(line.id, line.bank, m.amount, [fit.evidence], entry=m.entry) for m in fit.movements]


def _named(book: Book, lines: Sequence[Line]) -> dict[int, list[Named]]:
    """The cases that each line names exactly."""
    mentions = {line.id: line.mentions for line in lines}
    keys = {mention.key for found in mentions.values() for mention in found}
    index_key = setting(book.connection, "index_key")
    hashed = {key: register.hashed_key(index_key, key) for key in keys}
    known = register.named_by(book.connection, [*keys, *hashed.values()])
    return {line.id: named_cases(mentions[line.id], known, hashed) for line in lines}


def _invoice_named(book: Book, line: Line) -> str:
    """The client whose open invoice of the line's amount the line names, or nothing."""
    keys = {mention.key for mention in line.mentions}
    clients = [
        client
        for client, contract in book.contracts.items()
        if contract.currency == book.agency.bank(line.bank).currency
    ]
    fitting = {
        client
        for client in clients
        for number, amount in book.account(client).invoices.items()
        if amount == line.amount and identifier_key(number) in keys
    }
    return fitting.pop() if len(fitting) == 1 else ""
