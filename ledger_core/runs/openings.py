"""The legs of ``[opening]``, and at which trust bank each of them lies (DOMAIN §2, §4 "Opening balances").

A bank's own account lies there, a client's money at the client's trust bank.  Whatever else is owed lies at the
one bank whose money the clients' do not make up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ledger_core.accounting import chart
from ledger_core.accounting.money import format_minor
from ledger_core.accounting.posting import LegRow
from ledger_core.errors import refuse

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ledger_core.accounting.agency import Agency
    from ledger_core.accounting.terms import Contract

_BANKS = tuple(family.template.partition("{")[0] for family in (chart.TRUST_BANK, chart.IN_TRANSIT))
_CLIENTS = tuple(
    family.template.partition("{")[0] for family in (chart.CLIENT_PAYABLE, chart.CLIENT_HELD, chart.COST_DEPOSIT)
)
_LINES = (chart.UNIDENTIFIED.template, chart.UNCLAIMED.template)


def legs(agency: Agency, contracts: Mapping[str, Contract]) -> list[LegRow]:
    """The legs of the opening entry; raises ``OPENING_UNBALANCED`` where a trust bank does not hold what is owed."""
    found = [_leg(agency, contracts, *balance) for balance in agency.opening]
    owing = [leg for leg in found if leg.bank == "" and chart.fund_of(leg.account) == "trust"]
    for currency in {leg.currency for leg in owing}:
        rest = _uncovered(found, currency)
        if len(rest) == 1:
            bank = next(iter(rest))
        else:
            only = agency.trust_banks(currency)
            bank = only[0].id if len(only) == 1 else ""
        found = [leg._replace(bank=bank) if leg in owing and leg.currency == currency else leg for leg in found]
    for currency in {leg.currency for leg in found}:
        for bank, amount in _uncovered(found, currency).items():
            where = f"the trust bank {bank}" if bank else "one of the trust banks"
            apart = f"{where} off by {format_minor(amount, currency)} {currency} from what is owed out of it"
            raise refuse("OPENING_UNBALANCED", f"[opening] leaves {apart}", "agency.toml")
    return found


def _leg(agency: Agency, contracts: Mapping[str, Contract], account: str, amount: int, currency: str) -> LegRow:
    if chart.fund_of(account) != "trust":
        return LegRow(account, currency, amount)
    item = "line:0" if account in _LINES else "case:" if account == chart.DEBTOR_REFUND.template else ""
    own = next((account.removeprefix(start) for start in _BANKS if account.startswith(start)), "")
    client = next((account.removeprefix(start) for start in _CLIENTS if account.startswith(start)), "")
    if client:
        contract = contracts[client]
        own = (contract.at(agency.first_day) or contract.terms[0]).trust_bank
    return LegRow(account, currency, amount, own, item)


def _uncovered(found: list[LegRow], currency: str) -> dict[str, int]:
    """What each trust bank holds beyond what is owed out of it, where that is not zero."""
    sums: dict[str, int] = {}
    for leg in found:
        if chart.fund_of(leg.account) == "trust" and leg.currency == currency:
            sums[leg.bank] = sums.get(leg.bank, 0) + leg.amount
    placed = {bank: amount for bank, amount in sums.items() if bank and amount}
    return placed or {bank: amount for bank, amount in sums.items() if amount}
