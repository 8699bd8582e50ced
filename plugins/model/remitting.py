"""Cure, and the remittance run: offset, remittance, documents, invoice, sweep (DOMAIN §4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from plugins.model import contract, posting
from plugins.model.books import Document, Owing, Refused, Slip
from plugins.model.payments import clear
from plugins.model.register import Fact

if TYPE_CHECKING:
    import datetime as dt

    from plugins.model.books import Bank, Books, Entry, Leg

_NUMBER = {"fee": "FEE", "credit_note": "CRN", "invoice": "INV"}


def cure(books: Books, through: dt.date) -> None:
    """What is short at the end of a day is made good from operating on that day."""
    books.step += 1
    for day, leg in books.short(through):
        _cure(books, day, leg)


def _cure(books: Books, day: dt.date, leg: Leg) -> None:
    client = leg.account.removeprefix(f"{posting.PAYABLE}:") if leg.account.startswith(posting.PAYABLE) else ""
    if client:
        other = f"{posting.RECEIVABLE}:{client}"
        books.owing[client].cured += leg.amount
    else:
        other = posting.DUE if leg.account == posting.UNDRAWN else "Expenses:RefundsIrrecoverable"
    bank = books.any_bank(leg.bank)
    slip = Slip(leg.currency, leg.bank, leg.item).pair(bank.account, leg.account, leg.amount)
    slip = slip.pair(other, books.operating(leg.currency).account, leg.amount)
    kind, _, name = leg.item.partition(":")
    said = Fact("cure", day, case=name if kind == "case" else "", line=int(name) if kind == "line" else 0)
    books.post("cure", day, slip.legs, said.entry(client=client, bank=leg.bank))


class _Money(NamedTuple):
    """What a run may take of a client's money, and what the client owes; minor units."""

    available: int
    receivable: int
    cured: int


def remit(books: Books, through: dt.date, client: str = "") -> None:
    """A run over all clients, or for one; run twice it posts nothing more."""
    if through > books.acting:
        raise Refused("through a day that is to come")
    clear(books, books.acting)
    cure(books, books.acting)
    for name in [client] if client else sorted(books.contracts):
        _remit(books, name, through)
    for bank in books.banks if not client else ():
        if (bank.fund, bank.kind) == ("trust", "bank"):
            _sweep(books, bank, through)
    cure(books, books.acting)


def _remit(books: Books, client: str, through: dt.date) -> None:
    """One client's part of a run."""
    currency, acting = books.currency(client), books.acting
    known = any(entry.client == client for entry in books.entries) or client in _opened(books)
    if (client, through, acting) in books.runs or not known:
        return
    books.dated_today()
    terms, owing = books.terms(client, acting), books.owing[client]
    money = _money(books, client, through, terms.trust_bank)
    most = money.receivable if terms.remittance == contract.NET else min(money.cured, money.receivable)
    offset = max(0, min(money.available, most))
    rest = money.available - offset
    remitted = rest if rest >= terms.minimum_remittance else 0
    _fee_documents(books, client, through)
    payable, receivable = f"{posting.PAYABLE}:{client}", f"{posting.RECEIVABLE}:{client}"
    slip = Slip(currency, terms.trust_bank)
    if offset:
        legs = slip.pair(payable, posting.UNDRAWN, offset).pair(posting.DUE, receivable, offset).legs
        owing.settle(offset)
        books.post("offset", acting, legs, Fact("offset", acting).entry(client=client, bank=terms.trust_bank))
    if remitted:
        legs = slip.pair(payable, books.any_bank(terms.trust_bank).account, remitted).legs
        said = Fact("remittance", acting, amount=remitted, reference=f"REM-{through}-{client}")
        books.post("remittance", acting, legs, said.entry(client=client, bank=terms.trust_bank))
    cured = max(0, owing.cured - _sum(books, client, receivable, ("cure",), through))
    invoiced = max(0, money.receivable - offset - cured - sum(owing.invoices.values()))
    if invoiced:
        _invoice(books, client, through, invoiced)
    owing.cured = min(owing.cured, max(0, books.balance(receivable, currency)))
    books.runs.add((client, through, acting))
    books.post("remittance_run", acting, (), Fact("remittance_run", acting).entry(client=client))


