"""``accrue``: interest of all active cases through a day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ledger_core.errors import refuse
from ledger_core.runs import accrual
from tallystick.actions.session import retried

if TYPE_CHECKING:
    from datetime import date

    from tallystick.actions.session import Session


@retried
def accrue(session: Session, through: date, *, dry_run: bool = False) -> list[accrual.Accrual]:
    """Accrue interest through a day; twice posts nothing more."""
    if through > session.acted_on:
        raise refuse("DATE_FUTURE", f"--through {through} is after {session.acted_on}, the day of acting")
    with session.writing(dry_run=dry_run) as book:
        return accrual.post(book, through.isoformat())
