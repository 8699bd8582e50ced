"""Posting facts: from events as they come to sealed entries, in the order of a day (DOMAIN §4)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

from ledger_core.accounting import events, rules
from ledger_core.accounting.money import Ints, format_minor
from ledger_core.accounting.posting import Header, Place
from ledger_core.accounting.terms import BUCKETS, Terms
from ledger_core.cases import register
from ledger_core.errors import Problem, Refused, refuse
from ledger_core.runs import refunds, returns

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ledger_core.accounting.fact import Fact
    from ledger_core.journal.append import Appended, Batch
    from ledger_core.runs.book import Book

_ON_TRUST = ("receipt", "identified", "forwarder_receipt")
_CAN_BE_HELD = ("receipt", "identified")
_PHASES: tuple[tuple[str, ...], ...] = (("placement",), (), ("returned_payment",), ("refund",))
"""Placements; all else in file order; returned payments; refunds.  Each phase sees the one before."""


@dataclass(slots=True)
class Posted:
    """What became of facts: problems by ``source``, and the entry ids of those posted."""

    problems: list[tuple[int, Problem]] = field(default_factory=list)
    entries: dict[int, int] = field(default_factory=dict)

    def refuse(self, fact: Fact, code: str, message: str) -> None:
        """Note that a fact was not posted."""
        self.problems.append((fact.source, Problem(code, message)))


def post_facts(book: Book, facts: Sequence[Fact], kind: str, prepare: Callable[[Batch], None] | None = None) -> Posted:
    """Post facts day by day, phase by phase; ``prepare`` adds the facts' own rows to the first batch."""
    posted = Posted()
    days: dict[str, list[Fact]] = {}
    # Placements rest on nothing, so those of all days are one phase.
    first = min((fact.date for fact in facts if fact.event == "placement"), default="")
    for fact in facts:
        days.setdefault(first if fact.event == "placement" else fact.date, []).append(fact)
    for day in sorted(days):
        for phase in _PHASES:
            others = {event for named in _PHASES for event in named}
            wanted = [fact for fact in days[day] if (fact.event in phase if phase else fact.event not in others)]
            if wanted:
                _post_phase(book, wanted, kind, posted, prepare)
                prepare = None
    if prepare is not None:
        batch = book.batch(kind)
        prepare(batch)
        book.append(batch)
    return posted


def _post_phase(
    book: Book, facts: Sequence[Fact], kind: str, posted: Posted, prepare: Callable[[Batch], None] | None
) -> None:
    batch = book.batch(kind)
    if prepare:
        prepare(batch)
    sources = post_into(book, batch, facts, posted)
    if batch.sheet.headers or prepare:
        done = book.append(batch)
        remember(posted, sources, done)


def remember(posted: Posted, sources: Sequence[int], done: Appended) -> None:
    """Note the entry of each source."""
    posted.entries.update({source: done.first + row for row, source in enumerate(sources) if source >= 0})


def post_into(book: Book, batch: Batch, facts: Sequence[Fact], posted: Posted) -> list[int]:
    """Post the facts of one phase into a batch's sheet; returns the source of each of its rows."""
    on_cases = [fact for fact in facts if fact.event in events.EVENTS]
    before = len(batch.sheet.headers)
    rows: dict[int, Fact] = {}
    state = _CaseFacts(book, batch)
    if on_cases:
        state.load(on_cases)
    for fact in facts:
        try:
            row = state.add(fact) if fact.event in events.EVENTS else _OTHERS[fact.event](book, batch, fact)
        except Refused as error:
            posted.problems += [(fact.source, problem) for problem in error.problems]
        else:
            rows[row] = fact
    refused = state.post()
    for refusal in refused:
        posted.refuse(rows.pop(refusal.row), refusal.code, refusal.message)
    batch.sheet = batch.sheet.without({refusal.row for refusal in refused})
    return [-1] * before + [rows[row].source for row in sorted(rows)]


