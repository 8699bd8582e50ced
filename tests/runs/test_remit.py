"""Remittance runs: offset, remit, invoice, sweep, by mode and by day (DOMAIN §4, "Remittance run")."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.desk import figures

if TYPE_CHECKING:
    from tests.desk import Desk

UNDRAWN = "Liabilities:Trust:UndrawnFees"


# --- modes ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("client", "expected", "swept"),
    [
        # 1000.00 paid to the agency (fee 212.00), 500.00 direct (fee 106.00)
        ("NET", ("788.00", "106.00", "682.00", "0.00", "0.00"), "318.00"),
        ("COMBI", ("788.00", "0.00", "788.00", "0.00", "106.00"), "212.00"),
        ("GROSS", ("1000.00", "0.00", "1000.00", "0.00", "318.00"), "0.00"),
    ],
)
def test_each_mode(desk: Desk, client: str, expected: tuple[str, ...], swept: str) -> None:
    """A net client's fees are withheld and offset, a combined one's withheld and invoiced, a gross one's invoiced."""
    desk.place("K-1", client, "5000.00")
    desk.bank(("2025-01-10", "1000.00", "K-1"))
    desk.post("direct_payment", "2025-01-12", case="K-1", amount="500.00")
    run = desk.remit("2025-01-31")
    assert figures(run[client]) == expected
    assert run["swept"] == swept
    assert desk.payable(client) == "0.00"
    assert desk.receivable(client) == expected[-1]
    assert desk.balance(UNDRAWN) == "0.00"
    kinds = [("fee", "300.00", "18.00", client == "NET")]
    if client != "NET":
        kinds.append(("invoice", *(("300.00", "18.00") if client == "GROSS" else ("100.00", "6.00")), False))
    assert desk.documents(client, "2025-01") == kinds


def test_a_direct_fee_beyond_the_payable_is_invoiced(desk: Desk) -> None:
    """net: what the client's money does not cover is left as a receivable and billed."""
    desk.place("K-1", "NET", "9000.00")
    desk.bank(("2025-01-10", "100.00", "K-1"))
    desk.post("direct_payment", "2025-01-12", case="K-1", amount="5000.00")
    assert figures(desk.remit("2025-01-31")["NET"]) == ("78.80", "78.80", "0.00", "0.00", "981.20")
    assert desk.invoices() == {"INV-2025-0001": ("981.20", "981.20")}


def test_recovered_costs_go_with_the_fee(desk: Desk) -> None:
    """Advanced costs that a receipt repaid are withheld with the fee, or invoiced with it."""
    for case, client in (("K-1", "NET"), ("K-2", "GROSS")):
        desk.place(case, client, "5000.00")
        desk.post("cost_advanced", "2025-01-05", case=case, amount="100.00")
        desk.bank(("2025-01-10", "600.00", case))
    run = desk.remit("2025-01-31")
    assert figures(run["NET"]) == ("394.00", "0.00", "394.00", "0.00", "0.00")
    assert figures(run["GROSS"]) == ("600.00", "0.00", "600.00", "0.00", "206.00")
    assert run["swept"] == "206.00"
    assert desk.balance("Assets:Operating:CostsAdvanced:NET") == "0.00"


# --- minimum -------------------------------------------------------------------------------------


def test_below_the_minimum_it_stays_and_carries_forward(desk: Desk) -> None:
    """What would be paid is held against the minimum; it stays until it reaches it, and reaching is enough."""
    desk.client("SMALL", "gross", minimum="500.00")
    desk.place("K-1", "SMALL", "5000.00")
    desk.bank(("2025-01-10", "499.99", "K-1"))
    assert figures(desk.remit("2025-01-31")["SMALL"]) == ("499.99", "0.00", "0.00", "499.99", "106.00")
    assert desk.payable("SMALL") == "499.99"
    desk.bank(("2025-02-10", "0.01", "K-1"))
    assert figures(desk.remit("2025-02-28")["SMALL"]) == ("500.00", "0.00", "500.00", "0.00", "0.00")


def test_the_minimum_rests_on_what_would_be_paid(desk: Desk) -> None:
    """The offset is made all the same; what it leaves is held against the minimum."""
    desk.client("SMALL", "net", minimum="700.00")
    desk.place("K-1", "SMALL", "5000.00")
    desk.bank(("2025-01-10", "1000.00", "K-1"))
    desk.post("direct_payment", "2025-01-12", case="K-1", amount="500.00")
    assert figures(desk.remit("2025-01-31")["SMALL"]) == ("788.00", "106.00", "0.00", "682.00", "0.00")


