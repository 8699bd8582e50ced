"""clients/CLIENT.toml → :class:`~ledger_core.accounting.terms.Contract`, with every problem at its line."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ledger_core.accounting.money import EXPONENTS
from ledger_core.accounting.terms import MARGINAL_BY, CommissionRule, Contract, Terms, Tier
from tallystick.actions.settings_schema import ContractFile, RuleTable, TermsTable
from tallystick.actions.settings_values import Wrong, amount, days

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ledger_core.accounting.agency import Bank
    from tallystick.actions.settings_file import SettingsFile
    from tallystick.actions.toml_lines import Keys


class AgencyFacts(NamedTuple):
    """What a contract is judged against; None where agency.toml itself does not say it rightly."""

    banks: tuple[Bank, ...] | None
    hold_days: Mapping[str, int]
    places: frozenset[str] | None


def read_contract(file: SettingsFile, facts: AgencyFacts) -> Contract | None:
    """The contract of one file, or None; the problems are in the file."""
    raw = file.content
    header = file.read(ContractFile, raw, ())
    currency = str(raw.get("currency"))
    currency = currency if currency in EXPONENTS else ""
    client = header.client if header else ""
    tables = file.tables(raw["terms"], ("terms",)) if "terms" in raw else []
    if "terms" in raw and raw["terms"] == []:
        file.fault("SETTING_MISSING", ("terms",), "has no version")
    versions = [(keys, read_terms(file, keys, table, client, currency, facts)) for keys, table in tables]
    _check_effective(file, versions)
    if header and header.place and facts.places is not None and header.place not in facts.places:
        file.bad(("place",), f'is "{header.place}", which no [[place]] of agency.toml has')
    if file.problems or header is None:
        return None
    terms = sorted((version for _keys, version in versions if version), key=lambda version: version.effective)
    return Contract(header.client, header.name, header.currency, tuple(terms), header.place or "")


def _check_effective(file: SettingsFile, versions: list[tuple[Keys, Terms | None]]) -> None:
    seen = set()
    for keys, _version in versions:
        raw = file.content["terms"][keys[-1]]
        day = raw.get("effective") if isinstance(raw, dict) else None
        if str(day) in seen:
            file.bad((*keys, "effective"), f"is {day}, as in another [[terms]] of this contract")
        elif day is not None:
            seen.add(str(day))


def read_terms(
    file: SettingsFile, keys: Keys, raw: object, client: str, currency: str, facts: AgencyFacts
) -> Terms | None:
    """One version; None if anything in the file so far is wrong."""
    table = file.read(TermsTable, raw, keys, currency)
    commission = _read_commission(file, keys, raw, currency)
    hold = read_hold_days(file, raw.get("hold_days", {}), (*keys, "hold_days")) if isinstance(raw, dict) else {}
    if table is None:
        return None
    if table.vat != "none" and table.vat_rate is None:
        file.fault("SETTING_MISSING", (*keys, "vat_rate"), 'is missing; write vat = "none" if there is no VAT')
    trust_bank = _trust_bank(file, keys, table.trust_bank, currency, facts.banks)
    if file.problems or trust_bank is None:
        return None
    return Terms(
        client=client,
        currency=currency,
        effective=table.effective,
        remittance=table.remittance,
        minimum_remittance=table.minimum_remittance,
        waterfall=table.waterfall,
        commission_on=table.commission_on,
        vat=table.vat,
        vat_rate=0 if table.vat == "none" else table.vat_rate or 0,
        hold_days=tuple(sorted({**facts.hold_days, **hold}.items())),
        trust_bank=trust_bank,
        commission=commission,
    )


def read_hold_days(file: SettingsFile, raw: object, keys: Keys) -> dict[str, int]:
    """Days by payment method; methods are compared in lower case."""
    found: dict[str, int] = {}
    for name, value in file.entries(raw, keys):
        method = name.strip().casefold()
        if not method or method in found:
            file.bad((*keys, name), "names a payment method twice" if method else "names no payment method")
        number = file.value((*keys, name), days, value)
        found[method] = number or 0
    return found


def _trust_bank(
    file: SettingsFile, keys: Keys, wanted: str | None, currency: str, banks: tuple[Bank, ...] | None
) -> str | None:
    """The bank that a client's money runs through; empty where the agency has none of its currency."""
    if banks is None:
        return None
    if wanted is None:
        trust = (bank for bank in banks if bank.fund == "trust" and bank.kind == "bank")
        found = [bank.id for bank in trust if bank.currency == currency]
        if len(found) <= 1:
            return found[0] if found else ""
        file.fault("SETTING_MISSING", (*keys, "trust_bank"), f"is missing; it is one of {', '.join(found)}")
        return None
    bank = next((bank for bank in banks if bank.id == wanted), None)
    if bank is None:
        file.bad((*keys, "trust_bank"), f'is "{wanted}", which no [[bank]] of agency.toml has as its id')
    elif bank.fund != "trust":
        file.bad((*keys, "trust_bank"), f"is {wanted}, an operating bank; clients' money lies in trust only")
    elif bank.kind == "processor":
        file.bad((*keys, "trust_bank"), f"is {wanted}, a processor; money there is in transit to a trust bank")
    elif currency and bank.currency != currency:
        file.bad((*keys, "trust_bank"), f"is {wanted}, a bank in {bank.currency}, but the contract is in {currency}")
    return wanted


