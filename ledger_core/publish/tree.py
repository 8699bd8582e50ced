"""The books as a folder: written beside the old one, then put in its place in one step."""

from __future__ import annotations

import ctypes
import hashlib
import os
import shutil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

SUMS = "SHA256SUMS"
"""Digests of all files, as ``sha256sum -c`` reads them."""

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2


def digest(content: bytes) -> str:
    """SHA-256 as hex."""
    return hashlib.sha256(content).hexdigest()


def sums_file(digests: Mapping[str, str]) -> bytes:
    """The list of digests of all files but itself."""
    return "".join(f"{digests[path]}  {path}\n" for path in sorted(digests)).encode()


def write(target: Path, files: Mapping[str, bytes], kept: Iterable[str] = ()) -> None:
    """Make ``target`` hold exactly ``files`` and the ``kept`` ones of before; readers see old or new, no mixture."""
    fresh = target.with_name(f".{target.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    for path in kept:
        (fresh / path).parent.mkdir(parents=True, exist_ok=True)
        os.link(target / path, fresh / path)
    for path, content in files.items():
        (fresh / path).parent.mkdir(parents=True, exist_ok=True)
        with (fresh / path).open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    if target.exists():
        _exchange(fresh, target)
        shutil.rmtree(fresh)
    else:
        fresh.rename(target)


def _exchange(fresh: Path, target: Path) -> None:
    """Swap two folders in one step; where the system cannot, in two."""
    library = ctypes.CDLL(None, use_errno=True)
    swap = getattr(library, "renameat2", None)
    if swap and swap(_AT_FDCWD, os.fsencode(fresh), _AT_FDCWD, os.fsencode(target), _RENAME_EXCHANGE) == 0:
        return
    old = target.with_name(f".{target.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    target.rename(old)
    fresh.rename(target)
    old.rename(fresh)


def read(target: Path) -> dict[str, bytes]:
    """All files of the books, by path."""
    if not target.is_dir():
        return {}
    return {str(path.relative_to(target)): path.read_bytes() for path in sorted(target.rglob("*")) if path.is_file()}
