"""What a bank line is: certain by an exact identifier, or left to a person (DOMAIN §5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger_core.cases.register import CaseInfo
from reconciliation.decision import Line, Named, decide, named_cases, prefer_open
from reconciliation.identifiers import identifier_keys

if TYPE_CHECKING:
    from tests.desk import Desk


def line(amount: int = 10_000, **texts: str) -> Line:
    """A line of a trust bank."""
    return Line(1, "TRUST", "2025-01-10", amount, "", "open", texts)


def case(name: str, total: int = 50_000, finished_by: str = "", currency: str = "CNY") -> CaseInfo:
    """A case with something outstanding, or finished by an event."""
    return CaseInfo(name, "ALFA", currency, (total, 0, 0, 0), 0, finished_by, 0)


def register(*ids: str, references: dict[str, str] | None = None) -> dict[str, list[tuple[str, str]]]:
    """The index of identifiers: case ids as they are, clients' references under a hashed key."""
    keys: dict[str, list[tuple[str, str]]] = {}
    for name in ids:
        for key in identifier_keys(name):
            keys.setdefault(key, []).append((name, "case_id"))
    for name, reference in (references or {}).items():
        for key in identifier_keys(reference):
            keys.setdefault(f"#{key}", []).append((name, "client_ref"))
    return keys


def named(of: Line, keys: dict[str, list[tuple[str, str]]]) -> list[str]:
    """The cases that a line names."""
    hashed = {mention.key: f"#{mention.key}" for mention in of.mentions}
    return [item.case for item in named_cases(of.mentions, keys, hashed)]


def names(*cases: str) -> list[Named]:
    """Cases named by their ids in the reference."""
    return [Named(name, "case_id", "reference") for name in cases]


# --- which cases a line names --------------------------------------------------------------------


def test_reference_memo_and_payer_are_read() -> None:
    """A case id counts wherever the line says it, each case once, in the order in which they are said."""
    keys = register("K0001", "K0002", "K0003")
    assert named(line(reference="K0002", memo="K0001 and K0002", payer="Payer K0003"), keys) == [
        "K0002",
        "K0001",
        "K0003",
    ]
    assert named(line(reference="INVK0002", memo="none of ours: K9"), keys) == []


def test_a_clients_reference_is_found_by_its_hash() -> None:
    """The index holds a reference as a hash only; a line that says it names the case."""
    keys = register("K0001", references={"K0001": "LOAN-777123"})
    assert named(line(memo="loan 777123"), keys) == ["K0001"]
    (item,) = named_cases(line(memo="loan 777123").mentions, keys, {"LOAN-777123": "#LOAN-777123"})
    assert item.kind == "client_ref"
    assert "777123" not in item.evidence


def test_short_digits_count_as_the_whole_reference_only() -> None:
    """Fewer than five digits are a case's id only where the reference says nothing else (DOMAIN §5)."""
    keys = register("1234", "12345")
    assert named(line(reference="1234"), keys) == ["1234"]
    assert named(line(reference="no 1234"), keys) == []
    assert named(line(memo="1234"), keys) == []
    assert named(line(memo="no 12345"), keys) == ["12345"]


def test_short_digits_of_a_clients_reference_too() -> None:
    """The rule holds for the client's own numbers, of which only the hash is known."""
    keys = register("K0001", references={"K0001": "4711"})
    assert named(line(reference="4711"), keys) == ["K0001"]
    assert named(line(memo="pays 4711"), keys) == []


def test_of_two_ids_the_one_that_is_written() -> None:
    """A-1 and A1 are one identifier to a bank; where both are cases, the spelling decides."""
    keys = register("A-1", "A1")
    assert named(line(reference="a-1"), keys) == ["A-1"]
    assert named(line(reference="A1"), keys) == ["A1"]
    assert sorted(named(line(reference="A 1"), keys)) == ["A-1", "A1"]


def test_the_open_case_wins_where_a_debt_was_placed_again() -> None:
    """A client's reference may name several cases: the one with something outstanding is meant, if it is one."""
    both = [Named("OLD", "client_ref", "memo"), Named("NEW", "client_ref", "memo")]
    assert [i.case for i in prefer_open(both, {"OLD": case("OLD", 0), "NEW": case("NEW")})] == ["NEW"]
    assert len(prefer_open(both, {"OLD": case("OLD"), "NEW": case("NEW")})) == 2
    assert len(prefer_open(both, {"OLD": case("OLD", 0), "NEW": case("NEW", 0)})) == 2
    one = [*names("OLD"), *both]
    assert [(i.case, i.kind) for i in prefer_open(one, {"OLD": case("OLD", 0), "NEW": case("NEW")})] == [
        ("OLD", "case_id"),
        ("NEW", "client_ref"),
    ]


