"""Events on a debt and its costs, and its interest (DOMAIN §3, §4)."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from plugins.model import posting
from plugins.model.books import Refused, Slip
from plugins.model.contract import BUCKETS, COURT_COSTS, INTEREST
from plugins.model.interest import Interest
from plugins.model.money import number
from plugins.model.payments import basis
from plugins.model.register import Fact, placed_of, state, taken

if TYPE_CHECKING:
    from plugins.model.books import Books, Placed
    from plugins.model.case import Case

_GIVEN_UP = {
    "settlement": "SettlementWaived",
    "write_off": "WrittenOff",
    "recall": "Recalled",
    "close_return": "Recalled",
}


# --- the debt --------------------------------------------------------------------------------


def place(books: Books, fact: Fact, placed: Placed) -> None:
    """A debt is placed; its past comes along, without entries."""
    if fact.case in books.placed:
        raise Refused(f"case {fact.case} was placed before")
    if sum(fact.buckets) <= 0:
        raise Refused("a placement has an amount")
    books.terms(placed.client, fact.day)
    books.placed[fact.case] = placed
    slip = Slip(placed.currency).one(f"Equity:Memo:Placed:{placed.client}", -sum(fact.buckets))
    _raise(books, fact, slip, dict(zip(BUCKETS, fact.buckets, strict=True)))


def _raise(books: Books, fact: Fact, slip: Slip, by: dict[str, int]) -> None:
    """Raise the buckets of a case; the other side is given."""
    placed = books.placed[fact.case]
    slip = slip.all(posting.off_buckets(placed.client, {bucket: -amount for bucket, amount in by.items()}))
    books.post(fact.event, fact.day, slip.legs, fact.entry(placed))


def adjust(books: Books, fact: Fact) -> None:
    """One bucket is corrected, up or down."""
    placed, amount = placed_of(books, fact), fact.amount or 0
    if fact.bucket not in BUCKETS:
        raise Refused("a placement_adjustment names its bucket")
    if state(books, fact.case).owed[fact.bucket] + amount < 0:
        raise Refused("more than the bucket has")
    _raise(
        books, fact, Slip(placed.currency).one(f"Equity:Memo:Adjusted:{placed.client}", -amount), {fact.bucket: amount}
    )


def judge(books: Books, fact: Fact) -> None:
    """A court sets every bucket anew."""
    placed, owed = placed_of(books, fact), state(books, fact.case).owed
    if sum(fact.buckets) <= 0:
        raise Refused("a judgment leaves something")
    by = {bucket: new - owed[bucket] for bucket, new in zip(BUCKETS, fact.buckets, strict=True)}
    slip = Slip(placed.currency).one(f"Equity:Memo:Adjusted:{placed.client}", -sum(by.values()))
    _raise(books, fact, slip, by)


def accrue_by_hand(books: Books, fact: Fact) -> None:
    """Interest accrues; a correction takes no more than there is."""
    placed, amount = placed_of(books, fact), fact.amount or 0
    if state(books, fact.case).owed[INTEREST] + amount < 0:
        raise Refused("more than the interest outstanding")
    slip = Slip(placed.currency).one(f"Equity:Memo:InterestAccrued:{placed.client}", -amount)
    _raise(books, fact, slip, {INTEREST: amount})


def change(books: Books, fact: Fact) -> None:
    """A case is classified anew from a day on; nothing is posted."""
    if not fact.changes:
        raise Refused("a case_change changes something")
    placed = placed_of(books, fact)
    books.changes += [(fact.case, fact.since, name, value) for name, value in fact.changes]
    books.post(fact.event, fact.day, (), fact.entry(placed))


def give_up(books: Books, fact: Fact) -> None:
    """A settlement, write-off or recall takes all that is outstanding, a part, or of one bucket."""
    placed, case = placed_of(books, fact), state(books, fact.case)
    if fact.event == "settlement":
        basis(books, fact)
    there = case.owed[fact.bucket] if fact.bucket else case.outstanding
    amount = taken(fact.amount, there, f"case {fact.case}")
    by = case.given_up(books.terms(placed.client, fact.since).waterfall, amount, fact.bucket)
    other = f"Equity:Memo:{_GIVEN_UP[fact.event]}:{placed.client}"
    _raise(books, fact, Slip(placed.currency).one(other, amount), {bucket: -part for bucket, part in by.items()})


# --- costs -----------------------------------------------------------------------------------


def advance_cost(books: Books, fact: Fact) -> None:
    """A cost of the case, advanced by the agency or paid out of the client's deposit."""
    placed, amount = placed_of(books, fact), fact.amount or 0
    client, currency = placed.client, placed.currency
    if fact.from_:
        own = books.terms(client, fact.since).trust_bank
        bank = books.bank(fact.bank or own, "trust", currency)
        account = f"Liabilities:Trust:ClientCostDeposit:{client}"
        span = (books.open_day(fact.day), dt.date.max)
        taken(amount, books.lowest(account, currency, bank.id, span), "the deposit")
        slip = Slip(currency, bank.id).pair(account, bank.account, amount)
    else:
        bank = books.bank(fact.bank, "operating", currency)
        slip = Slip(currency).pair(f"{posting.ADVANCED}:{client}", bank.account, amount)
    _raise(books, fact, slip.one(f"Equity:Memo:CostsAdded:{client}", -amount), {COURT_COSTS: amount})


