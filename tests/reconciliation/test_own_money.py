"""Our own money on the statement: which entry of ours a line is (DOMAIN §5, "Our own money")."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.desk import Desk


def last(desk: Desk) -> tuple[str, list[int]]:
    """What became of the newest line, and its entries."""
    found = max(desk.lines(), key=lambda one: one["line"])
    return found["disposition"], found["entries"]


def remitted(desk: Desk, *clients: str, amount: str = "1000.00") -> None:
    """Clients that were remitted the same on 31 January, by one run."""
    for client in clients:
        desk.place(f"K-{client}", client, "9000.00")
        desk.bank(("2025-01-10", amount, f"K-{client}"))
    desk.remit("2025-01-31")


def entry_of(desk: Desk, client: str, event: str) -> int:
    """The client's one entry of an event."""
    lines = desk.workspace.json("statement", client, "--period", "2025-01")["lines"]
    (found,) = [line["entry"] for line in lines if line["event"] == event]
    return int(found)


def test_by_amount_and_day(desk: Desk) -> None:
    """A line of the amount of one open entry, soon after it, is that entry; the entry is then taken."""
    remitted(desk, "NET")
    desk.bank(("2025-02-02", "-788.00"))
    assert last(desk) == ("matched", [entry_of(desk, "NET", "remittance")])
    desk.bank(("2025-02-03", "-788.00", "", "again"))
    assert last(desk) == ("open", [])


@pytest.mark.parametrize(("day", "became"), [("2025-01-30", "open"), ("2025-02-10", "matched"), ("2025-02-11", "open")])
def test_from_its_date_to_ten_days_after(desk: Desk, day: str, became: str) -> None:
    """Not before its date, and not later than ten days after the day on which it was made."""
    remitted(desk, "NET")
    desk.bank((day, "-788.00"))
    assert last(desk)[0] == became


def test_the_ten_days_run_from_when_it_was_made(desk: Desk) -> None:
    """An entry dated back is looked for until ten days after the day of acting."""
    desk.place("K-1", "NET", "9000.00")
    rows = [{"event": "receipt", "date": "2025-01-10", "case": "K-1", "amount": "500.00"}]
    desk.file("events", rows, "2025-01-25")
    desk.bank(("2025-02-04", "500.00"))
    assert last(desk)[0] == "matched"
    desk.file("events", [{**rows[0], "amount": "600.00"}], "2025-01-25")
    desk.bank(("2025-02-05", "600.00"))
    assert last(desk)[0] == "unidentified"


def test_two_that_fit_equally_leave_it_open(desk: Desk) -> None:
    """Two remittances of one amount and day: the line is left open, unbooked, until a person says which."""
    desk.client("TWIN", "net")
    remitted(desk, "NET", "TWIN")
    desk.bank(("2025-02-01", "-788.00"))
    assert last(desk) == ("open", [])
    line = str(max(one["line"] for one in desk.lines()))
    entry = entry_of(desk, "TWIN", "remittance")
    desk.run("resolve", line, "--entry", str(entry), "--date", "2025-02-01")
    assert last(desk) == ("matched", [entry])
    desk.bank(("2025-02-02", "-788.00", "", "the other"))
    assert last(desk) == ("matched", [entry_of(desk, "NET", "remittance")])


def test_an_incoming_tie_is_left_open_too(desk: Desk) -> None:
    """Two receipts by event of one amount: the line is none that is unknown, so it is not booked again."""
    for case in ("K-1", "K-2"):
        desk.place(case, "NET", "9000.00")
        desk.post("receipt", "2025-01-10", case=case, amount="500.00")
    desk.bank(("2025-01-11", "500.00"))
    assert last(desk) == ("open", [])
    assert desk.balance("Liabilities:Trust:Unidentified") == "0.00"


def test_a_number_says_which(desk: Desk) -> None:
    """A line that quotes the number of an entry is that one, of two with its amount."""
    desk.client("TWIN", "net")
    remitted(desk, "NET", "TWIN")
    desk.bank(("2025-02-01", "-788.00", "REM-2025-01-31-TWIN"))
    assert last(desk) == ("matched", [entry_of(desk, "TWIN", "remittance")])


def test_a_case_says_which(desk: Desk) -> None:
    """A line that names a case is an entry of ours only if that is of the case."""
    for case in ("K0001", "K0002"):
        desk.place(case, "NET", "500.00")
        desk.bank(("2025-01-10", "550.00", case))
        desk.run("refund", case, "--date", "2025-01-12")
    desk.bank(("2025-01-13", "-50.00", "K0002"))
    (line,) = [one for one in desk.lines() if one["amount"] == "-50.00"]
    assert (line["disposition"], [part["case"] for part in line["cases"]]) == ("matched", ["K0002"])
    desk.bank(("2025-01-14", "-50.00"))
    assert [part["case"] for part in desk.lines()[-1]["cases"]] == ["K0001"]


