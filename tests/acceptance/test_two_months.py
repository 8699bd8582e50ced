"""The worked two months through the commands: every figure to the cent."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.acceptance.two_months import FEBRUARY, JANUARY, balances, not_zero

if TYPE_CHECKING:
    from tests.acceptance.conftest import TwoMonths

REFERENCE = Path(__file__).parents[3] / "shared" / "acceptance" / "two_months.beancount"
"""A second worked case, in plain Beancount, where the checkout has it beside it."""


@pytest.mark.parametrize(("at", "expected"), [("2025-01-31", JANUARY), ("2025-02-28", FEBRUARY)])
def test_every_balance(done: TwoMonths, at: str, expected: dict[str, str]) -> None:
    """Both month ends, every account: none is missing and none has a cent that is not expected."""
    found = balances(done.workspace, at)
    assert not_zero(found) == not_zero(expected)
    assert found.keys() <= expected.keys()


def test_the_figures_that_matter_most(done: TwoMonths) -> None:
    """Trust is empty after each run; operating, VAT and the debt still placed are as worked out by hand."""
    january, february = (balances(done.workspace, at) for at in ("2025-01-31", "2025-02-28"))
    assert january["Assets:Trust:Bank:TRUST"] == february["Assets:Trust:Bank:TRUST"] == "0.00"
    assert february["Assets:Operating:Bank:OPS"] == "52503.00"
    assert february["Liabilities:Operating:OutputVAT"] == "-183.00"
    assert sum(Decimal(a) for n, a in february.items() if n.startswith("Income:Commission")) == -3050
    assert sum(Decimal(a) for n, a in february.items() if n.startswith("Equity:Memo:Outstanding:")) == 14800
    assert sum(Decimal(a) for n, a in february.items() if n.startswith("Equity:Memo:")) == 0


def run_row(client: str, payable: str, offset: str, remitted: str, invoiced: str = "0.00") -> dict[str, Any]:
    """One client of a run's JSON, with nothing carried forward."""
    amounts = {"payable": payable, "offset": offset, "remitted": remitted, "carried_forward": "0.00"}
    return {"client": client, **amounts, "invoiced": invoiced, "currency": "CNY", "repeated": False}


def test_the_run_of_january(done: TwoMonths) -> None:
    """ALFA's direct-payment fee is offset, BETA's fees are invoiced, and what is earned is swept."""
    assert done.january == {
        "through": "2025-01-31",
        "draft": None,
        "clients": [
            run_row("ALFA", "3463.00", "265.00", "3198.00"),
            run_row("BETA", "6500.00", "0.00", "6500.00", "1378.00"),
        ],
        "swept": "1702.00",
    }


def test_the_run_of_february(done: TwoMonths) -> None:
    """What was cured for ALFA is offset, and the rest of its money remitted."""
    assert done.february == {
        "through": "2025-02-28",
        "draft": None,
        "clients": [run_row("ALFA", "2352.00", "2205.00", "147.00"), run_row("BETA", "0.00", "0.00", "0.00")],
        "swept": "3053.00",
    }


def statement(client: str, first: str, last: str, **figures: str) -> dict[str, str]:
    """The figures of a statement: zero where none is named."""
    names = "collected_paa collected_pdc returned commission vat costs_recovered cured offset remitted unclaimed"
    names += " invoices_paid held payable_opening payable_closing receivable_opening receivable_closing"
    nothing = dict.fromkeys(names.split(), "0.00")
    assert figures.keys() <= nothing.keys()
    return {"client": client, "currency": "CNY", "from": first, "to": last, **nothing, **figures}


STATEMENTS = {
    ("ALFA", "2025-01"): statement(
        "ALFA",
        "2025-01-01",
        "2025-01-31",
        collected_paa="5300.00",
        collected_pdc="1000.00",
        commission="1700.00",
        vat="102.00",
        costs_recovered="300.00",
        offset="265.00",
        remitted="3198.00",
    ),
    ("BETA", "2025-01"): statement(
        "BETA",
        "2025-01-01",
        "2025-01-31",
        collected_paa="6500.00",
        commission="1300.00",
        vat="78.00",
        remitted="6500.00",
        receivable_closing="1378.00",
    ),
    ("ALFA", "2025-02"): statement(
        "ALFA",
        "2025-02-01",
        "2025-02-28",
        collected_paa="3200.00",
        returned="3300.00",
        commission="50.00",
        vat="3.00",
        costs_recovered="-300.00",
        cured="2205.00",
        offset="2205.00",
        remitted="147.00",
    ),
    ("BETA", "2025-02"): statement(
        "BETA", "2025-02-01", "2025-02-28", invoices_paid="1378.00", receivable_opening="1378.00"
    ),
}
DOCUMENTS = {
    ("ALFA", "2025-01"): [("FEE-2025-0001", "fee", "1700.00", "102.00", True)],
    ("BETA", "2025-01"): [
        ("FEE-2025-0002", "fee", "1300.00", "78.00", True),
        ("INV-2025-0001", "invoice", "1300.00", "78.00", True),
    ],
    ("ALFA", "2025-02"): [
        ("FEE-2025-0003", "fee", "800.00", "48.00", True),
        ("CRN-2025-0001", "credit_note", "750.00", "45.00", True),
    ],
    ("BETA", "2025-02"): [],
}


