"""``tallystick init``: the new workspace, and what its comments teach."""

from __future__ import annotations

import re
from importlib.resources import files
from typing import TYPE_CHECKING

import pytest

from ledger_core.errors import Refused
from tallystick.actions.init import TEMPLATES, init_workspace
from tallystick.actions.settings import load_settings
from tallystick.actions.settings_schema import (
    AgencyFile,
    AgencyTable,
    BankTable,
    ContractFile,
    PlaceTable,
    RuleTable,
    StatementCsvTable,
    Table,
    TermsTable,
    TrustTable,
)

if TYPE_CHECKING:
    from pathlib import Path

EXAMPLE = re.compile(r'# ((?:[a-z_]+|"[A-Za-z:]+") = .*|\[\[[a-z_]+\]\])')


@pytest.fixture(autouse=True)
def _no_journal_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TALLYSTICK_JOURNAL", raising=False)


def _template(name: str) -> str:
    return (files("tallystick.actions") / "templates" / name).read_text(encoding="utf-8")


def test_a_fresh_workspace_is_ready(tmp_path: Path) -> None:
    """The new folder has agency.toml, one sample contract and an empty inbox, and its settings load."""
    folder = tmp_path / "new" / "books"
    result = init_workspace(folder)
    assert result.folder == folder
    assert sorted(result.written) == [folder / "agency.toml", folder / "clients" / "SAMPLE.toml"]
    assert list((folder / "inbox").iterdir()) == []
    settings = load_settings(folder)
    assert [bank.fund for bank in settings.agency.banks] == ["trust", "operating"]
    assert settings.contracts["SAMPLE"].terms[0].trust_bank == "TRUST"


def test_the_examples_in_the_comments_are_right(tmp_path: Path) -> None:
    """With the # of every example taken away, the settings still load: what the comments teach is true."""
    init_workspace(tmp_path)
    taken = 0
    for name in TEMPLATES:
        rows = (tmp_path / name).read_text(encoding="utf-8").split("\n")
        shown = [match.group(1) if (match := EXAMPLE.match(row)) else row for row in rows]
        taken += sum(row != old for row, old in zip(shown, rows, strict=True))
        (tmp_path / name).write_text("\n".join(shown), encoding="utf-8")
    assert taken == 47
    settings = load_settings(tmp_path)
    assert len(settings.agency.opening) == 7
    assert settings.agency.hold_days == (("check", 5), ("direct_debit", 3))
    assert settings.agency.places[0].refund_minimum == 100
    assert settings.profiles[0].memo == ("摘要", "附言")
    assert settings.contracts["SAMPLE"].place == "IL"
    assert settings.contracts["SAMPLE"].terms[0].hold("check") == 7
    assert settings.contracts["SAMPLE"].terms[0].commission[-1].maximum == 50_000


@pytest.mark.parametrize(
    ("name", "tables"),
    [
        ("agency.toml", (AgencyFile, AgencyTable, BankTable, TrustTable, PlaceTable, StatementCsvTable)),
        ("client.toml", (ContractFile, TermsTable, RuleTable)),
    ],
)
def test_every_setting_is_explained(name: str, tables: tuple[type[Table], ...]) -> None:
    """No setting is left out of the commented files, but those that this release refuses."""
    text = _template(name)
    keys = {key for table in tables for key in table.model_fields} - {"kind"}
    assert [key for key in sorted(keys) if not re.search(rf"\b{key}\b", text)] == []


def test_a_workspace_is_never_overwritten(tmp_path: Path) -> None:
    """Where agency.toml is there, nothing is written."""
    (tmp_path / "agency.toml").write_text("mine", encoding="utf-8")
    with pytest.raises(Refused) as refusal:
        init_workspace(tmp_path)
    (problem,) = refusal.value.problems
    assert (problem.code, problem.path) == ("WORKSPACE_EXISTS", str(tmp_path / "agency.toml"))
    assert [(path.name, path.read_text(encoding="utf-8")) for path in tmp_path.iterdir()] == [("agency.toml", "mine")]


def test_a_contract_is_never_overwritten(tmp_path: Path) -> None:
    """Where the sample contract is there, nothing is written either."""
    (tmp_path / "clients").mkdir()
    (tmp_path / "clients" / "SAMPLE.toml").write_text("mine", encoding="utf-8")
    with pytest.raises(Refused) as refusal:
        init_workspace(tmp_path)
    (problem,) = refusal.value.problems
    assert (problem.code, problem.path) == ("WORKSPACE_EXISTS", str(tmp_path / "clients" / "SAMPLE.toml"))
    assert not (tmp_path / "agency.toml").exists()
    assert not (tmp_path / "inbox").exists()


def test_a_folder_that_cannot_be(tmp_path: Path) -> None:
    """A path below a file is refused in words."""
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(Refused) as refusal:
        init_workspace(tmp_path / "file")
    (problem,) = refusal.value.problems
    assert (problem.code, problem.path) == ("FILE_UNWRITABLE", str(tmp_path / "file"))
