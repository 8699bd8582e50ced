"""Sheets: entries in the making, their legs as columns, in the order of their rules."""

from __future__ import annotations

import numpy as np
import pytest

from ledger_core.accounting import chart
from ledger_core.accounting.posting import Account, Header, LegRow, Legs, Place, Sheet
from ledger_core.accounting.rules import RULES
from ledger_core.errors import Refused

PLACE = Place("CNY", "ALFA", "TRUST", "OPS")
BANK = Account("Assets:Trust:Bank:TRUST", "CNY")
REFUND = "Liabilities:Trust:DebtorRefund"


def shown(legs: Legs) -> list[tuple[int, str, str, int, str, str]]:
    """Legs as rows: entry, account, commodity, amount, bank, item."""
    return [
        (int(row), *legs.accounts[account], int(amount), legs.banks[bank], legs.items.get(index, ""))
        for index, (row, account, amount, bank) in enumerate(
            zip(legs.row, legs.account, legs.amount, legs.bank, strict=True)
        )
    ]


def column(*values: int) -> np.ndarray:
    """A column of amounts or rows."""
    return np.array(values, dtype=np.int64)


def unidentified(sheet: Sheet, line: int, amount: int) -> int:
    """An entry of money that nobody is named for."""
    return sheet.post(Header("unidentified", "2025-01-15", line=line), RULES["unidentified"], {"amount": amount}, PLACE)


def overpaid(sheet: Sheet, case: str, amount: int) -> int:
    """A refund of a case."""
    quantities = {"overpaid": amount, "unidentified": 0, "amount": amount}
    return sheet.post(Header("refund", "2025-01-25", case=case), RULES["refund"], quantities, PLACE)


def test_an_empty_sheet_has_no_legs() -> None:
    """Nothing posted, nothing there."""
    legs = Sheet().legs()
    assert not len(legs.row)
    assert not legs.items


def test_legs_come_entry_by_entry_in_the_order_of_the_rule() -> None:
    """Whatever the order of posting, legs are by entry, and within it as the rule has them."""
    sheet = Sheet()
    rows = [sheet.add(Header("remittance", "2025-01-31", case=case)) for case in "abc"]
    sheet.emit(RULES["remittance"], column(rows[2], rows[0]), {"amount": column(30, 10)}, PLACE)
    sheet.emit(RULES["sweep"], column(rows[1]), {"amount": column(20)}, PLACE)
    found = shown(sheet.legs())
    assert [(row, name, amount) for row, name, _, amount, *_ in found] == [
        (0, "Liabilities:Trust:ClientPayable:ALFA", 10),
        (0, "Assets:Trust:Bank:TRUST", -10),
        (1, "Liabilities:Trust:UndrawnFees", 20),
        (1, "Assets:Trust:Bank:TRUST", -20),
        (1, "Assets:Operating:Bank:OPS", 20),
        (1, "Assets:Operating:DueFromTrust", -20),
        (2, "Liabilities:Trust:ClientPayable:ALFA", 30),
        (2, "Assets:Trust:Bank:TRUST", -30),
    ]


def test_trust_legs_belong_to_a_bank_and_others_to_none() -> None:
    """Every posting of the trust fund names its bank (DOMAIN §2); operating and memo ones name none."""
    sheet = Sheet()
    sheet.post(Header("sweep", "2025-01-31"), RULES["sweep"], {"amount": 5}, PLACE)
    assert {(chart.fund_of(name), bank) for _, name, _, _, bank, _ in shown(sheet.legs())} == {
        ("trust", "TRUST"),
        ("operating", ""),
    }


def test_a_zero_makes_no_leg_and_a_negative_changes_sides() -> None:
    """A quantity of zero is left out; a negative one moves to the other side."""
    sheet = Sheet()
    row = sheet.add(Header("forwarder_receipt", "2025-01-18"))
    quantities = {name: column(0) for name in RULES["forwarder_receipt"].quantities}
    sheet.emit(RULES["forwarder_receipt"], column(row), quantities | {"withheld_net": column(-7)}, PLACE)
    found = [(name, amount) for _, name, _, amount, *_ in shown(sheet.legs())]
    assert found == [("Liabilities:Trust:UndrawnFees", 7), ("Assets:Operating:DueFromTrust", -7)]


