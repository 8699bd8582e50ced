"""What all tests share: a workspace of files, and the command line run on it in this process."""

from __future__ import annotations

import contextlib
import io
import json
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from tallystick.cli.main import main

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.desk import Desk


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
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    """An empty folder to be a workspace; with ``TALLYSTICK_TEST_JOURNAL=postgresql`` its journal is there."""
    monkeypatch.setenv("TALLYSTICK_USER", "tester")
    monkeypatch.delenv("TALLYSTICK_WORKSPACE", raising=False)
    monkeypatch.delenv("TALLYSTICK_JOURNAL", raising=False)
    if os.environ.get("TALLYSTICK_TEST_JOURNAL") != "postgresql":
        yield Workspace(tmp_path)
        return
    from tests import postgres

    database = postgres.fresh()
    monkeypatch.setenv("TALLYSTICK_JOURNAL", postgres.address(database))
    yield Workspace(tmp_path)
    postgres.drop(database)


@pytest.fixture(scope="session")
def scenes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where tests/errors builds each of its scenes once, to be copied."""
    return tmp_path_factory.mktemp("scenes")


@pytest.fixture
def desk(workspace: Workspace) -> Iterator[Desk]:
    """An agency with clients NET, COMBI and GROSS, one for each remittance mode, at 20 % and 6 % VAT.

    After each test that posted something the whole of it must be sound, unless the test says that it is not.
    """
    from tests.desk import Desk

    made = Desk(workspace)
    for client, mode in (("NET", "net"), ("COMBI", "combined"), ("GROSS", "gross")):
        made.client(client, mode)
    yield made
    if made.sound_on and (workspace.folder / "journal.db").exists():
        made.assert_sound()
