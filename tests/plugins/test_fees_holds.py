"""Invariant 8 on receipts on hold: their fee is fixed when they come, and posted when they are cleared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.plugins.model_terms import MORE_CHART, VERSIONS

if TYPE_CHECKING:
    from tests.plugins.conftest import Checked

__all__ = ["MORE_CHART", "VERSIONS"]
PLUGIN = "fees"


def test_hold(alone: Checked) -> None:
    """A receipt on hold counts and sets the advance aside; cleared it posts what was fixed; returned it never was.

    2025-01-02 * "placement"
      entry: "1"
      case: "A-1"
      costs-advanced: "40.00"
      Equity:Memo:Outstanding:ALFA:Principal  500.00 CNY.D
      Equity:Memo:Outstanding:ALFA:CourtCosts  60.00 CNY.D
      Equity:Memo:Placed:ALFA  -560.00 CNY.D
    2025-01-10 * "on hold: 30.00 of the 40.00 are set aside"
      entry: "2"
      event: "receipt"
      case: "A-1"
      terms: "SLICES"
      release: 2025-01-15
      Assets:Trust:Bank:TRUST  30.00 CNY
      Liabilities:Trust:ClientHeld:ALFA  -30.00 CNY
      Equity:Memo:CollectedPAA:ALFA  30.00 CNY.D
      Equity:Memo:Outstanding:ALFA:CourtCosts  -30.00 CNY.D
    2025-01-11 * "another: 10.00 of the 30.00 are left to repay, 70.00 are base"
      entry: "3"
      event: "receipt"
      case: "A-1"
      terms: "SLICES"
      rule: "1"
      base: "70.00"
      release: 2025-01-16
      Assets:Trust:Bank:TRUST  100.00 CNY
      Liabilities:Trust:ClientHeld:ALFA  -100.00 CNY
      Equity:Memo:CollectedPAA:ALFA  100.00 CNY.D
      Equity:Memo:Outstanding:ALFA:CourtCosts  -30.00 CNY.D
      Equity:Memo:Outstanding:ALFA:Principal  -70.00 CNY.D
    2025-01-12 * "good at once: 30.00 at 30 %, since the 70.00 on hold count, and 10.00 at 10 %"
      entry: "4"
      event: "receipt"
      case: "A-1"
      terms: "SLICES"
      rule: "1"
      base: "40.00"
      Assets:Trust:Bank:TRUST  40.00 CNY
      Liabilities:Trust:ClientPayable:ALFA  -40.00 CNY
      Liabilities:Trust:ClientPayable:ALFA  10.00 CNY
      Liabilities:Trust:UndrawnFees  -10.00 CNY
      Assets:Operating:DueFromTrust  10.00 CNY
      Income:Commission:ALFA:PAA  -10.00 CNY
      Equity:Memo:CollectedPAA:ALFA  40.00 CNY.D
      Equity:Memo:Outstanding:ALFA:Principal  -40.00 CNY.D
    2025-01-15 * "cleared: nothing but the cost"
      entry: "5"
      event: "cleared"
      case: "A-1"
      clears: "2"
      terms: "SLICES"
      Liabilities:Trust:ClientHeld:ALFA  30.00 CNY
      Liabilities:Trust:ClientPayable:ALFA  -30.00 CNY
      Liabilities:Trust:ClientPayable:ALFA  30.00 CNY
      Liabilities:Trust:UndrawnFees  -30.00 CNY
      Assets:Operating:DueFromTrust  30.00 CNY
      Assets:Operating:CostsAdvanced:ALFA  -30.00 CNY
    2025-01-15 * "the other comes back before it is cleared"
      entry: "6"
      event: "returned_payment"
      case: "A-1"
      reverses: "3"
      Assets:Trust:Bank:TRUST  -100.00 CNY
      Liabilities:Trust:ClientHeld:ALFA  100.00 CNY
      Equity:Memo:CollectedPAA:ALFA  -100.00 CNY.D
      Equity:Memo:Outstanding:ALFA:CourtCosts  30.00 CNY.D
      Equity:Memo:Outstanding:ALFA:Principal  70.00 CNY.D
    2025-01-16 * "so 10.00 of the advance are still open, and 60.00 of the tier"
      entry: "7"
      event: "receipt"
      case: "A-1"
      terms: "SLICES"
      rule: "1"
      base: "70.00"
      Assets:Trust:Bank:TRUST  100.00 CNY
      Liabilities:Trust:ClientPayable:ALFA  -100.00 CNY
      Liabilities:Trust:ClientPayable:ALFA  29.00 CNY
      Liabilities:Trust:UndrawnFees  -29.00 CNY
      Assets:Operating:DueFromTrust  29.00 CNY
      Income:Commission:ALFA:PAA  -19.00 CNY
      Assets:Operating:CostsAdvanced:ALFA  -10.00 CNY
      Equity:Memo:CollectedPAA:ALFA  100.00 CNY.D
      Equity:Memo:Outstanding:ALFA:CourtCosts  -30.00 CNY.D
      Equity:Memo:Outstanding:ALFA:Principal  -70.00 CNY.D
    2025-01-17 * "booking and clearing of the first come back together"
      entry: "8"
      event: "returned_payment"
      case: "A-1"
      reverses: "2 5"
      Assets:Trust:Bank:TRUST  -30.00 CNY
      Liabilities:Trust:UndrawnFees  30.00 CNY
      Assets:Operating:DueFromTrust  -30.00 CNY
      Assets:Operating:CostsAdvanced:ALFA  30.00 CNY
      Equity:Memo:CollectedPAA:ALFA  -30.00 CNY.D
      Equity:Memo:Outstanding:ALFA:CourtCosts  30.00 CNY.D
    2025-01-18 * "and are repaid by the next"
      entry: "9"
      event: "receipt"
      case: "A-1"
      terms: "SLICES"
      Assets:Trust:Bank:TRUST  30.00 CNY
      Liabilities:Trust:ClientPayable:ALFA  -30.00 CNY
      Liabilities:Trust:ClientPayable:ALFA  30.00 CNY
      Liabilities:Trust:UndrawnFees  -30.00 CNY
      Assets:Operating:DueFromTrust  30.00 CNY
      Assets:Operating:CostsAdvanced:ALFA  -30.00 CNY
      Equity:Memo:CollectedPAA:ALFA  30.00 CNY.D
      Equity:Memo:Outstanding:ALFA:CourtCosts  -30.00 CNY.D
    """
    assert alone.found == alone.marked == []


def test_clearing_that_is_none(alone: Checked) -> None:
    """Before its release, twice, of another case's receipt, under another version, or with a fee on the booking.

    2025-01-02 * "two cases"
      entry: "1"
      Equity:Memo:Outstanding:ALFA:Principal  500.00 CNY.D
        case: "A-1"
      Equity:Memo:Outstanding:ALFA:Principal  500.00 CNY.D
        case: "A-2"
      Equity:Memo:Placed:ALFA  -1000.00 CNY.D
    2025-01-10 * "on hold, and earning already"  ; ! fees 2 ! fees 2
      entry: "2"
      event: "receipt"
      case: "A-1"
      terms: "NET"
      rule: "1"
      base: "10.00"
      Assets:Trust:Bank:TRUST  10.00 CNY
      Liabilities:Trust:ClientHeld:ALFA  -10.00 CNY
      Assets:Operating:Receivable:Client:ALFA  2.65 CNY
      Income:Commission:ALFA:PAA  -2.50 CNY
      Liabilities:Operating:OutputVAT  -0.15 CNY
      Equity:Memo:CollectedPAA:ALFA  10.00 CNY.D
      Equity:Memo:Outstanding:ALFA:Principal  -10.00 CNY.D
    2025-01-10 * "on hold"
      entry: "3"
      event: "receipt"
      case: "A-1"
      terms: "NET"
      rule: "1"
      base: "10.00"
      release: 2025-01-15
      Assets:Trust:Bank:TRUST  10.00 CNY
      Liabilities:Trust:ClientHeld:ALFA  -10.00 CNY
      Equity:Memo:CollectedPAA:ALFA  10.00 CNY.D
      Equity:Memo:Outstanding:ALFA:Principal  -10.00 CNY.D
    2025-01-14 * "early, under another version and rule, with another base"  ; ! fees 4 ! fees 4 ! fees 4
      entry: "4"
      event: "cleared"
      case: "A-1"
      clears: "3"
      terms: "SLICES"
      rule: "0"
      base: "9.00"
      Liabilities:Trust:ClientHeld:ALFA  10.00 CNY
      Liabilities:Trust:ClientPayable:ALFA  -10.00 CNY
      Liabilities:Trust:ClientPayable:ALFA  2.65 CNY
      Liabilities:Trust:UndrawnFees  -2.65 CNY
      Assets:Operating:DueFromTrust  2.65 CNY
      Income:Commission:ALFA:PAA  -2.50 CNY
      Liabilities:Operating:OutputVAT  -0.15 CNY
    2025-01-15 * "once more"  ; ! fees 5
      entry: "5"
      case: "A-1"
      clears: "3"
      Liabilities:Trust:ClientHeld:ALFA  10.00 CNY
      Liabilities:Trust:ClientPayable:ALFA  -10.00 CNY
    2025-01-15 * "another case's"  ; ! fees 6
      entry: "6"
      event: "cleared"
      case: "A-2"
      clears: "2"
      Liabilities:Trust:ClientHeld:ALFA  10.00 CNY
      Liabilities:Trust:ClientPayable:ALFA  -10.00 CNY
    2025-01-15 * "of nothing, with money"  ; ! fees 7
      entry: "7"
      event: "cleared"
      case: "A-2"
      Liabilities:Trust:ClientHeld:ALFA  10.00 CNY
      Assets:Trust:Bank:TRUST  -10.00 CNY
    """
    assert alone.found == alone.marked
    told = [message.partition(": ")[2] for message in alone.messages]
    assert told[0].startswith("Assets:Operating:Receivable:Client:ALFA must be 0.00 CNY and is 2.65 CNY")
    assert told[1] == "is on hold, but has no date in release:"
    assert told[2] == "clears entry 3 before its release on 2025-01-15"
    assert told[3] == "has another contract version than entry 3, which it clears"
    assert told[4].startswith("base: must be 10.00 CNY and is '9.00'; rule: must be 1 and is '0'; by rule 1 of")
    assert told[5] == told[6].replace("entry 2", "entry 3") == "clears entry 3, which is no receipt of its case on hold"
    assert told[7] == "clears nothing, which is no receipt of its case on hold"


def test_clearing_collects_nothing(alone: Checked) -> None:
    """What was collected counts once, at the receipt: 100.00 are still of the first tier, though they were cleared.

    2025-01-02 * "placement"
      entry: "1"
      case: "A-1"
      collected-to-date: "90.00"
      Equity:Memo:Outstanding:ALFA:Principal  500.00 CNY.D
      Equity:Memo:Placed:ALFA  -500.00 CNY.D
    2025-01-10 * "on hold"
      entry: "2"
      event: "receipt"
      case: "A-1"
      terms: "WHOLE"
      rule: "0"
      base: "10.00"
      release: "2025-01-12"
      Assets:Trust:Bank:TRUST  10.00 CNY
      Liabilities:Trust:ClientHeld:ALFA  -10.00 CNY
      Equity:Memo:CollectedPAA:ALFA  10.00 CNY.D
      Equity:Memo:Outstanding:ALFA:Principal  -10.00 CNY.D
    2025-01-12 * "cleared"
      entry: "3"
      event: "cleared"
      case: "A-1"
      clears: "2"
      terms: "WHOLE"
      rule: "0"
      base: "10.00"
      Liabilities:Trust:ClientHeld:ALFA  10.00 CNY
      Liabilities:Trust:ClientPayable:ALFA  -10.00 CNY
      Liabilities:Trust:ClientPayable:ALFA  3.00 CNY
      Liabilities:Trust:UndrawnFees  -3.00 CNY
      Assets:Operating:DueFromTrust  3.00 CNY
      Income:Commission:ALFA:PAA  -3.00 CNY
    2025-01-13 * "paid to the client"
      entry: "4"
      event: "direct_payment"
      case: "A-1"
      terms: "WHOLE"
      rule: "0"
      base: "10.00"
      Assets:Operating:Receivable:Client:ALFA  3.00 CNY
      Income:Commission:ALFA:PDC  -3.00 CNY
      Equity:Memo:CollectedPDC:ALFA  10.00 CNY.D
      Equity:Memo:Outstanding:ALFA:Principal  -10.00 CNY.D
    2025-01-14 * "and again, by now of the second tier"
      entry: "5"
      event: "direct_payment"
      case: "A-1"
      terms: "WHOLE"
      rule: "0"
      base: "10.00"
      Assets:Operating:Receivable:Client:ALFA  1.00 CNY
      Income:Commission:ALFA:PDC  -1.00 CNY
      Equity:Memo:CollectedPDC:ALFA  10.00 CNY.D
      Equity:Memo:Outstanding:ALFA:Principal  -10.00 CNY.D
    """
    assert alone.found == alone.marked == []
