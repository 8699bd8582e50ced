"""A remittance run through a date (DOMAIN §4): offset, remittance, documents, invoice, sweep.

``through`` says which money, ``book.acted_on`` is the day of acting on which the entries are dated.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from ledger_core.accounting import chart, rules
from ledger_core.accounting.money import format_minor
from ledger_core.accounting.posting import Header, Place
from ledger_core.journal import read
from ledger_core.runs import clearing, cure, documents

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ledger_core.accounting.agency import Bank
    from ledger_core.accounting.terms import Terms
    from ledger_core.journal.append import Batch
    from ledger_core.runs.book import Book

_EVER = "9999-12-31"


@dataclass(slots=True)
class ClientRun:
    """What a run did for one client; minor units.  ``payable`` is before the offset.

    ``elsewhere`` is money of the client at other trust banks than its own: a trust_transfer brings it over.
    """

    client: str
    currency: str
    payable: int
    offset: int = 0
    remitted: int = 0
    carried_forward: int = 0
    invoiced: int = 0
    done_before: bool = False
    elsewhere: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Run:
    """A whole run; ``swept`` by trust bank: bank, currency, amount.  A draft's is what it would do."""

    through: str
    clients: tuple[ClientRun, ...]
    swept: tuple[tuple[str, str, int], ...]
    cured: tuple[cure.Deficit, ...]
    draft: int = 0


def run(book: Book, through: str, client: str = "") -> Run:
    """Remit what is due through a date, to one client or to all; a sweep belongs to a run over all."""
    clearing.post(book, book.acted_on)
    cured = cure.post(book, book.acted_on)
    batch = book.batch("remit")
    clients = [client] if client else sorted(book.contracts)
    results = []
    for name in clients:
        book.contract(name)
        result = _client(book, batch, name, through)
        if result is not None:
            results.append(result)
    swept = [] if client else _sweep(book, batch, through, results)
    if batch.sheet.headers:
        book.append(batch)
    return Run(through, tuple(results), tuple(swept), (*cured, *cure.post(book, book.acted_on)))


def _client(book: Book, batch: Batch, client: str, through: str) -> ClientRun | None:
    """Offset, remit and invoice for one client; None before its first terms."""
    currency = book.contract(client).currency
    key = f"run:{client}:{through}:{book.acted_on}"
    payable, receivable = amounts(book, client, currency, through)
    if read.known_keys(book.connection, [key]):
        return ClientRun(client, currency, payable, carried_forward=payable, done_before=True)
    if not _touched(book, client):
        begun = book.contract(client).at(date.fromisoformat(book.acted_on))
        return ClientRun(client, currency, 0) if begun else None
    terms = book.terms(client, book.acted_on)
    later = _since(book, client, through)
    lowest = _lowest(book, chart.CLIENT_PAYABLE.name(client=client), terms, through)
    available = max(0, min(payable, lowest) - later.paid)
    account = book.account(client)
    name = chart.RECEIVABLE.name(client=client)
    receivable_now = read.lowest_between(book.connection, name, currency, "", (through, book.acted_on), 1)
    open_receivable = max(0, min(receivable, receivable_now) - later.settled)
    most = open_receivable if terms.remittance == "net" else min(account.cured - later.cured, open_receivable)
    elsewhere = _elsewhere(book, client, currency, terms.trust_bank, through)
    result = ClientRun(client, currency, payable, offset=max(0, min(available, most)), elsewhere=elsewhere)
    rest = available - result.offset
    if rest >= terms.minimum_remittance:
        result.remitted = rest
    result.carried_forward = payable - result.offset - result.remitted
    # A credit note settles its invoice before the offset does (DOMAIN §4).
    documents.fee_documents(book, batch, client, currency, through)
    _post_moves(book, batch, terms, result, through)
    left = open_receivable - result.offset
    result.invoiced = max(0, left - max(0, account.cured - later.cured) - account.invoiced)
    if result.invoiced:
        documents.invoice(book, batch, client, currency, through, result.invoiced)
    owed = read.balance_at(book.connection, name, currency, _EVER) - result.offset
    account.cured = min(account.cured, max(0, owed))
    batch.sheet.add(marker(client, book.acted_on, through, key, format_minor(account.cured, currency)))
    return result


class _Since(NamedTuple):
    """What moved since: cured after the day through which; paid, and settled of the receivable, after acting."""

    cured: int
    paid: int
    settled: int


def _since(book: Book, client: str, through: str) -> _Since:
    """A run rests on balances of its days: what came after them is not in them, or is not there any more."""
    found = read.rows(
        book.connection,
        """SELECT e.event, a.name LIKE 'Liabilities:%', SUM(p.amount)
           FROM entry e JOIN posting p ON p.entry = e.id JOIN account a ON a.id = p.account
           WHERE e.client = :client AND a.name IN (:payable, :receivable)
             AND (e.event = 'cure' AND e.date > :through
                  OR e.event IN ('remittance', 'offset', 'client_payment') AND e.date > :acted_on)
             AND NOT EXISTS (SELECT 1 FROM reversal r WHERE r.reversed = e.id)
           GROUP BY 1, 2""",
        client=client,
        payable=chart.CLIENT_PAYABLE.name(client=client),
        receivable=chart.RECEIVABLE.name(client=client),
        through=through,
        acted_on=book.acted_on,
    )
    sums = {(event, bool(payable)): int(amount) for event, payable, amount in found}
    paid = sums.get(("remittance", True), 0) + sums.get(("offset", True), 0)
    settled = sums.get(("offset", False), 0) + sums.get(("client_payment", False), 0)
    return _Since(sums.get(("cure", False), 0), paid, -settled)


