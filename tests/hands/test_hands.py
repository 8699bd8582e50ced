"""Two and four writers at once, and the scalar model after them: a few histories, always the same plans."""

from __future__ import annotations

import pytest

from tests.hands.office import run

DATABASES = ("sqlite", "postgresql")


@pytest.mark.parametrize("database", DATABASES)
def test_two_hands(database: str) -> None:
    """Histories of two; which takes its turn when is another each time."""
    run(range(1, 3), 2, database, rounds=6)


@pytest.mark.parametrize("database", DATABASES)
def test_four_hands(database: str) -> None:
    """Histories of four."""
    run(range(11, 13), 4, database, rounds=6)