def bill_cost(books: Books, fact: Fact) -> None:
    """The agency's own advance is billed to the client, or given up."""
    placed = placed_of(books, fact)
    advance = state(books, fact.case).advance
    amount = taken(fact.amount, advance, f"the advance on {fact.case}")
    to = posting.IRRECOVERABLE if fact.event == "cost_write_off" else f"{posting.RECEIVABLE}:{placed.client}"
    slip = Slip(placed.currency).pair(to, f"{posting.ADVANCED}:{placed.client}", amount)
    books.post(fact.event, fact.day, slip.legs, fact.entry(placed))


def commission_of_collector(books: Books, fact: Fact) -> None:
    """A collector earns on a payment."""
    placed = placed_of(books, fact)
    basis(books, fact)
    slip = Slip(placed.currency).pair(
        "Expenses:CollectorCommission", "Liabilities:Operating:CollectorCommission", fact.amount or 0
    )
    books.post(fact.event, fact.day, slip.legs, fact.entry(placed))


# --- interest --------------------------------------------------------------------------------


def accrue(books: Books, through: dt.date) -> list[Fact]:
    """Interest of all active cases through a day, as facts of that day (DOMAIN §4, "Interest")."""
    facts = []
    for name, placed in sorted(books.placed.items()):
        case = state(books, name)
        rates = [(placed.placed_on, placed.words["interest_rate"])] if placed.words.get("interest_rate") else []
        rates += [(day, value) for of, day, word, value in books.changes if (of, word) == (name, "interest_rate")]
        amount = _to_accrue(books, name, case, rates, through) if rates and case.outstanding else 0
        if amount:
            facts.append(Fact("interest_accrual", through, case=name, amount=amount))
    return facts


def _to_accrue(books: Books, name: str, case: Case, rates: list[tuple[dt.date, str]], through: dt.date) -> int:
    placed = books.placed[name]
    entries = [entry for entry in books.entries if entry.case == name]
    judged = [index for index, entry in enumerate(entries) if entry.event == "judgment"]
    first = judged[-1] if judged else 0
    since = entries[first].effective
    if since > through:
        return 0
    accrued_on = f"Equity:Memo:InterestAccrued:{placed.client}"
    accrued, beyond = 0, 0
    for entry in entries[first:]:
        amount = -entry.moved(accrued_on)
        accrued += amount
        beyond += amount if entry.effective > through else 0
    if beyond:
        return 0  # what was accrued for later days is corrected when those are accrued again
    principal, steps = 0, []
    account = f"{posting.OUTSTANDING}:{placed.client}:Principal"
    moves = sorted(((max(entry.effective, since), entry.moved(account)) for entry in entries), key=lambda move: move[0])
    for day, amount in moves:
        principal += amount
        steps.append((day, principal))
    told = [(day, number(rate)) for day, rate in rates]
    interest = Interest(steps, told, placed.day_count)
    return interest.to_accrue(since, through, accrued, case.owed[INTEREST])
