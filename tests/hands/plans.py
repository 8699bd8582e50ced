"""What several do at once in a round: steps of a random history, on few cases, some of them given to two or more."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from tests.agreement import world
from tests.agreement.machine import History

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from random import Random

    from tests.hands.hand import Action

_STEPS = (
    *("money", "money", "money_today", "money_today", "money_today", "debt", "debt", "debt", "debt", "file"),
    *("of_client", "of_agency", "out", "out", "out", "comes_back", "comes_back", "comes_back"),
    *("statement", "statement", "statement", "resolve", "resolve", "resolve", "remit", "remit", "payment_back"),
    *("reconcile", "reconcile", "accrue", "invoice_final", "publish"),
)
_TWINS = ("reference", "reference", "conflict", "file", "statement", "remit", "remit", "resolve", "out", "comes_back")
_CONTESTED = 4
_PAUSES = (0, 0, 0, 2, 10)
"""Milliseconds before an action, so that the writers take turns in ever other ways."""


class Notes:
    """Stands where a history has its two sides, and notes what each step would have them do."""

    def __init__(self, waiting: Callable[[], Any], there: Callable[[], Any], remitted: Callable[[], Any]) -> None:
        self.waiting, self.there, self.remitted = waiting, there, remitted
        self.noted: list[Action] = []

    def _note(self, what: str, **more: Any) -> bool:  # noqa: ANN401 - whatever the action takes
        self.noted.append({"do": what, **more})
        return True

    def place(self, rows: Sequence[dict[str, str]], _: date) -> bool:
        """A file of placements."""
        return self._note("place", rows=list(rows))

    def events(self, rows: Sequence[dict[str, str]], _: date) -> bool:
        """A file of events."""
        return self._note("events", rows=list(rows))

    def lines(self, rows: Sequence[dict[str, str]], _: date) -> bool:
        """A bank's statement, which is reconciled."""
        return self._note("take_in", rows=list(rows)) and self._note("reconcile")

    def resolve(self, line: int, parts: Sequence[tuple[str, int]], currency: str, _: date) -> bool:
        """Unknown money given to cases."""
        return self._note("resolve", line=line, parts=list(parts), currency=currency)

    def remit(self, through: date, _: date, client: str) -> bool:
        """A remittance run."""
        return self._note("remit", through=through.isoformat(), client=client)

    def accrue(self, through: date) -> bool:
        """Interest through a day."""
        return self._note("accrue", through=through.isoformat())

    def plain(self, what: str, **more: str) -> bool:
        """An action that takes a name or nothing."""
        return self._note(what, **more)

    def finish(self, _: date) -> None:
        """Nothing is kept here."""


