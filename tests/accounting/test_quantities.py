"""What each event on a case comes to, from one case's figures worked by hand (DOMAIN §3, §4)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from ledger_core.accounting.columns import ALL_OUTSTANDING, Group
from ledger_core.accounting.money import AMOUNT_LIMIT
from ledger_core.accounting.quantities import EVENTS, HELD_EVENTS, NEVER_AUTOMATIC, WITH_FEE
from ledger_core.accounting.terms import BUCKETS, CommissionRule, Tier
from tests.accounting.test_events import NET

FLAT = CommissionRule((), (), (), (), "", "whole", (Tier(None, 200_000),))
TERMS = replace(NET, vat_rate=100_000, commission=(FLAT,))
"""20 % of all but court costs, and a tenth of that as VAT."""

NAMES = """
placement placement_adjustment interest_accrual judgment case_change cost_advanced cost_billed cost_write_off
receipt asset_sale identified direct_payment forwarder_receipt settlement write_off recall close_return
"""

OWED = (10_000, 1_000, 500, 300)
"""100.00 principal, 10.00 interest, 5.00 fees, 3.00 court costs."""


def column(*values: int) -> np.ndarray:
    """A column of numbers."""
    return np.array(values, dtype=np.int64)


def texts(*values: str) -> np.ndarray:
    """A column of texts."""
    return np.array(values, dtype=object)


def group(amount: int = 0, *, owed: tuple[int, ...] = OWED, advance: int = 0, lost: int = 0, **more: Any) -> Group:  # noqa: ANN401
    """One event on one case."""
    made = Group(
        terms=TERMS,
        held=False,
        astray=False,
        deposit=False,
        amount=column(amount),
        kept=column(0),
        bucket=column(-1),
        buckets=np.zeros((1, 4), dtype=np.int64),
        outstanding=np.array([owed], dtype=np.int64),
        advance=column(advance),
        advance_loss=column(lost),
        collected=column(0),
        placed_amount=column(sum(OWED)),
        age_days=column(10),
        stage=texts(""),
        asset_type=texts(""),
        level=texts(""),
        finished_by=texts(""),
        base=column(0),
        rule=column(-1),
        excess=column(0),
    )
    return replace(made, **more)


def done(event: str, made: Group) -> dict[str, int]:
    """The quantities of the event that are not zero; it must not be refused."""
    found = {name: int(values[0]) for name, values in EVENTS[event](made).items()}
    assert not made.problems, made.problems
    return {name: value for name, value in found.items() if value}


def refused(event: str, made: Group) -> str:
    """The code of its refusal."""
    EVENTS[event](made)
    ((code, message),) = made.problems.values()
    assert message
    return code


def buckets(*values: int) -> Any:  # noqa: ANN401 - what a placement brings
    """Four buckets."""
    return np.array([values], dtype=np.int64)


def test_the_vocabulary() -> None:
    """Every event on a case is known; which of them wait, which cost a fee, and what leaves a case to a person."""
    assert EVENTS.keys() == set(NAMES.split())
    assert set(HELD_EVENTS) == {"receipt", "asset_sale", "identified"}
    assert set(WITH_FEE) - set(HELD_EVENTS) == {"direct_payment", "forwarder_receipt"}
    assert set(NEVER_AUTOMATIC) == {"recall", "close_return", "placement_adjustment", "judgment", "write_off"}


def test_a_placement() -> None:
    """All four buckets against their sum; nothing at all, or 10^12 in all, is none."""
    assert done("placement", group(buckets=buckets(1, 2, 3, 4))) == {
        **dict(zip(BUCKETS, (1, 2, 3, 4), strict=True)),
        "amount": 10,
    }
    assert refused("placement", group(buckets=buckets(0, 0, 0, 0))) == "AMOUNT_SIGN"
    assert done("placement", group(buckets=buckets(0, 0, 0, 1)))["amount"] == 1
    most = AMOUNT_LIMIT - 1
    assert done("placement", group(buckets=buckets(most, 0, 0, 0)))["amount"] == most
    assert refused("placement", group(buckets=buckets(most, 1, 0, 0))) == "AMOUNT_LIMIT"


def test_a_cost() -> None:
    """Of the agency's own money, or out of the client's deposit."""
    assert done("cost_advanced", group(700)) == {"amount": 700, "own": 700}
    assert done("cost_advanced", group(700, deposit=True)) == {"amount": 700, "deposit": 700}


@pytest.mark.parametrize("event", ["cost_billed", "cost_write_off"])
def test_an_advance_billed_or_given_up(event: str) -> None:
    """All that is open, or a part of it; never more, and nothing where nothing is open."""
    assert done(event, group(ALL_OUTSTANDING, advance=700)) == {"amount": 700}
    assert done(event, group(700, advance=700)) == {"amount": 700}
    assert done(event, group(1, advance=1)) == {"amount": 1}
    assert refused(event, group(701, advance=700)) == "ADVANCE_BEYOND"
    assert refused(event, group(ALL_OUTSTANDING)) == "ADVANCE_BEYOND"


def test_interest_and_its_correction() -> None:
    """A correction takes no more than the interest outstanding."""
    assert done("interest_accrual", group(25)) == {"amount": 25}
    assert done("interest_accrual", group(-1_000)) == {"amount": -1_000}
    assert refused("interest_accrual", group(-1_001)) == "BEYOND_OUTSTANDING"


def test_an_adjustment_of_one_bucket() -> None:
    """Up or down, to nothing at most."""
    assert done("placement_adjustment", group(40, bucket=column(2))) == {"fees": 40, "amount": 40}
    assert done("placement_adjustment", group(-500, bucket=column(2))) == {"fees": -500, "amount": -500}
    assert refused("placement_adjustment", group(-501, bucket=column(2))) == "BEYOND_OUTSTANDING"


def test_a_judgment() -> None:
    """Each bucket moves to its new balance, of which one at least is left."""
    made = done("judgment", group(buckets=buckets(9_000, 1_000, 0, 800)))
    assert made == {"principal": -1_000, "fees": -500, "court_costs": 500, "amount": -1_000}
    assert done("judgment", group(buckets=buckets(0, 0, 0, 1)))["amount"] == 1 - sum(OWED)
    assert refused("judgment", group(buckets=buckets(0, 0, 0, 0))) == "AMOUNT_SIGN"


def test_a_change_moves_nothing() -> None:
    """It is dated, and posts nothing."""
    assert done("case_change", group()) == {}


def test_a_receipt_withheld() -> None:
    """50.00: 3.00 costs (2.00 advanced, 0.40 of it lost), 10.00, 5.00, 32.00; 20 % of 47.60 is 9.52, VAT 0.95."""
    made = group(5_000, advance=160, lost=40)
    assert done("receipt", made) == {
        "principal": 3_200,
        "interest": 1_000,
        "fees": 500,
        "court_costs": 300,
        "amount": 5_000,
        "gross": 5_000,
        "commission": 940,
        "vat": 94,
        "recovered": 160,
        "recovered_loss": 40,
        "earned": 1_234,
        "received": 5_000,
        "good": 5_000,
        "withheld": 1_234,
    }
    assert (made.base.tolist(), made.rule.tolist(), made.fixed) == ([4_700], [0], {})


def test_a_receipt_invoiced_with_costs_in_the_base() -> None:
    """Court costs earn a fee where the contract says so, but for what repays the agency."""
    terms = replace(TERMS, remittance="gross", commission_on=BUCKETS)
    made = group(300, advance=100, lost=50, terms=terms)
    assert done("receipt", made) == {
        "court_costs": 300,
        "amount": 300,
        "gross": 300,
        "commission": 30,
        "vat": 3,
        "recovered": 100,
        "recovered_loss": 50,
        "earned": 183,
        "received": 300,
        "good": 300,
        "invoiced": 183,
    }
    assert made.base.tolist() == [150]


def test_a_receipt_on_hold_fixes_its_fee() -> None:
    """Nothing is earned yet; what will be is kept with it."""
    made = group(1_300, held=True, advance=300)
    assert done("receipt", made) == {
        "interest": 1_000,
        "court_costs": 300,
        "amount": 1_300,
        "gross": 1_300,
        "received": 1_300,
        "held": 1_300,
    }
    assert {name: int(values[0]) for name, values in made.fixed.items()} == {
        "commission": 200,
        "vat": 20,
        "recovered": 300,
        "recovered_loss": 0,
    }


def test_a_receipt_astray_and_overpaid() -> None:
    """In operating by mistake; what is beyond the balance is the debtor's."""
    made = done("receipt", group(12_000, astray=True))
    assert made["astray"] == 12_000
    assert "received" not in made
    assert (made["gross"], made["good"], made["overpaid"]) == (11_800, 11_800, 200)


