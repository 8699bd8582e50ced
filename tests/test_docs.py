"""The generated documents are what their generator makes."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest

if TYPE_CHECKING:
    from types import ModuleType

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def docs() -> ModuleType:
    """tools/docs.py, which is a script and no package."""
    spec = importlib.util.spec_from_file_location("docs", ROOT / "tools" / "docs.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["errors", "cli"])
def test_generated_documents_are_fresh(docs: ModuleType, name: str) -> None:
    """The committed file is what ``python tools/docs.py`` makes."""
    path, make = docs.DOCUMENTS[name]
    assert (ROOT / path).read_text(encoding="utf-8") == make(), f"run: python tools/docs.py {name}"


def test_threats_name_tests_that_are_there() -> None:
    """Each test and each file of tests that docs/threats.md names is there, under the name that it gives."""
    page = (ROOT / "docs" / "threats.md").read_text(encoding="utf-8")
    files = set(re.findall(r"`((?:tests/\w+/)?test_\w+\.py)`", page))
    told = "\n".join((ROOT / (name if "/" in name else f"tests/journal/{name}")).read_text() for name in files)
    told += "\n".join(path.read_text() for path in (ROOT / "tests" / "journal").glob("*.py"))
    names = set(re.findall(r"`(test_\w+)`", page))
    assert len(names) > 10
    assert names <= set(re.findall(r"^def (test_\w+)", told, re.MULTILINE))


def test_every_command_and_option_has_help(docs: ModuleType) -> None:
    """No command and no option of it goes without words."""
    context = click.Context(docs.cli, info_name="tallystick")
    silent = []
    for name, command, inner in docs._commands(context):
        silent += [] if command.help else [name]
        options = [p for p in command.get_params(inner) if isinstance(p, click.Option)]
        silent += [f"{name} {option.opts[0]}" for option in options if not option.help]
    assert not silent
