"""Part of a split comes back: the whole is undone, and the rest posted again in the same transaction (DOMAIN §4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.desk import Desk


def split(desk: Desk, *, method: str = "") -> None:
    """2,000.00 of one unknown line, given to two cases: 1,200.00 and 800.00."""
    desk.place("K-1", "NET", "5000.00", court_costs="100.00")
    desk.place("K-2", "NET", "5000.00")
    desk.post("cost_advanced", "2025-01-05", case="K-1", amount="70.00", bank="OPS")
    row = {"account": "6222000011112222", "date": "2025-01-10", "amount": "2000.00", "memo": "who", "method": method}
    desk.file("statement", [row], "2025-01-10")
    desk.run("reconcile", "--date", "2025-01-10")
    desk.run("resolve", "1", "--case", "K-1=1200.00", "--case", "K-2=800.00", "--date", "2025-01-11")


def test_part_of_what_was_unknown_first(desk: Desk) -> None:
    """The part is gone, the other stands as it did, and nothing is left of the booking as unknown money."""
    split(desk)
    before = desk.payable("NET")
    desk.bank(("2025-01-20", "-800.00", "K-2"))
    assert [line["disposition"] for line in desk.lines()] == ["posted", "posted"]
    assert desk.balance("Liabilities:Trust:Unidentified") == "0.00"
    assert desk.balance("Assets:Trust:Bank:TRUST") == "1200.00"
    assert (before, desk.payable("NET")) == ("1542.04", "911.64")
    assert desk.balance("Assets:Operating:CostsAdvanced:NET") == "0.00"


def test_part_of_what_is_on_hold(desk: Desk) -> None:
    """What the other part on hold was to repay of an advance, it is to repay again."""
    path = desk.workspace.folder / "clients/NET.toml"
    path.write_text(path.read_text().replace('vat = "excl', 'hold_days = { check = 30 }\nvat = "excl'))
    split(desk, method="check")
    desk.bank(("2025-01-20", "-800.00", "K-2"))
    assert desk.balance("Liabilities:Trust:ClientHeld:NET") == "-1200.00"
    desk.run("reconcile", "--date", "2025-02-28")
    assert desk.balance("Liabilities:Trust:ClientHeld:NET") == "0.00"
    assert desk.balance("Assets:Operating:CostsAdvanced:NET") == "0.00"
    assert desk.payable("NET") == "911.64"


def test_part_of_what_was_given_away_in_part(desk: Desk) -> None:
    """What nobody had been given is unknown again: the bank's book equals the bank."""
    desk.place("K-1", "NET", "5000.00")
    desk.place("K-2", "NET", "5000.00")
    row = {"account": "6222000011112222", "date": "2025-01-10", "amount": "2000.00", "memo": "who"}
    desk.file("statement", [row], "2025-01-10")
    desk.run("reconcile", "--date", "2025-01-10")
    desk.run("resolve", "1", "--case", "K-1=1200.00", "--case", "K-2=300.00", "--date", "2025-01-11")
    desk.bank(("2025-01-20", "-300.00", "K-2"))
    assert [line["disposition"] for line in desk.lines()] == ["unidentified", "posted"]
    assert desk.balance("Liabilities:Trust:Unidentified") == "-500.00"
    assert desk.balance("Assets:Trust:Bank:TRUST") == "1700.00"
    desk.run("resolve", "1", "--case", "K-2=500.00", "--date", "2025-01-21")
    assert [line["disposition"] for line in desk.lines()] == ["posted", "posted"]
    desk.run("publish")
    desk.run("verify", "--date", "2025-01-21")


def test_part_whose_rest_cannot_be_posted_again(desk: Desk) -> None:
    """The other part was beyond what a case owed that was recalled since: a refusal, which leaves nothing."""
    desk.place("K-1", "NET", "5000.00")
    desk.place("K-2", "NET", "100.00")
    desk.post("direct_payment", "2025-01-09", case="K-2", amount="100.00")
    row = {"account": "6222000011112222", "date": "2025-01-10", "amount": "2000.00", "memo": "who"}
    desk.file("statement", [row], "2025-01-10")
    desk.run("reconcile", "--date", "2025-01-10")
    desk.run("resolve", "1", "--case", "K-1=1200.00", "--case", "K-2=800.00", "--date", "2025-01-11")
    desk.post("placement_adjustment", "2025-01-12", case="K-2", amount="50.00", bucket="principal")
    desk.post("recall", "2025-01-12", case="K-2")
    before = desk.workspace.json("verify")["head"]
    told = desk.post("returned_payment", "2025-01-20", case="K-1", amount="1200.00", status=1)
    assert "CASE_FINISHED" in told
    assert desk.workspace.json("verify")["head"] == before
    rows = [
        {"event": "returned_payment", "date": "2025-01-20", "case": "K-1", "amount": "1200.00"},
        {"event": "direct_payment", "date": "2025-01-20", "case": "K-1", "amount": "3.00"},
    ]
    path = desk.workspace.write(
        "in/both.csv", "event,date,case,amount\n" + "".join(f"{','.join(row.values())}\n" for row in rows)
    )
    desk.run("import", str(path), "--keep-good", "--date", "2025-01-20", status=1)
    assert [entry["event"] for entry in desk.case("K-1")["history"]] == ["placement", "identified", "direct_payment"]
    desk.bank(("2025-01-21", "-1200.00", "K-1"))
    assert [line["disposition"] for line in desk.lines()] == ["posted", "open"]


def test_a_forwarders_money_comes_back_net(desk: Desk) -> None:
    """The bank takes back what had come, less what the forwarder kept; a line over the gross amount is none of it."""
    desk.place("K-1", "NET", "5000.00")
    desk.post(
        "forwarder_receipt", "2025-01-10", case="K-1", amount="1000.00", kept="50.00", forwarder="LAW", bank="TRUST"
    )
    desk.bank(("2025-01-20", "-1000.00", "K-1"))
    assert desk.balance("Assets:Trust:Bank:TRUST") == "950.00"
    desk.bank(("2025-01-21", "-950.00", "K-1"))
    assert desk.balance("Assets:Trust:Bank:TRUST") == "0.00"
    assert [line["disposition"] for line in desk.lines()] == ["open", "posted"]


def test_what_came_back_before_it_was_identified(desk: Desk) -> None:
    """It is undone when it is there to be undone: nothing is short in between, and nobody is owed what never came."""
    desk.place("K-1", "NET", "300.00")
    row = {"account": "6222000011112222", "date": "2025-01-10", "amount": "500.00", "memo": "who"}
    desk.file("statement", [row], "2025-01-10")
    desk.run("reconcile", "--date", "2025-01-10")
    desk.run("resolve", "1", "--case", "K-1", "--date", "2025-01-20")
    desk.bank(("2025-01-15", "-500.00", "K-1"))
    desk.run("reconcile", "--date", "2025-01-21")
    trace = desk.workspace.json("case", "K-1")["history"]
    assert [(entry["date"], entry["event"]) for entry in trace][-1] == ("2025-01-20", "returned_payment")
    for account in ("Bank:TRUST", "InTransit:TRUST"):
        assert desk.balance(f"Assets:Trust:{account}") == "0.00"
    assert desk.balance("Liabilities:Trust:DebtorRefund") == "0.00"
    assert desk.balance("Expenses:RefundsIrrecoverable") == "0.00"
    assert desk.payable("NET") == "0.00"
    desk.run("publish", "--date", "2025-01-21")
    desk.run("check", "--date", "2025-01-21")
    desk.run("verify", "--date", "2025-01-21")
