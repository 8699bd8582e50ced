"""Events on cases: what each one does to the buckets, and the quantities that its rule posts.

The k-th event of each case forms wave k; each wave is computed by event, contract version and bank
over all its cases at once (DESIGN decision 3).  An event sees the state that the ones before it
left.  Money is int64 minor units; bucket matrices are n × 4 in the order of ``BUCKETS``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ledger_core.accounting import chart, commission, waterfall
from ledger_core.accounting.money import Ints, format_minor
from ledger_core.accounting.posting import Place, Sheet
from ledger_core.accounting.rules import RULES
from ledger_core.accounting.terms import BUCKETS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ledger_core.accounting.terms import Terms

Texts = NDArray[np.object_]
Days = NDArray[np.datetime64]
Quantities = dict[str, Ints]

ALL_OUTSTANDING = -1
"""The amount of a write-off, recall or settlement that names none."""

COURT = BUCKETS.index("court_costs")
NEVER_AUTOMATIC = ("recall", "write_off")
"""Events that finish a case so that money for it afterwards goes to a person."""


@dataclass(slots=True)
class CaseState:
    """The sub-ledger of n cases, and what the commission rules ask of each."""

    outstanding: Ints  # n × 4
    advance: Ints  # the agency's own cost advance, open
    advance_loss: Ints  # of it, written off by the agency
    collected: Ints  # commission base to date
    placed_amount: Ints
    age_from: Days  # delinquency, else placement
    stage: Texts
    asset_type: Texts
    level: Texts
    finished_by: Texts  # the event that brought the case to zero; "" while active


@dataclass(slots=True)
class Facts:
    """Columns of m events on cases, in posting order; ``row`` is their row in the sheet."""

    row: Ints
    event: Texts
    case: Ints  # index into the CaseState
    terms: Ints  # index into the list of terms
    amount: Ints
    effective: Days
    bank: Texts
    operating_bank: Texts
    forwarder: Texts
    kept: Ints
    bucket: Ints  # index into BUCKETS, or -1
    buckets: Ints  # m × 4: what a placement brings


class Refusal(NamedTuple):
    """Why the event of one row was not posted."""

    row: int
    code: str
    message: str


@dataclass(slots=True)
class Group:
    """The events of one wave that share event, contract version and bank; state as they find it."""

    terms: Terms
    amount: Ints
    kept: Ints
    bucket: Ints
    buckets: Ints
    outstanding: Ints
    advance: Ints
    advance_loss: Ints
    collected: Ints
    placed_amount: Ints
    age_days: Ints
    stage: Texts
    asset_type: Texts
    level: Texts
    finished_by: Texts
    base: Ints
    rule: Ints
    excess: Ints
    problems: dict[int, tuple[str, str]] = field(default_factory=dict)

    def refuse(self, wrong: NDArray[np.bool_], code: str, message: Callable[[int], str]) -> None:
        """Refuse the events where ``wrong``; the first reason of each counts."""
        for index in wrong.nonzero()[0]:
            self.problems.setdefault(int(index), (code, message(int(index))))

    def text(self, amount: Ints | int) -> str:
        """An amount in the currency of the contract."""
        return format_minor(int(amount), self.terms.currency)


@dataclass(slots=True)
class Outcome:
    """What became of the events: by row of the facts, in their order."""

    base: Ints
    rule: Ints
    excess: Ints  # of a direct payment: what went beyond the balance and was not posted
    refusals: list[Refusal]


def post_case_events(sheet: Sheet, facts: Facts, state: CaseState, terms: Sequence[Terms]) -> Outcome:
    """Post events on cases into the sheet, and move ``state`` along in place."""
    count = len(facts.row)
    zero = np.zeros(count, dtype=np.int64)
    outcome = Outcome(zero, np.full(count, -1, dtype=np.int64), zero.copy(), [])
    for wave in waves(facts.case):
        keys: dict[tuple[object, ...], list[int]] = {}
        columns = (
            facts.event[wave],
            facts.terms[wave],
            facts.bank[wave],
            facts.operating_bank[wave],
            facts.forwarder[wave],
        )
        for index, key in zip(wave, zip(*columns, strict=True), strict=True):
            keys.setdefault(key, []).append(int(index))
        for members in keys.values():
            _post_group(sheet, facts, state, terms, np.array(members, dtype=np.int64), outcome)
    outcome.refusals.sort()
    return outcome


def waves(case: Ints) -> list[Ints]:
    """Indices of the first event of each case, of the second, and so on; each in posting order."""
    order = np.argsort(case, kind="stable")
    ordered = case[order]
    first = np.ones(len(case), dtype=bool)
    first[1:] = ordered[1:] != ordered[:-1]
    starts = np.maximum.accumulate(np.where(first, np.arange(len(case)), 0))
    number = np.empty(len(case), dtype=np.int64)
    number[order] = np.arange(len(case)) - starts
    by_wave = np.argsort(number, kind="stable")
    return [wave for wave in np.split(by_wave, np.cumsum(np.bincount(number))[:-1]) if wave.size] if len(case) else []


def _post_group(
    sheet: Sheet, facts: Facts, state: CaseState, terms: Sequence[Terms], members: Ints, outcome: Outcome
) -> None:
    """Compute one group, post what is sound, and move the state of its cases."""
    event, version = facts.event[members[0]], terms[facts.terms[members[0]]]
    case = facts.case[members]
    group = _group(facts, state, version, members)
    quantities = EVENTS[event](group)
    sound = np.ones(len(members), dtype=bool)
    for index, (code, message) in group.problems.items():
        sound[index] = False
        outcome.refusals.append(Refusal(int(facts.row[members[index]]), code, message))
    rows, case = facts.row[members][sound], case[sound]
    quantities = {name: column[sound] for name, column in quantities.items()}
    first = members[0]
    place = Place(
        version.currency, version.client, facts.bank[first], facts.operating_bank[first], facts.forwarder[first]
    )
    sheet.emit(RULES[event], rows, quantities, place)
    outcome.base[members], outcome.rule[members], outcome.excess[members] = group.base, group.rule, group.excess
    _move(state, event, case, quantities, group.base[sound])


def _group(facts: Facts, state: CaseState, terms: Terms, members: Ints) -> Group:
    case = facts.case[members]
    count = len(members)
    return Group(
        terms=terms,
        amount=facts.amount[members],
        kept=facts.kept[members],
        bucket=facts.bucket[members],
        buckets=facts.buckets[members],
        outstanding=state.outstanding[case],
        advance=state.advance[case],
        advance_loss=state.advance_loss[case],
        collected=state.collected[case],
        placed_amount=state.placed_amount[case],
        age_days=(facts.effective[members] - state.age_from[case]).astype(np.int64),
        stage=state.stage[case],
        asset_type=state.asset_type[case],
        level=state.level[case],
        finished_by=state.finished_by[case],
        base=np.zeros(count, dtype=np.int64),
        rule=np.full(count, -1, dtype=np.int64),
        excess=np.zeros(count, dtype=np.int64),
    )


def _move(state: CaseState, event: str, case: Ints, quantities: Quantities, base: Ints) -> None:
    """Move the sub-ledger by the legs posted: the one place where they become balances."""
    before = state.outstanding[case].sum(axis=1)
    for leg in RULES[event].legs:
        amount = quantities[leg.quantity] * leg.side
        if leg.family is chart.COSTS_ADVANCED:
            state.advance[case] += amount
        elif leg.family is chart.COSTS_IRRECOVERABLE:
            state.advance_loss[case] += amount
        for column, bucket in enumerate(BUCKETS):
            if leg.family is chart.OUTSTANDING[bucket]:
                state.outstanding[case, column] += amount
    state.collected[case] += base
    after = state.outstanding[case].sum(axis=1)
    assert (state.outstanding[case] >= 0).all(), f"{event} drove a bucket below zero"
    finished = state.finished_by[case]
    finished[(before > 0) & (after == 0)] = event
    finished[after > 0] = ""
    state.finished_by[case] = finished


# --- what each event comes to ------------------------------------------------------------------


def _buckets(matrix: Ints) -> Quantities:
    return {bucket: matrix[:, column] for column, bucket in enumerate(BUCKETS)}


def _placement(group: Group) -> Quantities:
    total = group.buckets.sum(axis=1)
    group.refuse(total <= 0, "AMOUNT_SIGN", lambda _: "a placement needs an amount in at least one bucket")
    return {**_buckets(group.buckets), "amount": total}


def _cost_advanced(group: Group) -> Quantities:
    return {"amount": group.amount}


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
    closed = np.isin(group.finished_by, np.array(NEVER_AUTOMATIC, dtype=object))
    group.refuse(closed, "CASE_FINISHED", lambda i: f"the case was finished by {group.finished_by[i]}")
    quantities = _collected(group, "paa")
    earned, nothing = quantities["earned"], np.zeros_like(group.amount)
    invoiced = group.terms.remittance == "gross"
    return {**quantities, "withheld": nothing if invoiced else earned, "invoiced": earned if invoiced else nothing}


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
    taken, _ = waterfall.allocate_reverse(matrix, group.advance, amount, group.terms.waterfall)
    return {**_buckets(taken), "amount": amount}


EVENTS: dict[str, Callable[[Group], Quantities]] = {
    "placement": _placement,
    "cost_advanced": _cost_advanced,
    "receipt": _receipt,
    "identified": _receipt,
    "direct_payment": _direct_payment,
    "forwarder_receipt": _forwarder_receipt,
    "settlement": _taken_off,
    "write_off": _taken_off,
    "recall": _taken_off,
}
"""Events on one case, each with the function from what it finds to what its rule posts."""