@pytest.mark.parametrize("of", sorted(STATEMENTS), ids="-".join)
def test_every_figure_of_the_statements(done: TwoMonths, of: tuple[str, str]) -> None:
    """Both clients, both months: every figure, every document, and lines that add up to the figures."""
    found = done.workspace.json("statement", of[0], "--period", of[1])
    lines, documents = found.pop("lines"), found.pop("documents")
    assert found == STATEMENTS[of]
    names = ("number", "kind", "commission", "vat", "paid")
    assert [tuple(document[name] for name in names) for document in documents] == DOCUMENTS[of]
    for name in ("collected_paa", "returned", "commission", "vat", "remitted", "offset", "cured", "invoices_paid"):
        assert sum(Decimal(line.get(name, 0)) for line in lines) == Decimal(found[name]), name


def test_a_statement_obeys_its_identity(done: TwoMonths) -> None:
    """Δ(payable - receivable) is what was collected less what was taken and paid out (DOMAIN §4)."""
    for client, period in STATEMENTS:
        printed = done.workspace.json("statement", client, "--period", period)
        f = {name: Decimal(text) for name, text in printed.items() if isinstance(text, str) and "." in text}
        moved = f["payable_closing"] - f["receivable_closing"] - f["payable_opening"] + f["receivable_opening"]
        told = f["collected_paa"] - f["returned"] - f["commission"] - f["vat"] - f["costs_recovered"]
        assert moved == told - f["remitted"] - f["unclaimed"] + f["invoices_paid"]


def test_the_credit_note_names_what_it_corrects(done: TwoMonths) -> None:
    """The fee of the payment that came back in February was documented in January."""
    *_, note = done.workspace.json("statement", "ALFA", "--period", "2025-02")["documents"]
    assert note["names"] == "FEE-2025-0001"


CASES = {
    "A-1": ("active", ("10000.00", "1000.00", "0.00", "300.00")),
    "A-2": ("settled", ("0.00", "0.00", "0.00", "0.00")),
    "A-3": ("written_off", ("0.00", "0.00", "0.00", "0.00")),
    "A-4": ("recalled", ("0.00", "0.00", "0.00", "0.00")),
    "B-1": ("active", ("3500.00", "0.00", "0.00", "0.00")),
    "B-2": ("paid", ("0.00", "0.00", "0.00", "0.00")),
}
HISTORIES = {
    "A-1": [
        "2025-01-02 placement 11000.00",
        "2025-01-05 cost_advanced 300.00",
        "2025-01-10 receipt 3300.00",
        "2025-02-03 returned_payment 3300.00",
    ],
    "A-2": [
        "2025-01-02 placement 5000.00",
        "2025-01-12 direct_payment 1000.00",
        "2025-02-10 settlement 800.00",
        "2025-02-10 receipt 3200.00",
    ],
    "A-3": ["2025-01-02 placement 8000.00", "2025-01-18 forwarder_receipt 2000.00", "2025-02-15 write_off 6000.00"],
    "A-4": ["2025-01-02 placement 2000.00", "2025-02-12 recall 2000.00"],
    "B-1": ["2025-01-02 placement 4000.00", "2025-01-20 identified 500.00"],
    "B-2": ["2025-01-02 placement 6000.00", "2025-01-22 receipt 6100.00", "2025-01-25 refund 100.00"],
}


@pytest.mark.parametrize("case", sorted(CASES))
def test_every_case(done: TwoMonths, case: str) -> None:
    """Status, buckets and history of each case; the running balance ends at what is outstanding."""
    found = done.workspace.json("case", case)
    status, buckets = CASES[case]
    assert found["client"] == ("ALFA" if case.startswith("A") else "BETA")
    assert found["currency"] == "CNY"
    assert found["status"] == status
    assert list(found["outstanding"]) == ["principal", "interest", "fees", "court_costs"]
    assert tuple(found["outstanding"].values()) == buckets
    assert [f"{h['date']} {h['event']} {h['amount']}" for h in found["history"]] == HISTORIES[case]
    assert Decimal(found["history"][-1]["outstanding"]) == sum(map(Decimal, buckets))


