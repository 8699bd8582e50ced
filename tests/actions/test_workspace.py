"""Which folder a command works in."""

from __future__ import annotations

from pathlib import Path

import pytest

from ledger_core.errors import Refused
from tallystick.actions.init import init_workspace
from tallystick.actions.workspace import find_workspace


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Three workspaces, named by the option, by the environment and by the current folder."""
    names = [tmp_path / name for name in ("option", "variable", "current")]
    for name in names:
        init_workspace(name)
    monkeypatch.setenv("TALLYSTICK_WORKSPACE", str(names[1]))
    monkeypatch.chdir(names[2])
    return names


def test_the_option_comes_before_the_variable_before_the_current_folder(
    folders: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """--workspace, else $TALLYSTICK_WORKSPACE, else where the command is called; an empty one is none."""
    assert find_workspace(str(folders[0])) == folders[0]
    assert find_workspace() == folders[1]
    monkeypatch.setenv("TALLYSTICK_WORKSPACE", "")
    assert find_workspace("") == Path()
    monkeypatch.delenv("TALLYSTICK_WORKSPACE")
    assert find_workspace(None) == Path()


def test_a_folder_without_agency_is_no_workspace(folders: list[Path]) -> None:
    """A folder without agency.toml is refused, whoever named it; none of the others is taken instead."""
    bare = folders[0] / "inbox"
    with pytest.raises(Refused) as refusal:
        find_workspace(str(bare))
    (problem,) = refusal.value.problems
    assert (problem.code, problem.path) == ("WORKSPACE_MISSING", str(bare))
