"""``verify`` and ``check``: that everything is what it was, and that everything holds."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ledger_core.accounting.money import format_minor
from ledger_core.cases.register import hashed_key
from ledger_core.errors import Problem, Refused, refuse
from ledger_core.journal import proof, read
from ledger_core.journal.database import Undecodable, of
from ledger_core.journal.finding import Finding
from ledger_core.journal.store import setting
from ledger_core.publish import tree
from ledger_core.runs import cure, deadlines, gaps, three_way
from reconciliation.identifiers import identifier_keys
from tallystick.actions import comparing, publishing
from tallystick.actions.session import ARCHIVE, LEDGER

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from ledger_core.runs.book import Book
    from tallystick.actions.session import Session


@dataclass(slots=True)
class Verification:
    """``unpublished`` entries and ``erased`` texts are told apart and are no finding; ``head`` is hex.

    ``texts`` says whether the private texts were checked: not every user of a database may read them.
    """

    entries: int = 0
    unpublished: int = 0
    head: str = ""
    texts: bool = True
    erased: list[proof.Erased] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether nothing was found."""
        return not self.findings

    def document(self) -> dict[str, Any]:
        """As SURFACE has it."""
        return {
            "ok": self.ok,
            "unpublished": self.unpublished,
            "findings": [finding.document() for finding in self.findings],
            "entries": self.entries,
            "head": self.head,
            "texts": self.texts,
            "erased": [{erased.kind: erased.subject, "on": erased.on, "by": erased.by} for erased in self.erased],
        }


@dataclass(frozen=True, slots=True)
class Asked:
    """What to verify: ``head`` must have been one; ``since`` a batch only what came after; ``tell`` of each step."""

    head: str = ""
    since: int = 0
    tell: Callable[[str], object] = str


def verify(session: Session, asked: Asked = Asked()) -> Verification:
    """Recompute everything from content: the chain, the balances, the books, the archive.

    Raises ``BATCH_UNKNOWN`` if it is asked for what came after a batch that there is not.
    """
    result = Verification()
    try:
        with session.reading(unsealed=True) as book:
            if asked.since and not read.rows(book.connection, "SELECT 1 FROM batch WHERE id = :id", id=asked.since):
                raise refuse("BATCH_UNKNOWN", f"there is no batch {asked.since}")
            try:
                _prove(result, book, session, asked)
            except Undecodable:  # then every text is read as well as it can be, which takes longer
                result = Verification()
                with proof.lenient(book.connection):
                    _prove(result, book, session, asked)
    except Refused as error:
        lost = (session.folder / LEDGER).exists() or (session.folder / ARCHIVE).exists()
        codes = {"JOURNAL_UNUSABLE"} | ({"JOURNAL_MISSING"} if lost else set())
        if any(problem.code not in codes for problem in error.problems):
            raise
        result.findings += [_damaged(problem.message) for problem in error.problems]
    return result


def _prove(result: Verification, book: Book, session: Session, asked: Asked) -> None:
    whole = () if asked.since else (_identifiers,)
    for check in (_journal, _archive, *whole, _three_way, _books):
        asked.tell(check.__name__.strip("_"))
        _add(result, check, book, session, asked)


def _add(
    result: Verification,
    check: Callable[[Book, Session, Asked, Verification], Iterable[Finding]],
    book: Book,
    session: Session,
    asked: Asked,
) -> None:
    """What one check finds; where damage stops it, what it found so far stands."""
    try:
        with proof.apart(book.connection):
            for finding in check(book, session, asked, result):
                result.findings.append(finding)
    except proof.DAMAGE as error:
        result.findings.append(proof.broken_off(f"the {check.__name__.strip('_')}", error))


def _damaged(message: str) -> Finding:
    return Finding("JOURNAL_DAMAGED", message, "file", "journal")


def _journal(book: Book, _: Session, asked: Asked, result: Verification) -> Iterator[Finding]:
    if asked.head and not proof.is_head(book.connection, asked.head):
        yield Finding("HEAD_UNKNOWN", f"{asked.head} never was a head of this chain", "head", asked.head)
    result.texts = of(book.connection).reads_texts(book.connection)
    yield from proof.findings(book.connection, asked.since, asked.tell)
    result.entries, last = proof.head(book.connection)
    result.head = last.hex()
    result.erased = proof.erased(book.connection)


def _archive(book: Book, session: Session, asked: Asked, result: Verification) -> Iterator[Finding]:
    """The imported files against their digests; where the journal has lost one, those that it does not know."""
    folder = session.folder / ARCHIVE
    known = set()
    for sha, path in read.rows(
        book.connection, "SELECT sha256, archive FROM file WHERE batch > :since ORDER BY id", since=asked.since
    ):
        known.add(path)
        try:
            content = _within(folder, path).read_bytes()
        except (OSError, ValueError, TypeError):
            yield Finding("ARCHIVE_MISSING", f"archive/{path} cannot be read", "file", f"archive/{path}")
            continue
        if hashlib.sha256(content).hexdigest() != sha:
            yield Finding("ARCHIVE_ALTERED", f"archive/{path} is not what was imported", "file", f"archive/{path}")
    if any((finding.code, finding.kind) == ("ROW_ALTERED", "file") for finding in result.findings):
        for path in sorted(tree.paths(folder) - known):
            message = f"archive/{path} is of no file that the journal has"
            yield Finding("ARCHIVE_FOREIGN", message, "file", f"archive/{path}")


