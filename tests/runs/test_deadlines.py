"""Deadlines of places, with days worked out by hand: alerts, never errors (DOMAIN §6 invariant 16, §7).

At 20 % and 6 % VAT a receipt of 1000.00 leaves NET 788.00, and GROSS all of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.desk import Desk

PLACES = """
[hold_days]
check = 5

[[bank]]
id = "PAYCO"
fund = "trust"
currency = "CNY"
account = "payco-1"
kind = "processor"

[[place]]
place = "IL"
effective = 2025-01-01
remit_within_days = 60
refund_minimum = "1.00"
refund_within_days = 60

[[place]]
place = "IL"
effective = 2025-06-01
remit_within_days = 30

[[place]]
place = "WA"
effective = 2025-01-01
remit_after_month_end_days = 30
remit_minimum = "10.00"
deposit_days = 10
"""


@pytest.fixture
def placed(desk: Desk) -> Desk:
    """NET's place is IL, GROSS's is WA, COMBI has none; each has a case of 5000.00, and NET a second one."""
    path = desk.workspace.folder / "agency.toml"
    path.write_text(path.read_text() + PLACES)
    for client, place in (("NET", "IL"), ("GROSS", "WA")):
        path = desk.workspace.folder / f"clients/{client}.toml"
        path.write_text(path.read_text().replace('currency = "CNY"', f'currency = "CNY"\nplace = "{place}"'))
    for case, client in (("N-1", "NET"), ("N-2", "NET"), ("G-1", "GROSS"), ("C-1", "COMBI")):
        desk.place(case, client, "5000.00")
    return desk


def alerts(desk: Desk, at: str) -> list[dict[str, Any]]:
    """What `check` says is late at the end of a day; it is no error."""
    desk.run("publish")
    found = desk.workspace.json("check", "--date", at)
    assert found["ok"]
    told: list[dict[str, Any]] = found["alerts"]
    return told


def late(desk: Desk, at: str) -> list[tuple[str, str, str, str]]:
    """Whose, amount, since and due of each alert."""
    return [
        (alert.get("client") or alert.get("case") or alert["bank"], alert["amount"], alert["since"], alert["due"])
        for alert in alerts(desk, at)
    ]


def receipt(desk: Desk, day: str, case: str, amount: str, **more: str) -> int:
    """A payment of a debtor's."""
    entry: int = desk.post("receipt", day, case=case, amount=amount, **more)
    return entry


# --- remittances ---------------------------------------------------------------------------------


def test_a_receipt_is_late_after_sixty_days(placed: Desk) -> None:
    """10 January and 60 days is 11 March: on that day it is in time, on the next it is late."""
    entry = receipt(placed, "2025-01-10", "N-1", "1000.00")
    assert late(placed, "2025-03-11") == []
    assert alerts(placed, "2025-03-12") == [
        {
            "kind": "remittance_late",
            "client": "NET",
            "place": "IL",
            "amount": "788.00",
            "currency": "CNY",
            "since": "2025-01-10",
            "due": "2025-03-11",
            "entries": [entry],
            "message": "788.00 CNY of NET is not remitted: it came on 2025-01-10 and was due in IL by 2025-03-11",
        }
    ]


def test_thirty_days_after_the_month_end(placed: Desk) -> None:
    """Of 1 and of 31 January alike: 31 January and 30 days is 2 March; of 1 February it is 30 March."""
    receipt(placed, "2025-01-01", "G-1", "100.00")
    receipt(placed, "2025-01-31", "G-1", "200.00")
    receipt(placed, "2025-02-01", "G-1", "400.00")
    assert late(placed, "2025-03-02") == []
    assert late(placed, "2025-03-03") == [("GROSS", "300.00", "2025-01-01", "2025-03-02")]
    assert late(placed, "2025-03-30") == [("GROSS", "300.00", "2025-01-01", "2025-03-02")]
    assert late(placed, "2025-03-31") == [("GROSS", "700.00", "2025-01-01", "2025-03-02")]


def test_a_remittance_takes_the_oldest_first(placed: Desk) -> None:
    """The run through January pays the receipt of 10 January; that of 10 February is due on 11 April."""
    receipt(placed, "2025-01-10", "N-1", "1000.00")
    second = receipt(placed, "2025-02-10", "N-2", "500.00")
    placed.remit("2025-01-31", "--date", "2025-02-01")
    assert late(placed, "2025-04-11") == []
    assert late(placed, "2025-04-12") == [("NET", "394.00", "2025-02-10", "2025-04-11")]
    assert alerts(placed, "2025-04-12")[0]["entries"] == [second]


