"""Payments that came back: the exact negation of all that one payment made (DOMAIN §4, "Returned payment")."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from plugins.model import posting
from plugins.model.books import Refused, Slip
from plugins.model.payments import PAYMENTS, payments, receive
from plugins.model.register import Fact

if TYPE_CHECKING:
    from collections.abc import Sequence

    from plugins.model.books import Books, Entry
    from plugins.model.payments import Paid

UNKNOWN = "unknown"
_RESTING = ("settlement", "collector_commission")


def come_back(books: Books, fact: Fact) -> None:
    """A payment of a case came back, or a part of one that was split; or one that nobody knows."""
    if fact.of == UNKNOWN:
        _of_nobody(books, fact)
        return
    paid, part = _find(books, fact)
    resting = [entry for entry in books.standing() if entry.event in _RESTING and _rests_on(entry, paid)]
    posted = max(entry.date for entry in (*paid.entries, *resting))
    if posted > fact.day:  # nothing is undone before it was posted
        fact = fact._replace(day=posted, effective=fact.since)
    for case in [*sorted(paid.cases), ""]:
        entries = [entry for entry in paid.entries if entry.case == case or len(paid.cases) <= 1]
        if case == "" and len(paid.cases) == 1:
            continue
        carried = [entry for entry in resting if entry.case == case and part in {"", case}]
        if entries:
            _negate(books, fact, case, [*entries, *carried])
    if part:
        _post_rest(books, fact, paid, part)


def _find(books: Books, fact: Fact) -> tuple[Paid, str]:
    """The payment meant; and the case, where only its part of a split came back."""
    found = [paid for paid in payments(books) if min(paid.days) <= fact.day]
    if fact.case:
        found = [paid for paid in found if fact.case in paid.cases]
    if fact.of:
        found = [paid for paid in found if any(fact.of in {e.reference, str(e.number)} for e in paid.entries)]
    moved = {paid.key: paid.amount for paid in found}
    if fact.line:
        account = books.any_bank(fact.bank).account
        moved = {paid.key: sum(entry.moved(account) for entry in paid.entries) for paid in found}
    parts = [p for p in found if len(p.cases) > 1 and (moved[p.key], p.part(fact.case)) == (p.amount, fact.amount)]
    whole = [paid for paid in found if fact.amount in {None, moved[paid.key]}]
    both = [(paid, "") for paid in whole] + [(paid, fact.case) for paid in parts]
    if not both or not (fact.case or fact.of):
        raise Refused(f"no such payment of {fact.case} has not come back")
    if len(both) > 1 and not fact.line:
        raise Refused("several such payments have not come back")
    return max(both, key=lambda one: max(entry.number for entry in one[0].entries))


def _rests_on(entry: Entry, paid: Paid) -> bool:
    if entry.case not in paid.cases:
        return False
    if entry.of:
        return any(entry.of in {one.reference, str(one.number)} for one in paid.entries)
    return entry.effective in paid.days


def _negate(books: Books, fact: Fact, case: str, entries: Sequence[Entry]) -> None:
    """One entry that is minus the sum of others."""
    client = next((entry.client for entry in entries if entry.client), "")
    said = replace(
        fact.entry(client=client),
        case=case,
        reverses=tuple(entry.number for entry in entries),
        base=-sum(entry.base for entry in entries),
    )
    legs = [leg._replace(amount=-leg.amount) for entry in entries for leg in entry.legs]
    books.post(fact.event, fact.day, legs, said)


def _post_rest(books: Books, fact: Fact, paid: Paid, part: str) -> None:
    """What was given to others, or to nobody yet, is posted again in the same transaction."""
    for entry in sorted(paid.entries, key=lambda one: (one.case, one.number)):
        if entry.event in PAYMENTS and entry.case != part:
            again = Fact("receipt", fact.day, case=entry.case, amount=entry.amount, bank=entry.bank)
            receive(books, again._replace(method=entry.method, line=fact.line, effective=entry.effective))
    for entry in paid.entries:
        rest = entry.amount - sum(one.amount for one in paid.entries if one.event == "identified")
        if entry.event == "unidentified" and rest:
            unknown(books, Fact("unidentified", fact.day, amount=rest, bank=entry.bank, line=entry.line))


def unknown(books: Books, fact: Fact) -> None:
    """Money that nothing explains: Unidentified on a trust bank, Suspense on an operating one."""
    bank, amount = books.any_bank(fact.bank), fact.amount or 0
    to = "Liabilities:Trust:Unidentified" if bank.fund == "trust" else "Liabilities:Operating:Suspense"
    slip = Slip(bank.currency, bank.id, f"line:{fact.line}").pair(bank.account, to, amount)
    books.post(fact.event, fact.day, slip.legs, fact.entry(bank=bank.id))


def take_back(books: Books, entry: Entry) -> None:
    """The booking of unknown money that turned out to be our own."""
    said = Fact("reversal", entry.effective, line=entry.line, amount=entry.amount)
    _negate(books, said._replace(day=entry.date), "", [entry])


def _of_nobody(books: Books, fact: Fact) -> None:
    """A receipt that we do not know: given to a client by a person, or to nobody."""
    if fact.amount is None:
        raise Refused("the return of an unknown receipt names its amount")
    currency = books.currency(fact.client) if fact.client else books.any_bank(fact.bank).currency
    bank = books.bank(fact.bank, "trust", currency)
    slip = Slip(currency, bank.id)
    if fact.client:
        slip = slip.pair(f"{posting.PAYABLE}:{fact.client}", bank.account, fact.amount)
    else:
        slip = slip.pair(posting.UNDRAWN, bank.account, fact.amount)
        slip = slip.pair("Expenses:ReturnsIrrecoverable", posting.DUE, fact.amount)
    books.post(fact.event, fact.day, slip.legs, fact.entry(client=fact.client, bank=bank.id))
