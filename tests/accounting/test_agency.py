"""Look-ups of the agency's banks and places."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from ledger_core.accounting.agency import MATCH, REMITTANCE, Agency, Bank, Place, plain_account
from ledger_core.errors import Refused

TRUST = Bank("TRUST", "trust", "CNY", "6222 0000-1111 2222")
OPS = Bank("OPS", "operating", "CNY", "6222000011113333")
OPS2 = Bank("OPS2", "operating", "CNY", "6222000011114444")
DOLLARS = Bank("USD-T", "trust", "USD", "6222000011112222")
IBAN = Bank("EURO", "trust", "EUR", "DE89 3704 0044 0532 0130 00")
AGENCY = Agency(
    "Harbour Recovery",
    "CNY",
    date(2025, 1, 1),
    "sqlite:///journal.db",
    banks=(TRUST, OPS, OPS2, DOLLARS, IBAN),
    places=(Place("IL", date(2026, 1, 1), 30), Place("IL", date(2025, 1, 1), 60), Place("WA", date(2025, 1, 1))),
)


def _code(refusal: pytest.ExceptionInfo[Refused]) -> str:
    return refusal.value.problems[0].code


def test_bank() -> None:
    """A bank is found by its id; an unknown one is refused."""
    assert AGENCY.bank("OPS") is OPS
    with pytest.raises(Refused) as refusal:
        AGENCY.bank("ops")
    assert _code(refusal) == "SETTING_MISSING"


def test_banks_of_a_fund_and_currency() -> None:
    """Trust and operating banks are told apart, currency by currency."""
    assert AGENCY.trust_banks("CNY") == (TRUST,)
    assert AGENCY.trust_banks("USD") == (DOLLARS,)
    assert AGENCY.trust_banks("JPY") == ()
    assert AGENCY.banks_of("operating", "CNY") == (OPS, OPS2)


def test_operating_bank() -> None:
    """Sweep and cure use the first operating bank of the currency; without one they are refused."""
    assert AGENCY.operating_bank("CNY") is OPS
    with pytest.raises(Refused) as refusal:
        AGENCY.operating_bank("USD")
    assert _code(refusal) == "SETTING_MISSING"


@pytest.mark.parametrize(
    ("number", "currency", "bank"),
    [
        ("6222000011112222", "CNY", TRUST),
        ("6222-0000-1111-2222", "USD", DOLLARS),
        ("6222 0000 1111 2222", "", None),  # two banks have it, and the file does not say which
        ("6222000011112222", "EUR", None),
        ("6222.0000.1111.3333", "", OPS),
        ("6222000011113333", "USD", OPS),  # one bank has it: its currency is for the caller to compare
        ("de89370400440532013000", "EUR", IBAN),
        ("６２２２０００0１１１１３３３３", "CNY", OPS),
        ("622200001111333", "CNY", None),
        ("--", "CNY", None),
        ("", "CNY", None),
    ],
)
def test_bank_by_account(number: str, currency: str, bank: Bank | None) -> None:
    """Accounts compare without spaces and punctuation, and by currency where a number has several."""
    assert AGENCY.bank_by_account(number, currency) is bank


def test_plain_account() -> None:
    """What is left of a number is its letters and digits, in capitals."""
    assert plain_account(" gb-29 nwbk/6016.13 ") == "GB29NWBK601613"


def test_place_at() -> None:
    """The newest rules of a place on the day, whatever their order in the file."""
    assert AGENCY.place_at("IL", date(2024, 12, 31)) is None
    assert AGENCY.place_at("IL", date(2025, 12, 31)) == Place("IL", date(2025, 1, 1), 60)
    assert AGENCY.place_at("IL", date(2026, 1, 1)) == Place("IL", date(2026, 1, 1), 30)
    assert AGENCY.place_at("NV", date(2026, 1, 1)) is None


def test_deadlines_of_a_place() -> None:
    """From the payment or from the end of its month, in calendar days; none where the place has no such rule."""
    within = Place("IL", date(2025, 1, 1), remit_within_days=60, refund_within_days=60, deposit_days=0)
    assert within.remit_due(date(2025, 1, 10)) == date(2025, 3, 11)
    assert within.refund_due(date(2025, 1, 10)) == date(2025, 3, 11)
    assert within.deposit_due(date(2025, 1, 10)) == date(2025, 1, 10)
    after = Place("WA", date(2025, 1, 1), remit_after_month_end_days=30)
    assert after.remit_due(date(2025, 1, 1)) == after.remit_due(date(2025, 1, 31)) == date(2025, 3, 2)
    assert after.remit_due(date(2024, 2, 10)) == date(2024, 3, 30)
    assert after.refund_due(date(2025, 1, 1)) is None
    assert after.deposit_due(date(2025, 1, 1)) is None


def test_banking_days_are_monday_to_friday() -> None:
    """10 January 2025 is a Friday: three banking days later is Wednesday the 15th; a weekend counts as nothing."""
    place = Place("MI", date(2025, 1, 1), deposit_banking_days=3)
    assert place.deposit_due(date(2025, 1, 10)) == place.deposit_due(date(2025, 1, 12)) == date(2025, 1, 15)
    assert place.deposit_due(date(2025, 1, 13)) == date(2025, 1, 16)
    at_once = Place("XX", date(2025, 1, 1), deposit_banking_days=0)
    assert at_once.deposit_due(date(2025, 1, 11)) == date(2025, 1, 11)


def test_processors_are_in_transit() -> None:
    """Money there is on its way to a trust bank, and a processor is none of those."""
    payco = Bank("PAYCO", "trust", "CNY", "1", "processor")
    agency = replace(AGENCY, banks=(TRUST, payco, OPS))
    assert agency.in_transit == {"PAYCO"}
    assert agency.trust_banks("CNY") == (TRUST,)
    assert agency.banks_of("trust", "CNY") == (TRUST, payco)
    assert AGENCY.in_transit == frozenset()


def test_what_an_agency_does_not_say() -> None:
    """A bank's interest is nobody's yet; beside events, decisions on lines and remittance runs have limits."""
    assert AGENCY.trust_interest == "unidentified"
    assert (MATCH, REMITTANCE) == ("match", "remittance")
