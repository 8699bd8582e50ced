"""A whole agency as plain scalars: what its books must be after any history (DOMAIN §3, §4).

Rows are those of the files, as texts by column.  Every action is done whole or raises :class:`Refused`, and nothing
has happened then.
"""

from __future__ import annotations

import contextlib
import datetime as dt
from typing import TYPE_CHECKING, Any

from plugins.model import (
    bank_lines,
    cases,
    contract,
    money,
    operating,
    payments,
    register,
    remitting,
    returns,
    statement,
    trust,
)
from plugins.model.books import LIMIT, ONE_DAY, Bank, Books, Document, Leg, Line, Owing, Placed, Refused, fund_of
from plugins.model.checks import broken
from plugins.model.contract import BUCKETS, CLASSES
from plugins.model.register import Fact

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

__all__ = ["Agency", "Bank", "Refused"]

Row = dict[str, str]

_ON_CASES: dict[str, Callable[[Books, Fact], None]] = {
    **dict.fromkeys(("receipt", "asset_sale", "forwarder_receipt"), payments.receive),
    **dict.fromkeys(("settlement", "write_off", "recall", "close_return"), cases.give_up),
    **dict.fromkeys(("cost_billed", "cost_write_off"), cases.bill_cost),
    "direct_payment": payments.direct,
    "placement_adjustment": cases.adjust,
    "judgment": cases.judge,
    "interest_accrual": cases.accrue_by_hand,
    "case_change": cases.change,
    "cost_advanced": cases.advance_cost,
    "collector_commission": cases.commission_of_collector,
    "returned_payment": returns.come_back,
}
_EVENTS = {**_ON_CASES, **trust.EVENTS, **operating.EVENTS}
_ALL_THERE_IS = (
    *("settlement", "write_off", "recall", "close_return", "cost_billed", "cost_write_off", "judgment", "case_change"),
    *("deposit_return", "client_credit", "forwarder_paid", "trust_transfer", "payment_back", "unclaimed", "escheat"),
    *("refund", "returned_payment"),
)
"""Events that may go without an amount."""

_LATE = {"returned_payment": 1, "refund": 2}
"""What comes after the other events of a day (DOMAIN §4, "Order within a day")."""

_CHANGES = (*CLASSES, "interest_rate")


