"""CAMT.053 (ISO 20022 bank-to-customer statement), versions 001.02 to 001.13, by local names.

Read as a stream: entities, DTDs and the network are off, and what was read is freed at once.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, NamedTuple, cast

from lxml import etree

from importers.camt_entry import day, flat, local, minor, one, read_details, read_entry, sign
from importers.cells import Reader
from importers.model import Imported, Statement
from importers.running import run
from importers.source import Findings
from ledger_core.accounting.money import EXPONENTS, format_minor
from ledger_core.errors import refuse

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from importers.camt_entry import Booked, Details, Flat
    from importers.source import Settings, Source

_MESSAGE, _STATEMENT, _ENTRY, _TRANSACTION = "BkToCstmrStmt", "Stmt", "Ntry", "TxDtls"
_LINES_KEPT = 2**16 - 2
_TAGS = tuple("{*}" + name for name in (_MESSAGE, _STATEMENT, _ENTRY, _TRANSACTION))


def sniff(source: Source) -> bool:
    """Whether the content is XML that names the message or its namespace."""
    return source.is_markup and (b"BkToCstmrStmt" in source.head or b":camt.053." in source.head)


def read(source: Source, settings: Settings) -> Imported:
    """The statements of a file; raises ``XML_BAD``, and ``FILE_UNKNOWN`` for another message."""
    if b"<!DOCTYPE" in source.head:
        raise refuse("XML_BAD", "the file has a DOCTYPE", source.shown)
    findings = Findings(source.shown)
    message = _Message(settings, findings)
    try:
        with source.path.open("rb") as file:
            _parse(file, message, source.shown)
    except OSError as error:
        raise refuse("FILE_UNREADABLE", f"the file cannot be read: {error.strerror}", source.shown) from error
    if not message.found:
        raise refuse("FILE_UNKNOWN", "the file holds no bank-to-customer statement", source.shown)
    rows = tuple(message.statements)
    return Imported(source.shown, "statement", source.sha256, "camt.053", rows, findings.in_order())


def _parse(file: IO[bytes], message: _Message, shown: str) -> None:
    events = etree.iterparse(
        file,
        events=("start", "end"),
        tag=_TAGS,
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        for event, element in events:
            message.take(event, element)
    except etree.XMLSyntaxError as error:
        first = next(iter(events.error_log), None)  # of an entity only the log has the line
        line, what = (first.line, first.message) if first else (error.lineno or 0, error.msg)
        raise refuse("XML_BAD", f"the XML breaks off: {what}", shown, line) from error


@dataclass(slots=True)
class _Open:
    """The statement being read."""

    entries: list[Booked] = field(default_factory=list)
    skipped: int = 0
    problems_before: int = 0


class _Balance(NamedTuple):
    """A balance of a statement: its code, signed minor units and day."""

    code: str
    amount: int
    day: dt.date | None


class _Message:
    """Takes the parser's events in order and gathers the sound statements."""

    def __init__(self, settings: Settings, findings: Findings) -> None:
        self.found = False
        self.statements: list[Statement] = []
        self._settings = settings
        self._findings = findings
        self._reader = Reader(findings)
        self._open: _Open | None = None
        self._details: list[Details] = []
        self._last: etree._Element | None = None

    def take(self, event: str, element: etree._Element) -> None:
        """One start or end of an element that matters."""
        name = local(element.tag)
        if event == "start":
            self._start(name, element)
        elif name == _TRANSACTION:
            self._details.append(read_details(element))
            element.clear()
        elif name == _ENTRY:
            self._entry(element)
        elif name == _STATEMENT and self._open is not None:
            self._finish(element, self._open)
            self._open = self._last = None
            element.clear()

    def _start(self, name: str, element: etree._Element) -> None:
        if name == _MESSAGE:
            if element.getroottree().docinfo.internalDTD is not None:
                raise refuse("XML_BAD", "the file has a DOCTYPE", self._findings.path)
            self.found = True
        elif name == _STATEMENT:
            self._open = _Open(problems_before=len(self._findings.problems))
        elif name == _ENTRY:
            self._details = []

    def _entry(self, element: etree._Element) -> None:
        if self._open is not None:
            self._reader.line = _line(element)
            entry = read_entry(element, self._details, self._reader)
            if entry is None:
                self._open.skipped += 1
            else:
                self._open.entries.append(entry)
        element.clear()
        parent = element.getparent()
        # the parser still stands on this element, so the one before it is taken out
        if self._last is not None and parent is not None and self._last.getparent() is parent:
            parent.remove(self._last)
        self._last = element

    def _finish(self, element: etree._Element, opened: _Open) -> None:
        """Check a statement as a whole; it is left out where anything in it is wrong."""
        reader = self._reader
        reader.line = line = _line(element)
        found = flat(element)
        account = one(found, "Acct/Id/IBAN", "Acct/Id/Othr/Id")
        if not account:
            reader.bad("VALUE_MISSING", "the statement names no account")
        balances = [flat(child) for child in element if local(child.tag) == "Bal"]
        currency = self._currency(found, balances, opened.entries, account)
        if currency is None:
            return
        opening, closing = _ends(_balances(reader, balances, currency))
        lines = run([entry.line for entry in opened.entries]).lines
        if len(self._findings.problems) == opened.problems_before:
            self._check(found, opened, currency, opening, closing)
        if len(self._findings.problems) > opened.problems_before:
            return
        days = [line.date for line in lines]
        date_to = (
            (closing and closing.day) or day(one(found, "FrToDt/ToDtTm", "FrToDt/ToDt")) or max(days, default=None)
        )
        statement = Statement(
            account=account,
            currency=currency,
            number=one(found, "LglSeqNb", "ElctrncSeqNb", "Id"),
            date_from=day(one(found, "FrToDt/FrDtTm", "FrToDt/FrDt")) or min(days, default=date_to),
            date_to=date_to,
            opening=opening.amount if opening else None,
            closing=closing.amount if closing else None,
            lines=lines,
            line=line,
        )
        self.statements.append(statement)

    def _currency(self, found: Flat, balances: Sequence[Flat], entries: Sequence[Booked], account: str) -> str | None:
        """The currency of the account, which all its balances and entries must share; None where they do not."""
        given = [one(balance, "Amt@Ccy") for balance in balances] + [entry.currency for entry in entries]
        currency = one(found, "Acct/Ccy") or next(iter(given), "") or self._settings.currency_of(account, "") or ""
        if currency not in EXPONENTS:
            self._reader.bad("CURRENCY_BAD", f"the currency of account {account} is not known")
            return None
        for entry in entries:
            if entry.currency != currency:
                message = f"the entry is in {entry.currency}, its account in {currency}"
                self._findings.add(entry.line.line, "CURRENCY_BAD", message)
        if any(one(balance, "Amt@Ccy") not in {currency, ""} for balance in balances):
            self._reader.bad("CURRENCY_BAD", f"a balance is not in {currency}, the currency of its account")
        return currency

    def _check(
        self, found: Flat, opened: _Open, currency: str, opening: _Balance | None, closing: _Balance | None
    ) -> None:
        """Opening and entries must give the closing balance; control totals must be those of the entries."""
        amounts = [entry.line.amount for entry in opened.entries]
        if opening and closing and opening.amount + sum(amounts) != closing.amount:
            given, made = (format_minor(x, currency) for x in (closing.amount, opening.amount + sum(amounts)))
            self._reader.bad("STATEMENT_BALANCE", f"the closing balance is {given}, opening and entries give {made}")
        if opened.skipped:
            return  # banks differ in whether a total counts what is pending
        totals = {"Cdt": sum(x for x in amounts if x > 0), "Dbt": -sum(x for x in amounts if x < 0)}
        for kind, total in totals.items():
            path = f"TxsSummry/Ttl{kind}Ntries/Sum"
            control = minor(self._reader, found, currency, path) if path in found else total
            if control is not None and control != total:
                given, made = format_minor(control, currency), format_minor(total, currency)
                self._reader.bad("STATEMENT_BALANCE", f"`{path}` is {given}, the entries give {made}")


