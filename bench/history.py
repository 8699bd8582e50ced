"""A day after 10,000 entries and after 1,000,000: the whole ``daily``, the append alone, ``verify``, and memory.

Two workspaces: 5,000 cases with a receipt each, and 100,000 cases with nine (or so many days of 100,000 receipts as
COUNT asks for).  On both, in processes of their own:

* three days of 1,000 lines: the whole ``daily`` (import, reconcile, cure, publish, check); the cheapest counts;
* a day of 10,000 lines: from facts in hand to the sealed, committed batch, and the same rows inserted bare;
* ``verify`` of everything, with its peak memory, beside its floor: every row of every table read by the driver, and
  every byte of the books and of the archive.

CPU is user + system time.  Ratios hold on any machine, seconds do not.

    python bench/history.py [COUNT]
"""

from __future__ import annotations

import argparse
import json
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

from receipts import make, measured

FIRST = date(2025, 2, 3)
DAY_LIMIT, APPEND_LIMIT, VERIFY_LIMIT, MEMORY_LIMIT = 1.3, 3.0, 6.0, 2_000
"""What we set ourselves: a day and its append, after much history in times of little; verify in floors; MB."""


def statement(folder: Path, day: date, lines: int, cases: int, turn: int) -> Path:
    """A statement of receipts, each naming its case."""
    rows = ["account,date,amount,id,payer,reference,memo"]
    for number in range(lines):
        case = (number * 7 + turn) % cases
        amount = 100 + (number * 13 + turn) % 900
        rows.append(f"6222000011112222,{day},{amount / 100:.2f},D{turn}-{number},Payer {case},,thanks K{case:07d}")
    path = folder / f"statement-{turn}.csv"
    path.write_text("\n".join(rows) + "\n")
    return path


class History:
    """A workspace, and the day that it has come to."""

    def __init__(self, folder: Path, cases: int, days: int) -> None:
        self.folder, self.cases, self.turn, self.peak = folder, cases, 0, 0.0
        make(folder, cases)
        self.run("import", str(folder / "placements.csv"))
        for _ in range(days):
            self.run("import", str(self.next(cases)))
            self.run("reconcile", "--date", self.day)
        self.run("publish")

    @property
    def day(self) -> str:
        """The last day that there are lines of."""
        return (FIRST + timedelta(days=self.turn)).isoformat()

    def next(self, lines: int) -> Path:
        """The statement of the next day."""
        self.turn += 1
        return statement(self.folder, FIRST + timedelta(days=self.turn), lines, self.cases, self.turn)

    def run(self, *args: str) -> float:
        """CPU of a command; the highest peak of all is kept."""
        cpu, _, peak = measured(self.folder, *args)
        self.peak = max(self.peak, peak)
        return cpu

    def daily(self, lines: int) -> float:
        """CPU of a whole morning."""
        path = self.next(lines)
        inbox = self.folder / "inbox"
        inbox.mkdir(exist_ok=True)
        path.rename(inbox / path.name)
        return self.run("daily", "--date", self.day)

    def append(self, lines: int) -> tuple[float, float]:
        """CPU from facts in hand to the commit, and of the same rows inserted bare."""
        self.run("import", str(self.next(lines)))
        command = [sys.executable, __file__, "--append", str(self.folder)]
        said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        found = json.loads(said.splitlines()[-1])
        return found["append"], found["bare"]

    def verify(self) -> tuple[float, float]:
        """CPU of ``verify``, and of its floor."""
        return self.run("verify"), read_all(self.folder)


def read_all(folder: Path) -> float:
    """CPU of reading every row by the driver, and every byte of the books and of the archive."""
    started = time.process_time()
    with sqlite3.connect(folder / "journal.db") as source:
        names = source.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        for (name,) in names:
            for _ in source.execute(f'SELECT * FROM "{name}"'):
                pass
    for path in (*(folder / "ledger").rglob("*"), *(folder / "archive").rglob("*")):
        if path.is_file():
            path.read_bytes()
    return time.process_time() - started


