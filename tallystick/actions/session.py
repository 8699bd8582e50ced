"""A session: one workspace, its settings, its journal, who acts and as of which day."""

from __future__ import annotations

import contextlib
import gc
import getpass
import os
from dataclasses import dataclass
from datetime import date
from functools import wraps
from random import SystemRandom
from time import sleep
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from ledger_core.errors import Refused, refuse
from ledger_core.runs.book import Book
from tallystick.actions.settings import Settings, load_settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from ledger_core.journal.store import Journal

Of = ParamSpec("Of")
Result = TypeVar("Result")

LEDGER = "ledger"
INBOX = "inbox"
ARCHIVE = "archive"
REJECTED = "rejected"


_TRIES = 3
_PAUSE_MS = (50, 250)


def retried(action: Callable[Of, Result]) -> Callable[Of, Result]:
    """Run an action again from its start where the database took its transaction back for another one's sake.

    All that it does lies within that transaction, or may be done twice.  A random pause keeps two apart.
    """

    @wraps(action)
    def persistent(*args: Of.args, **kwargs: Of.kwargs) -> Result:
        for left in reversed(range(_TRIES)):
            try:
                return action(*args, **kwargs)
            except Refused as refused:
                if not left or all(problem.code != "CONTENDED" for problem in refused.problems):
                    raise
                sleep(SystemRandom().randint(*_PAUSE_MS) / 1000)
        raise AssertionError

    return persistent


@dataclass(slots=True)
class Session:
    """``acted_on`` is the day of acting; ``wait_seconds`` how long to wait for a journal in use."""

    folder: Path
    settings: Settings
    acted_on: date
    actor: str
    wait_seconds: int
    _journal: Journal | None = None

    @property
    def journal(self) -> Journal:
        """The journal, which may not exist yet."""
        if self._journal is None:
            from ledger_core.journal.store import Journal

            self._journal = Journal(self.settings.agency.journal, folder=self.folder, wait_seconds=self.wait_seconds)
        return self._journal

    @contextlib.contextmanager
    def writing(self, *, dry_run: bool = False) -> Iterator[Book]:
        """A book in one write transaction, with the opening balances posted; raises ``DATE_EARLY``."""
        first_day = self.settings.agency.first_day
        if self.acted_on < first_day:
            raise refuse("DATE_EARLY", f"{self.acted_on}, the day of acting, is before first_day {first_day}")
        self.journal.create()
        with _no_collection(), self.journal.write(dry_run=dry_run) as connection:
            book = Book(
                connection, self.settings.agency, self.settings.contracts, self.acted_on.isoformat(), self.actor
            )
            book.open()
            yield book

    @contextlib.contextmanager
    def reading(self, *, unsealed: bool = False) -> Iterator[Book]:
        """A book that can only be read; raises ``JOURNAL_MISSING`` before the first command that posts."""
        if not self.journal.exists:
            raise refuse("JOURNAL_MISSING", "there is no journal yet", str(self.journal.place))
        with _no_collection(), self.journal.read(unsealed=unsealed) as connection:
            yield Book(connection, self.settings.agency, self.settings.contracts, self.acted_on.isoformat(), self.actor)

    def shown(self, path: Path) -> str:
        """A path as it is printed: below the workspace where it lies there."""
        with contextlib.suppress(ValueError):
            return str(path.resolve().relative_to(self.folder.resolve()))
        return str(path)


@contextlib.contextmanager
def _no_collection() -> Iterator[None]:
    """Python looks for no cycles meanwhile: among millions of rows there are none, and looking costs a tenth."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


@contextlib.contextmanager
def writing_files(shown: str) -> Iterator[None]:
    """Files of the workspace that cannot be written, as a refusal that a user understands."""
    try:
        yield
    except OSError as error:
        raise refuse("FILE_UNWRITABLE", f"it cannot be written ({error.strerror})", shown) from error


def open_session(folder: Path, *, acted_on: date | None = None, actor: str = "", wait_seconds: int = 10) -> Session:
    """Read the settings of a workspace; raises ``Refused`` with everything that is wrong with them."""
    return Session(folder, load_settings(folder), acted_on or date.today(), actor or _user(), wait_seconds)  # noqa: DTZ011


def _user() -> str:
    """Who acts: ``$TALLYSTICK_USER``, else the user of the system."""
    with contextlib.suppress(KeyError, OSError):
        return os.environ.get("TALLYSTICK_USER") or getpass.getuser()
    return "unknown"
