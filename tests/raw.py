"""A raw SQL session on a workspace's journal, with no code of ours between, on whichever database it is."""

from __future__ import annotations

import os
import re
import sqlite3
import tomllib
from typing import TYPE_CHECKING, Any

import psycopg
from sqlalchemy.engine import make_url

from ledger_core.journal.guards_postgres import TRIGGERS
from ledger_core.journal.guards_sqlite import guards

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tests.conftest import Workspace


def raw_session(workspace: Workspace) -> RawSession:
    """A session on the journal that a workspace names."""
    text = (workspace.folder / "agency.toml").read_text(encoding="utf-8")
    address = os.environ.get("TALLYSTICK_JOURNAL") or str(tomllib.loads(text)["agency"]["journal"])
    return RawPostgres(address) if address.startswith("postgresql") else RawSqlite(workspace)


class RawSession:
    """SQL with ``?`` and ``:name`` for values and ``x'00'`` for bytes; outside a transaction each statement commits."""

    ERROR: type[Exception]
    sqlite = False

    def __init__(self, connection: Any) -> None:  # noqa: ANN401 - one of two drivers
        self._connection = connection

    def execute(self, sql: str, values: Sequence[object] | Mapping[str, object] = ()) -> Any:  # noqa: ANN401 - a cursor
        """Run a statement."""
        raise NotImplementedError

    def in_transaction(self) -> bool:
        """Whether one was begun."""
        raise NotImplementedError

    def drop_guards(self) -> None:
        """Who owns the database can do that."""
        raise NotImplementedError

    def restore_guards(self) -> None:
        """As if nothing had happened."""
        raise NotImplementedError

    def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """All rows of a statement."""
        return [tuple(row) for row in self.execute(sql, values).fetchall()]

    def one(self, sql: str, *values: object) -> tuple[Any, ...]:
        """The only row of a statement."""
        (row,) = self.rows(sql, *values)
        return row

    def content(self) -> dict[str, list[tuple[Any, ...]]]:
        """Every row of every table."""
        from ledger_core.journal import schema

        return {name: sorted(self.rows(f'SELECT * FROM "{name}"'), key=repr) for name in schema.metadata.tables}

    def close(self) -> None:
        """End the session; what was not committed is rolled back."""
        self._connection.close()


class RawSqlite(RawSession):
    """On the file."""

    ERROR = sqlite3.DatabaseError
    sqlite = True

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(
            sqlite3.connect(workspace.folder / "journal.db", isolation_level=None, check_same_thread=False)
        )

    def execute(self, sql: str, values: Sequence[object] | Mapping[str, object] = ()) -> Any:  # noqa: ANN401
        """As it is."""
        return self._connection.execute(sql, values)

    def in_transaction(self) -> bool:
        """As the driver says."""
        return bool(self._connection.in_transaction)

    def drop_guards(self) -> None:
        """All triggers."""
        for (name,) in self.rows("SELECT name FROM sqlite_master WHERE type = 'trigger'"):
            self.execute(f'DROP TRIGGER "{name}"')

    def restore_guards(self) -> None:
        """All triggers."""
        for guard in guards():
            self.execute(guard)


class RawPostgres(RawSession):
    """By the server's owner."""

    ERROR = psycopg.Error

    def __init__(self, address: str) -> None:
        url = make_url(address).set(drivername="postgresql").render_as_string(hide_password=False)
        super().__init__(psycopg.connect(url, autocommit=True, cursor_factory=psycopg.ClientCursor))

    def execute(self, sql: str, values: Sequence[object] | Mapping[str, object] = ()) -> Any:  # noqa: ANN401
        """With the driver's marks for values."""
        sql = re.sub(r"\bx'([0-9a-f]*)'", r"'\\x\1'::bytea", sql)
        if not values:
            return self._connection.execute(sql)
        sql = sql.replace("%", "%%").replace("?", "%s")
        return self._connection.execute(re.sub(r"(?<![:\w]):(\w+)", r"%(\1)s", sql), values)

    def in_transaction(self) -> bool:
        """As the server says."""
        return self._connection.info.transaction_status != psycopg.pq.TransactionStatus.IDLE

    def drop_guards(self) -> None:
        """Switched off is as good as gone."""
        for name in dict.fromkeys(trigger.table for trigger in TRIGGERS):
            self.execute(f'ALTER TABLE "{name}" DISABLE TRIGGER USER')

    def restore_guards(self) -> None:
        """Switched on again."""
        for name in dict.fromkeys(trigger.table for trigger in TRIGGERS):
            self.execute(f'ALTER TABLE "{name}" ENABLE TRIGGER USER')
