"""The payments of debtors as they stand: all entries of each, what it was worth, and what rests on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ledger_core.accounting import chart
from ledger_core.accounting.columns import ALL_OUTSTANDING
from ledger_core.accounting.money import format_minor, parse_minor
from ledger_core.accounting.quantities import WITH_FEE
from ledger_core.errors import refuse
from ledger_core.journal import read
from ledger_core.runs.three_way import account_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ledger_core.accounting.fact import Fact
    from ledger_core.accounting.posting import EntryRow
    from ledger_core.journal.append import Batch
    from ledger_core.runs.book import Book

_OF_A_RECEIPT = ("unidentified", "suspense", "cleared", *WITH_FEE)
"""Events whose entries a bank line makes as a receipt."""

_RESTING = ("settlement", "collector_commission")
"""Events that a receipt carries along when it comes back."""

_CASH = tuple(
    family.template.partition("{")[0]
    for family in (chart.TRUST_BANK, chart.IN_TRANSIT, chart.OPERATING_BANK, chart.FORWARDER_FEES)
)
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

    @property
    def days(self) -> set[str]:
        """The days that it can be known by: the bank's, and those on which it was posted."""
        booked = [entry.header for entry in self.entries if entry.header.event != "cleared"]
        return {day for header in booked for day in (header.date, header.effective) if day}

    def of(self, case: str) -> tuple[EntryRow, ...]:
        """The entries that gave it to one case; without a case, those that gave it to none."""
        return tuple(entry for entry in self.entries if entry.header.case == case)


def find(book: Book, fact: Fact, undone: set[int]) -> tuple[Receipt, str]:
    """The receipt meant, of the case and amount or named in ``of``; and the case, where only its part came back.

    Raises ``VALUE_MISSING``, ``RECEIPT_UNKNOWN`` or ``AMBIGUOUS``.
    """
    if not fact.case and not fact.of:
        raise refuse("VALUE_MISSING", "a returned_payment names its case, or in `of` its receipt")
    found = _named(book, fact, undone) if fact.of else of_case(book, fact.case, undone)
    # What came back had come before.
    found = [receipt for receipt in found if min(receipt.days) <= fact.date]
    if fact.case:
        found = [receipt for receipt in found if fact.case in receipt.cases]
    parts: list[Receipt] = []
    if fact.amount != ALL_OUTSTANDING:
        moved = {receipt.last: _moved(book, receipt, fact) for receipt in found}
        whole_there = [receipt for receipt in found if moved[receipt.last] == receipt.amount]
        parts = [r for r in whole_there if len(r.cases) > 1 and _worth(book, r.of(fact.case)) == fact.amount]
        found = [receipt for receipt in found if moved[receipt.last] == fact.amount]
    if not found and not parts:
        which = f"case {fact.case} has no receipt" if fact.case else f"there is no receipt {fact.of!r}"
        raise refuse("RECEIPT_UNKNOWN", f"{which}{_amount(book, fact)}, or it has come back already")
    if len(found) + len(parts) > 1 and fact.line == 0:
        ids = ", ".join(str(receipt.last) for receipt in (*found, *parts))
        raise refuse("AMBIGUOUS", f"several such receipts have not come back: entries {ids}")
    # A bank's returned item undoes the latest of them (DOMAIN §5).
    receipt = max((*found, *parts), key=lambda item: item.last)
    return receipt, fact.case if receipt in parts else ""


def _moved(book: Book, receipt: Receipt, fact: Fact) -> int:
    """What its return would move: on the bank whose line says so, less what a forwarder kept; else all it was worth."""
    if not fact.line:
        return receipt.amount
    account = account_of(book.agency.bank(fact.bank))
    return sum(leg.amount for entry in receipt.entries for leg in entry.legs if leg.account == account)


