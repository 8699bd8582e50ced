"""The limits of the proof, as docs/threats.md states them: what nothing finds, and what finds it after all."""

from __future__ import annotations

import hashlib
import re
import shutil
import sqlite3
import subprocess
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

import psycopg
import pytest
from psycopg import sql
from sqlalchemy.engine import make_url

from ledger_core.journal import schema
from ledger_core.journal.chain import Content, head_digest
from tallystick.actions.verifying import book_errors
from tests.journal.conftest import MARCH, MARCH_PLACEMENTS, MARCH_TRUST, key_columns
from tests.journal.test_damage import of_the_file
from tests.journal.test_forgery import resealed
from tests.journal.test_guards import begin
from tests.publish import recompute

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.conftest import Workspace
    from tests.journal.conftest import Raw

WRITE_OFF = ("post", "write_off", "--case", "A-5", "--date", MARCH)
REVIEW = '\n[review]\nwrite_off = "10.00"\n'
TEN = "ledger/2025/01/2025-01-10.beancount"


def _settings(agency: Workspace, old: str, new: str) -> None:
    """Replace a text of agency.toml, or add one."""
    path = agency.folder / "agency.toml"
    text = path.read_text()
    path.write_text(text.replace(old, new) if old else text + new)


def _address(agency: Workspace) -> str:
    """Of the journal, as agency.toml has it."""
    (found,) = re.findall('journal = "(.*)"', (agency.folder / "agency.toml").read_text())
    return str(found)


def test_two_names_are_two_persons(agency: Workspace) -> None:
    """One who acts under two names, and two who agree, pass the review; nothing tells."""
    _settings(agency, "", REVIEW)
    assert "draft" in agency.run(*WRITE_OFF).out
    (draft,) = [draft["id"] for draft in agency.json("worklist")["drafts"]]
    assert "SAME_PERSON" in agency.run("review", "approve", str(draft), "--date", MARCH, status=1).err
    agency.run("review", "approve", str(draft), "--as", "another name", "--date", MARCH)
    assert agency.json("verify")["ok"]


def test_who_writes_the_settings_lifts_the_review(agency: Workspace) -> None:
    """agency.toml is not in the chain: without its limit the same event is simply posted."""
    _settings(agency, "", REVIEW)
    assert "draft" in agency.run(*WRITE_OFF, "--dry-run").out
    _settings(agency, REVIEW, "")
    assert "draft" not in agency.run(*WRITE_OFF).out
    assert agency.json("verify")["ok"]


def test_a_batch_sealed_by_the_format(raw: Raw) -> None:
    """Who may write rows and has read docs/format.md seals what he likes, in anybody's name: it is no alteration."""
    raw.workspace.run("publish", "--date", MARCH)
    batch = begin(raw)
    row = raw.row("exclusion") | {"id": raw.one("SELECT MAX(id) + 1 FROM exclusion")[0], "batch": batch}
    row = resealed(raw, "exclusion", row | {"reason": "so that nobody asks", "actor": "tester"})
    raw.insert("exclusion", row)
    added = Content()
    added.add("exclusion", row["row_digest"])
    *fields, parent = raw.one("SELECT id, kind, acted_on, recorded_at, actor, parent FROM batch WHERE sealed = 0")
    seal = "UPDATE batch SET sealed = 1, content = ?, head = ? WHERE sealed = 0"
    raw.sql.execute(seal, (added.text(), head_digest(parent, fields, added.text())))
    raw.sql.execute("COMMIT")
    assert raw.verify(status=0) == []


@pytest.mark.parametrize("table", ["audit", "user"])
def test_rows_that_are_in_no_chain(raw: Raw, table: str) -> None:
    """Audit rows and users cannot be changed while the guards stand; what their owner changes is not found."""
    names = [column.name for column in schema.metadata.tables[table].columns]
    row = {name: 1 if name in {"id", "batch"} else "x" for name in names}
    if table == "audit":
        row |= {"id": 1 + (raw.one("SELECT MAX(id) FROM audit")[0] or 0)}
    raw.insert(table, row)
    change = f'UPDATE "{table}" SET "{names[-1]}" = ? WHERE "{key_columns(table)[0]}" = ?'
    with pytest.raises(raw.sql.ERROR, match="SEALED"):
        raw.sql.execute(change, ("y", row[key_columns(table)[0]]))
    raw.drop_guards()
    raw.change(table, row, **{names[-1]: "y"})
    raw.restore_guards()
    assert raw.verify(status=0) == []


def test_everything_of_before(agency: Workspace, tmp_path: Path) -> None:
    """Journal, books and archive put back together to what they were: only a head that was kept elsewhere tells."""
    backup = tmp_path / "backup.db"
    agency.run("backup", str(backup))
    shutil.copytree(agency.folder, tmp_path / "before", ignore=shutil.ignore_patterns("journal.db*"))
    agency.run(*WRITE_OFF)
    agency.run("publish", "--date", MARCH)
    noted = agency.json("head")["head"]
    assert agency.json("verify", "--head", noted)["ok"]
    shutil.rmtree(agency.folder)
    shutil.copytree(tmp_path / "before", agency.folder)
    _settings(agency, _address(agency), f"sqlite:///{backup}")
    assert agency.json("verify")["ok"]
    (finding,) = agency.json("verify", "--head", noted, status=1)["findings"]
    assert finding["code"] == "HEAD_UNKNOWN"


