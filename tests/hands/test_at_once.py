"""Several who give commands at once: nothing is lost, nothing is done twice, and the books stay sound."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest

from ledger_core.journal import read
from tallystick.actions import importing
from tallystick.actions.session import open_session
from tests import postgres
from tests.conftest import Workspace
from tests.desk import Desk
from tests.hands.at_once import Crew

if TYPE_CHECKING:
    from collections.abc import Iterator

IN_MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None
DAY = "2025-01-10"
EIGHT = 8
EACH = {"sqlite": 48, "postgresql": 12}
"""How often each of them posts, to three cases in turn; a server takes longer for it."""

TIMES = {"sqlite": 10, "postgresql": 4}
WAIT = ("--wait", "60")


@pytest.fixture(scope="module")
def crew() -> Iterator[Crew]:
    """Eight processes for all tests: to start one takes longer than what it is to do."""
    with Crew(EIGHT) as made:
        yield made


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> str:
    """Where the journal is."""
    return str(request.param)


@pytest.fixture
def workspace(database: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    """An empty folder, in memory where there is such a place: that a disk is slow is tested elsewhere."""
    monkeypatch.delenv("TALLYSTICK_WORKSPACE", raising=False)
    with TemporaryDirectory(prefix="at-once-", dir=IN_MEMORY) as folder, postgres.journal_in(database):
        yield Workspace(Path(folder))


@pytest.fixture
def agency(desk: Desk, database: str) -> Iterator[Desk]:
    """The desk; after each test all of it must be sound in a database too."""
    yield desk
    if database == "postgresql":
        desk.assert_sound()


def batches_by_actor(workspace: Workspace) -> Counter[str]:
    """How many batches each has made."""
    with open_session(workspace.folder).reading() as book:
        return Counter(row[0] for row in read.rows(book.connection, "SELECT actor FROM batch"))


def test_eight_who_post_to_three_cases(agency: Desk, crew: Crew, database: str) -> None:
    """Many postings each, as fast as they can: all of it is there once, and of the third case no more than it owes."""
    to_each = EIGHT * EACH[database] // 3
    for case, principal in (("K-1", "90000.00"), ("K-2", "90000.00"), ("K-3", f"{5 * (to_each - 10)}.00")):
        agency.place(case, "NET", principal)
    before = agency.workspace.json("verify")["entries"]

    def posting(number: int) -> list[str]:
        case, event = (("K-1", "direct_payment"), ("K-2", "receipt"), ("K-3", "write_off"))[number % 3]
        return ["post", event, "--case", case, "--amount", "5.00", "--date", DAY, *WAIT]

    said = crew.do(agency.workspace, [[posting(number) for number in range(EACH[database])]] * EIGHT)
    of_third = [one for answers in said for one in answers[2::3]]
    assert all(one.status == 0 for answers in said for number, one in enumerate(answers) if number % 3 != 2)
    assert Counter(one.status for one in of_third) == {0: to_each - 10, 1: 10}
    assert all("OUTSTANDING" in one.err for one in of_third if one.status)
    taken = [sum(one.status == 0 for one in answers) for answers in said]
    assert agency.workspace.json("verify")["entries"] == before + sum(taken)
    made = batches_by_actor(agency.workspace)
    assert [made[f"hand-{number}"] for number in range(1, EIGHT + 1)] == taken
    left = [agency.case(case)["outstanding"]["principal"] for case in ("K-1", "K-2", "K-3")]
    assert left == [f"{90000 - 5 * to_each}.00"] * 2 + ["0.00"]
    assert agency.balance("Assets:Trust:Bank:TRUST") == f"{5 * to_each}.00"


def test_one_reference_is_posted_once(agency: Desk, crew: Crew) -> None:
    """Of four who post the same one makes the entry and three are told which it is; other content is a conflict."""
    agency.place("K-1", "NET", "900.00")
    same = ["post", "receipt", "--case", "K-1", "--date", DAY, "--reference", "R-1", "--json", *WAIT, "--amount"]
    said = crew.do(agency.workspace, [[[*same, "30.00"]]] * 4)
    assert [one.status for (one,) in said] == [0] * 4
    assert len({tuple(json.loads(one.out)["entries"]) for (one,) in said}) == 1
    assert agency.case("K-1")["outstanding"]["principal"] == "870.00"
    other = [arg if arg != "R-1" else "R-2" for arg in same]
    said = crew.do(agency.workspace, [[[*other, f"{amount}.00"]] for amount in (1, 2, 3)])
    assert sorted(one.status for (one,) in said) == [0, 1, 1]
    assert all("KEY_CONFLICT" in one.err for (one,) in said if one.status)


def test_one_run_remits_once(agency: Desk, crew: Crew) -> None:
    """Of two runs at once one remits and sweeps, and the other finds that done."""
    agency.place("K-1", "NET", "900.00")
    agency.bank((DAY, "500.00", "K-1"))
    payable = agency.payable("NET")
    remit = ["remit", "--through", DAY, "--date", DAY, "--json", *WAIT]
    runs = [json.loads(one.out) for (one,) in crew.do(agency.workspace, [[remit], [remit]])]
    remitted = sorted(row["remitted"] for run in runs for row in run["clients"] if row["client"] == "NET")
    assert remitted == ["0.00", payable]
    assert agency.payable("NET") == "0.00"
    assert agency.balance("Assets:Trust:Bank:TRUST") == "0.00"


def test_one_file_is_imported_once(agency: Desk, crew: Crew) -> None:
    """Of four who import the same statement one takes it in, and three recognise it."""
    agency.place("K-1", "NET", "900.00")
    path = agency.workspace.write("in/bank.csv", f"account,date,amount,reference\n6222000011112222,{DAY},40.00,K-1\n")
    command = ["import", str(path), "--date", DAY, "--json", *WAIT]
    then = ["reconcile", "--date", DAY, *WAIT]
    said = crew.do(agency.workspace, [[command, then]] * 4)
    assert [one.status for answers in said for one in answers] == [0] * 8
    files = [json.loads(first.out)["files"][0] for first, _ in said]
    assert sorted((file["imported"], file["duplicates"]) for file in files) == [(0, 1)] * 3 + [(1, 0)]
    assert [line["disposition"] for line in agency.lines()] == ["posted"]
    assert agency.case("K-1")["outstanding"]["principal"] == "860.00"


def test_one_inbox_is_imported_once(agency: Desk, crew: Crew) -> None:
    """Four days run at once over one inbox: each file is taken in once, and who comes late finds nothing amiss."""
    agency.place("K-1", "NET", "900.00")
    for number in range(1, 6):
        row = f"6222000011112222,{DAY},{number}0.00,K-1"
        agency.workspace.write(f"inbox/bank-{number}.csv", f"account,date,amount,reference\n{row}\n")
    said = crew.do(agency.workspace, [[["daily", "--date", DAY, *WAIT]]] * 4)
    assert [(one.status, one.err) for (one,) in said if one.status] == []
    assert [line["disposition"] for line in agency.lines()] == ["posted"] * 5
    assert agency.case("K-1")["outstanding"]["principal"] == "750.00"


def test_what_another_took_from_the_inbox(agency: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that was there when the inbox was listed and is gone when it is read is nobody's fault."""
    gone = agency.workspace.folder / "inbox" / "bank.csv"
    monkeypatch.setattr(importing, "_inbox", lambda _: [gone])
    assert agency.workspace.json("import", "--date", DAY) == {"files": []}
    assert "FILE_UNREADABLE" in agency.workspace.run("import", str(gone), "--date", DAY, "--json", status=1).out


def test_first_commands(workspace: Workspace, database: str, crew: Crew) -> None:
    """Of eight first commands one makes the journal, with its opening balances once, and all are done."""
    for number in range(TIMES[database]):  # the moment is short
        one = Workspace(workspace.folder / str(number))
        Desk(one).client("NET")
        with postgres.journal_in(database):
            said = crew.do(one, [[["reconcile", "--date", DAY, *WAIT]]] * EIGHT)
            assert [(first.status, first.err) for (first,) in said if first.status] == []
            assert one.json("verify")["entries"] == 1
            assert one.json("balances")["balances"]["Assets:Operating:Bank:OPS"] == {"CNY": "100000.00"}
