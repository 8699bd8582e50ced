"""agency.toml and the contracts: what is read from them, and each refusal with its code and line."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from importers.model import CsvProfile
from ledger_core.accounting.agency import Bank, Place
from ledger_core.accounting.terms import CommissionRule, Tier
from ledger_core.errors import Problem, Refused
from tallystick.actions.settings import Settings, load_settings

if TYPE_CHECKING:
    from pathlib import Path

AGENCY = """\
[agency]
name = "Harbour Recovery"
currency = "CNY"
first_day = 2025-01-01
journal = "sqlite:///journal.db"

[opening]
"Assets:Operating:Bank:OPS" = "50000.00"
"Assets:Operating:Receivable:Client:ALFA" = "100"
"Equity:Opening" = "-50100.00"
"Assets:Trust:Bank:TRUST" = "900.00"
"Liabilities:Trust:ClientPayable:ALFA" = "-900.00"

[[bank]]
id = "TRUST"
fund = "trust"
currency = "CNY"
account = "6222000011112222"

[[bank]]
id = "OPS"
fund = "operating"
currency = "CNY"
account = "6222000011113333"
kind = "bank"

[[bank]]
id = "YEN"
fund = "trust"
currency = "JPY"
account = "6222000011112222"

[hold_days]
check = 5
Card = 2

[trust]
interest = "agency"

[[place]]
place = "IL"
effective = 2025-01-01
remit_within_days = 60
refund_minimum = "1.00"
deposit_days = 2

[[statement_csv]]
name = "icbc"
bank = "TRUST"
encoding = "gb18030"
header_contains = ["交易日期", "贷方发生额"]
date = { column = "交易日期", format = "%Y%m%d" }
credit = "贷方发生额"
debit = "借方发生额"
payer = "对方户名"
payer_account = "对方账号"
memo = ["摘要", "附言"]
id = "流水号"
balance = "余额"
"""

ALFA = """\
client = "ALFA"
name = "Alfa Bank"
currency = "CNY"
place = "IL"

[[terms]]
effective = 2025-07-01
remittance = "gross"
waterfall = ["principal", "interest", "fees", "court_costs"]
vat = "none"

[[terms.commission]]
rate = "0.3"

[[terms]]
effective = 2025-01-01
remittance = "net"
minimum_remittance = "10.00"
waterfall = ["court_costs", "interest", "fees", "principal"]
commission_on = ["fees", "principal"]
vat = "exclusive"
vat_rate = "0.06"
hold_days = { check = 7, wire = 0 }
trust_bank = "TRUST"

[[terms.commission]]
source = "forwarded"
level = ["B", 3]
rate = "0.35"

[[terms.commission]]
by = "collected_to_date"
mode = "marginal"
tiers = [ { up_to = "1000.00", rate = "0.15" }, { up_to = "2000", rate = "0.25" }, { rate = "0.35" } ]
minimum = "1.00"
maximum = "500.00"

[[terms.commission]]
by = "age_days"
stage = ["诉讼", "early"]
tiers = [
  { up_to = 90, rate = "0.15" },
  { rate = "0.35" },
]

