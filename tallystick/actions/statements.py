"""Staging statements: which lines are new, and whether they contradict what was known (DOMAIN §5)."""

from __future__ import annotations

import hashlib
import hmac
from collections import Counter
from typing import TYPE_CHECKING, Any

from ledger_core.accounting.money import format_minor
from ledger_core.errors import Problem
from ledger_core.journal import read, schema
from ledger_core.journal.store import next_id, setting

if TYPE_CHECKING:
    from collections.abc import Sequence

    from importers.model import Statement, StatementLine
    from ledger_core.accounting.agency import Bank
    from ledger_core.runs.book import Book


class Staged:
    """Rows of statements and lines for the journal, and what was known before."""

    def __init__(self, book: Book, file: int) -> None:
        self._book, self._file = book, file
        self._index_key = bytes.fromhex(setting(book.connection, "index_key"))
        self._statement = next_id(book.connection, schema.statement)
        self._line = next_id(book.connection, schema.statement_line)
        self._seen: Counter[tuple[str, str]] = Counter()
        self.statements: list[tuple[Any, ...]] = []
        self.lines: list[tuple[Any, ...]] = []
        self.persons: dict[str, dict[str, str]] = {}
        self.problems: list[Problem] = []
        self.duplicates = 0

    def add(self, statement: Statement) -> None:
        """Stage one statement: its new lines, and the others as duplicates."""
        bank = self._bank(statement)
        if bank is None:
            return
        number = self._statement + len(self.statements)
        keys = [(line, *self._identity(bank, line)) for line in statement.lines]
        known = self._known(bank, {identity for _, identity, _ in keys})
        for line, identity, occurrence in keys:
            before = known.get((identity, occurrence))
            if before is None:
                self._stage(bank, number, line, identity, occurrence)
            elif before != (line.date.isoformat(), line.amount):
                told = f"{format_minor(before[1], bank.currency)} of {before[0]}"
                self._problem("STATEMENT_CONTRADICTS", f"the line {line.bank_id!r} was known as {told}", line.line)
            else:
                self.duplicates += 1
        dates = [line.date for line in statement.lines]
        first = statement.date_from or (min(dates) if dates else None)
        last = statement.date_to or (max(dates) if dates else None)
        if first and last:
            span = (first.isoformat(), last.isoformat())
            ends = (statement.opening, statement.closing)
            self.statements.append((number, self._file, bank.id, statement.number, *span, *ends, bank.currency))

    def _bank(self, statement: Statement) -> Bank | None:
        """The bank that a statement is of, by its id or by the number in the file."""
        agency = self._book.agency
        if statement.bank:
            bank: Bank | None = agency.bank(statement.bank)
        else:
            bank = agency.bank_by_account(statement.account, statement.currency)
        if bank is None:
            tail = statement.account[-4:] or "(none)"
            message = f"the account ending {tail} is in no [[bank]] of agency.toml"
            self._problem("ACCOUNT_UNKNOWN", message, statement.line)
        elif statement.currency and statement.currency != bank.currency:
            self._problem("CURRENCY_BAD", f"{bank.id} is in {bank.currency}, not {statement.currency}", statement.line)
            return None
        return bank

    def _identity(self, bank: Bank, line: StatementLine) -> tuple[str, int]:
        """What makes a line itself: the bank's id, else all that it says; equal ones are counted."""
        if line.bank_id:
            parts: Sequence[str] = ("id", line.bank_id)
        else:
            parts = (
                line.date.isoformat(),
                str(line.amount),
                line.payer,
                line.payer_account,
                line.reference,
                line.memo,
            )
        text = "".join(f"{len(part)}:{part}," for part in parts)
        identity = hmac.new(self._index_key, text.encode(), hashlib.sha256).hexdigest()
        self._seen[bank.id, identity] += 1
        return identity, self._seen[bank.id, identity]

    def _known(self, bank: Bank, identities: set[str]) -> dict[tuple[str, int], tuple[str, int]]:
        found = read.rows(
            self._book.connection,
            """SELECT identity, occurrence, date, amount FROM statement_line
               WHERE bank = :bank AND identity IN (SELECT value FROM texts(:wanted))""",
            wanted=sorted(identities),
            bank=bank.id,
        )
        return {(identity, int(count)): (day, int(amount)) for identity, count, day, amount in found}

    def _stage(self, bank: Bank, statement: int, line: StatementLine, identity: str, occurrence: int) -> None:
        if line.date < self._book.agency.first_day:
            first_day = self._book.agency.first_day
            self._problem("DATE_EARLY", f"{line.date} is before first_day {first_day}", line.line)
            return
        number = self._line + len(self.lines)
        row = (number, statement, bank.id, line.date.isoformat(), line.amount, line.method, identity, occurrence)
        self.lines.append(row)
        texts = {
            "id": line.bank_id,
            "payer": line.payer,
            "account": line.payer_account,
            "reference": line.reference,
            "memo": line.memo,
        }
        kept = {name: text for name, text in texts.items() if text}
        if kept:
            self.persons[f"line:{number}"] = kept

    def _problem(self, code: str, message: str, line: int) -> None:
        self.problems.append(Problem(code, message, line=line))
