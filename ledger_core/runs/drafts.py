"""Drafts: what a person enters above a limit waits until a second one approves it (DOMAIN §4, "Review").

A command is done for once, and what it posted says whether it may stand.  If not, it is taken back and
kept as an order, which approval carries out by the same code.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from ledger_core.accounting.agency import REMITTANCE
from ledger_core.accounting.digest import canonical
from ledger_core.accounting.money import EXPONENTS, format_minor
from ledger_core.errors import Refused, refuse
from ledger_core.journal import read, schema
from ledger_core.journal.actors import same_person
from ledger_core.journal.store import next_id
from ledger_core.runs import figures
from ledger_core.runs.book import Book
from ledger_core.runs.facts import Posted, post_facts

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sqlalchemy import Connection

    from ledger_core.accounting.fact import Fact
    from ledger_core.accounting.posting import EntryRow
    from ledger_core.journal.append import Batch

    Done = TypeVar("Done")


@dataclass(frozen=True, slots=True)
class Order:
    """What a person enters: all that it takes to do it now, or when somebody else agrees.

    ``columns`` hold nothing that can name a person, ``private`` the rest.  ``keys`` are those of
    ``[review]`` that it falls under.  ``amount`` is None where it is whatever it posts (minor units).
    """

    command: str
    event: str
    date: str
    columns: Mapping[str, Any]
    private: Mapping[str, Any] = field(default_factory=dict)
    keys: tuple[str, ...] = ()
    key: str = ""
    amount: int | None = None
    currency: str = ""


class Draft(NamedTuple):
    """An order as it waits in the journal, or waited; ``decision`` is empty, approved or rejected."""

    id: int
    command: str
    event: str
    date: str
    columns: dict[str, Any]
    figures: str
    amount: int
    currency: str
    entered_by: str
    entered_on: str
    key: str
    private: dict[str, Any]
    erased: bool
    decision: str
    decided_by: str
    decided_on: str
    reason: str


class _Weight(NamedTuple):
    """How much an order is: minor units; None moves nothing that could be measured."""

    amount: int | None
    currency: str


# --- entering ------------------------------------------------------------------------------------


def submit(book: Book, order: Order, do: Callable[[], Done]) -> tuple[Done, int]:
    """Do what was ordered, or keep it as a draft if it is above a limit; returns what it did, and the draft or zero."""
    if not _limits(book, order.keys):
        return do(), 0
    with book.trial() as trial:
        since = len(book.batches)
        done = do()
        entries = figures.made(book, since)
        tried, weight = figures.of(book, entries), _weight(book, order, figures.sums(entries))
        if not _above(book, order.keys, weight):
            trial.keep()
            return done, 0
    return done, _enter(book, order, tried, weight)


def submit_run(
    book: Book, order: Order, do: Callable[[], Done], totals: Callable[[Done], Mapping[str, int]]
) -> tuple[Done, int]:
    """The same for a run, which is as much as it pays: ``totals`` by currency, each judged by itself."""
    if not _limits(book, order.keys):
        return do(), 0
    with book.trial() as trial:
        since = len(book.batches)
        done = do()
        above = [
            w
            for w in (_Weight(amount, currency) for currency, amount in totals(done).items())
            if _above(book, order.keys, w)
        ]
        if not above:
            trial.keep()
            return done, 0
        tried = figures.of(book, figures.made(book, since))
    return done, _enter(book, order, tried, max(above, key=_units))


def post_within_limits(
    book: Book, facts: Sequence[Fact], kind: str, prepare: Callable[[Batch], None] | None, orders: Mapping[int, Order]
) -> tuple[Posted, list[int]]:
    """Post the facts of a file; those above a limit become drafts, whose numbers are returned.

    ``orders`` has by source what each fact was ordered as.  What a fact without an amount posts rests on
    the others, so all are posted for once, those above are taken out, and the rest is posted anew.
    """
    kept, heavy = list(facts), []
    while any(_limits(book, orders[fact.source].keys) for fact in kept if fact.source in orders):
        with book.trial() as trial:
            since = len(book.batches)
            posted = post_facts(book, kept, kind, prepare)
            above = _above_in(book, since, posted, orders)
            if not above:
                trial.keep()
                break
        heavy += [fact for fact in kept if fact.source in above]
        kept = [fact for fact in kept if fact.source not in above]
    else:
        posted = post_facts(book, kept, kind, prepare)
    drafts = []
    for fact in heavy:
        with book.trial():
            since = len(book.batches)
            tried = post_facts(book, [fact], kind)
            entries = figures.made(book, since)
            found, weight = figures.of(book, entries), _weight(book, orders[fact.source], figures.sums(entries))
        posted.problems += tried.problems
        if not tried.problems:
            drafts.append(_enter(book, orders[fact.source], found, weight))
    return posted, drafts


def _above_in(book: Book, since: int, posted: Posted, orders: Mapping[int, Order]) -> set[int]:
    """The sources of what was posted above a limit; a fact's further entries follow its first."""
    first = {entry: source for source, entry in posted.entries.items()}
    of_source: dict[int, list[EntryRow]] = {}
    source, batch = -1, 0
    for entry in figures.made(book, since):
        source = first.get(entry.id, source if entry.batch == batch else -1)
        batch = entry.batch
        of_source.setdefault(source, []).append(entry)
    return {
        source
        for source, entries in of_source.items()
        if source in orders and _above(book, orders[source].keys, _weight(book, orders[source], figures.sums(entries)))
    }


