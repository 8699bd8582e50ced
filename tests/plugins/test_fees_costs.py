"""Invariant 8 on what is given up, and on costs: the agency's advance comes first in, and last out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.plugins.model_terms import MORE_CHART, VERSIONS

if TYPE_CHECKING:
    from tests.plugins.conftest import Checked

__all__ = ["MORE_CHART", "VERSIONS"]
PLUGIN = "fees"


def test_given_up(alone: Checked) -> None:
    """What is waived, written off or recalled goes the waterfall backwards, the agency's costs last.

    2025-01-02 * "placement"
      entry: "1"
      case: "A-1"
      costs-advanced: "30.00"
      Equity:Memo:Outstanding:ALFA:Principal  100.00 CNY.D
      Equity:Memo:Outstanding:ALFA:Interest  20.00 CNY.D
      Equity:Memo:Outstanding:ALFA:CourtCosts  50.00 CNY.D
      Equity:Memo:Placed:ALFA  -170.00 CNY.D
    2025-01-10 * "of a named bucket"
      entry: "2"
      event: "write_off"
      case: "A-1"
      bucket: "interest"
      Equity:Memo:WrittenOff:ALFA  5.00 CNY.D
      Equity:Memo:Outstanding:ALFA:Interest  -5.00 CNY.D
    2025-01-10 * "principal, interest, and the client's costs"
      entry: "3"
      event: "settlement"
      case: "A-1"
      Equity:Memo:SettlementWaived:ALFA  125.00 CNY.D
      Equity:Memo:Outstanding:ALFA:Principal  -100.00 CNY.D
      Equity:Memo:Outstanding:ALFA:Interest  -15.00 CNY.D
      Equity:Memo:Outstanding:ALFA:CourtCosts  -10.00 CNY.D
    2025-01-11 * "forwards"  ; ! fees 4
      entry: "4"
      event: "write_off"
      case: "A-1"
      bucket: "principal"
      Equity:Memo:WrittenOff:ALFA  1.00 CNY.D
      Equity:Memo:Outstanding:ALFA:CourtCosts  -1.00 CNY.D
    2025-01-12 * "more than there is"  ; ! fees 5
      entry: "5"
      event: "recall"
      case: "A-1"
      Equity:Memo:Recalled:ALFA  50.00 CNY.D
      Equity:Memo:Outstanding:ALFA:CourtCosts  -50.00 CNY.D
    """
    assert alone.found == alone.marked
    assert "Outstanding:ALFA:CourtCosts must be 0.00 CNY and is -1.00 CNY" in alone.messages[0]
    assert alone.messages[1].endswith("gives up 50.00 CNY, but only 39.00 CNY is outstanding")


def test_settlement_in_one_entry(alone: Checked) -> None:
    """The worked settlement, receipt and waiver together: 3200.00 of 4000.00 paid, the rest waived.

    2025-01-02 * "placement"
      entry: "1"
      case: "A-2"
      Equity:Memo:Outstanding:ALFA:Principal  3900.00 CNY.D
      Equity:Memo:Outstanding:ALFA:Interest  100.00 CNY.D
      Equity:Memo:Placed:ALFA  -4000.00 CNY.D
    2025-01-10 * "settled"
      entry: "2"
      event: "receipt"
      case: "A-2"
      terms: "NET"
      rule: "1"
      base: "3200.00"
      Assets:Trust:Bank:TRUST  3200.00 CNY
      Liabilities:Trust:ClientPayable:ALFA  -3200.00 CNY
      Liabilities:Trust:ClientPayable:ALFA  848.00 CNY
      Liabilities:Trust:UndrawnFees  -848.00 CNY
      Assets:Operating:DueFromTrust  848.00 CNY
      Income:Commission:ALFA:PAA  -800.00 CNY
      Liabilities:Operating:OutputVAT  -48.00 CNY
      Equity:Memo:CollectedPAA:ALFA  3200.00 CNY.D
      Equity:Memo:SettlementWaived:ALFA  800.00 CNY.D
      Equity:Memo:Outstanding:ALFA:Interest  -100.00 CNY.D
      Equity:Memo:Outstanding:ALFA:Principal  -3900.00 CNY.D
    2025-01-11 * "paid again: all overpaid, as on any settled case"
      entry: "3"
      event: "receipt"
      case: "A-2"
      Assets:Trust:Bank:TRUST  10.00 CNY
      Liabilities:Trust:DebtorRefund  -10.00 CNY
    """
    assert alone.found == alone.marked == []


def test_part_of_the_rest_given_up_in_one_entry(alone: Checked) -> None:
    """What a receipt paid and repaid is gone when its waiver is spread: 20.00 of the advance are left, and come last.

    2025-01-02 * "placement"
      entry: "1"
      case: "A-2"
      costs-advanced: "30.00"
      Equity:Memo:Outstanding:ALFA:Principal  50.00 CNY.D
      Equity:Memo:Outstanding:ALFA:CourtCosts  40.00 CNY.D
      Equity:Memo:Placed:ALFA  -90.00 CNY.D
    2025-01-10 * "10.00 paid, 55.00 given up: all principal, 5.00 of the client's 10.00 of costs"
      entry: "2"
      event: "receipt"
      case: "A-2"
      terms: "NET"
      Assets:Trust:Bank:TRUST  10.00 CNY
      Liabilities:Trust:ClientPayable:ALFA  -10.00 CNY
      Liabilities:Trust:ClientPayable:ALFA  10.00 CNY
      Liabilities:Trust:UndrawnFees  -10.00 CNY
      Assets:Operating:DueFromTrust  10.00 CNY
      Assets:Operating:CostsAdvanced:ALFA  -10.00 CNY
      Equity:Memo:CollectedPAA:ALFA  10.00 CNY.D
      Equity:Memo:SettlementWaived:ALFA  55.00 CNY.D
      Equity:Memo:Outstanding:ALFA:CourtCosts  -15.00 CNY.D
      Equity:Memo:Outstanding:ALFA:Principal  -50.00 CNY.D
    """
    assert alone.found == alone.marked == []


def test_costs_of_the_clients_alone(alone: Checked) -> None:
    """Where the agency advanced nothing, court costs repay nobody but the client.

    2025-01-01 open Equity:Memo:Outstanding:ALFA:CourtCosts:Late
    2025-01-02 * "placement; what stands below a bucket's account is no bucket"
      entry: "1"
      case: "A-1"
      Equity:Memo:Outstanding:ALFA:CourtCosts  10.00 CNY.D
      Equity:Memo:Outstanding:ALFA:CourtCosts:Late  10.00 CNY.D
      Equity:Memo:Placed:ALFA  -20.00 CNY.D
    2025-01-10 * "15.00"
      entry: "2"
      event: "receipt"
      case: "A-1"
      terms: "NET"
      Assets:Trust:Bank:TRUST  15.00 CNY
      Liabilities:Trust:ClientPayable:ALFA  -10.00 CNY
      Liabilities:Trust:DebtorRefund  -5.00 CNY
      Equity:Memo:CollectedPAA:ALFA  10.00 CNY.D
      Equity:Memo:Outstanding:ALFA:CourtCosts  -10.00 CNY.D
    """
    assert alone.found == alone.marked == []


def test_costs_billed_and_written_off(alone: Checked) -> None:
    """A billed advance is the client's from then on; a written off one is repaid to the expense.

    2025-01-02 * "placement"
      entry: "1"
      case: "A-1"
      costs-advanced: "30.00"
      Equity:Memo:Outstanding:ALFA:Principal  100.00 CNY.D
      Equity:Memo:Outstanding:ALFA:CourtCosts  40.00 CNY.D
      Equity:Memo:Placed:ALFA  -140.00 CNY.D
    2025-01-03 * "billed"
      entry: "2"
      event: "cost_billed"
      case: "A-1"
      Assets:Operating:Receivable:Client:ALFA  10.00 CNY
      Assets:Operating:CostsAdvanced:ALFA  -10.00 CNY
    2025-01-04 * "written off"
      entry: "3"
      event: "cost_write_off"
      case: "A-1"
      Expenses:CostsIrrecoverable  15.00 CNY
      Assets:Operating:CostsAdvanced:ALFA  -15.00 CNY
    2025-01-10 * "5.00 of the advance, 15.00 of what was written off, 20.00 of the client's own"
      entry: "4"
      event: "direct_payment"
      case: "A-1"
      terms: "NET"
      rule: "1"
      base: "10.00"
      Assets:Operating:Receivable:Client:ALFA  22.65 CNY
      Income:Commission:ALFA:PDC  -2.50 CNY
      Liabilities:Operating:OutputVAT  -0.15 CNY
      Assets:Operating:CostsAdvanced:ALFA  -5.00 CNY
      Expenses:CostsIrrecoverable  -15.00 CNY
      Equity:Memo:CollectedPDC:ALFA  50.00 CNY.D
      Equity:Memo:Outstanding:ALFA:CourtCosts  -40.00 CNY.D
      Equity:Memo:Outstanding:ALFA:Principal  -10.00 CNY.D
    """
    assert alone.found == alone.marked == []
