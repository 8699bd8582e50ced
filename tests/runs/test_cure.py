"""Cure 补足: what is short in trust at the end of a day is made good from operating that day (DOMAIN §4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.desk import Desk

TRUST, OPS = "Assets:Trust:Bank:TRUST", "Assets:Operating:Bank:OPS"
UNDRAWN, DUE = "Liabilities:Trust:UndrawnFees", "Assets:Operating:DueFromTrust"
REFUND, LOST = "Liabilities:Trust:DebtorRefund", "Expenses:RefundsIrrecoverable"


def cures(desk: Desk, client: str, period: str = "2025-01") -> list[tuple[str, str]]:
    """The client's cures of a month: day and amount."""
    lines = desk.workspace.json("statement", client, "--period", period)["lines"]
    return [(line["date"], line["cured"]) for line in lines if line["event"] == "cure"]


def paid_out(desk: Desk, case: str, client: str, amount: str, day: str = "2025-01-10") -> None:
    """A case whose payment was remitted and swept on the day it came."""
    desk.place(case, client, "5000.00")
    desk.bank((day, amount, case))
    desk.remit(day)


def test_both_parts_of_a_returned_receipt(desk: Desk) -> None:
    """The client's part becomes a receivable, the agency's own part its DueFromTrust; trust is whole again that day."""
    paid_out(desk, "K-1", "NET", "1000.00")
    assert (desk.balance(TRUST), desk.balance(OPS)) == ("0.00", "100212.00")
    desk.bank(("2025-01-20", "-1000.00", "K-1"))
    assert desk.balance(TRUST, "2025-01-20") == "0.00"
    assert desk.payable("NET", "2025-01-20") == "0.00"
    assert desk.balance(UNDRAWN) == desk.balance(DUE) == "0.00"
    assert desk.receivable("NET") == "788.00"
    assert desk.balance(OPS) == "99212.00"
    assert cures(desk, "NET") == [("2025-01-20", "788.00")]


def test_in_gross_mode_all_of_it_is_the_clients_part(desk: Desk) -> None:
    """A gross client had the whole receipt, so the whole of it is cured for it; its fee is undone besides."""
    paid_out(desk, "K-1", "GROSS", "1000.00")
    desk.bank(("2025-01-20", "-1000.00", "K-1"))
    assert cures(desk, "GROSS") == [("2025-01-20", "1000.00")]
    assert desk.receivable("GROSS") == "1000.00"
    assert desk.balance(TRUST) == "0.00"


def test_only_what_is_short_is_cured(desk: Desk) -> None:
    """Money of the client that is still there covers its own return; only the rest comes from operating."""
    paid_out(desk, "K-1", "GROSS", "1000.00")
    desk.place("K-2", "GROSS", "5000.00")
    desk.bank(("2025-01-15", "300.00", "K-2"), ("2025-01-20", "-1000.00", "K-1"))
    assert cures(desk, "GROSS") == [("2025-01-20", "700.00")]


def test_what_comes_later_the_same_day_counts(desk: Desk) -> None:
    """The end of the day decides: a receipt after the return on that day is there to cover it."""
    paid_out(desk, "K-1", "GROSS", "1000.00")
    desk.place("K-2", "GROSS", "5000.00")
    desk.bank(("2025-01-20", "-1000.00", "K-1"), ("2025-01-20", "400.00", "K-2"))
    assert cures(desk, "GROSS") == [("2025-01-20", "600.00")]


def test_several_days_are_cured_each_on_its_own(desk: Desk) -> None:
    """Lines of several days in one go are cured day by day, as if each had been done on its day."""
    for case in ("K-1", "K-2"):
        desk.place(case, "GROSS", "5000.00")
    desk.bank(("2025-01-10", "1000.00", "K-1"), ("2025-01-10", "500.00", "K-2"))
    desk.remit("2025-01-10")
    desk.bank(
        ("2025-01-20", "-1000.00", "K-1"),
        ("2025-01-21", "250.00", "K-1"),
        ("2025-01-22", "-500.00", "K-2"),
        ("2025-01-23", "90.00", "K-1"),
    )
    assert cures(desk, "GROSS") == [("2025-01-20", "1000.00"), ("2025-01-22", "250.00")]
    assert [desk.payable("GROSS", f"2025-01-{day}") for day in (20, 21, 22, 23)] == ["0.00", "250.00", "0.00", "90.00"]


def test_days_that_were_left_are_made_up_for(desk: Desk) -> None:
    """Returns posted by hand, never followed by a daily run: the next command cures each on its day."""
    paid_out(desk, "K-1", "GROSS", "1000.00")
    paid_out(desk, "K-2", "GROSS", "500.00", "2025-01-11")
    desk.post("returned_payment", "2025-01-20", case="K-1", amount="1000.00")
    desk.post("returned_payment", "2025-01-25", case="K-2", amount="500.00")
    desk.run("check", "--date", "2025-01-31", status=1)
    desk.run("reconcile", "--date", "2025-01-31")
    assert cures(desk, "GROSS") == [("2025-01-20", "1000.00"), ("2025-01-25", "500.00")]


