"""The form of the journal: its guards and tables as they were made, and values of the right type."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from sqlalchemy import Integer, LargeBinary, create_engine

from ledger_core.journal import schema
from ledger_core.journal.finding import Finding, row_finding
from ledger_core.journal.guards import sqlite_guards

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Column, Connection

_LISTED = 20

_FORM = """
SELECT m.type || ' ' || m.name, GROUP_CONCAT(c.name || ' ' || c.type || ' ' || c."notnull" || ' ' || c.pk, ', ')
FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' GROUP BY m.name
UNION ALL
SELECT 'index of ' || m.name, GROUP_CONCAT(c.name, ', ')
FROM sqlite_master m, pragma_index_list(m.name) i, pragma_index_info(i.name) c
WHERE m.type = 'table' AND i."unique" GROUP BY m.name, i.name
UNION ALL
SELECT type || ' ' || name, sql FROM sqlite_master WHERE type IN ('trigger', 'view')
"""


@cache
def _declared() -> frozenset[tuple[str, str]]:
    """The form of a journal that was just made."""
    engine = create_engine("sqlite://")
    with engine.connect() as fresh:
        schema.metadata.create_all(fresh)
        for guard in sqlite_guards():
            fresh.exec_driver_sql(guard)
        form = _form(fresh)
    engine.dispose()
    return form


def _form(connection: Connection) -> frozenset[tuple[str, str]]:
    return frozenset((row[0], row[1]) for row in connection.exec_driver_sql(_FORM))


def guards(connection: Connection) -> Iterator[Finding]:
    """Tables, keys and guards are those that a journal is made with."""
    for name in sorted({name for name, _ in _declared() ^ _form(connection)}):
        message = f"{name} of the database is not what a journal is made with"
        yield Finding("GUARD_ALTERED", message, "guard", name.rpartition(" ")[2])


def pages(connection: Connection) -> Iterator[Finding]:
    """SQLite itself finds the file in order, its indexes too."""
    for (said,) in connection.exec_driver_sql(f"PRAGMA integrity_check({_LISTED})"):
        if said != "ok":
            told = " ".join(said.split())
            yield Finding("JOURNAL_DAMAGED", f"the database file is damaged: {told}", "file", "journal")


def types(connection: Connection) -> Iterator[Finding]:
    """Every value is of its column's type: SQLite would take a text for an amount."""
    for table in schema.metadata.sorted_tables:
        wrong = " OR ".join(f'typeof("{column.name}") NOT IN ({_types(column)})' for column in table.columns)
        for row in connection.exec_driver_sql(f'SELECT * FROM "{table.name}" WHERE {wrong}').mappings():  # noqa: S608
            yield row_finding(connection, table.name, row, f"holds a value of the wrong type in {table.name}")


def _types(column: Column[object]) -> str:
    kind = "integer" if isinstance(column.type, Integer) else "blob" if isinstance(column.type, LargeBinary) else "text"
    return f"'{kind}', 'null'" if column.nullable else f"'{kind}'"


CHECKS = (guards, pages, types)
