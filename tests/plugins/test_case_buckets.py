"""Invariant 5: Σ Equity:Memo = 0, and each case's buckets stay at zero or above in posting order."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.plugins.conftest import Checked


def test_sound_cases(books: Checked) -> None:
    """Cases named by transaction and by posting, in two currencies, paid to the last cent, pass.

    2025-01-02 * "batch"
      entry: "1"
      Equity:Memo:Outstanding:ALFA:Principal  100.00 CNY.D
        case: "A-1"
      Equity:Memo:Outstanding:ALFA:Principal  50.00 CNY.D
        case: "A-2"
      Equity:Memo:Outstanding:ALFA:Interest  5.00 USD.D
        case: "A-3"
      Equity:Memo:Placed:ALFA  -150.00 CNY.D
      Equity:Memo:Placed:ALFA  -5.00 USD.D
    2025-01-10 * "paid off"
      entry: "2"
      case: "A-1"
      Equity:Memo:CollectedPAA:ALFA  100.00 CNY.D
      Equity:Memo:Outstanding:ALFA:Principal  -100.00 CNY.D
    2025-01-11 * "paid off"
      entry: "3"
      case: "A-3"
      Equity:Memo:CollectedPAA:ALFA  5.00 USD.D
      Equity:Memo:Outstanding:ALFA:Interest  -5.00 USD.D
    """
    assert books.found == books.marked == []


def test_bucket_below_zero(books: Checked) -> None:
    """A bucket that an entry takes below zero, or further below, is told; one that rises towards zero is not.

    2025-01-02 * "placement"
      entry: "1"
      case: "A-1"
      Equity:Memo:Outstanding:ALFA:Principal  100.00 CNY.D
      Equity:Memo:Placed:ALFA  -100.00 CNY.D
    2025-01-10 * "too much"  ; ! case_buckets 2
      entry: "2"
      case: "A-1"
      Equity:Memo:CollectedPAA:ALFA  100.01 CNY.D
      Equity:Memo:Outstanding:ALFA:Principal  -100.01 CNY.D
    2025-01-11 * "more yet"  ; ! case_buckets 3
      entry: "3"
      case: "A-1"
      Equity:Memo:CollectedPAA:ALFA  1.00 CNY.D
      Equity:Memo:Outstanding:ALFA:Principal  -1.00 CNY.D
    2025-01-12 * "some of it back"
      entry: "4"
      case: "A-1"
      Equity:Memo:CollectedPAA:ALFA  -1.00 CNY.D
      Equity:Memo:Outstanding:ALFA:Principal  1.00 CNY.D
    """
    assert books.found == books.marked
    assert books.messages[0] == (
        "entry 2 of 2025-01-10 takes case A-1 in Equity:Memo:Outstanding:ALFA:Principal "
        "from 100.00 CNY.D to -0.01 CNY.D"
    )


def test_cases_and_buckets_do_not_cover_each_other(books: Checked) -> None:
    """Neither another case's balance nor another bucket of the same case covers a bucket below zero.

    2025-01-02 * "batch"
      entry: "1"
      Equity:Memo:Outstanding:ALFA:Principal  100.00 CNY.D
        case: "A-1"
      Equity:Memo:Outstanding:ALFA:Interest  10.00 CNY.D
        case: "A-2"
      Equity:Memo:Placed:ALFA  -110.00 CNY.D
    2025-01-10 * "on the wrong case"  ; ! case_buckets 2
      entry: "2"
      case: "A-2"
      Equity:Memo:CollectedPAA:ALFA  10.00 CNY.D
      Equity:Memo:Outstanding:ALFA:Principal  -10.00 CNY.D
    """
    assert books.found == books.marked


def test_posting_order_against_dates(books: Checked) -> None:
    """Order is by entry: number, so 10 comes after 9, and a late row may be dated before what it rests on.

    2025-01-10 * "placement"
      entry: "9"
      case: "A-1"
      Equity:Memo:Outstanding:ALFA:Principal  100.00 CNY.D
      Equity:Memo:Placed:ALFA  -100.00 CNY.D
    2025-01-05 * "dated before the placement, posted after it"
      entry: "10"
      case: "A-1"
      Equity:Memo:CollectedPAA:ALFA  100.00 CNY.D
      Equity:Memo:Outstanding:ALFA:Principal  -100.00 CNY.D
    """
    assert books.found == books.marked == []


def test_balance_that_only_the_dates_make_good(books: Checked) -> None:
    """A bucket that a later entry tops up under an earlier date was below zero when it was posted.

    2025-01-02 * "placement"
      entry: "1"
      case: "A-1"
      Equity:Memo:Outstanding:ALFA:Principal  100.00 CNY.D
      Equity:Memo:Placed:ALFA  -100.00 CNY.D
    2025-01-05 * "adjusted, posted last"
      entry: "3"
      case: "A-1"
      Equity:Memo:Outstanding:ALFA:Principal  20.00 CNY.D
      Equity:Memo:Adjusted:ALFA  -20.00 CNY.D
    2025-01-10 * "paid in the new amount, before it was known"  ; ! case_buckets 2
      entry: "2"
      case: "A-1"
      Equity:Memo:CollectedPAA:ALFA  120.00 CNY.D
      Equity:Memo:Outstanding:ALFA:Principal  -120.00 CNY.D
    """
    assert books.found == books.marked


def test_legs_of_one_entry_count_together(books: Checked) -> None:
    """A bucket is judged after the whole entry: undone and posted again in one transaction is sound.

    2025-01-02 * "placement"
      entry: "1"
      case: "A-1"
      Equity:Memo:Outstanding:ALFA:Principal  100.00 CNY.D
      Equity:Memo:Placed:ALFA  -100.00 CNY.D
    2025-01-10 * "judgment: all out, all in"
      entry: "2"
      case: "A-1"
      Equity:Memo:Outstanding:ALFA:Principal  -130.00 CNY.D
      Equity:Memo:Outstanding:ALFA:Principal  120.00 CNY.D
      Equity:Memo:Outstanding:ALFA:Interest  10.00 CNY.D
    2025-01-11 * "more out than was in, and not all of it back"  ; ! case_buckets 3
      entry: "3"
      case: "A-1"
      Equity:Memo:Outstanding:ALFA:Principal  -150.00 CNY.D
      Equity:Memo:Outstanding:ALFA:Principal  20.00 CNY.D
      Equity:Memo:Adjusted:ALFA  130.00 CNY.D
    """
    assert books.found == books.marked
    assert books.messages[0].endswith("from 90.00 CNY.D to -40.00 CNY.D")


def test_outstanding_leg_without_case(books: Checked) -> None:
    """Every outstanding leg names a case: none, an empty one or one that is no text is an error at its line.

    2025-01-02 * "placement"
      entry: "1"
      Equity:Memo:Outstanding:ALFA:Principal  100.00 CNY.D  ; ! case_buckets 1
      Equity:Memo:Placed:ALFA  -100.00 CNY.D
    2025-01-03 * "the posting's own case rules, even where it is none"
      entry: "2"
      case: "A-1"
      Equity:Memo:Outstanding:ALFA:Principal  100.00 CNY.D  ; ! case_buckets 2
        case: ""
      Equity:Memo:Outstanding:ALFA:Interest  100.00 CNY.D  ; ! case_buckets 2
        case: 17
      Equity:Memo:Placed:ALFA  -200.00 CNY.D
    """
    assert books.found == books.marked
    assert books.messages[0] == (
        "entry 1 of 2025-01-02: Equity:Memo:Outstanding:ALFA:Principal 100.00 CNY.D names no case"
    )


def test_case_of_two_clients(books: Checked) -> None:
    """A case belongs to the client that first placed it; another's is told once, where it first comes up.

    2025-01-02 * "placement"
      entry: "1"
      case: "A-1"
      Equity:Memo:Outstanding:ALFA:Principal  100.00 CNY.D
      Equity:Memo:Placed:ALFA  -100.00 CNY.D
    2025-01-03 * "the same id by another client"
      entry: "2"
      case: "A-1"
      Equity:Memo:Outstanding:BETA:Principal  100.00 CNY.D  ; ! case_buckets 2
      Equity:Memo:Placed:BETA  -100.00 CNY.D
    2025-01-04 * "paid"
      entry: "3"
      case: "A-1"
      Equity:Memo:Outstanding:BETA:Principal  -100.00 CNY.D
      Equity:Memo:CollectedPAA:BETA  100.00 CNY.D
    """
    assert books.found == books.marked
    assert books.messages[0].endswith("is of client BETA, but case A-1 is of ALFA")


def test_outstanding_account_that_is_no_bucket(books: Checked) -> None:
    """Outstanding debt stands in a client's bucket, not in an account above or below.

    2025-01-01 open Equity:Memo:Outstanding:ALFA
    2025-01-01 open Equity:Memo:Outstanding:ALFA:Principal:Late
    2025-01-02 * "placement"
      entry: "1"
      case: "A-1"
      Equity:Memo:Outstanding:ALFA  100.00 CNY.D  ; ! case_buckets 1
      Equity:Memo:Outstanding:ALFA:Principal:Late  100.00 CNY.D  ; ! case_buckets 1
      Equity:Memo:Placed:ALFA  -200.00 CNY.D
    """
    assert books.found == books.marked


def test_memo_fund_off_zero(books: Checked) -> None:
    """Memo against an account outside the fund leaves Σ Equity:Memo off zero, told once with the day's entries.

    2025-01-02 * "half of it outside"  ; ! fund_balance 1 ! case_buckets 1
      entry: "1"
      case: "A-1"
      Equity:Memo:Outstanding:ALFA:Principal  100.00 CNY.D
      Equity:Memo:Placed:ALFA  -60.00 CNY.D
      Expenses:Rent  -40.00 CNY.D  ; ! fund_balance 1
    2025-01-03 * "sound"
      entry: "2"
      case: "A-1"
      Equity:Memo:Outstanding:ALFA:Principal  1.00 CNY.D
      Equity:Memo:Placed:ALFA  -1.00 CNY.D
    """
    assert books.found == books.marked
    assert books.messages[-1] == "2025-01-02 Equity:Memo sums to 40.00 CNY.D and not to zero; by entry 1"


def test_entries_without_a_place_in_the_order(books: Checked) -> None:
    """An entry whose number is missing or no plain whole number is told, and its cases are not judged.

    2025-01-02 * "no number"  ; ! case_buckets -
      case: "A-1"
      Equity:Memo:Outstanding:ALFA:Principal  100.00 CNY.D
      Equity:Memo:Placed:ALFA  -100.00 CNY.D
    2025-01-03 * "paid: no second fault of the first"
      entry: "2"
      case: "A-1"
      Equity:Memo:CollectedPAA:ALFA  100.00 CNY.D
      Equity:Memo:Outstanding:ALFA:Principal  -100.00 CNY.D
    2025-01-04 * "half a number"  ; ! case_buckets 4a
      entry: "4a"
      Expenses:Rent  1.00 CNY
      Assets:Operating:Bank:MAIN  -1.00 CNY
    2025-01-05 * "another case is judged as ever"  ; ! case_buckets 5
      entry: "5"
      case: "A-2"
      Equity:Memo:CollectedPAA:ALFA  100.00 CNY.D
      Equity:Memo:Outstanding:ALFA:Principal  -100.00 CNY.D
    """
    assert books.found == books.marked
    assert books.messages[0].startswith("entry without a number of 2025-01-02: its entry: is no whole number")


def test_two_entries_with_one_number(books: Checked) -> None:
    """A number stands for one entry: the second that bears it is told.

    2025-01-02 * "rent"
      entry: "1"
      Expenses:Rent  1.00 CNY
      Assets:Operating:Bank:MAIN  -1.00 CNY
    2025-01-03 * "rent"  ; ! case_buckets 1
      entry: "1"
      Expenses:Rent  1.00 CNY
      Assets:Operating:Bank:MAIN  -1.00 CNY
    """
    assert books.found == books.marked
    assert books.messages == ["entry 1 of 2025-01-03 has the number of entry 1 of 2025-01-02"]
