"""A journal copied into another database, row by row as it stands: entries, digests, private texts, head.

The copy is held against the original before it is committed: every row of every table, and the chain from its
content.  It has the same head, so day sheets and published books go on with it.
"""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING, NamedTuple

from ledger_core.errors import refuse
from ledger_core.journal import proof, schema
from ledger_core.journal.database import execute, insert, of, stream
from ledger_core.journal.sqlite import Sqlite, settle
from ledger_core.journal.store import Journal, sealed_head

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Connection, Table

_BY_MONTH = {"entry": "id", "posting": "entry"}
"""Tables that are copied month by month of acting, as they grew, and their number of the entry."""


class Copied(NamedTuple):
    """What the copy holds; ``head`` is that of both."""

    entries: int
    rows: int
    head: bytes


def copy(source: Journal, target: Journal) -> Copied:
    """Copy a journal to where there is none; raises ``JOURNAL_THERE`` and ``COPY_UNEQUAL``."""
    if not source.exists:
        raise refuse("JOURNAL_MISSING", "there is no journal to copy", source.place)
    if target.exists:
        raise refuse("JOURNAL_THERE", "there is a journal already", target.place)
    with source.read() as old, target.creating() as new:
        schema.metadata.create_all(new)
        target.database.prepare(new)
        for table in schema.metadata.sorted_tables:
            if table.name not in _BY_MONTH:
                insert(new, table, _rows(old, table))
        for acted_on, first, last in _months(old):
            of(new).begin_batch(new, acted_on)
            for name, number in _BY_MONTH.items():
                insert(new, schema.metadata.tables[name], _rows(old, schema.metadata.tables[name], number, first, last))
        target.database.guard(new)
        rows = sum(_compared(old, new, table) for table in schema.metadata.sorted_tables)
        for finding in proof.findings(new):
            raise refuse("COPY_UNEQUAL", f"the copy is not sound: {finding.message}", target.place)
        _, entries, head = sealed_head(new)
    return Copied(entries, rows, head)


def _months(connection: Connection) -> Iterator[tuple[str, int, int]]:
    """The months of acting, each by a day of it, with the first and the last entry that it begins with."""
    found = execute(
        connection,
        """SELECT MIN(b.acted_on), MIN(e.id) FROM batch b JOIN entry e ON e.batch = b.id
           GROUP BY SUBSTR(b.acted_on, 1, 7) ORDER BY 1""",
    ).all()
    # A month acted on again later begins where it began first; what comes after is of the months in between.
    starts: list[tuple[str, int]] = []
    for acted_on, first in found:
        if not starts or first > starts[-1][1]:
            starts.append((acted_on, first))
    ends = [first - 1 for _, first in starts[1:]]
    last = int(execute(connection, "SELECT COALESCE(MAX(id), 0) FROM entry").scalar_one())
    for index, (acted_on, first) in enumerate(starts):
        yield acted_on, 1 if index == 0 else first, ends[index] if index < len(ends) else last


def _rows(
    connection: Connection, table: Table, number: str = "", first: int = 0, last: int = 0
) -> Iterator[tuple[object, ...]]:
    """Rows as they are, in the order of the key."""
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    key = ", ".join(f'"{column.name}"' for column in table.primary_key.columns)
    among = f"WHERE {number} BETWEEN :first AND :last" if number else ""
    values = {"first": first, "last": last} if number else {}
    for row in stream(connection, f'SELECT {names} FROM "{table.name}" {among} ORDER BY {key}', **values):
        yield tuple(row)


def _compared(old: Connection, new: Connection, table: Table) -> int:
    """How many rows both have; raises where one is not the same."""
    count = 0
    for here, there in zip_longest(_rows(old, table), _rows(new, table)):
        if here != there:
            key = here[0] if here else there[0] if there else ""
            raise refuse("COPY_UNEQUAL", f"row {key} of {table.name} did not arrive as it is")
        count += 1
    return count


def backup(journal: Journal, target: Path) -> tuple[int, int, bytes]:
    """The journal as it stands in an SQLite file; returns its batch, entry and head.  Raises ``JOURNAL_THERE``."""
    if target.exists():
        raise refuse("JOURNAL_THERE", "the file is there already", str(target))
    partial = target.with_name(f".{target.name}.partial")
    partial.unlink(missing_ok=True)
    copy_of = Journal(f"sqlite:///{partial.resolve()}", folder=target.parent)
    try:
        if isinstance(journal.database, Sqlite):
            journal.database.backup(partial)
        else:
            copy(journal, copy_of)
        with copy_of.alter() as connection:  # also one of an earlier release
            told = sealed_head(connection)
        settle(partial)
        partial.rename(target)
    finally:
        for beside in target.parent.glob(f"{partial.name}*"):
            beside.unlink()
    return told
