"""Events on cases, in waves: random histories against the scalar model, and the edges by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger_core.accounting import chart
from ledger_core.accounting.columns import ALL_OUTSTANDING, CaseState, Facts, Outcome
from ledger_core.accounting.events import post_case_events, waves
from ledger_core.accounting.money import AMOUNT_LIMIT
from ledger_core.accounting.posting import Header, Legs, Sheet
from ledger_core.accounting.terms import BUCKETS, CommissionRule, Terms, Tier
from tests.accounting.oracle import Case, Event, Made

if TYPE_CHECKING:
    from collections.abc import Sequence

DAY = date(2025, 1, 10)
AGED = CommissionRule((), (), (), (), "age_days", "whole", (Tier(30, 150_000), Tier(None, 350_000)), 100, 90_000)
TRACKED = CommissionRule(
    ("paa", "forwarded"), (), (), (), "collected_to_date", "marginal", (Tier(50_000, 300_000), Tier(None, 123_456))
)
NET = Terms(
    client="ALFA",
    currency="CNY",
    effective=date(2024, 1, 1),
    remittance="net",
    minimum_remittance=0,
    waterfall=("court_costs", "interest", "fees", "principal"),
    commission_on=("principal", "interest", "fees"),
    vat="exclusive",
    vat_rate=60_000,
    hold_days=(),
    trust_bank="TRUST",
    commission=(AGED,),
)
GROSS = replace(
    NET,
    client="BETA",
    remittance="gross",
    waterfall=("principal", "fees", "interest", "court_costs"),
    commission_on=BUCKETS,
    vat="inclusive",
    commission=(TRACKED, AGED),
)
COMBINED = replace(NET, client="GAMMA", remittance="combined", vat="none", commission=(TRACKED, AGED))
CONTRACTS = (NET, GROSS, COMBINED)
"""One contract a case, in turn."""

NAMES = {
    "trust": chart.TRUST_BANK,
    "payable": chart.CLIENT_PAYABLE,
    "unidentified": chart.UNIDENTIFIED,
    "refund": chart.DEBTOR_REFUND,
    "undrawn": chart.UNDRAWN_FEES,
    "ops": chart.OPERATING_BANK,
    "due": chart.DUE_FROM_TRUST,
    "receivable": chart.RECEIVABLE,
    "advanced": chart.COSTS_ADVANCED,
    "vat": chart.OUTPUT_VAT,
    "paa": chart.COMMISSION_PAA,
    "pdc": chart.COMMISSION_PDC,
    "forwarded": chart.COMMISSION_FORWARDED,
    "kept": chart.FORWARDER_FEES,
    "irrecoverable": chart.COSTS_IRRECOVERABLE,
    "placed": chart.PLACED,
    "costs_added": chart.COSTS_ADDED,
    "collected_paa": chart.COLLECTED_PAA,
    "collected_pdc": chart.COLLECTED_PDC,
    "settlement": chart.SETTLEMENT_WAIVED,
    "recall": chart.RECALLED,
    "write_off": chart.WRITTEN_OFF,
    **chart.OUTSTANDING,
}


def column(values: Sequence[int]) -> np.ndarray:
    """A column of int64."""
    return np.array(values, dtype=np.int64)


def texts(values: Sequence[str]) -> np.ndarray:
    """A column of texts."""
    found = np.empty(len(values), dtype=object)
    found[:] = list(values)
    return found


def state_of(cases: Sequence[Case]) -> CaseState:
    """The columns of some cases."""
    blank = [""] * len(cases)
    return CaseState(
        outstanding=np.array([list(case.owed.values()) for case in cases], dtype=np.int64).reshape(-1, 4),
        advance=column([case.advance for case in cases]),
        advance_loss=column([case.loss for case in cases]),
        collected=column([case.collected for case in cases]),
        placed_amount=column([case.placed_amount for case in cases]),
        age_from=np.array([case.age_from for case in cases], dtype="datetime64[D]"),
        stage=texts(blank),
        asset_type=texts(blank),
        level=texts(blank),
        finished_by=texts([case.finished_by for case in cases]),
    )


def facts_of(events: Sequence[Event]) -> Facts:
    """The columns of some events, each on the row of its place."""
    on_trust = {"receipt", "identified", "forwarder_receipt"}
    return Facts(
        row=column(range(len(events))),
        event=texts([event.name for event in events]),
        case=column([event.case for event in events]),
        terms=column([event.case % len(CONTRACTS) for event in events]),
        amount=column([ALL_OUTSTANDING if event.amount is None else event.amount for event in events]),
        effective=np.array([event.day for event in events], dtype="datetime64[D]"),
        bank=texts(["TRUST" if event.name in on_trust else "" for event in events]),
        operating_bank=texts(["OPS" if event.name == "cost_advanced" else "" for event in events]),
        forwarder=texts(["LAW1" if event.name == "forwarder_receipt" else "" for event in events]),
        kept=column([event.kept for event in events]),
        bucket=column([BUCKETS.index(event.bucket) if event.bucket else -1 for event in events]),
        buckets=np.array([event.buckets for event in events], dtype=np.int64).reshape(-1, 4),
        held=np.zeros(len(events), dtype=bool),
        deposit=np.zeros(len(events), dtype=bool),
        changes=[() for _ in events],
    )


def post(cases: Sequence[Case], events: Sequence[Event]) -> tuple[Outcome, Legs, CaseState]:
    """Post events on cases by the engine."""
    sheet, state = Sheet(), state_of(cases)
    for event in events:
        sheet.add(Header(event.name, event.day.isoformat(), case=f"K-{event.case}", line=7))
    outcome = post_case_events(sheet, facts_of(events), state, CONTRACTS)
    return outcome, sheet.legs(), state


def legs_by_row(legs: Legs, count: int) -> list[list[tuple[str, int]]]:
    """Account and amount of every leg, entry by entry, sorted."""
    found: list[list[tuple[str, int]]] = [[] for _ in range(count)]
    for row, account, amount in zip(legs.row, legs.account, legs.amount, strict=True):
        found[row].append((legs.accounts[account].name, int(amount)))
    return [sorted(entry) for entry in found]


def expected_legs(made: Made, client: str) -> list[tuple[str, int]]:
    """The model's legs by their full names, those of zero left out."""
    ids = {"client": client, "forwarder": "LAW1"}
    named = [(NAMES[name].name(bank="OPS" if name == "ops" else "TRUST", **ids), amount) for name, amount in made.legs]
    return sorted((name, amount) for name, amount in named if amount)


