"""Whatever is altered with the guards dropped and put back is found by ``verify``, and named."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import Integer

from ledger_core.journal import schema
from tests.journal.conftest import FILLED, NAMES, key_columns, named

if TYPE_CHECKING:
    from tests.journal.conftest import Raw, Row

HINTS = {("publication", "size"), ("publication", "modified")}
"""Columns that say nothing: a wrong one only makes ``publish`` read a file that it need not have read."""

COLUMNS = [
    (name, column.name)
    for name in FILLED
    for column in schema.metadata.tables[name].columns
    if (name, column.name) not in HINTS
]
KEYS = [(name, column) for name in FILLED for column in key_columns(name)]
WRONG: dict[str, Any] = {
    "text": "12,5x",
    "nothing": None,
    "blob": b"\x00\xff",
    "huge": 2**63 - 1,
    "low": -(2**63),
    "real": 0.5,
    "empty": "",
    "no utf-8": b"\xff\xfe",
}


def other(value: Any, *, number: bool = False) -> Any:  # noqa: ANN401 - whatever a column holds
    """A value of the same type that is not the same."""
    if value is None:
        return 7 if number else "2025-04-01"
    if isinstance(value, int):
        return value + 1_000
    return bytes([value[0] ^ 1]) + value[1:] if isinstance(value, bytes) else value + "0"


@pytest.mark.parametrize(("table", "column"), COLUMNS)
def test_an_altered_value(raw: Raw, table: str, column: str) -> None:
    """Another value of the same type in any column of any table is found, and its row named."""
    row = raw.row(table)
    before = raw.name(table, row)
    number = isinstance(schema.metadata.tables[table].columns[column].type, Integer)
    altered = row | {column: other(row[column], number=number)}
    raw.drop_guards()
    raw.change(table, row, **{column: altered[column]})
    raw.restore_guards()
    names = (before, raw.name(table, altered))
    assert named(raw.verify(), *names)


def _set(raw: Raw, table: str, row: Row, column: str, wrong: str) -> bool:
    """Whether the database takes a wrong value, and holds another than before."""
    with contextlib.suppress(raw.sql.ERROR):
        raw.change(table, row, **{column: WRONG[wrong]})
        if wrong == "no utf-8":
            raw.sql.execute(f'UPDATE "{table}" SET "{column}" = CAST("{column}" AS TEXT)')
        return WRONG[wrong] != row[column]
    return False


@pytest.mark.parametrize("made", ["sqlite"], indirect=True)
@pytest.mark.parametrize("table", FILLED)
@pytest.mark.parametrize("wrong", WRONG)
def test_values_of_the_wrong_type(raw: Raw, table: str, wrong: str) -> None:
    """Values that SQLite takes and a column should not hold are found, and their row named; nothing breaks on them."""
    row = raw.row(table)
    before = raw.name(table, row)
    raw.drop_guards()
    changed = [name for name in row if name not in key_columns(table) and _set(raw, table, row, name, wrong)]
    raw.restore_guards()
    if not changed:
        pytest.skip("the table itself refuses them")
    name_is_altered = any(name in NAMES[table][1] for name in changed)
    findings = raw.verify()
    assert findings
    assert name_is_altered or named(findings, before)


@pytest.mark.parametrize("table", FILLED)
@pytest.mark.parametrize("offset", [0, -1])
def test_a_deleted_row(raw: Raw, table: str, offset: int) -> None:
    """A row that is gone from any table is found, and named."""
    middle = len(raw.rows(f'SELECT 1 FROM "{table}"')) // 2
    row = raw.row(table, offset and offset - middle)
    names = [raw.name(table, row), (table, str(row.get("id")))]
    if table in {"release", "review", "period"}:  # which one is gone, nothing else in the journal tells
        names = [("batch", str(row["batch"]))]
    raw.drop_guards()
    raw.delete(table, row)
    raw.restore_guards()
    assert named(raw.verify(), *names)
