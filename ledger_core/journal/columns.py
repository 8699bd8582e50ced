"""The kinds of columns that the journal's tables are made of, as each database has them.

A text key gets no hidden rowid in SQLite, through which a row could be replaced unseen.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, Text
from sqlalchemy import text as sql

_INT = Integer().with_variant(BigInteger(), "postgresql")
_TEXT = Text().with_variant(Text(collation="C"), "postgresql")
"""Ordered by code points, whatever language the database speaks."""


def integer(name: str, *, key: bool = False, null: bool = False) -> Column[Any]:
    """A whole number."""
    return Column(name, _INT, primary_key=key, nullable=null, autoincrement=False)


def integers(*names: str) -> list[Column[Any]]:
    """Several of them."""
    return [integer(name) for name in names]


def text(name: str, *, key: bool = False, null: bool = False) -> Column[Any]:
    """A text; a date is one too."""
    return Column(name, _TEXT, primary_key=key, nullable=null)


def texts(*names: str) -> list[Column[Any]]:
    """Several of them."""
    return [text(name) for name in names]


def binary(name: str, *, null: bool = False) -> Column[Any]:
    """Bytes: a digest, a salt."""
    return Column(name, LargeBinary, nullable=null)


def where(condition: str) -> dict[str, Any]:
    """What makes an index one of the rows that meet a condition."""
    return {"sqlite_where": sql(condition), "postgresql_where": sql(condition)}
