"""Payments that came back: the exact negation of all entries of one receipt (DOMAIN §4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ledger_core.accounting import chart
from ledger_core.accounting.events import ALL_OUTSTANDING
from ledger_core.accounting.money import format_minor
from ledger_core.accounting.posting import EntryRow, Header
from ledger_core.errors import refuse
from ledger_core.journal import read

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ledger_core.accounting.fact import Fact
    from ledger_core.journal.append import Batch
    from ledger_core.runs.book import Book

RECEIPTS = ("receipt", "identified", "forwarder_receipt", "direct_payment")
_TRUST_BANK = chart.TRUST_BANK.template.partition("{")[0]
_COLLECTED = tuple(family.template.partition("{")[0] for family in (chart.COLLECTED_PAA, chart.COLLECTED_PDC))


class Receipt(NamedTuple):
    """One payment of a debtor: all entries that it made, and what it was worth to the debtor."""

    entries: tuple[EntryRow, ...]
    amount: int
    cases: frozenset[str]

    @property
    def last(self) -> int:
        """Its latest entry."""
        return max(entry.id for entry in self.entries)


def post(book: Book, batch: Batch, fact: Fact) -> int:
    """Undo the receipt that a returned payment names; raises ``RECEIPT_UNKNOWN`` or ``AMBIGUOUS``."""
    undone = {old for header in batch.sheet.headers for old in header.reverses}
    receipt = find(book, fact, undone)
    waivers = _waivers(book, receipt, undone)
    return negate(book, batch, fact, [*receipt.entries, *waivers])


def negate(book: Book, batch: Batch, fact: Fact, entries: Sequence[EntryRow]) -> int:
    """One entry that is minus the sum of others, dated on the fact's day."""
    (client, case), *others = sorted(
        {(entry.header.client, entry.header.case) for entry in entries if entry.header.case}
    ) or [(entries[0].header.client, "")]
    assert not others, "one receipt, one case"
    header = Header(
        fact.event,
        *book.dated(fact.date),
        client=client,
        case=case,
        line=fact.line,
        bank=next((entry.header.bank for entry in entries if entry.header.bank), ""),
        base=-sum(entry.header.base for entry in entries),
        reverses=tuple(sorted(entry.id for entry in entries)),
        key=fact.key,
        private=fact.private,
    )
    row = batch.sheet.add(header)
    batch.sheet.copy(row, (leg for entry in entries for leg in entry.legs), sign=-1)
    return row


def find(book: Book, fact: Fact, undone: set[int]) -> Receipt:
    """The one receipt meant: of the case and amount, or named in ``of`` by entry id or reference."""
    if fact.of.isdigit():
        entry = read.entries(book.connection, [int(fact.of)])
        cases = {e.header.case for e in entry}
        found = [r for case in cases for r in of_case(book, case, undone) if int(fact.of) in {e.id for e in r.entries}]
    else:
        found = of_case(book, fact.case, undone)
        if fact.of:
            found = [receipt for receipt in found if _referred(book, receipt, fact.of)]
    if fact.case:
        found = [receipt for receipt in found if fact.case in receipt.cases]
    if fact.amount != ALL_OUTSTANDING:
        found = [receipt for receipt in found if receipt.amount == fact.amount]
    if not found:
        raise refuse(
            "RECEIPT_UNKNOWN", f"no receipt of case {fact.case or '?'}{_amount(book, fact)} that has not come back"
        )
    if len(found) > 1 and fact.line == 0:
        ids = ", ".join(str(receipt.last) for receipt in found)
        raise refuse("AMBIGUOUS", f"case {fact.case} has several such receipts: entries {ids}")
    # A bank's returned item undoes the latest of them (DOMAIN §5).
    receipt = max(found, key=lambda item: item.last)
    if len(receipt.cases) > 1:
        cases = ", ".join(sorted(receipt.cases))
        raise refuse("NOT_YET", f"the return of a receipt that was split (cases {cases}) is not posted yet")
    return receipt


def _amount(book: Book, fact: Fact) -> str:
    if fact.amount == ALL_OUTSTANDING:
        return ""
    return f" over {format_minor(fact.amount, fact.currency or book.agency.currency)}"


def of_case(book: Book, case: str, undone: set[int]) -> list[Receipt]:
    """The receipts of a case that have not come back, oldest first."""
    rows = read.rows(
        book.connection,
        """SELECT e.id, e.line FROM entry e LEFT JOIN reversal r ON r.reversed = e.id
           WHERE e.case_id = :case AND r.reversed IS NULL AND e.event IN (SELECT value FROM json_each(:events))
           ORDER BY e.id""",
        case=case,
        events=RECEIPTS,
    )
    receipts = []
    for entry, line in rows:
        entries = read.entries(book.connection, _of_line(book, line) if line else [entry])
        if entry not in undone:
            receipts.append(
                Receipt(tuple(entries), _worth(entries), frozenset(e.header.case for e in entries if e.header.case))
            )
    return receipts


def _of_line(book: Book, line: int) -> list[int]:
    """The entries that a bank line made and that stand: booking, identification, every part."""
    found = read.rows(
        book.connection,
        """SELECT e.id FROM entry e LEFT JOIN reversal r ON r.reversed = e.id
           WHERE e.line = :line AND r.reversed IS NULL AND e.event NOT IN ('returned_payment', 'reversal', 'refund')""",
        line=line,
    )
    return [int(row[0]) for row in found]


def _worth(entries: Sequence[EntryRow]) -> int:
    """What the debtor paid: the money that came in, or where none did (or not all) the gross."""
    legs = [leg for entry in entries for leg in entry.legs]
    cash = sum(leg.amount for leg in legs if leg.account.startswith(_TRUST_BANK))
    gross = sum(leg.amount for leg in legs if leg.account.startswith(_COLLECTED))
    return max(cash, gross)


def _referred(book: Book, receipt: Receipt, reference: str) -> bool:
    """Whether the receipt came with this reference, from a file or on a bank line."""
    keys = [f"entry:{entry.id}" for entry in receipt.entries]
    keys += [f"line:{entry.header.line}" for entry in receipt.entries if entry.header.line]
    return any(read.person(book.connection, key).get("reference") == reference for key in keys)


def _waivers(book: Book, receipt: Receipt, undone: set[int]) -> list[EntryRow]:
    """Settlements that rest on the receipt: named ``of`` it, or of its case and day."""
    (case,) = receipt.cases
    days = {entry.header.effective or entry.header.date for entry in receipt.entries}
    ids = {str(entry.id) for entry in receipt.entries}
    settlements = read.rows(
        book.connection,
        """SELECT e.id FROM entry e LEFT JOIN reversal r ON r.reversed = e.id
           WHERE e.case_id = :case AND e.event = 'settlement' AND r.reversed IS NULL""",
        case=case,
    )
    found = read.entries(book.connection, [row[0] for row in settlements if row[0] not in undone])
    return [
        entry
        for entry in found
        if (
            entry.header.meta["of"] in ids
            if "of" in entry.header.meta
            else (entry.header.effective or entry.header.date) in days
        )
    ]
