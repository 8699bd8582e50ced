"""Prepared states of a workspace, each made once and put back before each trial."""

from __future__ import annotations

import contextlib
import os
import shutil
import time
from typing import TYPE_CHECKING, Protocol

from tallystick.actions.settings_agency import JOURNAL_VARIABLE
from tests import postgres
from tests.conftest import Workspace
from tests.crashes.world import THANKS, World

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

JANUARY, FEBRUARY = "2025-01-31", "2025-02-28"
_PATIENCE, _PAUSE = 60.0, 0.01


class JournalStore(Protocol):
    """Where the journal lies: all that the trials know of a database."""

    def save(self, workspace: Path, state: Path) -> None:
        """Keep the journal that the workspace has, or that it has none, under a state's folder."""

    def restore(self, state: Path, workspace: Path) -> None:
        """Put back for the workspace what was kept; whatever it has since is gone."""

    def settle(self) -> None:
        """Wait until nobody is at work on the journal: a server goes on for a moment when who asked is gone."""


class FileJournal:
    """The embedded journal: a file of the workspace, and what its database lays beside it."""

    def save(self, workspace: Path, state: Path) -> None:
        """Copy the files."""
        for path in workspace.glob("journal.db*"):
            shutil.copyfile(path, state / path.name)

    def restore(self, state: Path, workspace: Path) -> None:
        """Copy them back."""
        for path in workspace.glob("journal.db*"):
            path.unlink()
        for path in state.glob("journal.db*"):
            shutil.copyfile(path, workspace / path.name)

    def settle(self) -> None:
        """Who is gone does nothing."""


class DatabaseJournal:
    """A database of the tests' server, named by ``$TALLYSTICK_JOURNAL``; what is kept are databases too."""

    def __init__(self) -> None:
        self._kept: dict[Path, str] = {}
        self._current = ""
        self._use("")

    def _use(self, template: str) -> None:
        before, self._current = self._current, postgres.fresh(template=template)
        os.environ[JOURNAL_VARIABLE] = postgres.address(self._current)
        if before:
            postgres.drop(before)

    def save(self, _: Path, state: Path) -> None:
        """Copy the database."""
        self._kept[state] = postgres.fresh(template=self._current)

    def restore(self, state: Path, _: Path) -> None:
        """A fresh copy of the copy; the database in use until now is dropped."""
        self._use(self._kept[state])

    def settle(self) -> None:
        """Until the server has sent away all that were connected."""
        until = time.monotonic() + _PATIENCE
        while postgres.connected(self._current):
            assert time.monotonic() < until, "somebody is still at work on the journal"
            time.sleep(_PAUSE)

    def drop(self) -> None:
        """Remove all of it."""
        for name in (self._current, *self._kept.values()):
            postgres.drop(name)


@contextlib.contextmanager
def journal_store(database: str) -> Iterator[JournalStore]:
    """Where journals lie in ``sqlite`` or ``postgresql``; removed afterwards."""
    with postgres.journal_in("sqlite"):  # what the environment names is left alone
        if database == "sqlite":
            yield FileJournal()
            return
        store = DatabaseJournal()
        try:
            yield store
        finally:
            store.drop()


class States:
    """The states by name, under one folder; ``workspace`` is where commands run."""

    def __init__(self, folder: Path, store: JournalStore, cases: int) -> None:
        self._folder, self._store = folder, store
        self._world = World(cases)
        self.workspace = Workspace(folder / "workspace")
        self.workspace.folder.mkdir(parents=True)
        self.line = ""
        """The line that a person resolves in ``reconciled``."""
        for name, step in self._steps().items():
            step()
            self._save(name)

    def _steps(self) -> dict[str, Callable[[], None]]:
        """Each state goes on from the one before."""
        return {"first": self._first, "second": self._second, "staged": self._staged, "reconciled": self._reconciled}

    def _first(self) -> None:
        """Settings and January's files, no journal."""
        self._world.settings(self.workspace)
        self._world.january(self.workspace)

    def _second(self) -> None:
        """January is booked, remitted and published; February's files have come."""
        self.workspace.run("daily", "--date", JANUARY)
        run = self.workspace.json("remit", "--through", JANUARY, "--date", JANUARY)
        self.workspace.run("daily", "--date", JANUARY)
        remitted = [(f"REM-{JANUARY}-{row['client']}", row["remitted"]) for row in run["clients"]]
        remitted.append((f"SWP-{JANUARY}-TRUST", run["swept"]))
        self._world.february(self.workspace, [item for item in remitted if item[1].strip("0.")])

    def _staged(self) -> None:
        """February's files are imported."""
        self.workspace.run("import", "--date", FEBRUARY)

    def _reconciled(self) -> None:
        """February's lines are reconciled; the books are still January's."""
        self.workspace.run("reconcile", "--date", FEBRUARY)
        lines = self.workspace.json("matches")["lines"]
        (self.line,) = [str(line["line"]) for line in lines if line["memo"] == THANKS]

    def _save(self, name: str) -> None:
        state = self._folder / name
        shutil.copytree(self.workspace.folder, state / "files", ignore=shutil.ignore_patterns("journal.db*"))
        self._store.save(self.workspace.folder, state)

    def settle(self) -> None:
        """Wait until nobody is at work on the journal."""
        self._store.settle()

    def restore(self, name: str) -> None:
        """Make the workspace and its journal what they were."""
        state = self._folder / name
        folder = self.workspace.folder
        shutil.rmtree(folder)
        shutil.copytree(state / "files", folder)
        self._store.restore(state, folder)
