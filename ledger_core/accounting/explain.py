"""Why a fee is what it is: one payment taken apart by the rules that post it (DOMAIN §4).

Nothing is computed here a second time: buckets, base and fee come from ``quantities`` and ``commission``,
with columns of one row.  Amounts are minor units; figures before rounding are millionths of a minor unit.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ledger_core.accounting import columns, commission, events
from ledger_core.accounting.money import RATE_ONE, Ints, mul_div_half_up
from ledger_core.accounting.quantities import EVENTS, FIXED, HELD_EVENTS
from ledger_core.accounting.terms import BUCKETS, CLASSES, SOURCES
from ledger_core.errors import refuse

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ledger_core.accounting.columns import CaseState
    from ledger_core.accounting.terms import CommissionRule, Terms

SOURCE_OF = {"direct_payment": "pdc", "forwarder_receipt": "forwarded", **dict.fromkeys(HELD_EVENTS, "paa")}
"""The source that a contract knows an event's money by."""

EVENT_OF = {"paa": "receipt", "pdc": "direct_payment", "forwarded": "forwarder_receipt"}
"""The event by which a sample of each source is computed."""


class Condition(NamedTuple):
    """What a rule asks of a receipt, and what the receipt was."""

    name: str
    wanted: tuple[str, ...]
    actual: str

    @property
    def holds(self) -> bool:
        """Whether the receipt is one of those that the rule is for."""
        return self.actual in self.wanted


class Slice(NamedTuple):
    """The part of a base that one tier of a rule took, at its rate in millionths."""

    tier: int
    up_to: int | None
    rate: int
    amount: int


class Bound(NamedTuple):
    """A bound that changed the figure: ``before`` is what it was; ``base_with_vat`` is that of fee and VAT."""

    name: str
    limit: int
    before: int


class Measures(NamedTuple):
    """What the fee on one receipt depends on; the classifications are by name."""

    source: str
    base: int
    age_days: int
    placed_amount: int
    collected_to_date: int
    classes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class FeeReason:
    """The rule that made a fee, and how.

    ``passed`` are the rules before it, each with the conditions that did not hold; ``measure`` is what chose
    the tier.  ``exact`` is the sum of the slices, ``figure`` what the bounds left of it, both in millionths.
    """

    terms: Terms
    measures: Measures
    rule: int
    conditions: tuple[Condition, ...]
    passed: tuple[tuple[Condition, ...], ...]
    measure: int
    slices: tuple[Slice, ...]
    exact: int
    figure: int
    bounds: tuple[Bound, ...]
    commission: int
    vat: int

    @property
    def chosen(self) -> CommissionRule:
        """The rule itself."""
        return self.terms.commission[self.rule]


@dataclass(frozen=True, slots=True)
class PaymentReason:
    """One payment: what each bucket had and took, the fee, and how the agency gets what it earned.

    ``overpaid`` of a direct payment is noted only.  ``recovered`` is the agency's own advance that comes back,
    ``recovered_loss`` what it had given up of it.  ``release`` is the day on which money on hold is good.
    """

    event: str
    amount: int
    effective: date
    outstanding: tuple[int, ...]
    taken: tuple[int, ...]
    overpaid: int
    recovered: int
    recovered_loss: int
    fee: FeeReason
    release: date | None

    @property
    def earned(self) -> int:
        """Commission, VAT and recovered costs."""
        return self.fee.commission + self.fee.vat + self.recovered + self.recovered_loss

    @property
    def taken_by(self) -> str:
        """How it is taken: ``withheld``, ``invoiced`` or ``offset`` (an invoiced claim, set off in the next run)."""
        mode = self.fee.terms.remittance
        if self.event == "direct_payment":
            return "offset" if mode == "net" else "invoiced"
        return "invoiced" if mode == "gross" and self.event in HELD_EVENTS else "withheld"


