"""Judging the payments of the books, and what was given up, against the model (DOMAIN §3 and §4)."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from plugins import books
from plugins.model import case as cases
from plugins.model import contract, posting
from plugins.model.case import Payment
from plugins.model.money import Fee
from plugins.recompute.docket import RECALLED, WAIVED, WRITTEN_OFF, Effect, Hold
from plugins.recompute.moves import ASTRAY, HELD, INCOME, KEPT
from plugins.recompute.work import Work

if TYPE_CHECKING:
    from collections.abc import Iterator

    from beancount.core.data import Transaction

    from plugins.model.contract import Terms
    from plugins.model.posting import Leg
    from plugins.recompute.contracts import Contracts
    from plugins.recompute.docket import Docket
    from plugins.recompute.moves import Moves

_OPENING, _DIRECT, _CLEARED = "opening", "direct_payment", "cleared"
_IDENTIFIED, _FORWARDED = "identified", "forwarder_receipt"
_RECEIPTS = frozenset({"receipt", "asset_sale", _IDENTIFIED, _FORWARDED})
_PAA, _PDC = "CollectedPAA", "CollectedPDC"
_GIVEN_UP = (WAIVED, RECALLED, WRITTEN_OFF)
_CLOSED = frozenset({cases.RECALLED, cases.WRITTEN_OFF})
_SHORT = 12


class Payments:
    """The judge of each entry: yields what is wrong with it, and brings its effects forward."""

    def __init__(self, contracts: Contracts, docket: Docket) -> None:
        self._contracts = contracts
        self._docket = docket
        self._told: set[str] = set()

    def judge(self, number: int, entry: Transaction, moves: Moves) -> Iterator[str]:
        """What is wrong with an entry; the docket stands as the entries before it left it."""
        yield from self._docket.note(number, entry, moves)
        event = books.event_of(entry)
        if "reverses" in entry.meta or event == _OPENING:
            return
        received = event in _RECEIPTS or moves.memo.get(_PAA, 0) != 0
        direct = event == _DIRECT or moves.memo.get(_PDC, 0) != 0
        cleared = event == _CLEARED or (not received and moves.kinds.get(HELD, 0) > 0)
        if not (received or direct or cleared):
            if moves.kinds.get(INCOME):
                yield "posts a commission, but neither a payment nor a clearing"
            if _given_up(moves) <= 0:
                return
        if received and direct:
            yield "is both a payment to the agency and one direct to the client"
        work, fault = self._work(number, entry, moves)
        if fault:
            yield fault
        if work is None:
            return
        if cleared:
            yield from self._clearing(work)
        elif received or direct:
            yield from self._payment(work, direct=direct)
        else:
            yield from self._waiver(work)

    def _work(self, number: int, entry: Transaction, moves: Moves) -> tuple[Work | None, str]:
        """An entry with its one case, if it can be judged; what hinders it if that was not told before."""
        fault, name = "", " ".join(sorted(moves.cases))
        case = self._docket.case(name)
        if not all(map(self._docket.judged, moves.cases)):
            return None, ""
        if len(moves.cases) != 1:
            fault = f"moves {len(moves.cases) or 'no'} cases where it must be one"
        elif moves.fault:
            fault = moves.fault
        elif case is None:
            fault = "its case was not placed in these books"
        elif not moves.currencies <= {case.currency}:
            fault = f"is in {', '.join(sorted(moves.currencies))}, but its case in {case.currency}"
        else:
            return Work(number, entry, moves, name, case), ""
        self._docket.leave_out(*moves.cases)
        return None, f"{fault}; it cannot be judged"

    def _payment(self, work: Work, *, direct: bool) -> Iterator[str]:
        """A receipt, identified money, a forwarder's, or a direct payment."""
        moves, case = work.moves, work.case
        amount = _paid_direct(work) if direct else sum(moves.given.values())
        on_hold = moves.kinds.get(HELD, 0) != 0
        if amount <= 0:
            yield "is a payment, but brings no money"
            return
        if direct and any(moves.given.values()):
            yield "is a payment direct to the client, but moves money of ours"
        if case.status in _CLOSED and not direct and books.event_of(work.entry) != _IDENTIFIED:
            yield f"books a receipt on a case that is {case.status}: it must wait in Unidentified for a person"
        terms, faults = self._terms(work)
        yield from faults
        if terms is None and case.outstanding > 0:
            self._docket.record(work.number, Effect(work.name, work.named("base") or 0))
            if on_hold:
                self._docket.leave_out(work.name)
            return
        source = posting.PDC if direct else posting.FORWARDED if _forwarded(work) else posting.PAA
        remittance = terms.remittance if terms else contract.NET
        payment = case.payment(terms, source, work.day, amount) if terms else _overpaid(amount)
        way = posting.Way(case.client, source, remittance, moves.given[KEPT], moves.given[ASTRAY])
        legs = posting.direct(way, payment) if direct else posting.received(way, payment, on_hold=on_hold)
        figures = {"base": payment.base, **({"beyond": payment.overpaid} if direct else {})}
        yield from work.compare(_and_given_up(work, terms, payment, legs), payment, figures)
        posted = work.named("base")
        self._docket.record(work.number, Effect(work.name, payment.base if posted is None else posted))
        if on_hold:
            yield from self._hold(work, way, payment)

    def _hold(self, work: Work, way: posting.Way, payment: Payment) -> Iterator[str]:
        release = books.date_of(work.entry.meta, "release")
        if release is None:
            yield "is on hold, but has no date in release:"
        self._docket.hold(work.number, Hold(work.name, way, payment, work.terms, release))

    def _clearing(self, work: Work) -> Iterator[str]:
        """A receipt on hold whose money is good: the fee that was fixed when it came."""
        text = books.text_of(work.entry.meta, "clears")
        receipt = books.plain_number(text)
        hold = self._docket.holds.get(receipt) if receipt is not None else None
        if receipt is None or hold is None or hold.case != work.name or not self._docket.held(receipt):
            yield f"clears {f'entry {text}' if text else 'nothing'}, which is no receipt of its case on hold"
            return
        if sum(map(abs, work.moves.given.values())):
            yield "is a clearing, but moves money"
        if hold.release and work.entry.date < hold.release:
            yield f"clears entry {receipt} before its release on {hold.release}"
        if work.terms != hold.terms:
            yield f"has another contract version than entry {receipt}, which it clears"
        figures = {"base": hold.payment.base} if "base" in work.entry.meta else {}
        yield from work.compare(posting.cleared(hold.way, hold.payment), hold.payment, figures)
        self._docket.clear(work.number, receipt)

    def _waiver(self, work: Work) -> Iterator[str]:
        """A settlement's waiver, a write-off or a recall, of all or of a part."""
        amount, bucket = _given_up(work.moves), _bucket(work)
        if amount > work.case.outstanding:
            yield f"gives up {work.money(amount)}, but only {work.money(work.case.outstanding)} is outstanding"
            return
        off: list[str] = []
        if bucket or amount == work.case.outstanding:
            off = work.off(_legs_given_up(work, work.case, (), amount))
        else:
            ruling = self._contracts.ruling(work.case.client, work.day, work.number)
            ways = [work.off(_legs_given_up(work, work.case, terms.waterfall, amount)) for terms in ruling]
            off = min(ways, key=len) if ways else ["no contract version of its client is in force; it cannot be judged"]
        if off:
            yield work.told(off)

    def _terms(self, work: Work) -> tuple[Terms | None, list[str]]:
        """The contract version that an entry names, if it can be had, and what is wrong with naming it."""
        digest, contracts = work.terms, self._contracts
        if not digest:
            return None, ["names no contract version in terms:; its fee cannot be judged"] * (work.case.outstanding > 0)
        terms = contracts.terms(digest)
        if isinstance(terms, str):
            told = digest in self._told or contracts.registered(digest)
            self._told.add(digest)
            return None, [] if told else [f"{terms}; no fee under it can be judged"]
        faults = []
        short = f"contract version {digest[:_SHORT]}"
        if (terms.client, terms.currency) != (work.case.client, work.case.currency):
            faults.append(f"{short} is of {terms.client} in {terms.currency}")
        if terms.effective > work.day:
            faults.append(f"{short} is in force from {terms.effective}, after the payment's {work.day}")
        if not contracts.registered(digest):
            faults.append(f"{short} is not registered in the books")
        else:
            newer = contracts.superseding(digest, work.day, work.number)
            if newer:
                faults.append(f"{short} was superseded by {newer[:_SHORT]} on {work.day}")
        contracts.name(digest, work.number)
        return terms, faults


