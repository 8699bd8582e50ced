"""The documents do not rot: commands that they show exist, and so does every file that they point to."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import pytest

from tallystick.cli.main import cli

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted(page for folder in (ROOT, ROOT / "books", ROOT / "docs") for page in folder.glob("*.md"))
SHOWN = (ROOT / "README.md", ROOT / "docs" / "guide.md")

_CONSOLE = re.compile(r"^```console\n(.*?)^```", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_CODE = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)


def _commands() -> list[str]:
    """Every command line of ours in the console blocks of README and guide."""
    blocks = (block for page in SHOWN for block in _CONSOLE.findall(page.read_text(encoding="utf-8")))
    return [line.removeprefix("$ ") for block in blocks for line in block.splitlines() if line.startswith("$ tally")]


def _parse(line: str) -> None:
    """Parse a command line as click does, without running it; raises ``click.UsageError``."""
    command: click.Command = cli
    args = shlex.split(line)[1:]
    context = click.Context(cli, info_name="tallystick")
    while isinstance(command, click.Group):
        name, command, args = command.resolve_command(context, args)
        context = click.Context(command, info_name=name, parent=context)
    command.parse_args(context, args)


def test_the_pages_show_commands() -> None:
    """There is something to check: README and guide show the bookkeeper's main commands."""
    assert {line.split()[1] for line in _commands()} >= {"init", "daily", "worklist", "resolve", "remit", "verify"}


@pytest.mark.parametrize("line", sorted(set(_commands())))
def test_every_command_shown_exists(line: str) -> None:
    """A command line of README or guide names an existing command, and options and values that it takes."""
    _parse(line)


@pytest.mark.parametrize("line", ["tallystick remitt", "tallystick remit --thru 2025-01-31", "tallystick case"])
def test_a_wrong_command_would_be_found(line: str) -> None:
    """The check above can fail: on a command, an option or a missing argument."""
    with pytest.raises(click.UsageError):
        _parse(line)


def _anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as they are commonly made."""
    text = _CODE.sub("", page.read_text(encoding="utf-8"))
    titles = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.strip().lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    """A relative link of a page names a file that exists, and a heading of it that exists."""
    wrong = []
    for link in _LINK.findall(_CODE.sub("", page.read_text(encoding="utf-8"))):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (anchor and target.suffix == ".md" and anchor not in _anchors(target)):
            wrong.append(link)
    assert not wrong
