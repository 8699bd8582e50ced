"""``tallystick init DIR``: a new workspace, whose comments explain every setting."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING

from ledger_core.errors import refuse
from tallystick.actions.session import writing_files
from tallystick.actions.settings import AGENCY_FILE, CLIENTS_FOLDER

if TYPE_CHECKING:
    from pathlib import Path

TEMPLATES = {
    f"{CLIENTS_FOLDER}/SAMPLE.toml": "client.toml",
    AGENCY_FILE: "agency.toml",
}
"""Files of a new workspace and their templates; agency.toml last, for it makes a folder a workspace."""


@dataclass(frozen=True, slots=True)
class InitResult:
    """The new workspace and the files written into it."""

    folder: Path
    written: tuple[Path, ...]


def init_workspace(folder: Path) -> InitResult:
    """Make the folder a workspace; raises ``WORKSPACE_EXISTS`` rather than touch a file that is there."""
    targets = {folder / name: template for name, template in TEMPLATES.items()}
    for target in targets:
        if target.exists():
            raise refuse("WORKSPACE_EXISTS", "the file is there already", str(target))
    source = files("tallystick.actions") / "templates"
    with writing_files(str(folder)):
        for name in (CLIENTS_FOLDER, "inbox"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        for target, template in targets.items():
            with target.open("xb") as new:
                new.write((source / template).read_bytes())
    return InitResult(folder, tuple(targets))