def _limits(book: Book, keys: tuple[str, ...]) -> list[int]:
    """The limits that keys have, in minor units of the agency's currency; a key that is absent is off."""
    return [limit for key, limit in book.agency.review if key in keys]


def _weight(book: Book, order: Order, posted: Mapping[str, int]) -> _Weight:
    currency = order.currency or max(posted, key=posted.__getitem__, default=book.agency.currency)
    if order.amount is not None:
        return _Weight(order.amount, currency)
    return _Weight(posted.get(currency), currency)


def _above(book: Book, keys: tuple[str, ...], weight: _Weight) -> bool:
    """Whether a weight is above any limit: the same number of whole units in every currency.

    What moves nothing (a change of a case's class) cannot be measured, so it is above every limit.
    """
    limits = _limits(book, keys)
    if weight.amount is None or not limits:
        return bool(limits)
    own = EXPONENTS[book.agency.currency]
    return any(abs(weight.amount) * 10**own > limit * 10 ** EXPONENTS[weight.currency] for limit in limits)


def _units(weight: _Weight) -> tuple[int, str]:
    """For ordering amounts of several currencies by their whole units."""
    return (weight.amount or 0) * 10 ** (max(EXPONENTS.values()) - EXPONENTS[weight.currency]), weight.currency


def _enter(book: Book, order: Order, tried: str, weight: _Weight) -> int:
    """Keep an order as a draft; one that waits with the same content and figures is the same."""
    for draft in open_drafts(book.connection) if order.key else ():
        if draft.key == order.key and (draft.figures, _content(draft)) == (tried, _content(order)):
            return draft.id
    number = next_id(book.connection, schema.draft)
    batch = book.batch("draft")
    payload = canonical(order.columns)
    row = (number, order.command, order.event, order.date, payload, tried, weight.amount or 0, weight.currency)
    batch.rows = {"draft": [(*row, book.actor, book.acted_on, order.key or None)]}
    batch.persons = {f"draft:{number}": order.private}
    book.append(batch)
    return number


def _content(order: Order | Draft) -> tuple[str, str, str]:
    return order.command, canonical(order.columns), canonical(order.private)


# --- reading -------------------------------------------------------------------------------------

_DRAFTS = """
SELECT d.id, d.command, d.event, d.date, d.payload, d.figures, d.amount, d.currency, d.entered_by, d.entered_on,
       COALESCE(d.key, ''), p.text, p.erased_on, COALESCE(r.decision, ''), COALESCE(r.actor, ''),
       COALESCE(r.decided_on, ''), w.text
FROM draft d LEFT JOIN review r ON r.draft = d.id
LEFT JOIN person p ON p.id = 'draft:' || d.id LEFT JOIN person w ON w.id = 'review:' || d.id
"""


def _drafts(connection: Connection, where: str, **values: Any) -> list[Draft]:  # noqa: ANN401 - SQL values
    found = []
    for row in read.rows(connection, f"{_DRAFTS} WHERE {where} ORDER BY d.id", **values):
        *head, payload, tried, amount, currency, by, on, key, text, erased, decision, actor, day, reason = row
        number, command, event, date = head
        private = json.loads(text) if text else {}
        why = json.loads(reason)["reason"] if reason else ""
        columns = json.loads(payload)
        found.append(
            Draft(
                number,
                command,
                event,
                date,
                columns,
                tried,
                amount,
                currency,
                by,
                on,
                key,
                private,
                bool(erased),
                decision,
                actor,
                day,
                why,
            )
        )
    return found


