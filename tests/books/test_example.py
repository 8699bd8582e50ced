"""The example agency's January, run by the commands of its own README; every figure reckoned by hand from DOMAIN.md."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import pytest

from tests.books.walk import BOOKS, README, table

if TYPE_CHECKING:
    from tests.books.walk import Walk

LAST = "2025-01-31"

# LANTERN.  Fees of each payment, commission + VAT at 6 %: 15 % up to the 90th day, 22 % up to the 180th, else 30 %.
#   K0001201 150.00 + 9.00 (1000.00, day 75)     K0001203 231.78 + 13.91 (1545.20, day 39)
#   K0001204 150.75 + 9.05 (1005.00, day 39)     K0001206 396.00 + 23.76 (1800.00, day 121), returned
#   K0001202 110.00 + 6.60 (500.00 direct, day 151)
#   K0001205 159.00 + 9.54 (800.00 less 270.00 of costs advanced, day 254)
#   K0001201 572.00 + 34.32 (2600.00, day 99)
# Collected 1000.00 + 1545.20 + 1005.00 + 1800.00 + 800.00 + 2600.00.  The first run: opening 900.00
# + collected 6150.20 - fees 1152.79 - costs 270.00 = 5627.41; the second: 2600.00 - 606.32 = 1993.68.
# HERON, 20 % + 6 %: 124.00 + 7.44 (620.00), 169.06 + 10.14 (845.30 direct), 66.15 + 3.97 (330.75),
#   53.85 + 3.23 (269.25), 200.00 + 12.00 (1000.00), 80.00 + 4.80 (400.00).
# QUARRY, gross fees with the VAT within: 1000.00 × 30 % + 2000.00 × 25 % = 800.00 (45.28 VAT);
#   5000.00 × 30 % + 1500.00 × 25 % = 1875.00 (106.13); 5000.00 × 25 % = 1250.00 (70.75); after the run
#   1000.00 × 30 % = 300.00 (16.98); forwarded 2000.00 × 36 % = 720.00 (40.75); direct 500.00 × 18 % = 90.00 (5.09).
STATEMENTS = {
    "LANTERN": {
        "collected_paa": "8750.20",
        "collected_pdc": "500.00",
        "returned": "1800.00",
        "commission": "1373.53",
        "vat": "82.42",
        "costs_recovered": "270.00",
        "cured": "1380.24",  # 1800.00 - 419.76, the fee that came back with it
        "offset": "1496.84",  # 116.60 in the first run, the cure in the second
        "remitted": "6124.25",  # 5510.81 + 613.44
        "invoices_paid": "0.00",
        "payable_closing": "0.00",
        "receivable_closing": "0.00",
    },
    "HERON": {
        "collected_paa": "2620.00",
        "collected_pdc": "845.30",
        "returned": "0.00",
        "commission": "693.06",
        "vat": "41.58",
        "costs_recovered": "0.00",
        "cured": "0.00",
        "offset": "0.00",
        "remitted": "2620.00",
        "invoices_paid": "742.00",
        "payable_closing": "0.00",
        "receivable_closing": "734.64",
    },
    "QUARRY": {
        "collected_paa": "17500.00",
        "collected_pdc": "500.00",
        "returned": "0.00",
        "commission": "4750.02",
        "vat": "284.98",
        "costs_recovered": "0.00",
        "cured": "0.00",
        "offset": "0.00",
        "remitted": "11855.00",
        "invoices_paid": "0.00",
        "payable_closing": "700.00",
        "receivable_closing": "90.00",
    },
}
OPENING = {"LANTERN": ("900.00", "0.00"), "HERON": ("0.00", "742.00"), "QUARRY": ("0.00", "0.00")}

RUN = {
    "LANTERN": {"payable": "1993.68", "offset": "1380.24", "remitted": "613.44", "invoiced": "0.00"},
    "HERON": {"payable": "2620.00", "offset": "0.00", "remitted": "2620.00", "invoiced": "734.64"},
    "QUARRY": {"payable": "11855.00", "offset": "0.00", "remitted": "11855.00", "invoiced": "90.00"},
}
SWEPT = "7631.19"  # 380.00 opening + 1152.79 - 419.76 + 606.32 + 270.00 + 4645.00 - 500.00 kept + offsets 1496.84

OWED = {"ClientPayable:QUARRY": "700.00", "UndrawnFees": "300.00", "Unidentified": "240.00"}

LEDGER = {
    "Assets:Trust:Bank:TRUST": "1240.00",
    "Assets:Operating:Bank:OPS": "66852.45",  # 60000.00 - 120.00 - 20.50 + 742.00 - 1380.24 + 7631.19
    "Assets:Operating:DueFromTrust": "300.00",
    "Assets:Operating:CostsAdvanced:LANTERN": "0.00",
    "Liabilities:Operating:OutputVAT": "-408.98",  # 82.42 + 41.58 + 284.98
    "Income:Commission:LANTERN:PAA": "-1263.53",
    "Income:Commission:LANTERN:PDC": "-110.00",
    "Income:Commission:HERON:PAA": "-524.00",
    "Income:Commission:HERON:PDC": "-169.06",
    "Income:Commission:QUARRY:PAA": "-3985.86",
    "Income:Commission:QUARRY:Forwarded": "-679.25",
    "Income:Commission:QUARRY:PDC": "-84.91",
    "Expenses:BankCharges": "20.50",
    "Expenses:ForwarderFees": "500.00",
}

LINES = {
    ("2025-01-03", "1000.00"): ("posted", "K0001201"),
    ("2025-01-07", "-120.00"): ("matched", "K0001205"),
    ("2025-01-07", "700.00"): ("posted", "K0002301"),
    ("2025-01-08", "2550.20"): ("posted", "K0001203 K0001204"),
    ("2025-01-09", "1800.00"): ("posted", "K0001206"),
    ("2025-01-10", "400.00"): ("posted", "K0002305"),
    ("2025-01-13", "240.00"): ("suggested", ""),
    ("2025-01-14", "-12.50"): ("matched", ""),
    ("2025-01-14", "3000.00"): ("posted", "K0003501"),
    ("2025-01-15", "800.00"): ("posted", "K0001205"),
    ("2025-01-16", "-5510.81"): ("matched", ""),
    ("2025-01-16", "600.00"): ("posted", "K0002303 K0002306"),
    ("2025-01-17", "742.00"): ("posted", ""),
    ("2025-01-20", "-1380.24"): ("matched", ""),
    ("2025-01-20", "-1800.00"): ("posted", "K0001206"),
    ("2025-01-21", "1380.24"): ("matched", ""),
    ("2025-01-21", "-8.00"): ("matched", ""),
    ("2025-01-22", "6500.00"): ("posted", "K0003502"),
    ("2025-01-24", "1500.00"): ("matched", "K0003503"),
    ("2025-01-27", "2600.00"): ("posted", "K0001201"),
    ("2025-01-28", "5000.00"): ("posted", "K0003501"),
    ("2025-01-29", "1000.00"): ("posted", "K0002302"),
    (LAST, "-80.00"): ("matched", "K0002301"),
    (LAST, "-2620.00"): ("matched", ""),
    (LAST, "-613.44"): ("matched", ""),
    (LAST, "-11855.00"): ("matched", ""),
    (LAST, "-7631.19"): ("matched", ""),
    (LAST, "7631.19"): ("matched", ""),
    (LAST, "1000.00"): ("posted", "K0003504"),
}

CASES = {
    "K0001201": ("active", "4962.50"),  # 8562.50 - 1000.00 - 2600.00
    "K0001203": ("paid", "0.00"),
    "K0001205": ("active", "5188.60"),  # 5868.60 + 120.00 - 800.00
    "K0001206": ("active", "2678.00"),  # as placed: the payment came back
    "K0001207": ("recalled", "0.00"),
    "K0002301": ("paid", "0.00"),
    "K0002304": ("written_off", "0.00"),
    "K0002305": ("active", "730.00"),
    "K0003501": ("active", "14300.00"),
    "K0003502": ("settled", "0.00"),
    "K0003503": ("active", "12200.00"),  # 14200.00 less the 2000.00 that the forwarder collected
    "K0003504": ("active", "6405.00"),
}


def test_every_command_of_the_walk_is_done(month: Walk) -> None:
    """The README's commands run as they stand there: no refusal, no failed check, nothing altered."""
    assert len(month.steps) > 15
    assert not [(step.command, step.result.output) for step in month.steps if step.result.exit_code]


