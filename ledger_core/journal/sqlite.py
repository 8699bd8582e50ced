"""The journal in an SQLite file: the embedded default."""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
import time
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Any

from sqlalchemy import Integer, LargeBinary, NullPool, create_engine, event
from sqlalchemy.exc import OperationalError

from ledger_core.errors import refuse
from ledger_core.journal import schema
from ledger_core.journal.database import Database
from ledger_core.journal.finding import Finding, row_finding
from ledger_core.journal.guards_sqlite import guards

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from sqlalchemy import URL, Column, Connection, CursorResult, Table
    from sqlalchemy.exc import DBAPIError

    from ledger_core.errors import Refused

_CHUNK = 20_000
_LISTED = 20
_PAUSE = 10**-2  # seconds
_REFUSING = ("SEALED", "UNBALANCED", "FOREIGN")


class Sqlite(Database):
    """``path`` is the file."""

    def __init__(self, url: URL, folder: Path, wait_seconds: int) -> None:
        self.path = folder / (url.database or "journal.db")
        self.place = str(self.path)
        self._wait = wait_seconds
        # A connection kept for later would keep what it wrote in a file beside the journal.
        self.engine = create_engine(
            url.set(database=self.place),
            connect_args={"timeout": wait_seconds, "isolation_level": None},
            poolclass=NullPool,
        )
        event.listen(self.engine, "connect", _prepare)

    def exists(self) -> bool:
        """Whether the file is there and has its tables."""
        if not self.path.exists() or not self.path.stat().st_size:
            return False
        try:
            with contextlib.closing(sqlite3.connect(self.path)) as connection:
                return connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'head'").fetchone() is not None
        except sqlite3.Error:
            return True  # what is wrong with it is told by the first command that uses it

    def begin_creating(self, connection: Connection) -> None:
        """Readers and one writer work side by side from now on."""
        self._log_ahead(connection)
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    def _log_ahead(self, connection: Connection) -> None:
        """Switch to the write-ahead log; of two who do that at once SQLite refuses one without any waiting."""
        until = time.monotonic() + self._wait
        while True:
            try:
                connection.exec_driver_sql("PRAGMA journal_mode = WAL")
            except OperationalError as error:
                if "locked" not in str(error.orig) or time.monotonic() > until:
                    raise
                time.sleep(_PAUSE)
            else:
                return

    def begin_writing(self, connection: Connection) -> None:
        """SQLite has one lock."""
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    def begin_reading(self, connection: Connection) -> None:
        """The state at the first question."""
        connection.exec_driver_sql("BEGIN")

    def told(self, error: DBAPIError) -> Refused | None:
        """By what SQLite says."""
        said = str(error.orig)
        if isinstance(error.orig, sqlite3.OperationalError) and ("locked" in said or "busy" in said):
            return refuse("BUSY", "the journal is in use by another command", self.place)
        if said.startswith(_REFUSING):
            return refuse("JOURNAL_REFUSED", f"the journal refused: {said}", self.place)
        if isinstance(error.orig, sqlite3.DatabaseError) and not isinstance(error.orig, sqlite3.IntegrityError):
            return refuse("JOURNAL_UNUSABLE", f"the journal cannot be used: {said}", self.place)
        return None

    def backup(self, target: Path) -> None:
        """By SQLite's own online backup: one state, while others read and write."""
        with (
            contextlib.closing(sqlite3.connect(self.path)) as here,
            contextlib.closing(sqlite3.connect(target)) as there,
        ):
            here.backup(there)

    @staticmethod
    def prepare(connection: Connection) -> None:
        """Nothing."""

    @staticmethod
    def guard(connection: Connection) -> None:
        """Triggers."""
        for statement in guards():
            connection.exec_driver_sql(statement)

    @staticmethod
    def unguard(connection: Connection) -> None:
        """All triggers."""
        found = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").scalars().all()
        for name in found:
            connection.exec_driver_sql(f'DROP TRIGGER "{name}"')

    @staticmethod
    def begin_batch(connection: Connection, acted_on: str) -> None:
        """Nothing is needed."""

    @staticmethod
    def insert(connection: Connection, table: Table, rows: Iterable[tuple[Any, ...]]) -> None:
        """By executemany.

        ``OR FAIL`` spares SQLite the copies that it would need to undo a half done row: see ``guards_sqlite``.
        """
        statement = f"INSERT OR FAIL INTO {_whole(table)}"
        rows = iter(rows)
        while chunk := list(islice(rows, _CHUNK)):
            connection.exec_driver_sql(statement, chunk)

    @staticmethod
    def upsert(connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]], change: str) -> None:
        """By executemany."""
        key = ", ".join(column.name for column in table.primary_key.columns)
        connection.exec_driver_sql(f"INSERT INTO {_whole(table)} ON CONFLICT ({key}) DO {change}", list(rows))

    @staticmethod
    def reads_texts(_connection: Connection) -> bool:
        """Who can read the file can."""
        return True

    @staticmethod
    def bound(values: Mapping[str, Any]) -> dict[str, Any]:
        """Sequences become JSON."""
        return {key: json.dumps(list(v)) if isinstance(v, list | tuple) else v for key, v in values.items()}

    @staticmethod
    def some(found: CursorResult[Any], size: int) -> list[tuple[Any, ...]]:
        """As the driver gives them."""
        cursor: Any = found.cursor
        result: list[tuple[Any, ...]] = cursor.fetchmany(size)
        return result

    @staticmethod
    def form() -> Sequence[Callable[[Connection], Iterator[Finding]]]:
        """Types too, for SQLite would take a text for an amount."""
        return _made, _pages, _types


