"""Who may do what in a PostgreSQL journal: an application role that our commands act as, and an auditor who reads.

The owner makes them by a script.  What a role has is what its commands need: the guards hold the rest, and hold
the owner too, but an owner can take them away.  The auditor sees what is sealed.  ``verify`` holds what the database
grants against what the script grants; which roles there are, the policies say.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ledger_core.journal import schema

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sqlalchemy import Connection

APPLICATION, AUDITOR = "application", "auditor"
"""The names of the policies; each is for the role of that name."""

_NAME_BYTES = 63
_DERIVED = (
    "day_balance",
    "case_balance",
    "item_balance",
    "held",
    "open_movement",
    "line_state",
    "identifier",
    "allocation",
    "publication",
    "owed",
    "displaced",
)
_UNWRITTEN = ("head", "setting", "migration", "user")
"""Tables that no command of a workspace adds to: they are of the journal's making."""

_SET = {
    "batch": ("content", "head", "sealed"),  # by the seal
    "person": ("erased_by", "erased_on", "salt", "text"),  # by an erasure
    "head": ("one",),  # to lock it; the guards refuse any change of it
}
_HIDDEN = {"line_state": ("suggestions",), "person": ("salt", "text"), "user": ("password",)}
"""What an auditor does not read."""

_TEXTS = ("line_state", "person")
"""Where private texts are, and what was derived from them: these can be granted."""

_SEALED = "({0} <= ( SELECT head.{1} FROM head))"
_CALLED = ("open_month",)


def _sealed(table: str) -> str:
    """Which rows of a table are sealed, in the words in which PostgreSQL gives it back; nothing if all are."""
    if table == "posting":
        return _SEALED.format("entry", "sealed_through")
    if table in {*_DERIVED, *_UNWRITTEN} or table not in {*schema.APPEND_ONLY, "batch"} or table == "audit":
        return ""
    return _SEALED.format("id" if table == "batch" else "batch", "batch")


def _tables() -> Iterator[str]:
    yield from sorted(schema.metadata.tables)


def _policed() -> Iterator[str]:
    """Tables of which an auditor sees some rows."""
    yield from (table for table in _tables() if _sealed(table))


def _verbs(table: str) -> list[str]:
    """What the application does with a whole table."""
    if table in _DERIVED:
        return ["DELETE", "INSERT", "SELECT", "UPDATE"]
    return ["SELECT"] if table in _UNWRITTEN else ["INSERT", "SELECT"]


def _shown(table: str, *, texts: bool) -> list[str]:
    """The columns of a table of which an auditor does not see all; of any other nothing."""
    hidden = () if texts and table in _TEXTS else _HIDDEN.get(table, ())
    return [column.name for column in schema.metadata.tables[table].columns if column.name not in hidden and hidden]


def unfit(name: str) -> str:
    """Why a name cannot be a role's; nothing if it can."""
    if not name or not name.isprintable() or len(name.encode()) > _NAME_BYTES:
        return f"is not of 1 to {_NAME_BYTES} printable bytes"
    if name in {"public", "none"} or name.startswith("pg_"):
        return "is a word of PostgreSQL's own"
    return ""


# --- the script

