"""Review (DOMAIN §4): what is entered above a limit waits for a second person, who approves just that or nothing."""

from __future__ import annotations

import json
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from ledger_core.runs.drafts import open_drafts
from tallystick.actions.session import open_session
from tests.raw import raw_session

if TYPE_CHECKING:
    from tests.desk import Desk


def limits(desk: Desk, **amounts: str) -> None:
    """Write a [review] table."""
    path = desk.workspace.folder / "agency.toml"
    keys = "".join(f'{name} = "{amount}"\n' for name, amount in amounts.items())
    path.write_text(f"{path.read_text().partition('[review]')[0]}\n[review]\n{keys}")


def waiting(desk: Desk) -> list[dict[str, Any]]:
    """The drafts of the worklist."""
    found: list[dict[str, Any]] = desk.workspace.json("worklist")["drafts"]
    return found


def approve(desk: Desk, draft: int, *more: str, by: str = "second") -> list[int]:
    """Approve a draft; returns the entries."""
    done = desk.workspace.json("review", "approve", str(draft), "--as", by, "--date", "2025-12-31", *more)
    entries: list[int] = done["entries"]
    return entries


def refused(desk: Desk, draft: int, *, by: str = "second") -> str:
    """What the refusal of an approval says."""
    return desk.run("review", "approve", str(draft), "--as", by, "--date", "2025-12-31", status=1)


def audit(desk: Desk) -> list[tuple[str, ...]]:
    """Who did what, with which outcome, on which draft."""
    with closing(raw_session(desk.workspace)) as sql:
        return sql.rows("SELECT actor, action, outcome, detail FROM audit ORDER BY id")


def draft_of(desk: Desk, *words: str) -> int:
    """Run a command that must become a draft and post nothing; returns it."""
    before = desk.workspace.json("balances", "--at", "2025-12-31")
    done = desk.workspace.json(*words)
    assert done.get("entries", []) == []
    assert desk.workspace.json("balances", "--at", "2025-12-31") == before
    number: int = done["draft"]
    return number


WRITE_OFF = ("post", "write_off", "--case", "C-1", "--date", "2025-01-10")


@pytest.mark.parametrize(("amount", "waits"), [("999.99", False), ("1000.00", False), ("1000.01", True)])
def test_only_above_the_limit(desk: Desk, amount: str, waits: bool) -> None:
    """An amount that equals the limit is posted; one cent more waits, and nothing of it is posted."""
    desk.place("C-1", "NET", "5000.00")
    limits(desk, write_off="1000.00")
    if waits:
        draft_of(desk, *WRITE_OFF, "--amount", amount)
    else:
        desk.post("write_off", "2025-01-10", case="C-1", amount=amount)
    assert [d["amount"] for d in waiting(desk)] == ([amount] if waits else [])


def test_an_event_without_amount_is_what_it_would_post(desk: Desk) -> None:
    """All that is outstanding is judged by what is outstanding."""
    desk.place("C-1", "NET", "1000.00")
    desk.place("C-2", "NET", "1000.01")
    limits(desk, write_off="1000.00")
    desk.post("write_off", "2025-01-10", case="C-1")
    draft_of(desk, "post", "write_off", "--case", "C-2", "--date", "2025-01-10")
    (draft,) = waiting(desk)
    wanted = {"id": 1, "event": "write_off", "amount": "1000.01", "entered_by": "tester"}
    assert wanted.items() <= draft.items()


def test_a_key_that_is_absent_is_off(desk: Desk) -> None:
    """Limits of other events say nothing about this one."""
    desk.place("C-1", "NET", "5000.00")
    limits(desk, settlement="1.00", match="1.00", remittance="1.00")
    desk.post("write_off", "2025-01-10", case="C-1")
    assert waiting(desk) == []


def test_what_cannot_be_posted_is_no_draft(desk: Desk) -> None:
    """A refusal is told to who enters it, not to who reviews it."""
    desk.place("C-1", "NET", "500.00")
    limits(desk, write_off="100.00")
    assert "BEYOND_OUTSTANDING" in desk.post("write_off", "2025-01-10", case="C-1", amount="500.01", status=1)
    assert waiting(desk) == []