def settle(path: Path) -> None:
    """Let a file be whole in itself, with nothing beside it, on the disk."""
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _whole(table: Table) -> str:
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    marks = ", ".join("?" for _ in table.columns)
    return f'"{table.name}" ({names}) VALUES ({marks})'


def _prepare(connection: sqlite3.Connection, _record: object) -> None:
    connection.execute("PRAGMA synchronous = FULL")


# --- form


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
        Sqlite.guard(fresh)
        form = _form(fresh)
    engine.dispose()
    return form


def _form(connection: Connection) -> frozenset[tuple[str, str]]:
    return frozenset((row[0], row[1]) for row in connection.exec_driver_sql(_FORM))


def _made(connection: Connection) -> Iterator[Finding]:
    """Tables, keys and guards are those that a journal is made with."""
    for name in sorted({name for name, _ in _declared() ^ _form(connection)}):
        message = f"{name} of the database is not what a journal is made with"
        yield Finding("GUARD_ALTERED", message, "guard", name.rpartition(" ")[2])


def _pages(connection: Connection) -> Iterator[Finding]:
    """SQLite itself finds the file in order, its indexes too."""
    for (said,) in connection.exec_driver_sql(f"PRAGMA integrity_check({_LISTED})"):
        if said != "ok":
            told = " ".join(said.split())
            yield Finding("JOURNAL_DAMAGED", f"the database file is damaged: {told}", "file", "journal")


def _types(connection: Connection) -> Iterator[Finding]:
    """Every value is of its column's type."""
    for table in schema.metadata.sorted_tables:
        wrong = " OR ".join(f'typeof("{column.name}") NOT IN ({_kinds(column)})' for column in table.columns)
        for row in connection.exec_driver_sql(f'SELECT * FROM "{table.name}" WHERE {wrong}').mappings():
            yield row_finding(connection, table.name, row, f"holds a value of the wrong type in {table.name}")


def _kinds(column: Column[object]) -> str:
    kind = "integer" if isinstance(column.type, Integer) else "blob" if isinstance(column.type, LargeBinary) else "text"
    return f"'{kind}', 'null'" if column.nullable else f"'{kind}'"
