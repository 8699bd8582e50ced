"""The books on the disk, held against what the journal says of the batch that they stand at."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from ledger_core.journal import read
from ledger_core.journal.finding import Finding
from ledger_core.publish import tree
from tallystick.actions import publishing
from tallystick.actions.session import LEDGER

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from ledger_core.runs.book import Book

_SHOWN = 60

Published = dict[str, tuple[str, int]]
"""Digest and batch of each file, as the journal noted them when it was written."""


def differences(book: Book, folder: Path) -> Iterator[Finding]:
    """Every file that is altered, missing or foreign, and what is wrong in the note of what was published."""
    published = publishing.published(book)
    batch = _stands_at(book, folder, published)
    there = tree.paths(folder)
    sums: dict[str, str] = {}
    for path, must in publishing.build(book, batch=batch) if batch else ():
        sums[path] = tree.digest(must)
        yield from _compare(folder, path, must)
    if batch and publishing.STATEMENTS not in sums:
        # What the banks had said then cannot be told of the past: the note of it has to do.
        sums[publishing.STATEMENTS], _ = published.get(publishing.STATEMENTS, ("", 0))
        yield from _noted(folder, publishing.STATEMENTS, sums[publishing.STATEMENTS])
    if batch:
        yield from _compare(folder, tree.SUMS, tree.sums_file(sums))
    for path in sorted(there - sums.keys() - {tree.SUMS}):
        yield _finding("BOOK_FOREIGN", path, "was not published")
    yield from _notes(published, batch, sums)


def _stands_at(book: Book, folder: Path, published: Published) -> int:
    """The batch of the seal on the disk if the chain has it, else the one that most files were published at."""
    seal = tree.seal(folder)
    if seal:
        found = read.rows(
            book.connection,
            "SELECT id FROM batch WHERE id = :id AND head = :head",
            id=seal[0],
            head=bytes.fromhex(seal[1]),
        )
        if found:
            return seal[0]
    batches = Counter(batch for _, batch in published.values())
    return batches.most_common(1)[0][0] if batches else 0


def _finding(code: str, path: str, what: str) -> Finding:
    return Finding(code, f"{LEDGER}/{path} {what}", "file", f"{LEDGER}/{path}")


def _compare(folder: Path, path: str, must: bytes) -> Iterator[Finding]:
    try:
        found = (folder / path).read_bytes()
    except OSError:
        yield _finding("BOOK_MISSING", path, "is not there")
        return
    if found != must:
        yield _difference(path, found.decode(errors="replace").splitlines(), must.decode().splitlines())


def _difference(path: str, found: list[str], must: list[str]) -> Finding:
    """The first line that differs, and the entry that it belongs to."""
    pairs = enumerate(zip(found, must, strict=False))
    at = next((i for i, (is_there, wanted) in pairs if is_there != wanted), min(len(found), len(must)))
    entry = _entry_at(must, at) or _entry_at(found, at)
    says, wanted = (repr(lines[at].strip()[:_SHOWN]) if at < len(lines) else "nothing" for lines in (found, must))
    where = f" (entry {entry})" if entry else ""
    message = f"{LEDGER}/{path}:{at + 1} says {says}, and the journal {wanted}{where}"
    also = (("at_line", str(at + 1)), *((("entry", entry),) if entry else ()))
    return Finding("BOOK_ALTERED", message, "file", f"{LEDGER}/{path}", also)


def _entry_at(lines: list[str], at: int) -> str:
    """The entry whose transaction a line is part of; transactions stand between empty lines."""
    start = next((i for i in range(min(at, len(lines) - 1), -1, -1) if not lines[i]), 0)
    block = (line.strip() for line in lines[start + 1 :])
    for line in block:
        if not line:
            break
        if line.startswith("entry: "):
            return line.removeprefix("entry: ").strip('"')
    return ""


def _noted(folder: Path, path: str, sha: str) -> Iterator[Finding]:
    digest = tree.digests(folder).get(path)
    if digest is None:
        yield _finding("BOOK_MISSING", path, "is not there")
    elif digest != sha:
        yield _finding("BOOK_ALTERED", path, "is not what was published")


def _notes(published: Published, batch: int, sums: Mapping[str, str]) -> Iterator[Finding]:
    """The note of what was published fits the books, or is older: then the last ``publish`` was cut short."""
    batches = {noted for _, noted in published.values()}
    if batches in (set(), {min(batches, default=0)}) and max(batches, default=0) < batch:
        return
    for path in sorted(published.keys() | sums.keys()):
        if published.get(path) != (sums.get(path), batch):
            yield _finding("DERIVED_UNEQUAL", path, "was not published as the journal notes it")