def compare(cases: Sequence[Case], events: Sequence[Event]) -> list[Made]:
    """Post by the engine and by the model: the same legs, refusals and cases; returns the model's."""
    outcome, legs, state = post(cases, events)
    made = [cases[event.case].post(event, CONTRACTS[event.case % len(CONTRACTS)]) for event in events]
    refused = {refusal.row: refusal.code for refusal in outcome.refusals}
    assert refused == {row: one.refused for row, one in enumerate(made) if one.refused}
    clients = [CONTRACTS[event.case % len(CONTRACTS)].client for event in events]
    assert legs_by_row(legs, len(events)) == [expected_legs(*pair) for pair in zip(made, clients, strict=True)]
    posted = [row for row in range(len(events)) if row not in refused]
    for name in ("base", "rule", "excess"):
        assert [getattr(outcome, name).tolist()[r] for r in posted] == [getattr(made[r], name) for r in posted], name
    assert state.outstanding.tolist() == [list(case.owed.values()) for case in cases]
    assert (state.outstanding >= 0).all()
    assert state.advance.tolist() == [case.advance for case in cases]
    assert state.advance_loss.tolist() == [case.loss for case in cases]
    assert state.collected.tolist() == [case.collected for case in cases]
    assert state.finished_by.tolist() == [case.finished_by for case in cases]
    return made


def assert_balanced(legs: Legs) -> None:
    """Every entry sums to zero in each fund and commodity (invariant 1)."""
    sums: dict[tuple[int, str, str], int] = {}
    for row, account, amount in zip(legs.row.tolist(), legs.account.tolist(), legs.amount.tolist(), strict=True):
        name, currency = legs.accounts[account]
        key = (row, chart.fund_of(name), currency)
        sums[key] = sums.get(key, 0) + amount
    assert not any(sums.values())


# --- waves ---------------------------------------------------------------------------------------


