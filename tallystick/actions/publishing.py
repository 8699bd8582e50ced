"""``publish``: the books written from the journal, and held against what they must be byte for byte."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ledger_core.accounting.posting import Account
from ledger_core.errors import refuse
from ledger_core.journal import proof, read, schema_derived
from ledger_core.journal.database import execute, insert
from ledger_core.journal.store import sealed_head
from ledger_core.publish import render, tree
from ledger_core.runs import three_way
from tallystick.actions.session import LEDGER, retried, writing_files

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ledger_core.runs.book import Book
    from tallystick.actions.session import Session

_LAST = "9999-12-31"
STATEMENTS = "statements.beancount"


@dataclass(frozen=True, slots=True)
class PublishResult:
    """``written`` files of ``files``, and the batch that the books now stand at."""

    files: int
    written: int
    batch: int
    ok: bool = True


@retried
def publish(session: Session) -> PublishResult:
    """Bring the books up to the journal; days that no new entry touches are kept as they are.

    Raises ``BOOKS_FOREIGN`` rather than write over the books of another journal.
    """
    target = session.folder / LEDGER
    with session.writing() as book:
        seal = tree.seal(target)
        if seal and not proof.is_head(book.connection, seal[1]):
            raise refuse("BOOKS_FOREIGN", f"{LEDGER}/ was sealed with a head that this journal never had", LEDGER)
        noted = _noted(book)
        there = tree.digests(target, noted)
        kept = _kept(book, there)
        files = dict(build(book, set(_days(book)) - {_day_of(path) for path in kept}))
        sums = {path: tree.digest(content) for path, content in files.items()} | kept
        files[tree.SUMS] = tree.sums_file(sums)
        changed = [path for path, content in files.items() if there.get(path) != tree.digest(content)]
        # The note comes first: a journal that cannot be written is found out before the books are touched.
        batch, *_ = sealed_head(book.connection)
        execute(book.connection, "DELETE FROM publication")
        moment = time.time_ns()
        written = {path: tree.Noted(sums[path], len(files[path]), moment) for path in sums.keys() - kept.keys()}
        now = {path: noted[path] for path in kept} | written
        rows = [(path, file.sha256, batch, file.size, file.modified) for path, file in sorted(now.items())]
        insert(book.connection, schema_derived.publication, rows)
        with writing_files(LEDGER):
            if changed or set(there) != {*files, *kept}:
                tree.write(target, files, kept, moment)
            tree.clean(target)
    return PublishResult(len(sums), len(changed), batch)


def unpublished(book: Book) -> int:
    """How many entries the books do not have yet."""
    found = read.rows(
        book.connection,
        "SELECT COUNT(*) FROM entry WHERE batch > COALESCE((SELECT MAX(batch) FROM publication), 0)",
    )
    return int(found[0][0])


def published(book: Book) -> dict[str, tuple[str, int]]:
    """Digest and batch of each file as it was written."""
    found = read.rows(book.connection, "SELECT path, sha256, batch FROM publication")
    return {path: (sha, batch) for path, sha, batch in found}


def _noted(book: Book) -> dict[str, tree.Noted]:
    """The files as they were written."""
    found = read.rows(book.connection, "SELECT path, sha256, size, modified FROM publication")
    return {path: tree.Noted(sha, size, modified) for path, sha, size, modified in found}


def _kept(book: Book, there: dict[str, str]) -> dict[str, str]:
    """Day files that stand: as published, unaltered on the disk, and before every later entry."""
    before = published(book)
    last = max((batch for _, batch in before.values()), default=0)
    days = touched(book, last, sealed_head(book.connection)[0])
    first = min(days, default=_LAST)
    return {
        path: sha
        for path, (sha, _) in before.items()
        if _day_of(path) and _day_of(path) < first and there.get(path) == sha
    }


def touched(book: Book, since: int, through: int) -> list[str]:
    """The days of the entries of the batches after one, through another."""
    # In this order, or SQLite would read all entries by their dates.
    sql = """SELECT DISTINCT e.date FROM batch b CROSS JOIN entry e
             WHERE e.batch = b.id AND b.id > :since AND b.id <= :through"""
    return [row[0] for row in read.rows(book.connection, sql, since=since, through=through)]


def _path(day: str) -> str:
    return f"{day[:4]}/{day[5:7]}/{day}.beancount"


def _day_of(path: str) -> str:
    """The day of a day's file; nothing for other files."""
    name = path.rsplit("/", 1)[-1].removesuffix(".beancount")
    return name if path == _path(name) else ""