def _named(book: Book, fact: Fact, undone: set[int]) -> list[Receipt]:
    """The receipts that ``of`` names; a number may be an entry id and a reference."""
    if fact.case:
        return [receipt for receipt in of_case(book, fact.case, undone) if _is(book, receipt, fact.of)]
    keys = [
        row[0].partition(":")
        for row in read.rows(
            book.connection,
            """SELECT id FROM person WHERE (id LIKE 'entry:%' OR id LIKE 'line:%')
               AND noted(text, 'reference') = :of""",
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
    found = list({receipt.entries[0].id: receipt for receipt in found}.values())
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
           WHERE e.case_id = :case AND r.reversed IS NULL AND e.event IN (SELECT value FROM texts(:events))
           ORDER BY e.id""",
        case=case,
        events=WITH_FEE,
    )
    receipts: dict[tuple[int, ...], Receipt] = {}
    for entry, line in rows:
        ids = _of_line(book, line) if line else [entry, *clearing_of(book, case, entry)]
        entries = read.entries(book.connection, ids)
        if entry not in undone:
            receipts.setdefault(tuple(e.id for e in entries), _receipt(book, entries))
    return list(receipts.values())


def clearing_of(book: Book, case: str, entry: int) -> list[int]:
    """The entry that cleared a receipt, if one did."""
    found = read.rows(
        book.connection,
        """SELECT e.id FROM entry e LEFT JOIN reversal r ON r.reversed = e.id
           WHERE e.case_id = :case AND e.event = 'cleared' AND r.reversed IS NULL
             AND noted(e.meta, 'clears') = :entry""",
        case=case,
        entry=str(entry),
    )
    return [int(row[0]) for row in found]


def _receipt(book: Book, entries: Sequence[EntryRow]) -> Receipt:
    cases = frozenset(entry.header.case for entry in entries if entry.header.case)
    return Receipt(tuple(entries), _worth(book, entries), cases)


def _of_line(book: Book, line: int) -> list[int]:
    """The entries that a bank line made and that stand: booking, identification, clearing, every part."""
    found = read.rows(
        book.connection,
        """SELECT e.id FROM entry e LEFT JOIN reversal r ON r.reversed = e.id
           WHERE e.line = :line AND r.reversed IS NULL AND e.event IN (SELECT value FROM texts(:events))""",
        line=line,
        events=_OF_A_RECEIPT,
    )
    return [int(row[0]) for row in found]


def _worth(book: Book, entries: Sequence[EntryRow]) -> int:
    """What the debtor paid: the money that came in and what a forwarder kept of it, or what the client had."""
    legs = [leg for entry in entries for leg in entry.legs]
    cash = sum(leg.amount for leg in legs if leg.account.startswith(_CASH))
    direct = [entry.header for entry in entries if "beyond" in entry.header.meta]
    noted = (parse_minor(h.meta["amount"], book.contract(h.client).currency) for h in direct)
    gross = sum(leg.amount for leg in legs if leg.account.startswith(_COLLECTED))
    over = -sum(leg.amount for leg in legs if leg.account == chart.DEBTOR_REFUND.template and leg.amount < 0)
    return max(cash, gross + over, *noted)


def _is(book: Book, receipt: Receipt, name: str) -> bool:
    """Whether a name is an entry id of the receipt, or a reference that it came with, in a file or on a bank line."""
    if name in {str(entry.id) for entry in receipt.entries}:
        return True
    keys = [f"entry:{entry.id}" for entry in receipt.entries]
    keys += [f"line:{entry.header.line}" for entry in receipt.entries if entry.header.line]
    return any(read.person(book.connection, key).get("reference") == name for key in keys)


def check_basis(book: Book, batch: Batch, fact: Fact) -> None:
    """Refuse what rests on a receipt and names none where the case has several of that day; raises ``AMBIGUOUS``."""
    day = fact.effective or fact.date
    there = [receipt.last for receipt in of_case(book, fact.case, set()) if day in receipt.days]
    new = [
        h for h in batch.sheet.headers if h.case == fact.case and h.event in WITH_FEE and day in {h.date, h.effective}
    ]
    if not fact.of and len(there) + len(new) > 1:
        raise refuse("AMBIGUOUS", f"case {fact.case} has several receipts on {day}, and the {fact.event} names none")


def resting(book: Book, receipt: Receipt, undone: set[int]) -> list[EntryRow]:
    """Waivers and collectors' commissions that rest on a receipt: named ``of`` it, or of its case and day."""
    found = read.rows(
        book.connection,
        """SELECT e.id FROM entry e LEFT JOIN reversal r ON r.reversed = e.id
           WHERE e.case_id IN (SELECT value FROM texts(:cases)) AND r.reversed IS NULL
             AND e.event IN (SELECT value FROM texts(:events))""",
        cases=sorted(receipt.cases),
        events=_RESTING,
    )
    entries = read.entries(book.connection, [row[0] for row in found if row[0] not in undone])
    return [entry for entry in entries if _rests_on(book, entry, receipt)]


def _rests_on(book: Book, entry: EntryRow, receipt: Receipt) -> bool:
    named = read.person(book.connection, f"entry:{entry.id}").get("of")
    if named:
        return _is(book, receipt, named)
    return (entry.header.effective or entry.header.date) in receipt.days


def method_of(book: Book, entry: EntryRow) -> str:
    """How a receipt was paid, as its bank line or its row said."""
    if entry.header.line:
        found = read.rows(book.connection, "SELECT method FROM statement_line WHERE id = :line", line=entry.header.line)
        return str(found[0][0]) if found else ""
    return str(read.person(book.connection, f"entry:{entry.id}").get("method", ""))
