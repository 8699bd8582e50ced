"""Backup and restore, a copy in another database, and journals that earlier releases made."""

from __future__ import annotations

import shutil
import tarfile
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ledger_core.journal import schema
from ledger_core.journal.migrations import scripts
from tests import postgres
from tests.journal.conftest import MARCH, name_journal
from tests.raw import raw_session

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.conftest import Workspace
    from tests.journal.conftest import Raw

GOLDEN = {"0001": "b111ba18dbe8edd2c0573f2291a96009c4ab667e5b1d38d2cd5ba51e2db7db9c"}
"""The head of the worked two months and a March, as the release of each form made them."""

POST = ("post", "cost_advanced", "--case", "B-1", "--date", MARCH, "--amount", "5.00")


@pytest.fixture
def database() -> Iterator[str]:
    """An empty PostgreSQL database."""
    name = postgres.fresh()
    yield name
    postgres.drop(name)


def test_each_form_has_its_golden_journal() -> None:
    """There is one of every form before this one, and migrations lead from the first to this one."""
    forms = [script.revision for script in scripts().walk_revisions()]
    assert forms[0] == schema.REVISION
    assert set(forms[1:]) == set(GOLDEN)


@pytest.mark.parametrize("form", GOLDEN)
def test_a_journal_of_an_earlier_release(workspace: Workspace, form: str) -> None:
    """It is refused with the way out, keeps its head when it is brought to this form, and goes on."""
    with tarfile.open(Path(__file__).parent / "golden" / f"{form}.tar.gz") as packed:
        packed.extractall(workspace.folder, filter="data")
    before = (workspace.folder / "journal.db").read_bytes()
    for command in (("balances",), POST, ("verify",)):
        assert "JOURNAL_OLDER" in workspace.run(*command, status=1).out + workspace.run(*command, status=1).err
    assert (workspace.folder / "journal.db").read_bytes() == before
    assert workspace.json("backup", str(workspace.folder / "before.db"))["head"] == GOLDEN[form]
    assert workspace.json("migrate") == {"from": form, "to": schema.REVISION}
    assert workspace.json("migrate") == {"from": schema.REVISION, "to": schema.REVISION}
    found = workspace.json("verify", "--head", GOLDEN[form])
    assert (found["ok"], found["head"], found["unpublished"]) == (True, GOLDEN[form], 0)
    workspace.run(*POST)
    workspace.run("publish", "--date", MARCH)
    assert workspace.json("verify", "--head", GOLDEN[form])["ok"]


def test_a_journal_of_a_later_release(agency: Workspace) -> None:
    """It is left alone."""
    with closing(raw_session(agency)) as sql:
        sql.execute("UPDATE migration SET version_num = '9999'")
    for command in (("balances",), POST):
        assert "JOURNAL_NEWER" in agency.run(*command, status=1).err
    assert agency.json("migrate") == {"from": "9999", "to": "9999"}


def test_a_backup_is_brought_back(agency: Workspace, lose: Callable[[], None]) -> None:
    """It has the same head, is proved before it is taken, and everything goes on from there."""
    copy = agency.folder.parent / "backup.db"
    head = agency.json("head")
    assert agency.json("backup", str(copy)) == head
    assert "JOURNAL_THERE" in agency.run("backup", str(copy), status=1).err
    assert "JOURNAL_THERE" in agency.run("restore", str(copy), status=1).err
    agency.run(*POST)
    assert agency.json("head") != head
    lose()
    assert agency.json("restore", str(copy)) == head
    found = agency.json("verify", "--head", head["head"])
    assert (found["ok"], found["head"]) == (True, head["head"])
    agency.run(*POST)
    assert sorted(path.name for path in copy.parent.iterdir()) == ["agency", "backup.db"]


def test_a_backup_while_somebody_writes(agency: Workspace) -> None:
    """What is being written and not yet sealed is not in it, and nobody waits."""
    head = agency.json("head")
    with closing(raw_session(agency)) as sql:
        sql.execute("BEGIN")
        sql.execute(
            "INSERT INTO batch SELECT batch + 1, 'raw', '2025-03-31', 'now', 'x', digest, NULL, NULL, 0 FROM head"
        )
        assert agency.json("backup", str(agency.folder.parent / "backup.db"), "--wait", "0") == head


@pytest.fixture
def lose(agency: Workspace) -> Callable[[], None]:
    """The database is gone; where it was there is room for another one."""

    def lost() -> None:
        with closing(raw_session(agency)) as sql:
            if not sql.sqlite:
                sql.execute("DROP SCHEMA public CASCADE")
                sql.execute("CREATE SCHEMA public")
        (agency.folder / "journal.db").unlink(missing_ok=True)

    return lost


