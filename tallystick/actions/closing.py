"""``close``: a month is closed, and nothing is ever posted into it again."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from ledger_core.errors import Usage
from ledger_core.runs import closing
from tallystick.actions.session import retried

if TYPE_CHECKING:
    from tallystick.actions.session import Session


@retried
def close(session: Session, month: str, *, dry_run: bool = False) -> None:
    """Close a month such as ``2025-01``; raises ``Refused`` with everything that hinders it."""
    try:
        date.fromisoformat(f"{month}-01")
    except ValueError:
        raise Usage(f"{month!r} is no month such as 2025-01") from None
    with session.writing(dry_run=dry_run) as book:
        closing.post(book, month)
