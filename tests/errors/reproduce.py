"""How a refusal is reproduced: a workspace in some state, files, a command, and what it prints.

Each scene is built once by the command line itself and copied.  Commands run in this process with the
workspace as the current folder, so that paths are printed as a bookkeeper sees them.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import re
import shlex
import shutil
import subprocess
import sys
import tarfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ledger_core.errors import Refused
from ledger_core.journal import read
from ledger_core.journal.store import Journal, sealed_head
from tallystick.cli.main import main
from tests.acceptance import two_months

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

JANUARY = "--date 2025-01-31"

_JOURNAL = re.compile(r'^journal = "(.*)"', re.MULTILINE)
_EARLIER = Path(__file__).parent.parent / "journal" / "golden" / "0001.tar.gz"


@dataclass(frozen=True)
class Case:
    """One mistake: the state it is made in, the files and steps before it, the command, where it points.

    ``place`` is what stands before the code (``inbox/events.csv:3``); ``hold`` does what files and
    commands cannot, and may return what must be held while the command runs; ``act`` stands for the
    command where the command line cannot make this mistake.
    """

    code: str
    run: str = ""
    place: str = ""
    scene: str = "placed"
    files: Mapping[str, str | bytes] = field(default_factory=dict)
    steps: tuple[str, ...] = ()
    hold: Callable[[Path], contextlib.AbstractContextManager[object] | None] | None = None
    act: Callable[[Path], object] | None = None
    process: bool = False


@dataclass(frozen=True)
class Ran:
    """What a command printed; ``before`` and ``after`` are the state of its workspace."""

    status: int
    out: str
    err: str
    before: object = None
    after: object = None

    def told(self, case: Case) -> str:
        """The line that gives the code of a case at its place, or nothing."""
        start = f"{case.place}: {case.code} " if case.place else f"{case.code} "
        lines = (*self.err.splitlines(), *self.out.splitlines())
        return next((line for line in lines if line.startswith(start)), "")


def reproduce(case: Case, folder: Path, *more: str) -> Ran:
    """Make the mistake of a case in a prepared workspace; ``more`` are further options."""
    with at_home(folder):
        held = (case.hold(folder) if case.hold else None) or contextlib.nullcontext()
        with held:
            before = _state(folder)
            ran = _act(case.act, folder) if case.act else run([*shlex.split(case.run), *more], process=case.process)
            after = _state(folder)
    return Ran(ran.status, ran.out, ran.err, before, after)


def prepare(case: Case, scenes: Path, folder: Path) -> None:
    """Copy the scene of a case, write its files, take its steps."""
    shutil.copytree(_scene(case.scene, scenes), folder)
    with at_home(folder):
        _write(folder, case.files)
        for step in case.steps:
            _must(step)


def run(args: list[str], *, process: bool = False) -> Ran:
    """A command in the current folder; in a process of its own where it starts another one."""
    if process:
        command = [sys.executable, "-m", "tallystick.cli.main", *args]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        return Ran(done.returncode, done.stdout, done.stderr)
    out, err = io.StringIO(), io.StringIO()
    status: Any = 0
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            main(args)
        except SystemExit as done:
            status = done.code
    return Ran(int(status or 0), out.getvalue(), err.getvalue())


def _act(act: Callable[[Path], object], folder: Path) -> Ran:
    try:
        act(folder)
    except Refused as refused:
        return Ran(1, "", str(refused))
    return Ran(0, "", "")


def _must(step: str) -> None:
    ran = run(shlex.split(step))
    assert ran.status == 0, f"{step}: {ran.out}{ran.err}"


@contextlib.contextmanager
def at_home(folder: Path) -> Iterator[None]:
    """The workspace as the current folder, with nothing of the caller's environment."""
    kept = {name: os.environ.pop(name, None) for name in ("TALLYSTICK_WORKSPACE", "TALLYSTICK_JOURNAL")}
    kept["TALLYSTICK_USER"] = os.environ.get("TALLYSTICK_USER")
    os.environ["TALLYSTICK_USER"] = "bookkeeper"
    try:
        with contextlib.chdir(folder):
            yield
    finally:
        for name, value in kept.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value


def address(folder: Path) -> str:
    """Where the journal of a workspace is, as its agency.toml says, be it sound or not."""
    settings = folder / "agency.toml"
    found = _JOURNAL.search(settings.read_text(encoding="utf-8")) if settings.exists() else None
    return found[1] if found else "sqlite:///journal.db"


def _state(folder: Path) -> tuple[object, dict[str, str]]:
    """What must stay as it is: entries and head of the journal, and every file beside it."""
    files = {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.startswith("journal.db")
    }
    return _journal(folder), files


def _journal(folder: Path) -> object:
    """Batches, entries and head; where they cannot be read the content of the file, if there is one."""
    try:
        journal = Journal(address(folder), folder=folder)
        if not journal.exists:
            return (0, 0, "")
        with journal.read() as connection:
            ((entries,),) = read.rows(connection, "SELECT COUNT(*) FROM entry")
            batch, _, head = sealed_head(connection)
            return (batch, entries, head.hex() if batch else "")
    except Refused:
        file = folder / "journal.db"
        return file.read_bytes() if file.exists() else b""


# --- scenes --------------------------------------------------------------------------------------


def _nothing(_: Path) -> None:
    """An empty folder."""


def _fresh(folder: Path) -> None:
    contracts = {"clients/ALFA.toml": two_months.ALFA, "clients/BETA.toml": two_months.BETA}
    _write(folder, {"agency.toml": two_months.AGENCY, **contracts})


def _placed(folder: Path) -> None:
    _fresh(folder)
    _write(folder, {"inbox/placements.csv": two_months.PLACEMENTS})
    _must(f"import {JANUARY}")


def _waiting(folder: Path) -> None:
    _placed(folder)
    events = {"inbox/events.csv": two_months.JANUARY_EVENTS}
    _write(folder, events | {"inbox/trust.csv": two_months.JANUARY_TRUST, "inbox/ops.csv": two_months.JANUARY_OPS})
    _must(f"daily {JANUARY}")


def _remitted(folder: Path) -> None:
    _waiting(folder)
    for step in ("resolve 4 --case B-1 --date 2025-01-20", "refund B-2 --date 2025-01-25"):
        _must(step)
    _must("remit --through 2025-01-31")
    _must(f"daily {JANUARY}")


def _earlier(folder: Path) -> None:
    with tarfile.open(_EARLIER) as packed:
        packed.extractall(folder, filter="data")


SCENES = {
    "nothing": _nothing,
    "fresh": _fresh,
    "placed": _placed,
    "waiting": _waiting,
    "remitted": _remitted,
    "earlier": _earlier,
}
"""An empty folder; settings; cases placed; a month's files with lines that wait; the month remitted; the workspace
of an earlier release."""


def _scene(name: str, scenes: Path) -> Path:
    """The folder of a scene below ``scenes``, built if it is not there."""
    folder, building = scenes / name, scenes / f"{name}.building"
    if not folder.exists():
        shutil.rmtree(building, ignore_errors=True)
        building.mkdir(parents=True)
        with at_home(building):
            SCENES[name](building)
        building.rename(folder)
    return folder


def _write(folder: Path, files: Mapping[str, str | bytes]) -> None:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
