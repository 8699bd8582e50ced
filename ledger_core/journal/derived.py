"""Derived tables: running balances kept with each batch (DESIGN decision 8).

Every one of them is a function of the append-only tables; ``verify`` recomputes and compares.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ledger_core.accounting import chart
from ledger_core.accounting.money import parse_minor
from ledger_core.accounting.terms import BUCKETS
from ledger_core.journal import owed, schema, schema_derived
from ledger_core.journal.database import execute, insert, upsert

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sqlalchemy import Connection

    from ledger_core.accounting.money import Ints
    from ledger_core.accounting.posting import Header, Legs

_MEASURES = (*BUCKETS, "advance", "advance_loss", "collected", "waived")
_COLLECTED = _MEASURES.index("collected")

RELEASE, CLEARS = "release", "clears"
"""What the entry of a receipt on hold says of its end, and the entry of its clearing of its begin."""

UNKNOWN = ("unidentified", "suspense")
"""Events of money on a bank that nothing explains."""

_ADD_DAY = "UPDATE SET movement = day_balance.movement + excluded.movement"
_ADD_ITEM = "UPDATE SET amount = item_balance.amount + excluded.amount"
_ADD_CASE = f"""UPDATE SET {", ".join(f"{name} = case_balance.{name} + excluded.{name}" for name in _MEASURES)},
  finished_by = CASE WHEN {" + ".join(f"case_balance.{name} + excluded.{name}" for name in BUCKETS)} > 0 THEN ''
                     WHEN excluded.finished_by <> '' THEN excluded.finished_by ELSE case_balance.finished_by END"""

_LINE_STATES = """
SELECT id,
       CASE WHEN own IS NULL THEN CASE WHEN reason <> '' THEN 'excluded' ELSE 'open' END
            WHEN own = 0 THEN 'matched'
            WHEN unknown IS NULL OR held = 0 THEN 'posted'
            WHEN held = amount AND suggestions <> '' THEN 'suggested'
            ELSE 'unidentified' END AS disposition,
       CASE WHEN own = 1 AND held <> 0 AND held = amount THEN suggestions ELSE '' END AS suggestions
FROM (
  SELECT l.id, l.amount, s.own, s.unknown,
         (SELECT reason FROM exclusion WHERE line = l.id ORDER BY id DESC LIMIT 1) AS reason,
         (SELECT -SUM(i.amount) FROM item_balance i JOIN account a ON a.id = i.account
          WHERE a.name = 'Liabilities:Trust:Unidentified' AND i.bank = l.bank AND i.item = 'line:' || l.id
            AND (SELECT event FROM entry WHERE id = s.unknown) = 'unidentified') AS held,
         COALESCE((SELECT CASE WHEN is_json(p.text) THEN noted(p.text, 'suggestions') END
                   FROM person p WHERE p.id = 'entry:' || s.unknown), '') AS suggestions
  FROM statement_line l
  LEFT JOIN (
    SELECT c.line, MAX(CASE WHEN same(e.line, c.line) THEN 1 ELSE 0 END) AS own,
           MAX(CASE WHEN same(e.line, c.line) AND e.event IN ('unidentified', 'suspense') THEN e.id END) AS unknown
    FROM claim c JOIN entry e ON e.id = c.entry
    WHERE {claims}
      AND NOT EXISTS (SELECT 1 FROM reversal r JOIN claim k ON k.entry = r.entry AND k.line = c.line
                      WHERE r.reversed = c.entry)
      AND NOT EXISTS (SELECT 1 FROM reversal r JOIN claim k ON k.entry = r.reversed AND k.line = c.line
                      WHERE r.entry = c.entry)
    GROUP BY c.line) s ON s.line = l.id
  WHERE {lines}) t
"""
ALL_LINE_STATES = _LINE_STATES.format(claims="TRUE", lines="TRUE")
"""Line, disposition and suggestions of every line, told from the claims that stand.

