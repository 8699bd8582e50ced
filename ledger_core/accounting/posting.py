"""From quantities to legs: the posting rules applied to columns of rows.

A :class:`Sheet` collects the entries of one batch in the making.  Row ``r`` of a sheet is one entry;
its legs are kept as columns (int64 arrays), entry by entry, in the order of the rule.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ledger_core.accounting import chart
from ledger_core.accounting.money import Ints, check_amounts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from ledger_core.accounting.rules import Rule

_NUMBERS_PER_ENTRY = 1_000
"""No entry has as many legs: the order key of a leg is ``row × this + number``."""


class Account(NamedTuple):
    """An account in one commodity."""

    name: str
    currency: str


class Place(NamedTuple):
    """The ids that a rule's families are completed with, alike for a group of rows.

    ``to_bank`` is the other trust bank of a transfer; ``source`` and ``target`` are the accounts of an entry
    within operating, whole.
    """

    currency: str
    client: str = ""
    bank: str = ""
    operating_bank: str = ""
    forwarder: str = ""
    to_bank: str = ""
    source: str = ""
    target: str = ""


@dataclass(slots=True)
class Header:
    """What an entry says besides its legs.  Dates ISO; ``base`` in minor units; ``meta`` public texts."""

    event: str
    date: str
    effective: str = ""
    client: str = ""
    case: str = ""
    line: int = 0
    bank: str = ""
    terms: str = ""
    rule: int = -1
    base: int = 0
    reverses: tuple[int, ...] = ()
    meta: Mapping[str, str] = field(default_factory=dict)
    key: str = ""
    private: Mapping[str, str] = field(default_factory=dict)


class LegRow(NamedTuple):
    """One leg with all that it carries, as read from the journal or written singly."""

    account: str
    currency: str
    amount: int
    bank: str = ""
    item: str = ""


class EntryRow(NamedTuple):
    """An entry with its legs, as posted; the digests are 32 bytes each."""

    id: int
    header: Header
    legs: tuple[LegRow, ...]
    batch: int
    public: bytes
    digest: bytes


@dataclass(frozen=True, slots=True)
class Legs:
    """Columns of m legs, ordered by row: codes into ``accounts`` and ``banks``; ``items`` is sparse."""

    row: Ints
    account: Ints
    amount: Ints
    bank: Ints
    items: Mapping[int, str]
    accounts: tuple[Account, ...]
    banks: tuple[str, ...]


class Sheet:
    """The entries of one batch in the making; ``in_transit`` are the trust banks that are processors."""

    def __init__(self, in_transit: frozenset[str] = frozenset()) -> None:
        self.headers: list[Header] = []
        self._in_transit = in_transit
        self._accounts: dict[Account, int] = {}
        self._banks: dict[str, int] = {"": 0}
        self._chunks: list[tuple[Ints, Ints, Ints, Ints]] = []  # order, account, amount, bank
        self._items: dict[int, str] = {}  # by order key

    def add(self, header: Header) -> int:
        """A new entry without legs; returns its row."""
        self.headers.append(header)
        return len(self.headers) - 1

    def post(self, header: Header, rule: Rule, quantities: Mapping[str, int], place: Place) -> int:
        """One entry by a rule, from single figures."""
        row = self.add(header)
        columns = {name: np.array([value], dtype=np.int64) for name, value in quantities.items()}
        self.emit(rule, np.array([row], dtype=np.int64), columns, place)
        return row

    def emit(self, rule: Rule, rows: Ints, quantities: Mapping[str, Ints], place: Place) -> None:
        """Legs of many entries by one rule; every quantity is a column as long as ``rows``."""
        assert rows.dtype == np.int64
        check_amounts(*quantities.values())
        for number, leg in enumerate(rule.legs):
            amount = quantities[leg.quantity] * leg.side
            (some,) = amount.nonzero()
            if not some.size:
                continue
            family, fund = leg.family, leg.family.fund
            bank = place.operating_bank if family is chart.OPERATING_BANK else place.bank
            if leg.far:
                bank = place.to_bank
            if family is chart.TRUST_BANK and bank in self._in_transit:
                family = chart.IN_TRANSIT
            name = family.name(
                client=place.client, bank=bank, forwarder=place.forwarder, source=place.source, target=place.target
            )
            code = self._account(Account(name, chart.commodity(fund, place.currency)))
            order = rows[some] * _NUMBERS_PER_ENTRY + number
            bank_code = self._bank(bank if fund == "trust" else "")
            self._chunks.append((order, np.full_like(order, code), amount[some], np.full_like(order, bank_code)))
            self._note_items(leg.family, order, rows[some])

    def copy(self, row: int, legs: Iterable[LegRow], *, sign: int = 1, after: int = 0) -> None:
        """Legs given one by one, as when an entry is negated; ``after`` numbers are taken already."""
        legs = list(legs)
        order = row * _NUMBERS_PER_ENTRY + after + np.arange(len(legs), dtype=np.int64)
        accounts = [self._account(Account(leg.account, leg.currency)) for leg in legs]
        banks = [self._bank(leg.bank) for leg in legs]
        amounts = np.array([sign * leg.amount for leg in legs], dtype=np.int64)
        self._chunks.append((order, np.array(accounts, dtype=np.int64), amounts, np.array(banks, dtype=np.int64)))
        self._items.update({int(key): leg.item for key, leg in zip(order, legs, strict=True) if leg.item})

    def legs(self) -> Legs:
        """All legs, entry by entry, each entry's in the order of its rule."""
        if self._chunks:
            order, account, amount, bank = (np.concatenate(column) for column in zip(*self._chunks, strict=True))
        else:
            order = account = amount = bank = np.zeros(0, dtype=np.int64)
        by = np.argsort(order, kind="stable")
        order = order[by]
        items = {}
        if self._items:
            keys = np.fromiter(self._items, dtype=np.int64, count=len(self._items))
            places = np.searchsorted(order, keys)
            items = {int(index): text for index, text in zip(places, self._items.values(), strict=True)}
        rows = order // _NUMBERS_PER_ENTRY
        accounts, banks = tuple(self._accounts), tuple(self._banks)
        return Legs(rows, account[by], amount[by], bank[by], items, accounts, banks)

    def moved(self, account: str, currency: str) -> dict[int, int]:
        """What each row moves on an account so far; rows that move nothing on it are left out."""
        code = self._accounts.get(Account(account, currency))
        sums: dict[int, int] = {}
        for order, accounts, amounts, _ in self._chunks if code is not None else ():
            here = accounts == code
            for row, amount in zip((order[here] // _NUMBERS_PER_ENTRY).tolist(), amounts[here].tolist(), strict=True):
                sums[row] = sums.get(row, 0) + amount
        return {row: amount for row, amount in sums.items() if amount}

    def set_item(self, row: int, item: str) -> None:
        """Name whose money an entry moves where its header cannot say it: its legs that carry an item get this one."""
        for key in [key for key in self._items if key // _NUMBERS_PER_ENTRY == row]:
            self._items[key] = item

    def debits_of(self, row: int) -> int:
        """The sum of one entry's debits so far."""
        return sum(
            int(amounts[(order // _NUMBERS_PER_ENTRY == row) & (amounts > 0)].sum())
            for order, _, amounts, _ in self._chunks
        )

    def sum_of(self, account: str, currency: str, bank: str, item: str = "") -> int:
        """What the legs on an account at a trust bank come to so far; those of one item alone, if it is given."""
        code, of_bank = self._accounts.get(Account(account, currency)), self._banks.get(bank)
        total = 0
        for order, accounts, amounts, banks in self._chunks if code is not None and of_bank is not None else ():
            here = (accounts == code) & (banks == of_bank)
            if item and here.any():
                here &= np.array([self._items.get(key) == item for key in order.tolist()])
            total += int(amounts[here].sum())
        return total

    def cut(self, first: int) -> None:
        """Take back all entries from a row on."""
        del self.headers[first:]
        end = first * _NUMBERS_PER_ENTRY
        kept = [(chunk, chunk[0] < end) for chunk in self._chunks]
        self._chunks = [(order[k], account[k], amount[k], bank[k]) for (order, account, amount, bank), k in kept]
        self._items = {key: item for key, item in self._items.items() if key < end}

    def without(self, refused: set[int]) -> Sheet:
        """The same sheet less the entries of some rows (which must have no legs)."""
        if not refused:
            return self
        kept = Sheet(self._in_transit)
        kept.headers = [header for row, header in enumerate(self.headers) if row not in refused]
        new = np.cumsum([row not in refused for row in range(len(self.headers))], dtype=np.int64) - 1

        def moved(order: Ints) -> Ints:
            moved_to: Ints = new[order // _NUMBERS_PER_ENTRY] * _NUMBERS_PER_ENTRY + order % _NUMBERS_PER_ENTRY
            return moved_to

        kept._accounts, kept._banks = self._accounts, self._banks
        kept._chunks = [(moved(order), account, amount, bank) for order, account, amount, bank in self._chunks]
        keys = np.fromiter(self._items, dtype=np.int64, count=len(self._items))
        kept._items = dict(zip(moved(keys).tolist(), self._items.values(), strict=True))
        return kept

    def _account(self, account: Account) -> int:
        return self._accounts.setdefault(account, len(self._accounts))

    def _bank(self, bank: str) -> int:
        return self._banks.setdefault(bank, len(self._banks))

    def _note_items(self, family: chart.Family, order: Ints, rows: Ints) -> None:
        """Money of one debtor, bank line or client carries which (DOMAIN §2)."""
        item = _ITEMS.get(family)
        if item:
            for key, row in zip(order.tolist(), rows.tolist(), strict=True):
                self._items[key] = item(self.headers[row])


def _unclaimed(header: Header) -> str:
    if header.case:
        return f"case:{header.case}"
    return f"client:{header.client}" if header.client else f"line:{header.line}"


_ITEMS: Mapping[chart.Family, Callable[[Header], str]] = {
    chart.DEBTOR_REFUND: lambda header: f"case:{header.case}",
    chart.UNIDENTIFIED: lambda header: f"line:{header.line}",
    chart.UNCLAIMED: _unclaimed,
}
"""Accounts that are judged item by item, and what an entry's item is there."""
