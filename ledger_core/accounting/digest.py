"""Digests: the bytes of an entry, and what is hashed of them (DESIGN decision 7).

The public digest covers what the books print, so that anyone with a day's file can recompute it.
Format version 1: the byte ``0x01``, then fields as netstrings (decimal length, ``:``, UTF-8 bytes,
``,``): id, date, effective, event, client, case, line, bank, terms, rule, base, reverses, meta, and
then one field a leg.  Numbers are decimal text, absent ones empty; ``base`` is money as printed.
"""

from __future__ import annotations

import hashlib
import json
from functools import cache
from typing import TYPE_CHECKING, Protocol

from ledger_core.accounting import chart
from ledger_core.accounting.money import exponent, format_minor, format_places

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ledger_core.accounting.posting import Header

VERSION = "\x01"
NO_PRIVATE_TEXT = b""
_TRUST_BANK = chart.TRUST_BANK.template.partition("{")[0]


class Whose(Protocol):
    """Of an entry what its legs need not say again."""

    @property
    def client(self) -> str:
        """Its client."""

    @property
    def case(self) -> str:
        """Its case."""

    @property
    def line(self) -> int | None:
        """The statement line whose money it moves; 0 or None for none."""

    @property
    def bank(self) -> str:
        """Its trust bank."""


def netstring(text: str) -> str:
    """One field: ``5:hello,``, its length that of its UTF-8 bytes."""
    return f"{len(text) if text.isascii() else len(text.encode())}:{text},"


def canonical(values: Mapping[str, object]) -> str:
    """Canonical JSON of a small mapping; empty text for an empty one."""
    return json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":")) if values else ""


def base_text(header: Header, currency: str) -> str:
    """The commission base as printed: with the decimals of the entry's currency."""
    return format_minor(header.base, currency)


def header_text(entry: int, header: Header, currency: str) -> str:
    """The fields of an entry before its legs; ``currency`` is that of its first leg."""
    return fields_text(
        str(entry),
        header.date,
        header.effective,
        header.event,
        header.client,
        header.case,
        str(header.line or ""),
        header.bank,
        header.terms,
        str(header.rule) if header.rule >= 0 else "",
        base_text(header, currency) if header.base else "",
        " ".join(map(str, header.reverses)),
        canonical(header.meta),
    )


def fields_text(*fields: str) -> str:
    """The version and these fields, in the order of the format."""
    if "".join(fields).isascii():  # then characters are bytes, and one text is made at once
        return VERSION + "".join([f"{len(field)}:{field}," for field in fields])
    return VERSION + "".join(map(netstring, fields))


def leg_notes(header: Whose, account: str, bank: str, item: str) -> dict[str, str]:
    """What a leg says that neither its account nor its entry says: bank, and case, client or line."""
    notes = {}
    if bank and bank != header.bank and not account.startswith(_TRUST_BANK):
        notes["bank"] = bank
    kind, _, value = item.partition(":")
    if value and value != {"case": header.case, "client": header.client, "line": str(header.line or 0)}[kind]:
        notes[kind] = value
    return notes


def leg_text(account: str, amount: str, currency: str, notes: Mapping[str, str]) -> str:
    """One leg as it is hashed: as printed, single spaces, with its notes."""
    return " ".join((account, amount, currency, *(f"{name}:{value}" for name, value in sorted(notes.items()))))


def legs_text(header: Whose, legs: Iterable[tuple[str, str, int, str, str]]) -> str:
    """The fields of an entry's legs: account, currency, amount in minor units, trust bank and item of each."""
    parts = []
    for account, currency, amount, bank, item in legs:
        before, after, places, at_bank = _ends(account, currency)
        if item or (bank and not at_bank and bank != header.bank):
            notes = leg_notes(header, account, bank, item)
            text = leg_text(account, format_places(amount, places), currency, notes)
        else:
            text = f"{before}{format_places(amount, places)}{after}"
        parts.append(f"{len(text) if text.isascii() else len(text.encode())}:{text},")
    return "".join(parts)


@cache
def _ends(account: str, currency: str) -> tuple[str, str, int, bool]:
    """What stands around an amount, its decimals, and whether the account itself names the bank."""
    return f"{account} ", f" {currency}", exponent(currency), account.startswith(_TRUST_BANK)


def public_digest(header: str, legs: str) -> bytes:
    """SHA-256 over what the books print of an entry."""
    return hashlib.sha256((header + legs).encode()).digest()


def commitment(salt: bytes, text: str) -> bytes:
    """What the chain holds of a private text: erasing salt and text leaves the chain whole."""
    return hashlib.sha256(salt + text.encode()).digest()


def entry_digest(public: bytes, private: bytes = NO_PRIVATE_TEXT) -> bytes:
    """SHA-256 over the public digest and the commitment to the private text, if there is any."""
    return hashlib.sha256(public + private).digest()
