"""Events on other people's money that move no case's debt: deposits, forwarders, transfers … (DOMAIN §3).

Whatever is taken must be there, on the posting date and ever since.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ledger_core.accounting import chart
from ledger_core.accounting.posting import Place
from ledger_core.accounting.rules import RULES
from ledger_core.cases import register
from ledger_core.errors import refuse
from ledger_core.journal import read
from ledger_core.runs import available, heading

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ledger_core.accounting.fact import Fact
    from ledger_core.accounting.posting import EntryRow, Header
    from ledger_core.journal.append import Batch
    from ledger_core.runs.book import Book

_LINE_DIGITS = 18


class Source(NamedTuple):
    """Money in trust that belongs to one client, debtor, bank line or the agency.

    ``quantity`` is what rules call it; ``item`` is empty where the account is one pot at each bank.
    """

    account: str
    currency: str
    quantity: str
    what: str
    client: str = ""
    case: str = ""
    line: int = 0
    item: str = ""


def source_of_client(book: Book, client: str) -> Source:
    """A client's money that is good."""
    name = chart.CLIENT_PAYABLE.name(client=client)
    return Source(name, book.contract(client).currency, "client", f"client {client}", client)


def source_of_case(book: Book, case: str) -> Source:
    """What a case's debtor paid too much."""
    info = register.info(book.connection, [case]).get(case)
    if info is None:
        raise refuse("CASE_UNKNOWN", f"case {case!r} is not in the register")
    name = chart.DEBTOR_REFUND.template
    return Source(name, info.currency, "overpaid", f"case {case}", info.client, case, 0, f"case:{case}")


def source_of_line(book: Book, of: str, currency: str) -> Source:
    """A bank line's unidentified money; line 0 is what came without a line."""
    if not of.isdecimal() or len(of) > _LINE_DIGITS:
        raise refuse("VALUE_MISSING", "`of` names the line whose unidentified money is meant")
    found = read.rows(book.connection, "SELECT bank FROM statement_line WHERE id = :line", line=int(of))
    currency = book.agency.bank(found[0][0]).currency if found else currency
    return Source(
        chart.UNIDENTIFIED.template, currency, "unidentified", f"line {of}", line=int(of), item=f"line:{int(of)}"
    )


def _amounts(rule: str, amount: int, quantity: str) -> dict[str, int]:
    """The quantities of a rule that takes an amount from one source."""
    return {**dict.fromkeys(RULES[rule].quantities, 0), "amount": amount, quantity: amount}


def _header(book: Book, fact: Fact, source: Source, bank: str) -> Header:
    header = heading.header(book, fact, client=source.client, case=source.case, bank=bank)
    header.line = fact.line or source.line
    return header


def held_at(book: Book, fact: Fact, source: Source) -> str:
    """The trust bank meant: the one named, else the only one that has money of the source."""
    if fact.bank and book.agency.bank(fact.bank).fund == "trust":
        return book.bank(fact.bank, "trust", source.currency).id
    held = read.banks_with(book.connection, source.account, source.currency, source.item)
    if len(held) == 1:
        return held[0]
    default = book.terms(source.client, book.posting_date(fact.date)).trust_bank if source.client else ""
    return book.bank(default, "trust", source.currency).id


def _take(book: Book, batch: Batch, fact: Fact, source: Source, bank: str) -> int:
    """The amount that a fact takes from a source at a bank; raises ``BEYOND_AVAILABLE``."""
    day = book.posting_date(fact.date)
    there = available.credit(book, batch, source.account, source.currency, bank, day, source.item)
    return available.taken(fact.amount, there, source.currency, f"{source.what} at {bank}")


def _unidentified(book: Book, batch: Batch, fact: Fact) -> int:
    """Money on a trust bank that belongs to no case yet."""
    bank = book.agency.bank(fact.bank)
    header = heading.header(book, fact, bank=bank.id)
    return batch.sheet.post(header, RULES["unidentified"], {"amount": fact.amount}, Place(bank.currency, bank=bank.id))


def _cost_deposit(book: Book, batch: Batch, fact: Fact) -> int:
    """A client pays costs in advance."""
    bank = heading.trust_bank(book, fact)
    header = heading.header(book, fact, client=fact.client, bank=bank.id)
    place = Place(bank.currency, fact.client, bank.id)
    return batch.sheet.post(header, RULES["cost_deposit"], {"amount": fact.amount}, place)


