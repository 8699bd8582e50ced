"""What the journal's rows come to: balanced entries, equal claims, and every derived table."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from ledger_core.journal import owed
from ledger_core.journal.database import of, stream
from ledger_core.journal.derived import ALL_LINE_STATES, DISPLACED
from ledger_core.journal.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection


def balance(connection: Connection) -> Iterator[Finding]:
    """Each entry sums to zero in each fund and currency; each leg is of its account's fund."""
    for entry, fund, currency in stream(
        connection, "SELECT entry, fund, currency FROM posting GROUP BY entry, fund, currency HAVING SUM(amount) <> 0"
    ):
        yield Finding("ENTRY_UNBALANCED", f"entry {entry} does not balance in {fund} {currency}", "entry", str(entry))
    for (entry,) in stream(
        connection,
        """SELECT DISTINCT p.entry FROM posting p LEFT JOIN account a ON a.id = p.account
           WHERE a.id IS NULL OR a.fund <> p.fund OR a.currency <> p.currency""",
    ):
        yield Finding("ENTRY_UNBALANCED", f"entry {entry} has a leg of another fund or currency", "entry", str(entry))


def reversals(connection: Connection) -> Iterator[Finding]:
    """A reversal is of its entry's batch, and minus the sum of what it names, account by account (invariant 9)."""
    for (entry,) in stream(
        connection,
        """SELECT entry FROM (
             SELECT r.entry, p.account, p.bank, p.item, p.amount FROM (SELECT DISTINCT entry FROM reversal) r
             JOIN posting p ON p.entry = r.entry
             UNION ALL
             SELECT r.entry, p.account, p.bank, p.item, p.amount FROM reversal r JOIN posting p ON p.entry = r.reversed)
           GROUP BY entry, account, bank, item HAVING SUM(amount) <> 0
           UNION SELECT r.entry FROM reversal r JOIN entry e ON e.id = r.entry WHERE e.batch <> r.batch""",
    ):
        yield Finding("REVERSAL_UNEQUAL", f"entry {entry} is not the negation of what it reverses", "entry", str(entry))


def claims(connection: Connection) -> Iterator[Finding]:
    """Each claimed line equals the entries that claim it; no movement is claimed twice (invariant 11)."""
    for line, amount, claimed in stream(
        connection,
        """SELECT l.id, l.amount, SUM(c.amount) FROM claim c JOIN statement_line l ON l.id = c.line
           GROUP BY l.id, l.amount HAVING SUM(c.amount) <> l.amount""",
    ):
        message = f"line {line} is over {amount} minor units, and its claims over {claimed}"
        yield Finding("CLAIM_UNEQUAL", message, "line", str(line))
    for (entry,) in stream(connection, "SELECT entry FROM claim GROUP BY entry, bank HAVING COUNT(*) > 1"):
        yield Finding("CLAIM_TWICE", f"entry {entry} is claimed twice", "entry", str(entry))


_BANK = "CASE WHEN a.fund = 'trust' THEN p.bank ELSE SUBSTR(a.name, LENGTH('Assets:Operating:Bank:') + 1) END"
"""The bank whose own account a leg is on."""


class _Derived(NamedTuple):
    """A derived table as it stands and as it must be, both as kind, subject, further key and value."""

    name: str
    stands: str
    must: str


_NOTHING = "0 " * 8
"""A case that nothing ever moved: as good as no row."""


def _noted(name: str) -> str:
    """An amount in an entry's public texts, printed with all its decimals, in minor units."""
    return f"""whole(REPLACE(COALESCE(noted(e.meta, '{name}'), '0'), '.', ''))"""


def _sum(measure: str) -> str:
    return f"SUM(CASE WHEN a.measure = '{measure}' THEN p.amount ELSE 0 END) AS {measure}"


