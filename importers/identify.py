"""From a path to staged rows: what a file is, is told from its content, never from its name.

A new format is one module with ``sniff`` and ``read`` and its place in ``FORMATS``; a new kind of table
with columns of our own is one module and its place in ``KINDS``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from importers import camt, delimited, events, native_csv, placements, profile_csv, workbook
from importers.model import Imported
from importers.rejected import write_rejected
from importers.source import Findings, Settings, open_source
from importers.tables import check_header, first_table
from ledger_core.errors import refuse

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from importers.model import CsvProfile, Kind, Rows
    from importers.source import Source
    from importers.tables import Sheet, Table
    from ledger_core.errors import Refused

__all__ = ["read_file", "write_rejected"]


class Format(Protocol):
    """A module that reads one format of its own."""

    def sniff(self, source: Source) -> bool:
        """Whether the content is of this format."""
        ...

    def read(self, source: Source, settings: Settings) -> Imported:
        """Read all of it."""
        ...


class TableKind(Protocol):
    """A module that reads one kind of table by the names of its columns."""

    @property
    def KIND(self) -> Kind:  # noqa: N802 - a module's constant
        """What its rows are."""
        ...

    @property
    def REQUIRED(self) -> tuple[str, ...]:  # noqa: N802
        """The columns that must be there."""
        ...

    def resembles(self, names: frozenset[str]) -> bool:
        """Whether a header means this kind, be it complete or not."""
        ...

    def read(self, table: Table, settings: Settings, findings: Findings) -> Rows:
        """The good rows; the others go to the findings."""
        ...


FORMATS: tuple[Format, ...] = (camt,)
"""Formats that are no tables, in the order in which they are asked."""

KINDS: tuple[TableKind, ...] = (events, placements, native_csv)
"""Kinds of tables with columns of our own."""


def read_file(
    path: Path, *, profiles: Sequence[CsvProfile], currency_of: Callable[[str, str], str | None], shown: str
) -> Imported:
    """Identify one file and read it: the good rows, and a problem for every bad one.

    ``currency_of(account, hint)`` is the currency of our bank with that number.  Raises ``Refused`` where the
    file as a whole is none that we know or can read; ``shown`` is its path as problems print it.
    """
    source, settings = open_source(path, shown), Settings(profiles, currency_of)
    for known in FORMATS:
        if known.sniff(source):
            return known.read(source, settings)
    if source.is_markup:
        raise _markup(source)
    opened = workbook.sheets(source) if workbook.sniff(source) else delimited.sheets(source)
    with opened as sheets:
        return _read_table(source, sheets, settings)


def _read_table(source: Source, sheets: Sequence[Sheet], settings: Settings) -> Imported:
    """Our own columns come first, then the profiles, then what only lacks a column to be ours."""
    tables = [table for sheet in sheets if (table := first_table(sheet)) is not None]
    ours = [(kind, table) for table in tables for kind in KINDS if set(kind.REQUIRED) <= set(table.names)]
    banks = [] if ours else _by_profile(sheets, settings.profiles)
    if len({table.sheet.number for _, table in (*ours, *banks)}) > 1:
        raise refuse("FILE_UNKNOWN", "the workbook has several tables; save each as a file of its own", source.shown)
    findings = Findings(source.shown)
    if banks:
        profile, table = profile_csv.choose(banks, source.shown)
        rows: Rows = profile_csv.read(profile, table, settings, findings)
        return _imported(source, table, profile_csv.KIND, f"{table.sheet.format}:{profile.name}", rows, findings)
    alike = [(kind, table) for table in tables for kind in KINDS if kind.resembles(frozenset(table.names))]
    for kind, table in (*ours, *alike):
        check_header(table, kind.REQUIRED, source.shown)
        rows = kind.read(table, settings, findings)
        return _imported(source, table, kind.KIND, table.sheet.format, rows, findings)
    raise _unknown(source, sheets)


def _by_profile(sheets: Sequence[Sheet], profiles: Sequence[CsvProfile]) -> list[tuple[CsvProfile, Table]]:
    """Each profile with the tables of the file that it fits: one of a text, any number of a workbook.

    Of the ways to read a text the one that shows most of the profile's columns is right.
    """
    found: dict[tuple[CsvProfile, int], Table] = {}
    for profile in profiles:
        for sheet in (*(sheet.recoded(profile.encoding) for sheet in sheets), *sheets):
            table = profile_csv.find(sheet, profile)
            if table is None:
                continue
            known = found.get((profile, sheet.number))
            if known is None or profile_csv.shown_columns(profile, table) > profile_csv.shown_columns(profile, known):
                found[profile, sheet.number] = table
    return [(profile, table) for (profile, _), table in found.items()]


def _imported(
    source: Source,
    table: Table,
    kind: Kind,
    name: str,
    rows: Rows,
    findings: Findings,
) -> Imported:
    return Imported(source.shown, kind, source.sha256, name, rows, findings.in_order(), table.layout)


def _markup(source: Source) -> Refused:
    """Why a file that begins with ``<`` is not read; banks like to name web pages .xls."""
    head = source.head.lower()
    if b"<html" in head or b"<!doctype html" in head or b"<table" in head:
        return refuse("FILE_UNKNOWN", "the file is a web page, whatever its name says", source.shown)
    if b"<!doctype" in head:
        return refuse("XML_BAD", "the file has a DOCTYPE", source.shown)
    return refuse("FILE_UNKNOWN", "the file is XML, but no statement in a format that we know", source.shown)


def _unknown(source: Source, sheets: Sequence[Sheet]) -> Refused:
    if all(sheet.format in {"csv", "tsv"} and not sheet.encoding for sheet in sheets) and sheets:
        return refuse("FILE_UNREADABLE", "the file is neither UTF-8 nor GB18030 text", source.shown)
    return refuse("FILE_UNKNOWN", "no header of placements, events or a statement, and no profile, fits", source.shown)
