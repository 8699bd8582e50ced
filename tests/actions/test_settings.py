"""agency.toml and the contracts: what is read from them, and each refusal with its code and line."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from importers.model import CsvProfile
from ledger_core.accounting.agency import Bank, Place
from ledger_core.accounting.terms import CommissionRule, Tier
from ledger_core.errors import Problem, Refused
from tallystick.actions.settings import Settings, load_settings

HARBOUR = Path(__file__).parent / "harbour"
AGENCY = (HARBOUR / "agency.toml").read_text(encoding="utf-8")
ALFA = (HARBOUR / "clients" / "ALFA.toml").read_text(encoding="utf-8")


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
            *((), (), ("card",), ()),
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
    contract = _load(tmp_path).contracts["ALFA"]
    new, old = contract.at(date(2025, 8, 1)), contract.at(date(2025, 2, 1))
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
    monkeypatch.setenv("TALLYSTICK_JOURNAL", "journal.db")
    (problem,) = _problems(folder)
    assert (problem.code, problem.path) == ("SETTING_BAD", "$TALLYSTICK_JOURNAL")


@pytest.mark.parametrize(
    "address",
    [
        "postgresql+psycopg://books@db/books",
        "postgresql://books:secret@db.example:5433/books",
        "postgresql://books:se%2Fcr%40t@[::1]:5433/books?sslmode=verify-full",
        "postgresql+psycopg:///?service=books",
        "postgresql+psycopg://books@/books?host=/run/postgresql",
    ],
)
def test_postgresql_addresses(tmp_path: Path, address: str) -> None:
    """The journal may be in a PostgreSQL database, by any address that has one meaning."""
    assert _load(tmp_path, AGENCY.replace("sqlite:///journal.db", address)).agency.journal == address


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://books:sec/ret@db/books",
        "postgresql://books:sec@ret@db/books",
        "postgresql://books:sec:ret@db/books",
        "postgresql://books:sec#ret@db/books",
        "postgresql://books:sec?ret@db/books",
        "postgresql://books:secret@db:port/books",
        "postgresql+asyncpg://books:secret@db/books",
        "postgresqlx://books:secret@db/books",
        "mysql://books:secret@db/books",
    ],
)
def test_an_address_that_is_none_shows_no_password(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    """Marks that would end a password early are refused, and no part of it is in the message."""
    folder = _workspace(tmp_path, AGENCY.replace("sqlite:///journal.db", address))
    for place in (str(folder / "agency.toml"), "$TALLYSTICK_JOURNAL"):
        (problem,) = _problems(folder)
        assert (problem.code, problem.path) == ("SETTING_BAD", place)
        assert not re.search("sec|ret", str(problem))
        monkeypatch.setenv("TALLYSTICK_JOURNAL", address)
        (folder / "agency.toml").write_text(AGENCY, encoding="utf-8")


BANK2 = 'id = "TRUST2"\nfund = "trust"\ncurrency = "CNY"\naccount = "1"\n[[bank]]\n'


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
    (tmp_path / "agency.toml").write_text("", encoding="utf-8")
    (problem,) = _problems(tmp_path)
    assert (problem.code, problem.line, problem.message) == ("SETTING_MISSING", 1, "agency is missing")


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
        ("ALFA.toml", 36, "SETTING_BAD"),
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
