"""A contract version as the books carry it: read strictly, so that no rule is applied that it does not have."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, NamedTuple

from plugins.model import money

if TYPE_CHECKING:
    from fractions import Fraction

PRINCIPAL, INTEREST, FEES, COURT_COSTS = "principal", "interest", "fees", "court_costs"
BUCKETS = (PRINCIPAL, INTEREST, FEES, COURT_COSTS)

SOURCES = ("paa", "pdc", "forwarded")
CLASSES = ("stage", "asset_type", "level")
CONDITIONS = ("source", *CLASSES)

FLAT, AGE_DAYS, PLACED_AMOUNT, RECEIPT_AMOUNT, COLLECTED = (
    "",
    "age_days",
    "placed_amount",
    "receipt_amount",
    "collected_to_date",
)
WHOLE, MARGINAL = "whole", "marginal"
NET, COMBINED, GROSS = "net", "combined", "gross"
EXCLUSIVE, INCLUSIVE, NO_VAT = "exclusive", "inclusive", "none"

_MARGINAL_BY = (RECEIPT_AMOUNT, COLLECTED)


class Tier(NamedTuple):
    """A rate, and the last measure that it is for: days or minor units, none for the last tier."""

    up_to: int | None
    rate: Fraction


class Rule(NamedTuple):
    """A commission rule; ``conditions`` are values to choose from, by name; minimum and maximum in minor units."""

    conditions: dict[str, tuple[str, ...]]
    by: str
    mode: str
    tiers: tuple[Tier, ...]
    minimum: int | None
    maximum: int | None


class Terms(NamedTuple):
    """A contract version; ``minimum_remittance`` in minor units, ``hold_days`` by payment method."""

    client: str
    currency: str
    effective: dt.date
    remittance: str
    waterfall: tuple[str, ...]
    commission_on: tuple[str, ...]
    vat: str
    vat_rate: Fraction
    rules: tuple[Rule, ...]
    minimum_remittance: int
    hold_days: dict[str, int]
    trust_bank: str

    def hold(self, method: str) -> int:
        """The days for which money paid by this method may still bounce."""
        return self.hold_days.get(method.strip().casefold(), 0)


def read(document: str) -> Terms:
    """A contract version from its JSON; ValueError says what is wrong with it."""
    try:
        found = json.loads(document)
    except RecursionError:
        raise ValueError("it is nested too deep") from None
    top = _mapping(found, "the document")
    currency = _text(top, "currency")
    decimals = money.decimals_of(currency)
    rules = tuple(_rule(_mapping(rule, "a commission rule"), decimals) for rule in _list(top, "commission"))
    if not rules or any(rules[-1].conditions.values()):
        raise ValueError("the last commission rule must have no condition")
    vat_rate = money.number(_text(top, "vat_rate"))
    if vat_rate < 0:
        raise ValueError("vat_rate is negative")
    return Terms(
        _text(top, "client"),
        currency,
        dt.date.fromisoformat(_text(top, "effective")),
        _one_of(top, "remittance", (NET, COMBINED, GROSS)),
        _buckets(top, "waterfall"),
        _buckets(top, "commission_on"),
        _one_of(top, "vat", (EXCLUSIVE, INCLUSIVE, NO_VAT)),
        vat_rate,
        rules,
        money.minor(top.get("minimum_remittance"), decimals),
        {method: _days(days) for method, days in _mapping(top.get("hold_days"), "hold_days").items()},
        _text(top, "trust_bank"),
    )


def _days(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ValueError("hold_days must be whole days")
    return value


def _rule(table: dict[str, object], decimals: int) -> Rule:
    by = _one_of(table, "by", (FLAT, AGE_DAYS, PLACED_AMOUNT, RECEIPT_AMOUNT, COLLECTED))
    mode = _one_of(table, "mode", (WHOLE, MARGINAL))
    if mode == MARGINAL and by not in _MARGINAL_BY:
        raise ValueError(f"marginal tiers are not for {by or 'a flat rate'}")
    tiers = tuple(_tier(_mapping(tier, "a tier"), by, decimals) for tier in _list(table, "tiers"))
    ends = [tier.up_to for tier in tiers]
    limits = [end for end in ends if end is not None]
    if ends != [*sorted(set(limits)), None] or (by == FLAT and limits):
        raise ValueError("tiers must ascend, and the last alone have no up_to")
    return Rule(
        {name: tuple(_words(table, name)) for name in CONDITIONS},
        by,
        mode,
        tiers,
        _bound(table, "minimum", decimals),
        _bound(table, "maximum", decimals),
    )


def _tier(table: dict[str, object], by: str, decimals: int) -> Tier:
    up_to, rate = table.get("up_to"), money.number(_text(table, "rate"))
    if rate < 0:
        raise ValueError("a rate is negative")
    if up_to is None:
        return Tier(None, rate)
    if by != AGE_DAYS:
        return Tier(money.minor(up_to, decimals), rate)
    if isinstance(up_to, bool) or not isinstance(up_to, int):
        raise ValueError("up_to of age_days must be whole days")  # noqa: TRY004
    return Tier(up_to, rate)


def _bound(table: dict[str, object], name: str, decimals: int) -> int | None:
    return None if table.get(name) is None else money.minor(table[name], decimals)


def _mapping(value: object, what: str) -> dict[str, object]:
    if not isinstance(value, dict):
        raise ValueError(f"{what} is no table")  # noqa: TRY004 - of the document, as every other fault here
    return value


def _list(table: dict[str, object], name: str) -> list[object]:
    value = table.get(name)
    if not isinstance(value, list):
        raise ValueError(f"{name} is no list")  # noqa: TRY004
    return value


def _words(table: dict[str, object], name: str) -> list[str]:
    words = [word for word in _list(table, name) if isinstance(word, str)]
    if len(words) != len(_list(table, name)):
        raise ValueError(f"{name} lists other things than texts")
    return words


def _text(table: dict[str, object], name: str) -> str:
    value = table.get(name)
    if not isinstance(value, str):
        raise ValueError(f"{name} is no text")  # noqa: TRY004
    return value


def _one_of(table: dict[str, object], name: str, choice: tuple[str, ...]) -> str:
    value = _text(table, name)
    if value not in choice:
        raise ValueError(f"{name} is {value!r}, not one of {', '.join(filter(None, choice))}")
    return value


def _buckets(table: dict[str, object], name: str) -> tuple[str, ...]:
    words = _words(table, name)
    if len(set(words)) != len(words) or not set(words) <= set(BUCKETS):
        raise ValueError(f"{name} must name buckets, each once at most")
    return tuple(words)