_MAKE = """DO $roles$
DECLARE named TEXT; other RECORD; own OID := (SELECT relowner FROM pg_class WHERE oid = to_regclass('head'));
BEGIN
  IF own IS NULL THEN
    RAISE EXCEPTION 'there is no journal in this database yet: make it first, by tallystick journal create';
  END IF;
  EXECUTE format('REVOKE CREATE, TEMPORARY ON DATABASE %I FROM PUBLIC', current_database());
  EXECUTE format('REVOKE CREATE ON SCHEMA %I FROM PUBLIC', current_schema());
  EXECUTE format('REVOKE ALL ON ALL TABLES IN SCHEMA %I FROM PUBLIC', current_schema());
  EXECUTE format('REVOKE ALL ON ALL FUNCTIONS IN SCHEMA %I FROM PUBLIC', current_schema());
  FOR other IN SELECT policyname, tablename FROM pg_policies WHERE schemaname = current_schema() LOOP
    EXECUTE format('DROP POLICY %I ON %I', other.policyname, other.tablename);
  END LOOP;
  FOREACH named IN ARRAY ARRAY[current_setting('tallystick.application'), current_setting('tallystick.auditor')] LOOP
    IF to_regrole(quote_ident(named)) IS NULL THEN EXECUTE format('CREATE ROLE %I LOGIN', named); END IF;
    IF pg_has_role(named, own, 'MEMBER') THEN
      RAISE EXCEPTION '% is the owner of the journal, or acts for him: no guard would hold it', named;
    END IF;
    EXECUTE format('REVOKE ALL ON ALL TABLES IN SCHEMA %I FROM %I', current_schema(), named);
    EXECUTE format('REVOKE ALL ON ALL FUNCTIONS IN SCHEMA %I FROM %I', current_schema(), named);
    EXECUTE format('REVOKE ALL ON SCHEMA %I FROM %I', current_schema(), named);
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM %I', current_database(), named);
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I', current_schema(), named);
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO %I', current_database(), named);
  END LOOP;
  IF (SELECT rolbypassrls FROM pg_roles WHERE rolname = named) THEN
    RAISE EXCEPTION '% bypasses row level security: it would see what is not sealed', named;
  END IF;
  named := current_setting('tallystick.application');
  BEGIN
    IF NOT (SELECT rolbypassrls FROM pg_roles WHERE rolname = named) THEN
      EXECUTE format('ALTER ROLE %I BYPASSRLS', named);
    END IF;
  EXCEPTION WHEN insufficient_privilege THEN
    RAISE NOTICE 'large imports by % will be slower: a superuser can give it BYPASSRLS', named;
  END;
END
$roles$"""
"""The policies let the application see all; but only who bypasses them may COPY, which takes a quarter of the time."""


def script(application: str, auditor: str, *, texts: bool = False) -> str:
    """What the owner of the journal runs; with ``texts`` the auditor reads what can name a person."""
    return "".join(f"{statement};\n" for statement in _statements(application, auditor, texts=texts))


def _statements(application: str, auditor: str, *, texts: bool) -> Iterator[str]:
    app, aud = _quoted(application), _quoted(auditor)
    yield "BEGIN"
    for policy, name in ((APPLICATION, application), (AUDITOR, auditor)):
        yield f"SET LOCAL tallystick.{policy} = {_literal(name)}"
    yield _MAKE
    for table in _tables():
        yield f'GRANT {", ".join(_verbs(table))} ON "{table}" TO {app}'
        if table in _SET:
            yield f'GRANT UPDATE ({", ".join(_SET[table])}) ON "{table}" TO {app}'
        columns = ", ".join(_shown(table, texts=texts))
        yield f'GRANT SELECT {f"({columns}) " if columns else ""}ON "{table}" TO {aud}'
    for function in _CALLED:
        yield f"GRANT EXECUTE ON FUNCTION {function} TO {app}"
    for table in _policed():
        yield f'CREATE POLICY {APPLICATION} ON "{table}" TO {app} USING (TRUE) WITH CHECK (TRUE)'
        yield f'CREATE POLICY {AUDITOR} ON "{table}" FOR SELECT TO {aud} USING {_sealed(table)}'
        yield f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY'
    yield "COMMIT"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(text: str) -> str:
    # A doubled backslash means one in this form, whatever the session's settings say of others.
    return "E'" + text.replace("\\", "\\\\").replace("'", "''") + "'"


# --- what the database grants

