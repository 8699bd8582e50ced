"""The waterfall against a loop that takes one cent at a time, and by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ledger_core.accounting.terms import BUCKETS
from ledger_core.accounting.waterfall import allocate, allocate_reverse

if TYPE_CHECKING:
    from collections.abc import Sequence

ORDER = ("court_costs", "interest", "fees", "principal")

owed = st.tuples(*[st.integers(0, 30)] * 4)
orders = st.permutations(BUCKETS)
sums = st.integers(0, 150)


def cent_by_cent(outstanding: Sequence[int], amount: int, order: Sequence[str]) -> tuple[list[int], int]:
    """Each cent goes to the first bucket of the order that still wants it."""
    taken = [0] * 4
    for cent in range(amount):
        wanting = [i for i in map(list(BUCKETS).index, order) if taken[i] < outstanding[i]]
        if not wanting:
            return taken, amount - cent
        taken[wanting[0]] += 1
    return taken, 0


@given(st.lists(st.tuples(owed, sums), min_size=1, max_size=5), orders)
def test_each_bucket_takes_up_to_what_it_has(rows: list[tuple[tuple[int, ...], int]], order: list[str]) -> None:
    """The ordered buckets take what they can; the rest of the receipt is left over."""
    taken, left = allocate(np.array([o for o, _ in rows]), np.array([a for _, a in rows]), order)
    for index, (outstanding, amount) in enumerate(rows):
        assert (taken[index].tolist(), int(left[index])) == cent_by_cent(outstanding, amount, order)


@given(st.lists(st.tuples(owed, st.integers(0, 30), sums), min_size=1, max_size=5), orders)
def test_a_partial_write_off_takes_the_reverse_order(
    rows: list[tuple[tuple[int, ...], int, int]], order: list[str]
) -> None:
    """Last of the waterfall first, but the costs that the agency advanced last of all."""
    court = BUCKETS.index("court_costs")
    taken, left = allocate_reverse(
        np.array([o for o, _, _ in rows]), np.array([a for _, a, _ in rows]), np.array([s for *_, s in rows]), order
    )
    for index, (outstanding, advance, amount) in enumerate(rows):
        own = min(advance, outstanding[court])
        others = [value - own * (i == court) for i, value in enumerate(outstanding)]
        expected, rest = cent_by_cent(others, amount, order[::-1])
        expected[court] += min(own, rest)
        assert (taken[index].tolist(), int(left[index])) == (expected, rest - min(own, rest))


def test_by_hand() -> None:
    """3300 on 300 costs, 1000 interest and 10000 principal: costs, interest, then 2000 of the principal."""
    taken, left = allocate(np.array([[10000, 1000, 0, 300]]), np.array([3300]), ORDER)
    assert dict(zip(BUCKETS, taken[0].tolist(), strict=True)) == {
        "principal": 2000,
        "interest": 1000,
        "fees": 0,
        "court_costs": 300,
    }
    assert left.tolist() == [0]


def test_advanced_costs_are_waived_last() -> None:
    """Of 500 court costs 200 are the agency's: a waiver of 1300 leaves just those, one of 1400 takes 100 of them."""
    outstanding, advance = np.array([[1000, 0, 0, 500]] * 2), np.array([200, 200])
    taken, left = allocate_reverse(outstanding, advance, np.array([1300, 1400]), ORDER)
    assert taken.tolist() == [[1000, 0, 0, 300], [1000, 0, 0, 400]]
    assert left.tolist() == [0, 0]


def test_the_arguments_stay_as_they_were() -> None:
    """What is allocated from is never changed in place."""
    outstanding, amount, advance = np.array([[5, 5, 5, 5]]), np.array([12]), np.array([3])
    allocate(outstanding, amount, ORDER)
    allocate_reverse(outstanding, advance, amount, ORDER)
    assert outstanding.tolist() == [[5, 5, 5, 5]]
    assert amount.tolist() == [12]
    assert advance.tolist() == [3]
