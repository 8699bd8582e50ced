"""The usual mistakes of a new user: each ends in words, at the exit status that scripts rely on."""

from __future__ import annotations

import json
import shlex
from typing import TYPE_CHECKING

import pytest

from tests.errors.reproduce import JANUARY, Case, prepare, reproduce

if TYPE_CHECKING:
    from pathlib import Path

_OTHER_BANK = "account,date,amount\n4000999,2025-01-10,5.00\n"
_CHARGES = "event,date,amount,bank\nbank_charge,2025-01-10,3.00,OPS\nbank_charge,2025-01-10,three,OPS\n"
_HUGE = 10**30

MISTAKES = (
    # Nothing there yet
    ("nothing", "daily", 1, "WORKSPACE_MISSING there is no agency.toml here"),
    ("nothing", "daily --workspace elsewhere", 1, "elsewhere: WORKSPACE_MISSING there is no such folder"),
    ("fresh", "import", 0, "nothing to import"),
    ("fresh", "worklist", 1, "JOURNAL_MISSING"),
    ("fresh", "verify", 1, "JOURNAL_MISSING"),
    ("fresh", "check", 1, "JOURNAL_MISSING"),
    ("fresh", "serve", 1, "NOT_PUBLISHED"),
    ("fresh", "remit --through 2025-01-31", 0, "swept: 0.00"),
    ("fresh", "resolve 1 --case A-1", 1, "LINE_UNKNOWN"),
    ("fresh", "invoice list", 1, "JOURNAL_MISSING"),
    # Wrong names
    ("placed", "import january.csv", 1, "january.csv: FILE_UNREADABLE the file cannot be read: No such file"),
    ("placed", "import archive", 1, "archive: FILE_UNREADABLE the file cannot be read: Is a directory"),
    ("placed", "case A-99", 1, "CASE_UNKNOWN"),
    ("placed", "client show GAMMA", 1, "CLIENT_UNKNOWN"),
    ("placed", "statement GAMMA --period 2025-01", 1, "CLIENT_UNKNOWN"),
    ("placed", "remit --through 2025-01-31 --client GAMMA", 1, "CLIENT_UNKNOWN"),
    (
        "placed",
        "post recipt --case A-1 --amount 5.00",
        1,
        "EVENT_UNKNOWN 'recipt' is no event (did you mean \"receipt\"?)",
    ),
    ("placed", "post placement --case A-9", 1, "EVENT_UNKNOWN"),
    ("placed", "post judgment --case A-1", 1, "AMOUNT_SIGN"),
    ("placed", "post receipt --case A-1 --amount 5.00 --bank TRSUT", 1, "BANK_MISSING"),
    ("placed", "post receipt", 1, "VALUE_MISSING a receipt needs case, amount"),
    ("placed", "post returned_payment", 1, "VALUE_MISSING"),
    ("placed", "post returned_payment --of ²", 1, "RECEIPT_UNKNOWN"),
    ("placed", "refund", 1, "VALUE_MISSING"),
    ("placed", f"refund --of {_HUGE}", 1, "VALUE_MISSING"),
    ("placed", f"post returned_payment --of {_HUGE}", 1, "RECEIPT_UNKNOWN"),
    # Wrong dates
    ("placed", "daily --date 2025-02-30", 2, "is no date such as 2025-01-31"),
    ("placed", "daily --date yesterday", 2, "is no date such as 2025-01-31"),
    ("placed", "daily --date 2024-12-31", 1, "DATE_EARLY"),
    ("placed", "remit --through 2025-01-31 --date 2025-01-15", 1, "DATE_FUTURE"),
    ("placed", "statement ALFA --period 2025", 2, "is no month such as 2025-01"),
    ("placed", "statement ALFA --period 2025-13", 2, "is no month such as 2025-01"),
    ("placed", "statement ALFA --period 2025-01-31..2025-01-01", 2, "ends before it begins"),
    # Wrong amounts
    ("placed", "post receipt --case A-1 --amount 1,234.00", 1, "AMOUNT_BAD"),
    ("placed", "post receipt --case A-1 --amount 1e3", 1, "AMOUNT_BAD"),
    ("placed", "post receipt --case A-1 --amount ٣", 1, "AMOUNT_BAD"),
    ("placed", "post receipt --case A-1 --amount 0", 1, "AMOUNT_SIGN the amount of a receipt must be above zero"),
    ("placed", f"post receipt --case A-1 --amount {_HUGE}", 1, "AMOUNT_BAD"),
    # Decisions on lines
    ("waiting", "resolve 4", 2, "give one of --case, --entry, --event, --refund"),
    ("waiting", "resolve 4 --case B-1 --refund", 2, "give one of --case, --entry, --event, --refund"),
    ("waiting", "resolve 4 --case B-1 --case B-2", 2, "only one --case can go without =AMOUNT"),
    ("waiting", "resolve four --case B-1", 2, "'four' is no number"),
    ("waiting", f"resolve {_HUGE} --case B-1", 2, "is no number"),
    ("waiting", "resolve 4 --case =5", 1, "VALUE_MISSING no case is named"),
    ("waiting", "resolve 4 --case B-1=0", 1, "SPLIT_BEYOND"),
    ("waiting", "resolve 4 --case B-1=-0.01", 1, "SPLIT_BEYOND"),
    ("waiting", "resolve 3 --case B-1", 1, "LINE_UNKNOWN line 3 of TRUST is posted"),
    ("waiting", "resolve 4 --event client_payment", 1, "VALUE_MISSING a client_payment needs client"),
    ("waiting", "resolve 2 --event bank_charge", 1, "LINE_UNKNOWN line 2 is over 1702.00, and this bank_charge moves"),
    ("waiting", "resolve 2 --event cleared", 1, "EVENT_UNKNOWN"),
    ("waiting", "exclude 4 --reason unknown", 1, "only an open one can be excluded"),
    ("waiting", "exclude 4", 2, "--reason"),
    ("waiting", "undo 99", 1, "ENTRY_UNKNOWN"),
    ("waiting", f"undo {_HUGE}", 2, "is no number"),
    ("waiting", f"balances --known {_HUGE}", 2, "is no number"),
    ("remitted", "invoice pay INV-2025-0001 --amount 0", 1, "AMOUNT_SIGN 0.00 is no payment of invoice INV-2025-0001"),
    # Wrong usage
    ("fresh", "dayly", 2, "No such command 'dayly'"),
    ("fresh", "remit", 2, "Missing option '--through'"),
    ("fresh", "daily --wait long", 2, "Invalid value for '--wait'"),
    ("fresh", "statement ALFA --period 2025-01 --format pdf", 2, "this release writes csv"),
)

