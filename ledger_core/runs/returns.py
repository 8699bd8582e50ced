"""Payments that came back: the exact negation of all entries of one receipt (DOMAIN §4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ledger_core.accounting import chart
from ledger_core.accounting.events import ALL_OUTSTANDING
from ledger_core.accounting.money import format_minor, parse_minor
from ledger_core.accounting.posting import EntryRow, Header
from ledger_core.errors import refuse
from ledger_core.journal import read

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ledger_core.accounting.fact import Fact
    from ledger_core.journal.append import Batch
    from ledger_core.runs.book import Book

RECEIPTS = ("receipt", "identified", "forwarder_receipt", "direct_payment")
_CASH = (chart.TRUST_BANK.template.partition("{")[0], chart.FORWARDER_FEES.template)
_COLLECTED = tuple(family.template.partition("{")[0] for family in (chart.COLLECTED_PAA, chart.COLLECTED_PDC))


class Receipt(NamedTuple):
    """One payment of a debtor: all entries that it made, and what it was worth to the debtor."""

    entries: tuple[EntryRow, ...]
    amount: int
    cases: frozenset[str]

    @property
    def lines(self) -> set[int]:
        """The bank lines that brought it."""
        return {entry.header.line for entry in self.entries if entry.header.line}

    @property
    def last(self) -> int:
        """Its latest entry."""
        return max(entry.id for entry in self.entries)


def post(book: Book, batch: Batch, fact: Fact) -> int:
    """Undo the receipt that a returned payment names; raises ``RECEIPT_UNKNOWN`` or ``AMBIGUOUS``."""
    undone = {old for header in batch.sheet.headers for old in header.reverses}
    receipt = find(book, fact, undone)
    waivers = _waivers(book, receipt, undone)
    if not receipt.cases:
        batch.line_states = {**batch.line_states, **dict.fromkeys(receipt.lines, ("posted", ""))}
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
    if not fact.case and not fact.of:
        raise refuse("VALUE_MISSING", "a returned_payment names its case, or in `of` its receipt")
    found = _named(book, fact, undone) if fact.of else of_case(book, fact.case, undone)
    # What came back had come before.
    found = [receipt for receipt in found if min(_days(receipt)) <= fact.date]
    if fact.case:
        found = [receipt for receipt in found if fact.case in receipt.cases]
    if fact.amount != ALL_OUTSTANDING:
        found = [receipt for receipt in found if receipt.amount == fact.amount]
    if not found:
        which = f"case {fact.case} has no receipt" if fact.case else f"there is no receipt {fact.of!r}"
        raise refuse("RECEIPT_UNKNOWN", f"{which}{_amount(book, fact)}, or it has come back already")
    if len(found) > 1 and fact.line == 0:
        ids = ", ".join(str(receipt.last) for receipt in found)
        raise refuse("AMBIGUOUS", f"several such receipts have not come back: entries {ids}")
    # A bank's returned item undoes the latest of them (DOMAIN §5).
    receipt = max(found, key=lambda item: item.last)
    if len(receipt.cases) > 1:
        names = ", ".join(sorted(receipt.cases))
        raise refuse("NOT_YET", f"the return of a receipt that was split (cases {names}) is not posted yet")
    if any(_refunds(book, line) for line in receipt.lines):
        raise refuse("NOT_YET", "the return of a receipt of which a part was paid back is not posted yet")
    return receipt


def _named(book: Book, fact: Fact, undone: set[int]) -> list[Receipt]:
    """The receipts that ``of`` names; a number may be an entry id and a reference."""
    if fact.case:
        return [receipt for receipt in of_case(book, fact.case, undone) if _is(book, receipt, fact.of)]
    keys = [
        row[0].partition(":")
        for row in read.rows(
            book.connection,
            """SELECT id FROM person WHERE (id LIKE 'entry:%' OR id LIKE 'line:%')
               AND json_extract(text, '$.reference') = :of""",
            of=fact.of,
        )
    ]
    wanted = {int(number) for kind, _, number in keys if kind == "entry"}
    wanted |= {entry for kind, _, number in keys if kind == "line" for entry in _of_line(book, int(number))}
    wanted |= {int(fact.of)} if fact.of.isdecimal() else set()
    entries = read.entries(book.connection, wanted)
    found = [
        receipt for case in sorted({e.header.case for e in entries} - {""}) for receipt in of_case(book, case, undone)
    ]
    found = [receipt for receipt in found if wanted & {entry.id for entry in receipt.entries}]
    for line in sorted({entry.header.line for entry in entries if entry.header.event == "unidentified"}):
        standing = read.entries(book.connection, _of_line(book, line))
        if [entry.header.event for entry in standing] == ["unidentified"] and standing[0].id not in undone:
            found.append(_receipt(book, standing))
    return found


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
    receipts: dict[tuple[int, ...], Receipt] = {}
    for entry, line in rows:
        entries = read.entries(book.connection, _of_line(book, line) if line else [entry])
        if entry not in undone:
            receipts.setdefault(tuple(e.id for e in entries), _receipt(book, entries))
    return list(receipts.values())


def _receipt(book: Book, entries: Sequence[EntryRow]) -> Receipt:
    cases = frozenset(entry.header.case for entry in entries if entry.header.case)
    return Receipt(tuple(entries), _worth(book, entries), cases)


def _of_line(book: Book, line: int) -> list[int]:
    """The entries that a bank line made and that stand: booking, identification, every part."""
    found = read.rows(
        book.connection,
        """SELECT e.id FROM entry e LEFT JOIN reversal r ON r.reversed = e.id
           WHERE e.line = :line AND r.reversed IS NULL AND e.event NOT IN ('returned_payment', 'reversal', 'refund')""",
        line=line,
    )
    return [int(row[0]) for row in found]


def _refunds(book: Book, line: int) -> bool:
    """Whether a part of a line's money was paid back unidentified."""
    found = read.rows(
        book.connection,
        """SELECT 1 FROM entry e LEFT JOIN reversal r ON r.reversed = e.id
           WHERE e.line = :line AND e.event = 'refund' AND r.reversed IS NULL""",
        line=line,
    )
    return bool(found)


