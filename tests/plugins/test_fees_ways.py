"""Invariant 8 on the other ways that money takes: holds, forwarders, direct payments, what is given up."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.plugins.conftest import check_alone, ledger_of
from tests.plugins.test_fees import MORE_CHART, VERSIONS

if TYPE_CHECKING:
    from pathlib import Path

    from tests.plugins.conftest import Checked


@pytest.fixture
def ways(request: pytest.FixtureRequest, tmp_path: Path) -> Checked:
    """The ledger of the test's own docstring, checked by plugins.fees alone."""
    return check_alone(ledger_of(request.function), "fees", tmp_path, VERSIONS, MORE_CHART)


def test_hold(ways: Checked) -> None:
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
    assert ways.found == ways.marked == []


def test_clearing_that_is_none(ways: Checked) -> None:
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
    assert ways.found == ways.marked
    told = [message.partition(": ")[2] for message in ways.messages]
    assert told[0].startswith("Assets:Operating:Receivable:Client:ALFA must be 0.00 CNY and is 2.65 CNY")
    assert told[1] == "is on hold, but has no date in release:"
    assert told[2] == "clears entry 3 before its release on 2025-01-15"
    assert told[3] == "has another contract version than entry 3, which it clears"
    assert told[4].startswith("base: must be 10.00 CNY and is '9.00'; rule: must be 1 and is '0'; by rule 1 of")
    assert told[5] == told[6].replace("entry 2", "entry 3") == "clears entry 3, which is no receipt of its case on hold"
    assert told[7] == "clears nothing, which is no receipt of its case on hold"


def test_forwarder(ways: Checked) -> None:
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
    assert ways.found == ways.marked
    assert "Liabilities:Trust:ClientPayable:ALFA debited must be 37.10 CNY and is 46.50 CNY" in ways.messages[0]
    assert "Liabilities:Trust:UndrawnFees must be -17.10 CNY and is -26.50 CNY" in ways.messages[0]


def test_direct_payment_beyond_the_balance(ways: Checked) -> None:
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
    assert ways.found == ways.marked
    assert "beyond: must be 50.00 CNY and is '60.00'" in ways.messages[0]


def test_receipt_on_a_finished_case(ways: Checked) -> None:
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
    assert ways.found == ways.marked
    assert "Liabilities:Trust:DebtorRefund must be -10.00 CNY and is 0.00 CNY" in ways.messages[0]
    assert ways.messages[1].endswith("a case that is recalled: it must wait in Unidentified for a person")
    assert ways.messages[2].endswith("is a payment, but brings no money")


def test_given_up(ways: Checked) -> None:
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
    assert ways.found == ways.marked
    assert "Outstanding:ALFA:CourtCosts must be 0.00 CNY and is -1.00 CNY" in ways.messages[0]
    assert ways.messages[1].endswith("gives up 50.00 CNY, but only 39.00 CNY is outstanding")


def test_settlement_in_one_entry(ways: Checked) -> None:
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
    assert ways.found == ways.marked == []


def test_costs_billed_and_written_off(ways: Checked) -> None:
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
    assert ways.found == ways.marked == []


def test_receipt_in_our_own_bank(ways: Checked) -> None:
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
    assert ways.found == ways.marked == []
