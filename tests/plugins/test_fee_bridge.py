"""Invariant 4: DueFromTrust = −UndrawnFees on every date, held by every transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.plugins.conftest import Checked


def test_sound_bridge(books: Checked) -> None:
    """A fee, its sweep and a transfer of undrawn fees between two banks keep the bridge.

    2025-01-01 open Assets:Trust:Bank:SECOND CNY
    2025-01-10 * "fee"
      entry: "1"
      Liabilities:Trust:ClientPayable:ALFA  106.00 CNY
        bank: "TRUST"
      Liabilities:Trust:UndrawnFees  -106.00 CNY
        bank: "TRUST"
      Assets:Operating:DueFromTrust  106.00 CNY
      Income:Commission:ALFA:PAA  -100.00 CNY
      Liabilities:Operating:OutputVAT  -6.00 CNY
    2025-01-11 * "transfer"
      entry: "2"
      Assets:Trust:Bank:SECOND  50.00 CNY
      Liabilities:Trust:UndrawnFees  -50.00 CNY
        bank: "SECOND"
      Assets:Trust:Bank:TRUST  -50.00 CNY
      Liabilities:Trust:UndrawnFees  50.00 CNY
        bank: "TRUST"
    2025-01-31 * "sweep"
      entry: "3"
      Liabilities:Trust:UndrawnFees  56.00 CNY
        bank: "TRUST"
      Assets:Trust:Bank:TRUST  -56.00 CNY
      Assets:Operating:Bank:MAIN  56.00 CNY
      Assets:Operating:DueFromTrust  -56.00 CNY
    """
    assert books.found == books.marked == []


def test_fee_not_taken_from_the_client(books: Checked) -> None:
    """A claim on the trust that the trust does not owe balances in its fund, and parts the bridge.

    2025-01-10 * "fee"  ; ! fee_bridge 7
      entry: "7"
      Assets:Operating:DueFromTrust  106.00 CNY
      Income:Commission:ALFA:PAA  -106.00 CNY
    2025-01-11 * "rent: the difference stays as it is and is not told again"
      entry: "8"
      Expenses:Rent  1.00 CNY
      Assets:Operating:Bank:MAIN  -1.00 CNY
    """
    assert books.found == books.marked
    assert books.messages == [
        (
            "entry 7 of 2025-01-10 parts the fee bridge by 106.00 CNY: after it Assets:Operating:DueFromTrust is "
            "106.00 CNY and Liabilities:Trust:UndrawnFees 0 CNY"
        )
    ]


def test_fee_taken_and_not_claimed(books: Checked) -> None:
    """Fees set aside in the trust that the agency does not count on part the bridge.

    2025-01-10 * "fee"  ; ! fee_bridge 7
      entry: "7"
      Liabilities:Trust:ClientPayable:ALFA  106.00 CNY
      Liabilities:Trust:UndrawnFees  -106.00 CNY
    """
    assert books.found == books.marked


def test_sides_that_differ_by_a_cent(books: Checked) -> None:
    """Both sides move, and by a cent not alike.

    2025-01-10 * "fee"  ; ! fee_bridge 7
      entry: "7"
      Liabilities:Trust:ClientPayable:ALFA  106.00 CNY
      Liabilities:Trust:UndrawnFees  -106.00 CNY
      Assets:Operating:DueFromTrust  106.01 CNY
      Income:Commission:ALFA:PAA  -106.01 CNY
    """
    assert books.found == books.marked
    assert "by 0.01 CNY: after it Assets:Operating:DueFromTrust is 106.01 CNY" in books.messages[0]


def test_commodities_do_not_bridge_each_other(books: Checked) -> None:
    """A claim in dollars is not matched by fees set aside in yuan.

    2025-01-10 * "fee"  ; ! fee_bridge 7 ! fee_bridge 7
      entry: "7"
      Liabilities:Trust:ClientPayable:ALFA  10.00 CNY
      Liabilities:Trust:UndrawnFees  -10.00 CNY
      Assets:Operating:DueFromTrust  10.00 USD
      Income:Commission:ALFA:PAA  -10.00 USD
    """
    assert books.found == books.marked


def test_two_entries_of_a_day_that_hide_each_other(books: Checked) -> None:
    """Two entries that part the bridge and close it on one day are each named.

    2025-01-10 * "one side"  ; ! fee_bridge 7
      entry: "7"
      Liabilities:Trust:ClientPayable:ALFA  10.00 CNY
      Liabilities:Trust:UndrawnFees  -10.00 CNY
    2025-01-10 * "the other side"  ; ! fee_bridge 8
      entry: "8"
      Assets:Operating:DueFromTrust  10.00 CNY
      Income:Commission:ALFA:PAA  -10.00 CNY
    """
    assert books.found == books.marked