def test_a_hand_posted_receipt_is_not_booked_twice(desk: Desk) -> None:
    """A receipt that came as an event is recognised on the statement that shows it after all, case named or not."""
    desk.place("K0001", "NET", "9000.00")
    for day in ("10", "11"):
        desk.post("receipt", f"2025-01-{day}", case="K0001", amount="500.00", reference=day)
    desk.bank(("2025-01-10", "500.00", "K0001"), ("2025-01-12", "500.00"))
    assert [one["disposition"] for one in desk.lines()] == ["matched", "matched"]
    assert desk.balance("Assets:Trust:Bank:TRUST") == "1000.00"


def test_the_entries_of_one_run_match_as_a_set(desk: Desk) -> None:
    """A bank that shows one payment for a run's remittances: their sum is the run, its sweep apart."""
    remitted(desk, "NET", "COMBI", "GROSS")
    desk.bank(("2025-02-01", "-2576.00"), ("2025-02-01", "-424.00"))
    *_, together, sweep = desk.lines()
    assert together["entries"] == sorted(entry_of(desk, c, "remittance") for c in ("NET", "COMBI", "GROSS"))
    assert (together["disposition"], sweep["disposition"]) == ("matched", "matched")


def test_the_entries_with_one_reference_match_as_a_set(desk: Desk) -> None:
    """Deposits of two clients that one payment brought, by the reference that the file gave both; a third stays."""
    rows = [
        {"event": "cost_deposit", "date": "2025-01-10", "client": client, "amount": amount, "reference": reference}
        for client, amount, reference in (("NET", "70.00", "D-5"), ("COMBI", "30.00", "D-5"), ("GROSS", "30.00", "D-6"))
    ]
    desk.file("events", rows, "2025-01-10")
    desk.bank(("2025-01-11", "100.00"))
    assert last(desk) == ("matched", [entry_of(desk, client, "cost_deposit") for client in ("NET", "COMBI")])
    desk.bank(("2025-01-12", "60.00"))
    assert last(desk)[0] == "unidentified"


def test_never_a_sum_found_by_search(desk: Desk) -> None:
    """Two of a run's three remittances add up to the line: that is no evidence."""
    remitted(desk, "NET", "COMBI", "GROSS")
    desk.bank(("2025-02-01", "-1788.00"))
    assert last(desk) == ("open", [])


def test_what_was_unknown_is_given_back(desk: Desk) -> None:
    """A line that was booked as unknown before its entry came is matched when it comes, on both sides of the sweep."""
    desk.place("K0001", "NET", "9000.00")
    desk.bank(("2025-01-10", "500.00", "", "hand delivered"))
    desk.bank(("2025-01-10", "-40.00", "", "court"), bank="OPS")
    assert [one["disposition"] for one in desk.lines()] == ["unidentified", "unidentified"]
    desk.post("receipt", "2025-01-10", case="K0001", amount="500.00")
    desk.post("cost_advanced", "2025-01-10", case="K0001", amount="40.00")
    desk.run("reconcile", "--date", "2025-01-20")
    assert [one["disposition"] for one in desk.lines()] == ["matched", "matched"]
    for account in ("Liabilities:Trust:Unidentified", "Liabilities:Operating:Suspense"):
        assert desk.balance(account) == "0.00"
    assert desk.balance("Assets:Trust:Bank:TRUST", "2025-01-10") == "500.00"


def test_money_that_was_given_to_a_case_stays_there(desk: Desk) -> None:
    """A line that a person gave away is not taken back for an entry of the same amount."""
    for case in ("K0001", "K0002"):
        desk.place(case, "NET", "9000.00")
    desk.bank(("2025-01-10", "500.00"))
    desk.run("resolve", "1", "--case", "K0001=200.00", "--date", "2025-01-11")
    desk.post("receipt", "2025-01-10", case="K0002", amount="500.00")
    desk.run("reconcile", "--date", "2025-01-12")
    assert desk.lines()[0]["disposition"] == "unidentified"
    assert desk.balance("Liabilities:Trust:Unidentified") == "-300.00"


def test_the_evidence_names_the_entry(desk: Desk) -> None:
    """A matched line says which entry it is and by what."""
    remitted(desk, "NET")
    desk.bank(("2025-02-01", "-788.00"))
    (text,) = desk.lines()[-1]["evidence"]
    entry = entry_of(desk, "NET", "remittance")
    assert text == f"own_entry: remittance {entry} REM-2025-01-31-NET (amount and date)"
