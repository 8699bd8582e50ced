"""``daily``: the bookkeeper's morning in one command, and the day sheet it ends with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ledger_core.errors import Refused
from tallystick.actions.importing import ImportResult, import_files
from tallystick.actions.publishing import PublishResult, publish
from tallystick.actions.reconcile import ReconcileResult, reconcile
from tallystick.actions.verifying import CheckResult, check_journal
from tallystick.actions.views import Json, three_way, worklist

if TYPE_CHECKING:
    from tallystick.actions.session import Session


@dataclass(frozen=True, slots=True)
class DaySheet:
    """What the day did, and how it stands."""

    date: str
    imported: ImportResult
    reconciled: ReconcileResult
    published: PublishResult
    checked: CheckResult
    three_way: Json
    waiting: int
    drafts: int
    head: str

    @property
    def ok(self) -> bool:
        """Whether no file was refused and every check holds."""
        return self.imported.ok and self.checked.ok


def daily(session: Session, *, keep_good: bool = False) -> DaySheet:
    """Import the inbox, reconcile, cure, publish, check; raises ``Refused`` where the workspace is in the way."""
    from ledger_core.journal.store import sealed_head

    imported = import_files(session, keep_good=keep_good)
    if imported.stopped:
        raise Refused(imported.files[-1].refused)
    reconciled = reconcile(session)
    published = publish(session)
    checked = check_journal(session)
    with session.reading() as book:
        head = sealed_head(book.connection)[2].hex()
    day = session.acted_on.isoformat()
    sheet, waiting = three_way(session, day), worklist(session)
    lines, drafts = len(waiting["lines"]), len(waiting["drafts"])
    return DaySheet(day, imported, reconciled, published, checked, sheet, lines, drafts, head)
