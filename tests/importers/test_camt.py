"""CAMT.053: statements of any version, by local names."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from ledger_core.errors import Refused

if TYPE_CHECKING:
    from conftest import Room

ACCOUNT = "<Acct><Id><IBAN>DE00123400000001</IBAN></Id><Ccy>EUR</Ccy></Acct>"
ENTRY = (
    '<Ntry><Amt Ccy="EUR">10.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts>'
    "<BookgDt><Dt>2025-01-06</Dt></BookgDt></Ntry>"
)


def message(*parts: str, account: str = ACCOUNT, version: str = "02") -> str:
    """A message with one statement, a part a line from line 3 on."""
    head = f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}"><BkToCstmrStmt>'
    return "\n".join([head, f"<Stmt><Id>S</Id>{account}", *parts, "</Stmt></BkToCstmrStmt></Document>"])


def balance(code: str, amount: str, day: str = "2025-01-06", sign: str = "CRDT", currency: str = "EUR") -> str:
    """A balance of a statement."""
    return (
        f'<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy="{currency}">{amount}</Amt>'
        f"<CdtDbtInd>{sign}</CdtDbtInd><Dt><Dt>{day}</Dt></Dt></Bal>"
    )


def test_version_02_is_read(room: Room) -> None:
    """Two accounts in a file; parties by name; pending entries passed over; previous closing opens."""
    euro, dollars = room.rows(room.sample("camt_001_02.xml"))
    assert (euro.account, euro.currency, euro.number, euro.line) == ("DE00123400000001", "EUR", "6", 5)
    assert (euro.opening, euro.closing) == (100_000, 120_525)
    assert (euro.date_from, euro.date_to) == (dt.date(2025, 1, 6), dt.date(2025, 1, 6))
    credit, returned = euro.lines
    assert (credit.line, credit.date, credit.amount, credit.bank_id) == (18, dt.date(2025, 1, 6), 25_050, "BANK-1")
    assert (credit.payer, credit.payer_account) == ("Adaeze Okafor", "DE02120300000000202051")
    assert (credit.reference, credit.memo, credit.method) == ("", "K0000002 instalment January", "transfer")
    assert (returned.line, returned.amount, returned.bank_id) == (34, -4_525, "BANK-2")
    assert (returned.payer, returned.reference) == ("Lena Fischer", "K0000004")
    assert returned.memo == "AC04 account closed Return"
    assert (dollars.account, dollars.currency, dollars.opening, dollars.closing) == (
        "9900112233",
        "USD",
        -1_000,
        -1_000,
    )
    assert dollars.lines == ()


def test_version_08_is_read(room: Room) -> None:
    """Prefixed names, coded status, nested parties, control sums; newest first is turned; zero is no line."""
    (statement,) = room.rows(room.sample("camt_001_08.xml"))
    assert (statement.number, statement.opening, statement.closing) == ("8", 120_525, 180_525)
    assert (statement.date_from, statement.date_to) == (dt.date(2025, 1, 7), dt.date(2025, 1, 8))
    third, second, first = statement.lines
    assert (third.amount, third.bank_id, third.payer, third.payer_account) == (
        30_000,
        "BANK-3",
        "Lena Fischer",
        "440022",
    )
    assert third.reference == "RF18K0000004"
    assert (second.amount, second.payer, second.payer_account) == (-10_000, "Alfa Bank", "55001")
    assert second.reference == "REM-2025-1"
    assert (first.amount, first.payer, first.reference) == (40_000, "", "")
    assert first.memo == "K0000001 150.00 Wang Xiaoming | 250.00 Adaeze Okafor K0000002"


@pytest.mark.parametrize("version", [f"{n:02d}" for n in range(2, 14)])
def test_the_version_does_not_matter(room: Room, version: str) -> None:
    """Any version's namespace is read the same."""
    assert [line.amount for line in room.lines(message(ENTRY, version=version))] == [1000]


def test_the_sign_is_the_entrys_own(room: Room) -> None:
    """CdtDbtInd is the direction also of a reversal, whose payer is the party of what it reverses."""
    parties = "<RltdPties><Dbtr><Nm>D</Nm></Dbtr><Cdtr><Nm>C</Nm></Cdtr></RltdPties>"
    entry = ENTRY.replace("</Ntry>", f"<NtryDtls><TxDtls>{parties}</TxDtls></NtryDtls></Ntry>")
    reversal = "</CdtDbtInd><RvslInd>true</RvslInd>"
    entries = [entry, entry.replace("</CdtDbtInd>", reversal)]
    entries += [one.replace("CRDT", "DBIT") for one in entries]
    lines = room.lines(message(*entries))
    assert [(line.amount, line.payer) for line in lines] == [(1000, "D"), (1000, "C"), (-1000, "C"), (-1000, "D")]


