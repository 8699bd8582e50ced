"""docs/format.md: what it says of digests is enough to recompute them."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ledger_core.accounting import digest
from ledger_core.accounting.posting import EntryRow, Header, LegRow
from ledger_core.journal.chain import Content, genesis, head_digest, row_digest
from ledger_core.publish import render
from tests.publish import recompute
from tests.publish.conftest import books

if TYPE_CHECKING:
    from tests.conftest import Workspace

ROOT = Path(__file__).resolve().parents[2]
VECTORS = json.loads((ROOT / "tests/vectors/digest.json").read_text(encoding="utf-8"))
ENTRIES = VECTORS["entries"]


def test_every_day_recomputes_from_its_text(published: Workspace) -> None:
    """The public digest of every entry is that of the published text, read by a script that knows hashlib alone."""
    days = [content.decode() for path, content in books(published).items() if path.startswith("2025/")]
    assert sum(len(recompute.transactions(day)) for day in days) == published.json("verify")["entries"]
    assert [recompute.wrong(day) for day in days] == [[]] * len(days)


@pytest.mark.parametrize(
    ("old", "new"), [("3300.00 CNY\n", "3300.01 CNY\n"), ('rule: "1"', 'rule: "0"'), ("CNY.D", "CNY")]
)
def test_an_altered_day_does_not(published: Workspace, old: str, new: str) -> None:
    """The script names the entry whose text was altered."""
    day = books(published)["2025/01/2025-01-10.beancount"].decode()
    assert recompute.wrong(day.replace(old, new, 1)) == ["11"]


@pytest.mark.parametrize("vector", ENTRIES, ids=lambda vector: vector["name"])
def test_vectors_by_the_page_alone(vector: dict[str, Any]) -> None:
    """Bytes and digests of each vector follow from its printed transaction and its private text."""
    values, data = recompute.hashed(vector["transaction"])
    assert data.hex() == vector["bytes"]
    public = hashlib.sha256(data).digest()
    assert public.hex() == vector["public"] == values["public"]
    commitment = (
        hashlib.sha256(bytes.fromhex(vector["salt"]) + vector["text"].encode()).digest() if "salt" in vector else b""
    )
    assert commitment.hex() == vector.get("commitment", "")
    assert hashlib.sha256(public + commitment).hexdigest() == vector["digest"] == values["digest"]


@pytest.mark.parametrize("vector", ENTRIES, ids=lambda vector: vector["name"])
def test_vectors_by_the_engine(vector: dict[str, Any]) -> None:
    """The engine prints and digests each vector's entry in the same way."""
    header = Header(**vector["header"] | {"reverses": tuple(vector["header"].get("reverses", ()))})
    legs = tuple(LegRow(*leg) for leg in vector["legs"])
    public, full = bytes.fromhex(vector["public"]), bytes.fromhex(vector["digest"])
    printed = render.entry(EntryRow(vector["id"], header, legs, vector["batch"], public, full))
    assert printed.splitlines() == vector["transaction"]
    data = digest.header_text(vector["id"], header, legs[0].currency)
    data += digest.legs_text(header, legs)
    assert bytes.fromhex(vector["bytes"]) == data.encode()


def test_the_vector_of_the_chain() -> None:
    """Row, content and head are digested as the page says."""
    chain = VECTORS["chain"]
    row = [part if index != 4 else bytes.fromhex(part) for index, part in enumerate(json.loads(chain["row"]))]
    assert row_digest(row) == hashlib.sha256(chain["row"].encode()).digest() == bytes.fromhex(chain["row_digest"])
    content = Content()
    for table, count in chain["rows"].items():
        for _ in range(count):
            content.add(table, row_digest(row))
    assert content.text() == chain["content"]
    assert genesis(chain["index_key"]).hex() == hashlib.sha256(b"\x01" + chain["index_key"].encode()).hexdigest()
    assert genesis(chain["index_key"]).hex() == chain["parent"]
    said = json.dumps([*chain["fields"], chain["content"]], ensure_ascii=False, separators=(",", ":"))
    head = hashlib.sha256(b"\x01" + bytes.fromhex(chain["parent"]) + said.encode()).hexdigest()
    assert head == head_digest(bytes.fromhex(chain["parent"]), chain["fields"], chain["content"]).hex() == chain["head"]


def test_the_page_shows_the_first_vector() -> None:
    """The example on the page is the first vector, to the byte."""
    page = (ROOT / "docs/format.md").read_text(encoding="utf-8")
    assert "\n".join(ENTRIES[0]["transaction"]) in page
    data = bytes.fromhex(ENTRIES[0]["bytes"])
    assert "\\x01" + data[1:].decode() in page.replace(",\n", ",")
    assert data.hex(" ")[:35] in page