def test_one_debtors_and_one_lines_money_is_marked() -> None:
    """DebtorRefund carries its case and Unidentified its line; no other leg does (DOMAIN §2)."""
    sheet = Sheet()
    unidentified(sheet, 7, 500)
    overpaid(sheet, "B-2", 100)
    assert [(name, item) for _, name, _, _, _, item in shown(sheet.legs())] == [
        (BANK.name, ""),
        ("Liabilities:Trust:Unidentified", "line:7"),
        (REFUND, "case:B-2"),
        (BANK.name, ""),
    ]


def test_without_drops_entries_and_closes_the_ranks() -> None:
    """Refused entries without legs disappear; the others keep their legs and items under new numbers."""
    sheet = Sheet()
    refused = {sheet.add(Header("receipt", "2025-01-10", case="gone")) for _ in range(2)}
    unidentified(sheet, 7, 500)
    refused.add(sheet.add(Header("receipt", "2025-01-10", case="gone")))
    overpaid(sheet, "B-2", 100)
    kept = sheet.without(refused)
    assert [header.event for header in kept.headers] == ["unidentified", "refund"]
    assert [(row, amount, item) for row, _, _, amount, _, item in shown(kept.legs())] == [
        (0, 500, ""),
        (0, -500, "line:7"),
        (1, 100, "case:B-2"),
        (1, -100, ""),
    ]
    assert sheet.without(set()) is sheet


def test_a_sheet_goes_on_after_entries_were_dropped() -> None:
    """What is posted into the smaller sheet stands behind what was kept."""
    sheet = Sheet()
    gone = sheet.add(Header("receipt", "2025-01-10"))
    unidentified(sheet, 1, 10)
    kept = sheet.without({gone})
    unidentified(kept, 2, 20)
    assert [(row, amount, item) for row, _, _, amount, _, item in shown(kept.legs())] == [
        (0, 10, ""),
        (0, -10, "line:1"),
        (1, 20, ""),
        (1, -20, "line:2"),
    ]


def test_a_copy_is_the_same_legs_with_the_other_sign() -> None:
    """A negation has each leg of what it undoes, with its bank and its item, and the opposite amount."""
    sheet = Sheet()
    legs = [
        LegRow(BANK.name, "CNY", 6100, "TRUST"),
        LegRow("Liabilities:Trust:ClientPayable:BETA", "CNY", -6000, "TRUST"),
        LegRow(REFUND, "CNY", -100, "TRUST", "case:B-2"),
    ]
    sheet.add(Header("fee_document", "2025-02-03"))
    row = sheet.add(Header("returned_payment", "2025-02-03"))
    sheet.copy(row, legs, sign=-1)
    sheet.copy(row, legs[:1], after=3)
    assert shown(sheet.legs()) == [
        (1, *BANK, -6100, "TRUST", ""),
        (1, "Liabilities:Trust:ClientPayable:BETA", "CNY", 6000, "TRUST", ""),
        (1, REFUND, "CNY", 100, "TRUST", "case:B-2"),
        (1, *BANK, 6100, "TRUST", ""),
    ]


def test_accounts_and_banks_are_listed_once() -> None:
    """Columns hold codes into short lists of accounts and banks."""
    sheet = Sheet()
    for line in range(1, 4):
        unidentified(sheet, line, 10)
    legs = sheet.legs()
    assert legs.accounts == (BANK, Account("Liabilities:Trust:Unidentified", "CNY"))
    assert legs.banks == ("", "TRUST")


def test_a_leg_at_the_limit_is_refused() -> None:
    """Amounts stay below 10^12 minor units, so that no sum of legs wraps."""
    with pytest.raises(Refused, match="AMOUNT_LIMIT"):
        unidentified(Sheet(), 1, 10**12)


def test_what_is_not_said_is_nothing() -> None:
    """A header, a place and a leg name no more than they are given."""
    said = Header("receipt", "2025-01-10")
    texts = (said.effective, said.client, said.case, said.bank, said.terms, said.key)
    assert (*texts, said.line, said.rule, said.base, said.reverses) == ("", "", "", "", "", "", 0, -1, 0, ())
    assert (dict(said.meta), dict(said.private)) == ({}, {})
    assert Place("CNY") == Place("CNY", "", "", "", "", "", "", "")
    assert LegRow("Equity:Opening", "CNY", 5) == LegRow("Equity:Opening", "CNY", 5, "", "")


