"""A file before anyone knows what it is: its digest, its first bytes, and whether it is text."""

from __future__ import annotations

import codecs
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from ledger_core.errors import Problem, refuse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from importers.model import CsvProfile
    from ledger_core.errors import Refused

LINE_LIMIT = 1 << 20
"""Bytes in a line of text (SURFACE, "Limits")."""

CELL_LIMIT = 32 << 10
"""Bytes in a cell of a table, as UTF-8."""

_CHUNK = 1 << 20
_HEAD = 1 << 16
_BOM = codecs.BOM_UTF8

assert _CHUNK <= LINE_LIMIT, "a line within one chunk is never too long"


class Findings:
    """The problems of one file, gathered while it is read.

    ``broken`` has the cells of lines that are no sound row; what stands above ``header_line`` is no row at all.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self.problems: list[Problem] = []
        self.broken: dict[int, list[str]] = {}
        self.header_line = 0

    def add(self, line: int, code: str, message: str) -> None:
        """Note one problem at a line of the file."""
        if line > self.header_line:
            self.problems.append(Problem(code, message, self.path, line))

    def take(self, line: int, refused: Refused) -> None:
        """Note what a parser refused, placed at a line of the file."""
        self.problems.extend(problem.at(self.path, line) for problem in refused.problems)

    def in_order(self) -> tuple[Problem, ...]:
        """Everything found, by line."""
        return tuple(sorted(self.problems, key=lambda problem: problem.line))


@dataclass(frozen=True, slots=True)
class Source:
    """A file that can be opened: ``head`` is its first 64 KB, ``shown`` its path as problems print it."""

    path: Path
    shown: str
    size: int
    sha256: str
    head: bytes

    @property
    def is_markup(self) -> bool:
        """Whether the content begins as XML or HTML does."""
        return self.head.removeprefix(_BOM).lstrip().startswith(b"<")


class Settings(NamedTuple):
    """What a reader may know of the agency: its CSV profiles, and the currency of a bank's account."""

    profiles: Sequence[CsvProfile]
    currency_of: Callable[[str, str], str | None]


def open_source(path: Path, shown: str) -> Source:
    """Digest a file; raises ``FILE_UNREADABLE`` where it cannot be opened, ``FILE_UNKNOWN`` where it is empty."""
    digest, size, head = hashlib.sha256(), 0, b""
    for chunk in _chunks(path, shown):
        digest.update(chunk)
        size += len(chunk)
        head = head or chunk[:_HEAD]
    if not head.removeprefix(_BOM).strip():
        raise refuse("FILE_UNKNOWN", "the file is empty", shown)
    return Source(path, shown, size, digest.hexdigest(), head)


def text_encoding(source: Source) -> str:
    """``utf-8`` or ``gb18030``, whichever the whole file is; "" for neither.

    Raises ``FILE_UNREADABLE`` on NUL bytes and ``CELL_LIMIT`` on a line beyond the limit.
    """
    _check_lines(source)
    for encoding in ("utf-8", "gb18030"):
        decoder = codecs.getincrementaldecoder(encoding)()
        try:
            for chunk in _chunks(source.path, source.shown):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            continue
        return encoding
    return ""


def _chunks(path: Path, shown: str) -> Iterator[bytes]:
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                yield chunk
    except OSError as error:
        raise refuse("FILE_UNREADABLE", f"the file cannot be read: {error.strerror}", shown) from error


def _check_lines(source: Source) -> None:
    run = done = 0  # bytes since the last line end, bytes before this chunk
    for chunk in _chunks(source.path, source.shown):
        if (nul := chunk.find(b"\0")) >= 0:
            line = _line_at(source, done + nul)
            raise refuse(
                "FILE_UNREADABLE", "the file holds NUL bytes: it is no UTF-8 or GB18030 text", source.shown, line
            )
        ends = [at for end in (b"\n", b"\r") if (at := chunk.find(end)) >= 0]
        if run + (min(ends) if ends else len(chunk)) > LINE_LIMIT:
            line = _line_at(source, done - run)
            raise refuse("CELL_LIMIT", "the line is longer than 1 MB", source.shown, line)
        run = len(chunk) - 1 - max(chunk.rfind(b"\n"), chunk.rfind(b"\r")) if ends else run + len(chunk)
        done += len(chunk)


def _line_at(source: Source, offset: int) -> int:
    """The line of a byte; lines end with LF, CR or both."""
    with source.path.open("rb") as file:
        before = file.read(offset)
    return 1 + before.count(b"\n") + before.count(b"\r") - before.count(b"\r\n")