# --- what is certain -----------------------------------------------------------------------------


def test_one_open_case_is_certain() -> None:
    """An exact identifier of one open case is enough, whatever the amount."""
    made = decide(line(12_345), names("K-1"), {"K-1": case("K-1")}, "CNY")
    assert (made.kind, made.parts) == ("receipt", (("K-1", 12_345),))
    assert made.evidence == ("case_id: K-1 found in reference",)


@pytest.mark.parametrize("by", ["receipt", "settlement", "direct_payment", "identified"])
def test_a_paid_or_settled_case_takes_it_as_overpayment(by: str) -> None:
    """Money for a case paid in full or settled is certain too: all of it is overpayment."""
    made = decide(line(), names("K-1"), {"K-1": case("K-1", 0, by)}, "CNY")
    assert (made.kind, made.parts) == ("receipt", (("K-1", 10_000),))


@pytest.mark.parametrize("by", ["recall", "write_off"])
def test_a_recalled_or_written_off_case_never_does(by: str) -> None:
    """It waits for a person, with the case suggested; that it came back goes by itself all the same."""
    cases = {"K-1": case("K-1", 0, by)}
    made = decide(line(), names("K-1"), cases, "CNY")
    assert (made.kind, made.parts) == ("wait", (("K-1", 10_000),))
    assert made.evidence
    assert "recalled or written off" in made.doubt
    assert decide(line(-10_000), names("K-1"), cases, "CNY").kind == "return"


def test_a_case_of_another_currency_waits() -> None:
    """Yen on a yen bank are no payment of a debt in yuan."""
    made = decide(line(), names("K-1"), {"K-1": case("K-1")}, "JPY")
    assert made.kind == "wait"
    assert made.doubt


def test_without_a_name_nothing_is_certain() -> None:
    """Never an amount alone: a line that names no case waits, though one case owes just that."""
    made = decide(line(50_000), [], {"K-1": case("K-1", 50_000)}, "CNY")
    assert (made.kind, made.parts, made.evidence) == ("wait", (), ())


def test_a_negative_line_is_a_return() -> None:
    """A negative line that names one case undoes a receipt of it; one that names two waits."""
    cases = {name: case(name) for name in ("K-1", "K-2")}
    made = decide(line(-3_000), names("K-1"), cases, "CNY")
    assert (made.kind, made.parts) == ("return", (("K-1", 3_000),))
    assert decide(line(-3_000), names("K-1", "K-2"), cases, "CNY").kind == "wait"


def test_several_cases_whose_whole_outstanding_it_is() -> None:
    """A line that names several cases and is the sum of all they owe is theirs."""
    cases = {"K-1": case("K-1", 3_000), "K-2": case("K-2", 7_000)}
    made = decide(line(10_000), names("K-1", "K-2"), cases, "CNY")
    assert (made.kind, made.parts) == ("receipt", (("K-1", 3_000), ("K-2", 7_000)))
    assert any(text.startswith("amount:") for text in made.evidence)
    for amount in (9_999, 10_001):
        assert decide(line(amount), names("K-1", "K-2"), cases, "CNY").kind == "wait"


def test_a_finished_case_among_several_leaves_it_to_a_person() -> None:
    """A sum with a paid case in it is no sum of whole outstandings; nor with a recalled one."""
    for by in ("receipt", "recall"):
        cases = {"K-1": case("K-1", 10_000), "K-2": case("K-2", 0, by)}
        assert decide(line(10_000), names("K-1", "K-2"), cases, "CNY").kind == "wait"


def test_five_suggestions_at_most() -> None:
    """A line that names a list of cases suggests five, none of them beyond what it owes or the line has."""
    cases = {f"K-{n}": case(f"K-{n}", 3_000 * n) for n in range(1, 9)}
    made = decide(line(7_000), names(*cases), cases, "CNY")
    assert made.kind == "wait"
    assert made.parts == (("K-1", 3_000), ("K-2", 6_000), ("K-3", 7_000), ("K-4", 7_000), ("K-5", 7_000))


