"""The rows of a bank's own table: which are lines, which are totals or remarks, which are damaged."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING, NamedTuple

from importers.cells import Reader, shown
from importers.figures import bare
from importers.model import StatementLine
from importers.tables import data_rows
from ledger_core.errors import Refused

if TYPE_CHECKING:
    import datetime as dt

    from importers.figures import Figures
    from importers.model import CsvProfile
    from importers.running import Entries
    from importers.source import Findings
    from importers.tables import Table

_SUMMARY = re.compile(
    r"(合计|总计|小计|累计|本页|本月|本年|期初|期末|承前|过次|上期|上页"
    r"|(grand |sub)?-?totals?\b|opening\b|closing\b|balance (brought|carried)\b)",
    re.IGNORECASE,
)
_TOTAL = re.compile(r"(合计|总计|totals?|grand totals?):?\Z", re.IGNORECASE)


class Total(NamedTuple):
    """A control total in minor units, and the sums of the rows that it may mean."""

    line: int
    figure: int
    fitting: tuple[int, ...]


class Rows:
    """Reads the rows; afterwards ``entries`` has the lines in the file's order, None for a refused row.

    ``restated`` has, by index into the entries, the other reading of a debit with a minus; ``totals`` the
    control totals.
    """

    def __init__(
        self, profile: CsvProfile, columns: dict[str, tuple[int, ...]], figures: Figures, findings: Findings
    ) -> None:
        self.entries: Entries = []
        self.restated: dict[int, StatementLine] = {}
        self.totals: list[Total] = []
        self._profile = profile
        self._columns = columns
        self._figures = figures
        self._findings = findings
        self._reader = Reader(findings)
        self._amounts = {role: columns[role][0] for role in ("amount", "credit", "debit") if columns[role]}
        self._sums = {role: _Sums() for role in self._amounts}

    def read(self, table: Table) -> None:
        """Take all rows of the table."""
        width = len(table.names)
        for line, cells in data_rows(table, self._findings):
            if cells is None:
                self.entries.append(None)
                continue
            date_text = self._cell(cells, "date_column")
            day = self._figures.day(date_text) if date_text else None
            if day is not None:
                self.entries.append(self._entry(line, cells, day, width))
            elif self._has_amount(cells):
                self._other(line, cells, date_text)

    def _cell(self, cells: list[str], role: str) -> str:
        at = self._columns[role]
        return bare(cells[at[0]]) if at and at[0] < len(cells) else ""

    def _has_amount(self, cells: list[str]) -> bool:
        return any(char.isdigit() for role in self._amounts for char in self._cell(cells, role))

    def _other(self, line: int, cells: list[str], date_text: str) -> None:
        """A row with an amount but no date: a total if it says so, else a line that is damaged."""
        first = next(filter(None, map(bare, cells)), "")
        if _SUMMARY.match(first) is None:
            date_column = self._profile.date_column
            if date_text:
                self._findings.add(line, "DATE_BAD", f"`{date_column}` is {shown(date_text)}")
            else:
                self._findings.add(line, "VALUE_MISSING", f"`{date_column}` is empty beside an amount")
            self.entries.append(None)
        elif _TOTAL.match(first):
            self._total(line, cells)

    def _total(self, line: int, cells: list[str]) -> None:
        """Note the totals that stand under the amount columns; a figure without decimals may be a count."""
        for role, sums in self._sums.items():
            text = self._cell(cells, role)
            if self._figures.decimal in text:
                try:
                    figure = self._figures.minor(text)
                except Refused:
                    figure = None
                if figure is not None:
                    self.totals.append(Total(line, figure, sums.fitting()))
            sums.mark()

    def _entry(self, line: int, cells: list[str], day: dt.date, width: int) -> StatementLine | None:
        """A row with a date; None, and a finding, where it is no good."""
        if len(cells) < width or any(cells[width:]):
            self._findings.add(line, "ROW_SHAPE", f"the row has {len(cells)} cells, the header {width}")
            return None
        before = len(self._findings.problems)
        figure = {role: self._minor(line, cells, role) for role in (*self._amounts, "balance")}
        balance = figure.pop("balance")
        if len(self._findings.problems) > before:
            return None
        credit, debit = figure.get("credit") or 0, figure.get("debit") or 0
        if credit and debit:
            self._findings.add(line, "AMOUNT_BAD", "the row has both a credit and a debit")
            return None
        if balance is None and all(value is None for value in figure.values()):
            self._findings.add(line, "VALUE_MISSING", "the row has a date, but neither amount nor balance")
            return None
        for role, value in figure.items():
            self._sums[role].add(value or 0)
        amount = figure["amount"] or 0 if "amount" in figure else credit - debit
        entry = self._line(line, cells, day, amount, balance)
        self._check_numbers(entry)
        if len(self._findings.problems) > before:
            return None
        if debit < 0 and "amount" not in figure:
            self.restated[len(self.entries)] = dataclasses.replace(entry, amount=debit)
        return entry

    def _line(self, line: int, cells: list[str], day: dt.date, amount: int, balance: int | None) -> StatementLine:
        memo = dict.fromkeys(bare(cells[at]) for at in self._columns["memo"])
        return StatementLine(
            line=line,
            date=day,
            amount=amount,
            bank_id=self._cell(cells, "id"),
            payer=self._cell(cells, "payer"),
            payer_account=self._cell(cells, "payer_account"),
            reference=self._cell(cells, "reference"),
            memo=" ".join(filter(None, memo)),
            method=self._cell(cells, "method"),
            balance=balance,
        )

    def _check_numbers(self, entry: StatementLine) -> None:
        self._reader.line = entry.line
        for role in ("id", "payer_account", "reference"):
            value = entry.bank_id if role == "id" else getattr(entry, role)
            self._reader.number(value, getattr(self._profile, role))

    def _minor(self, line: int, cells: list[str], role: str) -> int | None:
        try:
            return self._figures.minor(self._cell(cells, role))
        except Refused as refused:
            self._findings.take(line, refused)
            return None


class _Sums:
    """The sums that a total of one column may mean: of everything, or since the total before."""

    def __init__(self) -> None:
        self._incoming = self._outgoing = 0
        self._marked = (0, 0)

    def add(self, value: int) -> None:
        """Count one row."""
        if value > 0:
            self._incoming += value
        else:
            self._outgoing += value

    def mark(self) -> None:
        """A total stands here."""
        self._marked = (self._incoming, self._outgoing)

    def fitting(self) -> tuple[int, ...]:
        """What a true total may be: the net first; signs and one direction alone are the bank's habit."""
        whole = (self._incoming, self._outgoing)
        since = (whole[0] - self._marked[0], whole[1] - self._marked[1])
        return tuple(
            figure
            for incoming, outgoing in (whole, since)
            for net in (incoming + outgoing,)
            for figure in (net, -net, incoming, outgoing, -outgoing, incoming - outgoing)
        )
