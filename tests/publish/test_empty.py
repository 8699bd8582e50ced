"""Books of an agency that has not begun."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.acceptance import two_months

if TYPE_CHECKING:
    from tests.conftest import Workspace

AGENCY = two_months.AGENCY.partition("[opening]")[0] + "[[bank]]" + two_months.AGENCY.partition("[[bank]]")[2]


def test_books_of_an_empty_journal_are_sound(workspace: Workspace) -> None:
    """The first morning has nothing to post: daily publishes, verify finds nothing, also after the first import."""
    two_months.settings(workspace)
    workspace.write("agency.toml", AGENCY)
    workspace.run("daily", "--date", "2025-01-02")
    assert workspace.json("verify")["findings"] == []
    placements = workspace.write("placements.csv", two_months.PLACEMENTS)
    workspace.run("import", str(placements))
    verified = workspace.json("verify")
    assert (verified["findings"], verified["unpublished"]) == ([], 6)
