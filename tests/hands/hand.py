"""One writer: a process of its own with a name of its own, which is told lists of actions and says what came of each.

``python -m tests.hands.hand`` reads a JSON document a line, from standard input, and answers with one a line.
"""

from __future__ import annotations

import json
import sys
import time
import traceback
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ledger_core.errors import Refused
from ledger_core.journal import read
from tallystick.actions.entering import post_event
from tallystick.actions.publishing import publish
from tallystick.actions.session import open_session
from tests.agreement import world
from tests.agreement.engine import Engine

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Action = dict[str, Any]
"""What is done (``do``), and with what."""

WAIT_SECONDS = 60
_FILES_EACH = 1_000_000


class Hand(Engine):
    """The engine's commands as one of several who work at once; ``number`` tells their files apart."""

    def __init__(self, folder: Path, number: int) -> None:
        super().__init__(folder, {bank.id: bank.account for bank in world.BANKS})
        self.actor = f"hand-{number}" if number else "office"
        self._session = open_session(folder, actor=self.actor, wait_seconds=WAIT_SECONDS)
        self._files = number * _FILES_EACH
        self._result: Any = None

    def _taken(self, act: Callable[[], Any]) -> bool:
        def kept() -> Any:  # noqa: ANN401 - whatever the command returns
            self._result = act()
            return self._result

        self._result = None
        return super()._taken(kept)

    def take_in(self, rows: Sequence[dict[str, str]], day: date) -> bool:
        """A bank's lines, not yet reconciled."""
        shown = [{"account": self._accounts[row["bank"]], **row} for row in rows]
        return self._import("statement", [{k: v for k, v in row.items() if k != "bank"} for row in shown], day)

    def post(self, row: dict[str, str], day: date) -> bool:
        """One event by hand."""
        values = {name: text for name, text in row.items() if name != "event"}
        return self._taken(lambda: post_event(self.at(day), row["event"], values))

    def publish(self, day: date) -> bool:
        """The books are written."""
        return self._taken(lambda: publish(self.at(day)).ok)

    def rows(self, sql: str, **values: Any) -> list[Any]:  # noqa: ANN401 - SQL values
        """A question to the journal, whatever database it is."""
        with self._session.reading() as book:
            return list(read.rows(book.connection, sql, **values))

    def head(self) -> int:
        """The last batch."""
        return int(self.rows("SELECT MAX(id) FROM batch")[0][0])

    def do(self, action: Action, day: date) -> dict[str, Any]:
        """Do one action; says whether it was taken, which batches it made, and the head before and after."""
        before = self.head()
        taken = self._do(action, day)
        after = self.head()
        mine = "SELECT id FROM batch WHERE id > :before AND actor = :actor ORDER BY id"
        batches = [int(row[0]) for row in self.rows(mine, before=before, actor=self.actor)]
        outcome = "made" if batches else "nothing"
        if not taken:
            outcome = "refused"
        elif _is_repeat(self._result) and (action["do"] == "post" or not batches):
            outcome = "repeated"  # another file of known rows is noted as a file that came
        entries = list(getattr(self._result, "entries", ()))
        told = {"outcome": outcome, "said": self.said, "entries": entries}
        return {**told, "batches": batches, "before": before, "after": after}

    def _do(self, action: Action, day: date) -> bool:  # noqa: PLR0911 - a word an action
        match action["do"]:
            case "place" | "events" | "take_in" as what:
                return bool(getattr(self, what)(action["rows"], day))
            case "post":
                return self.post(action["row"], day)
            case "resolve":
                parts = [f"{case}={world.money(minor, action['currency'])}" for case, minor in action["parts"]]
                return self.resolve(action["line"], parts, day)
            case "remit":
                return self.remit(date.fromisoformat(action["through"]), day, action["client"])
            case "accrue":
                return self.accrue(date.fromisoformat(action["through"]), day)
            case "invoice_final":
                return self.invoice_final(action["client"], day)
            case "close":
                return self.close(action["month"], day)
            case "reconcile" | "publish" as what:
                return bool(getattr(self, what)(day))
        raise ValueError(action["do"])


def _is_repeat(result: Any) -> bool:  # noqa: ANN401 - whatever a command returns
    """Whether a command says that it was given what it had: the same reference, or a file of known rows alone."""
    files = getattr(result, "files", None)
    if isinstance(files, list):
        return all(not file.imported and file.duplicates for file in files)
    return bool(getattr(result, "repeated", False))


def _answer(hand: Hand, order: dict[str, Any]) -> list[dict[str, Any]]:
    """A round: wait for the moment at which all begin, then one action after another."""
    day = date.fromisoformat(order["day"])
    time.sleep(max(0, order["begin"] - time.time()))
    answers = []
    for action in order["actions"]:
        time.sleep(action.get("pause", 0) / 1_000)
        try:
            answers.append(hand.do(action, day))
        except Exception as error:
            raise RuntimeError(f"at {action} on {day}") from error
    return answers


def main() -> None:
    """Serve orders until standard input ends."""
    hand: Hand | None = None
    for line in sys.stdin:
        order = json.loads(line)
        answer: Any = "ready"
        try:
            if "folder" in order:
                hand = Hand(Path(order["folder"]), order["number"])
            elif hand:
                answer = _answer(hand, order)
        except Refused as error:
            answer = {"failed": [str(problem) for problem in error.problems]}
        except Exception:  # noqa: BLE001 - whatever went wrong is told to who gave the order
            answer = {"failed": traceback.format_exc()}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
