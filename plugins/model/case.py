"""One case: what it owes, what the agency advanced on it, what it has brought (DOMAIN §4)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from plugins.model import commission, waterfall
from plugins.model.contract import BUCKETS, COURT_COSTS

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping

    from plugins.model.contract import Terms
    from plugins.model.money import Fee

ACTIVE, PAID, SETTLED, RECALLED, WRITTEN_OFF = "active", "paid", "settled", "recalled", "written_off"


class Payment(NamedTuple):
    """What a payment does, in minor units: fixed when it comes in, also where its fee waits for the release date."""

    put: dict[str, int]
    overpaid: int
    repaid: int
    repaid_lost: int
    base: int
    rule: int
    fee: Fee

    @property
    def gross(self) -> int:
        """What the client is owed of it."""
        return sum(self.put.values())

    @property
    def recovered(self) -> int:
        """What of it repays the agency's advance, written off or not."""
        return self.repaid + self.repaid_lost


@dataclass
class Case:
    """The state of a case after some entries; amounts in minor units.

    ``advance`` is what the agency advanced and nothing repaid or is to repay, ``lost`` what was written off
    of it; ``last`` is what last took from the debt: paid, recalled or written_off.
    """

    client: str
    currency: str
    age_from: dt.date
    placed_amount: int = 0
    collected_to_date: int = 0
    advance: int = 0
    lost: int = 0
    waived: int = 0
    last: str = PAID
    owed: dict[str, int] = field(default_factory=lambda: dict.fromkeys(BUCKETS, 0))
    classes: list[tuple[dt.date, str, str]] = field(default_factory=list)

    @property
    def outstanding(self) -> int:
        """All buckets together."""
        return sum(self.owed.values())

    @property
    def status(self) -> str:
        """What the case is (DOMAIN §4, "Case status"); the last event decides how it ended."""
        if self.outstanding > 0:
            return ACTIVE
        return SETTLED if self.last == PAID and self.waived > 0 else self.last

    def classify(self, day: dt.date, name: str, value: str) -> None:
        """Note that stage, asset_type or level is ``value`` from a day on."""
        self.classes.append((day, name, value))

    def class_at(self, day: dt.date, name: str) -> str:
        """Stage, asset_type or level on a day: of the words said of it by then the latest, of one day's the last."""
        said = [(since, value) for since, about, value in self.classes if about == name and since <= day]
        return max(reversed(said), key=lambda word: word[0])[1] if said else ""

    def payment(self, terms: Terms, source: str, day: dt.date, amount: int) -> Payment:
        """What an amount that came on its effective day from paa, pdc or forwarded does to the case."""
        put = waterfall.spread(amount, terms.waterfall, self.owed)
        costs = put.get(COURT_COSTS, 0)
        repaid = min(costs, max(self.advance, 0))
        repaid_lost = min(costs - repaid, max(self.lost, 0))
        earning = {**put, COURT_COSTS: costs - repaid - repaid_lost}
        base = sum(earning.get(bucket, 0) for bucket in terms.commission_on)
        rule = commission.rule_for(terms, self._facts(source, day))
        measures = commission.Measures((day - self.age_from).days, self.placed_amount, base, self.collected_to_date)
        fee = commission.charged(terms, terms.rules[rule], base, measures)
        return Payment(put, amount - sum(put.values()), repaid, repaid_lost, base, rule, fee)

    def _facts(self, source: str, day: dt.date) -> Mapping[str, str]:
        return {"source": source, **{name: self.class_at(day, name) for name in ("stage", "asset_type", "level")}}

    def given_up(self, order: Iterable[str], amount: int, bucket: str = "") -> dict[str, int]:
        """What a partial settlement, write-off or recall takes off each bucket, off one alone if it is named."""
        if bucket:
            return waterfall.spread(amount, [bucket], self.owed)
        return waterfall.spread_back(amount, order, self.owed, self.advance + self.lost)
