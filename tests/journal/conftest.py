"""A journal with rows in every table, made once; each test gets a copy to damage."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING, Any

import pytest

from ledger_core.journal import schema
from ledger_core.journal.append import Batch, append
from tallystick.actions.session import open_session
from tests import postgres
from tests.acceptance import two_months
from tests.conftest import Workspace
from tests.raw import raw_session

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

MARCH_PLACEMENTS = """client,case,placed_on,principal,reference,debtor_name
ALFA,A-5,2025-03-01,700.00,LOAN/77-1234,Somebody Else
"""
MARCH_EVENTS = """event,date,client,case,amount,reference,memo
cost_advanced,2025-03-02,ALFA,A-5,20.00,COURT-9,said on the telephone
"""
MARCH_CHECKS = """event,date,client,case,amount,method
receipt,2025-03-30,ALFA,A-5,50.00,check
receipt,2025-03-31,ALFA,A-5,60.00,check
"""
MARCH_TRUST = """account,date,amount,reference,payer,memo
6222000011112222,2025-03-03,90.00,,Payer Five,for A-1 or B-1
6222000011112222,2025-03-04,-7.00,,,a fee of somebody else's
6222000011112222,2025-03-05,-8.00,,,not explained
6222000011112222,2025-03-06,60.00,,Payer Six,nothing named
"""
MARCH = "2025-03-31"


_DRAFT = ("post", "write_off", MARCH, "{}", "{}", 500, "CNY", "tester", MARCH)

Row = dict[str, Any]
"""A row of a table by its columns."""

_COLON = "LENGTH(RTRIM(id, '0123456789-AB'))"
"""Where the kind of a text's id ends."""

NAMES = {
    "setting": ("'setting'", "name"),
    "account": ("'account'", "name"),
    "batch": ("'batch'", "id"),
    "head": ("'batch'", "batch"),
    "entry": ("'entry'", "id"),
    "posting": ("'entry'", "entry"),
    "reversal": ("'entry'", "entry"),
    "person": (f"SUBSTR(id, 1, {_COLON} - 1)", f"SUBSTR(id, {_COLON} + 1)"),
    "cases": ("'case'", "id"),
    "terms": ("'terms'", "digest"),
    "file": ("'file'", "'archive/' || archive"),
    "statement": ("'statement'", "id"),
    "statement_line": ("'line'", "id"),
    "claim": ("'claim'", "id"),
    "release": ("'claim'", "claim"),
    "exclusion": ("'line'", "line"),
    "document": ("'document'", "number"),
    "period": ("'period'", "month"),
    "draft": ("'draft'", "id"),
    "review": ("'draft'", "draft"),
    "day_balance": ("'account'", "(SELECT name FROM account WHERE id = day_balance.account)"),
    "case_balance": ("'case'", "case_id"),
    "item_balance": ("SUBSTR(item, 1, 4)", "SUBSTR(item, 6)"),
    "open_movement": ("'entry'", "entry"),
    "line_state": ("'line'", "line"),
    "identifier": ("'case'", "case_id"),
    "case_change": ("'case'", "case_id"),
    "promise": ("'case'", "case_id"),
    "held": ("'entry'", "entry"),
    "publication": ("'file'", "'ledger/' || path"),
    "owed": ("'day'", "date"),
    "displaced": ("'claim'", "claim"),
    "allocation": ("'entry'", "target"),
}
"""The kind and subject by which a user knows a row of each table, in SQL."""

FILLED = tuple(name for name in NAMES if name not in {"allocation", "displaced"})
"""Tables that this journal has rows of."""


def key_columns(table: str) -> list[str]:
    """The columns of a table's key."""
    return [column.name for column in schema.metadata.tables[table].primary_key.columns]