def _opened(books: Books) -> set[str]:
    """Clients with an opening balance."""
    accounts = {leg.account for entry in books.entries if entry.event == "opening" for leg in entry.legs}
    return {account.rpartition(":")[2] for account in accounts}


def _money(books: Books, client: str, through: dt.date, bank: str) -> _Money:
    """The lowest of each day from the one through which to that of acting, less what later runs took already."""
    currency, span = books.currency(client), (through, books.acting)
    payable, receivable = f"{posting.PAYABLE}:{client}", f"{posting.RECEIVABLE}:{client}"
    in_trust = -books.balance(payable, currency, through)
    lowest = books.lowest(payable, currency, bank, span) if bank else 0
    paid = _sum(books, client, payable, ("remittance", "offset"), books.acting)
    days = {through} | {e.date for e in books.entries if through < e.date <= books.acting}
    owed = min(books.balance(receivable, currency, day) for day in days)
    settled = -_sum(books, client, receivable, ("offset", "client_payment"), books.acting)
    cured = books.owing[client].cured - _sum(books, client, receivable, ("cure",), through)
    return _Money(max(0, min(in_trust, lowest) - paid), max(0, owed - settled), cured)


def _sum(books: Books, client: str, account: str, events: tuple[str, ...], after: dt.date) -> int:
    """What some events moved on a client's account after a day."""
    found = (
        entry for entry in books.entries if entry.client == client and entry.event in events and entry.date > after
    )
    return sum(entry.moved(account) for entry in found)


def _sweep(books: Books, trust: Bank, through: dt.date) -> None:
    """The undrawn fees of a bank go to operating: what was there at the end of each day, less later sweeps."""
    acting, bank = books.acting, trust.id
    if (bank, through, acting) in books.runs:
        return
    later = sum(
        leg.amount
        for entry in books.entries
        for leg in entry.legs
        if entry.event == "sweep" and entry.date > acting and (leg.account, leg.bank) == (posting.UNDRAWN, bank)
    )
    amount = books.lowest(posting.UNDRAWN, trust.currency, bank, (through, acting)) - later
    if amount <= 0:
        return
    books.dated_today()
    operating = books.operating(trust.currency)
    slip = Slip(trust.currency, bank).pair(posting.UNDRAWN, trust.account, amount)
    slip = slip.pair(operating.account, posting.DUE, amount)
    books.runs.add((bank, through, acting))
    books.post("sweep", acting, slip.legs, Fact("sweep", acting).entry(bank=bank))


# --- documents -------------------------------------------------------------------------------


def invoice_final(books: Books, client: str) -> None:
    """Bill all that a client owes, the cured part too."""
    before = books.kept()
    receivable = books.balance(f"{posting.RECEIVABLE}:{client}", books.currency(client), books.acting)
    _fee_documents(books, client, books.acting)
    owing = books.owing[client]
    owed = receivable - sum(owing.invoices.values())
    if owed <= 0:
        books.restore(before)
        return
    books.dated_today()
    _invoice(books, client, books.acting, owed)
    owing.cured = 0


def _add(books: Books, kind: str, client: str, through: dt.date, commission: int, vat: int, amount: int) -> None:
    start = f"{_NUMBER[kind]}-{books.acting.year}-"
    count = sum(document.number.startswith(start) for document in books.documents)
    number = f"{start}{count + 1:04d}"
    after = len(books.entries)
    books.post(kind, books.acting, (), Fact(kind, books.acting).entry(client=client))
    day = books.acting
    books.documents.append(Document(number, kind, client, day, through, commission, vat, amount, after, books.step))
    if kind == "invoice":
        books.owing.setdefault(client, Owing()).invoices[number] = amount