def _paid_direct(work: Work) -> int:
    """What the debtor paid to the client: as collected, and what went beyond the balance and was only noted."""
    return work.moves.memo.get(_PDC, 0) + (work.named("beyond") or 0)


def _given_up(moves: Moves) -> int:
    """What was waived, recalled and written off, together."""
    return sum(moves.memo.get(family, 0) for family in _GIVEN_UP)


def _bucket(work: Work) -> str:
    """The bucket that an entry names."""
    name = books.text_of(work.entry.meta, "bucket") or ""
    return name if name in contract.BUCKETS else ""


def _forwarded(work: Work) -> bool:
    return books.event_of(work.entry) == _FORWARDED or work.moves.given[KEPT] != 0


def _overpaid(amount: int) -> Payment:
    """A payment on a case that owes nothing, for which no contract is needed."""
    return Payment({}, amount, 0, 0, 0, -1, Fee(0, 0))


def _legs_given_up(work: Work, case: cases.Case, order: tuple[str, ...], amount: int) -> dict[Leg, int]:
    """The legs of what was given up: those on the memo's other side are as posted."""
    taken = case.owed if amount == case.outstanding else case.given_up(order, amount, _bucket(work))
    names = {f"Equity:Memo:{family}:{case.client}" for family in _GIVEN_UP}
    other = {leg: moved for leg, moved in work.moves.legs.items() if leg[0] in names}
    return posting.off_buckets(case.client, taken) | other


def _and_given_up(work: Work, terms: Terms | None, payment: Payment, legs: dict[Leg, int]) -> dict[Leg, int]:
    """A payment's legs, with those of the rest that the same entry gives up."""
    amount = _given_up(work.moves)
    if amount <= 0 or terms is None:
        return legs
    case = work.case
    owed = {bucket: owed - payment.put.get(bucket, 0) for bucket, owed in case.owed.items()}
    advance, lost = case.advance - payment.repaid, case.lost - payment.repaid_lost
    rest = dataclasses.replace(case, owed=owed, advance=advance, lost=lost)
    for leg, moved in _legs_given_up(work, rest, terms.waterfall, amount).items():
        legs[leg] = legs.get(leg, 0) + moved
    return legs
