"""Digests: the bytes of an entry, and what is hashed of them (DESIGN decision 7).

The public digest covers what the books print, so that anyone with a day's file can recompute it.
Format version 1: the byte ``0x01``, then fields as netstrings (decimal length, ``:``, UTF-8 bytes,
``,``): id, date, effective, event, client, case, line, bank, terms, rule, base, reverses, meta, and
then one field a leg.  Numbers are decimal text, absent ones empty; ``base`` is money as printed.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from ledger_core.accounting import chart
from ledger_core.accounting.money import exponent, format_minor, format_places

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ledger_core.accounting.posting import Header, Legs

VERSION = b"\x01"
NO_PRIVATE_TEXT = b""
_TRUST_BANK = chart.TRUST_BANK.template.partition("{")[0]


def netstring(text: str) -> bytes:
    """One field: ``5:hello,``."""
    data = text.encode()
    return b"%d:%b," % (len(data), data)


def canonical(values: Mapping[str, object]) -> str:
    """Canonical JSON of a small mapping; empty text for an empty one."""
    return json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":")) if values else ""


def base_text(header: Header, currency: str) -> str:
    """The commission base as printed: with the decimals of the entry's currency."""
    return format_minor(header.base, currency)


def header_bytes(entry: int, header: Header, currency: str) -> bytes:
    """The fields of an entry before its legs; ``currency`` is that of its first leg."""
    fields = (
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
    if "".join(fields).isascii():  # then characters are bytes, and one text is made at once
        return VERSION + "".join([f"{len(field)}:{field}," for field in fields]).encode()
    return VERSION + b"".join(map(netstring, fields))


def leg_notes(header: Header, account: str, bank: str, item: str) -> dict[str, str]:
    """What a leg says that neither its account nor its entry says: bank, and case, client or line."""
    notes = {}
    if bank and bank != header.bank and not account.startswith(_TRUST_BANK):
        notes["bank"] = bank
    kind, _, value = item.partition(":")
    if value and value != {"case": header.case, "client": header.client, "line": str(header.line)}[kind]:
        notes[kind] = value
    return notes


def leg_text(account: str, amount: str, currency: str, notes: Mapping[str, str]) -> str:
    """One leg as it is hashed: as printed, single spaces, with its notes."""
    return " ".join((account, amount, currency, *(f"{name}:{value}" for name, value in sorted(notes.items()))))


def leg_bytes(legs: Legs, headers: Sequence[Header]) -> list[bytes]:
    """The netstring of each leg, in order."""
    result = []
    columns = zip(legs.row.tolist(), legs.account.tolist(), legs.amount.tolist(), legs.bank.tolist(), strict=True)
    accounts, banks, items = legs.accounts, legs.banks, legs.items
    ends = [(f"{name} ".encode(), f" {currency}".encode(), exponent(currency)) for name, currency in accounts]
    for index, (row, code, amount, bank) in enumerate(columns):
        before, after, places = ends[code]
        name, currency = accounts[code]
        if bank or index in items:
            notes = leg_notes(headers[row], name, banks[bank], items.get(index, ""))
            if notes:
                result.append(netstring(leg_text(name, format_minor(amount, currency), currency, notes)))
                continue
        text = before + format_places(amount, places).encode() + after
        result.append(b"%d:%b," % (len(text), text))
    return result


def public_digest(header: bytes, legs: Iterable[bytes]) -> bytes:
    """SHA-256 over what the books print of an entry."""
    return hashlib.sha256(header + b"".join(legs)).digest()


def commitment(salt: bytes, text: str) -> bytes:
    """What the chain holds of a private text: erasing salt and text leaves the chain whole."""
    return hashlib.sha256(salt + text.encode()).digest()


def entry_digest(public: bytes, private: bytes = NO_PRIVATE_TEXT) -> bytes:
    """SHA-256 over the public digest and the commitment to the private text, if there is any."""
    return hashlib.sha256(public + private).digest()
