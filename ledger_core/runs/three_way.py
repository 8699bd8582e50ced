"""Three-way reconciliation 三方核对: the bank, the book, and what each client and debtor is owed.

book + Σ reconciling items = statement, each item an entry or a line of its own (DOMAIN §6, 2).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ledger_core.accounting import chart
from ledger_core.journal import read

if TYPE_CHECKING:
    from collections.abc import Sequence

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
    def idle(self) -> bool:
        """Whether neither a statement nor the book tells of any money."""
        return self.statement is None and not self.book

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
    if bank.kind == "processor":
        return chart.IN_TRANSIT.name(bank=bank.id)
    return (chart.TRUST_BANK if bank.fund == "trust" else chart.OPERATING_BANK).name(bank=bank.id)


class Ahead(NamedTuple):
    """What book and banks do not have in common, for all banks; read once for any number of days.

    ``entries`` are movements that no line claims; ``claimed`` those whose line has another date;
    ``lines`` those that nothing was booked for.
    """

    entries: Sequence[tuple[str, str, Item]]  # bank, date, item
    claimed: Sequence[tuple[str, str, str, Item]]  # bank, entry date, line date, item with both
    lines: Sequence[tuple[str, str, Item]]


def ahead(book: Book) -> Ahead:
    """Everything that can be a reconciling item."""
    entries = read.rows(
        book.connection,
        # In this order, or SQLite would go through all entries.
        """SELECT m.bank, m.date, e.event, m.amount, e.id FROM open_movement m CROSS JOIN entry e
           WHERE e.id = m.entry ORDER BY m.entry""",
    )
    claimed = read.rows(
        book.connection,
        """SELECT c.bank, e.date, l.date, e.event, c.amount, e.id, l.id
           FROM displaced d JOIN claim c ON c.id = d.claim JOIN entry e ON e.id = c.entry
           JOIN statement_line l ON l.id = c.line ORDER BY e.id""",
    )
    lines = read.rows(
        book.connection,
        """SELECT l.bank, l.date, s.disposition, l.amount, l.id
           FROM line_state s JOIN statement_line l ON l.id = s.line
           WHERE s.disposition IN ('open', 'excluded') ORDER BY l.id""",
    )
    return Ahead(
        [(bank, day, Item(event, -int(amount), entry=entry)) for bank, day, event, amount, entry in entries],
        [(bank, day, other, Item(event, int(amount), *ids)) for bank, day, other, event, amount, *ids in claimed],
        [(bank, day, Item(f"{state}_line", int(amount), line=line)) for bank, day, state, amount, line in lines],
    )


def bank_check(book: Book, bank: Bank, at: str, known: Ahead) -> BankCheck:
    """One bank's statement balance, book balance, and the items between them."""
    balance = read.balance_at(book.connection, account_of(bank), bank.currency, at)
    statement = statement_balance(book, bank, at)
    if statement is None:
        return BankCheck(bank, None, balance, ())
    items = [item for of, day, item in (*known.entries, *known.lines) if of == bank.id and day <= at]
    for of, entry_day, line_day, item in known.claimed:
        if of == bank.id and entry_day <= at < line_day:
            items.append(Item(item.kind, -item.amount, entry=item.entry))
        elif of == bank.id and line_day <= at < entry_day:
            items.append(Item("open_line", item.amount, line=item.line))
    return BankCheck(bank, statement, balance, tuple(items))


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


def reconcile(book: Book, at: str) -> ThreeWay:
    """The three-way reconciliation of all trust banks at the end of a day."""
    trust = [bank for bank in book.agency.banks if bank.fund == "trust"]
    known = ahead(book)
    checks = tuple(bank_check(book, bank, at, known) for bank in trust)
    # A bank that is not in use yet has nothing to say beside those that are.
    banks = tuple(check for check in checks if not check.idle) or checks
    owed: dict[tuple[str, str], int] = {}
    for name, currency, _, amount in read.balances(book.connection, at):
        if name.startswith("Liabilities:Trust:"):
            owed[name, currency] = owed.get((name, currency), 0) - amount
    sub_ledger = sub_ledger_total(book, at)
    difference = dict.fromkeys((*(check.bank.currency for check in banks), *(c for c, a in sub_ledger.items() if a)), 0)
    for currency in difference:
        of_currency = [check for check in banks if check.bank.currency == currency]
        sides = [sum(check.book for check in of_currency) - sub_ledger.get(currency, 0)]
        sides += [check.unexplained for check in of_currency]
        # One side that is off must not hide another.
        difference[currency] = sum(sides) or next((side for side in sides if side), 0)
    return ThreeWay(at, banks, owed, sub_ledger, difference)


def sub_ledger_total(book: Book, at: str) -> dict[str, int]:
    """What clients, debtors, unknown payers and the agency are owed out of trust, item by item."""
    totals: dict[str, int] = {}

    def add(currency: str, amount: int) -> None:
        totals[currency] = totals.get(currency, 0) + amount

    sql = "SELECT currency, SUM(amount) FROM owed WHERE date <= :at GROUP BY currency"
    for currency, amount in read.rows(book.connection, sql, at=at):
        add(currency, int(amount))
    for name, currency, _, amount in read.balances(book.connection, at):
        # The agency's own part is proved by its other half (invariant 4).
        if name == chart.DUE_FROM_TRUST.template:
            add(currency, amount)
    for name, amount, currency in book.agency.opening if at >= book.agency.first_day.isoformat() else ():
        if name.startswith(("Liabilities:Trust:Client", "Liabilities:Trust:ForwarderPayable:")):
            add(currency, -amount)
    return totals
