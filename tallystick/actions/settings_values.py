"""The values that settings may have, and in which words others are refused.

Each type is a pydantic annotation whose validator speaks to a bookkeeper: its words end a sentence
that begins with the key.  Amounts become minor units of the currency in the context, rates millionths.
"""

from __future__ import annotations

import codecs
import re
from datetime import date, datetime
from difflib import get_close_matches
from typing import TYPE_CHECKING, Annotated, Any, get_args

from pydantic import PlainValidator, ValidationInfo

from ledger_core.accounting.agency import BankFund, BankKind, TrustInterest, plain_account
from ledger_core.accounting.money import EXPONENTS, RATE_ONE, parse_minor, parse_rate
from ledger_core.accounting.terms import BUCKETS, SOURCES, Bucket, Remittance, TierBy, TierMode, Vat
from ledger_core.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Callable

DAYS_LIMIT = 36_500

PARTY_ID = re.compile(r"[A-Z][A-Z0-9-]{0,19}")
"""The id of a client or a bank (SURFACE, "Reading rules and limits")."""

_POSTGRES = re.compile(
    r"postgresql(\+psycopg)?://([^/:@?#]*(:[^/:@?#]*)?@)?(\[[0-9A-Fa-f:.]+\]|[^/:@?#\[\]]*)(:[0-9]{1,5})?/[^/:@?#]*(\?[^?#]*)?"
)
_PLACE_ID = re.compile(r"[A-Za-z0-9-]{1,20}")
_PROBE = date(2031, 11, 23)
"""A day whose parts are all different, to prove a date format."""


class Wrong(ValueError):
    """A value is refused; the text ends a sentence that begins with the key."""


def near(word: str, known: tuple[str, ...]) -> str:
    """`` (did you mean "…"?)`` for the nearest known word, or nothing."""
    found = get_close_matches(word, known, n=1)
    return f' (did you mean "{found[0]}"?)' if found else ""


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise Wrong("must be text in quotes")
    if not value.strip():
        raise Wrong("is empty")
    if not value.isprintable():
        raise Wrong("has a line break or another character that does not print")
    return value.strip()


def _texts(value: object) -> tuple[str, ...]:
    """A value or a list of values."""
    values = value if isinstance(value, list) else [value]
    if not values:
        raise Wrong("is an empty list")
    return tuple(_text(one) for one in values)


def _condition(value: object) -> tuple[str, ...]:
    """What a commission rule asks for: a value or a list, sorted; numbers count as text."""
    values = value if isinstance(value, list) else [value]
    if not values:
        raise Wrong("is an empty list; leave the key out if there is no such condition")
    return tuple(sorted({str(one) if type(one) is int else _text(one) for one in values}))


def _one_of(*known: str) -> Callable[[object], str]:
    def check(value: object) -> str:
        text = _text(value)
        if text not in known:
            raise Wrong(f'is "{text[:40]}", which is none of {", ".join(known)}{near(text, known)}')
        return text

    return check


def _sources(value: object) -> tuple[str, ...]:
    check = _one_of(*SOURCES)
    return tuple(sorted({check(one) for one in _texts(value)}))


