"""What a bookkeeper decides about bank lines and entries: resolve, exclude, undo."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ledger_core.accounting import chart
from ledger_core.accounting.agency import MATCH
from ledger_core.accounting.fact import Fact
from ledger_core.accounting.money import format_minor, parse_minor
from ledger_core.accounting.quantities import WITH_FEE
from ledger_core.accounting.terms import BUCKETS
from ledger_core.cases import register
from ledger_core.errors import Refused, Usage, refuse
from ledger_core.journal import read, schema
from ledger_core.journal.append import Claim
from ledger_core.journal.store import next_id
from ledger_core.runs import available, drafts, receipts, returns
from ledger_core.runs.claims import claims_of
from ledger_core.runs.facts import Posted, post_facts, post_into, remember
from tallystick.actions import rows as staging
from tallystick.actions.entering import HandPosted, apart, event_row, posted_facts
from tallystick.actions.session import retried

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ledger_core.accounting.posting import EntryRow
    from ledger_core.journal.append import Batch
    from ledger_core.runs.book import Book
    from tallystick.actions.session import Session

_NEVER_UNDONE = ("remittance", "offset", "sweep", "cure", "unidentified", "suspense", "cleared")
_EVER = "9999-12-31"
RESOLVE = "resolve"


@retried
def resolve(session: Session, number: int, *, dry_run: bool = False, **decision: Any) -> HandPosted:  # noqa: ANN401
    """Decide what a line is: ``cases``, ``entry``, ``event`` with its ``values``, or ``refund``."""
    with session.writing(dry_run=dry_run) as book:
        line = _line(book, number)
        order = _order(book, line, decision)
        done, draft = drafts.submit(book, order, lambda: do_resolve(book, order))
        return replace(done, entries=(), draft=draft) if draft else done


def do_resolve(book: Book, order: drafts.Order | drafts.Draft) -> HandPosted:
    """Do what was decided about a line: now, or when a second person agrees."""
    columns = order.columns
    line = _line(book, columns["line"])
    if "cases" in columns:
        return _to_cases(book, line, columns["cases"])
    if "entry" in columns:
        return _to_entry(book, line, columns["entry"])
    if "event" in columns:
        return _to_event(book, line, columns["event"], {**columns["values"], **order.private})
    return _to_refund(book, line)


def _order(book: Book, line: _Line, decision: dict[str, Any]) -> drafts.Order:
    """A decision as an order; to split a line is as much as its parts, anything else as much as the line."""
    event = "refund" if "refund" in decision else MATCH
    comes_back = "cases" in decision and line.amount < 0
    more = "returned_payment" if comes_back else decision.get("event", "")
    keys = tuple(filter(None, (event, more)))
    amount = None if event == "refund" or ("cases" in decision and not comes_back) else abs(line.amount)
    columns: dict[str, Any] = {"line": line.id, **decision}
    private: dict[str, Any] = {}
    if "event" in decision:
        columns["values"], private = apart(decision["values"])
    return drafts.Order(RESOLVE, event, book.acted_on, columns, private, keys, amount=amount, currency=line.currency)


@dataclass(frozen=True, slots=True)
class _Line:
    id: int
    bank: str
    date: str
    amount: int
    method: str
    disposition: str
    currency: str
    fund: str


def _line(book: Book, number: int) -> _Line:
    found = read.rows(
        book.connection,
        """SELECT l.bank, l.date, l.amount, l.method, s.disposition
           FROM statement_line l JOIN line_state s ON s.line = l.id WHERE l.id = :line""",
        line=number,
    )
    if not found:
        raise refuse("LINE_UNKNOWN", f"there is no statement line {number}")
    bank_id, day, amount, method, disposition = found[0]
    if day > book.acted_on:
        raise refuse("DATE_FUTURE", f"line {number} is of {day}, after {book.acted_on}, the day of acting")
    bank = book.agency.bank(bank_id)
    return _Line(number, bank_id, day, amount, method, disposition, bank.currency, bank.fund)


def _to_cases(book: Book, line: _Line, cases: Sequence[str]) -> HandPosted:
    """Give a line's money to cases (``CASE`` or ``CASE=AMOUNT``); what no case gets stays in Unidentified."""
    number = line.id
    if line.disposition == "open" and line.amount < 0 and len(cases) == 1 and line.fund == "trust":
        fact = Fact("returned_payment", line.date, case=cases[0], amount=-line.amount, line=line.id, bank=line.bank)
        return HandPosted((_claimed(book, line, fact),))
    if line.disposition not in {"unidentified", "suggested"} or line.fund != "trust":
        where = f"of {line.bank} is {line.disposition}"
        raise refuse("LINE_UNKNOWN", f"line {number} {where}, and no case can get its money")
    held = read.items(book.connection, chart.UNIDENTIFIED.template, [f"line:{number}"])
    left = -sum(amount for *_, amount in held)
    parts = _parts(cases, line.currency, left)
    facts = [
        Fact(
            "identified",
            book.acted_on,
            case=case,
            amount=amount,
            line=number,
            bank=line.bank,
            effective=line.date,
            method=line.method,
            source=index,
        )
        for index, (case, amount) in enumerate(parts)
    ]
    rest = left - sum(amount for _, amount in parts)
    state = {number: ("unidentified" if rest else "posted", "")}

    def prepare(batch: Batch) -> None:
        batch.line_states = state

    posted = post_facts(book, facts, "resolve", prepare)
    if posted.problems:
        raise Refused([problem for _, problem in posted.problems])
    return HandPosted(tuple(sorted(posted.entries.values())))


