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
    """What an account's name says: one of the kinds above, and of a memo account family, client and bucket."""

    kind: str
    family: str
    client: str
    bucket: str


@lru_cache(maxsize=1 << 16)
def _account(name: str) -> _Account:
    kind = next((kind for parent, kind in _KINDS.items() if books.within(name, parent)), "")
    if kind != MEMO:
        return _Account(kind, "", "", "")
    _, _, family, client, component = (*name.split(":", 4), "", "", "")[:5]
    bucket = posting.BUCKET_OF.get(component, "") if books.within(name, posting.OUTSTANDING) else ""
    return _Account(kind, family, client, bucket)


class Moves:
    """What one entry moves, in minor units, debits positive.

    ``given``: its money by MONEY, ASTRAY and KEPT; ``legs``: all else, ClientPayable in its two movements;
    ``kinds`` and ``memo``: sums by kind of account and by memo family; ``owed``: what cases owe, by bucket;
    ``advanced`` and ``lost``: what was advanced on cases, and what of it was written off.  ``fault`` says why
    the figures are not to be relied on.
    """

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
        for leg, name, number, commodity in books.legs(entry):
            self._take(name, number, commodity, books.case_of(entry, leg) or "")

    def _take(self, name: str, number: Decimal, commodity: str, case: str) -> None:
        currency = commodity.removesuffix(books.MEMO_MARK)
        scaled = number.scaleb(money.decimals_of(currency))
        amount = int(scaled) if scaled.adjusted() < _DIGITS_MAX else 0
        if amount != scaled:
            self.fault = f"{name} {books.figure(number, commodity)} is not in whole minor units of {currency}"
        self.currencies.add(currency)
        kind, family, client, bucket = _account(name)
        if kind in self.given:
            self.given[kind] += amount
            return
        movement = "" if kind != PAYABLE else posting.OUT if amount > 0 else posting.IN
        self.legs[name, movement] = self.legs.get((name, movement), 0) + amount
        self.kinds[kind] = self.kinds.get(kind, 0) + amount
        if kind == MEMO:
            self.memo[family] = self.memo.get(family, 0) + amount
            self.clients.add(client)
        if case:
            self.cases.add(case)
            self._of_case(case, kind, bucket, amount)

    def _of_case(self, case: str, kind: str, bucket: str, amount: int) -> None:
        if bucket:
            owed = self.owed.setdefault(case, {})
            owed[bucket] = owed.get(bucket, 0) + amount
        elif kind in {ADVANCED, LOST}:
            sums = self.advanced if kind == ADVANCED else self.lost
            sums[case] = sums.get(case, 0) + amount
