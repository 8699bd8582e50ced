"""Reviews against their drafts: a second person approved (DOMAIN §6, invariant 15)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ledger_core.journal.actors import same_person
from ledger_core.journal.database import stream
from ledger_core.journal.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection


def two_people(connection: Connection) -> Iterator[Finding]:
    """Nobody approved what he had entered himself; a person may withdraw what is his own."""
    for draft, entered_by, approved_by in stream(
        connection,
        """SELECT d.id, d.entered_by, r.actor FROM review r JOIN draft d ON d.id = r.draft
           WHERE r.decision <> 'rejected' ORDER BY d.id""",
    ):
        if same_person(str(entered_by), str(approved_by)):
            message = f"draft {draft} was approved by the person who had entered it"
            yield Finding("SELF_APPROVED", message, "draft", str(draft))


def decided(connection: Connection) -> Iterator[Finding]:
    """An entry that names a draft was made by its approval, and by who approved it."""
    for entry, draft in stream(
        connection,
        """SELECT e.id, noted(e.meta, 'draft') FROM entry e JOIN batch b ON b.id = e.batch
           LEFT JOIN review r ON r.draft = whole(noted(e.meta, 'draft'))
           WHERE e.meta LIKE '%"draft":%' AND NOT (same(r.decision, 'approved') AND same(r.actor, b.actor))""",
    ):
        message = f"entry {entry} names draft {draft}, which was not approved by who posted it"
        yield Finding("UNREVIEWED", message, "entry", str(entry))


CHECKS = (two_people, decided)
