"""Placements as rows."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conftest import Room


def test_every_column_arrives(room: Room) -> None:
    """All columns of SURFACE land in their fields, typed; lists are split, unknown columns kept apart."""
    (row,) = room.rows(
        "client,case,placed_on,principal,interest,fees,court_costs,currency,delinquency_date,reference,debtor,debtor_name,"
        "debtor_aliases,payer_account,asset_type,stage,level,batch,interest_rate,day_count,place,costs_advanced,"
        "collected_to_date,placed_amount,Branch,Empty\n"
        "ALFA,K-1,2025-01-02,100.00,1.10,2.20,3.30,CNY,2024-12-01,R 1,D1,Wang Xiaoming,"
        "W. X.; 王小明；,6222 1;6222 2,card,pre,2,2025-01,0.06,actual/365,IL,4.40,5.50,6.60,Pudong,\n"
    )
    assert (row.line, row.client, row.case, row.placed_on) == (2, "ALFA", "K-1", dt.date(2025, 1, 2))
    assert [row.principal, row.interest, row.fees, row.court_costs] == [
        Decimal(x) for x in ("100.00", "1.10", "2.20", "3.30")
    ]
    assert (row.currency, row.delinquency_date, row.reference) == ("CNY", dt.date(2024, 12, 1), "R 1")
    assert (row.debtor, row.debtor_name, row.debtor_aliases) == ("D1", "Wang Xiaoming", ("W. X.", "王小明"))
    assert row.payer_accounts == ("6222 1", "6222 2")
    assert (row.asset_type, row.stage, row.level, row.batch) == ("card", "pre", "2", "2025-01")
    assert (row.interest_rate, row.day_count, row.place) == ("0.06", "actual/365", "IL")
    assert [row.costs_advanced, row.collected_to_date, row.placed_amount] == [
        Decimal(x) for x in ("4.40", "5.50", "6.60")
    ]
    assert row.extra == (("branch", "Pudong"),)


def test_absent_amounts_are_zero_and_absent_dates_none(room: Room) -> None:
    """What a placement leaves out is zero in the buckets, and unknown elsewhere."""
    (row,) = room.rows("client,case,placed_on,principal\nALFA,K1,2025-01-02,0\n")
    assert [row.principal, row.interest, row.fees, row.court_costs, row.costs_advanced, row.collected_to_date] == [
        0
    ] * 6
    assert (row.placed_amount, row.delinquency_date, row.currency, row.payer_accounts) == (None, None, "", ())


def test_every_fault_of_every_row_is_listed(room: Room) -> None:
    """All problems are listed by line, and the good rows are there beside them."""
    imported = room.read(
        "client,case,placed_on,principal,currency,delinquency_date\n"
        ",K1,2025-01-02,1.00,,\n"
        "ALFA,K2,2025-01-02,1.00,CNY,\n"
        "alfa,K 3,02/01/2025,-1.00,RMB,soon\n"
        "ALFA,K4,2025-01-02,,,\n"
        "ALFA,K5,2025-01-02,12.345,,\n"
    )
    assert [(p.line, p.code) for p in imported.problems] == [
        (2, "VALUE_MISSING"),
        (4, "ID_BAD"),
        (4, "ID_BAD"),
        (4, "CURRENCY_BAD"),
        (4, "DATE_BAD"),
        (4, "DATE_BAD"),
        (4, "AMOUNT_SIGN"),
        (5, "VALUE_MISSING"),
    ]
    assert [row.case for row in imported.rows] == ["K2", "K5"]
    assert imported.rows[1].principal == Decimal("12.345")
    assert str(imported.problems[0]).startswith("inbox/given:2: VALUE_MISSING `client` is empty. ")


def test_an_account_number_cut_by_a_spreadsheet_is_refused(room: Room) -> None:
    """A payer's account in scientific notation would match nobody, or the wrong one."""
    header = "client,case,placed_on,principal,payer_account,reference\n"
    assert room.faults(header + "ALFA,K1,2025-01-02,1.00,6222000099990001;6.222E+15,\n") == [(2, "ID_BAD")]
    assert room.faults(header + "ALFA,K1,2025-01-02,1.00,,9.87654321098765E+17\n") == [(2, "ID_BAD")]
