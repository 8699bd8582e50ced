"""Events within the agency's own money: invoices paid, credits, charges, collectors, tax (DOMAIN §3)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ledger_core.accounting import chart
from ledger_core.accounting.posting import Place
from ledger_core.accounting.rules import RULES
from ledger_core.cases import register
from ledger_core.errors import refuse
from ledger_core.journal import read
from ledger_core.runs import available, heading, receipts

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ledger_core.accounting.fact import Fact
    from ledger_core.journal.append import Batch
    from ledger_core.runs.book import Book

_EVER = "9999-12-31"
_ACCOUNT = re.compile(r"(Assets:Operating|Liabilities:Operating|Income|Expenses|Equity)(:[A-Z0-9][A-Za-z0-9-]*)+")
_KEPT = (
    chart.DUE_FROM_TRUST,
    chart.RECEIVABLE,
    chart.COSTS_ADVANCED,
    chart.COMMISSION_PAA,
    chart.SUSPENSE,
)
"""Accounts that other events keep: an entry by hand would part them from what they are the sum of."""


def _client_payment(book: Book, batch: Batch, fact: Fact) -> int:
    """A client pays invoices: into operating, or into trust by mistake."""
    currency = book.contract(fact.client).currency
    into_trust = bool(fact.bank) and book.agency.bank(fact.bank).fund == "trust"
    bank = book.bank(fact.bank, "trust" if into_trust else "operating", currency)
    header = heading.header(book, fact, client=fact.client, bank=bank.id)
    header.meta = {**header.meta, "settles": book.account(fact.client).settle(fact.amount)}
    rule = RULES["client_payment_into_trust" if into_trust else "client_payment"]
    place = Place(
        currency, fact.client, bank=bank.id if into_trust else "", operating_bank="" if into_trust else bank.id
    )
    return batch.sheet.post(header, rule, {"amount": fact.amount}, place)


def _client_credit(book: Book, batch: Batch, fact: Fact) -> int:
    """A receivable in credit is repaid: what the client paid too much, or was credited after it had paid."""
    currency = book.contract(fact.client).currency
    account = chart.RECEIVABLE.name(client=fact.client)
    there = -read.balance_at(book.connection, account, currency, _EVER) - batch.sheet.sum_of(account, currency, "")
    amount = available.taken(fact.amount, there, currency, f"the credit of {fact.client}")
    bank = book.bank(fact.bank, "operating", currency)
    header = heading.header(book, fact, client=fact.client, bank=bank.id)
    return batch.sheet.post(
        header, RULES["client_credit"], {"amount": amount}, Place(currency, fact.client, operating_bank=bank.id)
    )


def _operating_entry(book: Book, batch: Batch, fact: Fact) -> int:
    """Any two accounts of the operating fund, but those that other events keep."""
    for account in (fact.from_, fact.to):
        _check_account(book, account, heading.currency(book, fact))
    header = heading.header(book, fact)
    place = Place(heading.currency(book, fact), source=fact.from_, target=fact.to)
    return batch.sheet.post(header, RULES["operating_entry"], {"amount": fact.amount}, place)


def _check_account(book: Book, account: str, currency: str) -> None:
    within = _ACCOUNT.fullmatch(account) and chart.fund_of(account) == "operating"
    start = chart.OPERATING_BANK.template.partition("{")[0]
    banks = {bank.id for bank in book.agency.banks_of("operating", currency)}
    if not within or (account.startswith(start) and account.removeprefix(start) not in banks):
        raise refuse("ACCOUNT_BAD", f"{account[:60]!r} is no account of the operating fund in {currency}")
    if any(f"{account}:".startswith(f"{family.template.partition(':{')[0]}:") for family in _KEPT):
        raise refuse("ACCOUNT_BAD", f"{account} is kept by other events, and no entry by hand moves it")


def _bank_charge(book: Book, batch: Batch, fact: Fact) -> int:
    """On an operating bank an expense; on a trust bank out of the agency's own undrawn fees."""
    named = book.agency.bank(fact.bank) if fact.bank else None
    currency = named.currency if named else heading.currency(book, fact)
    bank = named or book.bank("", "operating", currency)
    on_trust = bank.fund == "trust"
    place = Place(currency, bank=bank.id if on_trust else "", operating_bank="" if on_trust else bank.id)
    rule = RULES["bank_charge_on_trust" if on_trust else "bank_charge"]
    return batch.sheet.post(heading.header(book, fact, bank=bank.id), rule, {"amount": fact.amount}, place)


def _on_operating(book: Book, batch: Batch, fact: Fact) -> int:
    """An amount on an operating bank: collectors paid, VAT paid, money that nothing explains."""
    bank = heading.operating_bank(book, fact)
    place = Place(bank.currency, operating_bank=bank.id)
    header = heading.header(book, fact, bank=bank.id)
    return batch.sheet.post(header, RULES[fact.event], {"amount": fact.amount}, place)


def _collector_commission(book: Book, batch: Batch, fact: Fact) -> int:
    """What a collector earned on a receipt; the return of that receipt takes it back."""
    case = register.info(book.connection, [fact.case]).get(fact.case)
    if case is None:
        raise refuse("CASE_UNKNOWN", f"case {fact.case!r} is not in the register")
    receipts.check_basis(book, batch, fact)
    header = heading.header(book, fact, client=case.client, case=fact.case)
    return batch.sheet.post(
        header, RULES["collector_commission"], {"amount": fact.amount}, Place(case.currency, case.client)
    )


EVENTS: Mapping[str, Callable[[Book, Batch, Fact], int]] = {
    "client_payment": _client_payment,
    "client_credit": _client_credit,
    "operating_entry": _operating_entry,
    "bank_charge": _bank_charge,
    "suspense": _on_operating,
    "collector_commission": _collector_commission,
    "collector_paid": _on_operating,
    "vat_paid": _on_operating,
}
