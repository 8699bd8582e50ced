"""Banks' own tables, by profile."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import TYPE_CHECKING

import pytest

from importers.model import CsvProfile

if TYPE_CHECKING:
    from conftest import Room

HEADER = "日期,流水,支出,收入,余额,户名,备注\n"
PROFILE = CsvProfile(
    name="small",
    bank="TRUST",
    header_contains=("日期", "收入"),
    date_column="日期",
    credit="收入",
    debit="支出",
    payer="户名",
    memo=("备注",),
    id="流水",
    balance="余额",
    currency="CNY",
)


@pytest.fixture
def small(room: Room) -> Room:
    """A room where only the small bank's profile is known."""
    room.profiles = [PROFILE]
    return room


def test_a_big_banks_file_is_read(room: Room) -> None:
    """Preamble, GB18030, padded, wrapped, full-width and multi-line cells, newest first, a true total, a remark."""
    statement = room.statement(room.sample("big_bank.csv"))
    assert (statement.bank, statement.account, statement.currency) == ("TRUST", "6222000011112222", "CNY")
    assert (statement.opening, statement.closing, statement.line) == (0, 1_073_456, 5)
    assert (statement.date_from, statement.date_to) == (dt.date(2025, 1, 6), dt.date(2025, 1, 8))
    assert [(x.line, x.date.day, x.amount, x.bank_id, x.balance) for x in statement.lines] == [
        (8, 6, 1_000_000, "0001", 1_000_000),
        (7, 7, -50_000, "0002", 950_000),
        (6, 8, 123_456, "0003", 1_073_456),
    ]
    assert [x.payer for x in statement.lines] == ["Adaeze Okafor", "", "李大为"]
    assert [x.payer_account for x in statement.lines] == ["6222000099990002", "", "6222000099990009"]
    assert [x.memo for x in statement.lines] == ["转账 K0000002 第一期", "手续费", "转账 还款 K0000001"]


def test_a_file_with_decimal_commas_is_read(room: Room) -> None:
    """Semicolons, cp1252, one signed column, decimal commas; a zero amount is information and no line."""
    statement = room.statement(room.sample("euro_bank.csv"))
    assert (statement.bank, statement.currency, statement.opening, statement.closing) == ("EURO", "EUR", None, None)
    assert [(x.line, x.amount, x.payer, x.memo) for x in statement.lines] == [
        (3, 125_000, "Jürgen Weiß", "K0000002"),
        (4, -350, "", "Kontoführung"),
    ]


def test_the_same_file_saved_as_utf8_is_read(room: Room) -> None:
    """What is valid UTF-8 is UTF-8, whatever encoding the profile names."""
    for name, encoding in (("big_bank.csv", "gb18030"), ("euro_bank.csv", "cp1252")):
        content = room.sample(name)
        assert room.rows(content.decode(encoding)) == room.rows(content)


def test_a_balance_that_does_not_run_refuses_the_statement(room: Room) -> None:
    """An altered amount is found at its line, and nothing of the statement is kept."""
    content = room.sample("big_bank.csv").decode("gb18030")
    imported = room.read(content.replace(",500.00,,", ",501.00,,").replace(',500.00,"11', ',501.00,"11'))
    assert [(p.line, p.code) for p in imported.problems] == [(7, "STATEMENT_BALANCE")]
    assert imported.rows == ()


@pytest.mark.parametrize(("total", "wrong"), [('"11,234.56"', '"11,234.57"'), ("合计,,,500.00", "合计,,,400.00")])
def test_a_wrong_control_total_refuses_the_statement(room: Room, total: str, wrong: str) -> None:
    """A total that its rows do not give is STATEMENT_BALANCE on its own line."""
    content = room.sample("big_bank.csv").decode("gb18030")
    assert total in content
    imported = room.read(content.replace(total, wrong))
    assert [(p.line, p.code) for p in imported.problems] == [(10, "STATEMENT_BALANCE")]
    assert imported.rows == ()


def test_totals_of_each_page_and_counts_are_no_errors(small: Room) -> None:
    """A total may mean its page; a count has no decimals; repeated headers and brought-forward rows are passed."""
    lines = small.lines(
        HEADER
        + "期初余额,,,,100.00,,\n"
        + "2025-01-06,1,,10.00,110.00,A,\n合计,,,10.00,,,\n"
        + HEADER
        + "承前页,,,,110.00,,\n"
        + "2025-01-07,2,4.00,,106.00,B,\n合计,1,4.00,0.00,,,\n"
        + "本月合计,,4.00,99.00,,,\n合计,,1,1,,,\nTotal:,,4.00,10.00,,,\n"
    )
    assert [(x.line, x.amount) for x in lines] == [(3, 1000), (7, -400)]