[[terms.commission]]
rate = "0.2"
"""


@pytest.fixture(autouse=True)
def _no_journal_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TALLYSTICK_JOURNAL", raising=False)


def _workspace(folder: Path, agency: str = AGENCY, **contracts: str) -> Path:
    (folder / "agency.toml").write_text(agency, encoding="utf-8")
    (folder / "clients").mkdir()
    for name, text in (contracts or {"ALFA": ALFA}).items():
        (folder / "clients" / f"{name}.toml").write_text(text, encoding="utf-8")
    return folder


def _problems(folder: Path) -> tuple[Problem, ...]:
    with pytest.raises(Refused) as refusal:
        load_settings(folder)
    return refusal.value.problems


def _load(folder: Path, agency: str = AGENCY, **contracts: str) -> Settings:
    return load_settings(_workspace(folder, agency, **contracts))


def test_agency_is_read(tmp_path: Path) -> None:
    """Every table of agency.toml arrives: amounts in minor units, methods in lower case, defaults filled."""
    agency = _load(tmp_path).agency
    assert (agency.name, agency.currency, agency.first_day) == ("Harbour Recovery", "CNY", date(2025, 1, 1))
    assert agency.journal == "sqlite:///journal.db"
    assert agency.banks[0] == Bank("TRUST", "trust", "CNY", "6222000011112222", "bank")
    assert [bank.id for bank in agency.banks] == ["TRUST", "OPS", "YEN"]
    assert agency.hold_days == (("card", 2), ("check", 5))
    assert agency.trust_interest == "agency"
    assert agency.places == (Place("IL", date(2025, 1, 1), 60, 100, None, 2),)
    assert agency.review == ()
    assert agency.opening == (
        ("Assets:Operating:Bank:OPS", 5_000_000, "CNY"),
        ("Assets:Operating:Receivable:Client:ALFA", 10_000, "CNY"),
        ("Equity:Opening", -5_010_000, "CNY"),
        ("Assets:Trust:Bank:TRUST", 90_000, "CNY"),
        ("Liabilities:Trust:ClientPayable:ALFA", -90_000, "CNY"),
    )


def test_contract_is_read(tmp_path: Path) -> None:
    """Every key of a contract arrives; versions are put in order of their day."""
    contract = _load(tmp_path).contracts["ALFA"]
    assert (contract.client, contract.name, contract.currency, contract.place) == ("ALFA", "Alfa Bank", "CNY", "IL")
    old, new = contract.terms
    assert (old.effective, new.effective) == (date(2025, 1, 1), date(2025, 7, 1))
    assert (old.remittance, old.minimum_remittance, old.vat, old.vat_rate) == ("net", 1000, "exclusive", 60_000)
    assert old.waterfall == ("court_costs", "interest", "fees", "principal")
    assert old.commission_on == ("principal", "fees")
    assert old.commission == (
        CommissionRule(("forwarded",), (), (), ("3", "B"), "", "whole", (Tier(None, 350_000),)),
        CommissionRule(
            *((), (), (), ()),
            "collected_to_date",
            "marginal",
            (Tier(100_000, 150_000), Tier(200_000, 250_000), Tier(None, 350_000)),
            100,
            50_000,
        ),
        CommissionRule((), ("early", "诉讼"), (), (), "age_days", "whole", (Tier(90, 150_000), Tier(None, 350_000))),
        CommissionRule((), (), (), (), "", "whole", (Tier(None, 200_000),)),
    )


def test_contract_defaults(tmp_path: Path) -> None:
    """What may be left out has the meaning of DOMAIN §4: commission on all but court costs, no minimum."""
    terms = _load(tmp_path).contracts["ALFA"].terms[1]
    assert terms.commission_on == ("principal", "interest", "fees")
    assert (terms.minimum_remittance, terms.vat_rate) == (0, 0)


def test_holds_of_the_contract_come_over_those_of_the_agency(tmp_path: Path) -> None:
    """A contract overrides holds method by method, and each version says the whole."""
    new, old = (_load(tmp_path).contracts["ALFA"].at(date(2025, month, 1)) for month in (8, 2))
    assert old is not None
    assert new is not None
    assert old.hold_days == (("card", 2), ("check", 7), ("wire", 0))
    assert new.hold_days == (("card", 2), ("check", 5))


def test_the_only_trust_bank_is_meant(tmp_path: Path) -> None:
    """trust_bank may be left out where one trust bank has the currency."""
    assert [terms.trust_bank for terms in _load(tmp_path).contracts["ALFA"].terms] == ["TRUST", "TRUST"]


def test_an_agency_without_trust_bank(tmp_path: Path) -> None:
    """An agency that lives on direct payments alone needs no bank and no client (DOMAIN §1)."""
    bare = '[agency]\nname = "Lean"\ncurrency = "CNY"\nfirst_day = 2025-01-01\n'
    contract = ALFA.replace('trust_bank = "TRUST"\n', "").replace('place = "IL"\n', "")
    settings = _load(tmp_path, bare, ALFA=contract)
    assert settings.contracts["ALFA"].terms[0].trust_bank == ""
    assert settings.agency.journal == "sqlite:///journal.db"
    assert settings.agency.trust_interest == "unidentified"


def test_profile_is_read(tmp_path: Path) -> None:
    """A profile of a bank's CSV has the number and currency of its bank."""
    assert _load(tmp_path).profiles == (
        CsvProfile(
            name="icbc",
            bank="TRUST",
            encoding="gb18030",
            header_contains=("交易日期", "贷方发生额"),
            date_column="交易日期",
            date_format="%Y%m%d",
            credit="贷方发生额",
            debit="借方发生额",
            payer="对方户名",
            payer_account="对方账号",
            memo=("摘要", "附言"),
            id="流水号",
            balance="余额",
            account="6222000011112222",
            currency="CNY",
        ),
    )


def test_profile_may_name_marks_and_leave_out_the_bank(tmp_path: Path) -> None:
    """Thousands and decimal marks belong to a profile; without a bank the command names it."""
    text = AGENCY.replace('bank = "TRUST"\nenc', 'thousands = "."\ndecimal = ","\nenc')
    (profile,) = _load(tmp_path, text).profiles
    assert (profile.bank, profile.account, profile.thousands, profile.decimal) == ("", "", ".", ",")


