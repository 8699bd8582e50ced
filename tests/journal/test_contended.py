"""Real deadlocks on PostgreSQL: whom the server takes back tries again, some times, and nothing is doubled."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import pytest

from tests.journal.conftest import MARCH
from tests.raw import raw_session

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conftest import Workspace

pytestmark = pytest.mark.parametrize("made", ["postgresql"], indirect=True)

TRIES = 3
SOON, NEVER = "500ms", "10min"
"""When a session that waits looks for a deadlock: it is the one that ends it."""

POST = ("post", "cost_advanced", "--case", "B-1", "--date", MARCH, "--amount", "5.00")
EVENTS = "event,date,case,amount\ncost_advanced,2025-03-31,B-1,6.00\ncost_advanced,2025-03-31,B-1,7.00\n"


class Rival:
    """A raw session that holds a case's balance and then wants the head, as often as it is asked to."""

    def __init__(self, agency: Workspace, times: int) -> None:
        self._sql = raw_session(agency)
        self.met = 0
        self._sql.execute("BEGIN")
        self._sql.execute(f"SET LOCAL deadlock_timeout = '{NEVER}'")
        self._sql.execute("SELECT 1 FROM case_balance WHERE case_id = 'B-1' FOR UPDATE")
        self._thread = threading.Thread(target=self._collide, args=(times,))
        self._thread.start()

    def _collide(self, times: int) -> None:
        until = time.monotonic() + 60
        while self.met < times and time.monotonic() < until:
            self._sql.execute("SAVEPOINT before")
            if self._sql.rows("SELECT 1 FROM head FOR UPDATE SKIP LOCKED"):
                self._sql.execute("ROLLBACK TO before")  # nobody has it: it is given back
                time.sleep(0.005)
                continue
            self._sql.execute("SELECT 1 FROM head FOR UPDATE")  # ends when the other one was taken back
            self._sql.execute("ROLLBACK TO before")
            self.met += 1
        self._sql.execute("ROLLBACK")

    def gone(self) -> int:
        """How often somebody was taken back for its sake; it holds nothing any more."""
        self._thread.join(70)
        self._sql.close()
        return self.met


@pytest.fixture
def hasty(agency: Workspace) -> Iterator[Workspace]:
    """The workspace, whose commands are the first to look for a deadlock."""
    path = agency.folder / "agency.toml"
    text = path.read_text()
    path.write_text(text.replace('"\n\n[opening]', f'&options=-cdeadlock_timeout%3D{SOON}"\n\n[opening]'))
    assert SOON in path.read_text()
    yield agency
    path.write_text(text)


def entries(workspace: Workspace) -> int:
    """How many entries there are; everything is in order."""
    found = workspace.json("verify")
    assert found["ok"]
    return int(found["entries"])


@pytest.mark.parametrize("times", [1, TRIES - 1])
def test_a_command_tries_again(hasty: Workspace, times: int) -> None:
    """It succeeds once nobody is in its way, and has posted once."""
    before = entries(hasty)
    rival = Rival(hasty, times)
    posted = hasty.json(*POST)["entries"]
    assert rival.gone() == times
    assert posted == [before + 1]
    assert entries(hasty) == before + 1


def test_a_file_is_taken_once(hasty: Workspace) -> None:
    """What is told of a file is of the try that succeeded; it is archived, and gone from the inbox."""
    before, path = entries(hasty), hasty.write("inbox/more.csv", EVENTS)
    rival = Rival(hasty, 1)
    (told,) = hasty.json("import", "--date", MARCH)["files"]
    assert rival.gone() == 1
    assert (told["imported"], told["duplicates"], told["refused"], path.exists()) == (2, 0, [], False)
    assert entries(hasty) == before + 2


@pytest.mark.parametrize("command", [POST, ("import", "--date", MARCH), ("daily", "--date", MARCH)], ids=lambda c: c[0])
def test_contention_without_an_end(hasty: Workspace, command: tuple[str, ...]) -> None:
    """After three tries the command says so and ends with 1; nothing was posted, no file was moved; later it goes."""
    before = entries(hasty)
    path = hasty.write("inbox/more.csv", EVENTS)
    rival = Rival(hasty, TRIES)
    ran = hasty.run(*command, status=1)
    assert rival.gone() == TRIES
    assert ran.err.count("CONTENDED") == 1
    assert path.exists()
    assert entries(hasty) == before
    hasty.run(*command)
    assert entries(hasty) > before
