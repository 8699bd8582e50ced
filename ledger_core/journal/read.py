"""Questions to the journal, each one statement.  Amounts are minor units, dates ISO text."""

from __future__ import annotations

import json
from itertools import groupby, islice
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from ledger_core.accounting.posting import EntryRow, Header, LegRow
from ledger_core.journal import database

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sqlalchemy import Connection


def rows(connection: Connection, sql: str, **values: Any) -> list[tuple[Any, ...]]:  # noqa: ANN401 - SQL values
    """All rows of a statement in the words of ``words``, with named values."""
    return database.rows(connection, sql, **values)


def balances(connection: Connection, at: str) -> list[tuple[str, str, str, int]]:
    """Account, currency, trust bank and balance at the end of a day."""
    found = rows(
        connection,
        """SELECT a.name, a.currency, d.bank, SUM(d.movement) FROM day_balance d JOIN account a ON a.id = d.account
           WHERE d.date <= :at GROUP BY a.name, a.currency, d.bank ORDER BY a.name, a.currency, d.bank""",
        at=at,
    )
    return [(row[0], row[1], row[2], int(row[3])) for row in found]


def balances_known(connection: Connection, at: str, batch: int) -> list[tuple[str, str, str, int]]:
    """As :func:`balances`, from what the journal knew after a batch."""
    found = rows(
        connection,
        """SELECT a.name, a.currency, p.bank, SUM(p.amount)
           FROM entry e JOIN posting p ON p.entry = e.id JOIN account a ON a.id = p.account
           WHERE e.date <= :at AND e.batch <= :batch
           GROUP BY a.name, a.currency, p.bank ORDER BY a.name, a.currency, p.bank""",
        at=at,
        batch=batch,
    )
    return [(row[0], row[1], row[2], int(row[3])) for row in found]


def account_days(
    connection: Connection, name: str, currency: str, bank: str, batch: int | None = None
) -> list[tuple[str, int]]:
    """The days on which an account moved at a trust bank, with each day's movement; from the legs through a batch."""
    values: dict[str, Any] = {"name": name, "currency": currency, "bank": bank}
    if batch is None:
        sql = """SELECT d.date, d.movement FROM day_balance d JOIN account a ON a.id = d.account
                 WHERE a.name = :name AND a.currency = :currency AND d.bank = :bank ORDER BY d.date"""
    else:
        sql = """SELECT e.date, SUM(p.amount) FROM posting p JOIN entry e ON e.id = p.entry
                 JOIN account a ON a.id = p.account
                 WHERE a.name = :name AND a.currency = :currency AND p.bank = :bank AND e.batch <= :batch
                 GROUP BY e.date ORDER BY e.date"""
        values["batch"] = batch
    return [(row[0], int(row[1])) for row in rows(connection, sql, **values)]


def balance_at(connection: Connection, name: str, currency: str, at: str, bank: str | None = None) -> int:
    """The balance of one account at the end of a day; at one trust bank, or in all."""
    found = rows(
        connection,
        """SELECT SUM(d.movement) FROM day_balance d JOIN account a ON a.id = d.account
           WHERE a.name = :name AND a.currency = :currency AND d.date <= :at AND (:bank IS NULL OR d.bank = :bank)""",
        name=name,
        currency=currency,
        at=at,
        bank=bank,
    )
    return int(found[0][0] or 0)


def lowest_between(
    connection: Connection, name: str, currency: str, bank: str, span: tuple[str, str], sign: int
) -> int:
    """The lowest end-of-day value of ``sign × balance`` from the first day to the last of ``span``."""
    value = lowest = sign * balance_at(connection, name, currency, span[0], bank)
    for day, movement in account_days(connection, name, currency, bank):
        if span[0] < day <= span[1]:
            value += sign * movement
            lowest = min(lowest, value)
    return lowest


def item_days(connection: Connection, name: str, currency: str, bank: str, item: str) -> list[tuple[str, int]]:
    """The days on which one item of an account moved at a trust bank, with each day's movement, ascending."""
    found = rows(
        connection,
        """SELECT e.date, SUM(p.amount) FROM posting p JOIN entry e ON e.id = p.entry JOIN account a ON a.id = p.account
           WHERE p.item = :item AND p.item <> '' AND p.bank = :bank AND a.name = :name AND a.currency = :currency
           GROUP BY e.date ORDER BY e.date""",
        item=item,
        bank=bank,
        name=name,
        currency=currency,
    )
    return [(row[0], int(row[1])) for row in found]


def banks_with(connection: Connection, name: str, currency: str, item: str = "") -> list[str]:
    """The trust banks at which an account, or one item of it, has a balance now."""
    table, more = ("item_balance", "AND d.item = :item") if item else ("day_balance", "")
    column = "amount" if item else "movement"
    found = rows(
        connection,
        f"""SELECT d.bank FROM {table} d JOIN account a ON a.id = d.account
            WHERE a.name = :name AND a.currency = :currency {more}
            GROUP BY d.bank HAVING SUM(d.{column}) <> 0 ORDER BY d.bank""",
        name=name,
        currency=currency,
        item=item,
    )
    return [row[0] for row in found]