def test_opening_in_two_currencies(tmp_path: Path) -> None:
    """A bank's balance is in its currency, other accounts may name theirs, and each currency balances."""
    new = '"Equity:Opening" = { CNY = "-50100.00", JPY = "-0" }\n"Assets:Trust:Bank:YEN" = "500"\n'
    new += '"Liabilities:Trust:Unidentified" = { JPY = "-500" }\n'
    agency = _load(tmp_path, AGENCY.replace('"Equity:Opening" = "-50100.00"\n', new)).agency
    assert ("Assets:Trust:Bank:YEN", 500, "JPY") in agency.opening
    assert ("Liabilities:Trust:Unidentified", -500, "JPY") in agency.opening
    assert ("Equity:Opening", 0, "JPY") not in agency.opening


def test_environment_names_the_journal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """$TALLYSTICK_JOURNAL overrides agency.journal, and is judged alike."""
    folder = _workspace(tmp_path, AGENCY.replace("sqlite:///journal.db", "postgresql+psycopg://books@db/books"))
    monkeypatch.setenv("TALLYSTICK_JOURNAL", "sqlite:////srv/books/journal.db")
    assert load_settings(folder).agency.journal == "sqlite:////srv/books/journal.db"
    monkeypatch.setenv("TALLYSTICK_JOURNAL", "postgresql://books:secret@db/books")
    (problem,) = _problems(folder)
    assert (problem.code, problem.path) == ("NOT_YET", "$TALLYSTICK_JOURNAL")
    assert "secret" not in str(problem)
    monkeypatch.setenv("TALLYSTICK_JOURNAL", "journal.db")
    (problem,) = _problems(folder)
    assert (problem.code, problem.path) == ("SETTING_BAD", "$TALLYSTICK_JOURNAL")


def _refused(folder: Path, name: str, old: str, new: str, code: str, at: str, words: str) -> None:
    """Replace a text of one file, and expect one problem at the line that then has ``at``."""
    texts = {"agency.toml": AGENCY, "clients/ALFA.toml": ALFA}
    assert texts[name].count(old) >= 1, old
    texts[name] = texts[name].replace(old, new, 1)
    assert texts[name].count(at) == 1, at
    problems = _problems(_workspace(folder, texts["agency.toml"], ALFA=texts["clients/ALFA.toml"]))
    assert [(problem.code, problem.path) for problem in problems] == [(code, str(folder / name))], problems
    assert problems[0].line == texts[name][: texts[name].index(at)].count("\n") + 1
    assert words in problems[0].message


BANK2 = 'id = "TRUST2"\nfund = "trust"\ncurrency = "CNY"\naccount = "1"\n[[bank]]\n'


