"""Two and four writers at once, and the scalar model after them: a few histories, always the same plans."""

from __future__ import annotations

import pytest

from tests.hands.office import run

pytestmark = pytest.mark.parametrize(("database", "histories", "rounds"), [("sqlite", 2, 6), ("postgresql", 1, 3)])


def test_two_hands(database: str, histories: int, rounds: int) -> None:
    """Histories of two; which takes its turn when is another each time; ``make hands`` runs many."""
    run(range(1, 1 + histories), 2, database, rounds=rounds)


def test_four_hands(database: str, histories: int, rounds: int) -> None:
    """Histories of four."""
    run(range(11, 11 + histories), 4, database, rounds=rounds)
