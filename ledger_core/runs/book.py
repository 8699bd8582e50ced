"""A book: the journal inside one transaction, with the agency's settings and the day of acting.

Every run works on a book, and every batch goes through :meth:`Book.append`.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ledger_core.accounting import chart
from ledger_core.accounting.posting import Header, Sheet
from ledger_core.errors import refuse
from ledger_core.journal import read
from ledger_core.journal.append import Appended, Batch, Document, append
from ledger_core.runs import openings, receivables

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sqlalchemy import Connection

    from ledger_core.accounting.agency import Agency, Bank
    from ledger_core.accounting.terms import Contract, Terms
    from ledger_core.runs.receivables import ClientAccount

_OPENING_KEY = "opening"

OWN_EVENTS = ("cleared", "cure")
"""What the engine does of itself, whatever a person entered: never a part of a draft."""


@dataclass(slots=True)
class Trial:
    """What is posted within it is taken back, unless it is to be kept."""

    kept: bool = False

    def keep(self) -> None:
        """Let it stand."""
        self.kept = True


@dataclass(slots=True)
class Book:
    """One transaction's view: ``acted_on`` is the day as of which a command acts (ISO).

    ``draft`` is the draft whose approval this is, if it is one: its entries name it.
    """

    connection: Connection
    agency: Agency
    contracts: Mapping[str, Contract]
    acted_on: str
    actor: str
    draft: int = 0
    batches: list[Appended] = field(default_factory=list)
    _terms: dict[tuple[str, str], Terms] = field(default_factory=dict)
    _accounts: dict[str, ClientAccount] = field(default_factory=dict)
    _closed: set[str] | None = None

    def batch(self, kind: str) -> Batch:
        """An empty batch of this command."""
        return Batch(kind, self.acted_on, self.actor, Sheet(self.agency.in_transit))

    def append(self, batch: Batch) -> Appended:
        """Add a batch to the journal, with the contract versions that it names."""
        batch.terms = [*batch.terms, *self._terms.values()]
        for header in batch.sheet.headers if self.draft else ():
            if header.event not in OWN_EVENTS:
                header.meta = {**header.meta, "draft": str(self.draft)}
        done = append(self.connection, batch)
        self.batches.append(done)
        self._accounts.clear()
        self._closed = None
        return done

    @contextlib.contextmanager
    def trial(self) -> Iterator[Trial]:
        """Do something for once to see what it posts; also taken back where it raises."""
        trial, mark = Trial(), len(self.batches)
        self.connection.exec_driver_sql("SAVEPOINT trial")
        try:
            yield trial
        except BaseException:
            trial.kept = False
            raise
        finally:
            if not trial.kept:
                self.connection.exec_driver_sql("ROLLBACK TO trial")
                del self.batches[mark:]
                self._accounts.clear()
            self.connection.exec_driver_sql("RELEASE trial")

    def contract(self, client: str) -> Contract:
        """The client's contract; raises ``CLIENT_UNKNOWN``."""
        found = self.contracts.get(client)
        if found is None:
            raise refuse("CLIENT_UNKNOWN", f"client {client!r} has no contract")
        return found

    def terms(self, client: str, day: str) -> Terms:
        """The contract version in force on a day; raises ``TERMS_MISSING``."""
        key = (client, day)
        if key not in self._terms:
            from datetime import date

            found = self.contract(client).at(date.fromisoformat(day))
            if found is None:
                raise refuse("TERMS_MISSING", f"client {client} has no terms effective on {day}")
            self._terms[key] = found
        return self._terms[key]

    def account(self, client: str) -> ClientAccount:
        """What the client owes, moved along by what this batch settles."""
        if client not in self._accounts:
            self._accounts[client] = receivables.load(self.connection, client, self.contract(client).currency)
        return self._accounts[client]

    def posting_date(self, day: str) -> str:
        """The day itself, or the first day of the first open month if its month is closed."""
        if self._closed is None:
            self._closed = read.closed_months(self.connection)
        day = max(day, self.agency.first_day.isoformat())
        while day[:7] in self._closed:
            year, month = int(day[:4]), int(day[5:7])
            day = f"{year + month // 12}-{month % 12 + 1:02d}-01"
        return day

    def dated(self, day: str, effective: str = "") -> tuple[str, str]:
        """The posting date of something of this day, and the effective date where it differs, else nothing."""
        date = self.posting_date(day)
        effective = effective or day
        return date, effective if effective != date else ""

    def bank(self, bank: str, fund: str, currency: str) -> Bank:
        """The bank named, or the only one of the fund and currency (no processor); raises ``BANK_MISSING``."""
        of_kind = [b for b in self.agency.banks if b.fund == fund and b.currency == currency]
        proper = [b for b in of_kind if b.kind == "bank"]
        if not bank and len(proper) == 1:
            return proper[0]
        found = next((b for b in of_kind if b.id == bank), None)
        if found is None:
            known = ", ".join(b.id for b in of_kind) or "none"
            wrong = f"{bank} is no {fund} bank in {currency}" if bank else f"no {fund} bank in {currency} is named"
            raise refuse("BANK_MISSING", f"{wrong}; the agency has: {known}")
        return found

    def open(self) -> None:
        """Post the opening balances, once; changed ones are a conflict."""
        opening = self.agency.opening
        known = read.known_keys(self.connection, [_OPENING_KEY]).get(_OPENING_KEY)
        if known:
            self._same_opening(known[0])
            return
        if not opening:
            return
        batch = self.batch("opening")
        day = self.agency.first_day.isoformat()
        row = batch.sheet.add(Header("opening", day, key=_OPENING_KEY))
        batch.sheet.copy(row, openings.legs(self.agency, self.contracts))
        batch.documents = self._opening_invoices(batch.sheet, day)
        self.append(batch)

    def _same_opening(self, entry: int) -> None:
        posted = read.entries(self.connection, [entry])[0]
        legs = sorted((leg.account, leg.amount, leg.currency) for leg in posted.legs)
        if legs != sorted(self.agency.opening):
            raise refuse("KEY_CONFLICT", f"[opening] of agency.toml is not what entry {entry} posted", "agency.toml")

    def _opening_invoices(self, sheet: Sheet, day: str) -> list[Document]:
        """An opening receivable is an invoice already issued (DOMAIN §4, "Opening balances")."""
        start = chart.RECEIVABLE.template.partition("{")[0]
        documents = []
        for account, amount, currency in self.agency.opening:
            client = account.removeprefix(start)
            if account.startswith(start) and amount > 0:
                number = f"INV-OPENING-{client}"
                row = sheet.add(Header("invoice", day, client=client, meta={"number": number}))
                documents.append(Document(number, "invoice", client, currency, day, day, day, 0, 0, amount, "", row))
        return documents
