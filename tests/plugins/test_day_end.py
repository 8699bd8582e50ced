"""Invariant 3: nothing that the trust owes is in debit at the end of a day."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.plugins.conftest import Checked

MORE_CHART = """
2025-01-01 open Assets:Trust:Bank:SECOND CNY
2025-01-01 open Liabilities:Trust:ClientHeld:ALFA
2025-01-01 open Liabilities:Trust:DebtorRefund
2025-01-01 open Liabilities:Trust:UnclaimedProperty
"""


def test_cured_the_same_day(alone: Checked) -> None:
    """Within the day a client may be in debit, in whatever order it is posted: what counts is its end.

    2025-01-10 * "returned after it was remitted"
      entry: "7"
      Liabilities:Trust:ClientPayable:ALFA  100.00 CNY
      Assets:Trust:Bank:TRUST  -100.00 CNY
    2025-01-10 * "cure"
      entry: "8"
      Assets:Trust:Bank:TRUST  100.00 CNY
      Liabilities:Trust:ClientPayable:ALFA  -100.00 CNY
    """
    assert alone.found == alone.marked == []


def test_client_in_debit(alone: Checked) -> None:
    """A client in debit is told on the first day, and again when it changes, never netted with another's credit.

    2025-01-09 * "received"
      entry: "1"
      Assets:Trust:Bank:TRUST  500.00 CNY
      Liabilities:Trust:ClientPayable:BETA  -500.00 CNY
    2025-01-10 * "one half"  ; ! day_end 7
      entry: "7"
      Liabilities:Trust:ClientPayable:ALFA  60.00 CNY
      Assets:Trust:Bank:TRUST  -60.00 CNY
    2025-01-10 * "the other"
      entry: "8"
      Liabilities:Trust:ClientPayable:ALFA  40.00 CNY
      Assets:Trust:Bank:TRUST  -40.00 CNY
    2025-01-11 * "the next day moves another"
      entry: "9"
      Assets:Trust:Bank:TRUST  1.00 CNY
      Liabilities:Trust:ClientPayable:BETA  -1.00 CNY
    2025-01-12 * "less"  ; ! day_end 10
      entry: "10"
      Assets:Trust:Bank:TRUST  30.00 CNY
      Liabilities:Trust:ClientPayable:ALFA  -30.00 CNY
    2025-01-13 * "made good"
      entry: "11"
      Assets:Trust:Bank:TRUST  70.00 CNY
      Liabilities:Trust:ClientPayable:ALFA  -70.00 CNY
    """
    assert alone.found == alone.marked
    assert alone.messages == [
        (
            "2025-01-10 Liabilities:Trust:ClientPayable:ALFA is 100.00 CNY in debit at the end of the day; "
            "by entries 7, 8"
        ),
        "2025-01-12 Liabilities:Trust:ClientPayable:ALFA is 70.00 CNY in debit at the end of the day; by entry 10",
    ]


def test_held_money_in_debit(alone: Checked) -> None:
    """More cleared than was on hold is found.

    2025-01-10 * "cleared what never came"  ; ! day_end 7
      entry: "7"
      Liabilities:Trust:ClientHeld:ALFA  100.00 CNY
      Liabilities:Trust:ClientPayable:ALFA  -100.00 CNY
    """
    assert alone.found == alone.marked


def test_late_row(alone: Checked) -> None:
    """A late return is judged on its own day and on every day after: the remittance of the 10th broke the 10th.

    2025-01-05 * "received"
      entry: "1"
      Assets:Trust:Bank:TRUST  100.00 CNY
      Liabilities:Trust:ClientPayable:ALFA  -100.00 CNY
    2025-01-10 * "remitted"  ; ! day_end 2
      entry: "2"
      Liabilities:Trust:ClientPayable:ALFA  100.00 CNY
      Assets:Trust:Bank:TRUST  -100.00 CNY
    2025-01-07 * "returned, posted last"
      entry: "3"
      Liabilities:Trust:ClientPayable:ALFA  100.00 CNY
      Assets:Trust:Bank:TRUST  -100.00 CNY
    """
    assert alone.found == alone.marked


def test_undrawn_fees_by_bank(alone: Checked) -> None:
    """Fees held at one bank do not cover those drawn too far at another.

    2025-01-10 * "earned at one"
      entry: "7"
      Liabilities:Trust:ClientPayable:ALFA  0.00 CNY
        bank: "SECOND"
      Liabilities:Trust:Unidentified  100.00 CNY
        bank: "SECOND"
        line: "1"
      Liabilities:Trust:UndrawnFees  -100.00 CNY
        bank: "SECOND"
    2025-01-09 * "money for it"
      entry: "6"
      Assets:Trust:Bank:SECOND  100.00 CNY
      Liabilities:Trust:Unidentified  -100.00 CNY
        bank: "SECOND"
        line: "1"
    2025-01-11 * "drawn at the other"  ; ! day_end 8
      entry: "8"
      bank: "TRUST"
      Liabilities:Trust:UndrawnFees  40.00 CNY
      Assets:Trust:Bank:TRUST  -40.00 CNY
    """
    assert alone.found == alone.marked
    assert alone.messages[0].startswith("2025-01-11 Liabilities:Trust:UndrawnFees of Assets:Trust:Bank:TRUST is 40.00")


def test_one_by_one(alone: Checked) -> None:
    """A debtor's credit does not cover another's debit, nor one bank line's another's.

    2025-01-09 * "overpaid, and unidentified"
      entry: "6"
      Assets:Trust:Bank:TRUST  200.00 CNY
      Liabilities:Trust:DebtorRefund  -100.00 CNY
        case: "A-1"
      Liabilities:Trust:Unidentified  -100.00 CNY
        line: "3"
    2025-01-10 * "refunded to another"  ; ! day_end 7
      entry: "7"
      case: "A-2"
      Liabilities:Trust:DebtorRefund  100.00 CNY
      Assets:Trust:Bank:TRUST  -100.00 CNY
    2025-01-11 * "another line identified"  ; ! day_end 8
      entry: "8"
      case: "A-1"
      line: "4"
      Liabilities:Trust:Unidentified  60.00 CNY
      Liabilities:Trust:ClientPayable:ALFA  -60.00 CNY
    2025-01-12 * "nothing there"  ; ! day_end 9
      entry: "9"
      case: "A-1"
      Liabilities:Trust:UnclaimedProperty  5.00 CNY
      Assets:Trust:Bank:TRUST  -5.00 CNY
    """
    assert alone.found == alone.marked
    assert [message.partition(" is ")[0] for message in alone.messages] == [
        "2025-01-10 Liabilities:Trust:DebtorRefund of case A-2",
        "2025-01-11 Liabilities:Trust:Unidentified of line 4",
        "2025-01-12 Liabilities:Trust:UnclaimedProperty of case A-1",
    ]


def test_named_by_leg_entry_or_nothing(alone: Checked) -> None:
    """A leg's own case or line comes before its entry's, and money that names neither is its own item.

    2025-01-09 * "two debtors"
      entry: "6"
      case: "A-1"
      Assets:Trust:Bank:TRUST  35.00 CNY
      Liabilities:Trust:DebtorRefund  -10.00 CNY
      Liabilities:Trust:DebtorRefund  -20.00 CNY
        case: "A-2"
      Liabilities:Trust:DebtorRefund  -5.00 CNY
        line: "8"
    2025-01-10 * "refunds"
      entry: "7"
      Liabilities:Trust:DebtorRefund  10.00 CNY
        case: "A-1"
      Liabilities:Trust:DebtorRefund  20.00 CNY
        case: "A-2"
      Liabilities:Trust:DebtorRefund  5.00 CNY
        line: "8"
      Assets:Trust:Bank:TRUST  -35.00 CNY
    2025-01-11 * "of nobody"  ; ! day_end 8
      entry: "8"
      Liabilities:Trust:DebtorRefund  1.00 CNY
      Assets:Trust:Bank:TRUST  -1.00 CNY
    """
    assert alone.found == alone.marked
    assert alone.messages[0].startswith("2025-01-11 Liabilities:Trust:DebtorRefund is 1.00 CNY in debit")


def test_liabilities_that_may_be_in_debit(alone: Checked) -> None:
    """No invariant forbids a debit elsewhere, as on an account below another name.

    2025-01-01 open Liabilities:Trust:ForwarderPayable:LAW1
    2025-01-10 * "paid before it was owed"
      entry: "7"
      Liabilities:Trust:ForwarderPayable:LAW1  10.00 CNY
      Assets:Trust:Bank:TRUST  -10.00 CNY
    """
    assert alone.found == alone.marked == []


def test_a_day_that_is_not_over(alone: Checked) -> None:
    """Books published on the 10th say nothing about the end of the 11th; what is no seal of ours says nothing at all.

    2025-01-09 custom "tallystick-seal" "another's custom"
    2025-01-10 custom "tallystick-seal" "12" "00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff"
    2025-01-10 * "today"  ; ! day_end 7
      entry: "7"
      Liabilities:Trust:ClientPayable:ALFA  60.00 CNY
      Assets:Trust:Bank:TRUST  -60.00 CNY
    2025-01-11 * "of a closed month, posted on the next one's first day"
      entry: "8"
      Liabilities:Trust:ClientPayable:BETA  40.00 CNY
      Assets:Trust:Bank:TRUST  -40.00 CNY
    """
    assert alone.found == alone.marked
