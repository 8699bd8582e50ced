"""What a proof finds: a code, words, and the name of what was altered, as a user knows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from ledger_core.catalogue import CATALOGUE
from ledger_core.journal.database import execute

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it must be; ``subject`` is an entry, a file or a case, by ``kind``.

    ``also`` names more of it, as kinds and subjects: the file that an altered line came in.
    """

    code: str
    message: str
    kind: str
    subject: str
    also: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        assert self.code in CATALOGUE, f"{self.code} is not in the error catalogue"

    def __str__(self) -> str:
        return f"{self.code} {self.message}. {CATALOGUE[self.code].remedy}."

    def document(self) -> dict[str, str]:
        """As SURFACE has it: code, message, and each name under its kind."""
        return {"code": self.code, "message": self.message, **dict(self.also), self.kind: self.subject}


class _Name(NamedTuple):
    """How a table's row is named: a kind, the column that tells it, and other kinds with their columns."""

    kind: str
    column: str
    code: str = "ROW_ALTERED"
    also: Mapping[str, str] = {}


_NAMES = {
    "entry": _Name("entry", "id", "ENTRY_ALTERED"),
    "posting": _Name("entry", "entry", "ENTRY_ALTERED"),
    "reversal": _Name("entry", "entry", "ENTRY_ALTERED", {"reversed": "reversed"}),
    "person": _Name("text", "id", "TEXT_ALTERED"),
    "batch": _Name("batch", "id", "BATCH_ALTERED"),
    "head": _Name("head", "one", "HEAD_ALTERED"),
    "cases": _Name("case", "id"),
    "case_change": _Name("case", "case_id", also={"case_change": "id"}),
    "promise": _Name("case", "case_id", also={"promise": "id"}),
    "file": _Name("file", "archive"),
    "statement_line": _Name("line", "id"),
    "terms": _Name("terms", "digest", also={"client": "client"}),
    "claim": _Name("claim", "id", also={"line": "line", "entry": "entry"}),
    "release": _Name("claim", "claim"),
    "exclusion": _Name("line", "line", also={"exclusion": "id"}),
    "document": _Name("document", "number", also={"entry": "entry"}),
    "period": _Name("period", "month"),
    "review": _Name("draft", "draft", also={"review": "draft"}),
    "account": _Name("account", "name"),
    "setting": _Name("setting", "name"),
    "user": _Name("user", "name"),
    "day_balance": _Name("account", "account", "DERIVED_UNEQUAL"),
    "case_balance": _Name("case", "case_id", "DERIVED_UNEQUAL"),
    "item_balance": _Name("item", "item", "DERIVED_UNEQUAL"),
    "held": _Name("entry", "entry", "DERIVED_UNEQUAL"),
    "open_movement": _Name("entry", "entry", "DERIVED_UNEQUAL"),
    "line_state": _Name("line", "line", "DERIVED_UNEQUAL"),
    "identifier": _Name("case", "case_id", "DERIVED_UNEQUAL"),
    "allocation": _Name("entry", "target", "DERIVED_UNEQUAL"),
    "publication": _Name("file", "path", "DERIVED_UNEQUAL"),
    "owed": _Name("day", "date", "DERIVED_UNEQUAL"),
    "displaced": _Name("claim", "claim", "DERIVED_UNEQUAL"),
}
"""By table; one that is not named here is its own kind, told by its ``id``."""

_FILE_OF = {
    "statement": "SELECT f.archive FROM statement s JOIN file f ON f.id = s.file WHERE s.id = :of",
    "statement_line": "SELECT f.archive FROM statement_line l JOIN statement s ON s.id = l.statement"
    " JOIN file f ON f.id = s.file WHERE l.id = :of",
}


def numbered_kind(table: str) -> str:
    """The kind of name that a row's number alone is; of a table whose rows go by another name, the table's."""
    name = _NAMES.get(table)
    return name.kind if name and name.column == "id" else table


def row_finding(connection: Connection, table: str, row: Mapping[Any, Any], what: str) -> Finding:
    """A finding about one row: ``what`` is said of it."""
    name = _NAMES.get(table) or _Name(table, "id")
    kind, subject = name.kind, str(row[name.column])
    also = [(other, str(row[column])) for other, column in name.also.items()]
    if table == "person":
        kind, _, subject = subject.partition(":")
    elif kind == "file":
        subject = f"{'archive' if table == 'file' else 'ledger'}/{subject}"
    elif table in _FILE_OF:
        also += [("file", f"archive/{path}") for (path,) in execute(connection, _FILE_OF[table], of=row[name.column])]
    key = str(next(iter(row.values())))
    place = f"{kind} {subject}" if key in subject else f"{kind} {subject} ({table} {key})"
    return Finding(name.code, f"{place} {what}", kind, subject, tuple(also))
