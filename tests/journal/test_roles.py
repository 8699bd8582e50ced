"""Roles on a real PostgreSQL: the application does what our commands do and nothing more, the auditor reads."""

from __future__ import annotations

import os
import re
import shutil
from contextlib import closing
from typing import TYPE_CHECKING

import psycopg
import pytest
from psycopg import sql

from ledger_core.journal import roles, schema
from tallystick.cli.main import main
from tests import postgres
from tests.acceptance import two_months
from tests.conftest import Workspace
from tests.journal.conftest import MARCH, march, name_journal
from tests.journal.test_guards import BATCH, ENTRY
from tests.raw import raw_session

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.raw import RawSession

APPLICATION, AUDITOR = f'app"{os.getpid()}', f"auditor's\\{os.getpid()}"
"""Names that must be quoted."""

POST = ("post", "cost_advanced", "--case", "B-1", "--date", MARCH, "--amount", "5.00")
READS = (
    ("balances",),
    ("balances", "--at", MARCH, "--known", "5"),
    ("case", "A-1"),
    ("three-way", "--at", MARCH),
    ("statement", "ALFA", "--period", "2025-01"),
    ("invoice", "list"),
    ("check", "--date", MARCH),
    ("head",),
)
"""What an auditor who may read no private text can ask."""

OF_TEXTS = (("matches",), ("worklist",))
DERIVED = tuple(table for table in schema.metadata.tables if table in roles._DERIVED)
KEPT = tuple(table for table in schema.metadata.tables if table not in DERIVED)


class Office:
    """A workspace whose journal an owner made, and two roles in it."""

    def __init__(self, folder: Path, database: str) -> None:
        self.workspace, self.database = Workspace(folder), database

    def act_as(self, user: str) -> Workspace:
        """The workspace with the journal's address of a user; of the owner without a name."""
        name_journal(self.workspace, self.database)
        path = self.workspace.folder / "agency.toml"
        address = postgres.address(self.database, user)
        path.write_text(path.read_text().replace(postgres.address(self.database), address))
        return self.workspace

    def raw(self, user: str) -> closing[RawSession]:
        """A raw session of a user."""
        return closing(raw_session(self.act_as(user)))

    def make_roles(self, *, texts: bool = False) -> None:
        """As the owner runs the script."""
        url = postgres.address(self.database).replace("+psycopg", "")
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(roles.script(APPLICATION, AUDITOR, texts=texts).encode())


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """The worked two months and a March, all of it done by the application on a journal that the owner created."""
    database = postgres.fresh()
    office = Office(tmp_path_factory.mktemp("office") / "here", database)
    two_months.settings(office.workspace)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TALLYSTICK_USER", "tester")
        patch.delenv("TALLYSTICK_WORKSPACE", raising=False)
        patch.delenv("TALLYSTICK_JOURNAL", raising=False)
        owner = office.act_as("")
        assert owner.json("journal", "create")["batch"] == 0
        office.make_roles()
        application = office.act_as(APPLICATION)
        two_months.january(application)
        two_months.february(application)
        march(application)
        yield office
    postgres.drop(database)
    for role in (APPLICATION, AUDITOR):
        postgres.run("DROP ROLE {}", role)


@pytest.fixture
def office(filled: Office, tmp_path: Path) -> Iterator[Office]:
    """A copy of it."""
    shutil.copytree(filled.workspace.folder, tmp_path / "copy")
    database = postgres.fresh(template=filled.database)
    copy = Office(tmp_path / "copy", database)
    copy.make_roles()  # what is of a database and not of its tables is not copied
    yield copy
    postgres.drop(database)


def refusals(raw: RawSession, statements: list[str]) -> dict[str, str]:
    """Each statement with the state of its error; nothing where it was done."""
    found = {}
    for statement in statements:
        raw.execute("BEGIN")
        try:
            raw.execute(statement)
            found[statement] = ""
        except psycopg.Error as error:
            found[statement] = error.sqlstate or "?"
        finally:
            raw.execute("ROLLBACK")
    return found


