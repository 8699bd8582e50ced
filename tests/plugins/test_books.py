"""How the checkers read the books, and that nothing odd in them makes a checker raise."""

from __future__ import annotations

import datetime as dt
import importlib
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from beancount.core.amount import Amount
from beancount.core.data import Custom, Open, Posting, Transaction
from beancount.parser.grammar import ValueType

from plugins import books

if TYPE_CHECKING:
    from collections.abc import Callable

    from beancount.core.data import Directive, Meta

    from tests.plugins.conftest import Checked

DAY = dt.date(2025, 1, 10)


def transaction(meta: Meta, *postings: Posting) -> Transaction:
    """A transaction of one day."""
    return Transaction(meta, DAY, "*", None, "", frozenset(), frozenset(), list(postings))


@pytest.mark.parametrize(
    ("account", "fund"),
    [
        ("Assets:Trust", "Trust"),
        ("Assets:Trust:InTransit:WALLET", "Trust"),
        ("Liabilities:Trust:UndrawnFees", "Trust"),
        ("Equity:Memo:Placed:ALFA", "Memo"),
        ("Assets:Trusted", "Operating"),
        ("Equity:Memory", "Operating"),
        ("Equity:Opening", "Operating"),
        ("Income:Trust", "Operating"),
        ("Expenses:Memo", "Operating"),
    ],
)
def test_fund_of(account: str, fund: str) -> None:
    """Two subtrees are Trust, one is Memo, and all else is Operating (DOMAIN §2)."""
    assert books.fund_of(account) == fund


@pytest.mark.parametrize(
    ("value", "number"),
    [
        ("7", 7),
        ("0", 0),
        ("999999999999999999", 999999999999999999),
        ("07", None),
        ("-7", None),
        ("7 ", None),
        ("7\n", None),
        ("٧", None),
        ("", None),
        ("9" * 5000, None),
        (Decimal(7), None),
        (None, None),
    ],
)
def test_number_of(value: object, number: int | None) -> None:
    """A place in posting order is a plain whole number of bounded length, written as text."""
    assert books.number_of(transaction({"entry": value})) == number


def test_posting_order() -> None:
    """Order is by number, 10 after 9, equal ones as given; what has no number is told apart."""
    metas: list[Meta] = [{"entry": "10"}, {"entry": "9"}, {}, {"entry": "9", "again": ""}]
    entries = [transaction(meta) for meta in metas]
    numbered, others = books.posting_order(entries)
    assert numbered == [(9, entries[1]), (9, entries[3]), (10, entries[0])]
    assert others == [entries[2]]


@pytest.mark.parametrize(
    ("value", "numbers"),
    [("7", [7]), ("7 9", [7, 9]), (None, []), ("", None), ("7  9", None), ("7,9", None), (" 7", None), (7, None)],
)
def test_reversed_by(value: object, numbers: list[int] | None) -> None:
    """Numbers with single spaces between; anything else that is there cannot be read."""
    assert books.reversed_by(transaction({"reverses": value} if value is not None else {})) == numbers


@pytest.mark.parametrize(
    ("value", "date"),
    [(DAY, DAY), ("2025-01-10", DAY), ("10.1.2025", None), ("", None), (20250110, None), (None, None)],
)
def test_dates(value: object, date: dt.date | None) -> None:
    """A date of the metadata is one, or a text that is one; the effective date is the entry's own where it is not."""
    entry = transaction({"effective": value})
    assert books.date_of(entry.meta, "effective") == date
    assert books.effective_of(entry) == (date or DAY)


def test_names_are_bounded() -> None:
    """A message lists ten entries and counts the rest."""
    entries = [transaction({"entry": str(count)}) for count in range(13)]
    assert books.names_of(entries) == "entries 0, 1, 2, 3, 4, 5, 6, 7, 8, 9 and 3 more"


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-Infinity"])
def test_amount_that_is_no_figure(text: str) -> None:
    """What cannot be summed is no amount: one such leg would hide what all the others say."""
    assert books.amount_of(Posting("Expenses:Rent", Amount(Decimal(text), "CNY"), None, None, None, None)) is None


