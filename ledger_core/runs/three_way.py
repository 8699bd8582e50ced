"""Three-way reconciliation 三方核对: the bank, the book, and what each client and debtor is owed.

book + Σ reconciling items = statement, each item an entry or a line of its own (DOMAIN §6, 2).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ledger_core.accounting import chart
from ledger_core.journal import read

if TYPE_CHECKING:
    from ledger_core.accounting.agency import Bank
    from ledger_core.runs.book import Book


class Item(NamedTuple):
    """What lies between book and statement: ``kind`` is an event, open_line or excluded_line."""

    kind: str
    amount: int
    entry: int = 0
    line: int = 0


class BankCheck(NamedTuple):
    """One bank at the end of a day; ``statement`` is None where no bank file tells."""

    bank: Bank
    statement: int | None
    book: int
    items: tuple[Item, ...]

    @property
    def unexplained(self) -> int:
        """What the listed items leave open; zero in a sound book."""
        if self.statement is None:
            return 0
        return self.statement - self.book - sum(item.amount for item in self.items)


class ThreeWay(NamedTuple):
    """All trust banks; ``owed`` by account and currency; ``sub_ledger`` and ``difference`` by currency."""

    at: str
    banks: tuple[BankCheck, ...]
    owed: dict[tuple[str, str], int]
    sub_ledger: dict[str, int]
    difference: dict[str, int]


def account_of(bank: Bank) -> str:
    """The ledger account of a bank."""
    return (chart.TRUST_BANK if bank.fund == "trust" else chart.OPERATING_BANK).name(bank=bank.id)


def bank_check(book: Book, bank: Bank, at: str) -> BankCheck:
    """One bank's statement balance, book balance, and the items between them."""
    balance = read.balance_at(book.connection, account_of(bank), bank.currency, at)
    statement = statement_balance(book, bank, at)
    if statement is None:
        return BankCheck(bank, None, balance, ())
    return BankCheck(bank, statement, balance, (*_entries_ahead(book, bank, at), *_lines_ahead(book, bank, at)))


def statement_balance(book: Book, bank: Bank, at: str) -> int | None:
    """What the bank says it holds at the end of a day; None where no statement reaches back to it.

    The newest closing balance not after the day and the lines since; else an opening balance and
    the lines from it; else, for files without balances, the opening of ``[opening]`` and all lines.
    """
    known = read.rows(
        book.connection,
        """SELECT closing, date_to, id FROM statement
           WHERE bank = :bank AND closing IS NOT NULL AND date_to <= :at ORDER BY date_to DESC, id DESC LIMIT 1""",
        bank=bank.id,
        at=at,
    )
    if known:
        closing, since, _ = known[0]
        return int(closing) + _lines_sum(book, bank, since, at)
    opened = read.rows(
        book.connection,
        """SELECT opening FROM statement WHERE bank = :bank AND opening IS NOT NULL ORDER BY date_from, id LIMIT 1""",
        bank=bank.id,
    )
    if opened:
        return int(opened[0][0]) + _lines_sum(book, bank, "", at)
    if not read.rows(book.connection, "SELECT 1 FROM statement WHERE bank = :bank LIMIT 1", bank=bank.id):
        return None
    opening = sum(
        a for name, a, currency in book.agency.opening if (name, currency) == (account_of(bank), bank.currency)
    )
    return opening + _lines_sum(book, bank, "", at)


def _lines_sum(book: Book, bank: Bank, after: str, at: str) -> int:
    found = read.rows(
        book.connection,
        "SELECT COALESCE(SUM(amount), 0) FROM statement_line WHERE bank = :bank AND date > :after AND date <= :at",
        bank=bank.id,
        after=after,
        at=at,
    )
    return int(found[0][0])


def _entries_ahead(book: Book, bank: Bank, at: str) -> list[Item]:
    """Entries that the book has and the bank did not have yet: unclaimed, or claimed by a later line."""
    open_ones = read.rows(
        book.connection,
        """SELECT e.event, m.amount, e.id FROM open_movement m JOIN entry e ON e.id = m.entry
           WHERE m.bank = :bank AND m.date <= :at ORDER BY e.id""",
        bank=bank.id,
        at=at,
    )
    later = read.rows(
        book.connection,
        """SELECT e.event, c.amount, e.id
           FROM claim c JOIN entry e ON e.id = c.entry JOIN statement_line l ON l.id = c.line
           WHERE c.bank = :bank AND e.date <= :at AND l.date > :at ORDER BY e.id""",
        bank=bank.id,
        at=at,
    )
    return [Item(event, -int(amount), entry=int(entry)) for event, amount, entry in [*open_ones, *later]]


