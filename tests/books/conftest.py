"""The example's quarter, walked once for all tests, and a copy of it as it stood at the end of January."""

from __future__ import annotations

import shutil
from typing import NamedTuple

import pytest

from tests.books.walk import BOOKS, JANUARY, LATER, LATER_FILES, Walk


class _Walks(NamedTuple):
    january: Walk
    quarter: Walk


@pytest.fixture(scope="session")
def _walks(tmp_path_factory: pytest.TempPathFactory) -> _Walks:
    """Every command of the README, in its order, on a copy of books/; January is set aside on the way."""
    folder = tmp_path_factory.mktemp("example")
    shutil.copytree(BOOKS, folder / "quarter")
    quarter = Walk(folder / "quarter")
    quarter.follow(JANUARY)
    shutil.copytree(folder / "quarter", folder / "january", ignore=shutil.ignore_patterns(*LATER_FILES))
    january = Walk(folder / "january")
    january.steps = list(quarter.steps)
    quarter.follow(LATER)
    return _Walks(january, quarter)


@pytest.fixture(scope="session")
def month(_walks: _Walks) -> Walk:
    """January: its commands, and the workspace as they left it."""
    return _walks.january


@pytest.fixture(scope="session")
def quarter(_walks: _Walks) -> Walk:
    """All three months."""
    return _walks.quarter