def fee(terms: Terms, measures: Measures) -> FeeReason:
    """The fee on one receipt, with its reasons."""
    basis = _basis(measures)
    made = commission.fee(terms, basis)
    index = int(made.rule[0])
    rule = terms.commission[index]
    parts = commission.slices(rule, basis)
    figure = exact = commission.unbounded(rule, parts)
    found = []
    for name, bound, limit in commission.bounds(rule, basis.base):
        before, figure = figure, bound(figure, limit)
        if figure[0] != before[0]:
            found.append(Bound(name, int(limit[0]) // RATE_ONE, int(before[0])))
    rounded = mul_div_half_up(figure, 1, RATE_ONE)
    with_vat = int(rounded[0] + mul_div_half_up(rounded, terms.vat_rate, RATE_ONE)[0])
    if terms.vat == "exclusive" and made.commission[0] + made.vat[0] < with_vat:
        found.append(Bound("base_with_vat", measures.base, with_vat * RATE_ONE))
    conditions = [_conditions(each, measures) for each in terms.commission[: index + 1]]
    return FeeReason(
        terms=terms,
        measures=measures,
        rule=index,
        conditions=conditions[index],
        passed=tuple(tuple(c for c in each if not c.holds) for each in conditions[:index]),
        measure=int(commission.measure(rule, basis)[0]),
        slices=_slices(rule, parts[:, 0].tolist()),
        exact=int(exact[0]),
        figure=int(figure[0]),
        bounds=tuple(found),
        commission=int(made.commission[0]),
        vat=int(made.vat[0]),
    )


def _basis(measures: Measures) -> commission.Basis:
    """The measures as columns of one row."""
    classes = {name: _text(measures.classes.get(name, "")) for name in CLASSES}
    return commission.Basis(
        source=measures.source,
        base=_number(measures.base),
        age_days=_number(measures.age_days),
        placed_amount=_number(measures.placed_amount),
        collected_to_date=_number(measures.collected_to_date),
        stage=classes["stage"],
        asset_type=classes["asset_type"],
        level=classes["level"],
    )


def _number(value: int) -> Ints:
    return np.array([value], dtype=np.int64)


def _text(value: str) -> columns.Texts:
    return np.array([value], dtype=object)


def _slices(rule: CommissionRule, amounts: list[int]) -> tuple[Slice, ...]:
    """The tiers that took something."""
    parts = zip(rule.tiers, amounts, strict=True)
    return tuple(Slice(n, tier.up_to, tier.rate, amount) for n, (tier, amount) in enumerate(parts) if amount)


def _conditions(rule: CommissionRule, measures: Measures) -> tuple[Condition, ...]:
    """All that a rule asks, in the order in which contracts have it."""
    actual: dict[str, str] = {"source": measures.source}
    actual |= {name: measures.classes.get(name, "") for name in CLASSES}
    return tuple(Condition(name, getattr(rule, name), word) for name, word in actual.items() if getattr(rule, name))


def payment(terms: Terms, source: str, state: CaseState, amount: int, effective: date, method: str) -> PaymentReason:
    """What a payment on the case of ``state`` (of one row, not moved) would come to.

    Raises what the event's own quantities refuse, as ``CASE_FINISHED``.
    """
    event = EVENT_OF[source]
    hold = terms.hold(method) if event in HELD_EVENTS else 0
    group = events.group_of(_fact(event, amount, effective, held=hold > 0), state, terms, np.zeros(1, dtype=np.int64))
    quantities = EVENTS[event](group)
    for code, message in group.problems.values():
        raise refuse(code, message)
    posted = {name: int(column[0]) for name, column in quantities.items()}
    fixed = {name: int(group.fixed[name][0]) for name in FIXED} if group.fixed else posted
    base, age, placed, collected = (
        int(column[0]) for column in (group.base, group.age_days, group.placed_amount, group.collected)
    )
    classes: dict[str, str] = {name: str(getattr(group, name)[0]) for name in CLASSES}
    reason = fee(terms, Measures(source, base, age, placed, collected, classes))
    assert (reason.commission, reason.vat) == (fixed["commission"], fixed["vat"]), "one fee, told twice"
    return PaymentReason(
        event=event,
        amount=amount,
        effective=effective,
        outstanding=tuple(group.outstanding[0].tolist()),
        taken=tuple(posted[bucket] for bucket in BUCKETS),
        overpaid=posted["overpaid"],
        recovered=fixed["recovered"],
        recovered_loss=fixed["recovered_loss"],
        fee=reason,
        release=effective + timedelta(days=hold) if hold else None,
    )


def _fact(event: str, amount: int, effective: date, *, held: bool) -> columns.Facts:
    """One payment as the engine's columns; the bank is of no account here."""
    return columns.Facts(
        row=_number(0),
        event=_text(event),
        case=_number(0),
        terms=_number(0),
        amount=_number(amount),
        effective=np.array([effective], dtype="datetime64[D]"),
        bank=_text(""),
        operating_bank=_text(""),
        forwarder=_text(""),
        kept=_number(0),
        bucket=_number(-1),
        buckets=np.zeros((1, len(BUCKETS)), dtype=np.int64),
        held=np.array([held]),
        deposit=np.array([False]),
        changes=[()],
    )


def idle_rules(terms: Terms) -> list[tuple[int, int]]:
    """Rules that never hold, each with the earlier one that takes all of its receipts."""
    asked = [_wanted(rule) for rule in terms.commission]
    found = []
    for late, wanted in enumerate(asked):
        covers = (early for early in range(late) if _all_of(wanted, asked[early]))
        found += [(late, early) for early in list(covers)[:1]]
    return found


def _wanted(rule: CommissionRule) -> list[frozenset[str]]:
    """What a rule asks for, by kind of condition; empty where anything will do."""
    source = () if set(rule.source) == set(SOURCES) else rule.source
    return [frozenset(source), *(frozenset(getattr(rule, name)) for name in CLASSES)]


def _all_of(late: list[frozenset[str]], early: list[frozenset[str]]) -> bool:
    """Whether all that one rule asks for, another one takes."""
    return all(not wide or (narrow and narrow <= wide) for narrow, wide in zip(late, early, strict=True))


class Sample(NamedTuple):
    """A case that does not exist: how old its debt is, and what it is classified as."""

    age_days: int = 0
    stage: str = ""
    asset_type: str = ""
    level: str = ""

    def state(self, amount: int, day: date) -> CaseState:
        """The sub-ledger of such a case on a day: all principal, nothing collected before."""
        return columns.CaseState(
            outstanding=np.array([[amount if bucket == "principal" else 0 for bucket in BUCKETS]], dtype=np.int64),
            advance=_number(0),
            advance_loss=_number(0),
            collected=_number(0),
            placed_amount=_number(amount),
            age_from=np.array([day], dtype="datetime64[D]") - self.age_days,
            stage=_text(self.stage),
            asset_type=_text(self.asset_type),
            level=_text(self.level),
            finished_by=_text(""),
        )
