"""Events on other people's money that move no debt (DOMAIN §3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from plugins.model import posting
from plugins.model.books import EVER, Refused, Slip
from plugins.model.register import Fact, currency_of, placed_of, taken

if TYPE_CHECKING:
    from collections.abc import Callable

    from plugins.model.books import Bank, Books

UNIDENTIFIED = "Liabilities:Trust:Unidentified"
UNCLAIMED = "Liabilities:Trust:UnclaimedProperty"


class Source(NamedTuple):
    """Money of somebody in trust."""

    account: str
    currency: str
    client: str = ""
    case: str = ""
    line: int = 0
    item: str = ""


def _trust_bank(books: Books, fact: Fact) -> Bank:
    name = fact.bank or (books.terms(fact.client, fact.day).trust_bank if fact.client else "")
    return books.bank(name, "trust", currency_of(books, fact))


def _of_case(books: Books, fact: Fact) -> Source:
    placed = placed_of(books, fact)
    return Source(posting.DEBTOR_REFUND, placed.currency, placed.client, fact.case, 0, f"case:{fact.case}")


def _of_client(books: Books, fact: Fact) -> Source:
    return Source(f"{posting.PAYABLE}:{fact.client}", books.currency(fact.client), fact.client)


def _of_line(books: Books, fact: Fact) -> Source:
    if not fact.of.isdecimal():
        raise Refused("`of` names a line")
    line = books.lines.get(int(fact.of))
    currency = books.any_bank(line.bank).currency if line else currency_of(books, fact)
    return Source(UNIDENTIFIED, currency, line=int(fact.of), item=f"line:{fact.of}")


def _held_at(books: Books, fact: Fact, source: Source) -> Bank:
    """The bank named, else the only one that has money of the source."""
    if fact.bank and books.any_bank(fact.bank).fund == "trust":
        return books.bank(fact.bank, "trust", source.currency)
    trust = [bank for bank in books.banks if bank.fund == "trust"]
    having = [b for b in trust if books.balance(source.account, source.currency, EVER, b.id, source.item)]
    if len(having) == 1:
        return having[0]
    own = books.terms(source.client, books.open_day(fact.day)).trust_bank if source.client else ""
    return books.bank(own, "trust", source.currency)


def _there(books: Books, fact: Fact, source: Source, bank: Bank) -> int:
    """What stands of it on the day and ever since: nothing is taken before it came, nor twice."""
    span = (books.open_day(fact.day), EVER)
    return books.lowest(source.account, source.currency, bank.id, span, source.item)


def _pay(books: Books, fact: Fact, source: Source, to: str = "", held_back: int = 0) -> None:
    """Money of the source goes out of its bank, or to another account there."""
    bank = _held_at(books, fact, source)
    amount = taken(fact.amount, _there(books, fact, source, bank) - held_back, source.account)
    slip = Slip(source.currency, bank.id, source.item).pair(source.account, to or bank.account, amount)
    said = fact._replace(case=source.case, line=fact.line or source.line, amount=amount)
    books.post(fact.event, fact.day, slip.legs, said.entry(client=source.client, bank=bank.id))


def _deposit(books: Books, fact: Fact) -> None:
    bank = _trust_bank(books, fact)
    account = f"Liabilities:Trust:ClientCostDeposit:{fact.client}"
    slip = Slip(bank.currency, bank.id).pair(bank.account, account, fact.amount or 0)
    books.post(fact.event, fact.day, slip.legs, fact.entry(client=fact.client, bank=bank.id))


def _deposit_return(books: Books, fact: Fact) -> None:
    bank = _trust_bank(books, fact)
    account = f"Liabilities:Trust:ClientCostDeposit:{fact.client}"
    _pay(books, fact._replace(bank=bank.id), Source(account, bank.currency, fact.client))


def _refund(books: Books, fact: Fact) -> None:
    """An overpayment back to its debtor, once the receipt is released; or unknown money to who paid it."""
    if not fact.case:
        _pay(books, fact, _of_line(books, fact))
        return
    day = books.open_day(fact.day)
    waiting = [e for e in books.standing() if e.case == fact.case and e.release and e.release > day]
    _pay(books, fact, _of_case(books, fact), held_back=-sum(e.moved(posting.DEBTOR_REFUND) for e in waiting))


def _unclaimed(books: Books, fact: Fact) -> None:
    whose = {"DebtorRefund": _of_case, "Unidentified": _of_line, "ClientPayable": _of_client}.get(fact.from_)
    if whose is None:
        raise Refused(f"from {fact.from_} is nothing that can go unclaimed")
    source = whose(books, fact)
    bank = _held_at(books, fact, source)
    amount = taken(fact.amount, _there(books, fact, source, bank), source.account)
    slip = Slip(source.currency, bank.id, source.item).one(source.account, amount)
    slip = Slip(source.currency, bank.id, _item_of(source), slip.legs).one(UNCLAIMED, -amount)
    said = fact._replace(case=source.case, line=source.line, amount=amount)
    books.post(fact.event, fact.day, slip.legs, said.entry(client=source.client, bank=bank.id))


def _item_of(source: Source) -> str:
    return source.item or f"client:{source.client}"


def _escheat(books: Books, fact: Fact) -> None:
    whose = _of_case if fact.case else _of_client if fact.client else _of_line
    source = whose(books, fact)
    _pay(books, fact, source._replace(account=UNCLAIMED, item=_item_of(source)))


def _transfer(books: Books, fact: Fact) -> None:
    """A client's money, a debtor's, a line's, else undrawn fees, to another trust bank."""
    if not fact.from_ or not fact.to or fact.from_ == fact.to:
        raise Refused("a trust_transfer names two trust banks")
    currency = books.any_bank(fact.from_).currency
    sender, receiver = (books.bank(name, "trust", currency) for name in (fact.from_, fact.to))
    if fact.client:
        source = _of_client(books, fact)
    elif fact.case:
        source = _of_case(books, fact)
    elif fact.of:
        source = _of_line(books, fact)
    else:
        source = Source(posting.UNDRAWN, currency)
    if source.currency != currency:
        raise Refused(f"that money is in {source.currency}")
    amount = taken(fact.amount, _there(books, fact, source, sender), source.account)
    out = Slip(currency, sender.id, source.item).pair(source.account, sender.account, amount)
    slip = Slip(currency, receiver.id, source.item, out.legs).pair(receiver.account, source.account, amount)
    said = fact._replace(case=source.case, line=source.line, amount=amount)
    books.post(fact.event, fact.day, slip.legs, said.entry(client=source.client, bank=sender.id))