def _parts(cases: Sequence[str], currency: str, left: int) -> list[tuple[str, int]]:
    """Cases and amounts; one case without an amount takes what the others leave."""
    named = [
        (case, parse_minor(text, currency) if text else None) for case, _, text in (c.partition("=") for c in cases)
    ]
    given = sum(amount for _, amount in named if amount is not None)
    if sum(amount is None for _, amount in named) > 1:
        raise Usage("only one --case can go without =AMOUNT")
    parts = [(case, left - given if amount is None else amount) for case, amount in named]
    if sum(amount for _, amount in parts) > left or any(amount <= 0 for _, amount in parts):
        there = format_minor(left, currency)
        raise refuse("SPLIT_BEYOND", f"the parts do not fit into the {there} that is left of the line")
    return parts


def _claimed(book: Book, line: _Line, fact: Fact) -> int:
    """Post one fact for a line, and claim for the line what it moved; raises ``LINE_UNKNOWN`` if that is not the line.

    What was booked of the line as unknown money is taken back.
    """
    batch, posted = book.batch("resolve"), Posted()
    sources = post_into(book, batch, [fact], posted)
    if posted.problems:
        raise Refused([problem for _, problem in posted.problems])
    evidence = [f"person: {book.actor}"]
    rows = dict.fromkeys(range(len(sources)), line.id)
    claims = claims_of(batch, book.agency.bank(line.bank), rows, {line.id: evidence})
    moved = sum(claim.amount for claim in claims)
    if moved != line.amount:
        told = f"{format_minor(line.amount, line.currency)}, and this {fact.event} moves"
        raise refuse("LINE_UNKNOWN", f"line {line.id} is over {told} {format_minor(moved, line.currency)} on its bank")
    booked = _booked(book, line.id)
    if booked:
        row = returns.negate(book, batch, Fact("reversal", book.acted_on, line=line.id), booked)
        claims.append(Claim(line.id, line.bank, -line.amount, evidence, row=row))
        sources.append(-1)
    batch.claims, batch.line_states = claims, {**batch.line_states, line.id: ("posted", "")}
    remember(posted, sources, book.append(batch))
    return posted.entries[fact.source]


def _booked(book: Book, line: int) -> list[EntryRow]:
    """What stands of a line's booking as unknown money."""
    found = read.rows(
        book.connection,
        """SELECT e.id FROM entry e LEFT JOIN reversal r ON r.reversed = e.id
           WHERE e.line = :line AND r.reversed IS NULL AND e.event <> 'reversal'""",
        line=line,
    )
    entries = read.entries(book.connection, [row[0] for row in found])
    if [entry.header.event for entry in entries] not in ([], ["unidentified"], ["suspense"]):
        raise refuse("LINE_UNKNOWN", f"line {line} was given to cases; undo that first")
    return entries