_CASE_SUMS = f"""
SELECT * FROM (
  WITH kind AS MATERIALIZED (
    SELECT id, CASE WHEN name LIKE 'Equity:Memo:Outstanding:%:Principal' THEN 'principal'
                    WHEN name LIKE 'Equity:Memo:Outstanding:%:Interest' THEN 'interest'
                    WHEN name LIKE 'Equity:Memo:Outstanding:%:Fees' THEN 'fees'
                    WHEN name LIKE 'Equity:Memo:Outstanding:%:CourtCosts' THEN 'court_costs'
                    WHEN name LIKE 'Assets:Operating:CostsAdvanced:%' THEN 'advance'
                    WHEN name = 'Expenses:CostsIrrecoverable' THEN 'advance_loss'
                    WHEN name LIKE 'Equity:Memo:SettlementWaived:%' THEN 'waived' END AS measure
    FROM account)
  SELECT e.case_id AS k, {_sum("principal")}, {_sum("interest")}, {_sum("fees")}, {_sum("court_costs")},
         {_sum("advance")}, {_sum("advance_loss")}, 0 AS collected, {_sum("waived")},
         MAX(CASE WHEN a.measure IN ('principal', 'interest', 'fees', 'court_costs') THEN e.id END) AS last
  FROM entry e JOIN posting p ON p.entry = e.id JOIN kind a ON a.id = p.account
  WHERE e.case_id <> '' AND a.measure IS NOT NULL GROUP BY e.case_id) m
"""
"""What the legs of each case come to."""

