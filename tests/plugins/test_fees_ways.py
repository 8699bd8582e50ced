"""Invariant 8 on the other ways that money takes: forwarders, direct payments, finished cases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.plugins.model_terms import MORE_CHART, VERSIONS

if TYPE_CHECKING:
    from tests.plugins.conftest import Checked

__all__ = ["MORE_CHART", "VERSIONS"]
PLUGIN = "fees"


def test_forwarder(alone: Checked) -> None:
    """What the forwarder kept comes off the undrawn fees; the client pays the full fee at the forwarder's rate.

    2025-01-02 * "placement"
      entry: "1"
      case: "A-3"
      Equity:Memo:Outstanding:ALFA:Principal  8000.00 CNY.D
      Equity:Memo:Placed:ALFA  -8000.00 CNY.D
    2025-01-18 * "2000.00, of which 400.00 were kept"
      entry: "2"
      event: "forwarder_receipt"
      case: "A-3"
      terms: "NET"
      rule: "0"
      base: "2000.00"
      Assets:Trust:Bank:TRUST  1600.00 CNY
      Expenses:ForwarderFees  400.00 CNY
      Liabilities:Trust:ClientPayable:ALFA  -2000.00 CNY
      Liabilities:Trust:ClientPayable:ALFA  742.00 CNY
      Liabilities:Trust:UndrawnFees  -342.00 CNY
      Assets:Operating:DueFromTrust  342.00 CNY
      Income:Commission:ALFA:Forwarded  -700.00 CNY
      Liabilities:Operating:OutputVAT  -42.00 CNY
      Equity:Memo:CollectedPAA:ALFA  2000.00 CNY.D
      Equity:Memo:Outstanding:ALFA:Principal  -2000.00 CNY.D
    2025-01-19 * "the client paid for what was kept, at our own rate"  ; ! fees 3
      entry: "3"
      event: "forwarder_receipt"
      case: "A-3"
      terms: "NET"
      rule: "1"
      base: "100.00"
      Assets:Trust:Bank:TRUST  80.00 CNY
      Expenses:ForwarderFees  20.00 CNY
      Liabilities:Trust:ClientPayable:ALFA  -100.00 CNY
      Liabilities:Trust:ClientPayable:ALFA  46.50 CNY
      Liabilities:Trust:UndrawnFees  -26.50 CNY
      Assets:Operating:DueFromTrust  6.50 CNY
      Income:Commission:ALFA:Forwarded  -25.00 CNY
      Liabilities:Operating:OutputVAT  -1.50 CNY
      Equity:Memo:CollectedPAA:ALFA  100.00 CNY.D
      Equity:Memo:Outstanding:ALFA:Principal  -100.00 CNY.D
    """
    assert alone.found == alone.marked
    assert "Liabilities:Trust:ClientPayable:ALFA debited must be 37.10 CNY and is 46.50 CNY" in alone.messages[0]
    assert "Liabilities:Trust:UndrawnFees must be -17.10 CNY and is -26.50 CNY" in alone.messages[0]


def test_forwarder_that_kept_nothing(alone: Checked) -> None:
    """A forwarder's receipt is one by its event, whatever it kept.

    2025-01-02 * "placement"
      entry: "1"
      case: "A-3"
      Equity:Memo:Outstanding:ALFA:Principal  8000.00 CNY.D
      Equity:Memo:Placed:ALFA  -8000.00 CNY.D
    2025-01-18 * "all of 100.00"
      entry: "2"
      event: "forwarder_receipt"
      case: "A-3"
      terms: "NET"
      rule: "0"
      base: "100.00"
      Assets:Trust:Bank:TRUST  100.00 CNY
      Liabilities:Trust:ClientPayable:ALFA  -100.00 CNY
      Liabilities:Trust:ClientPayable:ALFA  37.10 CNY
      Liabilities:Trust:UndrawnFees  -37.10 CNY
      Assets:Operating:DueFromTrust  37.10 CNY
      Income:Commission:ALFA:Forwarded  -35.00 CNY
      Liabilities:Operating:OutputVAT  -2.10 CNY
      Equity:Memo:CollectedPAA:ALFA  100.00 CNY.D
      Equity:Memo:Outstanding:ALFA:Principal  -100.00 CNY.D
    """
    assert alone.found == alone.marked == []


def test_direct_payment_beyond_the_balance(alone: Checked) -> None:
    """It applies up to the balance; the excess is noted, and only noted once nothing is owed.

    2025-01-02 * "placement"
      entry: "1"
      case: "A-2"
      Equity:Memo:Outstanding:ALFA:Principal  100.00 CNY.D
      Equity:Memo:Placed:ALFA  -100.00 CNY.D
    2025-01-10 * "150.00 paid to the client, and no excess noted"  ; ! fees 2
      entry: "2"
      event: "direct_payment"
      case: "A-2"
      terms: "NET"
      rule: "1"
      base: "90.00"
      beyond: "60.00"
      Assets:Operating:Receivable:Client:ALFA  23.85 CNY
      Income:Commission:ALFA:PDC  -22.50 CNY
      Liabilities:Operating:OutputVAT  -1.35 CNY
      Equity:Memo:CollectedPDC:ALFA  90.00 CNY.D
      Equity:Memo:Outstanding:ALFA:Principal  -90.00 CNY.D
    2025-01-11 * "5.00 of it are owed still, but nothing is posted"  ; ! fees 3
      entry: "3"
      event: "direct_payment"
      case: "A-2"
      terms: "NET"
      beyond: "5.00"
    2025-01-12 * "25.00 paid to the client"
      entry: "4"
      event: "direct_payment"
      case: "A-2"
      terms: "NET"
      rule: "1"
      base: "10.00"
      beyond: "15.00"
      Assets:Operating:Receivable:Client:ALFA  2.65 CNY
      Income:Commission:ALFA:PDC  -2.50 CNY
      Liabilities:Operating:OutputVAT  -0.15 CNY
      Equity:Memo:CollectedPDC:ALFA  10.00 CNY.D
      Equity:Memo:Outstanding:ALFA:Principal  -10.00 CNY.D
    2025-01-13 * "all of it beyond"
      entry: "5"
      event: "direct_payment"
      case: "A-2"
      beyond: "25.00"
    2025-01-14 * "and posted"  ; ! fees 6
      entry: "6"
      event: "direct_payment"
      case: "A-2"
      Equity:Memo:CollectedPDC:ALFA  1.00 CNY.D
      Equity:Memo:Outstanding:ALFA:Principal  -1.00 CNY.D
    2025-01-14 * "into our own bank"  ; ! fees 7 ! fees 7
      entry: "7"
      event: "direct_payment"
      case: "A-2"
      beyond: "1.00"
      Assets:Operating:Bank:MAIN  1.00 CNY
      Assets:Operating:Receivable:Client:ALFA  -1.00 CNY
    """
    assert alone.found == alone.marked
    assert "beyond: must be 50.00 CNY and is '60.00'" in alone.messages[0]


def test_receipt_on_a_finished_case(alone: Checked) -> None:
    """On a paid case all is overpayment; on a recalled one nothing is booked but by a person, to the debtor.

    2025-01-02 * "two cases"
      entry: "1"
      Equity:Memo:Outstanding:ALFA:Principal  10.00 CNY.D
        case: "A-1"
      Equity:Memo:Outstanding:ALFA:Principal  10.00 CNY.D
        case: "A-2"
      Equity:Memo:Placed:ALFA  -20.00 CNY.D
    2025-01-09 * "paid, more than that"
      entry: "2"
      event: "receipt"
      case: "A-1"
      terms: "NET"
      rule: "1"
      base: "10.00"
      Assets:Trust:Bank:TRUST  15.00 CNY
      Liabilities:Trust:DebtorRefund  -5.00 CNY
      Liabilities:Trust:ClientPayable:ALFA  -10.00 CNY
      Liabilities:Trust:ClientPayable:ALFA  2.65 CNY
      Liabilities:Trust:UndrawnFees  -2.65 CNY
      Assets:Operating:DueFromTrust  2.65 CNY
      Income:Commission:ALFA:PAA  -2.50 CNY
      Liabilities:Operating:OutputVAT  -0.15 CNY
      Equity:Memo:CollectedPAA:ALFA  10.00 CNY.D
      Equity:Memo:Outstanding:ALFA:Principal  -10.00 CNY.D
    2025-01-10 * "and again, of which no contract need know"
      entry: "3"
      event: "receipt"
      case: "A-1"
      Assets:Trust:Bank:TRUST  10.00 CNY
      Liabilities:Trust:DebtorRefund  -10.00 CNY
    2025-01-10 * "and again, to the client"  ; ! fees 4
      entry: "4"
      event: "receipt"
      case: "A-1"
      Assets:Trust:Bank:TRUST  10.00 CNY
      Liabilities:Trust:ClientPayable:ALFA  -10.00 CNY
    2025-01-10 * "recalled"
      entry: "5"
      event: "recall"
      case: "A-2"
      Equity:Memo:Recalled:ALFA  10.00 CNY.D
      Equity:Memo:Outstanding:ALFA:Principal  -10.00 CNY.D
    2025-01-11 * "given to the debtor by a person"
      entry: "6"
      event: "identified"
      case: "A-2"
      Liabilities:Trust:Unidentified  10.00 CNY
      Liabilities:Trust:DebtorRefund  -10.00 CNY
    2025-01-11 * "by nobody"  ; ! fees 7
      entry: "7"
      event: "receipt"
      case: "A-2"
      Assets:Trust:Bank:TRUST  10.00 CNY
      Liabilities:Trust:DebtorRefund  -10.00 CNY
    2025-01-12 * "nothing at all"  ; ! fees 8
      entry: "8"
      event: "identified"
      case: "A-2"
    """
    assert alone.found == alone.marked
    assert "Liabilities:Trust:DebtorRefund must be -10.00 CNY and is 0.00 CNY" in alone.messages[0]
    assert alone.messages[1].endswith("a case that is recalled: it must wait in Unidentified for a person")
    assert alone.messages[2].endswith("is a payment, but brings no money")


def test_receipt_in_our_own_bank(alone: Checked) -> None:
    """Money of a client's that came into operating by mistake is owed by the agency, less its fee.

    2025-01-02 * "placement"
      entry: "1"
      case: "A-1"
      Equity:Memo:Outstanding:ALFA:Principal  1000.00 CNY.D
      Equity:Memo:Placed:ALFA  -1000.00 CNY.D
    2025-01-10 * "receipt"
      entry: "2"
      event: "receipt"
      case: "A-1"
      terms: "NET"
      rule: "1"
      base: "100.00"
      Assets:Operating:Bank:MAIN  100.00 CNY
      Liabilities:Trust:UndrawnFees  73.50 CNY
      Assets:Operating:DueFromTrust  -73.50 CNY
      Liabilities:Trust:ClientPayable:ALFA  -100.00 CNY
      Liabilities:Trust:ClientPayable:ALFA  26.50 CNY
      Income:Commission:ALFA:PAA  -25.00 CNY
      Liabilities:Operating:OutputVAT  -1.50 CNY
      Equity:Memo:CollectedPAA:ALFA  100.00 CNY.D
      Equity:Memo:Outstanding:ALFA:Principal  -100.00 CNY.D
    """
    assert alone.found == alone.marked == []
