"""The journal's tables (DESIGN, "What the journal stores").

Money is in minor units, dates are ISO text, digests are bytes.  Tables in ``CHAINED`` are only ever
added to, and every row of theirs is hashed into the chain of its batch; those in ``schema_derived`` are
functions of the others and can be rebuilt (DESIGN decision 8).
"""

from __future__ import annotations

from sqlalchemy import Column, Index, PrimaryKeyConstraint, String, Table, UniqueConstraint

from ledger_core.journal import schema_derived
from ledger_core.journal.columns import binary, integer, integers, text, texts, where

REVISION = "0002"
"""Of the tables, the latest in ``migrations``; a journal says which one it has."""

metadata = schema_derived.metadata
"""Of all tables, the derived ones too."""

migration = Table(  # as alembic keeps it
    "migration",
    metadata,
    Column("version_num", String(32), nullable=False),
    PrimaryKeyConstraint("version_num", name="migration_pkc"),
)
setting = Table("setting", metadata, text("name", key=True), text("value"), sqlite_with_rowid=False)

account = Table(
    "account",
    metadata,
    integer("id", key=True),
    integer("batch"),
    *texts("name", "currency", "fund"),
    binary("row_digest"),
    UniqueConstraint("name", "currency"),
)

# --- batches and entries

batch = Table(
    "batch",
    metadata,
    integer("id", key=True),
    *texts("kind", "acted_on", "recorded_at", "actor"),
    binary("parent"),
    text("content", null=True),  # what it added: see chain.py
    binary("head", null=True),
    integer("sealed"),
    Index("batch_open", "sealed", **where("sealed = 0")),
)
head = Table("head", metadata, integer("one", key=True), integer("batch"), integer("sealed_through"), binary("digest"))

entry = Table(
    "entry",
    metadata,
    integer("id", key=True),
    integer("batch"),
    text("event"),
    text("date"),  # posting date
    text("effective"),  # empty where it is the posting date
    text("client"),
    text("case_id"),
    integer("line", null=True),  # the statement line whose money it moves
    text("bank"),
    integer("terms", null=True),
    integer("rule", null=True),
    integer("base"),  # commission base of a receipt; negative on its return
    text("meta"),  # public texts, canonical JSON
    text("key", null=True),  # idempotency
    binary("public"),
    binary("digest"),
    binary("row_digest"),
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
    integer("entry", key=True),
    integer("number", key=True),
    text("fund"),
    integer("account"),
    text("bank"),
    integer("amount"),
    text("currency"),
    text("item"),  # case:…, line:… or client:… of money that is one debtor's, one line's or one client's
    Index("posting_item", "item", **where("item <> ''")),
    sqlite_with_rowid=False,
    postgresql_partition_by="RANGE (entry)",  # a partition a month: see postgres.py
)
reversal = Table(
    "reversal",
    metadata,
    integer("reversed", key=True),  # at most once: invariant 9
    integer("entry"),
    integer("batch"),
    Index("reversal_entry", "entry"),
)

# --- facts

