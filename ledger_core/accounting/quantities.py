"""What each event on a case comes to: the quantities that its rule posts (DOMAIN §3, §4).

Each function takes the events of one :class:`Group`, refuses those that cannot be, and returns a column
for every quantity of the rule of the same name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ledger_core.accounting import commission, waterfall
from ledger_core.accounting.columns import ALL_OUTSTANDING
from ledger_core.accounting.money import AMOUNT_LIMIT
from ledger_core.accounting.terms import BUCKETS

if TYPE_CHECKING:
    from collections.abc import Callable

    from ledger_core.accounting.columns import Group, Quantities
    from ledger_core.accounting.money import Ints

COURT, INTEREST = BUCKETS.index("court_costs"), BUCKETS.index("interest")
NEVER_AUTOMATIC = ("recall", "close_return", "placement_adjustment", "judgment", "write_off")
"""Events that finish a case so that money for it afterwards goes to a person."""


def _buckets(matrix: Ints) -> Quantities:
    return {bucket: matrix[:, column] for column, bucket in enumerate(BUCKETS)}


FIXED = ("commission", "vat", "recovered", "recovered_loss")
"""What is fixed at a receipt on hold, and posted when it is cleared."""


def _placement(group: Group) -> Quantities:
    total = group.buckets.sum(axis=1)
    group.refuse(total <= 0, "AMOUNT_SIGN", lambda _: "a placement needs an amount in at least one bucket")
    group.refuse(total >= AMOUNT_LIMIT, "AMOUNT_LIMIT", lambda i: f"{group.text(total[i])} in all is too large")
    return {**_buckets(group.buckets), "amount": total}


def _cost_advanced(group: Group) -> Quantities:
    nothing = np.zeros_like(group.amount)
    own, deposit = (nothing, group.amount) if group.deposit else (group.amount, nothing)
    return {"amount": group.amount, "own": own, "deposit": deposit}


def _of_the_advance(group: Group) -> Quantities:
    """The agency's own advance billed to the client, or given up: all that is open, or a part of it."""
    amount = np.where(group.amount == ALL_OUTSTANDING, group.advance, group.amount)
    group.refuse(group.advance <= 0, "ADVANCE_BEYOND", lambda _: "the case has no advance of ours that is open")
    group.refuse(
        amount > group.advance,
        "ADVANCE_BEYOND",
        lambda i: f"{group.text(amount[i])} is more than the {group.text(group.advance[i])} that is advanced and open",
    )
    return {"amount": amount}


def _interest(group: Group) -> Quantities:
    """Interest accrued; a correction downwards takes no more than there is."""
    left = group.outstanding[:, INTEREST] + group.amount
    group.refuse(left < 0, "BEYOND_OUTSTANDING", lambda _: "the correction is more than the interest outstanding")
    return {"amount": group.amount}


def _adjustment(group: Group) -> Quantities:
    """One bucket raised or lowered."""
    rows = np.arange(len(group.amount))
    matrix = np.zeros_like(group.outstanding)
    matrix[rows, group.bucket] = group.amount
    there = group.outstanding[rows, group.bucket]
    group.refuse(
        there + group.amount < 0,
        "BEYOND_OUTSTANDING",
        lambda i: f"{group.text(-group.amount[i])} is more than the {group.text(there[i])} outstanding in that bucket",
    )
    return {**_buckets(matrix), "amount": group.amount}


def _judgment(group: Group) -> Quantities:
    """Every bucket moves to the balance that the court gave it."""
    total = group.buckets.sum(axis=1)
    group.refuse(total <= 0, "AMOUNT_SIGN", lambda _: "a judgment names at least one new balance")
    moved = group.buckets - group.outstanding
    return {**_buckets(moved), "amount": moved.sum(axis=1)}


def _case_change(group: Group) -> Quantities:  # noqa: ARG001 - as every event
    return {}


def _collected(group: Group, source: str) -> Quantities:
    """What a payment of ``group.amount`` brings: buckets, recovered cost, fee (DOMAIN §4)."""
    taken, over = waterfall.allocate(group.outstanding, group.amount, group.terms.waterfall)
    recovered = np.minimum(taken[:, COURT], group.advance)
    loss = np.minimum(taken[:, COURT] - recovered, group.advance_loss)
    on = [BUCKETS.index(bucket) for bucket in group.terms.commission_on]
    base = taken[:, on].sum(axis=1)
    if COURT in on:
        base -= recovered + loss
    group.base[:] = base
    basis = commission.Basis(
        source,
        base,
        group.age_days,
        group.placed_amount,
        group.collected,
        group.stage,
        group.asset_type,
        group.level,
    )
    fee = commission.fee(group.terms, basis)
    group.rule[:] = fee.rule
    return {
        **_buckets(taken),
        "amount": group.amount,
        "gross": group.amount - over,
        "overpaid": over,
        "commission": fee.commission,
        "vat": fee.vat,
        "recovered": recovered,
        "recovered_loss": loss,
        "earned": fee.commission + fee.vat + recovered + loss,
    }


