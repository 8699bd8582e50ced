"""What the journal has, as documents: balances, case, matches, worklist, three-way (SURFACE, JSON)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ledger_core.accounting import chart
from ledger_core.accounting.money import format_minor
from ledger_core.accounting.terms import BUCKETS
from ledger_core.cases import register
from ledger_core.errors import refuse
from ledger_core.journal import read
from ledger_core.runs import drafts, figures, promises
from ledger_core.runs import three_way as reconciliation

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ledger_core.accounting.posting import EntryRow
    from ledger_core.runs.book import Book
    from tallystick.actions.session import Session

Json = dict[str, Any]

_OVERPAID = chart.DEBTOR_REFUND.template
_WAITING = ("suggested", "unidentified", "open")


def balances(session: Session, at: str, known: int | None = None) -> Json:
    """The trial balance at the end of a day, by account and commodity; as known after a batch, if given."""
    with session.reading() as book:
        found = read.balances(book.connection, at) if known is None else read.balances_known(book.connection, at, known)
    sums: dict[str, dict[str, int]] = {}
    for name, currency, _, amount in found:
        by_currency = sums.setdefault(name, {})
        by_currency[currency] = by_currency.get(currency, 0) + amount
    shown = {
        name: {currency: format_minor(amount, currency) for currency, amount in of.items()} for name, of in sums.items()
    }
    return {"at": at, "balances": shown}


def case(session: Session, case_id: str) -> Json:
    """One case: what is outstanding by bucket, and its history."""
    with session.reading() as book:
        info = register.info(book.connection, [case_id]).get(case_id)
        if info is None:
            raise refuse("CASE_UNKNOWN", f"case {case_id!r} is not in the register")
        entries = read.entries(book.connection, read.case_entries(book.connection, case_id))
        promised = promises.instalments(book, case_id, book.acted_on)
    outstanding = {b: format_minor(v, info.currency) for b, v in zip(BUCKETS, info.outstanding, strict=True)}
    left, history = 0, []
    for entry in entries:
        left += sum(leg.amount for leg in entry.legs if leg.account.startswith("Equity:Memo:Outstanding:"))
        history.append(
            {
                "date": entry.header.date,
                "event": entry.header.event,
                "amount": format_minor(figures.worth(entry), info.currency),
                "outstanding": format_minor(left, info.currency),
                "entry": entry.id,
            }
        )
    return {
        "case": info.id,
        "client": info.client,
        "currency": info.currency,
        "status": info.status,
        "outstanding": outstanding,
        "overpaid": format_minor(-sum(_legs(entries, _OVERPAID)), info.currency),
        "held": format_minor(-sum(_legs(entries, chart.CLIENT_HELD.name(client=info.client))), info.currency),
        "promises": [
            {"event": p.event, "due": p.due, "amount": format_minor(p.amount, info.currency), "status": p.status}
            for p in promised
        ],
        "history": history,
    }


def _legs(entries: Iterable[EntryRow], account: str) -> Iterable[int]:
    return (leg.amount for entry in entries for leg in entry.legs if leg.account == account)


# --- lines ---------------------------------------------------------------------------------------


def matches(session: Session) -> Json:
    """Every statement line, and what became of it."""
    with session.reading() as book:
        return {"lines": _lines(book, None)}


def worklist(session: Session) -> Json:
    """The lines that wait for a person, and the drafts that wait for a second one."""
    with session.reading() as book:
        waiting = [draft_row(draft) for draft in drafts.open_drafts(book.connection)]
        return {"lines": _lines(book, _WAITING), "drafts": waiting}


def draft_row(draft: drafts.Draft) -> Json:
    """One draft in a list: what it is about, without a text that can name a person."""
    about = {
        name: draft.columns[name] for name in ("case", "client", "line", "number", "through") if draft.columns.get(name)
    }
    return {
        "id": draft.id,
        "event": draft.event,
        "amount": format_minor(draft.amount, draft.currency),
        "entered_by": draft.entered_by,
        "currency": draft.currency,
        "date": draft.date,
        "entered_on": draft.entered_on,
        "about": about,
    }


def _lines(book: Book, dispositions: tuple[str, ...] | None) -> list[Json]:
    among = "" if dispositions is None else "AND s.disposition IN (SELECT value FROM texts(:wanted))"
    found = read.rows(
        book.connection,
        f"""SELECT l.id, l.bank, l.date, l.amount, s.disposition, s.suggestions, p.text
            FROM line_state s CROSS JOIN statement_line l LEFT JOIN person p ON p.id = 'line:' || l.id
            WHERE l.id = s.line {among} ORDER BY l.date, l.id""",  # noqa: S608 - our own words
        **({} if dispositions is None else {"wanted": dispositions}),
    )
    ids = [row[0] for row in found]
    claims = _claims(book, ids)
    made = _made(book, ids)
    return [_line(book, row, claims.get(row[0], []), made.get(row[0], [])) for row in found]


def _claims(book: Book, lines: list[int]) -> dict[int, list[tuple[int, list[str]]]]:
    """Entries and evidence of the claims of each line."""
    found = read.rows(
        book.connection,
        "SELECT c.line, c.entry, c.evidence FROM numbers(:lines) j JOIN claim c ON c.line = j.value ORDER BY c.id",
        lines=lines,
    )
    result: dict[int, list[tuple[int, list[str]]]] = {}
    for line, entry, evidence in found:
        result.setdefault(line, []).append((entry, json.loads(evidence)))
    return result


def _made(book: Book, lines: list[int]) -> dict[int, list[tuple[EntryRow, str]]]:
    """The entries that each line's money made or was claimed for, and who acted."""
    found = read.rows(
        book.connection,
        """SELECT e.line, e.id, b.actor FROM numbers(:lines) j JOIN entry e ON e.line = j.value
           JOIN batch b ON b.id = e.batch
           UNION SELECT c.line, c.entry, b.actor FROM numbers(:lines) j JOIN claim c ON c.line = j.value
           JOIN batch b ON b.id = c.batch ORDER BY 1, 2""",
        lines=lines,
    )
    entries = {entry.id: entry for entry in read.entries(book.connection, {row[1] for row in found})}
    result: dict[int, list[tuple[EntryRow, str]]] = {}
    for line, entry, actor in found:
        result.setdefault(line, []).append((entries[entry], actor))
    return result


