"""The second person: review list, show, approve, reject."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from tallystick.cli import output
from tallystick.cli.options import NUMBER, as_json, dry_run, with_session

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tallystick.actions.session import Session


@click.group()
def review() -> None:
    """Drafts: what was entered above a limit of [review], and waits for a second person."""


@review.command("list")
@click.option("--all", "decided", is_flag=True, help="Those that were decided too, with who and why.")
@as_json
@with_session
def review_list(session: Session, decided: bool, as_json: bool) -> None:
    """The drafts that wait."""
    from tallystick.actions.reviewing import waiting

    found = waiting(session, decided=decided)
    if as_json:
        output.document({"drafts": found})
    elif found:
        say_drafts(found)
    else:
        output.say("no draft waits")


def say_drafts(found: Sequence[dict[str, Any]]) -> None:
    """Drafts as a table."""
    rows = []
    for draft in found:
        about = " ".join(f"{name} {value}" for name, value in draft["about"].items())
        decided = " ".join(filter(None, (draft.get("decision"), draft.get("decided_by"), draft.get("reason"))))
        head = (draft["id"], draft["date"], draft["event"], draft["amount"], draft["currency"])
        rows.append((*head, about, draft["entered_by"], decided))
    output.table(["draft", "date", "event", "amount", "", "about", "entered by", ""], rows, right=(0, 3))


@review.command("show")
@click.argument("draft", metavar="ID", type=NUMBER)
@as_json
@with_session
def review_show(session: Session, draft: int, as_json: bool) -> None:
    """Draft ID whole: what was entered, and what it would post."""
    from tallystick.actions.reviewing import show

    found = show(session, draft)
    if as_json:
        output.document(found)
        return
    say_drafts([found])
    output.say()
    for name, value in found["entered"].items():
        if value:
            output.say(f"{name}: {' '.join(map(str, value)) if isinstance(value, list) else value}")
    for entry in found["figures"].get("entries", ()):
        subject = " ".join(filter(None, (entry.get("client"), entry.get("case"))))
        output.say(f"\n{entry['date']}  {entry['event']}  {subject}".rstrip())
        legs = [(account, _money(amount, currency), currency) for account, currency, amount, *_ in entry["legs"]]
        if legs:
            output.table(["account", "amount", ""], legs, right=(1,))
    for kind, client, currency, *amounts in found["figures"].get("documents", ()):
        commission, vat, total = (_money(amount, currency) for amount in amounts)
        output.say(f"\n{kind} to {client}: {total} {currency} (commission {commission}, VAT {vat})")


def _money(amount: int, currency: str) -> str:
    from ledger_core.accounting.money import format_minor

    return format_minor(amount, currency)


@review.command("approve")
@click.argument("draft", metavar="ID", type=NUMBER)
@dry_run
@as_json
@with_session
def review_approve(session: Session, draft: int, dry_run: bool, as_json: bool) -> None:
    """Post draft ID, dated as it was entered; who entered it cannot."""
    from tallystick.actions.reviewing import approve

    entries = approve(session, draft, dry_run=dry_run)
    if as_json:
        output.document({"draft": draft, "decision": "approved", "entries": list(entries)})
    else:
        output.say(f"draft {draft} is approved; entries: {', '.join(map(str, entries)) or 'none'}")


@review.command("reject")
@click.argument("draft", metavar="ID", type=NUMBER)
@click.option("--reason", required=True, help="Why; it is kept in the journal only.")
@dry_run
@as_json
@with_session
def review_reject(session: Session, draft: int, reason: str, dry_run: bool, as_json: bool) -> None:
    """Turn draft ID down; who entered it may withdraw it so."""
    from tallystick.actions.reviewing import reject

    reject(session, draft, reason, dry_run=dry_run)
    if as_json:
        output.document({"draft": draft, "decision": "rejected", "entries": []})
    else:
        output.say(f"draft {draft} is rejected")


COMMANDS = (review,)
