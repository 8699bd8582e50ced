"""Events: what happened to cases and accounts beside the bank's statements, one a row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from importers.cells import CASE_ID, CLIENT_ID, Columns, Reader, shown
from importers.model import EventRow
from importers.tables import square_rows

if TYPE_CHECKING:
    from decimal import Decimal

    from importers.model import Extra
    from importers.source import Findings, Settings
    from importers.tables import Table

KIND: Final = "events"
REQUIRED = ("event", "date")
AMOUNTS = ("kept", "principal", "interest", "fees", "court_costs")
TEXTS = (
    "client",
    "case",
    "currency",
    "method",
    "reference",
    "bank",
    "bucket",
    "forwarder",
    "of",
    "from",
    "to",
    "collector",
    "memo",
    "stage",
    "level",
    "asset_type",
    "interest_rate",
    "place",
)
COLUMNS = (*REQUIRED, "amount", *AMOUNTS, *TEXTS)
FIGURES = ("amount", *AMOUNTS, "interest_rate")

SIGNED = "placement_adjustment"
"""The one event whose amount carries a sign (DOMAIN §4, "Money")."""

_NAMES = """
receipt direct_payment cost_advanced cost_deposit deposit_return cost_write_off cost_billed
forwarder_receipt returned_payment settlement write_off recall close_return placement_adjustment
interest_accrual judgment refund payment_back client_payment client_credit operating_entry
forwarder_share forwarder_paid collector_commission collector_paid case_change bank_charge
vat_paid asset_sale trust_transfer trust_interest unclaimed escheat payment_plan promise_to_pay
"""
EVENT_NAMES = frozenset(_NAMES.split())
"""The vocabulary of the `event` column (SURFACE, "Files to import")."""


def resembles(names: frozenset[str]) -> bool:
    """Whether a header means events, be it complete or not."""
    return "event" in names


def read(table: Table, settings: Settings, findings: Findings) -> tuple[EventRow, ...]:  # noqa: ARG001 - as every kind
    """The good rows of a table of events; the others go to the findings."""
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


def _row(reader: Reader, line: int, v: dict[str, str], extra: Extra, identity: str) -> EventRow | None:
    reader.line = line
    event = v["event"]
    reader.required(v, REQUIRED)
    if event and event not in EVENT_NAMES:
        reader.bad("EVENT_UNKNOWN", f"{shown(event)} is no event")
    reader.id(v["client"], "client", CLIENT_ID)
    reader.id(v["case"], "case", CASE_ID)
    reader.id(v["bank"], "bank", CLIENT_ID)
    reader.number(v["reference"], "reference")
    reader.number(v["of"], "of")
    reader.currency(v["currency"])
    date = reader.date(v["date"], "date")
    amount = _amount(reader, event, v["amount"])
    kept, principal, interest, fees, court_costs = (
        reader.amount(text, column) if (text := v[column]) else None for column in AMOUNTS
    )
    if date is None:
        return None
    return EventRow(
        line=line,
        event=event,
        date=date,
        client=v["client"],
        case=v["case"],
        amount=amount,
        currency=v["currency"],
        method=v["method"],
        reference=v["reference"],
        bank=v["bank"],
        bucket=v["bucket"],
        forwarder=v["forwarder"],
        kept=kept,
        of=v["of"],
        from_=v["from"],
        to=v["to"],
        collector=v["collector"],
        memo=v["memo"],
        principal=principal,
        interest=interest,
        fees=fees,
        court_costs=court_costs,
        stage=v["stage"],
        level=v["level"],
        asset_type=v["asset_type"],
        interest_rate=v["interest_rate"],
        place=v["place"],
        extra=extra,
        identity=identity,
    )


def _amount(reader: Reader, event: str, text: str) -> Decimal | None:
    """The amount of an event; zero has no meaning, for an empty cell already says "none" or "all"."""
    amount = reader.signed(text, "amount") if event == SIGNED else reader.amount(text, "amount")
    if amount is not None and not amount:
        reader.bad("AMOUNT_SIGN", "`amount` is zero")
    return amount
