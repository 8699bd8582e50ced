"""The chain: each batch hashes all that it added, and the head before it (DESIGN decision 7).

``content`` = SHA-256 over, for each table in the order of ``CHAINED``, its name and the digests of its
rows in the order of their keys.  ``head`` = SHA-256 over the parent head, the batch's
own fields and its content.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from ledger_core.accounting.digest import netstring

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def value_bytes(value: Any) -> bytes:  # noqa: ANN401 - whatever a column holds
    """One value of a row; NULL is told from empty text."""
    if value is None:
        return b"~,"
    if isinstance(value, bytes):
        return b"%d:%b," % (len(value), value)
    return netstring(str(value))


def row_digest(row: Sequence[Any]) -> bytes:
    """The digest of one row: SHA-256 over its hashed columns, each a netstring."""
    return hashlib.sha256(b"".join(map(value_bytes, row))).digest()


class Content:
    """The digest of what a batch adds, fed table by table."""

    def __init__(self) -> None:
        self._sha = hashlib.sha256(b"\x01")

    def table(self, name: str, digests: Iterable[bytes]) -> None:
        """Add the row digests of one table, ordered by the rows' keys; no rows, no trace."""
        whole = b"".join(digests)
        if whole:
            self._sha.update(netstring(name) + value_bytes(whole))

    def digest(self) -> bytes:
        """The content digest so far."""
        return self._sha.digest()


def head_digest(parent: bytes, fields: Sequence[Any], content: bytes) -> bytes:
    """The head that a batch makes: ``fields`` are its id, kind, acting day, moment and actor."""
    return hashlib.sha256(b"\x01" + parent + b"".join(map(value_bytes, fields)) + content).digest()
