"""Refused rows as a file that a person can mend and import again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importers.identify import write_rejected
from importers.tables import REASON_COLUMN

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Room

HEADER = "event,date,case,memo\n"


def rejected(room: Room, content: str | bytes, folder: Path) -> str:
    """The file of refused rows of some content."""
    imported = room.read(content)
    target = folder / "rejected"
    count = write_rejected(room.path, imported.problems, target, imported.layout)
    assert count == len({problem.line for problem in imported.problems})
    return target.read_text(encoding="utf-8-sig")


def test_refused_rows_come_with_their_reasons(room: Room, tmp_path: Path) -> None:
    """Header and refused rows as they came, all reasons of a row in a last column, good rows left out."""
    text = rejected(
        room, HEADER + 'receipt,2025-01-08,K1,good\nreceipt,soon,K 2,"a\nb"\nreceipt,2025-01-09\n', tmp_path
    )
    assert text == (
        f"event,date,case,memo,{REASON_COLUMN}\n"
        "receipt,soon,K 2,\"a\nb\",ID_BAD `case` is 'K 2'; DATE_BAD `date` is 'soon'\n"
        'receipt,2025-01-09,,,"ROW_SHAPE the row has 2 cells, the header 4"\n'
    )


def test_a_line_with_a_broken_quote_is_kept_as_it_stands(room: Room, tmp_path: Path) -> None:
    """What is no row is written as one cell, so that nothing of it is lost."""
    text = rejected(room, HEADER + 'receipt,2025-01-08,K1,"open\n', tmp_path)
    assert '"receipt,2025-01-08,K1,""open",,,,"ROW_SHAPE' in text


def test_no_cell_becomes_a_formula_and_mended_rows_are_the_rows_they_were(room: Room, tmp_path: Path) -> None:
    """Cells that a spreadsheet would run are guarded; read back, guard and reasons are gone, numbers untouched."""
    header = "event,date,amount,memo,note\n"
    text = rejected(room, header + "placement_adjustment,soon,-5.00,=cmd(),@x\n", tmp_path)
    assert text.splitlines()[1].startswith("placement_adjustment,soon,-5.00,'=cmd(),'@x,DATE_BAD")
    (mended,) = room.rows(text.replace("soon", "2025-01-08"))
    (plain,) = room.rows(header + "placement_adjustment,2025-01-08,-5.00,=cmd(),@x\n")
    assert (mended.identity, mended.extra, mended.memo) == (plain.identity, plain.extra, plain.memo)


def test_a_row_refused_twice_has_one_reason_column(room: Room, tmp_path: Path) -> None:
    """A mended file that is refused again gets the new reason in the place of the old one."""
    first = rejected(room, HEADER + "receipt,soon,K1,m\n", tmp_path)
    second = rejected(room, first.replace("soon", "later"), tmp_path)
    assert second.splitlines() == [
        f"event,date,case,memo,{REASON_COLUMN}",
        "receipt,later,K1,m,DATE_BAD `date` is 'later'",
    ]


def test_a_banks_file_keeps_its_preamble_and_separator(room: Room, tmp_path: Path) -> None:
    """The refused rows of a bank's own table can be read again by its profile."""
    content = room.sample("euro_bank.csv").replace(b"06.01.2025", b"36.01.2025")
    text = rejected(room, content, tmp_path)
    assert text.startswith("Kontoauszug;DE00 1234 0000 0001\nBuchungstag;Betrag;")
    (line,) = room.lines(text.replace("36.01", "06.01"))
    assert (line.amount, line.payer) == (125_000, "Jürgen Weiß")


def test_a_tsv_stays_one_and_other_formats_have_no_rows(room: Room, tmp_path: Path) -> None:
    """TSV is written with tabs; of XML there are no rows to write."""
    assert rejected(room, "event\tdate\nreceipt\tsoon\n", tmp_path).startswith(f"event\tdate\t{REASON_COLUMN}\n")
    room.read(room.sample("camt_001_02.xml"))
    assert write_rejected(room.path, (), tmp_path / "none") == 0
    assert not (tmp_path / "none").exists()


def test_without_a_layout_the_first_row_is_the_header(room: Room, tmp_path: Path) -> None:
    """The separator and the header are found again where nobody says them."""
    imported = room.read("\nevent;date;memo\nreceipt;soon;a\n")
    assert write_rejected(room.path, imported.problems, tmp_path / "out") == 1
    assert (tmp_path / "out").read_text(encoding="utf-8-sig").splitlines()[1] == f"event;date;memo;{REASON_COLUMN}"
