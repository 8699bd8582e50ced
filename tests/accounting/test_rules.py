"""The posting rules: each balances within each fund, whatever its quantities (DOMAIN §2, §3)."""

from __future__ import annotations

from collections import Counter

import pytest

from ledger_core.accounting import chart
from ledger_core.accounting.chart import Family
from ledger_core.accounting.quantities import EVENTS
from ledger_core.accounting.rules import RULES
from ledger_core.accounting.terms import BUCKETS

Sum = dict[str, int]
"""A sum of free quantities: name → how often."""

ALL_BUCKETS: Sum = dict.fromkeys(BUCKETS, 1)
FEE: Sum = {"commission": 1, "vat": 1, "recovered": 1, "recovered_loss": 1}
WITHHELD = {**FEE, "invoiced": -1}

RECEIVED: dict[str, Sum] = {
    "gross": ALL_BUCKETS,
    "good": {**ALL_BUCKETS, "held": -1},
    "received": {**ALL_BUCKETS, "overpaid": 1, "astray": -1},
    "withheld": WITHHELD,
}
BY_SOURCE: dict[str, Sum] = {"amount": {"client": 1, "overpaid": 1, "unidentified": 1}}

IDENTITIES: dict[str, dict[str, Sum]] = {
    "placement": {"amount": ALL_BUCKETS},
    "placement_adjustment": {"amount": ALL_BUCKETS},
    "judgment": {"amount": ALL_BUCKETS},
    "cost_advanced": {"amount": {"own": 1, "deposit": 1}},
    "receipt": RECEIVED,
    "asset_sale": RECEIVED,
    "identified": {**RECEIVED, "received": {**ALL_BUCKETS, "overpaid": 1}},
    "cleared": {"withheld": WITHHELD},
    "direct_payment": {"gross": ALL_BUCKETS, "invoiced": FEE},
    "forwarder_receipt": {
        "gross": ALL_BUCKETS,
        "received": {**ALL_BUCKETS, "overpaid": 1, "kept": -1},
        "withheld": FEE,
        "withheld_net": {**FEE, "kept": -1},
    },
    "refund": {"amount": {"overpaid": 1, "unidentified": 1}},
    "returned_unknown": {"amount": {"client": 1, "nobody": 1}},
    "payment_back": BY_SOURCE,
    "unclaimed": BY_SOURCE,
    "cure": {"amount": {"own": 1, "client": 1, "refund": 1, "unidentified": 1}},
    "trust_transfer": {"amount": {"client": 1, "overpaid": 1, "unidentified": 1, "undrawn": 1}},
    "trust_interest": {"amount": {"agency": 1, "unidentified": 1}},
    "settlement": {"amount": ALL_BUCKETS},
    "write_off": {"amount": ALL_BUCKETS},
    "recall": {"amount": ALL_BUCKETS},
    "close_return": {"amount": ALL_BUCKETS},
}
"""Of each rule, the quantities that are sums of the others; all others are free."""

NO_POSTING = {
    "remittance_run",
    "fee_document",
    "credit_note",
    "invoice",
    "case_change",
    "payment_plan",
    "promise_to_pay",
}
MADE_OF_OTHERS = {"opening", "returned_payment", "reversal"}
FAMILIES = {name: value for name, value in vars(chart).items() if isinstance(value, Family)}


@pytest.mark.parametrize("event", sorted(RULES))
def test_a_rule_balances_within_each_fund(event: str) -> None:
    """In each fund debits and credits are the same sum of the free quantities."""
    known = IDENTITIES.get(event, {})
    funds: dict[str, Counter[str]] = {}
    for leg in RULES[event].legs:
        for name, times in known.get(leg.quantity, {leg.quantity: 1}).items():
            funds.setdefault(leg.family.fund, Counter())[name] += leg.side * times
    assert all(not any(sums.values()) for sums in funds.values()), funds


@pytest.mark.parametrize("event", sorted(IDENTITIES))
def test_the_identities_are_needed(event: str) -> None:
    """A quantity that is said to be a sum is one that the rule posts, so that the proof is about it."""
    assert IDENTITIES[event].keys() <= set(RULES[event].quantities)


def test_only_documents_and_copies_have_no_legs() -> None:
    """Every other event posts something of its own."""
    assert {event for event, rule in RULES.items() if not rule.legs} == NO_POSTING | MADE_OF_OTHERS


def test_every_event_on_cases_has_its_rule() -> None:
    """What the engine computes by event is posted by the rule of the same name."""
    assert set(EVENTS) <= set(RULES)
    assert all(rule.name == name for name, rule in RULES.items())
    assert {rule.event for rule in RULES.values()} <= set(RULES)


@pytest.mark.parametrize("event", sorted(RULES))
def test_every_family_is_of_one_fund(event: str) -> None:
    """A leg's family is one of the chart, and its accounts are of the family's fund whatever the ids."""
    known = {*FAMILIES.values(), *chart.OUTSTANDING.values()}
    for leg in RULES[event].legs:
        assert leg.family in known
        assert leg.side in {1, -1}
        for one in ("A", "Z-9"):
            own = f"Expenses:{one}"
            name = leg.family.name(client=one, bank=one, forwarder=one, source=own, target=own)
            assert chart.fund_of(name) == leg.family.fund


def test_memo_and_cash_never_meet() -> None:
    """The memo fund has a commodity of its own; the two others keep cash."""
    assert chart.commodity("memo", "CNY") == "CNY.D"
    assert chart.commodity("trust", "CNY") == chart.commodity("operating", "CNY") == "CNY"


def test_the_bridge_is_the_only_crossing() -> None:
    """UndrawnFees and DueFromTrust move as one; money itself goes across in sweep and cure alone (DOMAIN §2)."""
    for event, rule in RULES.items():
        moved: Counter[str] = Counter()
        for leg in rule.legs:
            if leg.family in {chart.UNDRAWN_FEES, chart.DUE_FROM_TRUST}:
                moved[leg.quantity] += leg.side
        assert not any(moved.values()), event
        both = {leg.family for leg in rule.legs} >= {chart.TRUST_BANK, chart.OPERATING_BANK}
        # A cost is paid out of one of the two, and a receipt comes into one of the two.
        either = {"cost_advanced", "receipt", "asset_sale"}
        assert both == (event in {"sweep", "cure", *either}), event


def test_a_name_needs_its_ids() -> None:
    """An account is never made with an id left open."""
    with pytest.raises(AssertionError):
        chart.TRUST_BANK.name()
    with pytest.raises(AssertionError):
        chart.COMMISSION_PAA.name(bank="X")
    assert chart.OUTSTANDING["court_costs"].name(client="ALFA") == "Equity:Memo:Outstanding:ALFA:CourtCosts"
