"""Open items: what is left of the money that came, where what goes takes the oldest first.

One list of movements is one account, or one item of it.  Amounts are minor units, days ISO.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable


class Movement(NamedTuple):
    """What one entry moved: positive where money came; ``day`` is that from which its age counts.

    ``undoes`` are the entries that it negates.
    """

    entry: int
    day: str
    amount: int
    undoes: tuple[int, ...] = ()


class Item(NamedTuple):
    """What is left of what one entry brought."""

    entry: int
    day: str
    amount: int


def left_of(movements: Iterable[Movement]) -> list[Item]:
    """The open items after movements in posting order, oldest first.

    What goes takes the oldest that is there; beyond it the account is short, and what comes next fills that first
    (as a cure does).  What undoes an entry takes back that entry's own money, or gives back to the items what the
    entry took, by their old days; only the rest is as any movement.
    """
    account = _Account()
    for movement in movements:
        amount = movement.amount
        for old in movement.undoes:
            amount -= account.undo(old, movement.entry)
        account.move(movement.entry, movement.day, amount)
    return account.left()


@dataclass(slots=True)
class _Account:
    """One account while its movements are read; ``took`` is what each entry took, of which items.

    ``oldest`` is a heap of the items, in which those that are empty may still lie.
    """

    short: int = 0
    days: dict[int, str] = field(default_factory=dict)
    open: dict[int, int] = field(default_factory=dict)
    moved: dict[int, int] = field(default_factory=dict)
    took: dict[int, list[tuple[int, int]]] = field(default_factory=dict)
    oldest: list[tuple[str, int]] = field(default_factory=list)

    def move(self, entry: int, day: str, amount: int) -> None:
        """Money comes as an item, or goes, the oldest first."""
        self.moved[entry] = self.moved.get(entry, 0) + amount
        if amount > 0:
            filled = min(self.short, amount)
            self.short -= filled
            self.days[entry] = day
            self._give(entry, amount - filled)
        elif amount < 0:
            self._take(entry, -amount)

    def undo(self, old: int, by: int) -> int:
        """Negate what an entry moved, as far as that can be told; returns what it came to."""
        amount, done = self.moved.get(old, 0), 0
        if amount > 0:
            own = min(self.open.get(old, 0), amount)
            self._take_of(by, old, own)
            self._take(by, amount - own)
            done = -amount
        elif amount < 0:
            for item, part in self.took.pop(old, ()):
                self._give(item, part)
                done += part
            filled = min(self.short, -amount - done)
            self.short -= filled
            done += filled
        # What was given back fills what is short without it.
        short, self.short = self.short, 0
        self._take(by, short)
        self.moved[by] = self.moved.get(by, 0) + done
        return done

    def left(self) -> list[Item]:
        """What is open, oldest first."""
        found = [Item(entry, self.days[entry], amount) for entry, amount in self.open.items() if amount]
        return sorted(found, key=lambda item: (item.day, item.entry))

    def _give(self, entry: int, amount: int) -> None:
        if amount:
            self.open[entry] = self.open.get(entry, 0) + amount
            heapq.heappush(self.oldest, (self.days[entry], entry))

    def _take(self, by: int, amount: int) -> None:
        while amount and self.oldest:
            _, entry = self.oldest[0]
            part = min(self.open[entry], amount)
            self._take_of(by, entry, part)
            amount -= part
            if not self.open[entry]:
                heapq.heappop(self.oldest)
        self.short += amount

    def _take_of(self, by: int, entry: int, amount: int) -> None:
        if amount:
            self.open[entry] -= amount
            self.took.setdefault(by, []).append((entry, amount))