def _interest(books: Books, fact: Fact) -> None:
    """A trust bank's interest: the agency's, or nobody's yet."""
    bank, amount = _trust_bank(books, fact), fact.amount or 0
    if books.trust_interest == "agency":
        slip = Slip(bank.currency, bank.id).pair(bank.account, posting.UNDRAWN, amount)
        slip = slip.pair(posting.DUE, "Income:TrustInterest", amount)
    else:
        slip = Slip(bank.currency, bank.id, f"line:{fact.line}").pair(bank.account, UNIDENTIFIED, amount)
    books.post(fact.event, fact.day, slip.legs, fact.entry(bank=bank.id))


def _forwarders_share(books: Books, fact: Fact) -> None:
    bank, amount = _trust_bank(books, fact), fact.amount or 0
    account = f"Liabilities:Trust:ForwarderPayable:{fact.forwarder}"
    slip = Slip(bank.currency, bank.id).pair(posting.UNDRAWN, account, amount)
    slip = slip.pair("Expenses:ForwarderFees", posting.DUE, amount)
    books.post(fact.event, fact.day, slip.legs, fact.entry(client=fact.client, bank=bank.id))


def _forwarder_paid(books: Books, fact: Fact) -> None:
    account = f"Liabilities:Trust:ForwarderPayable:{fact.forwarder}"
    _pay(books, fact, Source(account, currency_of(books, fact)))


def _payment_back(books: Books, fact: Fact) -> None:
    """A remittance or refund came back: it is owed again to whom it was paid."""
    if fact.of.isdecimal():
        found = [e for e in books.entries if e.number == int(fact.of) and e.event in {"remittance", "refund"}]
    else:
        found = [e for e in books.entries if e.event == "remittance" and e.reference == fact.of]
    if len(found) != 1:
        raise Refused(f"{fact.of} names no remittance and no refund of ours")
    (paid,) = found
    (owed,) = (leg for leg in paid.legs if leg.account.startswith("Liabilities:Trust:"))
    back = sum(e.amount for e in books.entries if e.event == "payment_back" and e.of == str(paid.number))
    amount = taken(fact.amount, owed.amount - back, f"entry {paid.number}")
    bank = books.any_bank(paid.bank)
    slip = Slip(owed.currency, owed.bank, owed.item).pair(bank.account, owed.account, amount)
    said = fact._replace(case=paid.case, amount=amount, of=str(paid.number))
    books.post(fact.event, fact.day, slip.legs, said.entry(client=paid.client, bank=owed.bank))


EVENTS: dict[str, Callable[[Books, Fact], None]] = {
    "cost_deposit": _deposit,
    "deposit_return": _deposit_return,
    "refund": _refund,
    "unclaimed": _unclaimed,
    "escheat": _escheat,
    "trust_transfer": _transfer,
    "trust_interest": _interest,
    "forwarder_share": _forwarders_share,
    "forwarder_paid": _forwarder_paid,
    "payment_back": _payment_back,
}
