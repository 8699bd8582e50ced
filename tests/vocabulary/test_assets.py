"""What an asset brought, net of the sale's costs: a receipt in every way (DOMAIN §3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.vocabulary.ledger import entries, standing

if TYPE_CHECKING:
    from tests.desk import Desk
    from tests.vocabulary.ledger import Journal


def test_asset_sale(desk: Desk, journal: Journal) -> None:
    """An auction pays all 1110.00 and leaves 90.00 to the debtor.

    The fee is 20 % of 1070.00 and VAT; of the 30.00 that we advanced, we had given up 12.00.
    """
    desk.place("K-1", "NET", "1000.00", interest="50.00", fees="20.00", court_costs="10.00")
    desk.post("cost_advanced", "2025-01-03", case="K-1", amount="30.00")
    desk.post("cost_write_off", "2025-01-04", case="K-1", amount="12.00")
    journal.skip()
    desk.file(
        "events", [{"event": "asset_sale", "date": "2025-01-15", "case": "K-1", "amount": "1200.00"}], "2025-01-15"
    )
    assert journal.new() == entries("""
        2025-01-15 asset_sale NET K-1
        Dr Assets:Trust:Bank:TRUST                 1200.00 CNY [TRUST]
        Cr Liabilities:Trust:ClientPayable:NET     1110.00 CNY [TRUST]
        Cr Liabilities:Trust:DebtorRefund            90.00 CNY [TRUST] case:K-1
        Dr Liabilities:Trust:ClientPayable:NET      256.84 CNY [TRUST]
        Cr Liabilities:Trust:UndrawnFees            256.84 CNY [TRUST]
        Dr Assets:Operating:DueFromTrust            256.84 CNY
        Cr Income:Commission:NET:PAA                214.00 CNY
        Cr Liabilities:Operating:OutputVAT           12.84 CNY
        Cr Assets:Operating:CostsAdvanced:NET        18.00 CNY
        Cr Expenses:CostsIrrecoverable               12.00 CNY
        Dr Equity:Memo:CollectedPAA:NET            1110.00 CNY.D
        Cr Equity:Memo:Outstanding:NET:Principal   1000.00 CNY.D
        Cr Equity:Memo:Outstanding:NET:Interest      50.00 CNY.D
        Cr Equity:Memo:Outstanding:NET:Fees          20.00 CNY.D
        Cr Equity:Memo:Outstanding:NET:CourtCosts    40.00 CNY.D
    """)
    assert standing(desk, "K-1") == "paid, overpaid 90.00"


def test_asset_sale__of_a_gross_client(desk: Desk, journal: Journal) -> None:
    """The client gets 1050.00 of the 1200.00 and is billed for the fee; 150.00 are the debtor's."""
    desk.place("K-1", "GROSS", "1000.00", interest="50.00")
    journal.skip()
    desk.post("asset_sale", "2025-01-15", case="K-1", amount="1200.00")
    assert journal.new() == entries("""
        2025-01-15 asset_sale GROSS K-1
        Dr Assets:Trust:Bank:TRUST                  1200.00 CNY [TRUST]
        Cr Liabilities:Trust:ClientPayable:GROSS    1050.00 CNY [TRUST]
        Cr Liabilities:Trust:DebtorRefund            150.00 CNY [TRUST] case:K-1
        Dr Assets:Operating:Receivable:Client:GROSS  222.60 CNY
        Cr Income:Commission:GROSS:PAA               210.00 CNY
        Cr Liabilities:Operating:OutputVAT            12.60 CNY
        Dr Equity:Memo:CollectedPAA:GROSS           1050.00 CNY.D
        Cr Equity:Memo:Outstanding:GROSS:Principal  1000.00 CNY.D
        Cr Equity:Memo:Outstanding:GROSS:Interest     50.00 CNY.D
    """)
    assert standing(desk, "K-1") == "paid, overpaid 150.00"


def test_asset_sale__on_hold(desk: Desk, journal: Journal) -> None:
    """Paid by check it is on hold, and so is the surplus, which is not paid back before the release."""
    desk.client("HOLD", "net", more="hold_days = { check = 7 }")
    desk.place("K-1", "HOLD", "1000.00")
    journal.skip()
    desk.post("asset_sale", "2025-01-15", case="K-1", amount="1200.00", method="check")
    assert journal.new() == entries("""
        2025-01-15 asset_sale HOLD K-1
        Dr Assets:Trust:Bank:TRUST                 1200.00 CNY [TRUST]
        Cr Liabilities:Trust:ClientHeld:HOLD       1000.00 CNY [TRUST]
        Cr Liabilities:Trust:DebtorRefund           200.00 CNY [TRUST] case:K-1
        Dr Equity:Memo:CollectedPAA:HOLD           1000.00 CNY.D
        Cr Equity:Memo:Outstanding:HOLD:Principal  1000.00 CNY.D
    """)
    assert standing(desk, "K-1") == "paid, held 1000.00, overpaid 200.00"
    assert "REFUND_BEYOND" in desk.run("refund", "K-1", "--date", "2025-01-21", status=1)


def test_asset_sale__into_operating(desk: Desk, journal: Journal) -> None:
    """The auctioneer paid into our own bank: ours counts as drawn, and the client's is cured the same day."""
    desk.place("K-1", "GROSS", "1000.00")
    journal.skip()
    desk.post("asset_sale", "2025-01-15", case="K-1", amount="400.00", bank="OPS")
    desk.run("reconcile", "--date", "2025-01-15")
    assert journal.new() == entries("""
        2025-01-15 asset_sale GROSS K-1
        Dr Assets:Operating:Bank:OPS                400.00 CNY
        Cr Assets:Operating:DueFromTrust            400.00 CNY
        Dr Liabilities:Trust:UndrawnFees            400.00 CNY [TRUST]
        Cr Liabilities:Trust:ClientPayable:GROSS    400.00 CNY [TRUST]
        Dr Assets:Operating:Receivable:Client:GROSS  84.80 CNY
        Cr Income:Commission:GROSS:PAA               80.00 CNY
        Cr Liabilities:Operating:OutputVAT            4.80 CNY
        Dr Equity:Memo:CollectedPAA:GROSS           400.00 CNY.D
        Cr Equity:Memo:Outstanding:GROSS:Principal  400.00 CNY.D
        2025-01-15 cure
        Dr Assets:Trust:Bank:TRUST                  400.00 CNY [TRUST]
        Cr Liabilities:Trust:UndrawnFees            400.00 CNY [TRUST]
        Dr Assets:Operating:DueFromTrust            400.00 CNY
        Cr Assets:Operating:Bank:OPS                400.00 CNY
    """)
