"""Reproducers: the journal, the settings, the workspace itself."""

from __future__ import annotations

import contextlib
import sqlite3
from typing import TYPE_CHECKING

from ledger_core.journal.store import Journal
from tests.acceptance import two_months
from tests.errors.denied import DENIED, denied
from tests.errors.reproduce import JANUARY, Case

if TYPE_CHECKING:
    from collections.abc import Iterator
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
    Case("BUSY", f"daily {JANUARY} --wait 0", "journal.db", hold=_held),
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
    _settings("NOT_YET", "agency.toml:6", "sqlite:///journal.db", "postgresql+psycopg://localhost/tally"),
)
