"""The workspace: the folder with agency.toml (SURFACE, "The workspace")."""

from __future__ import annotations

import os
from pathlib import Path

from ledger_core.errors import refuse
from tallystick.actions.settings import AGENCY_FILE

WORKSPACE_VARIABLE = "TALLYSTICK_WORKSPACE"


def find_workspace(option: str | None = None) -> Path:
    """The folder of ``--workspace``, else of ``$TALLYSTICK_WORKSPACE``, else the current one.

    Raises ``WORKSPACE_MISSING`` if it has no agency.toml.
    """
    folder = Path(option or os.environ.get(WORKSPACE_VARIABLE) or ".")
    if not (folder / AGENCY_FILE).is_file():
        missing = f"there is no {AGENCY_FILE} here" if folder.is_dir() else "there is no such folder"
        raise refuse("WORKSPACE_MISSING", missing, str(folder))
    return folder