def append_alone(folder: Path) -> None:
    """Post the lines that are open: the receipt of each, as one batch."""
    from ledger_core.accounting.fact import Fact
    from ledger_core.journal.append import Claim
    from ledger_core.runs.facts import Posted, post_into
    from tallystick.actions.session import open_session

    with open_session(folder).writing() as book:
        sql = """SELECT l.id, l.bank, l.date, l.amount, p.text FROM line_state s JOIN statement_line l ON l.id = s.line
                 JOIN person p ON p.id = 'line:' || l.id WHERE s.disposition = 'open' ORDER BY l.id"""
        lines = book.connection.exec_driver_sql(sql).all()
        facts = [
            Fact(
                "receipt", day, case=json.loads(text)["memo"].split()[1], amount=amount, bank=bank, line=line, source=n
            )
            for n, (line, bank, day, amount, text) in enumerate(lines)
        ]
        started = time.process_time()
        batch, posted = book.batch("reconcile"), Posted()
        post_into(book, batch, facts, posted)
        batch.claims = [Claim(fact.line, fact.bank, fact.amount, ["x"], row=n) for n, fact in enumerate(facts)]
        batch.line_states = {fact.line: ("posted", "") for fact in facts}
        done = book.append(batch)
    cpu = time.process_time() - started
    print(json.dumps({"append": cpu, "bare": bare(folder, done.batch)}))


def _case(text: str) -> str:
    """The case that a line names."""
    return str(json.loads(text)["memo"].split()[1])


def bare(folder: Path, batch: int) -> float:
    """CPU of the batch's entries, legs and claims, inserted into bare tables with the same indexes, and committed."""
    wheres = {
        "entry": f"batch = {batch}",
        "posting": f"entry IN (SELECT id FROM entry WHERE batch = {batch})",
        "claim": f"batch = {batch}",
    }
    with sqlite3.connect(folder / "journal.db") as source:
        tables = {
            name: source.execute(f"SELECT * FROM {name} WHERE {where}").fetchall() for name, where in wheres.items()
        }
        made = "SELECT sql FROM sqlite_master WHERE tbl_name IN ('entry', 'posting', 'claim') AND sql IS NOT NULL"
        schema = source.execute(f"{made} AND type IN ('table', 'index')").fetchall()
    target = folder / "bare.db"
    target.unlink(missing_ok=True)
    started = time.process_time()
    with sqlite3.connect(target) as fresh:
        for (sql,) in schema:
            fresh.execute(sql)
        for name, rows in tables.items():
            fresh.executemany(f"INSERT INTO {name} VALUES ({', '.join('?' * len(rows[0]))})", rows)
        fresh.commit()
    spent = time.process_time() - started
    target.unlink()
    return spent


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("count", nargs="?", type=int, default=1_000_000)
    parser.add_argument("--append", type=Path)
    options = parser.parse_args()
    if options.append:
        append_alone(options.append)
        return
    folder = Path(tempfile.mkdtemp(prefix="tallystick-bench-"))
    try:
        measure(folder, options.count)
    finally:
        shutil.rmtree(folder)


def measure(folder: Path, count: int) -> None:
    """Little and much history side by side."""
    figures: dict[str, list[float]] = {}
    cases = min(100_000, count // 10)
    for name, own, days in (("little", 5_000, 1), ("much", cases, count // cases - 1)):
        history = History(folder / name, own, days)
        print(f"{name} history: {own * (days + 1):,} entries", flush=True)
        day = min(history.daily(1_000) for _ in range(3))
        append, inserts = history.append(10_000)
        history.run("publish")
        figures[name] = [day, append, inserts, *history.verify(), history.peak]
        print(f"  a day of 1,000 lines {day:8.2f} CPU s", flush=True)
        print(f"  append of 10,000     {append:8.2f}   the rows inserted bare {inserts:.2f}: {append / inserts:.2f}")
        print(f"  verify               {figures[name][3]:8.2f}   its floor {figures[name][4]:.2f}", flush=True)
        print(f"  highest peak         {history.peak:8.0f} MB", flush=True)
    little, much = figures["little"], figures["much"]
    told = [
        ("a day of 1,000 lines, after much in times of after little", much[0] / little[0], DAY_LIMIT),
        ("append of 10,000 lines, after much in times of after little", much[1] / little[1], APPEND_LIMIT),
        ("verify in floors", much[3] / much[4], VERIFY_LIMIT),
        ("highest peak of all commands, MB", much[5], MEMORY_LIMIT),
    ]
    print()
    for what, figure, limit in told:
        print(f"{what:60} {figure:8.2f}  (at most {limit})")


if __name__ == "__main__":
    main()
