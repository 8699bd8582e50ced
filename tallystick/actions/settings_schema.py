"""The tables of agency.toml and of a contract: their keys, and what is wrong with one that is read.

A table is validated apart from the others, so that one mistake hides no other.  Only this module and
``settings_values`` know pydantic; none of its phrases reaches a user.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, NamedTuple, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from tallystick.actions.settings_values import (
    Account,
    Amount,
    Apart,
    Buckets,
    ChosenBy,
    Condition,
    Currency,
    DateFormat,
    Day,
    Days,
    Decimal,
    Encoding,
    Fund,
    InterestTo,
    Journal,
    Kind,
    Mode,
    PartyId,
    PlaceId,
    Rate,
    RemittanceMode,
    Sources,
    Text,
    Texts,
    Thousands,
    VatMode,
    Waterfall,
    near,
)

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

DEFAULT_JOURNAL = "sqlite:///journal.db"


class Fault(NamedTuple):
    """What is wrong with a key: ``words`` end a sentence that begins with the key."""

    code: str
    keys: tuple[str | int, ...]
    words: str


class Table(BaseModel):
    """A TOML table; ``tables_in`` has the tables within it, for the names of their keys."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)
    tables_in: ClassVar[dict[str, type[Table]]] = {}


class AgencyFile(Table):
    """The top level of agency.toml."""

    agency: Apart
    opening: Apart = {}
    bank: Apart = []
    hold_days: Apart = {}
    trust: Apart = {}
    place: Apart = []
    review: Apart = {}
    statement_csv: Apart = []


class AgencyTable(Table):
    """``[agency]``."""

    name: Text
    currency: Currency
    first_day: Day
    journal: Journal = DEFAULT_JOURNAL


class BankTable(Table):
    """``[[bank]]``."""

    id: PartyId
    fund: Fund
    currency: Currency
    account: Account
    kind: Kind = "bank"


class TrustTable(Table):
    """``[trust]``."""

    interest: InterestTo = "unidentified"


class PlaceTable(Table):
    """``[[place]]``; amounts in the agency's currency."""

    place: PlaceId
    effective: Day
    remit_within_days: Days | None = None
    refund_minimum: Amount | None = None
    refund_within_days: Days | None = None
    deposit_days: Days | None = None
    remit_after_month_end_days: Days | None = None
    remit_minimum: Amount | None = None
    deposit_banking_days: Days | None = None


class DateColumn(Table):
    """``date = { column = …, format = … }`` of a profile."""

    column: Text
    format: DateFormat


class StatementCsvTable(Table):
    """``[[statement_csv]]``."""

    tables_in: ClassVar[dict[str, type[Table]]] = {"date": DateColumn}

    name: Text
    bank: PartyId | None = None
    encoding: Encoding = ""
    header_contains: Texts
    date: DateColumn
    credit: Text = ""
    debit: Text = ""
    amount: Text = ""
    payer: Text = ""
    payer_account: Text = ""
    memo: Texts = ()
    id: Text = ""
    reference: Text = ""
    balance: Text = ""
    method: Text = ""
    thousands: Thousands | None = None
    decimal: Decimal = "."


class ContractFile(Table):
    """The top level of clients/CLIENT.toml."""

    client: PartyId
    name: Text
    currency: Currency
    place: PlaceId | None = None
    terms: Apart


class TermsTable(Table):
    """``[[terms]]``."""

    effective: Day
    remittance: RemittanceMode
    minimum_remittance: Amount = 0
    waterfall: Waterfall
    commission_on: Buckets = ("principal", "interest", "fees")
    vat: VatMode
    vat_rate: Rate | None = None
    hold_days: Apart = {}
    trust_bank: PartyId | None = None
    commission: Apart


class TierTable(Table):
    """One of ``tiers``; what ``up_to`` may be depends on the rule's ``by``."""

    up_to: Apart = None
    rate: Rate


class RuleTable(Table):
    """``[[terms.commission]]``."""

    tables_in: ClassVar[dict[str, type[Table]]] = {"tiers": TierTable}

    source: Sources = ()
    stage: Condition = ()
    asset_type: Condition = ()
    level: Condition = ()
    by: ChosenBy | None = None
    mode: Mode | None = None
    rate: Rate | None = None
    tiers: list[TierTable] | None = None
    minimum: Amount | None = None
    maximum: Amount | None = None


AnyTable = TypeVar("AnyTable", bound=Table)

_HOMES: tuple[dict[str, type[Table]], ...] = (
    {"at the top of the file": ContractFile, "in [[terms]]": TermsTable, "in [[terms.commission]]": RuleTable},
    {
        "at the top of the file": AgencyFile,
        "in [agency]": AgencyTable,
        "in [[bank]]": BankTable,
        "in [[place]]": PlaceTable,
        "in [[statement_csv]]": StatementCsvTable,
    },
)
"""The tables of each file, by where their keys stand: what TOML writes below a header belongs to its table."""

_SHAPES = {
    "list_type": "must be a list in square brackets",
    "model_type": "must be a table of keys and values",
}


def read_table(model: type[AnyTable], raw: object, currency: str = "") -> tuple[AnyTable | None, list[Fault]]:
    """A table as its model, or None and everything that is wrong with it.

    ``currency`` is that of its amounts; where it is not known (empty) their decimals are not judged.
    """
    try:
        return model.model_validate(raw, context={"currency": currency}), []
    except ValidationError as error:
        return None, [_fault(model, one) for one in error.errors(include_url=False, include_input=False)]


def _fault(model: type[Table], found: ErrorDetails) -> Fault:
    kind, keys = found["type"], found["loc"]
    if kind == "extra_forbidden":
        return Fault("SETTING_UNKNOWN", keys, _unknown(model, keys))
    if kind == "missing":
        return Fault("SETTING_MISSING", keys, "is missing")
    if kind == "value_error":
        return Fault("SETTING_BAD", keys, str(found["ctx"]["error"]))
    return Fault("SETTING_BAD", keys, _SHAPES.get(kind, "has a value that makes no sense"))


def _unknown(model: type[Table], keys: tuple[str | int, ...]) -> str:
    """What to say of a key that the table does not have."""
    for key in keys[:-1]:
        model = model.tables_in.get(str(key), model)
    key, known = str(keys[-1]), tuple(model.model_fields)
    tables = next((tables for tables in _HOMES if model in tables.values()), {})
    home = next((place for place, table in tables.items() if key in table.model_fields), "")
    if home:
        return f"is no setting of this table; it stands {home}, below that header and above the next"
    return f"is no setting{near(key, known) or '; here there may be ' + ', '.join(known)}"