def items(connection: Connection, name: str, wanted: Sequence[str] | None = None) -> list[tuple[str, str, str, int]]:
    """Open items of an account: item, trust bank, currency, balance; of some items, or all."""
    found = rows(
        connection,
        """SELECT i.item, i.bank, a.currency, i.amount FROM item_balance i JOIN account a ON a.id = i.account
           WHERE a.name = :name AND i.amount <> 0
             AND (:wanted IS NULL OR i.item IN (SELECT value FROM texts(:wanted)))
           ORDER BY i.item, i.bank""",
        name=name,
        wanted=None if wanted is None else list(wanted),
    )
    return [(row[0], row[1], row[2], int(row[3])) for row in found]


def entries(connection: Connection, ids: Iterable[int]) -> list[EntryRow]:
    """Entries of the journal with their legs, by id."""
    wanted = sorted(set(ids))
    heads = rows(connection, f"{_ENTRY} WHERE e.id IN (SELECT value FROM numbers(:ids)) ORDER BY e.id", ids=wanted)
    return _with_legs(connection, heads)


def entries_between(connection: Connection, first: str, last: str, batch: int | None = None) -> Iterator[EntryRow]:
    """Entries with a posting date from ``first`` to ``last``, by date and id, as the journal was after a batch.

    They come as they are read, some thousands at a time.
    """
    among = "e.date BETWEEN :first AND :last AND e.batch <= COALESCE(:batch, e.batch)"
    sql = f"{_ENTRY} WHERE {among} ORDER BY e.date, e.id"
    heads = database.stream(connection, sql, first=first, last=last, batch=batch)
    while chunk := list(islice(heads, _AT_ONCE)):
        yield from _with_legs(connection, chunk)


_AT_ONCE = 5_000
_ENTRY = """
SELECT e.id, e.event, e.date, e.effective, e.client, e.case_id, e.line, e.bank, t.digest, e.rule, e.base, e.meta, e.key,
       (SELECT spaced(r.reversed) FROM reversal r WHERE r.entry = e.id),
       e.batch, e.public, e.digest
FROM entry e LEFT JOIN terms t ON t.id = e.terms
"""


_LEGS = """
SELECT p.entry, a.name, p.currency, p.amount, p.bank, p.item FROM posting p JOIN account a ON a.id = p.account
"""


def _with_legs(connection: Connection, heads: Sequence[Any]) -> list[EntryRow]:
    legs: dict[int, tuple[LegRow, ...]] = {head[0]: () for head in heads}
    if not legs:
        return []
    low, high = min(legs), max(legs)
    # Entries of a day lie close together: then all between are read, which is faster than one by one.
    dense = high - low < 2 * len(legs)
    among = "BETWEEN :low AND :high" if dense else "IN (SELECT value FROM numbers(:ids))"
    values = {"low": low, "high": high} if dense else {"ids": list(legs)}
    found = rows(connection, f"{_LEGS} WHERE p.entry {among} ORDER BY p.entry, p.number", **values)
    for entry, own in groupby(found, key=itemgetter(0)):
        if entry in legs:
            legs[entry] = tuple([LegRow._make(leg[1:]) for leg in own])
    return [EntryRow(head[0], header_of(head), legs[head[0]], *head[-3:]) for head in heads]


def header_of(row: Sequence[Any]) -> Header:
    """The header of an entry from a row of ``_ENTRY``."""
    _, event, date, effective, client, case, line, bank, terms, rule, base, meta, key, reverses, *_ = row
    return Header(
        event=event,
        date=date,
        effective=effective,
        client=client,
        case=case,
        line=line or 0,
        bank=bank,
        terms=terms or "",
        rule=-1 if rule is None else rule,
        base=base,
        meta=json.loads(meta) if meta else {},
        key=key or "",
        reverses=tuple(sorted(int(old) for old in (reverses or "").split())),
    )


def case_entries(connection: Connection, case: str) -> list[int]:
    """The entries of a case, in posting order."""
    return [
        int(row[0]) for row in rows(connection, "SELECT id FROM entry WHERE case_id = :case ORDER BY id", case=case)
    ]


def known_keys(connection: Connection, keys: Sequence[str]) -> dict[str, tuple[int, str]]:
    """Idempotency keys that the journal has: their entry and its public texts."""
    found = rows(
        connection,
        "SELECT e.key, e.id, e.meta FROM texts(:keys) k JOIN entry e ON e.key = k.value",
        keys=list(keys),
    )
    return {row[0]: (int(row[1]), row[2]) for row in found}


def person(connection: Connection, key: str) -> dict[str, Any]:
    """A private text; empty where there is none, or it was erased."""
    found = rows(connection, "SELECT text FROM person WHERE id = :key", key=key)
    return json.loads(found[0][0]) if found and found[0][0] else {}


def days(connection: Connection) -> list[str]:
    """The posting dates of all entries, each found from the one before: there are far fewer days than entries."""
    found = rows(
        connection,
        """WITH RECURSIVE day (date) AS (
             SELECT MIN(date) FROM entry
             UNION ALL SELECT (SELECT MIN(e.date) FROM entry e WHERE e.date > day.date) FROM day WHERE date IS NOT NULL)
           SELECT date FROM day WHERE date IS NOT NULL ORDER BY date""",
    )
    return [row[0] for row in found]


def closed_months(connection: Connection) -> set[str]:
    """Months that are closed."""
    return {row[0] for row in rows(connection, "SELECT month FROM period")}