def _read_commission(file: SettingsFile, keys: Keys, raw: object, currency: str) -> tuple[CommissionRule, ...]:
    """The rules of one version in order; the last one, and only it, holds always."""
    if not isinstance(raw, dict) or "commission" not in raw:
        return ()
    keys = (*keys, "commission")
    if raw["commission"] == []:
        file.fault("SETTING_MISSING", keys, "has no rule")
        return ()
    tables = file.tables(raw["commission"], keys)
    rules = [read_rule(file, path, table, currency) for path, table in tables]
    for (path, _table), rule in zip(tables[:-1], rules[:-1], strict=True):
        if rule and not rule.conditional:
            file.bad(path, "has no condition, so the rules after it would never hold; put it last")
    if rules and rules[-1] and rules[-1].conditional:
        file.bad(tables[-1][0], "ends with a rule that has a condition; the last rule must hold for every receipt")
    return tuple(rule for rule in rules if rule)


def read_rule(file: SettingsFile, keys: Keys, raw: object, currency: str) -> CommissionRule | None:
    """One rule of the fee schedule, or None."""
    before = len(file.problems)
    table = file.read(RuleTable, raw, keys, currency)
    if table is None:
        return None
    _check_choice(file, keys, table)
    tiers = (
        (Tier(None, table.rate),) if table.rate is not None else _read_tiers(file, (*keys, "tiers"), table, currency)
    )
    if table.minimum is not None and table.maximum is not None and table.minimum > table.maximum:
        file.bad((*keys, "minimum"), "is more than maximum")
    if len(file.problems) > before:
        return None
    return CommissionRule(
        table.source,
        table.stage,
        table.asset_type,
        table.level,
        table.by or "",
        table.mode or "whole",
        tiers,
        table.minimum,
        table.maximum,
    )


def _check_choice(file: SettingsFile, keys: Keys, table: RuleTable) -> None:
    """A flat rate, or tiers with what chooses them."""
    if table.tiers is None:
        if table.rate is None:
            file.fault("SETTING_MISSING", (*keys, "rate"), "is missing; a rule has a rate, or by and tiers")
        if table.by is not None:
            file.bad((*keys, "by"), "chooses among tiers, but the rule has none")
    else:
        if table.rate is not None:
            file.bad((*keys, "rate"), "stands beside tiers; a rule has one or the other")
        if table.by is None:
            file.fault("SETTING_MISSING", (*keys, "by"), "is missing; it says what chooses the tier")
        elif table.mode is None and table.by in MARGINAL_BY:
            words = 'is missing: "whole" (one rate on all) or "marginal" (each slice at its own rate)'
            file.fault("SETTING_MISSING", (*keys, "mode"), words)
    if table.mode == "marginal" and table.by not in MARGINAL_BY:
        file.bad((*keys, "mode"), f'is "marginal", which goes only with by = {" or ".join(MARGINAL_BY)}')


def _read_tiers(file: SettingsFile, keys: Keys, table: RuleTable, currency: str) -> tuple[Tier, ...]:
    """The tiers in order: each but the last has ``up_to``, and it ascends."""
    rows = table.tiers
    if rows == []:
        file.bad(keys, "is empty")
    if not rows or table.by is None:
        return ()
    tops: list[int | None] = []
    for index, row in enumerate(rows):
        path = (*keys, index, "up_to")
        if index == len(rows) - 1:
            if row.up_to is not None:
                file.bad(path, "bounds the last tier; leave it out there, so that every receipt has a rate")
            tops.append(None)
        elif row.up_to is None:
            file.fault("SETTING_MISSING", path, "is missing; only the last tier goes without")
            tops.append(None)
        else:
            top = file.value(path, _top, row.up_to, table.by, currency)
            below = [known for known in tops if known is not None]
            if top is not None and below and top <= below[-1]:
                file.bad(path, "is not more than that of the tier before")
            tops.append(top)
    return tuple(Tier(top, row.rate) for top, row in zip(tops, rows, strict=True))


def _top(value: object, by: str | None, currency: str) -> int:
    """Days without quotes for an age, else an amount in quotes."""
    if by == "age_days":
        return days(value)
    top = amount(value, currency)
    if not top:
        raise Wrong("is zero")
    return top
