"""Reading a contract version: what it says, and what is refused rather than guessed."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.model import contract
from plugins.model.contract import Tier
from tests.plugins.model_terms import CLOSED, document, rule, tiers


def test_read() -> None:
    """Amounts become minor units of the contract's currency, rates exact decimals, days a date."""
    text = document(
        rule("0.35", source=["forwarded"], level=["A", "B"]),
        rule(by="placed_amount", tiers=tiers(("100.50", "0.15"), (None, "0.333333")), minimum="1.00", maximum="500"),
    )
    terms = contract.read(text)
    assert (terms.client, terms.currency, terms.effective) == ("ALFA", "CNY", dt.date(2025, 1, 1))
    assert terms.waterfall == ("court_costs", "interest", "fees", "principal")
    assert terms.vat_rate == Fraction(3, 50)
    first, last = terms.rules
    assert first.conditions == {"source": ("forwarded",), "stage": (), "asset_type": (), "level": ("A", "B")}
    assert last.tiers == (Tier(10050, Fraction("0.15")), Tier(None, Fraction("0.333333")))
    assert (last.minimum, last.maximum) == (100, 50000)


def test_days_are_no_amounts() -> None:
    """Limits of ``age_days`` are whole days, whatever the currency's decimals."""
    (only,) = contract.read(document(rule(by="age_days", tiers=tiers((90, "0.1"), (None, "0.2"))))).rules
    assert only.tiers[0].up_to == 90


def test_yen_have_no_decimals() -> None:
    """A limit in a currency without decimals is in whole units of it."""
    flat = rule(by="receipt_amount", tiers=tiers(("1000", "0.1"), (None, "0.2")))
    assert contract.read(document(flat, currency="JPY")).rules[0].tiers[0].up_to == 1000


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "Expecting value"),
        ("[]", "the document is no table"),
        ("[" * 100_000, "nested too deep"),
        (document(rule("0.2", stage=["legal"])), "the last commission rule must have no condition"),
        (document(commission=[]), "the last commission rule must have no condition"),
        (document(commission=["0.25"]), "a commission rule is no table"),
        (document(commission="0.25"), "commission is no list"),
        (document(rule("0.2", by="moon")), "by is 'moon'"),
        (document(rule("0.2", mode="marginal")), "marginal tiers are not for a flat rate"),
        (document(rule("0.2", by="age_days", mode="marginal")), "marginal tiers are not for age_days"),
        (document(rule("-0.2")), "a rate is negative"),
        (document(rule("a fifth")), "no decimal figure"),
        (document(rule("0.2", minimum="0.001")), "more than 2 decimals"),
        (document(rule("0.2", source=["paa", 7])), "source lists other things than texts"),
        (document(rule("0.2", source="paa")), "source is no list"),
        (document(rule("0.2", tiers=[])), "tiers must ascend"),
        (document(rule(by="age_days", tiers=tiers((90, "0.1")))), "tiers must ascend"),
        (document(rule(by="age_days", tiers=tiers((90, "0.1"), (90, "0.2"), (None, "0.3")))), "tiers must ascend"),
        (document(rule(by="age_days", tiers=tiers((90, "0.1"), (80, "0.2"), (None, "0.3")))), "tiers must ascend"),
        (document(rule(by="age_days", tiers=tiers((None, "0.1"), (90, "0.2")))), "tiers must ascend"),
        (document(rule(by="age_days", tiers=tiers(("90", "0.1"), (None, "0.2")))), "whole days"),
        (document(rule(by="age_days", tiers=tiers((True, "0.1"), (None, "0.2")))), "whole days"),
        (document(rule(by="receipt_amount", tiers=tiers((90, "0.1"), (None, "0.2")))), "no amount"),
        (document(rule(tiers=tiers(("90.00", "0.1"), (None, "0.2")))), "no decimal figure|tiers must ascend|no amount"),
        (document(vat="some"), "vat is 'some'"),
        (document(vat_rate="-0.06"), "vat_rate is negative"),
        (document(remittance="twice"), "remittance is 'twice'"),
        (document(waterfall=["principal", "principal"]), "waterfall must name buckets"),
        (document(commission_on=["costs"]), "commission_on must name buckets"),
        (document(effective="soon"), "isoformat"),
        (document(client=None), "client is no text"),
    ],
)
def test_refused(text: str, fault: str) -> None:
    """A version that breaks a rule of §4, or has another shape, is refused with the reason."""
    with pytest.raises(ValueError, match=fault):
        contract.read(text)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(sorted(rule())), inner, max_size=4),
    max_leaves=8,
)


@given(st.sampled_from(sorted(CLOSED)), JSON)
def test_whatever_a_key_holds(key: str, value: object) -> None:
    """No value makes the reader fail otherwise than by refusing it."""
    with contextlib.suppress(ValueError):
        contract.read(json.dumps(json.loads(document()) | {key: value}))