@pytest.mark.parametrize(
    ("old", "new", "code", "at", "words"),
    [
        ('name = "Harbour Recovery"\n', "", "SETTING_MISSING", "[agency]", "agency.name is missing"),
        ('name = "Harbour Recovery"', "name = 7", "SETTING_BAD", "name = 7", "must be text in quotes"),
        ('name = "Harbour Recovery"', 'name = " "', "SETTING_BAD", 'name = " "', "is empty"),
        ('name = "Harbour Recovery"', 'name = "A\\nB"', "SETTING_BAD", "A\\nB", "does not print"),
        ("first_day = 2025-01-01", 'first_day = "2025-01-01"', "SETTING_BAD", "first_day", "a date without quotes"),
        ("first_day = 2025-01-01", "first_day = 2025-01-01T08:00:00", "SETTING_BAD", "first_day", "a date"),
        ("first_day", "first_dey", "SETTING_UNKNOWN", "first_dey", "did you mean"),
        ('"sqlite:///journal.db"', '"journal.db"', "SETTING_BAD", "journal =", "starts with sqlite:///"),
        ('"sqlite:///journal.db"', '"sqlite:///"', "SETTING_BAD", "journal =", "starts with sqlite:///"),
        ('"sqlite:///journal.db"', '"sqlite:///:memory:"', "SETTING_BAD", "journal =", "starts with sqlite:///"),
        ('"sqlite:///journal.db"', '"postgresql://a@db/b"', "NOT_YET", "journal =", "PostgreSQL"),
        ('id = "TRUST"', 'id = "trust"', "SETTING_BAD", 'id = "trust"', "A-Z, 0-9 and -"),
        ('id = "OPS"', 'id = "OPSOPSOPSOPSOPSOPSOPS"', "SETTING_BAD", 'id = "OPSOPS', "up to 20"),
        ('id = "YEN"', 'id = "OPS"', "SETTING_BAD", 'id = "OPS"\nfund = "trust"', "as in another [[bank]]"),
        ('fund = "trust"', 'fund = "trsut"', "SETTING_BAD", '"trsut"', 'did you mean "trust"?'),
        ('fund = "operating"\n', "", "SETTING_MISSING", '[[bank]]\nid = "OPS"', "bank.fund is missing"),
        ('currency = "JPY"', 'currency = "RMB"', "SETTING_BAD", '"RMB"', "no ISO 4217 currency"),
        ('currency = "JPY"', 'currency = "CNY"', "SETTING_BAD", 'account = "6222000011112222"\n\n[hold', "bank TRUST"),
        ('"6222000011113333"', "6222000011113333", "SETTING_BAD", "6222000011113333", "must be text in quotes"),
        ('"6222000011113333"', '"- -"', "SETTING_BAD", '"- -"', "no letter or digit"),
        ('kind = "bank"', 'kind = "processor"', "NOT_YET", "processor", "in transit"),
        ('kind = "bank"', 'kind = "card"', "SETTING_BAD", '"card"', "none of bank, processor"),
        ("check = 5", "check = -5", "SETTING_BAD", "check = -5", "whole number of days"),
        ("check = 5", 'check = "5"', "SETTING_BAD", 'check = "5"', "without quotes"),
        ("check = 5", "check = true", "SETTING_BAD", "check = true", "whole number of days"),
        ("check = 5", "CARD = 5", "SETTING_BAD", "Card = 2", "twice"),
        ('interest = "agency"', 'interest = "client"', "SETTING_BAD", '"client"', "none of agency, unidentified"),
        ("[trust]", "[trsut]", "SETTING_UNKNOWN", "[trsut]", 'did you mean "trust"?'),
        ('place = "IL"\n', "", "SETTING_MISSING", "[[place]]", "place.place is missing"),
        ('refund_minimum = "1.00"', 'refund_minimum = "1.005"', "SETTING_BAD", '"1.005"', "decimals of CNY"),
        ("remit_within_days = 60", "remit_within_days = 6.5", "SETTING_BAD", "6.5", "whole number of days"),
        (
            "deposit_days = 2\n",
            'deposit_days = 2\n[[place]]\nplace = "IL"\neffective = 2025-01-01 # b\n',
            *("SETTING_BAD", "# b", "as in another [[place]] of IL"),
        ),
        ("[trust]", '[review]\nwrite_off = "1000.00"\n[trust]', "NOT_YET", "write_off", "second person"),
        ("[trust]", '[review]\nwriteoff = "1000.00"\n[trust]', "SETTING_UNKNOWN", "writeoff", '"write_off"'),
        ('bank = "TRUST"', 'bank = "TRUS"', "SETTING_BAD", '"TRUS"', "no [[bank]] has"),
        ('encoding = "gb18030"', 'encoding = "gbx"', "SETTING_BAD", '"gbx"', "no text encoding"),
        ('encoding = "gb18030"', 'encoding = "rot13"', "SETTING_BAD", '"rot13"', "no text encoding"),
        ('"%Y%m%d"', '"%Y%m"', "SETTING_BAD", "date = {", "year, month and day"),
        ('"%Y%m%d"', '"YYYYMMDD"', "SETTING_BAD", "date = {", "year, month and day"),
        ('format = "%Y%m%d"', 'formt = "%Y%m%d", format = "%Y%m%d"', "SETTING_UNKNOWN", "date = {", '"format"'),
        ('date = { column = "交易日期", format = "%Y%m%d" }', 'date = "x"', "SETTING_BAD", 'date = "x"', "a table"),
        ('debit = "借方发生额"', 'amount = "金额"', "SETTING_BAD", "amount =", "stands beside"),
        ('debit = "借方发生额"\n', "", "SETTING_MISSING", "[[statement_csv]]", "both credit and debit"),
        ('header_contains = ["交易日期", "贷方发生额"]', "header_contains = []", "SETTING_BAD", "= []", "empty list"),
        ('id = "流水号"', 'thousands = "."', "SETTING_BAD", "thousands", "same mark as decimal"),
        ('id = "流水号"', 'decimal = ";"', "SETTING_BAD", "decimal", "must be one of"),
        (
            'balance = "余额"\n',
            '[[statement_csv]]\nname = "icbc" # b\nheader_contains = ["x"]\namount = "x"\n'
            'date = { column = "x", format = "%d.%m.%y" }\n',
            *("SETTING_BAD", "# b", "as in another [[statement_csv]]"),
        ),
        ("[hold_days]\ncheck = 5\nCard = 2\n", "[[hold_days]]\n", "SETTING_BAD", "[[hold_days]]", "must be a table"),
    ],
)
def test_agency_refusals(tmp_path: Path, old: str, new: str, code: str, at: str, words: str) -> None:
    """A bad value, a missing or an unknown key of agency.toml is refused at the line of the key."""
    _refused(tmp_path, "agency.toml", old, new, code, at, words)


