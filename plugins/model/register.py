"""What comes in as facts, and the cases as they stand: told by replaying their entries (DOMAIN §4)."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, NamedTuple

from plugins.model import case as of_case
from plugins.model import posting
from plugins.model.books import Entry, Placed, Refused
from plugins.model.case import Case
from plugins.model.contract import CLASSES

if TYPE_CHECKING:
    from plugins.model.books import Books

_LAST = {
    **dict.fromkeys(("recall", "close_return", "placement_adjustment", "judgment"), of_case.RECALLED),
    "write_off": of_case.WRITTEN_OFF,
}


class Fact(NamedTuple):
    """One event as it comes: an amount of None is all there is; the effective day is the event's own."""

    event: str
    day: dt.date
    client: str = ""
    case: str = ""
    amount: int | None = None
    currency: str = ""
    bank: str = ""
    method: str = ""
    bucket: str = ""
    buckets: tuple[int, ...] = (0, 0, 0, 0)
    forwarder: str = ""
    kept: int = 0
    of: str = ""
    from_: str = ""
    to: str = ""
    reference: str = ""
    changes: tuple[tuple[str, str], ...] = ()
    line: int = 0
    effective: dt.date | None = None

    @property
    def since(self) -> dt.date:
        """The day that decides terms, age and tiers."""
        return self.effective or self.day

    def entry(self, placed: Placed | None = None, *, client: str = "", bank: str = "") -> Entry:
        """What its entry says."""
        return Entry(
            0,
            self.event,
            self.day,
            self.since,
            client=placed.client if placed else client,
            case=self.case,
            line=self.line,
            bank=bank,
            amount=self.amount or 0,
            method=self.method,
            reference=self.reference,
            of=self.of,
        )


def taken(amount: int | None, there: int, what: str) -> int:
    """The amount wanted, or all there is."""
    wanted = max(there, 0) if amount is None else amount
    if not 0 < wanted <= there:
        raise Refused(f"{what} has {there} to take, not {wanted}")
    return wanted


def currency_of(books: Books, fact: Fact) -> str:
    """The client's, else the fact's own, its bank's, the agency's."""
    if fact.client:
        own = books.currency(fact.client)
        if fact.currency not in {"", own}:
            raise Refused(f"client {fact.client} is in {own}")
        return own
    return fact.currency or (books.any_bank(fact.bank).currency if fact.bank else books.banks[0].currency)


def placed_of(books: Books, fact: Fact) -> Placed:
    """The case that a fact names."""
    placed = books.placed.get(fact.case)
    if placed is None:
        raise Refused(f"there is no case {fact.case!r}")
    if fact.client not in {"", placed.client} or fact.currency not in {"", placed.currency}:
        raise Refused(f"case {fact.case} is of {placed.client} in {placed.currency}")
    return placed


def state(books: Books, name: str) -> Case:
    """A case after all its entries."""
    placed = books.placed[name]
    client = placed.client
    case = Case(client, placed.currency, placed.age_from, placed.placed_amount, placed.collected_to_date)
    case.advance = placed.costs_advanced
    for word in CLASSES:
        case.classify(dt.date.min, word, placed.words.get(word, ""))
    for of, day, word, value in books.changes:
        if of == name and word in CLASSES:
            case.classify(day, word, value)
    for entry in books.entries:
        if entry.case == name:
            _replay(case, entry)
    for entry in on_hold(books):
        if entry.case == name and entry.payment:
            case.advance -= entry.payment.repaid
            case.lost -= entry.payment.repaid_lost
    return case


def _replay(case: Case, entry: Entry) -> None:
    moved = False
    for leg in entry.legs:
        name, _, last = leg.account.rpartition(":")
        if name == f"{posting.OUTSTANDING}:{case.client}":
            case.owed[posting.BUCKET_OF[last]] += leg.amount
            moved = True
        elif leg.account == f"{posting.ADVANCED}:{case.client}":
            case.advance += leg.amount
        elif leg.account == posting.IRRECOVERABLE:
            case.lost += leg.amount
        elif leg.account == f"Equity:Memo:SettlementWaived:{case.client}":
            case.waived += leg.amount
    case.collected_to_date += entry.base
    if moved and not case.outstanding:
        case.last = _LAST.get(entry.event, of_case.PAID)


def on_hold(books: Books) -> list[Entry]:
    """Receipts on hold that stand and are not cleared."""
    standing = books.standing()
    cleared = {entry.clears for entry in standing}
    return [entry for entry in standing if entry.release and entry.number not in cleared]
