"""Errors as data: every refusal is a :class:`Problem` with a stable code, a place and a remedy.

``TallystickError``
├── ``Refused``      one or more problems; nothing was done (exit status 1)
└── ``Usage``        the command itself makes no sense (exit status 2)

``ledger_core.catalogue`` is the only list of codes.  ``docs/errors.md`` is written from it, and each
code has a test that reproduces it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ledger_core.catalogue import CATALOGUE

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, where it stands, and what to do about it."""

    code: str
    message: str
    path: str = ""
    line: int = 0

    def __post_init__(self) -> None:
        assert self.code in CATALOGUE, f"{self.code} is not in the error catalogue"

    @property
    def remedy(self) -> str:
        """What the user can do, from the catalogue."""
        return CATALOGUE[self.code].remedy

    def at(self, path: str, line: int = 0) -> Problem:
        """The same problem, placed where its cause was read."""
        return Problem(self.code, self.message, path, line or self.line)

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}: " if self.path and self.line else f"{self.path}: " if self.path else ""
        return f"{place}{self.code} {self.message}. {self.remedy}."


class TallystickError(Exception):
    """Anything that a user may be told; never shown as a traceback."""


class Refused(TallystickError):
    """Something was refused and nothing was done."""

    def __init__(self, problems: Problem | Iterable[Problem]) -> None:
        self.problems = (problems,) if isinstance(problems, Problem) else tuple(problems)
        assert self.problems
        super().__init__("\n".join(map(str, self.problems)))


class Usage(TallystickError):
    """The command was called in a way that has no meaning."""


def refuse(code: str, message: str, path: str = "", line: int = 0) -> Refused:
    """One problem as an exception, to be raised by the caller."""
    return Refused(Problem(code, message, path, line))