# --- the cured part ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("client", "later", "expected"),
    [
        ("NET", "2000.00", ("1576.00", "788.00", "788.00", "0.00", "0.00")),
        ("NET", "500.00", ("394.00", "394.00", "0.00", "0.00", "0.00")),
        ("COMBI", "2000.00", ("1576.00", "788.00", "788.00", "0.00", "0.00")),
        ("GROSS", "2000.00", ("2000.00", "1000.00", "1000.00", "0.00", "424.00")),
        ("GROSS", "600.00", ("600.00", "600.00", "0.00", "0.00", "127.20")),
    ],
)
def test_the_cured_part_is_offset_in_every_mode(desk: Desk, client: str, later: str, expected: tuple[str, ...]) -> None:
    """What operating paid for the client comes out of its next money, and is never invoiced by a run."""
    desk.cured_client(client)
    desk.place("C-2", client, "5000.00")
    desk.bank(("2025-02-10", later, "C-2"))
    assert figures(desk.remit("2025-02-28")[client]) == expected


def test_the_rest_of_the_cured_part_waits_for_later_money(desk: Desk) -> None:
    """Offset is limited by the payable; what it leaves is offset in later runs, and no more than it."""
    desk.cured_client("COMBI")  # 788.00 cured
    desk.place("C-2", "COMBI", "9000.00")
    offsets = []
    for month, last in (("02", "28"), ("03", "31"), ("04", "30")):
        desk.bank((f"2025-{month}-10", "500.00", "C-2"))
        offsets.append(figures(desk.remit(f"2025-{month}-{last}")["COMBI"])[1:3])
    assert offsets == [("394.00", "0.00"), ("394.00", "0.00"), ("0.00", "394.00")]
    assert desk.receivable("COMBI") == "0.00"


def test_the_cured_part_is_not_a_debt_of_fees(desk: Desk) -> None:
    """gross: of a receivable of cured money and new fees, the cured part is offset and the fees are invoiced."""
    desk.cured_client("GROSS", "300.00")
    desk.place("C-2", "GROSS", "5000.00")
    desk.bank(("2025-02-10", "1000.00", "C-2"))
    assert figures(desk.remit("2025-02-28")["GROSS"]) == ("1000.00", "300.00", "700.00", "0.00", "212.00")
    assert desk.receivable("GROSS") == "212.00"


def test_invoice_final_bills_the_cured_part_too(desk: Desk) -> None:
    """When nothing more will come, the whole receivable is billed, once; then no later money is offset against it."""
    desk.cured_client("COMBI")
    assert figures(desk.remit("2025-02-28")["COMBI"]) == ("0.00", "0.00", "0.00", "0.00", "0.00")
    assert desk.workspace.json("invoice", "final", "COMBI", "--date", "2025-03-01") == {"number": "INV-2025-0001"}
    assert desk.invoices() == {"INV-2025-0001": ("788.00", "788.00")}
    assert desk.workspace.json("invoice", "final", "COMBI", "--date", "2025-03-01") == {"number": None}
    desk.place("C-2", "COMBI", "5000.00")
    desk.bank(("2025-03-10", "500.00", "C-2"))
    assert figures(desk.remit("2025-03-31")["COMBI"]) == ("394.00", "0.00", "394.00", "0.00", "0.00")


# --- days ----------------------------------------------------------------------------------------


def test_money_after_the_day_stays(desk: Desk) -> None:
    """`--through` says which money; the entries are dated on the day of acting."""
    desk.place("K-1", "NET", "9000.00")
    desk.bank(("2025-01-31", "1000.00", "K-1"), ("2025-02-01", "500.00", "K-1"))
    run = desk.remit("2025-01-31", "--date", "2025-02-03")
    assert figures(run["NET"]) == ("788.00", "0.00", "788.00", "0.00", "0.00")
    assert run["swept"] == "212.00"
    assert (desk.payable("NET", "2025-02-02"), desk.payable("NET", "2025-02-03")) == ("1182.00", "394.00")


