"""``review``: what a person entered above a limit, and what a second one decides about it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ledger_core.errors import Refused, refuse
from ledger_core.journal.actors import record
from ledger_core.runs import drafts
from tallystick.actions import entering, manual, remitting
from tallystick.actions.session import retried
from tallystick.actions.views import Json, draft_row

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ledger_core.runs.book import Book
    from tallystick.actions.session import Session

_DO: Mapping[str, Callable[[Book, drafts.Draft], Any]] = {
    entering.POST: entering.do_post,
    manual.RESOLVE: manual.do_resolve,
    remitting.REMIT: remitting.do_remit,
    remitting.PAY: remitting.do_pay,
}
"""Who carries out an order: the same that does it without a limit."""


def waiting(session: Session, *, decided: bool = False) -> list[Json]:
    """The drafts that wait; or all there ever were, with what became of them."""
    with session.reading() as book:
        if not decided:
            return [draft_row(draft) for draft in drafts.open_drafts(book.connection)]
        return [{**draft_row(draft), **_decision(draft)} for draft in drafts.all_drafts(book.connection)]


def _decision(draft: drafts.Draft) -> Json:
    return {
        "decision": draft.decision or "open",
        "decided_by": draft.decided_by,
        "decided_on": draft.decided_on,
        "reason": draft.reason,
    }


def show(session: Session, number: int) -> Json:
    """One draft whole: what was entered, and the legs that it would post."""
    with session.reading() as book:
        draft = drafts.load(book.connection, number)
    entered = {"erased": True} if draft.erased else draft.private
    return {
        **draft_row(draft),
        **_decision(draft),
        "entered": {**draft.columns, **entered},
        "figures": json.loads(draft.figures),
    }


def approve(session: Session, number: int, *, dry_run: bool = False) -> tuple[int, ...]:
    """Post a draft as the second person; returns its entries."""

    def decide(book: Book) -> tuple[int, ...]:
        return drafts.approve(book, number, lambda acting, draft: _DO[draft.command](acting, draft))

    return _recorded(session, "approve", number, decide, dry_run=dry_run)


def reject(session: Session, number: int, reason: str, *, dry_run: bool = False) -> None:
    """Turn a draft down."""
    if not reason.strip():
        raise refuse("VALUE_MISSING", "a rejection needs its reason")

    def decide(book: Book) -> tuple[int, ...]:
        drafts.reject(book, number, reason)
        return ()

    _recorded(session, "reject", number, decide, dry_run=dry_run)


@retried
def _recorded(
    session: Session, action: str, number: int, decide: Callable[[Book], tuple[int, ...]], *, dry_run: bool
) -> tuple[int, ...]:
    """Decide, and record it: a refusal is taken back, and its record is kept in the same transaction."""
    entries: tuple[int, ...] = ()
    refusal: Refused | None = None
    with session.writing(dry_run=dry_run) as book:
        outcome = "done"
        try:
            with book.trial() as trial:
                entries = decide(book)
                trial.keep()
        except Refused as error:
            refusal, outcome = error, " ".join(problem.code for problem in error.problems)
        record(book.connection, book.actor, action, outcome, f"draft {number}")
    if refusal:
        raise refusal
    return entries
