"""What a client owes the agency, in the order in which payments settle it (DOMAIN §4, remittance run).

Invoices first, oldest first; then the cured part; then the rest, which no invoice bills yet.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ledger_core.accounting import chart
from ledger_core.accounting.money import format_minor, parse_minor
from ledger_core.journal.read import rows

if TYPE_CHECKING:
    from sqlalchemy import Connection

CURED = "cured"
_REST = "rest"


@dataclass(slots=True)
class ClientAccount:
    """Open invoices by number, oldest first, and the cured part not yet offset; minor units."""

    currency: str
    invoices: dict[str, int]
    cured: int

    @property
    def invoiced(self) -> int:
        """What is invoiced and unpaid."""
        return sum(self.invoices.values())

    def settle(self, amount: int) -> str:
        """Settle what an amount covers; returns what it settled, as the entry's public text."""
        parts: dict[str, int] = {}
        for number, open_amount in self.invoices.items():
            part = min(open_amount, amount)
            if part > 0:
                parts[number] = part
                self.invoices[number] -= part
                amount -= part
        part = min(self.cured, amount)
        if part > 0:
            parts[CURED] = part
            self.cured -= part
            amount -= part
        if amount:
            parts[_REST] = amount
        return self._text(parts)

    def credit(self, number: str, amount: int) -> str:
        """Take off one invoice what it billed in vain, as far as it is open; returns that as text, or nothing."""
        part = min(self.invoices[number], amount)
        if part <= 0:
            return ""
        self.invoices[number] -= part
        return self._text({number: part})

    def _text(self, parts: dict[str, int]) -> str:
        return " ".join(f"{name}:{format_minor(part, self.currency)}" for name, part in parts.items())


def load(connection: Connection, client: str, currency: str) -> ClientAccount:
    """The account of a client as the journal stands."""
    invoices = rows(
        connection,
        "SELECT number, amount FROM document WHERE client = :client AND kind = 'invoice' ORDER BY entry",
        client=client,
    )
    account = ClientAccount(currency, {number: int(amount) for number, amount in invoices}, 0)
    found = rows(
        connection,
        """SELECT e.event, e.meta, COALESCE(SUM(p.amount), 0)
           FROM entry e
           LEFT JOIN (posting p JOIN account a ON a.id = p.account AND a.name = :receivable) ON p.entry = e.id
           WHERE e.client = :client AND e.event IN ('cure', 'offset', 'client_payment', 'credit_note', 'remittance_run')
             AND NOT EXISTS (SELECT 1 FROM reversal r WHERE r.reversed = e.id)
           GROUP BY e.id ORDER BY e.id""",
        client=client,
        receivable=chart.RECEIVABLE.name(client=client),
    )
    for event, meta, amount in found:
        texts = json.loads(meta) if meta else {}
        if event == "cure":
            account.cured += int(amount)
        elif event == "remittance_run":
            account.cured = parse_minor(texts[CURED], currency)
        else:
            _apply(account, texts.get("settles", ""))
    return account


def _apply(account: ClientAccount, settles: str) -> None:
    for part in settles.split():
        name, _, text = part.rpartition(":")
        amount = parse_minor(text, account.currency)
        if name == CURED:
            account.cured -= amount
        elif name in account.invoices:
            account.invoices[name] -= amount
