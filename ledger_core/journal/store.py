"""The journal as a place: opening it, and transactions on it.

``Journal.write()`` is one database transaction that holds the write lock from its start;
``Journal.read()`` sees one consistent state.  SQLite is the embedded default.
"""

from __future__ import annotations

import contextlib
import secrets
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, select
from sqlalchemy.exc import DBAPIError

from ledger_core.errors import refuse
from ledger_core.journal import schema
from ledger_core.journal.chain import genesis
from ledger_core.journal.database import Undecodable, execute, insert, open_database

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from sqlalchemy import Table

    from ledger_core.journal.database import Database

WAIT_SECONDS = 10


class Journal:
    """The system of record.  ``place`` is how messages name it."""

    def __init__(self, url: str, *, folder: Path, wait_seconds: int = WAIT_SECONDS) -> None:
        self.database = open_database(url, folder, wait_seconds)
        self.place = self.database.place

    @property
    def exists(self) -> bool:
        """Whether the journal was created before; one whose creation was cut short has no tables yet."""
        with self._guarded():
            return self.database.exists()

    def create(self) -> None:
        """Create an empty journal, with its guards; an existing one is left as it is."""
        if self.exists:
            return
        with self.creating() as connection:
            if not inspect(connection).has_table(schema.head.name):
                make(connection, self.database, secrets.token_hex(32))

    @contextlib.contextmanager
    def creating(self) -> Iterator[Connection]:
        """A transaction in which nobody else creates it."""
        with self._transaction(self.database.begin_creating) as connection:
            yield connection

    @contextlib.contextmanager
    def write(self, *, dry_run: bool = False) -> Iterator[Connection]:
        """One transaction with the write lock; rolled back on any error, and on a dry run."""
        with self._transaction(self.database.begin_writing, keep=not dry_run) as connection:
            self._refuse_other_form(connection)
            self._refuse_unsealed(connection)
            yield connection

    @contextlib.contextmanager
    def read(self, *, unsealed: bool = False) -> Iterator[Connection]:
        """One consistent view of what is sealed; nothing can be changed through it.

        With ``unsealed`` also of a batch that a raw session left open: nobody but ``verify`` wants to see that.
        """
        with self._transaction(self.database.begin_reading, keep=False) as connection:
            self._refuse_other_form(connection)
            if not unsealed:
                self._refuse_unsealed(connection)
            yield connection

    @contextlib.contextmanager
    def alter(self) -> Iterator[Connection]:
        """As ``write``, whatever release made the journal: to bring it to the form of this one."""
        with self._transaction(self.database.begin_writing) as connection:
            yield connection

    @contextlib.contextmanager
    def _transaction(self, begin: Callable[[Connection], None], *, keep: bool = True) -> Iterator[Connection]:
        with self._guarded(), self.database.engine.connect() as connection:
            try:
                begin(connection)
                yield connection
            except BaseException:
                # What is lost with its connection was rolled back by the database.
                if not connection.invalidated:
                    with contextlib.suppress(DBAPIError):
                        connection.exec_driver_sql("ROLLBACK")
                raise
            connection.exec_driver_sql("COMMIT" if keep else "ROLLBACK")

    @contextlib.contextmanager
    def _guarded(self) -> Iterator[None]:
        """Database failures as refusals that a user understands."""
        try:
            yield
        except DBAPIError as error:
            refusal = self.database.told(error)
            if refusal is None:
                raise
            raise refusal from error
        except (Undecodable, UnicodeDecodeError) as error:
            said = "it holds texts that are none"
            raise refuse("JOURNAL_UNUSABLE", f"the journal cannot be used: {said}", self.place) from error

    def _refuse_other_form(self, connection: Connection) -> None:
        has = revision(connection)
        if has < schema.REVISION:
            raise refuse("JOURNAL_OLDER", "the journal was made by an earlier release", self.place)
        if has > schema.REVISION:
            raise refuse("JOURNAL_NEWER", "the journal was made by a later release", self.place)

    def _refuse_unsealed(self, connection: Connection) -> None:
        """No command of ours commits an open batch; of what stands in one nothing is true."""
        found = execute(connection, "SELECT id FROM batch WHERE sealed = 0").scalar()
        if found is not None:
            raise refuse("BATCH_OPEN", f"batch {found} was left open by something else than a command", self.place)


def make(connection: Connection, database: Database, index_key: str) -> None:
    """The tables of an empty journal with its guards; ``index_key`` (hex) is what its chain begins with."""
    schema.metadata.create_all(connection)
    database.prepare(connection)
    insert(connection, schema.head, [(1, 0, 0, genesis(index_key))])
    insert(connection, schema.setting, [("index_key", index_key)])
    insert(connection, schema.migration, [(schema.REVISION,)])
    database.guard(connection)


def revision(connection: Connection) -> str:
    """Which form the journal has; those before forms were counted have the first."""
    if not inspect(connection).has_table(schema.migration.name):
        return "0001"
    return str(execute(connection, "SELECT version_num FROM migration").scalar_one())


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
    row = execute(connection, "SELECT batch, sealed_through, digest FROM head").one()
    return int(row[0]), int(row[1]), bytes(row[2])