def test_money_known_to_have_bounced_stays(desk: Desk) -> None:
    """Never more than the lowest end-of-day balance from the day through which to the day of acting, fees too."""
    for case in ("K-1", "K-2"):
        desk.place(case, "NET", "9000.00")
    desk.bank(("2025-01-30", "1000.00", "K-1"), ("2025-01-31", "500.00", "K-2"))
    desk.bank(("2025-02-02", "-1000.00", "K-1"), ("2025-02-04", "900.00", "K-2"))
    run = desk.remit("2025-01-31", "--date", "2025-02-05")
    assert figures(run["NET"]) == ("1182.00", "0.00", "394.00", "788.00", "0.00")
    assert run["swept"] == "106.00"


def test_an_offset_rests_on_the_receivable_through_the_day(desk: Desk) -> None:
    """A direct payment after the day is offset and invoiced by the next run."""
    desk.place("K-1", "NET", "9000.00")
    desk.bank(("2025-01-30", "1000.00", "K-1"))
    desk.post("direct_payment", "2025-02-01", case="K-1", amount="500.00")
    assert figures(desk.remit("2025-01-31", "--date", "2025-02-03")["NET"])[1:3] == ("0.00", "788.00")
    assert desk.receivable("NET") == "106.00"


def test_acting_before_the_day_is_refused(desk: Desk) -> None:
    """Money of a day that is not over is not remitted."""
    assert "DATE_FUTURE" in desk.run("remit", "--through", "2025-02-01", "--date", "2025-01-31", status=1)


def test_the_sweep_of_a_late_run(desk: Desk) -> None:
    """Offsets of the run are swept with it, up to what the fund held as fees on every evening since the day."""
    desk.place("K-1", "NET", "9000.00")
    desk.bank(("2025-01-30", "1000.00", "K-1"))
    desk.post("direct_payment", "2025-01-30", case="K-1", amount="500.00")
    assert desk.remit("2025-01-31", "--date", "2025-02-03")["swept"] == "212.00"
    assert desk.remit("2025-02-28")["swept"] == "106.00"


# --- again ---------------------------------------------------------------------------------------


def test_twice_for_one_day_posts_nothing_more(desk: Desk) -> None:
    """A run is made once for a date and client, and a sweep once, whatever came in meanwhile for that day."""
    desk.place("K-1", "NET", "9000.00")
    desk.bank(("2025-01-10", "1000.00", "K-1"))
    desk.remit("2025-01-31")
    desk.bank(("2025-01-31", "500.00", "K-1"))
    run = desk.remit("2025-01-31")
    assert figures(run["NET"]) == ("394.00", "0.00", "0.00", "394.00", "0.00")
    assert (run["NET"]["repeated"], run["swept"]) == (True, "0.00")
    assert figures(desk.remit("2025-02-28")["NET"])[2] == "394.00"


def test_one_client_sweeps_nothing(desk: Desk) -> None:
    """A run with --client leaves the fees; the run over all then sweeps and does not pay that client again."""
    for case, client in (("K-1", "NET"), ("K-2", "COMBI")):
        desk.place(case, client, "9000.00")
        desk.bank(("2025-01-10", "1000.00", case))
    alone = desk.remit("2025-01-31", "--client", "NET")
    assert set(alone) == {"NET", "swept"}
    assert (alone["NET"]["remitted"], alone["swept"]) == ("788.00", "0.00")
    assert desk.balance(UNDRAWN) == "-424.00"
    run = desk.remit("2025-01-31")
    assert (run["NET"]["remitted"], run["COMBI"]["remitted"], run["swept"]) == ("0.00", "788.00", "424.00")


def test_an_unknown_client_is_refused(desk: Desk) -> None:
    """A run for a client without a contract posts nothing."""
    desk.place("K-1", "NET", "9000.00")
    assert "CLIENT_UNKNOWN" in desk.run("remit", "--through", "2025-01-31", "--client", "NOBODY", status=1)


def test_a_deficit_is_cured_before_anything_is_paid(desk: Desk) -> None:
    """A return that nobody had cured yet is cured by the run itself, so no client is paid from another's money."""
    desk.place("K-1", "GROSS", "9000.00")
    desk.place("K-2", "COMBI", "9000.00")
    desk.bank(("2025-01-10", "1000.00", "K-1"), ("2025-01-11", "1000.00", "K-2"))
    desk.remit("2025-01-31", "--client", "GROSS")
    desk.post("returned_payment", "2025-02-05", case="K-1", amount="1000.00")
    assert desk.remit("2025-02-28")["COMBI"]["remitted"] == "788.00"
    assert desk.balance("Assets:Trust:Bank:TRUST") == "0.00"


