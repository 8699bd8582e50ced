"""Posting events on cases, wave by wave.

The k-th event of each case forms wave k; each wave is computed by event, contract version and bank
over all its cases at once (DESIGN decision 3).  An event sees the state that the ones before it left.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ledger_core.accounting import chart
from ledger_core.accounting.columns import Group, Outcome, Refusal
from ledger_core.accounting.posting import Place
from ledger_core.accounting.quantities import EVENTS, WITH_FEE
from ledger_core.accounting.rules import RULES
from ledger_core.accounting.terms import BUCKETS, CLASSES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ledger_core.accounting.columns import CaseState, Facts, Quantities
    from ledger_core.accounting.money import Ints
    from ledger_core.accounting.posting import Sheet
    from ledger_core.accounting.terms import Terms


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
            facts.held[wave].tolist(),
            facts.deposit[wave].tolist(),
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
    group = group_of(facts, state, version, members)
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
    fixed = {name: column[sound] for name, column in group.fixed.items()}
    for index, member in enumerate(members[sound].tolist() if fixed else ()):
        outcome.fixed[member] = {name: int(column[index]) for name, column in fixed.items()}
    if event in WITH_FEE:
        _note_words(group, members, outcome)
    _move(state, event, case, quantities, group.base[sound])
    if fixed:
        state.advance[case] -= fixed["recovered"]
        state.advance_loss[case] -= fixed["recovered_loss"]
    for member in members[sound].tolist() if event == "case_change" else ():
        for change in facts.changes[member]:
            state.change(int(facts.case[member]), change)


def _note_words(group: Group, members: Ints, outcome: Outcome) -> None:
    """What a fee depends on: a word of the contract that the case bore on the day."""
    for name in CLASSES:
        asked = group.terms.asked(name)
        for index, word in enumerate(getattr(group, name).tolist() if asked else ()):
            if word in asked:
                outcome.words.setdefault(int(members[index]), {})[name.replace("_", "-")] = word


def group_of(facts: Facts, state: CaseState, terms: Terms, members: Ints) -> Group:
    """Facts of one event, version, bank and hold, by index, with the state that they find."""
    case, first = facts.case[members], members[0]
    count = len(members)
    day = facts.effective[members]
    return Group(
        terms=terms,
        held=bool(facts.held[first]),
        astray=bool(facts.operating_bank[first]),
        deposit=bool(facts.deposit[first]),
        amount=facts.amount[members],
        kept=facts.kept[members],
        bucket=facts.bucket[members],
        buckets=facts.buckets[members],
        outstanding=state.outstanding[case],
        advance=state.advance[case],
        advance_loss=state.advance_loss[case],
        collected=state.collected[case],
        placed_amount=state.placed_amount[case],
        age_days=(day - state.age_from[case]).astype(np.int64),
        stage=state.classes("stage", case, day),
        asset_type=state.classes("asset_type", case, day),
        level=state.classes("level", case, day),
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
