"""The vectors of tests/vectors: the engine, the plugins' model and the generator all come to what they say."""

from __future__ import annotations

import json
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from ledger_core.accounting import interest, quantities, waterfall
from ledger_core.accounting.columns import Group
from ledger_core.accounting.commission import Basis, fee
from ledger_core.accounting.money import div_half_up, format_minor, mul_div_half_up, parse_minor, parse_rate
from ledger_core.accounting.terms import BUCKETS, CommissionRule, Terms, Tier
from ledger_core.errors import Refused
from plugins.model import commission as model_commission
from plugins.model import contract as model_contract
from plugins.model import money as model_money
from plugins.model import waterfall as model_waterfall
from plugins.model.case import Case
from plugins.model.interest import Interest
from tools import vectors as generator

if TYPE_CHECKING:
    from collections.abc import Callable

FILES = {
    name: json.loads((Path(__file__).parent / f"{name}.json").read_text(encoding="utf-8")) for name in generator.KINDS
}
CONTRACTS = {
    name: json.dumps(c, sort_keys=True, separators=(",", ":")) for name, c in FILES["commission"]["contracts"].items()
}
EVENT = {"paa": "receipt", "pdc": "direct_payment", "forwarded": "forwarder_receipt"}
MILLION = 10**6


def each(name: str, part: str = "vectors") -> Callable[[Any], Any]:
    """Run a test with each vector of a list."""
    found = FILES[name][part]
    return pytest.mark.parametrize("v", found, ids=[v["name"] for v in found])


def column(*values: int) -> np.ndarray:
    """A column of int64."""
    return np.array(values, dtype=np.int64)


def words(value: str) -> np.ndarray:
    """A column of one text."""
    return np.array([value], dtype=object)


def owed(v: dict[str, Any]) -> dict[str, int]:
    """The buckets of a vector in minor units."""
    currency = v.get("currency") or FILES["commission"]["contracts"][v["contract"]]["currency"]
    return {bucket: parse_minor(text, currency) for bucket, text in v["outstanding"].items()}


# --- the files -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(FILES))
def test_the_generator_comes_to_the_same(name: str) -> None:
    """What the file says is what plain fractions come to, and it is written as the generator writes it."""
    assert generator.filled(name) == (Path(__file__).parent / f"{name}.json").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", sorted(FILES))
def test_every_vector_has_a_name_of_its_own_and_its_rule(name: str) -> None:
    """A vector can be spoken of, and says what it shows."""
    for part in generator.KINDS[name]:
        names = [v["name"] for v in FILES[name][part]]
        assert len(set(names)) == len(names)
        assert all(v["rule"].endswith(".") for v in FILES[name][part])


BY_HAND = {
    "rounding": {
        "a tie goes up": "0.01",  # 0.005
        "a negative tie goes away from zero": "-0.01",
        "a tie in yen": "1",  # 0.5
        "below a tie in fils": "0.000",
        "the smallest rate below a tie": "0.00",  # 0.00499999
    },
    "waterfall": {
        "into the second": ("0.00", "0.01", "0.00", "30.00", "0.00"),
        "then the interest, then costs": ("1000.00", "50.00", "20.00", "5.00", "0.00"),
        "the client's own costs come in their place": ("0.00", "0.00", "5.00", "20.00", "0.00"),
    },
    "commission": {
        "two slices": ("30.00", "0.00"),  # 100.00 × 0.30 + 0.01 × 0.20 = 30.002
        "three slices": ("120.00", "0.00"),  # 30.00 + 80.00 + 10.00
        "a receipt over three tiers of what was collected": ("110.00", "0.00"),  # 15.00 + 80.00 + 15.00
        "slices of single units are rounded together": ("0.01", "0.00"),  # 0.0050 + 0.0025 + 0.0025
        "a minimum that leaves less than its VAT": ("4.99", "0.30"),  # 5.29 / 1.06 = 4.9906
        "a rate of one takes the base, VAT within": ("94.34", "5.66"),
        "an advance earns nothing, even where court costs do": ("21.25", "0.00"),  # 85.00 × 0.25
    },
    "vat": {
        "inclusive": ("188.68", "11.32"),  # 200.00 / 1.06 = 188.679
        "a tie of the tax": ("25.00", "1.26"),  # 1.255
        "commission plus VAT beyond the base": ("100.00", "6.00"),
        "yen, inclusive": ("225", "22"),  # 247 / 1.1 = 224.55
    },
    "interest": {
        "a month": "58.00",  # 29 days of 2.00
        "a payment counts from the day after": "30.00",  # 10 × 2.00 + 10 × 1.00
        "a rate counts from its own day": "62.00",  # 9 × 2.00 + 11 × 4.00
        "a tie of the sum goes up": "0.01",  # 1825.00 × 0.001 / 365 = 0.005
        "actual/actual in a leap year": "366.00",
        "30/360, the first of March makes up": "3.00",  # 3600.00 × 0.1 / 360 = 1.00 a day
        "no more is taken back than is outstanding": "-1.50",
    },
}


