"""Several who want the journal at once: who writes waits, who reads does not, and nothing is lost."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from tests.journal.conftest import MARCH
from tests.raw import raw_session

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conftest import Workspace

POST = ("post", "cost_advanced", "--case", "B-1", "--date", MARCH, "--amount")

MANY = """
import sys
from tallystick.cli.main import main
for amount in range(1, 7):
    try:
        main([*{post!r}, f"{{amount}}.00", "--as", sys.argv[1], "--wait", "30", "--workspace", {folder!r}])
    except SystemExit as done:
        assert not done.code
"""
DYING = """
import os, pathlib
from ledger_core.journal.append import Batch, append
from tallystick.actions.session import open_session
with open_session(pathlib.Path({folder!r})).journal.write() as connection:
    append(connection, Batch("lost", "2025-03-31", "tester", rows={{"exclusion": [(3, 22, "lost", "tester")]}}))
    os._exit(9)
"""


class Holder:
    """Somebody else, who holds the write lock."""

    def __init__(self, agency: Workspace) -> None:
        self._sql = raw_session(agency)
        self._sql.execute("BEGIN IMMEDIATE" if self._sql.sqlite else "BEGIN")
        if not self._sql.sqlite:
            self._sql.execute("SELECT 1 FROM head FOR UPDATE")

    def let_go(self) -> None:
        """Give the lock back."""
        self._sql.execute("ROLLBACK")


@pytest.fixture
def holder(agency: Workspace) -> Iterator[Holder]:
    """Somebody else, who holds the write lock."""
    other = Holder(agency)
    yield other
    other._sql.close()


def test_a_second_writer_gives_up(agency: Workspace, holder: Holder) -> None:
    """After ``--wait`` seconds a command says BUSY, ends with 1, and has changed nothing; later it goes through."""
    inbox = agency.write("inbox/more.csv", "event,date,case,amount\ncost_advanced,2025-03-31,B-1,5.00\n")
    for command in ((*POST, "5.00"), ("daily", "--date", MARCH), ("publish", "--date", MARCH)):
        assert "BUSY" in agency.run(*command, "--wait", "0", status=1).err
    started = time.monotonic()
    assert "BUSY" in agency.run(*POST, "5.00", "--wait", "1", status=1).err
    assert time.monotonic() - started >= 1
    other = agency.write("inbox/other.csv", "event,date,case,amount\ncost_advanced,2025-03-31,B-1,6.00\n")
    ran = agency.run("import", "--date", MARCH, "--wait", "0", status=1)
    assert (ran.err.count("BUSY"), ran.out.count("inbox/"), "no file after" in ran.out) == (1, 1, True)
    other.unlink()
    holder.let_go()
    before = agency.json("verify")
    assert (before["ok"], before["unpublished"], inbox.exists()) == (True, 0, True)
    agency.run(*POST, "5.00", "--wait", "1")
    assert agency.json("verify")["entries"] == before["entries"] + 1


def test_a_second_writer_waits(agency: Workspace, holder: Holder) -> None:
    """A lock that is given back in time is waited for."""
    release = threading.Timer(0.3, holder.let_go)
    release.start()
    agency.run(*POST, "5.00", "--wait", "10")
    release.join()


def test_readers_do_not_wait(agency: Workspace, holder: Holder) -> None:
    """While somebody writes, others read what was sealed before."""
    for command in (("balances",), ("case", "A-1"), ("verify",)):
        agency.run(*command, "--wait", "0")


def test_two_who_post_at_once(agency: Workspace) -> None:
    """Two processes that post as fast as they can both post all of it, in one chain."""
    before = agency.json("verify")["entries"]
    script = MANY.format(post=POST, folder=str(agency.folder))
    both = [
        subprocess.Popen([sys.executable, "-c", script, name], stdout=subprocess.DEVNULL) for name in ("one", "two")
    ]
    assert [process.wait(60) for process in both] == [0, 0]
    after = agency.json("verify")
    assert (after["entries"], after["unpublished"]) == (before + 12, 12)
    with closing(raw_session(agency)) as sql:
        found = sql.rows("SELECT actor, COUNT(*) FROM batch GROUP BY actor HAVING actor <> 'tester' ORDER BY 1")
    assert found == [("one", 6), ("two", 6)]


def test_a_writer_that_dies(agency: Workspace) -> None:
    """Of a process that dies before its transaction is through, nothing is there."""
    before = agency.json("verify")
    script = DYING.format(folder=str(agency.folder))
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 9
    assert agency.json("verify") == before
    agency.run(*POST, "5.00", "--wait", "0")
