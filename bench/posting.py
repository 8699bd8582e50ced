"""Posting alone: 100,000 receipts from facts in hand to the sealed, committed batch, against a floor.

The workspace is that of ``receipts.py``: as many cases, and a statement with a line for each.  Then, in processes of
their own:

* posting: ``Fact`` objects in hand; rules, waterfall, commission, legs; the append with guards, digests, derived
  tables, claims and the seal; the commit.
* floor: every row that the posting left in any table, put into the journal as it stood before, without triggers but
  with all indexes, by the driver's executemany in the order of the keys (``INSERT``; ``INSERT OR REPLACE``, which is
  slower, only into tables of which the posting changed rows), and committed; and every text that a digest covers, made
  beforehand, hashed.

CPU is user + system time between facts in hand and commit, memory the peak of the process.

    python bench/posting.py [COUNT] [--profile]
"""

from __future__ import annotations

import argparse
import cProfile
import hashlib
import json
import pickle
import pstats
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from receipts import make, measured

if TYPE_CHECKING:
    from collections.abc import Callable

LIMIT_RATIO, LIMIT_MB, LIMIT_ALONE = 3.5, 1000, 1.0
"""What we set ourselves: CPU in floors, peak memory, seconds of waterfall, commission and legs alone."""


def timed(function: Callable[..., Any], spent: list[float]) -> Callable[..., Any]:
    """A function that also notes the CPU it takes."""

    def wrapper(*args: object) -> object:
        started = time.process_time()
        result = function(*args)
        spent.append(time.process_time() - started)
        return result

    return wrapper


def post(folder: Path, *, profiled: bool) -> dict[str, float]:
    """Post a receipt for every line of the statement; figures."""
    from ledger_core.accounting import events
    from ledger_core.accounting.fact import Fact
    from ledger_core.accounting.posting import Sheet
    from ledger_core.journal.append import Claim
    from ledger_core.runs.facts import Posted, post_into
    from tallystick.actions.session import open_session

    alone: list[float] = []
    events.post_case_events = timed(events.post_case_events, alone)
    Sheet.legs = timed(Sheet.legs, alone)
    profiler = cProfile.Profile()
    with open_session(folder).writing() as book:
        sql = "SELECT id, bank, date, amount, method FROM statement_line ORDER BY id"
        lines = book.connection.exec_driver_sql(sql).all()
        facts = [
            Fact("receipt", day, case=f"K{n:07d}", amount=amount, bank=bank, line=line, method=method, source=n)
            for n, (line, bank, day, amount, method) in enumerate(lines)
        ]
        evidence = [["reference: case id " + fact.case] for fact in facts]
        started = time.process_time()
        if profiled:
            profiler.enable()
        batch, posted = book.batch("reconcile"), Posted()
        post_into(book, batch, facts, posted)
        batch.claims = [
            Claim(fact.line, fact.bank, fact.amount, why, row=row)
            for row, (fact, why) in enumerate(zip(facts, evidence, strict=True))
        ]
        batch.line_states = {fact.line: ("posted", "") for fact in facts}
        book.append(batch)
    profiler.disable()
    cpu = time.process_time() - started
    if profiled:
        pstats.Stats(profiler).sort_stats("tottime").print_stats(45)
    assert not posted.problems
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"cpu": cpu, "peak": peak, "alone": sum(alone)}


def record(folder: Path) -> None:
    """Post the same again, and keep every text that is hashed."""
    texts: list[bytes] = []
    real = hashlib.sha256

    class Recorder:
        """A digest that tells what it was over."""

        def __init__(self, data: bytes = b"") -> None:
            self._parts = [data]

        def update(self, data: bytes) -> None:
            """Add to it."""
            self._parts.append(data)

        def digest(self) -> bytes:
            """The digest, once."""
            texts.append(b"".join(self._parts))
            return real(texts[-1]).digest()

        def hexdigest(self) -> str:
            """The digest in hex, once."""
            return self.digest().hex()

    hashlib.sha256 = Recorder
    post(folder, profiled=False)
    (folder / "hashed").write_bytes(pickle.dumps(texts))


