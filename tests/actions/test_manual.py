"""What a bookkeeper does by hand: resolve, refund, undo, and what none of them may do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.desk import Desk

TRUST, OPS = "Assets:Trust:Bank:TRUST", "Assets:Operating:Bank:OPS"
UNIDENTIFIED, SUSPENSE = "Liabilities:Trust:Unidentified", "Liabilities:Operating:Suspense"
REFUND = "Liabilities:Trust:DebtorRefund"


def dispositions(desk: Desk) -> list[str]:
    """What became of each line, in order."""
    return [line["disposition"] for line in desk.lines()]


def entries_of(desk: Desk, line: int) -> list[int]:
    """The entries of a line."""
    (found,) = [one["entries"] for one in desk.lines() if one["line"] == line]
    return list(found)


# --- resolve -------------------------------------------------------------------------------------


def test_a_split_leaves_the_rest_unidentified(desk: Desk) -> None:
    """What no case gets of a line stays in Unidentified, and the line on the worklist, until it is given too."""
    for case in ("K-1", "K-2"):
        desk.place(case, "GROSS", "1000.00")
    desk.bank(("2025-01-10", "900.00"))
    desk.run("resolve", "1", "--case", "K-1=300.00", "--case", "K-2=400.00", "--date", "2025-01-12")
    assert (desk.balance(UNIDENTIFIED), dispositions(desk)) == ("-200.00", ["unidentified"])
    assert "SPLIT_BEYOND" in desk.run("resolve", "1", "--case", "K-1=200.01", "--date", "2025-01-12", status=1)
    desk.run("resolve", "1", "--case", "K-2", "--date", "2025-01-13")
    assert (desk.balance(UNIDENTIFIED), dispositions(desk)) == ("0.00", ["posted"])
    assert desk.case("K-2")["outstanding"]["principal"] == "400.00"


def test_no_decision_before_the_line(desk: Desk) -> None:
    """Money is not given to anyone on a day before the bank had it."""
    desk.place("K-1", "GROSS", "1000.00")
    desk.bank(("2025-01-10", "900.00"))
    for decision in (("--case", "K-1"), ("--refund",)):
        assert "DATE_FUTURE" in desk.run("resolve", "1", *decision, "--date", "2025-01-09", status=1)
    assert "REFUND_BEYOND" in desk.run("refund", "--of", "1", "--date", "2025-01-09", status=1)


def test_money_identified_later_is_of_the_banks_day(desk: Desk) -> None:
    """Terms, age and tier are those of the day on which the bank had the money (DOMAIN §4, "Dates")."""
    path = desk.workspace.folder / "clients/NET.toml"
    path.write_text(path.read_text() + '\n[[terms]]\neffective = 2025-02-01\nremittance = "net"\nvat = "none"\n')
    newer = 'minimum_remittance = "0.00"\nwaterfall = ["court_costs", "interest", "fees", "principal"]\n'
    newer += 'commission_on = ["principal"]\n\n[[terms.commission]]\nrate = "0.90"\n'
    path.write_text(path.read_text() + newer)
    desk.place("K-1", "NET", "5000.00")
    desk.bank(("2025-01-31", "1000.00"))
    desk.run("resolve", "1", "--case", "K-1", "--date", "2025-02-10")
    assert desk.balance("Income:Commission:NET:PAA") == "-200.00"
    assert desk.balance(UNIDENTIFIED, "2025-02-09") == "-1000.00"


def test_held_money_waits_for_its_release(desk: Desk) -> None:
    """A cheque takes off the debt at once, and is the client's, less the fee, from its release date on."""
    desk.client("SLOW", more="hold_days = { check = 5 }")
    desk.place("K-1", "SLOW", "5000.00")
    row = {"account": "6222000011112222", "date": "2025-01-10", "amount": "1000.00", "reference": "K-1"}
    desk.file("statement", [{**row, "method": "check"}], "2025-01-31")
    desk.run("reconcile", "--date", "2025-01-14")
    assert dispositions(desk) == ["posted"]
    assert desk.case("K-1")["outstanding"]["principal"] == "4000.00"
    assert (desk.payable("SLOW"), desk.balance("Liabilities:Trust:ClientHeld:SLOW")) == ("0.00", "-1000.00")
    desk.run("reconcile", "--date", "2025-01-15")
    assert (desk.payable("SLOW", "2025-01-14"), desk.payable("SLOW", "2025-01-15")) == ("0.00", "788.00")