def test_a_run_dated_back_pays_nothing_twice(desk: Desk) -> None:
    """What a run of a later day paid, offset, invoiced or swept is not there for one that is dated before it."""
    for case, client in (("K-1", "NET"), ("K-2", "GROSS"), ("K-3", "COMBI")):
        desk.place(case, client, "9000.00")
        desk.bank(("2025-01-10", "1000.00", case))
        desk.post("direct_payment", "2025-01-12", case=case, amount="500.00")
    desk.remit("2025-01-31", "--date", "2025-02-03")
    for number in ("INV-2025-0001", "INV-2025-0002"):
        desk.run("invoice", "pay", number, "--date", "2025-02-10")
    before = {name: desk.balance(name) for name in ("Assets:Trust:Bank:TRUST", "Assets:Operating:Bank:OPS")}
    run = desk.remit("2025-01-31")
    assert [figures(run[c])[1:3] for c in ("NET", "GROSS", "COMBI")] == [("0.00", "0.00")] * 3
    assert [run[c]["invoiced"] for c in ("NET", "GROSS", "COMBI")] == ["0.00"] * 3
    assert {name: desk.balance(name) for name in before} == before
    assert desk.payable("NET") == desk.payable("GROSS") == desk.payable("COMBI") == "0.00"


def test_a_cure_after_the_day_is_for_the_next_run(desk: Desk) -> None:
    """Offset and invoice rest on the balances through the day: a cure since then hides no fee and is not forgotten."""
    for case in ("K-1", "K-2"):
        desk.place(case, "GROSS", "9000.00")
    desk.bank(("2025-01-10", "1000.00", "K-1"))
    desk.remit("2025-01-31")
    desk.bank(("2025-02-01", "500.00", "K-2"), ("2025-02-05", "-1000.00", "K-1"))
    assert desk.receivable("GROSS") == "606.00"  # 318.00 of fees, 212.00 given back, 500.00 cured
    run = desk.remit("2025-02-02", "--date", "2025-02-06")["GROSS"]
    assert figures(run) == ("500.00", "0.00", "0.00", "500.00", "106.00")
    desk.bank(("2025-02-10", "2000.00", "K-2"))
    assert figures(desk.remit("2025-02-28")["GROSS"]) == ("2000.00", "500.00", "1500.00", "0.00", "424.00")


def test_a_remittance_never_exceeds_what_the_client_has_at_its_bank(desk: Desk) -> None:
    """Money of a client at another trust bank is carried forward; the fees are swept bank by bank."""
    desk.second_trust_bank()
    desk.place("K-1", "NET", "9000.00")
    desk.bank(("2025-01-10", "1000.00", "K-1"))
    desk.bank(("2025-01-11", "500.00", "K-1"), bank="TWO")
    assert figures(desk.remit("2025-01-31")["NET"]) == ("1182.00", "0.00", "788.00", "394.00", "0.00")
    assert (desk.balance("Assets:Trust:Bank:TRUST"), desk.balance("Assets:Trust:Bank:TWO")) == ("0.00", "394.00")
    assert desk.balance(UNDRAWN) == "0.00"


def test_each_bank_is_cured_on_its_own(desk: Desk) -> None:
    """What a client has at one trust bank does not cover what it lacks at another."""
    desk.second_trust_bank()
    desk.place("K-1", "GROSS", "9000.00")
    desk.bank(("2025-01-10", "1000.00", "K-1"))
    desk.remit("2025-01-31")
    desk.bank(("2025-02-01", "700.00", "K-1"), bank="TWO")
    desk.bank(("2025-02-05", "-1000.00", "K-1"))
    assert desk.workspace.json("statement", "GROSS", "--period", "2025-02")["cured"] == "1000.00"
    assert (desk.balance("Assets:Trust:Bank:TRUST"), desk.balance("Assets:Trust:Bank:TWO")) == ("0.00", "700.00")


def test_a_client_whose_contract_begins_later_is_not_in_the_run(desk: Desk) -> None:
    """Before its first terms a client has nothing to say; from then on it has its row, of zeros at first."""
    desk.client("LATER")
    path = desk.workspace.folder / "clients/LATER.toml"
    path.write_text(path.read_text().replace("effective = 2025-01-01", "effective = 2025-02-01"))
    desk.place("K-1", "NET", "5000.00")
    assert "LATER" not in desk.remit("2025-01-31")
    assert figures(desk.remit("2025-02-28")["LATER"]) == ("0.00",) * 5
