"""What the database itself refuses, to a raw SQL session with no code of ours between."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ledger_core.journal import schema
from tests.journal.conftest import FILLED, MARCH, key_columns, named

if TYPE_CHECKING:
    from tests.journal.conftest import Raw, Row

GUARDED = [name for name in FILLED if name in {*schema.APPEND_ONLY, "batch", "head"}]
COLUMNS = [(name, column.name) for name in GUARDED for column in schema.metadata.tables[name].columns]
UNIQUE = {
    "account": ("name", "currency"),
    "entry": ("key",),
    "terms": ("digest",),
    "file": ("sha256",),
    "statement_line": ("bank", "identity", "occurrence"),
}
VERBS = ("INSERT", "INSERT OR REPLACE", "INSERT OR IGNORE", "REPLACE")
UPSERT = "ON CONFLICT {0} DO UPDATE SET {1} = excluded.{1}"

BATCH = """INSERT INTO batch SELECT batch + :next, 'raw', '2025-03-31', 'now', 'somebody', digest, NULL, NULL, :sealed
           FROM head"""
ENTRY = """INSERT INTO entry SELECT (SELECT MAX(id) FROM entry) + :next, :batch, event, date, effective, client,
                  case_id, line, bank, terms, rule, base, meta, NULL, public, digest, row_digest
           FROM entry WHERE id = 11"""
LEG = """INSERT INTO posting SELECT (SELECT MAX(id) FROM entry) + :after, :number, :fund, a.id, :bank, :amount,
                :currency, '' FROM account a WHERE a.name = :account"""
SEAL = "UPDATE batch SET sealed = 1, content = '{}', head = x'00' WHERE sealed = 0"
CASH: Row = {
    "after": 0,
    "number": 0,
    "fund": "trust",
    "bank": "TRUST",
    "amount": 500,
    "currency": "CNY",
    "account": "Assets:Trust:Bank:TRUST",
}
OWED: Row = CASH | {"number": 1, "amount": -500, "account": "Liabilities:Trust:ClientPayable:ALFA"}


def refused(raw: Raw, sql: str, values: Any = ()) -> None:  # noqa: ANN401 - a sequence or a mapping
    """The statement fails with an error of the database's own, and changes nothing."""
    before = raw.sql.content()
    inside = raw.sql.in_transaction() and not raw.sql.sqlite  # PostgreSQL goes on only from before an error
    if inside:
        raw.sql.execute("SAVEPOINT trial")
    with pytest.raises(raw.sql.ERROR):
        raw.sql.execute(sql, values)
    if inside:
        raw.sql.execute("ROLLBACK TO trial")
    assert raw.sql.content() == before


def begin(raw: Raw) -> int:
    """An open batch in a transaction, as it may be."""
    raw.sql.execute("BEGIN")
    raw.sql.execute(BATCH, {"next": 1, "sealed": 0})
    return int(raw.one("SELECT MAX(id) FROM batch")[0])


def post(raw: Raw, *legs: Row) -> None:
    """An open batch with one entry and its legs, as they may be until the seal."""
    raw.sql.execute(ENTRY, {"batch": begin(raw), "next": 1})
    for leg in legs:
        raw.sql.execute(LEG, leg)


@pytest.mark.parametrize(("table", "column"), COLUMNS)
def test_no_column_is_updated(raw: Raw, table: str, column: str) -> None:
    """No value of an append-only table can be changed, not even to itself; in an open batch neither."""
    sets = f'"{table}" SET "{column}" = "{column}" WHERE 1'
    refused(raw, f"UPDATE {sets}")
    if raw.sql.sqlite:
        refused(raw, f"UPDATE OR REPLACE {sets}")
    begin(raw)
    refused(raw, f"UPDATE {sets} AND sealed = 1" if table == "batch" else f"UPDATE {sets}")


@pytest.mark.parametrize("table", GUARDED)
def test_nothing_is_deleted(raw: Raw, table: str) -> None:
    """No row of an append-only table can be deleted; in an open batch neither."""
    refused(raw, f'DELETE FROM "{table}"')
    begin(raw)
    refused(raw, f'DELETE FROM "{table}"')


def new_row(raw: Raw, table: str) -> Row:
    """A row like another one, with keys of its own."""
    row = raw.row(table)
    for name in (*key_columns(table), *UNIQUE.get(table, ())):
        row[name] = row[name] + 1_000 if isinstance(row[name], int) else f"{row[name]}9"
    return row


def replacements(raw: Raw, table: str, new: Row) -> list[Row]:
    """A new row made to take another's place: by key, by each unique key, by SQLite's own row number."""
    old = raw.row(table) | ({"key": raw.one("SELECT MIN(key) FROM entry")[0]} if table == "entry" else {})
    found = [new | {name: old[name] for name in names} for names in (key_columns(table), UNIQUE.get(table)) if names]
    if raw.sql.sqlite and "WITHOUT ROWID" not in raw.one("SELECT sql FROM sqlite_master WHERE name = ?", table)[0]:
        found.append(new | {"rowid": raw.one(f'SELECT MIN(rowid) FROM "{table}"')[0]})
    return found


