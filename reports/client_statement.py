"""A client's remittance statement for a period (DOMAIN §4): figures, documents and movements.

Always Δ(payable - receivable) = collected_paa - returned - commission - vat - costs_recovered
- remitted - unclaimed + invoices_paid; the report refuses to be made where that does not hold.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ledger_core.accounting import chart
from ledger_core.accounting.money import format_minor
from ledger_core.journal import read
from ledger_core.journal.read import rows

if TYPE_CHECKING:
    from ledger_core.accounting.posting import EntryRow
    from ledger_core.runs.book import Book

FIGURES = (
    "collected_paa",
    "collected_pdc",
    "returned",
    "commission",
    "vat",
    "costs_recovered",
    "cured",
    "offset",
    "remitted",
    "unclaimed",
    "invoices_paid",
    "held",
)


@dataclass(slots=True)
class ClientStatement:
    """Figures in minor units, positive in their usual direction; a table of movements and documents."""

    client: str
    currency: str
    first: str
    last: str
    figures: dict[str, int]
    payable_opening: int
    payable_closing: int
    receivable_opening: int
    receivable_closing: int
    documents: list[dict[str, Any]] = field(default_factory=list)
    lines: list[dict[str, Any]] = field(default_factory=list)

    def document(self) -> dict[str, Any]:
        """The statement as SURFACE has it in JSON."""
        ends = ("payable_opening", "payable_closing", "receivable_opening", "receivable_closing")
        return {
            "client": self.client,
            "currency": self.currency,
            "from": self.first,
            "to": self.last,
            **{name: format_minor(self.figures[name], self.currency) for name in FIGURES},
            **{name: format_minor(getattr(self, name), self.currency) for name in ends},
            "documents": self.documents,
            "lines": self.lines,
        }


def client_statement(book: Book, client: str, first: str, last: str) -> ClientStatement:
    """The statement of a client from the first to the last day."""
    currency = book.contract(client).currency
    before = _day_before(first)
    payable, receivable = chart.CLIENT_PAYABLE.name(client=client), chart.RECEIVABLE.name(client=client)
    entries = _entries(book, client, first, last)
    figures = dict.fromkeys(FIGURES, 0)
    lines = []
    for entry in entries:
        one = _figures(entry, client)
        for name, amount in one.items():
            figures[name] += amount
        lines.append(_line(entry, one, currency, client))
    held = chart.CLIENT_HELD.name(client=client)
    figures["held"] = -read.balance_at(book.connection, held, currency, last)
    statement = ClientStatement(
        client,
        currency,
        first,
        last,
        figures,
        payable_opening=-read.balance_at(book.connection, payable, currency, before) - _opening(entries, payable),
        payable_closing=-read.balance_at(book.connection, payable, currency, last),
        receivable_opening=read.balance_at(book.connection, receivable, currency, before)
        + _opening(entries, receivable),
        receivable_closing=read.balance_at(book.connection, receivable, currency, last),
        documents=_documents(book, client, first, last),
        lines=lines,
    )
    _prove(statement)
    return statement


def _day_before(day: str) -> str:
    from datetime import date, timedelta

    return (date.fromisoformat(day) - timedelta(days=1)).isoformat()


def _entries(book: Book, client: str, first: str, last: str) -> list[EntryRow]:
    """The client's entries of the period that touch its accounts, and the opening."""
    found = rows(
        book.connection,
        """SELECT e.id FROM entry e WHERE e.date BETWEEN :first AND :last
           AND (e.client = :client OR e.event = 'opening') ORDER BY e.date, e.id""",
        first=first,
        last=last,
        client=client,
    )
    entries = {entry.id: entry for entry in read.entries(book.connection, [row[0] for row in found])}
    return [entries[row[0]] for row in found]


