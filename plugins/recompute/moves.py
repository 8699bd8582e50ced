"""An entry of the published books as the scalar model takes it: minor units, by account, in one currency."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from plugins import books
from plugins.model import money, posting

if TYPE_CHECKING:
    from decimal import Decimal

    from beancount.core.data import Transaction

    from plugins.model.posting import Leg

MONEY, ASTRAY, KEPT = "money", "astray", "kept"
"""What an entry's money is told by: it came into the trust, into the agency's own accounts, or a forwarder kept it."""

HELD, PAYABLE, INCOME, ADVANCED, LOST, MEMO = "held", "payable", "income", "advanced", "lost", "memo"

_KINDS = {
    "Assets:Trust": MONEY,
    "Liabilities:Trust:Unidentified": MONEY,
    "Assets:Operating:Bank": ASTRAY,
    "Liabilities:Operating:Suspense": ASTRAY,
    "Expenses:ForwarderFees": KEPT,
    posting.HELD: HELD,
    posting.PAYABLE: PAYABLE,
    posting.ADVANCED: ADVANCED,
    posting.IRRECOVERABLE: LOST,
    "Income:Commission": INCOME,
    "Equity:Memo": MEMO,
}
_DIGITS_MAX = 30


class _Account(NamedTuple):
    """What a leg's account and commodity say: kind, and family, client and bucket of a memo account."""

    kind: str
    family: str
    client: str
    bucket: str
    currency: str
    decimals: int


@lru_cache(maxsize=1 << 16)
def _read(name: str, commodity: str) -> _Account:
    currency = commodity.removesuffix(books.MEMO_MARK)
    decimals = money.decimals_of(currency)
    kind = next((kind for parent, kind in _KINDS.items() if books.within(name, parent)), "")
    if kind != MEMO:
        return _Account(kind, "", "", "", currency, decimals)
    _, _, family, client, component = (*name.split(":", 4), "", "", "")[:5]
    bucket = posting.BUCKET_OF.get(component, "") if books.within(name, posting.OUTSTANDING) else ""
    return _Account(kind, family, client, bucket, currency, decimals)


class Moves:
    """What one entry moves, in minor units, debits positive.

    ``given``: its money by MONEY, ASTRAY and KEPT; ``legs``: all else, ClientPayable in its two movements;
    ``kinds`` and ``memo``: sums by kind of account and by memo family; ``owed``: what cases owe, by bucket;
    ``advanced`` and ``lost``: what was advanced on cases, and what of it was written off.  ``fault`` says why
    the figures are not to be relied on.
    """

    __slots__ = (
        "advanced",
        "cases",
        "clients",
        "currencies",
        "fault",
        "given",
        "kinds",
        "legs",
        "lost",
        "memo",
        "owed",
    )

    def __init__(self, entry: Transaction) -> None:
        self.given = {MONEY: 0, ASTRAY: 0, KEPT: 0}
        self.legs: dict[Leg, int] = {}
        self.kinds: dict[str, int] = {}
        self.memo: dict[str, int] = {}
        self.owed: dict[str, dict[str, int]] = {}
        self.advanced: dict[str, int] = {}
        self.lost: dict[str, int] = {}
        self.cases: set[str] = set()
        self.clients: set[str] = set()
        self.currencies: set[str] = set()
        self.fault = ""
        own = books.text_of(entry.meta, "case")
        if own:
            self.cases.add(own)
        for leg, name, number, commodity in books.legs(entry):
            case = books.text_of(leg.meta, "case") if leg.meta and "case" in leg.meta else own
            self._take(_read(name, commodity), name, number, case)

    def _take(self, account: _Account, name: str, number: Decimal, case: str | None) -> None:
        kind, family, client, bucket, currency, decimals = account
        scaled = number.scaleb(decimals)
        amount = int(scaled) if scaled.adjusted() < _DIGITS_MAX else 0
        if amount != scaled:
            self.fault = self.fault or f"{name} {books.figure(number, currency)} is not in whole minor units"
        self.currencies.add(currency)
        if kind in self.given:
            self.given[kind] += amount
            return
        leg = (name, "" if kind != PAYABLE else posting.OUT if amount > 0 else posting.IN)
        self.legs[leg] = self.legs.get(leg, 0) + amount
        if case:
            self.cases.add(case)
        if kind == MEMO:
            self.memo[family] = self.memo.get(family, 0) + amount
            self.clients.add(client)
            if bucket and case:
                owed = self.owed.setdefault(case, {})
                owed[bucket] = owed.get(bucket, 0) + amount
        elif kind:
            self.kinds[kind] = self.kinds.get(kind, 0) + amount
            if case and kind in {ADVANCED, LOST}:
                sums = self.advanced if kind == ADVANCED else self.lost
                sums[case] = sums.get(case, 0) + amount
