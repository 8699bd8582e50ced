"""Cure 补足: a deficit at the end of a day is made good from operating that same day (DOMAIN §4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ledger_core.accounting import chart, rules
from ledger_core.accounting.posting import Header, Place
from ledger_core.journal.read import rows

if TYPE_CHECKING:
    from ledger_core.journal.append import Batch
    from ledger_core.runs.book import Book

_PAYABLE = chart.CLIENT_PAYABLE.template.partition("{")[0]


class Deficit(NamedTuple):
    """What is short on a day: of a client, of the agency's own fees, or of one debtor's refund."""

    date: str
    bank: str
    currency: str
    client: str
    case: str
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
    current, balance = None, 0
    for name, currency, bank, date, movement in days:
        if current != (name, currency, bank):
            current, balance = (name, currency, bank), 0
        balance += int(movement)
        if balance > 0:
            client = name.removeprefix(_PAYABLE) if name.startswith(_PAYABLE) else ""
            found.append(Deficit(date, bank, currency, client, "", balance))
            balance = 0
    return sorted([*found, *_refund_deficits(book, through)])


def _refund_deficits(book: Book, through: str) -> list[Deficit]:
    """Debtors whose refund account is in debit: what was paid back and cannot be had back."""
    found = rows(
        book.connection,
        """SELECT i.item, i.bank, a.currency, i.amount,
                  (SELECT MAX(e.date) FROM entry e JOIN posting p ON p.entry = e.id
                   WHERE e.case_id = SUBSTR(i.item, 6) AND p.account = i.account AND p.item = i.item)
           FROM item_balance i JOIN account a ON a.id = i.account WHERE a.name = :refund AND i.amount > 0""",
        refund=chart.DEBTOR_REFUND.template,
    )
    return [
        Deficit(date, bank, currency, "", item.removeprefix("case:"), int(amount))
        for item, bank, currency, amount, date in found
        if date <= through
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
    date, bank, currency, client, case, amount = deficit
    date = book.posting_date(date)
    header = Header(
        "cure",
        date,
        client=client,
        case=case,
        bank=bank,
        meta={"number": f"CUR-{date}-{client or case or bank}"},
    )
    quantities = {
        "amount": amount,
        "client": amount if client else 0,
        "refund": amount if case else 0,
        "own": 0 if client or case else amount,
    }
    operating = book.agency.operating_bank(currency).id
    batch.sheet.post(header, rules.RULES["cure"], quantities, Place(currency, client, bank, operating))