def _line(book: Book, row: Any, claims: list[tuple[int, list[str]]], made: list[tuple[EntryRow, str]]) -> Json:  # noqa: ANN401
    number, bank, day, amount, disposition, suggestions, private = row
    texts = json.loads(private) if private else {}
    currency = book.agency.bank(bank).currency
    undone = {old for entry, _ in made for old in entry.header.reverses}
    standing = [(entry, actor) for entry, actor in made if entry.id not in undone and not entry.header.reverses]
    returned = [entry for entry, _ in made if entry.header.event == "returned_payment"]
    # What cleared a receipt gave the case no more money.
    receipts = [entry for entry, _ in standing if entry.header.case and entry.header.event != "cleared"]
    cases = [_case_part(entry, currency) for entry in receipts]
    cases += [_case_part(entry, currency) for entry in returned]
    evidence = list(dict.fromkeys(text for _, texts_of in claims for text in texts_of))
    evidence += [
        entry.header.meta.get("evidence", f"person: {actor}")
        for entry, actor in standing
        if entry.header.event == "identified"
    ]
    posted = disposition in {"posted", "matched"}
    return {
        "line": number,
        "bank": bank,
        "date": day,
        "amount": format_minor(amount, currency),
        "currency": currency,
        "id": texts.get("id", ""),
        "reference": texts.get("reference", ""),
        "payer": texts.get("payer", ""),
        "memo": texts.get("memo", ""),
        "disposition": disposition,
        "cases": cases if posted else [],
        "entries": sorted({entry.id for entry, _ in made}),
        "evidence": list(dict.fromkeys(evidence)),
        "suggestions": json.loads(suggestions) if suggestions else [],
    }


def _case_part(entry: EntryRow, currency: str) -> Json:
    over = -sum(_legs([entry], _OVERPAID))
    return {
        "case": entry.header.case,
        "amount": format_minor(figures.worth(entry), currency),
        "overpaid": format_minor(over, currency),
    }


# --- three-way -----------------------------------------------------------------------------------


def three_way(session: Session, at: str) -> Json:
    """Bank = book = what is owed, for all trust banks."""
    with session.reading() as book:
        found = reconciliation.reconcile(book, at)
    banks = [_bank(check) for check in found.banks]
    several = len({currency for _, currency in found.owed}) > 1
    owed = {
        f"{name} {currency}" if several else name: format_minor(amount, currency)
        for (name, currency), amount in found.owed.items()
    }
    sums = {c: format_minor(a, c) for c, a in found.sub_ledger.items() if c in found.difference}
    differences = {c: format_minor(a, c) for c, a in found.difference.items()}
    return {
        "at": at,
        "banks": banks,
        "owed": owed,
        "sub_ledger": _single(sums, session.settings.agency.currency),
        "difference": _single(differences, session.settings.agency.currency),
    }


def _single(amounts: dict[str, str], currency: str) -> str | dict[str, str]:
    """One amount where there is one currency, else one for each."""
    if len(amounts) == 1:
        return next(iter(amounts.values()))
    return amounts or format_minor(0, currency)


def _bank(check: reconciliation.BankCheck) -> Json:
    currency = check.bank.currency
    return {
        "bank": check.bank.id,
        "currency": currency,
        "statement": None if check.statement is None else format_minor(check.statement, currency),
        "book": format_minor(check.book, currency),
        "reconciling": [
            {"kind": item.kind, "amount": format_minor(item.amount, currency)}
            | ({"entry": item.entry} if item.entry else {"line": item.line})
            for item in check.items
        ],
    }