def test_as_of_a_day_before_the_remittance(placed: Desk) -> None:
    """What was paid on 1 April was late on 31 March, and still is told as of then."""
    receipt(placed, "2025-01-10", "N-1", "1000.00")
    placed.remit("2025-03-31", "--date", "2025-04-01")
    assert late(placed, "2025-03-31") == [("NET", "788.00", "2025-01-10", "2025-03-11")]
    assert late(placed, "2025-04-01") == []


def test_an_offset_is_as_good_as_a_remittance(placed: Desk) -> None:
    """NET owes 212.00 on a direct payment: offset against 788.00, and the rest is remitted."""
    receipt(placed, "2025-01-10", "N-1", "1000.00")
    placed.post("direct_payment", "2025-01-20", case="N-2", amount="1000.00")
    placed.remit("2025-01-31")
    assert late(placed, "2025-12-31") == []


def test_money_on_hold_counts_from_its_release(placed: Desk) -> None:
    """A cheque of 10 January is good on the 15th; 60 days from then is 16 March.  Before, it has no day."""
    receipt(placed, "2025-01-10", "N-1", "1000.00", method="check")
    assert late(placed, "2025-01-14") == []
    placed.run("reconcile", "--date", "2025-01-15")
    assert late(placed, "2025-03-16") == []
    assert late(placed, "2025-03-17") == [("NET", "788.00", "2025-01-15", "2025-03-16")]


def test_less_than_the_minimum_may_wait(placed: Desk) -> None:
    """9.99 of January may wait in WA; with 0.01 of February it is 10.00, and January's part has been late since."""
    receipt(placed, "2025-01-10", "G-1", "9.99")
    assert late(placed, "2025-03-03") == []
    receipt(placed, "2025-02-20", "G-1", "0.01")
    assert late(placed, "2025-03-03") == [("GROSS", "9.99", "2025-01-10", "2025-03-02")]
    assert late(placed, "2025-03-31") == [("GROSS", "10.00", "2025-01-10", "2025-03-02")]


def test_the_place_of_the_case_is_before_that_of_the_client(placed: Desk) -> None:
    """NET is in IL; a case placed in WA moves to IL on 1 February, and each payment is under the place of its day."""
    placed.place("N-3", "NET", "5000.00", place="WA")
    placed.post("case_change", "2025-02-01", case="N-3", place="IL")
    receipt(placed, "2025-01-20", "N-3", "1000.00")
    receipt(placed, "2025-02-10", "N-3", "500.00")
    assert late(placed, "2025-03-03") == [("NET", "788.00", "2025-01-20", "2025-03-02")]
    assert [alert["place"] for alert in alerts(placed, "2025-04-12")] == ["WA", "IL"]
    assert late(placed, "2025-04-12")[1] == ("NET", "394.00", "2025-02-10", "2025-04-11")


def test_the_rules_of_the_day_of_the_payment_count(placed: Desk) -> None:
    """From June IL allows 30 days: 31 May and 60 days is 30 July, 1 June and 30 days is 1 July."""
    receipt(placed, "2025-05-31", "N-1", "1000.00")
    receipt(placed, "2025-06-01", "N-2", "500.00")
    assert late(placed, "2025-07-01") == []
    assert late(placed, "2025-07-02") == [("NET", "394.00", "2025-06-01", "2025-07-01")]
    assert late(placed, "2025-07-31") == [("NET", "1182.00", "2025-06-01", "2025-07-01")]


def test_without_a_place_there_is_no_deadline(placed: Desk) -> None:
    """COMBI has none, and a case that names one that has no rules has none either."""
    placed.place("C-2", "COMBI", "5000.00", place="TX")
    receipt(placed, "2025-01-10", "C-1", "1000.00")
    receipt(placed, "2025-01-10", "C-2", "1000.00")
    assert late(placed, "2025-12-31") == []


def test_what_came_back_to_the_debtor_is_not_late(placed: Desk) -> None:
    """The receipt of 20 January bounced: that of the 10th waits by its own day, and no other."""
    receipt(placed, "2025-01-10", "N-1", "1000.00")
    receipt(placed, "2025-01-20", "N-2", "500.00")
    placed.post("returned_payment", "2025-01-25", case="N-2", amount="500.00")
    assert late(placed, "2025-12-31") == [("NET", "788.00", "2025-01-10", "2025-03-11")]