@pytest.mark.parametrize("table", GUARDED)
def test_no_row_takes_the_place_of_another(raw: Raw, table: str) -> None:
    """Not by its key, a unique key or its row number; not by any verb of SQLite's, even in an open batch."""
    batch, last = begin(raw), list(schema.metadata.tables[table].columns)[-1].name
    new = new_row(raw, table)
    if table not in {"batch", "head", "setting"}:
        new |= {"batch": batch} if "batch" in new else {}
        number = {"entry": "id", "reversal": "entry"}.get(table)
        new |= {number: raw.one("SELECT MAX(id) + 1 FROM entry")[0]} if number else {}
        new |= {"salt": b"", "text": "", "erased_on": None, "erased_by": None} if table == "person" else {}
    for row in replacements(raw, table, new):
        names, marks = ", ".join(f'"{name}"' for name in row), ", ".join("?" * len(row))
        verbs = VERBS if raw.sql.sqlite else VERBS[:1]
        target = "" if raw.sql.sqlite else f"({', '.join(key_columns(table))})"
        for verb, more in [*((verb, "") for verb in verbs), ("INSERT", UPSERT.format(target, f'"{last}"'))]:
            refused(raw, f'{verb} INTO "{table}" ({names}) VALUES ({marks}) {more}', tuple(row.values()))
    if table not in {"batch", "head", "setting"}:
        raw.insert(table, new)


@pytest.mark.parametrize("table", [name for name in GUARDED if name not in {"batch", "head", "posting"}])
def test_a_row_outside_the_open_batch(raw: Raw, table: str) -> None:
    """Without an open batch no row comes in, and with one none that says it is of another."""
    row = new_row(raw, table)
    names, marks = ", ".join(f'"{name}"' for name in row), ", ".join("?" * len(row))
    sql = f'INSERT INTO "{table}" ({names}) VALUES ({marks})'
    refused(raw, sql, tuple(row.values()))
    begin(raw)
    refused(raw, sql, tuple(row.values()))


@pytest.mark.parametrize(
    ("why", "sql"),
    [
        ("born sealed", BATCH.replace(":next", "1").replace(":sealed", "1")),
        ("out of number", BATCH.replace(":next", "2").replace(":sealed", "0")),
        ("of no number", BATCH.replace("batch + :next", "NULL").replace(":sealed", "0")),
        ("neither open nor sealed", BATCH.replace(":next", "1").replace(":sealed", "'x'")),
        ("on another head", BATCH.replace(":next", "1").replace(":sealed", "0").replace("digest", "x'00'")),
        ("unsealed", "UPDATE batch SET sealed = 0 WHERE id = (SELECT MAX(id) FROM batch)"),
        ("sealed again", "UPDATE batch SET head = x'00' WHERE id = (SELECT MAX(id) FROM batch)"),
        ("posting without an open batch", LEG.replace(":after", "1").replace(":bank", "'TRUST'")),
        ("a second head", "INSERT INTO head SELECT 2, batch, sealed_through, digest FROM head"),
        ("the head replaced", "INSERT OR REPLACE INTO head SELECT 1, batch, sealed_through + 1, digest FROM head"),
        ("the head gone", "DELETE FROM head"),
        ("the head moved on", "UPDATE head SET batch = batch + 1"),
        ("the head moved back", "UPDATE head SET batch = batch - 1, digest = (SELECT head FROM batch WHERE id = 3)"),
        ("more entries sealed", "UPDATE head SET sealed_through = sealed_through + 1"),
        ("fewer entries sealed", "UPDATE head SET sealed_through = sealed_through - 1"),
        ("a setting", "INSERT INTO setting VALUES ('more', 'x')"),
        ("a text changed", "UPDATE person SET text = 'x' WHERE id = 'line:3'"),
        ("a text erased by nobody", "UPDATE person SET salt = NULL, text = NULL, erased_on = 'now'"),
        ("a salt kept", "UPDATE person SET text = NULL, erased_on = 'now', erased_by = 'x'"),
    ],
)
def test_batches_head_and_texts(raw: Raw, why: str, sql: str) -> None:
    """A batch is born open, next in number, one at a time; the head moves with it alone; a text is only erased."""
    values = {"number": 9, "fund": "trust", "amount": 1, "currency": "CNY", "account": "Assets:Trust:Bank:TRUST"}
    refused(raw, sql, values if ":number" in sql else ())