def _to_event(book: Book, line: _Line, event: str, values: Mapping[str, str]) -> HandPosted:
    """Say what event a line is: a client's payment, a bank charge, interest …; ``values`` as in an events file.

    The line gives the amount and the bank; of an entry between two accounts ``values`` names the other one.
    """
    if line.disposition not in {"open", "unidentified", "suggested"}:
        raise refuse("LINE_UNKNOWN", f"line {line.id} is {line.disposition}, and needs no decision")
    # Money that nothing was booked for is booked on the bank's day; what was booked as unknown is corrected today.
    day = line.date if line.disposition == "open" else book.acted_on
    columns = {**_sides(line, event, values), "date": day, "amount": format_minor(abs(line.amount), line.currency)}
    case = register.info(book.connection, [columns.get("case", "")]).get(columns.get("case", ""))
    fact = staging.event_fact(
        book, event_row({**columns, "event": event}), "", case.currency if case else line.currency
    )
    effective = line.date if day != line.date and event in WITH_FEE else ""
    return HandPosted((_claimed(book, line, replace(fact, line=line.id, effective=effective)),))


def _sides(line: _Line, event: str, values: Mapping[str, str]) -> dict[str, str]:
    """The columns that a line gives an event: its bank, on the side that the money went."""
    side = "to" if line.amount > 0 else "from"
    if event == "trust_transfer":
        return {side: line.bank, **values}
    if event == "operating_entry":
        return {side: chart.OPERATING_BANK.name(bank=line.bank), **values}
    return {"bank": line.bank, **values}


def _to_entry(book: Book, line: _Line, entry: int) -> HandPosted:
    """Say that a line is an entry of ours that was there."""
    number = line.id
    found = read.rows(
        book.connection,
        "SELECT amount FROM open_movement WHERE entry = :entry AND bank = :bank",
        entry=entry,
        bank=line.bank,
    )
    if line.disposition not in {"open", "unidentified", "suggested"} or not found or int(found[0][0]) != line.amount:
        raise refuse("ENTRY_UNKNOWN", f"entry {entry} has no open movement of this amount on {line.bank}")
    batch = book.batch("resolve")
    claims = [Claim(line.id, line.bank, line.amount, [f"person: {book.actor}"], entry=entry)]
    booked = _booked(book, number)
    if booked:
        fact = Fact("reversal", booked[0].header.date, line=number)
        row = returns.negate(book, batch, fact, booked)
        claims.append(Claim(line.id, line.bank, -line.amount, [f"person: {book.actor}"], row=row))
    batch.claims, batch.line_states = claims, {number: ("matched", "")}
    book.append(batch)
    return HandPosted((entry,))


def _to_refund(book: Book, line: _Line) -> HandPosted:
    """Pay a line's unidentified money back to who sent it."""
    number = line.id
    fact = Fact("refund", book.acted_on, of=str(number), bank=line.bank)
    return HandPosted(tuple(posted_facts(book, [fact], "resolve")))


@retried
def exclude(session: Session, number: int, reason: str, *, dry_run: bool = False) -> None:
    """Set aside an open line that is none of the books' business; three-way goes on listing it."""
    with session.writing(dry_run=dry_run) as book:
        line = _line(book, number)
        if line.disposition != "open":
            raise refuse("LINE_UNKNOWN", f"line {number} is {line.disposition}, and only an open one can be excluded")
        batch = book.batch("exclude")
        batch.rows = {"exclusion": [(next_id(book.connection, schema.exclusion), number, reason, book.actor)]}
        batch.line_states = {number: ("excluded", "")}
        book.append(batch)


