"""The worked two months through the plugins' scalar model: the same figures, from the files' rows alone."""

from __future__ import annotations

import csv
from datetime import date
from typing import TYPE_CHECKING

import pytest

from plugins.model import money
from plugins.model.agency import Agency, Bank
from tallystick.actions.settings import load_settings
from tests.acceptance import two_months
from tests.acceptance.two_months import FEBRUARY, JANUARY, not_zero

if TYPE_CHECKING:
    from tests.conftest import Workspace

BANKS = {"6222000011112222": "TRUST", "6222000033334444": "OPS"}
NAMED = {"A-1": "A-1", "A-2": "A-2", "b2": "B-2"}
"""What the lines' references name; which case a text means is not the model's matter."""


def rows(text: str) -> list[dict[str, str]]:
    """The rows of a file."""
    return list(csv.DictReader(text.splitlines()))


def lines(*texts: str) -> list[dict[str, str]]:
    """The rows of statements, each with its bank and the case that it names; without an invoice's payment."""
    return [
        {**row, "bank": BANKS[row["account"]], "reference": NAMED.get(row["reference"], "")}
        for text in texts
        for row in rows(text)
        if not row["reference"].startswith("INV")
    ]


@pytest.fixture
def agency(workspace: Workspace) -> Agency:
    """The model of the agency, with the contract versions as the books carry them."""
    two_months.settings(workspace)
    contracts = load_settings(workspace.folder).contracts
    return Agency(
        banks=[Bank("TRUST", "trust", "CNY"), Bank("OPS", "operating", "CNY")],
        first_day=date(2025, 1, 1),
        trust_interest="unidentified",
        opening={"Assets:Operating:Bank:OPS": (5_000_000, "CNY"), "Equity:Opening": (-5_000_000, "CNY")},
        contracts={name: ("CNY", [terms.document() for terms in one.terms]) for name, one in contracts.items()},
    )


def balances(agency: Agency, at: date) -> dict[str, str]:
    """All balances as the worked case has them."""
    return {name: money.printed(amount, 2) for (name, _), amount in agency.balances(at).items()}


def test_the_same_figures(agency: Agency) -> None:
    """Both month ends, every account, every step in the order in which the commands are given."""
    end = date(2025, 1, 31)
    agency.place(rows(two_months.PLACEMENTS), end)
    agency.events(rows(two_months.JANUARY_EVENTS), end)
    agency.lines(lines(two_months.JANUARY_TRUST, two_months.JANUARY_OPS), end)
    agency.resolve(2, [("B-1", 50_000)], date(2025, 1, 20))
    agency.events([{"event": "refund", "date": "2025-01-25", "case": "B-2"}], date(2025, 1, 25))
    agency.remit(end, end)
    agency.reconcile(end)
    assert not_zero(balances(agency, end)) == not_zero(JANUARY)
    assert not agency.check()

    end = date(2025, 2, 28)
    agency.events(rows(two_months.FEBRUARY_EVENTS), end)
    agency.lines(lines(two_months.FEBRUARY_TRUST, two_months.FEBRUARY_OPS), end)
    paid = {"event": "client_payment", "date": "2025-02-20", "client": "BETA", "amount": "1378.00"}
    agency.events([paid], end)
    agency.remit(end, end)
    agency.reconcile(end)
    assert not_zero(balances(agency, end)) == not_zero(FEBRUARY)
    assert not agency.check()
    assert agency.case("A-1")["outstanding"]["court_costs"] == 30_000
    assert agency.case("A-2")["status"] == "settled"
    assert agency.invoices() == [("INV-2025-0001", 137_800, 0)]