def test_a_closing_balance_that_does_not_follow_refuses_the_statement(room: Room) -> None:
    """Opening and entries must give the closing balance; the other statements of the file stay."""
    content = room.sample("camt_001_02.xml").replace(b"1205.25", b"1205.26")
    imported = room.read(content)
    assert [(p.line, p.code) for p in imported.problems] == [(5, "STATEMENT_BALANCE")]
    assert "1205.26" in imported.problems[0].message
    assert [s.account for s in imported.rows] == ["9900112233"]


@pytest.mark.parametrize(("given", "wrong"), [(b"<b:Sum>700<", b"<b:Sum>701<"), (b"<b:Sum>100<", b"<b:Sum>0<")])
def test_a_wrong_control_sum_refuses_the_statement(room: Room, given: bytes, wrong: bytes) -> None:
    """The sums of credits and debits must be those of the entries."""
    assert room.faults(room.sample("camt_001_08.xml").replace(given, wrong)) == [(4, "STATEMENT_BALANCE")]


def test_each_bad_entry_has_its_code(room: Room) -> None:
    """All faults are listed by line, and a statement with one is left out."""
    imported = room.read(
        message(
            balance("OPBD", "0.00"),
            ENTRY,
            ENTRY.replace("10.00", "10.005"),
            ENTRY.replace("10.00", "-10.00"),
            ENTRY.replace("10.00", "ten"),
            ENTRY.replace('<Amt Ccy="EUR">10.00</Amt>', ""),
            ENTRY.replace("CRDT", "CREDIT"),
            ENTRY.replace("2025-01-06", "2025-02-30"),
            ENTRY.replace("<BookgDt><Dt>2025-01-06</Dt></BookgDt>", ""),
            ENTRY.replace("BOOK", "MAYBE"),
            ENTRY.replace("EUR", "USD"),
            ENTRY.replace("EUR", "E"),
            balance("CLBD", "99.00"),
        )
    )
    assert [(p.line, p.code) for p in imported.problems] == [
        (5, "AMOUNT_DECIMALS"),
        (6, "AMOUNT_SIGN"),
        (7, "AMOUNT_BAD"),
        (8, "VALUE_MISSING"),
        (9, "VALUE_BAD"),
        (10, "DATE_BAD"),
        (11, "VALUE_MISSING"),
        (12, "VALUE_BAD"),
        (13, "CURRENCY_BAD"),
        (14, "CURRENCY_BAD"),
    ]
    assert imported.rows == ()


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("<DtTm>2025-01-06T23:59:59+08:00</DtTm>", 6),
        ("<DtTm>2025-01-06T00:30:00Z</DtTm>", 6),
        ("<Dt>2025-01-06+01:00</Dt>", 6),
        ("<Dt> 2025-01-07 </Dt>", 7),
    ],
)
def test_the_day_is_the_banks(room: Room, text: str, day: int) -> None:
    """A time or an offset does not move the day that the bank wrote."""
    (line,) = room.lines(message(ENTRY.replace("<Dt>2025-01-06</Dt>", text)))
    assert line.date == dt.date(2025, 1, day)


def test_the_value_date_stands_in(room: Room) -> None:
    """An entry without booking date has its value date."""
    (line,) = room.lines(message(ENTRY.replace("BookgDt", "ValDt")))
    assert line.date == dt.date(2025, 1, 6)


@pytest.mark.parametrize("reference", ["NOTPROVIDED", "notprovided", "NONREF"])
def test_references_that_say_nothing_are_none(room: Room, reference: str) -> None:
    """A placeholder is neither an id of the bank nor a reference of the payer."""
    refs = f"<Refs><AcctSvcrRef>{reference}</AcctSvcrRef><EndToEndId>{reference}</EndToEndId></Refs>"
    (line,) = room.lines(message(ENTRY.replace("</Ntry>", f"<NtryDtls><TxDtls>{refs}</TxDtls></NtryDtls></Ntry>")))
    assert (line.bank_id, line.reference) == ("", "")


@pytest.mark.parametrize(
    ("balances", "ends"),
    [
        ([("OPBD", "1"), ("ITBD", "11")], (100, 1100)),
        ([("ITBD", "1"), ("CLBD", "11")], (100, 1100)),
        ([("ITBD", "1"), ("ITBD", "11")], (100, 1100)),
        ([("CLBD", "11"), ("PRCD", "7"), ("OPBD", "1"), ("CLAV", "5")], (100, 1100)),
        ([("CLBD", "11")], (None, 1100)),
        ([], (None, None)),
    ],
)
def test_opening_and_closing_by_their_codes(
    room: Room, balances: list[tuple[str, str]], ends: tuple[int | None, int | None]
) -> None:
    """OPBD goes before PRCD, interim balances end a page, available balances are passed over."""
    statement = room.statement(message(*(balance(code, amount) for code, amount in balances), ENTRY))
    assert (statement.opening, statement.closing) == ends


