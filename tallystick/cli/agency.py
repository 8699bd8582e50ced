"""Commands on the workspace itself: init, client, rules."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tallystick.cli import fees, output
from tallystick.cli.options import as_json, session, with_session, workspace

if TYPE_CHECKING:
    from ledger_core.accounting.terms import CommissionRule, Terms
    from tallystick.actions.session import Session


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
def init(folder: Path) -> None:
    """Make FOLDER a new workspace, with a commented agency.toml and one sample contract."""
    from tallystick.actions.init import init_workspace

    made = init_workspace(folder)
    for path in made.written:
        output.say(f"wrote {path}")
    output.say(f"Edit them, put bank files into {made.folder / 'inbox'}, then run: tallystick daily")


@click.group()
def client() -> None:
    """Contracts: list them, show one, check them all."""


@client.command("list")
@workspace
@as_json
def client_list(workspace: str | None, as_json: bool) -> None:
    """All clients and the terms in force today."""
    from datetime import date

    settings = session(workspace).settings
    rows: list[dict[str, Any]] = []
    for contract in settings.contracts.values():
        terms = contract.at(date.today())  # noqa: DTZ011 - the bookkeeper's own day
        rows.append(
            {
                "client": contract.client,
                "name": contract.name,
                "currency": contract.currency,
                "remittance": terms.remittance if terms else "",
                "effective": str(terms.effective) if terms else "",
            }
        )
    if as_json:
        output.document({"clients": rows})
    else:
        output.table(["client", "name", "currency", "remittance", "terms since"], [list(row.values()) for row in rows])


@client.command("show")
@click.argument("name", metavar="CLIENT")
@workspace
def client_show(name: str, workspace: str | None) -> None:
    """One contract, version by version, in words."""
    from ledger_core.errors import refuse

    contract = session(workspace).settings.contracts.get(name)
    if contract is None:
        raise refuse("CLIENT_UNKNOWN", f"client {name!r} has no contract")
    output.say(f"{contract.client}  {contract.name}  {contract.currency}")
    for terms in contract.terms:
        _show(terms)


def _show(terms: Terms) -> None:
    from ledger_core.accounting.money import format_minor, format_rate

    output.say(f"\nfrom {terms.effective}  (digest {terms.digest[:12]})")
    output.say(f"  remittance   {terms.remittance}, from {format_minor(terms.minimum_remittance, terms.currency)}")
    output.say(f"  waterfall    {' → '.join(terms.waterfall)}; commission on {', '.join(terms.commission_on)}")
    output.say(f"  VAT          {terms.vat} {format_rate(terms.vat_rate)}")
    for number, rule in enumerate(terms.commission):
        output.say(f"  rule {number}       {_words(rule, terms.currency)}")


def _words(rule: CommissionRule, currency: str) -> str:
    from ledger_core.accounting.money import format_minor, format_rate

    wanted = (("source", rule.source), ("stage", rule.stage), ("asset_type", rule.asset_type), ("level", rule.level))
    conditions = [f"{name} {'/'.join(values)}" for name, values in wanted if values]
    steps = []
    for tier in rule.tiers:
        top = (
            ""
            if tier.up_to is None
            else str(tier.up_to)
            if rule.by == "age_days"
            else format_minor(tier.up_to, currency)
        )
        steps.append(f"{format_rate(tier.rate)} up to {top}" if top else format_rate(tier.rate))
    text = ", ".join(steps) + (f" by {rule.by} ({rule.mode})" if rule.by else "")
    if rule.minimum is not None:
        text += f", at least {format_minor(rule.minimum, currency)}"
    if rule.maximum is not None:
        text += f", at most {format_minor(rule.maximum, currency)}"
    return f"{' and '.join(conditions)}: {text}" if conditions else text


@client.command("check")
@as_json
@with_session
def client_check(session: Session, as_json: bool) -> None:
    """Read every contract and agency.toml, say what is wrong with them, and show a sample receipt of each client."""
    from tallystick.actions.explaining import samples

    found = samples(session)
    if as_json:
        output.document({"clients": found})
        return
    output.say(f"agency.toml and {output.count(len(found), 'contract')}: all sound")
    for each in found:
        output.say(fees.sample(each))
        for note in each["notes"]:
            output.say(f"  note: {note}")
    if found:
        output.say("\ntallystick client quote CLIENT --amount A tells how a fee is made")


client.add_command(fees.quote)


@click.command()
@as_json
def rules(as_json: bool) -> None:
    """The posting rules: what each event debits and credits."""
    from ledger_core.accounting.rules import TABLE

    if as_json:
        output.document(
            {
                "rules": [
                    {
                        "rule": rule.name,
                        "event": rule.event,
                        "title": rule.title,
                        "note": rule.note,
                        "legs": [
                            {
                                "side": "debit" if leg.side > 0 else "credit",
                                "account": leg.family.template,
                                "amount": leg.quantity,
                            }
                            for leg in rule.legs
                        ],
                    }
                    for rule in TABLE
                ]
            }
        )
        return
    for rule in TABLE:
        output.say(f"{rule.name}  {rule.title}" + (f"  ({rule.note})" if rule.note else ""))
        for leg in rule.legs:
            side = "Dr" if leg.side > 0 else "   Cr"
            output.say(f"    {side} {leg.family.template}  {leg.quantity}")
        output.say()


COMMANDS = (init, client, rules)
