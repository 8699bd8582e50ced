"""A plain scalar model of a case and of a fee, written from DOMAIN §3 and §4: ints, fractions and loops."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from ledger_core.accounting.money import RATE_ONE
from ledger_core.accounting.terms import BUCKETS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from ledger_core.accounting.terms import CommissionRule, Terms


@dataclass(frozen=True)
class Receipt:
    """What one fee depends on."""

    base: int
    age_days: int = 0
    placed_amount: int = 0
    collected_to_date: int = 0
    stage: str = ""
    asset_type: str = ""
    level: str = ""


def half_up(value: Fraction) -> int:
    """Half up; fees are never negative."""
    return int(value + Fraction(1, 2))


def fee_of(version: Terms, receipt: Receipt, source: str) -> tuple[int, int, int]:
    """Commission, VAT and rule: the first rule that holds, its figure, bounds, rounding and VAT."""
    number, rule = next((i, r) for i, r in enumerate(version.commission) if _holds(r, receipt, source))
    figure = _figure(rule, receipt)
    if rule.minimum is not None and figure < rule.minimum:
        figure = Fraction(rule.minimum)
    if rule.maximum is not None and figure > rule.maximum:
        figure = Fraction(rule.maximum)
    figure = min(figure, Fraction(receipt.base))
    vat_rate = Fraction(version.vat_rate, RATE_ONE)
    if version.vat == "none":
        return half_up(figure), 0, number
    if version.vat == "inclusive":
        return *_inclusive(half_up(figure), vat_rate), number
    commission = half_up(figure)
    vat = half_up(commission * vat_rate)
    if commission + vat > receipt.base:
        return *_inclusive(receipt.base, vat_rate), number
    return commission, vat, number


def _inclusive(gross: int, vat_rate: Fraction) -> tuple[int, int]:
    commission = half_up(gross / (1 + vat_rate))
    return commission, gross - commission


def _holds(rule: CommissionRule, receipt: Receipt, source: str) -> bool:
    """Whether all conditions of a rule hold; one that is not there always does."""
    conditions = ((rule.source, source), (rule.stage, receipt.stage), (rule.asset_type, receipt.asset_type))
    return all(not wanted or actual in wanted for wanted, actual in (*conditions, (rule.level, receipt.level)))


def _figure(rule: CommissionRule, receipt: Receipt) -> Fraction:
    """The exact figure before its bounds."""
    if rule.mode == "whole":
        value = {
            "": 0,
            "age_days": receipt.age_days,
            "placed_amount": receipt.placed_amount,
            "receipt_amount": receipt.base,
            "collected_to_date": receipt.collected_to_date,
        }[rule.by]
        tier = next(t for t in rule.tiers if t.up_to is None or value <= t.up_to)
        return Fraction(receipt.base * tier.rate, RATE_ONE)
    start = receipt.collected_to_date if rule.by == "collected_to_date" else 0
    end, below, figure = start + receipt.base, 0, Fraction(0)
    for tier in rule.tiers:
        top = end if tier.up_to is None else tier.up_to
        figure += Fraction(max(0, min(end, top) - max(start, below)) * tier.rate, RATE_ONE)
        below = top
    return figure


class Event(NamedTuple):
    """One event on one case; ``amount`` None means all there is."""

    name: str
    case: int
    day: date
    amount: int | None = None
    kept: int = 0
    bucket: str = ""
    buckets: tuple[int, ...] = (0, 0, 0, 0)


class Made(NamedTuple):
    """What an event came to: legs by short account name, or the code with which it was refused."""

    legs: Sequence[tuple[str, int]] = ()
    refused: str = ""
    base: int = 0
    rule: int = -1
    excess: int = 0


@dataclass
class Case:
    """One case: what is owed, what the agency advanced, what was collected."""

    placed_amount: int
    age_from: date
    owed: dict[str, int] = field(default_factory=lambda: dict.fromkeys(BUCKETS, 0))
    advance: int = 0
    loss: int = 0
    collected: int = 0
    finished_by: str = ""

    def post(self, event: Event, terms: Terms) -> Made:
        """Post one event: its legs, and this case as it leaves it."""
        before = sum(self.owed.values())
        if event.name == "placement":
            made = self._placed(event)
        elif event.name == "cost_advanced":
            made = self._advanced(event.amount or 0)
        elif event.name in {"settlement", "write_off", "recall"}:
            made = self._taken_off(event, terms.waterfall)
        else:
            made = self._paid(event, terms)
        after = sum(self.owed.values())
        if after:
            self.finished_by = ""
        elif before:
            self.finished_by = event.name
        return made

    def _placed(self, event: Event) -> Made:
        if not sum(event.buckets):
            return Made(refused="AMOUNT_SIGN")
        for bucket, amount in zip(BUCKETS, event.buckets, strict=True):
            self.owed[bucket] += amount
        up = [(bucket, amount) for bucket, amount in zip(BUCKETS, event.buckets, strict=True)]
        return Made([*up, ("placed", -sum(event.buckets))])

    def _advanced(self, amount: int) -> Made:
        self.owed["court_costs"] += amount
        self.advance += amount
        return Made([("advanced", amount), ("ops", -amount), ("court_costs", amount), ("costs_added", -amount)])

    def _taken_off(self, event: Event, waterfall: Sequence[str]) -> Made:
        available = {b: o for b, o in self.owed.items() if not event.bucket or b == event.bucket}
        if not sum(available.values()):
            return Made(refused="NOTHING_OUTSTANDING")
        left = sum(available.values()) if event.amount is None else event.amount
        if left > sum(available.values()):
            return Made(refused="BEYOND_OUTSTANDING")
        own = min(self.advance + self.loss, available.get("court_costs", 0))
        total, down = left, dict.fromkeys(BUCKETS, 0)
        steps = [(b, available.get(b, 0) - (own if b == "court_costs" else 0)) for b in reversed(waterfall)]
        for bucket, most in [*steps, ("court_costs", own)]:
            part = min(most, left)
            down[bucket] += part
            self.owed[bucket] -= part
            left -= part
        return Made([(event.name, total), *((bucket, -part) for bucket, part in down.items())])

    def _paid(self, event: Event, terms: Terms) -> Made:
        amount = event.amount or 0
        if event.name == "forwarder_receipt" and event.kept > amount:
            return Made(refused="KEPT_BEYOND")
        if event.name != "direct_payment" and self.finished_by in {"recall", "write_off"}:
            return Made(refused="CASE_FINISHED")
        parts, left = dict.fromkeys(BUCKETS, 0), amount
        for bucket in terms.waterfall:
            parts[bucket] = min(self.owed[bucket], left)
            left -= parts[bucket]
        repaid = min(parts["court_costs"], self.advance)
        regained = min(parts["court_costs"] - repaid, self.loss)
        base = sum(parts[bucket] for bucket in terms.commission_on)
        base -= repaid + regained if "court_costs" in terms.commission_on else 0
        source = {"direct_payment": "pdc", "forwarder_receipt": "forwarded"}.get(event.name, "paa")
        age = (event.day - self.age_from).days
        commission, vat, rule = fee_of(terms, Receipt(base, age, self.placed_amount, self.collected), source)
        for bucket, part in parts.items():
            self.owed[bucket] -= part
        self.advance -= repaid
        self.loss -= regained
        self.collected += base
        fee = [(source, -commission), ("vat", -vat), ("advanced", -repaid), ("irrecoverable", -regained)]
        earned = commission + vat + repaid + regained
        legs = [*fee, *((bucket, -part) for bucket, part in parts.items())]
        legs += self._money(event, terms, amount - left, left, earned)
        return Made(legs, "", base, rule, left if event.name == "direct_payment" else 0)

    def _money(self, event: Event, terms: Terms, gross: int, over: int, earned: int) -> list[tuple[str, int]]:
        """Where the money went, and how the fee is to be had."""
        if event.name == "direct_payment":
            return [("collected_pdc", gross), ("receivable", earned)]
        legs = [("collected_paa", gross), ("payable", -gross), ("refund", -over)]
        if event.name == "forwarder_receipt":
            legs += [("trust", gross + over - event.kept), ("kept", event.kept), ("payable", earned)]
            return [*legs, ("undrawn", event.kept - earned), ("due", earned - event.kept)]
        legs.append(("unidentified" if event.name == "identified" else "trust", gross + over))
        if terms.remittance == "gross":
            return [*legs, ("receivable", earned)]
        return [*legs, ("payable", earned), ("undrawn", -earned), ("due", earned)]
