"""One case's payments, advances, classes and status (DOMAIN §4)."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.model import case as cases
from plugins.model import contract
from plugins.model.case import Case
from plugins.model.contract import BUCKETS
from tests.plugins.model_terms import document, rule, tiers

if TYPE_CHECKING:
    from plugins.model.contract import Terms

DAY = dt.date(2025, 1, 10)


def terms_of(*rules: dict[str, object], **changes: object) -> Terms:
    """A contract version of ALFA's."""
    return contract.read(document(*rules, **changes))


def case_of(age_from: dt.date = DAY, **owed: int) -> Case:
    """A case of ALFA's that owes some buckets."""
    case = Case("ALFA", "CNY", age_from, sum(owed.values()))
    case.owed.update(owed)
    return case


def test_advance_is_repaid_before_the_clients_costs() -> None:
    """Of 500.00 court costs the agency advanced 300.00: the first 300.00 repay it and earn nothing."""
    case = case_of(court_costs=50000, principal=100000)
    case.advance = 30000
    terms = terms_of(commission_on=list(BUCKETS), vat="none")
    first = case.payment(terms, "paa", DAY, 20000)
    assert (first.repaid, first.base, first.fee.total) == (20000, 0, 0)
    second = case.payment(terms, "paa", DAY, 40000)
    assert (second.repaid, second.base, second.fee.total) == (30000, 10000, 2500)
    assert second.put == {"court_costs": 40000, "interest": 0, "fees": 0, "principal": 0}


def test_written_off_advance_comes_after_the_open_one() -> None:
    """What was written off of the advance is repaid next, to the expense; only the rest is the client's."""
    case = case_of(court_costs=50000)
    case.advance, case.lost = 10000, 15000
    payment = case.payment(terms_of(), "paa", DAY, 30000)
    assert (payment.repaid, payment.repaid_lost, payment.recovered) == (10000, 15000, 25000)


def test_advance_is_repaid_by_court_costs_alone() -> None:
    """No more repays the advance than was put on court costs, though more was paid and advanced."""
    case = case_of(court_costs=1000, principal=100000)
    case.advance = 30000
    payment = case.payment(terms_of(), "paa", DAY, 50000)
    assert (payment.repaid, payment.base) == (1000, 49000)


@pytest.mark.parametrize(
    ("commission_on", "base"),
    [(["principal"], 2000), (["interest", "fees"], 1500), (["court_costs"], 400), (["principal", "court_costs"], 2400)],
)
def test_base(commission_on: list[str], base: int) -> None:
    """The base is what was put on the contract's buckets, less what repays the agency's advance."""
    case = case_of(court_costs=1000, interest=1000, fees=500, principal=9000)
    case.advance = 600
    assert case.payment(terms_of(commission_on=commission_on), "paa", DAY, 4500).base == base


def test_overpayment() -> None:
    """What exceeds the balance is overpaid, and earns nothing."""
    payment = case_of(principal=600000).payment(terms_of(rule("0.2")), "paa", DAY, 610000)
    assert (payment.gross, payment.overpaid, payment.fee) == (600000, 10000, (120000, 7200))


def test_age_counts_from_delinquency() -> None:
    """The effective date less the delinquency date: the 91st day is of the second tier."""
    terms = terms_of(rule(by="age_days", tiers=tiers((90, "0.1"), (None, "0.2"))), vat="none")
    case = case_of(dt.date(2024, 10, 12), principal=100000)
    assert case.payment(terms, "paa", DAY, 1000).fee.total == 100
    assert case.payment(terms, "paa", DAY + dt.timedelta(1), 1000).fee.total == 200


def test_measures_are_the_cases() -> None:
    """Placed amount and what was collected before choose the tier; what is placed does not change with the balance."""
    choice = tiers(("100.00", "0.1"), (None, "0.2"))
    case = case_of(principal=20000)
    case.owed["principal"] = 5000
    by_placed = terms_of(rule(by="placed_amount", tiers=choice), vat="none")
    assert case.payment(by_placed, "paa", DAY, 1000).fee.total == 200
    by_collected = terms_of(rule(by="collected_to_date", mode="marginal", tiers=choice), vat="none")
    case.collected_to_date = 9500
    assert case.payment(by_collected, "paa", DAY, 1000).fee.total == 50 + 100


