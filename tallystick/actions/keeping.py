"""Keeping the journal: its head, backup and restore, a copy in another database, the form of this release."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ledger_core.errors import Usage, refuse
from ledger_core.journal.store import Journal, sealed_head
from tallystick.actions.session import writing_files
from tallystick.actions.settings_values import Wrong, journal_address

if TYPE_CHECKING:
    from tallystick.actions.session import Session

_ADDRESS = re.compile(r"\w{2,}(\+\w+)?:/")


@dataclass(frozen=True, slots=True)
class Head:
    """Where the chain ends; ``head`` is hex.  Kept outside, it proves later that nothing was written anew."""

    batch: int
    entries: int
    head: str


def head(session: Session) -> Head:
    """The head of the chain now."""
    with session.reading() as book:
        batch, entries, digest = sealed_head(book.connection)
    return Head(batch, entries, digest.hex())


def backup(session: Session, target: Path) -> Head:
    """A copy of the journal as it stands, while others work; raises ``JOURNAL_THERE``."""
    from ledger_core.journal import transfer

    _refuse_address(target)
    if not session.journal.exists:
        raise refuse("JOURNAL_MISSING", "there is no journal yet", session.journal.place)
    with writing_files(str(target)):
        batch, entries, digest = transfer.backup(session.journal, target)
    return Head(batch, entries, digest.hex())


def restore(session: Session, source: Path) -> Head:
    """Bring a backup back, to where there is no journal; it is proved before it is taken."""
    from ledger_core.journal import transfer

    _refuse_address(source)
    transfer.copy(_journal(session, str(source), "FILE"), session.journal)
    return head(session)


def copy(session: Session, source: str, target: str) -> tuple[int, str]:
    """Copy a journal into another database; returns how many entries, and the head of both."""
    from ledger_core.journal import transfer

    done = transfer.copy(_journal(session, source, "FROM"), _journal(session, target, "TO"))
    return done.entries, done.head.hex()


def create(session: Session) -> Head:
    """An empty journal; raises ``JOURNAL_THERE``."""
    if session.journal.exists:
        raise refuse("JOURNAL_THERE", "there is a journal already", session.journal.place)
    session.journal.create()
    return head(session)


def roles(application: str, auditor: str, *, texts: bool = False) -> str:
    """What the owner of a journal in PostgreSQL runs, so that others work in it without owning it."""
    from ledger_core.journal.roles import script, unfit

    for name in (application, auditor):
        if unfit(name):
            raise Usage(f"{name!r} cannot be a role: it {unfit(name)}")
    if application == auditor:
        raise Usage("the auditor cannot be the application")
    return script(application, auditor, texts=texts)


def migrate(session: Session) -> tuple[str, str]:
    """Bring the journal of an earlier release to the form of this one; returns both."""
    from ledger_core.journal.migrations import migrate

    if not session.journal.exists:
        raise refuse("JOURNAL_MISSING", "there is no journal yet", session.journal.place)
    return migrate(session.journal)


def _refuse_address(file: Path) -> None:
    """An address as a path would be made a file's, and be shown with its password."""
    if _ADDRESS.match(str(file)):
        words = "FILE is an SQLite file and no address; `tallystick journal copy` copies between databases"
        raise refuse("SETTING_BAD", words)


def _journal(session: Session, named: str, which: str) -> Journal:
    """The journal of an address, which is one as in agency.toml, or of a file."""
    address = named if "://" in named else f"sqlite:///{Path(named).resolve()}"
    try:
        journal_address(address)
    except Wrong as wrong:
        raise refuse("SETTING_BAD", f"the {which} address {wrong}") from None
    return Journal(address, folder=session.folder, wait_seconds=session.wait_seconds)
