"""Proving the journal from its own content: its form, the chain, and what all of it comes to.

Nothing that is checked is believed: digests are recomputed from the columns they cover, running
balances from the legs.  A damaged value is a finding, never an exception.
"""

from __future__ import annotations

import contextlib
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy.exc import SQLAlchemyError

from ledger_core.errors import TallystickError
from ledger_core.journal import proof_reviews, proof_sums
from ledger_core.journal.database import execute, of, stream
from ledger_core.journal.finding import Finding
from ledger_core.journal.proof_chain import Chain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from sqlalchemy import Connection

DAMAGE = (
    SQLAlchemyError,
    TallystickError,
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    TypeError,
    ValueError,
)
"""What reading damaged values can raise."""


def findings(connection: Connection, since: int = 0, tell: Callable[[str], object] = str) -> Iterator[Finding]:
    """Everything that is wrong with the journal; of texts that may not be read only what hangs on their commitments.

    ``since`` a batch only what came after it is looked at: its rows, its part of the chain, and the guards.
    """
    chain = Chain(connection, since)
    reads_texts = of(connection).reads_texts(connection)
    made, *more = of(connection).form()
    whole = [] if since else [*more, *proof_sums.CHECKS, *proof_reviews.CHECKS]
    of_chain = [chain.batches, chain.entries, chain.rows, *((chain.texts,) if reads_texts else ())]
    checks: list[tuple[str, Callable[[], Iterable[Finding]]]] = [
        ("guards", partial(made, connection)),
        *((check.__name__, check) for check in (*of_chain, chain.contents, chain.head)),
        *((check.__name__.strip("_"), partial(check, connection)) for check in whole),
    ]
    for name, check in checks:
        tell(name)
        try:
            with apart(connection):
                yield from check()
        except DAMAGE as error:
            # Whatever holds the value was named by an earlier check; this one cannot go on.
            yield broken_off("the journal", error)


@contextlib.contextmanager
def apart(connection: Connection) -> Iterator[None]:
    """A check that damage stops does not stop the next one: PostgreSQL would answer nothing more."""
    connection.exec_driver_sql("SAVEPOINT apart")
    try:
        yield
    except DAMAGE:
        with contextlib.suppress(SQLAlchemyError):  # of what is lost with its connection the next check tells
            connection.exec_driver_sql("ROLLBACK TO apart")
        raise
    else:
        connection.exec_driver_sql("RELEASE apart")


def broken_off(what: str, error: Exception) -> Finding:
    """A check that damage has stopped."""
    said = str(getattr(error, "orig", None) or type(error).__name__)
    return Finding("JOURNAL_DAMAGED", f"a check of {what} broke off: {said}", "file", "journal")


@contextlib.contextmanager
def lenient(connection: Connection) -> Iterator[None]:
    """Texts that are no UTF-8 are read too, so that their row can be named."""
    driver: Any = connection.connection.driver_connection
    if connection.dialect.name != "sqlite":  # no other database holds them
        yield
        return
    driver.text_factory = lambda data: data.decode(errors="backslashreplace")
    try:
        yield
    finally:
        driver.text_factory = str


def head(connection: Connection) -> tuple[int, bytes]:
    """How many entries are sealed, and the head of the chain; zero and nothing where it is damaged."""
    found = execute(connection, "SELECT sealed_through, digest FROM head").all()
    if len(found) != 1 or not isinstance(found[0][0], int) or not isinstance(found[0][1], bytes):
        return 0, b""
    return found[0][0], found[0][1]


class Erased(NamedTuple):
    """A private text that was erased: of an entry, a case or a line."""

    kind: str
    subject: str
    on: str
    by: str


def erased(connection: Connection) -> list[Erased]:
    """The private texts that were erased, as it was said who did and when."""
    found = stream(connection, "SELECT id, erased_on, erased_by FROM person WHERE erased_on IS NOT NULL ORDER BY id")
    split = ((str(key).partition(":"), on, by) for key, on, by in found)
    return [Erased(kind, subject, str(on), str(by)) for (kind, _, subject), on, by in split]


def is_head(connection: Connection, head: str) -> bool:
    """Whether a digest (hex) once was the head of this chain."""
    try:
        wanted = bytes.fromhex(head)
    except ValueError:
        return False
    found = execute(connection, "SELECT 1 FROM batch WHERE head = :wanted", wanted=wanted)
    return bool(found.first())
