"""Sound books pass; books with one pair of legs altered are found out exactly where an invariant breaks.

The oracle below is as plain as can be: it sums everything anew for each date and each entry, in integers.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from hypothesis import event, given, settings
from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.plugins.conftest import Checked

FIRST_DAY = dt.date(2025, 1, 1)
LAST_DAY = dt.date(2025, 1, 20)
CLIENTS = {"ALFA": ("TRUST", "CNY"), "BETA": ("SECOND", "CNY"), "GAMMA": ("DOLLAR", "USD")}
CASES = {"A-1": "ALFA", "A-2": "ALFA", "B-1": "BETA", "G-1": "GAMMA"}
IN_TRANSIT_AT_BANK = 500
"""Minor units that each bank's statement shows short of its book, and lists as a reconciling item."""


@dataclass(frozen=True)
class Leg:
    """A leg in minor units; bank and case are empty where the account has none."""

    account: str
    amount: int
    commodity: str
    bank: str = ""
    case: str = ""


@dataclass(frozen=True)
class Entry:
    """An entry; ``number`` is its place in posting order."""

    number: int
    date: dt.date
    legs: tuple[Leg, ...]


@dataclass
class Agency:
    """A small agency that posts sound entries."""

    entries: list[Entry] = field(default_factory=list)
    owed: dict[str, int] = field(default_factory=lambda: dict.fromkeys(CASES, 0))

    def post(self, date: dt.date, *legs: Leg) -> None:
        """Append an entry."""
        self.entries.append(Entry(len(self.entries) + 1, date, legs))

    def place(self, date: dt.date, case: str, amount: int) -> None:
        """Place debt on a case."""
        client, memo = CASES[case], CLIENTS[CASES[case]][1] + ".D"
        self.owed[case] += amount
        self.post(
            date,
            Leg(f"Equity:Memo:Outstanding:{client}:Principal", amount, memo, case=case),
            Leg(f"Equity:Memo:Placed:{client}", -amount, memo),
        )

    def receive(self, date: dt.date, case: str, wanted: int) -> None:
        """Receive at most what a case owes, a tenth of it for the agency."""
        client, amount = CASES[case], min(wanted, self.owed[case])
        bank, cash = CLIENTS[client]
        fee = amount // 10
        self.owed[case] -= amount
        self.post(
            date,
            Leg(f"Assets:Trust:Bank:{bank}", amount, cash),
            Leg(f"Liabilities:Trust:ClientPayable:{client}", -amount, cash, bank),
            Leg(f"Liabilities:Trust:ClientPayable:{client}", fee, cash, bank),
            Leg("Liabilities:Trust:UndrawnFees", -fee, cash, bank),
            Leg("Assets:Operating:DueFromTrust", fee, cash),
            Leg(f"Income:Commission:{client}:PAA", -fee, cash),
            Leg(f"Equity:Memo:CollectedPAA:{client}", amount, cash + ".D"),
            Leg(f"Equity:Memo:Outstanding:{client}:Principal", -amount, cash + ".D", case=case),
        )

    def remit(self, date: dt.date, case: str, amount: int) -> None:
        """Remit to the client of a case, and sweep as much."""
        client = CASES[case]
        bank, cash = CLIENTS[client]
        self.post(
            date,
            Leg(f"Liabilities:Trust:ClientPayable:{client}", amount, cash, bank),
            Leg(f"Assets:Trust:Bank:{bank}", -amount, cash),
            Leg("Liabilities:Trust:UndrawnFees", amount, cash, bank),
            Leg(f"Assets:Trust:Bank:{bank}", -amount, cash),
            Leg("Assets:Operating:Bank:MAIN", amount, cash),
            Leg("Assets:Operating:DueFromTrust", -amount, cash),
        )


@st.composite
def agencies(draw: st.DrawFn) -> list[Entry]:
    """The entries of a sound agency: posting order is not date order."""
    agency = Agency()
    dates = st.integers(0, (LAST_DAY - FIRST_DAY).days).map(lambda days: FIRST_DAY + dt.timedelta(days=days))
    deeds = [agency.place, agency.receive, agency.remit]
    rows = st.tuples(st.sampled_from(deeds), dates, st.sampled_from(sorted(CASES)), st.integers(1, 10**6))
    for deed, date, case, amount in draw(st.lists(rows, min_size=1, max_size=12)):
        deed(date, case, amount)
    return agency.entries


@st.composite
def alterations(draw: st.DrawFn) -> tuple[list[Entry], Entry]:
    """Sound entries, and one of them with two legs of a commodity altered by the same figure, against each other."""
    entries = draw(agencies())
    entry = draw(st.sampled_from(entries))
    first = draw(st.integers(0, len(entry.legs) - 1))
    others = [
        place for place, leg in enumerate(entry.legs) if place != first and leg.commodity == entry.legs[first].commodity
    ]
    second = draw(st.sampled_from(others))
    by = draw(st.integers(1, 10**6)) * draw(st.sampled_from([1, -1]))
    legs = list(entry.legs)
    legs[first] = replace(legs[first], amount=legs[first].amount + by)
    legs[second] = replace(legs[second], amount=legs[second].amount - by)
    return entries, replace(entry, legs=tuple(legs))


def written(amount: int, commodity: str) -> str:
    """An amount as the books write it."""
    return f"{'-' if amount < 0 else ''}{abs(amount) // 100}.{abs(amount) % 100:02} {commodity}"


