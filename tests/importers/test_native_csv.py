"""Statements in our own columns."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conftest import Room

OURS = "6222000011112222"


def test_accounts_become_statements(room: Room) -> None:
    """Lines of one number, however it is punctuated, make one statement a currency, oldest first."""
    yuan, dollars = room.rows(room.sample("native.csv"))
    assert (yuan.account, yuan.currency, yuan.line) == ("6222 0000 1111 2222", "CNY", 2)
    assert (yuan.opening, yuan.closing) == (0, 146_000)
    assert (yuan.date_from, yuan.date_to) == (dt.date(2025, 1, 6), dt.date(2025, 1, 7))
    assert [(line.line, line.amount, line.bank_id) for line in yuan.lines] == [
        (4, 100_000, "S-1"),
        (3, 50_000, "S-2"),
        (2, -4_000, "S-3"),
    ]
    assert (yuan.lines[1].payer, yuan.lines[1].payer_account) == ("Adaeze Okafor", "6222000099990002")
    assert (yuan.lines[1].reference, yuan.lines[1].memo, yuan.lines[1].balance) == ("K0000002", "thank you", 150_000)
    assert (dollars.account, dollars.currency, dollars.opening, dollars.closing) == ("9900112233", "USD", None, None)
    assert [line.amount for line in dollars.lines] == [7_550]


def test_one_number_with_two_currencies_is_two_statements(room: Room) -> None:
    """A blank currency is that of our bank with this number; the same number in another one is apart."""
    rows = room.rows(
        f"account,date,amount,currency\n{OURS},2025-01-06,1,\n{OURS},2025-01-06,2,CNY\n{OURS},2025-01-06,3,JPY\n"
    )
    assert [(s.currency, [line.amount for line in s.lines]) for s in rows] == [("CNY", [100, 200]), ("JPY", [3])]


def test_a_currency_that_cannot_be_told_is_refused(room: Room) -> None:
    """A number that is none of ours needs a currency, and the currency must exist; once for each row."""
    content = f"account,date,amount,currency\n999,2025-01-06,1,\n{OURS},2025-01-06,1,XXX\n{OURS},2025-01-06,1,\n"
    assert room.faults(content) == [(2, "CURRENCY_BAD"), (3, "CURRENCY_BAD")]


def test_each_bad_row_has_its_code(room: Room) -> None:
    """Amounts are signed, never zero, and exact in their currency; all faults are listed by line."""
    imported = room.read(
        "account,date,amount,payer_account\n"
        f"{OURS},2025-01-06,0.00,\n"
        f"{OURS},2025-01-06,1.005,\n"
        f'{OURS},2025-01-06,"1,000.00",\n'
        f"{OURS},2025-01-06,1000000000000,\n"
        f"{OURS},06.01.2025,1,\n"
        ",2025-01-06,1,\n"
        f"{OURS},,,\n"
        f"{OURS},2025-01-06,1,6.222E+15\n"
        f"{OURS},2025-01-06,-1.500,\n"
    )
    assert [(p.line, p.code) for p in imported.problems] == [
        (2, "AMOUNT_SIGN"),
        (3, "AMOUNT_DECIMALS"),
        (4, "AMOUNT_BAD"),
        (5, "AMOUNT_LIMIT"),
        (6, "DATE_BAD"),
        (7, "VALUE_MISSING"),
        (8, "VALUE_MISSING"),
        (8, "VALUE_MISSING"),
        (9, "ID_BAD"),
    ]
    assert [(line.line, line.amount) for line in imported.rows[0].lines] == [(10, -150)]


def test_a_balance_that_does_not_run_refuses_its_account(room: Room) -> None:
    """The statement of that account is left out with the line of the break; the other one stays."""
    imported = room.read(
        "account,date,amount,currency,balance\n"
        f"{OURS},2025-01-06,10.00,CNY,10.00\n"
        "77,2025-01-06,5.00,USD,5.00\n"
        f"{OURS},2025-01-07,10.00,CNY,20.01\n"
        "77,2025-01-07,5.00,USD,10.00\n"
    )
    assert [(p.line, p.code) for p in imported.problems] == [(4, "STATEMENT_BALANCE")]
    assert "20.01" in imported.problems[0].message
    assert "20.00" in imported.problems[0].message
    assert [(s.currency, s.opening, s.closing) for s in imported.rows] == [("USD", 0, 1000)]


def test_a_refused_row_breaks_no_balance(room: Room) -> None:
    """A row that is refused for its own fault does not make the balances around it wrong."""
    content = (
        "account,date,amount,balance\n"
        f"{OURS},2025-01-06,10.00,10.00\n"
        f"{OURS},2025-01-06,ten,20.00\n"
        f"{OURS},2025-01-07,10.00,30.00\n"
        f"{OURS},2025-01-07,10.00\n"
        f"{OURS},2025-01-08,10.00,50.00\n"
    )
    imported = room.read(content)
    assert [(p.line, p.code) for p in imported.problems] == [(3, "AMOUNT_BAD"), (5, "ROW_SHAPE")]
    (statement,) = imported.rows
    assert [line.line for line in statement.lines] == [2, 4, 6]
    assert (statement.opening, statement.closing) == (None, None)