def test_days_ascend() -> None:
    """Directives that come in no order are taken day by day, in the order given within a day."""
    later = [Open({}, DAY + dt.timedelta(days=1), "Assets:Trust:Bank:TRUST", [], None)]
    earlier = [transaction({"entry": "2"}), transaction({"entry": "1"})]
    assert list(books.days([*later, *earlier])) == [(DAY, earlier), (later[0].date, later)]


def odd_entries() -> list[Directive]:
    """Directives such as no file of ours holds, one oddity each."""
    nothing: Any = None
    number, cash = Decimal("1.00"), "CNY"
    one = Amount(number, cash)
    odd_units = [None, Amount(nothing, cash), Amount(number, nothing), Amount(Decimal("NaN"), cash)]
    odd_meta = [None, {}, {"case": ["A-1"], "bank": {}}, {"case": None, "bank": None, "lineno": 3}]
    postings = [Posting("", one, None, None, None, None)]
    for account in (
        "Equity:Memo:Outstanding:ALFA:Principal",
        "Equity:Memo:CollectedPAA:ALFA",
        "Equity:Memo:CollectedPDC:ALFA",
        "Equity:Memo",
        "Liabilities:Trust:UndrawnFees",
        "Liabilities:Trust:ClientHeld:",
        "Assets:Trust:Bank:TRUST",
    ):
        postings += [Posting(account, units, None, None, None, {}) for units in odd_units]
        postings += [Posting(account, one, None, None, None, meta) for meta in odd_meta]
    odd_values: list[Any] = [None, [], ["text"], [ValueType(None, str)] * 3, [ValueType(None, nothing)] * 2]
    metas: list[Meta] = [
        {},
        {"entry": ["7"]},
        {"entry": "7"},
        {"entry": "7", "case": 12, "lineno": "x"},
        {"entry": "8", "case": "A-1", "terms": 3, "base": DAY, "rule": {}, "event": "receipt", "effective": "x"},
        {"entry": "9", "case": "A-1", "event": "cleared", "clears": [], "reverses": DAY, "release": "never"},
        {"entry": "10", "case": "A-1", "event": [], "terms": "\0" * 64, "bucket": 1, "stage": 2, "beyond": None},
    ]
    huge = Posting("Equity:Memo:Placed:ALFA", Amount(Decimal("-1E+999999"), cash), None, None, None, None)
    kinds = ("bank-statement", "reconciling-item", "tallystick-terms")
    return [
        Open({}, DAY, "Assets:Trust:Bank:TRUST", nothing, None),
        *(transaction(meta, *postings) for meta in metas),
        transaction({"entry": "11", "case": "A-1", "placed-amount": []}, *postings, huge),
        transaction({}),
        *(Custom({}, DAY, kind, values) for kind in kinds for values in odd_values),
    ]


CHECKERS = [
    "fund_balance",
    "trust_cover",
    "fee_bridge",
    "case_buckets",
    "day_end",
    "case_totals",
    "gross_credit",
    "fees",
    "reversals",
    "direct",
]


@pytest.mark.parametrize("name", CHECKERS)
def test_checkers_never_raise(name: str) -> None:
    """What cannot be read comes back as errors with source, message and entry, and the entries unchanged."""
    checker = getattr(importlib.import_module(f"plugins.{name}"), name)
    entries = odd_entries()
    checked, errors = checker(entries, {})
    assert checked is entries
    assert repr(entries) == repr(odd_entries())
    assert errors
    assert all(error._fields == ("source", "message", "entry") for error in errors)
    assert all(error.source is not None and error.message and error.entry in entries for error in errors)


def test_empty_ledger(check: Callable[[str], Checked]) -> None:
    """An agency that has posted nothing yet has sound books."""
    assert check("").found == []
