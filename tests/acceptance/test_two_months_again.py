"""The worked two months in other orders and formats, and every command twice: the same books."""

from __future__ import annotations

import csv
import io
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest

from tests.acceptance import two_months
from tests.acceptance.two_months import FEBRUARY, JANUARY, balances, not_zero

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.conftest import Workspace

FILES = {
    "placements": two_months.PLACEMENTS,
    "events": two_months.JANUARY_EVENTS,
    "trust": two_months.JANUARY_TRUST,
    "ops": two_months.JANUARY_OPS,
    "events-2": two_months.FEBRUARY_EVENTS,
    "trust-2": two_months.FEBRUARY_TRUST,
    "ops-2": two_months.FEBRUARY_OPS,
}


def books(workspace: Workspace) -> dict[str, str]:
    """The digest of each published file."""
    folder = workspace.folder / "ledger"
    return {str(p.relative_to(folder)): sha256(p.read_bytes()).hexdigest() for p in folder.rglob("*") if p.is_file()}


def head(workspace: Workspace) -> str:
    """The head of the journal's chain."""
    return str(workspace.json("verify")["head"])


@pytest.fixture
def agency(workspace: Workspace) -> Workspace:
    """The agency and its contracts, without any file to import."""
    two_months.settings(workspace)
    return workspace


def import_text(workspace: Workspace, name: str, content: str) -> None:
    """Import a file of this content."""
    workspace.run("import", str(workspace.write(f"in/{name}.csv", content)), "--date", "2025-01-31")


def import_all(workspace: Workspace, *names: str, day: str = "2025-01-31") -> None:
    """Import files given together."""
    workspace.run("import", *(str(workspace.write(f"in/{name}.csv", FILES[name])) for name in names), "--date", day)


def assert_february(workspace: Workspace) -> None:
    """The balances of both month ends, a sound journal, and no line that waits."""
    for at, expected in (("2025-01-31", JANUARY), ("2025-02-28", FEBRUARY)):
        assert not_zero(balances(workspace, at)) == not_zero(expected), at
    assert workspace.json("verify")["ok"]
    assert workspace.json("worklist")["lines"] == []
    assert workspace.json("three-way", "--at", "2025-02-28")["difference"] == "0.00"


# --- twice ---------------------------------------------------------------------------------------


def test_every_command_twice_changes_nothing(agency: Workspace) -> None:
    """Each step of both months, repeated, leaves the journal's head and every byte of the books as they were."""
    commands: list[tuple[str, ...]] = [
        *(("import", str(agency.write(f"in/{n}.csv", FILES[n])), "--date", "2025-01-31") for n in list(FILES)[:4]),
        ("daily", "--date", "2025-01-31"),
        ("reconcile", "--date", "2025-01-31"),
        ("resolve", "2", "--case", "B-1", "--date", "2025-01-20"),
        ("refund", "B-2", "--date", "2025-01-25"),
        ("publish",),
        ("remit", "--through", "2025-01-31"),
        ("daily", "--date", "2025-01-31"),
        *(("import", str(agency.write(f"in/{n}.csv", FILES[n])), "--date", "2025-02-28") for n in list(FILES)[4:]),
        ("daily", "--date", "2025-02-28"),
        ("remit", "--through", "2025-02-28"),
        ("daily", "--date", "2025-02-28"),
    ]
    once_only = {"resolve", "refund"}
    for command in commands:
        agency.run(*command)
        before = (head(agency), books(agency))
        agency.run(*command, status=1 if command[0] in once_only else 0)
        assert (head(agency), books(agency)) == before, command
    assert_february(agency)


def test_all_of_it_again_changes_nothing(agency: Workspace) -> None:
    """Both months done, the same files and every command once more: all is recognised."""
    two_months.january(agency)
    two_months.february(agency)
    before = (head(agency), books(agency))
    for name, content in FILES.items():
        agency.write(f"inbox/{name}.csv", content)
    found = agency.json("import", "--date", "2025-02-28")
    assert {file["imported"] for file in found["files"]} == {0}
    assert sum(file["duplicates"] for file in found["files"]) == sum(len(t.splitlines()) - 1 for t in FILES.values())
    for command in (
        ("daily", "--date", "2025-02-28"),
        ("reconcile", "--date", "2025-01-31"),
        ("remit", "--through", "2025-02-28"),
        ("remit", "--through", "2025-01-31"),
        ("remit", "--through", "2025-01-31", "--client", "ALFA"),
        ("publish",),
    ):
        agency.run(*command)
    for refused in (
        ("resolve", "4", "--case", "B-1"),
        ("resolve", "4", "--refund"),
        ("refund", "B-2"),
        ("invoice", "pay", "INV-2025-0001"),
    ):
        agency.run(*refused, "--date", "2025-02-28", status=1)
    assert agency.json("invoice", "final", "ALFA", "--date", "2025-02-28") == {"number": None}
    assert (head(agency), books(agency)) == before


