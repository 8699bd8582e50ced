"""The published books: the same journal gives the same bytes, whoever looks sees whole books, and nothing slips by."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ledger_core.publish import tree
from tests.acceptance import two_months
from tests.publish.conftest import DAY, books, digests

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.conftest import Workspace

TEN = "2025/01/2025-01-10.beancount"
LATER = ("post", "write_off", "--case", "B-1", "--date", DAY)
EARLIER = ("post", "cost_advanced", "--case", "B-1", "--amount", "12.00", "--date", "2025-01-16")
LINES = "account,date,amount,id\n6222000011112222,2025-02-28,11.00,X1\n"


def test_published_twice(agency: Workspace) -> None:
    """Publishing again changes no byte; publishing anew gives the same bytes."""
    before = digests(agency)
    assert agency.json("publish", "--date", DAY)["written"] == 0
    assert digests(agency) == before
    shutil.rmtree(agency.folder / "ledger")
    assert agency.json("publish", "--date", DAY)["written"] == len(before)
    assert digests(agency) == before


def test_published_after_each_step(workspace: Workspace) -> None:
    """Books that grew with the journal, late entries dated earlier among them, are those published at once."""
    two_months.settings(workspace)
    two_months.january(workspace)
    two_months.february(workspace)
    for step in (LATER, EARLIER):
        workspace.run(*step)
        workspace.run("publish", "--date", DAY)
    grown = digests(workspace)
    shutil.rmtree(workspace.folder / "ledger")
    workspace.run("publish", "--date", DAY)
    assert digests(workspace) == grown


def test_days_before_a_new_entry_are_kept(agency: Workspace) -> None:
    """Files of days that no new entry touches are the very same files; the others are written anew."""

    def files() -> dict[str, int]:
        ledger = agency.folder / "ledger"
        return {path: (ledger / path).stat().st_ino for path in books(agency)}

    before = files()
    agency.run(*EARLIER)
    agency.run("publish", "--date", DAY)
    after = files()
    kept = {path for path in before if before[path] == after[path]}
    assert kept == {path for path in before if path.startswith("2025/01") and path < "2025/01/2025-01-16"}


def test_sums_and_beancount(published: Workspace) -> None:
    """``sha256sum -c`` and ``bean-check`` accept the books."""
    ledger = published.folder / "ledger"
    sums = subprocess.run(["sha256sum", "-c", "SHA256SUMS"], cwd=ledger, capture_output=True, text=True, check=False)
    assert (sums.returncode, sums.stdout.count(": OK")) == (0, len(books(published)) - 1)
    bean_check = Path(sys.executable).with_name("bean-check")
    environment = os.environ | {"BEANCOUNT_DISABLE_LOAD_CACHE": "1"}
    done = subprocess.run(
        [bean_check, ledger / "main.beancount"], capture_output=True, text=True, env=environment, check=False
    )
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


# --- while it happens ----------------------------------------------------------------------------


def test_a_reader_sees_old_or_new(tmp_path: Path) -> None:
    """While the books are exchanged again and again, every file is there, whole, and old or new."""
    target = tmp_path / "ledger"
    sides = [{f"{number}.txt": bytes([side]) * 50_000 for number in range(5)} for side in (0, 1)]
    tree.write(target, sides[0])
    done = threading.Event()
    seen: list[str] = []

    def read() -> None:
        while not done.is_set():
            for name in sides[0]:
                try:
                    content = (target / name).read_bytes()
                except OSError as error:
                    seen.append(str(error))
                    continue
                if content not in (sides[0][name], sides[1][name]):
                    seen.append(name)

    reader = threading.Thread(target=read)
    reader.start()
    for turn in range(60):
        tree.write(target, sides[turn % 2])
    done.set()
    reader.join()
    assert seen == []


def test_a_publication_that_was_killed(agency: Workspace) -> None:
    """A process that dies while it writes leaves the old books; the next publication cleans up after it."""
    before, ledger = digests(agency), agency.folder / "ledger"
    script = f"""
import os, pathlib
from ledger_core.publish import tree

class Dying(dict):
    def items(self):
        yield "main.beancount", b"half of it"
        os._exit(9)

