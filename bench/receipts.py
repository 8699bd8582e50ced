"""100,000 receipts: imported, reconciled by reference, posted, published.

Each command runs as its own process, as a user runs it; CPU is user + system time of that process,
memory its peak.  In the same run a floor is measured: the same rows inserted by the driver's
executemany into the same tables without triggers, and the same bytes hashed.  Ratios to the floor
hold on any machine, seconds do not.

    python bench/receipts.py [COUNT] [--profile]
"""

from __future__ import annotations

import argparse
import cProfile
import hashlib
import os
import pstats
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

AGENCY = """
[agency]
name = "Bench"
currency = "CNY"
first_day = 2025-01-01
journal = "sqlite:///journal.db"

[[bank]]
id = "TRUST"
fund = "trust"
currency = "CNY"
account = "6222000011112222"

[[bank]]
id = "OPS"
fund = "operating"
currency = "CNY"
account = "6222000033334444"
"""
CONTRACT = """
client = "{client}"
name = "{client}"
currency = "CNY"

[[terms]]
effective = 2025-01-01
remittance = "{mode}"
minimum_remittance = "0.00"
waterfall = ["court_costs", "interest", "fees", "principal"]
commission_on = ["principal", "interest", "fees"]
vat = "exclusive"
vat_rate = "0.06"

[[terms.commission]]
by = "age_days"
mode = "whole"
tiers = [ {{ up_to = 90, rate = "0.15" }}, {{ up_to = 180, rate = "0.25" }}, {{ rate = "0.35" }} ]
"""
CLIENTS = {"ALFA": "net", "BETA": "gross", "GAMMA": "combined"}
DAY = "2025-02-03"


def make(folder: Path, count: int) -> None:
    """A workspace with ``count`` cases and one statement with a line for each."""
    (folder / "clients").mkdir(parents=True)
    (folder / "agency.toml").write_text(AGENCY)
    names = list(CLIENTS)
    for name, mode in CLIENTS.items():
        (folder / "clients" / f"{name}.toml").write_text(CONTRACT.format(client=name, mode=mode))
    placements = ["client,case,placed_on,principal,interest,delinquency_date"]
    lines = ["account,date,amount,id,payer,reference,memo"]
    for number in range(count):
        case = f"K{number:07d}"
        principal, interest = 50_000 + number * 37 % 900_000, number * 11 % 5_000
        age = f"2024-{number % 12 + 1:02d}-15"
        placements.append(f"{names[number % 3]},{case},2025-01-02,{principal / 100:.2f},{interest / 100:.2f},{age}")
        paid = 5_000 + number * 13 % 60_000
        lines.append(f"6222000011112222,{DAY},{paid / 100:.2f},T{number},Payer {number},,repayment {case} thanks")
    (folder / "placements.csv").write_text("\n".join(placements) + "\n")
    (folder / "statement.csv").write_text("\n".join(lines) + "\n")


def measured(folder: Path, *args: str) -> tuple[float, float, float]:
    """Run a command; its CPU seconds, wall seconds and peak memory in MB."""
    started = time.monotonic()
    command = [sys.executable, "-m", "tallystick.cli.main", *args, "--workspace", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        said = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{args} failed: {said}")
    return usage.ru_utime + usage.ru_stime, time.monotonic() - started, usage.ru_maxrss / 1024


def floor(folder: Path, day_file: Path) -> tuple[float, int, int]:
    """Insert the last batch's rows again without triggers and hash the published bytes: CPU, entries, legs."""
    source = sqlite3.connect(folder / "journal.db")
    tables: dict[str, list[tuple[object, ...]]] = {}
    (batch,) = source.execute("SELECT batch FROM entry GROUP BY batch ORDER BY COUNT(*) DESC, batch DESC").fetchone()
    wheres = {
        "entry": f"batch = {batch}",
        "posting": f"entry IN (SELECT id FROM entry WHERE batch = {batch})",
        "claim": f"batch = {batch}",
    }
    for name, where in wheres.items():
        tables[name] = source.execute(f"SELECT * FROM {name} WHERE {where}").fetchall()
    schema = source.execute(
        "SELECT sql FROM sqlite_master WHERE tbl_name IN ('entry','posting','claim') AND sql IS NOT NULL "
        "AND type IN ('table', 'index')"
    ).fetchall()
    target = folder / "floor.db"
    target.unlink(missing_ok=True)
    content = day_file.read_bytes()
    before = time.process_time()
    with sqlite3.connect(target) as bare:
        bare.execute("PRAGMA journal_mode = WAL")
        for (sql,) in schema:
            bare.execute(sql)
        for name, rows in tables.items():
            marks = ", ".join("?" * len(rows[0]))
            bare.executemany(f"INSERT INTO {name} VALUES ({marks})", rows)
        bare.commit()
    hashlib.sha256(content).hexdigest()
    return time.process_time() - before, len(tables["entry"]), len(tables["posting"])


def profile(folder: Path) -> None:
    """Where the time of ``reconcile`` goes, by function."""
    from tallystick.actions.reconcile import reconcile
    from tallystick.actions.session import open_session

    profiler = cProfile.Profile()
    profiler.runcall(reconcile, open_session(folder))
    pstats.Stats(profiler).sort_stats("cumulative").print_stats(45)


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("count", nargs="?", type=int, default=100_000)
    parser.add_argument("--profile", action="store_true", help="profile reconcile instead of measuring")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="tallystick-bench-"))
    try:
        workspace = folder / "agency"
        make(workspace, options.count)
        run(workspace, options.count, profiled=options.profile)
    finally:
        shutil.rmtree(folder)


def run(workspace: Path, count: int, *, profiled: bool) -> None:
    """The commands in turn."""
    steps = [
        ("import placements", ("import", str(workspace / "placements.csv"))),
        ("import statement", ("import", str(workspace / "statement.csv"))),
        ("reconcile and post", ("reconcile",)),
        ("publish", ("publish",)),
        ("verify", ("verify",)),
    ]
    print(f"{count} receipts, {os.cpu_count()} cores, Python {sys.version.split()[0]}\n")
    print(f"{'step':20} {'CPU s':>8} {'wall s':>8} {'peak MB':>8}")
    for name, args in steps:
        if profiled and name.startswith("reconcile"):
            profile(workspace)
            return
        cpu, wall, peak = measured(workspace, *args)
        print(f"{name:20} {cpu:8.2f} {wall:8.2f} {peak:8.0f}", flush=True)
    day_file = workspace / "ledger" / DAY[:4] / DAY[5:7] / f"{DAY}.beancount"
    cpu, entries, legs = floor(workspace, day_file)
    print(f"{'floor of posting':20} {cpu:8.2f}   bare executemany of {entries} entries with {legs} legs, bytes hashed")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"\nlegs an entry: {legs / entries:.1f}; peak of this process {peak} MB")


if __name__ == "__main__":
    main()
