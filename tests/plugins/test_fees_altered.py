"""Books that a sound agency posts pass plugins.fees; one unit moved between two legs of a payment never does.

The agency posts by the model that the plugin judges by: what is tested is that the plugin reads from the books
all that the model needs, in posting order, and overlooks no leg.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from beancount.core.amount import Amount
from beancount.core.data import Custom, Posting, Transaction
from beancount.parser.grammar import ValueType
from hypothesis import event, given, settings
from hypothesis import strategies as st

from plugins.fees import fees
from plugins.model import contract, money, posting
from plugins.model.case import Case, Payment
from plugins.model.posting import Leg, Way
from tests.plugins.model_terms import digest_of, document, rule, tiers

if TYPE_CHECKING:
    from pathlib import Path

    from beancount.core.data import Directive

FIRST = dt.date(2025, 1, 1)
VERSIONS = [
    document(
        rule("0.4", source=["forwarded"], minimum="5.00"),
        rule(by="collected_to_date", mode="marginal", tiers=tiers(("300.00", "0.333333"), (None, "0.05"))),
        commission_on=["principal", "interest", "court_costs"],
    ),
    document(
        rule("0.5", stage=["legal"], maximum="7.77"),
        rule(by="age_days", tiers=tiers((60, "0.1"), (100, "0.25"), (None, "0.98"))),
        remittance="gross",
        vat="inclusive",
        vat_rate="0.13",
        waterfall=["principal", "court_costs", "fees", "interest"],
    ),
    document(
        rule("0.3", source=["pdc"]),
        rule(by="placed_amount", tiers=tiers(("800.00", "0.2"), (None, "0.15"))),
        remittance="combined",
        vat="none",
    ),
    document(rule(by="receipt_amount", mode="marginal", tiers=tiers(("50", "0.3"), (None, "0.1"))), currency="JPY"),
]


@dataclass
class Agency:
    """An agency that posts what the model says; legs by account and movement, in minor units."""

    version: str
    terms: contract.Terms
    entries: list[tuple[dict[str, object], dict[Leg, int]]] = field(default_factory=list)
    cases: list[Case] = field(default_factory=list)
    holds: dict[int, tuple[int, Way, Payment]] = field(default_factory=dict)
    bases: dict[int, int] = field(default_factory=dict)

    def post(self, meta: dict[str, object], legs: dict[Leg, int]) -> int:
        """Append an entry; its number."""
        number = str(len(self.entries) + 1)
        self.entries.append(({**meta, "entry": number, "filename": "", "lineno": 0}, legs))
        return int(number)

    def printed(self, amount: int) -> str:
        """An amount as the books print it."""
        return money.printed(amount, money.decimals_of(self.terms.currency))

    def place(self, amounts: list[int], days: int, stage: str) -> None:
        """Place a case; part of its court costs was advanced by the agency."""
        case = Case("ALFA", self.terms.currency, FIRST - dt.timedelta(days), sum(amounts))
        case.owed = dict(zip(contract.BUCKETS, amounts, strict=True))
        case.advance, case.collected_to_date = amounts[-1] // 2, amounts[0] // 3
        case.classify(FIRST, "stage", stage)
        legs = {leg: -amount for leg, amount in posting.off_buckets("ALFA", case.owed).items()}
        meta: dict[str, object] = {
            "case": f"A-{len(self.cases)}",
            "age-from": case.age_from.isoformat(),
            "costs-advanced": self.printed(case.advance),
            "collected-to-date": self.printed(case.collected_to_date),
            "stage": stage,
        }
        self.post(meta, {**legs, ("Equity:Memo:Placed:ALFA", ""): -sum(amounts)})
        self.cases.append(case)

    def pay(self, which: int, source: str, days: int, amount: int, held: bool) -> None:
        """A payment on a case, on an effective day of its own."""
        case, day = self.cases[which % len(self.cases)], FIRST + dt.timedelta(days)
        if source == posting.PDC:
            amount = min(amount, case.outstanding)
        if not amount:
            return
        payment = case.payment(self.terms, source, day, amount)
        kept = amount // 4 if source == posting.FORWARDED else 0
        way = Way("ALFA", source, self.terms.remittance, kept)
        held = held and source == posting.PAA and payment.gross > 0
        legs = posting.direct(way, payment) if source == posting.PDC else posting.received(way, payment, on_hold=held)
        if source != posting.PDC:
            legs["Assets:Trust:Bank:TRUST", ""] = amount - kept
            legs["Expenses:ForwarderFees", ""] = kept
        events = {posting.PAA: "receipt", posting.PDC: "direct_payment", posting.FORWARDED: "forwarder_receipt"}
        meta: dict[str, object] = {
            "event": events[source],
            "case": f"A-{which % len(self.cases)}",
            "terms": self.version,
            "rule": str(payment.rule),
            "base": self.printed(payment.base),
            "effective": day,
            **({"release": day} if held else {}),
        }
        number = self.post(meta, legs)
        self.bases[number] = payment.base
        for bucket, put in payment.put.items():
            case.owed[bucket] -= put
        case.advance -= payment.repaid
        case.collected_to_date += payment.base
        if held:
            self.holds[number] = which % len(self.cases), way, payment

    def clear(self, pick: int) -> None:
        """Clear a receipt on hold."""
        if self.holds:
            number = sorted(self.holds)[pick % len(self.holds)]
            which, way, payment = self.holds.pop(number)
            meta: dict[str, object] = {"event": "cleared", "case": f"A-{which}", "clears": str(number)}
            meta |= {"terms": self.version, "rule": str(payment.rule)}
            self.post(meta, posting.cleared(way, payment))

    def give_back(self, pick: int) -> None:
        """A payment that was not on hold comes back."""
        undone = {str(meta.get("reverses")) for meta, _ in self.entries}
        numbers = [number for number in self.bases if str(number) not in undone and number not in self.holds]
        good = [number for number in numbers if "release" not in self.entries[number - 1][0]]
        if not good:
            return
        number = good[pick % len(good)]
        meta, legs = self.entries[number - 1]
        case = self.cases[int(str(meta["case"])[2:])]
        self.post(
            {"event": "returned_payment", "case": meta["case"], "reverses": str(number)},
            {leg: -amount for leg, amount in legs.items()},
        )
        case.collected_to_date -= self.bases[number]
        case.advance -= legs.get(("Assets:Operating:CostsAdvanced:ALFA", ""), 0)
        for component, bucket in posting.BUCKET_OF.items():
            case.owed[bucket] -= legs.get((f"Equity:Memo:Outstanding:ALFA:{component}", ""), 0)

    def waive(self, which: int, share: int) -> None:
        """A part of what is outstanding is waived."""
        case = self.cases[which % len(self.cases)]
        amount = case.outstanding * share // 100
        if amount:
            taken = case.given_up(self.terms.waterfall, amount)
            legs = posting.off_buckets("ALFA", taken) | {("Equity:Memo:SettlementWaived:ALFA", ""): amount}
            self.post({"case": f"A-{which % len(self.cases)}"}, legs)
            for bucket, off in taken.items():
                case.owed[bucket] -= off


AMOUNT = st.integers(0, 100_000)
DEEDS = st.one_of(
    st.tuples(
        st.just("pay"),
        st.integers(0, 5),
        st.sampled_from(["paa", "paa", "pdc", "forwarded"]),
        st.integers(0, 60),
        st.integers(1, 120_000),
        st.booleans(),
    ),
    st.tuples(st.just("clear"), st.integers(0, 9)),
    st.tuples(st.just("give_back"), st.integers(0, 9)),
    st.tuples(st.just("waive"), st.integers(0, 5), st.integers(1, 90)),
)


@st.composite
def agencies(draw: st.DrawFn) -> Agency:
    """The entries of a sound agency."""
    version = draw(st.sampled_from(VERSIONS))
    agency = Agency(digest_of(version), contract.read(version))
    for _ in range(draw(st.integers(1, 3))):
        amounts = draw(st.lists(AMOUNT, min_size=4, max_size=4).filter(any))
        agency.place(amounts, draw(st.integers(0, 120)), draw(st.sampled_from(["legal", "soft"])))
    for name, *values in draw(st.lists(DEEDS, min_size=1, max_size=10)):
        getattr(agency, str(name))(*values)
    return agency


def directives(agency: Agency) -> list[Directive]:
    """The books of an agency, as Beancount has them."""
    values: list[Any] = [ValueType("ALFA", str), ValueType(agency.version, str)]
    made: list[Directive] = [Custom({"filename": "", "lineno": 0}, FIRST, "tallystick-terms", values)]
    scale = -money.decimals_of(agency.terms.currency)
    for meta, legs in agency.entries:
        postings = []
        for (account, _), amount in legs.items():
            cash = agency.terms.currency + (".D" if account.startswith("Equity:Memo") else "")
            units = Amount(Decimal(amount).scaleb(scale), cash)
            postings.append(Posting(account, units, None, None, None, None))
        made.append(Transaction(meta, FIRST + dt.timedelta(90), "*", None, "", frozenset(), frozenset(), postings))
    return made


@pytest.fixture(scope="module")
def options(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    """A folder of books with all versions in it."""
    folder: Path = tmp_path_factory.mktemp("books")
    (folder / "terms").mkdir()
    for version in VERSIONS:
        (folder / "terms" / f"{digest_of(version)}.json").write_text(version + "\n")
    return {"filename": str(folder / "main.beancount")}


@settings(max_examples=150, deadline=None)
@given(agency=agencies())
def test_sound_books_pass(options: dict[str, object], agency: Agency) -> None:
    """Whatever a sound agency posts, in whatever order of days, holds, returns and waivers, is found right."""
    _, errors = fees(directives(agency), options)
    assert [error.message for error in errors] == []
    event(f"{len(agency.entries)} entries")


@settings(max_examples=300, deadline=None)
@given(agency=agencies(), data=st.data())
def test_altered_books_are_found_out(options: dict[str, object], agency: Agency, data: st.DataObject) -> None:
    """One unit moved between two legs of one payment, its money apart, is found in that payment."""
    judged = [place for place, (meta, _) in enumerate(agency.entries) if "terms" in meta]
    if not judged:
        return
    place = data.draw(st.sampled_from(judged))
    meta, legs = agency.entries[place]
    # A direct payment's money is what the memo says that the client had.
    given_ = {"Assets:Trust:Bank:TRUST", "Expenses:ForwarderFees", "Equity:Memo:CollectedPDC:ALFA"}
    choice = sorted(leg for leg in legs if leg[0] not in given_)
    more, less = data.draw(st.lists(st.sampled_from(choice), min_size=2, max_size=2, unique=True))
    agency.entries[place] = meta, {**legs, more: legs[more] + 1, less: legs[less] - 1}
    _, errors = fees(directives(agency), options)
    assert meta["entry"] in {error.entry.meta["entry"] for error in errors}


@settings(max_examples=150, deadline=None)
@given(agency=agencies(), data=st.data())
def test_altered_words_are_found_out(options: dict[str, object], agency: Agency, data: st.DataObject) -> None:
    """Another rule or base than the model's is found in the payment that names it."""
    judged = [meta for meta, _ in agency.entries if "base" in meta and str(meta["base"]).strip("0.")]
    if not judged:
        return
    meta = data.draw(st.sampled_from(judged))
    key, value = data.draw(st.sampled_from([("rule", "9"), ("rule", None), ("base", "0.5"), ("base", None)]))
    meta[key] = value
    _, errors = fees(directives(agency), options)
    assert meta["entry"] in {error.entry.meta["entry"] for error in errors}
