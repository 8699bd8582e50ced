"""A journal in PostgreSQL whose user may only read."""

from __future__ import annotations

import contextlib
import os
import re
from typing import TYPE_CHECKING
from unittest import mock

import psycopg
from sqlalchemy.engine import make_url

from ledger_core.journal import roles
from ledger_core.journal.store import Journal
from ledger_core.journal.transfer import copy
from tests import postgres

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DENIED = "postgresql+psycopg:///?service=auditor"
"""The address, which says nothing of the server: a service file does."""


@contextlib.contextmanager
def denied(folder: Path) -> Iterator[None]:
    """The journal copied to PostgreSQL, and roles made: agency.toml names the auditor's address."""
    database, names = postgres.fresh(), (f"books_{os.getpid()}", f"auditor_{os.getpid()}")
    copy(
        Journal(f"sqlite:///{folder / 'journal.db'}", folder=folder),
        Journal(postgres.address(database), folder=folder),
    )
    with psycopg.connect(postgres.address(database).replace("+psycopg", ""), autocommit=True) as owner:
        owner.execute(roles.script(*names).encode())
    path = folder / "agency.toml"
    path.write_text(re.sub('journal = ".*"', f'journal = "{DENIED}"', path.read_text(encoding="utf-8")))
    url = make_url(postgres.address(database))
    parts = {"host": url.host, "port": url.port, **url.query}
    file = folder.with_name(f"{folder.name}.services")
    lines = ["[auditor]", f"dbname={database}", f"user={names[1]}", *(f"{k}={v}" for k, v in parts.items() if v)]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    with mock.patch.dict(os.environ, {"PGSERVICEFILE": str(file)}):
        yield
    postgres.drop(database)
    for name in names:
        postgres.run("DROP ROLE {}", name)