def test_what_was_remitted_and_bounced_leaves_nothing_late(placed: Desk) -> None:
    """Remitted, then returned: operating cures 788.00 the same day, which is no new money of the client's."""
    receipt(placed, "2025-01-10", "N-1", "1000.00")
    placed.remit("2025-01-31")
    placed.bank(("2025-02-05", "-1000.00", "N-1"))
    assert placed.payable("NET") == "0.00"
    assert late(placed, "2025-12-31") == []


def test_a_remittance_that_came_back_counts_from_that_day(placed: Desk) -> None:
    """Paid in time on 31 January, back on 10 February: 60 days from then is 11 April."""
    receipt(placed, "2025-01-10", "N-1", "1000.00")
    placed.remit("2025-01-31")
    paid = _last(placed, "remittance")
    placed.post("payment_back", "2025-02-10", of=str(paid))
    assert late(placed, "2025-04-11") == []
    assert late(placed, "2025-04-12") == [("NET", "788.00", "2025-02-10", "2025-04-11")]


def test_what_is_undone_leaves_the_money_as_old_as_it_is(placed: Desk) -> None:
    """Taken for unclaimed on 1 March by mistake, which is undone on the 20th: late since 11 March, as it was."""
    receipt(placed, "2025-01-10", "N-1", "1000.00")
    unclaimed = placed.post("unclaimed", "2025-03-01", client="NET", from_="ClientPayable", amount="788.00")
    assert late(placed, "2025-03-19") == []
    placed.run("undo", str(unclaimed), "--date", "2025-03-20")
    assert late(placed, "2025-03-19") == []
    assert late(placed, "2025-03-20") == [("NET", "788.00", "2025-01-10", "2025-03-11")]


def test_money_at_two_banks_is_one(placed: Desk) -> None:
    """A transfer between trust banks leaves the client's money as old as it was."""
    receipt(placed, "2025-01-10", "N-1", "1000.00", bank="PAYCO")
    placed.post("trust_transfer", "2025-03-01", client="NET", from_="PAYCO", to="TRUST", amount="788.00")
    assert late(placed, "2025-03-12") == [("NET", "788.00", "2025-01-10", "2025-03-11")]


def test_an_opening_balance_counts_from_the_first_day(placed: Desk) -> None:
    """When it came is not known: 1 January and 60 days is 2 March."""
    path = placed.workspace.folder / "agency.toml"
    opening = '[opening]\n"Assets:Trust:Bank:TRUST" = "50.00"\n"Liabilities:Trust:ClientPayable:NET" = "-50.00"'
    (placed.workspace.folder / "journal.db").unlink()
    path.write_text(path.read_text().replace("[opening]", opening))
    placed.place("N-1", "NET", "5000.00")
    assert late(placed, "2025-03-02") == []
    assert late(placed, "2025-03-03") == [("NET", "50.00", "2025-01-01", "2025-03-02")]


def _last(desk: Desk, event: str) -> int:
    """The latest entry of an event."""
    from ledger_core.journal import read
    from tallystick.actions.session import open_session

    with open_session(desk.workspace.folder).reading() as book:
        ((entry,),) = read.rows(book.connection, "SELECT MAX(id) FROM entry WHERE event = :event", event=event)
    return int(entry)


# --- refunds -------------------------------------------------------------------------------------


def test_an_overpayment_is_late_after_sixty_days(placed: Desk) -> None:
    """5001.00 on 5000.00: 1.00 is due back from 10 January by 11 March, and refunded it is late no more."""
    entry = receipt(placed, "2025-01-10", "N-1", "5001.00")
    placed.remit("2025-01-31")
    assert late(placed, "2025-03-11") == []
    (alert,) = alerts(placed, "2025-03-12")
    assert (alert["kind"], alert["case"], alert["amount"], alert["entries"]) == ("refund_late", "N-1", "1.00", [entry])
    assert alert["message"].startswith("1.00 CNY overpaid on case N-1 is not refunded: it came on 2025-01-10")
    placed.run("refund", "N-1", "--date", "2025-03-13")
    assert late(placed, "2025-03-13") == []


