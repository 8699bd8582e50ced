"""Events on cases: what each does to a debt, told by replaying the case's entries (DOMAIN §3, §4)."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, NamedTuple

from plugins.model import case as of_case
from plugins.model import posting
from plugins.model.books import Entry, Placed, Refused, Slip
from plugins.model.case import Case
from plugins.model.contract import BUCKETS, CLASSES, COURT_COSTS, INTEREST, PRINCIPAL
from plugins.model.interest import Interest
from plugins.model.money import number

if TYPE_CHECKING:
    from plugins.model.books import Books

PAYMENTS = ("receipt", "asset_sale", "identified", "direct_payment", "forwarder_receipt")
"""Events that take a payment off the debt."""

_LAST = {
    **dict.fromkeys(("recall", "close_return", "placement_adjustment", "judgment"), of_case.RECALLED),
    "write_off": of_case.WRITTEN_OFF,
}
_GIVEN_UP = {
    "settlement": "SettlementWaived",
    "write_off": "WrittenOff",
    "recall": "Recalled",
    "close_return": "Recalled",
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


def basis(books: Books, fact: Fact) -> None:
    """What rests on a receipt names it where the case has several of that day."""
    if fact.of:
        return
    of_day = {one.key for one in payments(books) if fact.case in one.cases and fact.since in one.days}
    if len(of_day) > 1:
        raise Refused(f"case {fact.case} has several payments on {fact.since}")


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


# --- payments --------------------------------------------------------------------------------


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
    return Entry(**{**vars(said), "base": payment.base, "payment": payment, "way": way})


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
    books.post(fact.event, fact.day, slip.legs, Entry(**{**vars(said), "release": release}))


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
        said = Entry(**{**vars(entry), "base": 0, "release": None, "clears": entry.number, "effective": day})
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
    assert account.endswith(PRINCIPAL.capitalize())
    moves = sorted(((max(entry.effective, since), entry.moved(account)) for entry in entries), key=lambda move: move[0])
    for day, amount in moves:
        principal += amount
        steps.append((day, principal))
    told = [(day, number(rate)) for day, rate in rates]
    interest = Interest(steps, told, placed.day_count)
    return interest.to_accrue(since, through, accrued, case.owed[INTEREST])
