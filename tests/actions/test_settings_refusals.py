"""Each refusal of agency.toml and of a contract, with its code and the line of its key.

A row replaces a text of the example workspace by another, and names the code, a text at the expected
line, and words of the message.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from ledger_core.errors import Problem, Refused
from tallystick.actions.settings import load_settings

HARBOUR = Path(__file__).parent / "harbour"

BAD, MISSING, UNKNOWN = "SETTING_BAD", "SETTING_MISSING", "SETTING_UNKNOWN"

PROFILE2 = """\
[[statement_csv]]
name = "icbc" # b
header_contains = ["x"]
amount = "x"
date = { column = "x", format = "%d.%m.%y" }
"""
PLACE2 = 'deposit_days = 2\n[[place]]\nplace = "IL"\neffective = 2025-01-01 # b\n'
HEADER = 'header_contains = ["交易日期", "贷方发生额"]'
DATE = 'date = { column = "交易日期", format = "%Y%m%d" }'
TRUST = '"Assets:Trust:Bank:TRUST" = "900.00"'
UNDRAWN = '"Assets:Trust:Bank:TRUST" = "910.00"\n"Liabilities:Trust:UndrawnFees" = "-10.00"'
ORDER = '["court_costs", "interest", "fees", "principal"]'
LAST = '[[terms.commission]]\nrate = "0.3"'
TIERS = 'tiers = [ { up_to = "1000.00", rate = "0.15" }, { up_to = "2000", rate = "0.25" }, { rate = "0.35" } ]'


@pytest.fixture(autouse=True)
def _no_journal_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TALLYSTICK_JOURNAL", raising=False)


def _problems(folder: Path, name: str, old: str, new: str) -> tuple[tuple[Problem, ...], str]:
    """The problems of the example after one replacement in one of its files, and that file's text then."""
    texts = {part: (HARBOUR / part).read_text(encoding="utf-8") for part in ("agency.toml", "clients/ALFA.toml")}
    assert old in texts[name]
    texts[name] = texts[name].replace(old, new, 1)
    (folder / "clients").mkdir()
    for part, text in texts.items():
        (folder / part).write_text(text, encoding="utf-8")
    with pytest.raises(Refused) as refusal:
        load_settings(folder)
    return refusal.value.problems, texts[name]


def _refused(folder: Path, name: str, old: str, new: str, code: str, at: str, words: str) -> None:
    """The replacement makes one problem, at the line of ``at``."""
    (problem,), text = _problems(folder, name, old, new)
    assert text.count(at) == 1, at
    assert (problem.code, problem.path) == (code, str(folder / name))
    assert problem.line == text[: text.index(at)].count("\n") + 1
    assert words in problem.message