def partitions(raw: RawSession) -> list[str]:
    """The partitions of the legs."""
    found = raw.rows("SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'posting'::regclass")
    return sorted(name for (name,) in found)


def test_the_application_does_all(filled: Office) -> None:
    """The two months come out as by hand, each month has its partition, all is in order and sound."""
    workspace = filled.act_as(APPLICATION)
    assert two_months.not_zero(two_months.balances(workspace, "2025-01-31")) == two_months.not_zero(two_months.JANUARY)
    found = two_months.not_zero(two_months.balances(workspace, "2025-02-28"))
    assert found == two_months.not_zero(two_months.FEBRUARY)
    for user in (APPLICATION, ""):
        verified = filled.act_as(user).json("verify")
        assert (verified["ok"], verified["texts"]) == (True, True)
    with filled.raw(APPLICATION) as raw:
        assert partitions(raw)[1:] == ["posting_2025_01", "posting_2025_02", "posting_2025_03"]
    for command in OF_TEXTS:
        workspace.run(*command)


@pytest.mark.parametrize("secured", [False, True], ids=["by COPY", "by INSERT"])
def test_the_other_commands(office: Office, secured: bool) -> None:
    """Those that the two months have no use for; also where the script's user could not give BYPASSRLS."""
    workspace = office.act_as(APPLICATION)
    if secured:
        postgres.run("ALTER ROLE {} NOBYPASSRLS", APPLICATION)
    with office.raw(APPLICATION) as raw:
        assert raw.one("SELECT row_security_active('entry')") == (secured,)
    entry = workspace.json(*POST)["entries"][0]
    workspace.run("undo", str(entry), "--date", MARCH)
    workspace.run("accrue", "--through", MARCH)
    workspace.run("review", "list", "--all")
    workspace.run("invoice", "final", "BETA", "--date", MARCH)
    workspace.run("backup", str(workspace.folder / "copy.db"))
    with office.raw(APPLICATION) as raw:
        raw.execute(
            "UPDATE person SET salt = NULL, text = NULL, erased_on = '2025-04-01', erased_by = 'x' WHERE text <> ''"
        )
    workspace.run("publish", "--date", MARCH)
    assert workspace.json("verify")["ok"]
    for command in (("migrate",), ("journal", "create")):
        ran = office.act_as(APPLICATION).run(*command, status=None)
        assert ran.status == 0 or "JOURNAL_THERE" in ran.err


def statements_on(table: str) -> list[str]:
    """What nobody but an owner does with a table."""
    return [
        f'TRUNCATE "{table}"',
        f'ALTER TABLE "{table}" ADD more TEXT',
        f'ALTER TABLE "{table}" DISABLE TRIGGER ALL',
        f'ALTER TABLE "{table}" DISABLE ROW LEVEL SECURITY',
        f'ALTER TABLE "{table}" OWNER TO CURRENT_USER',
        f'CREATE TRIGGER mine BEFORE INSERT ON "{table}" EXECUTE FUNCTION guard_kept()',
        f'CREATE POLICY mine ON "{table}" USING (TRUE)',
        f'CREATE RULE mine AS ON DELETE TO "{table}" DO INSTEAD NOTHING',
        f'DROP TABLE "{table}"',
    ]


ELSEWHERE = [
    "CREATE TABLE mine (one INTEGER)",
    "CREATE TEMP TABLE head (one INTEGER)",
    "CREATE SCHEMA mine",
    "CREATE FUNCTION mine() RETURNS INTEGER LANGUAGE sql AS 'SELECT 1'",
    "CREATE OR REPLACE FUNCTION guard_kept() RETURNS TRIGGER LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
    "DROP FUNCTION guard_kept() CASCADE",
    "ALTER FUNCTION open_month(TEXT) SECURITY INVOKER",
    "SELECT guard_partition('posting_2025_01')",
    "SET session_replication_role = replica",
    "ALTER ROLE CURRENT_USER BYPASSRLS",
    "COPY entry TO PROGRAM 'cat'",
]


