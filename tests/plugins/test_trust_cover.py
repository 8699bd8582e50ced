"""Invariant 2: each trust bank holds what is owed out of it, and what its statement says, at the end of each day."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tests.plugins.conftest import Checked


def test_sound_banks(books: Checked) -> None:
    """Two banks of one commodity, a third of another, and money in transit are each covered and as stated.

    2025-01-01 open Assets:Trust:Bank:SECOND CNY
    2025-01-01 open Assets:Trust:Bank:DOLLAR USD
    2025-01-10 * "received"
      entry: "1"
      Assets:Trust:Bank:TRUST  100.00 CNY
      Liabilities:Trust:ClientPayable:ALFA  -100.00 CNY
        bank: "TRUST"
      Assets:Trust:Bank:SECOND  40.00 CNY
      Liabilities:Trust:ClientPayable:BETA  -40.00 CNY
        bank: "SECOND"
    2025-01-10 * "dollars: the only bank of theirs"
      entry: "2"
      Assets:Trust:Bank:DOLLAR  7.00 USD
      Liabilities:Trust:Unidentified  -7.00 USD
    2025-01-11 * "on its way"
      entry: "3"
      Assets:Trust:InTransit:WALLET  5.00 CNY
        bank: "SECOND"
      Liabilities:Trust:ClientPayable:BETA  -5.00 CNY
        bank: "SECOND"
    2025-01-31 * "remittance, at the bank tomorrow"
      entry: "4"
      Liabilities:Trust:ClientPayable:ALFA  60.00 CNY
        bank: "TRUST"
      Assets:Trust:Bank:TRUST  -60.00 CNY
    2025-01-31 custom "bank-statement" Assets:Trust:Bank:TRUST 97.50 CNY
    2025-01-31 custom "reconciling-item" Assets:Trust:Bank:TRUST 60.00 CNY "remittance 4"
    2025-01-31 custom "reconciling-item" Assets:Trust:Bank:TRUST -2.50 CNY "line 9"
    2025-01-31 custom "bank-statement" Assets:Trust:Bank:SECOND 40.00 CNY
    2025-01-31 custom "bank-statement" Assets:Trust:Bank:DOLLAR 7.00 USD
    2025-01-09 custom "bank-statement" Assets:Trust:Bank:DOLLAR 0.00 USD
    """
    assert books.found == books.marked == []


def test_late_posting_of_the_same_day(books: Checked) -> None:
    """Cover is judged at the end of the day: an entry posted later and dated the same day makes it good.

    2025-01-01 open Assets:Trust:Bank:SECOND CNY
    2025-01-10 * "received at one bank for the other"
      entry: "1"
      Assets:Trust:Bank:TRUST  100.00 CNY
      Liabilities:Trust:ClientPayable:ALFA  -100.00 CNY
        bank: "SECOND"
    2025-01-11 * "the next day's business"
      entry: "2"
      Assets:Trust:Bank:TRUST  1.00 CNY
      Liabilities:Trust:Unidentified  -1.00 CNY
        bank: "TRUST"
    2025-01-10 * "put right, posted late"
      entry: "3"
      Assets:Trust:Bank:SECOND  100.00 CNY
      Assets:Trust:Bank:TRUST  -100.00 CNY
    """
    assert books.found == books.marked == []


def test_shortfall_is_told_when_it_changes(books: Checked) -> None:
    """A bank that holds too little is told on the first date and when the difference changes, not every day.

    2025-01-10 * "sound"
      entry: "6"
      Assets:Trust:Bank:TRUST  50.00 CNY
      Liabilities:Trust:Unidentified  -50.00 CNY
    2025-01-10 * "short"  ; ! fund_balance 7 ! trust_cover 7
      entry: "7"
      Liabilities:Trust:ClientPayable:ALFA  -100.00 CNY
      Assets:Trust:Bank:TRUST  90.00 CNY
      Assets:Operating:Bank:MAIN  10.00 CNY
    2025-01-11 * "sound: the old difference is not told again"
      entry: "8"
      Liabilities:Trust:ClientPayable:ALFA  -1.00 CNY
      Assets:Trust:Bank:TRUST  1.00 CNY
    2025-01-12 * "shorter by one entry"  ; ! fund_balance 9 ! trust_cover 9
      entry: "9"
      Expenses:Rent  5.00 CNY
      Assets:Trust:Bank:TRUST  -5.00 CNY
    2025-01-12 * "and by another"  ; ! fund_balance 10
      entry: "10"
      Expenses:Rent  6.00 CNY
      Assets:Trust:Bank:TRUST  -6.00 CNY
    2025-01-13 * "made good: nothing but its own funds to tell"  ; ! fund_balance 11
      entry: "11"
      Assets:Operating:Bank:MAIN  -21.00 CNY
      Assets:Trust:Bank:TRUST  21.00 CNY
    """
    assert books.found == books.marked
    assert [message for message in books.messages if "fund" not in message] == [
        (
            "2025-01-10 Assets:Trust:Bank:TRUST: bank and in transit hold 140.00 CNY, owed are 150.00 CNY: "
            "10.00 CNY missing; by entry 7"
        ),
        (
            "2025-01-12 Assets:Trust:Bank:TRUST: bank and in transit hold 130.00 CNY, owed are 151.00 CNY: "
            "21.00 CNY missing; by entries 9, 10"
        ),
    ]


def test_surplus(books: Checked) -> None:
    """A bank that holds more than is owed is told as well: it is somebody's money.

    2025-01-10 * "capital paid into the wrong bank"  ; ! fund_balance 7 ! trust_cover 7
      entry: "7"
      Assets:Trust:Bank:TRUST  10.00 CNY
      Equity:Opening  -10.00 CNY
    """
    assert books.found == books.marked
    assert "owed are 0.00 CNY: 10.00 CNY too much; by entry 7" in books.messages[1]


def test_money_owed_at_another_bank(books: Checked) -> None:
    """Money that is owed out of another bank than holds it uncovers both, though the total is right.

    2025-01-01 open Assets:Trust:Bank:SECOND CNY
    2025-01-10 * "received"  ; ! trust_cover 7 ! trust_cover 7
      entry: "7"
      Assets:Trust:Bank:TRUST  100.00 CNY
      Liabilities:Trust:ClientPayable:ALFA  -100.00 CNY
        bank: "SECOND"
    """
    assert books.found == books.marked
    assert all(message.endswith("all its trust banks together are off by 0.00 CNY") for message in books.messages)


def test_several_banks_and_none_named(books: Checked) -> None:
    """Where several trust banks have a commodity, a trust leg that names none is an error at its line.

    2025-01-01 open Assets:Trust:Bank:SECOND CNY
    2025-01-10 * "received"  ; ! trust_cover 7
      entry: "7"
      Assets:Trust:Bank:TRUST  100.00 CNY
      Liabilities:Trust:ClientPayable:ALFA  -100.00 CNY  ; ! trust_cover 7
    2025-01-11 * "on its way"
      entry: "8"
      Assets:Trust:InTransit:WALLET  5.00 CNY  ; ! trust_cover 8
      Liabilities:Trust:Unidentified  -5.00 CNY  ; ! trust_cover 8
    """
    assert books.found == books.marked
    assert books.messages[0] == (
        "entry 7 of 2025-01-10: Liabilities:Trust:ClientPayable:ALFA -100.00 CNY has no bank:, "
        "and 2 trust banks of CNY are open"
    )
    assert books.messages[1].endswith("all its trust banks together are off by 0.00 CNY")


def test_bank_that_is_none(books: Checked) -> None:
    """A bank: that is unknown, of another commodity, or no text is an error at its line.

    2025-01-01 open Assets:Trust:Bank:DOLLAR USD
    2025-01-10 * "unknown, and another commodity's"
      entry: "7"
      Liabilities:Trust:ClientPayable:ALFA  -100.00 CNY  ; ! trust_cover 7
        bank: "NOWHERE"
      Liabilities:Trust:Unidentified  100.00 CNY  ; ! trust_cover 7
        bank: "DOLLAR"
      Liabilities:Trust:UndrawnFees  0.00 CNY  ; ! trust_cover 7
        bank: 12
    """
    assert books.found == books.marked


def test_commodity_without_bank(books: Checked) -> None:
    """Trust money of a commodity that no trust bank holds is an error.

    2025-01-10 * "no bank of dollars"
      entry: "7"
      Liabilities:Trust:ClientPayable:ALFA  -100.00 USD  ; ! trust_cover 7
      Liabilities:Trust:Unidentified  100.00 USD  ; ! trust_cover 7
    """
    assert books.found == books.marked
    assert books.messages[0].endswith("has no bank:, and no trust banks of USD are open")


def test_second_bank_opened_later(books: Checked) -> None:
    """Books from before the second bank need no bank:, those from after do.

    2025-01-10 * "while there was one"
      entry: "1"
      Assets:Trust:Bank:TRUST  100.00 CNY
      Liabilities:Trust:ClientPayable:ALFA  -100.00 CNY
    2025-02-01 open Assets:Trust:Bank:SECOND CNY
    2025-02-01 * "now there are two"  ; ! trust_cover 2
      entry: "2"
      Assets:Trust:Bank:TRUST  100.00 CNY
      Liabilities:Trust:ClientPayable:ALFA  -100.00 CNY  ; ! trust_cover 2
    """
    assert books.found == books.marked


def test_trust_assets_that_are_neither_bank_nor_in_transit(books: Checked) -> None:
    """What is lent out of the trust bank covers nothing, though it is still in the fund.

    2025-01-01 open Assets:Trust:Loan
    2025-01-10 * "lent to the owner"  ; ! trust_cover 7
      entry: "7"
      Assets:Trust:Loan  10.00 CNY
      Assets:Trust:Bank:TRUST  -10.00 CNY
    """
    assert books.found == books.marked


def test_statement_that_the_book_does_not_make(books: Checked) -> None:
    """Book and reconciling items must make the statement's balance at the end of its date.

    2025-01-31 * "received, and booked the same day"
      entry: "7"
      Assets:Trust:Bank:TRUST  60.00 CNY
      Assets:Trust:Bank:TRUST  40.00 CNY
      Liabilities:Trust:Unidentified  -100.00 CNY
    2025-02-01 * "received too late for the statement"
      entry: "8"
      Assets:Trust:Bank:TRUST  30.00 CNY
      Liabilities:Trust:Unidentified  -30.00 CNY
    2025-01-31 custom "bank-statement" Assets:Trust:Bank:TRUST 130.00 CNY  ; ! trust_cover -
    2025-01-31 custom "reconciling-item" Assets:Trust:Bank:TRUST 20.00 CNY "remittance 4"
    """
    assert books.found == books.marked
    assert books.messages == [
        (
            "2025-01-31 Assets:Trust:Bank:TRUST: the book's 100.00 CNY plus reconciling items (1) of 20.00 CNY "
            "do not make the statement's 130.00 CNY: 10.00 CNY unexplained; that day's entry 7"
        )
    ]


def test_statements_tell_a_difference_when_it_changes(books: Checked) -> None:
    """Daily statements that differ from the book by the same figure are told once, and anew after they agreed.

    2025-01-09 * "received the day before"
      entry: "7"
      Assets:Trust:Bank:TRUST  9.00 CNY
      Liabilities:Trust:Unidentified  -9.00 CNY
    2025-01-10 custom "bank-statement" Assets:Trust:Bank:TRUST 14.00 CNY  ; ! trust_cover -
    2025-01-11 custom "bank-statement" Assets:Trust:Bank:TRUST 14.00 CNY
    2025-01-12 custom "bank-statement" Assets:Trust:Bank:TRUST 15.00 CNY  ; ! trust_cover -
    2025-01-13 custom "bank-statement" Assets:Trust:Bank:TRUST 9.00 CNY
    2025-01-14 custom "bank-statement" Assets:Trust:Bank:TRUST 15.00 CNY  ; ! trust_cover -
    """
    assert books.found == books.marked
    assert books.messages[0].endswith("5.00 CNY unexplained; that day's entries: none")


def test_statement_of_an_operating_bank(books: Checked) -> None:
    """A statement of an operating bank is held against its book too.

    2025-01-10 * "capital"
      entry: "7"
      Assets:Operating:Bank:MAIN  10.00 CNY
      Equity:Opening  -10.00 CNY
    2025-01-10 custom "bank-statement" Assets:Operating:Bank:MAIN 10.01 CNY  ; ! trust_cover -
    """
    assert books.found == books.marked


def test_items_without_their_statement(books: Checked) -> None:
    """A reconciling item counts only with a statement of its date, account and commodity.

    2025-01-31 custom "bank-statement" Assets:Trust:Bank:TRUST 0.00 CNY
    2025-01-30 custom "reconciling-item" Assets:Trust:Bank:TRUST 1.00 CNY "another date"  ; ! trust_cover -
    2025-01-31 custom "reconciling-item" Assets:Trust:InTransit:WALLET 1.00 CNY "another account"  ; ! trust_cover -
    2025-01-31 custom "reconciling-item" Assets:Trust:Bank:TRUST 1.00 USD "another commodity"  ; ! trust_cover -
    """
    assert books.found == books.marked


def test_statements_that_cannot_be_read(books: Checked) -> None:
    """A statement or an item of another shape is an error, never passed over.

    2025-01-31 custom "bank-statement" Assets:Trust:Bank:TRUST 0.00 CNY
    2025-01-31 custom "bank-statement" Assets:Trust:Bank:TRUST 0.00  ; ! trust_cover -
    2025-01-31 custom "bank-statement" "Assets:Trust:Bank:TRUST" 0.00 CNY  ; ! trust_cover -
    2025-01-31 custom "bank-statement" Assets:Trust:Bank:TRUST 0.00 CNY "more"  ; ! trust_cover -
    2025-01-31 custom "reconciling-item" Assets:Trust:Bank:TRUST 0.00 CNY  ; ! trust_cover -
    2025-01-31 custom "reconciling-item" Assets:Trust:Bank:TRUST 0.00 CNY ""  ; ! trust_cover -
    2025-01-31 custom "budget" Assets:Trust:Bank:TRUST "another's custom is no business of ours"
    """
    assert books.found == books.marked
    assert "custom bank-statement must have an account and an amount" in books.messages[0]


FIRST = """
2025-01-10 * "received"
  entry: "1"
  Assets:Trust:Bank:TRUST  100.00 CNY
  Liabilities:Trust:Unidentified  -100.00 CNY