_DERIVED = (
    _Derived(
        "day_balance",
        """SELECT 'account', COALESCE(a.name, CAST(d.account AS TEXT)),
                  a.currency || ' ' || d.bank || ' ' || d.date, CAST(d.movement AS TEXT)
           FROM day_balance d LEFT JOIN account a ON a.id = d.account""",
        """SELECT 'account', a.name, a.currency || ' ' || p.bank || ' ' || e.date, CAST(SUM(p.amount) AS TEXT)
           FROM posting p JOIN entry e ON e.id = p.entry JOIN account a ON a.id = p.account
           GROUP BY a.id, p.bank, e.date""",
    ),
    _Derived(
        "item_balance",
        """SELECT SUBSTR(i.item, 1, 4), SUBSTR(i.item, 6), a.name || ' ' || a.currency || ' ' || i.bank,
                  CAST(i.amount AS TEXT)
           FROM item_balance i LEFT JOIN account a ON a.id = i.account""",
        """SELECT SUBSTR(p.item, 1, 4), SUBSTR(p.item, 6), a.name || ' ' || a.currency || ' ' || p.bank,
                  CAST(SUM(p.amount) AS TEXT)
           FROM posting p JOIN account a ON a.id = p.account WHERE p.item <> '' GROUP BY a.id, p.bank, p.item""",
    ),
    _Derived(
        "case_balance",
        """SELECT 'case', case_id, '', principal || ' ' || interest || ' ' || fees || ' ' || court_costs || ' ' ||
                  advance || ' ' || advance_loss || ' ' || collected || ' ' || waived || ' ' || finished_by
           FROM case_balance""",
        f"""SELECT 'case', k, '', principal || ' ' || interest || ' ' || fees || ' ' || court_costs || ' ' ||
                   advance || ' ' || advance_loss || ' ' || collected || ' ' || waived || ' ' ||
                   CASE WHEN principal + interest + fees + court_costs > 0 THEN ''
                        ELSE COALESCE((SELECT event FROM entry WHERE id = last), '') END
            FROM (
              SELECT k, SUM(principal) AS principal, SUM(interest) AS interest, SUM(fees) AS fees,
                     SUM(court_costs) AS court_costs, SUM(advance) AS advance, SUM(advance_loss) AS advance_loss,
                     SUM(collected) AS collected, SUM(waived) AS waived, MAX(last) AS last
              FROM (
                {_CASE_SUMS}
                UNION ALL SELECT id, 0, 0, 0, 0, costs_advanced, 0, collected_to_date, 0, NULL FROM cases
                UNION ALL SELECT case_id, 0, 0, 0, 0, 0, 0, SUM(base), 0, NULL FROM entry
                          WHERE case_id <> '' GROUP BY case_id)
              GROUP BY k)""",
    ),
    _Derived(
        "open_movement",
        "SELECT 'entry', CAST(entry AS TEXT), bank, date || ' ' || amount FROM open_movement",
        f"""SELECT 'entry', CAST(p.entry AS TEXT), {_BANK} AS own, e.date || ' ' || SUM(p.amount)
           FROM posting p JOIN account a ON a.id = p.account JOIN entry e ON e.id = p.entry
           WHERE (a.name LIKE 'Assets:Trust:%' OR a.name LIKE 'Assets:Operating:Bank:%') AND e.event <> 'opening'
             AND NOT EXISTS (SELECT 1 FROM claim c WHERE c.entry = p.entry AND c.bank = {_BANK})
           GROUP BY p.entry, e.id, a.id, p.bank HAVING SUM(p.amount) <> 0""",
    ),
    _Derived(
        "held",
        """SELECT 'entry', CAST(entry AS TEXT), case_id, release || ' ' || recovered || ' ' || recovered_loss || ' ' ||
                  gross || ' ' || overpaid
           FROM held""",
        f"""SELECT 'entry', CAST(e.id AS TEXT), e.case_id,
                  noted(e.meta, 'release') || ' ' || {_noted("recovers")} || ' ' ||
                  {_noted("recovers-lost")} || ' ' ||
                  (SELECT -COALESCE(SUM(p.amount), 0) FROM posting p JOIN account a ON a.id = p.account
                   WHERE p.entry = e.id AND a.name LIKE 'Liabilities:Trust:ClientHeld:%') || ' ' ||
                  (SELECT -COALESCE(SUM(p.amount), 0) FROM posting p JOIN account a ON a.id = p.account
                   WHERE p.entry = e.id AND a.name = 'Liabilities:Trust:DebtorRefund')
           FROM entry e
           WHERE e.meta LIKE '%"release":%' AND NOT EXISTS (SELECT 1 FROM reversal r WHERE r.reversed = e.id)
             AND NOT EXISTS (SELECT 1 FROM entry c WHERE c.event = 'cleared' AND c.case_id = e.case_id
                             AND noted(c.meta, 'clears') = CAST(e.id AS TEXT))""",
    ),
    _Derived(
        "line_state",
        "SELECT 'line', CAST(line AS TEXT), '', disposition || ' ' || suggestions FROM line_state",
        f"SELECT 'line', CAST(id AS TEXT), '', disposition || ' ' || suggestions FROM ({ALL_LINE_STATES})",
    ),
    _Derived(
        "owed",
        "SELECT 'day', date, currency, CAST(amount AS TEXT) FROM owed",
        f"SELECT 'day', date, currency, CAST(amount AS TEXT) FROM ({owed.ALL}) s",
    ),
    _Derived(
        "displaced",
        "SELECT 'claim', CAST(claim AS TEXT), '', 'another day' FROM displaced",
        f"SELECT 'claim', CAST(id AS TEXT), '', 'another day' FROM ({DISPLACED}) d",
    ),
    _Derived(
        "allocation",
        "SELECT 'entry', CAST(target AS TEXT), CAST(source AS TEXT), CAST(amount AS TEXT) FROM allocation",
        "SELECT '', '', '', '' WHERE FALSE",
    ),
)


_OF_TEXTS = ("line_state",)
"""Tables that hold what was derived from private texts."""


def derived(connection: Connection) -> Iterator[Finding]:
    """The running tables against what the entries come to; those of texts only if they may be read."""
    passed_over = () if of(connection).reads_texts(connection) else _OF_TEXTS
    for name, stands, must in _DERIVED:
        if name in passed_over:
            continue
        sql = f"SELECT 'is', * FROM ({stands}) UNION ALL SELECT 'must', * FROM ({must}) ORDER BY 2, 3, 4"
        found = stream(connection, sql)
        for (kind, subject, more), sides in groupby(found, key=lambda row: tuple(map(str, row[1:4]))):
            told = {side: value for side, *_, value in sides if value != _NOTHING}
            if told.get("is") != told.get("must"):
                key = f"{kind} {subject} {more}".rstrip()
                stands_at, comes_to = (str(told.get(side, "nothing")).rstrip() for side in ("is", "must"))
                message = f"{name} of {key} is {stands_at}, and the entries come to {comes_to}"
                yield Finding("DERIVED_UNEQUAL", message, kind, subject)


CHECKS = (balance, reversals, claims, derived)