def _buckets(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise Wrong('must be a list such as ["interest", "principal"]')
    check = _one_of(*BUCKETS)
    found = tuple(check(one) for one in value)
    if len(set(found)) < len(found):
        raise Wrong("names a bucket twice")
    return found


def _waterfall(value: object) -> tuple[str, ...]:
    found = _buckets(value)
    lacking = [bucket for bucket in BUCKETS if bucket not in found]
    if lacking:
        raise Wrong(f"must name all four buckets once each; {', '.join(lacking)} is not there")
    return found


def _party_id(value: object) -> str:
    text = _text(value)
    if not PARTY_ID.fullmatch(text):
        raise Wrong(f'is "{text[:40]}"; an id is up to 20 of A-Z, 0-9 and -, and begins with a letter')
    return text


def _place_id(value: object) -> str:
    text = _text(value)
    if not _PLACE_ID.fullmatch(text):
        raise Wrong(f'is "{text[:40]}"; a place is up to 20 letters, digits and -, such as IL or CN-31')
    return text


def _currency(value: object) -> str:
    text = _text(value)
    if text not in EXPONENTS:
        raise Wrong(f'is "{text[:40]}", which is no ISO 4217 currency such as CNY, USD or EUR')
    return text


def _day(value: object) -> date:
    if not isinstance(value, date) or isinstance(value, datetime):
        raise Wrong("must be a date without quotes, such as 2025-01-01")
    return value


def _account(value: object) -> str:
    text = _text(value)
    if not plain_account(text):
        raise Wrong("has no letter or digit")
    return text


def days(value: object) -> int:
    """A number of days."""
    if type(value) is not int or not 0 <= value <= DAYS_LIMIT:
        raise Wrong(f"must be a whole number of days from 0 to {DAYS_LIMIT}, without quotes")
    return value


def signed_amount(value: object, currency: str) -> int:
    """Minor units of a quoted decimal; where the currency is unknown (empty) only its form is judged."""
    if not isinstance(value, str):
        raise Wrong('must be an amount in quotes, such as "100.00"')
    try:
        return parse_minor(value, currency or "CNY")
    except Refused as refusal:
        problem = refusal.problems[0]
        if problem.code == "AMOUNT_DECIMALS" and not currency:
            return 0
        raise Wrong(f"cannot be taken: {problem.message}") from refusal


def amount(value: object, currency: str) -> int:
    """Minor units of a quoted decimal that is not negative."""
    minor = signed_amount(value, currency)
    if minor < 0:
        raise Wrong("is negative")
    return minor


def _amount(value: object, info: ValidationInfo) -> int:
    return amount(value, info.context["currency"] if info.context else "")


def _rate(value: object) -> int:
    if not isinstance(value, str):
        raise Wrong('must be a rate in quotes, such as "0.25" for 25 %')
    try:
        rate = parse_rate(value)
    except Refused as refusal:
        raise Wrong(f"cannot be taken: {refusal.problems[0].message}") from refusal
    if rate > RATE_ONE:
        raise Wrong(f'is "{value}"; a rate is "0" to "1", so that "0.25" is 25 %')
    return rate


def journal_address(value: object) -> str:
    """A database address of the journal."""
    text = _text(value)
    if text.startswith("sqlite:///") and text[10:] not in {"", ":memory:"}:
        return text
    if not text.startswith(("postgresql://", "postgresql+psycopg://")):
        raise Wrong(
            'must be a database address such as "sqlite:///journal.db" or "postgresql+psycopg://user@host/database"; '
            "it starts with sqlite:///, postgresql:// or postgresql+psycopg://"
        )
    if not _POSTGRES.fullmatch(text):
        # Its own words would show the password, or a part of it.
        raise Wrong(
            "must be a PostgreSQL address: postgresql+psycopg://user:password@host:port/database; "
            "in a name or password write / as %2F, : as %3A, @ as %40, # as %23, % as %25"
        )
    return text


def _encoding(value: object) -> str:
    text = _text(value)
    try:
        codecs.lookup(text)
        "1".encode(text)
    except (LookupError, ValueError) as error:
        raise Wrong(f'is "{text[:40]}", which is no text encoding such as utf-8 or gb18030') from error
    return text


def _date_format(value: object) -> str:
    text = _text(value)
    try:
        proven = datetime.strptime(_PROBE.strftime(text), text).date() == _PROBE  # noqa: DTZ007 - a day has no zone
    except ValueError:
        proven = False
    if not proven:
        raise Wrong(f'is "{text[:40]}"; a date format has year, month and day, such as "%Y-%m-%d" or "%d.%m.%Y"')
    return text


def _mark(*known: str) -> PlainValidator:
    """One of the marks that separate decimals or thousands."""

    def check(value: object) -> str:
        if isinstance(value, str) and value in known:
            return value
        quoted = (f'"{mark}"' for mark in known)
        raise Wrong(f"must be one of {' '.join(quoted)}")

    return PlainValidator(check)


def _accept(value: object) -> object:
    """Anything: read and judged apart."""
    return value


def _words(literal: Any) -> PlainValidator:  # noqa: ANN401 - a Literal has no type of its own
    """One of the words of a Literal."""
    return PlainValidator(_one_of(*(word for word in get_args(literal) if word)))


Text = Annotated[str, PlainValidator(_text)]
Texts = Annotated[tuple[str, ...], PlainValidator(_texts)]
Condition = Annotated[tuple[str, ...], PlainValidator(_condition)]
Sources = Annotated[tuple[str, ...], PlainValidator(_sources)]
Buckets = Annotated[tuple[Bucket, ...], PlainValidator(_buckets)]
Waterfall = Annotated[tuple[Bucket, ...], PlainValidator(_waterfall)]
PartyId = Annotated[str, PlainValidator(_party_id)]
PlaceId = Annotated[str, PlainValidator(_place_id)]
Currency = Annotated[str, PlainValidator(_currency)]
Account = Annotated[str, PlainValidator(_account)]
Day = Annotated[date, PlainValidator(_day)]
Days = Annotated[int, PlainValidator(days)]
Amount = Annotated[int, PlainValidator(_amount)]
Rate = Annotated[int, PlainValidator(_rate)]
Journal = Annotated[str, PlainValidator(journal_address)]
Encoding = Annotated[str, PlainValidator(_encoding)]
DateFormat = Annotated[str, PlainValidator(_date_format)]
Decimal = Annotated[str, _mark(".", ",")]
Thousands = Annotated[str, _mark(",", ".", "'", " ", "")]
RemittanceMode = Annotated[Remittance, _words(Remittance)]
VatMode = Annotated[Vat, _words(Vat)]
ChosenBy = Annotated[TierBy, _words(TierBy)]
Mode = Annotated[TierMode, _words(TierMode)]
Fund = Annotated[BankFund, _words(BankFund)]
Kind = Annotated[BankKind, _words(BankKind)]
InterestTo = Annotated[TrustInterest, _words(TrustInterest)]
Apart = Annotated[Any, PlainValidator(_accept)]
