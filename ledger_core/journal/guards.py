"""The refusals that live in the database itself, so that a raw SQL session meets them too.

SQLite's ``INSERT OR REPLACE`` deletes without firing delete triggers, so every guard on inserts also
asks whether a sealed row stands at the same key (DESIGN decision 6).
"""

from __future__ import annotations

from sqlalchemy import UniqueConstraint

from ledger_core.journal import schema

_REFUSED = "SELECT RAISE(ABORT, 'SEALED: {what}')"


def _unique_keys(table: str) -> list[tuple[str, ...]]:
    declared = schema.metadata.tables[table]
    keys = [tuple(column.name for column in declared.primary_key.columns)]
    keys += [
        tuple(column.name for column in constraint.columns)
        for constraint in declared.constraints
        if isinstance(constraint, UniqueConstraint)
    ]
    return keys


def _insert_guard(table: str) -> str:
    """Rows come only into the one open batch, and never in the place of another row."""
    taken = " OR ".join(
        f'EXISTS (SELECT 1 FROM "{table}" WHERE ' + " AND ".join(f"{key} = NEW.{key}" for key in keys) + ")"  # noqa: S608
        for keys in _unique_keys(table)
    )
    late = {
        "posting": "NEW.entry <= (SELECT sealed_through FROM head)"
        " OR NOT EXISTS (SELECT 1 FROM batch WHERE sealed = 0)",
        "account": "0",
        "user": "0",
        "audit": "0",
    }.get(table, "NOT EXISTS (SELECT 1 FROM batch WHERE id = NEW.batch AND sealed = 0)")
    if table == "entry":
        late += " OR NEW.id <= (SELECT sealed_through FROM head)"
    return (
        f'CREATE TRIGGER guard_{table}_insert BEFORE INSERT ON "{table}" WHEN {late} OR {taken} BEGIN '
        + _REFUSED.format(what=f"a row of {table} is refused: no open batch for it, or its key is taken")
        + "; END"
    )


def _change_guards(table: str) -> list[str]:
    return [
        f'CREATE TRIGGER guard_{table}_{verb.lower()} BEFORE {verb} ON "{table}" BEGIN '
        + _REFUSED.format(what=f"{table} is only ever added to")
        + "; END"
        for verb in ("UPDATE", "DELETE")
    ]


_ERASE = """
CREATE TRIGGER guard_person_update BEFORE UPDATE ON person
WHEN NOT (NEW.id = OLD.id AND NEW.batch = OLD.batch AND NEW.digest = OLD.digest AND OLD.erased_on IS NULL
          AND NEW.salt IS NULL AND NEW.text IS NULL AND NEW.erased_on IS NOT NULL AND NEW.erased_by IS NOT NULL)
BEGIN SELECT RAISE(ABORT, 'SEALED: a private text can only be erased, by name and date'); END
"""

_BATCH = (
    """
CREATE TRIGGER guard_batch_insert BEFORE INSERT ON batch
WHEN NEW.sealed <> 0 OR EXISTS (SELECT 1 FROM batch WHERE sealed = 0) OR NEW.id <> (SELECT batch + 1 FROM head)
BEGIN SELECT RAISE(ABORT, 'SEALED: a batch is born open, one at a time, next in number'); END
""",
    """
CREATE TRIGGER guard_batch_update BEFORE UPDATE ON batch
WHEN NOT (OLD.sealed = 0 AND NEW.sealed = 1 AND NEW.id = OLD.id AND NEW.kind = OLD.kind
          AND NEW.acted_on = OLD.acted_on AND NEW.recorded_at = OLD.recorded_at AND NEW.actor = OLD.actor
          AND NEW.parent = OLD.parent AND NEW.parent = (SELECT digest FROM head)
          AND NEW.content IS NOT NULL AND NEW.head IS NOT NULL)
BEGIN SELECT RAISE(ABORT, 'SEALED: a batch is sealed once and never changed'); END
""",
    """
CREATE TRIGGER guard_batch_seal BEFORE UPDATE ON batch WHEN NEW.sealed = 1
BEGIN
  SELECT RAISE(ABORT, 'UNBALANCED: an entry does not sum to zero in each fund and currency')
   WHERE EXISTS (SELECT 1 FROM posting WHERE entry > (SELECT sealed_through FROM head)
                 GROUP BY entry, fund, currency HAVING SUM(amount) <> 0);
  SELECT RAISE(ABORT, 'FOREIGN: a posting names another fund or currency than its account, or no entry of the batch')
   WHERE EXISTS (SELECT 1 FROM posting p LEFT JOIN account a ON a.id = p.account
                                         LEFT JOIN entry e ON e.id = p.entry
                 WHERE p.entry > (SELECT sealed_through FROM head)
                   AND (a.id IS NULL OR a.fund <> p.fund OR a.currency <> p.currency
                        OR e.id IS NULL OR e.batch <> NEW.id));
END
""",
    """
CREATE TRIGGER guard_batch_sealed AFTER UPDATE ON batch WHEN NEW.sealed = 1 AND OLD.sealed = 0
BEGIN
  UPDATE head SET batch = NEW.id, digest = NEW.head,
         sealed_through = MAX(sealed_through, COALESCE((SELECT MAX(id) FROM entry), 0));
END
""",
    (
        "CREATE TRIGGER guard_batch_delete BEFORE DELETE ON batch "
        "BEGIN SELECT RAISE(ABORT, 'SEALED: a batch is never deleted'); END"
    ),
    (
        "CREATE TRIGGER guard_head_insert BEFORE INSERT ON head WHEN EXISTS (SELECT 1 FROM head) "
        "BEGIN SELECT RAISE(ABORT, 'SEALED: there is one head'); END"
    ),
    (
        "CREATE TRIGGER guard_head_delete BEFORE DELETE ON head "
        "BEGIN SELECT RAISE(ABORT, 'SEALED: the head is never deleted'); END"
    ),
    """
CREATE TRIGGER guard_head_update BEFORE UPDATE ON head
WHEN NOT (NEW.one = OLD.one AND NEW.batch = OLD.batch + 1 AND NEW.sealed_through >= OLD.sealed_through
          AND EXISTS (SELECT 1 FROM batch WHERE id = NEW.batch AND sealed = 1 AND head = NEW.digest))
BEGIN SELECT RAISE(ABORT, 'SEALED: the head only moves up, with its batch'); END
""",
)


def sqlite_guards() -> list[str]:
    """The statements that make SQLite refuse."""
    guards = [*_BATCH, _ERASE]
    for table in schema.APPEND_ONLY:
        guards.append(_insert_guard(table))
        changes = _change_guards(table)
        guards += changes[1:] if table == "person" else changes
    return guards
