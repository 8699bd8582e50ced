"""Events of one batch see what those before them left: holds, advances, classifications (DOMAIN §4)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np

from ledger_core.accounting import chart
from ledger_core.accounting.columns import CaseState, Change, Facts, Outcome
from ledger_core.accounting.events import post_case_events
from ledger_core.accounting.posting import Header, Legs, Sheet
from ledger_core.accounting.terms import CommissionRule, Tier
from tests.accounting.oracle import Case, Event
from tests.accounting.test_events import DAY, NET, facts_of, state_of, texts

LEGAL = CommissionRule((), ("legal",), (), (), "", "whole", (Tier(None, 500_000),))
PLAIN = CommissionRule((), (), (), (), "", "whole", (Tier(None, 100_000),))
TERMS = replace(NET, vat="none", commission=(LEGAL, PLAIN))
"""Half of all that a case in court brings, else a tenth; court costs come first."""


def post(events: list[Event], cases: list[Case], **more: object) -> tuple[Outcome, Legs, CaseState]:
    """Post events in their order by one contract; ``more`` are columns of the facts."""
    facts: Facts = replace(facts_of(events), terms=np.zeros(len(events), dtype=np.int64), **more)
    sheet, state = Sheet(), state_of(cases)
    for event in events:
        sheet.add(Header(event.name, event.day.isoformat(), case=f"K-{event.case}", line=7))
    outcome = post_case_events(sheet, facts, state, [TERMS])
    return outcome, sheet.legs(), state


def moved(legs: Legs, account: str) -> list[int]:
    """The legs on an account."""
    pairs = zip(legs.account.tolist(), legs.amount.tolist(), strict=True)
    return [amount for code, amount in pairs if legs.accounts[code].name == account]


def a_case(court_costs: int = 0, advance: int = 0, loss: int = 0) -> Case:
    """100.00 of principal, and costs."""
    case = Case(10_000, DAY - timedelta(days=10))
    case.owed |= {"principal": 10_000, "court_costs": court_costs}
    case.advance, case.loss = advance, loss
    return case


def test_two_receipts_on_hold_never_repay_one_advance_twice() -> None:
    """Of 5.00 advanced and 1.00 lost of it the first is to repay 3.00, the second the rest; nothing of it is posted."""
    events = [Event("receipt", 0, DAY, 300), Event("receipt", 0, DAY, 400)]
    outcome, legs, state = post(events, [a_case(600, 500, 100)], held=np.array([True, True]))
    fixed = [outcome.fixed[row] for row in range(2)]
    assert [(one["recovered"], one["recovered_loss"]) for one in fixed] == [(300, 0), (200, 100)]
    assert [one["commission"] for one in fixed] == [0, 10]
    assert (state.advance.tolist(), state.advance_loss.tolist()) == ([0], [0])
    assert not any(account.name.startswith("Assets:Operating:CostsAdvanced") for account in legs.accounts)


def test_a_change_counts_from_its_day_on() -> None:
    """What is said between two payments rules the second; a payment of an earlier day is as it was then."""
    events = [
        Event("receipt", 0, DAY, 1_000),
        Event("case_change", 0, DAY + timedelta(days=2)),
        Event("receipt", 0, DAY + timedelta(days=2), 1_000),
        Event("receipt", 0, DAY + timedelta(days=1), 1_000),
    ]
    told = [(), (Change(np.datetime64(DAY + timedelta(days=2)), "stage", "legal"),), (), ()]
    outcome, _, _ = post(events, [a_case()], changes=told)
    assert outcome.rule.tolist() == [1, -1, 0, 1]
    assert outcome.words == {2: {"stage": "legal"}}
    assert outcome.fixed == {}


def test_the_later_word_of_a_day_rules() -> None:
    """Of two changes of one day the one that was told last."""
    day = np.datetime64(DAY)
    told = [(Change(day, "stage", "legal"), Change(day, "level", "A")), (Change(day, "stage", "soft"),), ()]
    events = [Event("case_change", 0, DAY), Event("case_change", 0, DAY), Event("receipt", 0, DAY, 100)]
    outcome, _, state = post(events, [a_case()], changes=told)
    assert outcome.rule.tolist() == [-1, -1, 1]
    case, days = np.array([0]), np.array([day])
    assert state.classes("stage", case, days).tolist() == ["soft"]
    assert state.classes("level", case, days).tolist() == ["A"]
    assert state.classes("level", case, days - np.timedelta64(1)).tolist() == [""]


def test_a_word_told_late_does_not_undo_a_later_day() -> None:
    """What is told last of an earlier day rules until the day of what was told before."""
    later, earlier = np.datetime64(DAY + timedelta(days=5)), np.datetime64(DAY)
    told = [(Change(later, "stage", "legal"),), (Change(earlier, "stage", "soft"),), (), ()]
    events = [
        Event("case_change", 0, DAY + timedelta(days=5)),
        Event("case_change", 0, DAY),
        Event("receipt", 0, DAY + timedelta(days=5), 100),
        Event("receipt", 0, DAY + timedelta(days=4), 100),
    ]
    outcome, _, _ = post(events, [a_case()], changes=told)
    assert outcome.rule.tolist() == [-1, -1, 0, 1]


def test_the_word_that_a_fee_asks_for_is_told() -> None:
    """As the books name it; a word that no rule of the contract asks for is not."""
    by_type = CommissionRule((), (), ("car",), (), "", "whole", (Tier(None, 400_000),))
    terms = replace(TERMS, commission=(by_type, PLAIN))
    told = [(Change(np.datetime64(DAY), "asset_type", "car"), Change(np.datetime64(DAY), "level", "A")), ()]
    events = [Event("case_change", 0, DAY), Event("receipt", 0, DAY, 100)]
    sheet, state = Sheet(), state_of([a_case()])
    for event in events:
        sheet.add(Header(event.name, event.day.isoformat(), case="K-0"))
    facts = replace(facts_of(events), terms=np.zeros(2, dtype=np.int64), changes=told)
    assert post_case_events(sheet, facts, state, [terms]).words == {1: {"asset-type": "car"}}


def test_refusals_are_told_by_row_and_leave_no_trace() -> None:
    """The event of another case, and what comes after, are posted as if the refused ones had not been there."""
    events = [
        Event("receipt", 0, DAY, 500),
        Event("recall", 0, DAY, 9_501),
        Event("write_off", 1, DAY, 10_001),
        Event("recall", 0, DAY),
    ]
    outcome, legs, state = post(events, [a_case(), a_case()])
    assert [(one.row, one.code) for one in outcome.refusals] == [(1, "BEYOND_OUTSTANDING"), (2, "BEYOND_OUTSTANDING")]
    assert sorted(set(legs.row.tolist())) == [0, 3]
    assert state.outstanding.sum(axis=1).tolist() == [0, 10_000]
    assert state.finished_by.tolist() == ["recall", ""]
    assert moved(legs, chart.RECALLED.name(client="ALFA")) == [9_500]


def test_age_is_counted_from_delinquency() -> None:
    """Days from the day on which the debt's age begins to the payment's own."""
    aged = CommissionRule((), (), (), (), "age_days", "whole", (Tier(10, 100_000), Tier(None, 200_000)))
    terms = replace(TERMS, commission=(aged,))
    for days, commission in ((10, 10), (11, 20)):
        sheet, state = Sheet(), state_of([a_case()])
        event = Event("receipt", 0, date(2025, 1, 10) + timedelta(days=days - 10), 100)
        sheet.add(Header("receipt", event.day.isoformat(), case="K-0"))
        facts = replace(facts_of([event]), terms=np.zeros(1, dtype=np.int64), bank=texts(["TRUST"]))
        post_case_events(sheet, facts, state, [terms])
        assert moved(sheet.legs(), chart.COMMISSION_PAA.name(client="ALFA")) == [-commission]


def test_a_cent_decides_whether_a_case_is_finished() -> None:
    """A debt of 0.01 is finished by what takes it, and open again with 0.01 more."""
    case = Case(1, DAY)
    case.owed |= {"principal": 1}
    _, _, state = post([Event("recall", 0, DAY)], [case])
    assert state.finished_by.tolist() == ["recall"]
    again = Event("placement_adjustment", 0, DAY, 1, bucket="principal")
    _, _, state = post([Event("recall", 0, DAY), again], [case])
    assert state.finished_by.tolist() == [""]
    assert state.outstanding.tolist() == [[1, 0, 0, 0]]