@pytest.mark.parametrize("name", sorted(BY_HAND))
def test_by_hand(name: str) -> None:
    """Small figures that were worked out on paper."""
    expected = {v["name"]: v["expected"] for part in generator.KINDS[name] for v in FILES[name][part]}
    for vector, figure in BY_HAND[name].items():
        found = expected[vector]
        if isinstance(found, dict):
            found = tuple(found[key] for key in (("commission", "vat") if "vat" in found else (*BUCKETS, "left")))
        assert found == figure, vector


# --- rounding ------------------------------------------------------------------------------------


@each("rounding", "products")
def test_products(v: dict[str, Any]) -> None:
    """An amount times a rate, by the engine over arrays and over Python integers, and by the model."""
    amount, rate = parse_minor(v["amount"], v["currency"]), parse_rate(v["rate"])
    by_array = int(mul_div_half_up(column(amount), column(rate), MILLION)[0])
    by_ints = div_half_up(amount * rate, MILLION)
    by_model = model_money.rounded(amount * Fraction(v["rate"]))
    assert {format_minor(found, v["currency"]) for found in (by_array, by_ints, by_model)} == {v["expected"]}


@each("rounding", "texts")
def test_texts(v: dict[str, Any]) -> None:
    """A text is read exactly, or refused with its code."""
    if "refused" in v["expected"]:
        with pytest.raises(Refused, match=rf"^{v['expected']['refused']}\b"):
            _units(v)
        return
    units = _units(v)
    assert v["expected"] == {"units": str(units)}
    if v["kind"] == "amount" and not v["text"].startswith("+"):
        assert model_money.minor(v["text"], model_money.decimals_of(v["currency"])) == units


def _units(v: dict[str, Any]) -> int:
    return parse_rate(v["text"]) if v["kind"] == "rate" else parse_minor(v["text"], v["currency"])


# --- waterfall -----------------------------------------------------------------------------------


@each("waterfall")
def test_waterfall(v: dict[str, Any]) -> None:
    """What an amount takes off each bucket, by the engine and by the model."""
    currency, there = v["currency"], owed(v)
    amount = parse_minor(v["amount"], currency)
    matrix = np.array([[there[bucket] for bucket in BUCKETS]], dtype=np.int64)
    if v["direction"] == "forward":
        taken, left = waterfall.allocate(matrix, column(amount), v["order"])
        put = model_waterfall.spread(amount, v["order"], there)
    else:
        advance = parse_minor(v["advance"], currency)
        taken, left = waterfall.allocate_reverse(matrix, column(advance), column(amount), v["order"])
        put = model_waterfall.spread_back(amount, v["order"], there, advance)
    by_engine = {**dict(zip(BUCKETS, taken[0].tolist(), strict=True)), "left": int(left[0])}
    by_model = {**put, "left": amount - sum(put.values())}
    expected = {name: parse_minor(text, currency) for name, text in v["expected"].items()}
    assert by_engine == by_model == expected


# --- fee -----------------------------------------------------------------------------------------