def floor(folder: Path) -> dict[str, float]:
    """Put the rows of ``journal.db`` that ``before.db`` has not into the latter, and hash the same texts; figures."""
    before = folder / "before.db"
    with sqlite3.connect(folder / "journal.db") as source:
        source.execute("ATTACH ? AS before", (str(before),))
        names = [name for (name,) in source.execute("SELECT name FROM main.sqlite_master WHERE type = 'table'")]
        rows = {
            name: source.execute(f'SELECT * FROM main."{name}" EXCEPT SELECT * FROM before."{name}"').fetchall()
            for name in names
        }
        grown = 'SELECT (SELECT COUNT(*) FROM main."{0}") - (SELECT COUNT(*) FROM before."{0}")'
        verbs = {
            name: "INSERT" if source.execute(grown.format(name)).fetchone()[0] == len(new) else "INSERT OR REPLACE"
            for name, new in rows.items()
        }
    texts = pickle.loads((folder / "hashed").read_bytes())  # noqa: S301 - our own
    target = sqlite3.connect(before, isolation_level=None)
    for (name,) in target.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        target.execute(f'DROP TRIGGER "{name}"')
    target.execute("PRAGMA synchronous = FULL")
    started = time.process_time()
    target.execute("BEGIN IMMEDIATE")
    for name, new in rows.items():
        if new:
            marks = ", ".join("?" * len(new[0]))
            target.executemany(f'{verbs[name]} INTO "{name}" VALUES ({marks})', new)
    target.execute("COMMIT")
    written = time.process_time()
    for text in texts:
        hashlib.sha256(text).digest()
    done = time.process_time()
    return {
        "cpu": done - started,
        "hashing": done - written,
        "rows": sum(map(len, rows.values())),
        "entries": len(rows["entry"]),
        "legs": len(rows["posting"]),
        "texts": len(texts),
        "bytes": sum(map(len, texts)),
    }


def step(name: str, folder: Path) -> dict[str, float]:
    """A step in a process of its own; its figures."""
    command = [sys.executable, __file__, "--step", name, "--folder", str(folder)]
    said = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
    if name == "profile":
        print(said)
    figures: dict[str, float] = {} if name in {"profile", "record"} else json.loads(said)
    return figures


def run(folder: Path, count: int, *, profiled: bool) -> None:
    """Set up, post, and measure the floor."""
    workspace = folder / "agency"
    make(workspace, count)
    for name in ("placements.csv", "statement.csv"):
        measured(workspace, "import", str(workspace / name))
    if profiled:
        step("profile", workspace)
        return
    shutil.copytree(workspace, folder / "again")
    shutil.copyfile(workspace / "journal.db", workspace / "before.db")
    posting = step("post", workspace)
    step("record", folder / "again")
    shutil.copyfile(folder / "again" / "hashed", workspace / "hashed")
    bare = step("floor", workspace)
    tell(posting, bare)


def tell(posting: dict[str, float], bare: dict[str, float]) -> None:
    """Print the figures, each against what we set ourselves."""
    ratio = posting["cpu"] / bare["cpu"]
    print(f"posting alone: {bare['entries']} receipts of {bare['legs'] / bare['entries']:.1f} legs\n")
    print(f"{'posting':32} {posting['cpu']:8.2f} CPU s")
    print(f"{'floor':32} {bare['cpu']:8.2f} CPU s   {bare['rows']} rows inserted without guards;", end=" ")
    print(f"{bare['texts']} texts of {bare['bytes'] / 1e6:.0f} MB hashed in {bare['hashing']:.2f}")
    for what, value, limit in (
        ("ratio to the floor", ratio, LIMIT_RATIO),
        ("peak MB", posting["peak"], LIMIT_MB),
        ("waterfall, commission, legs: CPU s", posting["alone"], LIMIT_ALONE),
    ):
        print(f"{what:32} {value:8.2f}         at most {limit}: {'yes' if value <= limit else 'NO'}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("count", nargs="?", type=int, default=100_000)
    parser.add_argument("--profile", action="store_true", help="profile the posting, without a floor")
    parser.add_argument("--step", choices=["post", "profile", "record", "floor"], help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.step == "record":
        record(options.folder)
    elif options.step == "floor":
        print(json.dumps(floor(options.folder)))
    elif options.step:
        figures = post(options.folder, profiled=options.step == "profile")
        print(json.dumps(figures))
    else:
        folder = Path(tempfile.mkdtemp(prefix="tallystick-bench-"))
        try:
            run(folder, options.count, profiled=options.profile)
        finally:
            shutil.rmtree(folder)


if __name__ == "__main__":
    main()
