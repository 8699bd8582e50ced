"""A bookkeeper's desk: an agency with two banks, contracts and cases by one call each, and every command."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.conftest import Workspace

ACCOUNTS = {"TRUST": "6222000011112222", "OPS": "6222000033334444", "TWO": "6222000055556666"}

AGENCY = """
[agency]
name = "Quay Recovery"
currency = "CNY"
first_day = 2025-01-01
journal = "sqlite:///journal.db"

[opening]
"Assets:Operating:Bank:OPS" = "100000.00"
"Equity:Opening" = "-100000.00"

[[bank]]
id = "TRUST"
fund = "trust"
currency = "CNY"
account = "6222000011112222"

[[bank]]
id = "OPS"
fund = "operating"
currency = "CNY"
account = "6222000033334444"
"""

CONTRACT = """
client = "{client}"
name = "Invented {client}"
currency = "CNY"

[[terms]]
effective = 2025-01-01
remittance = "{mode}"
minimum_remittance = "{minimum}"
waterfall = ["court_costs", "interest", "fees", "principal"]
commission_on = ["principal", "interest", "fees"]
vat = "exclusive"
vat_rate = "0.06"
{more}

[[terms.commission]]
rate = "{rate}"
"""


class Desk:
    """Commands on a workspace, and what stands on its accounts."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self._files = 0
        self.sound_on = "2025-12-31"
        """As of when the books must be sound after the test; empty where they are damaged on purpose."""
        workspace.write("agency.toml", AGENCY)

    def second_trust_bank(self) -> None:
        """Another trust bank, TWO; the three clients stay with TRUST."""
        path = self.workspace.folder / "agency.toml"
        bank = f'\n[[bank]]\nid = "TWO"\nfund = "trust"\ncurrency = "CNY"\naccount = "{ACCOUNTS["TWO"]}"\n'
        path.write_text(path.read_text() + bank)
        for client, mode in (("NET", "net"), ("COMBI", "combined"), ("GROSS", "gross")):
            self.client(client, mode, more='trust_bank = "TRUST"')

    def client(
        self, client: str, mode: str = "net", *, rate: str = "0.20", minimum: str = "0.00", more: str = ""
    ) -> None:
        """A contract in force from the first day."""
        text = CONTRACT.format(client=client, mode=mode, rate=rate, minimum=minimum, more=more)
        self.workspace.write(f"clients/{client}.toml", text)

    def place(self, case: str, client: str, principal: str, day: str = "2025-01-02", **columns: str) -> None:
        """One case; further columns of a placement by name."""
        values = {"client": client, "case": case, "placed_on": day, "principal": principal, **columns}
        self.file("placements", [values], "2025-12-31")

    def file(self, name: str, rows: list[dict[str, str]], day: str, *, status: int = 0) -> Any:  # noqa: ANN401
        """Import rows as a CSV file; returns what the command says."""
        self._files += 1
        columns = list(dict.fromkeys(column for row in rows for column in row))
        lines = [",".join(columns), *(",".join(row.get(column, "") for column in columns) for row in rows)]
        path = self.workspace.write(f"in/{name}-{self._files}.csv", "\n".join(lines) + "\n")
        return self.workspace.json("import", str(path), "--date", day, status=status)

    def bank(self, *lines: tuple[str, ...], bank: str = "TRUST") -> None:
        """A statement of lines (date, amount, reference, memo), reconciled as of the last day."""
        names = ("date", "amount", "reference", "memo")
        rows = [{"account": ACCOUNTS[bank], **dict(zip(names, line, strict=False))} for line in lines]
        self.file("statement", rows, "2025-12-31")
        self.workspace.run("reconcile", "--date", lines[-1][0])

    def post(self, event: str, day: str, *, status: int = 0, **columns: str) -> Any:  # noqa: ANN401 - id or words
        """One event by hand; returns its entry, or what the refusal says."""
        options = [text for name, value in columns.items() for text in (f"--{name.rstrip('_')}", value)]
        ran = self.workspace.run("post", event, "--date", day, *options, "--json", status=status)
        if status:
            return ran.err
        import json

        (entry,) = json.loads(ran.out)["entries"]
        return entry

    def run(self, *words: str, status: int = 0) -> str:
        """Any command; returns what it says, or what it refuses."""
        ran = self.workspace.run(*words, status=status)
        return ran.err if status else ran.out

    def remit(self, through: str, *more: str) -> dict[str, Any]:
        """A run; returns each client's row by its name, and ``swept``."""
        run = self.workspace.json("remit", "--through", through, *more)
        return {row["client"]: row for row in run["clients"]} | {"swept": run["swept"]}

    def balance(self, account: str, at: str = "2025-12-31") -> str:
        """What stands on an account at the end of a day."""
        found = self.workspace.json("balances", "--at", at)["balances"].get(account, {})
        return next(iter(found.values()), "0.00")

    def payable(self, client: str, at: str = "2025-12-31") -> str:
        """What the client is owed, as a positive amount."""
        return turned(self.balance(f"Liabilities:Trust:ClientPayable:{client}", at))

    def receivable(self, client: str, at: str = "2025-12-31") -> str:
        """What the client owes."""
        return self.balance(f"Assets:Operating:Receivable:Client:{client}", at)

    def lines(self) -> list[dict[str, Any]]:
        """Every bank line and what became of it."""
        found: list[dict[str, Any]] = self.workspace.json("matches")["lines"]
        return found

    def case(self, case: str) -> dict[str, Any]:
        """One case."""
        found: dict[str, Any] = self.workspace.json("case", case)
        return found

    def documents(self, client: str, period: str) -> list[tuple[str, str, str, bool]]:
        """The client's documents of a month: kind, commission and VAT, whether paid."""
        found = self.workspace.json("statement", client, "--period", period)["documents"]
        return [(d["kind"], d["commission"], d["vat"], d["paid"]) for d in found]

    def invoices(self) -> dict[str, tuple[str, str]]:
        """Every invoice with its amount and what is open of it."""
        return {i["number"]: (i["amount"], i["open"]) for i in self.workspace.json("invoice", "list")["invoices"]}

    def cured_client(self, client: str, amount: str = "1000.00") -> None:
        """A client for whom operating cured a payment that came back in February after it was remitted."""
        self.place("C-1", client, "5000.00")
        self.bank(("2025-01-10", amount, "C-1"))
        self.remit("2025-01-31")
        self.bank(("2025-02-05", f"-{amount}", "C-1"))

    def assert_sound(self) -> None:
        """The journal proves itself, three ways agree, and Beancount and the plugins accept the books."""
        self.workspace.run("publish")
        found = self.workspace.json("verify", status=None)
        assert found["ok"], found
        self.workspace.run("check", "--date", self.sound_on)


def figures(row: dict[str, Any]) -> tuple[str, ...]:
    """One client's amounts of a run: payable, offset, remitted, carried forward, invoiced."""
    return tuple(row[name] for name in ("payable", "offset", "remitted", "carried_forward", "invoiced"))


def turned(amount: str) -> str:
    """The amount with the other sign."""
    if not amount.strip("-0."):
        return amount.lstrip("-")
    return amount[1:] if amount.startswith("-") else f"-{amount}"