def _worth(book: Book, entries: Sequence[EntryRow]) -> int:
    """What the debtor paid: the money that came in and what a forwarder kept of it, or what the client had."""
    legs = [leg for entry in entries for leg in entry.legs]
    cash = sum(leg.amount for leg in legs if leg.account.startswith(_CASH))
    direct = [entry.header for entry in entries if "beyond" in entry.header.meta]
    noted = (parse_minor(h.meta["amount"], book.contract(h.client).currency) for h in direct)
    gross = sum(leg.amount for leg in legs if leg.account.startswith(_COLLECTED))
    return max(cash, gross, *noted)


def _is(book: Book, receipt: Receipt, name: str) -> bool:
    """Whether a name is an entry id of the receipt, or a reference that it came with, in a file or on a bank line."""
    if name in {str(entry.id) for entry in receipt.entries}:
        return True
    keys = [f"entry:{entry.id}" for entry in receipt.entries]
    keys += [f"line:{entry.header.line}" for entry in receipt.entries if entry.header.line]
    return any(read.person(book.connection, key).get("reference") == name for key in keys)


def check_basis(book: Book, batch: Batch, fact: Fact) -> None:
    """Refuse a settlement that names no receipt where the case has several on that day; raises ``AMBIGUOUS``."""
    day = fact.effective or fact.date
    there = [receipt.last for receipt in of_case(book, fact.case, set()) if day in _days(receipt)]
    new = [
        h for h in batch.sheet.headers if h.case == fact.case and h.event in RECEIPTS and day in {h.date, h.effective}
    ]
    if not fact.of and len(there) + len(new) > 1:
        raise refuse("AMBIGUOUS", f"case {fact.case} has several receipts on {day}, and the settlement names none")


def _days(receipt: Receipt) -> set[str]:
    """The days that it can be known by: the bank's, and those on which it was posted."""
    return {day for entry in receipt.entries for day in (entry.header.date, entry.header.effective) if day}


def _waivers(book: Book, receipt: Receipt, undone: set[int]) -> list[EntryRow]:
    """Settlements that rest on the receipt: named ``of`` it, or of its case and day."""
    settlements = read.rows(
        book.connection,
        """SELECT e.id FROM entry e LEFT JOIN reversal r ON r.reversed = e.id
           WHERE e.case_id IN (SELECT value FROM json_each(:cases))
             AND e.event = 'settlement' AND r.reversed IS NULL""",
        cases=sorted(receipt.cases),
    )
    found = read.entries(book.connection, [row[0] for row in settlements if row[0] not in undone])
    return [entry for entry in found if _rests_on(book, entry, receipt)]


def _rests_on(book: Book, settlement: EntryRow, receipt: Receipt) -> bool:
    named = read.person(book.connection, f"entry:{settlement.id}").get("of")
    if named:
        return _is(book, receipt, named)
    return (settlement.header.effective or settlement.header.date) in _days(receipt)