def test_a_damaged_backup_is_not_taken(agency: Workspace, lose: Callable[[], None]) -> None:
    """Neither one whose rows were altered, nor a file that is none."""
    copy = agency.folder.parent / "backup.db"
    agency.run("backup", str(copy))
    lose()
    import sqlite3

    with closing(sqlite3.connect(copy, isolation_level=None)) as sql:
        for (name,) in sql.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            sql.execute(f'DROP TRIGGER "{name}"')
        sql.execute("UPDATE entry SET date = '2025-01-09' WHERE id = 11")
    said = agency.run("restore", str(copy), status=1).err
    assert "COPY_UNEQUAL" in said
    assert "entry 11" in said
    copy.write_bytes(b"a letter, no database\n")
    assert "JOURNAL_UNUSABLE" in agency.run("restore", str(copy), status=1).err
    assert "JOURNAL_MISSING" in agency.run("balances", status=1).err


@pytest.mark.parametrize("made", ["sqlite"], indirect=True)
def test_to_postgresql_and_back(agency: Workspace, database: str) -> None:
    """The journal moves to the other database and back with the same head, and is used in either."""
    head = agency.json("head")
    address = postgres.address(database)
    here = f"sqlite:///{agency.folder / 'journal.db'}"
    assert agency.json("head") == head
    done = agency.json("journal", "copy", here, address)
    assert (done["entries"], done["head"]) == (head["entries"], head["head"])
    assert "JOURNAL_THERE" in agency.run("journal", "copy", here, address, status=1).err
    shutil.move(agency.folder / "journal.db", agency.folder / "old.db")
    text = (agency.folder / "agency.toml").read_text()
    name_journal(agency, database)
    assert agency.json("verify", "--head", head["head"])["ok"]
    with closing(raw_session(agency)) as sql:
        partitions = sql.rows("SELECT tableoid::regclass::text, COUNT(*) FROM posting GROUP BY 1 ORDER BY 1")
    assert [name for name, _ in partitions] == ["posting_2025_01", "posting_2025_02", "posting_2025_03"]
    agency.run(*POST)
    agency.run("publish", "--date", MARCH)
    after = agency.json("head")
    (agency.folder / "agency.toml").write_text(text)
    done = agency.json("journal", "copy", address, here)
    assert (done["entries"], done["head"]) == (after["entries"], after["head"])
    assert agency.json("verify", "--head", head["head"])["ok"]


def test_an_altered_journal_is_not_copied(raw: Raw, database: str) -> None:
    """What is not what was sealed is named, and no copy is kept."""
    row = raw.row("cases")
    raw.drop_guards()
    raw.change("cases", row, placed_amount=1)
    raw.restore_guards()
    (source,) = [
        line.split('"')[1].replace("sqlite:///journal.db", str(raw.workspace.folder / "journal.db"))
        for line in (raw.workspace.folder / "agency.toml").read_text().splitlines()
        if line.startswith("journal")
    ]
    said = raw.workspace.run("journal", "copy", source, postgres.address(database), status=1).err
    assert "COPY_UNEQUAL" in said
    assert f"case {row['id']}" in said
    name_journal(raw.workspace, database)
    assert "JOURNAL_MISSING" in raw.workspace.run("balances", status=1).err


def test_the_month_of_acting_has_its_partition(raw: Raw) -> None:
    """Legs lie in the partition of the month in which they were posted, with guards of its own."""
    if raw.sql.sqlite:
        pytest.skip("SQLite has no partitions")
    for day in ("2025-04-01", "2025-03-31"):
        path = raw.workspace.write(f"{day}.csv", f"event,date,case,amount\ncost_advanced,{day},B-1,1.00\n")
        raw.workspace.run("import", str(path), "--date", day)
    entry = raw.workspace.json("head")["entries"]
    found = dict(raw.rows("SELECT tableoid::regclass::text, MAX(entry) FROM posting GROUP BY 1"))
    assert (found["posting_2025_04"], found["posting_2025_03"]) == (entry, entry - 2)
    for sql in ("UPDATE {} SET amount = 1", "DELETE FROM {}", "TRUNCATE {}", "INSERT INTO {} SELECT * FROM {}"):
        with pytest.raises(raw.sql.ERROR, match=r"SEALED|duplicate"):
            raw.sql.execute(sql.replace("{}", "posting_2025_01"))
    raw.workspace.run("publish", "--date", "2025-04-01")
    assert raw.verify(status=0) == []
