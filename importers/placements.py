"""Placements: debts that a client hands over, one a row (SURFACE, "Files to import")."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from importers.cells import CASE_ID, CLIENT_ID, Columns, Reader
from importers.model import PlacementRow
from importers.tables import square_rows

if TYPE_CHECKING:
    from importers.model import Extra
    from importers.source import Findings, Settings
    from importers.tables import Table

KIND: Final = "placements"
REQUIRED = ("client", "case", "placed_on", "principal")
AMOUNTS = (
    "principal",
    "interest",
    "fees",
    "court_costs",
    "costs_advanced",
    "collected_to_date",
    "placed_amount",
)
TEXTS = (
    "currency",
    "delinquency_date",
    "reference",
    "debtor",
    "debtor_name",
    "debtor_aliases",
    "payer_account",
    "asset_type",
    "stage",
    "level",
    "batch",
    "interest_rate",
    "day_count",
    "place",
)
COLUMNS = tuple(dict.fromkeys((*REQUIRED, *AMOUNTS, *TEXTS)))
FIGURES = (*AMOUNTS, "interest_rate")

_ZERO = Decimal(0)
_LIST = re.compile("[;；]")


def resembles(names: frozenset[str]) -> bool:
    """Whether a header means placements, be it complete or not."""
    return "placed_on" in names or {"client", "case", "principal"} <= names


def read(table: Table, settings: Settings, findings: Findings) -> tuple[PlacementRow, ...]:  # noqa: ARG001 - as every kind
    """The good rows of a table of placements; the others go to the findings."""
    columns = Columns(table.names, COLUMNS, FIGURES)
    reader = Reader(findings)
    rows = []
    for line, cells in square_rows(table, findings):
        if cells is None:
            continue
        before = len(findings.problems)
        row = _row(reader, line, columns.pick(cells), columns.others(cells), columns.identity(cells))
        if row is not None and len(findings.problems) == before:
            rows.append(row)
    return tuple(rows)


def _row(reader: Reader, line: int, v: dict[str, str], extra: Extra, identity: str) -> PlacementRow | None:
    reader.line = line
    accounts = _list(v["payer_account"])
    reader.required(v, REQUIRED)
    reader.id(v["client"], "client", CLIENT_ID)
    reader.id(v["case"], "case", CASE_ID)
    reader.number(v["reference"], "reference")
    reader.number(v["debtor"], "debtor")
    for account in accounts:
        reader.number(account, "payer_account")
    reader.currency(v["currency"])
    placed_on = reader.date(v["placed_on"], "placed_on")
    delinquency_date = reader.date(v["delinquency_date"], "delinquency_date")
    principal, interest, fees, court_costs, advanced, collected, placed = (
        reader.amount(text, column) if (text := v[column]) else None for column in AMOUNTS
    )
    if placed_on is None or principal is None:
        return None
    return PlacementRow(
        line=line,
        client=v["client"],
        case=v["case"],
        placed_on=placed_on,
        principal=principal,
        interest=interest or _ZERO,
        fees=fees or _ZERO,
        court_costs=court_costs or _ZERO,
        currency=v["currency"],
        delinquency_date=delinquency_date,
        reference=v["reference"],
        debtor=v["debtor"],
        debtor_name=v["debtor_name"],
        debtor_aliases=_list(v["debtor_aliases"]),
        payer_accounts=accounts,
        asset_type=v["asset_type"],
        stage=v["stage"],
        level=v["level"],
        batch=v["batch"],
        interest_rate=v["interest_rate"],
        day_count=v["day_count"],
        place=v["place"],
        costs_advanced=advanced or _ZERO,
        collected_to_date=collected or _ZERO,
        placed_amount=placed,
        extra=extra,
        identity=identity,
    )


def _list(text: str) -> tuple[str, ...]:
    """Several values in one cell, between semicolons."""
    if ";" not in text and "；" not in text:
        return (text,) if text else ()
    return tuple(part for piece in _LIST.split(text) if (part := piece.strip()))
