"""The journal as a place: opening it, and transactions on it.

``Journal.write()`` is one database transaction that holds the write lock from its start;
``Journal.read()`` sees one consistent state.  SQLite is the embedded default.
"""

from __future__ import annotations

import contextlib
import secrets
import sqlite3
import time
from itertools import islice
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, NullPool, create_engine, event, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DatabaseError, DBAPIError, OperationalError

from ledger_core.errors import refuse
from ledger_core.journal import schema
from ledger_core.journal.chain import genesis
from ledger_core.journal.guards import sqlite_guards

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from sqlalchemy import Table

WAIT_SECONDS = 10
_CHUNK = 20_000
_PAUSE = 10**-2  # seconds


class Journal:
    """The system of record.  ``path`` is the file of an SQLite journal."""

    def __init__(self, url: str, *, folder: Path, wait_seconds: int = WAIT_SECONDS) -> None:
        parsed = make_url(url)
        self.path = folder / (parsed.database or "journal.db")
        self._wait_seconds = wait_seconds
        # A connection kept for later would keep what it wrote in a file beside the journal.
        self._engine = create_engine(
            parsed.set(database=str(self.path)),
            connect_args={"timeout": wait_seconds, "isolation_level": None},
            poolclass=NullPool,
        )
        event.listen(self._engine, "connect", _prepare)

    @property
    def exists(self) -> bool:
        """Whether the journal was created before; one whose creation was cut short has no tables yet."""
        if not self.path.exists() or not self.path.stat().st_size:
            return False
        try:
            with contextlib.closing(sqlite3.connect(self.path)) as connection:
                return connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'head'").fetchone() is not None
        except sqlite3.Error:
            return True  # what is wrong with it is told by the first command that uses it

    def create(self) -> None:
        """Create an empty journal, with its guards; an existing one is left as it is."""
        if self.exists:
            return
        with self._guarded(), self._engine.connect() as connection:
            self._log_ahead(connection)
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            if self.exists:  # another command was first
                return
            schema.metadata.create_all(connection)
            key = secrets.token_hex(32)
            connection.execute(schema.head.insert().values(one=1, batch=0, sealed_through=0, digest=genesis(key)))
            settings = [{"name": "schema", "value": schema.VERSION}, {"name": "index_key", "value": key}]
            connection.execute(schema.setting.insert(), settings)
            for guard in sqlite_guards():
                connection.exec_driver_sql(guard)
            connection.exec_driver_sql("COMMIT")

    def _log_ahead(self, connection: Connection) -> None:
        """Switch to the write-ahead log; of two who do that at once SQLite refuses one without any waiting."""
        until = time.monotonic() + self._wait_seconds
        while True:
            try:
                connection.exec_driver_sql("PRAGMA journal_mode = WAL")
            except OperationalError as error:
                if "locked" not in str(error.orig) or time.monotonic() > until:
                    raise
                time.sleep(_PAUSE)
            else:
                return

    @contextlib.contextmanager
    def write(self, *, dry_run: bool = False) -> Iterator[Connection]:
        """One transaction with the write lock; rolled back on any error, and on a dry run."""
        with self._guarded(), self._engine.connect() as connection:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.exec_driver_sql("ROLLBACK")
                raise
            connection.exec_driver_sql("ROLLBACK" if dry_run else "COMMIT")

    @contextlib.contextmanager
    def read(self) -> Iterator[Connection]:
        """One consistent view; nothing can be changed through it."""
        with self._guarded(), self._engine.connect() as connection:
            connection.exec_driver_sql("BEGIN")
            try:
                yield connection
            finally:
                connection.exec_driver_sql("ROLLBACK")

    @contextlib.contextmanager
    def _guarded(self) -> Iterator[None]:
        """Database failures as refusals that a user understands."""
        try:
            yield
        except OperationalError as error:
            said = str(error.orig)
            if "locked" in said or "busy" in said:
                raise refuse("BUSY", "the journal is in use by another command", str(self.path)) from error
            raise refuse("JOURNAL_UNUSABLE", f"the journal cannot be used: {said}", str(self.path)) from error
        except DBAPIError as error:
            said = str(error.orig)
            if said.startswith(("SEALED", "UNBALANCED", "FOREIGN")):
                raise refuse("JOURNAL_REFUSED", f"the journal refused: {said}", str(self.path)) from error
            if isinstance(error, DatabaseError) and not isinstance(error.orig, sqlite3.IntegrityError):
                raise refuse("JOURNAL_UNUSABLE", f"the journal cannot be used: {said}", str(self.path)) from error
            raise
        except UnicodeDecodeError as error:
            said = "it holds texts that are none"
            raise refuse("JOURNAL_UNUSABLE", f"the journal cannot be used: {said}", str(self.path)) from error


def _prepare(connection: sqlite3.Connection, _record: object) -> None:
    connection.execute("PRAGMA synchronous = FULL")


def insert(connection: Connection, table: Table, rows: Iterable[tuple[Any, ...]]) -> None:
    """Insert whole rows, in the order of the table's columns, by the driver's own executemany.

    ``OR FAIL`` spares SQLite the copies that it would need to undo a half done row: see ``guards``.
    """
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    marks = ", ".join("?" for _ in table.columns)
    statement = f'INSERT OR FAIL INTO "{table.name}" ({names}) VALUES ({marks})'  # noqa: S608 - names from the schema
    rows = iter(rows)
    while chunk := list(islice(rows, _CHUNK)):
        connection.exec_driver_sql(statement, chunk)


def next_id(connection: Connection, table: Table) -> int:
    """The id after the largest; stable while the write lock is held."""
    (column,) = table.primary_key.columns
    largest = connection.execute(select(column).order_by(column.desc()).limit(1)).scalar()
    return int(largest or 0) + 1


def setting(connection: Connection, name: str) -> str:
    """A setting that the journal was created with."""
    return str(connection.execute(select(schema.setting.c.value).where(schema.setting.c.name == name)).scalar_one())


def sealed_head(connection: Connection) -> tuple[int, int, bytes]:
    """The last batch, the last entry and the digest of the chain's head."""
    row = connection.execute(text("SELECT batch, sealed_through, digest FROM head")).one()
    return int(row[0]), int(row[1]), bytes(row[2])
