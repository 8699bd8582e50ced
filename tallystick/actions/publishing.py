"""``publish``: the books written from the journal, and what they must be byte for byte."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from sqlalchemy import text

from ledger_core.accounting.posting import Account
from ledger_core.journal import read, schema
from ledger_core.journal.store import insert, sealed_head
from ledger_core.publish import render, tree
from ledger_core.runs import three_way
from tallystick.actions.session import LEDGER, writing_files

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ledger_core.runs.book import Book
    from tallystick.actions.session import Session

_LAST = "9999-12-31"


@dataclass(frozen=True, slots=True)
class PublishResult:
    """``written`` files of ``files``, and the batch that the books now stand at."""

    files: int
    written: int
    batch: int
    ok: bool = True


def publish(session: Session) -> PublishResult:
    """Bring the books up to the journal; days that no new entry touches are kept as they are."""
    target = session.folder / LEDGER
    with session.writing() as book:
        published = {
            path: (sha, int(batch)) for path, sha, batch in read.rows(book.connection, "SELECT * FROM publication")
        }
        there = {path: tree.digest(content) for path, content in tree.read(target).items()}
        kept = _kept(book, published, there)
        files = build(book, set(_days(book)) - {_day_of(path) for path in kept})
        sums = {path: tree.digest(content) for path, content in files.items()} | kept
        files[tree.SUMS] = tree.sums_file(sums)
        batch, *_ = sealed_head(book.connection)
        changed = [path for path, content in files.items() if there.get(path) != tree.digest(content)]
        if changed or set(there) != {*files, *kept}:
            with writing_files(LEDGER):
                tree.write(target, files, kept)
        book.connection.execute(text("DELETE FROM publication"))
        insert(book.connection, schema.publication, [(path, sha, batch) for path, sha in sorted(sums.items())])
    return PublishResult(len(sums), len(changed), batch)


def _kept(book: Book, published: dict[str, tuple[str, int]], there: dict[str, str]) -> dict[str, str]:
    """Day files that stand: as published, unaltered on the disk, and before every later entry."""
    last = max((batch for _, batch in published.values()), default=0)
    found = read.rows(book.connection, "SELECT MIN(date) FROM entry WHERE batch > :last", last=last)
    touched = found[0][0] or _LAST
    return {
        path: sha
        for path, (sha, _) in published.items()
        if _day_of(path) and _day_of(path) < touched and there.get(path) == sha
    }


def _path(day: str) -> str:
    return f"{day[:4]}/{day[5:7]}/{day}.beancount"


def _day_of(path: str) -> str:
    """The day of a day's file; nothing for other files."""
    name = path.rsplit("/", 1)[-1].removesuffix(".beancount")
    return name if path == _path(name) else ""


def _days(book: Book) -> list[str]:
    return [row[0] for row in read.rows(book.connection, "SELECT DISTINCT date FROM entry ORDER BY date")]


def build(book: Book, days: Iterable[str] | None = None) -> dict[str, bytes]:
    """The books as they must be: some days (all by default), and the files that span them."""
    wanted = _days(book) if days is None else sorted(days)
    files = {_path(day): content.encode() for day, content in _day_files(book, wanted)}
    agency = book.agency
    first_day = agency.first_day.isoformat()
    accounts = [Account(*row) for row in read.rows(book.connection, "SELECT name, currency FROM account ORDER BY id")]
    terms = read.rows(
        book.connection, "SELECT digest, client, effective, document FROM terms ORDER BY client, effective, id"
    )
    files["chart.beancount"] = render.chart_file(first_day, accounts).encode()
    files["statements.beancount"] = render.statements_file(_statements(book)).encode()
    files |= {f"terms/{digest}.json": render.terms_file(document).encode() for digest, _, _, document in terms}
    all_days = _days(book)
    includes = ["chart.beancount", *map(_path, all_days), "statements.beancount"]
    batch, _, head = sealed_head(book.connection)
    seal = (all_days[-1] if all_days else first_day, batch, head.hex())
    versions = {digest: (client, effective) for digest, client, effective, _ in terms}
    files["main.beancount"] = render.main_file(agency.name, agency.currency, includes, versions, seal).encode()
    return files


def _day_files(book: Book, days: list[str]) -> Iterable[tuple[str, str]]:
    """Each day's text, month by month so that memory is bounded by a month."""
    balances = _bank_days(book)
    for _, in_month in groupby(days, key=lambda day: day[:7]):
        wanted = list(in_month)
        entries = read.entries_between(book.connection, wanted[0], wanted[-1])
        by_day = {day: list(rows) for day, rows in groupby(entries, key=lambda row: row.header.date)}
        for day in wanted:
            yield day, render.day_file(day, by_day[day], balances.get(day, []))


def _bank_days(book: Book) -> dict[str, list[render.BankDay]]:
    """What each bank holds at the end of each day on which it moved."""
    result: dict[str, list[render.BankDay]] = {}
    for bank in book.agency.banks:
        name, held = three_way.account_of(bank), 0
        trust = bank.id if bank.fund == "trust" else ""
        for day, movement in read.account_days(book.connection, name, bank.currency, trust):
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
