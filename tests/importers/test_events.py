"""Events as rows."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from importers.events import EVENT_NAMES

if TYPE_CHECKING:
    from conftest import Room


def test_every_column_arrives(room: Room) -> None:
    """All columns of SURFACE land in their fields; amounts left empty are None, not zero."""
    (row,) = room.rows(
        "event,date,client,case,amount,currency,method,reference,bank,bucket,forwarder,kept,of,from,to,collector,memo,"
        "principal,interest,fees,court_costs,stage,level,asset_type,interest_rate,place,ticket\n"
        "forwarder_receipt,2025-01-09,ALFA,K1,80.00,CNY,wire,R-1,TRUST,fees,FWD,0,R-0,a,b,Mei,m,"
        "1,2,3,0.00,pre,2,card,0.06,IL,T-9\n"
    )
    assert (row.line, row.event, row.date) == (2, "forwarder_receipt", dt.date(2025, 1, 9))
    assert (row.client, row.case, row.amount, row.currency) == ("ALFA", "K1", Decimal("80.00"), "CNY")
    assert (row.method, row.reference, row.bank, row.bucket) == ("wire", "R-1", "TRUST", "fees")
    assert (row.forwarder, row.kept, row.of, row.from_, row.to) == ("FWD", Decimal(0), "R-0", "a", "b")
    assert (row.collector, row.memo) == ("Mei", "m")
    assert [row.principal, row.interest, row.fees, row.court_costs] == [1, 2, 3, 0]
    assert (row.stage, row.level, row.asset_type, row.interest_rate, row.place) == ("pre", "2", "card", "0.06", "IL")
    assert row.extra == (("ticket", "T-9"),)
    (bare,) = room.rows("event,date\nrecall,2025-01-09\n")
    assert [bare.amount, bare.kept, bare.principal, bare.court_costs] == [None] * 4


@pytest.mark.parametrize("event", sorted(EVENT_NAMES))
def test_the_vocabulary_is_known(room: Room, event: str) -> None:
    """Every event of SURFACE's list is read."""
    assert room.rows(f"event,date\n{event},2025-01-08\n")[0].event == event


@pytest.mark.parametrize("event", ["placement", "Receipt", "cleared", "reciept"])
def test_other_events_are_unknown(room: Room, event: str) -> None:
    """What is not in the list is EVENT_UNKNOWN, on its row only."""
    imported = room.read(f"event,date\n{event},2025-01-08\nreceipt,2025-01-08\n")
    assert [(p.line, p.code) for p in imported.problems] == [(2, "EVENT_UNKNOWN")]
    assert [row.line for row in imported.rows] == [3]


def test_event_and_date_are_required(room: Room) -> None:
    """A row without event or date is refused for each."""
    assert room.faults("event,date,memo\n,,m\n") == [(2, "VALUE_MISSING"), (2, "VALUE_MISSING")]


def test_only_an_adjustment_carries_a_sign(room: Room) -> None:
    """placement_adjustment is signed and never zero; its other amounts have no sign."""
    header = "event,date,amount,kept\n"
    rows = room.rows(header + "placement_adjustment,2025-01-08,-5.00,\nplacement_adjustment,2025-01-08,+5.00,\n")
    assert [row.amount for row in rows] == [Decimal("-5.00"), Decimal("5.00")]
    assert room.faults(header + "placement_adjustment,2025-01-08,-0.00,\nplacement_adjustment,2025-01-08,1,-1\n") == [
        (2, "AMOUNT_SIGN"),
        (3, "AMOUNT_SIGN"),
    ]