@pytest.mark.parametrize("event", ["receipt", "identified", "asset_sale", "forwarder_receipt"])
@pytest.mark.parametrize("finished", NEVER_AUTOMATIC)
def test_no_money_goes_to_a_closed_case_by_itself(event: str, finished: str) -> None:
    """A person decides; on a case that was paid or settled it is all overpayment."""
    assert refused(event, group(100, owed=(0, 0, 0, 0), finished_by=texts(finished))) == "CASE_FINISHED"
    paid = done(event, group(100, owed=(0, 0, 0, 0), finished_by=texts("receipt")))
    assert paid["overpaid"] == 100
    assert "gross" not in paid


def test_a_direct_payment() -> None:
    """Invoiced in every mode; what is beyond the balance is only noted."""
    made = group(12_000)
    quantities = done("direct_payment", made)
    assert (quantities["gross"], quantities["invoiced"], made.excess.tolist()) == (11_800, 2_530, [200])
    assert quantities["commission"] + quantities["vat"] == 2_300 + 230


def test_a_forwarders_receipt() -> None:
    """It keeps its part of what came, at most all; our fee is withheld less that part."""
    made = done("forwarder_receipt", group(1_300, kept=column(100)))
    assert (made["received"], made["kept"], made["withheld"], made["withheld_net"]) == (1_200, 100, 220, 120)
    assert done("forwarder_receipt", group(1_300, kept=column(1_300)))["kept"] == 1_300
    assert refused("forwarder_receipt", group(1_300, kept=column(1_301))) == "KEPT_BEYOND"


@pytest.mark.parametrize("event", ["settlement", "write_off", "recall", "close_return"])
def test_what_is_given_up(event: str) -> None:
    """All, a part in the reverse order with the agency's costs last, or of one bucket."""
    assert done(event, group(ALL_OUTSTANDING))["amount"] == 11_800
    part = done(event, group(11_700, advance=160, lost=40))
    assert part == {"principal": 10_000, "fees": 500, "interest": 1_000, "court_costs": 200, "amount": 11_700}
    one = done(event, group(ALL_OUTSTANDING, bucket=column(1)))
    assert one == {"interest": 1_000, "amount": 1_000}
    assert done(event, group(11_800))["amount"] == 11_800
    assert refused(event, group(11_801)) == "BEYOND_OUTSTANDING"
    assert refused(event, group(1_001, bucket=column(1))) == "BEYOND_OUTSTANDING"
    assert refused(event, group(ALL_OUTSTANDING, owed=(0, 0, 0, 0))) == "NOTHING_OUTSTANDING"
