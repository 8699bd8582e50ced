"""Payments of debtors: direct, received, on hold, cleared; and which of them stand (DOMAIN §3, §4)."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from plugins.model import case as of_case
from plugins.model import posting
from plugins.model.books import Entry, Placed, Refused, Slip
from plugins.model.register import Fact, on_hold, placed_of, state

if TYPE_CHECKING:
    from plugins.model.books import Books

PAYMENTS = ("receipt", "asset_sale", "identified", "direct_payment", "forwarder_receipt")
"""Events that take a payment off the debt."""


def direct(books: Books, fact: Fact) -> None:
    """The debtor paid the client: what goes beyond the balance is only noted."""
    placed = placed_of(books, fact)
    terms = books.terms(placed.client, fact.since)
    payment = state(books, fact.case).payment(terms, posting.PDC, fact.since, fact.amount or 0)
    way = posting.Way(placed.client, posting.PDC, terms.remittance)
    slip = Slip(placed.currency).all(posting.direct(way, payment))
    books.post(fact.event, fact.day, slip.legs, _paid(fact, placed, payment, way, ""))


def _paid(fact: Fact, placed: Placed, payment: of_case.Payment, way: posting.Way, bank: str) -> Entry:
    said = fact.entry(placed, bank=bank)
    return replace(said, base=payment.base, payment=payment, way=way)


def receive(books: Books, fact: Fact) -> None:
    """Money of a debtor comes in: to trust, to operating by mistake, through a forwarder, or out of Unidentified."""
    placed = placed_of(books, fact)
    client, currency, amount = placed.client, placed.currency, fact.amount or 0
    terms = books.terms(client, fact.since)
    forwarded = fact.event == "forwarder_receipt"
    if forwarded and (not fact.forwarder or fact.kept > amount):
        raise Refused("a forwarder_receipt names its forwarder, who kept no more than all of it")
    astray = not forwarded and bool(fact.bank) and books.any_bank(fact.bank).fund == "operating"
    came_to = books.bank(fact.bank, "operating" if astray else "trust", currency)
    trust = books.bank(terms.trust_bank, "trust", currency) if astray else came_to
    case = state(books, fact.case)
    if not case.outstanding and case.last in {of_case.RECALLED, of_case.WRITTEN_OFF}:
        raise Refused(f"case {fact.case} was {case.last}: a person decides")
    source = posting.FORWARDED if forwarded else posting.PAA
    payment = case.payment(terms, source, fact.since, amount)
    hold = 0 if forwarded else terms.hold(fact.method)
    way = posting.Way(client, source, terms.remittance, fact.kept, amount if astray else 0)
    money = "Liabilities:Trust:Unidentified" if fact.event == "identified" else came_to.account
    unknown = Slip(currency, trust.id, f"line:{fact.line}").one(money, amount - fact.kept)
    slip = Slip(currency, trust.id, f"case:{fact.case}", unknown.legs).one("Expenses:ForwarderFees", fact.kept)
    slip = slip.all(posting.received(way, payment, on_hold=hold > 0))
    said = _paid(fact, placed, payment, way, trust.id)
    release = fact.since + dt.timedelta(days=hold) if hold else None
    books.post(fact.event, fact.day, slip.legs, replace(said, release=release))


def clear(books: Books, through: dt.date) -> None:
    """What is released by a day becomes the client's, on its release date (DOMAIN §4, "When a fee is earned")."""
    due = [
        (max(entry.release, entry.date), entry)
        for entry in on_hold(books)
        if entry.release and entry.release <= through and entry.date <= through
    ]
    for day, entry in sorted(due, key=lambda one: (one[0], one[1].number)):
        payment, way = entry.payment, entry.way
        if payment is None or way is None or not payment.gross:
            continue
        slip = Slip(books.placed[entry.case].currency, entry.bank).all(posting.cleared(way, payment))
        said = replace(entry, base=0, release=None, clears=entry.number, effective=day)
        books.post("cleared", day, slip.legs, said)


class Paid(NamedTuple):
    """One payment of a debtor that stands: all its entries (DOMAIN §4, "Returned payment")."""

    key: tuple[int, int]
    entries: tuple[Entry, ...]
    amount: int

    @property
    def cases(self) -> set[str]:
        """The cases that it was given to."""
        return {entry.case for entry in self.entries} - {""}

    @property
    def days(self) -> set[dt.date]:
        """The days by which it is known: the bank's, and those of its entries."""
        booked = [entry for entry in self.entries if entry.event != "cleared"]
        return {day for entry in booked for day in (entry.date, entry.effective)}

    def part(self, case: str) -> int:
        """What of it was given to one case."""
        return sum(entry.amount for entry in self.entries if entry.case == case and entry.event in PAYMENTS)


def payments(books: Books) -> list[Paid]:
    """All payments that stand, in the order in which they came: those of one bank line together."""
    groups: dict[tuple[int, int], list[Entry]] = {}
    for entry in books.standing():
        if entry.event in (*PAYMENTS, "cleared", "unidentified", "suspense"):
            of = (0, entry.line) if entry.line else (1, entry.clears or entry.number)
            groups.setdefault(of, []).append(entry)
    return [Paid(key, tuple(entries), _amount(entries)) for key, entries in groups.items()]


def _amount(entries: list[Entry]) -> int:
    """What the debtor paid: as it was booked as unknown money, else as it was received."""
    unknown = [entry for entry in entries if entry.event in {"unidentified", "suspense"}]
    return sum(entry.amount for entry in unknown or entries if entry.event != "cleared")


def basis(books: Books, fact: Fact) -> None:
    """What rests on a receipt names it where the case has several of that day."""
    if fact.of:
        return
    of_day = {one.key for one in payments(books) if fact.case in one.cases and fact.since in one.days}
    if len(of_day) > 1:
        raise Refused(f"case {fact.case} has several payments on {fact.since}")
