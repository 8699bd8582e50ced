"""Random histories of an agency, step by step: what a step may be, drawn by Hypothesis."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition

from tests.agreement import dice as drawn
from tests.agreement import world
from tests.agreement.dice import (
    BUCKETS,
    DEBT,
    METHODS,
    MONEY,
    OF_AGENCY,
    OF_CLIENT,
    any_pick,
    any_share,
    any_size,
    days_ago,
    one_of,
    step,
)

if TYPE_CHECKING:
    from tests.agreement.dice import Dice
    from tests.agreement.sides import Sides

START = date(2025, 1, 2)


class History(RuleBasedStateMachine):
    """A bookkeeper's weeks.  ``sides`` are what each step is given to; they say where they disagree."""

    make: Any = None
    """Makes the sides of a history; set by the test."""

    def __init__(self) -> None:
        super().__init__()
        self.day = START
        self.number = 0
        self.cases: list[tuple[str, str]] = []  # case, client
        self.paid: list[tuple[str, str, str]] = []  # case, amount, bank, of what came
        self.closed = "2024-12"
        self.sides: Sides | None = None

    @initialize(dice=st.randoms(use_true_random=True))
    def found(self, dice: Dice) -> None:
        """An agency with contracts of its own, and a case for each client."""
        self.day = START + timedelta(days=dice.randrange(60))
        versions = {client: (drawn.choice(dice), drawn.choice(dice)) for client in world.CLIENTS}
        self.sides = type(self).make(dice.choice(("agency", "unidentified")), versions)
        for index, client in enumerate(world.CLIENTS):
            self._place(client, index, [90_000 * (index + 1), 4_000, 1_500, 900], 0)

    def teardown(self) -> None:
        """The whole, once more, at the end."""
        if self.sides is not None:
            try:
                self.sides.finish(self.day)
            finally:
                self.sides.clear()

    def _amount(self, minor: int, currency: str) -> str:
        """An amount that no other of this history has, so that lines and entries are told apart."""
        self.number += 1
        return world.money(minor // 1_000 * 1_000 + self.number, currency)

    def _on(self, back: int) -> str:
        return max(START - timedelta(days=1), self.day - timedelta(days=back)).isoformat()

    def _case(self, pick: int) -> tuple[str, str, str]:
        case, client = self.cases[pick % len(self.cases)]
        return case, client, world.CLIENTS[client][0]

    def _bank(self, currency: str, fund: str, pick: int) -> str:
        found = [bank.id for bank in world.BANKS if (bank.currency, bank.fund) == (currency, fund)]
        return found[pick % len(found)] if found else ""

    def _events(self, *rows: dict[str, str]) -> None:
        assert self.sides
        self.sides.events([{k: v for k, v in row.items() if v} for row in rows], self.day)

    def _place(self, client: str, pick: int, buckets: list[int], back: int) -> None:
        assert self.sides
        currency = world.CLIENTS[client][0]
        case = f"K{len(self.cases) + 1:03d}"
        placed = date.fromisoformat(self._on(back))
        row = {"client": client, "case": case, "placed_on": placed.isoformat()}
        row |= {name: world.money(minor, currency) for name, minor in zip(BUCKETS, buckets, strict=True)}
        row["delinquency_date"] = (placed - timedelta(days=pick % 400)).isoformat()
        if pick % 3 == 0:
            row |= {"stage": "legal", "asset_type": "car"}
        if pick % 4 == 0:
            row |= {"interest_rate": "0.0785"}
        if pick % 5 == 0:
            row |= {"costs_advanced": world.money(buckets[3] // 2, currency)}
            row |= {"collected_to_date": world.money(pick * 100, currency)}
        if self.sides.place([row], self.day):
            self.cases.append((case, client))

    # --- steps -----------------------------------------------------------------------------

    @step(days=one_of(*(1, 2, 4, 9, 17, 33)))
    def wait(self, days: int) -> None:
        """Time passes."""
        self.day += timedelta(days=days)

    @step(pick=any_pick, buckets=drawn.buckets, back=days_ago)
    def place(self, pick: int, buckets: list[int], back: int) -> None:
        """A new case."""
        self._place(list(world.CLIENTS)[pick % len(world.CLIENTS)], pick, buckets, back)

    @step(event=one_of(*MONEY), pick=any_pick, size=any_size, back=days_ago, more=any_pick, method=one_of(*METHODS))
    def money(self, event: str, pick: int, size: int, back: int, more: int, method: str) -> None:
        """A debtor pays."""
        self._events(self._payment(event, pick, size, back, more, method))

    @step(event=one_of(*MONEY), pick=any_pick, size=any_size, more=any_pick)
    def money_today(self, event: str, pick: int, size: int, more: int) -> None:
        """A debtor pays, and the money is good."""
        self._events(self._payment(event, pick, size, 0, more, ""))

    def _payment(self, event: str, pick: int, size: int, back: int, more: int, method: str) -> dict[str, str]:
        case, client, currency = self._case(pick)
        row = {"event": event, "date": self._on(back), "case": case, "amount": self._amount(size, currency)}
        if event == "direct_payment":
            row["bank"] = ""
        else:
            fund = "operating" if event != "forwarder_receipt" and more % 6 == 0 else "trust"
            row |= {"bank": self._bank(currency, fund, more) if more % 2 else world.CLIENTS[client][2]}
            row["method"] = method
        if event == "forwarder_receipt":
            row |= {"forwarder": f"LAW{more % 2}", "kept": world.money(size * (more % 5) // 8, currency)}
        self.paid.append((case, row["amount"], row["bank"]))
        return row

    @step(event=one_of(*DEBT), pick=any_pick, size=any_size, back=days_ago, more=any_pick)
    def debt(self, event: str, pick: int, size: int, back: int, more: int) -> None:
        """One event on a debt or its costs."""
        self._events(self._of_debt(event, pick, size, back, more))

    @step(parts=drawn.rows_of_a_file)
    def file(self, parts: list[tuple[str, int, int, int, int, str]]) -> None:
        """Several events at once, of several days, not in their order."""
        rows = []
        for event, pick, size, back, more, method in parts:
            if event == "returned_payment" and self.paid:
                case, amount, _ = self.paid[pick % len(self.paid)]
                rows.append({"event": event, "date": self._on(back), "case": case, "amount": amount})
            elif event in MONEY:
                rows.append(self._payment(event, pick, size, back, more, method))
            elif event in DEBT:
                rows.append(self._of_debt(event, pick, size, back, more))
        if rows:
            self._events(*rows)

    def _of_debt(self, event: str, pick: int, size: int, back: int, more: int) -> dict[str, str]:
        case, client, currency = self._case(pick)
        row = {"event": event, "date": self._on(back), "case": case, "amount": self._amount(size, currency)}
        trust = world.CLIENTS[client][2]
        if event == "cost_advanced" and more % 3 == 0:
            row |= {"from": "deposit", "bank": trust}
        if event == "placement_adjustment":
            row |= {"bucket": BUCKETS[more % 4], "amount": ("-" if more % 2 else "") + row["amount"]}
        if event in {"settlement", "write_off", "recall", "close_return"}:
            row |= {
                "bucket": BUCKETS[more % 4] if more % 5 == 0 else "",
                "amount": "" if more % 3 == 0 else row["amount"],
            }
        if event in {"cost_billed", "cost_write_off"} and more % 2:
            row["amount"] = ""
        if event == "judgment":
            row |= {name: world.money(size * (more + n) % 500_000, currency) for n, name in enumerate(BUCKETS)}
            del row["amount"]
        if event == "case_change":
            row |= {"stage": ("legal", "soft", "")[more % 3], "asset_type": ("flat", "boat")[more % 2]}
            row |= {"interest_rate": "0.11" if more % 4 == 0 else ""}
            del row["amount"]
        return row

    @step(event=one_of(*OF_CLIENT), pick=any_pick, size=any_size, back=days_ago, more=any_pick)
    def of_client(self, event: str, pick: int, size: int, back: int, more: int) -> None:
        """One event of a client."""
        client = list(world.CLIENTS)[pick % len(world.CLIENTS)]
        currency, _, trust = world.CLIENTS[client]
        row = {"event": event, "date": self._on(back), "client": client, "amount": self._amount(size, currency)}
        if event == "client_credit" and more % 2:
            row["amount"] = ""
        row["bank"] = trust if event == "cost_deposit" else ""
        if event == "client_payment":
            row["bank"] = self._bank(currency, "trust" if more % 4 == 0 and trust else "operating", more)
        self._events(row)

    @step(event=one_of(*OF_AGENCY), pick=any_pick, size=any_size, back=days_ago, more=any_pick)
    def of_agency(self, event: str, pick: int, size: int, back: int, more: int) -> None:
        """One event of the agency's banks, forwarders, collectors."""
        client = list(world.CLIENTS)[pick % len(world.CLIENTS)]
        currency, _, trust = world.CLIENTS[client]
        trust = trust or "TRUST"
        currency = world.CLIENTS[client][0] if world.CLIENTS[client][2] else "CNY"
        row = {"event": event, "date": self._on(back), "amount": self._amount(size, currency), "bank": trust}
        if event == "bank_charge" and more % 2:
            row["bank"] = self._bank(currency, "operating", 0)
        if event == "forwarder_share":
            row |= {"forwarder": f"LAW{more % 2}", "currency": currency}
        if event in {"vat_paid", "collector_paid"}:
            row["bank"] = self._bank(currency, "operating", 0)
        if event == "operating_entry":
            bank = f"Assets:Operating:Bank:{self._bank(currency, 'operating', 0)}"
            row |= {"bank": "", "currency": currency, "from": bank, "to": "Expenses:Rent"}
        if event == "trust_transfer":
            row |= {"bank": "", "from": ("TRUST", "TWO", "PAYCO")[more % 3], "to": ("TWO", "TRUST")[more % 2]}
            row |= {"client": ("NET", "COMBI", "GROSS", "")[pick % 4], "amount": row["amount"] if pick % 3 == 0 else ""}
            if pick % 7 == 0 and self.cases:
                row |= {"client": "", "case": self._case(pick)[0]}
        if event == "returned_unknown":
            row |= {"event": "returned_payment", "of": "unknown", "client": client if more % 2 else ""}
        self._events(row)

    @step(pick=any_pick, share=any_share, more=any_pick, back=days_ago)
    def out(self, pick: int, share: int, more: int, back: int) -> None:
        """Somebody's money in trust goes out, or is found to be nobody's: all of it, a part, or too much."""
        assert self.sides
        there = self.sides.there()
        if not there:
            return
        account, currency, bank, item, minor = there[pick % len(there)]
        kind, _, name = account.removeprefix("Liabilities:Trust:").partition(":")
        whose, _, key = item.partition(":")
        row = {
            "date": self._on(back),
            "amount": world.money(max(1, minor * share // 100), currency) if more % 2 else "",
        }
        row |= {"bank": bank if more % 3 else ""}
        row |= {"case": {"case": key}, "line": {"of": key, "currency": currency}, "client": {"client": key}}.get(
            whose, {}
        )
        if kind == "ClientPayable":
            row |= {"event": "unclaimed", "from": kind, "client": name}
        elif kind == "ClientCostDeposit":
            row |= {"event": "deposit_return", "client": name}
        elif kind == "ForwarderPayable":
            row |= {"event": "forwarder_paid", "forwarder": name, "currency": currency}
        elif kind == "UnclaimedProperty":
            row |= {"event": "escheat"}
        else:
            row |= {"event": "refund"} if more % 5 else {"event": "unclaimed", "from": kind}
        to = self._bank(currency, "trust", more)
        if kind in {"ClientPayable", "DebtorRefund"} and more % 7 == 0:
            row = {"event": "trust_transfer", "date": row["date"], "amount": row["amount"], "from": bank, "to": to}
            row |= {"case": key} if kind == "DebtorRefund" else {"client": name}
        self._events(row)

    @precondition(lambda self: self.paid)
    @step(pick=any_pick, back=days_ago, more=any_pick)
    def comes_back(self, pick: int, back: int, more: int) -> None:
        """A payment comes back, told by case and amount."""
        case, amount, _ = self.paid[pick % len(self.paid)]
        row = {"event": "returned_payment", "date": self._on(back), "case": case, "amount": amount}
        self._events(row if more % 5 else row | {"amount": ""})

    @step(picks=drawn.several, back=days_ago)
    def statement(self, picks: list[tuple[int, int, int, str]], back: int) -> None:
        """Lines of the banks: payments that name their case, unknown money, payments that came back."""
        assert self.sides
        rows = []
        for pick, size, more, method in picks:
            case, client, currency = self._case(pick)
            bank = world.CLIENTS[client][2] or "EURO"
            if more % 7 == 0:
                bank = self._bank(currency, "operating", 0)
            row = {"bank": bank, "date": self._on(back), "amount": self._amount(size, currency), "method": method}
            row["reference"] = case if more % 4 else ""
            back_ones = [item for item in self.paid if item[2] == bank]
            if more % 6 == 0 and back_ones:
                of, amount, _ = back_ones[pick % len(back_ones)]
                row |= {"amount": f"-{amount}", "reference": of, "method": ""}
            elif row["reference"]:
                self.paid.append((case, row["amount"], bank))
            rows.append(row)
        for bank in dict.fromkeys(row["bank"] for row in rows):
            self.sides.lines([row for row in rows if row["bank"] == bank], self.day)

    @step(pick=any_pick, case=any_pick, share=any_share, more=any_pick)
    def resolve(self, pick: int, case: int, share: int, more: int) -> None:
        """Unknown money is given to one case or to two."""
        assert self.sides
        waiting = self.sides.waiting()
        if not waiting:
            return
        line, bank, minor, currency = waiting[pick % len(waiting)]
        of_currency = [name for name, client in self.cases if world.CLIENTS[client][0] == currency]
        if not of_currency:
            return
        first, second = of_currency[case % len(of_currency)], of_currency[(case + 1) % len(of_currency)]
        part = max(1, minor * share // 100)
        parts = [(first, part)] if more % 3 else [(first, minor)]
        if more % 4 == 0 and minor > part:
            parts = [(first, part), (second, minor - part)]
        self.sides.resolve(line, parts, currency, self.day)
        self.paid += [(name, world.money(amount, currency), bank) for name, amount in parts]

    @step(back=days_ago, pick=any_pick, only=one_of(True, False))
    def remit(self, back: int, pick: int, only: bool) -> None:
        """A remittance run, through a day that is past at times."""
        assert self.sides
        client = list(world.CLIENTS)[pick % len(world.CLIENTS)] if only else ""
        through = date.fromisoformat(self._on(min(back, 9)))
        self.sides.remit(through, self.day, client)

    @step(
        what=one_of(*("reconcile", "invoice_final", "accrue", "accrue", "close", "close")), pick=any_pick, back=days_ago
    )
    def office(self, what: str, pick: int, back: int) -> None:
        """What is done at a desk: clearing and cure, a last bill, interest, the close of the next month."""
        assert self.sides
        if what == "reconcile":
            self.sides.reconcile(self.day)
        elif what == "invoice_final":
            self.sides.invoice_final(list(world.CLIENTS)[pick % len(world.CLIENTS)], self.day)
        elif what == "accrue":
            self.sides.accrue(date.fromisoformat(self._on(back)), self.day)
        else:
            year, month = int(self.closed[:4]), int(self.closed[5:])
            following = f"{year + month // 12}-{month % 12 + 1:02d}"
            over = date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1)
            self.day = max(self.day, over - timedelta(days=pick % 3))
            if self.sides.close(following, self.day):
                self.closed = following

    @step(pick=any_pick, size=any_size, more=any_pick, back=days_ago)
    def payment_back(self, pick: int, size: int, more: int, back: int) -> None:
        """A remittance came back, or a part of it."""
        assert self.sides
        remitted = self.sides.remitted()
        if not remitted:
            return
        number, currency = remitted[pick % len(remitted)]
        amount = self._amount(size, currency) if more % 2 else ""
        self._events({"event": "payment_back", "date": self._on(back), "of": number, "amount": amount})