def test_the_application_does_no_more(filled: Office) -> None:
    """Of what would change or take away a row, a table or a guard everything is refused, on partitions too."""
    with filled.raw(APPLICATION) as raw:
        wanted = [statement for table in schema.metadata.tables for statement in statements_on(table)]
        wanted += [f'DELETE FROM "{table}"' for table in KEPT]
        for table in KEPT:
            wanted += [f'UPDATE "{table}" SET "{c.name}" = "{c.name}"' for c in schema.metadata.tables[table].columns]
        wanted += [f'INSERT INTO "{table}" SELECT * FROM "{table}"' for table in roles._UNWRITTEN]
        for table in partitions(raw):
            wanted += [*statements_on(table), f"DELETE FROM {table}", f"UPDATE {table} SET amount = 1"]
            wanted += [f"SELECT * FROM {table}", f"INSERT INTO {table} SELECT * FROM posting"]
            wanted += [f"ALTER TABLE posting DETACH PARTITION {table}"]
        owner = raw.one("SELECT relowner::regrole::text FROM pg_class WHERE oid = 'head'::regclass")[0]
        found = refusals(raw, [*wanted, *ELSEWHERE, f"SET ROLE {owner}"])
    assert {statement: state for statement, state in found.items() if state not in {"42501", "TS001"}} == {}
    guarded = [statement for statement, state in found.items() if state == "TS001"]
    assert len(guarded) == sum(map(len, roles._SET.values()))


def test_what_the_application_may_call(office: Office) -> None:
    """A month can be opened by a raw session, but none that is no month, and none long before its time."""
    with office.raw(APPLICATION) as raw:
        before = partitions(raw)
        calls = ["posting_2025_13", "posting_2025_04x", "entry", "posting_2025_04; DROP TABLE entry", ""]
        found = refusals(raw, [f"SELECT open_month('{name}')" for name in calls])
        assert set(found.values()) == {"P0001"}
        for name in ("posting_9999_12", "posting_2025_01", "posting_0000_01"):
            raw.execute(f"SELECT open_month('{name}')")
            assert partitions(raw) == before or name == "posting_0000_01"
        raw.execute("SELECT open_month('posting_2025_04')")
        assert partitions(raw) == [*before, "posting_2025_04"]
    office.act_as(APPLICATION).run(*POST)
    office.workspace.run("publish", "--date", MARCH)
    assert office.workspace.json("verify")["ok"]


def test_no_temporary_table_stands_before_the_journal(office: Office) -> None:
    """Who may make temporary tables cannot let the guards ask those, under whatever path the session has."""
    postgres.run("GRANT TEMPORARY ON DATABASE {} TO {}", office.database, APPLICATION)
    with office.raw(APPLICATION) as raw:
        raw.execute("CREATE TEMP TABLE batch AS SELECT 1 AS id, 0 AS sealed")
        raw.execute("CREATE TEMP TABLE head AS SELECT 0 AS batch, 0 AS sealed_through, 1 AS one")
        raw.execute("CREATE TEMP TABLE entry AS SELECT 1000000 AS id")
        raw.execute("SET search_path = pg_temp, public")
        late = "INSERT INTO public.posting SELECT entry, number + 90, fund, account, bank, amount, currency, item"
        claim = "INSERT INTO public.claim SELECT id + 1000, 1, line, entry, bank, amount, evidence, actor, row_digest"
        found = refusals(raw, [f"{late} FROM public.posting", f"{claim} FROM public.claim"])
        assert set(found.values()) == {"TS001"}
        raw.execute("SELECT open_month('posting_2025_04')")
        bounds = raw.one(
            "SELECT pg_get_expr(relpartbound, oid) FROM pg_class WHERE oid = 'public.posting_2025_04'::regclass"
        )
        assert "1000001" not in bounds[0]


