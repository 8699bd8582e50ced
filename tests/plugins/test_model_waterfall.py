"""The waterfall, forwards and back (DOMAIN §4, "Waterfall")."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from plugins.model import waterfall
from plugins.model.contract import BUCKETS

ORDER = ("court_costs", "interest", "fees", "principal")
OWED = {"principal": 1000000, "interest": 100000, "fees": 0, "court_costs": 30000}

AMOUNTS = st.integers(0, 10**6)
CASES = st.fixed_dictionaries(dict.fromkeys(BUCKETS, AMOUNTS))
ORDERS = st.permutations(BUCKETS)


def test_spread() -> None:
    """3300.00 on 300.00 of costs, 1000.00 of interest and 10000.00 of principal: costs, interest, 2000.00 principal."""
    put = waterfall.spread(330000, ORDER, OWED)
    assert put == {"court_costs": 30000, "interest": 100000, "fees": 0, "principal": 200000}


def test_bucket_that_the_contract_does_not_list() -> None:
    """Nothing is put on a bucket that the contract's list leaves out."""
    assert waterfall.spread(330000, ["principal"], OWED) == {"principal": 330000}


@given(AMOUNTS, ORDERS, CASES)
def test_spread_fills_in_order(amount: int, order: list[str], owed: dict[str, int]) -> None:
    """All of an amount is put up to what is owed, and a bucket gets something only when those before it are full."""
    put = waterfall.spread(amount, order, owed)
    assert sum(put.values()) == min(amount, sum(owed.values()))
    for before, after in itertools.pairwise(order):
        assert put[before] == owed[before] or put[after] == 0


def test_back() -> None:
    """A waiver takes principal first, where the receipts take it last."""
    taken = waterfall.spread_back(1010000, ORDER, OWED, 0)
    assert taken == {"principal": 1000000, "fees": 0, "interest": 10000, "court_costs": 0}


def test_back_takes_the_agencys_costs_last() -> None:
    """Of 300.00 court costs the agency advanced 100.00: they come after all else, the client's in their place."""
    order = ("principal", "court_costs", "interest", "fees")
    assert waterfall.spread_back(1000, order, {**OWED, "fees": 1000}, 10000)["fees"] == 1000
    taken = waterfall.spread_back(125000, order, OWED, 10000)
    assert taken == {"fees": 0, "interest": 100000, "court_costs": 20000, "principal": 5000}
    nearly_all = waterfall.spread_back(1129999, order, OWED, 10000)
    assert nearly_all == {"fees": 0, "interest": 100000, "court_costs": 29999, "principal": 1000000}


@given(AMOUNTS, ORDERS, CASES, AMOUNTS)
def test_back_leaves_the_agencys_costs(amount: int, order: list[str], owed: dict[str, int], advanced: int) -> None:
    """All of an amount is taken up to what is owed; the agency's costs only once nothing else is left."""
    taken = waterfall.spread_back(amount, order, owed, advanced)
    total = sum(owed.values())
    assert sum(taken.values()) == min(amount, total)
    assert all(0 <= taken[bucket] <= owed[bucket] for bucket in BUCKETS)
    agencys = min(advanced, owed["court_costs"])
    assert owed["court_costs"] - taken["court_costs"] >= min(agencys, total - min(amount, total))


@given(AMOUNTS, ORDERS, CASES)
def test_back_is_the_reverse(amount: int, order: list[str], owed: dict[str, int]) -> None:
    """Without costs of the agency's it is the waterfall of the reversed order."""
    assert waterfall.spread_back(amount, order, owed, 0) == waterfall.spread(amount, order[::-1], owed)
