"""The journal in a PostgreSQL database (16 or later), for agencies in which several people work at once.

A writer locks the one row of ``head`` before anything else, so all locks are taken in one order, and what it reads
afterwards is what stands until it commits.  Readers see one snapshot and wait for nobody.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg.types.numeric import IntLoader
from sqlalchemy import Integer, LargeBinary, NullPool, String, UniqueConstraint, create_engine, event
from sqlalchemy.exc import DBAPIError

from ledger_core.errors import refuse
from ledger_core.journal import guards_postgres, schema
from ledger_core.journal.database import Database
from ledger_core.journal.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from sqlalchemy import URL, Column, Connection, Table

    from ledger_core.errors import Refused

_CHUNK = 20_000
_CREATING = 7_414_112
"""Whoever creates a journal holds this advisory lock."""

_GUARD = "TS001"
_BUSY = ("55P03",)
_CONTENDED = ("40001", "40P01")
_AWAY = ("08", "57P")


class Postgres(Database):
    """A journal to a database; its tables are in the first schema of the search path."""

    def __init__(self, url: URL, wait_seconds: int) -> None:
        self.place = url.render_as_string(hide_password=True)
        self._wait = wait_seconds
        self.engine = create_engine(
            url.set(drivername="postgresql+psycopg"),
            # Values go into the statement as they are, so that no type has to be guessed for a NULL.
            connect_args={"connect_timeout": max(2, wait_seconds), "cursor_factory": psycopg.ClientCursor},
            isolation_level="AUTOCOMMIT",  # transactions are begun by name, as on SQLite
            poolclass=NullPool,
        )
        event.listen(self.engine, "connect", _prepare)

    def exists(self) -> bool:
        """Whether the tables are there."""
        with self.engine.connect() as connection:
            return connection.exec_driver_sql("SELECT to_regclass('head')").scalar() is not None

    def begin_creating(self, connection: Connection) -> None:
        """Under an advisory lock: there is no table to lock yet."""
        connection.exec_driver_sql("BEGIN")
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {max(self._wait, 1) * 1000}")
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_CREATING})")

    def begin_writing(self, connection: Connection) -> None:
        """With the chain's head locked."""
        connection.exec_driver_sql("BEGIN")
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {self._wait * 1000}")
        connection.exec_driver_sql(f"SELECT 1 FROM head FOR UPDATE{'' if self._wait else ' NOWAIT'}")

    def begin_reading(self, connection: Connection) -> None:
        """One snapshot, which writers do not disturb."""
        connection.exec_driver_sql("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")

    def told(self, error: DBAPIError) -> Refused | None:
        """By the state that PostgreSQL gives with each error; without one the connection itself is lost."""
        state = getattr(error.orig, "sqlstate", None) or ""
        said = " ".join(str(error.orig).split())
        if state in _BUSY:
            return refuse("BUSY", "the journal is in use by another command", self.place)
        if state in _CONTENDED:
            return refuse("CONTENDED", "another command changed the same rows at the same moment", self.place)
        if state == _GUARD:
            return refuse("JOURNAL_REFUSED", f"the journal refused: {said.partition(' CONTEXT:')[0]}", self.place)
        if state.startswith(_AWAY) or (not state and isinstance(error.orig, psycopg.OperationalError)):
            why = str(error.orig).partition("\n")[0].rstrip(".")  # what may have been the cause is guessed below it
            return refuse("JOURNAL_AWAY", f"the database does not answer: {why}", self.place)
        if isinstance(error.orig, psycopg.IntegrityError):
            return None
        return refuse("JOURNAL_UNUSABLE", f"the journal cannot be used: {said}", self.place)

    @staticmethod
    def prepare(connection: Connection) -> None:
        """Functions, and the first partition."""
        for statement in guards_postgres.preparations():
            connection.exec_driver_sql(statement.replace("%", "%%"))  # the driver halves them

    @staticmethod
    def guard(connection: Connection) -> None:
        """Triggers, on each partition too."""
        for trigger in guards_postgres.TRIGGERS:
            connection.exec_driver_sql(guards_postgres.statement(trigger))
        for (partition,) in connection.exec_driver_sql(_PARTITIONS).all():
            connection.exec_driver_sql("SELECT guard_partition(%s)", (partition,))

    @staticmethod
    def unguard(connection: Connection) -> None:
        """All triggers."""
        for name, table in connection.exec_driver_sql(_TRIGGERS).all():
            connection.exec_driver_sql(f'DROP TRIGGER "{name}" ON "{table}"')

    @staticmethod
    def begin_batch(connection: Connection, acted_on: str) -> None:
        """Its legs go into the partition of the month of acting."""
        month = f"{guards_postgres.PARTITIONED}_{acted_on[:4]}_{acted_on[5:7]}"
        connection.exec_driver_sql("SELECT open_month(%s)", (month,))

    @staticmethod
    def insert(connection: Connection, table: Table, rows: Iterable[tuple[Any, ...]]) -> None:
        """By COPY."""
        names = ", ".join(f'"{column.name}"' for column in table.columns)
        statement = f'COPY "{table.name}" ({names}) FROM STDIN (FORMAT BINARY)'
        driver: Any = connection.connection.driver_connection
        try:
            with driver.cursor() as cursor, cursor.copy(statement) as copy:
                copy.set_types([_sql_type(column) for column in table.columns])
                for row in rows:
                    copy.write_row(row)
        except psycopg.Error as error:  # as of any other statement
            raise DBAPIError.instance(statement, None, error, psycopg.Error, dialect=connection.dialect) from error

    @staticmethod
    def upsert(connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]], change: str) -> None:
        """From arrays, a column each: one statement for many rows."""
        names = ", ".join(f'"{column.name}"' for column in table.columns)
        arrays = ", ".join(f"CAST(%s AS {_sql_type(column)}[])" for column in table.columns)
        key = ", ".join(column.name for column in table.primary_key.columns)
        statement = (
            f'INSERT INTO "{table.name}" ({names}) SELECT * FROM unnest({arrays}) ON CONFLICT ({key}) DO {change}'
        )
        remaining = iter(rows)
        while chunk := list(islice(remaining, _CHUNK)):
            connection.exec_driver_sql(statement, tuple(list(column) for column in zip(*chunk, strict=True)))

    @staticmethod
    def bound(values: Mapping[str, Any]) -> dict[str, Any]:
        """Sequences become arrays."""
        return {key: list(v) if isinstance(v, tuple) else v for key, v in values.items()}

    @staticmethod
    def form() -> Sequence[Callable[[Connection], Iterator[Finding]]]:
        """Types are the database's own care."""
        return (_made,)


