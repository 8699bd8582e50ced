"""Stage, type and level of a case: which of the words that were said of it chooses a payment's rule (invariant 8)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.plugins.model_terms import MORE_CHART, VERSIONS

if TYPE_CHECKING:
    from tests.plugins.conftest import Checked

PLUGIN = "fees"
__all__ = ["MORE_CHART", "PLUGIN", "VERSIONS"]


def test_case_change(alone: Checked) -> None:
    """A class of the placement or of a change chooses the rule from its day on, a payment's own for that payment.

    2025-01-02 * "placement"
      entry: "1"
      case: "A-1"
      stage: "legal"
      Equity:Memo:Outstanding:ALFA:Principal  500.00 CNY.D
      Equity:Memo:Placed:ALFA  -500.00 CNY.D
    2025-01-10 * "legal: half of it"
      entry: "2"
      event: "direct_payment"
      case: "A-1"
      terms: "SLICES"
      rule: "0"
      base: "10.00"
      Assets:Operating:Receivable:Client:ALFA  5.00 CNY
      Income:Commission:ALFA:PDC  -5.00 CNY
      Equity:Memo:CollectedPDC:ALFA  10.00 CNY.D
      Equity:Memo:Outstanding:ALFA:Principal  -10.00 CNY.D
    2025-01-12 * "no longer"
      entry: "3"
      event: "case_change"
      case: "A-1"
      stage: "-"
    2025-01-11 * "a late row of the day before: still half"
      entry: "4"
      event: "direct_payment"
      case: "A-1"
      terms: "SLICES"
      rule: "0"
      base: "10.00"
      Assets:Operating:Receivable:Client:ALFA  5.00 CNY
      Income:Commission:ALFA:PDC  -5.00 CNY
      Equity:Memo:CollectedPDC:ALFA  10.00 CNY.D
      Equity:Memo:Outstanding:ALFA:Principal  -10.00 CNY.D
    2025-01-12 * "30 %"
      entry: "5"
      event: "direct_payment"
      case: "A-1"
      terms: "SLICES"
      rule: "1"
      base: "10.00"
      Assets:Operating:Receivable:Client:ALFA  3.00 CNY
      Income:Commission:ALFA:PDC  -3.00 CNY
      Equity:Memo:CollectedPDC:ALFA  10.00 CNY.D
      Equity:Memo:Outstanding:ALFA:Principal  -10.00 CNY.D
    2025-01-13 * "the payment says that it is legal again"
      entry: "6"
      event: "direct_payment"
      case: "A-1"
      terms: "SLICES"
      stage: "legal"
      rule: "0"
      base: "10.00"
      Assets:Operating:Receivable:Client:ALFA  5.00 CNY
      Income:Commission:ALFA:PDC  -5.00 CNY
      Equity:Memo:CollectedPDC:ALFA  10.00 CNY.D
      Equity:Memo:Outstanding:ALFA:Principal  -10.00 CNY.D
    2025-01-14 * "which was of that payment: 30 %"
      entry: "7"
      event: "direct_payment"
      case: "A-1"
      terms: "SLICES"
      rule: "1"
      base: "10.00"
      Assets:Operating:Receivable:Client:ALFA  3.00 CNY
      Income:Commission:ALFA:PDC  -3.00 CNY
      Equity:Memo:CollectedPDC:ALFA  10.00 CNY.D
      Equity:Memo:Outstanding:ALFA:Principal  -10.00 CNY.D
    """
    assert alone.found == alone.marked == []


def test_case_change_of_a_day_before_a_payment(alone: Checked) -> None:
    """What a payment said of its case does not outlast a change of an earlier day that is posted after it.

    2025-01-02 * "placement"
      entry: "1"
      case: "A-1"
      stage: "legal"
      Equity:Memo:Outstanding:ALFA:Principal  500.00 CNY.D
      Equity:Memo:Placed:ALFA  -500.00 CNY.D
    2025-01-10 * "half of it, for it is legal"
      entry: "2"
      event: "direct_payment"
      case: "A-1"
      terms: "SLICES"
      stage: "legal"
      rule: "0"
      base: "10.00"
      Assets:Operating:Receivable:Client:ALFA  5.00 CNY
      Income:Commission:ALFA:PDC  -5.00 CNY
      Equity:Memo:CollectedPDC:ALFA  10.00 CNY.D
      Equity:Memo:Outstanding:ALFA:Principal  -10.00 CNY.D
    2025-01-12 * "it was not"
      entry: "3"
      event: "case_change"
      case: "A-1"
      stage: "-"
      effective: 2025-01-05
    2025-01-12 * "30 %"
      entry: "4"
      event: "direct_payment"
      case: "A-1"
      terms: "SLICES"
      rule: "1"
      base: "10.00"
      Assets:Operating:Receivable:Client:ALFA  3.00 CNY
      Income:Commission:ALFA:PDC  -3.00 CNY
      Equity:Memo:CollectedPDC:ALFA  10.00 CNY.D
      Equity:Memo:Outstanding:ALFA:Principal  -10.00 CNY.D
    """
    assert alone.found == alone.marked == []
