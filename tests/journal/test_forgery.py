"""Forgers who know the format: digests made anew, rows added, rows exchanged, the whole chain rewritten."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

import pytest

from ledger_core.accounting import digest
from ledger_core.accounting.posting import Header
from ledger_core.journal import schema
from ledger_core.journal.chain import Content, genesis, head_digest, row_digest
from tests.conftest import Workspace
from tests.journal.conftest import MARCH, key_columns, named
from tests.journal.test_tamper import other

if TYPE_CHECKING:
    from pathlib import Path

    from tests.journal.conftest import Raw, Row

FACTS = [name for name in schema.CHAINED if name != "entry"]
_LEGS = """SELECT p.entry, p.number, p.fund, p.account, p.bank, p.amount, p.currency, p.item, a.name
           FROM posting p JOIN account a ON a.id = p.account WHERE p.entry = ? ORDER BY p.number"""


def entry_of(raw: Raw, entry: int) -> Row:
    """An entry's columns."""
    names = [column.name for column in schema.entry.columns]
    return dict(zip(names, raw.one("SELECT * FROM entry WHERE id = ?", entry), strict=True))


def value(raw: Raw, sql: str, *values: object) -> Any:  # noqa: ANN401 - whatever a column holds
    """The first value of a statement, or None."""
    found = raw.rows(sql, *values)
    return found[0][0] if found else None


def resealed(raw: Raw, table: str, row: Row) -> Row:
    """A row with the digests that it would have had."""
    more: list[Any] = []
    if table == "entry":
        legs = raw.rows(_LEGS, row["id"])
        reverses = [old for (old,) in raw.rows("SELECT reversed FROM reversal WHERE entry = ? ORDER BY 1", row["id"])]
        terms = value(raw, "SELECT digest FROM terms WHERE id = ?", row["terms"])
        private = value(raw, "SELECT digest FROM person WHERE id = 'entry:' || ?", row["id"])
        row = row | digested(row, legs, terms, private, reverses)
        more = [[leg[1:-1] for leg in legs]]
    elif table in schema.PRIVATE:
        key = f"{schema.PRIVATE[table]}:{row[key_columns(table)[0]]}"
        more = [value(raw, "SELECT digest FROM person WHERE id = ?", key)]
    return row | {"row_digest": row_digest([*(row[name] for name in schema.CHAINED[table]), *more])}


def digested(row: Row, legs: list[Any], terms: str | None, private: bytes | None, reverses: list[int]) -> Row:
    """The digests that an entry would have had."""
    names = ("event", "date", "effective", "client", "bank", "base")
    header = Header(
        **{name: row[name] for name in names},
        case=row["case_id"],
        line=row["line"] or 0,
        terms=terms or "",
        rule=-1 if row["rule"] is None else row["rule"],
        reverses=tuple(reverses),
        meta=json.loads(row["meta"]) if row["meta"] else {},
    )
    printed = [(leg[8], leg[6], leg[5], leg[4], leg[7]) for leg in legs]
    text = digest.header_text(row["id"], header, printed[0][1]), digest.legs_text(header, printed)
    public = digest.public_digest(*text)
    return {"public": public, "digest": digest.entry_digest(public, private or digest.NO_PRIVATE_TEXT)}


@pytest.mark.parametrize("table", FACTS)
def test_an_altered_row_with_its_digest_made_anew(raw: Raw, table: str) -> None:
    """A digest that fits the altered row does not fit its batch: row or batch is named."""
    row, column = raw.row(table), schema.CHAINED[table][-1]
    names = (raw.name(table, row), ("batch", str(row["batch"])))
    raw.drop_guards()
    raw.change(table, row, **resealed(raw, table, row | {column: other(row[column])}))
    raw.restore_guards()
    assert named(raw.verify(), *names)


