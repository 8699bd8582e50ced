"""Commands of the command line by several processes at once: they start together, and say what each command said."""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Self

from tallystick.actions.settings_agency import JOURNAL_VARIABLE
from tallystick.cli.main import main

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.conftest import Workspace

ROOT = Path(__file__).resolve().parent.parent.parent
_HEAD_START = 0.02
_PATIENCE = 60


class Said(NamedTuple):
    """One command's exit status and output."""

    status: int
    out: str
    err: str


class Crew:
    """Some processes that wait for lists of commands."""

    def __init__(self, count: int) -> None:
        module = [sys.executable, "-m", "tests.hands.at_once"]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        self._processes = [subprocess.Popen(module, text=True, cwd=ROOT, **pipes) for _ in range(count)]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for process in self._processes:
            process.communicate(timeout=_PATIENCE)

    def do(self, workspace: Workspace, lists: Sequence[Sequence[Sequence[str]]]) -> list[list[Said]]:
        """Each list of commands by a process of its own, ``hand-1`` the first, all at once; answers as the lists."""
        crew = self._processes[: len(lists)]
        assert len(crew) == len(lists)
        for process in crew:  # all are there before any begins
            _tell(process, {})
            assert _hear(process) == []
        journal = os.environ.get(JOURNAL_VARIABLE, "")
        order = {"folder": str(workspace.folder), "journal": journal, "begin": time.time() + _HEAD_START}
        for number, (process, commands) in enumerate(zip(crew, lists, strict=True), 1):
            _tell(process, {**order, "actor": f"hand-{number}", "commands": commands})
        return [[Said(*one) for one in _hear(process)] for process in crew]


def _tell(process: subprocess.Popen[str], order: object) -> None:
    assert process.stdin
    process.stdin.write(json.dumps(order) + "\n")
    process.stdin.flush()


def _hear(process: subprocess.Popen[str]) -> list[list[object]]:
    assert process.stdout
    answer: list[list[object]] = json.loads(process.stdout.readline())
    return answer


def _serve() -> None:
    for line in sys.stdin:
        order, said = json.loads(line), []
        if order:
            os.environ.pop(JOURNAL_VARIABLE, None)
            os.environ |= {JOURNAL_VARIABLE: order["journal"]} if order["journal"] else {}
            time.sleep(max(0, order["begin"] - time.time()))
            whose = ["--as", order["actor"], "--workspace", order["folder"]]
            said = [_run([*command, *whose]) for command in order["commands"]]
        sys.stdout.write(json.dumps(said) + "\n")
        sys.stdout.flush()


def _run(command: Sequence[str]) -> tuple[int, str, str]:
    out, err, status = io.StringIO(), io.StringIO(), 0
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            main(command)
        except SystemExit as done:
            status = int(done.code or 0)
    return status, out.getvalue(), err.getvalue()


if __name__ == "__main__":
    _serve()
