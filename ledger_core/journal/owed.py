"""What clients, debtors and unknown payers are owed out of trust, told from legs that do not say so themselves.

The third side of the three-way reconciliation: each entry adds to it by its *other* legs (fees, memo,
operating money, cures), never by the accounts of those who are owed; items carry their case or line.  It is kept
by day with each batch, and ``verify`` tells it again from all entries.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ledger_core.accounting import chart
from ledger_core.journal import schema_derived
from ledger_core.journal.database import execute, rows, upsert

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Connection

    from ledger_core.accounting.posting import Header, Legs

_FEES = chart.FORWARDER_FEES.template
_PAID = (chart.DUE_FROM_TRUST.template, chart.SUSPENSE.template, _FEES)
_OUT = ("remittance", "cost_deposit", "deposit_return", "cost_advanced", "forwarder_paid", "returned", "payment_back")
_RECEIPTS = ("receipt", "asset_sale", "identified", "forwarder_receipt")


def _starts(account: str, family: chart.Family) -> bool:
    return account.startswith(family.template.partition("{")[0])


def _sign(kind: str, account: str) -> int:
    """Whether a leg of an account adds to what is owed, in an entry of this kind."""
    if _starts(account, chart.COLLECTED_PAA):
        return 1
    if kind in {"receipt", "cleared", "offset"}:
        return -int(account in _PAID or _starts(account, chart.OPERATING_BANK))
    if kind == "cure":
        return int(_starts(account, chart.RECEIVABLE))
    if kind == "forwarder_share":
        return int(account == _FEES)
    return int(kind in _OUT and account.startswith("Assets:Trust:"))


def add(connection: Connection, headers: Sequence[Header], legs: Legs) -> None:
    """Add a batch's legs, by day and currency."""
    if not len(legs.row):
        return
    kinds = list(_kinds(connection, headers))
    known = {kind: code for code, kind in enumerate(dict.fromkeys(kinds))}
    signs = np.array([[_sign(kind, account.name) for account in legs.accounts] for kind in known], dtype=np.int64)
    codes = np.array([known[kind] for kind in kinds], dtype=np.int64)
    amounts = signs[codes[legs.row], legs.account] * legs.amount
    sums: dict[tuple[str, str], int] = {}
    days = {day: code for code, day in enumerate(dict.fromkeys(header.date for header in headers))}
    day_of = np.array([days[header.date] for header in headers], dtype=np.int64)[legs.row]
    currencies = [account.currency.removesuffix(chart.MEMO_SUFFIX) for account in legs.accounts]
    of_currency = {name: code for code, name in enumerate(dict.fromkeys(currencies))}
    currency_of = np.array([of_currency[name] for name in currencies], dtype=np.int64)[legs.account]
    matrix = np.zeros((len(days), len(of_currency)), dtype=np.int64)
    np.add.at(matrix, (day_of, currency_of), amounts)
    for index, item in legs.items.items():
        amount, kind = int(legs.amount[index]), kinds[legs.row[index]]
        whole = kind == "payment_back" or (kind == "unclaimed" and item.startswith("client:"))
        more = amount - int(amounts[index]) if whole else 0
        matrix[day_of[index], currency_of[index]] += more - amount
    for day, row in zip(days, matrix.tolist(), strict=True):
        sums |= {(day, currency): amount for currency, amount in zip(of_currency, row, strict=True) if amount}
    change = "UPDATE SET amount = owed.amount + excluded.amount"
    upsert(connection, schema_derived.owed, [(*key, amount) for key, amount in sorted(sums.items())], change)
    execute(connection, "DELETE FROM owed WHERE amount = 0")


def _kinds(connection: Connection, headers: Sequence[Header]) -> Iterator[str]:
    """What each entry is; one that takes back another is of the other's kind."""
    undone = [min(header.reverses) for header in headers if header.event == "reversal" and header.reverses]
    found = rows(connection, "SELECT id, event FROM entry WHERE id IN (SELECT value FROM numbers(:ids))", ids=undone)
    events = dict(found)
    for header in headers:
        kind = header.event
        if kind == "reversal":
            kind = str(events.get(min(header.reverses, default=0), ""))
        if kind in _RECEIPTS or (kind == "returned_payment" and header.reverses):
            yield "receipt"
        elif kind == "returned_payment":
            yield "returned" if header.client else ""
        else:
            yield kind


ALL = """
WITH kind AS MATERIALIZED (
  SELECT id, CASE WHEN name LIKE 'Equity:Memo:CollectedPAA:%' THEN 'collected'
                  WHEN name = 'Expenses:ForwarderFees' THEN 'forwarder'
                  WHEN name IN ('Assets:Operating:DueFromTrust', 'Liabilities:Operating:Suspense')
                       OR name LIKE 'Assets:Operating:Bank:%' THEN 'paid'
                  WHEN name LIKE 'Assets:Operating:Receivable:Client:%' THEN 'receivable'
                  WHEN name LIKE 'Assets:Trust:%' THEN 'trust' ELSE '' END AS name
  FROM account)
SELECT date, currency, SUM(amount) AS amount FROM (
  SELECT e.date, REPLACE(p.currency, '.D', '') AS currency,
         CASE WHEN a.name = 'collected' THEN p.amount
              WHEN e.kind IN ('receipt', 'cleared', 'offset') AND a.name IN ('paid', 'forwarder') THEN -p.amount
              WHEN e.kind = 'cure' AND a.name = 'receivable' THEN p.amount
              WHEN e.kind = 'forwarder_share' AND a.name = 'forwarder' THEN p.amount
              WHEN e.kind = 'unclaimed' AND p.item LIKE 'client:%' THEN p.amount
              WHEN e.kind IN ('remittance', 'cost_deposit', 'deposit_return', 'cost_advanced', 'forwarder_paid',
                              'returned', 'payment_back')
                   AND (a.name = 'trust' OR e.kind = 'payment_back' AND p.item <> '') THEN p.amount
              ELSE 0 END - CASE WHEN p.item <> '' THEN p.amount ELSE 0 END AS amount
  FROM (
    SELECT id, date, CASE WHEN kind IN ('receipt', 'asset_sale', 'identified', 'forwarder_receipt') THEN 'receipt'
                          WHEN kind <> 'returned_payment' THEN kind
                          WHEN undoes THEN 'receipt'
                          WHEN client <> '' THEN 'returned' ELSE '' END AS kind
    FROM (
      SELECT e.id, e.client, e.date, EXISTS (SELECT 1 FROM reversal r WHERE r.entry = e.id) AS undoes,
             CASE WHEN e.event = 'reversal' THEN COALESCE(
               (SELECT o.event FROM reversal r JOIN entry o ON o.id = r.reversed WHERE r.entry = e.id
                ORDER BY r.reversed LIMIT 1), '')
             ELSE e.event END AS kind
      FROM entry e) k) e
  JOIN posting p ON p.entry = e.id JOIN kind a ON a.id = p.account
  WHERE a.name <> '' OR p.item <> '') t
GROUP BY date, currency HAVING SUM(amount) <> 0
"""
"""The same told from all entries."""