@retried
def undo(session: Session, entry: int, *, dry_run: bool = False) -> HandPosted:
    """Reverse an entry that a line or a person posted; the money of a line goes back to Unidentified."""
    with session.writing(dry_run=dry_run) as book:
        found = _undoable(book, entry)
        moved = read.rows(book.connection, "SELECT line, bank, amount FROM claim WHERE entry = :entry", entry=entry)
        if any(amount < 0 and book.agency.bank(bank).fund == "trust" for _, bank, amount in moved):
            raise refuse("ENTRY_UNKNOWN", f"entry {entry} is what the bank paid out of trust, which is never undone")
        line = found.header.line or (moved[0][0] if moved else 0)
        batch = book.batch("undo")
        cleared = read.entries(book.connection, receipts.clearing_of(book, found.header.case, entry))
        row = returns.negate(book, batch, Fact("reversal", book.acted_on, line=line), [found, *cleared])
        if moved:
            _back_to_unknown(book, batch, line, row, moved[0][1:])
        elif line:
            batch.line_states = {line: ("unidentified", "")}
        done = book.append(batch)
        return HandPosted(tuple(range(done.first, done.first + done.entries)))


def _undoable(book: Book, entry: int) -> EntryRow:
    """An entry that can be undone by itself; raises ``ENTRY_UNKNOWN``, ``DATE_FUTURE`` or ``BEYOND_OUTSTANDING``."""
    entries = read.entries(book.connection, [entry])
    gone = read.rows(book.connection, "SELECT entry FROM reversal WHERE reversed = :entry", entry=entry)
    if not entries or gone or entries[0].header.event in {"opening", "reversal", "returned_payment"}:
        raise refuse("ENTRY_UNKNOWN", f"entry {entry} is not there, or cannot be undone")
    (found,) = entries
    event, day = found.header.event, found.header.date
    if not found.legs or event in _NEVER_UNDONE:
        raise refuse("ENTRY_UNKNOWN", f"entry {entry} is of {event}, which is never undone by itself")
    if day > book.acted_on:
        raise refuse("DATE_FUTURE", f"entry {entry} is of {day}, after {book.acted_on}, the day of acting")
    _check_taken_since(book, found)
    if any(left < 0 for left in _buckets_without(book, found)):
        raise refuse("BEYOND_OUTSTANDING", f"what entry {entry} brought is not outstanding any more")
    return found


def _check_taken_since(book: Book, found: EntryRow) -> None:
    """Refuse to undo what brought money that was paid out since; a client's own account is cured instead."""
    pots = tuple(family.template.partition("{")[0] for family in (chart.COST_DEPOSIT, chart.FORWARDER_PAYABLE))
    for leg in (leg for leg in found.legs if leg.amount < 0 and (leg.item or leg.account.startswith(pots))):
        there = available.credit(book, book.batch(""), leg.account, leg.currency, leg.bank, _EVER, leg.item)
        if there < -leg.amount:
            raise refuse("ENTRY_UNKNOWN", f"entry {found.id} brought money that was paid out since")


def _buckets_without(book: Book, entry: EntryRow) -> list[int]:
    """What the entry's case would have outstanding without it, by bucket."""
    info = register.info(book.connection, [entry.header.case]).get(entry.header.case)
    names = [chart.OUTSTANDING[bucket].name(client=entry.header.client) for bucket in BUCKETS] if info else []
    brought = [sum(leg.amount for leg in entry.legs if leg.account == name) for name in names]
    return [left - amount for left, amount in zip(info.outstanding, brought, strict=True)] if info else []


def _back_to_unknown(book: Book, batch: Batch, line: int, row: int, moved: Sequence[Any]) -> None:
    """The line keeps its claims: on what was undone, on its reversal, and on the money as unknown again."""
    bank, amount = book.agency.bank(moved[0]), int(moved[1])
    event = "unidentified" if bank.fund == "trust" else "suspense"
    posted = Posted()
    post_into(book, batch, [Fact(event, book.acted_on, amount=amount, bank=bank.id, line=line)], posted)
    assert not posted.problems
    evidence = [f"person: {book.actor} undid it"]
    batch.claims = [
        Claim(line, bank.id, -amount, evidence, row=row),
        Claim(line, bank.id, amount, evidence, row=len(batch.sheet.headers) - 1),
    ]
    batch.line_states = {line: ("unidentified", "")}
