"""Review of remittance runs and of decisions on bank lines, by the same code that does them without a limit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.runs.test_drafts import approve, draft_of, limits, refused, waiting

if TYPE_CHECKING:
    from tests.desk import Desk


def remittable(desk: Desk, client: str = "NET") -> None:
    """A client with 1000.00 received."""
    desk.place("C-1", client, "5000.00")
    desk.bank(("2025-01-10", "1000.00", "C-1"))


@pytest.mark.parametrize("client", ["NET", "COMBI", "GROSS"])
def test_a_run_above_the_limit_waits_whole(desk: Desk, client: str) -> None:
    """One draft covers the run; approved, it does what the run would have done without a limit."""
    remittable(desk, client)
    plain = desk.workspace.json("remit", "--through", "2025-01-31", "--dry-run")
    limits(desk, remittance="100.00")
    drafted = desk.workspace.json("remit", "--through", "2025-01-31")
    assert drafted["draft"] == 1
    assert {**drafted, "draft": None} == plain
    assert desk.payable(client) == ("788.00" if client != "GROSS" else "1000.00")
    again = desk.workspace.json("remit", "--through", "2025-01-31")
    assert again["draft"] == 1
    approve(desk, 1)
    assert desk.payable(client) == "0.00"
    assert desk.remit("2025-01-31")[client]["remitted"] == "0.00"
    assert waiting(desk) == []


def test_a_run_at_the_limit_is_made(desk: Desk) -> None:
    """What is remitted counts, not what is payable before the offset."""
    remittable(desk)
    limits(desk, remittance="788.00")
    run = desk.workspace.json("remit", "--through", "2025-01-31")
    assert (run["draft"], run["clients"][-1]["remitted"]) == (None, "788.00")


def test_money_that_bounced_since_makes_a_run_stale(desk: Desk) -> None:
    """Approved on a later day, a run still pays nothing that is known to have come back."""
    remittable(desk)
    limits(desk, remittance="100.00")
    assert desk.workspace.json("remit", "--through", "2025-01-31")["draft"] == 1
    desk.bank(("2025-02-03", "-1000.00", "C-1"))
    assert "STALE" in refused(desk, 1)
    assert desk.payable("NET") == "0.00"


def test_a_later_receipt_leaves_a_run_as_it_was(desk: Desk) -> None:
    """Money that came after the run's day is none of its figures."""
    remittable(desk)
    limits(desk, remittance="100.00")
    assert desk.workspace.json("remit", "--through", "2025-01-31")["draft"] == 1
    desk.bank(("2025-02-03", "500.00", "C-1"))
    approve(desk, 1)
    assert desk.payable("NET") == "394.00"


def test_a_match_above_the_limit_waits(desk: Desk) -> None:
    """A person's decision on a line: the parts are what counts, and the line waits meanwhile."""
    desk.place("C-1", "NET", "5000.00")
    desk.bank(("2025-01-10", "1000.00", "nothing named"))
    limits(desk, match="300.00")
    desk.run("resolve", "1", "--case", "C-1=300.00", "--date", "2025-01-12")
    number = draft_of(desk, "resolve", "1", "--case", "C-1", "--date", "2025-01-12")
    assert (waiting(desk)[0]["event"], waiting(desk)[0]["amount"]) == ("match", "700.00")
    assert desk.lines()[0]["disposition"] == "unidentified"
    approve(desk, number)
    assert desk.lines()[0]["disposition"] == "posted"
    assert desk.case("C-1")["outstanding"]["principal"] == "4000.00"


def test_a_match_that_was_made_otherwise_is_stale(desk: Desk) -> None:
    """What of the line is left decides."""
    desk.place("C-1", "NET", "5000.00")
    desk.bank(("2025-01-10", "1000.00", "nothing named"))
    limits(desk, match="300.00")
    number = draft_of(desk, "resolve", "1", "--case", "C-1", "--date", "2025-01-12")
    desk.run("resolve", "1", "--case", "C-1=200.00", "--date", "2025-01-12")
    assert "would now post 800.00" in refused(desk, number)


def test_an_event_by_a_line_has_two_limits(desk: Desk) -> None:
    """A bank's charge said of a line is a match and a bank_charge."""
    limits(desk, bank_charge="5.00")
    desk.bank(("2025-01-10", "-7.00", "a fee"), bank="OPS")
    number = draft_of(desk, "resolve", "1", "--event", "bank_charge", "--date", "2025-01-12")
    approve(desk, number)
    assert desk.balance("Expenses:BankCharges") == "7.00"
    assert desk.lines()[0]["disposition"] == "posted"


def test_an_entry_said_of_a_line(desk: Desk) -> None:
    """A match that posts nothing waits too, and is the same claim once approved."""
    desk.place("C-1", "NET", "5000.00")
    desk.post("cost_advanced", "2025-01-05", case="C-1", amount="50.00")
    desk.post("cost_advanced", "2025-01-05", case="C-1", amount="50.00")
    desk.bank(("2025-01-06", "-50.00", "court"), bank="OPS")
    limits(desk, match="10.00")
    number = draft_of(desk, "resolve", "1", "--entry", "3", "--date", "2025-01-12")
    approve(desk, number)
    assert (desk.lines()[0]["disposition"], 3 in desk.lines()[0]["entries"]) == ("matched", True)


def test_a_returned_line_and_a_refund(desk: Desk) -> None:
    """A negative line given to a case, and unidentified money sent back, by their own limits."""
    desk.place("C-1", "NET", "5000.00")
    desk.post("receipt", "2025-01-05", case="C-1", amount="90.00")
    desk.bank(("2025-01-10", "-90.00", "unknown"), ("2025-01-11", "70.00", "who is it"))
    limits(desk, returned_payment="50.00", refund="50.00")
    back = draft_of(desk, "resolve", "1", "--case", "C-1", "--date", "2025-01-12")
    refund = draft_of(desk, "resolve", "2", "--refund", "--date", "2025-01-12")
    assert [(d["event"], d["amount"]) for d in waiting(desk)] == [("match", "90.00"), ("refund", "70.00")]
    approve(desk, back)
    approve(desk, refund)
    assert desk.case("C-1")["outstanding"]["principal"] == "5000.00"
    assert desk.balance("Liabilities:Trust:Unidentified") == "0.00"


def test_refunds_and_payments_of_invoices(desk: Desk) -> None:
    """`refund` and `invoice pay` enter events like any other."""
    desk.place("C-1", "GROSS", "100.00")
    desk.bank(("2025-01-10", "400.00", "C-1"))
    desk.remit("2025-01-31")
    limits(desk, refund="200.00", client_payment="10.00")
    refund = draft_of(desk, "refund", "C-1", "--date", "2025-02-01")
    paid = draft_of(desk, "invoice", "pay", "INV-2025-0001", "--date", "2025-02-01")
    assert [(d["event"], d["amount"]) for d in waiting(desk)] == [("refund", "300.00"), ("client_payment", "21.20")]
    approve(desk, refund)
    approve(desk, paid)
    assert desk.invoices()["INV-2025-0001"] == ("21.20", "0.00")
    assert desk.case("C-1")["overpaid"] == "0.00"