def test_a_damaged_line_is_never_taken_for_a_remark(small: Room) -> None:
    """A row with an amount and no total's name is a line: a bad or empty date refuses it."""
    imported = small.read(
        HEADER
        + "2025-01-06,1,,10.00,,A,\n"
        + "2025-02-30,2,,10.00,,B,\n"
        + ",3,,10.00,,C,\n"
        + "2025-01-07,4,,1O.00,,D,\n"
        + "20250107,5,x1,,,E,\n"
        + "打印人：李,,,,,,\n"
        + "2025-01-07,6,,,,F,\n"
        + "2025-01-07,7,1.00,2.00,,G,\n"
        + "2025-01-07,8,,1.00,,H,memo, more\n"
        + "2025-01-07,9,,1.00\n"
        + '2025-01-08,="10",,1.00,,I,\n'
    )
    assert [(p.line, p.code) for p in imported.problems] == [
        (3, "DATE_BAD"),
        (4, "VALUE_MISSING"),
        (5, "AMOUNT_BAD"),
        (6, "DATE_BAD"),
        (8, "VALUE_MISSING"),
        (9, "AMOUNT_BAD"),
        (10, "ROW_SHAPE"),
        (11, "ROW_SHAPE"),
    ]
    (statement,) = imported.rows
    assert [(x.line, x.bank_id) for x in statement.lines] == [(2, "1"), (12, "10")]
    assert (statement.opening, statement.closing) == (None, None)


def test_a_debit_with_a_minus_is_read_as_the_balances_tell(small: Room) -> None:
    """Some banks print debits with a minus, others print what takes one back so; the balances decide."""
    decorated = "2025-01-06,1,-10.00,,90.00,A,\n2025-01-07,2,-25.00,,65.00,B,\n2025-01-08,3,,5.00,70.00,C,\n"
    assert [x.amount for x in small.lines(HEADER + decorated)] == [-1000, -2500, 500]
    taken_back = "2025-01-06,1,10.00,,90.00,A,\n2025-01-07,2,-10.00,,100.00,A,\n2025-01-08,3,,-5.00,95.00,C,\n"
    assert [x.amount for x in small.lines(HEADER + taken_back)] == [-1000, 1000, -500]


def test_a_debit_with_a_minus_that_nothing_explains_is_refused(small: Room) -> None:
    """Without balances nobody can tell the two meanings apart, so neither is chosen."""
    content = HEADER + "2025-01-06,1,-10.00,,,A,\n2025-01-07,2,,25.00,,B,\n"
    imported = small.read(content)
    assert [(p.line, p.code) for p in imported.problems] == [(2, "AMOUNT_SIGN")]
    assert [x.amount for x in imported.rows[0].lines] == [2500]


def test_columns_that_the_profile_names_must_be_there_once(small: Room) -> None:
    """A missing or doubled column of the profile refuses the file at its header; others may be doubled."""
    assert small.refusal("资料\n日期,收入,支出,余额,户名,备注,户名\n") == [
        (2, "HEADER_DUPLICATE"),
        (2, "HEADER_MISSING"),
    ]
    assert small.faults("日期,流水,支出,收入,余额,户名,备注,币种,币种\n2025-01-06,1,,1.00,,A,,元,元\n") == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"bank": ""}, "SETTING_MISSING"),
        ({"credit": "", "debit": ""}, "SETTING_MISSING"),
        ({"currency": ""}, "CURRENCY_BAD"),
    ],
)
def test_a_profile_that_cannot_be_used_says_why(small: Room, change: dict[str, str], code: str) -> None:
    """A profile without bank or amounts, or of a bank without currency, refuses the file."""
    small.profiles = [dataclasses.replace(PROFILE, **change)]
    assert small.refusal(HEADER + "2025-01-06,1,,1.00,,A,\n") == [(0, code)]


def test_two_profiles_that_fit_are_told_apart_by_the_account(room: Room) -> None:
    """Of two accounts at one bank the number above the header decides; without it the file is refused."""
    big = room.profiles[0]
    room.profiles = [dataclasses.replace(big, name="other", bank="OPS", account="6222000033334444"), big]
    content = room.sample("big_bank.csv").decode("gb18030")
    assert room.statement(content).bank == "TRUST"
    assert room.refusal(content.replace("6222000011112222", "1")) == [(0, "FILE_UNKNOWN")]


def test_the_narrower_profile_wins(room: Room) -> None:
    """A profile that asks more of the header goes before one that asks less."""
    wide = dataclasses.replace(room.profiles[0], name="wide", header_contains=("交易日期",))
    room.profiles = [wide, room.profiles[0]]
    assert room.read(room.sample("big_bank.csv")).format == "csv:big"


def test_a_day_with_time_is_read_by_its_format(small: Room) -> None:
    """The profile's format may have a time; the day is kept."""
    small.profiles = [dataclasses.replace(PROFILE, date_format="%Y/%m/%d %H:%M:%S")]
    (line,) = small.lines(HEADER + "2025/01/06 23:59:59,1,,1.00,,A,\n")
    assert line.date == dt.date(2025, 1, 6)


def test_a_number_cut_by_a_spreadsheet_is_refused(small: Room) -> None:
    """A serial in scientific notation would make different lines look alike."""
    assert small.faults(HEADER + "2025-01-06,2.02501E+15,,1.00,,A,\n") == [(2, "ID_BAD")]


def test_a_statement_without_movements_has_its_balance(small: Room) -> None:
    """A row that only carries a balance opens and closes the statement; no row at all is no statement."""
    statement = small.statement(HEADER + "2025-01-06,,,,100.00,,\n")
    assert (statement.lines, statement.opening, statement.closing) == ((), 10_000, 10_000)
    assert small.rows(HEADER + "合计,,,,,,\n") == ()
