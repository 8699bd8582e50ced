"""A client's remittance statement (DOMAIN §4): what each entry adds to each figure, by what it is."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from plugins.model import posting
from plugins.model.books import ONE_DAY

if TYPE_CHECKING:
    import datetime as dt

    from plugins.model.books import Books, Document, Entry

FIGURES = (
    *("collected_paa", "collected_pdc", "returned", "commission", "vat", "costs_recovered", "cured", "offset"),
    *("remitted", "unclaimed", "invoices_paid"),
)


def of(books: Books, client: str, first: dt.date, last: dt.date) -> dict[str, Any]:
    """The figures of a period in minor units, and its documents: number, kind, commission, VAT, whether paid."""
    currency = books.currency(client)
    payable, receivable = f"{posting.PAYABLE}:{client}", f"{posting.RECEIVABLE}:{client}"
    figures: Counter[str] = Counter(dict.fromkeys(FIGURES, 0))
    by_number = {entry.number: entry for entry in books.entries}
    opened = {payable: 0, receivable: 0}
    for entry in books.entries:
        if first <= entry.date <= last and entry.event == "opening":
            opened = {account: entry.moved(account) for account in opened}
        elif first <= entry.date <= last and entry.client == client:
            figures.update(_of(entry, [by_number[number] for number in entry.reverses]))
    before = first - ONE_DAY
    ends = {
        "held": -books.balance(f"{posting.HELD}:{client}", currency, last),
        "payable_opening": -books.balance(payable, currency, before) - opened[payable],
        "payable_closing": -books.balance(payable, currency, last),
        "receivable_opening": books.balance(receivable, currency, before) + opened[receivable],
        "receivable_closing": books.balance(receivable, currency, last),
    }
    papers = [paper for paper in books.documents if paper.client == client and first <= paper.date <= last]
    shown = [(d.number, d.kind, d.commission, d.vat, _is_paid(books, d)) for d in papers]
    return {**figures, **ends, "documents": shown}


def _of(entry: Entry, reversed_: list[Entry]) -> dict[str, int]:
    """What one entry adds."""
    client, event = entry.client, entry.event
    payable = -entry.moved(f"{posting.PAYABLE}:{client}")
    commission = -sum(leg.amount for leg in entry.legs if leg.account.startswith("Income:Commission:"))
    found = {"commission": commission, "vat": -entry.moved(posting.OUTPUT_VAT)}
    if event != "cost_advanced":
        recovered = entry.moved(f"{posting.ADVANCED}:{client}") + entry.moved(posting.IRRECOVERABLE)
        found["costs_recovered"] = -recovered
    if event == "returned_payment":
        back = [_collected(one) for one in reversed_]
        returned = sum(one.get("collected_paa", 0) for one in back) if reversed_ else -payable
        return {**found, "returned": returned, "collected_pdc": -sum(one.get("collected_pdc", 0) for one in back)}
    if event in {"client_payment", "client_credit"}:
        return {"invoices_paid": -entry.moved(f"{posting.RECEIVABLE}:{client}")}
    named = {"cure": "cured", "offset": "offset", "remittance": "remitted", "payment_back": "remitted"}
    if event == "unclaimed" or event in named:
        return {named.get(event, "unclaimed"): payable if event == "cure" else -payable}
    return found | _collected(entry)


def _collected(entry: Entry) -> dict[str, int]:
    """What a payment brought the client: of a receipt on hold nothing before it is cleared."""
    if entry.payment is None or entry.way is None or entry.release:
        return {}
    name = "collected_pdc" if entry.way.source == posting.PDC else "collected_paa"
    return {name: entry.payment.gross}


def _is_paid(books: Books, document: Document) -> bool:
    """Whether nothing of a document is left to pay: of a fee document, nothing of the invoice of its run."""
    if document.kind == "credit_note":
        return True
    bills = [
        paper.number
        for paper in books.documents
        if (paper.kind, paper.client, paper.step) == ("invoice", document.client, document.step)
    ]
    wanted = [document.number] if document.kind == "invoice" else bills
    return not any(books.owing[document.client].invoices[number] for number in wanted)
