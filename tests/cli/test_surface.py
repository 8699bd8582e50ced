"""The JSON that other programs rely on: every document has the fields it must have, money as decimal strings."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from tests.acceptance import two_months

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conftest import Workspace

MONEY = re.compile(r"-?[0-9]+\.[0-9]{2}\Z")
LINE = "line bank date amount id reference payer memo disposition cases entries evidence suggestions"
STATEMENT = (
    "client currency from to collected_paa collected_pdc returned commission vat costs_recovered cured offset remitted "
    "unclaimed invoices_paid held payable_opening payable_closing receivable_opening receivable_closing documents lines"
)


def _has(document: dict[str, Any], names: str) -> None:
    assert set(names.split()) <= document.keys(), set(names.split()) - document.keys()


def _floats(value: Any) -> Iterator[float]:  # noqa: ANN401 - a JSON document
    if isinstance(value, float):
        yield value
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _floats(part)


@pytest.fixture
def january(workspace: Workspace) -> Workspace:
    """The worked January, run through the commands."""
    two_months.settings(workspace)
    two_months.january(workspace)
    return workspace


def test_every_document_has_its_fields(january: Workspace) -> None:
    """Fields may be added to a document, never taken away (SURFACE, "JSON that checks rely on")."""
    balances = january.json("balances", "--at", "2025-01-31")
    _has(balances, "at balances")
    assert all(MONEY.match(text) for amounts in balances["balances"].values() for text in amounts.values())
    case = january.json("case", "A-1")
    _has(case, "case client currency status outstanding history")
    _has(case["outstanding"], "principal interest fees court_costs")
    _has(case["history"][0], "date event amount entry")
    lines = january.json("matches")["lines"]
    for line in lines:
        _has(line, LINE)
        assert MONEY.match(line["amount"])
        assert line["evidence"] or line["disposition"] != "posted"
    posted = next(line for line in lines if line["disposition"] == "posted")
    _has(posted["cases"][0], "case amount overpaid")
    for client in ("ALFA", "BETA"):
        statement = january.json("statement", client, "--period", "2025-01")
        _has(statement, STATEMENT)
        _has(statement["documents"][0], "number kind commission vat paid")
    three_way = january.json("three-way", "--at", "2025-01-20")
    _has(three_way, "at banks owed sub_ledger difference")
    _has(three_way["banks"][0], "bank statement book reconciling")
    assert three_way["difference"] == "0.00"
    _has(january.json("worklist"), "lines drafts")
    _has(january.json("verify"), "ok unpublished findings entries head")


def test_a_run_and_an_import_tell_what_they_did(workspace: Workspace) -> None:
    """``remit`` and ``import`` print their own documents; a dry run prints the same and keeps nothing."""
    two_months.settings(workspace)
    path = workspace.write("placements.csv", two_months.PLACEMENTS + "ALFA,A-1,2025-01-02,5.00,\n")
    refused = workspace.json("import", str(path), status=1)
    _has(refused["files"][0], "path kind imported duplicates refused")
    _has(refused["files"][0]["refused"][0], "line code message")
    assert (refused["files"][0]["imported"], refused["files"][0]["refused"][0]["line"]) == (0, 8)
    path.write_text(two_months.PLACEMENTS)
    assert workspace.json("import", str(path), "--dry-run")["files"][0]["imported"] == 6
    assert workspace.json("import", str(path))["files"][0]["imported"] == 6
    run = workspace.json("remit", "--through", "2025-01-31", "--dry-run")
    _has(run, "through draft clients swept")
    _has(run["clients"][0], "client payable offset remitted carried_forward invoiced")


def test_no_document_holds_a_float(january: Workspace) -> None:
    """Money in JSON is a decimal string with the currency's decimals, never a number."""
    wanted = [["balances"], ["case", "A-1"], ["matches"], ["statement", "ALFA", "--period", "2025-01"], ["three-way"]]
    assert not [found for args in wanted for found in _floats(january.json(*args))]
