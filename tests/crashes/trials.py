"""Trials: a command is killed, proved, run again, and held against what it does undisturbed."""

from __future__ import annotations

import json
import random
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from tests.crashes import process
from tests.crashes.outcome import differences, files, outcome
from tests.crashes.process import Moment
from tests.crashes.states import FEBRUARY, JANUARY

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from tests.conftest import Workspace
    from tests.crashes.outcome import Outcome
    from tests.crashes.process import Watched
    from tests.crashes.states import States

BEYOND = 1.1
"""Moments are drawn from up to this many times the known duration."""

_EARLY, _AT_FILES, _TWICE = 0.1, 0.4, 0.2
"""Share of kills before the command is ready, and at a file operation where it has any; of trials with two kills."""

_BEHIND, _CLOSE = 0.5, 0.015
"""Share of those behind the operation, and within how many seconds: a commit follows the archive's rename."""


@dataclass(frozen=True, slots=True)
class Command:
    """A command in a prepared state; once done, its repetition is refused with a code and words, if any are given."""

    state: str
    args: tuple[str, ...]
    done: tuple[str, str] = ("", "")

    @property
    def name(self) -> str:
        """Its own name."""
        return self.args[0]

    @property
    def day(self) -> str:
        """The day of acting."""
        return self.args[self.args.index("--date") + 1]


def commands(states: States) -> list[Command]:
    """All that are tried; those of the first state once more, for there the journal is made."""
    day = ("--date", FEBRUARY)
    resolve = ("resolve", states.line, "--case", "A-00003=700.00", "--case", "B-00004", *day)
    return [
        Command("second", ("import", *day)),
        Command("staged", ("reconcile", *day)),
        Command("second", ("daily", *day)),
        Command("reconciled", ("remit", "--through", FEBRUARY, *day)),
        Command("reconciled", ("publish", *day)),
        Command("reconciled", ("close", "2025-01", *day), ("CLOSE_ORDER", "2025-01 is closed already")),
        Command("reconciled", ("accrue", "--through", FEBRUARY, *day)),
        Command("reconciled", resolve, ("LINE_UNKNOWN", f"line {states.line} of TRUST is posted")),
        Command("first", ("import", "--date", JANUARY)),
        Command("first", ("daily", "--date", JANUARY)),
    ]


class Blow(Protocol):
    """What falls upon a command in the middle of its work."""

    def moment(self, dice: random.Random, known: Watched) -> Moment:
        """When, for a command of which it is known how it goes undisturbed."""

    def run(self, command: Command, folder: Path, moment: Moment) -> Watched:
        """The command up to the blow; afterwards all that it needs is there again."""

    def struck(self, watched: Watched) -> bool:
        """Whether the command was hindered; judges what it said."""


class Kill:
    """The command is killed."""

    def moment(self, dice: random.Random, known: Watched) -> Moment:
        """While it starts, at a file operation, or at any time."""
        share = dice.random()
        if share < _EARLY:
            return Moment("start", dice.uniform(0, known.start))
        if share < _EARLY + _AT_FILES and known.events:
            event = at_file(dice, known)
            if dice.random() < _BEHIND:
                return Moment("behind", _CLOSE * dice.random() ** 4, event)
            return Moment("before", event=event)
        return Moment("ready", dice.uniform(0, BEYOND * known.work))

    def run(self, command: Command, folder: Path, moment: Moment) -> Watched:
        """It cannot say anything any more."""
        return process.run(command.args, folder, moment)

    def struck(self, watched: Watched) -> bool:
        """Whether it was killed before it had ended."""
        return watched.killed


def at_file(dice: random.Random, known: Watched) -> int:
    """One of a command's file operations: most are files of the books, and a rename counts as much."""
    kinds = [line.split()[0] for line in known.events]
    kind = dice.choice(sorted(set(kinds)))
    return dice.choice([number for number, one in enumerate(kinds, 1) if one == kind])


class Undisturbed(NamedTuple):
    """What a command does when nobody kills it, and how long it takes."""

    watched: Watched
    outcome: Outcome


class Stand(NamedTuple):
    """How far a command has come, as far as commands can tell: head, entries to publish, the books and files."""

    head: str
    unpublished: int
    files: Any


