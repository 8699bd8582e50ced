"""The chain: each batch hashes all that it added, and the head before it (DESIGN decision 7).

``row_digest``  SHA-256 over the canonical JSON array of a row's columns; an entry's array ends with that of
                its legs, a case's and a line's with the commitment of its private text.
``content``     JSON text: for each table its number of rows in the batch, and the SHA-256 over their digests.
``head``        SHA-256 over ``0x01``, the head before, and the JSON array of the batch's own fields and content.

``docs/format.md`` says the same for readers who have no Python.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:
    from collections.abc import Sequence

_VERSION = b"\x01"


def genesis(index_key: str) -> bytes:
    """The head of an empty chain: it commits to the key of the journal's indexes."""
    return hashlib.sha256(_VERSION + index_key.encode()).digest()


def row_digest(row: Sequence[Any]) -> bytes:
    """The digest of one row: integers, texts, nulls, and bytes as hex; arrays nest."""
    return hashlib.sha256(orjson.dumps(row, default=bytes.hex)).digest()


class Content:
    """What a batch adds, row by row; the rows of a table in the order of their keys."""

    def __init__(self) -> None:
        self._tables: dict[str, tuple[int, hashlib._Hash]] = {}

    def add(self, table: str, digest: bytes) -> None:
        """Count a row of a table in."""
        count, sha = self._tables.get(table) or (0, hashlib.sha256())
        sha.update(digest)
        self._tables[table] = (count + 1, sha)

    def tables(self) -> dict[str, list[Any]]:
        """Number of rows and digest (hex) by table, as ``content`` holds it."""
        return {name: [count, sha.hexdigest()] for name, (count, sha) in sorted(self._tables.items())}

    def text(self) -> str:
        """The content as the batch stores it."""
        return orjson.dumps(self.tables()).decode()


def head_digest(parent: bytes, fields: Sequence[Any], content: str) -> bytes:
    """The head that a batch makes: ``fields`` are its id, kind, acting day, moment and actor."""
    return hashlib.sha256(_VERSION + parent + orjson.dumps([*fields, content])).digest()