def test_another_currency_has_the_same_number_of_units(desk: Desk) -> None:
    """A limit of 1000.00 CNY is one of 1000 JPY: whole units, whatever the decimals."""
    path = desk.workspace.folder / "agency.toml"
    bank = '\n[[bank]]\nid = "YEN"\nfund = "operating"\ncurrency = "JPY"\naccount = "777"\n'
    path.write_text(path.read_text() + bank)
    limits(desk, bank_charge="1000.00")
    desk.post("bank_charge", "2025-01-10", bank="YEN", amount="1000")
    draft_of(desk, "post", "bank_charge", "--bank", "YEN", "--amount", "1001", "--date", "2025-01-10")
    assert (waiting(desk)[0]["amount"], waiting(desk)[0]["currency"]) == ("1001", "JPY")


def test_another_person_approves(desk: Desk) -> None:
    """The approver posts it with its own date and is the actor of its batch; the entry names the draft."""
    desk.place("C-1", "NET", "5000.00")
    limits(desk, write_off="1000.00")
    number = draft_of(desk, *WRITE_OFF, "--memo", "Mrs Invented moved away")
    (entry,) = approve(desk, number)
    assert desk.case("C-1")["status"] == "written_off"
    assert [h["date"] for h in desk.case("C-1")["history"] if h["entry"] == entry] == ["2025-01-10"]
    assert waiting(desk) == []
    with closing(raw_session(desk.workspace)) as sql:
        sql_says = "SELECT b.actor, e.meta FROM entry e JOIN batch b ON b.id = e.batch WHERE e.id = ?"
        actor, meta = sql.one(sql_says, entry)
        (private,) = sql.one("SELECT text FROM person WHERE id = ?", f"entry:{entry}")
    assert (actor, json.loads(meta)["draft"]) == ("second", str(number))
    assert json.loads(private) == {"memo": "Mrs Invented moved away"}
    assert audit(desk) == [("second", "approve", "done", "draft 1")]


@pytest.mark.parametrize("name", ["tester", "TESTER", " Tester ", "ｔｅｓｔｅｒ"])
def test_nobody_approves_what_he_entered(desk: Desk, name: str) -> None:
    """However the name is written; the refusal is recorded, though nothing else of it is kept."""
    desk.place("C-1", "NET", "5000.00")
    limits(desk, write_off="1000.00")
    number = draft_of(desk, *WRITE_OFF)
    assert "SAME_PERSON" in refused(desk, number, by=name)
    assert audit(desk) == [(name, "approve", "SAME_PERSON", "draft 1")]
    assert [d["id"] for d in waiting(desk)] == [number]


def test_stale_figures_are_not_posted(desk: Desk) -> None:
    """A payment since changes what a write-off of all would post: it is refused, recorded and still waits."""
    desk.place("C-1", "NET", "5000.00")
    limits(desk, write_off="1000.00")
    number = draft_of(desk, *WRITE_OFF)
    desk.post("receipt", "2025-01-11", case="C-1", amount="100.00")
    told = refused(desk, number)
    assert "STALE" in told
    assert "5000.00 CNY and would now post 4900.00" in told
    assert audit(desk)[-1] == ("second", "approve", "STALE", "draft 1")
    assert [d["id"] for d in waiting(desk)] == [number]
    desk.run("review", "reject", str(number), "--reason", "paid since", "--date", "2025-12-31")
    again = draft_of(desk, *WRITE_OFF)
    approve(desk, again)
    assert desk.case("C-1")["outstanding"]["principal"] == "0.00"


def test_what_cannot_be_posted_any_more_is_stale(desk: Desk) -> None:
    """The refusal of the event itself is told as the reason."""
    desk.place("C-1", "NET", "5000.00")
    limits(desk, write_off="1000.00")
    number = draft_of(desk, *WRITE_OFF, "--amount", "4000.00")
    desk.post("recall", "2025-01-11", case="C-1")
    told = refused(desk, number)
    assert "STALE" in told
    assert "NOTHING_OUTSTANDING" in told


