"""One command as a process of its own, watched, and killed when it is time."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_HERE = Path(__file__).resolve().parent
_SLOWEST = 120.0


@dataclass(frozen=True, slots=True)
class Moment:
    """``seconds`` after a command's ``start``, after it is ``ready``, or ``behind`` a file event; or ``before`` one."""

    kind: str
    seconds: float = 0.0
    event: int = 0

    def __str__(self) -> str:
        return f"{self.kind} {self.event or ''} +{self.seconds:.4f} s"


@dataclass(slots=True)
class Watched:
    """What became of the process; ``status`` is negative where it was killed."""

    status: int = 0
    out: str = ""
    err: str = ""
    start: float = 0.0
    """Seconds until it was ready."""
    work: float = 0.0
    """Seconds from then to its end."""
    events: list[str] = field(default_factory=list)

    @property
    def killed(self) -> bool:
        """Whether it was killed before it had ended by itself."""
        return self.status == -signal.SIGKILL


def environment(more: Mapping[str, str] | None = None) -> dict[str, str]:
    """What a command's process is told: this checkout's code, and the journal if another one is named."""
    path = os.pathsep.join([str(_HERE / "watch"), str(_HERE.parent.parent)])
    return {**os.environ, "PYTHONPATH": path, "TALLYSTICK_USER": "tester", **(more or {})}


def command(args: Sequence[str], folder: Path) -> list[str]:
    """The command line of the process."""
    return [sys.executable, "-m", "tallystick.cli.main", *args, "--workspace", str(folder)]


def run(
    args: Sequence[str],
    folder: Path,
    moment: Moment | None = None,
    *,
    prepare: Callable[[], None] | None = None,
    strike: Callable[[], None] | None = None,
    more: Mapping[str, str] | None = None,
) -> Watched:
    """Run a command to its end, or kill it, or ``strike`` elsewhere; ``prepare`` is called in the new process first."""
    reading, writing = os.pipe()
    at = moment.event if moment and moment.kind == "before" else 0
    told = {"TRIAL_PIPE": str(writing), "TRIAL_KILL_AT": str(at), **(more or {})}
    begun = time.monotonic()
    process = subprocess.Popen(
        command(args, folder),
        env=environment(told),
        pass_fds=(writing,),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=prepare,  # noqa: PLW1509 - one thread, and the child only sets its own limits
    )
    os.close(writing)
    watched = Watched()
    try:
        lines = _follow(process, reading, begun, (moment, strike or process.kill), watched)
        watched.out, watched.err = process.communicate(timeout=_SLOWEST)
    finally:
        os.close(reading)
        with contextlib.suppress(ProcessLookupError):
            process.kill()
    watched.status = process.returncode
    watched.events = lines
    return watched


def _follow(
    process: subprocess.Popen[str],
    reading: int,
    begun: float,
    blow: tuple[Moment | None, Callable[[], None]],
    watched: Watched,
) -> list[str]:
    """Read what the process tells until it ends, and strike in time; returns the file events."""
    text, timed = b"", False
    moment, strike = blow
    deadline = begun + moment.seconds if moment and moment.kind == "start" else None
    while True:
        left = max(0.0, deadline - time.monotonic()) if deadline else _SLOWEST
        if not select.select([reading], [], [], left)[0]:
            assert deadline, "the command does not end"
            strike()
            deadline = None
            continue
        part = os.read(reading, 65536)
        if not part:  # it has ended
            break
        text += part
        if not watched.start and b"\n" in text:
            watched.start = time.monotonic() - begun
        known = {"ready": 0, "behind": moment.event}.get(moment.kind) if moment else None
        if known is not None and not timed and text.count(b"\n") > known:
            timed, deadline = True, time.monotonic() + moment.seconds
    watched.work = time.monotonic() - begun - watched.start
    return text.decode().splitlines()[1:]