person = Table(  # texts that can name a person, erasable; id is case:…, line:…, entry:…, draft:…, review:…
    "person",
    metadata,
    text("id", key=True),
    integer("batch"),
    binary("salt", null=True),
    text("text", null=True),
    binary("digest"),
    text("erased_on", null=True),
    text("erased_by", null=True),
    sqlite_with_rowid=False,
)
cases = Table(
    "cases",
    metadata,
    text("id", key=True),
    integer("batch"),
    *texts("client", "currency", "placed_on"),
    text("age_from"),  # delinquency, else placement
    *texts("debtor", "asset_type", "stage", "level", "placement_batch", "interest_rate", "day_count", "place"),
    *integers("placed_amount", "costs_advanced", "collected_to_date"),
    binary("row_digest"),
    sqlite_with_rowid=False,
)
case_change = Table(  # a case from a day on; empty where it stays as it was
    "case_change",
    metadata,
    integer("id", key=True),
    integer("batch"),
    *texts("case_id", "effective", "stage", "asset_type", "level", "interest_rate", "place"),
    binary("row_digest"),
    Index("case_change_case", "case_id"),
)
promise = Table(  # a payment plan (every month or week, from first to last day), or one promised payment
    "promise",
    metadata,
    integer("id", key=True),
    integer("batch"),
    text("case_id"),
    text("event"),
    integer("amount"),
    text("first"),
    text("last"),
    text("every"),  # month | week | empty
    binary("row_digest"),
    Index("promise_case", "case_id"),
)
terms = Table(
    "terms",
    metadata,
    integer("id", key=True),
    integer("batch"),
    *texts("digest", "client", "effective", "document"),
    binary("row_digest"),
    UniqueConstraint("digest"),
)
file = Table(
    "file",
    metadata,
    integer("id", key=True),
    integer("batch"),
    text("sha256"),
    text("kind"),
    text("archive"),  # path below archive/
    binary("row_digest"),
    UniqueConstraint("sha256"),
)
statement = Table(
    "statement",
    metadata,
    integer("id", key=True),
    integer("batch"),
    integer("file"),
    *texts("bank", "number", "date_from", "date_to"),
    integer("opening", null=True),
    integer("closing", null=True),
    text("currency"),
    binary("row_digest"),
    Index("statement_bank", "bank", "date_to"),
)
statement_line = Table(
    "statement_line",
    metadata,
    integer("id", key=True),
    integer("batch"),
    integer("statement"),
    text("bank"),
    text("date"),
    integer("amount"),
    text("method"),
    text("identity"),
    integer("occurrence"),  # equal lines counted
    binary("row_digest"),
    UniqueConstraint("bank", "identity", "occurrence"),
    Index("statement_line_date", "bank", "date"),
)
claim = Table(  # a line and an entry that are the same money; a release takes it back
    "claim",
    metadata,
    integer("id", key=True),
    *integers("batch", "line", "entry"),
    text("bank"),
    integer("amount"),
    text("evidence"),
    text("actor"),
    binary("row_digest"),
    Index("claim_line", "line"),
    Index("claim_entry", "entry"),
)
release = Table("release", metadata, integer("claim", key=True), integer("batch"), text("actor"), binary("row_digest"))
exclusion = Table(
    "exclusion",
    metadata,
    integer("id", key=True),
    integer("batch"),
    integer("line"),
    text("reason"),  # empty: the exclusion is lifted
    text("actor"),
    binary("row_digest"),
    Index("exclusion_line", "line"),
)
document = Table(
    "document",
    metadata,
    text("number", key=True),
    integer("batch"),
    text("kind"),  # fee | invoice | credit_note
    *texts("client", "currency", "date", "period_from", "period_to"),
    *integers("commission", "vat", "amount"),
    text("names"),  # the document that a credit note corrects
    integer("entry"),
    binary("row_digest"),
    Index("document_client", "client", "date"),
    sqlite_with_rowid=False,
)
period = Table(
    "period",
    metadata,
    text("month", key=True),
    integer("batch"),
    text("closed_on"),
    text("actor"),
    binary("row_digest"),
    sqlite_with_rowid=False,
)
draft = Table(  # what a person entered and a second one must approve; nothing of it is posted
    "draft",
    metadata,
    integer("id", key=True),
    integer("batch"),
    text("command"),  # which action does it
    text("event"),
    text("date"),  # of the event; of a run the day of acting
    text("payload"),  # the command's columns, canonical JSON; those that can name a person are in `person`
    text("figures"),  # what it would have posted, canonical JSON
    integer("amount"),
    text("currency"),
    text("entered_by"),
    text("entered_on"),  # the day of acting
    text("key", null=True),  # idempotency, as the entry's would be
    binary("row_digest"),
    Index("draft_key", "key"),
)
review = Table(  # the reason of a rejection is in `person`
    "review",
    metadata,
    integer("draft", key=True),
    integer("batch"),
    text("decision"),  # approved | rejected
    text("actor"),
    text("decided_on"),
    binary("row_digest"),
)
user = Table(
    "user",
    metadata,
    text("name", key=True),
    integer("batch"),
    text("role"),
    text("password"),
    sqlite_with_rowid=False,
)
audit = Table(
    "audit",
    metadata,
    integer("id", key=True),
    *texts("at", "actor", "action", "outcome", "detail"),
)

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