@pytest.mark.parametrize(
    ("old", "new", "code", "at", "words"),
    [
        ('name = "Harbour Recovery"\n', "", MISSING, "[agency]", "agency.name is missing"),
        ('name = "Harbour Recovery"', "name = 7", BAD, "name = 7", "must be text in quotes"),
        ('name = "Harbour Recovery"', 'name = " "', BAD, 'name = " "', "is empty"),
        ('name = "Harbour Recovery"', 'name = "A\\nB"', BAD, "A\\nB", "does not print"),
        ("first_day = 2025-01-01", 'first_day = "2025-01-01"', BAD, "first_day", "a date without quotes"),
        ("first_day = 2025-01-01", "first_day = 2025-01-01T08:00:00", BAD, "first_day", "a date"),
        ("journal", "jurnal", UNKNOWN, "jurnal", 'did you mean "journal"?'),
        ('"sqlite:///journal.db"', '"journal.db"', BAD, "journal =", "starts with sqlite:///"),
        ('"sqlite:///journal.db"', '"sqlite:///"', BAD, "journal =", "starts with sqlite:///"),
        ('"sqlite:///journal.db"', '"sqlite:///:memory:"', BAD, "journal =", "starts with sqlite:///"),
        ('"sqlite:///journal.db"', '"postgresql:/a@db/b"', BAD, "journal =", "postgresql://"),
        ('"sqlite:///journal.db"', '"postgresql://a@db"', BAD, "journal =", "host:port/database"),
        ('id = "TRUST"', 'id = "trust"', BAD, 'id = "trust"', "A-Z, 0-9 and -"),
        ('id = "OPS"', 'id = "OPSOPSOPSOPSOPSOPSOPS"', BAD, 'id = "OPSOPS', "up to 20"),
        ('id = "YEN"', 'id = "OPS"', BAD, 'id = "OPS"\nfund = "trust"', "as in another [[bank]]"),
        ('fund = "trust"', 'fund = "trsut"', BAD, '"trsut"', 'did you mean "trust"?'),
        ('fund = "operating"\n', "", MISSING, '[[bank]]\nid = "OPS"', "bank.fund is missing"),
        ('currency = "JPY"', 'currency = "RMB"', BAD, '"RMB"', "no ISO 4217 currency"),
        ('currency = "JPY"', 'currency = "CNY"', BAD, 'account = "6222000011112222"\n\n[hold', "bank TRUST"),
        ('"6222000011113333"', "6222000011113333", BAD, "6222000011113333", "must be text in quotes"),
        ('"6222000011113333"', '"- -"', BAD, '"- -"', "no letter or digit"),
        ('kind = "bank"', 'kind = "processor"', BAD, '"processor"', "in transit"),
        ('kind = "bank"', 'kind = "card"', BAD, '"card"', "none of bank, processor"),
        ("check = 5", "check = -5", BAD, "check = -5", "whole number of days"),
        ("check = 5", 'check = "5"', BAD, 'check = "5"', "without quotes"),
        ("check = 5", "check = true", BAD, "check = true", "whole number of days"),
        ("check = 5", "CARD = 5", BAD, "Card = 2", "twice"),
        ('interest = "agency"', 'interest = "client"', BAD, '"client"', "none of agency, unidentified"),
        ("[trust]", "[trsut]", UNKNOWN, "[trsut]", 'did you mean "trust"?'),
        ("check = 5", "check = 5\n[agency2]", UNKNOWN, "[agency2]", 'did you mean "agency"?'),
        ('kind = "bank"', 'kind = "bank"\nfirst_day = 2025-01-02', UNKNOWN, "first_day = 2025-01-02", "in [agency]"),
        ('place = "IL"\n', "", MISSING, "[[place]]", "place.place is missing"),
        ('refund_minimum = "1.00"', 'refund_minimum = "1.005"', BAD, '"1.005"', "decimals of CNY"),
        ("remit_within_days = 60", "remit_within_days = 6.5", BAD, "6.5", "whole number of days"),
        (
            "deposit_days = 2\n",
            "remit_after_month_end_days = 30\n",
            BAD,
            "remit_after",
            "stands beside remit_within_days",
        ),
        (
            "deposit_days = 2\n",
            "deposit_days = 2\ndeposit_banking_days = 2\n",
            BAD,
            "deposit_b",
            "stands beside deposit_",
        ),
        ("deposit_days = 2\n", "remit_after_month_end_days = -1\n", BAD, "remit_after", "whole number of days"),
        ("deposit_days = 2\n", "remit_minimum = 10\n", BAD, "remit_minimum", "amount in quotes"),
        ("deposit_days = 2\n", "remit_after_month_end = 3\n", UNKNOWN, "remit_after", '"remit_after_month_end_days"'),
        ("deposit_days = 2\n", PLACE2, BAD, "# b", "as in another [[place]] of IL"),
        ("[trust]", '[review]\nwrite_off = "1000.001"\n[trust]', BAD, "write_off", "decimals of CNY"),
        ("[trust]", '[review]\nmatch = "-1.00"\n[trust]', BAD, "match", "negative"),
        ("[trust]", "[review]\nremittance = 100\n[trust]", BAD, "remittance", "quote"),
        ("[trust]", '[review]\nplacement = "1.00"\n[trust]', UNKNOWN, "placement", "nothing that can be reviewed"),
        ("[trust]", '[review]\nwriteoff = "1000.00"\n[trust]', UNKNOWN, "writeoff", '"write_off"'),
        ('bank = "TRUST"', 'bank = "TRUS"', BAD, '"TRUS"', "no [[bank]] has"),
        ('encoding = "gb18030"', 'encoding = "gbx"', BAD, '"gbx"', "no text encoding"),
        ('encoding = "gb18030"', 'encoding = "rot13"', BAD, '"rot13"', "no text encoding"),
        ('"%Y%m%d"', '"%Y%m"', BAD, "date = {", "year, month and day"),
        ('"%Y%m%d"', '"YYYYMMDD"', BAD, "date = {", "year, month and day"),
        ('format = "%Y%m%d"', 'formt = "%Y%m%d", format = "%Y%m%d"', UNKNOWN, "date = {", '"format"'),
        (DATE, 'date = "x"', BAD, 'date = "x"', "a table"),
        ('debit = "借方发生额"', 'amount = "金额"', BAD, "amount =", "stands beside"),
        ('debit = "借方发生额"\n', "", MISSING, "[[statement_csv]]", "both credit and debit"),
        (HEADER, "header_contains = []", BAD, "= []", "empty list"),
        ('id = "流水号"', 'thousands = "."', BAD, "thousands", "same mark as decimal"),
        ('id = "流水号"', 'decimal = ";"', BAD, "decimal", "must be one of"),
        ('balance = "余额"\n', PROFILE2, BAD, "# b", "as in another [[statement_csv]]"),
        ("[hold_days]\ncheck = 5\nCard = 2\n", "[[hold_days]]\n", BAD, "[[hold_days]]", "must be a table"),
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
        ('"50000.00"', "50000.00", BAD, "50000.00\n", "amount in quotes"),
        ('"50000.00"', '"50000.001"', BAD, "50000.001", "decimals of CNY"),
        ('"50000.00"', '"50,000.00"', BAD, "50,000.00", "is no amount"),
        ("Bank:OPS", "Bank:OPPS", BAD, "Bank:OPPS", 'did you mean "OPS"?'),
        ("Assets:Operating:Bank:OPS", "Assets:Trust:Bank:OPS", BAD, "Bank:OPS", "bank OPS is operating"),
        ("Assets:Trust:Bank:", "Assets:Trust:InTransit:", BAD, "InTransit", "whose kind is bank"),
        ("ClientPayable:ALFA", "ClientPayable:BETA", BAD, "BETA", "who has no contract"),
        ("ClientPayable:ALFA", "ClientPayble:ALFA", BAD, "ClientPayble", "no account of the chart"),
        ("ClientPayable:ALFA", "ClientPayable", BAD, "ClientPayable", "no account of the chart"),
        ("Receivable:Client:ALFA", "Receivable:ALFA", BAD, "Receivable", "no account of the chart"),
        ("Assets:Operating:Receivable:Client:ALFA", "Equity:Memo:Placed:ALFA", BAD, "Memo", "memo account"),
        ("Equity:Opening", "Equity:opening", BAD, "Equity:opening", "is no account"),
        ("Equity:Opening", "Capital:Opening", BAD, "Capital:Opening", "is no account"),
        ("Equity:Opening", "Income:Commission:ALFA:Cash", BAD, "ALFA:Cash", "no account of the chart"),
        ('"900.00"', '{ JPY = "900" }', BAD, "JPY = ", "another currency than the account's, CNY"),
        ('"-50100.00"', '{ RMB = "-50100.00" }', BAD, "RMB", "no ISO 4217 currency"),
        (TRUST, UNDRAWN, "OPENING_UNBALANCED", "[opening]", "10.00 CNY apart"),
    ],
)
def test_opening_refusals(tmp_path: Path, old: str, new: str, code: str, at: str, words: str) -> None:
    """Opening balances are of the chart, of known banks and clients, and balance in each fund and currency."""
    _refused(tmp_path, "agency.toml", old, new, code, at, words)