class _CaseFacts:
    """The facts on cases of one phase, as columns for the engine."""

    def __init__(self, book: Book, batch: Batch) -> None:
        self._book, self._batch = book, batch
        self._facts: list[tuple[int, Fact, int, Place]] = []  # row, fact, index of terms, place
        self._terms: dict[str, int] = {}
        self._versions: list[Terms] = []

    def load(self, facts: Sequence[Fact]) -> None:
        """Read the cases that the facts name; placements bring their own."""
        self._cases = {case: index for index, case in enumerate(dict.fromkeys(fact.case for fact in facts))}
        self._info = register.info(self._book.connection, self._cases)
        fresh = {row[0]: row for row in self._batch.rows.get("cases", ())}
        self._state = register.load_state(self._book.connection, list(self._cases))
        for case in fresh.keys() & self._cases.keys():
            new, index = register.NewCase(*fresh[case]), self._cases[case]
            self._state.age_from[index] = np.datetime64(new.age_from)
            self._info[case] = register.CaseInfo(case, new.client, new.currency, (0, 0, 0, 0), 0, "", 0)

    def add(self, fact: Fact) -> int:
        """A row in the sheet for the fact; raises ``Refused`` where it cannot be posted."""
        case = self._info.get(fact.case)
        if case is None and not fact.case:
            raise refuse("VALUE_MISSING", "no case is named")
        if case is None:
            raise refuse("CASE_UNKNOWN", f"case {fact.case!r} is not in the register")
        if fact.client and fact.client != case.client:
            raise refuse("CLIENT_MISMATCH", f"case {fact.case} belongs to {case.client}, not to {fact.client}")
        if fact.currency and fact.currency != case.currency:
            raise refuse("CURRENCY_BAD", f"case {fact.case} is in {case.currency}, not in {fact.currency}")
        terms = self._book.terms(case.client, max(_effective(fact), self._book.agency.first_day.isoformat()))
        if fact.event in _CAN_BE_HELD and fact.date < _good_on(fact, terms):
            raise refuse("ON_HOLD", f"{fact.method} is on hold for {terms.hold(fact.method)} days")
        if fact.event == "settlement":
            returns.check_basis(self._book, self._batch, fact)
        place = self._place(fact, case.client, terms)
        with_fee = fact.event in {"receipt", "identified", "direct_payment", "forwarder_receipt"}
        row = self._batch.sheet.add(
            Header(
                fact.event,
                *self._book.dated(fact.date, fact.effective),
                client=case.client,
                case=fact.case,
                line=fact.line,
                bank=place.bank or place.operating_bank,
                terms=terms.digest if with_fee else "",
                meta=_meta(fact),
                key=fact.key,
                private=fact.private,
            )
        )
        version = self._terms.setdefault(terms.digest, len(self._versions))
        if version == len(self._versions):
            self._versions.append(terms)
        self._facts.append((row, fact, version, place))
        return row

    def _place(self, fact: Fact, client: str, terms: Terms) -> Place:
        if fact.event in _ON_TRUST:
            bank = fact.bank or (terms.trust_bank if len(self._book.agency.trust_banks(terms.currency)) == 1 else "")
            trust = self._book.bank(bank, "trust", terms.currency).id
            if fact.event == "forwarder_receipt" and not fact.forwarder:
                raise refuse("VALUE_MISSING", "a forwarder_receipt names its forwarder")
            return Place(terms.currency, client, bank=trust)
        if fact.event == "cost_advanced":
            bank = self._book.bank(fact.bank, "operating", terms.currency).id
            return Place(terms.currency, client, operating_bank=bank)
        return Place(terms.currency, client)

    def post(self) -> list[events.Refusal]:
        """Compute all of them, wave by wave; returns the refused ones."""
        if not self._facts:
            return []
        outcome = events.post_case_events(self._batch.sheet, self._columns(), self._state, self._versions)
        headers = self._batch.sheet.headers
        for index, (row, fact, version, _) in enumerate(self._facts):
            headers[row].base, headers[row].rule = int(outcome.base[index]), int(outcome.rule[index])
            if outcome.excess[index]:
                currency = self._versions[version].currency
                beyond = format_minor(int(outcome.excess[index]), currency)
                headers[row].meta = {
                    **headers[row].meta,
                    "amount": format_minor(fact.amount, currency),
                    "beyond": beyond,
                }
        return outcome.refusals

    def _columns(self) -> events.Facts:
        def numbers(values: Sequence[int]) -> Ints:
            return np.array(values, dtype=np.int64)

        def texts(values: Sequence[str]) -> events.Texts:
            column = np.empty(len(values), dtype=object)
            column[:] = values
            return column

        facts = [fact for _, fact, _, _ in self._facts]
        places = [place for *_, place in self._facts]
        return events.Facts(
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
        )


