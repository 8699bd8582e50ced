"""What the entry of a fact says besides its legs, and the bank and currency that a fact means."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ledger_core.accounting.posting import Header
from ledger_core.errors import refuse

if TYPE_CHECKING:
    from ledger_core.accounting.agency import Bank
    from ledger_core.accounting.fact import Fact
    from ledger_core.runs.book import Book


def public_meta(fact: Fact) -> dict[str, str]:
    """The public texts of an entry: only what we write ourselves, never an input column as it came."""
    found = {**fact.meta, "forwarder": fact.forwarder, "bucket": fact.bucket}
    return {name: value for name, value in found.items() if value}


def header(book: Book, fact: Fact, *, client: str = "", case: str = "", bank: str = "") -> Header:
    """The header of a fact's entry, dated on the fact's day or the first open one."""
    made = Header(
        fact.event, *book.dated(fact.date, fact.effective), client=client, case=case, line=fact.line, bank=bank
    )
    made.meta, made.key, made.private = public_meta(fact), fact.key, fact.private
    return made


def currency(book: Book, fact: Fact) -> str:
    """The client's currency, else the fact's own, its bank's, the agency's; raises ``CURRENCY_BAD`` for another's."""
    if fact.client:
        own = book.contract(fact.client).currency
        if fact.currency not in {"", own}:
            raise refuse("CURRENCY_BAD", f"client {fact.client} is in {own}, not in {fact.currency}")
        return own
    if fact.bank and not fact.currency:
        return book.agency.bank(fact.bank).currency
    return fact.currency or book.agency.currency


def trust_bank(book: Book, fact: Fact) -> Bank:
    """The trust bank that a fact names, its client's, or the only one; raises ``BANK_MISSING``."""
    if not fact.bank and fact.client:
        day = max(fact.date, book.agency.first_day.isoformat())
        wanted = book.terms(fact.client, day).trust_bank
    else:
        wanted = fact.bank
    return book.bank(wanted, "trust", currency(book, fact))


def operating_bank(book: Book, fact: Fact) -> Bank:
    """The operating bank that a fact names, or the only one of its currency; raises ``BANK_MISSING``."""
    return book.bank(fact.bank, "operating", currency(book, fact))
