"""Both sides of the agreement: each step is given to the engine and to the scalar model, then all is compared."""

from __future__ import annotations

import calendar
import shutil
from collections import Counter
from datetime import date
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any

from plugins.model.agency import Agency, Bank, Refused
from tests import postgres
from tests.agreement import world
from tests.agreement.engine import Engine

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Row = dict[str, str]
FIRST = date.fromisoformat(world.FIRST_DAY)
FIGURES = (
    *("collected_paa", "collected_pdc", "returned", "commission", "vat", "costs_recovered", "cured", "offset"),
    *("remitted", "unclaimed", "invoices_paid", "held", "payable_opening", "payable_closing"),
    *("receivable_opening", "receivable_closing"),
)


COUNTED: Counter[str] = Counter()
"""How many histories there were, and how often each step was taken or refused by both."""


class Disagreement(AssertionError):
    """Engine and model differ."""


class Sides:
    """One history.  After every step both must have taken it or both refused it, and stand alike."""

    def __init__(
        self, interest: str, choices: dict[str, tuple[world.Choice, world.Choice]], database: str = "sqlite"
    ) -> None:
        self.folder = Path(mkdtemp(prefix="agreement-", dir="/dev/shm" if Path("/dev/shm").is_dir() else None))
        self.database = postgres.fresh() if database == "postgresql" else ""
        address = postgres.address(self.database) if self.database else ""
        world.write(self.folder / "agency", interest, choices, address)
        self.engine = Engine(self.folder / "agency", {bank.id: bank.account for bank in world.BANKS})
        currency = {bank.id: bank.currency for bank in world.BANKS}
        self.model = Agency(
            banks=[Bank(bank.id, bank.fund, bank.currency, bank.kind) for bank in world.BANKS],
            first_day=FIRST,
            trust_interest=interest,
            opening={name: (world.minor(text, "CNY"), "CNY") for name, text in world.OPENING.items()},
            contracts={name: (world.CLIENTS[name][0], made) for name, made in self.engine.documents.items()},
        )
        self._currency = currency
        self._trust = {bank.id for bank in world.BANKS if bank.fund == "trust"}
        COUNTED["histories"] += 1

    # --- steps -----------------------------------------------------------------------------

    def place(self, rows: Sequence[Row], day: date) -> bool:
        """A file of placements."""
        return self._both("placement", lambda: self.engine.place(rows, day), lambda: self.model.place(rows, day), day)

    def events(self, rows: Sequence[Row], day: date) -> bool:
        """A file of events."""
        what = rows[0]["event"] if len(rows) == 1 else "several events"
        return self._both(what, lambda: self.engine.events(rows, day), lambda: self.model.events(rows, day), day)

    def lines(self, rows: Sequence[Row], day: date) -> bool:
        """A bank's lines, reconciled."""
        return self._both("lines", lambda: self.engine.lines(rows, day), lambda: self.model.lines(rows, day), day)

    def reconcile(self, day: date) -> bool:
        """Clear and cure."""
        return self._both("reconcile", lambda: self.engine.reconcile(day), lambda: self.model.reconcile(day), day)

    def resolve(self, line: int, parts: Sequence[tuple[str, int]], currency: str, day: date) -> bool:
        """Unknown money given to cases."""
        told = [f"{case}={world.money(amount, currency)}" for case, amount in parts]
        return self._both(
            "resolve",
            lambda: self.engine.resolve(line, told, day),
            lambda: self.model.resolve(line, list(parts), day),
            day,
        )

    def remit(self, through: date, day: date, client: str) -> bool:
        """A remittance run."""
        return self._both(
            "remit",
            lambda: self.engine.remit(through, day, client),
            lambda: self.model.remit(through, day, client),
            day,
        )

    def invoice_final(self, client: str, day: date) -> bool:
        """All that a client owes is billed."""
        return self._both(
            "invoice_final",
            lambda: self.engine.invoice_final(client, day),
            lambda: self.model.invoice_final(client, day),
            day,
        )

    def accrue(self, through: date, day: date) -> bool:
        """Interest through a day."""
        return self._both(
            "accrue", lambda: self.engine.accrue(through, day), lambda: self.model.accrue(through, day), day
        )

    def close(self, month: str, day: date) -> bool:
        """A month is closed."""
        return self._both("close", lambda: self.engine.close(month, day), lambda: self.model.close(month, day), day)

    def waiting(self) -> list[tuple[int, str, int, str]]:
        """Lines whose money is unidentified: number, bank, amount, currency."""
        found = [(line, bank, text) for line, bank, text in self.engine.lines_waiting() if bank in self._trust]
        return [(line, b, world.minor(text, self._currency[b]), self._currency[b]) for line, b, text in found]

    def there(self) -> list[tuple[str, str, str, str, int]]:
        """Others' money in trust that can go out: account, currency, bank, item, amount."""
        return self.engine.there()

    def remitted(self) -> list[tuple[str, str]]:
        """The remittances that were made: number and currency."""
        return [(number, world.CLIENTS[client][0]) for number, client in self.engine.remitted()]

    # --- comparing -------------------------------------------------------------------------

    def _both(self, what: str, engine: Callable[[], bool], model: Callable[[], Any], day: date) -> bool:
        taken = engine()
        try:
            model()
        except Refused as refused:
            if taken:
                raise Disagreement(f"the engine took it, the model refused: {refused}") from None
        else:
            if not taken:
                raise Disagreement(f"the model took it, the engine refused: {self.engine.said}")
        COUNTED[f"{what}, {'taken' if taken else 'refused'}"] += 1
        self.compare(day)
        return taken

    def compare(self, day: date) -> None:
        """Every account, in all and at each trust bank, and the model's own invariants."""
        for at in {day, FIRST}:
            _equal(f"balances at {at}", self.engine.balances(at), self.model.balances(at))
        _equal(f"trust banks at {day}", self.engine.by_bank(day), self.model.by_bank(day))
        broken = self.model.check()
        if broken:
            raise Disagreement(f"the model breaks its own invariants: {broken}")

    def finish(self, day: date) -> None:
        """Everything that can be asked, and the engine's books before the plugins and ``verify``."""
        self.reconcile(day)
        for case in self.model.cases:
            self._compare_case(case)
        month = FIRST
        while month <= day:
            last = month.replace(day=calendar.monthrange(month.year, month.month)[1])
            _equal(f"balances at {last}", self.engine.balances(last), self.model.balances(last))
            for client in world.CLIENTS:
                self._compare_statement(client, month, last)
            month = date(month.year + month.month // 12, month.month % 12 + 1, 1)
        _equal("invoices", sorted(self.engine.invoices()), sorted(self.model.invoices()))
        unsound = self.engine.unsound(day)
        if unsound:
            raise Disagreement(f"the plugins or verify find: {unsound}")
        self.clear()

    def clear(self) -> None:
        """Leave nothing, once or again."""
        shutil.rmtree(self.folder, ignore_errors=True)
        if self.database:
            postgres.drop(self.database)

    def _compare_case(self, case: str) -> None:
        mine, other = self.engine.case(case), self.model.case(case)
        outstanding = {name: world.minor(text, mine["currency"]) for name, text in mine["outstanding"].items()}
        _equal(f"case {case}", (mine["status"], outstanding), (other["status"], other["outstanding"]))

    def _compare_statement(self, client: str, first: date, last: date) -> None:
        currency = world.CLIENTS[client][0]
        mine, other = self.engine.statement(client, first, last), self.model.statement(client, first, last)
        figures = {name: world.minor(mine[name], currency) for name in FIGURES}
        _equal(f"statement of {client} from {first}", figures, {name: other[name] for name in FIGURES})
        documents = [
            (d["number"], d["kind"], world.minor(d["commission"], currency), world.minor(d["vat"], currency), d["paid"])
            for d in mine["documents"]
        ]
        _equal(f"documents of {client} from {first}", documents, other["documents"])


def _equal(what: str, engine: Any, model: Any) -> None:  # noqa: ANN401 - figures of any shape
    if engine == model:
        return
    if isinstance(engine, dict) and isinstance(model, dict):
        keys = [key for key in {**engine, **model} if engine.get(key, 0) != model.get(key, 0)]
        told = "; ".join(f"{key}: engine {engine.get(key, 0)}, model {model.get(key, 0)}" for key in keys)
        if not keys:
            return
        raise Disagreement(f"{what}: {told}")
    raise Disagreement(f"{what}: engine {engine}, model {model}")
