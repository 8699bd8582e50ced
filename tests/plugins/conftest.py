"""Ledgers as test docstrings: loaded with the checkers, each expected finding marked on its line.

A test's docstring is the rule it proves, an empty line, and the ledger.  ``; ! trust_cover 7`` at the end
of a line says that trust_cover finds something at that line in entry 7 (``-``: in no numbered entry).
"""

from __future__ import annotations

import hashlib
import inspect
import json
import re
from typing import TYPE_CHECKING, NamedTuple

import pytest
from beancount import loader

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from beancount.core.data import BeancountError

CHECKERS = """
plugin "plugins.fund_balance"
plugin "plugins.trust_cover"
plugin "plugins.fee_bridge"
plugin "plugins.case_buckets"
"""
CHART = """
2025-01-01 open Assets:Trust:Bank:TRUST CNY
2025-01-01 open Assets:Trust:InTransit:WALLET
2025-01-01 open Liabilities:Trust:ClientPayable:ALFA
2025-01-01 open Liabilities:Trust:ClientPayable:BETA
2025-01-01 open Liabilities:Trust:UndrawnFees
2025-01-01 open Liabilities:Trust:Unidentified
2025-01-01 open Assets:Operating:Bank:MAIN
2025-01-01 open Assets:Operating:DueFromTrust
2025-01-01 open Assets:Operating:Receivable:Client:ALFA
2025-01-01 open Assets:Operating:CostsAdvanced:ALFA
2025-01-01 open Liabilities:Operating:OutputVAT
2025-01-01 open Income:Commission:ALFA:PAA
2025-01-01 open Income:Commission:BETA:PAA
2025-01-01 open Expenses:Rent
2025-01-01 open Equity:Opening
2025-01-01 open Equity:Memo:Outstanding:ALFA:Principal
2025-01-01 open Equity:Memo:Outstanding:ALFA:Interest
2025-01-01 open Equity:Memo:Outstanding:ALFA:CourtCosts
2025-01-01 open Equity:Memo:Outstanding:BETA:Principal
2025-01-01 open Equity:Memo:Placed:ALFA
2025-01-01 open Equity:Memo:Placed:BETA
2025-01-01 open Equity:Memo:Adjusted:ALFA
2025-01-01 open Equity:Memo:CollectedPAA:ALFA
2025-01-01 open Equity:Memo:CollectedPAA:BETA
"""
_NONE: Mapping[str, str] = {}
EXACT = 'option "tolerance_multiplier" "0"\n'

Finding = tuple[str, int, str]
"""Who found it (a checker, or Beancount's own module), the line, and the entry's number or ``-``."""


class Checked(NamedTuple):
    """What was found in a ledger and what its marks expect, both sorted, and the messages in order."""

    found: list[Finding]
    marked: list[Finding]
    messages: list[str]


def finding(error: BeancountError) -> Finding:
    """An error as a test compares it."""
    meta = error.entry.meta if error.entry else {}
    return type(error).__module__.removeprefix("plugins."), error.source["lineno"], meta.get("entry", "-")


def check_text(text: str, head: str = EXACT) -> Checked:
    """A ledger's text, checked with the chart and ``head`` set after it, so that line 1 is the text's."""
    _, errors, _ = loader.load_string(f"{text}\n{CHART}{head}{CHECKERS}")
    return compared(text, errors)


def compared(text: str, errors: list[BeancountError]) -> Checked:
    """What was found in a ledger beside the marks in its text."""
    marked = [
        (who, line, number)
        for line, content in enumerate(text.splitlines(), 1)
        for who, number in re.findall(r"! (\S+) (\S+)", content.partition(";")[2])
    ]
    return Checked(sorted(finding(error) for error in errors), sorted(marked), [error.message for error in errors])


def check_alone(text: str, plugin: str, folder: Path, versions: Mapping[str, str] = _NONE, chart: str = "") -> Checked:
    """A ledger's text, checked by one plugin alone, with some contract versions beside it.

    A version stands in the text by its title, as ``"NET"``; it is registered unless its title ends in ``?``.
    """
    (folder / "terms").mkdir(exist_ok=True)
    registered = ""
    for title, document in versions.items():
        digest = hashlib.sha256(document.encode()).hexdigest()
        (folder / "terms" / f"{digest}.json").write_text(document + "\n")
        text = text.replace(f'"{title}"', f'"{digest}"')
        table = json.loads(document)
        if not title.endswith("?"):
            registered += f'{table["effective"]} custom "tallystick-terms" "{table["client"]}" "{digest}"\n'
    main = folder / "main.beancount"
    main.write_text(f'{text}\n{CHART}{chart}{EXACT}{registered}plugin "plugins.{plugin}"\n')
    _, errors, _ = loader.load_file(str(main))
    return compared(text, errors)


def ledger_of(test: Callable[..., object]) -> str:
    """The ledger in a test's docstring; the rule before it becomes a comment."""
    return f"; {inspect.cleandoc(test.__doc__ or '')}"


@pytest.fixture
def books(request: pytest.FixtureRequest) -> Checked:
    """The ledger of the test's own docstring, checked."""
    return check_text(ledger_of(request.function))


@pytest.fixture
def alone(request: pytest.FixtureRequest, tmp_path: Path) -> Checked:
    """The ledger of the test's own docstring, checked by one plugin alone.

    The module is named for the plugin, or names it in ``PLUGIN``; it may have ``VERSIONS`` and ``MORE_CHART``.
    """
    module = request.module
    plugin = getattr(module, "PLUGIN", module.__name__.rpartition("test_")[2])
    versions, chart = getattr(module, "VERSIONS", _NONE), getattr(module, "MORE_CHART", "")
    return check_alone(ledger_of(request.function), plugin, tmp_path, versions, chart)


@pytest.fixture
def lenient_books(request: pytest.FixtureRequest) -> Checked:
    """As ``books``, with Beancount's usual tolerance."""
    return check_text(ledger_of(request.function), head="")


@pytest.fixture(scope="session")
def check() -> Callable[[str], Checked]:
    """The check of a ledger's text."""
    return check_text


@pytest.fixture
def check_files(tmp_path: Path) -> Callable[[Iterable[str]], Checked]:
    """The check of a ledger of several files, included in the order given; marks are not read."""

    def check_in_order(texts: Iterable[str]) -> Checked:
        includes = ""
        for count, text in enumerate(texts):
            (tmp_path / f"{count}.beancount").write_text(text)
            includes += f'include "{count}.beancount"\n'
        main = tmp_path / "main.beancount"
        main.write_text(EXACT + CHECKERS + CHART + includes)
        _, errors, _ = loader.load_file(str(main))
        return Checked(sorted(finding(error) for error in errors), [], [error.message for error in errors])

    return check_in_order
