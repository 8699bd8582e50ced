"""The columns that events on cases are computed over: the sub-ledger, the facts, and a group of both.

Money is int64 minor units, days are datetime64[D]; bucket matrices are n × 4 in the order of ``BUCKETS``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ledger_core.accounting.money import AMOUNT_LIMIT, Ints, format_minor

if TYPE_CHECKING:
    from collections.abc import Callable

    from ledger_core.accounting.terms import Terms

Texts = NDArray[np.object_]
Days = NDArray[np.datetime64]
Bools = NDArray[np.bool_]
Quantities = dict[str, Ints]

ALL_OUTSTANDING = -AMOUNT_LIMIT
"""The amount of an event that names none: all there is.  No amount is as low."""


class Change(NamedTuple):
    """A classification of a case from a day on; of equal days the later one in a list rules."""

    day: np.datetime64
    name: str
    value: str


@dataclass(slots=True)
class CaseState:
    """The sub-ledger of n cases, and what the commission rules ask of each.

    ``changes`` are the later classifications of some cases, by index, ascending by day.
    """

    outstanding: Ints  # n × 4
    advance: Ints  # the agency's own cost advance, open, less what receipts on hold are to repay
    advance_loss: Ints  # of it, written off by the agency, likewise
    collected: Ints  # commission base to date
    placed_amount: Ints
    age_from: Days  # delinquency, else placement
    stage: Texts
    asset_type: Texts
    level: Texts
    finished_by: Texts  # the event that brought the case to zero; "" while active
    changes: dict[int, list[Change]] = field(default_factory=dict)

    def classes(self, name: str, case: Ints, day: Days) -> Texts:
        """A classification of some cases, each as it was on a day."""
        column: Texts = getattr(self, name)[case]
        if self.changes:
            for row, (index, on) in enumerate(zip(case.tolist(), day, strict=True)):
                said = [c.value for c in self.changes.get(index, ()) if c.name == name and c.day <= on]
                column[row] = said[-1] if said else column[row]
        return column

    def change(self, case: int, change: Change) -> None:
        """Note a later classification of a case."""
        known = self.changes.setdefault(case, [])
        known.append(change)
        known.sort(key=lambda said: said.day)


@dataclass(slots=True)
class Facts:
    """Columns of m events on cases, in posting order; ``row`` is their row in the sheet.

    ``bank`` is a trust bank.  A receipt with an ``operating_bank`` came there by mistake.
    """

    row: Ints
    event: Texts
    case: Ints  # index into the CaseState
    terms: Ints  # index into the list of terms
    amount: Ints
    effective: Days
    bank: Texts
    operating_bank: Texts
    forwarder: Texts
    kept: Ints
    bucket: Ints  # index into BUCKETS, or -1
    buckets: Ints  # m × 4: what a placement brings, or a judgment leaves
    held: Bools  # the money is on hold
    deposit: Bools  # the cost is paid out of the client's deposit
    changes: list[tuple[Change, ...]]  # of a case_change


class Refusal(NamedTuple):
    """Why the event of one row was not posted."""

    row: int
    code: str
    message: str


@dataclass(slots=True)
class Group:
    """The events of one wave that share event, contract version, bank and hold; state as they find it.

    ``fixed`` is what receipts on hold will post once they are cleared.
    """

    terms: Terms
    held: bool
    astray: bool
    deposit: bool
    amount: Ints
    kept: Ints
    bucket: Ints
    buckets: Ints
    outstanding: Ints
    advance: Ints
    advance_loss: Ints
    collected: Ints
    placed_amount: Ints
    age_days: Ints
    stage: Texts
    asset_type: Texts
    level: Texts
    finished_by: Texts
    base: Ints
    rule: Ints
    excess: Ints
    fixed: Quantities = field(default_factory=dict)
    problems: dict[int, tuple[str, str]] = field(default_factory=dict)

    def refuse(self, wrong: Bools, code: str, message: Callable[[int], str]) -> None:
        """Refuse the events where ``wrong``; the first reason of each counts."""
        for index in wrong.nonzero()[0]:
            self.problems.setdefault(int(index), (code, message(int(index))))

    def text(self, amount: Ints | int) -> str:
        """An amount in the currency of the contract."""
        return format_minor(int(amount), self.terms.currency)


@dataclass(slots=True)
class Outcome:
    """What became of the events: by row of the facts, in their order."""

    base: Ints
    rule: Ints
    excess: Ints  # of a direct payment: what went beyond the balance and was not posted
    refusals: list[Refusal]
    fixed: dict[int, dict[str, int]] = field(default_factory=dict)
    """By index of the facts, for receipts on hold: what their clearing will post."""
    words: dict[int, dict[str, str]] = field(default_factory=dict)
    """By index of the facts: the case's classifications that its contract version asks for."""