def test_a_forwarders_money_is_never_on_hold(desk: Desk) -> None:
    """Whatever its method, a forwarder's receipt is good at once (DOMAIN §3)."""
    desk.client("SLOW", more="hold_days = { check = 5 }")
    desk.place("K-1", "SLOW", "5000.00")
    desk.post("forwarder_receipt", "2025-01-10", case="K-1", amount="100.00", forwarder="LAW1", method="check")
    desk.post("receipt", "2025-01-10", case="K-1", amount="100.00", method="check")
    assert desk.payable("SLOW") == "78.80"


def test_a_charge_is_booked_on_the_banks_day(desk: Desk) -> None:
    """An open line that a person explains is booked on its own day; the fees that pay for it were short since then."""
    desk.bank(("2025-01-10", "-30.00", "", "charge"))
    assert dispositions(desk) == ["open"]
    desk.run("resolve", "1", "--event", "bank_charge", "--date", "2025-01-20")
    assert desk.balance("Expenses:BankCharges", "2025-01-10") == "30.00"
    assert desk.workspace.json("three-way", "--at", "2025-01-15")["banks"][0]["reconciling"] == []
    desk.run("reconcile", "--date", "2025-01-20")
    assert desk.balance(OPS, "2025-01-10") == "99970.00"


# --- refund --------------------------------------------------------------------------------------


def test_refunded_money_waits_for_nobody(desk: Desk) -> None:
    """A line whose money went back in full leaves the worklist, by either command; a part of it does not."""
    desk.place("K-1", "GROSS", "1000.00")
    desk.bank(("2025-01-10", "900.00"), ("2025-01-10", "50.00", "", "other"))
    desk.run("refund", "--of", "1", "--amount", "400.00", "--date", "2025-01-12")
    assert dispositions(desk) == ["unidentified", "unidentified"]
    desk.run("refund", "--of", "1", "--date", "2025-01-12")
    desk.run("resolve", "2", "--refund", "--date", "2025-01-12")
    assert dispositions(desk) == ["posted", "posted"]
    assert desk.workspace.json("worklist")["lines"] == []
    assert desk.balance(UNIDENTIFIED) == "0.00"


def test_no_refund_before_its_money(desk: Desk) -> None:
    """An overpayment is refunded from the day it came, and never beyond what there is."""
    desk.place("K-1", "GROSS", "500.00")
    desk.bank(("2025-01-10", "600.00", "K-1"))
    assert "REFUND_BEYOND" in desk.run("refund", "K-1", "--date", "2025-01-09", status=1)
    assert "REFUND_BEYOND" in desk.run("refund", "K-1", "--amount", "100.01", "--date", "2025-01-10", status=1)
    desk.run("refund", "K-1", "--amount", "60.00", "--date", "2025-01-10")
    desk.run("refund", "K-1", "--date", "2025-01-10")
    assert desk.balance(REFUND) == "0.00"


# --- undo ----------------------------------------------------------------------------------------


def test_undone_money_of_a_line_is_unknown_again(desk: Desk) -> None:
    """A receipt given to the wrong case goes back to Unidentified, and from there to the right one."""
    for case in ("K-1", "K-2"):
        desk.place(case, "NET", "5000.00")
    desk.bank(("2025-01-10", "1000.00", "K-1"))
    (wrong,) = entries_of(desk, 1)
    desk.run("undo", str(wrong), "--date", "2025-01-15")
    assert (desk.balance(UNIDENTIFIED), desk.payable("NET"), dispositions(desk)) == (
        "-1000.00",
        "0.00",
        ["unidentified"],
    )
    desk.run("reconcile", "--date", "2025-01-16")
    assert dispositions(desk) == ["unidentified"]
    desk.run("resolve", "1", "--case", "K-2", "--date", "2025-01-16")
    assert desk.case("K-2")["outstanding"]["principal"] == "4000.00"
    statement = desk.workspace.json("statement", "NET", "--period", "2025-01")
    assert (statement["collected_paa"], statement["returned"]) == ("1000.00", "0.00")


def test_what_was_matched_to_a_line_is_undone_with_it(desk: Desk) -> None:
    """A receipt by event whose line came later: undone, the line's money is unknown and the entry claims nothing."""
    desk.place("K-1", "NET", "5000.00")
    entry = desk.post("receipt", "2025-01-10", case="K-1", amount="1000.00")
    desk.bank(("2025-01-10", "1000.00"))
    assert dispositions(desk) == ["matched"]
    desk.run("undo", str(entry), "--date", "2025-01-15")
    assert (desk.balance(UNIDENTIFIED), dispositions(desk)) == ("-1000.00", ["unidentified"])


