"""The originals of what was imported."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from tests.acceptance import two_months

if TYPE_CHECKING:
    import pytest

    from tests.conftest import Workspace


def test_an_original_is_on_the_disk_before_it_leaves_the_inbox(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The archived copy and its name are written through while the file is still in the inbox."""
    two_months.settings(workspace)
    inbox = workspace.write("inbox/placements.csv", two_months.PLACEMENTS)
    through: list[tuple[str, int]] = []
    sync = os.fsync

    def watched(number: int) -> None:
        assert inbox.exists()
        found = os.fstat(number)
        through.append((Path(f"/proc/self/fd/{number}").readlink().name, found.st_size))
        sync(number)

    monkeypatch.setattr(os, "fsync", watched)
    workspace.run("import", "--date", "2025-01-31")
    (archived,) = (workspace.folder / "archive/placements").iterdir()
    assert archived.read_text() == two_months.PLACEMENTS
    assert through[0] == (f".{archived.name}", archived.stat().st_size)
    assert through[1][0] == "placements"
