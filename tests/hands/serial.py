"""The scalar model, to which the actions of several are given one after another."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

from plugins.model import agency as model
from plugins.model import bank_lines
from plugins.model.books import Refused

if TYPE_CHECKING:
    from plugins.model.books import Books
    from tests.hands.hand import Action

_NO_STATE = ("step", "acting")
_UNIDENTIFIED = "Liabilities:Trust:Unidentified"


class Serial:
    """What came before is known again by the file, or by the event and its reference."""

    def __init__(self, agency: model.Agency) -> None:
        self._agency = agency
        self._files: set[str] = set()
        self._references: dict[tuple[str, str], dict[str, str]] = {}

    @property
    def books(self) -> Books:
        """All that the model knows."""
        return self._agency._books

    def apply(self, action: Action, day: date) -> str:
        """Do one action: ``made``, ``nothing`` if it changed nothing, ``repeated`` or ``refused``."""
        if self._known(action):
            return "repeated"
        before = self._state()
        try:
            self._do(action, day)
        except Refused:
            return "refused"
        self._remember(action)
        return "made" if self._state() != before else "nothing"

    def trial(self, action: Action, day: date) -> str:
        """What would come of an action now."""
        before, files, references = self.books.kept(), set(self._files), dict(self._references)
        try:
            return self.apply(action, day)
        finally:
            self.books.restore(before)
            self._files, self._references = files, references

    def _state(self) -> dict[str, Any]:
        kept = self.books.kept()
        return {name: value for name, value in vars(kept).items() if name not in _NO_STATE}

    def _known(self, action: Action) -> bool:
        row = action.get("row", {})
        return _file(action) in self._files or self._references.get(_reference(row)) == row != {}

    def _remember(self, action: Action) -> None:
        if action["do"] in {"place", "events", "take_in"}:
            self._files.add(_file(action))
        elif action["do"] == "post" and action["row"].get("reference"):
            self._references[_reference(action["row"])] = action["row"]

    def _do(self, action: Action, day: date) -> None:  # noqa: C901 - a word an action
        match action["do"]:
            case "place" | "events" as what:
                getattr(self._agency, what)(action["rows"], day)
            case "take_in":
                with self._agency._whole(day) as books:
                    bank_lines.take_in(books, [model._line(books, row) for row in action["rows"]])
            case "post":
                self._post(action["row"], day)
            case "resolve":
                self._agency.resolve(action["line"], [(case, minor) for case, minor in action["parts"]], day)
            case "remit":
                self._agency.remit(date.fromisoformat(action["through"]), day, action["client"])
            case "accrue":
                self._agency.accrue(date.fromisoformat(action["through"]), day)
            case "invoice_final":
                self._agency.invoice_final(action["client"], day)
            case "close":
                self._agency.close(action["month"], day)
            case "reconcile":
                self._agency.reconcile(day)
            case "publish":
                pass
            case what:
                raise ValueError(what)

    def _post(self, row: dict[str, str], day: date) -> None:
        """One event by hand: equal rows are as many events, unless they have a reference."""
        if _reference(row) in self._references:
            raise Refused("the reference was used for something else")
        with self._agency._whole(day) as books:
            self._agency._post(books, [model._fact(books, row)])

    def waiting(self) -> dict[int, int]:
        """The bank lines that nobody explained: what is left of each, as a credit to the bank."""
        books, found = self.books, {}
        for number, line in books.lines.items():
            if line.status == "open":
                found[number] = line.amount
            elif line.status == "booked" and books.any_bank(line.bank).fund == "trust":
                currency = books.any_bank(line.bank).currency
                left = -books.balance(_UNIDENTIFIED, currency, item=f"line:{number}")
                found |= {number: left} if left else {}
            elif line.status == "booked":
                found[number] = line.amount
        return found


def _file(action: Action) -> str:
    """A file by its content."""
    return json.dumps([action["do"], action.get("rows")])


def _reference(row: dict[str, str]) -> tuple[str, str]:
    return row.get("event", ""), row.get("reference", "")