@pytest.mark.parametrize(
    ("old", "new", "code", "at", "words"),
    [
        ('"50000.00"', '"50000.01"', "OPENING_UNBALANCED", "[opening]", "leaves 0.01 CNY in the operating fund"),
        ('"900.00"', '"901.00"', "OPENING_UNBALANCED", "[opening]", "leaves 1.00 CNY in the trust fund"),
        ('Assets:Trust:Bank:TRUST" = "900.00"', 'Assets:Operating:Cash" = "900.00"', "", "", ""),
        ('"50000.00"', "50000.00", "SETTING_BAD", "50000.00\n", "amount in quotes"),
        ('"50000.00"', '"50000.001"', "SETTING_BAD", "50000.001", "decimals of CNY"),
        ('"50000.00"', '"50,000.00"', "SETTING_BAD", "50,000.00", "is no amount"),
        ("Bank:OPS", "Bank:OPPS", "SETTING_BAD", "Bank:OPPS", 'did you mean "OPS"?'),
        ("Assets:Operating:Bank:OPS", "Assets:Trust:Bank:OPS", "SETTING_BAD", "Bank:OPS", "bank OPS is operating"),
        ("Assets:Trust:Bank:", "Assets:Trust:InTransit:", "SETTING_BAD", "InTransit", "whose kind is bank"),
        ("ClientPayable:ALFA", "ClientPayable:BETA", "SETTING_BAD", "BETA", "who has no contract"),
        ("ClientPayable:ALFA", "ClientPayble:ALFA", "SETTING_BAD", "ClientPayble", "no account of the chart"),
        ("ClientPayable:ALFA", "ClientPayable", "SETTING_BAD", "ClientPayable", "no account of the chart"),
        ("Receivable:Client:ALFA", "Receivable:ALFA", "SETTING_BAD", "Receivable", "no account of the chart"),
        ("Assets:Operating:Receivable:Client:ALFA", "Equity:Memo:Placed:ALFA", "SETTING_BAD", "Memo", "memo account"),
        ("Equity:Opening", "Equity:opening", "SETTING_BAD", "Equity:opening", "is no account"),
        ("Equity:Opening", "Capital:Opening", "SETTING_BAD", "Capital:Opening", "is no account"),
        ("Equity:Opening", "Income:Commission:ALFA:Cash", "SETTING_BAD", "ALFA:Cash", "no account of the chart"),
        ('"900.00"', '{ JPY = "900" }', "SETTING_BAD", "JPY = ", "another currency than the account's, CNY"),
        ('"-50100.00"', '{ RMB = "-50100.00" }', "SETTING_BAD", "RMB", "no ISO 4217 currency"),
        (
            '"Assets:Trust:Bank:TRUST" = "900.00"',
            '"Assets:Trust:Bank:TRUST" = "910.00"\n"Liabilities:Trust:UndrawnFees" = "-10.00"',
            *("OPENING_UNBALANCED", "[opening]", "10.00 CNY apart"),
        ),
    ],
)
def test_opening_refusals(tmp_path: Path, old: str, new: str, code: str, at: str, words: str) -> None:
    """Opening balances are of the chart, of known banks and clients, and balance in each fund and currency."""
    if code:
        _refused(tmp_path, "agency.toml", old, new, code, at, words)
        return
    problems = _problems(_workspace(tmp_path, AGENCY.replace(old, new)))
    assert [problem.code for problem in problems] == ["OPENING_UNBALANCED"] * 2  # moved from one fund to the other
    assert {problem.line for problem in problems} == {7}


def test_opening_account_of_own_design(tmp_path: Path) -> None:
    """The operating fund has any account that Beancount can have, and the bridge to trust."""
    new = '"Assets:Operating:Deposits:Rent-1" = "1.00"\n"Liabilities:Operating:Loan" = "-1.00"\n'
    new += '"Liabilities:Trust:UndrawnFees" = "-2.00"\n"Assets:Operating:DueFromTrust" = "2.00"\n'
    new += '"Income:Commission:ALFA:PAA" = "-2.00"\n"Liabilities:Trust:ForwarderPayable:F1" = "2.00"\n'
    assert len(_load(tmp_path, AGENCY.replace('"Equity:Opening"', new + '"Equity:Opening"')).agency.opening) == 11


TIERS = 'tiers = [ { up_to = "1000.00", rate = "0.15" }, { up_to = "2000", rate = "0.25" }, { rate = "0.35" } ]'