@given(st.lists(st.integers(0, 4), max_size=30))
def test_the_kth_event_of_each_case_is_in_wave_k(case: list[int]) -> None:
    """Wave k has the k-th event of every case that has so many, in posting order; all events are in one wave."""
    found = [wave.tolist() for wave in waves(column(case))]
    numbered = [case[:index].count(one) for index, one in enumerate(case)]
    expected = [[i for i, number in enumerate(numbered) if number == k] for k in range(max(numbered, default=-1) + 1)]
    assert found == expected


# --- random histories ----------------------------------------------------------------------------

small = st.integers(1, 900)
amounts = small | st.integers(1, 200_000)
buckets = st.tuples(*[st.just(0) | st.integers(0, 120_000)] * 4)
days = st.integers(0, 60).map(lambda n: DAY + timedelta(days=n))
others = st.sampled_from(
    (
        "cost_advanced",
        "receipt",
        "identified",
        "direct_payment",
        "forwarder_receipt",
        "settlement",
        "write_off",
        "recall",
    )
)
events = st.builds(
    Event,
    others,
    st.integers(0, 3),
    days,
    amounts,
    st.just(0) | small,
) | st.builds(
    Event,
    st.sampled_from(["settlement", "write_off", "recall"]),
    st.integers(0, 3),
    days,
    st.none() | amounts,
    st.just(0),
    st.just("") | st.sampled_from(BUCKETS),
)


@st.composite
def portfolios(draw: st.DrawFn) -> list[Case]:
    """Four cases, some with a past: costs advanced, some of them written off, money collected."""
    found = []
    for _ in range(4):
        case = Case(
            draw(amounts), DAY - timedelta(days=draw(st.integers(-5, 60))), collected=draw(st.just(0) | amounts)
        )
        if draw(st.booleans()):
            case.advance, case.loss = draw(small), draw(st.just(0) | small)
            case.owed["court_costs"] = case.advance + case.loss + draw(st.just(0) | small)
        found.append(case)
    return found


@given(portfolios(), st.lists(buckets, min_size=4, max_size=4), st.lists(events, max_size=25))
@settings(max_examples=150)
def test_any_history_is_the_models(cases: list[Case], placed: list[tuple[int, ...]], history: list[Event]) -> None:
    """Any events in any order post the model's legs, leave the model's cases, and balance in each fund."""
    first = [Event("placement", case, DAY, buckets=of) for case, of in enumerate(placed)]
    _, legs, _ = post(cases, [*first, *history])
    assert_balanced(legs)
    compare(cases, [*first, *history])


@given(portfolios(), st.lists(buckets, min_size=4, max_size=4), st.lists(events, max_size=12))
@settings(max_examples=60)
def test_one_batch_is_as_good_as_many(cases: list[Case], placed: list[tuple[int, ...]], history: list[Event]) -> None:
    """Events together and one by one come to the same legs: an event sees what the ones before it left."""
    every = [*(Event("placement", case, DAY, buckets=of) for case, of in enumerate(placed)), *history]
    outcome, legs, state = post(cases, every)
    together = legs_by_row(legs, len(every))
    sheet, single = Sheet(), state_of(cases)
    for row, event in enumerate(every):
        sheet.add(Header(event.name, event.day.isoformat(), case=f"K-{event.case}", line=7))
        columns = facts_of([event])
        columns.row[:] = row
        post_case_events(sheet, columns, single, CONTRACTS)
    assert legs_by_row(sheet.legs(), len(every)) == together
    assert single.outstanding.tolist() == state.outstanding.tolist()
    assert single.collected.tolist() == state.collected.tolist()
    assert outcome.base.shape == (len(every),)