def test_of_several_days_the_first_opens_and_the_last_closes(room: Room) -> None:
    """A statement that gives balances for each day runs from the first to the last."""
    days = [
        ("CLBD", "6", "2025-01-07"),
        ("OPBD", "1", "2025-01-06"),
        ("OPBD", "4", "2025-01-07"),
        ("CLBD", "4", "2025-01-06"),
    ]
    statement = room.statement(message(*(balance(*day) for day in days), ENTRY.replace("10.00", "5")))
    assert (statement.opening, statement.closing, statement.date_to) == (100, 600, dt.date(2025, 1, 7))


def test_the_currency_comes_from_the_nearest_that_says_it(room: Room) -> None:
    """Account, balance, entry, then our own bank; a balance in another currency refuses the statement."""
    bare = ACCOUNT.replace("<Ccy>EUR</Ccy>", "")
    assert room.statement(message(account=bare)).currency == "EUR"
    assert room.statement(message(ENTRY.replace("EUR", "USD"), account=bare)).currency == "USD"
    assert room.faults(message(balance("OPBD", "1", currency="USD"))) == [(2, "CURRENCY_BAD")]
    assert room.faults(message(account=bare.replace("DE00", "DE99"))) == [(2, "CURRENCY_BAD")]
    assert room.faults(message(account="")) == [(2, "VALUE_MISSING"), (2, "CURRENCY_BAD")]


@pytest.mark.parametrize(
    "doctype",
    [
        "<!DOCTYPE Document>",
        '<!DOCTYPE d SYSTEM "file:///etc/passwd">',
        '<!DOCTYPE d [<!ENTITY e "x"><!ENTITY f "&e;&e;">]>',
    ],
)
def test_a_doctype_is_refused(room: Room, doctype: str) -> None:
    """A file that declares a DTD or entities is XML_BAD before any of it is read."""
    assert room.refusal(doctype + message(ENTRY)) == [(0, "XML_BAD")]
    below_the_head = f"<!-- BkToCstmrStmt {'x' * 70_000} -->{doctype}{message(ENTRY)}"
    assert [code for _, code in room.refusal(below_the_head)] == ["XML_BAD"]


def test_an_entity_is_refused(room: Room) -> None:
    """A reference to an entity that nobody declared is XML_BAD."""
    assert room.refusal(message(ENTRY).replace("<Id>S</Id>", "<Id>&e;</Id>")) == [(2, "XML_BAD")]


def test_a_doctype_in_another_encoding_is_refused(room: Room) -> None:
    """A declaration that cannot be seen in the bytes is seen by the parser."""
    text = f'<?xml version="1.0" encoding="UTF-7"?>+ADwAIQ-DOCTYPE d>{message(ENTRY)}'
    assert [code for _, code in room.refusal(text)] == ["XML_BAD"]


def test_xml_that_breaks_off_is_refused_with_its_line(room: Room) -> None:
    """A file cut short is XML_BAD as a whole, however much of it was read."""
    content = message(ENTRY, ENTRY)
    assert room.refusal(content[: content.index("</Stmt>")]) == [(5, "XML_BAD")]
    with pytest.raises(Refused, match=r"given:3: XML_BAD"):
        room.read(content.replace("</Ntry>", "</Entry>", 1))


def test_another_message_is_unknown(room: Room) -> None:
    """A message that only speaks of CAMT.053 is FILE_UNKNOWN."""
    assert room.refusal('<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"/>') == [(0, "FILE_UNKNOWN")]


@pytest.mark.parametrize("between", ["", "\n", "\n\n  ", "\r\n"])
def test_line_numbers_go_beyond_what_libxml2_keeps_in_16_bits(room: Room, between: str) -> None:
    """An entry far down the file is found on its own line, and so is a statement."""
    entry = ENTRY.replace("><", f">{between}<", 1).replace("</Ntry>", "\n" * 14 + "</Ntry>")
    height = entry.count("\n") + 1
    content = message(*[entry] * 5000)
    second = content[content.index("<Stmt>") : content.index("</BkToCstmrStmt>")]
    first, last = room.rows(content.replace("</BkToCstmrStmt>", f"\n{second}</BkToCstmrStmt>"))
    assert first.line == 2
    assert [line.line for line in first.lines] == [3 + number * height for number in range(5000)]
    below = 3 + 5000 * height + 1
    assert below > 2**16
    assert last.line == below
    assert [line.line for line in last.lines] == [below + 1 + number * height for number in range(5000)]