def _receipt(group: Group) -> Quantities:
    """Money of a debtor: in trust or astray in operating, good or on hold, its fee withheld or invoiced."""
    closed = np.isin(group.finished_by, np.array(NEVER_AUTOMATIC, dtype=object))
    group.refuse(closed, "CASE_FINISHED", lambda i: f"the case was finished by {group.finished_by[i]}")
    quantities = _collected(group, "paa")
    nothing = np.zeros_like(group.amount)
    if group.held:
        group.fixed = {name: quantities[name] for name in FIXED}
        quantities |= dict.fromkeys((*FIXED, "earned"), nothing)
    earned, gross = quantities["earned"], quantities["gross"]
    invoiced = group.terms.remittance == "gross"
    return {
        **quantities,
        "received": nothing if group.astray else group.amount,
        "astray": group.amount if group.astray else nothing,
        "good": nothing if group.held else gross,
        "held": gross if group.held else nothing,
        "withheld": nothing if invoiced else earned,
        "invoiced": earned if invoiced else nothing,
    }


def _direct_payment(group: Group) -> Quantities:
    """A direct payment beyond the balance, or on a finished case, is noted and never posted."""
    quantities = _collected(group, "pdc")
    group.excess[:] = quantities["overpaid"]
    return {**quantities, "invoiced": quantities["earned"]}


def _forwarder_receipt(group: Group) -> Quantities:
    group.refuse(
        group.kept > group.amount,
        "KEPT_BEYOND",
        lambda i: f"the forwarder kept {group.text(group.kept[i])} of {group.text(group.amount[i])}",
    )
    closed = np.isin(group.finished_by, np.array(NEVER_AUTOMATIC, dtype=object))
    group.refuse(closed, "CASE_FINISHED", lambda i: f"the case was finished by {group.finished_by[i]}")
    quantities = _collected(group, "forwarded")
    earned = quantities["earned"]
    return {
        **quantities,
        "received": group.amount - group.kept,
        "kept": group.kept,
        "withheld": earned,
        "withheld_net": earned - group.kept,
    }


def _taken_off(group: Group) -> Quantities:
    """A write-off, recall or settlement: all that is outstanding, a part of it, or of one bucket."""
    matrix = group.outstanding.copy()
    chosen = group.bucket >= 0
    matrix[chosen] = 0
    rows = chosen.nonzero()[0]
    matrix[rows, group.bucket[rows]] = group.outstanding[rows, group.bucket[rows]]
    available = matrix.sum(axis=1)
    amount = np.where(group.amount == ALL_OUTSTANDING, available, group.amount)
    group.refuse(available == 0, "NOTHING_OUTSTANDING", lambda _: "the case has nothing outstanding")
    group.refuse(
        amount > available,
        "BEYOND_OUTSTANDING",
        lambda i: f"{group.text(amount[i])} is more than the {group.text(available[i])} outstanding",
    )
    amount = np.minimum(amount, available)
    # What the agency gave up of its advance is still a cost that the agency had advanced.
    advanced = group.advance + group.advance_loss
    taken, _ = waterfall.allocate_reverse(matrix, advanced, amount, group.terms.waterfall)
    return {**_buckets(taken), "amount": amount}


EVENTS: dict[str, Callable[[Group], Quantities]] = {
    "placement": _placement,
    "placement_adjustment": _adjustment,
    "interest_accrual": _interest,
    "judgment": _judgment,
    "case_change": _case_change,
    "cost_advanced": _cost_advanced,
    "cost_billed": _of_the_advance,
    "cost_write_off": _of_the_advance,
    "receipt": _receipt,
    "asset_sale": _receipt,
    "identified": _receipt,
    "direct_payment": _direct_payment,
    "forwarder_receipt": _forwarder_receipt,
    "settlement": _taken_off,
    "write_off": _taken_off,
    "recall": _taken_off,
    "close_return": _taken_off,
}
"""Events on one case, each with the function from what it finds to what its rule posts."""

HELD_EVENTS = ("receipt", "asset_sale", "identified")
"""Receipts that wait for their release where the method has hold days; a forwarder's never do."""

WITH_FEE = (*HELD_EVENTS, "direct_payment", "forwarder_receipt")
"""Events that a contract version judges."""