class Raw:
    """A raw SQL session on a journal, with no code of ours between."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.sql = raw_session(workspace)
        self.rows, self.one = self.sql.rows, self.sql.one

    def row(self, table: str, offset: int = 0) -> Row:
        """A row in the middle of a table, or some rows further."""
        names = [column.name for column in schema.metadata.tables[table].columns]
        found = self.rows(f'SELECT * FROM "{table}" ORDER BY {", ".join(key_columns(table))}')
        return dict(zip(names, found[(len(found) // 2 + offset) % len(found)], strict=True))

    def name(self, table: str, row: Row) -> tuple[str, str]:
        """Kind and subject of a row that is there; of one that is gone, nothing."""
        kind, subject = NAMES[table]
        found = self.rows(f'SELECT {kind}, {subject} FROM "{table}" WHERE {_same(table)}', *_key(table, row))
        return (str(found[0][0]), str(found[0][1])) if found else ("", "")

    def change(self, table: str, row: Row, **values: object) -> None:
        """Set columns of a row."""
        sets = ", ".join(f'"{name}" = ?' for name in values)
        done = self.sql.execute(
            f'UPDATE "{table}" SET {sets} WHERE {_same(table)}', (*values.values(), *_key(table, row))
        )
        assert done.rowcount == 1

    def delete(self, table: str, row: Row) -> None:
        """Delete a row."""
        done = self.sql.execute(f'DELETE FROM "{table}" WHERE {_same(table)}', _key(table, row))
        assert done.rowcount == 1

    def insert(self, table: str, row: Row, verb: str = "INSERT", more: str = "") -> None:
        """Insert a row."""
        names, marks = ", ".join(f'"{name}"' for name in row), ", ".join("?" * len(row))
        self.sql.execute(f'{verb} INTO "{table}" ({names}) VALUES ({marks}) {more}', tuple(row.values()))

    def drop_guards(self) -> None:
        """Who owns the database can do that."""
        self.sql.drop_guards()

    def restore_guards(self) -> None:
        """As if nothing had happened."""
        self.sql.restore_guards()

    def verify(self, status: int = 1) -> list[dict[str, str]]:
        """What ``verify --json`` finds in the journal as it now is."""
        self.sql.close()
        document = self.workspace.json("verify", status=status)
        assert document["ok"] is (status == 0)
        findings: list[dict[str, str]] = document["findings"]
        return findings


def _same(table: str) -> str:
    return " AND ".join(f'"{name}" = ?' for name in key_columns(table))


def _key(table: str, row: Row) -> list[object]:
    return [row[name] for name in key_columns(table)]


def named(findings: list[dict[str, str]], *names: tuple[str, str]) -> bool:
    """Whether a finding names one of these."""
    return any(finding.get(kind) == subject for finding in findings for kind, subject in names)


@pytest.fixture(scope="session")
def made_in(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Workspace]]:
    """The workspace of each database, made when it is first wanted."""
    found: dict[str, Workspace] = {}
    databases: list[str] = []

    def workspace_in(kind: str) -> Workspace:
        if kind not in found:
            found[kind] = workspace = Workspace(tmp_path_factory.mktemp(f"made_{kind}"))
            two_months.settings(workspace)
            if kind == "postgresql":
                databases.append(postgres.fresh())
                name_journal(workspace, databases[-1])
            two_months.january(workspace)
            two_months.february(workspace)
            march(workspace)
        return found[kind]

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TALLYSTICK_USER", "tester")
        patch.delenv("TALLYSTICK_WORKSPACE", raising=False)
        patch.delenv("TALLYSTICK_JOURNAL", raising=False)
        yield workspace_in
    for database in databases:
        postgres.drop(database)


@pytest.fixture(params=["sqlite", "postgresql"])
def made(request: pytest.FixtureRequest, made_in: Callable[[str], Workspace]) -> Workspace:
    """The worked two months, a March with lines that wait, and a row in each table that no command fills yet."""
    return made_in(request.param)


def name_journal(workspace: Workspace, database: str) -> None:
    """Let the journal of a workspace be in a PostgreSQL database."""
    path = workspace.folder / "agency.toml"
    path.write_text(re.sub('journal = ".*"', f'journal = "{postgres.address(database)}"', path.read_text()))


def copied(made: Workspace, folder: Path) -> Iterator[Workspace]:
    """A copy of a workspace with a journal of its own."""
    shutil.copytree(made.folder, folder)
    copy = Workspace(folder)
    found = re.search(r"postgresql.*/(tallystick_\w+)", (folder / "agency.toml").read_text())
    if found is None:
        yield copy
        return
    database = postgres.fresh(template=found[1])
    name_journal(copy, database)
    yield copy
    postgres.drop(database)


@pytest.fixture
def agency(made: Workspace, tmp_path: Path) -> Iterator[Workspace]:
    """A copy of the workspace."""
    yield from copied(made, tmp_path / "agency")


@pytest.fixture
def raw(agency: Workspace) -> Iterator[Raw]:
    """A raw session on a copy of the journal, guards in place."""
    session = Raw(agency)
    yield session
    session.sql.close()


def march(workspace: Workspace) -> None:
    """Lines that are suggested, unidentified, open and excluded; private texts of a case, an entry and lines."""
    workspace.write("inbox/placements-3.csv", MARCH_PLACEMENTS)
    workspace.write("inbox/events-3.csv", MARCH_EVENTS)
    workspace.write("inbox/trust-3.csv", MARCH_TRUST)
    workspace.run("daily", "--date", MARCH)
    (fee,) = [line["line"] for line in workspace.json("matches")["lines"] if line["amount"] == "-7.00"]
    workspace.run("exclude", str(fee), "--reason", "charged by mistake", "--date", MARCH)
    workspace.write("inbox/events-4.csv", MARCH_CHECKS)
    workspace.run("daily", "--date", MARCH)
    rows = {
        "draft": [(1, *_DRAFT, None), (2, *_DRAFT, "row:1")],
        "review": [(1, "rejected", "another", MARCH), (2, "approved", "another", MARCH)],
        "period": [("2024-11", MARCH, "tester"), ("2024-12", MARCH, "tester")],
        "release": [(1, "tester"), (2, "tester")],
        "case_change": [(1, "A-5", MARCH, "legal", "", "", "", ""), (2, "A-5", MARCH, "soft", "", "", "", "")],
        "promise": [
            (1, "A-5", "promise_to_pay", 500, MARCH, MARCH, ""),
            (2, "A-5", "promise_to_pay", 900, MARCH, MARCH, ""),
        ],
        "exclusion": [(2, fee, "charged by mistake, and admitted", "tester")],
    }
    with open_session(workspace.folder).journal.write() as connection:
        persons = {"draft:1": {"memo": "he moved"}, "review:1": {"reason": "not yet"}}
        append(connection, Batch("test", MARCH, "tester", rows=rows, persons=persons))
    workspace.run("publish", "--date", MARCH)
