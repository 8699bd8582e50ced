"""Payments that came back: the exact negation of all entries of one receipt (DOMAIN §4)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ledger_core.accounting import chart
from ledger_core.accounting.columns import ALL_OUTSTANDING
from ledger_core.accounting.fact import Fact
from ledger_core.accounting.posting import Header, Place
from ledger_core.accounting.rules import RULES
from ledger_core.errors import Problem, Refused, refuse
from ledger_core.runs import heading, receipts, trust
from ledger_core.runs.case_facts import CaseFacts

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ledger_core.accounting.posting import EntryRow
    from ledger_core.journal.append import Batch
    from ledger_core.runs.book import Book
    from ledger_core.runs.receipts import Receipt

UNKNOWN = "unknown"
"""What ``of`` says where nobody knows the receipt that came back."""


def post(book: Book, batch: Batch, fact: Fact) -> int:
    """Undo the receipt that a returned payment names; raises ``RECEIPT_UNKNOWN`` or ``AMBIGUOUS``."""
    if fact.of == UNKNOWN:
        return _of_nobody(book, batch, fact)
    undone = {old for header in batch.sheet.headers for old in header.reverses}
    receipt, part = receipts.find(book, fact, undone)
    resting = receipts.resting(book, receipt, undone)
    fact = _not_before(fact, [*receipt.entries, *resting])
    if len(receipt.cases) <= 1:
        return negate(book, batch, fact, [*receipt.entries, *resting])
    groups = [(receipt.of(case), case) for case in sorted(receipt.cases)]
    groups += [(receipt.of(""), "")] if receipt.of("") else []
    rows: list[int] = []
    for entries, case in groups:
        carried = [entry for entry in resting if entry.header.case == case and part in {"", case}]
        rows.append(negate(book, batch, fact if not rows else _keyless(fact), [*entries, *carried]))
    if part:
        _post_rest(book, batch, fact, receipt, part)
    return rows[0]


def _not_before(fact: Fact, entries: Iterable[EntryRow]) -> Fact:
    """Nothing is undone before it was posted: money that came back before anyone had identified it, then."""
    posted = max(entry.header.date for entry in entries)
    return replace(fact, date=posted, effective=fact.effective or fact.date) if posted > fact.date else fact


def _keyless(fact: Fact) -> Fact:
    """The same fact for a further entry: its key and its private texts stand at the first."""
    return Fact(fact.event, fact.date, effective=fact.effective, line=fact.line)


def negate(book: Book, batch: Batch, fact: Fact, entries: Sequence[EntryRow]) -> int:
    """One entry that is minus the sum of others, dated on the fact's day."""
    (client, case), *others = sorted(
        {(entry.header.client, entry.header.case) for entry in entries if entry.header.case}
    ) or [(entries[0].header.client, "")]
    assert not others, "one entry, one case"
    header = Header(
        fact.event,
        *book.dated(fact.date, fact.effective),
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


def _post_rest(book: Book, batch: Batch, fact: Fact, receipt: Receipt, part: str) -> None:
    """Only one case's part came back: the others' parts are posted again, by the bank's old date (DOMAIN §4)."""
    again = [rest for case in sorted(receipt.cases - {part}) for rest in _again(book, fact, receipt.of(case))]
    cases = CaseFacts(book, batch, again)
    cases.undo([entry for entry in receipt.entries if entry.header.case not in {part, ""}])
    for rest in again:
        cases.add(rest)
    refused = cases.post()
    if refused:
        raise Refused([Problem(refusal.code, refusal.message) for refusal in refused])
    _book_rest(book, batch, fact, receipt)


def _book_rest(book: Book, batch: Batch, fact: Fact, receipt: Receipt) -> None:
    """What of the money had been given to nobody yet is unknown again."""
    unknown = chart.UNIDENTIFIED.template
    left = -sum(leg.amount for entry in receipt.entries for leg in entry.legs if leg.account == unknown)
    if left:
        booked = receipt.of("")[0].header
        again = Fact("unidentified", fact.date, amount=left, bank=booked.bank, line=booked.line)
        trust.EVENTS["unidentified"](book, batch, again)


def _again(book: Book, fact: Fact, entries: Iterable[EntryRow]) -> list[Fact]:
    """The receipts of one case as facts of the day on which the other part came back."""
    found = []
    for entry in entries:
        header = entry.header
        if header.event == "cleared":
            continue
        kinds = (chart.COLLECTED_PAA.name(client=header.client), chart.DEBTOR_REFUND.template)
        amount = sum(abs(leg.amount) for leg in entry.legs if leg.account in kinds)
        found.append(
            Fact(
                "receipt",
                fact.date,
                case=header.case,
                amount=amount,
                bank=header.bank,
                effective=header.effective or header.date,
                method=receipts.method_of(book, entry),
                line=fact.line,
            )
        )
    return found


def _of_nobody(book: Book, batch: Batch, fact: Fact) -> int:
    """A receipt that we do not know came back: a person gives it to a client, or to nobody (DOMAIN §3)."""
    if fact.amount == ALL_OUTSTANDING:
        raise refuse("VALUE_MISSING", "the return of an unknown receipt needs its amount")
    bank = heading.trust_bank(book, fact)
    header = heading.header(book, fact, client=fact.client, bank=bank.id)
    whose = "client" if fact.client else "nobody"
    quantities = {"amount": fact.amount, "client": 0, "nobody": 0, whose: fact.amount}
    return batch.sheet.post(header, RULES["returned_unknown"], quantities, Place(bank.currency, fact.client, bank.id))
