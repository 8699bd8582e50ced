"""The legs of a payment, with the figures of the worked two months reckoned by hand (DOMAIN §3)."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from plugins.model import contract, posting
from plugins.model.case import Case
from plugins.model.posting import IN, OUT, Way
from tests.plugins.model_terms import document, rule

if TYPE_CHECKING:
    from plugins.model.posting import Leg

DAY = dt.date(2025, 1, 10)
ALFA = contract.read(document(rule("0.35", source=["forwarded"]), rule("0.25")))
BETA = contract.read(document(rule("0.20"), client="BETA", remittance="gross"))

OUTSTANDING = "Equity:Memo:Outstanding"
PAYABLE, HELD = "Liabilities:Trust:ClientPayable", "Liabilities:Trust:ClientHeld"


def case_of(client: str, **owed: int) -> Case:
    """A case of a client that owes some buckets, in whole yuan."""
    case = Case(client, "CNY", DAY)
    case.owed.update({bucket: amount * 100 for bucket, amount in owed.items()})
    return case


def yuan(legs: dict[Leg, int]) -> dict[str, int]:
    """The legs that are not zero, in whole yuan, by account and movement."""
    assert all(amount % 100 == 0 for amount in legs.values())
    return {" ".join(leg).rstrip(): amount // 100 for leg, amount in legs.items() if amount}


def test_receipt_with_a_recovered_cost() -> None:
    """3300 = 300 costs of the agency's, 1000 interest, 2000 principal; 25 % of 3000 and 6 % on it are 795."""
    case = case_of("ALFA", principal=10000, interest=1000, court_costs=300)
    case.advance = 30000
    way = Way("ALFA", posting.PAA, ALFA.remittance)
    legs = posting.received(way, case.payment(ALFA, "paa", DAY, 330000), on_hold=False)
    assert yuan(legs) == {
        f"{PAYABLE}:ALFA {IN}": -3300,
        f"{PAYABLE}:ALFA {OUT}": 1095,
        "Liabilities:Trust:UndrawnFees": -1095,
        "Assets:Operating:DueFromTrust": 1095,
        "Income:Commission:ALFA:PAA": -750,
        "Liabilities:Operating:OutputVAT": -45,
        "Assets:Operating:CostsAdvanced:ALFA": -300,
        "Equity:Memo:CollectedPAA:ALFA": 3300,
        f"{OUTSTANDING}:ALFA:CourtCosts": -300,
        f"{OUTSTANDING}:ALFA:Interest": -1000,
        f"{OUTSTANDING}:ALFA:Principal": -2000,
    }


def test_direct_payment() -> None:
    """1000 paid to the client: 250 and 15 of tax become a receivable, in net remittance too."""
    payment = case_of("ALFA", principal=5000).payment(ALFA, "pdc", DAY, 100000)
    assert yuan(posting.direct(Way("ALFA", posting.PDC, ALFA.remittance), payment)) == {
        "Assets:Operating:Receivable:Client:ALFA": 265,
        "Income:Commission:ALFA:PDC": -250,
        "Liabilities:Operating:OutputVAT": -15,
        "Equity:Memo:CollectedPDC:ALFA": 1000,
        f"{OUTSTANDING}:ALFA:Principal": -1000,
    }


def test_forwarders_receipt() -> None:
    """2000, of which the forwarder kept 400: 742 of fee at 35 %, of which 342 are still to be drawn."""
    payment = case_of("ALFA", principal=8000).payment(ALFA, "forwarded", DAY, 200000)
    way = Way("ALFA", posting.FORWARDED, ALFA.remittance, kept=40000)
    assert payment.rule == 0
    assert yuan(posting.received(way, payment, on_hold=False)) == {
        f"{PAYABLE}:ALFA {IN}": -2000,
        f"{PAYABLE}:ALFA {OUT}": 742,
        "Liabilities:Trust:UndrawnFees": -342,
        "Assets:Operating:DueFromTrust": 342,
        "Income:Commission:ALFA:Forwarded": -700,
        "Liabilities:Operating:OutputVAT": -42,
        "Equity:Memo:CollectedPAA:ALFA": 2000,
        f"{OUTSTANDING}:ALFA:Principal": -2000,
    }


def test_gross_remittance_and_overpayment() -> None:
    """6100 on 6000 owed: 100 are the debtor's; BETA gets all and is invoiced for 20 % and tax, 1272."""
    payment = case_of("BETA", principal=6000).payment(BETA, "paa", DAY, 610000)
    assert yuan(posting.received(Way("BETA", posting.PAA, BETA.remittance), payment, on_hold=False)) == {
        f"{PAYABLE}:BETA {IN}": -6000,
        "Liabilities:Trust:DebtorRefund": -100,
        "Assets:Operating:Receivable:Client:BETA": 1272,
        "Income:Commission:BETA:PAA": -1200,
        "Liabilities:Operating:OutputVAT": -72,
        "Equity:Memo:CollectedPAA:BETA": 6000,
        f"{OUTSTANDING}:BETA:Principal": -6000,
    }


