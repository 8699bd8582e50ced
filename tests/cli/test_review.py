"""What a person sees of drafts: the worklist, the list, one draft, and what the commands say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.runs.test_drafts import WRITE_OFF, limits

if TYPE_CHECKING:
    from tests.desk import Desk


def test_a_draft_from_entry_to_decision(desk: Desk) -> None:
    """Who enters is told that it waits; who reviews sees what would be posted, decides, and the list is empty."""
    desk.place("C-1", "NET", "5000.00")
    limits(desk, write_off="1000.00", remittance="10.00")
    assert "no draft waits" in desk.run("review", "list")
    assert "draft 1 waits for a second person; nothing was posted" in desk.run(*WRITE_OFF, "--reference", "R-1")
    assert "draft 1 was entered before and waits" in desk.run(*WRITE_OFF, "--reference", "R-1")
    worklist = desk.run("worklist")
    assert "review show ID" in worklist
    assert "write_off" in worklist
    assert "tester" in desk.run("review", "list")
    shown = desk.run("review", "show", "1")
    assert "reference: R-1" in shown
    assert "Equity:Memo:WrittenOff:NET" in shown
    told = desk.run("review", "approve", "1", "--as", "second", "--date", "2025-12-31")
    assert told.startswith("draft 1 is approved; entries: ")
    assert "no draft waits" in desk.run("review", "list")
    assert "approved second" in desk.run("review", "list", "--all")


def test_other_commands_say_that_it_waits(desk: Desk) -> None:
    """`resolve`, `remit`, `import` and `invoice pay` in words."""
    desk.place("C-1", "GROSS", "5000.00")
    desk.bank(("2025-01-10", "100.00", "C-1"), ("2025-01-11", "50.00", "nobody"))
    limits(desk, match="10.00", remittance="10.00", client_payment="1.00", recall="1.00")
    assert "draft 1 waits" in desk.run("resolve", "2", "--case", "C-1", "--date", "2025-01-12")
    assert "draft 2 waits" in desk.run("remit", "--through", "2025-01-31")
    path = desk.workspace.write("in/e.csv", "event,date,case\nrecall,2025-01-20,C-1\n")
    assert "1 for a second person" in desk.run("import", str(path), "--date", "2025-01-31")
    desk.run("review", "approve", "2", "--as", "second", "--date", "2025-02-01")
    assert "draft 4 waits" in desk.run("invoice", "pay", "INV-2025-0001", "--date", "2025-02-01")
    told = desk.run("review", "reject", "4", "--reason", "not seen at the bank", "--date", "2025-02-01")
    assert told == "draft 4 is rejected\n"
    assert desk.workspace.json("review", "reject", "1", "--reason", "no", "--date", "2025-02-01") == {
        "draft": 1,
        "decision": "rejected",
        "entries": [],
    }


def test_a_rejection_says_why(desk: Desk) -> None:
    """Without a reason it is wrong usage, with an empty one it is refused."""
    desk.place("C-1", "NET", "5000.00")
    limits(desk, write_off="1000.00")
    desk.run(*WRITE_OFF)
    desk.workspace.run("review", "reject", "1", status=2)
    assert "VALUE_MISSING" in desk.run("review", "reject", "1", "--reason", " ", status=1)