class Trials:
    """Kills of commands, or other blows, and counts of where they landed."""

    def __init__(self, states: States, seed: int, blow: Blow | None = None) -> None:
        self.states, self._dice = states, random.Random(seed)  # noqa: S311 - no secret
        self.blow = blow or Kill()
        self._workspace = states.workspace
        self._known: dict[Command, Undisturbed] = {}
        self.commands = commands(states)
        self.landed: Counter[tuple[str, str]] = Counter()
        self._before: dict[str, Stand] = {}
        self.kinds: Counter[str] = Counter()
        self._turn = 0

    def run(self, kills: int) -> None:
        """As many kills as asked for, or one more, each command in turn; what had ended before its kill is none."""
        while sum(self.landed.values()) < kills:
            if self._trial(self.commands[self._turn % len(self.commands)]):
                self._turn += 1

    def first(self, names: Sequence[str]) -> list[Command]:
        """Each of these commands, in the first of the states in which it is tried."""
        return [next(command for command in self.commands if command.name == name) for name in names]

    def restore(self, command: Command) -> Workspace:
        """The workspace in the state from which a command starts."""
        self.states.restore(command.state)
        return self._workspace

    def before(self, command: Command) -> Stand:
        """How far it has come where the command starts; the workspace must be there."""
        if command.state not in self._before:
            self._before[command.state] = self.stand()
        return self._before[command.state]

    def undisturbed(self, command: Command) -> Undisturbed:
        """The command run to its end, once."""
        if command not in self._known:
            self.restore(command)
            watched = process.run(command.args, self._workspace.folder)
            assert watched.status == 0, watched
            self._known[command] = Undisturbed(watched, outcome(self._workspace, command.day))
        return self._known[command]

    def _trial(self, command: Command) -> bool:
        """Kill a command once or twice and see it completed; False where it had ended before its kill."""
        known = self.undisturbed(command)
        self.restore(command)
        before = last = self.before(command)
        killed: list[Stand] = []
        moments = [self.blow.moment(self._dice, known.watched)]
        if self._dice.random() < _TWICE:
            moments.append(self.blow.moment(self._dice, known.watched))
        try:
            for moment in moments:
                watched = self.blow.run(command, self._workspace.folder, moment)
                last = self.stand()
                if not self.blow.struck(watched):
                    assert watched.status == 0 or killed, watched  # a repetition may be refused as done already
                    self.kinds["ended before its kill"] += 1
                    break
                self.kinds[_place(moment, watched)] += 1
                killed.append(last)
            if killed:
                self._again(command, committed=last.head != before.head)
                self._complete(command, known.outcome, before, killed)
            return bool(killed)
        except AssertionError as error:
            what = f"{' '.join(command.args)} in {command.state}, killed at {' and '.join(map(str, moments))}"
            raise AssertionError(f"{what}: {error}") from error

    def _complete(self, command: Command, wanted: Outcome, before: Stand, killed: Sequence[Stand]) -> None:
        """Hold the outcome of the last repetition against the wanted one, and count where each kill had landed."""
        finished = self.stand()
        found = list(differences(outcome(self._workspace, command.day), wanted))
        assert not found, "\n".join(found[:20])
        for after in killed:
            self.landed[command.name, _phase(before, after, finished)] += 1

    def stand(self) -> Stand:
        """Prove the journal, the first thing that is done after a kill, and tell how far it has come."""
        self.states.settle()
        ran = self._workspace.run("verify", "--json", status=None)
        if ran.status and not ran.out:
            assert "JOURNAL_MISSING" in ran.err, ran
            return Stand("", 0, files(self._workspace.folder))
        told = json.loads(ran.out)
        assert told["ok"], told["findings"]
        # A journal that was made and has nothing yet is as good as none.
        return Stand(told["head"] if told["entries"] else "", told["unpublished"], files(self._workspace.folder))

    def _again(self, command: Command, *, committed: bool) -> None:
        """The same command once more: it does what is missing, or says that it is done already."""
        code, words = command.done
        if code and committed:
            ran = self._workspace.run(*command.args, status=1)
            assert ran.err.startswith(f"{code} {words}"), ran
            assert ran.err.count("\n") == 1, ran
        else:
            self._workspace.run(*command.args)


def _phase(before: Stand, after: Stand, finished: Stand) -> str:
    """What of the command's work was there when it was killed."""
    if after == finished:
        return "all done"
    if after.head == before.head:
        return "nothing committed" if after.files == before.files else "nothing committed, files begun"
    return "all committed, files missing" if after.head == finished.head else "part committed"


def _place(moment: Moment, watched: Watched) -> str:
    """Where by the clock it was killed."""
    if moment.kind in {"before", "behind"}:
        return f"{moment.kind} {watched.events[moment.event - 1].split()[0]}"
    return {"start": "while the interpreter starts", "ready": "while it works"}[moment.kind]


def report(trials: Trials) -> Iterator[str]:
    """How many kills, by command and phase, and in front of what."""
    yield from _table(trials.landed)
    yield from (f"{kind:40} {count:6}" for kind, count in sorted(trials.kinds.items()))
    yield f"{'kills':40} {sum(trials.landed.values()):6}"


def _table(landed: Counter[tuple[str, str]]) -> Iterator[str]:
    names: Sequence[str] = list(dict.fromkeys(name for name, _ in landed))
    phases = sorted({phase for _, phase in landed})
    yield f"{'':32}" + "".join(f"{name:>11}" for name in names) + f"{'all':>8}"
    for phase in phases:
        counts = [landed[name, phase] for name in names]
        yield f"{phase:32}" + "".join(f"{count:11}" for count in counts) + f"{sum(counts):8}"
