"""A database that goes away: whatever is being asked of it then, the command says JOURNAL_AWAY and no more."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

import pytest

from ledger_core.errors import Refused
from ledger_core.journal import schema
from ledger_core.journal.append import Batch, append
from ledger_core.journal.database import execute, insert, stream, upsert
from ledger_core.journal.store import next_id
from tallystick.actions.session import open_session
from tests import postgres
from tests.journal.conftest import MARCH, copied

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from sqlalchemy import Connection

    from ledger_core.journal.store import Journal
    from tests.conftest import Workspace

ASKED: dict[str, Callable[[Connection], object]] = {
    "a question": lambda there: execute(there, "SELECT 1"),
    "rows as they come": lambda there: list(stream(there, "SELECT * FROM posting")),
    "many rows": lambda there: insert(there, schema.setting, [("name", "value")] * 100),
    "changed rows": lambda there: upsert(there, schema.setting, [("name", "value")], "NOTHING"),
    "an id": lambda there: next_id(there, schema.entry),
    "a batch": lambda there: append(there, Batch("test", MARCH, "tester")),
    "nothing but the end": lambda _: None,
}


@pytest.fixture
def served(made_in: Callable[[str], Workspace], tmp_path: Path) -> Iterator[Workspace]:
    """A copy of the workspace with its journal in PostgreSQL."""
    yield from copied(made_in("postgresql"), tmp_path / "agency")


def send_away(connection: Connection) -> None:
    """As a server does that is shut down."""
    pid = execute(connection, "SELECT pg_backend_pid()").scalar_one()
    postgres.run(f"SELECT pg_terminate_backend({pid}, 5000)")


def ask(journal: Journal, asked: str) -> None:
    """One transaction, in which the server goes before it is asked."""
    with journal.write() as connection:
        send_away(connection)
        ASKED[asked](connection)


# The driver warns of a cursor that nobody can close any more.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("asked", ASKED)
def test_it_goes_in_the_middle(served: Workspace, asked: str) -> None:
    """A question, COPY, a cursor, the commit itself: all of them end in the same refusal, and nothing is kept."""
    journal = open_session(served.folder).journal
    before = served.json("verify")["head"]
    with pytest.raises(Refused) as refused:
        ask(journal, asked)
    gc.collect()
    (problem,) = refused.value.problems
    assert problem.code == "JOURNAL_AWAY"
    assert "\n" not in problem.message
    assert ".." not in str(problem)
    assert served.json("verify")["head"] == before
