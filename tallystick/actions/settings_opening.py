"""``[opening]`` of agency.toml: balances by account, each in the chart, each fund in balance (DOMAIN §2)."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from ledger_core.accounting.chart import DUE_FROM_TRUST, UNDRAWN_FEES, fund_of
from ledger_core.accounting.money import EXPONENTS, format_minor
from tallystick.actions.settings_values import near, signed_amount

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ledger_core.accounting.agency import Bank
    from tallystick.actions.settings_file import SettingsFile

Opening = tuple[tuple[str, int, str], ...]

_COMPONENT = r"[A-Z0-9][A-Za-z0-9-]*"
_ACCOUNT = re.compile(rf"(?:Assets|Liabilities|Equity|Income|Expenses)(?::{_COMPONENT})+")
_OF_BANK = re.compile(rf"Assets:(Trust|Operating):(Bank|InTransit):({_COMPONENT})")
_OF_CLIENT = re.compile(
    r"(?:Liabilities:Trust:Client(?:Payable|Held|CostDeposit)"
    rf"|Assets:Operating:(?:Receivable:Client|CostsAdvanced)):({_COMPONENT})"
)
_PLAIN = re.compile(
    rf"Liabilities:Trust:(?:ForwarderPayable:{_COMPONENT}|Unidentified|DebtorRefund|UnclaimedProperty|UndrawnFees)"
    rf"|Income:Commission:{_COMPONENT}:(?:PAA|PDC|Forwarded)|Assets:Operating:DueFromTrust"
)
_OWN = re.compile(rf"(?:Assets:Operating|Liabilities:Operating|Income|Expenses|Equity)(?::{_COMPONENT})+")
_FIXED = re.compile(
    r"(?:Assets:Operating:(?:Bank|InTransit|Receivable|CostsAdvanced|DueFromTrust)|Income:Commission|Equity:Memo)(?::.*)?"
)
"""Heads of operating and memo accounts whose whole shape the chart lays down."""


class OpeningFacts(NamedTuple):
    """What opening balances are judged against; None where the files themselves do not say it rightly.

    ``currency`` is the agency's, empty where unknown; ``clients`` has the currency of each contract.
    """

    currency: str
    banks: tuple[Bank, ...] | None
    clients: Mapping[str, str] | None


def read_opening(file: SettingsFile, raw: object, facts: OpeningFacts) -> Opening:
    """Account, minor units (debit positive) and currency of each balance that is not zero."""
    before = len(file.problems)
    found: list[tuple[str, int, str]] = []
    for account, value in file.entries(raw, ("opening",)):
        currency, fixed = _currency(file, account, facts)
        if isinstance(value, dict):
            found += _by_currency(file, account, value, currency if fixed else "")
        else:
            minor = file.value(("opening", account), signed_amount, value, currency)
            found.append((account, minor or 0, currency))
    if len(file.problems) == before and facts.currency and facts.banks is not None and facts.clients is not None:
        _check_sums(file, found)
    return tuple(balance for balance in found if balance[1])


def _by_currency(file: SettingsFile, account: str, raw: dict[str, object], only: str) -> list[tuple[str, int, str]]:
    """``{ CNY = "1.00", USD = "2.00" }``: the balances of one account in several currencies."""
    found = []
    for currency, value in raw.items():
        keys = ("opening", account, currency)
        if currency not in EXPONENTS:
            file.fault("SETTING_BAD", keys, "is no ISO 4217 currency")
        elif only and currency != only:
            file.bad(keys, f"is another currency than the account's, {only}")
        else:
            found.append((account, file.value(keys, signed_amount, value, currency) or 0, currency))
    return found


def _currency(file: SettingsFile, account: str, facts: OpeningFacts) -> tuple[str, bool]:
    """The currency of an account, and whether it has no other: its bank's, its client's, else the agency's.

    Notes an account that is not in the chart.
    """
    keys = ("opening", account)
    if match := _OF_BANK.fullmatch(account):
        return _of_bank(file, account, match.group(1).lower(), match.group(2), match.group(3), facts), True
    if match := _OF_CLIENT.fullmatch(account):
        client = match.group(1)
        if facts.clients is not None and client not in facts.clients:
            guess = near(client, tuple(facts.clients))
            file.bad(keys, f"is of client {client}, who has no contract in clients/{guess}")
        return (facts.clients or {}).get(client, ""), True
    if not _PLAIN.fullmatch(account) and (not _OWN.fullmatch(account) or _FIXED.fullmatch(account)):
        file.bad(keys, _no_account(account))
    return facts.currency, False


def _of_bank(file: SettingsFile, account: str, fund: str, family: str, bank_id: str, facts: OpeningFacts) -> str:
    if facts.banks is None:
        return ""
    bank = next((bank for bank in facts.banks if bank.id == bank_id), None)
    keys = ("opening", account)
    if bank is None:
        file.bad(keys, f"is of bank {bank_id}, which no [[bank]] has{near(bank_id, tuple(b.id for b in facts.banks))}")
        return ""
    if bank.fund != fund:
        file.bad(keys, f"is in the {fund} fund, but bank {bank_id} is {bank.fund}")
    elif (family == "InTransit") != (bank.kind == "processor"):
        file.bad(keys, f"does not fit bank {bank_id}, whose kind is {bank.kind}")
    return bank.currency


def _no_account(account: str) -> str:
    if account.startswith("Equity:Memo"):
        return "is a memo account; a debt comes with its placement, never with [opening]"
    if not _ACCOUNT.fullmatch(account):
        return "is no account; it begins with Assets, Liabilities, Equity, Income or Expenses, as Equity:Opening does"
    return "is no account of the chart; see the examples that `tallystick init` writes"


def _check_sums(file: SettingsFile, balances: list[tuple[str, int, str]]) -> None:
    """Each fund sums to zero in each currency, and DueFromTrust mirrors UndrawnFees (DOMAIN §6, 1 and 4)."""
    sums: dict[tuple[str, str], int] = defaultdict(int)
    bridge: dict[str, int] = defaultdict(int)
    for account, minor, currency in balances:
        sums[fund_of(account), currency] += minor
        if account in {DUE_FROM_TRUST.name(), UNDRAWN_FEES.name()}:
            bridge[currency] += minor
    for (fund, currency), total in sums.items():
        if total:
            words = f"leaves {format_minor(total, currency)} {currency} in the {fund} fund, which must sum to zero"
            file.fault("OPENING_UNBALANCED", ("opening",), words)
    for currency, total in bridge.items():
        if total:
            apart = f"{format_minor(total, currency)} {currency}"
            words = f"has {DUE_FROM_TRUST.name()} and {UNDRAWN_FEES.name()} {apart} apart; each mirrors the other"
            file.fault("OPENING_UNBALANCED", ("opening",), words)
