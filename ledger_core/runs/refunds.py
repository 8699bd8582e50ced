"""Refunds: what a debtor overpaid, or unidentified money, back to who paid it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ledger_core.accounting import chart
from ledger_core.accounting.posting import Place
from ledger_core.accounting.rules import RULES
from ledger_core.errors import refuse
from ledger_core.journal import read
from ledger_core.runs import available, heading, trust

if TYPE_CHECKING:
    from ledger_core.accounting.fact import Fact
    from ledger_core.journal.append import Batch
    from ledger_core.runs.book import Book


def post(book: Book, batch: Batch, fact: Fact) -> int:
    """Pay back a case's overpayment, or the unidentified money of the line in ``of``."""
    if fact.case:
        source = trust.source_of_case(book, fact.case)
    elif fact.of:
        source = trust.source_of_line(book, fact.of, heading.currency(book, fact))
    else:
        raise refuse("VALUE_MISSING", "a refund names its case, or in `of` the line whose money it is")
    bank = trust.held_at(book, fact, source)
    day = book.posting_date(fact.date)
    there = available.credit(book, batch, source.account, source.currency, bank, day, source.item)
    there -= _on_hold(book, fact.case, day) if fact.case else 0
    amount = available.taken(fact.amount, there, source.currency, source.what, "REFUND_BEYOND")
    header = heading.header(book, fact, client=source.client, case=source.case, bank=bank)
    header.line = source.line
    if source.line and amount == there:
        batch.line_states = {**batch.line_states, source.line: ("posted", "")}
    quantities = {"overpaid": 0, "unidentified": 0, "amount": amount, source.quantity: amount}
    return batch.sheet.post(header, RULES["refund"], quantities, Place(source.currency, source.client, bank))


def _on_hold(book: Book, case: str, day: str) -> int:
    """What of a case's overpayment came with receipts that are not released by a day: it could still bounce."""
    found = read.rows(
        book.connection,
        """SELECT -COALESCE(SUM(p.amount), 0)
           FROM entry e JOIN posting p ON p.entry = e.id JOIN account a ON a.id = p.account
           WHERE e.case_id = :case AND a.name = :refund AND noted(e.meta, 'release') > :day
             AND NOT EXISTS (SELECT 1 FROM reversal r WHERE r.reversed = e.id)""",
        case=case,
        refund=chart.DEBTOR_REFUND.template,
        day=day,
    )
    return int(found[0][0])