A claim stands until the line also claims the entry that takes the first one back.  A line is matched if
what it claims was not booked for it; booked as unknown money it waits, until nothing of that is held."""

_SOME_LINE_STATES = _LINE_STATES.format(
    claims="c.line IN (SELECT value FROM numbers(:lines))", lines="l.id IN (SELECT value FROM numbers(:lines))"
)


def update(connection: Connection, first: int, headers: Sequence[Header], legs: Legs, accounts: Sequence[int]) -> None:
    """Add a batch's legs to the running balances; ``accounts`` are the journal's ids."""
    if not len(legs.row):
        return
    _days(connection, headers, legs, accounts)
    _cases(connection, headers, legs)
    _items(connection, legs, accounts)
    _movements(connection, first, headers, legs)
    _holds(connection, first, headers, legs)


def _grouped(amount: Ints, *columns: Ints) -> tuple[list[list[int]], list[int]]:
    """Sum ``amount`` over equal tuples of ``columns``, none of them negative: the tuples, and their sums."""
    sizes = [int(column.max()) + 1 for column in columns]
    # One number a tuple: numpy sorts numbers ten times faster than rows.
    unique, inverse = np.unique(np.ravel_multi_index(columns, sizes), return_inverse=True)
    sums = np.zeros(len(unique), dtype=np.int64)
    np.add.at(sums, inverse, amount)
    return np.stack(np.unravel_index(unique, sizes), axis=1).tolist(), sums.tolist()


def _codes(values: Iterable[str]) -> tuple[list[str], Ints]:
    """Texts as codes into the list of their distinct values."""
    known: dict[str, int] = {}
    codes = [known.setdefault(value, len(known)) for value in values]
    return list(known), np.array(codes, dtype=np.int64)


def _days(connection: Connection, headers: Sequence[Header], legs: Legs, accounts: Sequence[int]) -> None:
    dates, codes = _codes(header.date for header in headers)
    keys, sums = _grouped(legs.amount, legs.account, legs.bank, codes[legs.row])
    rows = [(accounts[a], legs.banks[b], dates[d], s) for (a, b, d), s in zip(keys, sums, strict=True)]
    upsert(connection, schema_derived.day_balance, rows, _ADD_DAY)


def _measure(name: str) -> int:
    """Which measure of a case an account moves, or -1."""
    if name.startswith("Equity:Memo:Outstanding:"):
        return [chart.bucket_component(bucket) for bucket in BUCKETS].index(name.rsplit(":", 1)[1])
    starts = {
        "Assets:Operating:CostsAdvanced:": "advance",
        "Equity:Memo:SettlementWaived:": "waived",
        chart.COSTS_IRRECOVERABLE.template: "advance_loss",
    }
    return next((_MEASURES.index(measure) for start, measure in starts.items() if name.startswith(start)), -1)


def _cases(connection: Connection, headers: Sequence[Header], legs: Legs) -> None:
    cases, codes = _codes(header.case for header in headers)
    measures = np.array([_measure(account.name) for account in legs.accounts], dtype=np.int64)[legs.account]
    moved = measures >= 0
    matrix = np.zeros((len(cases), len(_MEASURES)), dtype=np.int64)
    np.add.at(matrix, (codes[legs.row[moved]], measures[moved]), legs.amount[moved])
    base = np.array([header.base for header in headers], dtype=np.int64)
    np.add.at(matrix[:, _COLLECTED], codes, base)
    last = [""] * len(cases)
    for row in np.unique(legs.row[moved & (measures < len(BUCKETS))]).tolist():
        last[codes[row]] = headers[row].event
    rows = [
        (case, *values, "" if sum(values[: len(BUCKETS)]) > 0 else event)
        for case, values, event in zip(cases, matrix.tolist(), last, strict=True)
        if case and (any(values) or event)
    ]
    upsert(connection, schema_derived.case_balance, rows, _ADD_CASE)


def _items(connection: Connection, legs: Legs, accounts: Sequence[int]) -> None:
    sums: dict[tuple[int, str, str], int] = {}
    for index, item in legs.items.items():
        key = (accounts[legs.account[index]], legs.banks[legs.bank[index]], item)
        sums[key] = sums.get(key, 0) + int(legs.amount[index])
    upsert(connection, schema_derived.item_balance, [(*key, amount) for key, amount in sums.items()], _ADD_ITEM)


def _movements(connection: Connection, first: int, headers: Sequence[Header], legs: Legs) -> None:
    """What the batch moved on banks; claims take it out again."""
    banks, codes = _codes(_bank_of(account.name) for account in legs.accounts)
    bank = codes[legs.account]
    moved = np.array([bool(name) for name in banks])[bank]
    if not moved.any():
        return
    keys, sums = _grouped(legs.amount[moved], legs.row[moved], bank[moved])
    rows = [
        (first + row, banks[code], headers[row].date, amount)
        for (row, code), amount in zip(keys, sums, strict=True)
        if amount and headers[row].event != "opening"
    ]
    insert(connection, schema_derived.open_movement, rows)


def _holds(connection: Connection, first: int, headers: Sequence[Header], legs: Legs) -> None:
    """Receipts on hold come in; what is cleared or comes back goes out."""
    begun = [row for row, header in enumerate(headers) if RELEASE in header.meta]
    if begun:
        insert(connection, schema_derived.held, _begun(first, headers, legs, begun))
    ended = [int(header.meta[CLEARS]) for header in headers if CLEARS in header.meta]
    ended += [old for header in headers for old in header.reverses]
    if ended:
        execute(connection, "DELETE FROM held WHERE entry IN (SELECT value FROM numbers(:ended))", ended=ended)


def _begun(first: int, headers: Sequence[Header], legs: Legs, begun: Sequence[int]) -> Iterator[tuple[Any, ...]]:
    held = chart.CLIENT_HELD.template.partition("{")[0]
    families = [
        (account.name.startswith(held), account.name == chart.DEBTOR_REFUND.template) for account in legs.accounts
    ]
    bounds = legs.row.searchsorted(begun), legs.row.searchsorted(np.array(begun) + 1)
    for row, start, end in zip(begun, *(bound.tolist() for bound in bounds), strict=True):
        header, own = headers[row], range(start, end)
        sums = [-sum(int(legs.amount[leg]) for leg in own if families[legs.account[leg]][which]) for which in (0, 1)]
        currency = legs.accounts[legs.account[start]].currency
        aside = [parse_minor(header.meta.get(name, "0"), currency) for name in ("recovers", "recovers-lost")]
        yield (first + row, header.case, header.meta[RELEASE], *aside, *sums)


def _bank_of(account: str) -> str:
    """The bank whose own account this is, or nothing."""
    for family in (chart.TRUST_BANK, chart.IN_TRANSIT, chart.OPERATING_BANK):
        start = family.template.partition("{")[0]
        if account.startswith(start):
            return account.removeprefix(start)
    return ""


def add_cases(
    connection: Connection, cases: Sequence[tuple[Any, ...]], identifiers: Sequence[tuple[str, str, str]]
) -> None:
    """The state that new cases bring along (DOMAIN §4, "Opening balances"), and their keys."""
    names = [name for name in schema.CHAINED["cases"] if name != "batch"]
    advance, collected = names.index("costs_advanced"), names.index("collected_to_date")
    zeros = (0,) * len(BUCKETS)
    rows = [(row[0], *zeros, row[advance], 0, row[collected], 0, "") for row in cases if row[advance] or row[collected]]
    upsert(connection, schema_derived.case_balance, rows, _ADD_CASE)
    upsert(connection, schema_derived.identifier, identifiers, "NOTHING")


DISPLACED = """
SELECT c.id FROM claim c JOIN entry e ON e.id = c.entry JOIN statement_line l ON l.id = c.line
WHERE e.date <> l.date
"""
"""Claims of which the bank's day is another than the entry's."""


def claimed(connection: Connection, claims: Sequence[tuple[int, int, str]]) -> None:
    """Movements that a statement line has claimed (claim, entry, bank) are open no more."""
    if not claims:
        return
    first = min(claim for claim, _, _ in claims)
    execute(connection, f"INSERT INTO displaced (claim) {DISPLACED} AND c.id >= :first", first=first)
    for bank in {bank for _, _, bank in claims}:
        entries = [entry for _, entry, at in claims if at == bank]
        gone = "DELETE FROM open_movement WHERE bank = :bank AND entry IN (SELECT value FROM numbers(:entries))"
        execute(connection, gone, bank=bank, entries=entries)


def rebuild(connection: Connection) -> None:
    """Fill the tables anew that are told by one statement."""
    for name, columns, sql in (("owed", "date, currency, amount", owed.ALL), ("displaced", "claim", DISPLACED)):
        execute(connection, f"DELETE FROM {name}")
        execute(connection, f"INSERT INTO {name} ({columns}) {sql}")


def set_line_states(connection: Connection, lines: Iterable[int]) -> None:
    """What became of lines, once their claims stand."""
    wanted = sorted(lines)
    if wanted:
        execute(
            connection,
            f"INSERT INTO line_state (line, disposition, suggestions) {_SOME_LINE_STATES} WHERE TRUE "
            "ON CONFLICT (line) DO UPDATE SET disposition = excluded.disposition, suggestions = excluded.suggestions",
            lines=wanted,
        )
