"""The contract versions that the books carry: ``terms/<digest>.json`` beside the main file, and since when.

A version's name is the SHA-256 of its document, so no fee can be judged by another one than it names.  A
``custom "tallystick-terms" "<client>" "<digest>"`` registers it on the day that it takes effect.  Its
metadata may say ``after:``, the last entry posted before the version was known, and ``until:``, the last one
posted while it was; without ``after:`` it is known from the first entry that names it.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from beancount.core.data import Custom

from plugins import books
from plugins.model import contract

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping

    from beancount.core.data import Directive

    from plugins.model.contract import Terms

_TYPE = "tallystick-terms"
_FOLDER = "terms"
_DIGEST = re.compile(r"[0-9a-f]{64}\Z")
_BYTES_MAX = 1 << 20


class Version(NamedTuple):
    """A contract version as it is registered."""

    client: str
    digest: str
    effective: dt.date
    after: int | None
    until: int | None


class Contracts:
    """The versions of all clients, read when they are first asked for."""

    def __init__(self, entries: Iterable[Directive], options_map: Mapping[str, object]) -> None:
        self.faults: list[tuple[Custom, str]] = []
        self._folder = Path(str(options_map.get("filename") or "")).parent / _FOLDER
        self._versions: dict[str, Version] = {}
        self._of_client: dict[str, list[Version]] = {}
        self._terms: dict[str, Terms | str] = {}
        self._named_first: dict[str, int] = {}
        for entry in entries:
            if isinstance(entry, Custom) and entry.type == _TYPE:
                self._register(entry)

    def _register(self, entry: Custom) -> None:
        values = [getattr(value, "value", None) for value in entry.values or ()]
        texts = [value for value in values if isinstance(value, str)]
        if len(values) != 2 or len(texts) != 2 or not _DIGEST.match(texts[1]):  # noqa: PLR2004 - client and digest
            self.faults.append((entry, f'custom "{_TYPE}" must have a client and a digest of 64 hexadecimal digits'))
            return
        client, digest = texts
        version = Version(client, digest, entry.date, _entry_in(entry, "after"), _entry_in(entry, "until"))
        self._versions[digest] = version
        self._of_client.setdefault(client, []).append(version)
        terms = self.terms(digest)
        if isinstance(terms, str):
            self.faults.append((entry, terms))
        elif (terms.client, terms.effective) != (client, entry.date):
            whose = f"is of {terms.client} from {terms.effective}, but registered of {client} from {entry.date}"
            self.faults.append((entry, f"contract version {digest[:12]} {whose}"))

    def registered(self, digest: str) -> bool:
        """Whether a version is in the books' list."""
        return digest in self._versions

    def terms(self, digest: str) -> Terms | str:
        """A version by its digest; a text says why it cannot be had."""
        if digest not in self._terms:
            self._terms[digest] = self._read(digest)
        return self._terms[digest]

    def _read(self, digest: str) -> Terms | str:
        if not _DIGEST.match(digest):
            return f"contract version {digest[:12]!r} is no SHA-256"
        try:
            with (self._folder / f"{digest}.json").open("rb") as file:
                content = file.read(_BYTES_MAX).removesuffix(b"\n")
        except (OSError, ValueError):
            return f"contract version {digest[:12]} is not in {_FOLDER}/ beside the main file"
        if hashlib.sha256(content).hexdigest() != digest:
            return f"contract version {digest[:12]} was altered: its SHA-256 is not its name"
        try:
            return contract.read(content.decode())
        except ValueError as fault:
            return f"contract version {digest[:12]} cannot be used: {fault}"

    def name(self, digest: str, number: int) -> None:
        """Note that an entry names a version; entries come in posting order."""
        self._named_first.setdefault(digest, number)

    def superseding(self, digest: str, day: dt.date, number: int) -> str:
        """A version that rules on a day instead of this one, and was known when an entry was posted; else nothing."""
        mine = self._versions[digest]
        newer = [
            version
            for version in self._of_client[mine.client]
            if mine.effective < version.effective <= day and self._known(version, number)
        ]
        return max(newer, key=lambda version: version.effective).digest if newer else ""

    def ruling(self, client: str, day: dt.date, number: int) -> list[Terms]:
        """The versions that may rule on a day: the newest that was known, and the newest there is."""
        effective = [version for version in self._of_client.get(client, ()) if version.effective <= day]
        known = [version for version in effective if self._known(version, number)]
        newest = {max(some, key=lambda version: version.effective).effective for some in (effective, known) if some}
        found = (self.terms(version.digest) for version in effective if version.effective in newest)
        return [terms for terms in found if not isinstance(terms, str)]

    def _known(self, version: Version, number: int) -> bool:
        """Whether a version was there when an entry was posted."""
        if version.until is not None and number > version.until:
            return False
        if version.after is not None:
            return number > version.after
        return self._named_first.get(version.digest, number) < number


def _entry_in(entry: Custom, key: str) -> int | None:
    """The entry number in a directive's metadata, if there is one."""
    return books.plain_number(books.text_of(entry.meta, key))
