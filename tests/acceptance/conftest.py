"""The worked two months, run once for all tests that only look."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from tests.acceptance import two_months
from tests.conftest import Workspace

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True)
class TwoMonths:
    """A workspace with both months done, and what the runs said."""

    workspace: Workspace
    january: Any
    february: Any


@pytest.fixture(scope="session")
def done(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TwoMonths]:
    """Both months through the commands, with the JSON of both remittance runs."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TALLYSTICK_USER", "tester")
        patch.delenv("TALLYSTICK_WORKSPACE", raising=False)
        patch.delenv("TALLYSTICK_JOURNAL", raising=False)
        workspace = Workspace(tmp_path_factory.mktemp("two-months"))
        two_months.settings(workspace)
        january = two_months.january(workspace)
        february = two_months.february(workspace)
        yield TwoMonths(workspace, january, february)
