"""Events on the agency's own money (DOMAIN §3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plugins.model import posting
from plugins.model.books import Slip
from plugins.model.register import Fact, currency_of, taken

if TYPE_CHECKING:
    from collections.abc import Callable

    from plugins.model.books import Books


def _client_pays(books: Books, fact: Fact) -> None:
    """A client pays invoices: into operating, or into trust by mistake."""
    currency, amount = books.currency(fact.client), fact.amount or 0
    into_trust = bool(fact.bank) and books.any_bank(fact.bank).fund == "trust"
    bank = books.bank(fact.bank, "trust" if into_trust else "operating", currency)
    receivable = f"{posting.RECEIVABLE}:{fact.client}"
    if into_trust:
        slip = Slip(currency, bank.id).pair(bank.account, posting.UNDRAWN, amount)
        slip = slip.pair(posting.DUE, receivable, amount)
    else:
        slip = Slip(currency).pair(bank.account, receivable, amount)
    books.owing[fact.client].settle(amount)
    books.post(fact.event, fact.day, slip.legs, fact.entry(client=fact.client, bank=bank.id))


def _credit_repaid(books: Books, fact: Fact) -> None:
    currency, receivable = books.currency(fact.client), f"{posting.RECEIVABLE}:{fact.client}"
    amount = taken(fact.amount, -books.balance(receivable, currency), f"the credit of {fact.client}")
    bank = books.bank(fact.bank, "operating", currency)
    slip = Slip(currency).pair(receivable, bank.account, amount)
    books.post(fact.event, fact.day, slip.legs, fact.entry(client=fact.client, bank=bank.id))


def _charge(books: Books, fact: Fact) -> None:
    bank = books.any_bank(fact.bank) if fact.bank else books.bank("", "operating", currency_of(books, fact))
    amount = fact.amount or 0
    slip = Slip(bank.currency, bank.id)
    if bank.fund == "trust":
        slip = slip.pair(posting.UNDRAWN, bank.account, amount).pair("Expenses:BankCharges", posting.DUE, amount)
    else:
        slip = slip.pair("Expenses:BankCharges", bank.account, amount)
    books.post(fact.event, fact.day, slip.legs, fact.entry(bank=bank.id))


def _operating_entry(books: Books, fact: Fact) -> None:
    slip = Slip(currency_of(books, fact)).pair(fact.to, fact.from_, fact.amount or 0)
    books.post(fact.event, fact.day, slip.legs, fact.entry())


def _out_of_operating(account: str) -> Callable[[Books, Fact], None]:
    def post(books: Books, fact: Fact) -> None:
        bank = books.bank(fact.bank, "operating", currency_of(books, fact))
        slip = Slip(bank.currency).pair(account, bank.account, fact.amount or 0)
        books.post(fact.event, fact.day, slip.legs, fact.entry(bank=bank.id))

    return post


EVENTS: dict[str, Callable[[Books, Fact], None]] = {
    "client_payment": _client_pays,
    "client_credit": _credit_repaid,
    "bank_charge": _charge,
    "operating_entry": _operating_entry,
    "vat_paid": _out_of_operating(posting.OUTPUT_VAT),
    "collector_paid": _out_of_operating("Liabilities:Operating:CollectorCommission"),
}
