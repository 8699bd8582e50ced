"""Whatever is altered with the guards dropped and put back is found by ``verify``, and named."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any

import pytest

from ledger_core.accounting import digest
from ledger_core.journal import schema
from ledger_core.journal.chain import head_digest, row_digest
from tests.journal.conftest import FILLED

if TYPE_CHECKING:
    from tests.journal.conftest import Raw

NAMES = {
    "setting": ("setting", "name"),
    "account": ("account", "name"),
    "batch": ("batch", "id"),
    "entry": ("entry", "id"),
    "posting": ("entry", "entry"),
    "reversal": ("entry", "entry"),
    "person": ("SUBSTR(id, 1, INSTR(id, ':') - 1)", "SUBSTR(id, INSTR(id, ':') + 1)"),
    "cases": ("case", "id"),
    "terms": ("terms", "digest"),
    "file": ("file", "'archive/' || archive"),
    "statement": ("statement", "id"),
    "statement_line": ("line", "id"),
    "claim": ("claim", "id"),
    "release": ("claim", "claim"),
    "exclusion": ("line", "line"),
    "document": ("document", "number"),
    "period": ("period", "month"),
    "draft": ("draft", "id"),
    "review": ("draft", "draft"),
    "day_balance": ("account", "(SELECT name FROM account WHERE id = day_balance.account)"),
    "case_balance": ("case", "case_id"),
    "item_balance": ("SUBSTR(item, 1, 4)", "SUBSTR(item, 6)"),
    "open_movement": ("entry", "entry"),
    "line_state": ("line", "line"),
    "identifier": ("case", "case_id"),
    "publication": ("file", "'ledger/' || path"),
    "head": ("batch", "batch"),
}
"""By which kind and subject a row of each table is known to a user."""

COLUMNS = [(name, column.name) for name in FILLED for column in schema.metadata.tables[name].columns]
DERIVED = ("day_balance", "case_balance", "item_balance", "open_movement", "line_state", "identifier", "publication")
ROWS = [name for name in FILLED if name not in {"head", "setting"}]

Row = dict[str, Any]
Name = tuple[str, str]


def keys(table: str) -> list[str]:
    """The columns of a table's key."""
    return [column.name for column in schema.metadata.tables[table].primary_key.columns]


def row_of(raw: Raw, table: str, offset: int = 0) -> Row:
    """A row in the middle of a table, or some rows further."""
    names = [column.name for column in schema.metadata.tables[table].columns]
    found = raw.rows(f'SELECT * FROM "{table}" ORDER BY {", ".join(keys(table))}')
    return dict(zip(names, found[(len(found) // 2 + offset) % len(found)], strict=True))


def same(table: str) -> str:
    """The condition that names a row by its key."""
    return " AND ".join(f'"{name}" IS ?' for name in keys(table))


def key(table: str, row: Row) -> list[Any]:
    """The values of a row's key."""
    return [row[name] for name in keys(table)]


def name_of(raw: Raw, table: str, row: Row) -> Name:
    """Kind and subject of a row; of one that is no more, nothing."""
    kind, subject = (part if part.isalpha() and part == part.lower() and index == 0 else None for index, part in ((0, NAMES[table][0]), (1, "")))
    del subject
    wanted = f"'{kind}'" if kind else NAMES[table][0]
    found = raw.rows(f'SELECT {wanted}, {NAMES[table][1]} FROM "{table}" WHERE {same(table)}', *key(table, row))
    return (str(found[0][0]), str(found[0][1])) if found else ("", "")