LINES = {
    ("TRUST", "2025-01-10", "3300.00"): ("posted", [("A-1", "3300.00", "0.00")], {"case_id"}),
    ("TRUST", "2025-01-15", "500.00"): ("posted", [("B-1", "500.00", "0.00")], {"rule", "person"}),
    ("TRUST", "2025-01-18", "1600.00"): ("matched", [("A-3", "2000.00", "0.00")], {"own_entry"}),
    ("TRUST", "2025-01-22", "6100.00"): ("posted", [("B-2", "6100.00", "100.00")], {"case_id"}),
    ("TRUST", "2025-01-25", "-100.00"): ("matched", [("B-2", "100.00", "-100.00")], {"own_entry"}),
    ("TRUST", "2025-01-31", "-3198.00"): ("matched", [], {"own_entry"}),
    ("TRUST", "2025-01-31", "-6500.00"): ("matched", [], {"own_entry"}),
    ("TRUST", "2025-01-31", "-1702.00"): ("matched", [], {"own_entry"}),
    ("OPS", "2025-01-05", "-300.00"): ("matched", [("A-1", "300.00", "0.00")], {"own_entry"}),
    ("OPS", "2025-01-31", "1702.00"): ("matched", [], {"rule", "own_entry"}),
    ("TRUST", "2025-02-03", "-3300.00"): ("posted", [("A-1", "3300.00", "0.00")], {"case_id", "returned"}),
    ("TRUST", "2025-02-03", "3300.00"): ("matched", [], {"own_entry"}),
    ("TRUST", "2025-02-10", "3200.00"): ("posted", [("A-2", "3200.00", "0.00")], {"case_id"}),
    ("TRUST", "2025-02-28", "-147.00"): ("matched", [], {"own_entry"}),
    ("TRUST", "2025-02-28", "-3053.00"): ("matched", [], {"own_entry"}),
    ("OPS", "2025-02-03", "-3300.00"): ("matched", [], {"own_entry"}),
    ("OPS", "2025-02-03", "-30.00"): ("matched", [], {"own_entry"}),
    ("OPS", "2025-02-20", "1378.00"): ("posted", [], {"rule"}),
    ("OPS", "2025-02-28", "3053.00"): ("matched", [], {"rule", "own_entry"}),
}


def test_every_line(done: TwoMonths) -> None:
    """What became of each bank line, for whom, and on what kinds of evidence."""
    found = {}
    for line in done.workspace.json("matches")["lines"]:
        cases = [(part["case"], part["amount"], part["overpaid"]) for part in line["cases"]]
        kinds = {text.partition(":")[0] for text in line["evidence"]}
        found[line["bank"], line["date"], line["amount"]] = (line["disposition"], cases, kinds)
        assert line["entries"]
        assert line["suggestions"] == []
    assert found == LINES
    assert done.workspace.json("worklist") == {"lines": [], "drafts": []}


def test_three_ways_agree_on_every_day(done: TwoMonths) -> None:
    """Bank, book and what is owed agree at the end of each day, and at the month ends nothing lies between."""
    for at in [f"2025-01-{day:02d}" for day in range(1, 32)] + [f"2025-02-{day:02d}" for day in range(1, 29)]:
        found = done.workspace.json("three-way", "--at", at)
        assert found["difference"] == "0.00", at
        (bank,) = found["banks"]
        items = sum(Decimal(item["amount"]) for item in bank["reconciling"])
        assert Decimal(bank["book"]) + items == Decimal(bank["statement"] or 0), at
        assert sum(map(Decimal, found["owed"].values())) == Decimal(bank["book"]) == Decimal(found["sub_ledger"]), at
    for at in ("2025-01-31", "2025-02-28"):
        (bank,) = done.workspace.json("three-way", "--at", at)["banks"]
        assert (bank["statement"], bank["book"], bank["reconciling"]) == ("0.00", "0.00", [])


def test_the_books_are_sound(done: TwoMonths) -> None:
    """Beancount, the plugins and the journal's own proof find nothing."""
    done.workspace.run("check", "--date", "2025-02-28")
    found = done.workspace.json("verify")
    assert found["ok"]
    assert (found["findings"], found["unpublished"]) == ([], 0)


@pytest.mark.skipif(not REFERENCE.exists(), reason="the reference ledger is not beside this checkout")
@pytest.mark.parametrize("at", ["2025-01-31", "2025-02-28"])
def test_the_reference_ledger_agrees(done: TwoMonths, at: str) -> None:
    """The same case written in plain Beancount has the same balances at both month ends."""
    from beancount import loader
    from beancount.core.data import Transaction

    entries, errors, _ = loader.load_string(REFERENCE.read_text())
    assert not errors
    expected: dict[str, Decimal] = defaultdict(Decimal)
    for entry in entries:
        if isinstance(entry, Transaction) and entry.date <= date.fromisoformat(at):
            for posting in entry.postings:
                expected[posting.account] += posting.units.number
    found: dict[str, Decimal] = defaultdict(Decimal)
    for name, amount in balances(done.workspace, at).items():
        short = name.removesuffix(":TRUST").removesuffix(":OPS")
        if short.startswith("Income:Commission:"):
            short = "Income:Commission:" + short.rpartition(":")[2]
        found[short] += Decimal(amount)
    assert {n: a for n, a in found.items() if a} == {n: a for n, a in expected.items() if a}
