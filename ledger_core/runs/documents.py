"""Numbered documents of a run: fee documents, credit notes, invoices (DOMAIN §4, remittance run).

Fees are documented as the difference between all fees through a date and what earlier documents
said, so that nothing is left out or said twice, whenever an entry came in.  A credit note settles the
invoice that billed its fee, as far as that is unpaid.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ledger_core.accounting import chart
from ledger_core.accounting.money import format_minor
from ledger_core.accounting.posting import Header
from ledger_core.journal.append import Document
from ledger_core.journal.read import rows

if TYPE_CHECKING:
    from ledger_core.journal.append import Batch
    from ledger_core.runs.book import Book

_PREFIX = {"fee": "FEE", "invoice": "INV", "credit_note": "CRN"}


def fee_documents(book: Book, batch: Batch, client: str, currency: str, through: str) -> tuple[int, int]:
    """Document the fees of a client through a date; returns commission and VAT of the fee document."""
    fees = _fees(book, client, through)
    earned, undone = fees["stands"], fees["undone"]
    said = _documented(book, client)
    commission, vat = earned[0] - said["fee"][0], earned[1] - said["fee"][1]
    if commission or vat:
        _add(book, batch, "fee", client, currency, through, commission, vat, commission + vat, "")
    credit, credit_vat = undone[0] - said["credit_note"][0], undone[1] - said["credit_note"][1]
    if credit or credit_vat:
        undone_fees = _undone(book, client, through)
        names = " ".join(sorted({document for document, _, _ in undone_fees}))
        settled = [book.account(client).credit(invoice, amount) for _, invoice, amount in undone_fees if invoice]
        _add(book, batch, "credit_note", client, currency, through, credit, credit_vat, credit + credit_vat, names)
        header = batch.sheet.headers[-1]
        if any(settled):
            header.meta = {**header.meta, "settles": " ".join(filter(None, settled))}
    return commission, vat


def invoice(book: Book, batch: Batch, client: str, currency: str, through: str, amount: int) -> str:
    """Bill a receivable; commission and VAT are told where the bill is for them, and not for a rest of them."""
    due, said = _fees(book, client, through)["receivable"], _documented(book, client)["invoice"]
    commission, vat = due[0] - said[0], due[1] - said[1]
    if not 0 <= commission + vat <= amount or min(commission, vat) < 0:
        commission = vat = 0
    return _add(book, batch, "invoice", client, currency, through, commission, vat, amount, "")


def _add(
    book: Book,
    batch: Batch,
    kind: str,
    client: str,
    currency: str,
    through: str,
    commission: int,
    vat: int,
    amount: int,
    names: str,
) -> str:
    number = _next_number(book, batch, kind)
    event = "fee_document" if kind == "fee" else kind
    meta = {"number": number, "amount": format_minor(amount, currency), "through": through}
    row = batch.sheet.add(Header(event, book.acted_on, client=client, meta=meta | ({"names": names} if names else {})))
    since = _period_from(book, client, kind)
    document = Document(
        number, kind, client, currency, book.acted_on, since, through, commission, vat, amount, names, row
    )
    batch.documents = [*batch.documents, document]
    return number


def _next_number(book: Book, batch: Batch, kind: str) -> str:
    """The next number of the kind in the year of acting, without a gap."""
    start = f"{_PREFIX[kind]}-{book.acted_on[:4]}-"
    found = rows(book.connection, "SELECT COUNT(*) FROM document WHERE number LIKE :start", start=f"{start}%")
    count = int(found[0][0]) + sum(document.number.startswith(start) for document in batch.documents)
    return f"{start}{count + 1:04d}"


def _period_from(book: Book, client: str, kind: str) -> str:
    """The first day that a document speaks of: the day after the last one's period."""
    from datetime import date, timedelta

    found = rows(
        book.connection,
        "SELECT MAX(period_to) FROM document WHERE client = :client AND kind = :kind",
        client=client,
        kind=kind,
    )
    last = found[0][0]
    first_day = book.agency.first_day
    return (max(first_day, date.fromisoformat(last) + timedelta(days=1)) if last else first_day).isoformat()


