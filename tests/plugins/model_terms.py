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