def test_a_small_overpayment_has_no_deadline(placed: Desk) -> None:
    """0.99 is below IL's 1.00; a case's credits are one, those of two cases are not."""
    receipt(placed, "2025-01-10", "N-1", "5000.99")
    receipt(placed, "2025-01-11", "N-2", "5000.50")
    placed.remit("2025-01-31")
    assert late(placed, "2025-12-31") == []
    receipt(placed, "2025-01-20", "N-2", "0.50")
    assert late(placed, "2025-12-31") == [("N-2", "1.00", "2025-01-11", "2025-03-12")]


def test_an_overpayment_on_hold_counts_from_its_release(placed: Desk) -> None:
    """Before the 15th it could not be refunded; 60 days from then is 16 March."""
    receipt(placed, "2025-01-10", "N-1", "5002.00", method="check")
    placed.run("reconcile", "--date", "2025-01-15")
    placed.remit("2025-01-31")
    assert late(placed, "2025-03-16") == []
    assert late(placed, "2025-03-17") == [("N-1", "2.00", "2025-01-15", "2025-03-16")]


# --- deposits ------------------------------------------------------------------------------------


def test_money_in_transit_is_late_after_ten_days(placed: Desk) -> None:
    """Taken by the processor on 10 January it is at a bank by the 20th; a payout takes the oldest first."""
    receipt(placed, "2025-01-10", "G-1", "1000.00", bank="PAYCO")
    second = receipt(placed, "2025-01-15", "G-1", "300.00", bank="PAYCO")
    assert late(placed, "2025-01-20") == []
    (alert,) = alerts(placed, "2025-01-21")
    assert (alert["kind"], alert["bank"], alert["amount"]) == ("deposit_late", "PAYCO", "1000.00")
    assert alert["message"].startswith("1000.00 CNY is still in transit at PAYCO: it came on 2025-01-10")
    placed.post("trust_transfer", "2025-01-22", client="GROSS", from_="PAYCO", to="TRUST", amount="1100.00")
    assert late(placed, "2025-01-25") == []
    assert late(placed, "2025-01-26") == [("PAYCO", "200.00", "2025-01-15", "2025-01-25")]
    assert alerts(placed, "2025-01-26")[0]["entries"] == [second]


def test_a_bank_is_no_transit(placed: Desk) -> None:
    """Money at a trust bank is deposited; and IL has no rule for deposits."""
    receipt(placed, "2025-01-10", "G-1", "1000.00")
    receipt(placed, "2025-01-10", "N-1", "1000.00", bank="PAYCO")
    assert late(placed, "2025-01-31") == []


def test_unknown_money_in_transit_is_of_the_case_that_it_was_given_to(placed: Desk) -> None:
    """Nobody's place is known while it is unidentified; once it is G-1's, it counts from the bank's day."""
    path = placed.workspace.write(
        "in/payco.csv", "account,date,amount,currency,reference\npayco-1,2025-01-10,700.00,CNY,nothing known\n"
    )
    placed.run("import", str(path), "--date", "2025-01-10")
    placed.run("reconcile", "--date", "2025-01-10")
    assert late(placed, "2025-01-21") == []
    (line,) = placed.lines()
    placed.run("resolve", str(line["line"]), "--case", "G-1", "--date", "2025-01-21")
    assert late(placed, "2025-01-21") == [("PAYCO", "700.00", "2025-01-10", "2025-01-20")]


# --- where they are shown ------------------------------------------------------------------------


def test_alerts_are_shown_and_no_error(placed: Desk) -> None:
    """`check` and the day sheet tell them on standard output, and exit 0."""
    receipt(placed, "2025-01-10", "N-1", "1000.00")
    told = "alert: 788.00 CNY of NET is not remitted: it came on 2025-01-10 and was due in IL by 2025-03-11"
    assert told in placed.run("daily", "--date", "2025-03-12").splitlines()
    assert told in placed.run("check", "--date", "2025-03-12").splitlines()
    sheet = placed.workspace.json("daily", "--date", "2025-03-12")
    assert [alert["kind"] for alert in sheet["alerts"]] == ["remittance_late"]
    assert placed.workspace.json("daily", "--date", "2025-03-11")["alerts"] == []


def test_without_places_nothing_is_late(desk: Desk) -> None:
    """An agency that names no place has no deadlines."""
    desk.place("N-1", "NET", "5000.00")
    receipt(desk, "2025-01-10", "N-1", "1000.00")
    assert late(desk, "2025-12-31") == []
