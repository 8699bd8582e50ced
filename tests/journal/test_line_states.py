"""What became of a line is told from its claims: decided, taken back and decided again, it is never out of step."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.journal.conftest import MARCH

if TYPE_CHECKING:
    from tests.conftest import Workspace

LINES = """account,date,amount,id,reference,memo
6222000011112222,2025-03-10,100.00,T1,,
6222000011112222,2025-03-10,40.00,T2,B-1,
6222000011112222,2025-03-10,-3.00,T3,,
6222000011112222,2025-03-10,70.00,T4,,for A-1 and B-1
6222000011112222,2025-03-11,-100.00,T5,,
"""


@pytest.fixture
def agency(agency: Workspace) -> Workspace:
    """With lines of every kind reconciled."""
    agency.write("inbox/lines.csv", LINES)
    agency.run("daily", "--date", MARCH)
    return agency


def lines(agency: Workspace) -> dict[str, tuple[str, str]]:
    """Line number and disposition by the bank's id; the journal must be in order."""
    assert agency.json("verify")["ok"]
    return {
        line["id"]: (str(line["line"]), line["disposition"])
        for line in agency.json("matches")["lines"]
        if line["id"].startswith("T")
    }


def entry_of(agency: Workspace, line: str) -> str:
    """The last entry that stands of a line."""
    (found,) = [item for item in agency.json("matches")["lines"] if str(item["line"]) == line]
    return str(found["entries"][-1])


def act(agency: Workspace, *args: str) -> None:
    """A decision of the bookkeeper."""
    agency.run(*args, "--date", MARCH)


def test_as_they_come(agency: Workspace) -> None:
    """Named lines are posted, unknown money waits, doubtful money with a suggestion; the rest stays open."""
    states = {name: state for name, (_, state) in lines(agency).items()}
    expected = {"T1": "unidentified", "T2": "posted", "T3": "open", "T4": "suggested", "T5": "open"}
    assert states == expected


def test_split_undone_and_split_again(agency: Workspace) -> None:
    """Money given in parts waits until nothing of it is held; what is undone waits again."""
    line, _ = lines(agency)["T1"]
    act(agency, "resolve", line, "--case", "B-1=60.00")
    assert lines(agency)["T1"][1] == "unidentified"
    act(agency, "resolve", line, "--case", "A-5=40.00")
    assert lines(agency)["T1"][1] == "posted"
    act(agency, "undo", entry_of(agency, line))
    assert lines(agency)["T1"][1] == "unidentified"
    act(agency, "resolve", line, "--case", "B-1")
    assert lines(agency)["T1"][1] == "posted"


def test_a_receipt_undone(agency: Workspace) -> None:
    """A receipt that is undone leaves its line as unknown money, which can be given to another case."""
    line, _ = lines(agency)["T2"]
    act(agency, "undo", entry_of(agency, line))
    assert lines(agency)["T2"][1] == "unidentified"
    act(agency, "resolve", line, "--case", "A-5")
    assert lines(agency)["T2"][1] == "posted"


def test_a_suggestion_taken_and_undone(agency: Workspace) -> None:
    """A suggestion goes with the money's being given, and is there again once that is undone."""
    line, _ = lines(agency)["T4"]
    act(agency, "resolve", line, "--case", "B-1")
    assert lines(agency)["T4"][1] == "posted"
    act(agency, "undo", entry_of(agency, line))
    assert lines(agency)["T4"][1] == "suggested"


def test_paid_back(agency: Workspace) -> None:
    """Unknown money that is paid back is posted, and the line that takes it out is matched to the refund."""
    line, _ = lines(agency)["T1"]
    agency.run("refund", "--of", line, "--date", "2025-03-11")
    assert lines(agency)["T1"][1] == "posted"
    act(agency, "reconcile")
    assert lines(agency)["T5"][1] == "matched"


def test_excluded(agency: Workspace) -> None:
    """A line that is set aside is excluded."""
    line, _ = lines(agency)["T3"]
    act(agency, "exclude", line, "--reason", "not ours")
    assert lines(agency)["T3"][1] == "excluded"