2025-01-12 custom "bank-statement" Assets:Trust:Bank:TRUST 70.00 CNY
"""
SECOND = """
2025-01-11 * "short"
  entry: "2"
  Expenses:Rent  10.00 CNY
  Assets:Trust:Bank:TRUST  -10.00 CNY
2025-01-12 * "a late row of the statement's day"
  entry: "4"
  Liabilities:Trust:Unidentified  5.00 CNY
  Assets:Trust:Bank:TRUST  -5.00 CNY
"""
THIRD = """
2025-01-12 * "refunded"
  entry: "3"
  Liabilities:Trust:Unidentified  15.00 CNY
  Assets:Trust:Bank:TRUST  -15.00 CNY
2025-01-11 * "short again"
  entry: "5"
  Expenses:Rent  1.00 CNY
  Assets:Trust:Bank:TRUST  -1.00 CNY
2025-01-12 custom "reconciling-item" Assets:Trust:Bank:TRUST 1.00 CNY "entry 5"
"""


@pytest.mark.parametrize("texts", list(itertools.permutations([FIRST, SECOND, THIRD])))
def test_order_of_files(check_files: Callable[[Iterable[str]], Checked], texts: tuple[str, ...]) -> None:
    """Whatever the order of the files, the same date is found short, by the same entries."""
    checked = check_files(texts)
    assert sorted(who for who, _, _ in checked.found) == ["fund_balance", "fund_balance", "trust_cover"]
    assert {number for who, _, number in checked.found if who == "fund_balance"} == {"2", "5"}
    cover = next(message for message in checked.messages if "hold" in message)
    assert cover == (
        "2025-01-11 Assets:Trust:Bank:TRUST: bank and in transit hold 89.00 CNY, owed are 100.00 CNY: "
        "11.00 CNY missing; by entries 2, 5"
    )