def _within(folder: Path, path: str) -> Path:
    """A plain file below the folder; whatever an altered path may say, nothing else is opened."""
    found = (folder / path).resolve()
    if not found.is_relative_to(folder.resolve()) or not found.is_file():
        raise FileNotFoundError(path)
    return found


def _identifiers(book: Book, _: Session, __: str, result: Verification) -> Iterator[Finding]:
    """The keys by which texts name cases, from the register and the clients' references; erased ones are not judged."""
    if not result.texts:
        return
    index_key = setting(book.connection, "index_key")
    must: dict[str, set[tuple[str, str]]] = {}
    erased = set()
    for case, text, on in read.rows(
        book.connection,
        "SELECT c.id, p.text, p.erased_on FROM cases c LEFT JOIN person p ON p.id = 'case:' || c.id",
    ):
        must[case] = {(key, "case_id") for key in identifier_keys(case)}
        reference = json.loads(text).get("reference", "") if text else ""
        must[case] |= {(hashed_key(index_key, key), "client_ref") for key in identifier_keys(reference)}
        erased |= {case} if on else set()
    stands: dict[str, set[tuple[str, str]]] = {case: set() for case in must}
    for key, case, kind in read.rows(book.connection, "SELECT key, case_id, kind FROM identifier"):
        if kind != "client_ref" or case not in erased:
            stands.setdefault(case, set()).add((key, kind))
    for case in sorted(stands):
        if stands[case] != must.get(case, set()):
            message = f"the identifiers by which texts name case {case} are not its own"
            yield Finding("DERIVED_UNEQUAL", message, "case", case)


def _three_way(book: Book, _: Session, __: Asked, result: Verification) -> Iterator[Finding]:
    """Bank, book and what is owed; of a journal that was altered it would only repeat what was found."""
    found = {} if result.findings else three_way.reconcile(book, "9999-12-31").difference
    for currency, amount in found.items():
        if amount:
            message = f"bank, book and what is owed differ by {format_minor(amount, currency)} {currency}"
            yield Finding("SHORTFALL", message, "currency", currency)


def _books(book: Book, session: Session, asked: Asked, result: Verification) -> Iterator[Finding]:
    """The books on the disk against what the journal makes of the batch that they stand at."""
    result.unpublished = publishing.unpublished(book)
    yield from comparing.differences(book, session.folder / LEDGER, asked.since)


# --- check ---------------------------------------------------------------------------------------


@dataclass(slots=True)
class CheckResult:
    """What does not hold; and alerts, which a person must see to and which are no error."""

    problems: list[Problem] = field(default_factory=list)
    alerts: list[deadlines.Late] = field(default_factory=list)
    unpublished: int = 0

    @property
    def ok(self) -> bool:
        """Whether every invariant holds."""
        return not self.problems

    def alerts_document(self) -> list[dict[str, Any]]:
        """The alerts as JSON, each also in words."""
        return [
            {
                "kind": late.kind,
                deadlines.WHOSE[late.kind]: late.whose,
                "place": late.place,
                "amount": format_minor(late.amount, late.currency),
                "currency": late.currency,
                "since": late.since,
                "due": late.due,
                "entries": list(late.entries),
                "message": str(late),
            }
            for late in self.alerts
        ]


def check(session: Session) -> CheckResult:
    """The invariants: on the journal by SQL, and on the books by Beancount and the plugins."""
    result = check_journal(session)
    result.problems += book_errors(session.folder / LEDGER)
    return result


def check_journal(session: Session) -> CheckResult:
    """The invariants on the journal, by SQL: what a day can have touched, however long the history."""
    result = CheckResult()
    with session.reading() as book:
        day = book.acted_on
        for deficit in cure.deficits(book, day):
            who = deficit.client or deficit.case or "the agency's fees"
            short = f"{format_minor(deficit.amount, deficit.currency)} {deficit.currency} short"
            message = f"{deficit.bank} is {short} for {who} since {deficit.date}"
            result.problems.append(Problem("CURE_DUE", message))
        for currency, difference in three_way.reconcile(book, day).difference.items():
            if difference:
                told = format_minor(difference, currency)
                result.problems.append(Problem("SHORTFALL", f"bank, book and what is owed differ by {told} {currency}"))
        result.problems += [Problem("STATEMENT_GAP", str(gap)) for gap in gaps.find(book)]
        result.alerts = deadlines.late(book, day)
        result.unpublished = publishing.unpublished(book)
    return result


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
            Problem("BOOKS_UNSOUND", " ".join(error.message.split()).rstrip("."), path, source.get("lineno", 0))
        )
    return problems
