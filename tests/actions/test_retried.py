"""Actions are done again where the database took them back: which, how often, and for what."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from ledger_core.errors import Refused, refuse
from tallystick.actions import session
from tallystick.actions.session import retried

ACTIONS = Path(session.__file__).parent


@pytest.mark.parametrize(
    ("codes", "tries"),
    [([], 1), (["CONTENDED"], 2), (["CONTENDED"] * 2, 3), (["CONTENDED"] * 9, 3), (["BUSY"], 1)],
    ids=str,
)
def test_how_often(monkeypatch: pytest.MonkeyPatch, codes: list[str], tries: int) -> None:
    """At most three times, with a pause between that is never the same for long, and for contention alone."""
    pauses: list[float] = []
    monkeypatch.setattr(session, "sleep", pauses.append)
    done: list[str] = []

    @retried
    def action(word: str, *, more: str) -> str:
        done.append(word + more)
        if len(done) <= len(codes):
            raise refuse(codes[len(done) - 1], "for a test")
        return "well"

    if tries > len(codes):
        assert action("a", more="b") == "well"
    else:
        with pytest.raises(Refused, match=codes[-1]):
            action("a", more="b")
    assert done == ["ab"] * tries
    assert len(pauses) == tries - 1
    assert all(0 < pause < 1 for pause in pauses)


def test_every_action_that_writes_is_retried() -> None:
    """Each function that opens a write transaction has the decorator; nothing of it lies outside of such a function."""
    bare, found = [], 0
    for path in sorted(ACTIONS.glob("*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and "session.writing(" in ast.unparse(node):
                found += 1
                if "retried" not in [ast.unparse(decorator) for decorator in node.decorator_list]:
                    bare.append(f"{path.name}: {node.name}")
    assert (bare, found > 0) == ([], True)
