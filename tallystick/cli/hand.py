"""What a bookkeeper does by hand: post, refund, resolve, exclude, undo."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from tallystick.cli import output
from tallystick.cli.options import DAY, NUMBER, actor, as_json, dry_run, session, wait, with_session, workspace

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from tallystick.actions.entering import HandPosted
    from tallystick.actions.session import Session

_COLUMNS = {
    "client": "The client.",
    "case": "The case.",
    "amount": "The amount, as 1234.56; left out where all there is is meant.",
    "currency": "Its currency; default the case's, client's or bank's.",
    "method": "How it was paid (check, transfer, …).",
    "reference": "A reference; the same one again is recognised and posts nothing.",
    "bank": "The bank's id; default the only one of its fund and currency.",
    "bucket": "principal, interest, fees or court_costs.",
    "forwarder": "Who collected it for us.",
    "kept": "What the forwarder kept.",
    "of": "The entry, line or reference that it undoes or rests on.",
    "from": "Where from.",
    "to": "Where to.",
    "collector": "The collector.",
    **{name: f"What a judgment leaves of the {name}." for name in ("principal", "interest", "fees", "court_costs")},
    **{
        name: f"The new {name.replace('_', ' ')} of a case_change."
        for name in ("stage", "level", "asset_type", "interest_rate", "place")
    },
    "memo": "A note, for the journal only.",
}


def _columns(command: Callable[..., Any]) -> Callable[..., Any]:
    for name, text in reversed(_COLUMNS.items()):
        names = dict.fromkeys((f"--{name}", f"--{name.replace('_', '-')}"))
        command = click.option(*names, f"column_{name}", default="", help=text)(command)
    return command


@click.command()
@click.argument("event")
@click.option("--date", "day", type=DAY, help="The day of the event; default today.")
@_columns
@workspace
@wait
@actor
@dry_run
@as_json
def post(
    event: str,
    day: date | None,
    workspace: str | None,
    wait: int,
    actor: str,
    dry_run: bool,
    as_json: bool,
    **columns: str,
) -> None:
    """Post one EVENT by hand; the options are the columns of an events file (see `tallystick rules`)."""
    from tallystick.actions.entering import post_event

    values = {name.removeprefix("column_"): text for name, text in columns.items() if text}
    if day:
        values["date"] = day.isoformat()
    _say(post_event(session(workspace, None, wait, actor), event, values, dry_run=dry_run), as_json=as_json)


@click.command()
@click.argument("case", default="")
@click.option("--of", default="", help="Instead of a case: the statement line whose unidentified money goes back.")
@click.option("--amount", default="", help="The amount; default all there is.")
@dry_run
@as_json
@with_session
def refund(session: Session, case: str, of: str, amount: str, dry_run: bool, as_json: bool) -> None:
    """Pay back what CASE overpaid, dated --date."""
    from tallystick.actions.entering import refund

    _say(refund(session, case=case, of=of, amount=amount, dry_run=dry_run), as_json=as_json)


@click.command()
@click.argument("line", type=NUMBER)
@click.option("--case", "cases", multiple=True, metavar="CASE[=AMOUNT]", help="Repeat to split the line.")
@click.option("--entry", type=NUMBER, help="The line is this entry of ours.")
@click.option("--event", help="The line is this event, as `post` takes it; the line gives its amount and bank.")
@click.option("--client", default="", help="With --event: the client. So are the next four; --case names its case.")
@click.option("--of", default="", help="With --event: what it undoes or rests on.")
@click.option("--from", "from_", default="", help="With --event: where from.")
@click.option("--to", default="", help="With --event: where to.")
@click.option("--forwarder", default="", help="With --event: the forwarder.")
@click.option("--refund", "refunded", is_flag=True, help="Pay the money back to who sent it.")
@dry_run
@as_json
@with_session
def resolve(
    session: Session,
    line: int,
    cases: tuple[str, ...],
    entry: int | None,
    event: str | None,
    client: str,
    of: str,
    from_: str,
    to: str,
    forwarder: str,
    refunded: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Decide what statement LINE is: a case's payment, an entry of ours, an event, or money to send back."""
    from tallystick.actions.manual import resolve

    chosen = [bool(cases) and not event, entry is not None, bool(event), refunded]
    if sum(chosen) != 1 or (event and len(cases) > 1):
        raise click.UsageError("give one of --case, --entry, --event, --refund")
    if cases and not event:
        done = resolve(session, line, cases=list(cases), dry_run=dry_run)
    elif entry is not None:
        done = resolve(session, line, entry=entry, dry_run=dry_run)
    elif event:
        named = {"client": client, "of": of, "from": from_, "to": to, "forwarder": forwarder, "case": "".join(cases)}
        values = {name: text for name, text in named.items() if text}
        done = resolve(session, line, event=event, values=values, dry_run=dry_run)
    else:
        done = resolve(session, line, refund=True, dry_run=dry_run)
    _say(done, as_json=as_json)


@click.command()
@click.argument("line", type=NUMBER)
@click.option("--reason", required=True, help="Why; it is kept with the line.")
@dry_run
@with_session
def exclude(session: Session, line: int, reason: str, dry_run: bool) -> None:
    """Set aside an open LINE that is none of the books' business."""
    from tallystick.actions.manual import exclude

    exclude(session, line, reason, dry_run=dry_run)
    output.say(f"line {line} is excluded; three-way goes on listing it")


@click.command()
@click.argument("entry", type=NUMBER)
@dry_run
@as_json
@with_session
def undo(session: Session, entry: int, dry_run: bool, as_json: bool) -> None:
    """Reverse ENTRY by a counter-entry; the money of a bank line goes back to Unidentified."""
    from tallystick.actions.manual import undo

    _say(undo(session, entry, dry_run=dry_run), as_json=as_json)


def _say(done: HandPosted, *, as_json: bool) -> None:
    if as_json:
        output.document({"entries": list(done.entries), "repeated": done.repeated, "draft": done.draft or None})
    elif done.draft:
        output.say(output.waits(done.draft, repeated=done.repeated))
    elif done.repeated:
        output.say(f"posted before as entry {done.entries[0]}; nothing was posted")
    else:
        output.say(f"entries: {', '.join(map(str, done.entries))}")


COMMANDS = (post, refund, resolve, exclude, undo)
