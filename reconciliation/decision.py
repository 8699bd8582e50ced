"""What a bank line is, from the evidence: certain, or left to a person (DOMAIN §5).

Pure: it looks at what a line says and at what the register and the journal have, and decides.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from ledger_core.accounting.quantities import NEVER_AUTOMATIC
from reconciliation.identifiers import counts, find_identifiers, outermost, same_literal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ledger_core.cases.register import CaseInfo
    from reconciliation.identifiers import Mention

Kind = Literal["receipt", "return", "wait"]


@dataclass(frozen=True)
class Line:
    """A statement line as matching sees it; ``amount`` in minor units, credit positive."""

    id: int
    bank: str
    date: str
    amount: int
    method: str
    disposition: str
    texts: Mapping[str, str]

    @cached_property
    def mentions(self) -> list[Mention]:
        """The identifiers that its texts could name."""
        memo = [self.texts.get(name, "") for name in ("memo", "payer")]
        return find_identifiers(self.texts.get("reference", ""), *memo)


@dataclass(frozen=True, slots=True)
class Named:
    """A case that a line names exactly, and how."""

    case: str
    kind: str  # case_id | client_ref
    where: str

    @property
    def evidence(self) -> str:
        """In words.  The client's own reference is not repeated: it can name a person."""
        what = self.case if self.kind == "case_id" else f"the client's reference of {self.case}"
        return f"{self.kind}: {what} found in {self.where}"


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do with a line; ``parts`` are cases and amounts, ``evidence`` never empty if it posts."""

    kind: Kind
    parts: tuple[tuple[str, int], ...] = ()
    evidence: tuple[str, ...] = ()
    doubt: str = ""


def named_cases(
    mentions: Sequence[Mention], keys: Mapping[str, Sequence[tuple[str, str]]], hashed: Mapping[str, str]
) -> list[Named]:
    """The cases that mentions name: ``keys`` from index key to case and kind, ``hashed`` from key to index key.

    Where two ids differ in punctuation only, the one written as in the text is meant.
    """
    known = [m for m in mentions if m.key in keys or hashed.get(m.key) in keys]
    found: dict[str, Named] = {}
    for mention in outermost(known):
        ids = [case for case, _ in keys.get(mention.key, ()) if counts(case, mention)]
        literal = [case for case in ids if same_literal(case, mention.found)]
        for case in literal or ids:
            found.setdefault(case, Named(case, "case_id", mention.where))
        for case, _ in keys.get(hashed.get(mention.key, ""), ()):
            # The reference's own text is private, so the rule of short digits is asked of the key.
            if counts(mention.key, mention):
                found.setdefault(case, Named(case, "client_ref", mention.where))
    return list(found.values())


def decide(line: Line, named: Sequence[Named], cases: Mapping[str, CaseInfo], currency: str) -> Decision:
    """Decide one line of a trust bank by exact identifiers alone."""
    evidence = tuple(item.evidence for item in named)
    wanted = [cases[item.case] for item in named if item.case in cases]
    if not wanted:
        return Decision("wait")
    doubt = _doubt(line, wanted, currency)
    if doubt:
        return Decision("wait", _suggest(wanted, line.amount), evidence, doubt)
    if line.amount < 0:
        return Decision("return", ((wanted[0].id, -line.amount),), evidence)
    if len(wanted) == 1:
        return Decision("receipt", ((wanted[0].id, line.amount),), evidence)
    parts = tuple((case.id, case.total) for case in wanted)
    return Decision("receipt", parts, (*evidence, "amount: the whole outstanding of all of them"))


def _doubt(line: Line, wanted: Sequence[CaseInfo], currency: str) -> str:
    """Why a line that names cases is not certain; nothing if it is."""
    foreign = [case.id for case in wanted if case.currency != currency]
    if foreign:
        return f"case {foreign[0]} is not in {currency}"
    finished = [case.id for case in wanted if case.finished_by in NEVER_AUTOMATIC]
    if finished and line.amount > 0:
        return f"case {finished[0]} was recalled or written off"
    whole = all(case.total for case in wanted) and sum(case.total for case in wanted) == line.amount
    return "" if len(wanted) == 1 or whole else "several cases are named"


def prefer_open(named: Sequence[Named], cases: Mapping[str, CaseInfo]) -> list[Named]:
    """Where a client's reference names several cases, the open one wins (SURFACE, placements)."""
    by_reference = [item for item in named if item.kind == "client_ref"]
    open_ones = [item for item in by_reference if item.case in cases and cases[item.case].total]
    if len(by_reference) > 1 and len(open_ones) == 1:
        return [item for item in named if item.kind == "case_id" or item in open_ones]
    return list(named)


def _suggest(cases: Sequence[CaseInfo], amount: int) -> tuple[tuple[str, int], ...]:
    return tuple((case.id, amount if len(cases) == 1 else min(case.total, amount)) for case in cases[:5])
