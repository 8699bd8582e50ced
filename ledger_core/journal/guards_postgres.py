"""The same refusals as in ``guards_sqlite``, in PostgreSQL's words.

Guards on inserts look at all rows of a statement at once: one for each row would cost as much as the insert
itself.  A key that is taken PostgreSQL refuses of itself, and it has no REPLACE; an upsert fires the guards on updates.
Every guard fires again on each partition, for a raw session may name one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ledger_core.journal import schema

if TYPE_CHECKING:
    from collections.abc import Sequence

PARTITIONED = "posting"

_REFUSE = "RAISE EXCEPTION USING ERRCODE = 'TS001', MESSAGE = '{}';"
_NO_BATCH = "SEALED: a row of ' || TG_TABLE_NAME || ' is refused: no open batch for it, or it is not next in number"


class Function(NamedTuple):
    """What a trigger calls, or our own code; ``definer``: it does what its caller may not."""

    name: str
    body: str
    definer: bool = False
    takes: str = ""
    returns: str = "TRIGGER"


class Trigger(NamedTuple):
    """When a function is called; ``fresh``: with all rows that one statement brought."""

    table: str
    name: str
    when: str
    function: str
    row: bool = False
    fresh: bool = False


def _unless(condition: str, what: str) -> str:
    return f"IF NOT COALESCE({condition}, FALSE) THEN {_REFUSE.format(what)} END IF;"


def _body(*statements: str, declare: str = "", ends: str = "RETURN NEW;") -> str:
    lines = "\n  ".join((*statements, ends))
    return f"{declare}BEGIN\n  {lines}\nEND"


_ALL_OF_BATCH = "NOT EXISTS (SELECT 1 FROM fresh WHERE batch IS DISTINCT FROM (SELECT id FROM batch WHERE sealed = 0))"
_LATER = "> (SELECT sealed_through FROM head)"
_NEVER = "RETURN NULL;"

# posting_YYYY_MM begins with the first entry of that month of acting and ends where the next one begins.
# Nobody waits for the cut: while somebody reads, it is left to a later batch.  A month that is far ahead is a slip of
# somebody's date, or a raw session's whim: it would be the last partition for years.
_OPEN_MONTH = """DECLARE latest TEXT; low TEXT; cut BIGINT; waits TEXT := current_setting('lock_timeout');
BEGIN
  IF wanted !~ '^posting_[0-9]{4}_(0[1-9]|1[0-2])$' THEN RAISE EXCEPTION '% is no month', wanted; END IF;
  PERFORM 1 FROM head FOR UPDATE;
  SELECT c.relname, SUBSTRING(pg_get_expr(c.relpartbound, c.oid) FROM 'FROM .(.*?). TO') INTO latest, low
    FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
   WHERE i.inhparent = 'posting'::regclass ORDER BY c.relname COLLATE "C" DESC LIMIT 1;
  SELECT COALESCE(MAX(id), 0) + 1 INTO cut FROM entry;
  IF wanted COLLATE "C" <= latest OR low = quote_literal(CAST(cut AS TEXT))
     OR wanted COLLATE "C" > to_char(now() + INTERVAL '1 month', '"posting_"YYYY_MM') THEN RETURN; END IF;
  BEGIN
    SET LOCAL lock_timeout = '50ms';
    EXECUTE format('ALTER TABLE posting DETACH PARTITION %I', latest);
    EXECUTE format('ALTER TABLE posting ATTACH PARTITION %I FOR VALUES FROM (%s) TO (%s)', latest, low, cut);
    EXECUTE format('CREATE TABLE %I PARTITION OF posting FOR VALUES FROM (%s) TO (MAXVALUE)', wanted, cut);
    PERFORM guard_partition(wanted);
  EXCEPTION WHEN lock_not_available OR object_in_use THEN NULL;
  END;
  PERFORM set_config('lock_timeout', waits, TRUE);
END"""
_GUARD_PARTITION = """DECLARE made TEXT;
BEGIN
  FOR made IN SELECT pg_get_triggerdef(oid) FROM pg_trigger
             WHERE tgrelid = 'posting'::regclass AND NOT tgisinternal LOOP
    EXECUTE regexp_replace(made, ' ON [^ ]+ ', format(' ON %I ', part));
  END LOOP;
