"""Commands that show: balances, case, matches, worklist, statement, three-way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from tallystick.cli import output
from tallystick.cli.options import DAY, NUMBER, as_json, with_session

if TYPE_CHECKING:
    from datetime import date

    from tallystick.actions.session import Session

at = click.option("--at", type=DAY, help="At the end of this day; default today.")


@click.command()
@at
@click.option("--known", type=NUMBER, metavar="BATCH", help="As the journal knew it after this batch.")
@as_json
@with_session
def balances(session: Session, at: date | None, known: int | None, as_json: bool) -> None:
    """The trial balance."""
    from tallystick.actions import views

    found = views.balances(session, (at or session.acted_on).isoformat(), known)
    if as_json:
        output.document(found)
        return
    rows = [
        (name, amount, currency)
        for name, amounts in found["balances"].items()
        for currency, amount in amounts.items()
        if amount.strip("0.-")
    ]
    output.table(["account", f"at {found['at']}", ""], rows, right=(1,))


@click.command()
@click.argument("case_id", metavar="CASE")
@as_json
@with_session
def case(session: Session, case_id: str, as_json: bool) -> None:
    """One case: what is outstanding, and its history."""
    from tallystick.actions import views

    found = views.case(session, case_id)
    if as_json:
        output.document(found)
        return
    output.say(f"{found['case']}  {found['client']}  {found['status']}")
    output.say("  ".join(f"{name} {amount}" for name, amount in found["outstanding"].items()))
    output.say()
    rows = [(h["date"], h["event"], h["amount"], h["outstanding"], h["entry"]) for h in found["history"]]
    output.table(["date", "event", "amount", "outstanding", "entry"], rows, right=(2, 3, 4))
    if found["promises"]:
        output.say()
        promised = [(p["due"], p["event"], p["amount"], p["status"]) for p in found["promises"]]
        output.table(["due", "promised by", "amount", "status"], promised, right=(2,))


@click.command()
@as_json
@with_session
def matches(session: Session, as_json: bool) -> None:
    """Every statement line and what became of it."""
    from tallystick.actions import views

    found = views.matches(session)
    if as_json:
        output.document(found)
    else:
        _say_lines(found)


@click.command()
@as_json
@with_session
def worklist(session: Session, as_json: bool) -> None:
    """What waits for a person: lines with their suggestions, and drafts for a second one."""
    from tallystick.actions import views
    from tallystick.cli.review import say_drafts

    found = views.worklist(session)
    if as_json:
        output.document(found)
        return
    _say_lines(found)
    if found["lines"]:
        output.say("\ntallystick resolve LINE --case CASE, --entry E, --event EVENT or --refund")
    if found["drafts"]:
        output.say()
        say_drafts(found["drafts"])
        output.say("\ntallystick review show ID, approve ID --as USER, reject ID --reason R")


def _say_lines(found: dict[str, Any]) -> None:
    rows = []
    for line in found["lines"]:
        cases = line["cases"] or [part for suggestion in line["suggestions"] for part in suggestion["cases"]]
        names = " ".join(part["case"] for part in cases)
        told = line["suggestions"][0]["evidence"] if line["suggestions"] else line["evidence"]
        text = " ".join(filter(None, (line["payer"], line["reference"], line["memo"])))
        rows.append(
            (
                line["line"],
                line["date"],
                line["bank"],
                line["amount"],
                line["disposition"],
                names,
                text,
                "; ".join(told),
            )
        )
    output.table(["line", "date", "bank", "amount", "", "case", "says", "why"], rows, right=(0, 3))


@click.command()
@click.argument("client")
@click.option("--period", required=True, metavar="YYYY-MM", help="The month, or FROM..TO.")
@click.option("--format", "formats", default="", help="csv: written into reports/.")
@as_json
@with_session
def statement(session: Session, client: str, period: str, formats: str, as_json: bool) -> None:
    """The remittance statement of CLIENT for a period."""
    from tallystick.actions.statement import statement, write_csv

    wanted = [name for name in formats.split(",") if name]
    if set(wanted) - {"csv"}:
        raise click.UsageError(f"--format {formats}: this release writes csv")
    found = statement(session, client, period)
    if as_json:
        output.document(found.document())
    elif wanted:
        output.say(f"wrote {write_csv(session, found, period)}")
    else:
        _say_statement(found.document())


def _say_statement(found: dict[str, Any]) -> None:
    output.say(f"Remittance statement  {found['client']}  {found['from']} to {found['to']}  {found['currency']}\n")
    figures = {name: text for name, text in found.items() if isinstance(text, str) and name not in _HEADINGS}
    output.table(["", "amount"], [(name.replace("_", " "), text) for name, text in figures.items()], right=(1,))
    if found["documents"]:
        output.say()
        rows = [(d["number"], d["kind"], d["commission"], d["vat"], d["amount"], _paid(d)) for d in found["documents"]]
        output.table(["document", "kind", "commission", "VAT", "amount", ""], rows, right=(2, 3, 4))
    if found["lines"]:
        output.say()
        lines = [
            (row["date"], row["event"], row["case"], row.get("payable", ""), row.get("receivable", ""))
            for row in found["lines"]
        ]
        moved = [line for line in lines if line[3] or line[4]]
        output.table(["date", "event", "case", "payable", "receivable"], moved, right=(3, 4))


_HEADINGS = {"client", "currency", "from", "to"}


def _paid(document: dict[str, Any]) -> str:
    return "paid" if document["paid"] else "open"


@click.command("three-way")
@at
@as_json
@with_session
def three_way(session: Session, at: date | None, as_json: bool) -> None:
    """Three-way reconciliation: bank = book = what clients and debtors are owed."""
    from tallystick.actions import views

    found = views.three_way(session, (at or session.acted_on).isoformat())
    if as_json:
        output.document(found)
        return
    output.say(f"Three-way reconciliation at {found['at']}\n")
    for bank in found["banks"]:
        output.say(f"{bank['bank']}  book {bank['book']}  statement {bank['statement'] or 'none'} {bank['currency']}")
        for item in bank["reconciling"]:
            subject = f"entry {item['entry']}" if "entry" in item else f"line {item['line']}"
            output.say(f"    {item['amount']:>14}  {item['kind']}  {subject}")
    output.say()
    output.table(["owed out of trust", "amount"], found["owed"].items(), right=(1,))
    sub_ledger, difference = output.amounts(found["sub_ledger"]), output.amounts(found["difference"])
    output.say(f"\nsub-ledger {sub_ledger}   difference {difference}")


COMMANDS = (balances, case, matches, worklist, statement, three_way)
