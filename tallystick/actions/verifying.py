"""``verify`` and ``check``: that everything is what it was, and that everything holds."""

from __future__ import annotations

import contextlib
import hashlib
import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import SQLAlchemyError

from ledger_core.accounting.money import format_minor
from ledger_core.errors import Problem, Refused, TallystickError, refuse
from ledger_core.journal import proof, read
from ledger_core.journal.store import sealed_head
from ledger_core.publish import tree
from ledger_core.runs import cure, three_way
from tallystick.actions import publishing
from tallystick.actions.session import ARCHIVE, LEDGER

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from ledger_core.runs.book import Book
    from tallystick.actions.session import Session

_SHOWN = 60


@dataclass(slots=True)
class Verification:
    """``unpublished`` entries are told apart and are no finding; ``head`` is hex."""

    entries: int = 0
    unpublished: int = 0
    head: str = ""
    findings: list[proof.Finding] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether nothing was found."""
        return not self.findings

    def document(self) -> dict[str, Any]:
        """As SURFACE has it."""
        return {
            "ok": self.ok,
            "unpublished": self.unpublished,
            "findings": [{"code": f.code, "message": f.message, f.kind: f.subject} for f in self.findings],
            "entries": self.entries,
            "head": self.head,
        }


def verify(session: Session, *, head: str = "", progress: Callable[[int], None] | None = None) -> Verification:
    """Recompute everything from content: the chain, the balances, the books, the archive."""
    result = Verification()
    try:
        with session.reading() as book:
            _verify(book, session, head, result, progress)
    except Refused as error:
        if any(problem.code != "JOURNAL_UNUSABLE" for problem in error.problems):
            raise
        result.findings += [_damaged(str(problem.message)) for problem in error.problems]
    except (SQLAlchemyError, ValueError, TypeError, AssertionError, KeyError, ArithmeticError) as error:
        # A journal so damaged that it cannot be asked; what was found so far stands.
        result.findings.append(_damaged(f"the journal cannot be read through: {type(error).__name__}"))
    return result


def _damaged(message: str) -> proof.Finding:
    return proof.Finding("JOURNAL_DAMAGED", message, "file", "journal")


def _verify(
    book: Book, session: Session, head: str, result: Verification, progress: Callable[[int], None] | None
) -> None:
    _, result.entries, last = sealed_head(book.connection)
    result.head = last.hex()
    if head and not proof.is_head(book.connection, head):
        result.findings.append(proof.Finding("HEAD_UNKNOWN", f"{head} never was a head of this chain", "head", head))
    result.findings += proof.findings(book.connection, progress)
    result.findings += _archive(book, session.folder / ARCHIVE)
    if not result.findings:
        result.findings += _three_way(book)
    # Books made from a journal that is itself altered would only repeat what was found.
    result.unpublished = _unpublished(book)
    result.findings += _books(book, session.folder / LEDGER, whole=not result.unpublished)


def _archive(book: Book, folder: Path) -> Iterator[proof.Finding]:
    for sha, path in read.rows(book.connection, "SELECT sha256, archive FROM file ORDER BY id"):
        try:
            content = (folder / path).read_bytes()
        except OSError:
            yield proof.Finding("ARCHIVE_MISSING", f"archive/{path} cannot be read", "file", f"archive/{path}")
            continue
        if hashlib.sha256(content).hexdigest() != sha:
            yield proof.Finding(
                "ARCHIVE_ALTERED", f"archive/{path} is not what was imported", "file", f"archive/{path}"
            )


def _three_way(book: Book) -> Iterator[proof.Finding]:
    for currency, amount in three_way.reconcile(book, "9999-12-31").difference.items():
        if amount:
            message = f"bank, book and what is owed differ by {format_minor(amount, currency)} {currency}"
            yield proof.Finding("SHORTFALL", message, "currency", currency)


def _unpublished(book: Book) -> int:
    found = read.rows(
        book.connection,
        "SELECT COUNT(*) FROM entry WHERE batch > COALESCE((SELECT MAX(batch) FROM publication), 0)",
    )
    return int(found[0][0])


def _books(book: Book, folder: Path, *, whole: bool) -> Iterator[proof.Finding]:
    """The files on the disk against what the journal renders.

    With entries not yet published, files are held against what was written then, and every entry
    that they show against the journal.
    """
    published = dict(tuple(row) for row in read.rows(book.connection, "SELECT path, sha256 FROM publication"))
    if not published:
        return
    there = tree.read(folder)
    must: dict[str, bytes] = {}
    with contextlib.suppress(TallystickError, AssertionError, ValueError, TypeError, KeyError):
        must = publishing.build(book) if whole else {}
        must |= (
            {tree.SUMS: tree.sums_file({path: tree.digest(content) for path, content in must.items()})} if must else {}
        )
    wanted = set(must) or {*published, tree.SUMS}
    for path in sorted(wanted - set(there)):
        yield proof.Finding("BOOK_MISSING", f"ledger/{path} is not there", "file", f"ledger/{path}")
    for path in sorted(set(there) - wanted):
        yield proof.Finding("BOOK_FOREIGN", f"ledger/{path} was not published", "file", f"ledger/{path}")
    for path in sorted(wanted & set(there)):
        if path in must and there[path] != must[path]:
            yield _difference(path, there[path], must[path])
        elif path not in must and path in published and tree.digest(there[path]) != published[path]:
            yield proof.Finding("BOOK_ALTERED", f"ledger/{path} is not what was published", "file", f"ledger/{path}")


def _difference(path: str, is_there: bytes, must_be: bytes) -> proof.Finding:
    """The first line that differs, and the entry that it belongs to."""
    found, wanted = is_there.decode(errors="replace").splitlines(), must_be.decode().splitlines()
    at = next(
        (i for i, pair in enumerate(zip(found, wanted, strict=False)) if pair[0] != pair[1]),
        min(len(found), len(wanted)),
    )
    entry = next((line.strip() for line in reversed(wanted[: at + 1]) if line.startswith("  entry: ")), "")
    says = found[at].strip()[:_SHOWN] if at < len(found) else "nothing"
    must = wanted[at].strip()[:_SHOWN] if at < len(wanted) else "nothing"
    where = f" ({entry})" if entry else ""
    message = f"ledger/{path}:{at + 1} says {says!r}, and the journal {must!r}{where}"
    return proof.Finding("BOOK_ALTERED", message, "file", f"ledger/{path}")


# --- check ---------------------------------------------------------------------------------------


@dataclass(slots=True)
class CheckResult:
    """What does not hold."""

    problems: list[Problem] = field(default_factory=list)
    unpublished: int = 0

    @property
    def ok(self) -> bool:
        """Whether every invariant holds."""
        return not self.problems


def check(session: Session) -> CheckResult:
    """The invariants: on the journal by SQL, and on the books by Beancount and the plugins."""
    result = CheckResult()
    with session.reading() as book:
        day = book.acted_on
        for deficit in cure.deficits(book, day):
            who = deficit.client or deficit.case or "the agency's fees"
            amount = format_minor(deficit.amount, deficit.currency)
            result.problems.append(
                Problem("CURE_DUE", f"{who} is short of {amount} in {deficit.bank} since {deficit.date}")
            )
        for currency, difference in three_way.reconcile(book, day).difference.items():
            if difference:
                told = format_minor(difference, currency)
                result.problems.append(Problem("SHORTFALL", f"bank, book and what is owed differ by {told} {currency}"))
        result.problems += _gaps(book)
        result.unpublished = _unpublished(book)
    result.problems += book_errors(session.folder / LEDGER)
    return result


def _gaps(book: Book) -> Iterator[Problem]:
    """Statements that do not begin where the one before ended, lines that overlap aside (DOMAIN §5)."""
    for bank in book.agency.banks:
        found = read.rows(
            book.connection,
            """SELECT date_from, date_to, opening, closing FROM statement
               WHERE bank = :bank AND opening IS NOT NULL AND closing IS NOT NULL ORDER BY date_from, date_to, id""",
            bank=bank.id,
        )
        ends: dict[int, str] = {}
        for index, (first, last, opening, closing) in enumerate(found):
            if index and opening not in ends and not any(first <= end for end in ends.values()):
                told = format_minor(opening, bank.currency)
                yield Problem(
                    "STATEMENT_GAP", f"{bank.id}: the statement of {first} opens with {told}, where none ended"
                )
            ends[closing] = last


def book_errors(folder: Path) -> list[Problem]:
    """What Beancount and the plugins say of the published books."""
    main = folder / "main.beancount"
    if not main.is_file():
        raise refuse("NOT_PUBLISHED", "there are no published books", str(folder.name))
    os.environ["BEANCOUNT_DISABLE_LOAD_CACHE"] = "1"
    from beancount import loader

    _, errors, _ = loader.load_file(str(main))
    problems = []
    for error in errors:
        source = error.source or {}
        path = str(source.get("filename", main))
        with contextlib.suppress(ValueError):
            path = os.path.relpath(path, folder.parent)
        problems.append(
            Problem("BOOKS_UNSOUND", error.message.strip().replace("\n", " "), path, source.get("lineno", 0))
        )
    return problems