@pytest.mark.parametrize(
    ("old", "new", "code", "at", "words"),
    [
        ('client = "ALFA"', 'client = "Alfa"', "SETTING_BAD", "client =", "A-Z, 0-9 and -"),
        ('name = "Alfa Bank"\n', "", "SETTING_MISSING", "client =", "name is missing"),
        ('currency = "CNY"', 'curency = "CNY"\ncurrency = "CNY"', "SETTING_UNKNOWN", "curency", '"currency"'),
        ('place = "IL"', 'place = "WA"', "SETTING_BAD", "place", "which no [[place]]"),
        ("effective = 2025-07-01", 'effective = "July"', "SETTING_BAD", '"July"', "terms.effective must be a date"),
        ("effective = 2025-07-01\n", "", "SETTING_MISSING", '[[terms]]\nremittance = "gross"', "effective is missing"),
        ("effective = 2025-01-01", "effective = 2025-07-01", "SETTING_BAD", '01\nremittance = "net"', "is 2025-07-01"),
        ('remittance = "net"', 'remittance = "nett"', "SETTING_BAD", '"nett"', 'did you mean "net"?'),
        ('"10.00"', '"10.001"', "SETTING_BAD", '"10.001"', "decimals of CNY"),
        ('"10.00"', "10.00", "SETTING_BAD", "10.00", "amount in quotes"),
        ('"10.00"', '"-10.00"', "SETTING_BAD", "-10.00", "is negative"),
        ('"10.00"', '"1000000000000"', "SETTING_BAD", "1000000000000", "too large"),
        ('["court_costs", "interest", "fees", "principal"]', '["fees"]', "SETTING_BAD", '= ["fees"]', "all four"),
        ('["court_costs", "interest", "fees", "principal"]', '"fees"', "SETTING_BAD", '= "fees"', "must be a list"),
        ('"interest", "fees", "principal"]', '"fees", "fees", "principal"]', "SETTING_BAD", '"fees", "fees"', "twice"),
        ('commission_on = ["fees",', 'commission_on = ["fee",', "SETTING_BAD", '["fee",', 'did you mean "fees"?'),
        ('vat = "exclusive"', 'vat = "extra"', "SETTING_BAD", '"extra"', "none of exclusive, inclusive, none"),
        ('vat_rate = "0.06"\n', "", "SETTING_MISSING", "[[terms]]\neffective = 2025-01-01", "vat_rate is missing"),
        ('"0.06"', "0.06", "SETTING_BAD", "vat_rate = 0.06", "rate in quotes"),
        ('"0.06"', '"6%"', "SETTING_BAD", '"6%"', "is no rate"),
        ('"0.06"', '"6"', "SETTING_BAD", 'vat_rate = "6"', '"0.25" is 25 %'),
        ('"0.06"', '"0.0600001"', "SETTING_BAD", '"0.0600001"', "more than 6 decimals"),
        ('"0.06"', '"-0.06"', "SETTING_BAD", '"-0.06"', "is no rate"),
        ("check = 7", "check = 7.5", "SETTING_BAD", "hold_days", "whole number of days"),
        ("hold_days = { check = 7, wire = 0 }", "hold_days = 7", "SETTING_BAD", "hold_days", "must be a table"),
        ('trust_bank = "TRUST"', 'trust_bank = "TRUTS"', "SETTING_BAD", '"TRUTS"', "no [[bank]] of agency.toml"),
        ('trust_bank = "TRUST"', 'trust_bank = "OPS"', "SETTING_BAD", '"OPS"', "an operating bank"),
        ('trust_bank = "TRUST"', 'trust_bank = "YEN"', "SETTING_BAD", '"YEN"', "a bank in JPY"),
        (
            '[[terms.commission]]\nrate = "0.3"',
            "",
            "SETTING_MISSING",
            "[[terms]]\neffective = 2025-07",
            "commission is",
        ),
        ('[[terms.commission]]\nrate = "0.3"', "commission = []", "SETTING_MISSING", "commission = []", "no rule"),
        ('[[terms.commission]]\nrate = "0.3"', "commission = '3'", "SETTING_BAD", "commission =", "double brackets"),
        ('[[terms.commission]]\nrate = "0.3"', "commission = [3]", "SETTING_BAD", "commission =", "must be a table"),
        (
            'rate = "0.3"',
            'rate = "0.3"\nsource = "paa"',
            "SETTING_BAD",
            '[[terms.commission]]\nrate = "0.3"',
            "the last",
        ),
        ('rate = "0.3"', "", "SETTING_MISSING", "[[terms.commission]]\n\n", "a rule has a rate"),
        ('rate = "0.3"', 'rate = "0.3"\nby = "age_days"', "SETTING_BAD", 'by = "age_days"\n\n[[terms]]', "has none"),
        (
            'rate = "0.3"',
            'rate = "0.3"\nmode = "marginal"',
            "SETTING_BAD",
            'mode = "marginal"\n\n[[terms]]',
            "only with by",
        ),
        (
            'source = "forwarded"\nlevel = ["B", 3]\n',
            "",
            "SETTING_BAD",
            '[[terms.commission]]\nrate = "0.35"',
            "no condition",
        ),
        ('source = "forwarded"', 'source = ["paa", "pcd"]', "SETTING_BAD", '"pcd"', 'did you mean "pdc"?'),
        ('source = "forwarded"', 'sources = "forwarded"', "SETTING_UNKNOWN", "sources", '"source"'),
        ('level = ["B", 3]', "level = []", "SETTING_BAD", "level", "empty list"),
        ('level = ["B", 3]', "level = 3.5", "SETTING_BAD", "level", "text in quotes"),
        ('by = "collected_to_date"', 'by = "age"', "SETTING_BAD", 'by = "age"', "none of age_days, placed_amount"),
        (
            'by = "collected_to_date"\nmode = "marginal"\n',
            "",
            "SETTING_MISSING",
            "[[terms.commission]]\ntiers",
            "by is miss",
        ),
        ('mode = "marginal"\n', "", "SETTING_MISSING", '[[terms.commission]]\nby = "col', '"whole" (one rate on all)'),
        ('"collected_to_date"', '"placed_amount"', "SETTING_BAD", 'mode = "marginal"', "goes only with by"),
        (TIERS, TIERS + '\nrate = "0.5"', "SETTING_BAD", 'rate = "0.5"', "one or the other"),
        (TIERS, "tiers = []", "SETTING_BAD", "tiers = []", "is empty"),
        (TIERS, 'tiers = "0.5"', "SETTING_BAD", 'tiers = "0.5"', "list in square brackets"),
        (TIERS, 'tiers = ["0.5"]', "SETTING_BAD", 'tiers = ["0.5"]', "must be a table"),
        ('up_to = "2000"', 'up_to = "1000"', "SETTING_BAD", '"1000"', "not more than that of the tier before"),
        ('up_to = "2000"', "up_to = 2000", "SETTING_BAD", "= 2000", "amount in quotes"),
        ('up_to = "2000"', 'up_to = "2000.001"', "SETTING_BAD", '"2000.001"', "decimals of CNY"),
        ('up_to = "1000.00"', 'up_to = "0.00"', "SETTING_BAD", '"0.00"', "is zero"),
        ('up_to = "2000", ', "", "SETTING_MISSING", '"1000.00"', "only the last tier"),
        ('  { rate = "0.35" },', '  { up_to = 180, rate = "0.35" },', "SETTING_BAD", "up_to = 180", "the last tier"),
        ("up_to = 90", 'up_to = "90"', "SETTING_BAD", 'up_to = "90"', "whole number of days"),
        ("up_to = 90", "upto = 90", "SETTING_UNKNOWN", "upto = 90", '"up_to"'),
        ('  { rate = "0.35" },', "  { },", "SETTING_MISSING", "{ },", "terms.commission.tiers.rate is missing"),
        ('  { rate = "0.35" },', '  { rate = "1.01" },', "SETTING_BAD", '"1.01"', 'a rate is "0" to "1"'),
        ('minimum = "1.00"', 'minimum = "501"', "SETTING_BAD", 'minimum = "501"', "more than maximum"),
        ('maximum = "500.00"', "maximum = 500", "SETTING_BAD", "maximum = 500", "amount in quotes"),
    ],
)
def test_contract_refusals(tmp_path: Path, old: str, new: str, code: str, at: str, words: str) -> None:
    """A bad value, a missing or an unknown key of a contract is refused at the line of the key."""
    if code == "SETTING_UNKNOWN" and "upto" in new:
        # The unknown key leaves its tier without the known one, which is told only once the key is right.
        _refused(tmp_path, "clients/ALFA.toml", old, new, code, at, words)
        return
    _refused(tmp_path, "clients/ALFA.toml", old, new, code, at, words)


