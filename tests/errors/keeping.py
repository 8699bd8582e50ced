"""Reproducers: the journal, the settings, the workspace itself."""

from __future__ import annotations

import contextlib
import socket
import sqlite3
import sys
from typing import TYPE_CHECKING
from unittest import mock

from ledger_core.journal.store import Journal
from tests.acceptance import two_months
from tests.errors.contended import CONTENDED, contended, name_journal
from tests.errors.denied import DENIED, denied
from tests.errors.findings import unguarded
from tests.errors.reproduce import JANUARY, Case

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


def _journal(folder: Path) -> Journal:
    return Journal("sqlite:///journal.db", folder=folder.relative_to(folder))


@contextlib.contextmanager
def _held(folder: Path) -> Iterator[None]:
    """Another command that holds the journal."""
    connection = sqlite3.connect(folder / "journal.db", isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        connection.close()


def _edit(folder: Path) -> None:
    """A raw SQL session that improves an entry."""
    with _journal(folder).write() as connection:
        connection.exec_driver_sql("UPDATE entry SET date = '2025-01-09' WHERE id = 2")


def _raw(statement: str, file: str = "journal.db") -> Callable[[Path], None]:
    """A raw SQL session, with the guards in place."""

    def done(folder: Path) -> None:
        with contextlib.closing(sqlite3.connect(folder / file, isolation_level=None)) as connection:
            assert connection.execute(statement).rowcount == 1

    return done


_OPEN_BATCH = """INSERT INTO batch SELECT batch + 1, 'raw', '2025-01-31', 'now', 'somebody', digest, NULL, NULL, 0
                 FROM head"""


@contextlib.contextmanager
def away(folder: Path) -> Iterator[None]:
    """A journal on a server that does not run: its port is taken, and nobody listens."""
    name_journal(folder, AWAY)
    with socket.socket() as silent:
        silent.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        silent.bind(("127.0.0.1", _PORT))
        yield


_PORT = 5078
AWAY = f"postgresql+psycopg://books:secret@127.0.0.1:{_PORT}/agency"


@contextlib.contextmanager
def no_driver(folder: Path) -> Iterator[None]:
    """A journal in PostgreSQL, where the package that speaks to it is not installed."""
    name_journal(folder, AWAY)
    missing = {name: None for name in sys.modules if name.partition(".")[0] == "psycopg"} | {"psycopg": None}
    with mock.patch.dict(sys.modules, missing):
        sys.modules.pop("ledger_core.journal.postgres", None)
        yield


def _alter_backup(folder: Path) -> None:
    """Somebody improved an entry of a backup, and the journal is lost."""
    unguarded("UPDATE entry SET date = '2025-01-09' WHERE id = 2", file="backup.db")(folder)
    _lose_journal(folder)


def _settings(code: str, place: str, old: str, new: str, file: str = "agency.toml") -> Case:
    """A settings file with one text replaced."""
    text = two_months.AGENCY if file == "agency.toml" else two_months.ALFA
    assert text.count(old) == 1
    return Case(code, "client check", place, scene="fresh", files={file: text.replace(old, new)})


def _lose_journal(folder: Path) -> None:
    """The journal is gone, and the next command would make another one."""
    for path in folder.glob("journal.db*"):
        path.unlink()


CASES = (
    Case("BATCH_UNKNOWN", "verify --since 999", scene="remitted"),
    Case("BUSY", f"daily {JANUARY} --wait 0", "journal.db", hold=_held),
    Case("CONTENDED", f"post write_off --case A-1 {JANUARY}", CONTENDED, hold=contended),
    Case("BATCH_OPEN", "balances", "journal.db", hold=_raw(_OPEN_BATCH)),
    Case("JOURNAL_AWAY", f"daily {JANUARY}", AWAY.replace("secret", "***"), hold=away),
    Case("JOURNAL_OLDER", "balances", "journal.db", scene="earlier"),
    Case("JOURNAL_NEWER", "balances", "journal.db", hold=_raw("UPDATE migration SET version_num = '9999'")),
    Case("JOURNAL_THERE", "restore backup.db", "journal.db", steps=("backup backup.db",)),
    Case("COPY_UNEQUAL", "restore backup.db", "journal.db", steps=("backup backup.db",), hold=_alter_backup),
    Case("DRIVER_MISSING", "balances", AWAY.replace("secret", "***"), hold=no_driver),
    Case("JOURNAL_MISSING", "balances", "journal.db", scene="fresh"),
    Case("JOURNAL_UNUSABLE", "balances", "journal.db", scene="fresh", files={"journal.db": "a letter, no database\n"}),
    Case("JOURNAL_REFUSED", place="journal.db", act=_edit),
    Case("BOOKS_FOREIGN", f"publish {JANUARY}", "ledger", scene="remitted", hold=_lose_journal),
    Case(
        "KEY_CONFLICT",
        "post receipt --case A-1 --amount 200.00 --reference R-17 --date 2025-01-10",
        steps=("post receipt --case A-1 --amount 100.00 --reference R-17 --date 2025-01-10",),
    ),
    Case("NOT_ALLOWED", f"post write_off --case A-1 {JANUARY}", DENIED, hold=denied),
    Case("PERIOD_CLOSED", "remit --through 2025-01-31", steps=("close 2025-01 --date 2025-01-31",)),
    _settings("SETTING_MISSING", "agency.toml:2", 'currency = "CNY"\nfirst_day', "first_day"),
    _settings("SETTING_BAD", "clients/ALFA.toml:10", '"court_costs", ', "", "clients/ALFA.toml"),
    _settings("SETTING_UNKNOWN", "agency.toml:5", "first_day", "frist_day = 2025-01-01\nfirst_day"),
    _settings("TOML_BAD", "agency.toml:3", '"Two Months"', "Two Months"),
    _settings("OPENING_UNBALANCED", "agency.toml:8", '"-50000.00"', '"-5000.00"'),
    Case("WORKSPACE_EXISTS", "init .", "agency.toml", scene="fresh"),
    Case("WORKSPACE_MISSING", "daily", ".", scene="nothing"),
)
