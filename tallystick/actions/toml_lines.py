"""Where each key of a TOML file stands: ``tomllib`` reads values but keeps no positions.

The scanner runs only over text that ``tomllib`` has accepted, so it follows the grammar without
judging it.  A key path is names and list indices: ``("terms", 0, "commission", 1, "rate")``.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from typing import TYPE_CHECKING, Any

from ledger_core.errors import refuse

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

Keys = tuple[str | int, ...]

SIZE_LIMIT = 1_000_000
"""Bytes of a settings file; a long one has a few thousand."""

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_SPACE = re.compile(r"[ \t]*")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_STRING = re.compile(
    r'"""(?:[^\\]|\\.)*?"""(?:"{0,2})'  # up to two quotes may stand before the closing three
    r"|'''.*?'''(?:'{0,2})"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'[^'\n]*'",
    re.DOTALL,
)
_SCALAR = re.compile(r"[^,\]}#\n]+")
_LONG_NUMBER = re.compile(r"[0-9_]{1000,}")
_WHERE = re.compile(r" \(at (?:line ([0-9]+), column [0-9]+|end of document)\)\Z")

_TWICE = "this key or table stands above already; a table of which there may be several has double brackets"
_HINTS = (
    (re.compile(r"=\s*[0-9]{4}[-/.][0-9]{1,2}\b"), "a date is written as 2025-01-31"),
    (re.compile(r"=\s*[0-9.]+[%,]"), "rates and amounts stand in quotes, with a decimal point"),
    (re.compile(r"\A[^\"'#]*(?:\"[^\"]*|'[^']*)\Z"), "a text ends with the quote that it begins with"),
    (re.compile(r"=\s*[A-Za-z]"), "text stands in quotes"),
)
"""Usual mistakes by the look of a line, for what tomllib says of it is meant for programmers."""


class TomlLines:
    """The line of each key of one TOML text, counted from 1."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._ends = [match.start() for match in re.finditer("\n", text)]
        self._lines: dict[Keys, int] = {(): 1}
        self._last: dict[Keys, int] = {}
        self._scan()

    def of(self, keys: Sequence[str | int]) -> int:
        """The line of a key; of one that is not there, that of the table it would stand in.

        A plain element of an array has the line of the array's key.
        """
        path = tuple(keys)
        while path not in self._lines:
            path = path[:-1]
        return self._lines[path]

    def _scan(self) -> None:
        table: Keys = ()
        at = self._skip(_BLANK, 0)
        while at < len(self._text):
            if self._text[at] == "[":
                table, at = self._header(at)
            else:
                at = self._pair(at, table)
            at = self._skip(_BLANK, at)

    def _header(self, at: int) -> tuple[Keys, int]:
        """``[a.b]`` or ``[[a.b]]``: the path of the table that it opens, and where it ends."""
        line = self._line(at)
        many = self._text.startswith("[[", at)
        names, at = self._names(at + 1 + many)
        path: Keys = ()
        for name in names[:-1]:
            path = self._entered((*path, name))
            self._lines.setdefault(path, line)
        path = (*path, names[-1])
        if many:
            self._lines.setdefault(path, line)
            self._last[path] = self._last.get(path, -1) + 1
            path = self._entered(path)
        self._lines[path] = line
        return path, at + 1 + many

    def _entered(self, path: Keys) -> Keys:
        """The path itself, or the newest table of an array of tables."""
        return (*path, self._last[path]) if path in self._last else path

    def _pair(self, at: int, table: Keys) -> int:
        """``key = value`` or ``a.b = value``, from its first character to its end."""
        line = self._line(at)
        names, at = self._names(at)
        for depth in range(1, len(names) + 1):
            self._lines.setdefault((*table, *names[:depth]), line)
        return self._value(self._skip(_SPACE, at + 1), (*table, *names))

    def _names(self, at: int) -> tuple[tuple[str, ...], int]:
        """The parts of a key, and where the sign after it stands."""
        names: list[str] = []
        while True:
            at = self._skip(_SPACE, at)
            match = _BARE_KEY.match(self._text, at) or _STRING.match(self._text, at)
            assert match, self._text[at : at + 20]
            raw = match.group()
            # tomllib itself resolves the escapes of a quoted key.
            names.append(tomllib.loads(f"key = {raw}")["key"] if raw[0] in "\"'" else raw)
            at = self._skip(_SPACE, match.end())
            if self._text[at] != ".":
                return tuple(names), at
            at += 1

    def _value(self, at: int, path: Keys) -> int:
        if self._text[at] == "[":
            return self._array(at, path)
        if self._text[at] == "{":
            return self._inline_table(at, path)
        match = _STRING.match(self._text, at) or _SCALAR.match(self._text, at)
        assert match, self._text[at : at + 20]
        return match.end()

    def _array(self, at: int, path: Keys) -> int:
        index = 0
        at = self._skip(_BLANK, at + 1)
        while self._text[at] != "]":
            if self._text[at] in "{[":
                self._lines[*path, index] = self._line(at)
            at = self._skip(_BLANK, self._value(at, (*path, index)))
            if self._text[at] == ",":
                at = self._skip(_BLANK, at + 1)
            index += 1
        return at + 1

    def _inline_table(self, at: int, path: Keys) -> int:
        at = self._skip(_BLANK, at + 1)
        while self._text[at] != "}":
            at = self._skip(_BLANK, self._pair(at, path))
            if self._text[at] == ",":
                at = self._skip(_BLANK, at + 1)
        return at + 1

    def _skip(self, pattern: re.Pattern[str], at: int) -> int:
        match = pattern.match(self._text, at)
        return match.end() if match else at

    def _line(self, at: int) -> int:
        return bisect_right(self._ends, at - 1) + 1 if at else 1


def read_toml(path: Path) -> tuple[dict[str, Any], TomlLines]:
    """The content of a TOML file and the lines of its keys.

    Raises ``FILE_UNREADABLE``, or ``TOML_BAD`` with the line.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise refuse("FILE_UNREADABLE", f"the file cannot be opened ({error.strerror})", str(path)) from error
    if len(raw) > SIZE_LIMIT:
        raise refuse("TOML_BAD", f"a settings file of {len(raw)} bytes is none of ours", str(path), 1)
    try:
        text = raw.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise refuse("TOML_BAD", "this line is not UTF-8 text", str(path), line) from error
    try:
        return tomllib.loads(text), TomlLines(text)
    except RecursionError as error:
        raise refuse("TOML_BAD", "brackets are nested too deep", str(path), 1) from error
    except ValueError as error:
        line, reason = _reason(text, str(error))
        raise refuse("TOML_BAD", f"TOML cannot be read here: {reason}", str(path), line) from error


def _reason(text: str, message: str) -> tuple[int, str]:
    """The line that tomllib stopped at, and why; it has no line for a number that Python will not read."""
    if match := _WHERE.search(message):
        line = int(match.group(1)) if match.group(1) else text.rstrip().count("\n") + 1
        reason = message[: match.start()]
        return line, f"{reason}{_hint(text.splitlines()[line - 1], reason)}"
    number = _LONG_NUMBER.search(text)
    return text.count("\n", 0, number.start() if number else 0) + 1, "a number is too long"


def _hint(line: str, reason: str) -> str:
    """What is probably meant, after what tomllib says, or nothing."""
    if reason.startswith("Cannot"):
        return f"; {_TWICE}"
    return next((f"; {words}" for look, words in _HINTS if look.search(line)), "")
