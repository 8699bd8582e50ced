"""What all tests share: a workspace of files, and the command line run on it in this process."""

from __future__ import annotations

import contextlib
import io
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from tallystick.cli.main import main

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Ran:
    """One command's exit status and output."""

    status: int
    out: str
    err: str


class Workspace:
    """A folder with the commands on it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, name: str, content: str | bytes) -> Path:
        """A file of the workspace."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def run(self, *args: str, status: int | None = 0) -> Ran:
        """Run a command; its status must be ``status`` unless that is None."""
        out, err = io.StringIO(), io.StringIO()
        code: Any = 0
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            try:
                main([args[0], *args[1:], "--workspace", str(self.folder)])
            except SystemExit as done:
                code = done.code or 0
        ran = Ran(code, out.getvalue(), err.getvalue())
        assert status is None or ran.status == status, f"{args}: {ran}"
        return ran

    def json(self, *args: str, status: int | None = 0) -> Any:  # noqa: ANN401 - a JSON document
        """The JSON that a command prints."""
        return json.loads(self.run(*args, "--json", status=status).out)


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """An empty folder to be a workspace."""
    monkeypatch.setenv("TALLYSTICK_USER", "tester")
    monkeypatch.delenv("TALLYSTICK_WORKSPACE", raising=False)
    monkeypatch.delenv("TALLYSTICK_JOURNAL", raising=False)
    return Workspace(tmp_path)
