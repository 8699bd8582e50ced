"""Damage below the rows: to the database file, its tables and guards, and to the archive beside it."""

from __future__ import annotations

import hashlib
import random
import sqlite3
from typing import TYPE_CHECKING

import pytest

from tests.journal.conftest import named

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Workspace
    from tests.journal.conftest import Raw

FLIPS = 90
of_the_file = pytest.mark.parametrize("made", ["sqlite"], indirect=True)
"""What PostgreSQL's own files hold is its server's care."""


def _half(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


@of_the_file
@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(_half, id="cut off"),
        pytest.param(lambda path: path.write_bytes(b""), id="emptied"),
        pytest.param(lambda path: path.unlink(), id="gone"),
        pytest.param(lambda path: path.write_bytes(b"a letter, no database\n"), id="no database"),
        pytest.param(lambda path: path.write_bytes(path.read_bytes()[::-1]), id="reversed"),
    ],
)
def test_a_ruined_journal(raw: Raw, damage: Callable[[Path], object]) -> None:
    """``verify --json`` prints its JSON on a journal that cannot be read, and names the journal."""
    damage(raw.workspace.folder / "journal.db")
    assert named(raw.verify(), ("file", "journal"))


@of_the_file
def test_bytes_flipped_at_random(raw: Raw) -> None:
    """Wherever a byte is altered, ``verify`` ends with JSON; it is silent only where every value is the same."""
    path, chance = raw.workspace.folder / "journal.db", random.Random(20250131)  # noqa: S311 - chance, no secret
    whole, values = path.read_bytes(), _values(path)
    found = 0
    for _ in range(FLIPS):
        content = bytearray(whole)
        content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
        path.write_bytes(bytes(content))
        document = raw.workspace.json("verify", status=None)
        found += not document["ok"]
        assert document["findings"] or _values(path) == values
    assert found > FLIPS // 4


def _values(path: Path) -> list[str]:
    """All that the file holds; names in SQL know no case."""
    connection = sqlite3.connect(path)
    lines = list(connection.iterdump())
    connection.close()
    return [line if line.startswith("INSERT") else line.lower() for line in lines]


FORMS = {
    "sqlite": [
        ("DROP TRIGGER guard_posting_update", "guard_posting_update"),
        ("CREATE TRIGGER more AFTER INSERT ON claim BEGIN DELETE FROM line_state; END", "more"),
        ("CREATE VIEW more AS SELECT * FROM person", "more"),
        ("CREATE TABLE more (id INTEGER)", "more"),
        ("DROP TABLE claim", "claim"),
        ("DROP TABLE allocation", "allocation"),
        ("ALTER TABLE person DROP COLUMN erased_by", "person"),
        ("ALTER TABLE entry ADD COLUMN more TEXT", "entry"),
    ],
    "postgresql": [
        ("DROP TRIGGER guard_posting_update ON posting", "posting.guard_posting_update"),
        ("DROP TRIGGER guard_posting_update ON posting_2025_01", "posting_2025_01.guard_posting_update"),
        ("ALTER TABLE claim DISABLE TRIGGER guard_claim_delete", "claim.guard_claim_delete"),
        (
            "CREATE OR REPLACE FUNCTION guard_kept() RETURNS TRIGGER LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
            "guard_kept",
        ),
        ("CREATE TRIGGER more BEFORE INSERT ON claim FOR EACH ROW EXECUTE FUNCTION guard_kept()", "claim.more"),
        ("CREATE RULE more AS ON INSERT TO claim DO INSTEAD NOTHING", "claim.more"),
        ("CREATE VIEW more AS SELECT * FROM person", "more._RETURN"),
        ("CREATE TABLE more (id INTEGER)", "more"),
        ("DROP TABLE claim", "claim"),
        ("ALTER TABLE person DROP COLUMN erased_by", "person"),
        ("ALTER TABLE entry ADD COLUMN more TEXT", "entry"),
        ("ALTER TABLE reversal DROP CONSTRAINT reversal_pkey", "reversal"),
    ],
}


@pytest.mark.parametrize(
    ("made", "sql", "name"),
    [(database, *case) for database, cases in FORMS.items() for case in cases],
    indirect=["made"],
)
def test_the_form_of_the_journal(raw: Raw, sql: str, name: str) -> None:
    """A guard, table or column that is gone or was added is named, and breaks nothing else."""
    raw.drop_guards()
    raw.restore_guards()
    if "TABLE" in sql and "DROP" in sql:
        raw.drop_guards()
    raw.sql.execute(sql)
    assert named(raw.verify(), ("guard", name))


def test_the_archive(agency: Workspace) -> None:
    """An imported file that was altered, is gone or was never imported is told from the others."""
    altered, gone, *_ = sorted(path for path in (agency.folder / "archive").rglob("*") if path.is_file())
    altered.write_bytes(altered.read_bytes() + b"\n")
    gone.unlink()
    (agency.folder / "archive/letter.txt").write_text("a letter")  # as an import that broke off may leave one
    findings = agency.json("verify", status=1)["findings"]
    shown = {path: str(path.relative_to(agency.folder)) for path in (altered, gone)}
    assert {(f["code"], f["file"]) for f in findings} == {
        ("ARCHIVE_ALTERED", shown[altered]),
        ("ARCHIVE_MISSING", shown[gone]),
    }


@pytest.mark.parametrize("path", ["../agency.toml", "/dev/zero", "TRUST", "\a", "x" * 5_000])
def test_an_archive_path_that_leads_elsewhere(raw: Raw, path: str) -> None:
    """A file is only looked for in the archive, whatever its row was made to say."""
    sha = hashlib.sha256((raw.workspace.folder / "agency.toml").read_bytes()).hexdigest()
    raw.drop_guards()
    raw.sql.execute("UPDATE file SET archive = ?, sha256 = ? WHERE id = 3", (path, sha))
    raw.restore_guards()
    codes = {finding["code"] for finding in raw.verify() if finding.get("file") == f"archive/{path}"}
    assert codes == {"ROW_ALTERED", "ARCHIVE_MISSING"}


@of_the_file
def test_an_index_that_hides_rows(raw: Raw) -> None:
    """An index that was bent to another place, so that questions miss rows, is found."""
    raw.sql.execute("CREATE INDEX bent ON review (decision)")
    raw.sql.execute("PRAGMA writable_schema = ON")
    raw.sql.execute(
        "UPDATE sqlite_master SET rootpage = (SELECT rootpage FROM sqlite_master WHERE name = 'bent')"
        " WHERE name = 'claim_line'"
    )
    raw.sql.execute("DELETE FROM sqlite_master WHERE name = 'bent'")
    found = [finding["message"] for finding in raw.verify() if finding["code"] == "JOURNAL_DAMAGED"]
    assert any("claim_line" in message for message in found)