tree.write(pathlib.Path({str(ledger)!r}), Dying())
"""
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 9
    assert (agency.folder / ".ledger.new/main.beancount").exists()
    assert digests(agency) == before
    assert agency.json("verify")["ok"]
    (agency.folder / ".ledger.old").mkdir()
    agency.run("publish", "--date", DAY)
    assert [path.name for path in agency.folder.iterdir() if path.name.startswith(".")] == []
    assert digests(agency) == before


class _NoRoom(dict[str, bytes]):
    """Files of which only the first finds room."""

    def items(self) -> Iterator[tuple[str, bytes]]:  # type: ignore[override]
        """One file, and then none."""
        yield "main.beancount", b"half of it"
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_publication_without_room(agency: Workspace) -> None:
    """Where the new books find no room the old ones stand, and what was begun beside them is gone again."""
    before, names = digests(agency), sorted(path.name for path in agency.folder.iterdir())
    with pytest.raises(OSError, match="No space"):
        tree.write(agency.folder / "ledger", _NoRoom())
    assert (digests(agency), sorted(path.name for path in agency.folder.iterdir())) == (before, names)


def test_a_publication_cut_short_before_it_was_noted(agency: Workspace, tmp_path: Path) -> None:
    """Books that the journal did not note, as of a crash in the last moment, are no finding; publishing goes on."""
    agency.run(*LATER)
    shutil.copyfile(agency.folder / "journal.db", tmp_path / "before.db")
    agency.run("publish", "--date", DAY)
    after = digests(agency)
    shutil.copyfile(tmp_path / "before.db", agency.folder / "journal.db")
    assert agency.json("verify")["ok"]
    agency.run("publish", "--date", DAY)
    assert digests(agency) == after
    shutil.copyfile(tmp_path / "before.db", agency.folder / "journal.db")
    agency.write("inbox/more.csv", LINES)
    agency.run("import", "--date", DAY)
    assert agency.json("verify")["ok"]


# --- entries that are not published yet ----------------------------------------------------------


def test_unpublished_entries_are_told_apart(agency: Workspace) -> None:
    """New entries, and imported lines without entries, leave the books in order, and are counted."""
    agency.write("inbox/more.csv", LINES)
    agency.run("import", "--date", DAY)
    found = agency.json("verify")
    assert (found["ok"], found["findings"], found["unpublished"], found["entries"]) == (True, [], 0, 44)
    agency.run(*LATER)
    agency.run(*EARLIER)
    found = agency.json("verify")
    assert (found["ok"], found["findings"], found["unpublished"], found["entries"]) == (True, [], 2, 46)
    agency.run("publish", "--date", DAY)
    assert agency.json("verify")["unpublished"] == 0


# --- altered by hand -----------------------------------------------------------------------------


def edit(path: str, old: str, new: str) -> Callable[[Path], object]:
    """Replace the first of a text in a file."""

    def alter(ledger: Path) -> None:
        content = (ledger / path).read_text(encoding="utf-8")
        assert old in content
        (ledger / path).write_text(content.replace(old, new, 1), encoding="utf-8")

    return alter


ENTRIES = {
    "an amount": (edit(TEN, "-1095.00 CNY", "-1095.01 CNY"), 19),
    "a deleted leg": (edit(TEN, "  Liabilities:Operating:OutputVAT  -45.00 CNY\n", ""), 22),
    "an added leg": (edit(TEN, "  Income", "  Equity:Opening  0.00 CNY\n  Income"), 21),
    "a date": (edit(TEN, "2025-01-10 *", "2025-01-09 *"), 3),
    "a narration": (edit(TEN, "receipt A-1", "receipt A-2"), 3),
    "a digest": (edit(TEN, 'public: "', 'public: "0'), 14),
    "a comment": (edit(TEN, "  batch", "  ; a remark\n  batch"), 5),
}
"""Alterations of entry 11, and the line of the file at which each begins."""


@pytest.mark.parametrize("unpublished", [False, True])
@pytest.mark.parametrize("what", ENTRIES)
def test_an_altered_entry_in_the_books(agency: Workspace, what: str, *, unpublished: bool) -> None:
    """An altered entry is named with its file and line, also while the journal has entries that the books have not."""
    alter, line = ENTRIES[what]
    alter(agency.folder / "ledger")
    if unpublished:
        agency.run(*EARLIER)
    (finding,) = agency.json("verify", status=1)["findings"]
    told = {"code": "BOOK_ALTERED", "file": f"ledger/{TEN}", "at_line": str(line), "entry": "11"}
    assert told.items() <= finding.items()
    assert finding["message"].startswith(f"ledger/{TEN}:{line} says ")


@pytest.mark.parametrize("unpublished", [False, True])
@pytest.mark.parametrize("code", ["BOOK_ALTERED", "BOOK_MISSING"])
@pytest.mark.parametrize(
    "pattern",
    [TEN, "main.beancount", "chart.beancount", "statements.beancount", "terms/*.json", "SHA256SUMS"],
)
def test_an_altered_or_missing_file(agency: Workspace, code: str, pattern: str, *, unpublished: bool) -> None:
    """A file of any kind that was altered or is gone is named, and nothing else; publishing puts it right."""
    before = digests(agency)
    path = min((agency.folder / "ledger").glob(pattern))
    if code == "BOOK_MISSING":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes() + b"; a remark\n")
    if unpublished:
        agency.run("post", "write_off", "--case", "B-1", "--date", DAY)
    found = [(finding["code"], finding["file"]) for finding in agency.json("verify", status=1)["findings"]]
    assert found == [(code, str(path.relative_to(agency.folder)))]
    if not unpublished:
        agency.run("publish", "--date", DAY)
        assert digests(agency) == before
        assert agency.json("verify")["ok"]


@pytest.mark.parametrize("name", ["notes.beancount", "2025/03/2025-03-01.beancount", ".main.beancount.picklecache"])
def test_a_foreign_file(agency: Workspace, name: str) -> None:
    """A file that was never published is named; the next publication leaves it out."""
    agency.write(f"ledger/{name}", "; a remark\n")
    (finding,) = agency.json("verify", status=1)["findings"]
    assert (finding["code"], finding["file"]) == ("BOOK_FOREIGN", f"ledger/{name}")
    agency.run("publish", "--date", DAY)
    assert agency.json("verify")["ok"]


def test_books_that_are_all_gone(agency: Workspace) -> None:
    """Every file of books that were removed is named."""
    before = books(agency)
    shutil.rmtree(agency.folder / "ledger")
    findings = agency.json("verify", status=1)["findings"]
    assert {(finding["code"], finding["file"]) for finding in findings} == {
        ("BOOK_MISSING", f"ledger/{path}") for path in before
    }