@pytest.mark.parametrize("entry", [3, 11, 31, 46])
def test_an_altered_entry_with_its_digests_made_anew(raw: Raw, entry: int) -> None:
    """An entry over another amount, balanced and digested anew, is named: the books show what it was."""
    raw.drop_guards()
    currency = "CNY" if entry == 46 else "CNY.D"
    first, last = raw.one(
        "SELECT MIN(number), MAX(number) FROM posting WHERE entry = ? AND currency = ?", entry, currency
    )
    for number, more in ((first, 100), (last, -100)):
        raw.sql.execute("UPDATE posting SET amount = amount + ? WHERE entry = ? AND number = ?", (more, entry, number))
    row = entry_of(raw, entry)
    raw.change("entry", row, **resealed(raw, "entry", row))
    raw.restore_guards()
    assert named(raw.verify(), ("entry", str(entry)))


@pytest.mark.parametrize("table", FACTS)
def test_an_added_row(raw: Raw, table: str) -> None:
    """A row that was never sealed is named, or its batch, though its own digest fits."""
    row = raw.row(table)
    unique = {*key_columns(table), "name", "sha256", "digest", "occurrence"}
    for name in unique & row.keys():
        most = value(raw, f'SELECT MAX("{name}") FROM "{table}"')
        row[name] = most + 1 if isinstance(most, int) else most + "9"
    raw.drop_guards()
    raw.insert(table, resealed(raw, table, row))
    raw.restore_guards()
    names = (raw.name(table, row), ("batch", str(row["batch"])))
    assert named(raw.verify(), *names)


def test_an_added_entry(raw: Raw) -> None:
    """An entry with legs and digests of its own, that no batch sealed, is named."""
    row = entry_of(raw, 11)
    last = value(raw, "SELECT MAX(id) FROM entry")
    raw.drop_guards()
    legs = "number, fund, account, bank, amount, currency, item"
    raw.sql.execute(f"INSERT INTO posting SELECT ?, {legs} FROM posting WHERE entry = 11", (last + 1,))
    raw.insert("entry", resealed(raw, "entry", row | {"id": last + 1}))
    raw.restore_guards()
    assert named(raw.verify(), ("entry", str(last + 1)))


def test_legs_of_no_entry(raw: Raw) -> None:
    """Legs without an entry, that balance and come after all others, are named by the entry that they say."""
    legs = "number, fund, account, bank, amount, currency, item"
    raw.drop_guards()
    raw.sql.execute(f"INSERT INTO posting SELECT 999, {legs} FROM posting WHERE entry = 11")
    raw.restore_guards()
    assert named(raw.verify(), ("entry", "999"))


@pytest.mark.parametrize(
    ("table", "values"),
    [
        ("day_balance", {"bank": "OTHER"}),
        ("case_balance", {"case_id": "A-9"}),
        ("item_balance", {"item": "line:99"}),
        ("open_movement", {"entry": 3}),
        ("line_state", {"line": 99}),
        ("identifier", {"key": "A-9"}),
        ("publication", {"path": "2025/01/2025-01-09.beancount"}),
        ("allocation", {"source": 11, "target": 18, "bank": "TRUST", "amount": 5}),
    ],
)
def test_an_added_row_of_a_derived_table(raw: Raw, table: str, values: Row) -> None:
    """What nothing in the journal comes to is named."""
    row = values if table == "allocation" else raw.row(table) | values
    raw.insert(table, row)
    name = raw.name(table, row)
    assert named(raw.verify(), name)


@pytest.mark.parametrize("table", [name for name in FACTS if name not in {"batch", "account", "terms"}])
def test_two_rows_exchanged(raw: Raw, table: str) -> None:
    """Two rows that take each other's place are both named, digests and all."""
    one, two = raw.row(table), raw.row(table, -1)
    names = (raw.name(table, one), raw.name(table, two))
    keys = key_columns(table)
    raw.drop_guards()
    if table in {"file", "statement_line"}:  # what must be unique, out of the way
        raw.change(table, two, **{name: "0" for name in ("sha256", "identity") if name in two})
    for here, there in ((one, two), (two, one)):
        raw.change(table, here, **{name: part for name, part in there.items() if name not in keys})
    raw.restore_guards()
    findings = raw.verify()
    assert all(named(findings, name, *([] if table != "file" else names)) for name in names)


