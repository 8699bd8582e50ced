"""Several at once, and the scalar model after them: rounds, their serial order, and what must be alike."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections import Counter
from contextlib import ExitStack
from itertools import pairwise
from random import Random
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from tests.agreement import world
from tests.agreement.sides import FIRST, Disagreement, Sides, _equal
from tests.hands import soundness
from tests.hands.at_once import ROOT
from tests.hands.hand import Hand
from tests.hands.plans import Notes, Plans
from tests.hands.serial import Serial

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from pathlib import Path

    from tests.hands.hand import Action

COUNTED: Counter[str] = Counter()
"""How many actions there were, by what came of them; how often the journal changed hands within a round."""

_HEAD_START = 0.005


class Writer:
    """The parent's end of one process."""

    def __init__(self, number: int) -> None:
        self._number = number
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.hands.hand"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        self._process.wait(60)
        self._process.stdout.close()

    def open(self, folder: Path) -> None:
        """Sit down in a workspace."""
        self.tell({"folder": str(folder), "number": self._number})
        assert self.hear() == "ready"

    def tell(self, order: dict[str, Any]) -> None:
        """Give an order; the answer is heard later."""
        assert self._process.stdin
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()

    def hear(self) -> Any:  # noqa: ANN401 - a JSON document
        """The answer to the last order."""
        assert self._process.stdout
        answer = json.loads(self._process.stdout.readline() or '{"failed": "the writer died"}')
        if isinstance(answer, dict):
            raise Disagreement(f"hand-{self._number} failed: {answer['failed']}")
        return answer


class Done(NamedTuple):
    """One action of a round and what its writer says of it."""

    writer: int
    action: Action
    outcome: str
    said: list[str]
    entries: list[int]
    batches: list[int]
    before: int
    after: int

    def __str__(self) -> str:
        shown = {name: value for name, value in self.action.items() if name != "pause"}
        span = f"batches {self.batches}" if self.batches else f"between batches {self.before} and {self.after}"
        return f"hand-{self.writer + 1} {self.outcome}, {span}: {shown} {self.said or ''}"


class Office(Sides):
    """One history: the engine, at which several work at once, and the model, which follows them one by one."""

    def __init__(
        self, interest: str, choices: dict[str, tuple[world.Choice, world.Choice]], database: str = "sqlite"
    ) -> None:
        super().__init__(interest, choices, database)
        self.engine: Hand = Hand(self.folder / "agency", 0)
        self.serial = Serial(self.model)
        self.noted: list[tuple[date, Done]] = []
        """The history so far, in its serial order."""
        self.posted: dict[tuple[str, str], set[tuple[int, ...]]] = {}
        """Entries by the event and reference that made them or found them."""
        self.reconcile(FIRST)  # the first command makes the journal

    def alone(self, actions: Sequence[Action], day: date) -> None:
        """One action after another, with nobody else there."""
        for action in actions:
            done = Done(-1, action, **self.engine.do(action, day))
            self._follow([done], done.before, day)
            self.compare(day)
        self.compare_all(day)

    def together(self, writers: Sequence[Writer], lists: Sequence[Sequence[Action]], day: date) -> list[Done]:
        """A round: each writer does its list, all at once; then the model follows, and all must be alike."""
        start = self.engine.head()
        begin = time.time() + _HEAD_START
        for writer, actions in zip(writers, lists, strict=True):
            writer.tell({"day": day.isoformat(), "begin": begin, "actions": actions})
        answers = [writer.hear() for writer in writers]
        done = [
            Done(number, action, **answer)
            for number, (actions, answered) in enumerate(zip(lists, answers, strict=True))
            for action, answer in zip(actions, answered, strict=True)
        ]
        self._one_transaction_each(done, start)
        self._follow(done, start, day)
        self.compare_all(day)
        return done

    def _one_transaction_each(self, done: Sequence[Done], start: int) -> None:
        """Every batch is of one action, by its actor; those of an action stand together, and in its own time."""
        actors = dict(self.engine.rows("SELECT id, actor FROM batch WHERE id > :start", start=start))
        for one in done:
            first = one.batches[0] if one.batches else one.before + 1
            if one.batches != list(range(first, first + len(one.batches))) or first <= one.before:
                raise Disagreement(f"its batches do not stand together: {one}")
            if one.batches and one.batches[-1] > one.after:
                raise Disagreement(f"it ended before its batches: {one}")
            if {actors.pop(batch, "nobody") for batch in one.batches} - {f"hand-{one.writer + 1}"}:
                raise Disagreement(f"its batches are not its own: {one}")
        if actors:
            raise Disagreement(f"batches that no action made: {actors}")

    def _follow(self, done: Sequence[Done], start: int, day: date) -> None:
        """The model does what made batches, in their order; of the rest each must be so at some moment of its time."""
        made = sorted((one for one in done if one.batches), key=lambda one: one.batches[0])
        rest = [one for one in done if not one.batches]
        for one in done:
            if (one.outcome != "made") == bool(one.batches):
                raise Disagreement(f"it made batches, or made none, against what it says: {one}")
            self._count(one)
        self.noted += [(day, one) for one in sorted(done, key=_moment)]
        COUNTED["changes of hands"] += sum(a.writer != b.writer for a, b in pairwise(made))
        head = start
        for one in [*made, None]:
            rest = [other for other in rest if not self._was_so(other, head, day)]
            if one is None:
                break
            outcome = self.serial.apply(one.action, day)
            if outcome not in {"made", "nothing"}:
                raise Disagreement(f"the engine took it, the model {outcome} it: {one}")
            head = one.batches[-1]
        for other in rest:
            raise Disagreement(f"at no moment of its time does the model say so too: {other}")

    def _was_so(self, one: Done, head: int, day: date) -> bool:
        """Whether the model, after the batch ``head``, says of an action what the engine said."""
        return one.before <= head <= one.after and self.serial.trial(one.action, day) == one.outcome

    def _count(self, one: Done) -> None:
        what = one.action["do"]
        COUNTED[f"{one.action['row']['event'] if what == 'post' else what}, {one.outcome}"] += 1
        row = one.action.get("row", {})
        if row.get("reference") and one.entries:
            self.posted.setdefault((row["event"], row["reference"]), set()).add(tuple(one.entries))

    # --- comparing -------------------------------------------------------------------------

    def compare_all(self, day: date) -> None:
        """Accounts in all and at each trust bank; cases, waiting lines, statements with their documents, invoices."""
        self.compare(day)
        for case in self.model.cases:
            self._compare_case(case)
        _equal("lines that wait", soundness.waiting(self.engine), self.serial.waiting())
        for client in world.CLIENTS:
            self._compare_statement(client, FIRST, day)
        _equal("invoices", sorted(self.engine.invoices()), sorted(self.model.invoices()))

    def finish(self, day: date) -> None:
        """All once more, and the books before the plugins and ``verify``."""
        unsound = soundness.unsound(self.engine)
        unsound += [f"{key} was posted as {made}" for key, made in self.posted.items() if len(made) > 1]
        if unsound:
            raise Disagreement(f"what was done at once is not sound: {unsound}")
        super().finish(day)