def test_the_same_rows_in_another_file_are_known(agency: Workspace) -> None:
    """Rows are told by their content: other line ends, another column order, a longer file that has them too."""
    two_months.january(agency)
    before = head(agency)
    for name in ("events", "trust", "ops"):
        rows = list(csv.reader(io.StringIO(FILES[name])))
        text = io.StringIO()
        csv.writer(text, delimiter="\t", lineterminator="\r\n").writerows([row[::-1] for row in rows])
        agency.write(f"inbox/{name}-again.tsv", text.getvalue())
    found = agency.json("import", "--date", "2025-01-31")
    assert {file["imported"] for file in found["files"]} == {0}
    agency.run("daily", "--date", "2025-01-31")
    assert not_zero(balances(agency, "2025-01-31")) == not_zero(JANUARY)
    assert agency.json("verify", "--head", before)["ok"]


def test_a_dry_run_changes_nothing(agency: Workspace) -> None:
    """--dry-run says what would be, and keeps nothing."""
    import_all(agency, "placements")
    before = head(agency)
    for name in ("events", "trust", "ops"):
        path = str(agency.write(f"in/{name}.csv", FILES[name]))
        foretold = agency.json("import", path, "--date", "2025-01-31", "--dry-run")
        assert head(agency) == before
        assert agency.json("import", path, "--date", "2025-01-31") == foretold
        before = head(agency)
    foretold = agency.json("reconcile", "--date", "2025-01-31", "--dry-run")
    assert head(agency) == before
    assert agency.json("reconcile", "--date", "2025-01-31") == foretold
    two_months.decide(agency)
    before = head(agency)
    foretold = agency.json("remit", "--through", "2025-01-31", "--dry-run")
    assert head(agency) == before
    assert agency.json("remit", "--through", "2025-01-31") == foretold


# --- other orders --------------------------------------------------------------------------------


def finish(workspace: Workspace) -> None:
    """From reconciled January lines to the end of January."""
    two_months.decide(workspace)
    workspace.run("remit", "--through", "2025-01-31")
    workspace.run("reconcile", "--date", "2025-01-31")


def in_one_go(workspace: Workspace) -> None:
    """All four files in one command."""
    import_all(workspace, "ops", "trust", "events", "placements")
    workspace.run("reconcile", "--date", "2025-01-31")
    finish(workspace)


def one_by_one(workspace: Workspace) -> None:
    """Each file in a command of its own."""
    for name in ("placements", "events", "trust", "ops"):
        import_all(workspace, name)
    workspace.run("reconcile", "--date", "2025-01-31")
    finish(workspace)


def one_by_one_with_a_day_each(workspace: Workspace) -> None:
    """Each file followed by `daily`."""
    for name in ("placements", "ops", "events", "trust"):
        workspace.write(f"inbox/{name}.csv", FILES[name])
        workspace.run("daily", "--date", "2025-01-31")
    finish(workspace)


def statements_before_events(workspace: Workspace) -> None:
    """The statements are reconciled before the events come: what was unknown is given back to its entry.

    The advanced cost alone comes first: a receipt is spread over the buckets that are there when it is posted.
    """
    events = FILES["events"].splitlines(keepends=True)
    import_all(workspace, "placements", "trust", "ops")
    import_text(workspace, "cost", "".join(events[:2]))
    workspace.run("reconcile", "--date", "2025-01-31")
    waiting = {line["amount"] for line in workspace.json("worklist")["lines"]}
    assert {"1600.00", "500.00"} <= waiting
    import_text(workspace, "others", "".join(events[:1] + events[2:]))
    workspace.run("reconcile", "--date", "2025-01-31")
    finish(workspace)


def statements_before_placements(workspace: Workspace) -> None:
    """Lines wait unread until the cases that they name are there."""
    import_all(workspace, "trust", "ops")
    import_all(workspace, "placements")
    import_all(workspace, "events")
    workspace.run("reconcile", "--date", "2025-01-31")
    finish(workspace)


@pytest.mark.parametrize(
    "january",
    [in_one_go, one_by_one, one_by_one_with_a_day_each, statements_before_events, statements_before_placements],
)
def test_the_order_of_files_does_not_matter(agency: Workspace, january: Callable[[Workspace], None]) -> None:
    """However January's files come in, both month ends are the same to the cent."""
    january(agency)
    assert not_zero(balances(agency, "2025-01-31")) == not_zero(JANUARY)
    two_months.february(agency)
    assert_february(agency)


