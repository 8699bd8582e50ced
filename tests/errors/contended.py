"""Two who change the same rows of a PostgreSQL journal, each waiting for the other, as often as it is tried again."""

from __future__ import annotations

import contextlib
import os
import threading
import time
from typing import TYPE_CHECKING
from unittest import mock

import psycopg
from sqlalchemy.engine import make_url

from tests import postgres
from tests.errors.reproduce import address, run

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CONTENDED = "postgresql+psycopg:///?service=agency"
"""The address, which says nothing of the server: a service file does."""

_PAUSE = 0.005  # seconds


def name_journal(folder: Path, url: str) -> None:
    """Let agency.toml name another journal."""
    path = folder / "agency.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(f'"{address(folder)}"', f'"{url}"'), encoding="utf-8")


@contextlib.contextmanager
def contended(folder: Path) -> Iterator[None]:
    """The journal in PostgreSQL, and a raw session on it that holds the balance of A-1 and wants the head."""
    database = postgres.fresh()
    # Ours is the one that PostgreSQL sends back: it looks after a moment, and the other one does not look at all.
    postgres.run("ALTER DATABASE {} SET deadlock_timeout = '20ms'", database)
    over = threading.Event()
    with _service(database, folder), psycopg.connect(service="agency") as session:
        assert run(["journal", "copy", "journal.db", CONTENDED]).status == 0
        name_journal(folder, CONTENDED)
        session.execute("SET deadlock_timeout = '1h'")
        session.execute("SELECT 1 FROM case_balance WHERE case_id = 'A-1' FOR UPDATE")
        holder = threading.Thread(target=_want_the_head, args=(session, over))
        holder.start()
        try:
            yield
        finally:
            over.set()
            holder.join()
            session.rollback()
    postgres.drop(database)


@contextlib.contextmanager
def _service(database: str, folder: Path) -> Iterator[None]:
    """Let ``service=agency`` be the database."""
    url = make_url(postgres.address(database))
    parts = {"host": url.host, "port": url.port, "user": url.username, "password": url.password, **url.query}
    file = folder.with_name(f"{folder.name}.services")
    lines = ["[agency]", f"dbname={database}", *(f"{key}={value}" for key, value in parts.items() if value)]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    with mock.patch.dict(os.environ, {"PGSERVICEFILE": str(file)}):
        yield


def _want_the_head(session: psycopg.Connection, over: threading.Event) -> None:
    """Whenever somebody holds the head wait for it, and give it back at once; the balance is kept throughout."""
    while not over.is_set():
        with session.transaction(force_rollback=True):
            free = session.execute("SELECT 1 FROM head FOR UPDATE SKIP LOCKED").fetchone()
            if not free:
                session.execute("SELECT 1 FROM head FOR UPDATE")
        time.sleep(_PAUSE)