def test_sums_of_an_account_in_the_making() -> None:
    """By bank, and of one item alone; an account that was not posted to has none."""
    sheet = Sheet()
    unidentified(sheet, 3, 700)
    unidentified(sheet, 4, 50)
    second = sheet.add(Header("unidentified", "2025-01-16", line=5))
    other = Place("CNY", bank="SECOND")
    sheet.emit(RULES["unidentified"], column(second), {"amount": column(9)}, other)
    waiting = "Liabilities:Trust:Unidentified"
    assert sheet.sum_of(waiting, "CNY", "TRUST") == -750
    assert sheet.sum_of(waiting, "CNY", "SECOND") == -9
    assert sheet.sum_of(waiting, "CNY", "TRUST", "line:4") == -50
    assert sheet.sum_of(waiting, "CNY", "TRUST", "line:5") == 0
    assert sheet.sum_of(REFUND, "CNY", "TRUST") == sheet.sum_of(waiting, "CNY", "NOWHERE") == 0
    assert sheet.sum_of(waiting, "USD", "TRUST") == 0
    several = [LegRow(BANK.name, "CNY", 7, "TRUST")]
    several += [LegRow(waiting, "CNY", -amount, "TRUST", f"line:{line}") for line, amount in ((8, 3), (9, 4))]
    sheet.copy(sheet.add(Header("reversal", "2025-01-17")), several)
    assert [sheet.sum_of(waiting, "CNY", "TRUST", f"line:{line}") for line in (8, 9)] == [-3, -4]


def test_what_each_entry_moves() -> None:
    """Of an account entry by entry, those that move nothing left out; and the debits of one entry."""
    sheet = Sheet()
    first, second = unidentified(sheet, 3, 700), overpaid(sheet, "K-1", 80)
    both = sheet.add(Header("opening", "2025-01-01"))
    sheet.copy(both, [LegRow(BANK.name, "CNY", 30, "TRUST"), LegRow(BANK.name, "CNY", -30, "TRUST")])
    assert sheet.moved(BANK.name, "CNY") == {first: 700, second: -80}
    assert sheet.moved("Assets:Trust:Bank:SECOND", "CNY") == sheet.moved(BANK.name, "USD") == {}
    assert [sheet.debits_of(row) for row in (first, second, both)] == [700, 80, 30]


def test_an_item_named_afterwards() -> None:
    """Only legs that carry an item get it, and only those of the entry."""
    sheet = Sheet()
    first, second = unidentified(sheet, 3, 700), unidentified(sheet, 4, 50)
    sheet.set_item(second, "line:9")
    items = [(row, item) for row, _, _, _, _, item in shown(sheet.legs())]
    assert items == [(first, ""), (first, "line:3"), (second, ""), (second, "line:9")]


def test_unclaimed_money_keeps_whose_it_was() -> None:
    """A case's, else a client's, else a line's."""
    sheet = Sheet()
    for header in (
        Header("unclaimed", "2025-01-20", client="ALFA", case="K-1", line=4),
        Header("unclaimed", "2025-01-20", client="ALFA"),
        Header("unclaimed", "2025-01-20", line=4),
    ):
        quantities = {"overpaid": 0, "unidentified": 0, "client": 5, "amount": 5}
        sheet.post(header, RULES["unclaimed"], quantities, PLACE)
    unclaimed = "Liabilities:Trust:UnclaimedProperty"
    assert [leg[5] for leg in shown(sheet.legs()) if leg[1] == unclaimed] == ["case:K-1", "client:ALFA", "line:4"]


def test_a_processors_money_is_in_transit() -> None:
    """The same entry on another account, also at the far end of a transfer; an operating bank is never in transit."""
    sheet = Sheet(frozenset({"PAYCO", "OPS"}))
    sheet.post(
        Header("unidentified", "2025-01-15", line=1), RULES["unidentified"], {"amount": 7}, Place("CNY", bank="PAYCO")
    )
    quantities = {"amount": 5, "client": 5, "overpaid": 0, "unidentified": 0, "undrawn": 0}
    place = Place("CNY", "ALFA", "TRUST", to_bank="PAYCO")
    sheet.post(Header("trust_transfer", "2025-01-16"), RULES["trust_transfer"], quantities, place)
    charge = Place("CNY", operating_bank="OPS")
    sheet.post(Header("bank_charge", "2025-01-17"), RULES["bank_charge"], {"amount": 1}, charge)
    banks = [(account, amount, bank) for _, account, _, amount, bank, _ in shown(sheet.legs()) if "Assets" in account]
    assert banks == [
        ("Assets:Trust:InTransit:PAYCO", 7, "PAYCO"),
        ("Assets:Trust:InTransit:PAYCO", 5, "PAYCO"),
        ("Assets:Trust:Bank:TRUST", -5, "TRUST"),
        ("Assets:Operating:Bank:OPS", -1, ""),
    ]
