"""What is late by the rules of places: remittances, refunds, deposits (DOMAIN §6 invariant 16, §7).

Only alerts: nothing is posted, nothing is refused.  A case's place, else its client's, names the rules, and those
in force on the day of the payment count.  What was paid takes the oldest money first (``open_items``).
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from ledger_core.accounting import chart
from ledger_core.accounting.agency import Place
from ledger_core.accounting.money import format_minor
from ledger_core.accounting.open_items import Movement, left_of
from ledger_core.cases import register
from ledger_core.journal import read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from ledger_core.accounting.chart import Family
    from ledger_core.runs.book import Book

REMITTANCE, REFUND, DEPOSIT = "remittance_late", "refund_late", "deposit_late"

WHOSE = {REMITTANCE: "client", REFUND: "case", DEPOSIT: "bank"}
"""What ``whose`` is the id of."""

_DUE: Mapping[str, Callable[[Place, date], date | None]] = {
    REMITTANCE: Place.remit_due,
    REFUND: Place.refund_due,
    DEPOSIT: Place.deposit_due,
}
_MINIMUM: Mapping[str, Callable[[Place], int | None]] = {
    REMITTANCE: lambda place: place.remit_minimum,
    REFUND: lambda place: place.refund_minimum,
    DEPOSIT: lambda _: None,
}


class Late(NamedTuple):
    """Money that stayed longer than its place allows: ``since`` and ``due`` are those of the oldest part.

    ``whose`` is by kind as ``WHOSE`` says; ``entries`` brought what is late.
    """

    kind: str
    whose: str
    place: str
    amount: int
    currency: str
    since: str
    due: str
    entries: tuple[int, ...]

    def __str__(self) -> str:
        money = f"{format_minor(self.amount, self.currency)} {self.currency}"
        told = {
            REMITTANCE: f"{money} of {self.whose} is not remitted",
            REFUND: f"{money} overpaid on case {self.whose} is not refunded",
            DEPOSIT: f"{money} is still in transit at {self.whose}",
        }
        return f"{told[self.kind]}: it came on {self.since} and was due in {self.place} by {self.due}"


class _Open(NamedTuple):
    """Money that is still there, with the account or item that it lies on, and whose it was."""

    whose: str
    currency: str
    entry: int
    day: str
    amount: int
    case: str
    client: str


def late(book: Book, at: str) -> list[Late]:
    """All that is late at the end of a day, by kind, whose and place."""
    if not book.agency.places:
        return []
    found = [
        *_late(book, REMITTANCE, _open(book, chart.CLIENT_PAYABLE, at, sign=-1), at),
        *_late(book, REFUND, _open(book, chart.DEBTOR_REFUND, at, sign=-1), at),
        *_late(book, DEPOSIT, _open(book, chart.IN_TRANSIT, at, sign=1), at),
    ]
    return sorted(found, key=lambda one: (one.due, one.kind, one.whose, one.place))


def _open(book: Book, family: Family, at: str, *, sign: int) -> list[_Open]:
    """The open items of every account of a family, of every debtor's refund: what came and has not gone."""
    start = family.template.partition("{")[0]
    accounts: dict[tuple[str, str], list[Movement]] = defaultdict(list)
    about: dict[int, tuple[str, str]] = {}
    for name, currency, item, entry, day, case, client, amount, undoes in _movements(book, start, at):
        whose = item.removeprefix("case:") or name.removeprefix(start)
        undone = tuple(int(old) for old in (undoes or "").split())
        accounts[whose, currency].append(Movement(entry, day, sign * int(amount), undone))
        # An opening balance names no client but in its account.
        about[entry] = (case or "", client or (whose if family is chart.CLIENT_PAYABLE else ""))
    return [
        _Open(whose, currency, left.entry, left.day, left.amount, *about[left.entry])
        for (whose, currency), movements in accounts.items()
        for left in left_of(movements)
    ]


def _movements(book: Book, start: str, at: str) -> Sequence[Any]:
    """What each entry moved on accounts and items, in posting order, with the day from which the money's age counts.

    That is the bank's day.  Money on hold counts from its release, for before it can be neither remitted nor
    refunded; it is deposited from the day that it came.  A case that unknown money got later is the money's case.
    """
    return read.rows(
        book.connection,
        """SELECT a.name, a.currency, p.item, e.id,
                  CASE WHEN :hold THEN
                    COALESCE(noted(o.meta, 'release'),
                             noted(e.meta, 'release'), NULLIF(e.effective, ''), e.date)
                  ELSE COALESCE(NULLIF(e.effective, ''), e.date) END,
                  COALESCE(NULLIF(e.case_id, ''), i.case_id), COALESCE(NULLIF(e.client, ''), i.client, ''),
                  SUM(p.amount), (SELECT spaced(r.reversed) FROM reversal r WHERE r.entry = e.id)
           FROM posting p JOIN account a ON a.id = p.account JOIN entry e ON e.id = p.entry
           LEFT JOIN entry o ON o.id = whole(noted(e.meta, 'clears'))
           LEFT JOIN (SELECT line, MIN(case_id) AS case_id, MIN(client) AS client FROM entry
                      WHERE event = 'identified' AND NOT EXISTS (SELECT 1 FROM reversal r WHERE r.reversed = entry.id)
                      GROUP BY line) i ON i.line = e.line AND e.event = 'unidentified'
           WHERE a.name >= :start AND a.name < :end AND e.date <= :at
           GROUP BY a.id, p.item, e.id, o.id, i.case_id, i.client HAVING SUM(p.amount) <> 0 ORDER BY e.id""",
        start=start,
        end=start + "\U0010ffff",
        hold=start != chart.IN_TRANSIT.template.partition("{")[0],
        at=at,
    )


def _late(book: Book, kind: str, found: list[_Open], at: str) -> Iterator[Late]:
    """The items that are past their day, together by whose they are and by place."""
    own = register.places(book.connection, [item.case for item in found if item.case])
    groups: dict[tuple[str, str, str], list[tuple[_Open, Place]]] = defaultdict(list)
    for item in found:
        place = _place(book, item, own)
        if place is not None:
            groups[item.whose, item.currency, place.place].append((item, place))
    for (whose, currency, name), members in groups.items():
        whole = sum(item.amount for item, _ in members)
        overdue = sorted(_overdue(book, kind, members, whole, at))
        if overdue:
            due, since, _, _ = overdue[0]
            entries = tuple(entry for _, _, entry, _ in overdue)
            amount = sum(part for *_, part in overdue)
            yield Late(kind, whose, name, amount, currency, since, due, entries)


def _overdue(
    book: Book, kind: str, members: Iterable[tuple[_Open, Place]], whole: int, at: str
) -> Iterator[tuple[str, str, int, int]]:
    """Due day, day, entry and amount of what is late; a place's minimum is of the whole that waits there."""
    for item, place in members:
        due = _DUE[kind](place, date.fromisoformat(item.day))
        # A minimum is in the agency's currency; money in another one has none.
        minimum = _MINIMUM[kind](place) if item.currency == book.agency.currency else None
        if due is not None and due.isoformat() < at and whole >= (minimum or 0):
            yield due.isoformat(), item.day, item.entry, item.amount


def _place(book: Book, item: _Open, own: Mapping[str, register.Places]) -> Place | None:
    """The rules that the money is under: the case's place on its day, else its client's."""
    name = own[item.case].at(item.day) if item.case in own else ""
    if not name and item.client in book.contracts:
        name = book.contracts[item.client].place
    return book.agency.place_at(name, date.fromisoformat(item.day)) if name else None
