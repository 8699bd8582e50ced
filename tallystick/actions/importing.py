"""``import``: files are identified, read, staged; placements and events are posted.

Files given together are taken in the order placements, events, statements by date.  Each file is one
transaction: whole or not at all, unless the good rows alone were asked for.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from importers.identify import read_file, write_rejected
from ledger_core.cases.register import hashed_key
from ledger_core.errors import Problem, Refused
from ledger_core.journal import read, schema
from ledger_core.journal.store import next_id, setting
from ledger_core.runs import drafts
from reconciliation.identifiers import identifier_keys
from tallystick.actions import rows as staging
from tallystick.actions.entering import event_order
from tallystick.actions.session import ARCHIVE, INBOX, REJECTED, Session, writing_files
from tallystick.actions.statements import Staged

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from importers.model import Imported, Statement
    from ledger_core.journal.append import Batch
    from ledger_core.runs.book import Book

_ORDER = ("placements", "events", "statement")

_IN_THE_WAY = frozenset({"BUSY", "CONTENDED", "JOURNAL_AWAY", "JOURNAL_UNUSABLE", "FILE_UNWRITABLE"})
"""What is wrong with the workspace and not with a file: the next file would meet it too, or miss this one's rows."""


@dataclass(slots=True)
class FileResult:
    """What became of one file; ``refused`` are problems with their line in it."""

    path: str
    kind: str = ""
    imported: int = 0
    duplicates: int = 0
    refused: tuple[Problem, ...] = ()
    rejected_to: str = ""
    drafts: tuple[int, ...] = ()


@dataclass(slots=True)
class ImportResult:
    """All files of one command."""

    files: list[FileResult] = field(default_factory=list)
    stopped: bool = False
    """Whether the workspace was in the way: the last file was refused for it, and those after it were not tried."""

    @property
    def ok(self) -> bool:
        """Whether nothing was refused."""
        return not any(file.refused for file in self.files)


def import_files(
    session: Session, paths: Sequence[Path] = (), *, keep_good: bool = False, dry_run: bool = False
) -> ImportResult:
    """Import files, by default all of the inbox."""
    result = ImportResult()
    sources: list[tuple[Path, Imported]] = []
    for path in paths or _inbox(session):
        shown = session.shown(path)
        try:
            sources.append((path, _read(session, path, shown)))
        except Refused as error:
            if paths or path.exists():  # what is gone from the inbox was taken in by another command meanwhile
                result.files.append(FileResult(shown, refused=error.problems))
    for path, imported in sorted(sources, key=lambda source: _turn(source[1])):
        result.files.append(_import(session, path, imported, keep_good=keep_good, dry_run=dry_run))
        if any(problem.code in _IN_THE_WAY for problem in result.files[-1].refused):
            result.stopped = True
            break
    return result


def _inbox(session: Session) -> list[Path]:
    folder = session.folder / INBOX
    return sorted(p for p in folder.rglob("*") if p.is_file() and not p.name.startswith(".")) if folder.is_dir() else []


def _read(session: Session, path: Path, shown: str) -> Imported:
    def currency_of(account: str, hint: str) -> str | None:
        bank = session.settings.agency.bank_by_account(account, hint)
        return bank.currency if bank else None

    return read_file(path, profiles=session.settings.profiles, currency_of=currency_of, shown=shown)


def _turn(imported: Imported) -> tuple[int, str, str]:
    """The place of a file among those given together."""
    dates = [str(row.date_to or row.date_from or "") for row in imported.rows] if imported.kind == "statement" else []  # type: ignore[union-attr]
    return _ORDER.index(imported.kind), min(dates, default=""), imported.path


def _import(session: Session, path: Path, imported: Imported, *, keep_good: bool, dry_run: bool) -> FileResult:
    result = FileResult(imported.path, imported.kind, refused=imported.problems)
    if imported.problems and not keep_good:
        return result
    try:
        with session.writing(dry_run=dry_run) as book:
            archive = _import_into(book, path, imported, result, keep_good=keep_good)
            if result.refused and not dry_run:
                with writing_files(REJECTED):
                    _write_rejected(session, path, imported, result)
            if archive and not dry_run:
                with writing_files(f"{ARCHIVE}/{archive}"):
                    _file_away(session.folder / ARCHIVE / archive, path)
    except Refused as error:
        result.imported, result.drafts = 0, ()
        result.refused = tuple(problem if problem.path else problem.at(imported.path) for problem in error.problems)
        return result
    if not dry_run and (session.folder / INBOX).resolve() in path.resolve().parents:
        # It is archived; one that cannot be removed is recognised next time.
        with contextlib.suppress(OSError):
            path.unlink()
    return result


def _write_rejected(session: Session, path: Path, imported: Imported, result: FileResult) -> None:
    """The refused rows as a file of their own, before the good ones are committed."""
    target = session.folder / REJECTED / f"{imported.sha256[:12]}-{path.stem}.csv"
    target.parent.mkdir(exist_ok=True)
    write_rejected(path, result.refused, target, imported.layout)
    result.rejected_to = session.shown(target)


