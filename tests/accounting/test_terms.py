"""Contract versions: their documents, digests and days."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger_core.accounting.money import EXPONENTS
from ledger_core.accounting.terms import BUCKETS, MARGINAL_BY, CommissionRule, Contract, Terms, Tier
from ledger_core.errors import Refused

FLAT = CommissionRule((), (), (), (), "", "whole", (Tier(None, 250_000),))
AGED = CommissionRule(
    ("forwarded",), (), (), (), "age_days", "whole", (Tier(90, 150_000), Tier(None, 350_000)), 100, 50_000
)
TERMS = Terms(
    client="ALFA",
    currency="CNY",
    effective=date(2025, 1, 1),
    remittance="net",
    minimum_remittance=0,
    waterfall=("court_costs", "interest", "fees", "principal"),
    commission_on=("principal", "interest", "fees"),
    vat="exclusive",
    vat_rate=60_000,
    hold_days=(("check", 7),),
    trust_bank="TRUST",
    commission=(AGED, FLAT),
)

texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8)
rates = st.integers(0, 10**6)
amounts = st.integers(0, 10**12 - 1)
conditions = st.lists(texts, max_size=2).map(tuple)


@st.composite
def rules(draw: st.DrawFn, *, last: bool) -> CommissionRule:
    """A rule of a fee schedule; the last one has no condition."""
    by = draw(st.sampled_from(["", "age_days", "placed_amount", *MARGINAL_BY]))
    tops = sorted(draw(st.sets(amounts, max_size=3))) if by else []
    tiers = (*(Tier(top, draw(rates)) for top in tops), Tier(None, draw(rates)))
    mode = draw(st.sampled_from(["whole", "marginal"])) if by in MARGINAL_BY else "whole"
    where = [()] * 4 if last else [draw(conditions) for _ in range(4)]
    return CommissionRule(*where, by, mode, tiers, draw(st.none() | amounts), draw(st.none() | amounts))


@st.composite
def versions(draw: st.DrawFn) -> Terms:
    """Any contract version that can be."""
    return Terms(
        client=draw(texts),
        currency=draw(st.sampled_from(sorted(EXPONENTS))),
        effective=draw(st.dates()),
        remittance=draw(st.sampled_from(["net", "combined", "gross"])),
        minimum_remittance=draw(amounts),
        waterfall=tuple(draw(st.permutations(BUCKETS))),
        commission_on=tuple(draw(st.sets(st.sampled_from(BUCKETS)))),
        vat=draw(st.sampled_from(["exclusive", "inclusive", "none"])),
        vat_rate=draw(rates),
        hold_days=tuple(sorted(draw(st.dictionaries(texts, st.integers(0, 90), max_size=3)).items())),
        trust_bank=draw(st.just("") | texts),
        commission=(*draw(st.lists(rules(last=False), max_size=2)), draw(rules(last=True))),
    )


@given(versions())
def test_document_round_trips(terms: Terms) -> None:
    """A version read from its document is the same version, with the same document and digest."""
    again = Terms.from_document(terms.document())
    assert again == terms
    assert again.document() == terms.document()
    assert again.digest == terms.digest


@given(versions(), versions())
def test_digest_tells_versions_apart(one: Terms, other: Terms) -> None:
    """Two versions have one digest only if they are equal."""
    assert (one.digest == other.digest) == (one == other)


def test_document_is_canonical() -> None:
    """Keys are sorted, no spaces stand between, decimals are text with the currency's decimals."""
    assert TERMS.document() == (
        '{"client":"ALFA","commission":['
        '{"asset_type":[],"by":"age_days","level":[],"maximum":"500.00","minimum":"1.00","mode":"whole",'
        '"source":["forwarded"],"stage":[],"tiers":[{"rate":"0.15","up_to":90},{"rate":"0.35","up_to":null}]},'
        '{"asset_type":[],"by":"","level":[],"maximum":null,"minimum":null,"mode":"whole",'
        '"source":[],"stage":[],"tiers":[{"rate":"0.25","up_to":null}]}],'
        '"commission_on":["principal","interest","fees"],"currency":"CNY","effective":"2025-01-01",'
        '"hold_days":{"check":7},"minimum_remittance":"0.00","remittance":"net","trust_bank":"TRUST",'
        '"vat":"exclusive","vat_rate":"0.06","waterfall":["court_costs","interest","fees","principal"]}'
    )


