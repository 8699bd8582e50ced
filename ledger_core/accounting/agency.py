"""The agency as the engine sees it: its banks, its limits, its opening balances, the rules of places.

Amounts are minor units; the source is ``agency.toml`` (read by ``tallystick.actions.settings``).
"""

from __future__ import annotations

import calendar
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import numpy as np

from ledger_core.errors import refuse

BankFund = Literal["trust", "operating"]
BankKind = Literal["bank", "processor"]
TrustInterest = Literal["agency", "unidentified"]

MATCH = "match"
REMITTANCE = "remittance"
"""Keys of ``[review]`` beside the events: a person's decision on a bank line, a remittance run."""


@dataclass(frozen=True, slots=True)
class Bank:
    """One account at a bank; ``id`` is the last component of its ledger account.

    ``account`` is the number by which the bank's own files name it.
    """

    id: str
    fund: BankFund
    currency: str
    account: str
    kind: BankKind = "bank"


@dataclass(frozen=True, slots=True)
class Place:
    """Dated rules of a jurisdiction (DOMAIN §7); None where it has no such rule.

    Days are calendar days, banking days Monday to Friday.  ``remit_minimum`` and ``refund_minimum`` are in minor
    units of the agency's currency: less than that has no deadline.  A remittance counts from the payment or from
    the end of its month, a deposit in the one or the other kind of days.
    """

    place: str
    effective: date
    remit_within_days: int | None = None
    refund_minimum: int | None = None
    refund_within_days: int | None = None
    deposit_days: int | None = None
    remit_after_month_end_days: int | None = None
    remit_minimum: int | None = None
    deposit_banking_days: int | None = None

    def remit_due(self, day: date) -> date | None:
        """The last day on which a payment of a day is remitted in time."""
        if self.remit_after_month_end_days is not None:
            end = day.replace(day=calendar.monthrange(day.year, day.month)[1])
            return end + timedelta(days=self.remit_after_month_end_days)
        return _after(day, self.remit_within_days)

    def refund_due(self, day: date) -> date | None:
        """The last day on which what was overpaid on a day is refunded in time."""
        return _after(day, self.refund_within_days)

    def deposit_due(self, day: date) -> date | None:
        """The last day on which what a processor took on a day is at a bank in time."""
        if self.deposit_banking_days is not None:
            banking = np.busday_offset(day, self.deposit_banking_days, roll="backward")
            return max(day, date.fromisoformat(str(banking)))
        return _after(day, self.deposit_days)


def _after(day: date, days: int | None) -> date | None:
    return None if days is None else day + timedelta(days=days)


@dataclass(frozen=True, slots=True)
class Agency:
    """All of ``agency.toml`` but the profiles of bank files.

    ``opening`` has account, minor units (debit positive) and currency; ``hold_days`` and ``review``
    are by payment method and by event, sorted.
    """

    name: str
    currency: str
    first_day: date
    journal: str
    opening: tuple[tuple[str, int, str], ...] = ()
    banks: tuple[Bank, ...] = ()
    hold_days: tuple[tuple[str, int], ...] = ()
    trust_interest: TrustInterest = "unidentified"
    places: tuple[Place, ...] = ()
    review: tuple[tuple[str, int], ...] = ()

    def bank(self, bank_id: str) -> Bank:
        """The bank of this id; raises ``SETTING_MISSING``."""
        found = next((bank for bank in self.banks if bank.id == bank_id), None)
        if found is None:
            raise refuse("SETTING_MISSING", f"no [[bank]] of agency.toml has the id {bank_id!r}")
        return found

    def banks_of(self, fund: BankFund, currency: str) -> tuple[Bank, ...]:
        """The banks of a fund and currency, in the order of the file."""
        return tuple(bank for bank in self.banks if bank.fund == fund and bank.currency == currency)

    @property
    def in_transit(self) -> frozenset[str]:
        """The processors: money there is in transit until it is paid out to a trust bank."""
        return frozenset(bank.id for bank in self.banks if bank.kind == "processor")

    def trust_banks(self, currency: str) -> tuple[Bank, ...]:
        """The trust banks of a currency but the processors, in the order of the file; an agency may have none."""
        return tuple(bank for bank in self.banks_of("trust", currency) if bank.kind == "bank")

    def operating_bank(self, currency: str) -> Bank:
        """The operating bank for sweep and cure: the first of its currency; raises ``SETTING_MISSING``."""
        found = self.banks_of("operating", currency)
        if not found:
            raise refuse("SETTING_MISSING", f"no [[bank]] of agency.toml is operating in {currency}")
        return found[0]

    def bank_by_account(self, number: str, currency: str = "") -> Bank | None:
        """The bank that a file means by an account number, or None.

        Numbers compare without spaces and punctuation; the currency decides only where several
        banks have the number, so a caller still compares it.
        """
        wanted = plain_account(number)
        found = [bank for bank in self.banks if wanted and plain_account(bank.account) == wanted]
        if len(found) > 1:
            found = [bank for bank in found if bank.currency == currency]
        return found[0] if len(found) == 1 else None

    def place_at(self, place: str, day: date) -> Place | None:
        """The newest rules of a place that are effective on the day."""
        begun = [rules for rules in self.places if rules.place == place and rules.effective <= day]
        return max(begun, key=lambda rules: rules.effective, default=None)


def plain_account(number: str) -> str:
    """An account number as numbers are compared: letters and digits only, capitals, full width made narrow."""
    return "".join(mark for mark in unicodedata.normalize("NFKC", number) if mark.isalnum()).upper()
