"""A PostgreSQL server that does not answer or lets nobody in; and passwords, which no message shows."""

from __future__ import annotations

import contextlib
import shlex
from typing import TYPE_CHECKING

import pytest

from tests import postgres
from tests.errors.contended import name_journal
from tests.errors.keeping import AWAY, CASES, away, no_driver
from tests.errors.reproduce import JANUARY, Case, prepare, run

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from pathlib import Path

    from tests.errors.reproduce import Ran

_HIDDEN = AWAY.replace("secret", "***")


@pytest.fixture
def folder(scenes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace with two files in its inbox, which is where commands run."""
    made = tmp_path / "workspace"
    row = "event,date,case,amount\nreceipt,2025-01-10,A-1,{}.00\n"
    prepare(Case("", files={f"inbox/{number}.csv": row.format(number) for number in (1, 2)}), scenes, made)
    monkeypatch.setenv("TALLYSTICK_USER", "tester")
    monkeypatch.delenv("TALLYSTICK_JOURNAL", raising=False)
    monkeypatch.chdir(made)
    return made


def _refused(command: str) -> Ran:
    """What a command prints that ends with status 1; a password is not in it."""
    ran = run(shlex.split(command))
    assert ran.status == 1, ran
    assert "secret" not in ran.out + ran.err
    assert "INTERNAL" not in ran.err
    return ran


@pytest.mark.parametrize(("held", "code"), [(away, "JOURNAL_AWAY"), (no_driver, "DRIVER_MISSING")])
@pytest.mark.parametrize(
    "command",
    [
        *("balances", "verify", "verify --json", f"check {JANUARY}", "head", "migrate", "backup copy.db"),
        *(f"import {JANUARY}", f"daily {JANUARY}", f"daily {JANUARY} --json", "publish", "close 2025-01"),
        *("restore journal.db", f"journal copy journal.db {AWAY}", f"journal copy {AWAY} other.db"),
    ],
)
def test_a_server_that_cannot_be_reached(
    folder: Path, held: Callable[[Path], AbstractContextManager[None]], code: str, command: str
) -> None:
    """Every command says so by the address without its password; of an import no second file is tried."""
    with held(folder):
        ran = _refused(command)
    said = ran.out + ran.err
    assert said.count(code) == 1, said
    assert _HIDDEN in said
    assert sorted(path.name for path in folder.glob("inbox/*")) == ["1.csv", "2.csv"]


@pytest.mark.parametrize("code", ["BUSY", "CONTENDED", "BATCH_OPEN", "JOURNAL_NEWER"])
def test_what_is_no_files_fault_ends_an_import(folder: Path, code: str) -> None:
    """The journal is in the way of the first file, and the second one is not tried."""
    (hold,) = [case.hold for case in CASES if case.code == code and case.hold]
    with hold(folder) or contextlib.nullcontext():
        ran = _refused(f"import {JANUARY} --wait {0 if code == 'BUSY' else 10}")
    assert (ran.err.count(code), ran.out.count("inbox/"), "no file after" in ran.out) == (1, 1, True), ran


@pytest.mark.parametrize("given", ["?password=secret", "?sslpassword=secret&application_name=books"])
def test_a_password_among_the_options(folder: Path, given: str) -> None:
    """It is hidden too, and what stands beside it is not."""
    with away(folder):
        name_journal(folder, AWAY.replace("books:secret@", "books@") + given)
        said = _refused("balances").err
    assert said.startswith(_HIDDEN.replace(":***", "") + given.replace("sslpassword=secret&", "").partition("?pass")[0])


def test_a_server_that_lets_nobody_in(folder: Path) -> None:
    """A server that answers, and has no such database, is not away: it is told what it says."""
    name_journal(folder, postgres.address("there_is_none"))
    said = _refused(f"daily {JANUARY}").err
    assert "JOURNAL_UNUSABLE" in said
    assert "there_is_none" in said
    assert 'database "there_is_none" does not exist. SQLite' in said


@pytest.mark.parametrize("command", ["backup", "restore"])
def test_an_address_where_a_file_is_meant(folder: Path, command: str) -> None:
    """It is taken for no file, and not shown."""
    said = _refused(f"{command} {AWAY}").err
    assert said.startswith("SETTING_BAD FILE is an SQLite file")
    assert not [path for path in folder.iterdir() if path.name.startswith("postgresql")]


@pytest.mark.parametrize("address", ["mysql://books:secret@db/books", "postgresql://books:secret@db:port/books"])
def test_an_address_that_is_none(folder: Path, address: str) -> None:
    """Where a command is given one it says which, and shows no password."""
    assert "SETTING_BAD the FROM address must be" in _refused(f"journal copy {address} other.db").err
    assert "SETTING_BAD the TO address must be" in _refused(f"journal copy journal.db {address}").err
    assert not (folder / "other.db").exists()