def test_february_statements_before_its_events(agency: Workspace) -> None:
    """A settlement, a charge and a write-off that come after the statement leave the same books."""
    two_months.january(agency)
    import_all(agency, "trust-2", "ops-2", day="2025-02-28")
    agency.run("reconcile", "--date", "2025-02-28")
    two_months.february(agency)
    assert_february(agency)


def by_day(text: str) -> Iterator[tuple[str, str]]:
    """A table as one table a day."""
    header, *rows = text.splitlines(keepends=True)
    at = header.strip().split(",").index("placed_on" if "placed_on" in header else "date")
    days: dict[str, list[str]] = {}
    for row in rows:
        days.setdefault(row.split(",")[at], []).append(row)
    for day in sorted(days):
        yield day, header + "".join(days[day])


def test_day_by_day(agency: Workspace) -> None:
    """`daily` on each day with that day's rows, decisions on their days, comes to the same books."""
    arriving: dict[str, list[tuple[str, str]]] = {}
    for name, content in FILES.items():
        for day, part in by_day(content):
            arriving.setdefault(day, []).append((name, part))
    decided = {
        "2025-01-20": ("resolve", "--case", "B-1"),
        "2025-01-25": ("refund", "B-2"),
        "2025-01-31": ("remit", "--through", "2025-01-31"),
        "2025-02-28": ("remit", "--through", "2025-02-28"),
    }
    for day in sorted({*arriving, *decided}):
        for name, part in arriving.get(day, ()):
            agency.write(f"inbox/{name}-{day}.csv", part)
        agency.run("daily", "--date", day)
        if day in decided:
            command, *options = decided[day]
            lines = [line["line"] for line in agency.json("worklist")["lines"] if line["amount"] == "500.00"]
            subject = [str(lines[0])] if command == "resolve" else []
            agency.run(command, *subject, *options, "--date", day)
            agency.run("daily", "--date", day)
    assert_february(agency)


# --- another format ------------------------------------------------------------------------------


def camt(name: str, opening: str, closing: str) -> str:
    """A month's native CSV as CAMT.053, with the balances at both ends."""
    rows = list(csv.DictReader(io.StringIO(FILES[name])))
    entries = "".join(camt_entry(number, row) for number, row in enumerate(rows))
    balance = (
        '<Bal><Tp><CdOrPrtry><Cd>{}</Cd></CdOrPrtry></Tp><Amt Ccy="CNY">{}</Amt>'
        "<CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>{}</Dt></Dt></Bal>"
    )
    first, last = rows[0]["date"][:8] + "01", rows[-1]["date"]
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><Stmt>'
        f"<Id>{name}</Id><Acct><Id><Othr><Id>{rows[0]['account']}</Id></Othr></Id><Ccy>CNY</Ccy></Acct>"
        f"{balance.format('OPBD', opening, first)}{balance.format('CLBD', closing, last)}{entries}"
        "</Stmt></BkToCstmrStmt></Document>"
    )


def camt_entry(number: int, row: dict[str, str]) -> str:
    """One booked entry with one detail: party, reference and text."""
    credit = not row["amount"].startswith("-")
    party = "Dbtr" if credit else "Cdtr"
    reference = f"<Refs><EndToEndId>{row['reference']}</EndToEndId></Refs>" if row["reference"] else ""
    return (
        f'<Ntry><Amt Ccy="CNY">{row["amount"].lstrip("-")}</Amt><CdtDbtInd>{"CRDT" if credit else "DBIT"}</CdtDbtInd>'
        f"<Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>{row['date']}</Dt></BookgDt><AcctSvcrRef>S{number}-{row['date']}"
        f"</AcctSvcrRef><NtryDtls><TxDtls>{reference}<RltdPties><{party}><Pty><Nm>{row['payer']}</Nm></Pty></{party}>"
        f"</RltdPties><RmtInf><Ustrd>{row['memo']}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>"
    )


def test_camt_statements_give_the_same_books(agency: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """The trust bank's months as CAMT.053 with balances instead of CSV: the same balances, and no gap."""
    monkeypatch.setattr(two_months, "JANUARY_TRUST", camt("trust", "0.00", "0.00"))
    monkeypatch.setattr(two_months, "FEBRUARY_TRUST", camt("trust-2", "0.00", "0.00"))
    two_months.january(agency)
    two_months.february(agency)
    assert_february(agency)
    agency.run("check", "--date", "2025-02-28")
    (bank,) = agency.json("three-way", "--at", "2025-02-28")["banks"]
    assert (bank["statement"], bank["reconciling"]) == ("0.00", [])
