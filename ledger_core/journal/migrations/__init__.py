"""Bringing the journal of an earlier release to the tables of this one (alembic).

A new journal is made whole; what stands in ``versions`` is how one of an earlier form becomes it.  No migration
touches what the chain covers: entries, facts and batches stay as they were sealed.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

from ledger_core.journal import derived, schema
from ledger_core.journal.database import insert
from ledger_core.journal.store import revision

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from ledger_core.journal.store import Journal


def migrate(journal: Journal) -> tuple[str, str]:
    """In one transaction; returns the form that the journal had and the one that it has now."""
    with journal.alter() as connection:
        before = revision(connection)
        if before < schema.REVISION:
            journal.database.unguard(connection)
            _run(connection, before)
            schema.metadata.create_all(connection)  # derived tables that are new
            derived.rebuild(connection)
            journal.database.prepare(connection)
            journal.database.guard(connection)
    return before, max(before, schema.REVISION)


def scripts() -> ScriptDirectory:
    """The migrations, in their order."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("path_separator", "os")
    return ScriptDirectory.from_config(config)


def _run(connection: Connection, before: str) -> None:
    directory = scripts()

    if not inspect(connection).has_table(schema.migration.name):  # forms were not counted yet
        schema.migration.create(connection)
        insert(connection, schema.migration, [(before,)])

    def upgrade(_revision: Any, _context: Any) -> Any:  # noqa: ANN401 - alembic's own
        return directory._upgrade_revs(schema.REVISION, before)  # noqa: SLF001 - alembic offers no other way without files

    with EnvironmentContext(Config(), directory, fn=upgrade, destination_rev=schema.REVISION) as environment:
        environment.configure(connection=connection, version_table=schema.migration.name, transactional_ddl=False)
        environment.run_migrations()
