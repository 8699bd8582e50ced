"""What a journal needs of a database, and which database a connection is to.

Everything that SQLite and PostgreSQL do differently is behind this: opening a transaction with the write
lock, bulk inserts, what an error means, guards, and the form that ``verify`` holds them to.  The words of SQL
that differ are in ``words``.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from itertools import chain
from typing import TYPE_CHECKING, Any

from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from ledger_core.errors import refuse
from ledger_core.journal.words import spoken

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from sqlalchemy import URL, Connection, CursorResult, Engine, Table, TextClause

    from ledger_core.errors import Refused
    from ledger_core.journal.finding import Finding


class Database(ABC):
    """One kind of database.  ``place`` is how messages name the journal; it holds no password."""

    place: str
    engine: Engine

    @abstractmethod
    def exists(self) -> bool:
        """Whether a journal was created here before; one whose creation was cut short was not."""

    @abstractmethod
    def begin_creating(self, connection: Connection) -> None:
        """A transaction in which nobody else creates the journal."""

    @abstractmethod
    def begin_writing(self, connection: Connection) -> None:
        """A transaction that holds the write lock from its start."""

    @abstractmethod
    def begin_reading(self, connection: Connection) -> None:
        """A transaction that sees one state and can change nothing."""

    @abstractmethod
    def told(self, error: DBAPIError) -> Refused | None:
        """An error of the driver as a refusal that a user understands; None for what should never happen."""

    @staticmethod
    @abstractmethod
    def prepare(connection: Connection) -> None:
        """What the tables need beside themselves before any row comes in; once or again."""

    @staticmethod
    @abstractmethod
    def guard(connection: Connection) -> None:
        """Make the database refuse."""

    @staticmethod
    @abstractmethod
    def unguard(connection: Connection) -> None:
        """Take all guards away."""

    @staticmethod
    @abstractmethod
    def begin_batch(connection: Connection, acted_on: str) -> None:
        """What a new batch needs, on its day of acting."""

    @staticmethod
    @abstractmethod
    def insert(connection: Connection, table: Table, rows: Iterable[tuple[Any, ...]]) -> None:
        """Insert whole rows, in the order of the table's columns, as the driver does it fastest."""

    @staticmethod
    @abstractmethod
    def upsert(connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]], change: str) -> None:
        """Insert whole rows; of one whose key is there, do what stands after ``ON CONFLICT (key) DO``."""

    @staticmethod
    @abstractmethod
    def reads_texts(connection: Connection, /) -> bool:
        """Whether who asks may read the private texts."""

    @staticmethod
    @abstractmethod
    def bound(values: Mapping[str, Any]) -> dict[str, Any]:
        """Named values as the driver takes them; sequences for ``numbers`` and ``texts``."""

    @staticmethod
    @abstractmethod
    def some(found: CursorResult[Any], size: int) -> list[tuple[Any, ...]]:
        """The next rows of a result that is streamed."""

    @staticmethod
    @abstractmethod
    def form() -> Sequence[Callable[[Connection], Iterator[Finding]]]:
        """The checks that all is as a journal is made: tables, guards, pages, values of the right type."""


def shown(url: URL) -> str:
    """An address as messages name it: with no password, wherever in it one stands."""
    secret = [key for key in url.query if "password" in key]
    return url.difference_update_query(secret).render_as_string(hide_password=True)


def open_database(url: str, folder: Path, wait_seconds: int) -> Database:
    """The database of an address; raises ``DRIVER_MISSING``."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        from ledger_core.journal.sqlite import Sqlite

        return Sqlite(parsed, folder, wait_seconds)
    try:
        from ledger_core.journal.postgres import Postgres
    except ImportError as error:
        raise refuse("DRIVER_MISSING", "PostgreSQL's driver is not installed", shown(parsed)) from error
    return Postgres(parsed, wait_seconds)


def of(connection: Connection) -> type[Database]:
    """The kind of database that a connection is to."""
    if connection.dialect.name == "sqlite":
        from ledger_core.journal.sqlite import Sqlite

        return Sqlite
    from ledger_core.journal.postgres import Postgres

    return Postgres


def insert(connection: Connection, table: Table, rows: Iterable[tuple[Any, ...]]) -> None:
    """Insert whole rows, in the order of the table's columns."""
    of(connection).insert(connection, table, rows)


def upsert(connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]], change: str) -> None:
    """Insert whole rows; of one whose key is there, do what stands after ``ON CONFLICT (key) DO``."""
    if rows:
        of(connection).upsert(connection, table, rows, change)


def execute(connection: Connection, sql: str, **values: Any) -> Any:  # noqa: ANN401 - SQL values, a cursor
    """Run a statement in the words of ``words``, with named values."""
    return _execute(connection, text(spoken(sql, connection.dialect.name)), values)


def rows(connection: Connection, sql: str, **values: Any) -> list[tuple[Any, ...]]:  # noqa: ANN401 - SQL values
    """All rows of a statement, as the driver gives them."""
    with execute(connection, sql, **values) as found:
        result: list[tuple[Any, ...]] = _fetched(found.cursor.fetchall)
        return result


def stream(connection: Connection, sql: str, **values: Any) -> Iterator[tuple[Any, ...]]:  # noqa: ANN401 - SQL values
    """The same as they come: no more than some thousands of them are in memory."""
    return chain.from_iterable(_chunks(connection, sql, values))


def _chunks(connection: Connection, sql: str, values: Mapping[str, Any]) -> Iterator[list[tuple[Any, ...]]]:
    statement = text(spoken(sql, connection.dialect.name)).execution_options(stream_results=True)
    with _execute(connection, statement, values) as found:
        some = of(connection).some
        while chunk := _fetched(some, found, _AT_ONCE):
            yield chunk


class Undecodable(Exception):
    """A text that is no UTF-8."""


def _execute(connection: Connection, statement: TextClause, values: Mapping[str, Any]) -> Any:  # noqa: ANN401 - a cursor
    try:
        return connection.execute(statement, of(connection).bound(values))
    except DBAPIError as error:
        if _NO_TEXT in str(error.orig):
            raise Undecodable from error
        raise


def _fetched(fetch: Callable[..., Any], *of_what: object) -> Any:  # noqa: ANN401 - the driver's rows
    """Rows; what goes wrong on the way is an error like any other of the database's."""
    try:
        return fetch(*of_what)
    except Exception as error:
        if _NO_TEXT in str(error):
            raise Undecodable from error
        raise DBAPIError(None, None, error) from error


_AT_ONCE = 5_000
_NO_TEXT = "Could not decode to UTF-8"
"""What SQLite's driver says of it; no other database takes such a text."""