def test_a_case_with_2000_events() -> None:
    """Two thousand payments of one case are two thousand waves, and each finds what the one before left."""
    case = Case(0, DAY)
    history = [Event("placement", 0, DAY, buckets=(150_000, 30_000, 0, 0))]
    history += [Event("receipt", 0, DAY + timedelta(days=n // 40), 97) for n in range(1_999)]
    made = compare([case], history)
    assert sum(amount for one in made for name, amount in one.legs if name == "refund") == 180_000 - 1_999 * 97
    assert case.finished_by == "receipt"


@pytest.mark.parametrize("contract", range(3))
def test_amounts_just_below_the_limit(contract: int) -> None:
    """The widest amounts are posted exactly, in every mode and by every tier."""
    most = AMOUNT_LIMIT - 1
    cases = [Case(most, DAY - timedelta(days=400)) for _ in range(3)]
    history = [Event("placement", contract, DAY, buckets=(most, 0, 0, 0)), Event("receipt", contract, DAY, most)]
    made = compare(cases, history)
    assert ("collected_paa", most) in made[1].legs


def test_a_sum_at_the_limit_is_refused() -> None:
    """Four buckets that reach 10^12 together are refused as a whole, never wrapped."""
    half = AMOUNT_LIMIT // 2
    outcome, legs, state = post([Case(0, DAY)], [Event("placement", 0, DAY, buckets=(half, half, 0, 0))])
    assert [(refusal.row, refusal.code) for refusal in outcome.refusals] == [(0, "AMOUNT_LIMIT")]
    assert not legs.row.size
    assert not state.outstanding.any()


# --- by hand -------------------------------------------------------------------------------------


def history_of(*after: Event, contract: int = 0) -> list[Made]:
    """A case of 100.00 principal, 10.00 interest and 30.00 advanced costs, and what happens to it."""
    cases = [Case(11_000, DAY - timedelta(days=10)) for _ in range(3)]
    first = [
        Event("placement", contract, DAY, buckets=(10_000, 1_000, 0, 0)),
        Event("cost_advanced", contract, DAY, 3_000),
    ]
    return compare(cases, [*first, *after])[2:]


def test_money_for_a_finished_case() -> None:
    """On a recalled or written-off case a receipt is refused; on a paid one all of it is overpayment (DOMAIN §4)."""
    recalled = history_of(Event("recall", 0, DAY), Event("receipt", 0, DAY, 500), Event("identified", 0, DAY, 500))
    assert [one.refused for one in recalled] == ["", "CASE_FINISHED", "CASE_FINISHED"]
    written = history_of(Event("write_off", 0, DAY), Event("forwarder_receipt", 0, DAY, 500, 100))
    assert [one.refused for one in written] == ["", "CASE_FINISHED"]
    paid = history_of(Event("receipt", 0, DAY, 14_000), Event("receipt", 0, DAY, 500))
    assert ("refund", -500) in paid[1].legs
    settled = history_of(Event("settlement", 0, DAY), Event("receipt", 0, DAY, 500))
    assert ("refund", -500) in settled[1].legs


def test_a_direct_payment_beyond_the_balance_is_noted_only() -> None:
    """It applies up to the balance; the excess is noted, never posted; on a finished case all of it is."""
    (beyond,) = history_of(Event("direct_payment", 0, DAY, 15_000))
    assert beyond.excess == 1_000
    assert ("collected_pdc", 14_000) in beyond.legs
    _, noted = history_of(Event("write_off", 0, DAY), Event("direct_payment", 0, DAY, 700))
    assert noted.excess == 700
    assert not any(amount for _, amount in noted.legs)


def test_a_forwarder_that_keeps_more_than_our_fee() -> None:
    """Our fee less what it kept is negative: UndrawnFees is in debit, to be cured the same day."""
    (made,) = history_of(Event("forwarder_receipt", 1, DAY, 10_000, 9_000), contract=1)
    (undrawn,) = (amount for name, amount in made.legs if name == "undrawn")
    assert undrawn > 0
    (kept_all,) = history_of(Event("forwarder_receipt", 0, DAY, 500, 501))
    assert kept_all.refused == "KEPT_BEYOND"


def test_a_write_off_beyond_what_is_outstanding() -> None:
    """More than the case or the named bucket has is refused, and so is one of nothing."""
    made = history_of(
        Event("write_off", 0, DAY, 14_001),
        Event("write_off", 0, DAY, 1_001, bucket="interest"),
        Event("write_off", 0, DAY, 100, bucket="fees"),
        Event("write_off", 0, DAY, 1_000, bucket="interest"),
        Event("recall", 0, DAY),
        Event("settlement", 0, DAY),
    )
    codes = [one.refused for one in made]
    assert codes == ["BEYOND_OUTSTANDING"] * 2 + ["NOTHING_OUTSTANDING", "", "", "NOTHING_OUTSTANDING"]
