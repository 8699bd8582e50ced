"""The books as a folder: written beside the old one, then put in its place in one step."""

from __future__ import annotations

import ctypes
import errno
import hashlib
import os
import re
import shutil
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

SUMS = "SHA256SUMS"
"""Digests of all files, as ``sha256sum -c`` reads them."""

MAIN = "main.beancount"
"""The file to open, which carries the seal."""

_SEAL = re.compile(rb'custom "tallystick-seal" "([0-9]{1,18})" "([0-9a-f]{64})"')
_AT_FDCWD = -100
_RENAME_EXCHANGE = 2


def digest(content: bytes) -> str:
    """SHA-256 as hex."""
    return hashlib.sha256(content).hexdigest()


def sums_file(digests: Mapping[str, str]) -> bytes:
    """The list of digests of all files but itself."""
    return "".join(f"{digests[path]}  {path}\n" for path in sorted(digests)).encode()


def paths(folder: Path) -> set[str]:
    """All files below a folder, as paths relative to it; none where it is not there."""
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()} if folder.is_dir() else set()


class Noted(NamedTuple):
    """A file as it was written: digest, size and moment (nanoseconds)."""

    sha256: str
    size: int
    modified: int


def digests(folder: Path, noted: Mapping[str, Noted]) -> dict[str, str]:
    """The digest of every file below a folder; one that the disk tells as it was noted is not read again."""
    result = {}
    for path in paths(folder):
        known, found = noted.get(path), (folder / path).stat()
        if known and (known.size, known.modified) == (found.st_size, found.st_mtime_ns):
            result[path] = known.sha256
            continue
        with (folder / path).open("rb") as file:
            result[path] = hashlib.file_digest(file, "sha256").hexdigest()
    return result


def write(target: Path, files: Mapping[str, bytes], kept: Iterable[str] = (), modified: int = 0) -> None:
    """Make ``target`` hold exactly ``files`` and the ``kept`` ones of before; readers see old or new, no mixture.

    The files say that they were written at the moment ``modified`` (nanoseconds).
    Raises ``OSError`` where that cannot be done; then the books are as before, and nothing is left beside them.
    """
    if target.exists():
        _refuse_fixed(target)
    clean(target)
    try:
        _write_beside(target, files, kept, modified)
        if target.exists():
            _exchange(_beside(target, "new"), target)
        else:
            _beside(target, "new").rename(target)
    finally:
        clean(target)


def _refuse_fixed(target: Path) -> None:
    """Books that somebody made read-only stay; the exchange of folders alone would pass over that."""
    if not target.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(target))
    for folder in (target, *(path for path in target.rglob("*") if path.is_dir())):
        if not os.access(folder, os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(folder))


def _write_beside(target: Path, files: Mapping[str, bytes], kept: Iterable[str], modified: int) -> None:
    """The new books, whole and on the disk, in a folder of their own."""
    fresh = _beside(target, "new")
    fresh.mkdir(parents=True)
    for path in kept:
        (fresh / path).parent.mkdir(parents=True, exist_ok=True)
        _keep(target / path, fresh / path)
    for path, content in files.items():
        (fresh / path).parent.mkdir(parents=True, exist_ok=True)
        with (fresh / path).open("wb") as file:
            file.write(content)
            file.flush()
            os.utime(file.fileno(), ns=(modified, modified))
            os.fsync(file.fileno())


def clean(target: Path) -> None:
    """Remove what a publication that was cut short, or this one, has left beside the books."""
    for name in ("new", "old"):
        shutil.rmtree(_beside(target, name), ignore_errors=True)


def _beside(target: Path, name: str) -> Path:
    return target.with_name(f".{target.name}.{name}")


def _keep(old: Path, fresh: Path) -> None:
    """The same file in the new folder; a copy where the disk knows no hard links."""
    try:
        os.link(old, fresh)
    except OSError:
        shutil.copyfile(old, fresh)


def _exchange(fresh: Path, target: Path) -> None:
    """Swap two folders in one step; where the system cannot, in two."""
    library = ctypes.CDLL(None, use_errno=True)
    swap = getattr(library, "renameat2", None)
    if swap and swap(_AT_FDCWD, os.fsencode(fresh), _AT_FDCWD, os.fsencode(target), _RENAME_EXCHANGE) == 0:
        return
    target.rename(_beside(target, "old"))
    fresh.rename(target)


def seal(folder: Path) -> tuple[int, str] | None:
    """The batch and head (hex) that books on the disk say they stand at."""
    path = folder / MAIN
    found = _SEAL.search(path.read_bytes()) if path.is_file() else None
    return (int(found[1]), found[2].decode()) if found else None
