"""What a day asks of the journal it asks of the day: no question goes through the whole of a table that grows."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from tests.journal.conftest import MARCH

if TYPE_CHECKING:
    from tests.conftest import Workspace

GROWING = {"entry", "posting", "statement_line", "claim", "person", "line_state", "cases", "case_balance", "identifier"}
ALIASES = {"e", "p", "l", "c", "s", "i"}
"""By which the house's SQL calls them."""

LINES = """account,date,amount,id,reference,memo
6222000011112222,2025-03-20,100.00,D1,,
6222000011112222,2025-03-20,40.00,D2,B-1,
6222000011112222,2025-03-20,-3.00,D3,,
"""


@pytest.mark.parametrize("made", ["sqlite"], indirect=True)
def test_no_question_reads_a_whole_table(agency: Workspace) -> None:
    """SQLite tells how it would answer each; without statistics it would do so however large the journal is."""
    asked: dict[str, Any] = {}

    def note(_: object, __: object, statement: str, values: object, ___: object, many: bool) -> None:
        if not many and statement.lstrip()[:6].upper() in {"SELECT", "WITH R", "INSERT", "DELETE"}:
            asked.setdefault(statement, values)

    agency.write("inbox/lines.csv", LINES)
    event.listen(Engine, "before_cursor_execute", note)
    try:
        agency.run("daily", "--date", MARCH)
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    with closing(sqlite3.connect(agency.folder / "journal.db")) as sql:
        read_whole = [
            f"{told[3]}: {statement}"
            for statement, values in asked.items()
            for told in sql.execute(f"EXPLAIN QUERY PLAN {statement}", values)
            if told[3].startswith("SCAN") and told[3].split()[1] in GROWING | ALIASES and "LIMIT" not in statement
        ]
    assert len(asked) > 30
    assert read_whole == []