class _Fee(NamedTuple):
    """The fee of one entry; ``undoes`` are the documented fees that it takes back: document and entry."""

    entry: Entry
    commission: int
    vat: int
    undoes: tuple[tuple[Document, Entry], ...]


def _fees(books: Books, client: str, through: dt.date) -> list[_Fee]:
    """The fees of a client by entries dated through a day."""
    by_number = {entry.number: entry for entry in books.entries}
    found = []
    for entry in books.entries:
        if entry.client != client or entry.date > through:
            continue
        commission = -sum(leg.amount for leg in entry.legs if leg.account.startswith(f"Income:Commission:{client}:"))
        undoes = [(_documented(books, by_number[old], entry), by_number[old]) for old in entry.reverses]
        said = tuple((document, old) for document, old in undoes if document)
        found.append(_Fee(entry, commission, -entry.moved(posting.OUTPUT_VAT), said))
    return found


def _documented(books: Books, old: Entry, undone_by: Entry) -> Document | None:
    """The first fee document that spoke of an entry's fee before that was undone."""
    charged = old.event == "cleared" or (old.base != 0 and old.release is None)
    for document in books.documents:
        before = old.number <= document.after < undone_by.number
        if (
            charged
            and before
            and (document.kind, document.client) == ("fee", old.client)
            and old.date <= document.through
        ):
            return document
    return None


def _said(books: Books, client: str, kind: str) -> tuple[int, int]:
    found = [document for document in books.documents if (document.client, document.kind) == (client, kind)]
    return sum(document.commission for document in found), sum(document.vat for document in found)


def _fee_documents(books: Books, client: str, through: dt.date) -> None:
    """All fees that no document has said yet; a credit note for those undone since theirs."""
    fees = _fees(books, client, through)
    stands = [fee for fee in fees if not fee.undoes]
    before = _said(books, client, "fee")
    commission = sum(fee.commission for fee in stands) - before[0]
    vat = sum(fee.vat for fee in stands) - before[1]
    undone = [fee for fee in fees if fee.undoes]
    credited = _said(books, client, "credit_note")
    credit = -sum(fee.commission for fee in undone) - credited[0]
    credit_vat = -sum(fee.vat for fee in undone) - credited[1]
    notes = [d for d in books.documents if (d.client, d.kind) == (client, "credit_note")]
    if commission or vat:
        _add(books, "fee", client, through, commission, vat, commission + vat)
    if not credit and not credit_vat:
        return
    for fee in undone:
        if any(fee.entry.number <= note.after and fee.entry.date <= note.through for note in notes):
            continue
        for document, old in fee.undoes:
            _credit(books, client, document, old)
    _add(books, "credit_note", client, through, credit, credit_vat, credit + credit_vat)


def _credit(books: Books, client: str, document: Document, old: Entry) -> None:
    """The invoice of the same run gets back what it billed of a fee, as far as it is open."""
    billed = old.moved(f"{posting.RECEIVABLE}:{client}")
    for invoice in books.documents:
        same_run = (invoice.kind, invoice.client, invoice.step) == ("invoice", client, document.step)
        if same_run and invoice.number in books.owing[client].invoices:
            books.owing[client].pay(invoice.number, billed)


def _invoice(books: Books, client: str, through: dt.date, amount: int) -> None:
    """A bill tells commission and VAT where it is for them, not for a rest of them."""
    receivable = f"{posting.RECEIVABLE}:{client}"
    fees = [fee for fee in _fees(books, client, through) if not fee.undoes and _touches(fee.entry, receivable)]
    before = _said(books, client, "invoice")
    commission = sum(fee.commission for fee in fees) - before[0]
    vat = sum(fee.vat for fee in fees) - before[1]
    if min(commission, vat) < 0 or not 0 <= commission + vat <= amount:
        commission = vat = 0
    _add(books, "invoice", client, through, commission, vat, amount)


def _touches(entry: Entry, account: str) -> bool:
    return any(leg.account == account for leg in entry.legs)
