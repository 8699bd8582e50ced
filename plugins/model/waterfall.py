"""What an amount takes off a case's buckets (DOMAIN §4, "Waterfall")."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plugins.model.contract import COURT_COSTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def spread(amount: int, order: Iterable[str], owed: Mapping[str, int]) -> dict[str, int]:
    """What a receipt puts on each bucket, in the contract's order; what is not put is overpayment."""
    put, rest = {}, amount
    for bucket in order:
        put[bucket] = min(rest, max(owed[bucket], 0))
        rest -= put[bucket]
    return put


def spread_back(amount: int, order: Iterable[str], owed: Mapping[str, int], advanced: int) -> dict[str, int]:
    """What a partial settlement, write-off or recall takes off each bucket.

    The reverse order; of the court costs what the agency has advanced comes last of all.
    """
    agencys = max(min(advanced, owed[COURT_COSTS]), 0)
    left = {**owed, COURT_COSTS: owed[COURT_COSTS] - agencys}
    taken = spread(amount, reversed([*order]), left)
    rest = amount - sum(taken.values())
    taken[COURT_COSTS] = taken.get(COURT_COSTS, 0) + min(rest, agencys)
    return taken