@given(
    st.integers(-20, 20).filter(bool),
    st.lists(st.tuples(st.integers(0, 8), st.sampled_from(["", "receipt", "recall", "write_off"])), max_size=4),
)
def test_what_is_posted_is_always_certain(amount: int, found: list[tuple[int, str]]) -> None:
    """Whatever is named: a receipt or return has evidence and all of the line, and no recalled case gets money."""
    cases = {f"K-{n}": case(f"K-{n}", total, "" if total else by or "receipt") for n, (total, by) in enumerate(found)}
    made = decide(line(amount), names(*cases), cases, "CNY")
    if made.kind == "wait":
        return
    assert made.evidence
    assert sum(part for _, part in made.parts) == abs(amount)
    assert all(part > 0 for _, part in made.parts)
    assert (made.kind == "return") == (amount < 0)
    if made.kind == "receipt":
        assert not {cases[name].finished_by for name, _ in made.parts} & {"recall", "write_off"}
        assert len(cases) == 1 or sum(c.total for c in cases.values()) == amount


# --- in the books --------------------------------------------------------------------------------


def outcome(desk: Desk) -> list[tuple[str, list[tuple[str, str]]]]:
    """Disposition and cases of every line."""
    return [(one["disposition"], [(p["case"], p["overpaid"]) for p in one["cases"]]) for one in desk.lines()]


def test_the_order_of_the_bank_decides(desk: Desk) -> None:
    """Two lines of one day for one case are taken in the bank's order: the second finds what the first left."""
    desk.place("K0001", "NET", "500.00")
    desk.bank(("2025-01-10", "300.00", "K0001"), ("2025-01-10", "300.00", "K0001", "second"))
    assert outcome(desk) == [("posted", [("K0001", "0.00")]), ("posted", [("K0001", "100.00")])]


def test_a_list_is_judged_by_what_the_day_left(desk: Desk) -> None:
    """A line for two cases equals their outstandings before another line of the day; after it, it does not."""
    desk.place("K0001", "NET", "300.00")
    desk.place("K0002", "NET", "200.00")
    desk.bank(("2025-01-10", "100.00", "K0001"), ("2025-01-10", "500.00", "K0001 K0002"))
    assert outcome(desk) == [("posted", [("K0001", "0.00")]), ("suggested", [])]
    desk.bank(("2025-01-11", "400.00", "K0001 K0002", "right"))
    assert outcome(desk)[-1] == ("posted", [("K0001", "0.00"), ("K0002", "0.00")])
    assert desk.case("K0001")["status"] == desk.case("K0002")["status"] == "paid"


@pytest.mark.parametrize("event", ["recall", "write_off"])
def test_money_for_a_finished_case_waits_with_the_case(desk: Desk, event: str) -> None:
    """It is booked to Unidentified the same day, the case suggested; a person refunds it."""
    desk.place("K0001", "NET", "500.00")
    desk.post(event, "2025-01-05", case="K0001")
    desk.bank(("2025-01-10", "300.00", "K0001"))
    (one,) = desk.workspace.json("worklist")["lines"]
    assert one["disposition"] == "suggested"
    assert one["suggestions"][0]["cases"] == [{"case": "K0001", "amount": "300.00"}]
    assert desk.balance("Liabilities:Trust:Unidentified", "2025-01-10") == "-300.00"
    assert "CASE_FINISHED" in desk.run("resolve", "1", "--case", "K0001", "--date", "2025-01-11", status=1)
    desk.run("resolve", "1", "--refund", "--date", "2025-01-11")
    assert desk.balance("Assets:Trust:Bank:TRUST") == "0.00"


def test_the_unknown_is_booked_the_same_day(desk: Desk) -> None:
    """Incoming on trust goes to Unidentified, on operating to Suspense both ways; outgoing on trust stays open."""
    desk.place("K0001", "NET", "500.00")
    desk.bank(("2025-01-10", "300.00"), ("2025-01-10", "-20.00"))
    desk.bank(("2025-01-11", "40.00"), ("2025-01-11", "-50.00"), bank="OPS")
    assert [disposition for disposition, _ in outcome(desk)] == ["unidentified", "open", "unidentified", "unidentified"]
    assert desk.balance("Liabilities:Trust:Unidentified", "2025-01-10") == "-300.00"
    assert desk.balance("Liabilities:Operating:Suspense", "2025-01-11") == "10.00"


def test_a_payment_of_an_invoice_by_its_number(desk: Desk) -> None:
    """Money on operating that names an open invoice and is its amount pays it; another amount waits."""
    desk.place("K0001", "GROSS", "5000.00")
    desk.bank(("2025-01-10", "1000.00", "K0001"))
    desk.remit("2025-01-31")
    desk.bank(("2025-02-05", "200.00", "INV-2025-0001"), ("2025-02-06", "212.00", "", "inv 2025 0001"), bank="OPS")
    assert [one["disposition"] for one in desk.lines()][-2:] == ["unidentified", "posted"]
    assert desk.invoices() == {"INV-2025-0001": ("212.00", "0.00")}
