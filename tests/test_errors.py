"""The error catalogue: every code has a reproducer, and every refusal keeps the same promises.

The reproducers are in tests/errors, by the sections of the catalogue; docs/errors.md prints them.
"""

from __future__ import annotations

import json
import re
import shlex
from collections import Counter
from typing import TYPE_CHECKING

import click
import pytest

from ledger_core.catalogue import CATALOGUE
from tallystick.cli.main import cli
from tests.errors import CASES
from tests.errors.reproduce import Case, Ran, prepare, reproduce

if TYPE_CHECKING:
    from pathlib import Path

_DOUBLED = re.compile(r"\.\.(?![\d/])|\. \.|[;,:?!] ?[.;,:]| [,.;:] |\b([A-Za-z]{2,}) \1\b")


def test_every_code_is_reproduced_once() -> None:
    """The catalogue and the reproducers name the same codes, so that no code is dead or undocumented."""
    assert Counter(case.code for case in CASES) == Counter(list(CATALOGUE))


def _takes_json(case: Case) -> bool:
    """Whether the command of a case has ``--json``."""
    command: click.Command = cli
    for arg in shlex.split(case.run):
        if isinstance(command, click.Group):
            command = command.commands[arg]
    return any(parameter.name == "as_json" for parameter in command.params)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.code)
def test_a_refusal_says_where_what_and_what_to_do(case: Case, scenes: Path, tmp_path: Path) -> None:
    """A mistake ends with status 1, its place, code and remedy; nothing is posted and no file changes."""
    ran = _reproduced(case, scenes, tmp_path)
    assert ran.status == 1, ran
    told = ran.told(case)
    assert told.endswith(f". {CATALOGUE[case.code].remedy}."), ran
    assert ran.after == ran.before
    _reads_well(ran)


@pytest.mark.parametrize("case", [case for case in CASES if _takes_json(case)], ids=lambda case: case.code)
def test_json_stays_json(case: Case, scenes: Path, tmp_path: Path) -> None:
    """With --json a refused command prints one JSON document on standard output, or nothing."""
    ran = _reproduced(case, scenes, tmp_path, "--json")
    assert ran.status == 1
    if ran.out:
        assert case.code in json.dumps(json.loads(ran.out))
    else:
        assert ran.told(case)


@pytest.mark.parametrize("code", CATALOGUE)
def test_entries_read_well(code: str) -> None:
    """A meaning is a sentence; a remedy leaves its full stop to whoever prints it."""
    meaning, remedy = CATALOGUE[code]
    assert meaning.endswith(".")
    assert not remedy.endswith((".", " "))
    assert meaning[0].isupper()
    assert remedy[0].isupper() or remedy[0] == "`"


def _reproduced(case: Case, scenes: Path, tmp_path: Path, *more: str) -> Ran:
    folder = tmp_path / "workspace"
    prepare(case, scenes, folder)
    return reproduce(case, folder, *more)


def _reads_well(ran: Ran) -> None:
    """No traceback, no defect of ours, no doubled mark or word."""
    for line in (*ran.out.splitlines(), *ran.err.splitlines()):
        assert "Traceback" not in line
        assert "INTERNAL" not in line
        assert _DOUBLED.search(line) is None, line
