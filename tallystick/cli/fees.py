"""What a receipt would cost, and why a fee is what it is: ``client quote``, ``explain``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from tallystick.cli import output
from tallystick.cli.options import NUMBER, as_json, with_session

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tallystick.actions.session import Session

_NAMES = {"paa": "paid to us", "pdc": "paid direct to the client", "forwarded": "collected by a forwarder"}
_BOUNDS = {
    "minimum": "raised to the minimum",
    "maximum": "lowered to the maximum",
    "base": "never more than the base",
    "base_with_vat": "commission and VAT never more than the base",
}
_TAKEN = {
    "withheld": "withheld from the client's money",
    "invoiced": "invoiced",
    "offset": "set off against the client's money in the next run, the rest invoiced",
}


@click.command()
@click.argument("name", metavar="CLIENT")
@click.option("--amount", required=True, help="What the debtor pays, as 1234.56.")
@click.option("--case", default="", help="On this case, by what it has now; default: on a new one, all principal.")
@click.option("--source", type=click.Choice(tuple(_NAMES)), default="paa", help="How it comes; default paa.")
@click.option("--method", default="", help="How it is paid: decides the hold days.")
@click.option(
    "--age-days", type=click.IntRange(0, 36_500), default=0, help="Without a case: how old the debt is; default 0."
)
@click.option("--stage", default="", help="Without a case: its stage.")
@click.option("--asset-type", default="", help="Without a case: its asset type.")
@click.option("--level", default="", help="Without a case: its level.")
@as_json
@with_session
def quote(
    session: Session,
    name: str,
    amount: str,
    case: str,
    source: str,
    method: str,
    as_json: bool,
    age_days: int,
    **classes: str,
) -> None:
    """What a receipt of CLIENT's would cost under the terms in force on --date; nothing is posted.

    A case counts as it is now, with all that was posted; without one the sample is a new case.
    """
    from ledger_core.accounting.explain import Sample
    from tallystick.actions.explaining import quote

    sample = Sample(age_days, **classes)
    found = quote(session, name, amount, case=case, source=source, method=method, sample=sample)
    if as_json:
        output.document(found)
    else:
        say(found, f"case {case}" if case else "a new case")


@click.command()
@click.argument("entry", type=NUMBER, metavar="ENTRY")
@as_json
@with_session
def explain(session: Session, entry: int, as_json: bool) -> None:
    """Why the fee of ENTRY, a receipt or its clearing, is what it is."""
    from tallystick.actions.explaining import explain

    found = explain(session, entry)
    if as_json:
        output.document(found)
    else:
        say(found, f"entry {found['entry']}, case {found['case']}")


def say(found: dict[str, Any], about: str) -> None:
    """One payment and its fee, step by step."""
    paid = f"{found['amount']} {found['currency']} on {found['date']}, {_NAMES[found['source']]}"
    output.say(f"{found['client']}, {about}: {paid}")
    output.say(f"by the terms since {found['terms']['effective']}, remittance {found['terms']['remittance']}\n")
    for name, text in _steps(found):
        output.say(f"  {name:<12} {text}".rstrip())


def _steps(found: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """What each step is called, and what it says."""
    for number, part in enumerate(found["waterfall"]):
        yield "" if number else "waterfall", f"{part['bucket']:<12} {part['taken']} of {part['outstanding']}"
    if found["overpaid"].strip("0."):
        beyond = "only noted" if found["source"] == "pdc" else "the debtor's"
        yield "overpaid", f"{found['overpaid']}, beyond the balance: {beyond}"
    yield "base", f"{found['base']}, what went on {', '.join(found['commission_on']) or 'nothing'}"
    yield from _fee(found)
    yield "commission", found["commission"]
    yield "VAT", f"{found['vat']} ({found['fee']['vat']} {found['fee']['vat_rate']})"
    if found["costs_recovered"].strip("0."):
        yield "recovered", f"{found['costs_recovered']} of the costs that the agency advanced"
    yield "in all", f"{found['earned']}, {_TAKEN[found['taken_by']]}"
    if found["source"] != "pdc":
        yield "client gets", found["to_client"]
    if found["release"]:
        yield "on hold", f"good, and the fee earned, on {found['release']}"


def _fee(found: dict[str, Any]) -> Iterator[tuple[str, str]]:
    fee = found["fee"]
    for passed in fee["passed"]:
        yield f"not rule {passed['rule']}", "; ".join(_asked(each) for each in passed["because"])
    held = " and ".join(f"{each['name']} is {each['actual']}" for each in fee["conditions"])
    yield f"rule {fee['rule']}", held or "holds always"
    if fee["by"]:
        yield "tier", f"by {fee['by']} ({fee['mode']}), which is {fee['measure']}"
    for part in fee["slices"]:
        top = f" (tier up to {part['up_to']})" if part["up_to"] is not None else ""
        yield "", f"{part['amount']} × {part['rate']} = {part['figure']}{top}"
    for bound in fee["bounds"]:
        yield "bound", f"{bound['before']} is {_BOUNDS[bound['name']]}, {bound['limit']}"
    yield "figure", f"{fee['figure']} before rounding"


def _asked(condition: dict[str, Any]) -> str:
    actual = condition["actual"] or "not said"
    return f"asks for {condition['name']} {' or '.join(condition['wanted'])}, it is {actual}"


def sample(found: dict[str, Any]) -> str:
    """A sample in one line, for a list of clients."""
    if "begins" in found:
        return f"{found['client']}  no terms are in force yet; the first begin on {found['begins']}"
    why = f"rule {found['fee']['rule']} of the terms since {found['terms']['effective']}"
    return (
        f"{found['client']}  {found['amount']} {found['currency']}: commission {found['commission']} and VAT"
        f" {found['vat']}, {found['taken_by']}  ({why})"
    )


COMMANDS = (explain,)