_CHARGED = """(o.event = 'cleared' OR o.base <> 0 AND o.meta NOT LIKE '%"release":%')"""
"""Whether entry o posted a fee: a receipt on hold fixes its base, and its clearing posts the fee."""

# Fees of entries that stand or came before their return was documented, and those undone after it.
_FEES = f"""
SELECT late, receivable, SUM(commission), SUM(vat) FROM (
  SELECT e.id,
         EXISTS (SELECT 1 FROM reversal r JOIN entry o ON o.id = r.reversed JOIN document d ON d.client = e.client
                 WHERE r.entry = e.id AND d.kind = 'fee' AND o.date <= d.period_to AND o.id < d.entry AND {_CHARGED}
                   AND e.id > d.entry) AS late,
         MAX(CASE WHEN a.name = :receivable THEN 1 ELSE 0 END) AS receivable,
         -SUM(CASE WHEN a.name LIKE 'Income:Commission:%' THEN p.amount ELSE 0 END) AS commission,
         -SUM(CASE WHEN a.name = 'Liabilities:Operating:OutputVAT' THEN p.amount ELSE 0 END) AS vat
  FROM entry e JOIN posting p ON p.entry = e.id JOIN account a ON a.id = p.account
  WHERE e.client = :client AND e.date <= :through
    AND (a.name LIKE 'Income:Commission:%' OR a.name = 'Liabilities:Operating:OutputVAT' OR a.name = :receivable)
  GROUP BY e.id) GROUP BY late, receivable
"""  # noqa: S608 - our own words


def _fees(book: Book, client: str, through: str) -> dict[str, tuple[int, int]]:
    """Commission and VAT through a date: what stands, what of it was charged, what was undone once documented."""
    sums = dict.fromkeys(("stands", "receivable", "undone"), (0, 0))
    own = chart.RECEIVABLE.name(client=client)
    for late, receivable, commission, vat in rows(
        book.connection, _FEES, client=client, through=through, receivable=own
    ):
        for name, wanted, sign in (
            ("stands", not late, 1),
            ("receivable", not late and receivable, 1),
            ("undone", late, -1),
        ):
            if wanted:
                sums[name] = (sums[name][0] + sign * int(commission), sums[name][1] + sign * int(vat))
    return sums


def _documented(book: Book, client: str) -> dict[str, tuple[int, int]]:
    found = rows(
        book.connection,
        "SELECT kind, SUM(commission), SUM(vat) FROM document WHERE client = :client GROUP BY kind",
        client=client,
    )
    return {"fee": (0, 0), "credit_note": (0, 0), "invoice": (0, 0)} | {
        row[0]: (int(row[1]), int(row[2])) for row in found
    }


# Of each fee that was undone after it was documented, and that no credit note has yet: its fee
# document, the invoice of the same run, and what that billed of it.
_UNDONE = f"""
SELECT d.number,
       (SELECT i.number FROM document i WHERE i.batch = d.batch AND i.client = d.client AND i.kind = 'invoice'),
       (SELECT COALESCE(SUM(p.amount), 0) FROM posting p JOIN account a ON a.id = p.account
        WHERE p.entry = o.id AND a.name = :receivable)
FROM entry e JOIN reversal r ON r.entry = e.id JOIN entry o ON o.id = r.reversed
JOIN document d ON d.number = (
  SELECT f.number FROM document f
  WHERE f.client = e.client AND f.kind = 'fee' AND o.date <= f.period_to AND o.id < f.entry AND f.entry < e.id
  ORDER BY f.entry LIMIT 1)
WHERE e.client = :client AND e.date <= :through AND {_CHARGED} AND NOT EXISTS (
  SELECT 1 FROM document n
  WHERE n.client = e.client AND n.kind = 'credit_note' AND e.id < n.entry AND e.date <= n.period_to)
ORDER BY e.id, o.id
"""  # noqa: S608 - our own words


def _undone(book: Book, client: str, through: str) -> list[tuple[str, str, int]]:
    """What a credit note corrects: fee document, invoice (or nothing) and amount invoiced, fee by fee."""
    receivable = chart.RECEIVABLE.name(client=client)
    found = rows(book.connection, _UNDONE, client=client, through=through, receivable=receivable)
    return [(document, invoice or "", int(amount)) for document, invoice, amount in found]