def marker(client: str, day: str, through: str, key: str, cured: str) -> Header:
    """The entry, without legs, that says that a run was made, and what of the cured part it left."""
    return Header("remittance_run", day, client=client, meta={"through": through, "cured": cured}, key=key)


def amounts(book: Book, client: str, currency: str, through: str) -> tuple[int, int]:
    """Payable at the client's trust bank, and receivable, at the end of ``through``."""
    payable = -read.balance_at(book.connection, chart.CLIENT_PAYABLE.name(client=client), currency, through)
    return payable, read.balance_at(book.connection, chart.RECEIVABLE.name(client=client), currency, through)


def _elsewhere(book: Book, client: str, currency: str, own: str, through: str) -> tuple[tuple[str, int], ...]:
    """What of a client's money lies at other trust banks than its own."""
    name = chart.CLIENT_PAYABLE.name(client=client)
    others = (bank.id for bank in book.agency.banks if bank.fund == "trust" and bank.id != own)
    found = ((bank, -read.balance_at(book.connection, name, currency, through, bank)) for bank in others)
    return tuple((bank, amount) for bank, amount in found if amount > 0)


def _touched(book: Book, client: str) -> bool:
    """Whether the journal has anything of the client: before that a run has nothing to say."""
    return bool(read.rows(book.connection, "SELECT 1 FROM entry WHERE client = :client LIMIT 1", client=client)) or any(
        account.endswith(f":{client}") for account, _, _ in book.agency.opening
    )


def _lowest(book: Book, account: str, terms: Terms, through: str) -> int:
    """The lowest credit at the end of any day from ``through`` to the day of acting."""
    span = (through, book.acted_on)
    return read.lowest_between(book.connection, account, terms.currency, terms.trust_bank, span, -1)


def _post_moves(book: Book, batch: Batch, terms: Terms, result: ClientRun, through: str) -> None:
    client, currency = result.client, result.currency
    place = Place(currency, client, terms.trust_bank)
    if result.offset:
        settles = book.account(client).settle(result.offset)
        header = Header("offset", book.acted_on, client=client, bank=terms.trust_bank, meta={"settles": settles})
        batch.sheet.post(header, rules.RULES["offset"], {"amount": result.offset}, place)
    if result.remitted:
        meta = {"number": f"REM-{through}-{client}"}
        header = Header("remittance", book.acted_on, client=client, bank=terms.trust_bank, meta=meta)
        batch.sheet.post(header, rules.RULES["remittance"], {"amount": result.remitted}, place)


def _sweep(book: Book, batch: Batch, through: str, clients: Sequence[ClientRun]) -> list[tuple[str, str, int]]:
    """Draw the earned fees of each trust bank into operating, this run's offsets among them."""
    swept = []
    for bank in (bank for bank in book.agency.banks if bank.fund == "trust" and bank.kind == "bank"):
        key = f"sweep:{bank.id}:{through}:{book.acted_on}"
        if read.known_keys(book.connection, [key]):
            continue
        offsets = sum(
            c.offset for c in clients if c.offset and book.terms(c.client, book.acted_on).trust_bank == bank.id
        )
        amount = max(0, _undrawn(book, bank, through, offsets))
        if amount:
            header = Header("sweep", book.acted_on, bank=bank.id, meta={"number": f"SWP-{through}-{bank.id}"}, key=key)
            operating = book.agency.operating_bank(bank.currency).id
            place = Place(bank.currency, bank=bank.id, operating_bank=operating)
            batch.sheet.post(header, rules.RULES["sweep"], {"amount": amount}, place)
            swept.append((bank.id, bank.currency, amount))
    return swept


def _undrawn(book: Book, bank: Bank, through: str, offsets: int) -> int:
    """The lowest UndrawnFees at the end of any day from ``through`` to the day of acting, which has the offsets."""
    name = chart.UNDRAWN_FEES.template
    swept = read.rows(
        book.connection,
        """SELECT COALESCE(SUM(p.amount), 0) FROM entry e JOIN posting p ON p.entry = e.id
           JOIN account a ON a.id = p.account
           WHERE e.date > :acted_on AND e.event = 'sweep' AND a.name = :name AND p.bank = :bank""",
        acted_on=book.acted_on,
        name=name,
        bank=bank.id,
    )
    offsets -= int(swept[0][0])
    today = offsets - read.balance_at(book.connection, name, bank.currency, book.acted_on, bank.id)
    if through == book.acted_on:
        return today
    eve = (date.fromisoformat(book.acted_on) - timedelta(days=1)).isoformat()
    before = read.lowest_between(book.connection, name, bank.currency, bank.id, (through, eve), -1)
    return min(today, before - int(swept[0][0]))
