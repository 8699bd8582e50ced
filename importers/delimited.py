"""Text tables: rows of CSV or TSV, each with the physical line on which it starts."""

from __future__ import annotations

import codecs
import csv
import io
from collections import deque
from contextlib import contextmanager
from typing import TYPE_CHECKING

from importers.source import text_encoding
from importers.tables import Sheet
from ledger_core.errors import refuse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from importers.source import Findings, Source
    from importers.tables import Row

DELIMITERS = {",": "csv", "\t": "tsv", ";": "csv", "|": "csv"}
"""Separators in the order they are tried, each with the name of its format."""


class TextSheet(Sheet):
    """A text file under one separator and one encoding; "" is an encoding that nobody knows."""

    def __init__(self, source: Source, encoding: str, delimiter: str) -> None:
        self.source = source
        self.encoding = encoding
        self.delimiter = delimiter
        self.format = "tsv" if DELIMITERS[delimiter] == "tsv" else "csv"

    def recoded(self, encoding: str) -> TextSheet:
        """The same under the encoding that a profile names; what is valid UTF-8 stays UTF-8."""
        codec = _codec(encoding) if encoding and self.encoding != "utf-8" else ""
        return TextSheet(self.source, codec, self.delimiter) if codec else self

    def rows(self, findings: Findings) -> Iterator[Row]:
        """Every row with its first line; a row whose quotes are broken goes to the findings."""
        if not self.encoding:
            raise refuse("FILE_UNREADABLE", "the file is neither UTF-8 nor GB18030 text", self.source.shown)
        try:
            with self.source.path.open("rb") as binary:
                text = io.TextIOWrapper(binary, encoding=self.encoding, newline="")
                yield from _parse(text, self.delimiter, findings)
        except UnicodeError as error:
            message = f"the file is no {self.encoding.upper()} text"
            raise refuse("FILE_UNREADABLE", message, self.source.shown) from error
        except OSError as error:
            message = f"the file cannot be read: {error.strerror}"
            raise refuse("FILE_UNREADABLE", message, self.source.shown) from error


class _Lines:
    """Lines of a text that can be given back, so that a row with an open quote costs only its own line."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self._text = text
        self._again = deque([text.readline().removeprefix("\ufeff")])
        self.taken: list[str] = []

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else next(self._text)
        self.taken.append(line)
        return line

    def give_back(self) -> None:
        """Give back all lines of the row but its first."""
        self._again.extendleft(reversed(self.taken[1:]))
        del self.taken[1:]


def _parse(text: io.TextIOWrapper, delimiter: str, findings: Findings) -> Iterator[Row]:
    lines = _Lines(text)
    reader = csv.reader(lines, delimiter=delimiter, strict=True, skipinitialspace=True)
    number = 1
    while True:
        lines.taken.clear()
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            lines.give_back()
            findings.broken[number] = [lines.taken[0].rstrip("\r\n")]
            code = "CELL_LIMIT" if "limit" in str(error) else "ROW_SHAPE"
            findings.add(number, code, "a quote is not closed, or text stands beside a quoted cell")
            yield number, None
            number += 1
            continue
        yield number, row
        number += len(lines.taken)


@contextmanager
def sheets(source: Source) -> Iterator[list[TextSheet]]:
    """The file under each separator, in its own encoding."""
    encoding = text_encoding(source)
    yield [TextSheet(source, encoding, delimiter) for delimiter in DELIMITERS]


def _codec(name: str) -> str:
    """The canonical name of a text encoding; "" for none."""
    try:
        found = codecs.lookup(name).name
        io.TextIOWrapper(io.BytesIO(), encoding=name)
    except (LookupError, ValueError):
        return ""
    return "gb18030" if found in {"gb2312", "gbk"} else found  # their superset
