"""The refusals that live in the database itself, so that a raw SQL session meets them too.

SQLite's ``INSERT OR REPLACE`` deletes without firing delete triggers, so every guard on inserts also
asks whether a row stands at the same key (DESIGN decision 6); where the key ascends, that it is above all
sealed ones says the same.  Guards say what is allowed, and a NULL is not: a missing row can never make one pass.

Guards on inserts end in RAISE(FAIL), not ABORT: for the latter SQLite copies every page that a statement
touches, which costs more than all guards together.  FAIL refuses the row just as well; of a statement over
several rows it leaves the lawful ones before it, in a batch that is still open.
"""

from __future__ import annotations

from sqlalchemy import UniqueConstraint

from ledger_core.journal import schema

_OPEN = "EXISTS (SELECT 1 FROM batch WHERE id = NEW.batch AND sealed = 0)"
_LATER = "> (SELECT sealed_through FROM head)"
_ALLOWED = {
    "entry": f"{_OPEN} AND NEW.id = (SELECT COALESCE(MAX(id), 0) + 1 FROM entry)",
    "posting": f"NEW.entry {_LATER} AND EXISTS (SELECT 1 FROM batch WHERE sealed = 0)",
    "reversal": f"{_OPEN} AND NEW.entry {_LATER}",
    "person": f"{_OPEN} AND NEW.erased_on IS NULL AND NEW.erased_by IS NULL"
    f" AND (NEW.id NOT LIKE 'entry:%' OR CAST(SUBSTR(NEW.id, 7) AS INTEGER) {_LATER})",
    "setting": "0",
    "user": "1",
    "audit": "1",
}
"""When a row may come in; a table that is not named takes rows of the one open batch."""


_ASCENDING = ("entry", "posting")
"""Tables of which ``_ALLOWED`` lets only keys above all sealed ones in."""


def _guard(table: str, verb: str, allowed: str, what: str) -> str:
    raised = "FAIL" if verb == "INSERT" else "ABORT"
    return (
        f'CREATE TRIGGER guard_{table}_{verb.lower()} BEFORE {verb} ON "{table}" WHEN NOT COALESCE({allowed}, 0) '
        f"BEGIN SELECT RAISE({raised}, 'SEALED: {what}'); END"
    )


def _keys(table: str) -> list[tuple[str, ...]]:
    declared = schema.metadata.tables[table]
    keys = [tuple(column.name for column in declared.primary_key.columns)]
    unique = [constraint for constraint in declared.constraints if isinstance(constraint, UniqueConstraint)]
    return keys + [tuple(column.name for column in constraint.columns) for constraint in unique]


def _insert_guard(table: str) -> str:
    """Rows come only into the one open batch, and never in the place of another row."""
    keys = _keys(table)[1 if table in _ASCENDING else 0 :]
    free = [
        f'NOT EXISTS (SELECT 1 FROM "{table}" WHERE ' + " AND ".join(f'"{name}" = NEW."{name}"' for name in key) + ")"
        for key in keys
    ]
    what = f"a row of {table} is refused: no open batch for it, or its key is taken"
    return _guard(table, "INSERT", " AND ".join([_ALLOWED.get(table, _OPEN), *free]), what)


