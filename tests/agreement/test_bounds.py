"""Engine and model at the bounds: amounts just below 10^12 minor units, rates of six decimals, 0, 2 and 3 decimals."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.agreement import world
from tests.agreement.sides import Sides

DAY = date(2025, 1, 10)
MOST = 10**12 - 1
AWKWARD = world.Choice(rules=0, waterfall=0, base=0, vat="exclusive", vat_rate="0.190001", minimum=0)
"""Rates of 12.3456 % and 19.0001 %, whole tiers by age with a maximum."""

MARGINAL = world.Choice(rules=1, waterfall=1, base=1, vat="inclusive", vat_rate="0.190001", minimum=0)


def sides_of(*versions: world.Choice) -> Sides:
    """Both sides, all contracts alike."""
    first, second = versions
    sides = Sides("agency", dict.fromkeys(world.CLIENTS, (first, second)))
    sides.reconcile(DAY)  # the first command posts the opening balances
    return sides


def place(sides: Sides, client: str, minor: int, case: str = "K001") -> bool:
    """A debt of one bucket."""
    principal = world.money(minor, world.CLIENTS[client][0])
    return sides.place([{"client": client, "case": case, "placed_on": "2025-01-02", "principal": principal}], DAY)


def event(sides: Sides, name: str, client: str, minor: int, **more: str) -> bool:
    """One event of an amount on the case."""
    amount = world.money(minor, world.CLIENTS[client][0])
    return sides.events([{"event": name, "date": DAY.isoformat(), "case": "K001", "amount": amount, **more}], DAY)


@pytest.mark.parametrize("client", ["NET", "NIPPON", "KUWAIT"])
@pytest.mark.parametrize("versions", [(AWKWARD, MARGINAL), (MARGINAL, AWKWARD)])
def test_the_largest_amounts_are_exact(client: str, versions: tuple[world.Choice, world.Choice]) -> None:
    """Placed, forwarded in part, received, overpaid, returned and remitted: the same figures to the last unit."""
    sides = sides_of(*versions)
    bank = world.CLIENTS[client][2]
    assert place(sides, client, MOST)
    assert event(sides, "forwarder_receipt", client, 333_333_333_333, bank=bank, forwarder="LAW", kept="7")
    assert event(sides, "direct_payment", client, 1)
    assert event(sides, "receipt", client, MOST, bank=bank)
    assert sides.remit(DAY, DAY, "")
    later = DAY + timedelta(days=1)
    back = world.money(MOST, world.CLIENTS[client][0])
    assert sides.events(
        [{"event": "returned_payment", "date": later.isoformat(), "case": "K001", "amount": back}], later
    )
    sides.finish(later)


@pytest.mark.parametrize("client", ["NET", "NIPPON", "KUWAIT"])
def test_what_is_larger_is_refused(client: str) -> None:
    """A unit more is refused on both sides, in a row and in a sum."""
    sides = sides_of(AWKWARD, AWKWARD)
    bank = world.CLIENTS[client][2]
    assert not place(sides, client, MOST + 1)
    assert place(sides, client, MOST)
    assert not event(sides, "receipt", client, MOST + 1, bank=bank)
    assert event(sides, "receipt", client, MOST, bank=bank)
    assert place(sides, client, MOST, "K002")
    amount = world.money(MOST, world.CLIENTS[client][0])
    more = {"event": "receipt", "date": DAY.isoformat(), "case": "K002", "amount": amount, "bank": bank}
    assert sides.events([more], DAY)
    assert not sides.remit(DAY, DAY, client)
    sides.finish(DAY)
