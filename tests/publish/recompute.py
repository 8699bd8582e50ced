"""The public digests of a published day, recomputed from its text alone: nothing of ours, only hashlib.

    python tests/publish/recompute.py ledger/2025/01/2025-01-10.beancount

``docs/format.md`` is all that this was written from.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
from pathlib import Path

ORDER = ("effective", "event", "client", "case", "line", "bank", "terms", "rule", "base", "reverses")
NOT_HASHED = ("batch", "public", "digest")
_PAIR = re.compile(r'\s+([a-z][a-z0-9_-]*): (?:"(.*)"|(\S+))$')


def netstring(text: str) -> bytes:
    """A field: its length in bytes, a colon, its bytes, a comma."""
    data = text.encode()
    return b"%d:%b," % (len(data), data)


def pair(line: str) -> tuple[str, str] | None:
    """Name and value of a metadata line."""
    found = _PAIR.match(line)
    return (found[1], re.sub(r"\\(.)", r"\1", found[2]) if found[3] is None else found[3]) if found else None


def transactions(text: str) -> list[list[str]]:
    """The lines of each transaction of a day's file: they stand between empty lines."""
    blocks = [block.splitlines() for block in text.split("\n\n")]
    return [lines for lines in blocks if re.match(r"\d{4}-\d\d-\d\d \*", lines[0])]


def hashed(lines: list[str]) -> tuple[dict[str, str], bytes]:
    """The metadata of a transaction, and the bytes that its public digest is over."""
    values: dict[str, str] = {}
    legs: list[tuple[str, dict[str, str]]] = []
    for line in lines[1:]:
        found = pair(line)
        if found is None:
            legs.append((" ".join(line.split()), {}))
        elif legs:
            legs[-1][1].update([found])
        else:
            values.update([found])
    known = {"entry", *ORDER, *NOT_HASHED}
    others = {name: value for name, value in values.items() if name not in known}
    meta = json.dumps(others, ensure_ascii=False, sort_keys=True, separators=(",", ":")) if others else ""
    fields = [values["entry"], lines[0][:10], *(values.get(name, "") for name in ORDER), meta]
    fields += [" ".join([leg, *(f"{name}:{value}" for name, value in sorted(notes.items()))]) for leg, notes in legs]
    return values, b"\x01" + b"".join(map(netstring, fields))


def wrong(text: str) -> list[str]:
    """The entries of a day's file whose printed public digest is not that of what is printed."""
    found = (hashed(lines) for lines in transactions(text))
    return [values["entry"] for values, data in found if hashlib.sha256(data).hexdigest() != values["public"]]


if __name__ == "__main__":
    altered = {path: wrong(Path(path).read_text(encoding="utf-8")) for path in sys.argv[1:]}
    sys.exit("\n".join(f"{path}: entry {entry}" for path, entries in altered.items() for entry in entries) or 0)
