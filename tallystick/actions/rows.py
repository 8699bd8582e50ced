"""Rows of a file as facts: placements and events with their money in minor units.

A row that cannot become a fact is a problem at its line; nothing of it is posted.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

from ledger_core.accounting.columns import ALL_OUTSTANDING
from ledger_core.accounting.fact import Fact
from ledger_core.accounting.interest import day_count
from ledger_core.accounting.money import format_minor, format_rate, parse_minor, parse_rate
from ledger_core.accounting.terms import BUCKETS
from ledger_core.cases import register
from ledger_core.errors import Problem, Refused, refuse
from ledger_core.runs.facts import POSTABLE, equal_counts

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from importers.model import EventRow, PlacementRow
    from ledger_core.accounting.terms import Contract
    from ledger_core.runs.book import Book

_NEEDS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("receipt", "asset_sale", "direct_payment", "cost_advanced"), ("case", "amount")),
    **dict.fromkeys(("settlement", "write_off", "recall", "close_return", "case_change", "judgment"), ("case",)),
    **dict.fromkeys(("cost_billed", "cost_write_off"), ("case",)),
    **dict.fromkeys(("client_payment", "cost_deposit"), ("client", "amount")),
    **dict.fromkeys(("client_credit", "deposit_return"), ("client",)),
    **dict.fromkeys(("bank_charge", "trust_interest", "vat_paid", "collector_paid"), ("amount",)),
    **dict.fromkeys(("interest_accrual", "collector_commission", "promise_to_pay"), ("case", "amount")),
    "forwarder_receipt": ("case", "amount", "forwarder"),
    "forwarder_share": ("amount", "forwarder"),
    "forwarder_paid": ("forwarder",),
    "placement_adjustment": ("case", "amount", "bucket"),
    "payment_plan": ("case", "amount", "from_", "to"),
    "operating_entry": ("amount", "from_", "to"),
    "trust_transfer": ("from_", "to"),
    "payment_back": ("of",),
    "unclaimed": ("from_",),
}
_PARTY = re.compile(r"[A-Z][A-Z0-9-]{0,19}")
_CHANGES = ("stage", "level", "asset_type", "interest_rate", "place")
_DEPOSIT = "deposit"
_SIGNED = "placement_adjustment"


class Facts:
    """Facts of one file, and the problems of its other rows by line."""

    def __init__(self) -> None:
        self.facts: list[Fact] = []
        self.cases: list[register.NewCase] = []
        self.references: dict[str, str] = {}
        self.persons: dict[str, dict[str, object]] = {}
        self.problems: list[Problem] = []

    def problem(self, line: int, error: Refused) -> None:
        """Note what is wrong with a row."""
        self.problems += [problem.at(problem.path, line) for problem in error.problems]


def minor(amount: Decimal, currency: str) -> int:
    """An exact amount in minor units."""
    return parse_minor(f"{amount:f}", currency)


def check_date(book: Book, day: date, *, early: bool = False) -> str:
    """A date of an event that may be posted: not before the first day (unless ``early``), not after today."""
    if not early and day < book.agency.first_day:
        raise refuse("DATE_EARLY", f"{day} is before first_day {book.agency.first_day}")
    if day.isoformat() > book.acted_on:
        raise refuse("DATE_FUTURE", f"{day} is after {book.acted_on}, the day of acting")
    return day.isoformat()


def placements(book: Book, rows: Sequence[PlacementRow], keys: Sequence[str]) -> Facts:
    """Placements as facts and as cases of the register; ``keys`` are the rows' own."""
    result = Facts()
    known = set(register.info(book.connection, [row.case for row in rows]))
    for row, key in zip(rows, keys, strict=True):
        try:
            _placement(book, row, key, known, result)
        except Refused as error:
            result.problem(row.line, error)
    return result


def _placement(book: Book, row: PlacementRow, key: str, known: set[str], result: Facts) -> None:
    if row.case in known:
        raise refuse("CASE_KNOWN", f"case {row.case} was placed before")
    contract = book.contract(row.client)
    currency = row.currency or contract.currency
    if currency != contract.currency:
        raise refuse("CURRENCY_BAD", f"{currency} is not the currency of {row.client}, {contract.currency}")
    day = check_date(book, row.placed_on, early=True)
    book.terms(row.client, max(day, book.agency.first_day.isoformat()))
    principal, interest, fees, court = (minor(getattr(row, bucket), currency) for bucket in BUCKETS)
    placed = principal + interest + fees + court
    if placed <= 0:
        raise refuse("AMOUNT_SIGN", "a placement needs an amount in at least one bucket")
    case = register.NewCase(
        id=row.case,
        client=row.client,
        currency=currency,
        placed_on=day,
        age_from=(row.delinquency_date or row.placed_on).isoformat(),
        debtor=row.debtor,
        asset_type=row.asset_type,
        stage=row.stage,
        level=row.level,
        placement_batch=row.batch,
        interest_rate=_rate(row.interest_rate),
        day_count=day_count(row.day_count) if row.interest_rate or row.day_count else "",
        place=row.place,
        placed_amount=placed if row.placed_amount is None else minor(row.placed_amount, currency),
        costs_advanced=minor(row.costs_advanced, currency),
        collected_to_date=minor(row.collected_to_date, currency),
    )
    known.add(row.case)
    result.cases.append(case)
    if row.reference:
        result.references[row.case] = row.reference
    result.persons[f"case:{row.case}"] = _private(
        reference=row.reference,
        name=row.debtor_name,
        aliases=list(row.debtor_aliases),
        accounts=list(row.payer_accounts),
        **dict(row.extra),
    )
    buckets = (principal, interest, fees, court)
    meta = _placed_with(case, placed, contract)
    result.facts.append(
        Fact("placement", day, row.client, row.case, buckets=buckets, key=key, source=row.line, meta=meta)
    )


