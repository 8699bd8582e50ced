"""The journal in a PostgreSQL database (16 or later), for agencies in which several people work at once.

A writer locks the one row of ``head`` before anything else, so all locks are taken in one order, and what it reads
afterwards is what stands until it commits.  Readers see one snapshot and wait for nobody.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg.conninfo import make_conninfo
from psycopg.types.numeric import IntLoader
from sqlalchemy import Integer, LargeBinary, NullPool, String, UniqueConstraint, create_engine, event
from sqlalchemy.exc import DBAPIError

from ledger_core.errors import refuse
from ledger_core.journal import guards_postgres, roles, schema
from ledger_core.journal.database import Database, shown
from ledger_core.journal.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from sqlalchemy import URL, Column, Connection, CursorResult, Engine, Table

    from ledger_core.errors import Refused

_CHUNK = 20_000
_CREATING = 7_414_112
"""Whoever creates a journal holds this advisory lock."""

_SECURED = "tallystick_secured"
"""What a connection knows of itself: whether row level security holds its user."""

_AWAY = ("08", "57P")
_CONTENDED = ("CONTENDED", "another command changed the same rows at the same moment")
_TOLD = {
    "55P03": ("BUSY", "the journal is in use by another command"),
    "40001": _CONTENDED,
    "40P01": _CONTENDED,
    "42501": ("NOT_ALLOWED", "the database refused its user: {0}"),
    "TS001": ("JOURNAL_REFUSED", "the journal refused: {0}"),
}
"""What states mean, as codes and words of ours."""
_SILENT = (psycopg.pq.Ping.NO_RESPONSE, psycopg.pq.Ping.REJECT)
_NOT_ASKED = ("context", "password")
_PING_SECONDS = 2
_BESIDE = re.compile(r"^connection (failed|is bad): |\s*Is the server running [^?]*\?")
"""What says no more than our own words do."""


class Postgres(Database):
    """A journal to a database; its tables are in the first schema of the search path."""

    def __init__(self, url: URL, wait_seconds: int) -> None:
        self.place = shown(url)
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
        said = " ".join(_BESIDE.sub("", str(error.orig)).split())
        if state in _TOLD:
            code, words = _TOLD[state]
            return refuse(code, words.format(said.partition(" CONTEXT:")[0]), self.place)
        if state.startswith(_AWAY) or (not state and self._lost(error)):
            return refuse("JOURNAL_AWAY", f"the database does not answer: {said}", self.place)
        if isinstance(error.orig, psycopg.IntegrityError):
            return None
        return refuse("JOURNAL_UNUSABLE", f"the journal cannot be used: {said}", self.place)

    def _lost(self, error: DBAPIError) -> bool:
        """Whether nobody is there any more; a server that is there and lets nobody in gives no state either."""
        if not isinstance(error.orig, psycopg.OperationalError):
            return False
        return error.statement is not None or _ping(self.engine) in _SILENT

    @staticmethod
    def prepare(connection: Connection) -> None:
        """Functions, and the first partition."""
        place = connection.exec_driver_sql("SELECT quote_ident(CURRENT_SCHEMA)").scalar_one()
        for statement in guards_postgres.preparations(place):
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
        """By COPY; where rows are secured PostgreSQL takes none."""
        secured = connection.info.get(_SECURED)
        if secured is None:
            found = connection.exec_driver_sql("SELECT row_security_active(CAST('entry' AS REGCLASS))")
            connection.info[_SECURED] = secured = bool(found.scalar())
        if secured:
            _insert_arrays(connection, table, rows, "")
            return
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
        key = ", ".join(column.name for column in table.primary_key.columns)
        _insert_arrays(connection, table, rows, f"ON CONFLICT ({key}) DO {change}")

    @staticmethod
    def reads_texts(connection: Connection) -> bool:
        """If the columns are granted."""
        return bool(connection.exec_driver_sql(_READS_TEXTS).scalar())

    @staticmethod
    def bound(values: Mapping[str, Any]) -> dict[str, Any]:
        """Sequences become arrays."""
        return {key: list(v) if isinstance(v, tuple) else v for key, v in values.items()}

    @staticmethod
    def some(found: CursorResult[Any], size: int) -> list[tuple[Any, ...]]:
        """From a cursor on the server."""
        return [tuple(row) for row in found.fetchmany(size)]

    @staticmethod
    def form() -> Sequence[Callable[[Connection], Iterator[Finding]]]:
        """Types are the database's own care."""
        return (_made, _open_to)


def _ping(engine: Engine) -> int:
    given = engine.dialect.create_connect_args(engine.url)[1]
    options = {key: value for key, value in given.items() if key not in _NOT_ASKED} | {"connect_timeout": _PING_SECONDS}
    return psycopg.pq.PGconn.ping(make_conninfo(**options).encode())


def _prepare(connection: psycopg.Connection[Any], _record: object) -> None:
    # Every sum is one of whole numbers.
    connection.adapters.register_loader("numeric", IntLoader)


def _insert_arrays(connection: Connection, table: Table, rows: Iterable[tuple[Any, ...]], more: str) -> None:
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    arrays = ", ".join(f"CAST(%s AS {_sql_type(column)}[])" for column in table.columns)
    statement = f'INSERT INTO "{table.name}" ({names}) SELECT * FROM unnest({arrays}) {more}'
    remaining = iter(rows)
    while chunk := list(islice(remaining, _CHUNK)):
        connection.exec_driver_sql(statement, tuple(list(column) for column in zip(*chunk, strict=True)))


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
SELECT 'function ' || p.proname,
       CASE WHEN p.prosecdef THEN 'definer ' ELSE '' END
       || CASE WHEN p.proconfig = ARRAY['search_path=' || quote_ident(CURRENT_SCHEMA) || ', pg_temp']
          THEN '' ELSE 'on another path ' END || p.prosrc
FROM pg_proc p WHERE p.pronamespace = CAST(CURRENT_SCHEMA AS REGNAMESPACE)
UNION ALL
SELECT 'rule ' || c.relname || '.' || r.rulename, pg_get_ruledef(r.oid)
FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class
WHERE c.relnamespace = CAST(CURRENT_SCHEMA AS REGNAMESPACE)
"""
_READS_TEXTS = """
SELECT has_column_privilege('person', 'text', 'SELECT') AND has_column_privilege('person', 'salt', 'SELECT')
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


def _open_to(connection: Connection) -> Iterator[Finding]:
    """Nobody but the owner may do more than the script of ``roles`` grants, and no row is hidden or shown otherwise."""
    stands = roles.granted(connection)
    for place in sorted({place for place, _ in stands ^ roles.declared(connection, stands)}):
        message = f"who may do what with {place} of the database is not as `tallystick journal roles` has it"
        yield Finding("GUARD_ALTERED", message, "guard", place)
