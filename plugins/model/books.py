"""The books that the model keeps: entries with their legs, and sums over them (DOMAIN §2).

Everything is summed up anew whenever it is asked for.  Amounts are minor units, debit positive.
"""

from __future__ import annotations

import copy
import datetime as dt
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from plugins.model.case import Payment
    from plugins.model.contract import Terms
    from plugins.model.posting import Leg as Movement
    from plugins.model.posting import Way

EVER = dt.date.max
ONE_DAY = dt.timedelta(days=1)
LIMIT = 10**12
"""Amounts are below so many minor units, either sign."""


class Refused(Exception):
    """Something cannot be posted; nothing of it is."""


class Bank(NamedTuple):
    """An account at a bank: ``fund`` is trust or operating, ``kind`` bank or processor."""

    id: str
    fund: str
    currency: str
    kind: str = "bank"

    @property
    def account(self) -> str:
        """The ledger account."""
        if self.fund == "operating":
            return f"Assets:Operating:Bank:{self.id}"
        return f"Assets:Trust:{'InTransit' if self.kind == 'processor' else 'Bank'}:{self.id}"


class Leg(NamedTuple):
    """One posting; ``bank`` is the trust bank where it lies, ``item`` whose money it is, where that is told."""

    account: str
    currency: str
    amount: int
    bank: str = ""
    item: str = ""


@dataclass(frozen=True)
class Entry:
    """One transaction; ``step`` tells those that were made together, ``made_on`` is the day of acting.

    ``payment`` and ``way`` are what a receipt or a direct payment comes to, ``release`` when a receipt on hold is
    good, ``clears`` the number of the receipt that an entry clears, ``of`` what a waiver was said to rest on.
    """

    number: int
    event: str
    date: dt.date
    effective: dt.date
    legs: tuple[Leg, ...] = ()
    client: str = ""
    case: str = ""
    line: int = 0
    bank: str = ""
    reverses: tuple[int, ...] = ()
    base: int = 0
    amount: int = 0
    payment: Payment | None = None
    way: Way | None = None
    method: str = ""
    reference: str = ""
    of: str = ""
    release: dt.date | None = None
    clears: int = 0
    step: int = 0
    made_on: dt.date = dt.date.min

    def moved(self, account: str) -> int:
        """What the entry moves on an account."""
        return sum(leg.amount for leg in self.legs if leg.account == account)


@dataclass(frozen=True)
class Placed:
    """A case as it was placed; amounts in minor units."""

    client: str
    currency: str
    placed_on: dt.date
    age_from: dt.date
    placed_amount: int
    costs_advanced: int
    collected_to_date: int
    words: Mapping[str, str]
    day_count: str


class Line(NamedTuple):
    """A bank's line; ``status`` is open, booked (as unknown money), posted or matched."""

    number: int
    bank: str
    date: dt.date
    amount: int
    method: str
    case: str
    status: str = "open"


@dataclass
class Owing:
    """What a client owes, in the order in which payments settle it: open invoices by number, then the cured part."""

    invoices: dict[str, int] = field(default_factory=dict)
    cured: int = 0

    def settle(self, amount: int) -> None:
        """Settle what an amount covers."""
        for number in self.invoices:
            amount -= self.pay(number, amount)
        self.cured -= min(self.cured, amount)

    def pay(self, number: str, amount: int) -> int:
        """Settle one invoice as far as it is open; returns what that took."""
        part = max(0, min(self.invoices[number], amount))
        self.invoices[number] -= part
        return part


class Document(NamedTuple):
    """A fee document, credit note or invoice: ``after`` is the number of the last entry before it."""

    number: str
    kind: str
    client: str
    date: dt.date
    through: dt.date
    commission: int
    vat: int
    amount: int
    after: int
    step: int


