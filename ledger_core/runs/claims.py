"""Claims: the entries that a bank line is, each with what it moves on the line's bank."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ledger_core.journal.append import Claim
from ledger_core.runs.three_way import account_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ledger_core.accounting.agency import Bank
    from ledger_core.journal.append import Batch


def claims_of(batch: Batch, bank: Bank, rows: Mapping[int, int], evidence: Mapping[int, Sequence[str]]) -> list[Claim]:
    """A claim for each row that moves its line's bank; ``rows`` are row → line, ``evidence`` line → texts."""
    moved = batch.sheet.moved(account_of(bank), bank.currency)
    return [
        Claim(line, bank.id, moved[row], evidence[line], row=row) for row, line in sorted(rows.items()) if row in moved
    ]
