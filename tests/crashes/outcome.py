"""What a workspace has come to, in a form in which two of them can be compared."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Any

from ledger_core.journal import read
from tallystick.actions import views
from tallystick.actions.session import open_session

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.conftest import Workspace

EVER = "9999-12-31"
_OTHERWISE = (
    (re.compile(r'^  digest: "[0-9a-f]{64}"$', re.MULTILINE), "  digest"),
    (re.compile(r'(custom "tallystick-seal" "\d+") "[0-9a-f]{64}"'), r"\1"),
)
"""What differs in equal books: digests over the salts of private texts, and the head that follows from them."""

Outcome = dict[str, Any]


def files(folder: Path) -> list[str]:
    """Every file and folder of the workspace but the journal; a hidden one is a leftover."""
    found = (str(path.relative_to(folder)) for path in folder.rglob("*"))
    return sorted(name for name in found if not name.startswith("journal.db"))


def outcome(workspace: Workspace, day: str) -> Outcome:
    """Publish, prove, and tell all that can be asked: the same for workspaces with the same books."""
    after_command = [name for name in files(workspace.folder) if not name.startswith("ledger/")]
    if "ledger" in after_command:
        after_command.remove("ledger")
    workspace.run("publish", "--date", day)
    verified = workspace.json("verify", status=None)
    assert verified["ok"], verified["findings"]
    assert not verified["unpublished"]
    workspace.run("check", "--date", day)
    return {
        "left by the command": after_command,
        "entries": verified["entries"],
        "balances": workspace.json("balances", "--at", EVER)["balances"],
        "lines": {line["line"]: line for line in workspace.json("matches")["lines"]},
        "worklist": workspace.json("worklist"),
        "three-way": workspace.json("three-way", "--at", day),
        "invoices": workspace.json("invoice", "list"),
        "cases": dict(_cases(workspace, day)),
        "files": dict(_contents(workspace.folder)),
        "books": dict(_books(workspace.folder / "ledger")),
    }


def _cases(workspace: Workspace, day: str) -> Iterator[tuple[str, Any]]:
    """Each case as ``case --json`` tells it, in one session since there are hundreds."""
    session = open_session(workspace.folder)
    with session.reading() as book:
        names = [row[0] for row in read.rows(book.connection, "SELECT id FROM cases ORDER BY id")]
    for name in names:
        yield name, views.case(session, name)


def _contents(folder: Path) -> Iterator[tuple[str, str]]:
    """Each file beside the journal and the books, with its digest."""
    for name in files(folder):
        path = folder / name
        if path.is_file() and not name.startswith("ledger/"):
            yield name, hashlib.sha256(path.read_bytes()).hexdigest()


def _books(folder: Path) -> Iterator[tuple[str, str]]:
    """Each published file without what differs in equal books; of the list of digests the names alone."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            name, text = str(path.relative_to(folder)), path.read_text(encoding="utf-8")
            for pattern, instead in _OTHERWISE:
                text = pattern.sub(instead, text)
            yield name, re.sub(r"^[0-9a-f]{64} ", "", text, flags=re.MULTILINE) if name == "SHA256SUMS" else text


def differences(found: Any, wanted: Any, where: str = "") -> Iterator[str]:  # noqa: ANN401 - JSON documents
    """Where two outcomes differ, from the outside in."""
    if isinstance(found, dict) and isinstance(wanted, dict):
        for name in sorted(found.keys() | wanted.keys(), key=str):
            yield from differences(found.get(name), wanted.get(name), f"{where}/{name}")
    elif isinstance(found, str) and isinstance(wanted, str) and "\n" in found:
        lines = zip(found.split("\n"), wanted.split("\n"), strict=False)
        told = next((f"{one!r}, not {other!r}" for one, other in lines if one != other), "longer or shorter")
        if found != wanted:
            yield f"{where}: {told}"
    elif found != wanted:
        yield f"{where}: {found!r}, not {wanted!r}"