class Plans(History):
    """A history whose steps are noted; ``round_of`` deals them out to the writers."""

    def __init__(self, dice: Random, notes: Callable[[str, Any], Notes]) -> None:
        type(self).make = staticmethod(notes)
        super().__init__()
        self._dice = dice
        self._contested: list[tuple[str, str]] = []
        self.found(dice)
        for client in dice.sample(sorted(world.CLIENTS), 2):
            buckets = [dice.randrange(1, 300_000), *(dice.randrange(60_000) for _ in range(3))]
            self._place(client, dice.randrange(2**30), buckets, 0)
        clients = {client for _, client in self.cases[-2:]} | {"NET"}
        self._contested = [case for case in self.cases if case[1] in clients][-_CONTESTED:]
        self.day += timedelta(days=9)  # so that most of what is of days before finds its case

    @property
    def notes(self) -> Notes:
        """Where the steps are noted."""
        assert isinstance(self.sides, Notes)
        return self.sides

    def taken(self) -> list[Action]:
        """What was noted since this was last asked."""
        noted, self.notes.noted = self.notes.noted, []
        return noted

    def _case(self, pick: int) -> tuple[str, str, str]:
        """One of the contested cases, mostly."""
        if not self._contested or pick % 9 == 0:
            return super()._case(pick)
        case, client = self._contested[pick % len(self._contested)]
        return case, client, world.CLIENTS[client][0]

    # --- a round ---------------------------------------------------------------------------

    def round_of(self, writers: int, each: int) -> list[list[Action]]:
        """The actions of each writer; at first some that are given to two or more of them."""
        dice = self._dice
        self.day += timedelta(days=dice.choice((0, 1, 1, 2, 4, 9)))
        lists: list[list[Action]] = [[] for _ in range(writers)]
        self._close(lists)
        for _ in range(dice.randint(1, 3)):
            those = dice.sample(range(writers), dice.choice((2, 2, writers)))
            for which, actions in zip(those, self._twins(dice.choice(_TWINS), len(those)), strict=True):
                lists[which] += actions
        for actions in lists:
            while len(actions) < each:
                actions.extend(self._step(dice.choice(_STEPS)))
        return [[{**action, "pause": dice.choice(_PAUSES)} for action in actions] for actions in lists]

    def _step(self, name: str) -> list[Action]:
        """One step of a history; nothing where there is nothing to take it on."""
        dice = self._dice
        if name in {"reconcile", "publish"}:
            self.notes.plain(name)
        elif name == "accrue":
            self.notes.accrue(self.day - timedelta(days=dice.choice((0, 0, 3))))
        elif name == "invoice_final":
            self.notes.plain(name, client=self._case(dice.randrange(2**30))[1])
        elif name == "remit":
            self._remit()
        elif name != "comes_back" or self.paid:
            getattr(self, name)(dice)
        return [self._by_hand(action) for action in self.taken()]

    def _remit(self) -> None:
        client = self._dice.choice(("", *(client for _, client in self._contested)))
        self.notes.remit(self.day - timedelta(days=self._dice.choice((0, 0, 0, 3))), self.day, client)

    def _by_hand(self, action: Action) -> Action:
        """An event alone is a file, or is posted by hand, with a reference or without."""
        if action["do"] != "events" or len(action["rows"]) > 1 or self._dice.random() < 1 / 4:
            return action
        (row,) = action["rows"]
        reference = {"reference": self._reference()} if self._dice.random() < 1 / 2 else {}
        return {"do": "post", "row": {**row, **reference}}

    def _reference(self) -> str:
        self.number += 1
        return f"REF{self.number:05d}"

    def _close(self, lists: list[list[Action]]) -> None:
        """A month that is over may be closed in a round, by one or by two, and others post into it."""
        year, month = int(self.closed[:4]), int(self.closed[5:])
        following = f"{year + month // 12}-{month % 12 + 1:02d}"
        if following < self.day.isoformat()[:7] and self._dice.random() < 1 / 2:
            for actions in self._dice.sample(lists, self._dice.choice((1, 2))):
                actions.append({"do": "close", "month": following})

    # --- the same for several --------------------------------------------------------------

    def _twins(self, kind: str, count: int) -> list[list[Action]]:
        """What so many writers are given alike, or nearly."""
        if kind in {"reference", "conflict"}:
            return [[action] for action in self._references(kind, count)]
        steps = {"file": "file", "statement": "statement", "resolve": "resolve", "out": "out"}
        if kind == "remit":
            self._remit()
        elif kind != "comes_back" or self.paid:
            getattr(self, steps.get(kind, kind))(self._dice)
        actions = self.taken()
        return [actions] * count

    def _references(self, kind: str, count: int) -> list[Action]:
        """One event with one reference; where they are in conflict, of another amount each."""
        self._dice.choice((self.money_today, self.debt))(self._dice)
        rows = [row for action in self.taken() for row in action["rows"]][:1]
        rows = [{**row, "reference": self._reference()} for row in rows for _ in range(1)] * count
        if kind == "conflict" and rows[0].get("amount"):
            currency = self._currency(rows[0]["case"])
            rows = [{**row, "amount": self._amount(self._dice.randrange(1, 9_000), currency)} for row in rows]
        return [{"do": "post", "row": row} for row in rows]

    def _currency(self, case: str) -> str:
        return next(world.CLIENTS[client][0] for name, client in self.cases if name == case)
