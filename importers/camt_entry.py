"""One entry of a CAMT message: its movement, and who and what its transactions name."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from importers.cells import iso_date, shown
from importers.model import StatementLine
from ledger_core.accounting.money import parse_minor
from ledger_core.errors import Refused

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from lxml.etree import _Element

    from importers.cells import Reader

Flat = dict[str, list[str]]
"""Texts by path of local names, as ``Refs/EndToEndId``; the currency of an amount under ``…/Amt@Ccy``."""

SIGNS = {"CRDT": 1, "DBIT": -1}
"""``CdtDbtInd`` is the direction of the entry itself, also of one that reverses another (``RvslInd``)."""

_NAMES = """
Acct AcctSvcrRef AddtlInf AddtlNtryInf AddtlRmtInf AddtlTxInf Amt AmtDtls BkTxCd BookgDt Ccy Cd CdOrPrtry
Cdtr CdtrAcct CdtrRefInf CdtDbtInd Dbtr DbtrAcct Domn Dt DtTm ElctrncSeqNb EndToEndId Fmly FrDtTm FrToDt
IBAN Id LglSeqNb Nb Nm Othr Prtry Pty Ref Refs RfrdDocInf RltdPties RmtInf Rsn RtrInf RvslInd Strd Sts Sum
ToDtTm Tp TtlCdtNtries TtlDbtNtries TxAmt TxsSummry UltmtCdtr UltmtDbtr Ustrd ValDt
"""
_WANTED = frozenset(_NAMES.split())
_NOT_BOOKED = frozenset({"PDNG", "INFO", "FUTR"})
_NO_REFERENCE = frozenset({"NOTPROVIDED", "NOT PROVIDED", "NONREF", "NOREF"})
_METHODS = {
    "RCHQ": "check",
    "RDDT": "direct_debit",
    "IDDT": "direct_debit",
    "RCDT": "transfer",
    "RRCT": "transfer",
    "CCRD": "card",
    "MCRD": "card",
    "CNTR": "cash",
}
"""Payment methods by the family of an ISO 20022 bank transaction code."""

_AFTER_DAY = re.compile(r"(T[0-9:.,]*)?(Z|[+-][0-9]{2}:?[0-9]{2})?\Z")


class Details(NamedTuple):
    """One transaction of an entry; a party is its name and account number."""

    servicer_reference: str
    reference: str
    amount: str
    debtor: tuple[str, str]
    creditor: tuple[str, str]
    text: str


class Booked(NamedTuple):
    """A booked entry and the currency of its amount."""

    line: StatementLine
    currency: str


@lru_cache(maxsize=512)
def local(tag: str) -> str:
    """The name of a tag without its namespace."""
    return tag.rpartition("}")[2]


@lru_cache(maxsize=512)
def wanted(tag: str) -> str:
    """The same of an element that we read; "" for any other."""
    name = local(tag)
    return name if name in _WANTED else ""


def flat(element: _Element) -> Flat:
    """The texts below an element of those elements that we read."""
    found: Flat = {}
    _flatten(element, "", found)
    return found


def _flatten(element: _Element, prefix: str, found: Flat) -> None:
    for child in element:
        name = wanted(child.tag)
        if not name:
            continue
        path = prefix + name
        if len(child):
            _flatten(child, path + "/", found)
        elif child.text:
            text = child.text if child.text.isalnum() else " ".join(child.text.split())
            found.setdefault(path, []).append(text)
            if name == "Amt":
                found.setdefault(path + "@Ccy", []).append(child.get("Ccy", ""))


def one(found: Flat, *paths: str) -> str:
    """The first text under the first of several paths that has one."""
    for path in paths:
        if path in found and found[path][0]:
            return found[path][0]
    return ""


def day(text: str) -> dt.date | None:
    """The date of ``2025-01-31``, with or without time and offset: the day where the bank is."""
    return iso_date(text[:10]) if _AFTER_DAY.match(text, 10) else None


def minor(reader: Reader, found: Flat, currency: str, path: str = "Amt") -> int | None:
    """An unsigned amount in minor units; None, and a finding, where it is no good."""
    text = one(found, path)
    if not text:
        reader.bad("VALUE_MISSING", f"`{path}` is empty")
        return None
    whole, point, part = text.partition(".")
    try:
        amount = parse_minor(f"{whole or '0'}.{part or '0'}" if point else text, currency)
    except Refused as refused:
        reader.findings.take(reader.line, refused)
        return None
    if amount < 0:
        reader.bad("AMOUNT_SIGN", f"`{path}` is {shown(text)}: its direction belongs in CdtDbtInd")
        return None
    return amount


def sign(reader: Reader, found: Flat) -> int | None:
    """1 for a credit, -1 for a debit; None, and a finding, for neither."""
    text = one(found, "CdtDbtInd")
    if text not in SIGNS:
        code = "VALUE_BAD" if text else "VALUE_MISSING"
        reader.bad(code, f"`CdtDbtInd` is {shown(text)}: it may be CRDT or DBIT")
    return SIGNS.get(text)


def read_details(element: _Element) -> Details:
    """What one ``TxDtls`` says of reference, parties and remittance."""
    found = flat(element)
    structured = one(found, "RmtInf/Strd/CdtrRefInf/Ref")
    end_to_end = _reference(one(found, "Refs/EndToEndId"))
    text = (
        "RmtInf/Ustrd",
        "RmtInf/Strd/AddtlRmtInf",
        "RmtInf/Strd/RfrdDocInf/Nb",
        "AddtlTxInf",
        "RtrInf/Rsn/Cd",
        "RtrInf/Rsn/Prtry",
        "RtrInf/AddtlInf",
    )
    return Details(
        servicer_reference=_reference(one(found, "Refs/AcctSvcrRef")),
        reference=structured or end_to_end,
        amount=one(found, "Amt", "AmtDtls/TxAmt/Amt"),
        debtor=_party(found, "Dbtr"),
        creditor=_party(found, "Cdtr"),
        text=_joined(" ", [piece for path in text for piece in found.get(path, ())]),
    )


def _party(found: Flat, role: str) -> tuple[str, str]:
    at = f"RltdPties/{role}"
    ultimate = f"RltdPties/Ultmt{role}"
    name = one(found, f"{at}/Nm", f"{at}/Pty/Nm", f"{ultimate}/Nm", f"{ultimate}/Pty/Nm")
    return name, one(found, f"{at}Acct/Id/IBAN", f"{at}Acct/Id/Othr/Id")


def _reference(text: str) -> str:
    return "" if text.upper() in _NO_REFERENCE else text


def _joined(between: str, texts: Sequence[str]) -> str:
    return between.join(filter(None, dict.fromkeys(texts)))


def read_entry(element: _Element, details: Sequence[Details], reader: Reader) -> Booked | None:
    """The statement line of an ``Ntry``; None where it is not booked yet, or no good (then with a finding)."""
    found = flat(element)
    status = one(found, "Sts", "Sts/Cd", "Sts/Prtry")
    if status in _NOT_BOOKED:
        return None
    before = len(reader.findings.problems)
    if status not in {"BOOK", ""}:
        reader.bad("VALUE_BAD", f"`Sts` is {shown(status)}: it may be BOOK, PDNG, INFO or FUTR")
    currency = one(found, "Amt@Ccy")
    amount, direction = minor(reader, found, currency), sign(reader, found)
    date = _booked_on(reader, found)
    if amount is None or direction is None or date is None or len(reader.findings.problems) > before:
        return None
    # the parties of a reversal are those of the payment that it reverses
    from_debtor = (direction > 0) != (one(found, "RvslInd") in {"true", "1"})
    parties = [tx.debtor if from_debtor else tx.creditor for tx in details]
    bank_id = _reference(one(found, "AcctSvcrRef"))
    if not bank_id and len(details) == 1:
        bank_id = details[0].servicer_reference
    line = StatementLine(
        line=reader.line,
        date=date,
        amount=direction * amount,
        bank_id=bank_id,
        payer=_common([name for name, _ in parties]),
        payer_account=_common([account for _, account in parties]),
        reference=_common([tx.reference for tx in details]),
        memo=_memo(details, parties, one(found, "AddtlNtryInf")),
        method=_METHODS.get(one(found, "BkTxCd/Domn/Fmly/Cd"), ""),
        balance=None,
    )
    return Booked(line, currency)


def _booked_on(reader: Reader, found: Flat) -> dt.date | None:
    text = one(found, "BookgDt/Dt", "BookgDt/DtTm", "ValDt/Dt", "ValDt/DtTm")
    date = day(text)
    if date is None:
        reader.bad("DATE_BAD" if text else "VALUE_MISSING", f"`BookgDt` is {shown(text)}")
    return date


def _common(texts: Sequence[str]) -> str:
    """What all transactions of an entry share; "" where they differ."""
    return texts[0] if len(set(texts)) == 1 else ""


def _memo(details: Sequence[Details], parties: Sequence[tuple[str, str]], more: str) -> str:
    """The remittance text; of several transactions each with reference, amount and name, between bars."""
    if len(details) <= 1:
        return _joined(" ", [*(tx.text for tx in details), more])
    pieces = [
        _joined(" ", [tx.reference, tx.amount, name, tx.text]) for tx, (name, _) in zip(details, parties, strict=True)
    ]
    return _joined(" | ", [*pieces, more])
