"""Review of event files and of keyed events, the audit, and what a dry run keeps."""

from __future__ import annotations

import json
from contextlib import closing
from typing import TYPE_CHECKING, Any

from tests.raw import raw_session
from tests.runs.test_drafts import WRITE_OFF, approve, audit, draft_of, limits, waiting

if TYPE_CHECKING:
    from tests.desk import Desk

ROWS = [
    {"event": "write_off", "date": "2025-01-10", "case": "C-1", "amount": "1500.00", "memo": "gone abroad", "who": "x"},
    {"event": "write_off", "date": "2025-01-10", "case": "C-2"},
    {"event": "write_off", "date": "2025-01-10", "case": "C-3"},
    {"event": "receipt", "date": "2025-01-11", "case": "C-1", "amount": "100.00"},
]


def two_drafts(desk: Desk) -> dict[str, Any]:
    """A file of four rows of which two are above the limit; returns what the import says of it."""
    for case, principal in (("C-1", "5000.00"), ("C-2", "900.00"), ("C-3", "1200.00")):
        desk.place(case, "NET", principal)
    limits(desk, write_off="1000.00")
    found: dict[str, Any] = desk.file("events", ROWS, "2025-01-15")["files"][0]
    return found


def test_rows_above_the_limit_become_drafts(desk: Desk) -> None:
    """The rest of the file is posted; an approved row is posted as it would have been, its own columns too."""
    done = two_drafts(desk)
    assert (done["imported"], done["refused"], done["drafts"]) == (2, [], [1, 2])
    assert desk.case("C-2")["status"] == "written_off"
    assert desk.case("C-1")["outstanding"]["principal"] == "4900.00"
    shown = desk.workspace.json("review", "show", "1")["entered"]
    assert (shown["memo"], shown["extra"]) == ("gone abroad", {"who": "x"})
    approve(desk, 1)
    approve(desk, 2)
    assert desk.case("C-1")["outstanding"]["principal"] == "3400.00"
    assert desk.case("C-3")["status"] == "written_off"


def test_a_row_makes_one_draft(desk: Desk) -> None:
    """A later file that has the row again adds nothing, whether it waits, was approved or was rejected."""
    two_drafts(desk)
    more = [*ROWS, {"event": "receipt", "date": "2025-01-12", "case": "C-1", "amount": "1.00"}]
    assert desk.file("events", more, "2025-01-15")["files"][0]["duplicates"] == 4
    approve(desk, 1)
    desk.run("review", "reject", "2", "--reason", "no", "--as", "second", "--date", "2025-12-31")
    more.append({"event": "receipt", "date": "2025-01-12", "case": "C-1", "amount": "2.00"})
    done = desk.file("events", more, "2025-01-15")["files"][0]
    assert (done["duplicates"], done["imported"], done["drafts"]) == (5, 1, [])
    assert waiting(desk) == []
    more.append(ROWS[1])  # one more than is known, of a case that is written off
    assert desk.file("events", more, "2025-01-15", status=1)["files"][0]["refused"][0]["code"] == "NOTHING_OUTSTANDING"


def test_a_bad_row_leaves_no_draft(desk: Desk) -> None:
    """A file is imported whole or not at all, its drafts among it; with --keep-good the good rows are."""
    desk.place("C-1", "NET", "5000.00")
    limits(desk, write_off="1000.00")
    rows = [ROWS[0], {"event": "write_off", "date": "2025-01-10", "case": "C-9"}]
    assert desk.file("events", rows, "2025-01-15", status=1)["files"][0]["drafts"] == []
    assert waiting(desk) == []
    path = desk.workspace.folder / "in" / "events-2.csv"
    done = desk.workspace.json("import", str(path), "--keep-good", "--date", "2025-01-15", status=1)["files"][0]
    assert (done["drafts"], len(done["refused"])) == ([1], 1)


def test_daily_drafts_files_and_nothing_of_its_own(desk: Desk) -> None:
    """Receipts that reconcile are posted whatever the limits; the day sheet says how many drafts wait."""
    desk.place("C-1", "NET", "5000.00")
    limits(desk, receipt="1.00", match="1.00", write_off="1.00")
    desk.workspace.write("inbox/s.csv", "account,date,amount,reference\n6222000011112222,2025-01-10,100.00,C-1\n")
    desk.workspace.write("inbox/e.csv", "event,date,case,amount\nwrite_off,2025-01-09,C-1,50.00\n")
    sheet = desk.workspace.json("daily", "--date", "2025-01-10")
    assert (sheet["lines"], sheet["drafts"]) == ({"posted": 1}, 1)
    assert "1 draft" in desk.run("daily", "--date", "2025-01-10")
    assert desk.case("C-1")["outstanding"]["principal"] == "4900.00"