FILES = (
    ("import", {"inbox/other.csv": _OTHER_BANK}, "inbox/other.csv:2: CURRENCY_BAD the row names no currency, and"),
    ("import", {"inbox/empty.csv": ""}, "inbox/empty.csv: FILE_UNKNOWN the file is empty"),
    (
        "import",
        {"inbox/page.xls": "<html><table></table></html>"},
        "inbox/page.xls: FILE_UNKNOWN the file is a web page",
    ),
    ("import", {"inbox/scan.pdf": b"%PDF-1.7\n\x00\x01"}, "inbox/scan.pdf:2: FILE_UNREADABLE"),
    ("import", {"inbox/book.xlsx": b"PK\x03\x04 torn"}, "inbox/book.xlsx: FILE_UNREADABLE the workbook is damaged"),
    (
        "statement ALFA --period 2025-01 --format csv",
        {"reports": "a file"},
        "reports/statement-ALFA-2025-01.csv: FILE_UNWR",
    ),
    (f"import --keep-good {JANUARY}", {"inbox/x.csv": _CHARGES, "rejected": "a file"}, "rejected: FILE_UNWRITABLE"),
    ("balances", {"clients/draft.toml": b"\xff"}, "clients/draft.toml:1: TOML_BAD this line is not UTF-8 text"),
    ("publish", {"journal.db": "a letter, no database\n"}, "journal.db: JOURNAL_UNUSABLE"),
    ("remit --through 2025-01-31", {"journal.db": "a letter, no database\n"}, "journal.db: JOURNAL_UNUSABLE"),
)


@pytest.mark.parametrize(("scene", "command", "status", "words"), MISTAKES, ids=lambda value: str(value)[:60])
def test_a_mistake_ends_in_words(
    scene: str, command: str, status: int, words: str, scenes: Path, tmp_path: Path
) -> None:
    """No mistake ends in a traceback or a defect, and what is refused changes nothing."""
    _mistake(Case(words, command, scene=scene), status, words, scenes, tmp_path / "workspace")


@pytest.mark.parametrize(("command", "files", "words"), FILES, ids=lambda value: str(value)[:60])
def test_a_file_in_the_way_is_named(
    command: str, files: dict[str, str | bytes], words: str, scenes: Path, tmp_path: Path
) -> None:
    """What is wrong with a file or a folder is said with its path, and nothing is posted."""
    _mistake(Case(words, command, files=files), 1, words, scenes, tmp_path / "workspace")


def test_a_refused_day_is_one_json_document(scenes: Path, tmp_path: Path) -> None:
    """``daily --json`` with a bad file prints its document, with the refusal in it, and ends with status 1."""
    case = Case("", f"daily {JANUARY} --json", files={"inbox/x.csv": _CHARGES})
    prepare(case, scenes, tmp_path / "workspace")
    ran = reproduce(case, tmp_path / "workspace")
    assert ran.status == 1
    assert [problem["code"] for file in json.loads(ran.out)["files"] for problem in file["refused"]] == ["AMOUNT_BAD"]


def _mistake(case: Case, status: int, words: str, scenes: Path, folder: Path) -> None:
    prepare(case, scenes, folder)
    ran = reproduce(case, folder)
    assert ran.status == status, (shlex.split(case.run), ran)
    assert words in ran.out + ran.err, ran
    assert "INTERNAL" not in ran.err
    assert "Traceback" not in ran.err
    if status:
        assert ran.after == ran.before