def test_trust_bank_is_asked_for_where_there_are_several(tmp_path: Path) -> None:
    """Where two trust banks have the currency, each version says which one it means."""
    folder = _workspace(tmp_path, AGENCY.replace('id = "YEN"', BANK2 + 'id = "YEN"'))
    (problem,) = _problems(folder)
    assert (problem.code, problem.path, problem.line) == ("SETTING_MISSING", str(folder / "clients" / "ALFA.toml"), 6)
    assert "one of TRUST, TRUST2" in problem.message


def test_a_client_has_one_contract(tmp_path: Path) -> None:
    """Two files of one client are refused at the second one's client."""
    folder = _workspace(tmp_path, AGENCY, ALFA=ALFA, BETA="# copied\n" + ALFA)
    (problem,) = _problems(folder)
    assert (problem.code, problem.path, problem.line) == ("SETTING_BAD", str(folder / "clients" / "BETA.toml"), 2)
    assert str(folder / "clients" / "ALFA.toml") in problem.message


def test_files_of_editors_are_passed_over(tmp_path: Path) -> None:
    """A file that begins with a dot, or is no .toml, is no contract."""
    folder = _workspace(tmp_path)
    (folder / "clients" / ".#ALFA.toml").write_text("x", encoding="utf-8")
    (folder / "clients" / "ALFA.toml~").write_text("x", encoding="utf-8")
    assert list(load_settings(folder).contracts) == ["ALFA"]