def test_settlement() -> None:
    """3200 of 4000 are paid and 800 waived: 800 and 48 of fee, and nothing is left."""
    case = case_of("ALFA", principal=4000)
    payment = case.payment(ALFA, "paa", DAY, 320000)
    legs = yuan(posting.received(Way("ALFA", posting.PAA, ALFA.remittance), payment, on_hold=False))
    assert legs[f"{PAYABLE}:ALFA {OUT}"] == 848
    assert legs["Income:Commission:ALFA:PAA"] == -800
    case.owed["principal"] -= payment.put["principal"]
    waived = posting.off_buckets("ALFA", case.given_up(ALFA.waterfall, 80000))
    assert yuan(waived) == {f"{OUTSTANDING}:ALFA:Principal": -800}


def test_hold_and_clearing() -> None:
    """On hold the money is credited gross and earns nothing; cleared it moves, with the fee and the cost."""
    case = case_of("ALFA", principal=1000, court_costs=100)
    case.advance = 10000
    payment = case.payment(ALFA, "paa", DAY, 50000)
    way = Way("ALFA", posting.PAA, ALFA.remittance)
    assert yuan(posting.received(way, payment, on_hold=True)) == {
        f"{HELD}:ALFA": -500,
        "Equity:Memo:CollectedPAA:ALFA": 500,
        f"{OUTSTANDING}:ALFA:CourtCosts": -100,
        f"{OUTSTANDING}:ALFA:Principal": -400,
    }
    assert yuan(posting.cleared(way, payment)) == {
        f"{HELD}:ALFA": 500,
        f"{PAYABLE}:ALFA {IN}": -500,
        f"{PAYABLE}:ALFA {OUT}": 206,
        "Liabilities:Trust:UndrawnFees": -206,
        "Assets:Operating:DueFromTrust": 206,
        "Income:Commission:ALFA:PAA": -100,
        "Liabilities:Operating:OutputVAT": -6,
        "Assets:Operating:CostsAdvanced:ALFA": -100,
    }


def test_receipt_in_the_agencys_own_account() -> None:
    """1000 that came into operating by mistake: the trust is owed it, less the fee of 265."""
    payment = case_of("ALFA", principal=5000).payment(ALFA, "paa", DAY, 100000)
    way = Way("ALFA", posting.PAA, ALFA.remittance, astray=100000)
    legs = yuan(posting.received(way, payment, on_hold=False))
    assert legs["Liabilities:Trust:UndrawnFees"] == 1000 - 265
    assert legs["Assets:Operating:DueFromTrust"] == 265 - 1000
    assert legs[f"{PAYABLE}:ALFA {IN}"] == -1000


@pytest.mark.parametrize(
    ("source", "mode", "invoiced"),
    [
        ("paa", "net", False),
        ("paa", "combined", False),
        ("paa", "gross", True),
        ("pdc", "net", True),
        ("pdc", "combined", True),
        ("pdc", "gross", True),
        ("forwarded", "net", False),
        ("forwarded", "combined", False),
        ("forwarded", "gross", False),
    ],
)
def test_remittance_modes(source: str, mode: str, invoiced: bool) -> None:
    """Gross invoices what came to us; a direct payment is always invoiced; a forwarder's is withheld in every mode."""
    assert Way("ALFA", source, mode).invoiced is invoiced


@pytest.mark.parametrize("source", ["paa", "pdc", "forwarded"])
@pytest.mark.parametrize("mode", ["net", "combined", "gross"])
def test_funds_balance(source: str, mode: str) -> None:
    """With its money, each fund of a payment sums to zero: nobody's money pays for another's."""
    case = case_of("ALFA", principal=5000, court_costs=500)
    case.advance, case.lost = 20000, 10000
    amount, kept = 612345, 12345 if source == "forwarded" else 0
    payment = case.payment(ALFA, source, DAY, amount if source != "pdc" else 512345)
    way = Way("ALFA", source, mode, kept=kept)
    legs = posting.direct(way, payment) if source == "pdc" else posting.received(way, payment, on_hold=False)
    sums = {"Trust": 0, "Operating": kept, "Memo": 0}
    if source != "pdc":
        sums["Trust"] = amount - kept
    for (account, _), moved in legs.items():
        second = account.split(":")[1]
        sums[second if second in {"Trust", "Memo"} else "Operating"] += moved
    assert sums == {"Trust": 0, "Operating": 0, "Memo": 0}
