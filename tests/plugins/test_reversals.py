"""Invariant 9: a reversal negates exactly the entries it names, each entry at most once."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.plugins.conftest import Checked

MORE_CHART = """
2025-01-01 open Assets:Trust:Bank:SECOND CNY
"""


def test_sound(alone: Checked) -> None:
    """One entry, several at once with legs that cancel, and a reversal itself are negated exactly.

    2025-01-10 * "unidentified"
      entry: "1"
      line: "4"
      bank: "TRUST"
      Assets:Trust:Bank:TRUST  100.00 CNY
      Liabilities:Trust:Unidentified  -100.00 CNY
    2025-01-11 * "identified"
      entry: "2"
      case: "A-1"
      bank: "TRUST"
      Liabilities:Trust:Unidentified  100.00 CNY
        case: ""
      Liabilities:Trust:ClientPayable:ALFA  -100.00 CNY
      Liabilities:Trust:ClientPayable:ALFA  25.00 CNY
      Liabilities:Trust:UndrawnFees  -25.00 CNY
    2025-01-12 * "returned"
      entry: "3"
      case: "A-1"
      bank: "TRUST"
      reverses: "1 2"
      Assets:Trust:Bank:TRUST  -100.00 CNY
        case: ""
      Liabilities:Trust:ClientPayable:ALFA  75.00 CNY
      Liabilities:Trust:UndrawnFees  25.00 CNY
    2025-01-12 * "the return was a mistake of the bank's"
      entry: "4"
      case: "A-1"
      bank: "TRUST"
      reverses: "3"
      Assets:Trust:Bank:TRUST  100.00 CNY
        case: ""
      Liabilities:Trust:ClientPayable:ALFA  -75.00 CNY
      Liabilities:Trust:UndrawnFees  -25.00 CNY
    """
    assert alone.found == alone.marked == []


def test_no_exact_negation(alone: Checked) -> None:
    """A cent less, another bucket, another case and another bank are each found.

    2025-01-10 * "receipt"
      entry: "1"
      case: "A-1"
      bank: "TRUST"
      Assets:Trust:Bank:TRUST  100.00 CNY
      Liabilities:Trust:ClientPayable:ALFA  -100.00 CNY
      Equity:Memo:CollectedPAA:ALFA  100.00 CNY.D
      Equity:Memo:Outstanding:ALFA:Principal  -100.00 CNY.D
    2025-01-10 * "another"
      entry: "2"
      case: "A-1"
      bank: "TRUST"
      Assets:Trust:Bank:TRUST  50.00 CNY
      Liabilities:Trust:ClientPayable:ALFA  -50.00 CNY
      Equity:Memo:CollectedPAA:ALFA  50.00 CNY.D
      Equity:Memo:Outstanding:ALFA:Principal  -50.00 CNY.D
    2025-01-10 * "a third"
      entry: "3"
      case: "A-1"
      bank: "TRUST"
      Assets:Trust:Bank:TRUST  30.00 CNY
      Liabilities:Trust:ClientPayable:ALFA  -30.00 CNY
    2025-01-12 * "a cent less, and another bucket"  ; ! reversals 4
      entry: "4"
      case: "A-1"
      bank: "TRUST"
      reverses: "1"
      Assets:Trust:Bank:TRUST  -99.99 CNY
      Liabilities:Trust:ClientPayable:ALFA  99.99 CNY
      Equity:Memo:CollectedPAA:ALFA  -100.00 CNY.D
      Equity:Memo:Outstanding:ALFA:Interest  100.00 CNY.D
    2025-01-12 * "another case"  ; ! reversals 5
      entry: "5"
      case: "A-2"
      bank: "TRUST"
      reverses: "2"
      Assets:Trust:Bank:TRUST  -50.00 CNY
      Liabilities:Trust:ClientPayable:ALFA  50.00 CNY
      Equity:Memo:CollectedPAA:ALFA  -50.00 CNY.D
      Equity:Memo:Outstanding:ALFA:Principal  50.00 CNY.D
    2025-01-12 * "another bank"  ; ! reversals 6
      entry: "6"
      case: "A-1"
      bank: "SECOND"
      reverses: "3"
      Assets:Trust:Bank:SECOND  -30.00 CNY
      Liabilities:Trust:ClientPayable:ALFA  30.00 CNY
    """
    assert alone.found == alone.marked
    assert alone.messages[0] == (
        "entry 4 of 2025-01-12 does not negate entry 1: "
        "Assets:Trust:Bank:TRUST must be -100.00 CNY and is -99.99 CNY; "
        "Liabilities:Trust:ClientPayable:ALFA (bank TRUST) must be 100.00 CNY and is 99.99 CNY; "
        "Equity:Memo:Outstanding:ALFA:Principal (case A-1) must be 100.00 CNY.D and is 0 CNY.D; "
        "Equity:Memo:Outstanding:ALFA:Interest (case A-1) must be 0 CNY.D and is 100.00 CNY.D"
    )
    assert "Liabilities:Trust:ClientPayable:ALFA (bank SECOND) must be 0" in alone.messages[2]


def test_twice(alone: Checked) -> None:
    """No entry comes back twice: not by two reversals, and not named twice by one.

    2025-01-10 * "receipt"
      entry: "1"
      Assets:Trust:InTransit:WALLET  100.00 CNY
      Liabilities:Trust:ClientPayable:ALFA  -100.00 CNY
    2025-01-11 * "returned"
      entry: "2"
      reverses: "1"
      Assets:Trust:InTransit:WALLET  -100.00 CNY
      Liabilities:Trust:ClientPayable:ALFA  100.00 CNY
    2025-01-12 * "and again"  ; ! reversals 3
      entry: "3"
      reverses: "1"
      Assets:Trust:InTransit:WALLET  -100.00 CNY
      Liabilities:Trust:ClientPayable:ALFA  100.00 CNY
    2025-01-13 * "a reversal of one entry as if it were two"  ; ! reversals 4 ! reversals 4
      entry: "4"
      reverses: "2 2"
      Assets:Trust:InTransit:WALLET  200.00 CNY
      Liabilities:Trust:ClientPayable:ALFA  -200.00 CNY
    """
    assert alone.found == alone.marked
    assert alone.messages[0] == "entry 3 of 2025-01-12 reverses entry 1 again, after entry 2 of 2025-01-11"
    assert alone.messages[1] == "entry 4 of 2025-01-13 reverses entry 2 twice"


def test_not_before_it(alone: Checked) -> None:
    """What is reversed was posted before, by number and not by date: not later, not itself, not in other books.

    2025-01-10 * "its date is earlier, its number later"  ; ! reversals 1
      entry: "1"
      reverses: "2"
      Expenses:Rent  1.00 CNY
      Assets:Operating:Bank:MAIN  -1.00 CNY
    2025-01-05 * "rent"
      entry: "2"
      Expenses:Rent  -1.00 CNY
      Assets:Operating:Bank:MAIN  1.00 CNY
    2025-01-04 * "dated before what it rests on, and posted after it: sound"
      entry: "3"
      reverses: "2"
      Expenses:Rent  1.00 CNY
      Assets:Operating:Bank:MAIN  -1.00 CNY
    2025-01-11 * "itself"  ; ! reversals 4
      entry: "4"
      reverses: "4"
      Expenses:Rent  0.00 CNY
    2025-01-11 * "nowhere"  ; ! reversals 5
      entry: "5"
      reverses: "999"
      Expenses:Rent  0.00 CNY
    """
    assert [found for found in alone.found if found[2] != "3"] == alone.marked
    assert alone.messages[0] == "entry 1 of 2025-01-10 reverses entry 2, which was not posted before it"


def test_unreadable(alone: Checked) -> None:
    """A list that is none is an error, and so is a reversal without a place in the order.

    2025-01-10 * "words"  ; ! reversals 1
      entry: "1"
      reverses: "the first"
      Expenses:Rent  0.00 CNY
    2025-01-10 * "empty"  ; ! reversals 2
      entry: "2"
      reverses: ""
      Expenses:Rent  0.00 CNY
    2025-01-10 * "no text"  ; ! reversals 3
      entry: "3"
      reverses: 1
      Expenses:Rent  0.00 CNY
    2025-01-10 * "no number"  ; ! reversals -
      reverses: "1"
      Expenses:Rent  0.00 CNY
    """
    assert alone.found == alone.marked