END"""

FUNCTIONS = (
    Function("guard_partition", _GUARD_PARTITION, takes="part TEXT", returns="VOID"),
    Function("guard_kept", _body(_REFUSE.format("SEALED: ' || TG_TABLE_NAME || ' is only ever added to"), ends="")),
    Function("guard_in_batch", _body(_unless(_ALL_OF_BATCH, _NO_BATCH), ends=_NEVER)),
    Function(
        "guard_entry",
        _body(
            _unless(_ALL_OF_BATCH, _NO_BATCH),
            "SELECT MIN(id), MAX(id), COUNT(*) INTO first, last, found FROM fresh;",
            _unless(
                f"found = 0 OR (first {_LATER} AND last - first + 1 = found AND last = (SELECT MAX(id) FROM entry)"
                " AND (first = 1 OR EXISTS (SELECT 1 FROM entry WHERE id = first - 1)))",
                _NO_BATCH,
            ),
            declare="DECLARE first BIGINT; last BIGINT; found BIGINT;\n",
            ends=_NEVER,
        ),
    ),
    Function(
        "guard_posting",
        _body(
            _unless(
                "NOT EXISTS (SELECT 1 FROM fresh WHERE entry <= (SELECT sealed_through FROM head))"
                " AND EXISTS (SELECT 1 FROM batch WHERE sealed = 0)",
                _NO_BATCH,
            ),
            ends=_NEVER,
        ),
    ),
    Function(
        "guard_reversal",
        _body(
            _unless(_ALL_OF_BATCH, _NO_BATCH),
            _unless("NOT EXISTS (SELECT 1 FROM fresh WHERE entry <= (SELECT sealed_through FROM head))", _NO_BATCH),
            ends=_NEVER,
        ),
    ),
    Function(
        "guard_person",
        _body(
            _unless(_ALL_OF_BATCH, _NO_BATCH),
            _unless(
                "NOT EXISTS (SELECT 1 FROM fresh WHERE erased_on IS NOT NULL OR erased_by IS NOT NULL"
                " OR CASE WHEN id ~ '^entry:[0-9]{1,18}$' THEN CAST(SUBSTR(id, 7) AS BIGINT)"
                " <= (SELECT sealed_through FROM head) ELSE FALSE END)",
                _NO_BATCH,
            ),
            ends=_NEVER,
        ),
    ),
    Function(
        "guard_person_erased",
        _body(
            _unless(
                "NEW.id = OLD.id AND NEW.batch = OLD.batch AND NEW.digest = OLD.digest AND OLD.erased_on IS NULL"
                " AND NEW.salt IS NULL AND NEW.text IS NULL AND NEW.erased_on IS NOT NULL"
                " AND NEW.erased_by IS NOT NULL",
                "SEALED: a private text can only be erased, by name and date",
            ),
            # What was derived from the text goes with it.
            "UPDATE line_state SET disposition = 'unidentified', suggestions = '' WHERE suggestions <> '' AND line ="
            " (SELECT line FROM entry WHERE 'entry:' || id = NEW.id AND NEW.id LIKE 'entry:%');",
        ),
    ),
    Function(
        "guard_batch_born",
        _body(
            # Whoever comes second waits here, and then is not next.
            "SELECT * INTO now FROM head FOR UPDATE;",
            _unless(
                "NEW.sealed = 0 AND NOT EXISTS (SELECT 1 FROM batch WHERE sealed = 0)"
                " AND NEW.id = now.batch + 1 AND NEW.parent = now.digest",
                "SEALED: a batch is born open, one at a time, next in number",
            ),
            declare="DECLARE now head%ROWTYPE;\n",
        ),
        definer=True,
    ),
    Function(
        "guard_batch_sealed",
        _body(
            _unless(
                "OLD.sealed = 0 AND NEW.sealed = 1 AND NEW.id = OLD.id AND NEW.kind = OLD.kind"
                " AND NEW.acted_on = OLD.acted_on AND NEW.recorded_at = OLD.recorded_at AND NEW.actor = OLD.actor"
                " AND NEW.parent = OLD.parent AND NEW.parent = (SELECT digest FROM head)"
                " AND NEW.content IS NOT NULL AND NEW.head IS NOT NULL",
                "SEALED: a batch is sealed once and never changed",
            ),
            _unless(
                f"NOT EXISTS (SELECT 1 FROM posting WHERE entry {_LATER}"
                " GROUP BY entry, fund, currency HAVING SUM(amount) <> 0)",
                "UNBALANCED: an entry does not sum to zero in each fund and currency",
            ),
            _unless(
                "NOT EXISTS (SELECT 1 FROM posting p LEFT JOIN account a ON a.id = p.account"
                f" LEFT JOIN entry e ON e.id = p.entry WHERE p.entry {_LATER}"
                " AND (a.id IS NULL OR a.fund <> p.fund OR a.currency <> p.currency OR e.id IS NULL"
                " OR e.batch <> NEW.id OR (p.fund = 'trust') <> (p.bank <> '')))",
                "FOREIGN: a posting is not of its entry, batch, account, fund or bank",
            ),
        ),
    ),
    Function(
        "guard_head_follows",
        _body(
            "UPDATE head SET batch = NEW.id, digest = NEW.head,"
            " sealed_through = GREATEST(sealed_through, COALESCE((SELECT MAX(id) FROM entry), 0));",
            ends=_NEVER,
        ),
        definer=True,
    ),
    Function(
        "guard_head_moved",
        _body(
            _unless(
                "NEW.one = OLD.one AND NEW.batch = OLD.batch + 1 AND NEW.sealed_through >= OLD.sealed_through"
                " AND EXISTS (SELECT 1 FROM batch WHERE id = NEW.batch AND sealed = 1 AND head = NEW.digest)",
                "SEALED: the head only moves up, with its batch",
            )
        ),
    ),
    Function("open_month", _OPEN_MONTH, definer=True, takes="wanted TEXT", returns="VOID"),
)
"""By name; what is checked is what a raw session could do wrong, whoever it is."""

_EVERY_VERB = ("UPDATE", "DELETE", "TRUNCATE")
_INSERTED = {name: f"guard_{name}" for name in ("entry", "posting", "reversal", "person")}
_FREE = ("user", "audit")
"""Rows that belong to no batch."""


def _kept(table: str, verbs: Sequence[str] = _EVERY_VERB) -> list[Trigger]:
    return [Trigger(table, f"guard_{table}_{verb.lower()}", f"BEFORE {verb}", "guard_kept") for verb in verbs]


def _triggers() -> list[Trigger]:
    found = [
        *_kept("batch", ("DELETE", "TRUNCATE")),
        Trigger("batch", "guard_batch_insert", "BEFORE INSERT", "guard_batch_born", row=True),
        Trigger("batch", "guard_batch_update", "BEFORE UPDATE", "guard_batch_sealed", row=True),
        Trigger("batch", "guard_batch_sealed", "AFTER UPDATE", "guard_head_follows", row=True),
        *_kept("head", ("INSERT", "DELETE", "TRUNCATE")),
        Trigger("head", "guard_head_update", "BEFORE UPDATE", "guard_head_moved", row=True),
        *_kept("setting", ("INSERT",)),
        Trigger("person", "guard_person_update", "BEFORE UPDATE", "guard_person_erased", row=True),
    ]
    for table in schema.APPEND_ONLY:
        found += _kept(table, ("DELETE", "TRUNCATE") if table == "person" else _EVERY_VERB)
        if table not in {"setting", *_FREE}:
            function = _INSERTED.get(table, "guard_in_batch")
            found.append(Trigger(table, f"guard_{table}_insert", "AFTER INSERT", function, fresh=True))
    return sorted(found)


TRIGGERS = tuple(_triggers())


def preparations(place: str) -> list[str]:
    """The functions, and the first partition; ``place`` is the schema of the journal's tables, as SQL names it."""
    first = f"CREATE TABLE IF NOT EXISTS {PARTITIONED}_0000_00 PARTITION OF {PARTITIONED}"
    made = [sql for function in FUNCTIONS for sql in _function(function, place)]
    return [*made, f"{first} FOR VALUES FROM (MINVALUE) TO (MAXVALUE)"]


def _function(function: Function, place: str) -> tuple[str, str]:
    # Temporary tables would stand before the journal's, and a guard would ask the head that a session made itself.
    more = f"{'SECURITY DEFINER ' if function.definer else ''}SET search_path = {place}, pg_temp"
    head = f"{function.name}({function.takes}) RETURNS {function.returns} LANGUAGE plpgsql {more}"
    return (
        f"CREATE OR REPLACE FUNCTION {head} AS $guard${function.body}$guard$",
        # A trigger calls its function whoever fires it; nobody is to make triggers of his own with it.
        f"REVOKE ALL ON FUNCTION {function.name}({function.takes}) FROM PUBLIC",
    )


def statement(trigger: Trigger) -> str:
    """The trigger as it is made, in the words in which PostgreSQL gives it back."""
    fresh = "REFERENCING NEW TABLE AS fresh " if trigger.fresh else ""
    each = "ROW" if trigger.row else "STATEMENT"
    return (
        f'CREATE TRIGGER {trigger.name} {trigger.when} ON "{trigger.table}" {fresh}FOR EACH {each}'
        f" EXECUTE FUNCTION {trigger.function}()"
    )
