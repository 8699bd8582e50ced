"""Files damaged at random: read or refused, never anything else."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from importers.identify import read_file, write_rejected
from importers.model import CsvProfile
from ledger_core.errors import Refused

FILES = Path(__file__).parent / "files"
PROFILES = [
    CsvProfile(
        "big",
        "TRUST",
        "gb18030",
        ("交易日期",),
        "交易日期",
        "%Y%m%d",
        "贷方发生额",
        "借方发生额",
        balance="余额",
        currency="CNY",
    ),
    CsvProfile(
        "euro", "EURO", "cp1252", ("Betrag",), "Buchungstag", "%d.%m.%Y", amount="Betrag", decimal=",", currency="EUR"
    ),
]
PIECES = [
    b'"',
    b",",
    b"\n",
    b"\r",
    b"\t",
    b";",
    b"\0",
    b"1e5",
    b"=",
    b"-",
    b"\xff",
    b"\xef\xbb\xbf",
    b"9" * 25,
    b"<",
    b"&lt;",
]
PIECES += [
    b"<!DOCTYPE x>",
    b"]]>",
    b"<!--",
    b"'",
    b"\xe2\x80\xa8",
    b"\x81\x30\x81\x30",
    b"\x1c",
    "合计".encode("gb18030"),
]

places = st.floats(0, 1, exclude_max=True)
damages = st.lists(
    st.one_of(
        st.tuples(st.just("put"), places, st.sampled_from(PIECES)),
        st.tuples(st.just("over"), places, st.binary(min_size=1, max_size=4)),
        st.tuples(st.just("drop"), places, st.integers(1, 60)),
        st.tuples(st.just("twice"), places, st.integers(1, 200)),
        st.tuples(st.just("end"), places, st.just(0)),
    ),
    min_size=1,
    max_size=8,
)


def damaged(content: bytes, damage: list[tuple[str, float, bytes | int]]) -> bytes:
    """The content after each damage in turn."""
    for kind, place, what in damage:
        at = int(place * len(content))
        if isinstance(what, bytes):
            content = content[:at] + what + content[at + (len(what) if kind == "over" else 0) :]
        elif kind == "drop":
            content = content[:at] + content[at + what :]
        elif kind == "twice":
            content = content[:at] + content[at : at + what] + content[at:]
        else:
            content = content[:at]
    return content


def survives(content: bytes) -> None:
    """Read a file; a refusal is an answer, any other exception a failure."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "f"
        path.write_bytes(content)
        try:
            imported = read_file(path, profiles=PROFILES, currency_of=lambda _account, _hint: "CNY", shown="f")
        except Refused:
            return
        assert all(problem.path == "f" and problem.line > 0 for problem in imported.problems)
        rejected = write_rejected(path, imported.problems, Path(folder) / "out", imported.layout)
        assert rejected <= len(imported.problems)


def workbook() -> bytes:
    """A small workbook."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["event", "date", "case", "amount"])
        sheet.write_row(1, 0, ["receipt", "2025-01-08", "K0000001", 12.5])
    return file.getvalue()


def test_samples_survive_undamaged() -> None:
    """Every sample passes the test that its damaged copies are put to."""
    for path in FILES.iterdir():
        survives(path.read_bytes())
    survives(workbook())


@pytest.mark.parametrize("name", sorted(path.name for path in FILES.iterdir()))
@settings(max_examples=80)
@given(damage=damages)
def test_damaged_files_are_read_or_refused(name: str, damage: list[tuple[str, float, bytes | int]]) -> None:
    """However a file of text or XML is damaged, it is read or refused."""
    survives(damaged((FILES / name).read_bytes(), damage))


@settings(max_examples=25, deadline=None)
@given(damage=damages)
def test_damaged_workbooks_are_read_or_refused(damage: list[tuple[str, float, bytes | int]]) -> None:
    """However a workbook is damaged, it is read or refused."""
    survives(damaged(workbook(), damage))


@settings(max_examples=50)
@given(content=st.binary(max_size=400))
def test_junk_is_refused(content: bytes) -> None:
    """Bytes of no format are refused, whatever they begin like."""
    for head in (b"", b"PK\x03\x04", b"<?xml version='1.0'?>", b"event,date\n"):
        survives(head + content)
