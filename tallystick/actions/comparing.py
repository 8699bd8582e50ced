"""The books on the disk, held against what the journal says of the batch that they stand at."""

from __future__ import annotations

import contextlib
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


def differences(book: Book, folder: Path, since: int = 0) -> Iterator[Finding]:
    """Every file that is altered, missing or foreign, and what is wrong in the note of what was published.

    ``since`` a batch only the days that later ones touched are compared, and the files that span them.
    """
    published = publishing.published(book)
    batch = _stands_at(book, folder, published)
    there = tree.paths(folder)
    if since:
        days = publishing.touched(book, since, batch or 0)
        for path, must in publishing.build(book, days, batch=batch) if batch is not None else ():
            yield from _compare(folder, path, must)
        return
    sums: dict[str, str] = {}
    for path, must in publishing.build(book, batch=batch) if batch is not None else ():
        sums[path] = tree.digest(must)
        yield from _compare(folder, path, must)
    if batch is not None and publishing.STATEMENTS not in sums:
        sums[publishing.STATEMENTS] = then = _noted(folder, publishing.STATEMENTS, published, batch)
        yield from _compare(folder, publishing.STATEMENTS, then)
    if batch is not None:
        yield from _compare(folder, tree.SUMS, tree.sums_file(sums))
    for path in sorted(there - sums.keys() - {tree.SUMS}):
        yield _finding("BOOK_FOREIGN", path, "was not published")
    yield from _notes(published, batch or 0, sums)


def _stands_at(book: Book, folder: Path, published: Published) -> int | None:
    """The batch of the seal on the disk if the chain has it, else the one that most files were published at.

    None where nothing was published; books of an empty journal stand at batch 0.
    """
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
    return batches.most_common(1)[0][0] if batches else None


def _finding(code: str, path: str, what: str) -> Finding:
    return Finding(code, f"{LEDGER}/{path} {what}", "file", f"{LEDGER}/{path}")


def _compare(folder: Path, path: str, must: bytes | str) -> Iterator[Finding]:
    """A file against what it must hold, or against the digest of that."""
    found = _content(folder / path)
    if found is None:
        yield _finding("BOOK_MISSING", path, "is not there")
    elif isinstance(must, str):
        if tree.digest(found) != must:
            yield _finding("BOOK_ALTERED", path, "is not what was published")
    elif found != must:
        yield _difference(path, found.decode(errors="replace").split("\n"), must.decode().split("\n"))


def _content(path: Path) -> bytes | None:
    with contextlib.suppress(OSError):
        return path.read_bytes() if path.is_file() else None
    return None


def _noted(folder: Path, path: str, published: Published, batch: int) -> str:
    """The digest of a file as it was noted; where another publication was noted, as it is.

    What the banks had said at a batch cannot be told later, so that of a past batch the note has to do.
    """
    sha, noted = published.get(path, ("", 0))
    return sha if noted == batch else tree.digest(_content(folder / path) or b"")


def _difference(path: str, found: list[str], must: list[str]) -> Finding:
    """The first line that differs, and the entry that it belongs to."""
    pairs = enumerate(zip(found, must, strict=False))
    at = next((i for i, (is_there, wanted) in pairs if is_there != wanted), min(len(found), len(must)))
    entry = _entry_at(must, at) or _entry_at(found, at)
    says, wanted = (repr(lines[at][:_SHOWN]) if any(lines[at:]) else "nothing" for lines in (found, must))
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


def _notes(published: Published, batch: int, sums: Mapping[str, str]) -> Iterator[Finding]:
    """The note of what was published fits the books, or is older: then the last ``publish`` was cut short."""
    batches = {noted for _, noted in published.values()}
    if batches in (set(), {min(batches, default=0)}) and max(batches, default=0) < batch:
        return
    for path in sorted(published.keys() | sums.keys()):
        if published.get(path) != (sums.get(path), batch):
            yield _finding("DERIVED_UNEQUAL", path, "was not published as the journal notes it")
