"""Invariant 8: each fee, and all that a payment posts, is what the contract version in force makes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.plugins.model_terms import MORE_CHART, VERSIONS

if TYPE_CHECKING:
    from tests.plugins.conftest import Checked

__all__ = ["MORE_CHART", "VERSIONS"]


def test_worked_case(alone: Checked) -> None:
    """The worked receipt: 3300.00 of which 300.00 repay the agency's advance; it comes back, and comes again.

    2025-01-02 * "placement"
      entry: "1"
      case: "A-1"
      Equity:Memo:Outstanding:ALFA:Principal  10000.00 CNY.D
      Equity:Memo:Outstanding:ALFA:Interest  1000.00 CNY.D
      Equity:Memo:Placed:ALFA  -11000.00 CNY.D
    2025-01-05 * "cost advanced"
      entry: "2"
      case: "A-1"
      Assets:Operating:CostsAdvanced:ALFA  300.00 CNY
      Assets:Operating:Bank:MAIN  -300.00 CNY
      Equity:Memo:Outstanding:ALFA:CourtCosts  300.00 CNY.D
      Equity:Memo:CostsAdded:ALFA  -300.00 CNY.D
    2025-01-10 * "receipt"
      entry: "3"
      event: "receipt"
      case: "A-1"
      terms: "NET"
      rule: "1"
      base: "3000.00"
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
    2025-02-03 * "returned"
      entry: "4"
      event: "returned_payment"
      case: "A-1"
      base: "-3000.00"
      reverses: "3"
      Assets:Trust:Bank:TRUST  -3300.00 CNY
      Liabilities:Trust:ClientPayable:ALFA  3300.00 CNY
      Liabilities:Trust:ClientPayable:ALFA  -1095.00 CNY
      Liabilities:Trust:UndrawnFees  1095.00 CNY
      Assets:Operating:DueFromTrust  -1095.00 CNY
      Income:Commission:ALFA:PAA  750.00 CNY
      Liabilities:Operating:OutputVAT  45.00 CNY
      Assets:Operating:CostsAdvanced:ALFA  300.00 CNY
      Equity:Memo:CollectedPAA:ALFA  -3300.00 CNY.D
      Equity:Memo:Outstanding:ALFA:CourtCosts  300.00 CNY.D
      Equity:Memo:Outstanding:ALFA:Interest  1000.00 CNY.D
      Equity:Memo:Outstanding:ALFA:Principal  2000.00 CNY.D
    2025-01-31 * "a late row: what counts is the order of the numbers"
      entry: "5"
      event: "receipt"
      case: "A-1"
      terms: "NET"
      Assets:Trust:Bank:TRUST  100.00 CNY
      Liabilities:Trust:ClientPayable:ALFA  -100.00 CNY
      Liabilities:Trust:ClientPayable:ALFA  100.00 CNY
      Liabilities:Trust:UndrawnFees  -100.00 CNY
      Assets:Operating:DueFromTrust  100.00 CNY
      Assets:Operating:CostsAdvanced:ALFA  -100.00 CNY
      Equity:Memo:CollectedPAA:ALFA  100.00 CNY.D
      Equity:Memo:Outstanding:ALFA:CourtCosts  -100.00 CNY.D
    """
    assert alone.found == alone.marked == []


def test_fee_off_by_a_cent(alone: Checked) -> None:
    """A cent moved from the tax to the commission is found, in an entry that balances in every way.

    2025-01-02 * "placement"
      entry: "1"
      case: "A-1"
      Equity:Memo:Outstanding:ALFA:Principal  100.00 CNY.D
      Equity:Memo:Placed:ALFA  -100.00 CNY.D
    2025-01-10 * "receipt"  ; ! fees 7
      entry: "7"
      event: "receipt"
      case: "A-1"
      terms: "NET"
      rule: "1"
      base: "10.00"
      Assets:Trust:Bank:TRUST  10.00 CNY
      Liabilities:Trust:ClientPayable:ALFA  -10.00 CNY
      Liabilities:Trust:ClientPayable:ALFA  2.65 CNY
      Liabilities:Trust:UndrawnFees  -2.65 CNY
      Assets:Operating:DueFromTrust  2.65 CNY
      Income:Commission:ALFA:PAA  -2.51 CNY
      Liabilities:Operating:OutputVAT  -0.14 CNY
      Equity:Memo:CollectedPAA:ALFA  10.00 CNY.D
      Equity:Memo:Outstanding:ALFA:Principal  -10.00 CNY.D
    """
    assert alone.found == alone.marked
    (message,) = alone.messages
    assert message.startswith(
        "entry 7 of 2025-01-10, case A-1: Income:Commission:ALFA:PAA must be -2.50 CNY and is -2.51 CNY; "
        "Liabilities:Operating:OutputVAT must be -0.15 CNY and is -0.14 CNY; by rule 1 of contract version "
    )
    assert message.endswith(" on 10.00 CNY, at 8 days")


def test_fee_forgotten(alone: Checked) -> None:
    """A receipt that earns nothing is found, and so is a commission that no payment earned.

    2025-01-02 * "placement"
      entry: "1"
      case: "A-1"
      Equity:Memo:Outstanding:ALFA:Principal  100.00 CNY.D
      Equity:Memo:Placed:ALFA  -100.00 CNY.D
    2025-01-10 * "no fee"  ; ! fees 7
      entry: "7"
      event: "receipt"
      case: "A-1"
      terms: "NET"
      rule: "1"
      base: "10.00"
      Assets:Trust:Bank:TRUST  10.00 CNY
      Liabilities:Trust:ClientPayable:ALFA  -10.00 CNY
      Equity:Memo:CollectedPAA:ALFA  10.00 CNY.D
      Equity:Memo:Outstanding:ALFA:Principal  -10.00 CNY.D
    2025-01-10 * "the fee by itself"  ; ! fees 8
      entry: "8"
      event: "bank_charge"
      case: "A-1"
      Liabilities:Trust:ClientPayable:ALFA  2.65 CNY
      Liabilities:Trust:UndrawnFees  -2.65 CNY
      Assets:Operating:DueFromTrust  2.65 CNY
      Income:Commission:ALFA:PAA  -2.65 CNY
    2025-01-10 * "no contract either"  ; ! fees 9
      entry: "9"
      event: "receipt"
      case: "A-1"
      Assets:Trust:Bank:TRUST  10.00 CNY
      Liabilities:Trust:ClientPayable:ALFA  -10.00 CNY
      Equity:Memo:CollectedPAA:ALFA  10.00 CNY.D
      Equity:Memo:Outstanding:ALFA:Principal  -10.00 CNY.D
    """
    assert alone.found == alone.marked
    assert "Income:Commission:ALFA:PAA must be -2.50 CNY and is 0.00 CNY" in alone.messages[0]
    assert "posts a commission, but neither a payment nor a clearing" in alone.messages[1]
    assert alone.messages[2].endswith("case A-1: names no contract version in terms:; its fee cannot be judged")


def test_split_base_and_rule(alone: Checked) -> None:
    """Another bucket than the waterfall's, another base and another rule are found, with the right fee or not.

    2025-01-02 * "placement"
      entry: "1"
      case: "A-1"
      Equity:Memo:Outstanding:ALFA:Principal  100.00 CNY.D
      Equity:Memo:Outstanding:ALFA:Interest  50.00 CNY.D
      Equity:Memo:Placed:ALFA  -150.00 CNY.D
    2025-01-10 * "principal first"  ; ! fees 7
      entry: "7"
      event: "receipt"
      case: "A-1"
      terms: "NET"
      rule: "1"
      base: "10.00"
      Assets:Trust:Bank:TRUST  10.00 CNY
      Liabilities:Trust:ClientPayable:ALFA  -10.00 CNY
      Liabilities:Trust:ClientPayable:ALFA  2.65 CNY
      Liabilities:Trust:UndrawnFees  -2.65 CNY
      Assets:Operating:DueFromTrust  2.65 CNY
      Income:Commission:ALFA:PAA  -2.50 CNY
      Liabilities:Operating:OutputVAT  -0.15 CNY
      Equity:Memo:CollectedPAA:ALFA  10.00 CNY.D
      Equity:Memo:Outstanding:ALFA:Principal  -10.00 CNY.D
    2025-01-10 * "rule and base misprinted"  ; ! fees 8
      entry: "8"
      event: "receipt"
      case: "A-1"
      terms: "NET"
      rule: "0"
      base: "1.0.00"
      Assets:Trust:Bank:TRUST  10.00 CNY
      Liabilities:Trust:ClientPayable:ALFA  -10.00 CNY
      Liabilities:Trust:ClientPayable:ALFA  2.65 CNY
      Liabilities:Trust:UndrawnFees  -2.65 CNY
      Assets:Operating:DueFromTrust  2.65 CNY
      Income:Commission:ALFA:PAA  -2.50 CNY
      Liabilities:Operating:OutputVAT  -0.15 CNY
      Equity:Memo:CollectedPAA:ALFA  10.00 CNY.D
      Equity:Memo:Outstanding:ALFA:Interest  -10.00 CNY.D
    """
    assert alone.found == alone.marked
    assert "Equity:Memo:Outstanding:ALFA:Interest must be -10.00 CNY and is 0.00 CNY" in alone.messages[0]
    assert "base: must be 10.00 CNY and is '1.0.00'; rule: must be 1 and is '0'" in alone.messages[1]


def test_what_a_case_was_placed_with(alone: Checked) -> None:
    """Age from delinquency, what was advanced and what was collected before come with the placement.

    2025-01-01 * "placed in November, posted on the first day"
      entry: "1"
      case: "A-1"
      effective: 2024-11-18
      age-from: "2024-10-12"
      costs-advanced: "30.00"
      Equity:Memo:Outstanding:ALFA:Principal  500.00 CNY.D
      Equity:Memo:Outstanding:ALFA:CourtCosts  50.00 CNY.D
      Equity:Memo:Placed:ALFA  -550.00 CNY.D
    2025-01-20 * "paid on the 90th day, identified on the 100th"
      entry: "2"
      event: "identified"
      case: "A-1"
      terms: "AGE"
      rule: "0"
      base: "100.00"
      effective: 2025-01-10
      Liabilities:Trust:Unidentified  150.00 CNY
      Liabilities:Trust:ClientPayable:ALFA  -150.00 CNY
      Liabilities:Trust:ClientPayable:ALFA  45.00 CNY
      Liabilities:Trust:UndrawnFees  -45.00 CNY
      Assets:Operating:DueFromTrust  45.00 CNY
      Income:Commission:ALFA:PAA  -14.15 CNY
      Liabilities:Operating:OutputVAT  -0.85 CNY
      Assets:Operating:CostsAdvanced:ALFA  -30.00 CNY
      Equity:Memo:CollectedPAA:ALFA  150.00 CNY.D
      Equity:Memo:Outstanding:ALFA:CourtCosts  -50.00 CNY.D
      Equity:Memo:Outstanding:ALFA:Principal  -100.00 CNY.D
    2025-01-01 * "half a tier is used up already"
      entry: "3"
      case: "A-2"
      collected-to-date: "50.00"
      placed-amount: "9000.00"
      Equity:Memo:Outstanding:ALFA:Principal  500.00 CNY.D
      Equity:Memo:Placed:ALFA  -500.00 CNY.D
    2025-01-10 * "50.00 at 30 %, 50.00 at 10 %"
      entry: "4"
      event: "receipt"
      case: "A-2"
      terms: "SLICES"
      rule: "1"
      base: "100.00"
      Assets:Trust:Bank:TRUST  100.00 CNY
      Liabilities:Trust:ClientPayable:ALFA  -100.00 CNY
      Liabilities:Trust:ClientPayable:ALFA  20.00 CNY
      Liabilities:Trust:UndrawnFees  -20.00 CNY
      Assets:Operating:DueFromTrust  20.00 CNY
      Income:Commission:ALFA:PAA  -20.00 CNY
      Equity:Memo:CollectedPAA:ALFA  100.00 CNY.D
      Equity:Memo:Outstanding:ALFA:Principal  -100.00 CNY.D
    2025-01-11 * "it comes back"
      entry: "5"
      event: "returned_payment"
      case: "A-2"
      reverses: "4"
      Assets:Trust:Bank:TRUST  -100.00 CNY
      Liabilities:Trust:ClientPayable:ALFA  100.00 CNY
      Liabilities:Trust:ClientPayable:ALFA  -20.00 CNY
      Liabilities:Trust:UndrawnFees  20.00 CNY
      Assets:Operating:DueFromTrust  -20.00 CNY
      Income:Commission:ALFA:PAA  20.00 CNY
      Equity:Memo:CollectedPAA:ALFA  -100.00 CNY.D
      Equity:Memo:Outstanding:ALFA:Principal  100.00 CNY.D
    2025-01-12 * "so that the rest of the tier is free again"
      entry: "6"
      event: "direct_payment"
      case: "A-2"
      terms: "SLICES"
      rule: "1"
      base: "50.00"
      Assets:Operating:Receivable:Client:ALFA  15.00 CNY
      Income:Commission:ALFA:PDC  -15.00 CNY
      Equity:Memo:CollectedPDC:ALFA  50.00 CNY.D
      Equity:Memo:Outstanding:ALFA:Principal  -50.00 CNY.D
    2025-01-13 * "and used up by a payment from another source"  ; ! fees 7
      entry: "7"
      event: "direct_payment"
      case: "A-2"
      terms: "SLICES"
      rule: "1"
      base: "50.00"
      Assets:Operating:Receivable:Client:ALFA  15.00 CNY
      Income:Commission:ALFA:PDC  -15.00 CNY
      Equity:Memo:CollectedPDC:ALFA  50.00 CNY.D
      Equity:Memo:Outstanding:ALFA:Principal  -50.00 CNY.D
    """
    assert alone.found == alone.marked
    assert "Income:Commission:ALFA:PDC must be -5.00 CNY and is -15.00 CNY" in alone.messages[0]