@each("commission")
def test_commission_by_the_engine(v: dict[str, Any]) -> None:
    """All that a receipt comes to, as the engine computes the event."""
    terms = Terms.from_document(CONTRACTS[v["contract"]])
    currency = terms.currency
    none = column(0)
    group = Group(
        terms=terms,
        held=False,
        astray=False,
        deposit=False,
        amount=column(parse_minor(v["amount"], currency)),
        kept=none,
        bucket=column(-1),
        buckets=np.zeros((1, 4), dtype=np.int64),
        outstanding=np.array([[owed(v)[bucket] for bucket in BUCKETS]], dtype=np.int64),
        advance=column(parse_minor(v["advance"], currency)),
        advance_loss=column(parse_minor(v["advance_lost"], currency)),
        collected=column(parse_minor(v["collected_to_date"], currency)),
        placed_amount=column(parse_minor(v["placed_amount"], currency)),
        age_days=column(v["age_days"]),
        stage=words(v["stage"]),
        asset_type=words(v["asset_type"]),
        level=words(v["level"]),
        finished_by=words(""),
        base=none.copy(),
        rule=none.copy(),
        excess=none.copy(),
    )
    found = quantities.EVENTS[EVENT[v["source"]]](group)
    assert not group.problems
    names = {"left": "overpaid", "repaid": "recovered", "repaid_lost": "recovered_loss"}
    expected = dict(v["expected"])
    assert expected.pop("rule") == int(group.rule[0])
    assert expected.pop("base") == format_minor(int(group.base[0]), currency)
    assert expected == {name: format_minor(int(found[names.get(name, name)][0]), currency) for name in expected}


@each("commission")
def test_commission_by_the_model(v: dict[str, Any]) -> None:
    """The same by the plugins' model, from the same document."""
    terms = model_contract.read(CONTRACTS[v["contract"]])
    decimals = model_money.decimals_of(terms.currency)
    day = date(2025, 1, 31)
    case = Case("ALFA", terms.currency, day - timedelta(days=v["age_days"]))
    case.owed = owed(v)
    case.placed_amount = model_money.minor(v["placed_amount"], decimals)
    case.collected_to_date = model_money.minor(v["collected_to_date"], decimals)
    case.advance, case.lost = (model_money.minor(v[name], decimals) for name in ("advance", "advance_lost"))
    for name in ("stage", "asset_type", "level"):
        case.classify(day, name, v[name])
    made = case.payment(terms, v["source"], day, model_money.minor(v["amount"], decimals))
    figures = {
        **made.put,
        "left": made.overpaid,
        "repaid": made.repaid,
        "repaid_lost": made.repaid_lost,
        "base": made.base,
        "commission": made.fee.commission,
        "vat": made.fee.vat,
    }
    assert {name: model_money.printed(f, decimals) for name, f in figures.items()} | {"rule": made.rule} == v[
        "expected"
    ]


@each("vat")
def test_vat(v: dict[str, Any]) -> None:
    """Commission and VAT of a flat rate, by the engine and by the model."""
    currency = v["currency"]
    base = parse_minor(v["base"], currency)
    bounds = [parse_minor(v[name], currency) if name in v else None for name in ("minimum", "maximum")]
    rule = CommissionRule((), (), (), (), "", "whole", (Tier(None, parse_rate(v["commission_rate"])),), *bounds)
    order = ("court_costs", "interest", "fees", "principal")
    terms = Terms(
        "ALFA",
        currency,
        date(2025, 1, 1),
        "net",
        0,
        order,
        BUCKETS,
        v["vat"],
        parse_rate(v["vat_rate"]),
        (),
        "T",
        (rule,),
    )
    basis = Basis("paa", column(base), column(0), column(0), column(0), words(""), words(""), words(""))
    made = fee(terms, basis)
    read = model_contract.read(terms.document())
    by_model = model_commission.charged(read, read.rules[0], base, model_commission.Measures(0, 0, base, 0))
    assert (int(made.commission[0]), int(made.vat[0])) == by_model
    assert v["expected"] == {name: format_minor(getattr(by_model, name), currency) for name in ("commission", "vat")}


# --- interest ------------------------------------------------------------------------------------


@each("interest")
def test_interest(v: dict[str, Any]) -> None:
    """What is to be accrued, by the engine; the generator asks the model."""
    currency = v["currency"]
    since, through = date.fromisoformat(v["since"]), date.fromisoformat(v["through"])
    principal = [(date.fromisoformat(day), parse_minor(text, currency)) for day, text in v["principal"]]
    rates = [(date.fromisoformat(day), text) for day, text in v["rates"]]
    steps = [interest.Step(*step) for step in principal]
    percents = [interest.Step(day, parse_rate(text)) for day, text in rates]
    whole = interest.accrued(steps, percents, since, through, interest.day_count(v["day_count"]))
    before, there = parse_minor(v["accrued"], currency), parse_minor(v["outstanding"], currency)
    by_model = Interest(principal, [(day, Fraction(text)) for day, text in rates], v["day_count"])
    assert interest.to_accrue(whole, before, there) == by_model.to_accrue(since, through, before, there)
    assert format_minor(interest.to_accrue(whole, before, there), currency) == v["expected"]
