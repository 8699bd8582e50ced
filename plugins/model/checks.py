"""The invariants of DOMAIN §6 that hold after every step, asked of the model's own books."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from plugins.model import posting
from plugins.model.books import fund_of
from plugins.model.payments import PAYMENTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plugins.model.books import Books, Entry


def broken(books: Books) -> list[str]:
    """What does not hold, by its number in DOMAIN §6; that every entry balances (1) is held when it is posted."""
    return [*_held_by_bank(books), *_owed(books), *_payments(books), *_reversals(books)]


def _held_by_bank(books: Books) -> Iterator[str]:
    sums: Counter[tuple[str, str, str]] = Counter()
    for entry in books.entries:
        for leg in entry.legs:
            sums[leg.account, leg.currency, leg.bank] += leg.amount
    banks: Counter[tuple[str, str]] = Counter()
    bridge: Counter[str] = Counter()
    memo: Counter[str] = Counter()
    for (account, currency, bank), amount in sums.items():
        fund = fund_of(account)
        banks[bank, currency] += amount if fund == "trust" else 0
        memo[currency] += amount if fund == "memo" else 0
        bridge[currency] += amount if account in {posting.DUE, posting.UNDRAWN} else 0
        if account.startswith(f"{posting.HELD}:") and amount > 0:
            yield f"3: {account} at {bank} is {amount} in debit"
    yield from (
        f"2: {bank} holds {amount} {currency} beyond what is owed"
        for (bank, currency), amount in banks.items()
        if amount
    )
    yield from (f"4: DueFromTrust and UndrawnFees differ by {amount} {c}" for c, amount in bridge.items() if amount)
    yield from (f"5: memo accounts come to {amount} {currency}" for currency, amount in memo.items() if amount)


def _owed(books: Books) -> Iterator[str]:
    """5 and 6, case by case in posting order."""
    owed: Counter[tuple[str, str]] = Counter()
    sums: Counter[str] = Counter()
    for entry in books.entries:
        for leg in entry.legs:
            if leg.account.startswith(f"{posting.OUTSTANDING}:"):
                owed[entry.case, leg.account] += leg.amount
            sums[entry.case] += leg.amount if fund_of(leg.account) == "memo" else 0
        yield from (
            f"5: {account} of {case} is {amount} after entry {entry.number}"
            for (case, account), amount in owed.items()
            if amount < 0 and case == entry.case
        )
    yield from (f"6: the memo of case {case} is {amount} apart" for case, amount in sums.items() if amount)


def _payments(books: Books) -> Iterator[str]:
    """7: what is collected is the client's, gross; 17: a direct payment touches no trust account."""
    for entry in books.entries:
        if entry.event not in PAYMENTS:
            continue
        trust = [leg for leg in entry.legs if fund_of(leg.account) == "trust"]
        if entry.event == "direct_payment":
            if trust:
                yield f"17: the direct payment {entry.number} touches trust"
            continue
        collected = entry.moved(f"Equity:Memo:CollectedPAA:{entry.client}")
        credits_ = sum(-leg.amount for leg in trust if leg.amount < 0 and _is_the_clients(leg.account, entry))
        if collected != credits_:
            yield f"7: entry {entry.number} collects {collected}, and the client gets {credits_}"


def _is_the_clients(account: str, entry: Entry) -> bool:
    return account in {f"{posting.PAYABLE}:{entry.client}", f"{posting.HELD}:{entry.client}"}


def _reversals(books: Books) -> Iterator[str]:
    """9: a reversal is minus what it names, and each entry is reversed once at most."""
    by_number = {entry.number: entry for entry in books.entries}
    times = Counter(number for entry in books.entries for number in entry.reverses)
    yield from (f"9: entry {number} is reversed {count} times" for number, count in times.items() if count > 1)
    for entry in books.entries:
        sums: Counter[tuple[str, str, str, str]] = Counter()
        for one in [entry, *(by_number[number] for number in entry.reverses)] if entry.reverses else []:
            for leg in one.legs:
                sums[leg.account, leg.currency, leg.bank, leg.item] += leg.amount
        if any(sums.values()):
            yield f"9: entry {entry.number} is not minus what it reverses"
