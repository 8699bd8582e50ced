"""Commands that pay and bill: remit, invoice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from tallystick.cli import output
from tallystick.cli.options import DAY, actor, as_json, dry_run, session, wait, with_session, workspace

if TYPE_CHECKING:
    from datetime import date

    from ledger_core.runs.remit import ClientRun, Run
    from tallystick.actions.session import Session


@click.command()
@click.option("--through", type=DAY, required=True, help="Remit the money that was there at the end of this day.")
@click.option("--date", "acted_on", type=DAY, help="The day on which the entries are dated; default --through.")
@click.option("--client", default="", help="One client only; then nothing is swept.")
@workspace
@wait
@actor
@dry_run
@as_json
def remit(
    through: date,
    acted_on: date | None,
    client: str,
    workspace: str | None,
    wait: int,
    actor: str,
    dry_run: bool,
    as_json: bool,
) -> None:
    """A remittance run: offset, remit to the clients, invoice, and sweep the earned fees."""
    from tallystick.actions.remitting import remit_through

    run = remit_through(session(workspace, acted_on or through, wait, actor), through, client=client, dry_run=dry_run)
    if as_json:
        output.document(_run(run))
        return
    shown = [list(row.values())[:6] for row in _run(run)["clients"]]
    output.table(["client", "payable", "offset", "remitted", "carried forward", "invoiced"], shown, right=range(1, 6))
    for row in run.clients:
        if row.done_before:
            output.say(f"{row.client}: this run was made before; a run on a later --date takes what came since")
        for bank, amount in _elsewhere(row):
            there = f"{amount} {row.currency} of it lies at {bank}"
            output.say(f"{row.client}: {there}; a trust_transfer brings it to the client's trust bank")
    output.say(f"swept: {output.amounts(_run(run)['swept'])}")
    if run.draft:
        output.say(output.waits(run.draft))
    elif run.cured:
        output.say(f"cured from operating: {output.count(len(run.cured), 'deficit')}")


def _elsewhere(row: ClientRun) -> list[tuple[str, str]]:
    from ledger_core.accounting.money import format_minor

    return [(bank, format_minor(amount, row.currency)) for bank, amount in row.elsewhere]


def _run(run: Run) -> dict[str, Any]:
    from ledger_core.accounting.money import format_minor

    amounts: dict[str, int] = {}
    for _, currency, amount in run.swept:
        amounts[currency] = amounts.get(currency, 0) + amount
    currencies = [row.currency for row in run.clients] or ["CNY"]
    swept = {currency: format_minor(amount, currency) for currency, amount in amounts.items()}
    return {
        "through": run.through,
        "draft": run.draft or None,
        "clients": [
            {
                "client": row.client,
                "payable": format_minor(row.payable, row.currency),
                "offset": format_minor(row.offset, row.currency),
                "remitted": format_minor(row.remitted, row.currency),
                "carried_forward": format_minor(row.carried_forward, row.currency),
                "invoiced": format_minor(row.invoiced, row.currency),
                "currency": row.currency,
                "repeated": row.done_before,
            }
            | ({"elsewhere": dict(_elsewhere(row))} if row.elsewhere else {})
            for row in run.clients
        ],
        "swept": next(iter(swept.values())) if len(swept) == 1 else swept or format_minor(0, currencies[0]),
    }


@click.command()
@click.option("--through", type=DAY, required=True, help="The last day that bears interest.")
@click.option("--date", "acted_on", type=DAY, help="The day as of which to act; default --through.")
@workspace
@wait
@actor
@dry_run
@as_json
def accrue(
    through: date,
    acted_on: date | None,
    workspace: str | None,
    wait: int,
    actor: str,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Interest of all active cases that have a rate, through a day; the same once more posts nothing."""
    from ledger_core.accounting.money import format_minor
    from tallystick.actions.accruing import accrue

    done = accrue(session(workspace, acted_on or through, wait, actor), through, dry_run=dry_run)
    rows = [
        {
            "case": row.case,
            "amount": format_minor(row.amount, row.currency),
            "currency": row.currency,
            "entry": row.entry,
        }
        for row in done
    ]
    if as_json:
        output.document({"through": through.isoformat(), "cases": rows})
    elif rows:
        output.table(["case", "amount", "", "entry"], [list(row.values()) for row in rows], right=(1, 3))
    else:
        output.say("nothing to accrue")


@click.group()
def invoice() -> None:
    """Invoices: list them, record a payment, bill all that a client owes."""


@invoice.command("list")
@as_json
@with_session
def invoice_list(session: Session, as_json: bool) -> None:
    """All invoices, and what is open of each."""
    from ledger_core.accounting.money import format_minor
    from tallystick.actions.remitting import invoices

    rows = [
        {
            "number": row.number,
            "client": row.client,
            "date": row.date,
            "currency": row.currency,
            "amount": format_minor(row.amount, row.currency),
            "open": format_minor(row.open, row.currency),
        }
        for row in invoices(session)
    ]
    if as_json:
        output.document({"invoices": rows})
    else:
        output.table(
            ["number", "client", "date", "", "amount", "open"], [list(row.values()) for row in rows], right=(4, 5)
        )


@invoice.command("pay")
@click.argument("number")
@click.option("--amount", default="", help="The amount; default all that is open.")
@dry_run
@as_json
@with_session
def invoice_pay(session: Session, number: str, amount: str, dry_run: bool, as_json: bool) -> None:
    """The client pays invoice NUMBER into the operating bank."""
    from tallystick.actions.remitting import invoice_pay

    done = invoice_pay(session, number, amount, dry_run=dry_run)
    if as_json:
        output.document({"entries": list(done.entries), "draft": done.draft or None})
    else:
        output.say(output.waits(done.draft) if done.draft else f"entry {done.entries[0]}")


@invoice.command("final")
@click.argument("client")
@dry_run
@as_json
@with_session
def invoice_final(session: Session, client: str, dry_run: bool, as_json: bool) -> None:
    """Bill all that CLIENT owes, the part that was cured for it too."""
    from tallystick.actions.remitting import invoice_final

    number = invoice_final(session, client, dry_run=dry_run)
    if as_json:
        output.document({"number": number or None})
    else:
        output.say(f"invoice {number}" if number else f"{client} owes nothing that is not invoiced")


COMMANDS = (remit, accrue, invoice)
