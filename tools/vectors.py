"""Fill in what the test vectors expect: ``python tools/vectors.py`` (docs/vectors.md).

Each file of tests/vectors has its inputs; this computes ``expected`` from them and writes the file again.  Plain
Fractions and loops, written from DOMAIN §4 alone: nothing of the engine is imported, and interest, which the
plugins' model has too, is asked from both.
"""

from __future__ import annotations

import json
import math
import re
import sys
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from plugins.model.interest import Interest  # noqa: E402 - found by the line above

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

FOLDER = ROOT / "tests" / "vectors"
DECIMALS = {"JPY": 0, "CNY": 2, "USD": 2, "KWD": 3}
BUCKETS = ("principal", "interest", "fees", "court_costs")
LIMIT = 10**12
RATE_DECIMALS = 6
RATE_WHOLE = 3

Vector = dict[str, Any]


def half_up(figure: Fraction) -> int:
    """Half up, away from zero."""
    size = math.floor(abs(figure) + Fraction(1, 2))
    return -size if figure < 0 else size


def minor(text: str, currency: str) -> int:
    """A decimal text in minor units."""
    figure = Fraction(text) * 10 ** DECIMALS[currency]
    assert figure.denominator == 1, text
    return figure.numerator


def printed(amount: int, currency: str) -> str:
    """Minor units as a decimal text."""
    places = DECIMALS[currency]
    digits = str(abs(amount)).zfill(places + 1)
    cut = len(digits) - places
    return ("-" if amount < 0 else "") + digits[:cut] + ("." + digits[cut:] if places else "")


# --- rounding ------------------------------------------------------------------------------------


def product(v: Vector, _: Vector) -> Any:  # noqa: ANN401 - what the file has
    """An amount times a rate, rounded once."""
    return printed(half_up(minor(v["amount"], v["currency"]) * Fraction(v["rate"])), v["currency"])


def reading(v: Vector, _: Vector) -> Any:  # noqa: ANN401
    """A text as an amount of a currency or as a rate, or the code with which it is refused."""
    found = re.fullmatch(r"([+-]?)(\d{1,18})(?:\.(\d{1,18}))?", v["text"], re.ASCII)
    rate = v["kind"] == "rate"
    if found is None or (rate and (found[1] or len(found[2]) > RATE_WHOLE)):
        return {"refused": "AMOUNT_BAD"}
    places = RATE_DECIMALS if rate else DECIMALS[v["currency"]]
    units = Fraction(v["text"]) * 10**places
    if units.denominator != 1:
        return {"refused": "AMOUNT_DECIMALS"}
    if not rate and abs(units) >= LIMIT:
        return {"refused": "AMOUNT_LIMIT"}
    return {"units": str(units.numerator)}


# --- waterfall -----------------------------------------------------------------------------------


def spread(amount: int, most: Sequence[tuple[str, int]]) -> dict[str, int]:
    """Give an amount to places in turn, each up to what it takes; what is left over is under ``left``."""
    taken = dict.fromkeys((*BUCKETS, "left"), 0)
    for place, room in most:
        part = max(0, min(amount, room))
        taken[place] += part
        amount -= part
    taken["left"] = amount
    return taken


def waterfall(v: Vector, _: Vector) -> Any:  # noqa: ANN401
    """What an amount takes off each bucket: in the contract's order, or back through it."""
    currency = v["currency"]
    owed = {bucket: minor(text, currency) for bucket, text in v["outstanding"].items()}
    if v["direction"] == "forward":
        rooms = [(bucket, owed[bucket]) for bucket in v["order"]]
    else:
        own = min(minor(v["advance"], currency), owed["court_costs"])
        owed["court_costs"] -= own
        rooms = [(bucket, owed[bucket]) for bucket in v["order"][::-1]] + [("court_costs", own)]
    return {name: printed(part, currency) for name, part in spread(minor(v["amount"], currency), rooms).items()}


# --- fee -----------------------------------------------------------------------------------------


def commission(v: Vector, file: Vector) -> Any:  # noqa: ANN401
    """All that a receipt comes to under a contract."""
    contract = file["contracts"][v["contract"]]
    currency = contract["currency"]
    owed = {bucket: minor(text, currency) for bucket, text in v["outstanding"].items()}
    amount = minor(v["amount"], currency)
    taken = spread(amount, [(bucket, owed[bucket]) for bucket in contract["waterfall"]])
    repaid = min(taken["court_costs"], minor(v["advance"], currency))
    lost = min(taken["court_costs"] - repaid, minor(v["advance_lost"], currency))
    base = sum(taken[bucket] for bucket in contract["commission_on"])
    base -= repaid + lost if "court_costs" in contract["commission_on"] else 0
    number = next(n for n, rule in enumerate(contract["commission"]) if _holds(rule, v))
    earned, vat = fee(contract, contract["commission"][number], base, v)
    figures = {**taken, "repaid": repaid, "repaid_lost": lost, "base": base, "commission": earned, "vat": vat}
    return {**{name: printed(figure, currency) for name, figure in figures.items()}, "rule": number}


def _holds(rule: Vector, v: Vector) -> bool:
    return all(not rule[name] or v[name] in rule[name] for name in ("source", "stage", "asset_type", "level"))


