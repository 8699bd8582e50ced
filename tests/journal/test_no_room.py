"""A journal for which there is no room."""

from __future__ import annotations

import contextlib
import resource
import shutil
from typing import TYPE_CHECKING

import pytest

from ledger_core.errors import Refused
from ledger_core.journal.store import Journal
from tests.journal.test_damage import of_the_file

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.conftest import Workspace


@contextlib.contextmanager
def small_files(size: int) -> Iterator[None]:
    """No file of this process can grow beyond a size."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@of_the_file
def test_a_database_that_undoes_by_itself_says_why(made: Workspace, tmp_path: Path) -> None:
    """SQLite rolls back by itself where it cannot write in the middle; the refusal tells that, and not that it did."""
    shutil.copyfile(made.folder / "journal.db", tmp_path / "journal.db")
    journal = Journal("sqlite:///journal.db", folder=tmp_path)
    with pytest.raises(Refused, match=r"JOURNAL_UNUSABLE .*: disk I/O error"), small_files(100_000):
        _write_much(journal)


def _write_much(journal: Journal) -> None:
    """More than the database keeps in memory, in one transaction."""
    with journal.write() as connection:
        connection.exec_driver_sql("PRAGMA cache_size = 1")
        connection.exec_driver_sql("CREATE TABLE more AS SELECT p.* FROM posting p, posting q")
