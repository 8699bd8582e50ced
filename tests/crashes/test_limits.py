"""Without room or right a command says so, changes nothing by halves, and goes through once it can."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from tests.crashes import no_room
from tests.crashes.limits import hinder, read_only
from tests.crashes.states import FileJournal, States
from tests.crashes.trials import Trials

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

RIGHTS = {
    ".": dict.fromkeys(no_room.TRIED, "JOURNAL_UNUSABLE"),
    "journal.db": dict.fromkeys(("publish", "remit"), "JOURNAL_UNUSABLE"),
    "ledger": {"import": "", "daily": "FILE_UNWRITABLE", "publish": "FILE_UNWRITABLE"},
    "archive": dict.fromkeys(("import", "daily"), "FILE_UNWRITABLE"),
}
"""What may not be written, and the code that each command gives then; nothing where it does not write there."""


@pytest.fixture(scope="module")
def trials(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trials]:
    """Prepared states, small."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TALLYSTICK_USER", "tester")
        patch.delenv("TALLYSTICK_WORKSPACE", raising=False)
        patch.delenv("TALLYSTICK_JOURNAL", raising=False)
        yield Trials(States(tmp_path_factory.mktemp("limits") / "states", FileJournal(), cases=20), seed=0)


@pytest.mark.skipif(sys.platform != "linux", reason="who may do everything gives that up in Linux's way")
@pytest.mark.parametrize("place", RIGHTS)
def test_no_right(trials: Trials, place: str) -> None:
    """A read-only workspace, journal, ledger/ or archive/: each command that writes there is refused with one line."""
    given = {command.name: hinder(trials, command, read_only(place)) for command in trials.first([*RIGHTS[place]])}
    assert given == RIGHTS[place]


def test_no_room(tmp_path: Path) -> None:
    """A disk that gets full while they work; ``python -m tests.crashes.no_room`` tries many sizes."""
    done = no_room.run(tmp_path, "disk", "48")
    assert done.returncode == 0, done.stdout + done.stderr
    told = [line.split() for line in done.stdout.splitlines()]
    assert [words[0] for words in told] == list(no_room.TRIED)
    assert {words[-1] for words in told} <= {"JOURNAL_UNUSABLE", "FILE_UNWRITABLE"}
