"""Reproducers: events that cannot be posted, decisions that make no sense, checks that fail."""

from __future__ import annotations

import contextlib
import socket
import time
from typing import TYPE_CHECKING

from tests.acceptance import two_months
from tests.errors.reproduce import JANUARY, Case

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from pathlib import Path

_EVENTS = "inbox/events.csv"
_PLACEMENTS = "inbox/placements.csv"
_TRUST = "6222000011112222"
_PORT = 5077
_ATTEMPTS = 300


def _event(code: str, *rows: str, column: str = "memo", files: dict[str, str | bytes] | None = None) -> Case:
    """An events file of which the last row is refused."""
    content = "\n".join((f"event,date,case,amount,{column}", *rows)) + "\n"
    return Case(code, f"import {JANUARY}", f"{_EVENTS}:{len(rows) + 1}", files={_EVENTS: content, **(files or {})})


def _placement(code: str, row: str, scene: str = "placed", files: dict[str, str | bytes] | None = None) -> Case:
    content = f"client,case,placed_on,principal\n{row}\n"
    place = f"{_PLACEMENTS}:2"
    return Case(code, f"import {JANUARY}", place, scene=scene, files={_PLACEMENTS: content, **(files or {})})


def _statements(*statements: tuple[str, str, str]) -> dict[str, str | bytes]:
    """Native statements of one line each: date, amount, balance."""
    header = "account,date,amount,balance,reference"
    return {
        f"inbox/{day}.csv": f"{header}\n{_TRUST},{day},{amount},{balance},A-1\n" for day, amount, balance in statements
    }


def _taken_port(_: Path) -> AbstractContextManager[object]:
    """Another program on the port; where a test beside this one has it, wait for that."""
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    for _attempt in range(_ATTEMPTS):
        with contextlib.suppress(OSError):
            listening.bind(("127.0.0.1", _PORT))
            listening.listen()
            return listening
        time.sleep(0.1)
    raise TimeoutError(_PORT)


def _alter_book(folder: Path) -> None:
    """One digit of a published receipt."""
    path = folder / "ledger/2025/01/2025-01-10.beancount"
    text = path.read_text(encoding="utf-8")
    assert "3300.00 CNY" in text
    path.write_text(text.replace("3300.00 CNY", "3301.00 CNY", 1), encoding="utf-8")


_BOOKED = (f"import {JANUARY}", f"reconcile {JANUARY}", "publish")

_REVIEW = {"agency.toml": two_months.AGENCY + '\n[review]\nwrite_off = "10.00"\n'}
_DRAFT = "post write_off --case A-1 --date 2025-01-10"
_APPROVE = f"review approve 1 --as another {JANUARY}"


def _draft(code: str, run: str, *steps: str) -> Case:
    """A write-off above the limit that waits, and what is done to it."""
    return Case(code, run, files=_REVIEW, steps=(_DRAFT, *steps))