def test_a_reference_is_known_while_it_waits(desk: Desk) -> None:
    """The same content again is the same draft, other content a conflict; once rejected it may be entered again."""
    desk.place("C-1", "NET", "5000.00")
    limits(desk, write_off="1000.00")
    words = (*WRITE_OFF, "--reference", "R-1", "--amount", "2000.00")
    assert draft_of(desk, *words) == draft_of(desk, *words) == 1
    told = desk.run(*WRITE_OFF, "--reference", "R-1", "--amount", "2001.00", status=1)
    assert "KEY_CONFLICT" in told
    desk.run("review", "reject", "1", "--reason", "wrong case", "--date", "2025-12-31")
    assert draft_of(desk, *words) == 2
    entries = approve(desk, 2)
    again = desk.workspace.json(*words)
    assert (again["entries"], again["repeated"], again["draft"]) == (entries, True, None)
    assert "KEY_CONFLICT" in desk.run(*WRITE_OFF, "--reference", "R-1", "--amount", "2001.00", status=1)


def test_a_dry_run_keeps_nothing(desk: Desk) -> None:
    """Neither a draft, nor a decision, nor a record of a refusal."""
    desk.place("C-1", "NET", "5000.00")
    limits(desk, write_off="1000.00", remittance="1.00")
    assert desk.workspace.json(*WRITE_OFF, "--dry-run")["draft"] == 1
    assert waiting(desk) == []
    draft_of(desk, *WRITE_OFF)
    assert len(approve(desk, 1, "--dry-run")) == 1
    desk.run("review", "approve", "1", "--date", "2025-12-31", "--dry-run", status=1)
    desk.run("review", "reject", "1", "--reason", "no", "--date", "2025-12-31", "--dry-run")
    assert [d["id"] for d in waiting(desk)] == [1]
    assert audit(desk) == []
    rows = [{"event": "write_off", "date": "2025-01-10", "case": "C-1"}]
    lines = "event,date,case\n" + "\n".join(",".join(row.values()) for row in rows)
    path = desk.workspace.write("in/dry.csv", lines + "\n")
    done = desk.workspace.json("import", str(path), "--dry-run", "--date", "2025-01-15")
    assert done["files"][0]["drafts"] == [2]
    assert len(waiting(desk)) == 1


def test_decisions_are_recorded_by_codes_alone(desk: Desk) -> None:
    """Who tried what on which draft: approvals, rejections and refusals; no reason, no name of a debtor."""
    desk.place("C-1", "NET", "5000.00")
    limits(desk, write_off="1000.00")
    draft_of(desk, *WRITE_OFF)
    desk.run("review", "approve", "1", "--date", "2025-12-31", status=1)
    desk.run("review", "approve", "9", "--as", "second", "--date", "2025-12-31", status=1)
    desk.run("review", "approve", "1", "--as", "second", "--date", "2025-01-09", status=1)
    desk.run("review", "reject", "1", "--reason", "Mrs Invented pays", "--as", "second", "--date", "2025-12-31")
    assert audit(desk) == [
        ("tester", "approve", "SAME_PERSON", "draft 1"),
        ("second", "approve", "DRAFT_UNKNOWN", "draft 9"),
        ("second", "approve", "DATE_FUTURE", "draft 1"),
        ("second", "reject", "done", "draft 1"),
    ]


def test_an_erased_draft_is_not_whole(desk: Desk) -> None:
    """Once its private texts are erased, a draft cannot be approved, only rejected; and the chain is whole."""
    desk.place("C-1", "NET", "5000.00")
    limits(desk, write_off="1000.00")
    draft_of(desk, *WRITE_OFF, "--memo", "Mrs Invented")
    with closing(raw_session(desk.workspace)) as sql:
        sql.execute(
            "UPDATE person SET salt = NULL, text = NULL, erased_on = '2025-02-01', erased_by = 'boss'"
            " WHERE id = 'draft:1'"
        )
    told = desk.run("review", "approve", "1", "--as", "second", "--date", "2025-12-31", status=1)
    assert "STALE" in told
    assert json.loads(desk.run("review", "show", "1", "--json"))["entered"]["erased"] is True
    desk.run("review", "reject", "1", "--reason", "erased", "--date", "2025-12-31")
