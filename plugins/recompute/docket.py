"""The cases as the entries of the books leave them, in posting order: the state that the model judges from.

What is posted rules here, also where it was found wrong, so that one fault is not told as many.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, NamedTuple

from plugins import books
from plugins.model import case as cases
from plugins.model import contract, money

if TYPE_CHECKING:
    from beancount.core.data import Transaction

    from plugins.model.case import Case, Payment
    from plugins.model.posting import Way
    from plugins.recompute.moves import Moves

PLACED, WAIVED, RECALLED, WRITTEN_OFF = "Placed", "SettlementWaived", "Recalled", "WrittenOff"
_CHANGE = "case_change"
_CLASSES = {kind.replace("_", "-"): kind for kind in contract.CLASSES}
_LAST = {
    "CollectedPAA": cases.PAID,
    "CollectedPDC": cases.PAID,
    WAIVED: cases.PAID,
    RECALLED: cases.RECALLED,
    "Adjusted": cases.RECALLED,
    WRITTEN_OFF: cases.WRITTEN_OFF,
}
"""The memo families that take from the debt, and what the case is once nothing is left (DOMAIN §4, "Case status")."""


class Hold(NamedTuple):
    """A receipt on hold: its fee is fixed, and posted when it is cleared."""

    case: str
    way: Way
    payment: Payment
    terms: str
    release: dt.date | None


class Effect(NamedTuple):
    """What an entry does to a case beside its legs; ``receipt`` is put on hold (1) or cleared (-1)."""

    case: str
    collected: int = 0
    advance: int = 0
    lost: int = 0
    receipt: int = 0
    on_hold: int = 0

    def undone(self) -> Effect:
        """The same taken back."""
        return Effect(self.case, -self.collected, -self.advance, -self.lost, self.receipt, -self.on_hold)


class Docket:
    """All cases, and the receipts on hold."""

    def __init__(self) -> None:
        self.holds: dict[int, Hold] = {}
        self._cases: dict[str, Case] = {}
        self._not_judged: set[str] = set()
        self._on_hold: dict[int, int] = {}
        self._effects: dict[int, list[Effect]] = {}
        self._own_words: dict[str, int] = {}  # by case how many of its classes the entry in hand said of itself alone

    def leave_out(self, *names: str) -> None:
        """Cases whose state is not known from here on are not judged."""
        self._not_judged.update(names)

    def judged(self, name: str) -> bool:
        """Whether a case's state is known."""
        return name not in self._not_judged

    def case(self, name: str) -> Case | None:
        """A case, if it was placed."""
        return self._cases.get(name)

    def held(self, receipt: int) -> bool:
        """Whether a receipt is on hold."""
        return self._on_hold.get(receipt, 0) > 0

    def note(self, number: int, entry: Transaction, moves: Moves) -> list[str]:
        """Take in what an entry's metadata says of its cases, before it is judged; the faults in it."""
        faults: list[str] = []
        if moves.memo.get(PLACED, 0) < 0 and "reverses" not in entry.meta:
            for name, owed in moves.owed.items():
                faults.extend(self._place(number, name, entry, moves, sum(owed.values())))
            return faults
        for key, kind in _CLASSES.items():
            value = books.text_of(entry.meta, key)
            if value:
                for name in moves.cases & self._cases.keys():
                    self._cases[name].classify(books.effective_of(entry), kind, value)
                    if books.event_of(entry) != _CHANGE:
                        self._own_words[name] = self._own_words.get(name, 0) + 1
        return faults

    def _place(self, number: int, name: str, entry: Transaction, moves: Moves, placed: int) -> list[str]:
        """Open a case, or place it again."""
        currency = min(moves.currencies)
        case = self._cases.setdefault(name, cases.Case(min(moves.clients), currency, entry.date))
        case.age_from = books.date_of(entry.meta, "age-from") or books.effective_of(entry)
        case.classes.clear()
        for key, kind in _CLASSES.items():
            case.classify(dt.date.min, kind, books.text_of(entry.meta, key) or "")
        found, faults = {"placed-amount": placed, "costs-advanced": 0, "collected-to-date": 0}, []
        for key in found:
            if key in entry.meta:
                try:
                    found[key] = money.minor(entry.meta[key], money.decimals_of(currency))
                except ValueError as fault:
                    faults.append(f"{key}: {fault}")
        if "age-from" in entry.meta and not books.date_of(entry.meta, "age-from"):
            faults.append(f"age-from: {entry.meta['age-from']!r} is no date")
        if faults:
            self.leave_out(name)
        case.placed_amount, advance, collected = found.values()
        self.record(number, Effect(name, collected, advance))
        return faults

    def hold(self, number: int, hold: Hold) -> None:
        """Put a receipt on hold: what it is to repay is no longer open."""
        self.holds[number] = hold
        payment = hold.payment
        self.record(number, Effect(hold.case, 0, -payment.repaid, -payment.repaid_lost, number, 1))

    def clear(self, number: int, receipt: int) -> None:
        """Take a receipt off hold: its legs repay what was set aside."""
        hold = self.holds[receipt]
        payment = hold.payment
        self.record(number, Effect(hold.case, 0, payment.repaid, payment.repaid_lost, receipt, -1))

    def record(self, number: int, effect: Effect) -> None:
        """Let an effect of an entry take place, and keep it for the entry's reversal."""
        self._effects.setdefault(number, []).append(effect)
        case = self._cases.get(effect.case)
        if case:
            case.collected_to_date += effect.collected
            case.advance += effect.advance
            case.lost += effect.lost
        if effect.receipt:
            self._on_hold[effect.receipt] = self._on_hold.get(effect.receipt, 0) + effect.on_hold

    def take(self, number: int, entry: Transaction, moves: Moves) -> None:
        """Bring the cases forward over an entry."""
        for name, count in self._own_words.items():
            # A payment's words are why its fee is what it is: a change of an earlier day that is posted later counts.
            del self._cases[name].classes[-count:]
        self._own_words.clear()
        for undone in books.reversed_by(entry) or ():
            for effect in [*self._effects.get(undone, ())]:
                self.record(number, effect.undone())
        for name in moves.cases & self._cases.keys():
            case = self._cases[name]
            for bucket, amount in moves.owed.get(name, {}).items():
                case.owed[bucket] += amount
            case.advance += moves.advanced.get(name, 0)
            case.lost += moves.lost.get(name, 0)
            if len(moves.cases) == 1:
                case.waived += moves.memo.get(WAIVED, 0)
                case.last = next((last for family, last in _LAST.items() if moves.memo.get(family, 0) > 0), case.last)
