"""What a cell holds: dates, amounts, ids; and what makes two rows the same row."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import struct
from decimal import Decimal
from functools import lru_cache
from itertools import compress
from operator import itemgetter
from typing import TYPE_CHECKING

from ledger_core.accounting.money import EXPONENTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from importers.model import Extra
    from importers.source import Findings

CLIENT_ID = re.compile(r"[A-Z][A-Z0-9-]{0,19}\Z")
"""Ids of clients and banks (SURFACE, "Ids")."""

CASE_ID = re.compile(r"[A-Za-z0-9_-]{1,40}\Z")

_AMOUNT = re.compile(r"[0-9]{1,18}(?:\.[0-9]{1,18})?\Z")
_SIGNED = re.compile(r"[+-]?[0-9]{1,18}(?:\.[0-9]{1,18})?\Z")
_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_CUT_NUMBER = re.compile(r"[0-9](?:[.,][0-9]+)?E\+[0-9]{2,3}\Z")
_SHOWN = 40


def shown(text: str) -> str:
    """A value as a message prints it: quoted, and cut if it is long."""
    return repr(text if len(text) <= _SHOWN else text[:_SHOWN] + "…")


@lru_cache(maxsize=1 << 14)
def iso_date(text: str) -> dt.date | None:
    """The day written as ``2025-01-31``; None for anything else."""
    if _ISO_DATE.match(text) is None:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


class Reader:
    """Typed values of one row at a time; what is wrong goes to the findings."""

    def __init__(self, findings: Findings) -> None:
        self.findings = findings
        self.line = 0

    def bad(self, code: str, message: str) -> None:
        """Note a problem of the row being read."""
        self.findings.add(self.line, code, message)

    def required(self, values: dict[str, str], columns: Iterable[str]) -> None:
        """Note the values that are missing."""
        for column in columns:
            if not values[column]:
                self.bad("VALUE_MISSING", f"`{column}` is empty")

    def date(self, text: str, column: str) -> dt.date | None:
        """The date of a non-empty cell."""
        if not text:
            return None
        found = iso_date(text)
        if found is None:
            self.bad("DATE_BAD", f"`{column}` is {shown(text)}")
        return found

    def amount(self, text: str, column: str) -> Decimal | None:
        """The unsigned amount of a non-empty cell, exact."""
        if not text:
            return None
        if _AMOUNT.match(text):
            return Decimal(text)
        negative = _SIGNED.match(text) is not None
        self.bad("AMOUNT_SIGN" if negative else "AMOUNT_BAD", f"`{column}` is {shown(text)}")
        return None

    def signed(self, text: str, column: str) -> Decimal | None:
        """The amount of a non-empty cell that may carry a sign."""
        if not text:
            return None
        if _SIGNED.match(text):
            return Decimal(text)
        self.bad("AMOUNT_BAD", f"`{column}` is {shown(text)}")
        return None

    def id(self, text: str, column: str, pattern: re.Pattern[str]) -> None:
        """Check the shape of a non-empty id."""
        if text and pattern.match(text) is None:
            self.bad("ID_BAD", f"`{column}` is {shown(text)}")

    def number(self, text: str, column: str) -> None:
        """Check that a spreadsheet has not turned a long number into ``6.222E+15``."""
        if "E+" in text and _CUT_NUMBER.match(text):
            self.bad("ID_BAD", f"`{column}` is {shown(text)}: a spreadsheet has cut its digits; enter it there as text")

    def currency(self, text: str) -> None:
        """Check a non-empty currency code."""
        if text and text not in EXPONENTS:
            self.bad("CURRENCY_BAD", f"{shown(text)} is no ISO 4217 currency")


class Columns:
    """The columns of a table: those known by name, the others, and the identity of a row.

    ``figures`` are the known columns of which ``12.50`` and ``12.5`` are one value: a spreadsheet keeps no
    trailing zeros.  Known and named columns are two or more each.
    """

    def __init__(self, header: Sequence[str], known: Sequence[str], figures: Iterable[str]) -> None:
        at = {name: index for index, name in enumerate(header) if name}
        absent = len(header)  # the index of the empty cell that `pick` appends
        self._known = tuple(known)
        self._pick = itemgetter(*(at.get(name, absent) for name in known))
        self._others = [(name, index) for name, index in at.items() if name not in set(known)]
        self._names = sorted(at)
        self._by_name = itemgetter(*(at[name] for name in self._names))
        self._figures = [self._names.index(name) for name in figures if name in at]
        self._frames: dict[tuple[bool, ...], tuple[bytes, Callable[..., bytes]]] = {}

    def pick(self, cells: list[str]) -> dict[str, str]:
        """The cells of all known columns by name, "" for an absent one."""
        return dict(zip(self._known, self._pick([*cells, ""]), strict=True))

    def others(self, cells: list[str]) -> Extra:
        """The non-empty cells of the columns that nobody knows."""
        if not self._others:
            return ()
        return tuple((name, cells[index]) for name, index in self._others if cells[index])

    def identity(self, cells: list[str]) -> str:
        """SHA-256 over the names and values of the non-empty columns sorted by name, behind their lengths."""
        values = list(self._by_name(cells))
        for index in self._figures:
            value = values[index]
            if "." in value:
                values[index] = value.rstrip("0").rstrip(".")
        mask = tuple(map(bool, values))
        names, lengths = self._frames.get(mask) or self._frame(mask)
        digest = hashlib.sha256(names)
        digest.update(lengths(*map(len, filter(None, values))))
        digest.update("".join(values).encode())
        return digest.hexdigest()

    def _frame(self, mask: tuple[bool, ...]) -> tuple[bytes, Callable[..., bytes]]:
        """What rows with the same empty columns share: their names behind count and lengths in characters."""
        names = list(compress(self._names, mask))
        lengths = struct.Struct(f">{len(names)}I").pack
        framed = struct.pack(">I", len(names)) + lengths(*map(len, names)) + "".join(names).encode()
        self._frames[mask] = framed, lengths
        return framed, lengths
