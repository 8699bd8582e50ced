"""Invariant 6: what was placed is outstanding, or it is told where it went, case by case."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.plugins.conftest import Checked

MORE_CHART = """
2025-01-01 open Equity:Memo:CostsAdded:ALFA
2025-01-01 open Equity:Memo:InterestAccrued:ALFA
2025-01-01 open Equity:Memo:CollectedPDC:ALFA
2025-01-01 open Equity:Memo:SettlementWaived:ALFA
2025-01-01 open Equity:Memo:Recalled:ALFA
2025-01-01 open Equity:Memo:WrittenOff:ALFA
"""


def test_sound(alone: Checked) -> None:
    """Every family of the memo fund, and two cases of one entry named by their legs, add up.

    2025-01-02 * "batch"
      entry: "1"
      Equity:Memo:Outstanding:ALFA:Principal  100.00 CNY.D
        case: "A-1"
      Equity:Memo:Placed:ALFA  -100.00 CNY.D
        case: "A-1"
      Equity:Memo:Outstanding:ALFA:Principal  50.00 CNY.D
        case: "A-2"
      Equity:Memo:Placed:ALFA  -50.00 CNY.D
        case: "A-2"
    2025-01-03 * "more of it"
      entry: "2"
      case: "A-1"
      Equity:Memo:Outstanding:ALFA:CourtCosts  6.00 CNY.D
      Equity:Memo:CostsAdded:ALFA  -1.00 CNY.D
      Equity:Memo:InterestAccrued:ALFA  -2.00 CNY.D
      Equity:Memo:Adjusted:ALFA  -3.00 CNY.D
    2025-01-04 * "less of it"
      entry: "3"
      case: "A-1"
      Equity:Memo:Outstanding:ALFA:Principal  -15.00 CNY.D
      Equity:Memo:CollectedPAA:ALFA  1.00 CNY.D
      Equity:Memo:CollectedPDC:ALFA  2.00 CNY.D
      Equity:Memo:SettlementWaived:ALFA  3.00 CNY.D
      Equity:Memo:Recalled:ALFA  4.00 CNY.D
      Equity:Memo:WrittenOff:ALFA  5.00 CNY.D
    """
    assert alone.found == alone.marked == []


def test_one_case_for_another(alone: Checked) -> None:
    """Money of one case that takes another's debt is found in both, though the entry and the client add up.

    2025-01-02 * "batch"
      entry: "1"
      Equity:Memo:Outstanding:ALFA:Principal  100.00 CNY.D
        case: "A-1"
      Equity:Memo:Placed:ALFA  -100.00 CNY.D
        case: "A-1"
      Equity:Memo:Outstanding:ALFA:Principal  50.00 CNY.D
        case: "A-2"
      Equity:Memo:Placed:ALFA  -50.00 CNY.D
        case: "A-2"
    2025-01-10 * "paid by one, taken off the other"  ; ! case_totals 7 ! case_totals 7
      entry: "7"
      case: "A-1"
      Equity:Memo:CollectedPAA:ALFA  30.00 CNY.D
      Equity:Memo:Outstanding:ALFA:Principal  -30.00 CNY.D
        case: "A-2"
    2025-01-11 * "sound again: not told again"
      entry: "8"
      case: "A-1"
      Equity:Memo:CollectedPAA:ALFA  1.00 CNY.D
      Equity:Memo:Outstanding:ALFA:Principal  -1.00 CNY.D
    """
    assert alone.found == alone.marked
    assert alone.messages == [
        (
            "entry 7 of 2025-01-10 breaks the totals of case A-1 of client ALFA: "
            "after it placed 100.00 = 100.00 CNY.D, but outstanding 100.00 + PAA 30.00 = 130.00 CNY.D"
        ),
        (
            "entry 7 of 2025-01-10 breaks the totals of case A-2 of client ALFA: after it placed 50.00 = 50.00 CNY.D, "
            "but outstanding 20.00 = 20.00 CNY.D"
        ),
    ]


def test_one_client_for_another(alone: Checked) -> None:
    """A case's debt of one client and its payment of another do not add up for either.

    2025-01-10 * "the wrong client's memo"  ; ! case_totals 7 ! case_totals 7
      entry: "7"
      case: "A-1"
      Equity:Memo:CollectedPAA:BETA  30.00 CNY.D
      Equity:Memo:Outstanding:ALFA:Principal  -30.00 CNY.D
    """
    assert alone.found == alone.marked
    assert "of case A-1 of client BETA: after it nothing = 0 CNY.D, but PAA 30.00 = 30.00 CNY.D" in alone.messages[0]


def test_lost_outside_the_memo(alone: Checked) -> None:
    """Debt that leaves the memo fund is found.

    2025-01-10 * "taken off, and nowhere"  ; ! case_totals 7
      entry: "7"
      case: "A-1"
      Equity:Memo:Outstanding:ALFA:Principal  -30.00 CNY.D
      Expenses:Rent  30.00 CNY.D
    """
    assert alone.found == alone.marked


def test_memo_leg_of_no_case(alone: Checked) -> None:
    """Each memo leg names a case, or what came of which cannot be told.

    2025-01-10 * "none"
      entry: "7"
      Equity:Memo:CollectedPAA:ALFA  30.00 CNY.D  ; ! case_totals 7
      Equity:Memo:Outstanding:ALFA:Principal  -30.00 CNY.D  ; ! case_totals 7
    2025-01-11 * "one of two"  ; ! case_totals 8
      entry: "8"
      Equity:Memo:CollectedPAA:ALFA  30.00 CNY.D  ; ! case_totals 8
      Equity:Memo:Outstanding:ALFA:Principal  -30.00 CNY.D
        case: "A-1"
    """
    assert alone.found == alone.marked
    assert alone.messages[0] == "entry 7 of 2025-01-10: Equity:Memo:CollectedPAA:ALFA 30.00 CNY.D names no case"


def test_account_of_no_family(alone: Checked) -> None:
    """A memo account that the chart does not have would hide debt from the totals.

    2025-01-01 open Equity:Memo:Forgotten:ALFA
    2025-01-01 open Equity:Memo:Recalled
    2025-01-01 open Equity:Memo:Outstanding:ALFA
    2025-01-10 * "hidden"  ; ! case_totals 7
      entry: "7"
      case: "A-1"
      Equity:Memo:Forgotten:ALFA  10.00 CNY.D  ; ! case_totals 7
      Equity:Memo:Recalled  10.00 CNY.D  ; ! case_totals 7
      Equity:Memo:Outstanding:ALFA  10.00 CNY.D  ; ! case_totals 7
      Equity:Memo:Outstanding:ALFA:Principal  -30.00 CNY.D
    """
    assert alone.found == alone.marked
