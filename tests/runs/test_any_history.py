"""Weeks of a bookkeeper's work at random, late and mistaken too: the invariants hold at the end of every day."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.desk import Desk

FIRST = date(2025, 1, 2)
DAYS = 20
NEVER_IN_DEBIT = ("Liabilities:Trust:ClientPayable:", "Liabilities:Trust:UndrawnFees", "Liabilities:Trust:DebtorRefund")
EVENTS = ("direct_payment", "forwarder_receipt", "cost_advanced", "receipt", "client_payment", "bank_charge")
TAKEN_OFF = ("settlement", "write_off", "recall")


class Work:
    """Random work on a desk.  A refusal is an answer; anything else that goes wrong fails the test."""

    def __init__(self, desk: Desk, seed: int) -> None:
        self.desk = desk
        self.choose = random.Random(seed)  # noqa: S311 - no secret
        self.cases = {f"K000{n}": self.choose.choice(("NET", "COMBI", "GROSS")) for n in range(5)}
        for case, client in self.cases.items():
            desk.place(case, client, self.amount(3000), interest=self.amount(200), court_costs=self.amount(50))
        self.paid: list[tuple[str, str]] = []
        self.day = FIRST.isoformat()

    def amount(self, most: int) -> str:
        """Something up to so many yuan."""
        return f"{self.choose.randrange(most)}.{self.choose.randint(1, 99):02d}"

    def some_day(self) -> str:
        """Mostly today, else one of the days before."""
        back = self.choose.choice((0, 0, 0, 0, 1, 4))
        return max(FIRST, date.fromisoformat(self.day) - timedelta(days=back)).isoformat()

    def run(self, *words: str) -> None:
        """A command that does what it says or refuses it by a code."""
        ran = self.desk.workspace.run(*words, status=None)
        assert ran.status in {0, 1}, (words, ran)
        assert "INTERNAL" not in ran.err, (words, ran)

    def statement(self) -> None:
        """What the trust bank shows today: payments, unknown money, returns, a list of two, a charge."""
        rows = []
        for _ in range(self.choose.choice((0, 1, 2, 3))):
            case, amount = self.choose.choice(list(self.cases)), self.amount(1200)
            back = self.choose.choice(self.paid) if self.paid else (case, amount)
            shown = [(amount, case), (amount, case), (amount, ""), (f"-{back[1]}", back[0]), (f"-{amount}", "")]
            text, reference = self.choose.choice([*shown, (amount, f"{case} K0000")])
            if reference and not text.startswith("-"):
                self.paid.append((reference.split()[0], text))
            rows.append(
                {"account": "6222000011112222", "date": self.some_day(), "amount": text, "reference": reference}
            )
        if rows:
            self.desk.file("statement", rows, self.day)

    def event(self) -> None:
        """One event by hand."""
        case, client = self.choose.choice(list(self.cases.items()))
        name, day = self.choose.choice((*EVENTS, *TAKEN_OFF)), self.some_day()
        columns = {"bank_charge": ("--bank", "TRUST"), "client_payment": ("--client", client)}.get(
            name, ("--case", case)
        )
        if name == "forwarder_receipt":
            columns += ("--forwarder", "LAW1", "--kept", self.amount(300))
        all_of_it = name in TAKEN_OFF and self.choose.random() < 0.2
        money = () if all_of_it else ("--amount", self.amount(60 if name in (*TAKEN_OFF, "bank_charge") else 900))
        self.run("post", name, "--date", day, *columns, *money)

    def decision(self) -> None:
        """Something that a person decides, right or wrong."""
        waiting = [str(line["line"]) for line in self.desk.workspace.json("worklist")["lines"]]
        case, day = self.choose.choice(list(self.cases)), self.some_day()
        entries = self.desk.workspace.json("verify", status=None)["entries"]
        wanted: list[tuple[str, ...]] = [("refund", case), ("undo", str(self.choose.randint(1, entries)))]
        for line in waiting[:1]:
            wanted += [("resolve", line, "--case", f"{case}=5.00"), ("resolve", line, "--case", case)]
            wanted += [("resolve", line, "--refund"), ("resolve", line, "--event", "bank_charge")]
        for case, amount in self.paid[-1:]:
            wanted.append(("post", "returned_payment", "--case", case, "--amount", amount))
        for invoice in self.desk.workspace.json("invoice", "list")["invoices"][-1:]:
            wanted.append(("invoice", "pay", invoice["number"]))
        self.run(*self.choose.choice(wanted), "--date", day)

    def remit(self) -> None:
        """A run, for all or one, sometimes through a day that is past."""
        only = ("--client", self.choose.choice(("NET", "COMBI", "GROSS"))) if self.choose.random() < 0.3 else ()
        self.run("remit", "--through", self.some_day(), "--date", self.day, *only)

    def days(self) -> None:
        """Some of everything each day; lines are reconciled on some days, and on the last."""
        for number in range(DAYS):
            self.day = (FIRST + timedelta(days=number)).isoformat()
            self.statement()
            for _ in range(self.choose.choice((0, 1, 2))):
                self.choose.choice((self.event, self.event, self.decision, self.decision, self.remit))()
            if number == DAYS - 1 or self.choose.random() < 0.6:
                self.run("reconcile", "--date", self.day)


def balances(desk: Desk, at: str) -> dict[str, int]:
    """All balances at the end of a day, in cents."""
    found: dict[str, Any] = desk.workspace.json("balances", "--at", at)["balances"]
    return {name: int(next(iter(amounts.values())).replace(".", "")) for name, amounts in found.items()}


@pytest.mark.parametrize("seed", range(4))
def test_the_invariants_hold_every_day(desk: Desk, seed: int) -> None:
    """Whatever is done in whatever order: three ways agree, nobody's trust money is in debit, statements add up."""
    work = Work(desk, seed)
    work.days()
    desk.sound_on = work.day
    for number in range(DAYS):
        at = (FIRST + timedelta(days=number)).isoformat()
        assert desk.workspace.json("three-way", "--at", at)["difference"] == "0.00", at
        found = balances(desk, at)
        assert not [name for name, amount in found.items() if name.startswith(NEVER_IN_DEBIT) and amount > 0], at
        due, undrawn = found.get("Assets:Operating:DueFromTrust", 0), found.get("Liabilities:Trust:UndrawnFees", 0)
        assert due == -undrawn, at
    for client in ("NET", "COMBI", "GROSS"):
        desk.workspace.json("statement", client, "--period", f"{FIRST}..{work.day}")
        assert all(not text.startswith("-") for _, text in desk.invoices().values())
    for case in work.cases:
        assert all(not text.startswith("-") for text in desk.case(case)["outstanding"].values())