def _effective(fact: Fact) -> str:
    """The day that decides terms, age and tiers: the bank's, or the event's own (DOMAIN §4, "Dates")."""
    return fact.effective or fact.date


def _good_on(fact: Fact, terms: Terms) -> str:
    """The day on which the money is good: its effective date and the hold days of its method."""
    return (date.fromisoformat(_effective(fact)) + timedelta(days=terms.hold(fact.method))).isoformat()


def _meta(fact: Fact) -> dict[str, str]:
    """The public texts of an entry: only what we write ourselves, never an input column as it came."""
    found = {**fact.meta, "forwarder": fact.forwarder, "bucket": fact.bucket}
    return {name: value for name, value in found.items() if value}


def _header(book: Book, fact: Fact, *, client: str = "", bank: str = "") -> Header:
    header = Header(fact.event, *book.dated(fact.date), client=client, line=fact.line, bank=bank)
    header.meta, header.key, header.private = _meta(fact), fact.key, fact.private
    return header


def _currency(book: Book, fact: Fact) -> str:
    return fact.currency or (book.contract(fact.client).currency if fact.client else book.agency.currency)


def _bank_charge(book: Book, batch: Batch, fact: Fact) -> int:
    """On an operating bank an expense; on a trust bank out of the agency's own undrawn fees."""
    named = book.agency.bank(fact.bank) if fact.bank else None
    currency = named.currency if named else _currency(book, fact)
    bank = named or book.bank("", "operating", currency)
    trust = fact.amount if bank.fund == "trust" else 0
    quantities = {"amount": fact.amount, "trust": trust, "operating": fact.amount - trust}
    place = Place(currency, bank=bank.id if trust else "", operating_bank="" if trust else bank.id)
    return batch.sheet.post(_header(book, fact, bank=bank.id), rules.RULES["bank_charge"], quantities, place)


def _on_bank(book: Book, batch: Batch, fact: Fact) -> int:
    """Money on a bank of ours that belongs to no case yet: unidentified, suspense."""
    bank = book.agency.bank(fact.bank)
    ids = {"bank": bank.id} if bank.fund == "trust" else {"operating_bank": bank.id}
    place = Place(bank.currency, **ids)
    return batch.sheet.post(_header(book, fact, bank=bank.id), rules.RULES[fact.event], {"amount": fact.amount}, place)


def _client_payment(book: Book, batch: Batch, fact: Fact) -> int:
    currency = book.contract(fact.client).currency
    bank = book.bank(fact.bank, "operating", currency)
    account = book.account(fact.client)
    header = _header(book, fact, client=fact.client, bank=bank.id)
    header.meta = {**header.meta, "settles": account.settle(fact.amount)}
    place = Place(currency, fact.client, operating_bank=bank.id)
    return batch.sheet.post(header, rules.RULES["client_payment"], {"amount": fact.amount}, place)


_OTHERS: Mapping[str, Callable[[Book, Batch, Fact], int]] = {
    "bank_charge": _bank_charge,
    "unidentified": _on_bank,
    "suspense": _on_bank,
    "client_payment": _client_payment,
    "returned_payment": returns.post,
    "refund": refunds.post,
}

POSTABLE = frozenset(events.EVENTS) | _OTHERS.keys()
"""Events that facts can bring."""


def equal_counts(identities: Sequence[str]) -> list[str]:
    """Idempotency keys of rows: equal rows are counted (SURFACE, "Files to import")."""
    seen: Counter[str] = Counter()
    keys = []
    for identity in identities:
        seen[identity] += 1
        keys.append(f"row:{identity}:{seen[identity]}")
    return keys