def _deposit_return(book: Book, batch: Batch, fact: Fact) -> int:
    """What is left of a deposit goes back to the client."""
    bank = heading.trust_bank(book, fact)
    name = chart.COST_DEPOSIT.name(client=fact.client)
    source = Source(name, bank.currency, "amount", f"the cost deposit of {fact.client}", fact.client)
    amount = _take(book, batch, fact, source, bank.id)
    place = Place(bank.currency, fact.client, bank.id)
    header = _header(book, fact, source, bank.id)
    return batch.sheet.post(header, RULES["deposit_return"], {"amount": amount}, place)


def _forwarder_share(book: Book, batch: Batch, fact: Fact) -> int:
    """A forwarder's share of what it sent gross, out of the agency's own fees."""
    bank = heading.trust_bank(book, fact)
    header = heading.header(book, fact, client=fact.client, case=fact.case, bank=bank.id)
    place = Place(bank.currency, bank=bank.id, forwarder=fact.forwarder)
    return batch.sheet.post(header, RULES["forwarder_share"], {"amount": fact.amount}, place)


def _forwarder_paid(book: Book, batch: Batch, fact: Fact) -> int:
    """A forwarder gets what it is owed."""
    currency = heading.currency(book, fact)
    name = chart.FORWARDER_PAYABLE.name(forwarder=fact.forwarder)
    source = Source(name, currency, "amount", f"forwarder {fact.forwarder}")
    bank = held_at(book, fact, source)
    amount = _take(book, batch, fact, source, bank)
    place = Place(currency, bank=bank, forwarder=fact.forwarder)
    return batch.sheet.post(_header(book, fact, source, bank), RULES["forwarder_paid"], {"amount": amount}, place)


def _trust_interest(book: Book, batch: Batch, fact: Fact) -> int:
    """Interest of the bank: the agency's, or nobody's yet, as agency.toml says."""
    bank = heading.trust_bank(book, fact)
    whose = "agency" if book.agency.trust_interest == "agency" else "unidentified"
    place = Place(bank.currency, bank=bank.id)
    header = heading.header(book, fact, bank=bank.id)
    return batch.sheet.post(header, RULES["trust_interest"], _amounts("trust_interest", fact.amount, whose), place)


def _trust_transfer(book: Book, batch: Batch, fact: Fact) -> int:
    """Money of a client, a debtor, a line or the agency from one trust bank to another."""
    if not fact.from_ or not fact.to or fact.from_ == fact.to:
        raise refuse("BANK_MISSING", "a trust_transfer names two trust banks, in `from` and `to`")
    sender = book.agency.bank(fact.from_)
    currency = sender.currency
    banks = [book.bank(name, "trust", currency).id for name in (fact.from_, fact.to)]
    if fact.case and not fact.client:
        source = source_of_case(book, fact.case)
    elif fact.client:
        source = source_of_client(book, fact.client)
    elif fact.of:
        source = source_of_line(book, fact.of, currency)
    else:
        source = Source(chart.UNDRAWN_FEES.template, currency, "undrawn", "UndrawnFees")
    if source.currency != currency:
        raise refuse("CURRENCY_BAD", f"{source.what} is in {source.currency}, not in {currency}")
    amount = _take(book, batch, fact, source, banks[0])
    place = Place(currency, source.client, banks[0], to_bank=banks[1])
    quantities = _amounts("trust_transfer", amount, source.quantity)
    return batch.sheet.post(_header(book, fact, source, banks[0]), RULES["trust_transfer"], quantities, place)


_UNCLAIMED_FROM = ("DebtorRefund", "Unidentified", "ClientPayable")


def _unclaimed(book: Book, batch: Batch, fact: Fact) -> int:
    """Money that nobody claims, out of where it waited."""
    kind = fact.from_.rpartition(":")[2] if fact.from_.startswith("Liabilities:Trust:") else fact.from_
    if kind not in _UNCLAIMED_FROM:
        raise refuse("VALUE_BAD", f"from {fact.from_[:40]!r} is none of {', '.join(_UNCLAIMED_FROM)}")
    if kind == "DebtorRefund":
        source = source_of_case(book, fact.case)
    elif kind == "Unidentified":
        source = source_of_line(book, fact.of, heading.currency(book, fact))
    else:
        source = source_of_client(book, fact.client)
    bank = held_at(book, fact, source)
    amount = _take(book, batch, fact, source, bank)
    place = Place(source.currency, source.client, bank)
    quantities = _amounts("unclaimed", amount, source.quantity)
    return batch.sheet.post(_header(book, fact, source, bank), RULES["unclaimed"], quantities, place)