@dataclass
class Books:
    """All that the model knows of an agency.  What fails is taken back by :meth:`restore`."""

    banks: tuple[Bank, ...]
    contracts: Mapping[str, tuple[str, tuple[Terms, ...]]]
    first_day: dt.date
    trust_interest: str
    entries: list[Entry] = field(default_factory=list)
    closed: set[str] = field(default_factory=set)
    placed: dict[str, Placed] = field(default_factory=dict)
    changes: list[tuple[str, dt.date, str, str]] = field(default_factory=list)
    """Case, day, name and value of what changed on a case."""
    owing: dict[str, Owing] = field(default_factory=dict)
    documents: list[Document] = field(default_factory=list)
    lines: dict[int, Line] = field(default_factory=dict)
    claimed: set[tuple[int, str]] = field(default_factory=set)
    """Entries, and the bank on which a line is theirs."""
    runs: set[tuple[str, dt.date, dt.date]] = field(default_factory=set)
    """Client (or bank, for a sweep), through and day of acting."""
    seen: Counter[tuple[str, ...]] = field(default_factory=Counter)
    step: int = 0
    acting: dt.date = dt.date.min

    def kept(self) -> Books:
        """The books as they are, to go back to."""
        before = copy.copy(self)
        for name, value in vars(self).items():
            setattr(before, name, copy.copy(value))
        before.owing = {client: Owing(dict(one.invoices), one.cured) for client, one in self.owing.items()}
        return before

    def restore(self, before: Books) -> None:
        """Take back all that happened since."""
        vars(self).update(vars(before))

    # --- settings --------------------------------------------------------------------------

    def bank(self, name: str, fund: str, currency: str) -> Bank:
        """The bank named, or the only one of fund and currency that is no processor."""
        of_kind = [bank for bank in self.banks if (bank.fund, bank.currency) == (fund, currency)]
        found = [bank for bank in of_kind if bank.id == name] if name else [b for b in of_kind if b.kind == "bank"]
        if len(found) != 1:
            raise Refused(f"{name or 'none'} is no {fund} bank in {currency}")
        return found[0]

    def any_bank(self, name: str) -> Bank:
        """A bank by its id."""
        for bank in self.banks:
            if bank.id == name:
                return bank
        raise Refused(f"there is no bank {name}")

    def operating(self, currency: str) -> Bank:
        """The operating bank for cure and sweep: the first of its currency."""
        for bank in self.banks:
            if (bank.fund, bank.currency) == ("operating", currency):
                return bank
        raise Refused(f"there is no operating bank in {currency}")

    def currency(self, client: str) -> str:
        """A client's currency."""
        if client not in self.contracts:
            raise Refused(f"client {client} has no contract")
        return self.contracts[client][0]

    def terms(self, client: str, day: dt.date) -> Terms:
        """The newest contract version in force on a day."""
        self.currency(client)
        begun = [terms for terms in self.contracts[client][1] if terms.effective <= max(day, self.first_day)]
        if not begun:
            raise Refused(f"client {client} has no terms on {day}")
        return max(begun, key=lambda terms: terms.effective)

    # --- posting ---------------------------------------------------------------------------

    def open_day(self, day: dt.date) -> dt.date:
        """The day, or the first one of the first open month (DOMAIN §4, "Dates")."""
        day = max(day, self.first_day)
        while day.isoformat()[:7] in self.closed:
            day = dt.date(day.year + day.month // 12, day.month % 12 + 1, 1)
        return day

    def post(self, event: str, day: dt.date, legs: Iterable[Leg], entry: Entry | None = None) -> Entry:
        """One more entry, dated on the first open day; ``entry`` has what else it says."""
        made = replace(
            entry or Entry(0, event, day, day),
            number=len(self.entries) + 1,
            event=event,
            date=self.open_day(day),
            legs=tuple(leg for leg in legs if leg.amount),
            step=self.step,
            made_on=self.acting,
        )
        if any(abs(leg.amount) >= LIMIT for leg in made.legs):
            raise Refused(f"a {event} is too large")
        _balanced(made)
        self.entries.append(made)
        return made

    def dated_today(self) -> dt.date:
        """The day of acting, which must be open."""
        if self.open_day(self.acting) != self.acting:
            raise Refused(f"{self.acting} lies in a closed month")
        return self.acting

    # --- sums ------------------------------------------------------------------------------

    def balance(self, account: str, currency: str, at: dt.date = EVER, bank: str = "", item: str = "") -> int:
        """A balance at the end of a day: at one trust bank, of one item, or whole."""
        return sum(amount for day, amount in self._movements(account, currency, bank, item) if day <= at)

    def lowest(self, account: str, currency: str, bank: str, span: tuple[dt.date, dt.date], item: str = "") -> int:
        """The lowest credit at the end of any day of a span."""
        movements = self._movements(account, currency, bank, item)
        days = {span[0]} | {day for day, _ in movements if span[0] < day <= span[1]}
        return min(-sum(amount for day, amount in movements if day <= end) for end in days)

    def _movements(self, account: str, currency: str, bank: str, item: str) -> list[tuple[dt.date, int]]:
        return [
            (entry.date, leg.amount)
            for entry in self.entries
            for leg in entry.legs
            if leg.account == account and leg.currency == currency and bank in {"", leg.bank} and item in {"", leg.item}
        ]

    def short(self, through: dt.date) -> list[tuple[dt.date, Leg]]:
        """What is in debit at the end of a day and must be cured: the day, and the debit (DOMAIN §4, "Cure")."""
        sums: dict[tuple[str, str, str, str], dict[dt.date, int]] = {}
        for entry in self.entries:
            for leg in entry.legs:
                if entry.date <= through and _is_cured(leg.account):
                    days = sums.setdefault((leg.account, leg.currency, leg.bank, leg.item), {})
                    days[entry.date] = days.get(entry.date, 0) + leg.amount
        found = []
        for (account, currency, bank, item), days in sums.items():
            balance = 0
            for day in sorted(days):
                balance += days[day]
                if balance > 0:
                    found.append((day, Leg(account, currency, balance, bank, item)))
                    balance = 0
        return sorted(found)

    def standing(self) -> list[Entry]:
        """The entries that no other reverses."""
        undone = {number for entry in self.entries for number in entry.reverses}
        return [entry for entry in self.entries if entry.number not in undone]


def _is_cured(account: str) -> bool:
    fixed = ("UndrawnFees", "DebtorRefund", "Unidentified")
    names = {f"Liabilities:Trust:{name}" for name in fixed}
    return account in names or account.startswith("Liabilities:Trust:ClientPayable:")


def _balanced(entry: Entry) -> None:
    """Invariant 1, and within trust for each bank (DOMAIN §2)."""
    sums: Counter[tuple[str, str, str]] = Counter()
    for leg in entry.legs:
        sums[fund_of(leg.account), leg.currency, leg.bank] += leg.amount
    if any(sums.values()):
        raise AssertionError(f"entry {entry.number}, a {entry.event}, does not balance: {dict(sums)}")


def fund_of(account: str) -> str:
    """trust, operating or memo."""
    if account.startswith(("Assets:Trust:", "Liabilities:Trust:")):
        return "trust"
    return "memo" if account.startswith("Equity:Memo:") else "operating"


@dataclass(frozen=True)
class Slip:
    """Legs in the making: pairs of a debit and a credit, in one currency, at one trust bank."""

    currency: str
    bank: str = ""
    item: str = ""
    legs: tuple[Leg, ...] = ()

    def pair(self, debit: str, credit: str, amount: int) -> Slip:
        """Debit one account and credit another."""
        return self.one(debit, amount).one(credit, -amount)

    def one(self, account: str, amount: int) -> Slip:
        """One leg."""
        fund = fund_of(account)
        currency = f"{self.currency}.D" if fund == "memo" else self.currency
        item = self.item if account in _OF_ONE else ""
        return replace(
            self, legs=(*self.legs, Leg(account, currency, amount, self.bank if fund == "trust" else "", item))
        )

    def all(self, movements: Mapping[Movement, int]) -> Slip:
        """Legs from movements by account."""
        slip = self
        for (account, _), amount in movements.items():
            slip = slip.one(account, amount)
        return slip


_OF_ONE = tuple(f"Liabilities:Trust:{name}" for name in ("DebtorRefund", "Unidentified", "UnclaimedProperty"))
"""Accounts whose postings are judged one by one."""