def _moment(one: Done) -> tuple[int, int]:
    return (one.batches[0], 0) if one.batches else (one.before, 1)


def history(seed: int, writers: Sequence[Writer], database: str, *, rounds: int, each: int = 4) -> None:
    """One history of so many rounds; raises ``Disagreement`` with all that was done, in its serial order."""
    dice = Random(seed)  # noqa: S311 - the same history again, whatever the order that the writers take
    offices: list[Office] = []
    drawn: list[Any] = []

    def found(*choices: Any) -> Notes:  # noqa: ANN401 - what a history draws
        drawn.extend((*choices, database))
        offices.append(Office(*drawn))
        return Notes(offices[0].waiting, offices[0].there, offices[0].remitted)

    plans = Plans(dice, found)
    (office,) = offices
    try:
        office.alone(plans.taken(), plans.day)
        for writer in writers:
            writer.open(office.folder / "agency")
        for _ in range(rounds):
            done = office.together(writers, plans.round_of(len(writers), each), plans.day)
            closed = [one.action["month"] for one in done if one.batches and one.action["do"] == "close"]
            plans.closed = max([plans.closed, *closed])
        office.finish(plans.day)
    except Disagreement as error:
        told = "\n".join(f"{day} {one}" for day, one in office.noted)
        again = _one_after_another(Office(*drawn), office.noted)
        where = f"history {seed} with {len(writers)}, in {office.folder} {office.database}"
        raise Disagreement(f"{where}\n{told}\n{error}\none after another: {again}") from error
    COUNTED["histories"] += 1


def _one_after_another(office: Office, noted: Sequence[tuple[date, Done]]) -> str:
    """What comes of the same actions in the same order by one alone: whether it is a matter of turns at all."""
    try:
        for day, one in noted:
            office.alone([one.action], day)
        office.finish(noted[-1][0])
    except Disagreement as error:
        return str(error)
    finally:
        office.clear()
    return "engine and model agree"


def run(seeds: Sequence[int], count: int, database: str, *, rounds: int = 8) -> None:
    """Histories by their seeds, with so many writers, who stay for all of them."""
    with ExitStack() as stack:
        writers = [stack.enter_context(Writer(number + 1)) for number in range(count)]
        for seed in seeds:
            history(seed, writers, database, rounds=rounds)