_ERASED = (
    "NEW.id = OLD.id AND NEW.batch = OLD.batch AND NEW.digest = OLD.digest AND OLD.erased_on IS NULL"
    " AND NEW.salt IS NULL AND NEW.text IS NULL AND NEW.erased_on IS NOT NULL AND NEW.erased_by IS NOT NULL"
)
_BORN = (
    "NEW.sealed = 0 AND NOT EXISTS (SELECT 1 FROM batch WHERE sealed = 0)"
    " AND NEW.id = (SELECT batch + 1 FROM head) AND NEW.parent = (SELECT digest FROM head)"
)
_SEALED = (
    "OLD.sealed = 0 AND NEW.sealed = 1 AND NEW.id = OLD.id AND NEW.kind = OLD.kind AND NEW.acted_on = OLD.acted_on"
    " AND NEW.recorded_at = OLD.recorded_at AND NEW.actor = OLD.actor AND NEW.parent = OLD.parent"
    " AND NEW.parent = (SELECT digest FROM head) AND NEW.content IS NOT NULL AND NEW.head IS NOT NULL"
)
_MOVED = (
    "NEW.one = OLD.one AND NEW.batch = OLD.batch + 1 AND NEW.sealed_through >= OLD.sealed_through"
    " AND EXISTS (SELECT 1 FROM batch WHERE id = NEW.batch AND sealed = 1 AND head = NEW.digest)"
)
_CHANGES = (
    _guard("person", "UPDATE", _ERASED, "a private text can only be erased, by name and date"),
    _guard("person", "DELETE", "0", "a private text is erased, its row stays"),
    _guard("batch", "INSERT", _BORN, "a batch is born open, one at a time, next in number"),
    _guard("batch", "UPDATE", _SEALED, "a batch is sealed once and never changed"),
    _guard("batch", "DELETE", "0", "a batch is never deleted"),
    _guard("head", "INSERT", "NOT EXISTS (SELECT 1 FROM head)", "there is one head"),
    _guard("head", "UPDATE", _MOVED, "the head only moves up, with its batch"),
    _guard("head", "DELETE", "0", "the head is never deleted"),
)

_AT_THE_SEAL = """
CREATE TRIGGER guard_batch_seal BEFORE UPDATE ON batch WHEN NEW.sealed = 1
BEGIN
  SELECT RAISE(ABORT, 'UNBALANCED: an entry does not sum to zero in each fund and currency')
   WHERE EXISTS (SELECT 1 FROM posting WHERE entry > (SELECT sealed_through FROM head)
                 GROUP BY entry, fund, currency HAVING SUM(amount) <> 0);
  SELECT RAISE(ABORT, 'FOREIGN: a posting is not of its entry, batch, account, fund or bank, or no whole number')
   WHERE EXISTS (SELECT 1 FROM posting p LEFT JOIN account a ON a.id = p.account
                                         LEFT JOIN entry e ON e.id = p.entry
                 WHERE p.entry > (SELECT sealed_through FROM head)
                   AND (a.id IS NULL OR a.fund <> p.fund OR a.currency <> p.currency
                        OR e.id IS NULL OR e.batch <> NEW.id
                        OR typeof(p.amount) <> 'integer' OR (p.fund = 'trust') <> (p.bank <> '')));
END
"""
_ONCE_SEALED = """
CREATE TRIGGER guard_batch_sealed AFTER UPDATE ON batch WHEN NEW.sealed = 1 AND OLD.sealed = 0
BEGIN
  UPDATE head SET batch = NEW.id, digest = NEW.head,
         sealed_through = MAX(sealed_through, COALESCE((SELECT MAX(id) FROM entry), 0));
END
"""
_ONCE_ERASED = """
CREATE TRIGGER guard_person_erased AFTER UPDATE ON person WHEN NEW.id LIKE 'entry:%'
BEGIN
  UPDATE line_state SET disposition = 'unidentified', suggestions = ''
   WHERE suggestions <> '' AND line = (SELECT line FROM entry WHERE id = CAST(SUBSTR(NEW.id, 7) AS INTEGER));
END
"""


def guards() -> list[str]:
    """The statements that make SQLite refuse, and erase what was derived from an erased text."""
    made = [*_CHANGES, _AT_THE_SEAL.strip(), _ONCE_SEALED.strip(), _ONCE_ERASED.strip()]
    for table in schema.APPEND_ONLY:
        made.append(_insert_guard(table))
        if table != "person":
            made += [_guard(table, verb, "0", f"{table} is only ever added to") for verb in ("UPDATE", "DELETE")]
    return made
