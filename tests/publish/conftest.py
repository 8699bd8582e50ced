"""Published books, made once; a test that writes gets a copy of the whole workspace."""

from __future__ import annotations

import hashlib
import shutil
from typing import TYPE_CHECKING

import pytest

from tests.acceptance import two_months
from tests.conftest import Workspace

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DAY = "2025-02-28"


def books(agency: Workspace) -> dict[str, bytes]:
    """Every published file by its path."""
    ledger = agency.folder / "ledger"
    return {str(path.relative_to(ledger)): path.read_bytes() for path in ledger.rglob("*") if path.is_file()}


def digests(agency: Workspace) -> dict[str, str]:
    """Every published file's digest, shorter to compare."""
    return {path: hashlib.sha256(content).hexdigest() for path, content in books(agency).items()}


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """The worked two months."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TALLYSTICK_USER", "tester")
        patch.delenv("TALLYSTICK_WORKSPACE", raising=False)
        patch.delenv("TALLYSTICK_JOURNAL", raising=False)
        agency = Workspace(tmp_path_factory.mktemp("published"))
        two_months.settings(agency)
        two_months.january(agency)
        two_months.february(agency)
        yield agency


@pytest.fixture
def agency(published: Workspace, tmp_path: Path) -> Workspace:
    """A copy to write on."""
    copy = Workspace(tmp_path / "agency")
    shutil.copytree(published.folder, copy.folder)
    return copy
