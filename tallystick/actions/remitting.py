"""``remit`` and ``invoice``: remittance runs, and what clients owe."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ledger_core.accounting.agency import REMITTANCE
from ledger_core.accounting.fact import Fact
from ledger_core.accounting.money import format_minor, parse_minor
from ledger_core.errors import refuse
from ledger_core.journal import read
from ledger_core.runs import documents, drafts, remit
from tallystick.actions.entering import HandPosted, posted_facts
from tallystick.actions.session import retried

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from ledger_core.runs.book import Book
    from tallystick.actions.session import Session


REMIT = "remit"
PAY = "invoice pay"


@dataclass(frozen=True, slots=True)
class InvoiceRow:
    """One invoice; minor units."""

    number: str
    client: str
    date: str
    currency: str
    amount: int
    open: int


@retried
def remit_through(session: Session, through: date, *, client: str = "", dry_run: bool = False) -> remit.Run:
    """A remittance run; acting before the day through which the money counts makes no sense."""
    if through > session.acted_on:
        raise refuse("DATE_FUTURE", f"--through {through} is after {session.acted_on}, the day of acting")
    with session.writing(dry_run=dry_run) as book:
        day = through.isoformat()
        order = drafts.Order(
            REMIT,
            REMITTANCE,
            book.acted_on,
            {"through": day, "client": client},
            keys=(REMITTANCE,),
            key=f"remit:{client}:{day}:{book.acted_on}",
        )
        run, draft = drafts.submit_run(book, order, lambda: do_remit(book, order), _remitted)
        return replace(run, draft=draft)


def do_remit(book: Book, order: drafts.Order | drafts.Draft) -> remit.Run:
    """Make the run that was ordered: now, or when a second person agrees."""
    return remit.run(book, order.columns["through"], order.columns["client"])


def _remitted(run: remit.Run) -> dict[str, int]:
    """What a run remits, by currency."""
    sums: dict[str, int] = {}
    for row in run.clients:
        sums[row.currency] = sums.get(row.currency, 0) + row.remitted
    return sums


def invoices(session: Session) -> Sequence[InvoiceRow]:
    """All invoices, oldest first, with what is open of each."""
    with session.reading() as book:
        found = read.rows(
            book.connection,
            "SELECT number, client, date, currency, amount FROM document WHERE kind = 'invoice' ORDER BY entry",
        )
        return [
            InvoiceRow(number, client, day, currency, amount, book.account(client).invoices[number])
            for number, client, day, currency, amount in found
        ]


@retried
def invoice_pay(session: Session, number: str, amount: str = "", *, dry_run: bool = False) -> HandPosted:
    """The client pays an invoice into the operating bank.

    Money that is on a statement needs no such command: ``reconcile`` finds the invoice by its number.
    """
    with session.writing(dry_run=dry_run) as book:
        _open_invoice(book, number)
        columns = {"number": number, "amount": amount}
        event = "client_payment"
        order = drafts.Order(PAY, event, book.acted_on, columns, keys=(event,))
        done, draft = drafts.submit(book, order, lambda: do_pay(book, order))
        return replace(done, entries=(), draft=draft) if draft else done


def do_pay(book: Book, order: drafts.Order | drafts.Draft) -> HandPosted:
    """Post an invoice's payment: now, or when a second person agrees."""
    number, amount = order.columns["number"], order.columns["amount"]
    client, currency, open_amount = _open_invoice(book, number)
    paid = parse_minor(amount, currency) if amount else open_amount
    if paid <= 0:
        raise refuse("AMOUNT_SIGN", f"{format_minor(paid, currency)} is no payment of invoice {number}")
    fact = Fact("client_payment", book.acted_on, client=client, amount=paid)
    return HandPosted(tuple(posted_facts(book, [fact], "invoice")))


def _open_invoice(book: Book, number: str) -> tuple[str, str, int]:
    found = read.rows(
        book.connection,
        "SELECT client, currency FROM document WHERE number = :number AND kind = 'invoice'",
        number=number,
    )
    if not found:
        raise refuse("DOCUMENT_UNKNOWN", f"there is no invoice {number!r}")
    client, currency = found[0]
    open_amount = book.account(client).invoices[number]
    if not open_amount:
        raise refuse("DOCUMENT_PAID", f"invoice {number} is paid")
    return client, currency, open_amount


@retried
def invoice_final(session: Session, client: str, *, dry_run: bool = False) -> str:
    """Bill all that a client owes, the cured part too; returns the number, or nothing if nothing is owed."""
    with session.writing(dry_run=dry_run) as book:
        currency = book.contract(client).currency
        _, receivable = remit.amounts(book, client, currency, book.acted_on)
        batch = book.batch("invoice")
        documents.fee_documents(book, batch, client, currency, book.acted_on)
        owed = receivable - book.account(client).invoiced
        if owed <= 0:
            return ""
        number = documents.invoice(book, batch, client, currency, book.acted_on, owed)
        batch.sheet.add(remit.marker(client, book.acted_on, book.acted_on, "", format_minor(0, currency)))
        book.append(batch)
        return number
