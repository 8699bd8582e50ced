"""Facts on cases, as the columns that the engine computes over (DOMAIN §4)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

from ledger_core.accounting import chart, columns, events
from ledger_core.accounting.money import Ints, format_minor
from ledger_core.accounting.posting import Place
from ledger_core.accounting.quantities import HELD_EVENTS, WITH_FEE
from ledger_core.accounting.terms import BUCKETS, CLASSES, Terms
from ledger_core.cases import register
from ledger_core.errors import refuse
from ledger_core.journal import schema
from ledger_core.journal.store import next_id
from ledger_core.runs import available, heading, receipts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ledger_core.accounting.fact import Fact
    from ledger_core.accounting.posting import EntryRow, Header
    from ledger_core.journal.append import Batch
    from ledger_core.runs.book import Book

NO_WORD = "-"
"""Printed for a classification that is no word of the contract: an input column never reaches the books."""

_FIXED_META = {
    "commission": "commission",
    "vat": "vat",
    "recovered": "recovers",
    "recovered_loss": "recovers-lost",
}
"""What a receipt on hold says of its clearing, by quantity."""


def release_of(fact: Fact, terms: Terms) -> str:
    """The day on which the money is good: its effective date and the hold days of its method."""
    return (date.fromisoformat(_effective(fact)) + timedelta(days=terms.hold(fact.method))).isoformat()


def fixed_of(header: Header, currency: str) -> dict[str, int]:
    """What the clearing of a receipt on hold posts, as its entry says."""
    from ledger_core.accounting.money import parse_minor

    texts = header.meta
    return {name: parse_minor(texts.get(key, "0"), currency) for name, key in _FIXED_META.items()}


class CaseFacts:
    """The facts on cases of one phase: gathered, then computed and posted into the batch's sheet."""

    def __init__(self, book: Book, batch: Batch, facts: Sequence[Fact]) -> None:
        """Read the cases that the facts name; placements bring their own."""
        self._book, self._batch = book, batch
        self._facts: list[tuple[int, Fact, int, Place]] = []  # row, fact, index of terms, place
        self._versions: dict[str, tuple[int, Terms]] = {}
        self._cases = {case: index for index, case in enumerate(dict.fromkeys(fact.case for fact in facts))}
        self._info = register.info(book.connection, self._cases) if facts else {}
        fresh = {row[0]: row for row in batch.rows.get("cases", ())}
        self._state = register.load_state(book.connection, list(self._cases))
        for case in fresh.keys() & self._cases.keys():
            new, index = register.NewCase(*fresh[case]), self._cases[case]
            self._state.age_from[index] = np.datetime64(new.age_from)
            self._info[case] = register.CaseInfo(case, new.client, new.currency, (0, 0, 0, 0), 0, "", 0)

    @property
    def waiting(self) -> bool:
        """Whether facts were gathered that are not posted yet."""
        return bool(self._facts)

    def add(self, fact: Fact) -> int:
        """A row in the sheet for the fact; raises ``Refused`` where it cannot be posted."""
        case = self._case(fact)
        day = max(_effective(fact), self._book.agency.first_day.isoformat())
        terms = self._book.terms(case.client, day)
        if fact.event == "settlement":
            receipts.check_basis(self._book, self._batch, fact)
        place = self._place(fact, case, terms)
        header = heading.header(
            self._book, fact, client=case.client, case=fact.case, bank=place.bank or place.operating_bank
        )
        header.terms = terms.digest if fact.event in WITH_FEE else ""
        if self._held(fact, terms):
            header.meta = {**header.meta, "release": release_of(fact, terms)}
        if fact.event == "case_change":
            self._note_change(fact, case.client, header)
        row = self._batch.sheet.add(header)
        number, _ = self._versions.setdefault(terms.digest, (len(self._versions), terms))
        self._facts.append((row, fact, number, place))
        return row

    def undo(self, entries: Sequence[EntryRow]) -> None:
        """Take entries off the state that this batch negates already."""
        cleared = {entry.header.meta.get("clears") for entry in entries}
        for entry in entries:
            index, header = self._cases[entry.header.case], entry.header
            if "release" in header.meta and str(entry.id) not in cleared:
                fixed = fixed_of(header, self._info[header.case].currency)
                self._state.advance[index] += fixed["recovered"]
                self._state.advance_loss[index] += fixed["recovered_loss"]
            for leg in entry.legs:
                for column, bucket in enumerate(BUCKETS):
                    if leg.account == chart.OUTSTANDING[bucket].name(client=header.client):
                        self._state.outstanding[index, column] -= leg.amount
                if leg.account == chart.COSTS_ADVANCED.name(client=header.client):
                    self._state.advance[index] -= leg.amount
                elif leg.account == chart.COSTS_IRRECOVERABLE.template:
                    self._state.advance_loss[index] -= leg.amount
            self._state.collected[index] -= header.base
            if self._state.outstanding[index].any():
                self._state.finished_by[index] = ""

    def _case(self, fact: Fact) -> register.CaseInfo:
        case = self._info.get(fact.case)
        if case is None and not fact.case:
            raise refuse("VALUE_MISSING", "no case is named")
        if case is None:
            raise refuse("CASE_UNKNOWN", f"case {fact.case!r} is not in the register")
        if fact.client and fact.client != case.client:
            raise refuse("CLIENT_MISMATCH", f"case {fact.case} belongs to {case.client}, not to {fact.client}")
        if fact.currency and fact.currency != case.currency:
            raise refuse("CURRENCY_BAD", f"case {fact.case} is in {case.currency}, not in {fact.currency}")
        return case

    @staticmethod
    def _held(fact: Fact, terms: Terms) -> bool:
        return fact.event in HELD_EVENTS and terms.hold(fact.method) > 0

    def _place(self, fact: Fact, case: register.CaseInfo, terms: Terms) -> Place:
        """The banks that the fact's money moves on."""
        book, currency, client = self._book, terms.currency, case.client
        if fact.event in HELD_EVENTS and fact.bank and book.agency.bank(fact.bank).fund == "operating":
            astray = book.bank(fact.bank, "operating", currency).id
            return Place(currency, client, book.bank(terms.trust_bank, "trust", currency).id, astray)
        if fact.event == "forwarder_receipt" and not fact.forwarder:
            raise refuse("VALUE_MISSING", "a forwarder_receipt names its forwarder")
        if fact.event in HELD_EVENTS or fact.event == "forwarder_receipt":
            return Place(currency, client, book.bank(fact.bank, "trust", currency).id)
        if fact.event == "cost_advanced" and fact.from_:
            bank = book.bank(fact.bank or terms.trust_bank, "trust", currency).id
            self._check_deposit(fact, client, currency, bank)
            return Place(currency, client, bank)
        if fact.event == "cost_advanced":
            return Place(currency, client, operating_bank=book.bank(fact.bank, "operating", currency).id)
        return Place(currency, client)

    def _check_deposit(self, fact: Fact, client: str, currency: str, bank: str) -> None:
        account = chart.COST_DEPOSIT.name(client=client)
        day = self._book.posting_date(fact.date)
        there = available.credit(self._book, self._batch, account, currency, bank, day)
        spent = sum(f.amount for _, f, _, p in self._facts if f.from_ and (p.client, p.bank) == (client, bank))
        available.taken(fact.amount, there - spent, currency, f"the cost deposit of {client} at {bank}")

    def _note_change(self, fact: Fact, client: str, header: Header) -> None:
        """A change of the case: a row of the register, and in the books what a fee depends on."""
        words = {
            word for terms in self._book.contract(client).terms for rule in terms.commission for word in rule.words
        }
        told = {name: word for name, word in fact.changes.items() if name in CLASSES}
        shown = {name.replace("_", "-"): word if word in words else NO_WORD for name, word in told.items()}
        header.meta = {**header.meta, **shown}
        rows = list(self._batch.rows.get("case_change", ()))
        number = next_id(self._book.connection, schema.case_change) + len(rows)
        names = (*CLASSES, "interest_rate", "place")
        rows.append((number, fact.case, _effective(fact), *(fact.changes.get(name, "") for name in names)))
        self._batch.rows = {**self._batch.rows, "case_change": rows}

    def post(self) -> list[columns.Refusal]:
        """Compute all that was gathered, wave by wave; returns the refused ones."""
        if not self._facts:
            return []
        versions = [terms for _, terms in self._versions.values()]
        outcome = events.post_case_events(self._batch.sheet, self._columns(versions), self._state, versions)
        for index, (row, fact, version, _) in enumerate(self._facts):
            header, currency = self._batch.sheet.headers[row], versions[version].currency
            header.base, header.rule = int(outcome.base[index]), int(outcome.rule[index])
            more = dict(outcome.words.get(index, {}))
            if outcome.excess[index]:
                more["amount"] = format_minor(fact.amount, currency)
                more["beyond"] = format_minor(int(outcome.excess[index]), currency)
            fixed = outcome.fixed.get(index, {})
            more |= {_FIXED_META[name]: format_minor(amount, currency) for name, amount in fixed.items() if amount}
            if more:
                header.meta = {**header.meta, **more}
        self._facts.clear()
        return outcome.refusals

    def _columns(self, versions: Sequence[Terms]) -> columns.Facts:
        def numbers(values: Sequence[int]) -> Ints:
            return np.array(values, dtype=np.int64)

        def texts(values: Sequence[str]) -> columns.Texts:
            column = np.empty(len(values), dtype=object)
            column[:] = values
            return column

        facts = [fact for _, fact, _, _ in self._facts]
        places = [place for *_, place in self._facts]
        terms = [versions[version] for _, _, version, _ in self._facts]
        return columns.Facts(
            row=numbers([row for row, *_ in self._facts]),
            event=texts([fact.event for fact in facts]),
            case=numbers([self._cases[fact.case] for fact in facts]),
            terms=numbers([version for _, _, version, _ in self._facts]),
            amount=numbers([fact.amount for fact in facts]),
            effective=np.array([_effective(fact) for fact in facts], dtype="datetime64[D]"),
            bank=texts([place.bank for place in places]),
            operating_bank=texts([place.operating_bank for place in places]),
            forwarder=texts([place.forwarder for place in places]),
            kept=numbers([fact.kept for fact in facts]),
            bucket=numbers([BUCKETS.index(fact.bucket) if fact.bucket else -1 for fact in facts]),
            buckets=np.array([fact.buckets for fact in facts], dtype=np.int64).reshape(-1, len(BUCKETS)),
            held=np.array([self._held(fact, version) for fact, version in zip(facts, terms, strict=True)], dtype=bool),
            deposit=np.array([bool(fact.from_) for fact in facts], dtype=bool),
            changes=[_changes(fact) for fact in facts],
        )


def _changes(fact: Fact) -> tuple[columns.Change, ...]:
    if not fact.changes:
        return ()
    day = np.datetime64(_effective(fact))
    return tuple(columns.Change(day, name, word) for name, word in fact.changes.items() if name in CLASSES)


def _effective(fact: Fact) -> str:
    """The day that decides terms, age and tiers: the bank's, or the event's own (DOMAIN §4, "Dates")."""
    return fact.effective or fact.date