def _line(element: etree._Element) -> int:
    """The line of a whole element; libxml2 keeps 16 bits of it, and beyond that the end of its first text."""
    line = cast("int | None", element.sourceline) or 0
    if line > _LINES_KEPT:
        while not element.text and len(element):
            element = element[0]
        line -= (element.text or "").count("\n")
    return line


def _balances(reader: Reader, found: Sequence[Flat], currency: str) -> list[_Balance]:
    """The balances of a statement, signed, in the order of the file."""
    balances = []
    for balance in found:
        code = one(balance, "Tp/CdOrPrtry/Cd", "Tp/CdOrPrtry/Prtry")
        if code in {"OPBD", "PRCD", "CLBD", "ITBD"}:
            amount, direction = minor(reader, balance, currency), sign(reader, balance)
            if amount is not None and direction is not None:
                balances.append(_Balance(code, direction * amount, day(one(balance, "Dt/Dt", "Dt/DtTm"))))
    return balances


def _ends(balances: Sequence[_Balance]) -> tuple[_Balance | None, _Balance | None]:
    """The opening and the closing balance; on the pages of one statement interim balances stand for them."""
    by_code: dict[str, list[_Balance]] = {}
    for balance in balances:
        by_code.setdefault(balance.code, []).append(balance)
    opens = by_code.get("OPBD") or by_code.get("PRCD") or []
    closes = by_code.get("CLBD") or []
    interim = by_code.get("ITBD") or []
    if not opens and interim:
        opens = interim[:1]
        interim = interim[1:]
    if not closes and interim:
        closes = interim[-1:]
    opens, closes = sorted(opens, key=_by_day), sorted(closes, key=_by_day)
    return opens[0] if opens else None, closes[-1] if closes else None


def _by_day(balance: _Balance) -> str:
    return balance.day.isoformat() if balance.day else ""
