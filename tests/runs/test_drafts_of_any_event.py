"""Every event can be reviewed: once approved, the books say what they would have said without a limit."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import pytest

from importers.events import EVENT_NAMES
from tests.desk import Desk
from tests.runs.test_drafts import approve, draft_of, limits, waiting

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Workspace

DAY = "2025-01-20"
EVENTS: dict[str, tuple[str, ...]] = {
    "receipt": ("--case", "C-1", "--amount", "100.00"),
    "direct_payment": ("--case", "C-1", "--amount", "100.00"),
    "asset_sale": ("--case", "C-1", "--amount", "100.00"),
    "cost_advanced": ("--case", "C-1", "--amount", "30.00"),
    "cost_deposit": ("--client", "NET", "--amount", "70.00"),
    "deposit_return": ("--client", "NET"),
    "cost_billed": ("--case", "C-1"),
    "cost_write_off": ("--case", "C-1"),
    "forwarder_receipt": ("--case", "C-1", "--amount", "100.00", "--forwarder", "FWD", "--kept", "10.00"),
    "forwarder_share": ("--forwarder", "FWD", "--amount", "5.00"),
    "returned_payment": ("--case", "C-1", "--amount", "400.00"),
    "settlement": ("--case", "C-1", "--amount", "50.00"),
    "write_off": ("--case", "C-1"),
    "recall": ("--case", "C-1"),
    "close_return": ("--case", "C-1"),
    "placement_adjustment": ("--case", "C-1", "--bucket", "principal", "--amount", "-20.00"),
    "interest_accrual": ("--case", "C-1", "--amount", "12.00"),
    "judgment": ("--case", "C-1", "--principal", "3000.00", "--fees", "10.00"),
    "refund": (
        "--case",
        "C-2",
    ),
    "client_payment": ("--client", "NET", "--amount", "1.00"),
    "operating_entry": ("--from", "Assets:Operating:Bank:OPS", "--to", "Expenses:BankCharges", "--amount", "9.00"),
    "collector_commission": ("--case", "C-1", "--amount", "3.00", "--collector", "Invented Person"),
    "case_change": ("--case", "C-1", "--stage", "court"),
    "bank_charge": ("--bank", "OPS", "--amount", "2.00"),
    "trust_interest": ("--bank", "TRUST", "--amount", "2.00"),
    "vat_paid": ("--amount", "2.00"),
    "unclaimed": ("--from", "DebtorRefund", "--case", "C-2"),
    "payment_plan": ("--case", "C-1", "--amount", "100.00", "--from", "2025-02-01", "--to", "2025-04-01"),
    "promise_to_pay": ("--case", "C-1", "--amount", "100.00", "--from", "2025-02-01"),
}
_RESTS_ON_OTHERS = {"payment_back", "client_credit", "forwarder_paid", "collector_paid", "trust_transfer", "escheat"}
"""Events that need others before them, of the same kind as those above."""


def test_every_event_is_named_here() -> None:
    """A new event comes with a line in this table."""
    assert EVENTS.keys() | _RESTS_ON_OTHERS == EVENT_NAMES


@pytest.fixture
def ground(desk: Desk) -> Desk:
    """A case with an advance and a receipt, one that is overpaid, and a client's deposit."""
    desk.place("C-1", "NET", "5000.00", interest="40.00")
    desk.place("C-2", "NET", "100.00")
    desk.post("cost_advanced", "2025-01-05", case="C-1", amount="60.00")
    desk.post("receipt", "2025-01-06", case="C-1", amount="400.00")
    desk.post("cost_advanced", "2025-01-07", case="C-1", amount="25.00")
    desk.post("receipt", "2025-01-06", case="C-2", amount="130.00")
    desk.post("cost_deposit", "2025-01-06", client="NET", amount="80.00")
    return desk


def _state(desk: Desk) -> tuple[Any, ...]:
    """What the books say, entries' numbers aside."""
    cases = [desk.case("C-1"), desk.case("C-2")]
    for case in cases:
        for row in case["history"]:
            del row["entry"]
    return desk.workspace.json("balances", "--at", "2025-12-31"), cases


@pytest.mark.parametrize("event", EVENTS)
def test_an_approved_event_is_the_event(ground: Desk, workspace: Workspace, tmp_path_factory: Any, event: str) -> None:  # noqa: ANN401
    """With a limit of zero it waits and nothing moves; approved, it is what it is without a limit."""
    beside: Path = tmp_path_factory.mktemp("plain") / "agency"
    shutil.copytree(workspace.folder, beside)
    words = ("post", event, "--date", DAY, *EVENTS[event])
    limits(ground, **{event: "0.00"})
    before = _state(ground)
    number = draft_of(ground, *words)
    assert _state(ground) == before
    approve(ground, number)
    plain = Desk.__new__(Desk)
    plain.workspace = type(workspace)(beside)
    plain.run(*words)
    assert _state(ground) == _state(plain)
    assert waiting(ground) == []


def test_what_the_engine_does_of_itself_is_no_part_of_a_draft(desk: Desk) -> None:
    """Held money that is cleared meanwhile does not make a draft stale, whose own figures are the same."""
    path = desk.workspace.folder / "agency.toml"
    path.write_text(path.read_text() + "\n[hold_days]\ncheck = 3\n")
    desk.place("C-1", "NET", "5000.00")
    desk.post("receipt", "2025-01-06", case="C-1", amount="400.00", method="check")
    limits(desk, write_off="10.00")
    number = draft_of(desk, "post", "write_off", "--case", "C-1", "--date", DAY)
    desk.workspace.run("reconcile", "--date", "2025-01-31")
    assert desk.payable("NET") == "315.20"
    approve(desk, number)
    assert desk.case("C-1")["outstanding"]["principal"] == "0.00"


def test_a_split_that_comes_back_is_weighed_whole(desk: Desk) -> None:
    """A row without an amount makes several entries: all of them count against the limit."""
    desk.place("C-1", "NET", "5000.00")
    desk.place("C-2", "NET", "5000.00")
    desk.bank(("2025-01-06", "900.00", "nothing named"))
    desk.run("resolve", "1", "--case", "C-1=450.00", "--case", "C-2=450.00", "--date", "2025-01-06")
    limits(desk, returned_payment="800.00")
    entry = desk.lines()[0]["entries"][-1]
    row = {"event": "returned_payment", "date": "2025-01-10", "of": str(entry)}
    assert desk.file("events", [row], "2025-01-15")["files"][0]["drafts"] == [1]
    assert waiting(desk)[0]["amount"] == "900.00"
    approve(desk, 1)
    assert [desk.case(case)["outstanding"]["principal"] for case in ("C-1", "C-2")] == ["5000.00", "5000.00"]
