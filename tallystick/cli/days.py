"""Commands of the bookkeeper's morning: import, reconcile, daily."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tallystick.cli import output
from tallystick.cli.options import as_json, dry_run, with_session

if TYPE_CHECKING:
    from tallystick.actions.daily import DaySheet
    from tallystick.actions.importing import ImportResult
    from tallystick.actions.reconcile import ReconcileResult
    from tallystick.actions.session import Session

keep_good = click.option("--keep-good", is_flag=True, help="Import the good rows; the bad ones go to rejected/.")


@click.command("import")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@keep_good
@dry_run
@as_json
@with_session
def import_(session: Session, files: tuple[Path, ...], keep_good: bool, dry_run: bool, as_json: bool) -> None:
    """Import FILES, by default all of inbox/; the content tells what each one is.

    A file is imported whole or not at all; one that came before is recognised and posts nothing.
    """
    from tallystick.actions.importing import import_files

    result = import_files(session, files, keep_good=keep_good, dry_run=dry_run)
    if as_json:
        output.document(_imported(result))
    else:
        _say_imported(result)
    _exit(result.ok)


def _imported(result: ImportResult) -> dict[str, Any]:
    return {
        "files": [
            {
                "path": file.path,
                "kind": file.kind,
                "imported": file.imported,
                "duplicates": file.duplicates,
                "refused": [{"line": p.line, "code": p.code, "message": p.message} for p in file.refused],
                "drafts": list(file.drafts),
            }
            for file in result.files
        ]
    }


def _say_imported(result: ImportResult) -> None:
    if not result.files:
        output.say("nothing to import: inbox/ is empty")
    for file in result.files:
        counts = [f"{file.imported} imported"] if file.kind else []
        counts += [f"{file.duplicates} known before"] if file.duplicates else []
        counts += [f"{len(file.drafts)} for a second person"] if file.drafts else []
        counts += [f"{len(file.refused)} refused"] if file.refused else []
        output.say(f"{file.path}: {file.kind or 'unknown'}, {', '.join(counts)}")
        if file.rejected_to:
            output.say(f"  refused rows are in {file.rejected_to}")
        output.problems(file.refused)
    if result.stopped:
        output.say("no file after that was tried")


@click.command()
@dry_run
@as_json
@with_session
def reconcile(session: Session, dry_run: bool, as_json: bool) -> None:
    """Match open statement lines to cases and entries; post what is certain, the rest to Unidentified."""
    from tallystick.actions.reconcile import reconcile

    result = reconcile(session, dry_run=dry_run)
    if as_json:
        output.document({"lines": dict(result.dispositions), "cured": result.cured})
    else:
        _say_reconciled(result)


def _say_reconciled(result: ReconcileResult) -> None:
    lines = ", ".join(f"{count} {name}" for name, count in sorted(result.dispositions.items()) if count)
    output.say(f"lines: {lines or 'none waiting'}")
    if result.cured:
        output.say(f"cured from operating: {output.count(result.cured, 'deficit')}")


@click.command()
@keep_good
@as_json
@with_session
def daily(session: Session, keep_good: bool, as_json: bool) -> None:
    """The morning in one command: import, reconcile, cure, publish, check; prints the day sheet."""
    from tallystick.actions.daily import daily

    sheet = daily(session, keep_good=keep_good)
    if as_json:
        output.document(_sheet(sheet))
    else:
        _say_sheet(sheet)
    _exit(sheet.ok)


def _sheet(sheet: DaySheet) -> dict[str, Any]:
    return {
        "date": sheet.date,
        **_imported(sheet.imported),
        "lines": dict(sheet.reconciled.dispositions),
        "cured": sheet.reconciled.cured,
        "waiting": sheet.waiting,
        "drafts": sheet.drafts,
        "three_way": sheet.three_way,
        "problems": [str(problem) for problem in sheet.checked.problems],
        "alerts": sheet.checked.alerts_document(),
        "head": sheet.head,
    }


def _say_sheet(sheet: DaySheet) -> None:
    output.say(f"Day sheet {sheet.date}")
    if sheet.imported.files:
        _say_imported(sheet.imported)
    _say_reconciled(sheet.reconciled)
    for bank in sheet.three_way["banks"]:
        items = len(bank["reconciling"])
        says = "no statement" if bank["statement"] is None else f"statement {bank['statement']}"
        output.say(f"{bank['bank']}: book {bank['book']}, {says}, {output.count(items, 'reconciling item')}")
    output.say(f"three-way difference: {output.amounts(sheet.three_way['difference'])}")
    output.say(
        f"waiting for a person: {output.count(sheet.waiting, 'line')}"
        + (f", {output.count(sheet.drafts, 'draft')}" if sheet.drafts else "")
        + ("  (tallystick worklist)" if sheet.waiting or sheet.drafts else "")
    )
    output.say(f"books: {sheet.published.files} files, {sheet.published.written} written")
    output.alerts(sheet.checked.alerts)
    output.problems(sheet.checked.problems)
    output.say(f"head: {sheet.head}")


def _exit(ok: bool) -> None:
    if not ok:
        raise click.exceptions.Exit(1)


COMMANDS = (import_, reconcile, daily)