class Agency:
    """An agency from its first day on.

    ``opening`` is minor units and currency by account, ``contracts`` currency and versions (JSON documents) by client.
    """

    def __init__(
        self,
        *,
        banks: Sequence[Bank],
        first_day: dt.date,
        trust_interest: str,
        opening: Mapping[str, tuple[int, str]],
        contracts: Mapping[str, tuple[str, Sequence[str]]],
    ) -> None:
        read = {name: (currency, tuple(map(contract.read, texts))) for name, (currency, texts) in contracts.items()}
        self._books = Books(tuple(banks), read, first_day, trust_interest)
        self._books.owing = {client: Owing() for client in contracts}
        if opening:
            self._open(opening)

    def _open(self, opening: Mapping[str, tuple[int, str]]) -> None:
        """Opening balances: what is owed lies at the bank that it leaves uncovered; a receivable is an invoice."""
        books, day = self._books, self._books.first_day
        own = {bank.account: bank.id for bank in books.banks if bank.fund == "trust"}
        legs = [
            Leg(name, currency, amount, own.get(name, ""), _opening_item(name))
            for name, (amount, currency) in opening.items()
        ]
        short = {leg.bank for leg in legs if leg.bank}
        (bank,) = short or {""}
        legs = [leg._replace(bank=bank) if fund_of(leg.account) == "trust" else leg for leg in legs]
        books.post("opening", day, legs)
        for name, (amount, _) in opening.items():
            kind, _, client = name.rpartition(":")
            if kind == "Assets:Operating:Receivable:Client" and amount > 0:
                number = f"INV-OPENING-{client}"
                books.documents.append(
                    Document(number, "invoice", client, day, day, 0, 0, amount, len(books.entries), books.step)
                )
                books.owing[client].invoices[number] = amount

    # --- actions ---------------------------------------------------------------------------

    @contextlib.contextmanager
    def _whole(self, day: dt.date) -> Iterator[Books]:
        """All of what is done within, or nothing of it."""
        books, before = self._books, self._books.kept()
        books.step += 1
        books.acting = day
        try:
            yield books
        except Refused:
            books.restore(before)
            raise

    def place(self, rows: Sequence[Row], day: dt.date) -> None:
        """A file of placements."""
        with self._whole(day) as books:
            fresh = _fresh(books, rows)
            facts = [_placement(books, row) for row in fresh]
            first = min((fact.day for fact, _ in facts), default=None)
            if first:
                payments.clear(books, first - ONE_DAY)
            for fact, placed in facts:
                if fact.day > day:
                    raise Refused("a placement that is to come")
                cases.place(books, fact, placed)

    def events(self, rows: Sequence[Row], day: dt.date) -> None:
        """A file of events."""
        with self._whole(day) as books:
            self._post(books, [_fact(books, row) for row in _fresh(books, rows)])

    @staticmethod
    def _post(books: Books, facts: Sequence[Fact]) -> None:
        cleared = dt.date.min
        for fact in sorted(facts, key=lambda one: (one.day, _LATE.get(one.event, 0))):
            if not books.first_day <= fact.day <= books.acting:
                raise Refused("outside the days that can be posted")
            if fact.day > cleared:
                payments.clear(books, fact.day - ONE_DAY)
                cleared = fact.day
            _EVENTS[fact.event](books, fact)

    def lines(self, rows: Sequence[Row], day: dt.date) -> None:
        """Lines of one bank (bank, date, amount, method, reference: a case or nothing), then all is reconciled."""
        with self._whole(day) as books:
            bank_lines.take_in(books, [_line(books, row) for row in rows])
        self.reconcile(day)

    def reconcile(self, day: dt.date) -> None:
        """Lines that wait, clearing and cure through a day."""
        with self._whole(day) as books:
            bank_lines.reconcile(books)

    def resolve(self, line: int, parts: Sequence[tuple[str, int]], day: dt.date) -> None:
        """Unknown money of a line is given to cases."""
        with self._whole(day) as books:
            bank_lines.resolve(books, line, parts)

    def remit(self, through: dt.date, day: dt.date, client: str = "") -> None:
        """A remittance run."""
        with self._whole(day) as books:
            remitting.remit(books, through, client)

    def invoice_final(self, client: str, day: dt.date) -> None:
        """All that a client owes is billed."""
        with self._whole(day) as books:
            remitting.invoice_final(books, client)

    def accrue(self, through: dt.date, day: dt.date) -> None:
        """Interest of all cases through a day."""
        with self._whole(day) as books:
            if through > day:
                raise Refused("interest through a day that is to come")
            facts = cases.accrue(books, through)
            if facts:
                payments.clear(books, through - ONE_DAY)
            for fact in facts:
                cases.accrue_by_hand(books, fact)

    def close(self, month: str, day: dt.date) -> None:
        """A month is closed: in its turn, when it is over, and with no line that nobody explained."""
        with self._whole(day) as books:
            first = dt.date.fromisoformat(f"{month}-01")
            end = dt.date(first.year + first.month // 12, first.month % 12 + 1, 1) - ONE_DAY
            before = (first - ONE_DAY).isoformat()[:7]
            begun = books.first_day.isoformat()[:7]
            in_turn = month >= begun and month not in books.closed and (before < begun or before in books.closed)
            if not in_turn or end > day:
                raise Refused(f"it is not the turn of {month}")
            payments.clear(books, end)
            remitting.cure(books, end)
            if any(line.status == "open" and first <= line.date <= end for line in books.lines.values()):
                raise Refused(f"{month} has lines that nobody explained")
            books.closed.add(month)

    # --- what stands -----------------------------------------------------------------------

    @property
    def cases(self) -> list[str]:
        """All cases."""
        return list(self._books.placed)

    def balances(self, at: dt.date) -> dict[tuple[str, str], int]:
        """Every account and commodity that is not zero at the end of a day."""
        return self._sums(at, lambda leg: (leg.account, leg.currency))

    def by_bank(self, at: dt.date) -> dict[tuple[str, str, str], int]:
        """Every trust account at each trust bank."""
        found = self._sums(at, lambda leg: (leg.account, leg.currency, leg.bank))
        return {key: amount for key, amount in found.items() if key[2]}

    def _sums(self, at: dt.date, key: Callable[[Leg], Any]) -> dict[Any, int]:
        sums: dict[Any, int] = {}
        for entry in self._books.entries:
            for leg in entry.legs if entry.date <= at else ():
                sums[key(leg)] = sums.get(key(leg), 0) + leg.amount
        return {name: amount for name, amount in sums.items() if amount}

    def case(self, case: str) -> dict[str, Any]:
        """A case's status and buckets."""
        found = register.state(self._books, case)
        return {"status": found.status, "outstanding": found.owed}

    def statement(self, client: str, first: dt.date, last: dt.date) -> dict[str, Any]:
        """A client's remittance statement."""
        return statement.of(self._books, client, first, last)

    def invoices(self) -> list[tuple[str, int, int]]:
        """Every invoice: number, amount, what is open."""
        found = [document for document in self._books.documents if document.kind == "invoice"]
        return [(one.number, one.amount, self._books.owing[one.client].invoices[one.number]) for one in found]

    def check(self) -> list[str]:
        """The invariants that do not hold."""
        return broken(self._books)


def _opening_item(account: str) -> str:
    if account == "Liabilities:Trust:DebtorRefund":
        return "case:"
    return "line:0" if account in {trust.UNIDENTIFIED, trust.UNCLAIMED} else ""


# --- rows ------------------------------------------------------------------------------------


def _fresh(books: Books, rows: Sequence[Row]) -> list[Row]:
    """The rows that did not come before; equal ones are counted."""
    counts: dict[tuple[str, ...], int] = {}
    fresh = []
    for row in rows:
        same = tuple(f"{column}={text}" for column, text in sorted(row.items()) if text)
        counts[same] = counts.get(same, 0) + 1
        if counts[same] > books.seen[same]:
            fresh.append(row)
    for same, count in counts.items():
        books.seen[same] = max(books.seen[same], count)
    return fresh


def _minor(text: str, currency: str) -> int:
    try:
        amount = money.minor(text, money.decimals_of(currency))
    except ValueError as error:
        raise Refused(str(error)) from None
    if abs(amount) >= LIMIT:
        raise Refused(f"{text} {currency} is too large")
    return amount


def _placement(books: Books, row: Row) -> tuple[Fact, Placed]:
    client, placed_on = row["client"], dt.date.fromisoformat(row["placed_on"])
    currency = books.currency(client)
    if row.get("currency", currency) != currency:
        raise Refused(f"client {client} is in {currency}")

    def amount(column: str) -> int:
        return _minor(row[column], currency) if row.get(column) else 0

    buckets = tuple(amount(bucket) for bucket in BUCKETS)
    placed = Placed(
        client,
        currency,
        placed_on,
        dt.date.fromisoformat(row.get("delinquency_date") or row["placed_on"]),
        amount("placed_amount") if row.get("placed_amount") else sum(buckets),
        amount("costs_advanced"),
        amount("collected_to_date"),
        {name: row[name] for name in _CHANGES if row.get(name)},
        row.get("day_count") or "actual/365",
    )
    return Fact("placement", placed_on, client, row["case"], buckets=buckets), placed


def _fact(books: Books, row: Row) -> Fact:
    event, case = row["event"], row.get("case", "")
    if event not in _EVENTS:
        raise Refused(f"{event} is no event")
    currency = row.get("currency") or (books.placed[case].currency if case in books.placed else "")
    if not currency and row.get("client"):
        currency = books.currency(row["client"])
    if not currency:
        currency = books.any_bank(row["bank"]).currency if row.get("bank") else books.banks[0].currency
    amount = _minor(row["amount"], currency) if row.get("amount") else None
    if amount is None and event not in _ALL_THERE_IS:
        raise Refused(f"a {event} names its amount")
    if amount is not None and (amount == 0 or (amount < 0 and event != "placement_adjustment")):
        raise Refused("an amount is above zero")
    return Fact(
        event,
        dt.date.fromisoformat(row["date"]),
        row.get("client", ""),
        case,
        amount,
        row.get("currency", ""),
        row.get("bank", ""),
        row.get("method", ""),
        row.get("bucket", ""),
        tuple(_minor(row[bucket], currency) if row.get(bucket) else 0 for bucket in BUCKETS),
        row.get("forwarder", ""),
        _minor(row["kept"], currency) if row.get("kept") else 0,
        row.get("of", ""),
        row.get("from", ""),
        row.get("to", ""),
        row.get("reference", ""),
        tuple((name, row[name]) for name in _CHANGES if row.get(name)),
    )


def _line(books: Books, row: Row) -> Line:
    amount = _minor(row["amount"], books.any_bank(row["bank"]).currency)
    day = dt.date.fromisoformat(row["date"])
    return Line(0, row["bank"], day, amount, row.get("method", ""), row.get("reference", ""))
