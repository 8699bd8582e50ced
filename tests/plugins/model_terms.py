"""Contract versions for tests of the model and of the fees plugin, as documents of the books."""

from __future__ import annotations

import hashlib
import json
from typing import Any

CLOSED: dict[str, Any] = {
    "client": "ALFA",
    "commission": [],
    "commission_on": ["principal", "interest", "fees"],
    "currency": "CNY",
    "effective": "2025-01-01",
    "hold_days": {},
    "minimum_remittance": "0.00",
    "remittance": "net",
    "trust_bank": "TRUST",
    "vat": "exclusive",
    "vat_rate": "0.06",
    "waterfall": ["court_costs", "interest", "fees", "principal"],
}


def rule(rate: str = "", **changes: object) -> dict[str, object]:
    """A commission rule: a flat rate, or what ``changes`` say."""
    flat = {
        "asset_type": [],
        "by": "",
        "level": [],
        "maximum": None,
        "minimum": None,
        "mode": "whole",
        "source": [],
        "stage": [],
        "tiers": [{"rate": rate, "up_to": None}],
    }
    return flat | changes


def tiers(*ends_and_rates: tuple[object, str]) -> list[dict[str, object]]:
    """Tiers of limits and rates."""
    return [{"rate": rate, "up_to": up_to} for up_to, rate in ends_and_rates]


def document(*rules: dict[str, object], **changes: object) -> str:
    """A contract version of ALFA's as the books carry it, with these commission rules and changes."""
    table = CLOSED | {"commission": list(rules or [rule("0.25")])} | changes
    return json.dumps(table, sort_keys=True, separators=(",", ":"))


def digest_of(text: str) -> str:
    """The name of a version."""
    return hashlib.sha256(text.encode()).hexdigest()


VERSIONS = {
    "NET": document(rule("0.35", source=["forwarded"]), rule("0.25")),
    "NET-FEBRUARY": document(rule("0.30"), effective="2025-02-01"),
    "GROSS": document(rule("0.20"), client="BETA", remittance="gross"),
    "AGE": document(rule(by="age_days", tiers=tiers((90, "0.15"), (None, "0.30"))), vat="inclusive"),
    "SLICES": document(
        rule("0.50", stage=["legal"]),
        rule(by="collected_to_date", mode="marginal", tiers=tiers(("100.00", "0.30"), (None, "0.10"))),
        vat="none",
    ),
    "WHOLE": document(
        rule(by="collected_to_date", tiers=tiers(("100.00", "0.30"), (None, "0.10"))),
        vat="none",
    ),
    "NOWHERE?": document(rule("0.24")),
}
"""The versions of the ledgers of test_fees*, by the titles that stand for their digests."""

MORE_CHART = """
2025-01-01 open Liabilities:Trust:ClientHeld:ALFA
2025-01-01 open Liabilities:Trust:DebtorRefund
2025-01-01 open Assets:Operating:Receivable:Client:BETA
2025-01-01 open Income:Commission:ALFA:PDC
2025-01-01 open Income:Commission:ALFA:Forwarded
2025-01-01 open Expenses:ForwarderFees
2025-01-01 open Expenses:CostsIrrecoverable
2025-01-01 open Equity:Memo:CostsAdded:ALFA
2025-01-01 open Equity:Memo:CollectedPDC:ALFA
2025-01-01 open Equity:Memo:Outstanding:ALFA:Fees
2025-01-01 open Equity:Memo:SettlementWaived:ALFA
2025-01-01 open Equity:Memo:Recalled:ALFA
2025-01-01 open Equity:Memo:WrittenOff:ALFA
"""