def _rate(text: str) -> str:
    """A rate of interest that can be computed with, or nothing."""
    return format_rate(parse_rate(text)) if text else ""


def _placed_with(case: register.NewCase, placed: int, contract: Contract) -> dict[str, str]:
    """What the books must say of a case for its fees to be recomputed from them, where it is not the default.

    A classification is an input column: it is printed only where it is a word of the contract itself.
    """
    words = {word for terms in contract.terms for rule in terms.commission for word in rule.words}
    amounts = {"costs-advanced": case.costs_advanced, "collected-to-date": case.collected_to_date}
    found = {name: format_minor(amount, case.currency) for name, amount in amounts.items() if amount}
    if case.age_from != case.placed_on:
        found["age-from"] = case.age_from
    if case.placed_amount != placed:
        found["placed-amount"] = format_minor(case.placed_amount, case.currency)
    classes = {"stage": case.stage, "asset-type": case.asset_type, "level": case.level}
    return found | {name: word for name, word in classes.items() if word in words}


def _private(**texts: object) -> dict[str, object]:
    return {name: value for name, value in texts.items() if value}


def events(book: Book, rows: Sequence[EventRow], keys: Sequence[str]) -> Facts:
    """Events as facts."""
    result = Facts()
    currencies = {case.id: case.currency for case in register.info(book.connection, [r.case for r in rows]).values()}
    for row, key in zip(rows, keys, strict=True):
        try:
            result.facts.append(event_fact(book, row, key, currencies.get(row.case, "")))
        except Refused as error:
            result.problem(row.line, error)
    return result


def event_fact(book: Book, row: EventRow, key: str, case_currency: str) -> Fact:
    """One event as a fact; raises ``Refused`` where a row lacks what its event needs."""
    assert row.event in POSTABLE, row.event
    _check(book, row)
    day = check_date(book, row.date)
    currency = row_currency(book, row, case_currency)
    amount = ALL_OUTSTANDING if row.amount is None else minor(row.amount, currency)
    if row.amount is not None and amount <= 0 and row.event != _SIGNED:
        raise refuse("AMOUNT_SIGN", f"the amount of a {row.event} must be above zero")
    principal, interest, fees, court = (minor(getattr(row, bucket) or Decimal(0), currency) for bucket in BUCKETS)
    return Fact(
        event=row.event,
        date=day,
        client=row.client,
        case=row.case,
        amount=amount,
        currency=row.currency,
        bank=row.bank,
        method=row.method,
        bucket=row.bucket,
        buckets=(principal, interest, fees, court),
        forwarder=row.forwarder,
        kept=minor(row.kept, currency) if row.kept is not None else 0,
        of=row.of,
        from_=row.from_,
        to=row.to,
        changes={**{name: getattr(row, name) for name in _CHANGES if getattr(row, name)}, **_new_rate(row)},
        source=row.line,
        key=key,
        private={k: str(v) for k, v in _private_of(row).items()},
    )


def _new_rate(row: EventRow) -> dict[str, str]:
    return {"interest_rate": _rate(row.interest_rate)} if row.interest_rate else {}


def _check(book: Book, row: EventRow) -> None:
    """What a row needs by its event, and that what it names is there."""
    missing = [name.rstrip("_") for name in _NEEDS.get(row.event, ()) if getattr(row, name) in {"", None}]
    if missing:
        raise refuse("VALUE_MISSING", f"a {row.event} needs {', '.join(missing)}")
    if row.event == "cost_advanced" and row.from_ not in {"", _DEPOSIT}:
        raise refuse("VALUE_BAD", f"from {row.from_[:20]!r} of a cost_advanced is neither empty nor {_DEPOSIT}")
    if row.event == "case_change" and not any(getattr(row, name) for name in _CHANGES):
        raise refuse("VALUE_MISSING", f"a case_change needs one of {', '.join(_CHANGES)}")
    if row.bucket and row.bucket not in BUCKETS:
        raise refuse("VALUE_BAD", f"bucket {row.bucket!r} is none of {', '.join(BUCKETS)}")
    named = [row.bank, *((row.from_, row.to) if row.event == "trust_transfer" else ())]
    for bank in filter(None, named):
        if all(known.id != bank for known in book.agency.banks):
            raise refuse("BANK_MISSING", f"no [[bank]] of agency.toml has the id {bank[:40]!r}")
    if row.forwarder and not _PARTY.fullmatch(row.forwarder):
        raise refuse("ID_BAD", f"forwarder {row.forwarder[:40]!r} is no id")
    if row.kept is not None and row.kept < 0:
        raise refuse("AMOUNT_SIGN", "what a forwarder kept is not negative")
    if row.event == "judgment" and any((getattr(row, bucket) or 0) < 0 for bucket in BUCKETS):
        raise refuse("AMOUNT_SIGN", "a judgment leaves no balance below zero")


def _private_of(row: EventRow) -> dict[str, object]:
    """Texts of an event that can name a person."""
    return _private(
        method=row.method,
        reference=row.reference,
        of=row.of,
        collector=row.collector,
        memo=row.memo,
        **dict(row.extra),
    )


def row_currency(book: Book, row: EventRow, case_currency: str) -> str:
    """The currency of an event's amounts: its own, the case's, the client's, the bank's, the agency's."""
    bank = book.agency.bank(row.bank) if row.bank else None
    client_currency = book.contract(row.client).currency if row.client else ""
    return row.currency or case_currency or client_currency or (bank.currency if bank else book.agency.currency)


def row_keys(rows: Sequence[PlacementRow] | Sequence[EventRow]) -> list[str]:
    """The idempotency key of each row: its content, equal rows counted."""
    return equal_counts([row.identity for row in rows])