def test_every_evening_the_book_equals_the_bank(month: Walk) -> None:
    """Each day sheet ends with book = statement, nothing to reconcile and a difference of 0.00."""
    sheets = month.said("daily")
    found = [(sheet["three_way"]["banks"][0], sheet["three_way"]["difference"]) for sheet in sheets]
    held = [(bank["book"], bank["statement"], bank["reconciling"], difference) for bank, difference in found]
    assert held == [(amount, amount, [], "0.00") for amount in ("11770.20", "23039.63", "1240.00")]
    assert [sheet["cured"] for sheet in sheets] == [0, 1, 0]


def test_the_first_run_pays_one_client_and_sweeps_nothing(month: Walk) -> None:
    """Net remittance: the fee of a direct payment is offset, the rest remitted; a run for one client draws no fees."""
    first, _ = month.said("remit")
    (lantern,) = first["clients"]
    assert first["swept"] == "0.00"
    assert (lantern["payable"], lantern["offset"], lantern["remitted"]) == ("5627.41", "116.60", "5510.81")


def test_the_run_at_month_end(month: Walk) -> None:
    """Offset, remittance and invoice of each client by its mode; the sweep takes all fees earned or offset."""
    _, last = month.said("remit")
    assert {row["client"]: {name: row[name] for name in RUN[row["client"]]} for row in last["clients"]} == RUN
    assert {row["carried_forward"] for row in last["clients"]} == {"0.00"}
    assert last["swept"] == SWEPT


