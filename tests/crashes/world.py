"""An invented agency of any size: the files of two months, always the same for the same number of cases."""

from __future__ import annotations

import random
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tests.conftest import Workspace

TRUST, OPS = "6222000011112222", "6222000033334444"
WHOLE, THANKS = "777.00", "thank you"
"""The line that a person resolves, and its memo: nothing in it names a case."""

BACK = "1234.56"
"""January's payment that comes back after it was remitted, so that operating cures it."""

_AGENCY = f"""
[agency]
name = "Lantern Recovery"
currency = "CNY"
first_day = 2025-01-01
journal = "sqlite:///journal.db"

[opening]
"Assets:Operating:Bank:OPS" = "90000.00"
"Equity:Opening" = "-90000.00"

[[bank]]
id = "TRUST"
fund = "trust"
currency = "CNY"
account = "{TRUST}"

[[bank]]
id = "OPS"
fund = "operating"
currency = "CNY"
account = "{OPS}"

[hold_days]
check = 5
"""

_CONTRACT = """
client = "{client}"
name = "Invented {client}"
currency = "CNY"

[[terms]]
effective = 2025-01-01
remittance = "{mode}"
minimum_remittance = "0.00"
waterfall = ["court_costs", "interest", "fees", "principal"]
commission_on = ["principal", "interest", "fees"]
vat = "exclusive"
vat_rate = "0.06"

[[terms.commission]]
by = "age_days"
mode = "whole"
tiers = [ {{ up_to = 20, rate = "0.15" }}, {{ rate = "0.25" }} ]
"""

CLIENTS = {"ALFA": "net", "BETA": "gross", "GAMMA": "combined"}

Row = dict[str, str]


class World:
    """The agency with a number of cases placed in January, and half as many in February."""

    def __init__(self, cases: int) -> None:
        self._cases = cases
        self._balance = {TRUST: Decimal(0), OPS: Decimal(90000)}

    def settings(self, workspace: Workspace) -> None:
        """The agency and its contracts."""
        workspace.write("agency.toml", _AGENCY)
        for client, mode in CLIENTS.items():
            workspace.write(f"clients/{client}.toml", _CONTRACT.format(client=client, mode=mode))

    def january(self, workspace: Workspace) -> None:
        """The first month's four files, in inbox/."""
        cases = [_case(number) for number in range(self._cases)]
        dice = random.Random("january")  # noqa: S311 - no secret
        lines = [_paid(dice, case, "2025-01") for case in cases for _ in range(2)]
        lines += [_line(f"2025-01-{day:02d}", f"{day}5.50", memo="by hand") for day in range(3, 28, 4)]
        lines.append(_line("2025-01-20", BACK, reference=cases[0]["case"]))
        events = [
            {"event": "cost_advanced", "date": "2025-01-06", "case": case["case"], "amount": "30.00"}
            for case in cases[::5]
        ]
        events += [
            {"event": "receipt", "date": "2025-01-29", "case": case["case"], "amount": "40.00", "method": "check"}
            for case in cases[::7]
        ]
        self._write(workspace, 1, placements=cases, events=events, trust=lines, ops=[_line("2025-01-09", "-12.00")])

    def february(self, workspace: Workspace, remitted: Iterable[tuple[str, str]]) -> None:
        """The second month's: new cases, January's remittance as the banks saw it, payments that come back."""
        cases = [_case(number) for number in range(self._cases, self._cases + self._cases // 2)]
        old = [_case(number) for number in range(self._cases)]
        dice = random.Random("february")  # noqa: S311 - no secret
        lines = [_paid(dice, case, "2025-02") for case in [*old, *cases]]
        lines.append(_line("2025-02-14", WHOLE, memo=THANKS))
        lines.append(_line("2025-02-04", f"-{BACK}", reference=old[0]["case"]))
        ops = [_line("2025-02-10", "-15.00")]
        for number, amount in remitted:
            lines.append(_line("2025-02-03", f"-{amount}", reference=number))
            if number.startswith("SWP"):
                ops.append(_line("2025-02-03", amount, reference=number))
        events = [
            {"event": "direct_payment", "date": "2025-02-06", "case": case["case"], "amount": "25.00"}
            for case in cases[::3]
        ]
        events += [
            {"event": "receipt", "date": "2025-02-18", "case": case["case"], "amount": "88.80", "reference": "BACK"}
            for case in old[:1]
        ]
        events.append({"event": "returned_payment", "date": "2025-02-20", "of": "BACK"})
        self._write(workspace, 2, placements=cases, events=events, trust=lines, ops=ops)

    def _write(self, workspace: Workspace, number: int, **files: Sequence[Row]) -> None:
        for name, rows in files.items():
            told = self._run({"trust": TRUST, "ops": OPS}[name], rows) if name in {"trust", "ops"} else rows
            workspace.write(f"inbox/{name}-{number}.csv", _csv(told))

    def _run(self, account: str, rows: Sequence[Row]) -> list[Row]:
        """A statement's lines with the bank's running balance."""
        result = []
        for row in sorted(rows, key=lambda row: row["date"]):
            self._balance[account] += Decimal(row["amount"])
            result.append({"account": account, **row, "balance": str(self._balance[account])})
        return result


def _case(number: int) -> Row:
    """A placement; its figures follow from its number."""
    client = list(CLIENTS)[number % len(CLIENTS)]
    return {
        "client": client,
        "case": f"{client[0]}-{number:05d}",
        "placed_on": "2025-01-02",
        "principal": f"{1000 + number * 37 % 9000}.{number % 100:02d}",
        "interest": f"{number % 90}.10",
        "interest_rate": "0.12",
        "reference": f"LOAN-{number * 7919 % 1000003:06d}",
        "debtor_name": f"Debtor Number {number}",
    }


def _paid(dice: random.Random, case: Row, month: str) -> Row:
    """A payment that names its case or the client's reference; every tenth names neither."""
    named = dice.choice([case["case"]] * 6 + [case["reference"]] * 3 + [""])
    return _line(
        f"{month}-{dice.randint(3, 27):02d}",
        f"{dice.randint(20, 200)}.{dice.randint(0, 99):02d}",
        reference=named,
        payer=case["debtor_name"],
    )


def _line(day: str, amount: str, **more: str) -> Row:
    return {"date": day, "amount": amount, "reference": "", "payer": "", "memo": "", **more}


def _csv(rows: Sequence[Mapping[str, str]]) -> str:
    columns = list(dict.fromkeys(column for row in rows for column in row))
    lines = [",".join(columns), *(",".join(row.get(column, "") for column in columns) for row in rows)]
    return "\n".join(lines) + "\n"