def open_batch(office: Office) -> None:
    """A batch with an entry and a private text that a raw session leaves open."""
    with office.raw(APPLICATION) as raw:
        raw.execute(BATCH, {"next": 1, "sealed": 0})
        batch = raw.one("SELECT MAX(id) FROM batch")[0]
        raw.execute(ENTRY, {"batch": batch, "next": 1})
        raw.execute(
            "INSERT INTO posting SELECT (SELECT MAX(id) FROM entry), 0, 'trust', 1, 'TRUST', 500, 'CNY', 'line:1'"
        )
        raw.execute("INSERT INTO person SELECT 'line:99', MAX(id), 'x', 'x', 'x', NULL, NULL FROM batch")


def test_the_auditor_reads(office: Office) -> None:
    """What is sealed, of private texts nothing, and nothing of an open batch, which stops everybody else."""
    application = office.act_as(APPLICATION)
    said = {command: application.run(*command).out for command in READS}
    auditor = office.act_as(AUDITOR)
    for _ in range(2):
        assert {command: auditor.run(*command).out for command in READS} == said
        verified = auditor.json("verify")
        assert (verified["ok"], verified["texts"], verified["unpublished"]) == (True, False, 0)
        assert "private texts were not checked" in auditor.run("verify").out
        open_batch(office) if _ == 0 else None
        auditor = office.act_as(AUDITOR)
    with office.raw(AUDITOR) as raw:
        batch, entry = raw.one("SELECT batch, sealed_through FROM head")
        for table in roles._policed():
            column, last = ("entry", entry) if table == "posting" else ("id" if table == "batch" else "batch", batch)
            assert raw.one(f'SELECT COALESCE(MAX({column}), 0) FROM "{table}"')[0] <= last
        assert raw.one("SELECT COUNT(*) FROM entry")[0] == entry
    with office.raw(APPLICATION) as raw:
        assert raw.one("SELECT MAX(id) FROM entry")[0] == entry + 1
    assert "BATCH_OPEN" in office.act_as(APPLICATION).run("balances", status=1).err


def test_the_auditor_finds_what_was_altered(office: Office) -> None:
    """``verify`` proves as much to whoever reads only."""
    with office.raw("") as raw:
        raw.drop_guards()
        raw.execute("UPDATE posting SET amount = amount + 1 WHERE entry = 11 AND number = 0")
        raw.restore_guards()
    found = office.act_as(AUDITOR).json("verify", status=1)["findings"]
    assert "11" in {finding.get("entry") for finding in found}


def test_the_auditor_only_reads(filled: Office) -> None:
    """Commands that write, and those that show private texts, are refused with a code; so is any statement."""
    auditor = filled.act_as(AUDITOR)
    for command in (POST, ("publish", "--date", MARCH), *OF_TEXTS):
        ran = auditor.run(*command, status=1)
        assert "NOT_ALLOWED" in ran.err
    with filled.raw(AUDITOR) as raw:
        wanted = [statement for table in schema.metadata.tables for statement in statements_on(table)]
        for table in (*schema.metadata.tables, *partitions(raw)):
            wanted += [f'DELETE FROM "{table}"', f'INSERT INTO "{table}" SELECT * FROM "{table}"']
            wanted += [f'SELECT * FROM "{table}" FOR UPDATE']
        for name, table in schema.metadata.tables.items():
            wanted += [f'UPDATE "{name}" SET "{column.name}" = NULL' for column in table.columns]
        wanted += ['SELECT password FROM "user"', "SELECT text FROM person", "SELECT salt FROM person"]
        wanted += ["SELECT suggestions FROM line_state", "SELECT open_month('posting_2025_04')", *ELSEWHERE]
        found = refusals(raw, wanted)
    assert set(found.values()) == {"42501"}


def test_the_auditor_may_read_texts(office: Office) -> None:
    """Where they were granted everything is shown and checked; without, after the script ran again, no more."""
    office.make_roles(texts=True)
    auditor = office.act_as(AUDITOR)
    for command in (*OF_TEXTS, *READS):
        auditor.run(*command)
    verified = auditor.json("verify")
    assert (verified["ok"], verified["texts"]) == (True, True)
    office.make_roles()
    assert "NOT_ALLOWED" in office.act_as(AUDITOR).run("matches", status=1).err
    assert office.workspace.json("verify")["ok"]


