"""Commands that are killed lose nothing and leave nothing half done; run again, they complete what was begun."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.crashes.states import FileJournal, States
from tests.crashes.trials import Trials

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_twenty_kills(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Always the same moments as shares of what each command takes; ``python -m tests.crashes 500`` makes more."""
    monkeypatch.setenv("TALLYSTICK_USER", "tester")
    monkeypatch.delenv("TALLYSTICK_WORKSPACE", raising=False)
    monkeypatch.delenv("TALLYSTICK_JOURNAL", raising=False)
    trials = Trials(States(tmp_path / "states", FileJournal(), cases=25), seed=1)
    trials.run(20)
    assert sum(trials.landed.values()) in {20, 21}
    assert len({name for name, _ in trials.landed}) == 8
    assert any(phase != "nothing committed" for _, phase in trials.landed)
