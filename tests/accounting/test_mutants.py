"""A few faults of the accounting, put in one at a time: the tests notice each; ``make mutants`` tries all."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_mutants_of_the_waterfall_are_killed(tmp_path: Path) -> None:
    """All of one small module, by the tests of the package alone."""
    told = tmp_path / "figures.json"
    command = [sys.executable, str(ROOT / "tools" / "mutants.py"), "waterfall", "--json", str(told)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    found = json.loads(told.read_text())
    assert found["survivors"] == []
    ((killed, made),) = found["figures"].values()
    assert killed == made > 10
