"""The engine's side of the agreement: real files through the real commands, in this process."""

from __future__ import annotations

import csv
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ledger_core.errors import Refused
from ledger_core.journal import read
from tallystick.actions import manual, remitting, views
from tallystick.actions.accruing import accrue
from tallystick.actions.closing import close
from tallystick.actions.importing import import_files
from tallystick.actions.publishing import publish
from tallystick.actions.reconcile import reconcile
from tallystick.actions.session import Session, open_session
from tallystick.actions.statement import statement
from tallystick.actions.verifying import check, verify
from tests.agreement import world

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date
    from pathlib import Path

Row = dict[str, str]


class Engine:
    """One workspace.  Every action says whether it was taken; one that is refused changes nothing."""

    def __init__(self, folder: Path, accounts: Mapping[str, str]) -> None:
        self.folder = folder
        self._accounts = accounts  # a bank's number, by its id
        self._session = open_session(folder, actor="tester")
        self._files = 0
        self.said: list[str] = []
        """What the last action was refused for."""

    def at(self, day: date) -> Session:
        """The session of a day of acting."""
        return replace(self._session, acted_on=day)

    @property
    def documents(self) -> dict[str, list[str]]:
        """Each client's contract versions, as the books carry them."""
        contracts = self._session.settings.contracts
        return {name: [terms.document() for terms in contract.terms] for name, contract in contracts.items()}

    def _taken(self, act: Callable[[], Any]) -> bool:
        self.said = []
        try:
            result = act()
        except Refused as error:
            self.said = [str(problem) for problem in error.problems]
            return False
        for file in getattr(result, "files", ()):
            self.said += [str(problem) for problem in file.refused]
        return not self.said

    def _import(self, name: str, rows: Sequence[Row], day: date) -> bool:
        self._files += 1
        path = self.folder / "in" / f"{name}-{self._files}.csv"
        path.parent.mkdir(exist_ok=True)
        columns = list(dict.fromkeys(column for row in rows for column in row))
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, columns, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
        return self._taken(lambda: import_files(self.at(day), [path]))

    def place(self, rows: Sequence[Row], day: date) -> bool:
        """A file of placements."""
        return self._import("placements", rows, day)

    def events(self, rows: Sequence[Row], day: date) -> bool:
        """A file of events."""
        return self._import("events", rows, day)

    def lines(self, rows: Sequence[Row], day: date) -> bool:
        """A bank's lines (bank, date, amount, method, reference), reconciled through the day of acting."""
        shown = [
            {"account": self._accounts[row["bank"]], **{k: v for k, v in row.items() if k != "bank"}} for row in rows
        ]
        return self._import("statement", shown, day) and self._taken(lambda: reconcile(self.at(day)))

    def reconcile(self, day: date) -> bool:
        """Clear and cure what is due."""
        return self._taken(lambda: reconcile(self.at(day)))

    def resolve(self, line: int, cases: Sequence[str], day: date) -> bool:
        """Money in Unidentified given to cases."""
        return self._taken(lambda: manual.resolve(self.at(day), line, cases=cases))

    def remit(self, through: date, day: date, client: str = "") -> bool:
        """A remittance run."""
        return self._taken(lambda: remitting.remit_through(self.at(day), through, client=client))

    def invoice_final(self, client: str, day: date) -> bool:
        """Bill all that a client owes."""
        return self._taken(lambda: remitting.invoice_final(self.at(day), client))

    def accrue(self, through: date, day: date) -> bool:
        """Interest through a day."""
        return self._taken(lambda: accrue(self.at(day), through))

    def close(self, month: str, day: date) -> bool:
        """A month is closed."""
        return self._taken(lambda: close(self.at(day), month))

    # --- what stands --------------------------------------------------------------------------

    def lines_waiting(self) -> list[tuple[int, str, str]]:
        """Lines whose money is in Unidentified or Suspense: number, bank, amount."""
        found = views.worklist(self._session)["lines"]
        return [(line["line"], line["bank"], line["amount"]) for line in found if line["disposition"] != "open"]

    def there(self) -> list[tuple[str, str, str, str, int]]:
        """Credits in trust of clients, debtors, lines and forwarders: account, currency, bank, item, amount."""
        pots = ("ClientPayable:", "ClientCostDeposit:", "ForwarderPayable:")
        with self._session.reading() as book:
            found = read.balances(book.connection, "9999-12-31")
            credits_ = [(a, c, b, "", -m) for a, c, b, m in found if a.partition("Trust:")[2].startswith(pots)]
            for name in ("DebtorRefund", "UnclaimedProperty", "Unidentified"):
                account = f"Liabilities:Trust:{name}"
                credits_ += [
                    (account, c, b, i, -m) for i, b, c, m in read.items(book.connection, account) if ":0" not in i
                ]
        return sorted(one for one in credits_ if one[4] > 0)

    def remitted(self) -> list[tuple[str, str]]:
        """The numbers of the remittances that were made, each with its client."""
        with self._session.reading() as book:
            found = read.rows(
                book.connection,
                "SELECT DISTINCT noted(meta, 'number'), client FROM entry WHERE event = 'remittance'",
            )
            return sorted((number, client) for number, client in found)

    def balances(self, at: date) -> dict[tuple[str, str], int]:
        """Every account that is not zero, in minor units."""
        found = views.balances(self._session, at.isoformat())["balances"]
        sums = {
            (name, currency): world.minor(text, currency.removesuffix(".D"))
            for name, amounts in found.items()
            for currency, text in amounts.items()
        }
        return {key: amount for key, amount in sums.items() if amount}

    def by_bank(self, at: date) -> dict[tuple[str, str, str], int]:
        """Every trust account at each trust bank, in minor units."""
        with self._session.reading() as book:
            found = read.balances(book.connection, at.isoformat())
        return {(name, currency, bank): amount for name, currency, bank, amount in found if bank and amount}

    def case(self, case: str) -> dict[str, Any]:
        """One case."""
        return views.case(self._session, case)

    def statement(self, client: str, first: date, last: date) -> dict[str, Any]:
        """A client's remittance statement."""
        return statement(self._session, client, f"{first}..{last}").document()

    def invoices(self) -> list[tuple[str, int, int]]:
        """Every invoice: number, amount and what is open."""
        return [(row.number, row.amount, row.open) for row in remitting.invoices(self._session)]

    def unsound(self, day: date) -> list[str]:
        """What the plugins find in the published books, and verify in the journal."""
        publish(self.at(day))
        found = [str(problem) for problem in check(self.at(day)).problems]
        return found + [str(finding) for finding in verify(self.at(day)).findings]