def _import_into(book: Book, path: Path, imported: Imported, result: FileResult, *, keep_good: bool) -> str:
    """Post or stage one file; returns where it is to be archived, or nothing if it came before."""
    if read.rows(book.connection, "SELECT 1 FROM file WHERE sha256 = :sha", sha=imported.sha256):
        result.duplicates = sum(_size(row) for row in imported.rows)
        return ""
    number = next_id(book.connection, schema.file)
    if imported.kind == "statement":
        folder, day = _stage_statements(book, imported, number, result, path)
    else:
        folder, day = _post_rows(book, imported, number, result, path, keep_good=keep_good)
    return _archive_name(imported, folder, day, path)


def _size(row: Any) -> int:  # noqa: ANN401 - a row of any kind
    return len(row.lines) if hasattr(row, "lines") else 1


def _archive_name(imported: Imported, folder: str, day: str, path: Path) -> str:
    """By account and date, with the digest; the file's own name may hold anything."""
    return f"{folder}/{day}-{imported.sha256[:16]}{path.suffix.lower()}"


def _post_rows(
    book: Book, imported: Imported, number: int, result: FileResult, path: Path, *, keep_good: bool
) -> tuple[str, str]:
    keys = staging.row_keys(imported.rows)  # type: ignore[arg-type]
    known = {*read.known_keys(book.connection, keys), *drafts.by_key(book.connection, keys, rejected=True)}
    fresh = [(row, key) for row, key in zip(imported.rows, keys, strict=True) if key not in known]
    result.duplicates = len(imported.rows) - len(fresh)
    make: Any = staging.placements if imported.kind == "placements" else staging.events
    facts = make(book, [row for row, _ in fresh], [key for _, key in fresh])
    day = max((fact.date for fact in facts.facts), default=book.acted_on)
    archive = _archive_name(imported, imported.kind, day, path)

    def prepare(batch: Batch) -> None:
        batch.rows = {
            "cases": [tuple(case) for case in facts.cases],
            "file": [(number, imported.sha256, imported.kind, archive)],
        }
        batch.persons = facts.persons
        batch.identifiers = _identifiers(book, facts)

    orders = _orders(book, fresh, facts) if imported.kind == "events" and book.agency.review else {}
    posted, waiting = drafts.post_within_limits(book, facts.facts, imported.kind, prepare, orders)
    problems = [problem.at(imported.path, line) for line, problem in posted.problems]
    problems += [problem.at(imported.path, problem.line) for problem in facts.problems]
    if problems and not keep_good:
        raise Refused(sorted([*imported.problems, *problems], key=lambda problem: problem.line))
    result.refused = (*result.refused, *sorted(problems, key=lambda problem: problem.line))
    result.imported, result.drafts = len(posted.entries), tuple(waiting)
    return imported.kind, day


def _orders(book: Book, rows: Sequence[tuple[Any, str]], facts: staging.Facts) -> dict[int, drafts.Order]:
    """By line what each good row is ordered as."""
    good = {fact.source for fact in facts.facts}
    return {row.line: event_order(book, row, key) for row, key in rows if row.line in good}


def _identifiers(book: Book, facts: staging.Facts) -> list[tuple[str, str, str]]:
    """The keys by which texts name the new cases."""
    index_key = setting(book.connection, "index_key")
    found = [(key, case.id, "case_id") for case in facts.cases for key in identifier_keys(case.id)]
    found += [
        (hashed_key(index_key, key), case, "client_ref")
        for case, reference in facts.references.items()
        for key in identifier_keys(reference)
    ]
    return found


def _stage_statements(book: Book, imported: Imported, number: int, result: FileResult, path: Path) -> tuple[str, str]:
    staged = Staged(book, number)
    statements: Sequence[Statement] = imported.rows  # type: ignore[assignment]
    for statement in statements:
        staged.add(statement)
    if staged.problems:
        raise Refused(sorted(staged.problems, key=lambda problem: problem.line))
    day = max((row[5] for row in staged.statements), default=book.acted_on)
    folder = staged.statements[0][2] if staged.statements else "statement"
    batch = book.batch("statement")
    batch.rows = {
        "file": [(number, imported.sha256, imported.kind, _archive_name(imported, folder, day, path))],
        "statement": staged.statements,
        "statement_line": staged.lines,
    }
    batch.persons = staged.persons
    batch.line_states = {row[0]: ("open", "") for row in staged.lines}
    book.append(batch)
    result.imported, result.duplicates = len(staged.lines), staged.duplicates
    return folder, day


def _file_away(target: Path, source: Path) -> None:
    """Copy into the archive, onto the disk itself, before the transaction commits.

    No committed file lacks its original: the one in the inbox is removed then, and the power may fail.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f".{target.name}")
    try:
        with source.open("rb") as old, partial.open("wb") as new:
            shutil.copyfileobj(old, new)
            new.flush()
            os.fsync(new.fileno())
        partial.rename(target)
        with contextlib.suppress(PermissionError):  # some systems open no folder
            _onto_disk(target.parent)
    finally:
        partial.unlink(missing_ok=True)


def _onto_disk(folder: Path) -> None:
    """The names in a folder, as its files were before."""
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
