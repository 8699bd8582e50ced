"""Statements in our own columns: several accounts may stand in one table (SURFACE, "Files to import")."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from importers.cells import Columns, Reader, shown
from importers.model import Statement, StatementLine
from importers.running import run
from importers.tables import square_rows
from ledger_core.accounting.money import EXPONENTS, format_minor, parse_minor
from ledger_core.errors import Refused

if TYPE_CHECKING:
    from importers.running import Entries
    from importers.source import Findings, Settings
    from importers.tables import Table

KIND: Final = "statement"
REQUIRED = ("account", "date", "amount")
COLUMNS = (*REQUIRED, "currency", "id", "payer", "payer_account", "reference", "memo", "balance", "method")
NUMBERS = ("account", "id", "payer_account", "reference")


@dataclass(slots=True)
class _Account:
    """One account as it is gathered; ``account`` as its first row writes it."""

    account: str
    currency: str
    line: int
    entries: Entries = field(default_factory=list)


def resembles(names: frozenset[str]) -> bool:
    """Whether a header means a statement of ours, be it complete or not."""
    return "account" in names and not names.isdisjoint({"date", "amount"})


def read(table: Table, settings: Settings, findings: Findings) -> tuple[Statement, ...]:
    """A statement for each account and currency; one whose balance does not run is left out."""
    columns = Columns(table.names, COLUMNS, ())
    reader = Reader(findings)
    accounts = _Accounts(settings)
    for line, cells in square_rows(table, findings):
        if cells is None:
            accounts.interrupt()
            continue
        v, before = columns.pick(cells), len(findings.problems)
        reader.line = line
        reader.required(v, REQUIRED)
        for column in NUMBERS:
            reader.number(v[column], column)
        reader.currency(v["currency"])
        account = accounts.of(v["account"], v["currency"], line)
        if account is None:
            if v["account"] and not v["currency"]:
                message = f"the row names no currency, and {shown(v['account'])} is no account of ours"
                reader.bad("CURRENCY_BAD", message)
            accounts.interrupt()
            continue
        account.entries.append(_line(reader, v, account.currency, before))
    found = (_statement(account, findings) for account in accounts.gathered())
    return tuple(statement for statement in found if statement is not None)


class _Accounts:
    """The accounts of a table, compared without spaces and punctuation."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._by_text: dict[tuple[str, str], _Account | None] = {}
        self._by_key: dict[tuple[str, str], _Account] = {}
        self._interrupted = False

    def of(self, number: str, hint: str, line: int) -> _Account | None:
        """The account of a row; None where its currency cannot be told."""
        text = (number, hint)
        if text not in self._by_text:
            currency = hint or (number and self._settings.currency_of(number, "")) or ""
            key = ("".join(filter(str.isalnum, number)).upper(), currency)
            known = bool(number) and currency in EXPONENTS
            if known and key not in self._by_key:
                self._by_key[key] = _Account(number, currency, line, [None] if self._interrupted else [])
            self._by_text[text] = self._by_key.get(key) if known else None
        return self._by_text[text]

    def interrupt(self) -> None:
        """A row was refused that may belong to any account: no balance is followed across it."""
        self._interrupted = True
        for account in self._by_key.values():
            if account.entries[-1:] != [None]:
                account.entries.append(None)

    def gathered(self) -> list[_Account]:
        """All accounts in the order of the table."""
        return list(self._by_key.values())


def _line(reader: Reader, v: dict[str, str], currency: str, before: int) -> StatementLine | None:
    """One movement; None where its row has more findings than there were before."""
    date = reader.date(v["date"], "date")
    amount = _minor(reader, v["amount"], currency)
    balance = _minor(reader, v["balance"], currency)
    if amount == 0:
        reader.bad("AMOUNT_SIGN", "`amount` is zero")
    if date is None or amount is None or len(reader.findings.problems) > before:
        return None
    return StatementLine(
        line=reader.line,
        date=date,
        amount=amount,
        bank_id=v["id"],
        payer=v["payer"],
        payer_account=v["payer_account"],
        reference=v["reference"],
        memo=v["memo"],
        method=v["method"],
        balance=balance,
    )


def _minor(reader: Reader, text: str, currency: str) -> int | None:
    if not text:
        return None
    try:
        return parse_minor(text, currency)
    except Refused as refused:
        reader.findings.take(reader.line, refused)
        return None


def _statement(account: _Account, findings: Findings) -> Statement | None:
    done = run(account.entries)
    for broken in done.breaks:
        expected, found = (format_minor(value, account.currency) for value in broken[1:])
        findings.add(broken.line, "STATEMENT_BALANCE", f"the balance is {found}, the lines before it give {expected}")
    if done.breaks or not done.lines:
        return None
    days = [line.date for line in done.lines]
    return Statement(
        account=account.account,
        currency=account.currency,
        number="",
        date_from=min(days),
        date_to=max(days),
        opening=done.opening,
        closing=done.closing,
        lines=done.lines,
        line=account.line,
    )
