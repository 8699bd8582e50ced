"""The derived tables: functions of the others in ``schema``, which ``derived`` keeps and ``verify`` recomputes."""

from __future__ import annotations

from sqlalchemy import Index, MetaData, Table

from ledger_core.journal.columns import integer, integers, text

metadata = MetaData()

day_balance = Table(  # movement of an account on a day, per trust bank
    "day_balance",
    metadata,
    integer("account", key=True),
    text("bank", key=True),
    text("date", key=True),
    integer("movement"),
    sqlite_with_rowid=False,
)
case_balance = Table(
    "case_balance",
    metadata,
    text("case_id", key=True),
    *integers("principal", "interest", "fees", "court_costs", "advance", "advance_loss", "collected", "waived"),
    text("finished_by"),
    sqlite_with_rowid=False,
)
item_balance = Table(  # DebtorRefund by case, Unidentified by line
    "item_balance",
    metadata,
    integer("account", key=True),
    text("bank", key=True),
    text("item", key=True),
    integer("amount"),
    sqlite_with_rowid=False,
)
held = Table(  # receipts on hold, until they are cleared or come back
    "held",
    metadata,
    integer("entry", key=True),
    text("case_id"),
    text("release"),
    integer("recovered"),  # what its clearing will repay of the agency's advance, and of what was written off of it
    integer("recovered_loss"),
    integer("gross"),  # the client's; what was overpaid is the debtor's at once, and needs no clearing
    integer("overpaid"),
    Index("held_case", "case_id"),
    Index("held_release", "release"),
)
open_movement = Table(  # what an entry of ours moved on a bank, until a statement line claims it
    "open_movement",
    metadata,
    integer("entry", key=True),
    text("bank", key=True),
    text("date"),
    integer("amount"),
    Index("open_movement_amount", "bank", "amount"),
    sqlite_with_rowid=False,
)
line_state = Table(
    "line_state",
    metadata,
    integer("line", key=True),
    text("disposition"),
    text("suggestions"),
    Index("line_state_disposition", "disposition"),
)
identifier = Table(  # key → case; a client's reference only as a keyed hash
    "identifier",
    metadata,
    text("key", key=True),
    text("case_id", key=True),
    text("kind", key=True),
    sqlite_with_rowid=False,
)
allocation = Table(  # which receipt a remittance, offset or cure settled, first in, first out
    "allocation",
    metadata,
    integer("source", key=True),
    integer("target", key=True),
    text("bank", key=True),
    integer("amount"),
    Index("allocation_target", "target"),
    sqlite_with_rowid=False,
)
publication = Table(  # the books as they were written last
    "publication",
    metadata,
    text("path", key=True),
    text("sha256"),
    integer("batch"),
    *integers("size", "modified"),  # as the disk tells them, nanoseconds: of a file that stands nothing need be read
)
owed = Table(  # what trust owes more since a day, told from all legs but those that say so themselves
    "owed",
    metadata,
    text("date", key=True),
    text("currency", key=True),
    integer("amount"),
    sqlite_with_rowid=False,
)
displaced = Table("displaced", metadata, integer("claim", key=True))  # claims of a line and an entry of different days