def fee(contract: Vector, rule: Vector, base: int, v: Vector) -> tuple[int, int]:
    """Commission and VAT on a base."""
    currency = contract["currency"]
    figure = _figure(rule, base, v, currency)
    if rule["minimum"] is not None:
        figure = max(figure, Fraction(minor(rule["minimum"], currency)))
    if rule["maximum"] is not None:
        figure = min(figure, Fraction(minor(rule["maximum"], currency)))
    figure = min(figure, Fraction(base))
    rate = Fraction(contract["vat_rate"])
    if contract["vat"] == "none":
        return half_up(figure), 0
    if contract["vat"] == "inclusive":
        return _inclusive(half_up(figure), rate)
    earned = half_up(figure)
    vat = half_up(earned * rate)
    return (earned, vat) if earned + vat <= base else _inclusive(base, rate)


def _inclusive(gross: int, rate: Fraction) -> tuple[int, int]:
    earned = half_up(Fraction(gross) / (1 + rate))
    return earned, gross - earned


def _figure(rule: Vector, base: int, v: Vector, currency: str) -> Fraction:
    by = rule["by"]
    tops = [
        t["up_to"] if by == "age_days" or t["up_to"] is None else minor(t["up_to"], currency) for t in rule["tiers"]
    ]
    rates = [Fraction(tier["rate"]) for tier in rule["tiers"]]
    if rule["mode"] == "marginal":
        start = minor(v["collected_to_date"], currency) if by == "collected_to_date" else 0
        return _from_nothing(start + base, tops, rates) - _from_nothing(start, tops, rates)
    measure = {
        "": 0,
        "age_days": v["age_days"],
        "placed_amount": minor(v["placed_amount"], currency),
        "receipt_amount": base,
        "collected_to_date": minor(v["collected_to_date"], currency),
    }[by]
    return base * next(rate for top, rate in zip(tops, rates, strict=True) if top is None or measure <= top)


def _from_nothing(end: int, tops: Sequence[int | None], rates: Sequence[Fraction]) -> Fraction:
    """The figure on 0 … end: the difference of two of these is that of a slice."""
    figure, begin = Fraction(0), 0
    for top, rate in zip(tops, rates, strict=True):
        reach = end if top is None else min(end, top)
        if reach > begin:
            figure += rate * (reach - begin)
            begin = reach
    return figure


def vat(v: Vector, _: Vector) -> Any:  # noqa: ANN401
    """Commission and VAT of a flat rate on a base."""
    rule = {"by": "", "mode": "whole", "tiers": [{"rate": v["commission_rate"], "up_to": None}]}
    bounds = {"minimum": v.get("minimum"), "maximum": v.get("maximum")}
    base = minor(v["base"], v["currency"])
    measures = {"age_days": 0, "placed_amount": "0", "collected_to_date": "0"}
    earned, tax = fee(v, {**rule, **bounds}, base, measures)
    return {"commission": printed(earned, v["currency"]), "vat": printed(tax, v["currency"])}


# --- interest ------------------------------------------------------------------------------------


def interest(v: Vector, _: Vector) -> Any:  # noqa: ANN401
    """What is to be accrued through a day: the sum day by day, rounded, less what was accrued."""
    currency = v["currency"]
    since, through = date.fromisoformat(v["since"]), date.fromisoformat(v["through"])
    principal = {date.fromisoformat(day): minor(text, currency) for day, text in v["principal"]}
    rates = {date.fromisoformat(day): Fraction(text) for day, text in v["rates"]}
    total, day = Fraction(0), since
    while day < through:
        eve, day = day, day + timedelta(days=1)
        total += _newest(principal, eve) * _newest(rates, day) * _part_of_year(v["day_count"], eve, day)
    accrued, there = minor(v["accrued"], currency), minor(v["outstanding"], currency)
    expected = max(half_up(total) - accrued, -there)
    model = Interest(list(principal.items()), list(rates.items()), v["day_count"])
    assert model.to_accrue(since, through, accrued, there) == expected, v["name"]
    return printed(expected, currency)


def _newest(steps: dict[date, Any], day: date) -> Any:  # noqa: ANN401
    known = [since for since in steps if since <= day]
    return steps[max(known)] if known else 0


def _part_of_year(day_count: str, eve: date, day: date) -> Fraction:
    """How much of a year one day is."""
    if day_count == "30/360":
        # A month has thirty days: the 31st is none, and the first of March makes up for what February lacks.
        months = day.month - eve.month + 12 * (day.year - eve.year)
        return Fraction(30 * months + min(day.day, 30) - min(eve.day, 30), 360)
    if day_count == "actual/actual":
        return Fraction(1, (date(day.year + 1, 1, 1) - date(day.year, 1, 1)).days)
    return Fraction(1, {"actual/365": 365, "actual/360": 360}[day_count])


KINDS: dict[str, dict[str, Callable[[Vector, Vector], Any]]] = {
    "rounding": {"products": product, "texts": reading},
    "waterfall": {"vectors": waterfall},
    "commission": {"vectors": commission},
    "vat": {"vectors": vat},
    "interest": {"vectors": interest},
}
"""Each file's lists, and what computes the ``expected`` of one element."""


def filled(name: str) -> str:
    """The text of a file with what it expects."""
    file = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    for part, compute in KINDS[name].items():
        file[part] = [{**v, "expected": compute(v, file)} for v in file[part]]
    return json.dumps(file, indent=1, ensure_ascii=False) + "\n"


def main() -> None:
    """Write every file."""
    for name in KINDS:
        (FOLDER / f"{name}.json").write_text(filled(name), encoding="utf-8")


if __name__ == "__main__":
    main()
