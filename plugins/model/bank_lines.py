"""Lines of the banks, day by day: our own money, returned payments, receipts, unknown money (DOMAIN §4, §5).

A line here names its case outright, or nothing; how a text names a case is not the model's matter.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from plugins.model.books import ONE_DAY, Line, Refused
from plugins.model.payments import clear, receive
from plugins.model.register import Fact
from plugins.model.remitting import cure
from plugins.model.returns import come_back, take_back, unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from plugins.model.books import Books, Entry

_DAYS_AFTER = dt.timedelta(days=10)
_AS_A_SET = ("remittance", "cure", "refund")
_WAITING = ("open", "booked")


def take_in(books: Books, lines: Sequence[Line]) -> None:
    """New lines; equal ones are counted, and only those beyond the count already known are new."""
    counts: dict[tuple[str, ...], int] = {}
    for line in lines:
        if line.date < books.first_day or line.date > books.acting:
            raise Refused("a line outside the days that can be posted")
        same = ("line", line.bank, str(line.date), str(line.amount), line.case)
        counts[same] = counts.get(same, 0) + 1
        if counts[same] > books.seen[same]:
            books.seen[same] += 1
            number = len(books.lines) + 1
            books.lines[number] = line._replace(number=number)


def reconcile(books: Books) -> None:
    """All lines that wait, through the day of acting."""
    tied: set[int] = set()
    waiting = [line for line in books.lines.values() if line.status in _WAITING and line.date <= books.acting]
    for day in sorted({line.date for line in waiting}):
        numbers = [line.number for line in waiting if line.date == day]
        clear(books, day - ONE_DAY)
        _own_money(books, numbers, tied)
        _each(books, numbers, "trust", -1, _returned)
        clear(books, day)
        _each(books, numbers, "trust", 1, _received)
        clear(books, day)
        cure(books, day)
        _own_money(books, numbers, tied)
        _each(books, [n for n in numbers if n not in tied], "trust", 1, _unknown)
        for sign in (-1, 1):
            _each(books, [n for n in numbers if n not in tied], "operating", sign, _unknown)
    clear(books, books.acting)
    cure(books, books.acting)


def _each(books: Books, numbers: Sequence[int], fund: str, sign: int, post: Callable[[Books, Line], None]) -> None:
    """Do something with each line of a fund and sign that nothing was booked for yet."""
    for number in numbers:
        line = books.lines[number]
        if line.status == "open" and books.any_bank(line.bank).fund == fund and line.amount * sign > 0:
            before, first = books.kept(), len(books.entries)
            try:
                post(books, line)
            except Refused:
                books.restore(before)
            else:
                _claim(books, line, first)


def _claim(books: Books, line: Line, first: int) -> None:
    """What was posted for a line is that line."""
    account = books.any_bank(line.bank).account
    moved = [entry for entry in books.entries[first:] if entry.moved(account)]
    if moved and sum(entry.moved(account) for entry in moved) != line.amount:
        raise AssertionError(f"line {line.number} is over {line.amount}, and what was posted for it is not")
    books.claimed |= {(entry.number, line.bank) for entry in moved}


def _set(books: Books, line: Line, status: str) -> None:
    books.lines[line.number] = line._replace(status=status)


def _fact(line: Line, event: str, amount: int) -> Fact:
    fact = Fact(event, line.date, case=line.case, amount=amount, bank=line.bank, method=line.method)
    return fact._replace(line=line.number)


def _returned(books: Books, line: Line) -> None:
    _names_its_currency(books, line)
    come_back(books, _fact(line, "returned_payment", -line.amount))
    _set(books, line, "posted")


def _received(books: Books, line: Line) -> None:
    _names_its_currency(books, line)
    receive(books, _fact(line, "receipt", line.amount))
    _set(books, line, "posted")


def _names_its_currency(books: Books, line: Line) -> None:
    case = books.placed.get(line.case)
    if case is None or case.currency != books.any_bank(line.bank).currency:
        raise Refused("it names no case of its currency")


def _unknown(books: Books, line: Line) -> None:
    event = "unidentified" if books.any_bank(line.bank).fund == "trust" else "suspense"
    unknown(books, _fact(line, event, line.amount)._replace(case=""))
    _set(books, line, "booked")


def resolve(books: Books, number: int, parts: Sequence[tuple[str, int]]) -> None:
    """Unknown money of a line is given to cases by a person, on the day of acting."""
    line = books.lines[number]
    left = -books.balance("Liabilities:Trust:Unidentified", books.any_bank(line.bank).currency, item=f"line:{number}")
    if line.status != "booked" or sum(amount for _, amount in parts) > left or any(a <= 0 for _, a in parts):
        raise Refused(f"line {number} has {left} to give")
    clear(books, books.acting - ONE_DAY)
    for case, amount in parts:
        fact = _fact(line, "identified", amount)._replace(case=case, day=books.acting, effective=line.date)
        receive(books, fact)


# --- our own money ---------------------------------------------------------------------------


def _own_money(books: Books, numbers: Sequence[int], tied: set[int]) -> None:
    """Lines that are entries of ours which no line has claimed."""
    for number in numbers:
        line = books.lines[number]
        if line.status not in _WAITING:
            continue
        fitting, equal = _fitting(books, line)
        if equal:
            tied.add(number)
        if not fitting:
            continue
        if line.status == "booked":
            booked = [entry for entry in books.standing() if entry.line == number and entry.event != "reversal"]
            if [entry.event for entry in booked] not in (["unidentified"], ["suspense"]):
                continue
            take_back(books, booked[0])
            books.claimed.add((len(books.entries), line.bank))
        books.claimed |= {(entry.number, line.bank) for entry in fitting}
        tied.discard(number)
        _set(books, line, "matched")


def _fitting(books: Books, line: Line) -> tuple[list[Entry], bool]:
    """The entries that a line is; else nothing, and whether several fit equally."""
    account = books.any_bank(line.bank).account
    near = [
        entry
        for entry in books.entries
        if entry.event != "opening"
        and entry.moved(account)
        and (entry.number, line.bank) not in books.claimed
        and entry.date <= line.date <= max(entry.date, entry.made_on) + _DAYS_AFTER
    ]
    named = line.case if line.case in books.placed else ""
    single = [e for e in near if e.moved(account) == line.amount and named in {"", e.case}]
    if single:
        latest = max(entry.date for entry in single)
        best = [entry for entry in single if entry.date == latest]
        return (best, False) if len(best) == 1 else ([], True)
    sets: dict[tuple[int, str, dt.date], list[Entry]] = {}
    for entry in near if not named else ():
        if entry.event in _AS_A_SET:
            sets.setdefault((entry.step, entry.event, entry.date), []).append(entry)
    fits = [one for one in sets.values() if len(one) > 1 and sum(e.moved(account) for e in one) == line.amount]
    return (fits[0], False) if len(fits) == 1 else ([], len(fits) > 1)