def test_no_fund_pays_for_another(tmp_path: Path) -> None:
    """Money on the wrong side leaves both funds out of balance, and both are told."""
    problems, _text = _problems(tmp_path, "agency.toml", "Assets:Trust:Bank:TRUST", "Assets:Operating:Cash")
    assert [(problem.code, problem.line) for problem in problems] == [("OPENING_UNBALANCED", 7)] * 2


@pytest.mark.parametrize(
    ("old", "new", "code", "at", "words"),
    [
        ('client = "ALFA"', 'client = "Alfa"', BAD, "client =", "A-Z, 0-9 and -"),
        ('name = "Alfa Bank"\n', "", MISSING, "client =", "name is missing"),
        ('currency = "CNY"', 'curency = "CNY"\ncurrency = "CNY"', UNKNOWN, "curency", '"currency"'),
        ('place = "IL"', 'place = "WA"', BAD, "place", "which no [[place]]"),
        ("effective = 2025-07-01", 'effective = "July"', BAD, '"July"', "terms.effective must be a date"),
        ("effective = 2025-07-01\n", "", MISSING, '[[terms]]\nremittance = "gross"', "effective is missing"),
        ("effective = 2025-01-01", "effective = 2025-07-01", BAD, '01\nremittance = "net"', "is 2025-07-01"),
        ('remittance = "net"', 'remittance = "nett"', BAD, '"nett"', 'did you mean "net"?'),
        ('"10.00"', '"10.001"', BAD, '"10.001"', "decimals of CNY"),
        ('"10.00"', "10.00", BAD, "10.00", "amount in quotes"),
        ('"10.00"', '"-10.00"', BAD, "-10.00", "is negative"),
        ('"10.00"', '"1000000000000"', BAD, "1000000000000", "too large"),
        (ORDER, '["fees"]', BAD, '= ["fees"]', "all four"),
        (ORDER, '"fees"', BAD, '= "fees"', "must be a list"),
        ('"interest", "fees", "principal"]', '"fees", "fees", "principal"]', BAD, '"fees", "fees"', "twice"),
        ('commission_on = ["fees",', 'commission_on = ["fee",', BAD, '["fee",', 'did you mean "fees"?'),
        ('vat = "exclusive"', 'vat = "extra"', BAD, '"extra"', "none of exclusive, inclusive, none"),
        ('vat_rate = "0.06"\n', "", MISSING, "[[terms]]\neffective = 2025-01-01", "vat_rate is missing"),
        ('"0.06"', "0.06", BAD, "vat_rate = 0.06", "rate in quotes"),
        ('"0.06"', '"6%"', BAD, '"6%"', "is no rate"),
        ('"0.06"', '"6"', BAD, 'vat_rate = "6"', '"0.25" is 25 %'),
        ('"0.06"', '"0.0600001"', BAD, '"0.0600001"', "more than 6 decimals"),
        ('"0.06"', '"-0.06"', BAD, '"-0.06"', "is no rate"),
        ("check = 7", "check = 7.5", BAD, "hold_days", "whole number of days"),
        ("hold_days = { check = 7, wire = 0 }", "hold_days = 7", BAD, "hold_days", "must be a table"),
        ('trust_bank = "TRUST"', 'trust_bank = "TRUTS"', BAD, '"TRUTS"', "no [[bank]] of agency.toml"),
        ('trust_bank = "TRUST"', 'trust_bank = "OPS"', BAD, '"OPS"', "an operating bank"),
        ('trust_bank = "TRUST"', 'trust_bank = "YEN"', BAD, '"YEN"', "a bank in JPY"),
        (LAST, f"{LAST}\nvat_rate = '0.06'", UNKNOWN, "vat_rate = '0.06'", "it stands in [[terms]]"),
        (LAST, f"{LAST}\nhold_days = {{ card = 3 }}", UNKNOWN, "hold_days = { card", "it stands in [[terms]]"),
        (ORDER, f'{ORDER}\nmaximum = "9.00"', UNKNOWN, 'maximum = "9.00"', "it stands in [[terms.commission]]"),
        (
            'place = "IL"',
            'place = "IL"\nremittance = "net"',
            UNKNOWN,
            'remittance = "net"\n\n',
            "it stands in [[terms]]",
        ),
        (ORDER, '["costs", "interest", "fees", "principal"]', BAD, '["costs"', 'did you mean "court_costs"?'),
        ('"0.06"', '"15"', BAD, '"15"', '"0.25" is 25 %'),
        ('"0.06"', "15", BAD, "vat_rate = 15", "rate in quotes"),
        ('"0.06"', '"0,06"', BAD, '"0,06"', "is no rate"),
        ('"10.00"', '"1,000.00"', BAD, '"1,000.00"', "is no amount"),
        ('trust_bank = "TRUST"', 'trust_bank = ["TRUST"]', BAD, '["TRUST"]', "text in quotes"),
        ('level = ["B", 3]', "level = true", BAD, "level", "text in quotes"),
        ('level = ["B", 3]', 'level = ""', BAD, "level", "is empty"),
        ("up_to = 90", "up_to = -90", BAD, "up_to = -90", "whole number of days"),
        ('vat = "exclusive"\n', "", MISSING, "[[terms]]\neffective = 2025-01-01", "terms.vat is missing"),
        (f"waterfall = {ORDER}\n", "", MISSING, "[[terms]]\neffective = 2025-01-01", "waterfall is missing"),
        (LAST, "", MISSING, "[[terms]]\neffective = 2025-07", "commission is"),
        (LAST, "commission = []", MISSING, "commission = []", "no rule"),
        (LAST, "commission = '3'", BAD, "commission =", "double brackets"),
        (LAST, "commission = [3]", BAD, "commission =", "must be a table"),
        ('rate = "0.3"', 'rate = "0.3"\nsource = "paa"', BAD, LAST, "the last"),
        ('rate = "0.3"', "", MISSING, "[[terms.commission]]\n\n", "a rule has a rate"),
        ('rate = "0.3"', 'rate = "0.3"\nby = "age_days"', BAD, 'by = "age_days"\n\n[[terms]]', "has none"),
        ('rate = "0.3"', 'rate = "0.3"\nmode = "marginal"', BAD, 'mode = "marginal"\n\n[[terms]]', "only with by"),
        ('source = "forwarded"\nlevel = ["B", 3]\n', "", BAD, '[[terms.commission]]\nrate = "0.35"', "no condition"),
        ('source = "forwarded"', 'source = ["paa", "pcd"]', BAD, '"pcd"', 'did you mean "pdc"?'),
        ('source = "forwarded"', 'sources = "forwarded"', UNKNOWN, "sources", '"source"'),
        ('level = ["B", 3]', "level = []", BAD, "level", "empty list"),
        ('level = ["B", 3]', "level = 3.5", BAD, "level", "text in quotes"),
        ('by = "collected_to_date"', 'by = "age"', BAD, 'by = "age"', "none of age_days, placed_amount"),
        ('by = "collected_to_date"\nmode = "marginal"\n', "", MISSING, "[[terms.commission]]\nasset", "by is miss"),
        ('mode = "marginal"\n', "", MISSING, "[[terms.commission]]\nasset", '"whole" (one rate on all)'),
        ('"collected_to_date"', '"placed_amount"', BAD, 'mode = "marginal"', "goes only with by"),
        (TIERS, TIERS + '\nrate = "0.5"', BAD, 'rate = "0.5"', "one or the other"),
        (TIERS, "tiers = []", BAD, "tiers = []", "is empty"),
        (TIERS, 'tiers = "0.5"', BAD, 'tiers = "0.5"', "list in square brackets"),
        (TIERS, 'tiers = ["0.5"]', BAD, 'tiers = ["0.5"]', "must be a table"),
        ('up_to = "2000"', 'up_to = "1000"', BAD, '"1000"', "not more than that of the tier before"),
        ('up_to = "2000"', "up_to = 2000", BAD, "= 2000", "amount in quotes"),
        ('up_to = "2000"', 'up_to = "2000.001"', BAD, '"2000.001"', "decimals of CNY"),
        ('up_to = "1000.00"', 'up_to = "0.00"', BAD, '"0.00"', "is zero"),
        ('up_to = "2000", ', "", MISSING, '"1000.00"', "only the last tier"),
        ('  { rate = "0.35" },', '  { up_to = 180, rate = "0.35" },', BAD, "up_to = 180", "the last tier"),
        ("up_to = 90", 'up_to = "90"', BAD, 'up_to = "90"', "whole number of days"),
        ("up_to = 90", "upto = 90", UNKNOWN, "upto = 90", '"up_to"'),
        ('  { rate = "0.35" },', "  { },", MISSING, "{ },", "terms.commission.tiers.rate is missing"),
        ('  { rate = "0.35" },', '  { rate = "1.01" },', BAD, '"1.01"', 'a rate is "0" to "1"'),
        ('minimum = "1.00"', 'minimum = "501"', BAD, 'minimum = "501"', "more than maximum"),
        ('maximum = "500.00"', "maximum = 500", BAD, "maximum = 500", "amount in quotes"),
    ],
)
def test_contract_refusals(tmp_path: Path, old: str, new: str, code: str, at: str, words: str) -> None:
    """A bad value, a missing or an unknown key of a contract is refused at the line of the key."""
    _refused(tmp_path, "clients/ALFA.toml", old, new, code, at, words)
