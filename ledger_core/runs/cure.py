"""Cure 补足: a deficit at the end of a day is made good from operating that same day (DOMAIN §4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from ledger_core.accounting import chart, rules
from ledger_core.accounting.posting import Header, Place
from ledger_core.journal.read import rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ledger_core.journal.append import Batch
    from ledger_core.runs.book import Book

_PAYABLE = chart.CLIENT_PAYABLE.template.partition("{")[0]


class Deficit(NamedTuple):
    """What is short on a day: of a client, of one debtor's refund, of one bank line, else of the agency's own fees."""

    date: str
    bank: str
    currency: str
    client: str
    case: str
    line: int | None
    amount: int


def deficits(book: Book, through: str) -> list[Deficit]:
    """Every deficit at the end of a day up to ``through``, as if each were cured on its day."""
    days = rows(
        book.connection,
        """SELECT a.name, a.currency, d.bank, d.date, d.movement FROM day_balance d JOIN account a ON a.id = d.account
           WHERE (a.name LIKE :payable OR a.name = :undrawn) AND d.date <= :through
           ORDER BY a.name, a.currency, d.bank, d.date""",
        payable=f"{_PAYABLE}%",
        undrawn=chart.UNDRAWN_FEES.template,
        through=through,
    )
    found = []
    for (name, currency, bank), day, amount in _short(days):
        client = name.removeprefix(_PAYABLE) if name.startswith(_PAYABLE) else ""
        found.append(Deficit(day, bank, currency, client, "", None, amount))
    return sorted([*found, *_refund_deficits(book, through), *_line_deficits(book, through)])


def _short(days: Sequence[Any]) -> Iterator[tuple[tuple[str, str, str], str, int]]:
    """What each balance lacks at the end of a day, once it is cured of what it lacked before.

    ``days`` are name, currency, bank, day and movement (debit positive), by name, currency, bank and day.
    """
    current, balance = None, 0
    for *names, day, movement in days:
        if current != tuple(names):
            current, balance = tuple(names), 0
        balance += int(movement)
        if balance > 0:
            name, currency, bank = names
            yield (name, currency, bank), day, balance
            balance = 0


def _refund_deficits(book: Book, through: str) -> list[Deficit]:
    """Debtors whose refund account was in debit: what was paid back and cannot be had back.

    That takes a refund and a reversal of one case, so no other case is looked at.
    """
    days = rows(
        book.connection,
        """SELECT p.item, p.currency, p.bank, e.date, SUM(p.amount)
           FROM entry e JOIN posting p ON p.entry = e.id JOIN account a ON a.id = p.account
           WHERE a.name = :refund AND p.item = 'case:' || e.case_id AND e.date <= :through AND e.case_id IN (
             SELECT r.case_id FROM entry r
             WHERE r.client IN (SELECT value FROM texts(:clients))
               AND r.event IN ('refund', 'unclaimed', 'trust_transfer') AND EXISTS (
               SELECT 1 FROM entry u WHERE u.case_id = r.case_id AND u.event IN ('returned_payment', 'reversal')))
           GROUP BY p.item, p.currency, p.bank, e.date ORDER BY p.item, p.currency, p.bank, e.date""",
        refund=chart.DEBTOR_REFUND.template,
        clients=list(book.contracts),
        through=through,
    )
    return [
        Deficit(day, bank, currency, "", item.removeprefix("case:"), None, amount)
        for (item, currency, bank), day, amount in _short(days)
    ]


def _line_deficits(book: Book, through: str) -> list[Deficit]:
    """Bank lines whose unidentified money was paid away, and then came back: only those can be in debit."""
    days = rows(
        book.connection,
        """SELECT p.item, p.currency, p.bank, e.date, SUM(p.amount)
           FROM posting p JOIN entry e ON e.id = p.entry JOIN account a ON a.id = p.account
           WHERE a.name = :unidentified AND e.date <= :through AND p.item <> '' AND p.item IN (
             SELECT u.item FROM entry r JOIN posting u ON u.entry = r.id
             WHERE r.client IN (SELECT value FROM texts(:clients)) AND r.event IN ('returned_payment', 'reversal')
               AND u.item LIKE 'line:%' AND u.amount > 0)
           GROUP BY p.item, p.currency, p.bank, e.date ORDER BY p.item, p.currency, p.bank, e.date""",
        unidentified=chart.UNIDENTIFIED.template,
        clients=["", *book.contracts],
        through=through,
    )
    return [
        Deficit(day, bank, currency, "", "", int(item.removeprefix("line:")), amount)
        for (item, currency, bank), day, amount in _short(days)
    ]


def post(book: Book, through: str) -> list[Deficit]:
    """Cure every deficit up to the end of ``through``; returns what was cured."""
    found = deficits(book, through)
    if found:
        batch = book.batch("cure")
        for deficit in found:
            _post(book, batch, deficit)
        book.append(batch)
    return found


def _post(book: Book, batch: Batch, deficit: Deficit) -> None:
    date, bank, currency, client, case, line, amount = deficit
    date = book.posting_date(date)
    whom = client or case or (bank if line is None else f"line-{line}")
    meta = {"number": f"CUR-{date}-{whom}"}
    header = Header("cure", date, client=client, case=case, line=line or 0, bank=bank, meta=meta)
    quantities = {
        "amount": amount,
        "client": amount if client else 0,
        "refund": amount if case else 0,
        "unidentified": 0 if line is None else amount,
        "own": 0 if client or case or line is not None else amount,
    }
    operating = book.agency.operating_bank(currency).id
    batch.sheet.post(header, rules.RULES["cure"], quantities, Place(currency, client, bank, operating))
