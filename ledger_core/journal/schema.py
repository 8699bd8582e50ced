"""The journal's tables (DESIGN, "What the journal stores").

Money is in minor units, dates are ISO text, digests are bytes.  Tables in ``CHAINED`` are only ever
added to, and every row of theirs is hashed into the chain of its batch; those under "derived" are
functions of the others and can be rebuilt (DESIGN decision 8).  A text key gets no hidden rowid, through
which a row could be replaced unseen.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

REVISION = "0002"
"""Of the tables, the latest in ``migrations``; a journal says which one it has."""

metadata = MetaData()


_INT = Integer().with_variant(BigInteger(), "postgresql")
_TEXT = Text().with_variant(Text(collation="C"), "postgresql")
"""Ordered by code points, whatever language the database speaks."""


def _int(name: str, *, key: bool = False, null: bool = False) -> Column[Any]:
    return Column(name, _INT, primary_key=key, nullable=null, autoincrement=False)


def _text(name: str, *, key: bool = False, null: bool = False) -> Column[Any]:
    return Column(name, _TEXT, primary_key=key, nullable=null)


def _texts(*names: str) -> list[Column[Any]]:
    return [_text(name) for name in names]


def _ints(*names: str) -> list[Column[Any]]:
    return [_int(name) for name in names]


def _where(condition: str) -> dict[str, Any]:
    """An index of the rows that meet a condition."""
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


def _bytes(name: str, *, null: bool = False) -> Column[Any]:
    return Column(name, LargeBinary, nullable=null)


migration = Table(  # as alembic keeps it
    "migration",
    metadata,
    Column("version_num", String(32), nullable=False),
    PrimaryKeyConstraint("version_num", name="migration_pkc"),
)
setting = Table("setting", metadata, _text("name", key=True), _text("value"), sqlite_with_rowid=False)

account = Table(
    "account",
    metadata,
    _int("id", key=True),
    _int("batch"),
    *_texts("name", "currency", "fund"),
    _bytes("row_digest"),
    UniqueConstraint("name", "currency"),
)

# --- batches and entries

batch = Table(
    "batch",
    metadata,
    _int("id", key=True),
    *_texts("kind", "acted_on", "recorded_at", "actor"),
    _bytes("parent"),
    _text("content", null=True),  # what it added: see chain.py
    _bytes("head", null=True),
    _int("sealed"),
    Index("batch_open", "sealed", **_where("sealed = 0")),
)
head = Table("head", metadata, _int("one", key=True), _int("batch"), _int("sealed_through"), _bytes("digest"))

entry = Table(
    "entry",
    metadata,
    _int("id", key=True),
    _int("batch"),
    _text("event"),
    _text("date"),  # posting date
    _text("effective"),  # empty where it is the posting date
    _text("client"),
    _text("case_id"),
    _int("line", null=True),  # the statement line whose money it moves
    _text("bank"),
    _int("terms", null=True),
    _int("rule", null=True),
    _int("base"),  # commission base of a receipt; negative on its return
    _text("meta"),  # public texts, canonical JSON
    _text("key", null=True),  # idempotency
    _bytes("public"),
    _bytes("digest"),
    _bytes("row_digest"),
    UniqueConstraint("key"),
    Index("entry_case", "case_id"),
    Index("entry_client_event", "client", "event"),
    Index("entry_date", "date"),
    Index("entry_line", "line"),
    Index("entry_batch", "batch"),
)
posting = Table(
    "posting",
    metadata,
    _int("entry", key=True),
    _int("number", key=True),
    _text("fund"),
    _int("account"),
    _text("bank"),
    _int("amount"),
    _text("currency"),
    _text("item"),  # case:…, line:… or client:… of money that is one debtor's, one line's or one client's
    Index("posting_item", "item", **_where("item <> ''")),
    sqlite_with_rowid=False,
    postgresql_partition_by="RANGE (entry)",  # a partition a month: see postgres.py
)
reversal = Table(
    "reversal",
    metadata,
    _int("reversed", key=True),  # at most once: invariant 9
    _int("entry"),
    _int("batch"),
    Index("reversal_entry", "entry"),
)

# --- facts

person = Table(  # texts that can name a person, erasable; id is case:…, line:…, entry:…, draft:…, review:…
    "person",
    metadata,
    _text("id", key=True),
    _int("batch"),
    _bytes("salt", null=True),
    _text("text", null=True),
    _bytes("digest"),
    _text("erased_on", null=True),
    _text("erased_by", null=True),
    sqlite_with_rowid=False,
)
cases = Table(
    "cases",
    metadata,
    _text("id", key=True),
    _int("batch"),
    *_texts("client", "currency", "placed_on"),
    _text("age_from"),  # delinquency, else placement
    *_texts("debtor", "asset_type", "stage", "level", "placement_batch", "interest_rate", "day_count", "place"),
    *_ints("placed_amount", "costs_advanced", "collected_to_date"),
    _bytes("row_digest"),
    sqlite_with_rowid=False,
)
case_change = Table(  # a case from a day on; empty where it stays as it was
    "case_change",
    metadata,
    _int("id", key=True),
    _int("batch"),
    *_texts("case_id", "effective", "stage", "asset_type", "level", "interest_rate", "place"),
    _bytes("row_digest"),
    Index("case_change_case", "case_id"),
)
promise = Table(  # a payment plan (every month or week, from first to last day), or one promised payment
    "promise",
    metadata,
    _int("id", key=True),
    _int("batch"),
    _text("case_id"),
    _text("event"),
    _int("amount"),
    _text("first"),
    _text("last"),
    _text("every"),  # month | week | empty
    _bytes("row_digest"),
    Index("promise_case", "case_id"),
)
terms = Table(
    "terms",
    metadata,
    _int("id", key=True),
    _int("batch"),
    *_texts("digest", "client", "effective", "document"),
    _bytes("row_digest"),
    UniqueConstraint("digest"),
)
file = Table(
    "file",
    metadata,
    _int("id", key=True),
    _int("batch"),
    _text("sha256"),
    _text("kind"),
    _text("archive"),  # path below archive/
    _bytes("row_digest"),
    UniqueConstraint("sha256"),
)
statement = Table(
    "statement",
    metadata,
    _int("id", key=True),
    _int("batch"),
    _int("file"),
    *_texts("bank", "number", "date_from", "date_to"),
    _int("opening", null=True),
    _int("closing", null=True),
    _text("currency"),
    _bytes("row_digest"),
    Index("statement_bank", "bank", "date_to"),
)
statement_line = Table(
    "statement_line",
    metadata,
    _int("id", key=True),
    _int("batch"),
    _int("statement"),
    _text("bank"),
    _text("date"),
    _int("amount"),
    _text("method"),
    _text("identity"),
    _int("occurrence"),  # equal lines counted
    _bytes("row_digest"),
    UniqueConstraint("bank", "identity", "occurrence"),
    Index("statement_line_date", "bank", "date"),
)
claim = Table(  # a line and an entry that are the same money; a release takes it back
    "claim",
    metadata,
    _int("id", key=True),
    *_ints("batch", "line", "entry"),
    _text("bank"),
    _int("amount"),
    _text("evidence"),
    _text("actor"),
    _bytes("row_digest"),
    Index("claim_line", "line"),
    Index("claim_entry", "entry"),
)
release = Table("release", metadata, _int("claim", key=True), _int("batch"), _text("actor"), _bytes("row_digest"))
exclusion = Table(
    "exclusion",
    metadata,
    _int("id", key=True),
    _int("batch"),
    _int("line"),
    _text("reason"),  # empty: the exclusion is lifted
    _text("actor"),
    _bytes("row_digest"),
    Index("exclusion_line", "line"),
)
document = Table(
    "document",
    metadata,
    _text("number", key=True),
    _int("batch"),
    _text("kind"),  # fee | invoice | credit_note
    *_texts("client", "currency", "date", "period_from", "period_to"),
    *_ints("commission", "vat", "amount"),
    _text("names"),  # the document that a credit note corrects
    _int("entry"),
    _bytes("row_digest"),
    Index("document_client", "client", "date"),
    sqlite_with_rowid=False,
)
period = Table(
    "period",
    metadata,
    _text("month", key=True),
    _int("batch"),
    _text("closed_on"),
    _text("actor"),
    _bytes("row_digest"),
    sqlite_with_rowid=False,
)
draft = Table(  # what a person entered and a second one must approve; nothing of it is posted
    "draft",
    metadata,
    _int("id", key=True),
    _int("batch"),
    _text("command"),  # which action does it
    _text("event"),
    _text("date"),  # of the event; of a run the day of acting
    _text("payload"),  # the command's columns, canonical JSON; those that can name a person are in `person`
    _text("figures"),  # what it would have posted, canonical JSON
    _int("amount"),
    _text("currency"),
    _text("entered_by"),
    _text("entered_on"),  # the day of acting
    _text("key", null=True),  # idempotency, as the entry's would be
    _bytes("row_digest"),
    Index("draft_key", "key"),
)
review = Table(  # the reason of a rejection is in `person`
    "review",
    metadata,
    _int("draft", key=True),
    _int("batch"),
    _text("decision"),  # approved | rejected
    _text("actor"),
    _text("decided_on"),
    _bytes("row_digest"),
)
user = Table(
    "user",
    metadata,
    _text("name", key=True),
    _int("batch"),
    _text("role"),
    _text("password"),
    sqlite_with_rowid=False,
)
audit = Table(
    "audit",
    metadata,
    _int("id", key=True),
    *_texts("at", "actor", "action", "outcome", "detail"),
)

# --- derived

day_balance = Table(  # movement of an account on a day, per trust bank
    "day_balance",
    metadata,
    _int("account", key=True),
    _text("bank", key=True),
    _text("date", key=True),
    _int("movement"),
    sqlite_with_rowid=False,
)
case_balance = Table(
    "case_balance",
    metadata,
    _text("case_id", key=True),
    *_ints("principal", "interest", "fees", "court_costs", "advance", "advance_loss", "collected", "waived"),
    _text("finished_by"),
    sqlite_with_rowid=False,
)
item_balance = Table(  # DebtorRefund by case, Unidentified by line
    "item_balance",
    metadata,
    _int("account", key=True),
    _text("bank", key=True),
    _text("item", key=True),
    _int("amount"),
    sqlite_with_rowid=False,
)
held = Table(  # receipts on hold, until they are cleared or come back
    "held",
    metadata,
    _int("entry", key=True),
    _text("case_id"),
    _text("release"),
    _int("recovered"),  # what its clearing will repay of the agency's advance, and of what was written off of it
    _int("recovered_loss"),
    _int("gross"),  # the client's; what was overpaid is the debtor's at once, and needs no clearing
    _int("overpaid"),
    Index("held_case", "case_id"),
    Index("held_release", "release"),
)
open_movement = Table(  # what an entry of ours moved on a bank, until a statement line claims it
    "open_movement",
    metadata,
    _int("entry", key=True),
    _text("bank", key=True),
    _text("date"),
    _int("amount"),
    Index("open_movement_amount", "bank", "amount"),
    sqlite_with_rowid=False,
)
line_state = Table(
    "line_state",
    metadata,
    _int("line", key=True),
    _text("disposition"),
    _text("suggestions"),
    Index("line_state_disposition", "disposition"),
)
identifier = Table(  # key → case; a client's reference only as a keyed hash
    "identifier",
    metadata,
    _text("key", key=True),
    _text("case_id", key=True),
    _text("kind", key=True),
    sqlite_with_rowid=False,
)
allocation = Table(  # which receipt a remittance, offset or cure settled, first in, first out
    "allocation",
    metadata,
    _int("source", key=True),
    _int("target", key=True),
    _text("bank", key=True),
    _int("amount"),
    Index("allocation_target", "target"),
    sqlite_with_rowid=False,
)
publication = Table(  # the books as they were written last
    "publication",
    metadata,
    _text("path", key=True),
    _text("sha256"),
    _int("batch"),
    *_ints("size", "modified"),  # as the disk tells them, nanoseconds: of a file that stands nothing need be read
)
owed = Table(  # what trust owes more since a day, told from all legs but those that say so themselves
    "owed",
    metadata,
    _text("date", key=True),
    _text("currency", key=True),
    _int("amount"),
    sqlite_with_rowid=False,
)
displaced = Table("displaced", metadata, _int("claim", key=True))  # claims of a line and an entry of different days

CHAINED: dict[str, tuple[str, ...]] = {
    name: tuple(column.name for column in table.columns if column.name != "row_digest")
    for name, table in metadata.tables.items()
    if "row_digest" in table.columns
}
"""Tables whose rows the chain covers, and the columns that a ``row_digest`` is over: key and batch first."""

PRIVATE = {"cases": "case", "statement_line": "line", "draft": "draft", "review": "review"}
"""Tables whose ``row_digest`` also covers the commitment of the row's private text; ids in ``person``."""

APPEND_ONLY = (*CHAINED, "posting", "reversal", "person", "setting", "user", "audit")
"""Tables whose rows the database refuses to change or delete."""