def test_the_same_amount_on_other_accounts_is_stale(desk: Desk) -> None:
    """Figures are accounts, dates and amounts: another bucket is another thing."""
    desk.place("C-1", "NET", "3000.00", interest="1000.00")
    limits(desk, write_off="500.00")
    number = draft_of(desk, *WRITE_OFF, "--amount", "2000.00")
    desk.post("direct_payment", "2025-01-11", case="C-1", amount="1500.00")
    desk.post("returned_payment", "2025-01-12", case="C-1", amount="1500.00")
    approve(desk, number)
    assert desk.case("C-1")["outstanding"] == {
        "principal": "1000.00",
        "interest": "1000.00",
        "fees": "0.00",
        "court_costs": "0.00",
    }
    other = draft_of(desk, *WRITE_OFF, "--amount", "1500.00")
    desk.post("write_off", "2025-01-11", case="C-1", amount="300.00")
    assert "other dates, accounts or amounts" in refused(desk, other)


def test_a_draft_is_decided_once(desk: Desk) -> None:
    """Neither an approved nor a rejected draft is decided again."""
    desk.place("C-1", "NET", "5000.00")
    limits(desk, write_off="1000.00")
    first = draft_of(desk, *WRITE_OFF, "--amount", "2000.00")
    second = draft_of(desk, *WRITE_OFF, "--amount", "2000.00")
    assert first != second  # without a reference a repeat is no duplicate
    approve(desk, first)
    desk.run("review", "reject", str(second), "--reason", "entered twice", "--as", "second", "--date", "2025-12-31")
    for number in (first, second):
        assert "DRAFT_DECIDED" in refused(desk, number)
    assert "DRAFT_DECIDED" in desk.run(
        "review", "reject", str(first), "--reason", "no", "--date", "2025-12-31", status=1
    )
    assert desk.case("C-1")["outstanding"]["principal"] == "3000.00"


def test_names_and_reasons_stay_in_the_journal(desk: Desk) -> None:
    """The books name the draft's number; no user, memo or reason reaches them, nor the draft's own row."""
    desk.place("C-1", "NET", "5000.00")
    limits(desk, write_off="1000.00")
    first = draft_of(desk, *WRITE_OFF, "--amount", "2000.00", "--memo", "Mrs Invented")
    second = draft_of(desk, *WRITE_OFF, "--memo", "Mr Imagined")
    approve(desk, first)
    desk.run("review", "reject", str(second), "--reason", "Mr Imagined pays", "--as", "second", "--date", "2025-12-31")
    desk.run("publish")
    books = "".join(path.read_text() for path in (desk.workspace.folder / "ledger").rglob("*.beancount"))
    assert 'draft: "1"' in books
    with closing(raw_session(desk.workspace)) as sql:
        rows = [row for table in ("draft", "review", "audit") for row in sql.rows(f"SELECT * FROM {table}")]
    for name in ("Invented", "Imagined"):
        assert name not in books.replace("Invented NET", "")
        assert name not in str(rows)
    assert "second" not in books
    (decided,) = [d for d in desk.workspace.json("review", "list", "--all")["drafts"] if d["decision"] == "rejected"]
    assert decided["reason"] == "Mr Imagined pays"


def test_open_drafts_of_a_month(desk: Desk) -> None:
    """A month's close asks for the drafts dated through its last day."""
    desk.place("C-1", "NET", "5000.00")
    limits(desk, write_off="100.00")
    for day in ("2025-01-31", "2025-02-01"):
        desk.workspace.run("post", "write_off", "--case", "C-1", "--amount", "200.00", "--date", day)
    with open_session(desk.workspace.folder).journal.read() as connection:
        assert [draft.id for draft in open_drafts(connection, "2025-01-31")] == [1]
        assert [draft.id for draft in open_drafts(connection)] == [1, 2]
