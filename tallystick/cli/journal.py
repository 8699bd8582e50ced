"""Commands on the journal itself: head, backup, restore, copy, migrate."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tallystick.cli import output
from tallystick.cli.options import as_json, with_session

if TYPE_CHECKING:
    from tallystick.actions.keeping import Head
    from tallystick.actions.session import Session

FILE = click.argument("file", metavar="FILE", type=click.Path(path_type=Path))


@click.command()
@as_json
@with_session
def head(session: Session, as_json: bool) -> None:
    """The head of the chain: noted outside, it proves later that nothing before it was written anew (verify --head)."""
    from tallystick.actions.keeping import head

    _tell(head(session), "", as_json=as_json)


@click.command()
@FILE
@as_json
@with_session
def backup(session: Session, file: Path, as_json: bool) -> None:
    """Copy the journal into FILE (SQLite), while others work; archive/ and ledger/ are files like any other."""
    from tallystick.actions.keeping import backup

    _tell(backup(session, file), f"{file}: ", as_json=as_json)


@click.command()
@FILE
@as_json
@with_session
def restore(session: Session, file: Path, as_json: bool) -> None:
    """Bring back the journal from FILE, a backup, where there is none; it is proved before it is taken."""
    from tallystick.actions.keeping import restore

    _tell(restore(session, file), "restored: ", as_json=as_json)


def _tell(found: Head, before: str, *, as_json: bool) -> None:
    if as_json:
        output.document({"batch": found.batch, "entries": found.entries, "head": found.head})
    else:
        output.say(f"{before}batch {found.batch}, {output.count(found.entries, 'entry', 'entries')}, head {found.head}")


@click.command()
@as_json
@with_session
def migrate(session: Session, as_json: bool) -> None:
    """Bring the journal of an earlier release to this one's tables, in one transaction; make a backup first."""
    from tallystick.actions.keeping import migrate

    before, now = migrate(session)
    if as_json:
        output.document({"from": before, "to": now})
    elif before == now:
        output.say(f"the journal has the tables of this release ({now}); nothing was to be done")
    else:
        output.say(f"the journal had form {before} and has {now} now; its entries are what they were")


@click.group()
def journal() -> None:
    """The journal as a database: create it, copy it to another one, say who may do what."""


@journal.command()
@as_json
@with_session
def create(session: Session, as_json: bool) -> None:
    """Create the journal, empty; else the first command that posts does. Whoever creates it is its owner."""
    from tallystick.actions.keeping import create

    _tell(create(session), f"{session.journal.place}: ", as_json=as_json)


@journal.command()
@click.argument("application")
@click.argument("auditor")
@click.option("--texts", is_flag=True, help="Let the auditor read private texts: names, payers, memos, references.")
def roles(application: str, auditor: str, texts: bool) -> None:
    """Print the SQL that makes two roles in PostgreSQL: APPLICATION for all commands, AUDITOR to read what is sealed.

    The owner of the journal runs it, and again after `tallystick migrate`: tallystick journal roles … | psql DATABASE
    """
    from tallystick.actions.keeping import roles

    click.echo(roles(application, auditor, texts=texts), nl=False)


@journal.command()
@click.argument("source", metavar="FROM")
@click.argument("target", metavar="TO")
@as_json
@with_session
def copy(session: Session, source: str, target: str, as_json: bool) -> None:
    """Copy the journal FROM one database TO another that has none: entry by entry, held together, with equal heads.

    Each is an address as in agency.toml (sqlite:///journal.db, postgresql+psycopg://user@host/db), or a file.
    """
    from tallystick.actions.keeping import copy

    entries, digest = copy(session, source, target)
    if as_json:
        output.document({"entries": entries, "head": digest})
    else:
        output.say(f"{output.count(entries, 'entry', 'entries')} copied and compared, head {digest}")


COMMANDS = (head, backup, restore, migrate, journal)
