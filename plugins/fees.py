"""Every fee is what the contract version in force makes it (invariant 8 of DOMAIN §6; §3 and §4).

The model recomputes each payment, in posting order, from the contract version that its entry names (``terms:``)
and the state that the entries before it left: the waterfall's split over the buckets, overpayment, the part
that repays the agency's advance, the base, the rule, commission and VAT, and so every leg but the money itself.
It also recomputes what a waiver, write-off or recall took off each bucket.

What a case was placed with is metadata of its placement (``age-from``, ``placed-amount``, ``costs-advanced``,
``collected-to-date``, ``stage``, ``asset-type``, ``level``).  A receipt on hold fixes its fee; the entry that
clears it names it in ``clears:`` and posts the fee, not before ``release:``.
"""

from __future__ import annotations

from decimal import localcontext
from typing import TYPE_CHECKING, NamedTuple

from plugins import books
from plugins.recompute.contracts import Contracts
from plugins.recompute.docket import Docket
from plugins.recompute.moves import Moves
from plugins.recompute.payments import Payments

if TYPE_CHECKING:
    from collections.abc import Mapping

    from beancount.core.data import Directive, Directives, Meta

__plugins__ = ("fees",)


class FeesError(NamedTuple):
    """A fee that the contract does not give, or that cannot be judged."""

    source: Meta
    message: str
    entry: Directive


def fees(entries: Directives, options_map: Mapping[str, object]) -> tuple[Directives, list[FeesError]]:
    """Recompute every payment, and what was given up, in posting order."""
    errors: list[FeesError] = []
    with localcontext(books.EXACT):
        contracts, docket = Contracts(entries, options_map), Docket()
        payments = Payments(contracts, docket)
        for directive, fault in contracts.faults:
            errors.append(FeesError(directive.meta, f"{directive.date}: {fault}", directive))
        numbered, others = books.posting_order(entries)
        for entry in others:
            moves = Moves(entry)
            docket.leave_out(*moves.cases)
            if moves.cases:
                message = f"{books.name_of(entry)}: its entry: is no whole number, so its cases' fees cannot be judged"
                errors.append(FeesError(entry.meta, message, entry))
        for number, entry in numbered:
            moves = Moves(entry)
            case = f", case {' '.join(sorted(moves.cases))}" if moves.cases else ""
            errors.extend(
                FeesError(entry.meta, f"{books.name_of(entry)}{case}: {fault}", entry)
                for fault in payments.judge(number, entry, moves)
            )
            docket.take(number, entry, moves)
    return entries, errors