def open_drafts(connection: Connection, through: str = "9999-12-31") -> list[Draft]:
    """The drafts that nobody has decided on, dated through a day."""
    return _drafts(connection, "r.draft IS NULL AND d.date <= :through", through=through)


def all_drafts(connection: Connection) -> list[Draft]:
    """Every draft there ever was."""
    return _drafts(connection, "TRUE")


def load(connection: Connection, number: int) -> Draft:
    """One draft; raises ``DRAFT_UNKNOWN``."""
    found = _drafts(connection, "d.id = :number", number=number)
    if not found:
        raise refuse("DRAFT_UNKNOWN", f"there is no draft {number}")
    return found[0]


def by_key(connection: Connection, keys: Sequence[str], *, rejected: bool) -> dict[str, Draft]:
    """The latest draft of each idempotency key; those that were rejected only if asked for."""
    among = "d.key IN (SELECT value FROM texts(:keys))"
    found = _drafts(
        connection, f"{among} AND (:rejected OR NOT same(r.decision, 'rejected'))", keys=list(keys), rejected=rejected
    )
    return {draft.key: draft for draft in found}


# --- deciding ------------------------------------------------------------------------------------


def approve(book: Book, number: int, do: Callable[[Book, Draft], object]) -> tuple[int, ...]:
    """Carry out a draft as of the day on which it was entered, and return its entries; ``do`` does what it ordered.

    Raises ``SAME_PERSON``, ``DRAFT_DECIDED`` and, where it would not post what it said, ``STALE``.
    """
    draft = _undecided(book, number)
    if same_person(draft.entered_by, book.actor):
        raise refuse("SAME_PERSON", f"draft {number} was entered by {draft.entered_by}, who cannot approve it")
    if draft.erased:
        raise refuse("STALE", f"texts of draft {number} were erased, so it is not whole any more")
    if draft.event == REMITTANCE and book.acted_on > draft.entered_on:
        # What is known to have bounced since stays, so the money must be there today too.
        with book.trial():
            _carried_out(_acting(book, book.acted_on), draft, do, figures.undated)
    entries = _carried_out(_acting(book, draft.entered_on, draft.id), draft, do, str)
    _decide(book, draft, "approved", "")
    return entries


def _acting(book: Book, day: str, draft: int = 0) -> Book:
    return Book(book.connection, book.agency, book.contracts, day, book.actor, draft)


def _carried_out(
    book: Book, draft: Draft, do: Callable[[Book, Draft], object], seen: Callable[[str], str]
) -> tuple[int, ...]:
    """Do it, and return its entries; raises ``STALE`` if it cannot be done any more, or does anything else."""
    try:
        do(book, draft)
    except Refused as error:
        why = error.problems[0]
        raise refuse("STALE", f"draft {draft.id} cannot be posted any more: {why.code} {why.message}") from error
    entries = figures.made(book, 0)
    if seen(figures.of(book, entries)) != seen(draft.figures):
        raise refuse("STALE", f"draft {draft.id} {_difference(draft, figures.sums(entries))}")
    return tuple(entry.id for entry in entries)


def _difference(draft: Draft, now: Mapping[str, int]) -> str:
    amount = now.get(draft.currency, 0)
    if draft.event == REMITTANCE or amount == draft.amount:
        return "would post other dates, accounts or amounts than when it was entered"
    then = format_minor(draft.amount, draft.currency)
    return f"was entered over {then} {draft.currency} and would now post {format_minor(amount, draft.currency)}"


def reject(book: Book, number: int, reason: str) -> None:
    """Turn a draft down, with a reason; who entered it may withdraw it.  Raises ``DRAFT_DECIDED``."""
    _decide(book, _undecided(book, number), "rejected", reason)


def _undecided(book: Book, number: int) -> Draft:
    draft = load(book.connection, number)
    if draft.decision:
        by = f"{draft.decision} by {draft.decided_by} on {draft.decided_on}"
        raise refuse("DRAFT_DECIDED", f"draft {number} was {by}")
    if draft.date > book.acted_on:
        raise refuse("DATE_FUTURE", f"draft {number} is of {draft.date}, after {book.acted_on}, the day of acting")
    return draft


def _decide(book: Book, draft: Draft, decision: str, reason: str) -> None:
    batch = book.batch("review")
    batch.rows = {"review": [(draft.id, decision, book.actor, book.acted_on)]}
    batch.persons = {f"review:{draft.id}": {"reason": reason} if reason else {}}
    book.append(batch)