def test_payments_under_way_are_listed_one_by_one(month: Walk) -> None:
    """Between the run and the bank's next file, book + the listed payments = statement."""
    (bank,) = month.said("three-way")[0]["banks"]
    assert (bank["book"], bank["statement"]) == ("240.00", "23039.63")
    items = [(item["kind"], item["amount"]) for item in bank["reconciling"]]
    paid = [("remittance", RUN[client]["remitted"]) for client in RUN]
    assert sorted(items) == sorted([*paid, ("refund", "80.00"), ("sweep", SWEPT)])


@pytest.mark.parametrize("client", STATEMENTS)
def test_the_statement_of_each_client(month: Walk, client: str) -> None:
    """Each figure of January as reckoned by hand; opening, movements and closing agree to the cent."""
    found = month.json(f"statement {client} --period 2025-01")
    assert {name: found[name] for name in STATEMENTS[client]} == STATEMENTS[client]
    cents = {name: int(text.replace(".", "")) for name, text in STATEMENTS[client].items()}
    payable, receivable = (int(text.replace(".", "")) for text in OPENING[client])
    moved = (cents["payable_closing"] - cents["receivable_closing"]) - (payable - receivable)
    taken = ("returned", "commission", "vat", "costs_recovered", "remitted")
    assert moved == cents["collected_paa"] + cents["invoices_paid"] - sum(cents[name] for name in taken)


def test_documents_bill_what_was_earned(month: Walk) -> None:
    """Fee documents and credit notes add up to the fees; the returned payment's note gives 396.00 + 23.76 back."""
    lantern = {row["kind"]: row for row in month.json("statement LANTERN --period 2025-01")["documents"]}
    assert (lantern["credit_note"]["commission"], lantern["credit_note"]["vat"]) == ("396.00", "23.76")
    heron = [row for row in month.json("statement HERON --period 2025-01")["documents"] if row["kind"] == "fee"]
    assert [(row["commission"], row["vat"]) for row in heron] == [("693.06", "41.58")]
    billed = {
        row["number"]: (row["client"], row["amount"], row["open"]) for row in month.json("invoice list")["invoices"]
    }
    assert billed == {
        "INV-OPENING-HERON": ("HERON", "742.00", "0.00"),
        "INV-2025-0001": ("HERON", "734.64", "734.64"),
        "INV-2025-0002": ("QUARRY", "90.00", "90.00"),
    }