def book_of(entries: list[Entry], bank: str) -> int:
    """What a bank's book holds in the end."""
    account = f"Assets:Trust:Bank:{bank}"
    return sum(leg.amount for entry in entries for leg in entry.legs if leg.account == account)


def published(entries: list[Entry], stated: list[Entry]) -> str:
    """The books of some entries, numbers descending, with the bank statements of others."""
    lines = [
        *(f"2025-01-01 open Assets:Trust:Bank:{bank} {cash}" for bank, cash in CLIENTS.values() if bank != "TRUST"),
        *(f"2025-01-01 open {account}:GAMMA" for account in ("Liabilities:Trust:ClientPayable", "Equity:Memo:Placed")),
        "2025-01-01 open Equity:Memo:CollectedPAA:GAMMA",
        "2025-01-01 open Equity:Memo:Outstanding:GAMMA:Principal",
        "2025-01-01 open Income:Commission:GAMMA:PAA",
    ]
    for entry in reversed(entries):
        lines += [f'{entry.date} * "an event"  ; at {entry.number}', f'  entry: "{entry.number}"']
        for leg in entry.legs:
            lines.append(f"  {leg.account}  {written(leg.amount, leg.commodity)}")
            lines += [f'    {key}: "{value}"' for key, value in (("bank", leg.bank), ("case", leg.case)) if value]
    for bank, cash in CLIENTS.values():
        balance = written(book_of(stated, bank) + IN_TRANSIT_AT_BANK, cash)
        where = f"Assets:Trust:Bank:{bank}"
        lines += [
            f'{LAST_DAY} custom "bank-statement" {where} {balance}  ; at {bank}',
            f'{LAST_DAY} custom "reconciling-item" {where} {written(IN_TRANSIT_AT_BANK, cash)} "not yet at the bank"',
        ]
    return "\n".join(lines)


def unequal_funds(entry: Entry) -> bool:
    """Invariant 1, of one entry."""
    sums: dict[tuple[str, str], int] = {}
    for leg in entry.legs:
        root, second, *_ = leg.account.split(":")
        fund = second if second in {"Trust", "Memo"} and root != "Income" else "Operating"
        sums[fund, leg.commodity] = sums.get((fund, leg.commodity), 0) + leg.amount
    return any(sums.values())


def parted_bridge(entry: Entry) -> bool:
    """Invariant 4, of one entry."""
    return sum(leg.amount for leg in entry.legs if leg.account.endswith((":DueFromTrust", ":UndrawnFees"))) != 0


def uncovered(entries: list[Entry], altered: Entry) -> list[str]:
    """Invariant 2: the banks that are uncovered on the altered entry's date, and on no date before it."""
    gaps: dict[str, dt.date] = {}
    for bank, _ in CLIENTS.values():
        for date in sorted({entry.date for entry in entries}):
            gap = sum(
                leg.amount
                for entry in entries
                for leg in entry.legs
                if entry.date <= date and bank in {leg.bank, leg.account.removeprefix("Assets:Trust:Bank:")}
            )
            if gap:
                gaps.setdefault(bank, date)
    assert all(date == altered.date for date in gaps.values())
    return list(gaps)


def below_zero(entries: list[Entry], case: str) -> list[int]:
    """Invariant 5: the entries after which a case's bucket is below zero, and lower than before."""
    balances = [
        sum(leg.amount for before in entries[: count + 1] for leg in before.legs if leg.case == case)
        for count in range(len(entries))
    ]
    before = [0, *balances]
    return [entry.number for entry, was, now in zip(entries, before, balances, strict=False) if now < min(was, 0)]


def expected(entries: list[Entry], altered: Entry, stated: list[Entry]) -> list[tuple[str, str]]:
    """Each finding's checker, and the entry's number or the bank whose statement it is."""
    found = [("trust_cover", str(altered.number)) for _ in uncovered(entries, altered)]
    found += [("fund_balance", str(altered.number))] * unequal_funds(altered)
    found += [("fee_bridge", str(altered.number))] * parted_bridge(altered)
    found += [("case_buckets", str(number)) for case in CASES for number in below_zero(entries, case)]
    found += [("trust_cover", bank) for bank, _ in CLIENTS.values() if book_of(entries, bank) != book_of(stated, bank)]
    return sorted(found)


@settings(max_examples=40, deadline=None)
@given(entries=agencies())
def test_sound_books_pass(check: Callable[[str], Checked], entries: list[Entry]) -> None:
    """Whatever a sound agency posts, in whatever order of dates and files, no checker objects."""
    assert check(published(entries, entries)).messages == []


@settings(max_examples=300, deadline=None)
@given(drawn=alterations())
def test_altered_books_are_found_out(check: Callable[[str], Checked], drawn: tuple[list[Entry], Entry]) -> None:
    """An alteration that Beancount accepts is found by the checker of each invariant it breaks, at its line."""
    stated, altered = drawn
    entries = [altered if entry.number == altered.number else entry for entry in stated]
    text = published(entries, stated)
    marks = {line: at.partition("; at ")[2] for line, at in enumerate(text.splitlines(), 1)}
    found = sorted((who, marks[line]) for who, line, _ in check(text).found)
    assert found == expected(entries, altered, stated)
    event(", ".join(sorted({who for who, _ in found})) or "no invariant broken")
