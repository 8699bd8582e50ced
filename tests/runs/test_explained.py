"""What ``client quote`` says is what posting the same receipt posts, and what ``explain`` says of it afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.desk import Desk

TIERED = """
client = "{client}"
name = "Invented {client}"
currency = "CNY"

[[terms]]
effective = 2025-01-01
remittance = "{mode}"
waterfall = ["court_costs", "interest", "fees", "principal"]
commission_on = ["principal", "interest"]
vat = "{vat}"
vat_rate = "0.06"
hold_days = {{ check = 7 }}

[[terms.commission]]
stage = "court"
by = "age_days"
mode = "whole"
tiers = [ {{ up_to = 40, rate = "0.15" }}, {{ rate = "0.333333" }} ]
minimum = "20.00"

[[terms.commission]]
source = "forwarded"
rate = "0.35"
maximum = "100.00"

[[terms.commission]]
by = "collected_to_date"
mode = "marginal"
tiers = [ {{ up_to = "1000.00", rate = "0.30" }}, {{ rate = "0.25" }} ]

[[terms]]
effective = 2025-03-01
remittance = "{mode}"
waterfall = ["principal", "interest", "fees", "court_costs"]
vat = "none"

[[terms.commission]]
rate = "0.10"
"""

EVENTS = {"paa": "receipt", "pdc": "direct_payment", "forwarded": "forwarder_receipt"}
WAYS = [
    (mode, vat, source, method)
    for mode, vat in (("net", "exclusive"), ("combined", "inclusive"), ("gross", "exclusive"))
    for source, method in (("paa", ""), ("paa", "check"), ("pdc", ""), ("forwarded", ""))
]


@pytest.fixture
def tiered(desk: Desk) -> Desk:
    """Clients NET, COMBI and GROSS by tiers; case C-1 has every bucket and costs that the agency advanced."""
    for client, mode, vat in (
        ("NET", "net", "exclusive"),
        ("COMBI", "combined", "inclusive"),
        ("GROSS", "gross", "exclusive"),
    ):
        desk.workspace.write(f"clients/{client}.toml", TIERED.format(client=client, mode=mode, vat=vat))
    return desk


def _case(desk: Desk, client: str) -> None:
    """Costs of 80.00 advanced, 900.00 collected before, then in court since 1 February."""
    desk.place("C-1", client, "2000.00", interest="60.00", fees="40.00", delinquency_date="2025-01-01")
    desk.post("cost_advanced", "2025-01-05", case="C-1", amount="80.00")
    desk.post("receipt", "2025-01-10", case="C-1", amount="900.00", reference="first")


def _quote(desk: Desk, client: str, day: str, amount: str, *more: str) -> Any:  # noqa: ANN401 - a JSON document
    words = ("--amount", amount, "--date", day, "--case", "C-1", *more)
    return desk.workspace.json("client", "quote", client, *words)


def _moved(desk: Desk, client: str, before: dict[str, str], after: dict[str, str]) -> dict[str, int]:
    """What each account that a receipt touches moved by, in fen, positive in its usual direction."""
    names = {
        "payable": f"Liabilities:Trust:ClientPayable:{client}",
        "undrawn": "Liabilities:Trust:UndrawnFees",
        "vat": "Liabilities:Operating:OutputVAT",
        "overpaid": "Liabilities:Trust:DebtorRefund",
    }
    moved = {name: -(_fen(after, account) - _fen(before, account)) for name, account in names.items()}
    commission = [f"Income:Commission:{client}:{way}" for way in ("PAA", "PDC", "Forwarded")]
    moved["commission"] = -sum(_fen(after, account) - _fen(before, account) for account in commission)
    invoiced, advanced = f"Assets:Operating:Receivable:Client:{client}", f"Assets:Operating:CostsAdvanced:{client}"
    moved["invoiced"] = _fen(after, invoiced) - _fen(before, invoiced)
    moved["recovered"] = _fen(before, advanced) - _fen(after, advanced)
    return moved


def _fen(balances: dict[str, str], account: str) -> int:
    return int(balances.get(account, "0.00").replace(".", ""))


def _balances(desk: Desk) -> dict[str, str]:
    found = desk.workspace.json("balances", "--at", "2025-12-31")["balances"]
    return {account: by["CNY"] for account, by in found.items() if "CNY" in by}


def _minor(text: str) -> int:
    return int(text.replace(".", ""))


@pytest.mark.parametrize(("mode", "vat", "source", "method"), WAYS)
@pytest.mark.parametrize("stage", ["", "court"])
@pytest.mark.parametrize("amount", ["500.00", "1234.57", "3000.00"])
def test_a_quote_is_what_is_posted(
    tiered: Desk, mode: str, vat: str, source: str, method: str, stage: str, amount: str
) -> None:
    """Every figure of a quote on a real case equals the legs of the receipt posted next, its clearing included."""
    client = {"net": "NET", "combined": "COMBI", "gross": "GROSS"}[mode]
    _case(tiered, client)
    if stage:
        tiered.post("case_change", "2025-02-01", case="C-1", stage=stage)
    quoted = _quote(tiered, client, "2025-02-20", amount, "--source", source, "--method", method)
    assert quoted["fee"]["vat"] == vat
    before = _balances(tiered)
    columns = {"method": method, "forwarder": "FAR", "kept": "0.00"} if source == "forwarded" else {"method": method}
    entry = tiered.post(EVENTS[source], "2025-02-20", case="C-1", amount=amount, reference="second", **columns)
    if quoted["release"]:
        assert quoted["release"] == "2025-02-27"
        tiered.run("reconcile", "--date", quoted["release"])
    moved = _moved(tiered, client, before, _balances(tiered))
    earned = _minor(quoted["earned"])
    assert moved["commission"] == _minor(quoted["commission"])
    assert moved["vat"] == _minor(quoted["vat"])
    assert moved["recovered"] == _minor(quoted["costs_recovered"])
    assert moved["overpaid"] == (0 if source == "pdc" else _minor(quoted["overpaid"]))
    assert moved["payable"] == _minor(quoted["to_client"])
    assert moved["undrawn"] == (earned if quoted["taken_by"] == "withheld" else 0)
    assert moved["invoiced"] == (0 if quoted["taken_by"] == "withheld" else earned)
    left = tiered.case("C-1")["outstanding"]
    for part in quoted["waterfall"]:
        assert _minor(left[part["bucket"]]) == _minor(part["outstanding"]) - _minor(part["taken"])
    told = tiered.workspace.json("explain", str(entry))
    assert {name: told[name] for name in quoted.keys() & told.keys()} == {
        name: quoted[name] for name in quoted.keys() & told.keys()
    }


def test_a_quote_by_hand(tiered: Desk) -> None:
    """1234.57 of NET's C-1: 60.00 interest and 40.00 fees are paid, so 1234.57 − 80.00 was paid before.

    The first 900.00 took costs 80.00, interest 60.00, fees 40.00 and principal 720.00: base 780.00.  The
    next 1234.57 is all principal: 220.00 at 30 % and 1014.57 at 25 %, 66.00 + 253.6425 = 319.6425.
    """
    _case(tiered, "NET")
    quoted = _quote(tiered, "NET", "2025-02-20", "1234.57")
    assert [(part["bucket"], part["taken"]) for part in quoted["waterfall"] if part["taken"] != "0.00"] == [
        ("principal", "1234.57")
    ]
    fee = quoted["fee"]
    assert (fee["rule"], fee["by"], fee["measure"]) == (2, "collected_to_date", "780.00")
    assert [(part["amount"], part["rate"]) for part in fee["slices"]] == [("220.00", "0.3"), ("1014.57", "0.25")]
    assert (fee["figure"], quoted["commission"], quoted["vat"]) == ("319.6425", "319.64", "19.18")
    assert [rule["because"][0]["name"] for rule in fee["passed"]] == ["stage", "source"]


def test_the_version_of_the_day_rules(tiered: Desk) -> None:
    """On 28 February the old version, on 1 March the new one; before the first there is none."""
    quotes = {
        day: tiered.workspace.json("client", "quote", "GROSS", "--amount", "100", "--date", day)
        for day in ("2025-02-28", "2025-03-01")
    }
    assert [quote["commission"] for quote in quotes.values()] == ["30.00", "10.00"]
    assert [quote["terms"]["effective"] for quote in quotes.values()] == ["2025-01-01", "2025-03-01"]
    early = tiered.run("client", "quote", "GROSS", "--amount", "100", "--date", "2024-12-31", status=1)
    assert "TERMS_MISSING" in early


def test_a_sample_can_be_classified(tiered: Desk) -> None:
    """Without a case the debt is as old and classified as one says; with a case that is wrong usage."""
    words = ("client", "quote", "NET", "--amount", "100", "--date", "2025-02-20", "--stage", "court")
    young, old = (tiered.workspace.json(*words, "--age-days", age) for age in ("40", "41"))
    assert [young["commission"], old["commission"]] == ["20.00", "33.33"]
    assert young["fee"]["bounds"] == [{"name": "minimum", "limit": "20.00", "before": "15.00"}]
    tiered.workspace.run(*words, "--case", "C-1", status=2)


@pytest.mark.parametrize(
    ("client", "more", "code"),
    [
        ("NOBODY", (), "CLIENT_UNKNOWN"),
        ("NET", ("--case", "C-9"), "CASE_UNKNOWN"),
        ("GROSS", ("--case", "C-1"), "CLIENT_MISMATCH"),
        ("NET", ("--amount", "0"), "AMOUNT_SIGN"),
        ("NET", ("--amount", "1.001"), "AMOUNT_DECIMALS"),
        ("NET", ("--case", "C-1"), "CASE_FINISHED"),
    ],
)
def test_quotes_that_cannot_be(tiered: Desk, client: str, more: tuple[str, ...], code: str) -> None:
    """What posting would refuse, and what makes no sense, is refused by its code."""
    _case(tiered, "NET")
    tiered.post("recall", "2025-01-20", case="C-1")
    told = tiered.run("client", "quote", client, "--amount", "100", "--date", "2025-02-20", *more, status=1)
    assert code in told


def test_explain_of_a_clearing_is_that_of_its_receipt(tiered: Desk) -> None:
    """A clearing has no fee of its own making: what is explained is the receipt that it cleared."""
    _case(tiered, "NET")
    receipt = tiered.post("receipt", "2025-02-03", case="C-1", amount="50.00", method="check")
    tiered.run("reconcile", "--date", "2025-02-10")
    cleared = tiered.case("C-1")["history"][-1]
    assert (cleared["event"], cleared["date"]) == ("cleared", "2025-02-10")
    assert tiered.workspace.json("explain", str(cleared["entry"]))["entry"] == receipt


def test_explain_refuses_what_has_no_fee(tiered: Desk) -> None:
    """A placement has none, a return points to what it takes back, and there is no entry 999."""
    _case(tiered, "NET")
    receipt = tiered.case("C-1")["history"][-1]["entry"]
    back = tiered.post("returned_payment", "2025-02-03", case="C-1", amount="900.00")
    assert "ENTRY_UNKNOWN there is no entry 999" in tiered.run("explain", "999", status=1)
    assert f"takes back {receipt}" in tiered.run("explain", str(back), status=1)
    placed = tiered.case("C-1")["history"][0]["entry"]
    assert "is a placement, which has no fee" in tiered.run("explain", str(placed), status=1)


def test_client_check_shows_a_sample_of_each_client(tiered: Desk) -> None:
    """After all is sound: what a receipt of 1000.00 costs under the terms of the day, or when terms begin."""
    tiered.client("LATER")
    path = tiered.workspace.folder / "clients/LATER.toml"
    path.write_text(path.read_text().replace("effective = 2025-01-01", "effective = 2025-06-01"))
    found = tiered.workspace.json("client", "check", "--date", "2025-02-20")["clients"]
    assert [(each["client"], each.get("commission"), each.get("begins")) for each in found] == [
        ("COMBI", "283.02", None),
        ("GROSS", "300.00", None),
        ("LATER", None, "2025-06-01"),
        ("NET", "300.00", None),
    ]
    said = tiered.run("client", "check", "--date", "2025-02-20").splitlines()
    assert said[0] == "agency.toml and 4 contracts: all sound"
    assert said[1].startswith("COMBI  1000.00 CNY: commission 283.02 and VAT 16.98, withheld")


def test_client_check_notes_what_is_hardly_meant(desk: Desk) -> None:
    """Rules that never hold, and a commission on nothing: sound, and told."""
    rule = '[[terms.commission]]\nstage = "court"\nrate = "0.3"\n'
    path = desk.workspace.folder / "clients/NET.toml"
    text = path.read_text().replace("[[terms.commission]]", f"{rule}{rule}[[terms.commission]]")
    path.write_text(text.replace('commission_on = ["principal", "interest", "fees"]', "commission_on = []"))
    said = desk.run("client", "check", "--date", "2025-02-20")
    assert "note: terms since 2025-01-01: rule 1 never holds; rule 0 takes all of its receipts" in said
    assert "commission_on names no bucket" in said
    assert said.count("note:") == 2


def test_words_of_a_quote(tiered: Desk) -> None:
    """For a person: the waterfall, each rule passed over, the slices, the figure, how the fee is taken."""
    _case(tiered, "GROSS")
    words = ("--case", "C-1", "--amount", "5000", "--date", "2025-02-20", "--method", "check")
    said = tiered.run("client", "quote", "GROSS", *words)
    for text in (
        "overpaid     3720.00",
        "not rule 0   asks for stage court, it is not said",
        "not rule 1   asks for source forwarded, it is paa",
        "220.00 × 0.3 = 66.00 (tier up to 1000.00)",
        "invoiced",
        "on hold      good, and the fee earned, on 2025-02-27",
    ):
        assert text in said