def test_digest_is_of_the_document() -> None:
    """The digest is the SHA-256 of the document in UTF-8, so that anyone can compute it again."""
    terms = replace(TERMS, commission=(replace(AGED, stage=("诉讼",)), FLAT))
    assert terms.digest == hashlib.sha256(terms.document().encode("utf-8")).hexdigest()
    assert "诉讼" in terms.document()


def test_commission_on_has_one_order() -> None:
    """The buckets that bear commission are a set: their order makes no other version."""
    assert replace(TERMS, commission_on=("fees", "interest", "principal")) == TERMS


def _altered(**changes: object) -> str:
    content = {**json.loads(TERMS.document()), **changes}
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[]",
        "null",
        TERMS.document() + " ",
        TERMS.document().replace('"0.06"', '"0.060"'),
        TERMS.document().replace("0.00", "0.0"),
        _altered(currency="XXX"),
        _altered(effective="2025-02-30"),
        _altered(remittance="some"),
        _altered(vat_rate="1.5"),
        _altered(waterfall=["principal"]),
        _altered(commission=[]),
        _altered(hold_days=[]),
        _altered(note="new"),
    ],
)
def test_other_texts_are_refused(text: str) -> None:
    """A text that no version would write is refused, though it may mean the same."""
    with pytest.raises(Refused) as refusal:
        Terms.from_document(text)
    assert [problem.code for problem in refusal.value.problems] == ["SETTING_BAD"]


def test_contract_at() -> None:
    """The newest version effective on the day rules; before the first there is none."""
    newer = replace(TERMS, effective=date(2025, 7, 1), vat_rate=30_000)
    contract = Contract("ALFA", "Alfa Bank", "CNY", (TERMS, newer))
    assert contract.at(date(2024, 12, 31)) is None
    assert contract.at(date(2025, 1, 1)) is TERMS
    assert contract.at(date(2025, 6, 30)) is TERMS
    assert contract.at(date(2025, 7, 1)) is newer
    assert contract.at(date(2031, 1, 1)) is newer


def test_contract_versions_ascend() -> None:
    """A contract has one version a day at most, oldest first, all of its own client."""
    with pytest.raises(AssertionError):
        Contract("ALFA", "Alfa Bank", "CNY", (TERMS, TERMS))
    with pytest.raises(AssertionError):
        Contract("BETA", "Beta Bank", "CNY", (TERMS,))


def test_hold() -> None:
    """A method without hold is good at once; its case does not matter."""
    assert TERMS.hold("check") == 7
    assert TERMS.hold(" Check ") == 7
    assert TERMS.hold("wire") == 0
    assert TERMS.hold("") == 0


@pytest.mark.parametrize(
    "tiers",
    [
        (),
        (Tier(90, 0),),
        (Tier(None, 0), Tier(None, 0)),
        (Tier(90, 0), Tier(90, 0), Tier(None, 0)),
        (Tier(None, 0), Tier(90, 0)),
    ],
)
def test_tiers_ascend_to_an_open_one(tiers: tuple[Tier, ...]) -> None:
    """Tiers ascend, and only the last one is open, so that every receipt has one rate."""
    with pytest.raises(AssertionError):
        replace(AGED, tiers=tiers)


def test_marginal_only_on_sums() -> None:
    """A day count or the placed amount cannot be sliced by one receipt."""
    with pytest.raises(AssertionError):
        replace(AGED, mode="marginal")
    assert replace(AGED, mode="marginal", by="receipt_amount").conditional
    assert not FLAT.conditional
    for name in ("source", "stage", "asset_type", "level"):
        assert replace(FLAT, **{name: ("word",)}).conditional