@contextmanager
def _a_role(address: str) -> Iterator[psycopg.Connection]:
    """A session by one who may do anything with rows, and owns nothing."""
    owner, role = make_url(address).set(drivername="postgresql"), f"{make_url(address).database}_rows"
    with psycopg.connect(owner.render_as_string(hide_password=False), autocommit=True) as connection:
        for statement in (
            "CREATE ROLE {}",
            "GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON ALL TABLES IN SCHEMA public TO {}",
        ):
            connection.execute(sql.SQL(statement).format(sql.Identifier(role)))  # type: ignore[arg-type]
        connection.execute(sql.SQL("SET SESSION AUTHORIZATION {}").format(sql.Identifier(role)))
        try:
            yield connection
        finally:
            connection.execute("RESET SESSION AUTHORIZATION")
            for statement in ("DROP OWNED BY {}", "DROP ROLE {}"):
                connection.execute(sql.SQL(statement).format(sql.Identifier(role)))  # type: ignore[arg-type]


@pytest.mark.parametrize("made", ["postgresql"], indirect=True)
@pytest.mark.parametrize(
    "statement",
    [
        "DROP TRIGGER guard_posting_update ON posting",
        "ALTER TABLE posting DISABLE TRIGGER ALL",
        "ALTER TABLE posting DISABLE TRIGGER guard_posting_update",
        "ALTER FUNCTION guard_kept() RENAME TO guard_gone",
        "DROP FUNCTION guard_kept() CASCADE",
        "SET session_replication_role = replica",
        "CREATE TRIGGER more BEFORE INSERT ON claim FOR EACH ROW EXECUTE FUNCTION guard_kept()",
        "UPDATE posting SET amount = 1",
        "DELETE FROM posting",
        "TRUNCATE posting",
        "UPDATE head SET sealed_through = 0",
    ],
)
def test_only_an_owner_takes_guards_away(agency: Workspace, statement: str) -> None:
    """A role with every right on rows, and none on tables, neither changes what is sealed nor touches a guard."""
    with _a_role(_address(agency)) as connection:
        with pytest.raises(psycopg.Error, match=r"must be owner|permission denied|SEALED"):
            connection.execute(statement)  # type: ignore[call-overload]
        assert connection.execute("SELECT COUNT(*) FROM posting").fetchone() != (0,)
    assert agency.json("verify")["ok"]


@of_the_file
def test_what_a_thief_of_a_backup_reads(agency: Workspace, tmp_path: Path) -> None:
    """Names and memos stand in the journal and in archive/ as they came, and nowhere in the books."""
    names = ("Somebody Else", "Payer Five")
    assert names[0] in MARCH_PLACEMENTS
    assert names[1] in MARCH_TRUST
    backup = tmp_path / "backup.db"
    agency.run("backup", str(backup))
    with closing(sqlite3.connect(backup)) as connection:
        told = " ".join(str(text) for (text,) in connection.execute("SELECT text FROM person"))
    for name in names:
        assert name in told
        assert any(name.encode() in path.read_bytes() for path in _files(agency, "archive"))
        assert not any(name.encode() in path.read_bytes() for path in _files(agency, "ledger"))


def _files(agency: Workspace, folder: str) -> list[Path]:
    found = [path for path in (agency.folder / folder).rglob("*") if path.is_file()]
    assert found
    return found


def test_an_erased_text_stays_where_it_was_copied_to(raw: Raw, tmp_path: Path) -> None:
    """Erasing leaves what was backed up before, and the original in archive/; to delete that is told by verify."""
    backup, agency = tmp_path / "backup.db", raw.workspace
    agency.run("backup", str(backup))
    raw.sql.execute("UPDATE person SET salt = NULL, text = NULL, erased_on = '2025-04-01', erased_by = 'tester'")
    assert raw.rows("SELECT id FROM person WHERE text IS NOT NULL") == []
    with closing(sqlite3.connect(backup)) as connection:
        assert connection.execute("SELECT 1 FROM person WHERE text LIKE '%Somebody Else%'").fetchone()
    (original,) = [path for path in _files(agency, "archive") if b"Somebody Else" in path.read_bytes()]
    original.unlink()
    assert [finding["code"] for finding in raw.verify()] == ["ARCHIVE_MISSING"]


@of_the_file
def test_sums_are_no_proof(agency: Workspace) -> None:
    """Who may write ledger/ writes SHA256SUMS too; the digests of an entry tell, and verify in any case."""
    path, sums = agency.folder / TEN, agency.folder / "ledger" / "SHA256SUMS"
    before, text = hashlib.sha256(path.read_bytes()).hexdigest(), path.read_text()
    path.write_text(text.replace("3300.00 CNY", "3301.00 CNY", 1))
    assert _summed(agency) != 0
    sums.write_text(sums.read_text().replace(before, hashlib.sha256(path.read_bytes()).hexdigest()))
    assert _summed(agency) == 0
    assert recompute.wrong(path.read_text())
    assert {finding["file"] for finding in agency.json("verify", status=1)["findings"]} == {TEN, "ledger/SHA256SUMS"}


@of_the_file
def test_books_without_their_plugins(agency: Workspace) -> None:
    """Who may write ledger/ takes the plugins out, and the books check as sound; verify names the file."""
    main, day = agency.folder / "ledger" / "main.beancount", agency.folder / TEN
    assert not book_errors(main.parent)
    text = day.read_text()
    day.write_text(text.replace("-1095.00 CNY", "-1096.00 CNY").replace("-45.00 CNY", "-44.00 CNY"))
    assert "entry 11" in str(book_errors(main.parent)[0])
    main.write_text("".join(line for line in main.read_text().splitlines(keepends=True) if "plugin" not in line))
    assert not book_errors(main.parent)
    found = {finding["file"] for finding in agency.json("verify", status=1)["findings"]}
    assert {"ledger/main.beancount", TEN} <= found


def _summed(agency: Workspace) -> int:
    command = ["sha256sum", "-c", "--quiet", "SHA256SUMS"]
    return subprocess.run(command, cwd=agency.folder / "ledger", capture_output=True, check=False).returncode
