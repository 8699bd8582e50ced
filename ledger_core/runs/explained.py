"""Fees explained from a book: of a payment that might come, and of an entry that was posted."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from ledger_core.accounting import chart, explain
from ledger_core.accounting.money import parse_minor
from ledger_core.accounting.quantities import WITH_FEE
from ledger_core.accounting.terms import BUCKETS, CLASSES, Terms
from ledger_core.cases import register
from ledger_core.errors import refuse
from ledger_core.journal import read
from ledger_core.runs.case_facts import fixed_of

if TYPE_CHECKING:
    from ledger_core.accounting.posting import EntryRow
    from ledger_core.runs.book import Book


def of_payment(
    book: Book, client: str, case: str, source: str, amount: int, day: date, method: str
) -> explain.PaymentReason:
    """What a payment on a case would come to, by what the case has now.

    Raises ``CASE_UNKNOWN``, ``CLIENT_MISMATCH``, ``TERMS_MISSING``, and what the event itself refuses.
    """
    found = register.info(book.connection, [case]).get(case)
    if found is None:
        raise refuse("CASE_UNKNOWN", f"case {case!r} is not in the register")
    if found.client != client:
        raise refuse("CLIENT_MISMATCH", f"case {case} belongs to {found.client}, not to {client}")
    terms = book.terms(client, max(day, book.agency.first_day).isoformat())
    return explain.payment(terms, source, register.load_state(book.connection, [case]), amount, day, method)


def of_entry(book: Book, number: int) -> tuple[EntryRow, explain.PaymentReason]:
    """The receipt of an entry (of a clearing: the one that it cleared), and why its fee is what it is.

    Raises ``ENTRY_UNKNOWN`` where there is no such entry, or none with a fee.
    """
    entry = _entry(book, number)
    if "clears" in entry.header.meta:
        entry = _entry(book, int(entry.header.meta["clears"]))
    header = entry.header
    if header.event not in WITH_FEE:
        undone = ", ".join(map(str, header.reverses))
        more = f"; it takes back {undone}, which can be explained" if undone else ""
        raise refuse("ENTRY_UNKNOWN", f"entry {number} is a {header.event}, which has no fee of its own{more}")
    terms = _terms(book, header.terms)
    effective = header.effective or header.date
    outstanding = _outstanding_before(book, entry)
    taken = tuple(-sum(_legs(entry, chart.OUTSTANDING[bucket].name(client=header.client))) for bucket in BUCKETS)
    fixed = fixed_of(header, terms.currency) if "release" in header.meta else {}
    over = -sum(_legs(entry, chart.DEBTOR_REFUND.template))
    beyond = parse_minor(header.meta.get("beyond", "0"), terms.currency)
    reason = explain.PaymentReason(
        event=header.event,
        amount=sum(taken) + over + beyond,
        effective=date.fromisoformat(effective),
        outstanding=outstanding,
        taken=taken,
        overpaid=over + beyond,
        recovered=fixed.get("recovered", -sum(_legs(entry, chart.COSTS_ADVANCED.name(client=header.client)))),
        recovered_loss=fixed.get("recovered_loss", -sum(_legs(entry, chart.COSTS_IRRECOVERABLE.template))),
        fee=explain.fee(terms, _measures(book, entry, effective)),
        release=date.fromisoformat(header.meta["release"]) if fixed else None,
    )
    return entry, reason


def _entry(book: Book, number: int) -> EntryRow:
    found = read.entries(book.connection, [number])
    if not found:
        raise refuse("ENTRY_UNKNOWN", f"there is no entry {number}")
    return found[0]


def _terms(book: Book, digest: str) -> Terms:
    ((document,),) = read.rows(book.connection, "SELECT document FROM terms WHERE digest = :digest", digest=digest)
    return Terms.from_document(document)


def _legs(entry: EntryRow, account: str) -> list[int]:
    return [leg.amount for leg in entry.legs if leg.account == account]


def _outstanding_before(book: Book, entry: EntryRow) -> tuple[int, ...]:
    """The case's buckets as the entry found them: what all entries before it had left."""
    found = read.rows(
        book.connection,
        """SELECT a.name, SUM(p.amount) FROM entry e JOIN posting p ON p.entry = e.id JOIN account a ON a.id = p.account
           WHERE e.case_id = :case AND e.id < :entry AND a.name LIKE 'Equity:Memo:Outstanding:%' GROUP BY a.name""",
        case=entry.header.case,
        entry=entry.id,
    )
    sums = {name: int(amount) for name, amount in found}
    return tuple(sums.get(chart.OUTSTANDING[bucket].name(client=entry.header.client), 0) for bucket in BUCKETS)


def _measures(book: Book, entry: EntryRow, effective: str) -> explain.Measures:
    """What the fee depended on when it was posted; of the classifications, those that the contract asks for."""
    header = entry.header
    ((age_from, placed, brought),) = read.rows(
        book.connection, "SELECT age_from, placed_amount, collected_to_date FROM cases WHERE id = :id", id=header.case
    )
    ((collected,),) = read.rows(
        book.connection,
        "SELECT COALESCE(SUM(base), 0) FROM entry WHERE case_id = :case AND id < :entry",
        case=header.case,
        entry=entry.id,
    )
    age = date.fromisoformat(effective) - date.fromisoformat(age_from)
    words: dict[str, str] = {name: header.meta.get(name.replace("_", "-"), "") for name in CLASSES}
    source = explain.SOURCE_OF[header.event]
    return explain.Measures(source, header.base, age.days, int(placed), int(brought + collected), words)
