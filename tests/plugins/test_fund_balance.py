"""Invariant 1: each transaction sums to zero per fund and commodity, every leg written out."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.plugins.conftest import Checked


def test_sound_receipt(books: Checked) -> None:
    """A receipt with its fee, recovered cost and memo legs passes every checker.

    2025-01-02 * "ALFA" "placement A-1" ^case-A-1
      entry: "1"
      event: "placement"
      case: "A-1"
      Equity:Memo:Outstanding:ALFA:Principal  10000.00 CNY.D
      Equity:Memo:Outstanding:ALFA:Interest  1000.00 CNY.D
      Equity:Memo:Placed:ALFA  -11000.00 CNY.D
    2025-01-05 * "ALFA" "cost advanced A-1" ^case-A-1
      entry: "2"
      case: "A-1"
      Assets:Operating:CostsAdvanced:ALFA  300.00 CNY
      Assets:Operating:Bank:MAIN  -300.00 CNY
      Equity:Memo:Outstanding:ALFA:CourtCosts  300.00 CNY.D
      Equity:Memo:Placed:ALFA  -300.00 CNY.D
    2025-01-10 * "ALFA" "receipt A-1" ^case-A-1
      entry: "3"
      event: "receipt"
      case: "A-1"
      line: "12"
      Assets:Trust:Bank:TRUST  3300.00 CNY
      Liabilities:Trust:ClientPayable:ALFA  -3300.00 CNY
      Liabilities:Trust:ClientPayable:ALFA  1095.00 CNY
      Liabilities:Trust:UndrawnFees  -1095.00 CNY
      Assets:Operating:DueFromTrust  1095.00 CNY
      Income:Commission:ALFA:PAA  -750.00 CNY
      Liabilities:Operating:OutputVAT  -45.00 CNY
      Assets:Operating:CostsAdvanced:ALFA  -300.00 CNY
      Equity:Memo:CollectedPAA:ALFA  3300.00 CNY.D
      Equity:Memo:Outstanding:ALFA:CourtCosts  -300.00 CNY.D
      Equity:Memo:Outstanding:ALFA:Interest  -1000.00 CNY.D
      Equity:Memo:Outstanding:ALFA:Principal  -2000.00 CNY.D
    """
    assert books.found == books.marked == []


def test_trust_pays_the_rent(books: Checked) -> None:
    """Trust money spent on the agency's own account balances for Beancount, and not in the funds.

    2025-01-10 * "rent"  ; ! fund_balance 7 ! trust_cover 7
      entry: "7"
      Expenses:Rent  100.00 CNY
      Assets:Trust:Bank:TRUST  -100.00 CNY
    """
    assert books.found == books.marked
    assert books.messages[0] == (
        "entry 7 of 2025-01-10 does not sum to zero in each fund: Operating 100.00 CNY, Trust -100.00 CNY"
    )


def test_each_commodity_by_itself(books: Checked) -> None:
    """Funds that are off in two commodities are told commodity by commodity.

    2025-01-01 open Assets:Trust:Bank:DOLLAR USD
    2025-01-10 * "crossed over"  ; ! fund_balance 4 ! fund_balance 4 ! trust_cover 4 ! trust_cover 4
      entry: "4"
      Assets:Trust:Bank:TRUST  70.00 CNY
      Assets:Operating:Bank:MAIN  -70.00 CNY
      Assets:Trust:Bank:DOLLAR  -10.00 USD
      Assets:Operating:Bank:MAIN  10.00 USD
    """
    assert books.found == books.marked
    assert [message.partition(": ")[2] for message in books.messages[:2]] == [
        "Trust 70.00 CNY, Operating -70.00 CNY",
        "Trust -10.00 USD, Operating 10.00 USD",
    ]


def test_cash_in_the_memo_fund(books: Checked) -> None:
    """Memo accounts carry only .D commodities: each leg that does not is named at its line.

    2025-01-10 * "cash where no cash is"
      entry: "7"
      Equity:Memo:CollectedPAA:ALFA  5.00 CNY  ; ! fund_balance 7
      Equity:Memo:Placed:ALFA  -5.00 CNY  ; ! fund_balance 7
    """
    assert books.found == books.marked
    assert books.messages[0] == (
        "entry 7 of 2025-01-10: Equity:Memo:CollectedPAA:ALFA carries 5.00 CNY; memo accounts carry only .D commodities"
    )


def test_memo_in_a_cash_account(books: Checked) -> None:
    """Accounts outside the memo fund never carry a .D commodity.

    2025-01-10 * "placed debt as if it were money"
      entry: "7"
      Assets:Operating:Bank:MAIN  5.00 CNY.D  ; ! fund_balance 7
      Expenses:Rent  -5.00 CNY.D  ; ! fund_balance 7
    """
    assert books.found == books.marked


def test_cost_and_price(books: Checked) -> None:
    """A cost or a price lets unequal commodities balance for Beancount, and is refused.

    2025-01-10 * "dollars at cost"  ; ! fund_balance 1 ! fund_balance 1
      entry: "1"
      Assets:Operating:Bank:MAIN  10.00 USD {7.00 CNY}  ; ! fund_balance 1
      Assets:Operating:Bank:MAIN  -70.00 CNY
    2025-01-11 * "dollars at a price"  ; ! fund_balance 2 ! fund_balance 2
      entry: "2"
      Assets:Operating:Bank:MAIN  10.00 USD @ 7.00 CNY  ; ! fund_balance 2
      Assets:Operating:Bank:MAIN  -70.00 CNY
    """
    assert books.found == books.marked


def test_amount_left_out(books: Checked) -> None:
    """An amount that Beancount fills in is not written in the books, and is refused at its line.

    2025-01-10 * "rent"
      entry: "7"
      Expenses:Rent  100.00 CNY
      Assets:Operating:Bank:MAIN  ; ! fund_balance 7
    2025-01-11 * "rent"
      entry: "8"
      Expenses:Rent  100.00 CNY
      Assets:Operating:Bank:MAIN  CNY  ; ! fund_balance 8
    """
    assert books.found == books.marked
    assert "Assets:Operating:Bank:MAIN has no amount of its own" in books.messages[0]


def test_pad(books: Checked) -> None:
    """A pad makes up an amount, and does it after the checkers have run: the directive itself is refused.

    2025-01-10 pad Assets:Operating:Bank:MAIN Equity:Opening  ; ! fund_balance -
    2025-01-11 balance Assets:Operating:Bank:MAIN  100.00 CNY
    """
    assert books.found == books.marked


def test_fund_is_told_by_whole_components(books: Checked) -> None:
    """Assets:Trusted and Income:TrustInterest belong to Operating: a name's beginning does not make the fund.

    2025-01-01 open Assets:Trusted:Partner
    2025-01-01 open Income:TrustInterest
    2025-01-10 * "interest on a loan to a partner"
      entry: "7"
      Assets:Trusted:Partner  1.00 CNY
      Income:TrustInterest  -1.00 CNY
    """
    assert books.found == books.marked == []


def test_within_beancounts_tolerance(lenient_books: Checked) -> None:
    """Four tenths of a cent pass Beancount's inferred tolerance, and are found.

    2025-01-10 * "nearly"  ; ! fund_balance 7 ! trust_cover 7
      entry: "7"
      Assets:Trust:Bank:TRUST  100.00 CNY
      Liabilities:Trust:Unidentified  -99.996 CNY
    """
    assert lenient_books.found == lenient_books.marked
    assert lenient_books.messages[0].endswith("Trust 0.004 CNY")


def test_a_cent_beside_very_long_figures(books: Checked) -> None:
    """Sums are exact where Beancount's 28 digits round a cent away.

    2025-01-10 * "very rich"  ; ! fund_balance 7
      entry: "7"
      Expenses:Rent  1000000000000000000000000000000.00 CNY
      Expenses:Rent  0.01 CNY
      Assets:Operating:Bank:MAIN  -1000000000000000000000000000000.00 CNY
    """
    assert books.found == books.marked
    assert books.messages[0].endswith("Operating 0.01 CNY")