def test_every_bank_line_is_accounted_for(month: Walk) -> None:
    """Identifiers in any writing find their case, our own payments their entry; a recalled case waits for a person."""
    lines = month.json("matches")["lines"]
    found = {
        (line["date"], line["amount"]): (line["disposition"], " ".join(sorted(part["case"] for part in line["cases"])))
        for line in lines
    }
    assert len(lines) == len(LINES)
    assert found == LINES
    assert all(line["evidence"] for line in lines)


@pytest.mark.parametrize("case", CASES)
def test_where_the_cases_stand(month: Walk, case: str) -> None:
    """Status and outstanding amount of each case after the month."""
    found = month.json(f"case {case}")
    cents = sum(int(amount.replace(".", "")) for amount in found["outstanding"].values())
    assert (found["status"], f"{cents // 100}.{cents % 100:02d}") == CASES[case]


def test_the_bank_holds_what_is_owed(month: Walk) -> None:
    """Three ways at month end: bank, book, and the sum of what clients, payers and the agency are owed."""
    found = month.json(f"three-way --at {LAST}")
    (bank,) = found["banks"]
    assert (bank["statement"], bank["book"], bank["reconciling"]) == ("1240.00", "1240.00", [])
    assert (found["sub_ledger"], found["difference"]) == ("1240.00", "0.00")
    owed = {name.removeprefix("Liabilities:Trust:"): text for name, text in found["owed"].items() if text != "0.00"}
    assert owed == OWED


def test_the_ledger_at_month_end(month: Walk) -> None:
    """The agency's own accounts: banks, income by source, VAT, costs advanced and charges."""
    found = month.json(f"balances --at {LAST}")["balances"]
    assert {name: found.get(name, {}).get("CNY", "0.00") for name in LEDGER} == LEDGER


def test_a_repeat_posts_nothing(month: Walk) -> None:
    """Files that came before are recognised, and a run made twice for one date pays nothing twice."""
    before = month.json("verify")
    again = month.json(f"import arriving/*/* --date {LAST}")
    assert {(file["imported"], len(file["refused"])) for file in again["files"]} == {(0, 0)}
    run = month.json(f"remit --through {LAST}")
    assert {row["remitted"] for row in run["clients"]} == {run["swept"]} == {"0.00"}
    assert month.json("verify")["head"] == before["head"]


def test_no_debtor_is_named_in_the_books(month: Walk) -> None:
    """Ledger text carries opaque ids only: no name, account or reference of a debtor (DOMAIN §2)."""
    books = "\n".join(path.read_text(encoding="utf-8") for path in (month.folder / "ledger").rglob("*.*"))
    with (BOOKS / "inbox" / "placements-2025-01.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    private = {row[name] for row in rows for name in ("debtor_name", "reference", "payer_account") if row[name]}
    assert len(private) > len(rows)
    assert "K0001201" in books
    assert not [text for text in private if text in books]


_ROWS = {
    "collected by the agency": "collected_paa",
    "collected by the client": "collected_pdc",
    "returned": "returned",
    "commission": "commission",
    "VAT": "vat",
    "costs recovered": "costs_recovered",
    "remitted": "remitted",
    "owed to the client": "payable_closing",
    "owed by the client": "receivable_closing",
}


def test_the_readme_tells_these_figures() -> None:
    """The table of January in the README is the one that the statements give."""
    told = table(README, "January", _ROWS)
    assert {field: [cell or "0.00" for cell in cells] for field, cells in told.items()} == {
        field: [STATEMENTS[client][field] for client in ("LANTERN", "HERON", "QUARRY")] for field in _ROWS.values()
    }
