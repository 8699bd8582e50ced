"""The register of cases, and their sub-ledger as the engine works on it.

A case's classification comes with its placement; its balances are kept by the journal.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ledger_core.accounting.columns import CaseState, Change
from ledger_core.accounting.terms import BUCKETS, CLASSES
from ledger_core.journal.read import rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy import Connection

_PAID_BY_WAIVER = "settled"
_STATUS = dict.fromkeys(("recall", "close_return", "placement_adjustment", "judgment"), "recalled")
_STATUS |= {"write_off": "written_off", "settlement": _PAID_BY_WAIVER}


class NewCase(NamedTuple):
    """A case as it enters the register: the columns of the journal's ``cases``, in their order."""

    id: str
    client: str
    currency: str
    placed_on: str
    age_from: str
    debtor: str
    asset_type: str
    stage: str
    level: str
    placement_batch: str
    interest_rate: str
    day_count: str
    place: str
    placed_amount: int
    costs_advanced: int
    collected_to_date: int


class CaseInfo(NamedTuple):
    """One case as it stands."""

    id: str
    client: str
    currency: str
    outstanding: tuple[int, ...]
    advance: int
    finished_by: str
    waived: int

    @property
    def total(self) -> int:
        """What is outstanding in all buckets."""
        return sum(self.outstanding)

    @property
    def status(self) -> str:
        """active, paid, settled, recalled or written_off (DOMAIN §4, "Case status")."""
        if self.total:
            return "active"
        if self.finished_by in _STATUS:
            return _STATUS[self.finished_by]
        return _PAID_BY_WAIVER if self.waived else "paid"


def info(connection: Connection, cases: Iterable[str]) -> dict[str, CaseInfo]:
    """The cases of these ids that the register knows."""
    found = rows(
        connection,
        """SELECT c.id, c.client, c.currency, b.principal, b.interest, b.fees, b.court_costs, b.advance, b.finished_by,
                  b.waived
           FROM texts(:ids) j JOIN cases c ON c.id = j.value LEFT JOIN case_balance b ON b.case_id = c.id""",
        ids=sorted(set(cases)),
    )
    return {
        row[0]: CaseInfo(
            row[0], row[1], row[2], tuple(v or 0 for v in row[3:7]), row[7] or 0, row[8] or "", row[9] or 0
        )
        for row in found
    }


def load_state(connection: Connection, cases: Sequence[str]) -> CaseState:
    """The sub-ledger of these cases, in their order; one that is not known yet starts empty."""
    found = rows(
        connection,
        """SELECT c.id, b.principal, b.interest, b.fees, b.court_costs, b.advance, b.advance_loss, b.collected,
                  c.placed_amount, c.age_from, c.stage, c.asset_type, c.level, b.finished_by
           FROM texts(:ids) j JOIN cases c ON c.id = j.value LEFT JOIN case_balance b ON b.case_id = c.id""",
        ids=list(cases),
    )
    by_case = {row[0]: row for row in found}
    nothing = ("", 0, 0, 0, 0, 0, 0, 0, 0, "NaT", "", "", "", "")
    table = [by_case.get(case, nothing) for case in cases]
    state = state_of(table)
    index = {case: number for number, case in enumerate(cases)}
    _set_aside(connection, state, index)
    _classify(connection, state, index)
    return state


def _set_aside(connection: Connection, state: CaseState, index: Mapping[str, int]) -> None:
    """What receipts on hold are to repay is no longer open (DOMAIN §4, "Waterfall")."""
    found = rows(
        connection,
        """SELECT h.case_id, SUM(h.recovered), SUM(h.recovered_loss)
           FROM texts(:ids) j JOIN held h ON h.case_id = j.value GROUP BY h.case_id""",
        ids=list(index),
    )
    for case, recovered, loss in found:
        state.advance[index[case]] -= recovered
        state.advance_loss[index[case]] -= loss


def _classify(connection: Connection, state: CaseState, index: Mapping[str, int]) -> None:
    """The later classifications of the cases, in the order in which they were told."""
    found = rows(
        connection,
        """SELECT c.case_id, c.effective, c.stage, c.asset_type, c.level
           FROM texts(:ids) j JOIN case_change c ON c.case_id = j.value ORDER BY c.id""",
        ids=list(index),
    )
    for case, effective, stage, asset_type, level in found:
        for name, word in zip(CLASSES, (stage, asset_type, level), strict=True):
            if word:
                state.change(index[case], Change(np.datetime64(effective), name, word))


class Places(NamedTuple):
    """The places of a case: as it was placed, and each later one from its day on, ascending."""

    placed: str
    later: tuple[tuple[str, str], ...]

    def at(self, day: str) -> str:
        """The case's own place on a day, or nothing."""
        return next((place for since, place in reversed(self.later) if since <= day), self.placed)


def places(connection: Connection, cases: Iterable[str]) -> dict[str, Places]:
    """The places of cases; of equal days the one told later rules."""
    wanted = sorted(set(cases))
    later: dict[str, list[tuple[str, str]]] = {}
    for case, since, place in rows(
        connection,
        """SELECT c.case_id, c.effective, c.place FROM texts(:ids) j JOIN case_change c ON c.case_id = j.value
           WHERE c.place <> '' ORDER BY c.case_id, c.effective, c.id""",
        ids=wanted,
    ):
        later.setdefault(case, []).append((since, place))
    found = rows(connection, "SELECT c.id, c.place FROM texts(:ids) j JOIN cases c ON c.id = j.value", ids=wanted)
    return {case: Places(place, tuple(later.get(case, ()))) for case, place in found}


def state_of(table: Sequence[Sequence[Any]]) -> CaseState:
    """The columns of case rows: id, four buckets, advance, loss, collected, placed, age_from, classes, finished."""

    def column(index: int) -> np.ndarray[Any, np.dtype[np.int64]]:
        return np.array([row[index] or 0 for row in table], dtype=np.int64)

    def texts(index: int) -> np.ndarray[Any, np.dtype[np.object_]]:
        result = np.empty(len(table), dtype=object)
        result[:] = [row[index] or "" for row in table]
        return result

    return CaseState(
        outstanding=np.stack([column(1 + bucket) for bucket in range(len(BUCKETS))], axis=1),
        advance=column(5),
        advance_loss=column(6),
        collected=column(7),
        placed_amount=column(8),
        age_from=np.array([row[9] or "NaT" for row in table], dtype="datetime64[D]"),
        stage=texts(10),
        asset_type=texts(11),
        level=texts(12),
        finished_by=texts(13),
    )


def hashed_key(index_key: str, key: str) -> str:
    """A client's reference as the index holds it: a keyed hash, so that the index names nobody."""
    return hmac.new(bytes.fromhex(index_key), key.encode(), hashlib.sha256).hexdigest()[:32]


def named_by(connection: Connection, keys: Iterable[str]) -> dict[str, list[tuple[str, str]]]:
    """The cases (and kind of identifier) that index keys name."""
    found = rows(
        connection,
        """SELECT i.key, i.case_id, i.kind FROM texts(:keys) j JOIN identifier i ON i.key = j.value
           ORDER BY i.case_id""",
        keys=list(keys),
    )
    result: dict[str, list[tuple[str, str]]] = {}
    for key, case, kind in found:
        result.setdefault(key, []).append((case, kind))
    return result
