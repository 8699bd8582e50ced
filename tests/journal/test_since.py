"""``verify --since BATCH``: what came after a batch is proved as all is, what came before is believed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.journal.conftest import MARCH, named

if TYPE_CHECKING:
    from tests.journal.conftest import Raw


@pytest.fixture
def since(raw: Raw) -> int:
    """A batch before the last; after it there is an entry, with its books."""
    batch = raw.workspace.json("head")["batch"]
    path = raw.workspace.write("later.csv", f"event,date,case,amount,memo\ncost_advanced,{MARCH},B-1,5.00,he said so\n")
    raw.workspace.run("import", str(path), "--date", MARCH)
    raw.workspace.run("publish", "--date", MARCH)
    return int(batch)


def found(raw: Raw, since: int) -> list[dict[str, str]]:
    """What the daily run finds."""
    findings: list[dict[str, str]] = raw.workspace.json("verify", "--since", str(since), status=None)["findings"]
    return findings


def test_nothing_is_found(raw: Raw, since: int) -> None:
    """In order is in order; after the last batch there is nothing to be wrong."""
    assert found(raw, since) == []
    assert found(raw, raw.workspace.json("head")["batch"]) == []


@pytest.mark.parametrize(
    ("sql", "kind", "what"),
    [
        ("UPDATE entry SET event = 'receipt' WHERE id = :last", "entry", "last"),
        ("UPDATE posting SET amount = amount + 1 WHERE entry = :last AND number = 0", "entry", "last"),
        ("DELETE FROM entry WHERE id = :last", "entry", "last"),
        ("UPDATE person SET text = 'x' WHERE id = 'entry:' || :last", "entry", "last"),
        ("UPDATE batch SET actor = 'x' WHERE id = :batch", "batch", "batch"),
        ("UPDATE file SET archive = 'x' WHERE batch = :batch", "file", "x"),
    ],
)
def test_what_came_after(raw: Raw, since: int, sql: str, kind: str, what: str) -> None:
    """An alteration of anything that came after the batch is found, and named as ever."""
    batch, last = raw.one("SELECT batch, sealed_through FROM head")
    raw.drop_guards()
    values = {name: value for name, value in (("last", last), ("batch", batch)) if f":{name}" in sql}
    assert raw.sql.execute(sql, values).rowcount == 1
    raw.restore_guards()
    subject = {"last": str(last), "batch": str(batch), "x": "archive/x"}[what]
    assert named(found(raw, since), (kind, subject))


def test_what_came_before_is_believed(raw: Raw, since: int) -> None:
    """That is what makes the daily run short; the whole one finds it."""
    raw.drop_guards()
    raw.sql.execute("UPDATE entry SET event = 'receipt' WHERE id = 3")
    raw.restore_guards()
    assert not named(found(raw, since), ("entry", "3"))
    assert named(raw.verify(), ("entry", "3"))


def test_a_day_file_that_was_touched(raw: Raw, since: int) -> None:
    """The books of the days after the batch are compared with the journal."""
    path = raw.workspace.folder / f"ledger/2025/03/{MARCH}.beancount"
    path.write_text(path.read_text().replace("5.00", "6.00", 1))
    assert named(found(raw, since), ("file", f"ledger/2025/03/{MARCH}.beancount"))