def _figures(entry: EntryRow, client: str) -> dict[str, int]:
    """What one entry adds to each figure, told by its accounts."""
    event = entry.header.event
    if event == "opening":
        return {}  # what was there before
    sums: dict[str, int] = {}
    for leg in entry.legs:
        sums[leg.account] = sums.get(leg.account, 0) + leg.amount

    def of(family: chart.Family) -> int:
        return sums.get(family.name(client=client), 0)

    def any_of(family: chart.Family) -> int:
        return sums.get(family.template, 0)

    # What a receipt on hold brings is the client's only when it is cleared.
    credited = of(chart.COLLECTED_PAA) + of(chart.CLIENT_HELD)
    direct, payable, receivable = of(chart.COLLECTED_PDC), of(chart.CLIENT_PAYABLE), of(chart.RECEIVABLE)
    families = (chart.COMMISSION_PAA, chart.COMMISSION_PDC, chart.COMMISSION_FORWARDED)
    costs = 0 if of(chart.COSTS_ADDED) else of(chart.COSTS_ADVANCED) + any_of(chart.COSTS_IRRECOVERABLE)
    returned = event == "returned_payment"
    unknown = payable if returned and not entry.header.reverses else 0
    paying = event in {"client_payment", "client_credit"} or (event == "reversal" and not (credited or direct or costs))
    return {
        "collected_paa": 0 if returned else credited,
        "returned": unknown - credited if returned else 0,
        "collected_pdc": direct,
        "commission": -sum(of(family) for family in families),
        "vat": -any_of(chart.OUTPUT_VAT),
        "costs_recovered": -costs,
        "cured": -payable if event == "cure" else 0,
        "offset": payable if event == "offset" else 0,
        "remitted": payable if event in {"remittance", "payment_back"} else 0,
        "unclaimed": payable if any_of(chart.UNCLAIMED) else 0,
        "invoices_paid": -receivable if paying else 0,
    }


def _opening(entries: list[EntryRow], account: str) -> int:
    """What [opening] put on an account within the period: it counts as what was there before."""
    opening = [entry for entry in entries if entry.header.event == "opening"]
    return sum(leg.amount for entry in opening for leg in entry.legs if leg.account == account)


def _line(entry: EntryRow, figures: dict[str, int], currency: str, client: str) -> dict[str, Any]:
    payable, receivable = chart.CLIENT_PAYABLE.name(client=client), chart.RECEIVABLE.name(client=client)
    moved = {
        "payable": -sum(leg.amount for leg in entry.legs if leg.account == payable),
        "receivable": sum(leg.amount for leg in entry.legs if leg.account == receivable),
    }
    shown = {name: format_minor(amount, currency) for name, amount in {**figures, **moved}.items() if amount}
    header = entry.header
    return {"date": header.date, "event": header.event, "case": header.case, "entry": entry.id, **shown}


def _documents(book: Book, client: str, first: str, last: str) -> list[dict[str, Any]]:
    """Documents of the period: ``paid`` says that nothing of it is left to pay, as of a credit note always."""
    found = rows(
        book.connection,
        """SELECT number, kind, date, period_from, period_to, commission, vat, amount, names, currency FROM document
           WHERE client = :client AND date BETWEEN :first AND :last ORDER BY entry""",
        client=client,
        first=first,
        last=last,
    )
    account = book.account(client)
    result = []
    for number, kind, day, since, until, commission, vat, amount, names, currency in found:
        paid = kind == "credit_note" or not account.invoices.get(number, 0)
        paid = _deducted(book, number, client) if kind == "fee" else paid
        result.append(
            {
                "number": number,
                "kind": kind,
                "date": day,
                "from": since,
                "to": until,
                "commission": format_minor(commission, currency),
                "vat": format_minor(vat, currency),
                "amount": format_minor(amount, currency),
                "paid": paid,
                **({"names": names} if names else {}),
            }
        )
    return result


def _deducted(book: Book, number: str, client: str) -> bool:
    """Whether the fees of a document are paid: withheld or offset, or the invoice of its run is paid."""
    found = rows(
        book.connection,
        """SELECT i.number FROM document f JOIN document i ON i.client = f.client AND i.batch = f.batch
           WHERE f.number = :number AND i.kind = 'invoice'""",
        number=number,
    )
    account = book.account(client)
    return all(not account.invoices.get(row[0], 0) for row in found)


def _prove(statement: ClientStatement) -> None:
    """The identity of DOMAIN §4."""
    figures = statement.figures
    moved = (statement.payable_closing - statement.receivable_closing) - (
        statement.payable_opening - statement.receivable_opening
    )
    told = figures["collected_paa"] + figures["invoices_paid"] - figures["returned"] - figures["commission"]
    told -= figures["vat"] + figures["costs_recovered"] + figures["remitted"] + figures["unclaimed"]
    assert moved == told, f"{statement.client}: {moved} moved, {told} told"
