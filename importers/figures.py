"""How banks write cells: padded, wrapped, full-width, with separators; and the plain value of each."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

from importers.cells import iso_date
from ledger_core.accounting.money import parse_minor

if TYPE_CHECKING:
    from importers.model import CsvProfile

_WRAPPED = re.compile(r'="?(.*?)"?\Z', re.DOTALL)
_QUOTED_NUMBER = re.compile(r"['`][0-9]+\Z")
_NOTHING = frozenset({"-", "--", "—", "——", "/"})
_PLAIN = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?\Z")
_DAY_WITH_TIME = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2}) [0-9:.]+\Z")


def bare(text: str) -> str:
    """A cell without what only steers a spreadsheet: padding, ``="123"``, ``'123``, full-width forms, line breaks."""
    text = text.strip()
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text).strip()
    if text.startswith('="'):
        match = _WRAPPED.match(text)
        text = match.group(1).strip() if match else text
    elif text.startswith("`") or _QUOTED_NUMBER.match(text):
        text = text[1:].strip()
    if "\n" in text or "\r" in text or "\t" in text:
        text = " ".join(text.split())
    return "" if text in _NOTHING else text


class Figures:
    """Amounts and dates as one profile writes them; ``typed`` where a spreadsheet gave numbers and dates."""

    def __init__(self, profile: CsvProfile, currency: str, *, typed: bool) -> None:
        self.currency = currency
        self.decimal = profile.decimal
        self._typed = typed
        usual = "," if profile.decimal == "." else "."
        self._thousands = usual if profile.thousands is True else profile.thousands or ""
        grouped = rf"[0-9]{{1,3}}(?:{re.escape(self._thousands)}[0-9]{{3}})+|" if self._thousands else ""
        decimals = rf"(?:{re.escape(profile.decimal)}[0-9]*)?"
        self._pattern = re.compile(rf"[+-]?(?:{grouped}[0-9]*){decimals}\Z")
        self.day = lru_cache(maxsize=1 << 12)(self._day)
        self._format = profile.date_format

    def minor(self, text: str) -> int | None:
        """A cell in minor units, None where it is empty; raises as ``parse_minor``."""
        text = text.replace(" ", "").removeprefix("¥")
        if not text:
            return None
        if not (self._typed and _PLAIN.match(text)) and self._pattern.match(text):
            text = self._canonical(text)
        return parse_minor(text, self.currency)

    def _canonical(self, text: str) -> str:
        """``1234.56`` of an amount that has the profile's separators; ``.56`` and ``12.`` are written so too."""
        if self._thousands:
            text = text.replace(self._thousands, "")
        sign, digits = (text[0], text[1:]) if text[0] in "+-" else ("", text)
        whole, _, part = digits.partition(self.decimal)
        if not (whole or part):
            return text
        return f"{sign}{whole or '0'}.{part or '0'}"

    def _day(self, text: str) -> dt.date | None:
        try:
            return dt.datetime.strptime(text, self._format).date()  # noqa: DTZ007 - the bank's own day
        except ValueError:
            pass
        if not self._typed:
            return None
        match = _DAY_WITH_TIME.match(text)
        return iso_date(match.group(1) if match else text)
