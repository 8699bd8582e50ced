"""Two and four writers at once, and the scalar model after them: a few histories, always the same plans."""

from __future__ import annotations

from tests.hands.office import run


def test_two_hands() -> None:
    """Histories of two; which takes its turn when is another each time."""
    run(range(1, 3), 2, rounds=6)


def test_four_hands() -> None:
    """Histories of four."""
    run(range(11, 13), 4, rounds=6)
