"""A fact: one event as the engine takes it, whoever brought it (a file, a bank line, a person)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ledger_core.accounting.columns import ALL_OUTSTANDING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Fact:
    """One event.  Dates ISO, amounts in minor units; ``amount`` may be ALL_OUTSTANDING, all there is.

    ``date`` is the day it is posted, ``effective`` the bank's where that is another one.

    ``line`` is the statement line whose money it is, ``source`` what the caller knows the fact by
    (a row of a file), ``key`` its idempotency key, ``private`` texts that may name a person.
    ``buckets`` is what a placement brings or a judgment leaves; ``from_`` and ``to`` are accounts, banks or
    days, as the event has it; ``changes`` are the columns of a case_change.
    """

    event: str
    date: str
    client: str = ""
    case: str = ""
    amount: int = ALL_OUTSTANDING
    currency: str = ""
    bank: str = ""
    effective: str = ""
    method: str = ""
    bucket: str = ""
    buckets: tuple[int, int, int, int] = (0, 0, 0, 0)
    forwarder: str = ""
    kept: int = 0
    of: str = ""
    from_: str = ""
    to: str = ""
    line: int = 0
    source: int = 0
    key: str = ""
    changes: Mapping[str, str] = field(default_factory=dict)
    meta: Mapping[str, str] = field(default_factory=dict)
    private: Mapping[str, str] = field(default_factory=dict)
