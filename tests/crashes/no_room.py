"""``python -m tests.crashes.no_room``: commands with less and less room, on a small disk and with small files only.

The small disk is mounted in a mount namespace of its own, which ends with the program.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from tests.crashes.limits import full_disk, hinder, small_files
from tests.crashes.process import environment
from tests.crashes.states import FileJournal, States
from tests.crashes.trials import Trials

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

TRIED = ("import", "daily", "publish", "remit")
CASES = "40"
_SIZE = "64m"
_MOST = 8192


def sweep(folder: Path, kind: str, cases: int, sizes: Sequence[int]) -> Iterator[str]:
    """Each command with more and more room, in KB, until it has enough; yields a line for each."""
    trials = Trials(States(folder / "states", FileJournal(), cases), seed=0)
    for command in trials.first(TRIED):
        for size in sizes:
            hindrance = full_disk(folder, size) if kind == "disk" else small_files(size)
            code = hinder(trials, command, hindrance)
            yield f"{command.name:8} {hindrance.name:28} {code or 'done'}"
            if not code:
                break


def in_small_disk(folder: Path, command: Sequence[str]) -> list[str]:
    """A command line that runs another one with ``folder`` as a small disk."""
    namespace = ["unshare", "-m"] if os.geteuid() == 0 else ["unshare", "-rm"]
    return [*namespace, "sh", "-c", f'mount -t tmpfs -o size={_SIZE} none "$0" && exec "$@"', str(folder), *command]


def run(folder: Path, kind: str, *sizes: str) -> subprocess.CompletedProcess[str]:
    """A sweep as a process of its own; where no disk can be mounted that of ``kind`` disk is one of small files."""
    may = subprocess.run(in_small_disk(folder, ["true"]), capture_output=True, check=False).returncode == 0
    told = kind if may else "quota"
    command = [sys.executable, "-m", "tests.crashes.no_room", str(folder), told, CASES, *sizes]
    command = in_small_disk(folder, command) if told == "disk" else command
    return subprocess.run(command, env=environment(), capture_output=True, text=True, check=False)


def main() -> None:
    """Without arguments all of it; else a sweep in a folder: its kind, the number of cases, and sizes in KB."""
    if len(sys.argv) > 1:
        folder, kind, cases, *sizes = sys.argv[1:]
        for line in sweep(Path(folder), kind, int(cases), [int(size) for size in sizes]):
            sys.stdout.write(f"{line}\n")
        return
    sizes, size = [], 0
    while size < _MOST:
        sizes.append(str(size))
        size += max(2, size // 4)
    for kind in ("disk", "quota"):
        with tempfile.TemporaryDirectory() as name:
            done = run(Path(name), kind, *sizes)
        sys.stdout.write(done.stdout + done.stderr)
        if done.returncode:
            sys.exit(done.returncode)


if __name__ == "__main__":
    main()
