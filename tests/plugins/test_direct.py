"""Invariant 17: what was paid to the client never touches the trust."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.plugins.conftest import Checked

MORE_CHART = """
2025-01-01 open Income:Commission:ALFA:PDC
2025-01-01 open Equity:Memo:CollectedPDC:ALFA
"""


def test_sound(alone: Checked) -> None:
    """A direct payment, its offset, and its reversal pass; so does a receipt on the trust bank.

    2025-01-10 * "direct payment"
      entry: "7"
      event: "direct_payment"
      case: "A-1"
      Assets:Operating:Receivable:Client:ALFA  26.50 CNY
      Income:Commission:ALFA:PDC  -25.00 CNY
      Liabilities:Operating:OutputVAT  -1.50 CNY
      Equity:Memo:CollectedPDC:ALFA  100.00 CNY.D
      Equity:Memo:Outstanding:ALFA:Principal  -100.00 CNY.D
    2025-01-11 * "offset: its own event"
      entry: "8"
      event: "offset"
      Liabilities:Trust:ClientPayable:ALFA  26.50 CNY
      Liabilities:Trust:UndrawnFees  -26.50 CNY
      Assets:Operating:DueFromTrust  26.50 CNY
      Assets:Operating:Receivable:Client:ALFA  -26.50 CNY
    2025-01-12 * "returned"
      entry: "9"
      event: "returned_payment"
      reverses: "7"
      Assets:Operating:Receivable:Client:ALFA  -26.50 CNY
      Income:Commission:ALFA:PDC  25.00 CNY
      Liabilities:Operating:OutputVAT  1.50 CNY
      Equity:Memo:CollectedPDC:ALFA  -100.00 CNY.D
      Equity:Memo:Outstanding:ALFA:Principal  100.00 CNY.D
    2025-01-13 * "receipt"
      entry: "10"
      event: "receipt"
      Assets:Trust:Bank:TRUST  10.00 CNY
      Liabilities:Trust:ClientPayable:ALFA  -10.00 CNY
    """
    assert alone.found == alone.marked == []


def test_trust_legs(alone: Checked) -> None:
    """Each trust leg of a direct payment is told, whether event, memo or income gives it away.

    2025-01-10 * "by its event"
      entry: "7"
      event: "direct_payment"
      case: "A-1"
      Assets:Trust:Bank:TRUST  10.00 CNY  ; ! direct 7
      Liabilities:Trust:ClientPayable:ALFA  -10.00 CNY  ; ! direct 7
    2025-01-11 * "by its memo"
      entry: "8"
      event: "receipt"
      Equity:Memo:CollectedPDC:ALFA  10.00 CNY.D
      Equity:Memo:Outstanding:ALFA:Principal  -10.00 CNY.D
      Liabilities:Trust:UndrawnFees  -1.00 CNY  ; ! direct 8
      Liabilities:Trust:Unidentified  1.00 CNY  ; ! direct 8
    2025-01-12 * "by its income"
      entry: "9"
      Income:Commission:ALFA:PDC  -1.00 CNY
      Assets:Operating:DueFromTrust  1.00 CNY
      Liabilities:Trust:UndrawnFees  -1.00 CNY  ; ! direct 9
      Liabilities:Trust:ClientPayable:ALFA  1.00 CNY  ; ! direct 9
    """
    assert alone.found == alone.marked
    assert alone.messages[0] == (
        "entry 7 of 2025-01-10: a direct payment on case A-1 moves Assets:Trust:Bank:TRUST 10.00 CNY; "
        "what was paid to the client never touches the trust"
    )


def test_client_by_that_name(alone: Checked) -> None:
    """A client called PDC earns no direct commission by its name.

    2025-01-01 open Income:Commission:PDC:PAA
    2025-01-10 * "receipt"
      entry: "7"
      Income:Commission:PDC:PAA  -1.00 CNY
      Assets:Operating:DueFromTrust  1.00 CNY
      Liabilities:Trust:UndrawnFees  -1.00 CNY
      Liabilities:Trust:ClientPayable:ALFA  1.00 CNY
    """
    assert alone.found == alone.marked == []