def _days(book: Book, batch: int | None = None) -> list[str]:
    if batch is None:
        return read.days(book.connection)
    of_then = "SELECT DISTINCT date FROM entry WHERE batch <= :batch ORDER BY date"
    return [row[0] for row in read.rows(book.connection, of_then, batch=batch)]


def build(book: Book, days: Iterable[str] | None = None, batch: int | None = None) -> Iterator[tuple[str, bytes]]:
    """The books file by file: some days (all by default), and the files that span them.

    With ``batch`` as they were then, from the legs alone; what the banks had said cannot be told of the past.
    """
    wanted = _days(book, batch) if days is None else sorted(days)
    for day, content in _day_files(book, wanted, batch):
        yield _path(day), content.encode()
    agency, connection = book.agency, book.connection
    first_day = agency.first_day.isoformat()
    until = "batch <= COALESCE(:batch, batch)"
    accounts = read.rows(connection, f"SELECT name, currency FROM account WHERE {until} ORDER BY id", batch=batch)  # noqa: S608
    known = [*(Account(*row) for row in accounts), *_trust_banks(book, batch)]
    yield "chart.beancount", render.chart_file(first_day, known).encode()
    number, _, head = sealed_head(connection)
    if batch in {None, number}:
        yield STATEMENTS, render.statements_file(_statements(book)).encode()
    else:
        found = read.rows(connection, "SELECT id, head FROM batch WHERE id = :batch", batch=batch)
        number, head = found[0] if found else (0, bytes(32))  # before the first batch
    terms = read.rows(
        connection,
        f"SELECT digest, client, effective, document FROM terms WHERE {until} ORDER BY client, effective, id",  # noqa: S608
        batch=batch,
    )
    for digest, _, _, document in terms:
        yield f"terms/{digest}.json", render.terms_file(document).encode()
    versions = {digest: (client, effective) for digest, client, effective, _ in terms}
    all_days = _days(book, batch)
    includes = ["chart.beancount", *map(_path, all_days), STATEMENTS]
    found = read.rows(connection, "SELECT MAX(acted_on) FROM batch WHERE id <= :number", number=number)
    seal = (found[0][0] or first_day, number, head.hex())
    yield tree.MAIN, render.main_file(agency.name, agency.currency, includes, versions, seal).encode()


def _trust_banks(book: Book, batch: int | None) -> list[Account]:
    """The trust banks at which something lies: all of it may be owed both ways before any money has moved there."""
    if batch is None:
        found = read.rows(book.connection, "SELECT DISTINCT bank FROM day_balance WHERE bank <> ''")
    else:
        found = read.rows(
            book.connection,
            """SELECT DISTINCT p.bank FROM posting p JOIN entry e ON e.id = p.entry
               WHERE e.batch <= :batch AND p.bank <> ''""",
            batch=batch,
        )
    banks = [book.agency.bank(row[0]) for row in found]
    return [Account(three_way.account_of(bank), bank.currency) for bank in banks]


def _day_files(book: Book, days: list[str], batch: int | None) -> Iterator[tuple[str, str]]:
    """Each day's text, day by day so that memory is bounded by a day."""
    balances = _bank_days(book, batch)
    for day in days:
        entries = read.entries_between(book.connection, day, day, batch)
        yield day, render.day_file(day, entries, balances.get(day, []))


def _bank_days(book: Book, batch: int | None) -> dict[str, list[render.BankDay]]:
    """What each bank holds at the end of each day on which it moved."""
    result: dict[str, list[render.BankDay]] = {}
    for bank in book.agency.banks:
        name, held = three_way.account_of(bank), 0
        trust = bank.id if bank.fund == "trust" else ""
        for day, movement in read.account_days(book.connection, name, bank.currency, trust, batch):
            held += movement
            result.setdefault(day, []).append(render.BankDay(name, bank.currency, held))
    return result


def _statements(book: Book) -> Iterable[render.StatementDay]:
    """The closing balance of each statement, with the items between it and the book."""
    known = three_way.ahead(book)
    for bank in book.agency.banks:
        closings = read.rows(
            book.connection,
            "SELECT DISTINCT date_to FROM statement WHERE bank = :bank AND closing IS NOT NULL ORDER BY date_to",
            bank=bank.id,
        )
        for (day,) in closings:
            check = three_way.bank_check(book, bank, day, known)
            assert check.statement is not None
            items = tuple((f"{item.kind} {item.entry or item.line}", item.amount) for item in check.items)
            yield render.StatementDay(day, three_way.account_of(bank), bank.currency, check.statement, items)
