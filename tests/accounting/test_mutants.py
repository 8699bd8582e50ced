"""A few faults of the accounting, put in one at a time: the tests notice each; ``make mutants`` tries all."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_a_sample_of_mutants_is_killed(tmp_path: Path) -> None:
    """Ten mutants, evenly spread over the package."""
    told = tmp_path / "figures.json"
    command = [sys.executable, str(ROOT / "tools" / "mutants.py"), "--near", "--sample", "10", "--json", str(told)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    found = json.loads(told.read_text())
    assert found["survivors"] == []
    assert sum(made for _, made in found["figures"].values()) == 10
