"""One vocabulary: the rows of DOMAIN §3, the table of rules, the tests of this folder, and the guide's table."""

from __future__ import annotations

import ast
import re
from collections import Counter
from pathlib import Path

from ledger_core.accounting.rules import RULES, TABLE

HERE = Path(__file__).resolve().parent
GUIDE = HERE.parent.parent / "docs" / "guide.md"
NAMES = [rule.name for rule in TABLE]

ROWS = {
    "placement": "placement",
    "placement_adjustment": "placement_adjustment",
    "interest_accrual": "interest_accrual",
    "cost_advanced (by agency)": "cost_advanced",
    "cost_deposit; spent by cost_advanced; deposit_return": "cost_deposit deposit_spent deposit_return",
    "cost_billed": "cost_billed",
    "receipt (PAA), money good": "receipt",
    "· fee on it, withheld": "fee_withheld",
    "· fee on it, invoiced": "fee_invoiced",
    "· recovery of advanced cost": "cost_recovered",
    "receipt on hold": "receipt_on_hold",
    "cleared": "cleared",
    "direct_payment (PDC)": "direct_payment",
    "unidentified receipt": "unidentified",
    "identified": "identified",
    "overpayment": "overpayment",
    "refund": "refund",
    "forwarder receipt": "forwarder_receipt",
    "returned payment": "returned_payment",
    "· of an unidentified receipt": "returned_unidentified",
    "· of a receipt that we do not know": "returned_unknown",
    "payment_back": "payment_back",
    "cure": "cure",
    "offset": "offset",
    "remittance": "remittance",
    "sweep": "sweep",
    "client_payment: an invoice, into operating": "client_payment",
    "· into trust by mistake": "client_payment_into_trust",
    "receipt into operating by mistake": "receipt_into_operating",
    "client_credit": "client_credit",
    "operating_entry": "operating_entry",
    "unknown money into an operating bank": "suspense",
    "settlement in full (SIF)": "settlement",
    "write_off": "write_off",
    "cost_write_off": "cost_write_off",
    "recall / close_return": "recall close_return",
    "judgment (re-base)": "judgment",
    "asset sale / auction proceeds": "asset_sale",
    "collector_commission; collector_paid": "collector_commission collector_paid",
    "forwarder_share; forwarder_paid": "forwarder_share forwarder_paid",
    "case_change": "case_change",
    "unclaimed": "unclaimed",
    "escheat": "escheat",
    "trust_transfer": "trust_transfer",
    "bank_charge on operating": "bank_charge",
    "bank_charge on trust": "bank_charge_on_trust",
    "trust_interest": "trust_interest",
    "payment_plan, promise_to_pay": "payment_plan promise_to_pay",
    "vat_paid": "vat_paid",
}
"""Every row of DOMAIN §3 as it is called there, in its order, and what the table has for it."""

BESIDE = {"opening", "reversal", "remittance_run", "fee_document", "credit_note", "invoice"}
"""Entries that §4 asks for: what was brought along, corrections, and runs and documents that post nothing."""


def test_every_row_is_in_the_table_once() -> None:
    """Each row has its rules, no rule is of two rows, and the table is in the order of the rows."""
    of_rows = [name for names in ROWS.values() for name in names.split()]
    in_table = [name for name in NAMES if name not in BESIDE]
    assert in_table == of_rows
    assert set(NAMES) - set(in_table) == BESIDE


def test_no_name_stands_twice() -> None:
    """A name is one rule's, and so is a title."""
    for words in (NAMES, [rule.title for rule in TABLE]):
        assert not [word for word, times in Counter(words).items() if times > 1]


def test_a_part_is_posted_by_its_rule() -> None:
    """What is printed of a part is what its event's rule posts; unknown money returned is its booking negated."""
    for part in (rule for rule in TABLE if rule.part):
        legs = set(RULES[part.event].legs)
        if part.name == "returned_unidentified":
            legs = {leg._replace(side=-leg.side) for leg in RULES["unidentified"].legs}
        assert set(part.legs) <= legs, part.name


def test_every_rule_has_its_test() -> None:
    """``test_<rule>`` makes it happen, once in this folder; ``test_<rule>__<which>`` are further cases of it."""
    here = Path(__file__).name
    functions = [
        node.name.removeprefix("test_")
        for path in sorted(HERE.glob("test_*.py"))
        if path.name != here
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    ]
    assert sorted(name for name in functions if "__" not in name) == sorted(NAMES)
    assert {name.partition("__")[0] for name in functions} == set(NAMES)


def test_every_rule_has_its_line_in_the_guide() -> None:
    """The guide's table "Every event" has a line a rule, in the order of ``tallystick rules``, no cell empty."""
    (section,) = re.findall(r"^## Every event\n((?:(?!## ).*\n)*)", GUIDE.read_text(encoding="utf-8"), re.MULTILINE)
    rows = [line.strip("|").split("|") for line in section.splitlines() if line.startswith("| `")]
    assert [row[0].strip(" `") for row in rows] == NAMES
    assert all(len(row) == 4 and all(cell.strip() for cell in row) for row in rows)