def _lines_ahead(book: Book, bank: Bank, at: str) -> list[Item]:
    """Lines that the bank has and the book does not have by the day: open, excluded, or booked later."""
    found = read.rows(
        book.connection,
        """SELECT l.id, s.disposition,
                  l.amount - COALESCE((SELECT SUM(c.amount) FROM claim c JOIN entry e ON e.id = c.entry
                                       WHERE c.line = l.id AND e.date <= :at), 0) AS missing
           FROM statement_line l LEFT JOIN line_state s ON s.line = l.id
           WHERE l.bank = :bank AND l.date <= :at AND missing <> 0 ORDER BY l.id""",
        bank=bank.id,
        at=at,
    )
    kinds = {"excluded": "excluded_line"}
    return [Item(kinds.get(state, "open_line"), int(missing), line=int(line)) for line, state, missing in found]


def reconcile(book: Book, at: str) -> ThreeWay:
    """The three-way reconciliation of all trust banks at the end of a day."""
    trust = [bank for bank in book.agency.banks if bank.fund == "trust"]
    banks = tuple(bank_check(book, bank, at) for bank in trust)
    owed: dict[tuple[str, str], int] = {}
    for name, currency, _, amount in read.balances(book.connection, at):
        if name.startswith("Liabilities:Trust:"):
            owed[name, currency] = owed.get((name, currency), 0) - amount
    sub_ledger = sub_ledger_total(book, at)
    held: dict[str, int] = dict.fromkeys((bank.currency for bank in trust), 0)
    for check in banks:
        held[check.bank.currency] += check.book + check.unexplained
    difference = {currency: amount - sub_ledger.get(currency, 0) for currency, amount in held.items()}
    return ThreeWay(at, banks, owed, sub_ledger, difference)


# What each entry adds to what is owed out of trust, told from its *other* legs and from its items,
# never from ClientPayable itself: that is the third side of the reconciliation.
_OWED_TO_CLIENTS = """
SELECT currency, SUM(amount) FROM (
  SELECT REPLACE(p.currency, '.D', '') AS currency,
         CASE WHEN a.name LIKE 'Equity:Memo:CollectedPAA:%' THEN p.amount
              WHEN a.name = 'Assets:Operating:DueFromTrust' AND e.event <> 'sweep' AND e.event <> 'cure' THEN -p.amount
              WHEN a.name = 'Expenses:ForwarderFees' AND e.event IN ('forwarder_receipt', 'returned_payment', 'reversal')
              THEN -p.amount
              WHEN a.name LIKE 'Assets:Operating:Receivable:Client:%' AND e.event = 'cure' THEN p.amount
              WHEN a.name LIKE 'Assets:Trust:Bank:%' AND e.event = 'remittance' THEN p.amount
              ELSE 0 END AS amount
  FROM entry e JOIN posting p ON p.entry = e.id JOIN account a ON a.id = p.account
  WHERE e.date <= :at AND e.event NOT IN ('opening', 'bank_charge'))
GROUP BY currency
"""


def sub_ledger_total(book: Book, at: str) -> dict[str, int]:
    """What clients, debtors, unknown payers and the agency are owed out of trust, item by item."""
    totals: dict[str, int] = {}

    def add(currency: str, amount: int) -> None:
        totals[currency] = totals.get(currency, 0) + amount

    for currency, amount in read.rows(book.connection, _OWED_TO_CLIENTS, at=at):
        add(currency, int(amount))
    for name, currency, _, amount in read.balances(book.connection, at):
        # The agency's own part is proved by its other half (invariant 4); items carry case or line.
        if name == chart.DUE_FROM_TRUST.template:
            add(currency, amount)
    for currency, amount in read.rows(
        book.connection,
        """SELECT p.currency, -SUM(p.amount) FROM posting p JOIN entry e ON e.id = p.entry
           WHERE e.date <= :at AND p.item <> '' GROUP BY p.currency""",
        at=at,
    ):
        add(currency, int(amount))
    for name, amount, currency in book.agency.opening:
        if name.startswith("Liabilities:Trust:") and "Client" in name:
            add(currency, -amount)
    return totals