@pytest.mark.parametrize(
    ("why", "sql"),
    [
        ("a second batch", BATCH.replace(":next", "1").replace(":sealed", "0")),
        ("a second batch, next", BATCH.replace(":next", "2").replace(":sealed", "0")),
        ("an open batch changed", "UPDATE batch SET actor = 'x' WHERE sealed = 0"),
        ("an open batch deleted", "DELETE FROM batch WHERE sealed = 0"),
        ("sealed without a head", "UPDATE batch SET sealed = 1, content = '{}' WHERE sealed = 0"),
        ("sealed as somebody else", SEAL.replace("SET", "SET actor = 'x',")),
        ("sealed on another head", SEAL.replace("SET", "SET parent = x'00',")),
        ("a sealed entry's number", ENTRY.replace("(SELECT MAX(id) FROM entry) + :next", "11")),
        ("a number left out", ENTRY.replace(":next", "2")),
        ("a number below", ENTRY.replace("(SELECT MAX(id) FROM entry) + :next", "-1")),
        ("a leg of a sealed entry", LEG.replace("(SELECT MAX(id) FROM entry) + :after", "11")),
        ("a reversal by a sealed entry", "INSERT INTO reversal SELECT 3, 11, MAX(id) FROM batch"),
        ("a second reversal", "INSERT OR REPLACE INTO reversal SELECT 11, 49, MAX(id) FROM batch"),
        (
            "a text of a sealed entry",
            "INSERT INTO person SELECT 'entry:11', MAX(id), x'', '', x'', NULL, NULL FROM batch",
        ),
        ("a text born erased", "INSERT INTO person SELECT 'line:99', MAX(id), NULL, NULL, x'', 'n', 'x' FROM batch"),
    ],
)
def test_what_an_open_batch_cannot_do(raw: Raw, why: str, sql: str) -> None:
    """Not even within an open batch can anything be said of a sealed entry, or the batch be other than it began."""
    batch = begin(raw)
    values = CASH | {"batch": batch, "next": 1, "number": 90, "after": 0}
    used = {name: value for name, value in values.items() if f":{name}" in sql}
    refused(raw, sql, used)


@pytest.mark.parametrize(
    "legs",
    [
        pytest.param((CASH,), id="one leg"),
        pytest.param((CASH, OWED | {"amount": -499}), id="a cent less"),
        pytest.param((CASH, OWED | {"fund": "operating", "account": "Equity:Opening", "bank": ""}), id="across funds"),
        pytest.param((CASH, OWED | {"fund": "memo"}), id="a foreign fund"),
        pytest.param((CASH | {"currency": "USD"}, OWED | {"currency": "USD"}), id="a foreign currency"),
        pytest.param((CASH | {"bank": ""}, OWED), id="trust money at no bank"),
        pytest.param((CASH | {"after": 1}, OWED | {"after": 1}), id="no entry"),
    ],
)
def test_an_unsound_entry_is_not_sealed(raw: Raw, legs: tuple[Row, ...]) -> None:
    """The seal is refused where an entry's funds do not sum to zero, or a leg is not of its account or entry."""
    post(raw, *legs)
    refused(raw, SEAL)


@pytest.mark.parametrize("amount", ["12x", 0.5])
def test_an_amount_is_a_whole_number(raw: Raw, amount: object) -> None:
    """SQLite would keep anything, so its seal is refused; PostgreSQL takes no text, and makes a number a whole one."""
    if raw.sql.sqlite:
        post(raw, CASH | {"amount": amount}, OWED | {"amount": amount})
        refused(raw, SEAL)
        return
    post(raw, OWED)
    if isinstance(amount, str):
        refused(raw, LEG, CASH | {"amount": amount})
    else:
        raw.sql.execute(LEG, CASH | {"amount": amount})
        kept = raw.one("SELECT amount FROM posting WHERE number = 0 AND entry = (SELECT MAX(id) FROM entry)")
        assert isinstance(kept[0], int)


def test_a_leg_in_an_unknown_account(raw: Raw) -> None:
    """The seal is refused where a leg is in no account."""
    post(raw, CASH, OWED)
    raw.sql.execute("INSERT INTO posting SELECT MAX(id), 5, 'trust', 999, 'TRUST', 0, 'CNY', '' FROM entry")
    refused(raw, SEAL)


def test_a_sound_entry_is_sealed_and_found(raw: Raw) -> None:
    """What keeps every rule of the database is taken (so the refusals prove something); the chain finds it."""
    post(raw, CASH, OWED)
    raw.sql.execute(SEAL)
    raw.sql.execute("COMMIT")
    batch, entry = raw.one("SELECT batch, sealed_through FROM head")
    findings = raw.verify()
    assert named(findings, ("entry", str(entry)))
    assert named(findings, ("batch", str(batch)))


def test_a_batch_left_open(raw: Raw) -> None:
    """A raw session can leave a batch open: every command refuses to go on, and ``verify`` names the batch."""
    batch = begin(raw)
    raw.sql.execute("COMMIT")
    said = raw.workspace.run("post", "write_off", "--case", "A-5", "--date", MARCH, status=1).err
    assert "BATCH_OPEN" in said
    assert named(raw.verify(), ("batch", str(batch)))


def test_a_person_is_erased(raw: Raw) -> None:
    """Deleting salt and text by name and date is allowed, once; ``verify`` tells of it and finds nothing."""
    erase = "UPDATE person SET salt = NULL, text = NULL, erased_on = '2025-04-01', erased_by = 'tester'"
    raw.sql.execute(erase)
    refused(raw, erase)
    refused(raw, f"{erase} WHERE id = 'line:3'")
    persons = raw.rows("SELECT id FROM person")
    assert raw.verify(status=0) == []
    told = raw.workspace.json("verify")["erased"]
    assert len(told) == len(persons)
    assert {"line": "3", "on": "2025-04-01", "by": "tester"} in told