def test_two_entries_exchanged(raw: Raw) -> None:
    """Two entries of a batch that change numbers, with their legs, are both named."""
    raw.drop_guards()
    for old, new in ((3, 9_999), (4, 3), (9_999, 4)):
        raw.sql.execute("UPDATE entry SET id = ? WHERE id = ?", (new, old))
        raw.sql.execute("UPDATE posting SET entry = ? WHERE entry = ?", (new, old))
    raw.restore_guards()
    findings = raw.verify()
    assert named(findings, ("entry", "3"))
    assert named(findings, ("entry", "4"))


def test_a_batch_made_anew(raw: Raw) -> None:
    """A batch that is sound in itself, and not the one that the next was chained to, is named."""
    number, *fields, parent, content = raw.one(
        "SELECT id, kind, acted_on, recorded_at, actor, parent, content FROM batch WHERE id = 5"
    )
    fields[-1] = "somebody else"
    head = head_digest(parent, [number, *fields], content)
    raw.drop_guards()
    raw.change("batch", {"id": 5}, actor="somebody else", head=head)
    raw.restore_guards()
    assert named(raw.verify(), ("batch", "5"))


def test_the_key_of_the_indexes(raw: Raw) -> None:
    """The chain begins with the key under which references are indexed."""
    raw.drop_guards()
    raw.change("setting", {"name": "index_key"}, value="00" * 32)
    raw.restore_guards()
    assert named(raw.verify(), ("setting", "index_key"))


def rewrite_chain(raw: Raw) -> None:
    """Contents and heads of all batches anew, from the rows as they are."""
    made: dict[int, Content] = {}
    for table in schema.CHAINED:
        for batch, sha in raw.rows(f'SELECT batch, row_digest FROM "{table}" ORDER BY "{key_columns(table)[0]}"'):
            made.setdefault(batch, Content()).add(table, sha)
    parent = genesis(value(raw, "SELECT value FROM setting WHERE name = 'index_key'"))
    for fields in raw.rows("SELECT id, kind, acted_on, recorded_at, actor FROM batch ORDER BY id"):
        content = made.get(fields[0], Content()).text()
        head = head_digest(parent, fields, content)
        raw.change("batch", {"id": fields[0]}, parent=parent, content=content, head=head)
        parent = head
    raw.sql.execute("UPDATE head SET digest = ?", (parent,))


def test_a_chain_rewritten_as_it_was(raw: Raw) -> None:
    """The forger of these tests knows the format: what it rewrites unaltered is the same."""
    raw.drop_guards()
    rewrite_chain(raw)
    raw.restore_guards()
    assert raw.verify(status=0) == []


def test_a_rewritten_chain(raw: Raw) -> None:
    """Who rewrites the whole chain is found by the seal of the books, and who rewrites these by a head kept outside."""
    head = raw.workspace.json("verify")["head"]
    case = raw.row("cases")
    raw.drop_guards()
    raw.change("cases", case, **resealed(raw, "cases", case | {"placed_amount": 1}))
    rewrite_chain(raw)
    raw.restore_guards()
    assert named(raw.verify(), ("file", "ledger/main.beancount"))
    forged = raw.workspace
    assert "BOOKS_FOREIGN" in forged.run("publish", "--date", MARCH, status=1).err
    shutil.rmtree(forged.folder / "ledger")
    forged.run("publish", "--date", MARCH)
    assert forged.json("verify")["ok"]
    (finding,) = forged.json("verify", "--head", head, status=1)["findings"]
    assert (finding["code"], finding["head"]) == ("HEAD_UNKNOWN", head)


@pytest.mark.parametrize("made", ["sqlite"], indirect=True)
def test_an_older_journal_put_back(made: Workspace, tmp_path: Path) -> None:
    """A journal of before the last publication is sound in itself; the books show that it was put back."""
    later = Workspace(tmp_path / "later")
    shutil.copytree(made.folder, later.folder)
    later.run("post", "write_off", "--case", "A-5", "--date", MARCH)
    later.run("publish", "--date", MARCH)
    assert later.json("verify")["ok"]
    shutil.copyfile(made.folder / "journal.db", later.folder / "journal.db")
    findings = later.json("verify", status=1)["findings"]
    assert named(findings, ("file", "ledger/main.beancount"))
    assert "BOOKS_FOREIGN" in later.run("publish", "--date", MARCH, status=1).err
