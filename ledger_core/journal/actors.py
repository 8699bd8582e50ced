"""Who acts: when two names are one person, and the record of what people decided and were refused."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from ledger_core.journal import schema
from ledger_core.journal.database import insert
from ledger_core.journal.store import next_id

if TYPE_CHECKING:
    from sqlalchemy import Connection


def same_person(one: str, other: str) -> bool:
    """Whether two user names mean one person: capitals, width and spaces around them tell nobody apart."""
    return _plain(one) == _plain(other)


def _plain(name: str) -> str:
    return unicodedata.normalize("NFKC", name).strip().casefold()


def record(connection: Connection, actor: str, action: str, outcome: str, detail: str) -> None:
    """Add to the audit: codes and ids only, for nothing in it can be erased."""
    moment = datetime.now(UTC).isoformat(timespec="seconds")
    insert(connection, schema.audit, [(next_id(connection, schema.audit), moment, actor, action, outcome, detail)])
