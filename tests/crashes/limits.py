"""No room and no right: what a command may not write, and what it must say and leave then."""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
from typing import TYPE_CHECKING, NamedTuple

from ledger_core.catalogue import CATALOGUE
from tests.crashes import process
from tests.crashes.outcome import differences, outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.crashes.process import Watched
    from tests.crashes.trials import Command, Trials

_LIBRARY = ctypes.CDLL(None, use_errno=True)
_DROP_FROM_BOUNDS = 24
_OVERRIDES = (1, 2, 3)
"""What lets the superuser pass over the modes of files, by its numbers in Linux."""

_BALLAST = "ballast"
_STEPS_OF_THEIR_OWN = {"import", "daily"}
"""Commands that do several things, each whole or not at all; the others do one."""


class Hindrance(NamedTuple):
    """``hold`` makes it and takes it away again; ``prepare`` is called in the command's own process."""

    name: str
    hold: Callable[[Path], contextlib.AbstractContextManager[None]]
    prepare: Callable[[], None] | None = None


def read_only(name: str) -> Hindrance:
    """A file or folder of the workspace that cannot be written, with all that is in it; ``.`` is all of it."""

    @contextlib.contextmanager
    def hold(workspace: Path) -> Iterator[None]:
        top = workspace / name
        modes = {path: path.stat().st_mode for path in (top, *top.rglob("*"))}
        for path, mode in modes.items():
            path.chmod(mode & ~0o222)
        try:
            yield
        finally:
            for path, mode in modes.items():
                path.chmod(mode)

    return Hindrance(f"{name} is read-only", hold, as_anybody)


def as_anybody() -> None:
    """Of the superuser's rights, give up those over the modes of files: the program then finds what others find."""
    for number in _OVERRIDES if os.geteuid() == 0 else ():
        if _LIBRARY.prctl(_DROP_FROM_BOUNDS, number, 0, 0, 0):
            raise OSError(ctypes.get_errno(), "the rights over the modes of files stay")


def small_files(kilobytes: int) -> Hindrance:
    """No file can grow beyond a size, as on a disk with a quota."""
    most = kilobytes * 1024
    return Hindrance(
        f"files of {kilobytes} KB at most",
        lambda _: contextlib.nullcontext(),
        lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (most, most)),
    )


def full_disk(disk: Path, kilobytes: int) -> Hindrance:
    """A small disk on which so much room is left; the workspace lies on it."""

    @contextlib.contextmanager
    def hold(_: Path) -> Iterator[None]:
        ballast = disk / _BALLAST
        with ballast.open("wb", 0) as file:
            for size in (65536, 512):
                with contextlib.suppress(OSError):
                    while file.write(bytes(size)) == size:
                        pass
            file.truncate(max(0, file.tell() - kilobytes * 1024))
        try:
            yield
        finally:
            ballast.unlink()

    return Hindrance(f"{kilobytes} KB left on the disk", hold)


def hinder(trials: Trials, command: Command, hindrance: Hindrance) -> str:
    """Run a command that is hindered, and again when it is not; returns the code that it gave, or nothing if it could.

    Either way the outcome must be that of a run that nothing hinders.
    """
    known = trials.undisturbed(command)
    workspace = trials.restore(command)
    before = trials.stand()
    with hindrance.hold(workspace.folder):
        watched = process.run(command.args, workspace.folder, prepare=hindrance.prepare)
    code = code_of(watched) if watched.status else ""
    after = trials.stand()
    assert not [name for name in after.files if "/." in f"/{name}"], after.files
    if code:
        assert command.name in _STEPS_OF_THEIR_OWN or after == before
        workspace.run(*command.args)
    found = list(differences(outcome(workspace, command.day), known.outcome))
    assert not found, "\n".join(found[:20])
    return code


def code_of(watched: Watched) -> str:
    """The code of the one message of a refused command, which ends with its remedy."""
    lines = watched.err.splitlines()
    assert len(lines) == 1, watched
    (line,) = lines
    (code,) = [word for word in line.split() if word in CATALOGUE]
    assert watched.status == 1, watched
    assert line.endswith(f". {CATALOGUE[code].remedy}."), line
    return code