def test_clients_never_cover_each_other(desk: Desk) -> None:
    """Deficits are never netted between clients: one's money stays while another is cured (DOMAIN §4)."""
    paid_out(desk, "K-1", "GROSS", "1000.00")
    desk.place("K-2", "COMBI", "5000.00")
    desk.bank(("2025-01-15", "3000.00", "K-2"), ("2025-01-20", "-1000.00", "K-1"))
    assert cures(desk, "GROSS") == [("2025-01-20", "1000.00")]
    assert cures(desk, "COMBI") == []
    assert desk.payable("COMBI") == "2364.00"
    assert desk.balance(TRUST) == "3000.00"


def test_two_clients_short_on_one_day(desk: Desk) -> None:
    """Each is cured for what is short of it."""
    paid_out(desk, "K-1", "GROSS", "1000.00")
    paid_out(desk, "K-2", "NET", "600.00", "2025-01-11")
    desk.bank(("2025-01-20", "-1000.00", "K-1"), ("2025-01-20", "-600.00", "K-2"))
    assert cures(desk, "GROSS") == [("2025-01-20", "1000.00")]
    assert cures(desk, "NET") == [("2025-01-20", "472.80")]
    assert (desk.receivable("GROSS"), desk.receivable("NET")) == ("1000.00", "472.80")


def test_fees_are_short_where_a_forwarder_kept_more(desk: Desk) -> None:
    """A forwarder that kept more than our fee leaves UndrawnFees in debit: cured as the agency's own part."""
    desk.place("K-1", "NET", "5000.00")
    desk.post("forwarder_receipt", "2025-01-10", case="K-1", amount="1000.00", kept="300.00", forwarder="LAW1")
    assert desk.balance(UNDRAWN) == "88.00"
    desk.run("reconcile", "--date", "2025-01-10")
    assert desk.balance(UNDRAWN, "2025-01-10") == desk.balance(DUE, "2025-01-10") == "0.00"
    assert desk.balance(TRUST) == "788.00"
    assert desk.balance(OPS) == "99912.00"
    assert desk.receivable("NET") == "0.00"


def test_a_trust_banks_charge_is_the_agencys(desk: Desk) -> None:
    """A charge that the trust bank takes comes out of undrawn fees; what they lack is cured the same day."""
    desk.place("K-1", "NET", "5000.00")
    desk.bank(("2025-01-10", "1000.00", "K-1"))
    desk.post("bank_charge", "2025-01-11", amount="250.00", bank="TRUST")
    desk.run("reconcile", "--date", "2025-01-11")
    assert desk.balance(UNDRAWN) == "0.00"
    assert desk.payable("NET") == "788.00"
    assert desk.balance(TRUST) == "788.00"
    assert desk.balance(OPS) == "99962.00"


def test_one_debtors_refund_never_covers_anothers(desk: Desk) -> None:
    """DebtorRefund is judged case by case: K-2's overpayment does not pay for what K-1 was wrongly refunded."""
    for case in ("K-1", "K-2"):
        desk.place(case, "GROSS", "500.00")
    desk.bank(("2025-01-10", "600.00", "K-1"), ("2025-01-10", "900.00", "K-2"))
    desk.run("refund", "K-1", "--date", "2025-01-11")
    desk.bank(("2025-01-20", "-600.00", "K-1"))
    assert desk.balance(REFUND, "2025-01-20") == "-400.00"
    assert desk.balance(LOST) == "100.00"
    assert desk.case("K-2")["overpaid"] == "400.00"
    assert desk.case("K-1")["overpaid"] == "0.00"


def test_a_refund_deficit_is_cured_on_its_day_whatever_comes_later(desk: Desk) -> None:
    """A later overpayment of the same debtor does not reach back: that day's deficit is cured, the new money stays."""
    desk.place("K-1", "GROSS", "500.00")
    desk.bank(("2025-01-10", "600.00", "K-1"))
    desk.run("refund", "K-1", "--date", "2025-01-11")
    desk.post("returned_payment", "2025-01-20", case="K-1", amount="600.00")
    desk.post("receipt", "2025-01-25", case="K-1", amount="530.00")
    desk.run("reconcile", "--date", "2025-01-31")
    assert desk.balance(LOST, "2025-01-20") == "100.00"
    assert desk.case("K-1")["overpaid"] == "30.00"


def test_cured_once(desk: Desk) -> None:
    """A deficit that was cured is none: the same command again cures nothing."""
    paid_out(desk, "K-1", "GROSS", "1000.00")
    desk.bank(("2025-01-20", "-1000.00", "K-1"))
    for _ in range(2):
        assert desk.workspace.json("reconcile", "--date", "2025-01-31")["cured"] == 0
    assert desk.workspace.json("reconcile", "--date", "2025-02-28")["cured"] == 0


def test_a_day_that_is_not_over_is_not_judged(desk: Desk) -> None:
    """Acting as of an earlier day cures nothing of a later one."""
    paid_out(desk, "K-1", "GROSS", "1000.00")
    desk.post("returned_payment", "2025-01-20", case="K-1", amount="1000.00")
    assert desk.workspace.json("reconcile", "--date", "2025-01-19")["cured"] == 0
    assert desk.workspace.json("reconcile", "--date", "2025-01-20")["cured"] == 1
