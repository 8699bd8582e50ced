"""One settings file while it is read: its content, the lines of its keys, and all that is wrong with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from ledger_core.errors import Problem
from tallystick.actions.settings_schema import AnyTable, read_table
from tallystick.actions.settings_values import Wrong
from tallystick.actions.toml_lines import read_toml

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tallystick.actions.toml_lines import Keys

P = ParamSpec("P")
T = TypeVar("T")


class SettingsFile:
    """A TOML file and its problems so far; raises ``FILE_UNREADABLE`` or ``TOML_BAD`` at once."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.content, self._lines = read_toml(path)
        self.problems: list[Problem] = []

    def fault(self, code: str, keys: Keys, words: str) -> None:
        """Note a problem at the line of a key, named by its tables: ``terms.commission.rate …``."""
        self.problems.append(Problem(code, f"{_name(keys)} {words}", str(self.path), self._lines.of(keys)))

    def bad(self, keys: Keys, words: str) -> None:
        """Note a value that makes no sense."""
        self.fault("SETTING_BAD", keys, words)

    def read(self, model: type[AnyTable], raw: object, keys: Keys, currency: str = "") -> AnyTable | None:
        """A table as its model; None, with the problems noted, if anything in it is wrong."""
        table, faults = read_table(model, raw, currency)
        for fault in faults:
            self.fault(fault.code, (*keys, *fault.keys), fault.words)
        return table

    def tables(self, raw: object, keys: Keys) -> list[tuple[Keys, object]]:
        """The tables of ``[[name]]``, each with its path."""
        if isinstance(raw, list):
            return [((*keys, index), table) for index, table in enumerate(raw)]
        self.bad(keys, f"must be written in double brackets, as [[{_name(keys)}]]")
        return []

    def entries(self, raw: object, keys: Keys) -> list[tuple[str, Any]]:
        """The keys of a table whose names are free, each with its value."""
        if isinstance(raw, dict):
            return list(raw.items())
        self.bad(keys, "must be a table of keys and values")
        return []

    def value(self, keys: Keys, check: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T | None:
        """What the check returns; None, with the problem noted, if it refuses."""
        try:
            return check(*args, **kwargs)
        except Wrong as refusal:
            self.bad(keys, str(refusal))
            return None


def _name(keys: Keys) -> str:
    """A key as a person names it: ``terms.commission.rate``."""
    return ".".join(str(key) for key in keys if isinstance(key, str))
