"""What an imported file becomes: typed staged rows, and the problems found on the way.

Amounts of placements and events are exact Decimals, for their currency is known only later; those of
statement lines are minor units, credit positive.  Text is as read after trimming, "" when absent.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import datetime as dt
    from decimal import Decimal

    from ledger_core.errors import Problem

Extra = tuple[tuple[str, str], ...]
"""Columns that we do not know, with their non-empty values: for the journal only, never the books."""


@dataclass(frozen=True, slots=True)
class CsvProfile:
    """How to read a bank's own table: ``[[statement_csv]]`` of agency.toml, column names as in its header.

    Either ``amount`` (signed) or ``credit`` and ``debit`` are named.  ``account`` and ``currency`` are those
    of the bank ``bank``: the number chooses between two profiles that fit one file, and a blank currency is
    asked of ``currency_of``.  ``thousands`` is the separator, True for the one that goes with ``decimal``.
    """

    name: str
    bank: str
    encoding: str = ""
    header_contains: tuple[str, ...] = ()
    date_column: str = ""
    date_format: str = "%Y-%m-%d"
    credit: str = ""
    debit: str = ""
    amount: str = ""
    payer: str = ""
    payer_account: str = ""
    memo: tuple[str, ...] = ()
    id: str = ""
    reference: str = ""
    balance: str = ""
    method: str = ""
    thousands: bool | str = True
    decimal: str = "."
    account: str = ""
    currency: str = ""


@dataclass(frozen=True, slots=True)
class PlacementRow:
    """One debt placed with the agency."""

    line: int
    client: str
    case: str
    placed_on: dt.date
    principal: Decimal
    interest: Decimal
    fees: Decimal
    court_costs: Decimal
    currency: str
    delinquency_date: dt.date | None
    reference: str
    debtor: str
    debtor_name: str
    debtor_aliases: tuple[str, ...]
    payer_accounts: tuple[str, ...]
    asset_type: str
    stage: str
    level: str
    batch: str
    interest_rate: str
    day_count: str
    place: str
    costs_advanced: Decimal
    collected_to_date: Decimal
    placed_amount: Decimal | None
    extra: Extra
    identity: str


@dataclass(frozen=True, slots=True)
class EventRow:
    """One event by its name in the vocabulary; what else each event needs is its rule's business."""

    line: int
    event: str
    date: dt.date
    client: str
    case: str
    amount: Decimal | None
    currency: str
    method: str
    reference: str
    bank: str
    bucket: str
    forwarder: str
    kept: Decimal | None
    of: str
    from_: str
    to: str
    collector: str
    memo: str
    principal: Decimal | None
    interest: Decimal | None
    fees: Decimal | None
    court_costs: Decimal | None
    stage: str
    level: str
    asset_type: str
    interest_rate: str
    place: str
    extra: Extra
    identity: str


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One movement on a bank account; ``amount`` and ``balance`` in minor units, credit positive.

    ``reference`` is what the payer quotes, ``bank_id`` the bank's own serial.
    """

    line: int
    date: dt.date
    amount: int
    bank_id: str
    payer: str
    payer_account: str
    reference: str
    memo: str
    method: str
    balance: int | None


@dataclass(frozen=True, slots=True)
class Statement:
    """One account's lines, oldest first; ``opening`` and ``closing`` in minor units where they are known.

    ``account`` is the bank's own number; ``bank`` the bank's id where a profile names it instead.
    ``number`` is the bank's number of the statement.
    """

    account: str
    currency: str
    number: str
    date_from: dt.date | None
    date_to: dt.date | None
    opening: int | None
    closing: int | None
    lines: tuple[StatementLine, ...]
    line: int
    bank: str = ""


Rows = tuple[PlacementRow, ...] | tuple[EventRow, ...] | tuple[Statement, ...]
Kind = Literal["placements", "events", "statement"]


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the table of a file stands: what is needed to read its rows again."""

    format: Literal["csv", "tsv", "xlsx", "xls"]
    header_line: int
    encoding: str = ""
    delimiter: str = ""
    sheet: int = 0


@dataclass(frozen=True, slots=True)
class Imported:
    """One file, read: the good rows, and every problem of the others by its line."""

    path: str
    kind: Kind
    sha256: str
    format: str
    rows: Rows
    problems: tuple[Problem, ...]
    layout: Layout | None = None
