"""One event as a person enters it: ``post``, ``refund``, a row of a file; and what it is ordered as."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from importers.events import EVENT_NAMES
from importers.model import EventRow
from ledger_core.cases import register
from ledger_core.errors import Refused, Usage, refuse
from ledger_core.journal import read
from ledger_core.runs import drafts
from ledger_core.runs.facts import post_facts
from tallystick.actions import rows as staging
from tallystick.actions.session import retried
from tallystick.actions.settings_values import near

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ledger_core.accounting.fact import Fact
    from ledger_core.runs.book import Book
    from tallystick.actions.session import Session

POST = "post"

_AMOUNTS = ("amount", "kept", "principal", "interest", "fees", "court_costs")
_AMOUNT = re.compile(r"[+-]?[0-9]{1,18}(?:\.[0-9]{1,18})?")
_COLUMNS = [name for name in EventRow.__dataclass_fields__ if name not in {"line", "extra", "identity"}]
_PUBLIC = ("event", "date", "client", "case", "currency", "bank", "bucket", "forwarder", *_AMOUNTS)
"""Columns that were read as ids, dates and amounts; any other may hold a text that names a person."""


@dataclass(frozen=True, slots=True)
class HandPosted:
    """The entries that a command made, or found there already; or the draft that waits for a second person."""

    entries: tuple[int, ...]
    repeated: bool = False
    ok: bool = True
    draft: int = 0


@retried
def post_event(session: Session, event: str, values: Mapping[str, str], *, dry_run: bool = False) -> HandPosted:
    """Post one event; ``values`` are named as the columns of an events file.

    With a reference the same content is posted once and other content is a conflict; without one a
    repeat is no duplicate.
    """
    row = event_row({"date": session.acted_on.isoformat(), **values, "event": event})
    with session.writing(dry_run=dry_run) as book:
        key = f"post:{event}:{row.reference}" if row.reference else ""
        known = read.known_keys(book.connection, [key]) if key else {}
        if known:
            return _repeated(row, *known[key])
        fact = _fact(book, row, key)
        order = event_order(book, row, key)
        waiting = drafts.by_key(book.connection, [key], rejected=False) if key else {}
        if waiting:
            return _waiting(row, order, waiting[key])
        done, draft = drafts.submit(book, order, lambda: _posted(book, fact))
        return replace(done, entries=(), draft=draft) if draft else done


def do_post(book: Book, order: drafts.Order | drafts.Draft) -> HandPosted:
    """Post an event that was ordered, now that a second person agrees."""
    return _posted(book, _fact(book, event_row({**order.columns, **order.private}), order.key))


def _fact(book: Book, row: EventRow, key: str) -> Fact:
    fact = staging.event_fact(book, row, key, _case_currency(book, row))
    if key.startswith("post:"):
        fact = replace(fact, meta={**fact.meta, "row": row.identity[:16]})
    return fact


def _posted(book: Book, fact: Fact) -> HandPosted:
    return HandPosted(tuple(posted_facts(book, [fact], POST)))


def event_order(book: Book, row: EventRow, key: str) -> drafts.Order:
    """A row as an order: its columns as texts, apart from those that can name a person."""
    texts: dict[str, Any] = {name.rstrip("_"): _text(getattr(row, name)) for name in _COLUMNS}
    texts = {name: text for name, text in texts.items() if text}
    columns, private = apart(texts)
    if row.extra:
        private["extra"] = dict(row.extra)
    currency = staging.row_currency(book, row, _case_currency(book, row))
    amount = None if row.amount is None else abs(staging.minor(row.amount, currency))
    return drafts.Order(POST, row.event, row.date.isoformat(), columns, private, (row.event,), key, amount, currency)


def apart(values: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Columns that can name nobody, and those that can."""
    columns = {name: value for name, value in values.items() if name in _PUBLIC}
    return columns, {name: value for name, value in values.items() if name not in _PUBLIC}


def _text(value: object) -> str:
    return f"{value:f}" if isinstance(value, Decimal) else "" if value is None else str(value)


def _case_currency(book: Book, row: EventRow) -> str:
    case = register.info(book.connection, [row.case]).get(row.case) if row.case else None
    return case.currency if case else ""


def _repeated(row: EventRow, entry: int, meta: str) -> HandPosted:
    if json.loads(meta or "{}").get("row") != row.identity[:16]:
        raise refuse("KEY_CONFLICT", f"{row.event} {row.reference!r} was posted with other content as entry {entry}")
    return HandPosted((entry,), repeated=True)


def _waiting(row: EventRow, order: drafts.Order, draft: drafts.Draft) -> HandPosted:
    if not draft.erased and (draft.columns, draft.private) != (order.columns, order.private):
        raise refuse("KEY_CONFLICT", f"{row.event} {row.reference!r} waits with other content as draft {draft.id}")
    return HandPosted((), repeated=True, draft=draft.id)


def event_row(values: Mapping[str, Any]) -> EventRow:
    """Options or kept columns as an event row; amounts and dates are read as strictly as in a file."""
    known_event(values["event"])
    extra = tuple(values.get("extra", {}).items())
    unknown = set(values) - {name.rstrip("_") for name in _COLUMNS} - {"extra"}
    if unknown:
        raise Usage(f"no such column: {', '.join(sorted(unknown))}")
    cells: dict[str, Any] = {name: values.get(name.rstrip("_"), "") for name in _COLUMNS}
    try:
        cells["date"] = date.fromisoformat(cells["date"])
    except ValueError:
        raise refuse("DATE_BAD", f"{cells['date']!r} is no date") from None
    for name in _AMOUNTS:
        cells[name] = _decimal(name, cells[name]) if cells[name] else None
    content = json.dumps({k: str(v) for k, v in cells.items() if v not in {"", None}}, sort_keys=True)
    identity = hashlib.sha256(content.encode()).hexdigest()
    return EventRow(line=0, extra=extra, identity=identity, **cells)


def known_event(event: str) -> None:
    """Refuse a word that is no event; raises ``EVENT_UNKNOWN``."""
    if event not in EVENT_NAMES:
        raise refuse("EVENT_UNKNOWN", f"{event!r} is no event{near(event, tuple(EVENT_NAMES))}")


def _decimal(name: str, text: str) -> Decimal:
    if _AMOUNT.fullmatch(text.strip()) is None:
        raise refuse("AMOUNT_BAD", f"{name} {text!r} is no amount")
    return Decimal(text.strip())


def posted_facts(book: Book, facts: Sequence[Fact], kind: str) -> list[int]:
    """Post facts, all of them; returns their entries."""
    posted = post_facts(book, facts, kind)
    if posted.problems:
        raise Refused([problem for _, problem in posted.problems])
    return sorted(posted.entries.values())


def refund(session: Session, *, case: str = "", of: str = "", amount: str = "", dry_run: bool = False) -> HandPosted:
    """Pay back what a case overpaid, or the unidentified money of a line."""
    values = {"case": case, "of": of, "amount": amount}
    return post_event(session, "refund", {name: value for name, value in values.items() if value}, dry_run=dry_run)
