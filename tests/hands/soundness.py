"""What must hold after a history of several, asked of the journal itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.hands.hand import Hand

_OUTSTANDING = "Equity:Memo:Outstanding:"
_PAYABLE = "Liabilities:Trust:ClientPayable:"

_LEGS = """SELECT e.id, e.event, e.case_id, a.name, p.bank, p.amount
           FROM entry e JOIN posting p ON p.entry = e.id JOIN account a ON a.id = p.account
           WHERE a.name LIKE :account ORDER BY e.id, p.number"""


def waiting(hand: Hand) -> dict[int, int]:
    """The bank lines that nobody explained: what is left of each, as a credit to the bank."""
    left = {
        int(item.partition(":")[2]): amount
        for account, _, _, item, amount in hand.there()
        if account == "Liabilities:Trust:Unidentified"
    }
    found = hand.rows("SELECT l.id, l.amount, s.disposition FROM statement_line l JOIN line_state s ON s.line = l.id")
    waits = {line: amount for line, amount, disposition in found if disposition not in {"posted", "matched"}}
    return {line: left.get(line, amount) for line, amount in waits.items()}


def unsound(hand: Hand) -> list[str]:
    """Cases over-applied, lines claimed twice, references posted twice, money remitted twice."""
    return [*_over_applied(hand), *_over_paid(hand), *_claimed_twice(hand), *_twice(hand)]


def _over_applied(hand: Hand) -> list[str]:
    """No bucket of a case is ever below zero, in posting order."""
    left: dict[tuple[str, str], int] = {}
    wrong = []
    for entry, event, case, account, _, amount in hand.rows(_LEGS, account=f"{_OUTSTANDING}%"):
        left[case, account] = left.get((case, account), 0) + amount
        if left[case, account] < 0:
            wrong.append(f"{event} {entry} takes more from case {case} than it owes")
    return wrong


def _over_paid(hand: Hand) -> list[str]:
    """No remittance and no offset takes more than a client has at a bank, in posting order."""
    there: dict[tuple[str, str], int] = {}
    wrong = []
    for entry, event, _, account, bank, amount in hand.rows(_LEGS, account=f"{_PAYABLE}%"):
        there[account, bank] = there.get((account, bank), 0) - amount
        if event in {"remittance", "offset"} and there[account, bank] < 0:
            wrong.append(f"{event} {entry} takes more than there is on {account}")
    return wrong


def _claimed_twice(hand: Hand) -> list[str]:
    """A line's claims are the line, and an entry's movement on a bank is one line's."""
    lines = dict(hand.rows("SELECT id, amount FROM statement_line"))
    claims = hand.rows("SELECT line, SUM(amount) FROM claim GROUP BY line")
    wrong = [f"line {line} claims {amount} of {lines[line]}" for line, amount in claims if amount != lines[line]]
    several = hand.rows("SELECT entry, bank FROM claim GROUP BY entry, bank HAVING COUNT(*) > 1")
    return wrong + [f"several lines claim entry {entry} on {bank}" for entry, bank in several]


def _twice(hand: Hand) -> list[str]:
    """Keys, files and runs are there once."""
    keys = hand.rows("SELECT key FROM entry WHERE key <> '' GROUP BY key HAVING COUNT(*) > 1")
    files = hand.rows("SELECT sha256 FROM file GROUP BY sha256 HAVING COUNT(*) > 1")
    runs = hand.rows(
        """SELECT client, date, meta FROM entry WHERE event = 'remittance_run' AND key <> ''
           GROUP BY client, date, meta HAVING COUNT(*) > 1"""
    )
    return [f"twice: {row}" for row in [*map(tuple, keys), *map(tuple, files), *map(tuple, runs)]]
