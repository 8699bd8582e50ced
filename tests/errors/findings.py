"""Reproducers: what ``verify`` finds, one for each code.

``tests/journal/test_tamper.py`` has the many ways to alter a journal; here each finding is shown once.
"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from tests.acceptance import two_months
from tests.errors.reproduce import Case

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_DAY = "ledger/2025/01/2025-01-10.beancount"


def unguarded(*statements: str, file: str = "journal.db") -> Callable[[Path], None]:
    """Who owns the database drops its guards, and then alters what they guarded."""

    def alter(folder: Path) -> None:
        connection = sqlite3.connect(folder / file)
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f'DROP TRIGGER "{name}"')
        for statement in statements:
            assert connection.execute(statement).rowcount == 1, statement
        connection.commit()
        connection.close()

    return alter


def _archived(folder: Path) -> Path:
    return next((folder / "archive" / "placements").iterdir())


def _write(path: Path, content: bytes) -> None:
    path.write_bytes(content)


def _add_line(path: Path) -> None:
    _write(path, path.read_bytes() + b"; a remark\n")


def _finding(code: str, hold: Callable[[Path], None], run: str = "verify") -> Case:
    return Case(code, run, scene="remitted", hold=hold)


def _approved(code: str, statement: str) -> Case:
    """A write-off that a second person approved, and whose review was altered."""
    steps = (
        "post write_off --case A-1 --date 2025-01-10",
        "review approve 1 --as another --date 2025-01-31",
    )
    files = {"agency.toml": two_months.AGENCY + '\n[review]\nwrite_off = "10.00"\n'}
    return Case(code, "verify", files=files, steps=steps, hold=unguarded(statement))


CASES = (
    _finding("ENTRY_ALTERED", unguarded("UPDATE entry SET date = '2025-01-09' WHERE id = 3")),
    _finding("ENTRY_MISSING", unguarded("DELETE FROM entry WHERE id = 3")),
    _finding("ENTRY_UNBALANCED", unguarded("UPDATE posting SET amount = amount + 1 WHERE entry = 3 AND number = 0")),
    Case(
        "REVERSAL_UNEQUAL",
        "verify",
        scene="remitted",
        steps=("post returned_payment --case A-1 --date 2025-02-03",),
        hold=unguarded("UPDATE reversal SET reversed = 3 WHERE entry = (SELECT MAX(id) FROM entry)"),
    ),
    _finding("CLAIM_UNEQUAL", unguarded("UPDATE claim SET amount = amount + 1 WHERE id = 1")),
    _finding(
        "CLAIM_TWICE",
        unguarded("UPDATE claim SET (entry, bank) = (SELECT entry, bank FROM claim WHERE id = 2) WHERE id = 1"),
    ),
    _finding("ROW_ALTERED", unguarded("UPDATE cases SET placed_amount = placed_amount + 1 WHERE id = 'A-1'")),
    _finding("TEXT_ALTERED", unguarded("UPDATE person SET text = 'somebody else' WHERE id = 'line:4'")),
    _finding("BATCH_ALTERED", unguarded("UPDATE batch SET actor = 'somebody else' WHERE id = 2")),
    _finding("BATCH_MISSING", unguarded("DELETE FROM batch WHERE id = 2")),
    _approved("SELF_APPROVED", "UPDATE review SET actor = 'Bookkeeper' WHERE draft = 1"),
    _approved("UNREVIEWED", "UPDATE review SET decision = 'rejected' WHERE draft = 1"),
    _finding("GUARD_ALTERED", unguarded()),
    _finding("HEAD_ALTERED", unguarded("UPDATE head SET batch = batch - 1")),
    _finding("HEAD_UNKNOWN", lambda _: None, "verify --head 00ff"),
    _finding("DERIVED_UNEQUAL", unguarded("UPDATE case_balance SET principal = principal + 1 WHERE case_id = 'A-1'")),
    _finding("JOURNAL_DAMAGED", lambda folder: _write(folder / "journal.db", b"a letter, no database\n")),
    _finding("ARCHIVE_ALTERED", lambda folder: _add_line(_archived(folder))),
    _finding("ARCHIVE_MISSING", lambda folder: _archived(folder).unlink()),
    _finding("ARCHIVE_FOREIGN", unguarded("DELETE FROM file WHERE kind = 'placements'")),
    _finding("BOOK_ALTERED", lambda folder: _add_line(folder / _DAY)),
    _finding("BOOK_MISSING", lambda folder: (folder / _DAY).unlink()),
    _finding("BOOK_FOREIGN", lambda folder: _write(folder / "ledger/notes.beancount", b"; a remark\n")),
)