WIDER = [
    ("entry", "GRANT DELETE ON entry TO {app}"),
    ("entry", "GRANT UPDATE (date) ON entry TO {app}"),
    ("entry", "GRANT SELECT ON entry TO PUBLIC"),
    ("entry", "GRANT SELECT ON entry TO {app} WITH GRANT OPTION"),
    ("posting_2025_01", "GRANT SELECT ON posting_2025_01 TO {auditor}"),
    ("claim", "GRANT INSERT ON claim TO {auditor}"),
    ("person", "GRANT SELECT (text) ON person TO {auditor}"),
    ("head", "REVOKE SELECT ON head FROM {auditor}"),
    ("guard_partition", "GRANT EXECUTE ON FUNCTION guard_partition TO {app}"),
    ("public", "GRANT CREATE ON SCHEMA public TO {app}"),
    ("entry", "ALTER TABLE entry DISABLE ROW LEVEL SECURITY"),
    ("entry", "DROP POLICY auditor ON entry"),
    ("entry", "DROP POLICY application ON entry"),
    ("entry", "CREATE POLICY more ON entry FOR SELECT TO {auditor} USING (TRUE)"),
    ("entry", "ALTER POLICY auditor ON entry USING (TRUE)"),
    ("entry", "ALTER POLICY auditor ON entry TO PUBLIC"),
]


@pytest.mark.parametrize(("place", "change"), WIDER, ids=[change for _, change in WIDER])
def test_other_privileges_are_found(office: Office, place: str, change: str) -> None:
    """``verify`` names where somebody may do more or less than the script grants; the script brings it back."""
    with office.raw("") as raw:
        names = {"app": sql.Identifier(APPLICATION), "auditor": sql.Identifier(AUDITOR)}
        raw.execute(sql.SQL(change).format(**names).as_string())  # type: ignore[arg-type]
    found = office.workspace.json("verify", status=1)["findings"]
    assert (place, "GUARD_ALTERED") in {(finding["guard"], finding["code"]) for finding in found}
    if " TO PUBLIC" not in change and "more" not in change:
        assert {finding["guard"] for finding in found} == {place}
    office.make_roles()
    assert office.workspace.json("verify")["ok"]


def test_who_cannot_be_a_role(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    """The owner, or one who can act for the owner, would be held by no guard; some names mean something else."""
    owner = re.sub(r".*://([^:@/]*).*", r"\1", postgres.address("x"))
    url = postgres.address(office.database).replace("+psycopg", "")
    with psycopg.connect(url, autocommit=True) as connection:
        for names, why in (((owner, AUDITOR), "no guard would hold"), ((AUDITOR, APPLICATION), "is not sealed")):
            with pytest.raises(psycopg.Error, match=why):
                connection.execute(roles.script(*names).encode())
            connection.execute("ROLLBACK")
    for names in (("public", "x"), ("x", "none"), ("pg_x", "x"), ("x", "x"), ("", "x"), ("x" * 64, "y"), ("a\n", "b")):
        with pytest.raises(SystemExit) as ended:
            main(["journal", "roles", *names])
        assert ended.value.code == 2
    assert capsys.readouterr().out == ""


def test_there_must_be_a_journal(office: Office) -> None:
    """The script does nothing where no journal is; and the application makes none."""
    empty = postgres.fresh()
    try:
        url = postgres.address(empty).replace("+psycopg", "")
        with psycopg.connect(url, autocommit=True) as connection, pytest.raises(psycopg.Error, match="no journal"):
            connection.execute(roles.script(APPLICATION, AUDITOR).encode())
        there = Office(office.workspace.folder, empty)
        assert "JOURNAL_MISSING" in there.act_as(APPLICATION).run("balances", status=1).err
        assert "NOT_ALLOWED" in there.act_as(APPLICATION).run("journal", "create", status=1).err
    finally:
        postgres.drop(empty)
