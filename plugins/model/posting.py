"""The legs that a payment must have beside its money (DOMAIN §3): account, or movement of one, to minor units.

The money itself, and what a forwarder kept of it, are given; so are the legs that are not listed here zero.
``ClientPayable`` has two movements, since a receipt is posted gross and the fee taken out by itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from plugins.model.contract import GROSS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from plugins.model.case import Payment

PAA, PDC, FORWARDED = "paa", "pdc", "forwarded"

OUTSTANDING = "Equity:Memo:Outstanding"
HELD = "Liabilities:Trust:ClientHeld"
PAYABLE = "Liabilities:Trust:ClientPayable"
DEBTOR_REFUND = "Liabilities:Trust:DebtorRefund"
UNDRAWN = "Liabilities:Trust:UndrawnFees"
DUE = "Assets:Operating:DueFromTrust"
RECEIVABLE = "Assets:Operating:Receivable:Client"
ADVANCED = "Assets:Operating:CostsAdvanced"
IRRECOVERABLE = "Expenses:CostsIrrecoverable"
OUTPUT_VAT = "Liabilities:Operating:OutputVAT"

IN, OUT = "credited gross", "debited"
"""The two movements of ClientPayable."""

Leg = tuple[str, str]
"""An account, and which movement of it: empty for all together."""

_INCOME = {PAA: "PAA", PDC: "PDC", FORWARDED: "Forwarded"}
_BUCKET = {"principal": "Principal", "interest": "Interest", "fees": "Fees", "court_costs": "CourtCosts"}
BUCKET_OF = {component: bucket for bucket, component in _BUCKET.items()}


class Way(NamedTuple):
    """How a payment came, and how its fee is taken; amounts in minor units.

    ``kept`` is what a forwarder kept, ``astray`` what came into an operating account by mistake.
    """

    client: str
    source: str
    remittance: str
    kept: int = 0
    astray: int = 0

    @property
    def invoiced(self) -> bool:
        """Whether the client is asked for the fee, or it is taken out of the money (DOMAIN §4, "Remittance modes")."""
        return self.source == PDC or (self.source == PAA and self.remittance == GROSS)


def off_buckets(client: str, taken: Mapping[str, int]) -> dict[Leg, int]:
    """What leaves a case's buckets."""
    return {(f"{OUTSTANDING}:{client}:{_BUCKET[bucket]}", ""): -amount for bucket, amount in taken.items()}


def direct(way: Way, payment: Payment) -> dict[Leg, int]:
    """A payment direct to the client (PDC)."""
    memo = {(f"Equity:Memo:CollectedPDC:{way.client}", ""): payment.gross}
    return memo | off_buckets(way.client, payment.put) | earned(way, payment)


def received(way: Way, payment: Payment, *, on_hold: bool) -> dict[Leg, int]:
    """A receipt; on hold it earns no fee yet."""
    legs = {(f"Equity:Memo:CollectedPAA:{way.client}", ""): payment.gross} | off_buckets(way.client, payment.put)
    legs[DEBTOR_REFUND, ""] = -payment.overpaid
    if on_hold:
        legs[f"{HELD}:{way.client}", ""] = -payment.gross
    else:
        legs |= _good(way, payment)
    legs[UNDRAWN, ""] = legs.get((UNDRAWN, ""), 0) + way.astray
    legs[DUE, ""] = legs.get((DUE, ""), 0) - way.astray
    return legs


def cleared(way: Way, payment: Payment) -> dict[Leg, int]:
    """A receipt on hold whose money is good now."""
    return {(f"{HELD}:{way.client}", ""): payment.gross} | _good(way, payment)


def _good(way: Way, payment: Payment) -> dict[Leg, int]:
    return {(f"{PAYABLE}:{way.client}", IN): -payment.gross} | earned(way, payment)


def earned(way: Way, payment: Payment) -> dict[Leg, int]:
    """The fee and the recovered cost: invoiced, or withheld less what the forwarder kept of the fee."""
    fee, due = payment.fee, payment.fee.total + payment.recovered
    legs = {
        (f"Income:Commission:{way.client}:{_INCOME[way.source]}", ""): -fee.commission,
        (OUTPUT_VAT, ""): -fee.vat,
        (f"{ADVANCED}:{way.client}", ""): -payment.repaid,
        (IRRECOVERABLE, ""): -payment.repaid_lost,
    }
    if way.invoiced:
        legs[f"{RECEIVABLE}:{way.client}", ""] = due
    else:
        legs[f"{PAYABLE}:{way.client}", OUT] = due
        legs[UNDRAWN, ""] = way.kept - due
        legs[DUE, ""] = due - way.kept
    return legs