@pytest.mark.parametrize("name", ["agency.toml", "clients/ALFA.toml"])
def test_bad_toml_is_refused_at_its_line(tmp_path: Path, name: str) -> None:
    """A syntax error has its line; the other files are judged all the same."""
    folder = _workspace(tmp_path, AGENCY, ALFA=ALFA, BETA=ALFA.replace('"ALFA"', '"beta"'))
    (folder / name).write_text("a = 1\nb = [\n", encoding="utf-8")
    found = [(problem.code, problem.path, problem.line) for problem in _problems(folder)]
    assert found == [("TOML_BAD", str(folder / name), 2), ("SETTING_BAD", str(folder / "clients" / "BETA.toml"), 1)]


def test_a_folder_without_settings(tmp_path: Path) -> None:
    """A folder without agency.toml is refused, without a traceback."""
    (problem,) = _problems(tmp_path)
    assert (problem.code, problem.path) == ("FILE_UNREADABLE", str(tmp_path / "agency.toml"))


def test_an_empty_agency_file(tmp_path: Path) -> None:
    """The table [agency] is required."""
    (problem,) = _problems(_workspace(tmp_path, "", X="x = 1\n")[0:0] or tmp_path) if False else _empty(tmp_path)
    assert (problem.code, problem.line, problem.message) == ("SETTING_MISSING", 1, "agency is missing")


def _empty(folder: Path) -> tuple[Problem, ...]:
    (folder / "agency.toml").write_text("", encoding="utf-8")
    return _problems(folder)


def test_every_problem_is_told(tmp_path: Path) -> None:
    """Nothing hides behind the first mistake: all problems of all files, in order of file and line."""
    agency = AGENCY.replace('name = "Harbour Recovery"', "name = 1").replace("check = 5", "check = -1")
    agency = agency.replace('fund = "operating"', 'fund = "own"').replace('"-50100.00"', "1")
    contract = ALFA.replace('name = "Alfa Bank"', 'nam = "Alfa Bank"').replace('rate = "0.3"\n', "rate = 1\n")
    contract = contract.replace('"10.00"', '"10.005"').replace('maximum = "500.00"', 'maximum = "0.50"')
    folder = _workspace(tmp_path, agency, ALFA=contract)
    found = [(problem.path.rpartition("/")[2], problem.line, problem.code) for problem in _problems(folder)]
    assert found == [
        ("agency.toml", 2, "SETTING_BAD"),
        ("agency.toml", 10, "SETTING_BAD"),
        ("agency.toml", 22, "SETTING_BAD"),
        ("agency.toml", 34, "SETTING_BAD"),
        ("ALFA.toml", 1, "SETTING_MISSING"),
        ("ALFA.toml", 2, "SETTING_UNKNOWN"),
        ("ALFA.toml", 13, "SETTING_BAD"),
        ("ALFA.toml", 18, "SETTING_BAD"),
        ("ALFA.toml", 35, "SETTING_BAD"),
    ]


JUNK = (
    *("1", "-1", "1.5", "nan", "true", '""', '"x"', '"1e5"', '"-0.01"', '"٣"', '"A-1"', '"\\u0000"', '"%Y"', '"{x}"'),
    *("[]", "[1]", "[[1]]", '["x", "x"]', "[{ a = 1 }]", "{}", "{ a = 1 }", '{ CNY = "1" }'),
    *("2025-02-03", "2025-02-03T04:05:06Z", "04:05:06", "9999-12-31", "'''a\nb'''"),
)


@pytest.mark.parametrize("name", ["agency.toml", "clients/ALFA.toml"])
def test_junk_is_refused_in_plain_words(tmp_path: Path, name: str) -> None:
    """Whatever stands after a key, or if the line is gone: read, or refused in our words at a line; never a crash."""
    folder = _workspace(tmp_path)
    path = folder / name
    rows = path.read_text(encoding="utf-8").split("\n")
    for number, row in enumerate(rows):
        key, equals, _value = row.partition(" = ")
        for junk in (*(f"{key} = {value}" for value in JUNK if equals), "", "[x]"):
            path.write_text("\n".join([*rows[:number], junk, *rows[number + 1 :]]), encoding="utf-8")
            try:
                load_settings(folder)
            except Refused as refusal:
                for problem in refusal.problems:
                    assert problem.line >= 1
                    assert problem.message.isprintable(), problem
                    for phrase in ("nput should", "ield required", "xtra input", "alue error", "ssertion", "None"):
                        assert phrase not in problem.message
