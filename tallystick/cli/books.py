"""Commands on the books: publish, check, verify, serve."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from tallystick.cli import output
from tallystick.cli.options import NUMBER, as_json, dry_run, with_session, workspace

if TYPE_CHECKING:
    from tallystick.actions.session import Session


@click.command()
@as_json
@with_session
def publish(session: Session, as_json: bool) -> None:
    """Write the Beancount books from the journal; the same journal gives the same bytes."""
    from tallystick.actions.publishing import publish

    result = publish(session)
    if as_json:
        output.document({"files": result.files, "written": result.written, "batch": result.batch})
    else:
        output.say(f"ledger/: {result.files} files, {result.written} written, as of batch {result.batch}")


@click.command()
@click.argument("month", metavar="MONTH")
@dry_run
@as_json
@with_session
def close(session: Session, month: str, dry_run: bool, as_json: bool) -> None:
    """Close a MONTH such as 2025-01: nothing is posted into it any more, late items go into the first open day.

    What is due through its last day is cleared and cured first. Whatever hinders is listed, and then nothing is done.
    """
    from tallystick.actions.closing import close

    close(session, month, dry_run=dry_run)
    if as_json:
        output.document({"month": month, "closed": not dry_run})
    else:
        output.say(f"{month} could be closed" if dry_run else f"{month} is closed")


@click.command()
@as_json
@with_session
def check(session: Session, as_json: bool) -> None:
    """The invariants: the journal by SQL, the published books by Beancount and the plugins; and what is late.

    Deadlines of places that were missed are alerts: they are told, and the exit status stays 0.
    """
    from tallystick.actions.verifying import check

    result = check(session)
    if as_json:
        output.document(
            {
                "ok": result.ok,
                "unpublished": result.unpublished,
                "problems": [
                    {"path": p.path, "line": p.line, "code": p.code, "message": p.message} for p in result.problems
                ],
                "alerts": result.alerts_document(),
            }
        )
    else:
        output.problems(result.problems)
        output.alerts(result.alerts)
        if result.unpublished:
            output.say(
                f"not published yet: {output.count(result.unpublished, 'entry', 'entries')} (tallystick publish)"
            )
        output.say("every invariant holds" if result.ok else output.count(len(result.problems), "problem"))
    if not result.ok:
        raise click.exceptions.Exit(1)


@click.command()
@click.option("--head", default="", help="A head noted earlier: it must have been one of this chain.")
@click.option("--since", type=NUMBER, default=0, metavar="BATCH", help="Only what came after BATCH: the daily run.")
@as_json
@with_session
def verify(session: Session, head: str, since: int, as_json: bool) -> None:
    """Everything, recomputed from content: chain, balances, books against journal, archive.

    With --since what came before BATCH is believed: run it without from time to time.
    """
    from tallystick.actions.verifying import Asked, verify

    result = verify(session, Asked(head, since, output.step))
    output.step("")
    if as_json:
        output.document(result.document())
    else:
        for finding in result.findings:
            output.say(str(finding))
        if result.unpublished:
            output.say(f"not published yet: {output.count(result.unpublished, 'entry', 'entries')}")
        if not result.texts:
            output.say("private texts were not checked: this user of the database may not read them")
        output.say(f"{result.entries} entries, head {result.head}")
        output.say("nothing was altered" if result.ok else output.count(len(result.findings), "finding"))
    if not result.ok:
        raise click.exceptions.Exit(1)


@click.command()
@workspace
@click.option("--port", type=click.IntRange(1, 65535), default=5000, help="The port on this machine; default 5000.")
def serve(workspace: str | None, port: int) -> None:
    """Show the published books in Fava: read-only, on this machine only."""
    from tallystick.actions.serving import serve
    from tallystick.actions.workspace import find_workspace

    status = serve(find_workspace(workspace), port)
    raise click.exceptions.Exit(status)


COMMANDS = (publish, close, check, verify, serve)
