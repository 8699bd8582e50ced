"""What a file is, is told from its content."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from importers.identify import read_file
from ledger_core.errors import Refused

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Room

EVENT = "event,date,case,amount\nreceipt,2025-01-08,K1,5.00\n"


@pytest.mark.parametrize(
    ("name", "kind", "file_format", "rows"),
    [
        ("placements.csv", "placements", "csv", 4),
        ("events.tsv", "events", "tsv", 5),
        ("native.csv", "statement", "csv", 2),
        ("big_bank.csv", "statement", "csv:big", 1),
        ("euro_bank.csv", "statement", "csv:euro", 1),
        ("camt_001_02.xml", "statement", "camt.053", 2),
        ("camt_001_08.xml", "statement", "camt.053", 1),
    ],
)
def test_samples_are_recognised(room: Room, name: str, kind: str, file_format: str, rows: int) -> None:
    """Each kind and format is recognised under a name that says nothing, with the digest of its bytes."""
    content = room.sample(name)
    imported = room.read(content)
    assert (imported.kind, imported.format, len(imported.rows)) == (kind, file_format, rows)
    assert imported.problems == ()
    assert imported.sha256 == hashlib.sha256(content).hexdigest()
    assert imported.path == "inbox/given"


@pytest.mark.parametrize(
    "content", [b"", b"\xef\xbb\xbf", b" \n\n", b"hello\n", b"a,b\n1,2\n", b"<xml/>", b"OFXHEADER:100"]
)
def test_unknown_content_is_refused(room: Room, content: bytes) -> None:
    """What is empty, or has no header that we know, is FILE_UNKNOWN."""
    assert room.refusal(content) == [(0, "FILE_UNKNOWN")]


@pytest.mark.parametrize(
    "content", [b"\x7fELF\x02\x01\x00\x00", b"\x00" * 100, b"PK\x03\x04 no archive", b"\xff\xfe\x80,\x81\xff"]
)
def test_binary_content_is_refused(room: Room, content: bytes) -> None:
    """What is neither text nor a workbook is FILE_UNREADABLE."""
    assert [code for _, code in room.refusal(content)] == ["FILE_UNREADABLE"]


def test_a_file_that_cannot_be_opened_is_refused(tmp_path: Path) -> None:
    """A missing file and a folder are FILE_UNREADABLE, with the path as shown."""
    for path in (tmp_path / "missing.csv", tmp_path):
        with pytest.raises(Refused) as refused:
            read_file(path, profiles=(), currency_of=lambda _account, _hint: None, shown="inbox/x")
        assert [(p.code, p.path) for p in refused.value.problems] == [("FILE_UNREADABLE", "inbox/x")]


def test_a_web_page_is_named_as_such(room: Room) -> None:
    """A bank's HTML table with a spreadsheet's name is refused, and the message says what it is."""
    with pytest.raises(Refused, match="web page"):
        room.read("<html><table><tr><td>交易日期</td></tr></table></html>")


@pytest.mark.parametrize("lead", ["", "\ufeff"])
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_text_is_utf8_or_else_gb18030(room: Room, lead: str, encoding: str) -> None:
    """UTF-8 with and without BOM and GB18030 give the same rows."""
    rows = room.rows((lead + "event,date,memo\nreceipt,2025-01-08,王小明 𠀀\n").encode(encoding))
    assert rows[0].memo == "王小明 𠀀"
    assert rows == room.rows("event,date,memo\nreceipt,2025-01-08,王小明 𠀀\n")


@pytest.mark.parametrize(
    ("header", "missing"),
    [
        ("client,case,principal", ["placed_on"]),
        ("placed_on,case", ["client", "principal"]),
        ("event,amount", ["date"]),
        ("account,amount,memo", ["date"]),
        ("account,date,memo", ["amount"]),
    ],
)
def test_a_header_that_lacks_a_column_is_told_which(room: Room, header: str, missing: list[str]) -> None:
    """A header that resembles a kind names every required column that it lacks."""
    with pytest.raises(Refused) as refused:
        room.read(f"\n{header}\n")
    found = [(p.line, p.code, p.message) for p in refused.value.problems]
    assert found == [(2, "HEADER_MISSING", f"the header has no column `{name}`") for name in missing]


def test_a_doubled_column_is_refused(room: Room) -> None:
    """A column that stands twice is HEADER_DUPLICATE, whatever its case, also one that we do not know."""
    assert room.refusal("event,date,Memo,memo ,x,X\nreceipt,2025-01-08,a,b,c,d\n") == [
        (1, "HEADER_DUPLICATE"),
        (1, "HEADER_DUPLICATE"),
    ]


def test_header_names_are_trimmed_and_case_folded(room: Room) -> None:
    """Spaces around a name and its case do not matter, nor does the order of the columns."""
    (row,) = room.rows(" DATE ,Amount, Event\n2025-01-08,5.00,receipt\n")
    assert row.identity == room.rows("event,date,amount\nreceipt,2025-01-08,5.00\n")[0].identity


def test_our_own_columns_win_over_a_profile(room: Room) -> None:
    """A complete header of ours is never taken for a bank's table."""
    room.profiles = [type(room.profiles[0])(name="greedy", bank="TRUST", header_contains=("date",), date_column="date")]
    assert room.read(EVENT).kind == "events"