def test_an_operating_line_goes_back_to_suspense(desk: Desk) -> None:
    """A cost that was matched to its line and is undone: the bank did pay, so the money is in Suspense."""
    desk.place("K-1", "NET", "5000.00")
    entry = desk.post("cost_advanced", "2025-01-10", case="K-1", amount="80.00")
    desk.bank(("2025-01-10", "-80.00", "", "court"), bank="OPS")
    desk.run("undo", str(entry), "--date", "2025-01-15")
    assert (desk.balance(SUSPENSE), desk.balance(OPS)) == ("80.00", "99920.00")
    statement = desk.workspace.json("statement", "NET", "--period", "2025-01")
    assert statement["costs_recovered"] == "0.00"


def test_what_the_bank_paid_is_not_undone(desk: Desk) -> None:
    """A refund that is on the statement went out; a charge on trust too."""
    desk.place("K-1", "NET", "500.00")
    desk.bank(("2025-01-10", "600.00", "K-1"))
    (refund,) = desk.workspace.json("refund", "K-1", "--date", "2025-01-12")["entries"]
    desk.bank(("2025-01-12", "-100.00"), ("2025-01-13", "-9.00", "", "charge"))
    desk.run("resolve", "3", "--event", "bank_charge", "--date", "2025-01-14")
    for entry in (refund, *entries_of(desk, 3)):
        assert "ENTRY_UNKNOWN" in desk.run("undo", str(entry), "--date", "2025-01-15", status=1)


def test_nothing_is_undone_that_was_built_upon(desk: Desk) -> None:
    """A cost that was repaid, a placement that was collected, an overpayment that was refunded stay."""
    desk.place("K-1", "NET", "500.00")
    cost = desk.post("cost_advanced", "2025-01-05", case="K-1", amount="30.00")
    desk.bank(("2025-01-10", "600.00", "K-1"))
    (placement, *_), (receipt,) = [h["entry"] for h in desk.case("K-1")["history"]], entries_of(desk, 1)
    for entry in (cost, placement):
        assert "BEYOND_OUTSTANDING" in desk.run("undo", str(entry), "--date", "2025-01-15", status=1)
    desk.run("refund", "K-1", "--date", "2025-01-12")
    assert "ENTRY_UNKNOWN" in desk.run("undo", str(receipt), "--date", "2025-01-15", status=1)


@pytest.mark.parametrize("event", ["settlement", "write_off", "recall"])
def test_a_waiver_is_undone_once(desk: Desk, event: str) -> None:
    """What was taken off comes back to its buckets; a second time there is nothing to undo, nor before its day."""
    desk.place("K-1", "NET", "500.00", interest="20.00")
    entry = str(desk.post(event, "2025-01-10", case="K-1"))
    assert "DATE_FUTURE" in desk.run("undo", entry, "--date", "2025-01-09", status=1)
    desk.run("undo", entry, "--date", "2025-01-15")
    found = desk.case("K-1")
    assert (found["outstanding"]["principal"], found["outstanding"]["interest"]) == ("500.00", "20.00")
    assert found["status"] == "active"
    assert "ENTRY_UNKNOWN" in desk.run("undo", entry, "--date", "2025-01-15", status=1)


def test_runs_are_never_undone(desk: Desk) -> None:
    """Offsets, remittances, sweeps and documents are corrected by what comes after them."""
    desk.place("K-1", "NET", "5000.00")
    desk.bank(("2025-01-10", "1000.00", "K-1"))
    desk.post("direct_payment", "2025-01-10", case="K-1", amount="100.00")
    before = desk.workspace.json("verify")["entries"]
    desk.remit("2025-01-31")
    made = range(before + 1, desk.workspace.json("verify")["entries"] + 1)
    assert len(made) == 5  # the offset, the remittance, the fee document, the mark of the run, the sweep
    for entry in made:
        assert "ENTRY_UNKNOWN" in desk.run("undo", str(entry), "--date", "2025-02-01", status=1)


def test_by_hand_amounts_are_as_positive_as_in_a_file(desk: Desk) -> None:
    """Neither an amount nor what a forwarder kept can be negative (DOMAIN §4, "Money")."""
    desk.place("K-1", "NET", "500.00")
    for columns in ({"amount": "-5.00"}, {"amount": "0.00"}, {"amount": "5.00", "kept": "-1.00"}):
        said = desk.post("forwarder_receipt", "2025-01-10", case="K-1", forwarder="LAW1", status=1, **columns)
        assert "AMOUNT_SIGN" in said