def _prepare(connection: psycopg.Connection[Any], _record: object) -> None:
    # Every sum is one of whole numbers.
    connection.adapters.register_loader("numeric", IntLoader)


def _sql_type(column: Column[Any]) -> str:
    kinds = ((Integer, "int8"), (LargeBinary, "bytea"), (String, "text"))
    return next(name for kind, name in kinds if isinstance(column.type, kind))


# --- form

_FORM = """
SELECT 'table ' || c.relname AS name,
       string_agg(a.attname || ' ' || format_type(a.atttypid, NULL) || CASE WHEN a.attnotnull THEN ' 1' ELSE ' 0' END,
                  ', ' ORDER BY a.attnum) AS said
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.relnamespace = CAST(CURRENT_SCHEMA AS REGNAMESPACE) AND c.relkind IN ('r', 'p') AND NOT c.relispartition
GROUP BY c.oid, c.relname
UNION ALL
SELECT 'index of ' || c.relname, string_agg(a.attname, ', ' ORDER BY a.attnum)
FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY (i.indkey)
WHERE c.relnamespace = CAST(CURRENT_SCHEMA AS REGNAMESPACE) AND i.indisunique AND NOT c.relispartition
GROUP BY i.indexrelid, c.relname
UNION ALL
SELECT 'trigger ' || c.relname || '.' || t.tgname,
       CAST(t.tgenabled AS TEXT) || ' ' || regexp_replace(pg_get_triggerdef(t.oid), ' ON [^ ]+ ', ' ')
FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
WHERE c.relnamespace = CAST(CURRENT_SCHEMA AS REGNAMESPACE) AND NOT t.tgisinternal
UNION ALL
SELECT 'function ' || p.proname, CASE WHEN p.prosecdef THEN 'definer ' ELSE '' END || p.prosrc
FROM pg_proc p WHERE p.pronamespace = CAST(CURRENT_SCHEMA AS REGNAMESPACE)
UNION ALL
SELECT 'rule ' || c.relname || '.' || r.rulename, pg_get_ruledef(r.oid)
FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class
WHERE c.relnamespace = CAST(CURRENT_SCHEMA AS REGNAMESPACE)
"""
_TRIGGERS = """
SELECT t.tgname, c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
WHERE c.relnamespace = CAST(CURRENT_SCHEMA AS REGNAMESPACE) AND NOT t.tgisinternal
"""
_PARTITIONS = """
SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
WHERE i.inhparent = CAST('posting' AS REGCLASS) ORDER BY 1
"""


def _declared(partitions: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The form of a journal that was just made, and has these partitions."""
    for table in schema.metadata.sorted_tables:
        yield f"table {table.name}", ", ".join(_said(column) for column in table.columns)
        unique = [constraint for constraint in table.constraints if isinstance(constraint, UniqueConstraint)]
        for key in (table.primary_key, *unique):
            names = {column.name for column in key.columns}
            yield f"index of {table.name}", ", ".join(c.name for c in table.columns if c.name in names)
    for trigger in guards_postgres.TRIGGERS:
        made = guards_postgres.statement(trigger).replace(f' ON "{trigger.table}" ', " ")
        for name in (trigger.table, *(partitions if trigger.table == guards_postgres.PARTITIONED else ())):
            yield f"trigger {name}.{trigger.name}", f"O {made}"
    for function in guards_postgres.FUNCTIONS:
        yield f"function {function.name}", f"{'definer ' if function.definer else ''}{function.body}"


def _said(column: Column[Any]) -> str:
    names = {"int8": "bigint", "bytea": "bytea", "text": "text"}
    kind = "character varying" if column.name == "version_num" else names[_sql_type(column)]
    return f"{column.name} {kind} {0 if column.nullable else 1}"


def _made(connection: Connection) -> Iterator[Finding]:
    """Tables, keys, triggers and functions are those that a journal is made with."""
    partitions = [row[0] for row in connection.exec_driver_sql(_PARTITIONS)]
    stands = {(row[0], row[1]) for row in connection.exec_driver_sql(_FORM)}
    for name in sorted({name for name, _ in stands ^ set(_declared(partitions))}):
        message = f"{name} of the database is not what a journal is made with"
        yield Finding("GUARD_ALTERED", message, "guard", name.rpartition(" ")[2])
