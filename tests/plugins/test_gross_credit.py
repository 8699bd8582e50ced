"""Invariant 7: a PAA memo amount is the client's trust credit, at gross."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.plugins.conftest import Checked

MORE_CHART = """
2025-01-01 open Liabilities:Trust:ClientHeld:ALFA
2025-01-01 open Liabilities:Trust:DebtorRefund
2025-01-01 open Equity:Memo:Outstanding:BETA:Interest
"""


def test_sound(alone: Checked) -> None:
    """Receipt with fee and overpayment, hold, clearing, and the reversals of both pass.

    2025-01-10 * "receipt"
      entry: "1"
      event: "receipt"
      Assets:Trust:Bank:TRUST  110.00 CNY
      Liabilities:Trust:ClientPayable:ALFA  -100.00 CNY
      Liabilities:Trust:ClientPayable:ALFA  25.00 CNY
      Liabilities:Trust:UndrawnFees  -25.00 CNY
      Liabilities:Trust:DebtorRefund  -10.00 CNY
      Equity:Memo:CollectedPAA:ALFA  100.00 CNY.D
      Equity:Memo:Outstanding:ALFA:Principal  -100.00 CNY.D
    2025-01-11 * "on hold"
      entry: "2"
      event: "receipt"
      Assets:Trust:Bank:TRUST  50.00 CNY
      Liabilities:Trust:ClientHeld:ALFA  -50.00 CNY
      Equity:Memo:CollectedPAA:ALFA  50.00 CNY.D
      Equity:Memo:Outstanding:ALFA:Principal  -50.00 CNY.D
    2025-01-12 * "cleared"
      entry: "3"
      event: "cleared"
      Liabilities:Trust:ClientHeld:ALFA  50.00 CNY
      Liabilities:Trust:ClientPayable:ALFA  -50.00 CNY
      Liabilities:Trust:ClientPayable:ALFA  10.00 CNY
      Liabilities:Trust:UndrawnFees  -10.00 CNY
    2025-01-13 * "the first comes back"
      entry: "4"
      event: "returned_payment"
      reverses: "1"
      Assets:Trust:Bank:TRUST  -110.00 CNY
      Liabilities:Trust:ClientPayable:ALFA  100.00 CNY
      Liabilities:Trust:ClientPayable:ALFA  -25.00 CNY
      Liabilities:Trust:UndrawnFees  25.00 CNY
      Liabilities:Trust:DebtorRefund  10.00 CNY
      Equity:Memo:CollectedPAA:ALFA  -100.00 CNY.D
      Equity:Memo:Outstanding:ALFA:Principal  100.00 CNY.D
    2025-01-14 * "the second comes back, booking and clearing together"
      entry: "5"
      event: "returned_payment"
      reverses: "2 3"
      Assets:Trust:Bank:TRUST  -50.00 CNY
      Liabilities:Trust:ClientHeld:ALFA  50.00 CNY
      Liabilities:Trust:ClientHeld:ALFA  -50.00 CNY
      Liabilities:Trust:ClientPayable:ALFA  50.00 CNY
      Liabilities:Trust:ClientPayable:ALFA  -10.00 CNY
      Liabilities:Trust:UndrawnFees  10.00 CNY
      Equity:Memo:CollectedPAA:ALFA  -50.00 CNY.D
      Equity:Memo:Outstanding:ALFA:Principal  50.00 CNY.D
    """
    assert alone.found == alone.marked == []


def test_other_credits_of_a_client(alone: Checked) -> None:
    """Cure, remittance, opening balances and money of another event are no receipts.

    2025-01-01 * "opening, some of it on hold"
      entry: "1"
      event: "opening"
      Assets:Trust:Bank:TRUST  100.00 CNY
      Liabilities:Trust:ClientPayable:ALFA  -60.00 CNY
      Liabilities:Trust:ClientHeld:ALFA  -40.00 CNY
    2025-01-10 * "cure"
      entry: "7"
      event: "cure"
      Assets:Trust:Bank:TRUST  100.00 CNY
      Liabilities:Trust:ClientPayable:ALFA  -100.00 CNY
    2025-01-10 * "remittance"
      entry: "8"
      event: "remittance"
      Liabilities:Trust:ClientPayable:ALFA  100.00 CNY
      Assets:Trust:Bank:TRUST  -100.00 CNY
    """
    assert alone.found == alone.marked == []


def test_credited_net(alone: Checked) -> None:
    """A client credited with what is left after the fee is found, though every fund balances.

    2025-01-10 * "net"  ; ! gross_credit 7
      entry: "7"
      event: "receipt"
      case: "A-1"
      Assets:Trust:Bank:TRUST  100.00 CNY
      Liabilities:Trust:ClientPayable:ALFA  -75.00 CNY
      Liabilities:Trust:UndrawnFees  -25.00 CNY
      Equity:Memo:CollectedPAA:ALFA  100.00 CNY.D
      Equity:Memo:Outstanding:ALFA:Principal  -100.00 CNY.D
    """
    assert alone.found == alone.marked
    assert alone.messages == [
        (
            "entry 7 of 2025-01-10, case A-1: Equity:Memo:CollectedPAA:ALFA is 100.00 CNY, "
            "but the client's credit in the trust, gross, is 75.00 CNY"
        )
    ]


def test_memo_without_credit_and_credit_without_memo(alone: Checked) -> None:
    """Neither side comes without the other, nor with another client's, nor in another currency.

    2025-01-10 * "no credit"  ; ! gross_credit 7
      entry: "7"
      event: "receipt"
      Equity:Memo:CollectedPAA:ALFA  100.00 CNY.D
      Equity:Memo:Outstanding:ALFA:Principal  -100.00 CNY.D
    2025-01-10 * "no memo"  ; ! gross_credit 8
      entry: "8"
      event: "identified"
      Liabilities:Trust:Unidentified  100.00 CNY
      Liabilities:Trust:ClientPayable:ALFA  -100.00 CNY
    2025-01-10 * "another client's"  ; ! gross_credit 9 ! gross_credit 9
      entry: "9"
      event: "forwarder_receipt"
      Assets:Trust:Bank:TRUST  100.00 CNY
      Liabilities:Trust:ClientPayable:BETA  -100.00 CNY
      Equity:Memo:CollectedPAA:ALFA  100.00 CNY.D
      Equity:Memo:Outstanding:ALFA:Principal  -100.00 CNY.D
    2025-01-10 * "another currency's"  ; ! gross_credit 10 ! gross_credit 10
      entry: "10"
      event: "receipt"
      Assets:Trust:InTransit:WALLET  100.00 USD
      Liabilities:Trust:ClientPayable:ALFA  -100.00 USD
      Equity:Memo:CollectedPAA:ALFA  100.00 CNY.D
      Equity:Memo:Outstanding:ALFA:Principal  -100.00 CNY.D
    """
    assert alone.found == alone.marked


def test_cleared_otherwise_than_held(alone: Checked) -> None:
    """A clearing that moves more or less than the gross amount is found, whatever its event is called.

    2025-01-10 * "less"  ; ! gross_credit 7
      entry: "7"
      event: "cleared"
      Liabilities:Trust:ClientHeld:ALFA  50.00 CNY
      Liabilities:Trust:ClientPayable:ALFA  -40.00 CNY
      Liabilities:Trust:UndrawnFees  -10.00 CNY
    2025-01-11 * "unnamed"  ; ! gross_credit 8
      entry: "8"
      Liabilities:Trust:ClientHeld:ALFA  50.00 CNY
      Liabilities:Trust:UndrawnFees  -50.00 CNY
    """
    assert alone.found == alone.marked


def test_taken_back_net(alone: Checked) -> None:
    """A reversal that takes back only what the client had left of the money is found.

    2025-01-10 * "net"  ; ! gross_credit 7
      entry: "7"
      event: "returned_payment"
      reverses: "1"
      Assets:Trust:Bank:TRUST  -100.00 CNY
      Liabilities:Trust:ClientPayable:ALFA  75.00 CNY
      Liabilities:Trust:UndrawnFees  25.00 CNY
      Equity:Memo:CollectedPAA:ALFA  -100.00 CNY.D
      Equity:Memo:Outstanding:ALFA:Principal  100.00 CNY.D
    """
    assert alone.found == alone.marked
    assert "is -100.00 CNY, but the client's credit in the trust, gross, is -75.00 CNY" in alone.messages[0]
