"""Contracts: what a client and the agency agreed, dated, as the engine reads it.

Each version (:class:`Terms`) is complete; none inherits from an older one.  Its document is canonical
JSON, its digest the SHA-256 of that document: a fee names the digest of the version that made it
(DESIGN, decision 10).  Amounts are minor units, rates millionths, days calendar days.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Literal, get_args

from ledger_core.accounting.money import RATE_ONE, format_minor, format_rate, parse_minor, parse_rate
from ledger_core.errors import Refused, refuse

if TYPE_CHECKING:
    from collections.abc import Sequence

Bucket = Literal["principal", "interest", "fees", "court_costs"]
Class = Literal["stage", "asset_type", "level"]
Remittance = Literal["net", "combined", "gross"]
Vat = Literal["exclusive", "inclusive", "none"]
TierBy = Literal["", "age_days", "placed_amount", "receipt_amount", "collected_to_date"]
TierMode = Literal["whole", "marginal"]

BUCKETS: tuple[Bucket, ...] = ("principal", "interest", "fees", "court_costs")
"""The parts of a debt, in the order of columns everywhere."""

CLASSES: tuple[Class, ...] = ("stage", "asset_type", "level")
"""The classifications of a case that a commission rule may ask for."""

SOURCES = ("paa", "pdc", "forwarded")
"""Paid to the agency, paid direct to the client, collected by a forwarder."""

MARGINAL_BY: tuple[TierBy, ...] = ("receipt_amount", "collected_to_date")
"""What marginal tiers may be chosen by: sums that one receipt can straddle."""


@dataclass(frozen=True, slots=True)
class Tier:
    """A rate in millionths up to and including ``up_to``: days or minor units, None for the rest."""

    up_to: int | None
    rate: int

    def __post_init__(self) -> None:
        assert 0 <= self.rate <= RATE_ONE, self.rate


@dataclass(frozen=True, slots=True)
class CommissionRule:
    """One line of a contract's fee schedule; an empty condition holds always.

    A flat rate is one tier, chosen by nothing (``by`` is empty).  ``minimum`` and ``maximum`` are
    minor units and bound the rule's figure.
    """

    source: tuple[str, ...]
    stage: tuple[str, ...]
    asset_type: tuple[str, ...]
    level: tuple[str, ...]
    by: TierBy
    mode: TierMode
    tiers: tuple[Tier, ...]
    minimum: int | None = None
    maximum: int | None = None

    def __post_init__(self) -> None:
        tops = [tier.up_to for tier in self.tiers if tier.up_to is not None]
        assert tops == sorted(set(tops)), "tiers ascend"
        assert [tier.up_to for tier in self.tiers] == [*tops, None], "only the last tier is open"
        assert self.by in get_args(TierBy), self.by
        assert self.by or len(self.tiers) == 1, "tiers are chosen by something"
        assert self.mode == "whole" or self.by in MARGINAL_BY, self.by

    @property
    def conditional(self) -> bool:
        """Whether the rule holds for some receipts only."""
        return bool(self.source or self.words)

    @property
    def words(self) -> tuple[str, ...]:
        """The classifications of cases that the rule asks for."""
        return (*self.stage, *self.asset_type, *self.level)


@dataclass(frozen=True, slots=True)
class Terms:
    """One version of a contract, in force from ``effective`` until the next.

    ``hold_days`` are by payment method, sorted, the agency's own already under the contract's, so that
    the version alone says when money is good.  ``trust_bank`` is empty only where the agency has no
    trust bank in this currency.
    """

    client: str
    currency: str
    effective: date
    remittance: Remittance
    minimum_remittance: int
    waterfall: tuple[Bucket, ...]
    commission_on: tuple[Bucket, ...]
    vat: Vat
    vat_rate: int
    hold_days: tuple[tuple[str, int], ...]
    trust_bank: str
    commission: tuple[CommissionRule, ...]
    _digest: str = field(default="", init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "commission_on", tuple(bucket for bucket in BUCKETS if bucket in self.commission_on))
        assert sorted(self.waterfall) == sorted(BUCKETS), self.waterfall
        assert self.remittance in get_args(Remittance), self.remittance
        assert self.vat in get_args(Vat), self.vat
        assert self.hold_days == tuple(sorted(dict(self.hold_days).items()))
        assert self.commission and not self.commission[-1].conditional  # noqa: PT018 - one fact: some rule holds always
        assert self.minimum_remittance >= 0
        assert 0 <= self.vat_rate <= RATE_ONE

    def asked(self, name: Class) -> frozenset[str]:
        """The words of one classification that some rule asks for."""
        return frozenset(word for rule in self.commission for word in getattr(rule, name))

    def hold(self, method: str) -> int:
        """The days for which money paid by this method may still bounce; case does not matter."""
        return dict(self.hold_days).get(method.strip().casefold(), 0)

    def document(self) -> str:
        """The version as canonical JSON: sorted keys, no spaces, decimals as text."""
        content = {
            "client": self.client,
            "commission": [_rule_content(rule, self.currency) for rule in self.commission],
            "commission_on": self.commission_on,
            "currency": self.currency,
            "effective": self.effective.isoformat(),
            "hold_days": dict(self.hold_days),
            "minimum_remittance": format_minor(self.minimum_remittance, self.currency),
            "remittance": self.remittance,
            "trust_bank": self.trust_bank,
            "vat": self.vat,
            "vat_rate": format_rate(self.vat_rate),
            "waterfall": self.waterfall,
        }
        return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @property
    def digest(self) -> str:
        """SHA-256 of the document in UTF-8, hexadecimal; computed once."""
        if not self._digest:
            object.__setattr__(self, "_digest", hashlib.sha256(self.document().encode()).hexdigest())
        return self._digest

    @classmethod
    def from_document(cls, text: str) -> Terms:
        """The version that wrote this document; anything else, even by a space, is refused.

        Raises ``SETTING_BAD``.
        """
        try:
            terms = _terms_of(json.loads(text))
            exact = terms.document() == text
        except (ArithmeticError, AssertionError, AttributeError, LookupError, Refused, TypeError, ValueError) as error:
            raise refuse("SETTING_BAD", "this text is not the document of a contract version") from error
        if not exact:
            raise refuse("SETTING_BAD", "this document of a contract version was altered")
        return terms


def _rule_content(rule: CommissionRule, currency: str) -> dict[str, Any]:
    return {
        "asset_type": rule.asset_type,
        "by": rule.by,
        "level": rule.level,
        "maximum": None if rule.maximum is None else format_minor(rule.maximum, currency),
        "minimum": None if rule.minimum is None else format_minor(rule.minimum, currency),
        "mode": rule.mode,
        "source": rule.source,
        "stage": rule.stage,
        "tiers": [{"rate": format_rate(tier.rate), "up_to": _top_text(tier, rule.by, currency)} for tier in rule.tiers],
    }


def _top_text(tier: Tier, by: TierBy, currency: str) -> int | str | None:
    """Days as a number, an amount as a decimal."""
    return tier.up_to if tier.up_to is None or by == "age_days" else format_minor(tier.up_to, currency)


def _terms_of(content: dict[str, Any]) -> Terms:
    """Terms from the content of a document; any error of shape is left to the caller."""
    currency = content["currency"]
    return Terms(
        client=content["client"],
        currency=currency,
        effective=date.fromisoformat(content["effective"]),
        remittance=content["remittance"],
        minimum_remittance=parse_minor(content["minimum_remittance"], currency),
        waterfall=tuple(content["waterfall"]),
        commission_on=tuple(content["commission_on"]),
        vat=content["vat"],
        vat_rate=parse_rate(content["vat_rate"]),
        hold_days=tuple(sorted(content["hold_days"].items())),
        trust_bank=content["trust_bank"],
        commission=tuple(_rule_of(rule, currency) for rule in content["commission"]),
    )


def _rule_of(content: dict[str, Any], currency: str) -> CommissionRule:
    def amount(text: str | None) -> int | None:
        return None if text is None else parse_minor(text, currency)

    def tops(tier: dict[str, Any]) -> int | None:
        top: int | None = tier["up_to"] if content["by"] == "age_days" else amount(tier["up_to"])
        return top

    return CommissionRule(
        source=tuple(content["source"]),
        stage=tuple(content["stage"]),
        asset_type=tuple(content["asset_type"]),
        level=tuple(content["level"]),
        by=content["by"],
        mode=content["mode"],
        tiers=tuple(Tier(tops(tier), parse_rate(tier["rate"])) for tier in content["tiers"]),
        minimum=amount(content["minimum"]),
        maximum=amount(content["maximum"]),
    )


@dataclass(frozen=True, slots=True)
class Contract:
    """A client and the versions of its contract, oldest first, one a day at most."""

    client: str
    name: str
    currency: str
    terms: tuple[Terms, ...]
    place: str = ""

    def __post_init__(self) -> None:
        days = [terms.effective for terms in self.terms]
        assert days == sorted(set(days)), "versions ascend by their effective day"
        assert all(terms.client == self.client and terms.currency == self.currency for terms in self.terms)

    def at(self, day: date) -> Terms | None:
        """The newest version that is effective on the day; None before the first."""
        return newest(self.terms, day)


def newest(versions: Sequence[Terms], day: date) -> Terms | None:
    """Of versions that ascend by day, the last one that has begun."""
    return next((terms for terms in reversed(versions) if terms.effective <= day), None)
