"""A copy of the example agency, with the commands of its README that ran on it."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import Any, NamedTuple

from click.testing import CliRunner, Result

from tallystick.cli.main import cli

BOOKS = Path(__file__).resolve().parents[2] / "books"
README = (BOOKS / "README.md").read_text(encoding="utf-8")
JANUARY, _, LATER = README.partition("\n## February\n")
LATER_FILES = ("2025-02-28", "2025-03-31")
CLIENTS = ("LANTERN", "HERON", "QUARRY", "CEDAR", "DHOW")


class Step(NamedTuple):
    """A command of the walk, and what came of it."""

    command: str
    result: Result


class Walk:
    """A copy of books/, with the commands that run on it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.steps: list[Step] = []

    def invoke(self, command: str) -> Result:
        """Run a command with its JSON; file patterns are those of the folder."""
        args = [name for word in shlex.split(command) for name in self._files(word)]
        env = {"TALLYSTICK_USER": "bookkeeper", "TALLYSTICK_WORKSPACE": str(self.folder), "TALLYSTICK_JOURNAL": None}
        return CliRunner().invoke(cli, [*args, "--json"], env=env)

    def _files(self, word: str) -> list[str]:
        return sorted(map(str, self.folder.glob(word))) if "*" in word else [word]

    def json(self, command: str) -> Any:  # noqa: ANN401 - a JSON document
        """The document that a command prints."""
        result = self.invoke(command)
        assert result.exit_code == 0, f"{command}: {result.output}"
        return json.loads(result.stdout)

    def said(self, command: str) -> list[Any]:
        """What the walk's steps of this command printed, in order."""
        return [json.loads(step.result.stdout) for step in self.steps if step.command.startswith(command)]

    def follow(self, text: str) -> None:
        """Run every command of a text, in its order."""
        for command in re.findall(r"`tallystick ([^`]+)`", text):
            self.steps.append(Step(command, self.invoke(command)))


def table(text: str, title: str, rows: dict[str, str]) -> dict[str, list[str]]:
    """What a table of the README tells of each client, by field; ``rows`` from a label's start to the field."""
    found = text.partition(f"| {title} |")[2].partition("\n\n")[0]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in found.splitlines()[2:]]
    return {field: told for label, *told in cells for start, field in rows.items() if label.startswith(start)}
