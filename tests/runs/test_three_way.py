"""Three-way reconciliation: bank = book = what is owed, and what lies between, item by item (DOMAIN §6, 2)."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from tests.raw import raw_session

if TYPE_CHECKING:
    from tests.desk import Desk


def cents(text: str) -> int:
    """An amount in cents."""
    return int(text.replace(".", ""))


def three_way(desk: Desk, at: str) -> dict[str, Any]:
    """The reconciliation at the end of a day, after its own arithmetic was checked."""
    found: dict[str, Any] = desk.workspace.json("three-way", "--at", at)
    (bank,) = found["banks"]
    between = sum(cents(item["amount"]) for item in bank["reconciling"])
    if bank["statement"] is not None:
        assert cents(bank["book"]) + between == cents(bank["statement"])
    assert cents(bank["book"]) == sum(map(cents, found["owed"].values())) == cents(found["sub_ledger"])
    assert found["difference"] == "0.00"
    return found


def items(desk: Desk, at: str) -> list[tuple[str, str, str]]:
    """What lies between book and statement: kind, amount, and whether it is an entry or a line."""
    (bank,) = three_way(desk, at)["banks"]
    return [(item["kind"], item["amount"], "entry" if "entry" in item else "line") for item in bank["reconciling"]]


def test_without_a_statement_there_is_only_the_book(desk: Desk) -> None:
    """Where no file tells, the statement is null and the book is held against what is owed alone."""
    desk.place("K-1", "NET", "5000.00")
    desk.post("receipt", "2025-01-10", case="K-1", amount="1000.00")
    (bank,) = three_way(desk, "2025-01-31")["banks"]
    assert (bank["statement"], bank["book"], bank["reconciling"]) == (None, "1000.00", [])


def test_nothing_between(desk: Desk) -> None:
    """When every movement has its line, book and statement are one figure."""
    desk.place("K-1", "NET", "5000.00")
    desk.bank(("2025-01-10", "1000.00", "K-1"), ("2025-01-12", "450.00", "", "who is it"))
    found = three_way(desk, "2025-01-31")
    assert found["banks"][0]["statement"] == "1450.00"
    assert items(desk, "2025-01-31") == []
    assert found["owed"] == {
        "Liabilities:Trust:ClientPayable:NET": "788.00",
        "Liabilities:Trust:Unidentified": "450.00",
        "Liabilities:Trust:UndrawnFees": "212.00",
    }


def test_an_outstanding_remittance(desk: Desk) -> None:
    """What we paid and the bank does not show yet is an item of its own, until its line comes."""
    desk.place("K-1", "NET", "5000.00")
    desk.bank(("2025-01-10", "1000.00", "K-1"))
    desk.remit("2025-01-31")
    assert items(desk, "2025-01-30") == []
    assert items(desk, "2025-01-31") == [("remittance", "788.00", "entry"), ("sweep", "212.00", "entry")]
    desk.bank(("2025-02-03", "-788.00"))
    assert items(desk, "2025-02-03") == [("sweep", "212.00", "entry")]


def test_a_line_of_a_later_day(desk: Desk) -> None:
    """Between the day of an entry and that of its line the entry is a reconciling item, also when asked afterwards."""
    desk.place("K-1", "NET", "5000.00")
    desk.bank(("2025-01-10", "1000.00", "K-1"))
    desk.remit("2025-01-31", "--client", "NET")
    desk.bank(("2025-02-03", "-788.00"))
    for at in ("2025-01-31", "2025-02-02"):
        assert items(desk, at) == [("remittance", "788.00", "entry")]
    assert items(desk, "2025-02-03") == []


def test_a_line_before_its_entry(desk: Desk) -> None:
    """A refund that the bank paid before it was booked is an open line until the day of its entry."""
    desk.place("K-1", "NET", "500.00")
    desk.bank(("2025-01-10", "600.00", "K-1"), ("2025-01-20", "-100.00", "", "back"))
    assert items(desk, "2025-01-20") == [("open_line", "-100.00", "line")]
    entry = desk.workspace.json("refund", "K-1", "--date", "2025-01-25")["entries"][0]
    desk.run("resolve", "2", "--entry", str(entry), "--date", "2025-01-25")
    assert items(desk, "2025-01-24") == [("open_line", "-100.00", "line")]
    assert items(desk, "2025-01-25") == []


def test_an_open_and_an_excluded_line(desk: Desk) -> None:
    """An outgoing line that nothing explains is listed, and goes on being listed when it is set aside."""
    desk.place("K-1", "NET", "5000.00")
    desk.bank(
        ("2025-01-10", "1000.00", "K-1"), ("2025-01-15", "-33.00", "", "what"), ("2025-01-15", "-7.00", "", "why")
    )
    assert items(desk, "2025-01-14") == []
    assert items(desk, "2025-01-15") == [("open_line", "-33.00", "line"), ("open_line", "-7.00", "line")]
    desk.run("exclude", "2", "--reason", "the bank's own mistake", "--date", "2025-01-16")
    assert items(desk, "2025-01-16") == [("excluded_line", "-33.00", "line"), ("open_line", "-7.00", "line")]


def test_a_line_not_yet_reconciled(desk: Desk) -> None:
    """A line that was imported only is an item too: three-way needs no reconciliation first."""
    desk.place("K-1", "NET", "5000.00")
    desk.file("statement", [{"account": "6222000011112222", "date": "2025-01-10", "amount": "5.00"}], "2025-01-10")
    assert items(desk, "2025-01-10") == [("open_line", "5.00", "line")]
    desk.run("reconcile", "--date", "2025-01-10")
    assert items(desk, "2025-01-10") == []


def test_balances_of_the_bank_itself(desk: Desk) -> None:
    """Where the file has running balances, the newest closing balance and the lines since are the statement."""
    desk.place("K-1", "NET", "5000.00")
    row = {"account": "6222000011112222", "reference": "K-1"}
    first = {**row, "date": "2025-01-10", "amount": "1000.00", "balance": "1000.00"}
    desk.file("statement", [first], "2025-01-31")
    desk.file("statement", [{**row, "date": "2025-01-20", "amount": "10.00"}], "2025-01-31")
    desk.run("reconcile", "--date", "2025-01-31")
    figures = [three_way(desk, f"2025-01-{day}")["banks"][0]["statement"] for day in ("09", "10", "19", "20")]
    assert figures == ["0.00", "1000.00", "1000.00", "1010.00"]


def test_every_kind_of_entry_is_owed_to_someone(desk: Desk) -> None:
    """Book, owed and sub-ledger agree at the end of every day through all that this release posts on trust."""
    for case, client in (("K-1", "NET"), ("K-2", "GROSS"), ("K-3", "COMBI")):
        desk.place(case, client, "1000.00", interest="50.00")
        desk.post("cost_advanced", "2025-01-03", case=case, amount="30.00")
    desk.bank(("2025-01-10", "400.00", "K-1"), ("2025-01-11", "1200.00", "K-2"), ("2025-01-12", "77.00"))
    desk.post("forwarder_receipt", "2025-01-13", case="K-3", amount="500.00", kept="200.00", forwarder="LAW1")
    desk.post("direct_payment", "2025-01-13", case="K-3", amount="100.00")
    desk.post("bank_charge", "2025-01-14", amount="300.00", bank="TRUST")
    desk.run("resolve", "3", "--case", "K-1=50.00", "--date", "2025-01-15")
    desk.run("refund", "K-2", "--amount", "20.00", "--date", "2025-01-16")
    desk.run("refund", "--of", "3", "--amount", "7.00", "--date", "2025-01-16")
    desk.run("reconcile", "--date", "2025-01-17")
    desk.remit("2025-01-20")
    desk.bank(("2025-01-22", "-400.00", "K-1"), ("2025-01-23", "-1200.00", "K-2"))
    desk.remit("2025-01-31")
    for day in range(1, 32):
        three_way(desk, f"2025-01-{day:02d}")


def test_the_undoing_of_a_trust_charge(desk: Desk) -> None:
    """A charge on trust is the agency's money, and so is its correction: the clients' side stays as it was."""
    desk.place("K-1", "NET", "5000.00")
    desk.bank(("2025-01-10", "1000.00", "K-1"))
    entry = desk.post("bank_charge", "2025-01-14", amount="30.00", bank="TRUST")
    desk.run("undo", str(entry), "--date", "2025-01-15")
    assert three_way(desk, "2025-01-15")["owed"]["Liabilities:Trust:ClientPayable:NET"] == "788.00"


def test_opening_balances_count_from_the_first_day(desk: Desk) -> None:
    """What [opening] brought is owed from first_day on; the day before nothing is."""
    path = desk.workspace.folder / "agency.toml"
    opening = '"Assets:Trust:Bank:TRUST" = "500.00"\n"Liabilities:Trust:ClientPayable:NET" = "-500.00"\n'
    path.write_text(path.read_text().replace("[opening]\n", f"[opening]\n{opening}"))
    desk.place("K-1", "NET", "5000.00")
    assert three_way(desk, "2025-01-01")["sub_ledger"] == "500.00"
    assert three_way(desk, "2024-12-31")["sub_ledger"] == "0.00"


# --- the three sides are three -------------------------------------------------------------------


def tamper(desk: Desk, amount: int) -> None:
    """Raise the bank and ClientPayable:NET of one entry from outside, where the entry still balances."""
    with closing(raw_session(desk.workspace)) as database:
        database.drop_guards()
        for account, sign in (("Assets:Trust:Bank:TRUST", 1), ("Liabilities:Trust:ClientPayable:NET", -1)):
            (number,) = database.one("SELECT id FROM account WHERE name = ?", account)
            database.execute(
                "UPDATE posting SET amount = amount + ? WHERE (entry, number) IN "
                "(SELECT entry, number FROM posting WHERE account = ? ORDER BY entry, number LIMIT 1)",
                (sign * amount, number),
            )
            database.execute(
                "UPDATE day_balance SET movement = movement + ? WHERE account = ? AND date = '2025-01-10'",
                (sign * amount, number),
            )


@pytest.mark.parametrize("with_statement", [True, False])
def test_the_sub_ledger_is_told_from_other_legs(desk: Desk, *, with_statement: bool) -> None:
    """Bank and ClientPayable raised alike deceive neither side: what is owed is counted from fees, memo and cures."""
    desk.place("K-1", "NET", "5000.00")
    if with_statement:
        desk.bank(("2025-01-10", "1000.00", "K-1"))
    else:
        desk.post("receipt", "2025-01-10", case="K-1", amount="1000.00")
    assert three_way(desk, "2025-01-31")["difference"] == "0.00"
    tamper(desk, 10_000)
    found = desk.workspace.json("three-way", "--at", "2025-01-31")
    assert found["difference"] == "100.00"
    assert found["sub_ledger"] == "1000.00"
    desk.sound_on = ""


def test_a_bank_not_in_use_yet_says_nothing(desk: Desk) -> None:
    """A bank of agency.toml that neither a statement nor the book tells of is left out, and so is its currency."""
    path = desk.workspace.folder / "agency.toml"
    bank = '\n[[bank]]\nid = "DOLLARS"\nfund = "trust"\ncurrency = "USD"\naccount = "0011"\n'
    path.write_text(path.read_text() + bank)
    desk.place("K-1", "NET", "5000.00")
    desk.bank(("2025-01-10", "1000.00", "K-1"))
    assert [bank["bank"] for bank in three_way(desk, "2025-01-31")["banks"]] == ["TRUST"]
    desk.workspace.write("in/usd.csv", "account,date,amount\n0011,2025-01-20,5.00\n")
    desk.run("import", str(desk.workspace.folder / "in/usd.csv"), "--date", "2025-01-31")
    found = desk.workspace.json("three-way", "--at", "2025-01-31")
    assert [bank["bank"] for bank in found["banks"]] == ["TRUST", "DOLLARS"]
    assert found["difference"] == {"CNY": "0.00", "USD": "0.00"}
    assert "difference 0.00 CNY, 0.00 USD" in desk.run("three-way", "--at", "2025-01-31")
