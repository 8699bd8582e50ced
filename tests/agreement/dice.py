"""What the steps of a random history are drawn from: one seed a step."""

from __future__ import annotations

import functools
from collections.abc import Callable
from random import Random
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests.agreement import world

BUCKETS = ("principal", "interest", "fees", "court_costs")
METHODS = ("", "", "transfer", "check", "card")
MONEY = ("receipt", "receipt", "receipt", "asset_sale", "direct_payment", "direct_payment", "forwarder_receipt")
DEBT = (
    *("cost_advanced", "cost_advanced", "interest_accrual", "placement_adjustment", "judgment", "case_change"),
    *("cost_billed", "cost_write_off", "settlement", "write_off", "recall", "close_return", "collector_commission"),
)
AT_A_DESK = ("reconcile", "invoice_final", "accrue", "accrue", "close", "close")
OF_CLIENT = ("cost_deposit", "cost_deposit", "client_payment", "client_payment", "client_credit")
OF_AGENCY = (
    *("bank_charge", "trust_interest", "forwarder_share", "forwarder_share", "operating_entry", "vat_paid"),
    *("collector_paid", "trust_transfer", "trust_transfer", "returned_unknown"),
)


Dice = Random
Draw = Callable[[Dice], Any]


def one_of(*values: Any) -> Draw:  # noqa: ANN401 - whatever a step takes
    """One of some values."""
    return lambda dice: dice.choice(values)


def any_size(dice: Dice) -> int:
    """An amount: small, middling or large."""
    return dice.randint(1, dice.choice((300, 90_000, 900_000)))


def any_pick(dice: Dice) -> int:
    """Which one of whatever there is."""
    return dice.randrange(2**30)


def any_share(dice: Dice) -> int:
    """Per cent of what is there; more than all of it at times."""
    return dice.randint(1, 130)


def several(dice: Dice) -> list[tuple[int, int, int, str]]:
    """What one to four lines of a statement are made of."""
    return [(any_pick(dice), any_size(dice), any_pick(dice), dice.choice(METHODS)) for _ in range(dice.randint(1, 4))]


def buckets(dice: Dice) -> list[int]:
    """A debt: some of its buckets may be empty."""
    return [dice.randrange(1, 300_000), *(dice.choice((0, dice.randrange(300_000))) for _ in BUCKETS[1:])]


def choice(dice: Dice) -> world.Choice:
    """What one contract version says."""
    return world.Choice(
        rules=dice.randrange(len(world.RULES)),
        waterfall=dice.randrange(len(world.WATERFALLS)),
        base=dice.randrange(len(world.BASES)),
        vat=dice.choice(("exclusive", "inclusive", "none")),
        vat_rate=dice.choice(("0.06", "0.190001", "0")),
        minimum=dice.choice((0, 0, 5_000, 60_000)),
    )


days_ago = one_of(0, 0, 0, 0, 1, 3, 9, 40)
"""How many days ago."""


def rows_of_a_file(dice: Dice) -> list[tuple[str, int, int, int, int, str]]:
    """What two to five rows of a file are made of; most of them are payments, so that some files are taken."""
    events = (*MONEY, "returned_payment", "returned_payment", "cost_advanced", "settlement", "write_off", "case_change")
    several = range(dice.randint(2, 5))
    return [
        (dice.choice(events), any_pick(dice), any_size(dice), days_ago(dice), any_pick(dice), dice.choice(METHODS))
        for _ in several
    ]


def step(**draws: Draw) -> Callable[[Callable[..., None]], Any]:
    """A rule whose values all come from one seed.

    Drawn one by one, Hypothesis takes the same few values again and again; a seed of 64 bits is another each time.
    """

    def make(method: Callable[..., None]) -> Any:  # noqa: ANN401 - what Hypothesis makes of a rule
        @functools.wraps(method)
        def run(self: object, dice: Dice) -> None:
            method(self, **{name: draw(dice) for name, draw in draws.items()})

        del run.__wrapped__  # type: ignore[attr-defined] - Hypothesis would ask for the values themselves
        return rule(dice=st.randoms(use_true_random=True))(run)

    return make
