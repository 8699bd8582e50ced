"""Commands that are killed lose nothing and leave nothing half done; run again, they complete what was begun."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.crashes.states import States, journal_store
from tests.crashes.trials import Trials

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(("database", "kills", "names"), [("sqlite", 20, 8), ("postgresql", 5, 4)])
def test_kills(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, database: str, kills: int, names: int) -> None:
    """Always the same moments as shares of what each command takes; ``make crashes`` makes more."""
    monkeypatch.setenv("TALLYSTICK_USER", "tester")
    monkeypatch.delenv("TALLYSTICK_WORKSPACE", raising=False)
    with journal_store(database) as store:
        trials = Trials(States(tmp_path / "states", store, cases=25), seed=1)
        trials.run(kills)
    assert sum(trials.landed.values()) in {kills, kills + 1}
    assert len({name for name, _ in trials.landed}) >= names
    assert kills < 20 or any(phase != "nothing committed" for _, phase in trials.landed)
