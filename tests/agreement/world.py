"""An invented agency for random histories: four currencies, banks of every kind, clients of every mode."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path

FIRST_DAY = "2025-01-01"


class Bank(NamedTuple):
    """A bank of the agency."""

    id: str
    fund: str
    currency: str
    kind: str = "bank"

    @property
    def account(self) -> str:
        """The number by which its files name it."""
        return f"6222{self.id}"


BANKS = (
    Bank("TRUST", "trust", "CNY"),
    Bank("TWO", "trust", "CNY"),
    Bank("PAYCO", "trust", "CNY", "processor"),
    Bank("OPS", "operating", "CNY"),
    Bank("YEN", "trust", "JPY"),
    Bank("YOPS", "operating", "JPY"),
    Bank("DINAR", "trust", "KWD"),
    Bank("DOPS", "operating", "KWD"),
    Bank("EURO", "operating", "EUR"),  # no trust bank in EUR: those clients are paid directly
)

_AGENCY = f"""
[agency]
name = "Random Recovery"
currency = "CNY"
first_day = {FIRST_DAY}
journal = "{{journal}}"

[opening]
"Assets:Operating:Bank:OPS" = "90000.00"
"Assets:Trust:Bank:TRUST" = "200.00"
"Liabilities:Trust:UndrawnFees" = "-200.00"
"Assets:Operating:DueFromTrust" = "200.00"
"Assets:Operating:Receivable:Client:GROSS" = "300.00"
"Equity:Opening" = "-90500.00"

[hold_days]
check = 3
card = 7

[trust]
interest = "{{interest}}"
"""


_BY_AGE = """
[[terms.commission]]
source = ["pdc", "forwarded"]
rate = "0.123456"

[[terms.commission]]
by = "age_days"
mode = "whole"
tiers = [ { up_to = 90, rate = "0.15" }, { up_to = 180, rate = "0.25" }, { rate = "0.35" } ]
minimum = "{one}"
maximum = "{many}"
"""
_BY_COLLECTED = """
[[terms.commission]]
stage = "legal"
rate = "0.4"

[[terms.commission]]
by = "collected_to_date"
mode = "marginal"
tiers = [ { up_to = "{few}", rate = "0.3" }, { up_to = "{many}", rate = "0.200001" }, { rate = "0.1" } ]
"""
_BY_RECEIPT = """
[[terms.commission]]
asset_type = ["car", "flat"]
by = "placed_amount"
mode = "whole"
tiers = [ { up_to = "{many}", rate = "0.33" }, { rate = "0.22" } ]

[[terms.commission]]
by = "receipt_amount"
mode = "marginal"
tiers = [ { up_to = "{few}", rate = "1" }, { rate = "0.05" } ]
"""
RULES = (_BY_AGE, _BY_COLLECTED, _BY_RECEIPT)

WATERFALLS = (
    '["court_costs", "interest", "fees", "principal"]',
    '["principal", "fees", "interest", "court_costs"]',
    '["interest", "court_costs", "principal", "fees"]',
)
BASES = ('["principal", "interest", "fees"]', '["principal", "court_costs"]', '["interest", "fees", "court_costs"]')

OPENING = {
    "Assets:Operating:Bank:OPS": "90000.00",
    "Assets:Trust:Bank:TRUST": "200.00",
    "Liabilities:Trust:UndrawnFees": "-200.00",
    "Assets:Operating:DueFromTrust": "200.00",
    "Assets:Operating:Receivable:Client:GROSS": "300.00",
    "Equity:Opening": "-90500.00",
}

CLIENTS = {
    "NET": ("CNY", "net", "TRUST"),
    "COMBI": ("CNY", "combined", "TRUST"),
    "GROSS": ("CNY", "gross", "TWO"),
    "NIPPON": ("JPY", "net", "YEN"),
    "KUWAIT": ("KWD", "combined", "DINAR"),
    "DIRECT": ("EUR", "gross", ""),
}
"""Currency, remittance mode and trust bank of each."""

DECIMALS = {"CNY": 2, "JPY": 0, "KWD": 3, "EUR": 2}


class Choice(NamedTuple):
    """What a history draws for one contract version."""

    rules: int
    waterfall: int
    base: int
    vat: str
    vat_rate: str
    minimum: int


def money(minor: int, currency: str) -> str:
    """Minor units as text, with all decimals of the currency."""
    places = DECIMALS[currency]
    digits = f"{abs(minor):0{places + 1}}"
    text = f"{digits[:-places]}.{digits[-places:]}" if places else digits
    return f"-{text}" if minor < 0 else text


def minor(text: str, currency: str) -> int:
    """Text in minor units; sums can be beyond what one amount may be."""
    return int(text.replace(".", "")) if DECIMALS[currency] else int(text)


def write(folder: Path, interest: str, choices: dict[str, tuple[Choice, Choice]], journal: str = "") -> None:
    """The workspace: each client has one version from the first day and another from mid-February."""
    (folder / "clients").mkdir(parents=True)
    banks = "".join(
        f'\n[[bank]]\nid = "{b.id}"\nfund = "{b.fund}"\ncurrency = "{b.currency}"\n'
        f'account = "{b.account}"\nkind = "{b.kind}"\n'
        for b in BANKS
    )
    agency = _AGENCY.format(interest=interest, journal=journal or "sqlite:///journal.db")
    (folder / "agency.toml").write_text(agency + banks, encoding="utf-8")
    for client, (currency, mode, bank) in CLIENTS.items():
        head = f'client = "{client}"\nname = "Invented {client}"\ncurrency = "{currency}"\n'
        days = ("2024-06-01", "2025-02-10")
        versions = [_version(day, mode, bank, currency, c) for day, c in zip(days, choices[client], strict=True)]
        (folder / "clients" / f"{client}.toml").write_text("\n".join([head, *versions]), encoding="utf-8")


def _version(day: str, mode: str, bank: str, currency: str, choice: Choice) -> str:
    unit = 10 ** DECIMALS[currency]
    figures = {"{one}": unit, "{few}": 100 * unit + unit // 3, "{many}": 700 * unit}
    rules = RULES[choice.rules]
    for name, figure in figures.items():
        rules = rules.replace(name, money(figure, currency))
    more = f'trust_bank = "{bank}"\n' if bank else ""
    rate = f'vat_rate = "{choice.vat_rate}"\n' if choice.vat != "none" else ""
    return (
        f'[[terms]]\neffective = {day}\nremittance = "{mode}"\n'
        f'minimum_remittance = "{money(choice.minimum, currency)}"\n'
        f"waterfall = {WATERFALLS[choice.waterfall]}\ncommission_on = {BASES[choice.base]}\n"
        f'vat = "{choice.vat}"\n{rate}{more}{rules}'
    )