_POLICIES = """
SELECT c.relname, p.polname, COALESCE(r.rolname, 'PUBLIC'),
       CAST(p.polcmd AS TEXT) || CASE WHEN p.polpermissive THEN ' ' ELSE ' restrictive ' END
       || regexp_replace(COALESCE(pg_get_expr(p.polqual, p.polrelid), ''), '\\s+', ' ', 'g')
       || regexp_replace(COALESCE(' check ' || pg_get_expr(p.polwithcheck, p.polrelid), ''), '\\s+', ' ', 'g')
FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid CROSS JOIN LATERAL unnest(p.polroles) AS of
LEFT JOIN pg_roles r ON r.oid = of
WHERE c.relnamespace = CAST(CURRENT_SCHEMA AS REGNAMESPACE)
"""
_SECURED = """
SELECT relname FROM pg_class WHERE relnamespace = CAST(CURRENT_SCHEMA AS REGNAMESPACE) AND relrowsecurity
"""
_GRANTS = """
SELECT place, COALESCE(r.rolname, 'PUBLIC'),
       privilege_type || said || CASE WHEN is_grantable THEN ' and to grant it' ELSE '' END
FROM (
  SELECT c.relname AS place, '' AS said, c.relowner AS own, g.*
  FROM pg_class c CROSS JOIN LATERAL aclexplode(c.relacl) AS g
  WHERE c.relnamespace = CAST(CURRENT_SCHEMA AS REGNAMESPACE)
  UNION ALL
  SELECT c.relname, ' ' || a.attname, c.relowner, g.*
  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid CROSS JOIN LATERAL aclexplode(a.attacl) AS g
  WHERE c.relnamespace = CAST(CURRENT_SCHEMA AS REGNAMESPACE)
  UNION ALL
  SELECT p.proname, '', p.proowner, g.*
  FROM pg_proc p CROSS JOIN LATERAL aclexplode(COALESCE(p.proacl, acldefault('f', p.proowner))) AS g
  WHERE p.pronamespace = CAST(CURRENT_SCHEMA AS REGNAMESPACE)
  UNION ALL
  SELECT n.nspname, '', n.nspowner, g.*
  FROM pg_namespace n CROSS JOIN LATERAL aclexplode(n.nspacl) AS g
  WHERE n.nspname = CURRENT_SCHEMA AND g.privilege_type = 'CREATE'
) t LEFT JOIN pg_roles r ON r.oid = t.grantee
WHERE grantee <> own
"""


def granted(connection: Connection) -> set[tuple[str, str]]:
    """What roles other than the owner may do, and the policies: a place, and words."""
    policies = {tuple(row) for row in connection.exec_driver_sql(_POLICIES)}
    stands = {(table, f"policy {name} {role} {said}") for table, name, role, said in policies}
    stands |= {(table, "secured") for (table,) in connection.exec_driver_sql(_SECURED)}
    return stands | {(place, f"{role} {said}") for place, role, said in connection.exec_driver_sql(_GRANTS)}


def declared(connection: Connection, stands: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    """What the script grants to the roles for which it made policies; nothing where it was not run."""
    policies = [tuple(row) for row in connection.exec_driver_sql(_POLICIES)]
    roles = {policy: {role for _, name, role, _ in policies if name == policy} for policy in (APPLICATION, AUDITOR)}
    wanted = {(table, "secured") for table in _policed()} if policies else set()
    for role in roles[APPLICATION]:
        wanted |= set(_application(role))
    for role in roles[AUDITOR]:
        wanted |= set(_auditor(role, texts=("person", f"{role} SELECT") in stands))
    return wanted


def _application(role: str) -> Iterator[tuple[str, str]]:
    for table in _tables():
        yield from ((table, f"{role} {verb}") for verb in _verbs(table))
        yield from ((table, f"{role} UPDATE {column}") for column in _SET.get(table, ()))
    yield from ((called, f"{role} EXECUTE") for called in _CALLED)
    yield from ((table, f"policy {APPLICATION} {role} * true check true") for table in _policed())


def _auditor(role: str, *, texts: bool) -> Iterator[tuple[str, str]]:
    for table in _tables():
        shown = _shown(table, texts=texts)
        yield from ((table, f"{role} SELECT {column}".rstrip()) for column in shown or [""])
    yield from ((table, f"policy {AUDITOR} {role} r {_sealed(table)}") for table in _policed())
