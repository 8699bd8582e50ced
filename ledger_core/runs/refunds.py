"""Refunds: what a debtor overpaid, or unidentified money, back to who paid it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ledger_core.accounting import chart, rules
from ledger_core.accounting.events import ALL_OUTSTANDING
from ledger_core.accounting.money import format_minor
from ledger_core.accounting.posting import Header, Place
from ledger_core.cases import register
from ledger_core.errors import refuse
from ledger_core.journal import read

if TYPE_CHECKING:
    from ledger_core.accounting.fact import Fact
    from ledger_core.journal.append import Batch
    from ledger_core.runs.book import Book

_DIGITS_END = 19
"""A number of a line has fewer digits than this; longer ones are references."""


def post(book: Book, batch: Batch, fact: Fact) -> int:
    """Pay back a case's overpayment, or the unidentified money of the line in ``of``."""
    if fact.case:
        family, item, name = chart.DEBTOR_REFUND, f"case:{fact.case}", "overpaid"
        info = register.info(book.connection, [fact.case]).get(fact.case)
        if info is None:
            raise refuse("CASE_UNKNOWN", f"case {fact.case!r} is not in the register")
        client = info.client
    elif fact.of.isdecimal() and len(fact.of) < _DIGITS_END:
        family, item, name, client = chart.UNIDENTIFIED, f"line:{fact.of}", "unidentified", ""
    else:
        raise refuse("VALUE_MISSING", "a refund names its case, or in `of` the line whose money it is")
    held = [
        (bank, currency, -amount) for _, bank, currency, amount in read.items(book.connection, family.template, [item])
    ]
    bank, currency, credit = next((row for row in held if fact.bank in {"", row[0]}), ("", book.agency.currency, 0))
    credit = min(credit, _held_at(book, item, bank, fact.date)) - _in_batch(batch, item)
    amount = credit if fact.amount == ALL_OUTSTANDING else fact.amount
    if amount > credit or amount <= 0:
        there = format_minor(max(credit, 0), currency)
        raise refuse("REFUND_BEYOND", f"{item.replace(':', ' ')} has {there} {currency} to refund")
    header = Header(
        "refund",
        *book.dated(fact.date),
        client=client,
        case=fact.case,
        line=int(fact.of) if not fact.case else 0,
        bank=bank,
        key=fact.key,
        private=fact.private,
    )
    if not fact.case and amount == credit:
        batch.line_states = {**batch.line_states, int(fact.of): ("posted", "")}
    quantities = {"overpaid": 0, "unidentified": 0, "amount": amount, name: amount}
    return batch.sheet.post(header, rules.RULES["refund"], quantities, Place(currency, bank=bank))


def _held_at(book: Book, item: str, bank: str, day: str) -> int:
    """What was there for the item at the end of a day: money is not paid back before it came."""
    kind, _, subject = item.partition(":")
    found = read.rows(
        book.connection,
        f"""SELECT SUM(p.amount) FROM entry e JOIN posting p ON p.entry = e.id
            WHERE e.{"case_id" if kind == "case" else "line"} = :subject
              AND p.item = :item AND p.bank = :bank AND e.date <= :day""",  # noqa: S608 - one of two columns
        subject=subject if kind == "case" else int(subject),
        item=item,
        bank=bank,
        day=book.posting_date(day),
    )
    return -int(found[0][0] or 0)


def _in_batch(batch: Batch, item: str) -> int:
    """What earlier refunds of the same batch took already."""
    legs = batch.sheet.legs()
    return sum(int(legs.amount[index]) for index, text in legs.items.items() if text == item)