def test_classes_are_those_of_the_day() -> None:
    """Stage, asset type and level are what they were on the effective date, the last word on a day ruling."""
    case = case_of(principal=10000)
    assert case.class_at(DAY, "stage") == ""
    case.classify(DAY, "stage", "soft")
    case.classify(DAY + dt.timedelta(5), "stage", "legal")
    case.classify(DAY + dt.timedelta(5), "stage", "court")
    case.classify(DAY, "level", "A")
    days = [DAY + dt.timedelta(days) for days in (-3, 0, 4, 5, 9)]
    assert [case.class_at(day, "stage") for day in days] == ["", "soft", "soft", "court", "court"]
    case.classify(DAY + dt.timedelta(2), "stage", "late word")
    assert case.class_at(days[2], "stage") == "late word"
    assert case.class_at(days[3], "stage") == "court"


def test_rule_by_class_and_source() -> None:
    """The conditions are held against the case's classes and the payment's source."""
    terms = terms_of(rule("0.4", stage=["legal"], source=["pdc"]), rule("0.3", asset_type=["card"]), rule("0.2"))
    case = case_of(principal=10000)
    case.classify(DAY, "stage", "legal")
    assert [case.payment(terms, source, DAY, 100).rule for source in ("pdc", "paa")] == [0, 2]
    case.classify(DAY, "asset_type", "card")
    assert [case.payment(terms, source, DAY, 100).rule for source in ("pdc", "forwarded")] == [0, 1]


@pytest.mark.parametrize(
    ("last", "waived", "status"),
    [
        (cases.PAID, 0, "paid"),
        (cases.PAID, 1, "settled"),
        (cases.RECALLED, 0, "recalled"),
        (cases.RECALLED, 1, "recalled"),
        (cases.WRITTEN_OFF, 0, "written_off"),
    ],
)
def test_status(last: str, waived: int, status: str) -> None:
    """Active while anything is outstanding; else the last event decides, and a waiver makes paid settled."""
    case = case_of(fees=1)
    case.last, case.waived = last, waived
    assert case.status == "active"
    case.owed["fees"] = 0
    assert case.status == status


def test_given_up_of_a_named_bucket() -> None:
    """A waiver that names a bucket takes from it alone, the agency's costs among them."""
    case = case_of(court_costs=1000, principal=5000)
    case.advance = 800
    order = terms_of().waterfall
    assert case.given_up(order, 900, "court_costs") == {"court_costs": 900}
    assert case.given_up(order, 5100)["court_costs"] == 100
    assert case.given_up(order, 5500) == {"principal": 5000, "fees": 0, "interest": 0, "court_costs": 500}


def test_written_off_advance_is_still_the_agencys() -> None:
    """Costs that the agency advanced and wrote off are given up last as well."""
    case = case_of(court_costs=1000, interest=300)
    case.lost = 1000
    order = ("principal", "interest", "court_costs", "fees")
    assert case.given_up(order, 300) == {"fees": 0, "court_costs": 0, "interest": 300, "principal": 0}


AMOUNTS = st.integers(0, 10**7)


@given(st.fixed_dictionaries(dict.fromkeys(BUCKETS, AMOUNTS)), AMOUNTS, AMOUNTS, AMOUNTS, st.integers(1, 10**8))
def test_every_cent_of_a_payment_is_somewhere(
    owed: dict[str, int], advance: int, lost: int, rate: int, amount: int
) -> None:
    """An amount is put on buckets or overpaid; base and recovered cost are parts of it; the fee is within the base."""
    case = case_of(**owed)
    case.advance, case.lost = advance, lost
    terms = terms_of(rule(f"0.{rate:08}"), commission_on=list(BUCKETS))
    payment = case.payment(terms, "paa", DAY, amount)
    assert payment.gross + payment.overpaid == amount
    assert payment.overpaid == max(amount - sum(owed.values()), 0)
    assert payment.base + payment.recovered == payment.gross
    assert payment.recovered == min(payment.put["court_costs"], advance + lost)
    assert payment.repaid_lost == 0 or payment.repaid == advance
    assert payment.fee.total <= payment.base