CASES = (
    _event("CASE_FINISHED", "recall,2025-01-10,A-4,,", "receipt,2025-01-11,A-4,50.00,"),
    _event("CASE_UNKNOWN", "receipt,2025-01-10,A-44,50.00,"),
    _placement("CASE_KNOWN", "ALFA,A-1,2025-01-20,700.00"),
    _placement("CLIENT_UNKNOWN", "GAMMA,G-1,2025-01-20,700.00"),
    _event("CLIENT_MISMATCH", "receipt,2025-01-10,A-1,50.00,BETA", column="client"),
    _placement(
        "TERMS_MISSING",
        "BETA,B-1,2025-01-20,700.00",
        "fresh",
        {"clients/BETA.toml": two_months.BETA.replace("effective = 2025-01-01", "effective = 2025-02-01")},
    ),
    _event("KEPT_BEYOND", "forwarder_receipt,2025-01-10,A-3,400.00,LAW1,500.00", column="forwarder,kept"),
    _event("NOTHING_OUTSTANDING", "write_off,2025-01-10,A-4,,", "recall,2025-01-11,A-4,,"),
    _event("BEYOND_OUTSTANDING", "settlement,2025-01-10,A-4,2000.01,"),
    _event("BANK_MISSING", "cost_advanced,2025-01-10,A-1,50.00,TRUST", column="bank"),
    _event("DATE_EARLY", "receipt,2024-12-31,A-1,50.00,"),
    _event("DATE_FUTURE", "receipt,2025-02-01,A-1,50.00,"),
    _event("RECEIPT_UNKNOWN", "returned_payment,2025-01-10,A-1,50.00,"),
    _event(
        "AMBIGUOUS",
        "receipt,2025-01-10,A-1,50.00,first",
        "receipt,2025-01-11,A-1,50.00,second",
        "returned_payment,2025-01-12,A-1,50.00,",
    ),
    Case("REFUND_BEYOND", "refund B-2 --amount 600.00", scene="waiting"),
    _event("ADVANCE_BEYOND", "cost_write_off,2025-01-10,A-1,50.00,"),
    Case("BEYOND_AVAILABLE", "post deposit_return --client ALFA --amount 1.00", scene="placed"),
    Case(
        "ACCOUNT_BAD",
        "post operating_entry --amount 1.00 --from Assets:Operating:Bank:OPS --to Assets:Operating:DueFromTrust",
        scene="placed",
    ),
    Case("DOCUMENT_UNKNOWN", "invoice pay INV-2025-0009", scene="remitted"),
    Case(
        "DOCUMENT_PAID",
        "invoice pay INV-2025-0001 --date 2025-02-21",
        scene="remitted",
        steps=("invoice pay INV-2025-0001 --date 2025-02-20",),
    ),
    Case("LINE_UNKNOWN", "resolve 99 --case B-1", scene="waiting"),
    Case("SPLIT_BEYOND", "resolve 4 --case B-1=400.00 --case B-2=200.00", scene="waiting"),
    Case("ENTRY_UNKNOWN", "resolve 4 --entry 99", scene="waiting"),
    _draft("DRAFT_UNKNOWN", f"review approve 2 --as another {JANUARY}"),
    _draft("DRAFT_DECIDED", f"review approve 1 --as third {JANUARY}", _APPROVE),
    _draft("SAME_PERSON", f"review approve 1 --as Bookkeeper {JANUARY}"),
    _draft("STALE", _APPROVE, "post receipt --case A-1 --amount 100.00 --date 2025-01-12"),
    Case("NOT_PUBLISHED", "check", "ledger"),
    Case("PORT_TAKEN", f"serve --port {_PORT}", scene="remitted", hold=_taken_port, process=True),
    Case("BOOKS_UNSOUND", "check", "ledger/2025/01/2025-01-10.beancount:3", scene="remitted", hold=_alter_book),
    Case(
        "CURE_DUE",
        "check --date 2025-02-03",
        scene="remitted",
        steps=("post returned_payment --case A-1 --date 2025-02-03", "publish"),
    ),
    Case("CLOSE_ORDER", "close 2025-02 --date 2025-03-01", scene="placed"),
    Case(
        "LINE_OPEN",
        "close 2025-01 --date 2025-01-31",
        files=_statements(("2025-01-10", "-7.00", "-7.00")),
        steps=_BOOKED,
    ),
    _draft("DRAFT_OPEN", "close 2025-01 --date 2025-01-31"),
    Case(
        "STATEMENT_APART",
        "close 2025-01 --date 2025-01-31",
        files=_statements(("2025-01-10", "100.00", "100.00"), ("2025-01-20", "100.00", "250.00")),
        steps=_BOOKED,
    ),
    Case(
        "STATEMENT_GAP",
        f"check {JANUARY}",
        files=_statements(("2025-01-10", "100.00", "100.00"), ("2025-01-20", "100.00", "250.00")),
        steps=_BOOKED,
    ),
    Case(
        "SHORTFALL",
        f"check {JANUARY}",
        files=_statements(("2025-01-10", "100.00", "90.00")),
        steps=_BOOKED,
    ),
)