def _escheat(book: Book, batch: Batch, fact: Fact) -> int:
    """Unclaimed money goes to the state."""
    currency = heading.currency(book, fact)
    if fact.case:
        whose = source_of_case(book, fact.case)
    elif fact.client:
        whose = source_of_client(book, fact.client)._replace(item=f"client:{fact.client}")
    else:
        whose = source_of_line(book, fact.of, currency)
    source = whose._replace(account=chart.UNCLAIMED.template, what=f"the unclaimed money of {whose.what}")
    bank = held_at(book, fact, source)
    amount = _take(book, batch, fact, source, bank)
    place = Place(source.currency, bank=bank)
    return batch.sheet.post(_header(book, fact, source, bank), RULES["escheat"], {"amount": amount}, place)


def _payment_back(book: Book, batch: Batch, fact: Fact) -> int:
    """A remittance or refund of ours came back, or was never cashed: it is owed again to whom it was paid."""
    original = _ours(book, fact.of)
    header, bank = original.header, original.header.bank
    debits = [leg for leg in original.legs if leg.account.startswith("Liabilities:Trust:") and leg.amount > 0]
    (owed,) = debits
    said = {"undoes": str(original.id)}
    before = read.rows(
        book.connection,
        """SELECT COALESCE(SUM(p.amount), 0) FROM entry e JOIN posting p ON p.entry = e.id
           WHERE e.client = :client AND e.event = 'payment_back' AND noted(e.meta, 'undoes') = :undoes
             AND p.amount > 0 AND NOT EXISTS (SELECT 1 FROM reversal r WHERE r.reversed = e.id)""",
        client=header.client,
        undoes=said["undoes"],
    )
    here = [row for row, h in enumerate(batch.sheet.headers) if h.meta.get("undoes") == said["undoes"]]
    left = owed.amount - int(before[0][0]) - sum(batch.sheet.debits_of(row) for row in here)
    amount = available.taken(fact.amount, left, owed.currency, f"entry {original.id}")
    quantity = {
        chart.DEBTOR_REFUND.template: "overpaid",
        chart.UNIDENTIFIED.template: "unidentified",
    }.get(owed.account, "client")
    made = heading.header(book, fact, client=header.client, case=header.case, bank=bank)
    made.line = fact.line
    made.meta = {**made.meta, **said}
    place = Place(owed.currency, header.client, bank)
    row = batch.sheet.post(made, RULES["payment_back"], _amounts("payment_back", amount, quantity), place)
    if owed.item:
        batch.sheet.set_item(row, owed.item)
    return row


def _ours(book: Book, of: str) -> EntryRow:
    """The remittance or refund that a text names, by entry id or number; raises ``ENTRY_UNKNOWN``."""
    if of.isdecimal() and len(of) <= _LINE_DIGITS:
        ids = [int(of)]
    else:
        found = read.rows(
            book.connection,
            """SELECT id FROM entry WHERE client = :client AND event = 'remittance'
               AND noted(meta, 'number') = :of""",
            client="-".join(of.split("-")[4:]),
            of=of,
        )
        ids = [row[0] for row in found]
    entries = [e for e in read.entries(book.connection, ids) if e.header.event in {"remittance", "refund"}]
    if len(entries) != 1:
        raise refuse("ENTRY_UNKNOWN", f"{of[:40]!r} names no remittance and no refund of ours")
    return entries[0]


EVENTS: Mapping[str, Callable[[Book, Batch, Fact], int]] = {
    "unidentified": _unidentified,
    "cost_deposit": _cost_deposit,
    "deposit_return": _deposit_return,
    "forwarder_share": _forwarder_share,
    "forwarder_paid": _forwarder_paid,
    "trust_interest": _trust_interest,
    "trust_transfer": _trust_transfer,
    "payment_back": _payment_back,
    "unclaimed": _unclaimed,
    "escheat": _escheat,
}
