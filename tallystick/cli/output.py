"""What commands print: JSON documents, tables, problems."""

from __future__ import annotations

import json
import sys
import unicodedata
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ledger_core.errors import Problem

_ALERTS_SHOWN = 20
_OUTPUT = "standard output"


def document(content: Any) -> None:  # noqa: ANN401 - whatever a command's JSON is
    """One JSON document."""
    say(json.dumps(content, ensure_ascii=False, indent=2))


def say(text: str = "") -> None:
    """One line for a person; raises ``OUTPUT_UNWRITABLE`` where it can go nowhere."""
    try:
        click.echo(text)
    except BrokenPipeError:
        raise  # who reads has seen enough
    except OSError as error:
        from ledger_core.errors import refuse

        raise refuse("OUTPUT_UNWRITABLE", f"the answer cannot be written ({error.strerror})", _OUTPUT) from error


def step(name: str) -> None:
    """What is being done now, where somebody looks on: a line that the next one takes the place of."""
    if sys.stderr.isatty():
        click.echo(f"\r\033[K{name} …" if name else "\r\033[K", err=True, nl=False)


def problems(found: Iterable[Problem]) -> None:
    """Problems, one a line, on standard error."""
    for problem in found:
        click.echo(str(problem), err=True)


def alerts(found: Sequence[object]) -> None:
    """What a person must see to and what is no error, one a line; the oldest, where there are many."""
    for alert in found[:_ALERTS_SHOWN]:
        say(f"alert: {alert}")
    if len(found) > _ALERTS_SHOWN:
        say(f"alert: {count(len(found) - _ALERTS_SHOWN, 'more', 'more')}  (--json has all)")


def count(number: int, one: str, many: str = "") -> str:
    """A number of things: ``1 line``, ``2 lines``."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def waits(draft: int, *, repeated: bool = False) -> str:
    """What a person is told whose command became a draft."""
    told = "was entered before and waits" if repeated else "waits"
    return f"draft {draft} {told} for a second person; nothing was posted  (tallystick review show {draft})"


def amounts(found: str | Mapping[str, str]) -> str:
    """One amount as it is, those of several currencies each with its own."""
    if isinstance(found, str):
        return found
    return ", ".join(f"{amount} {currency}" for currency, amount in found.items())


def table(header: Sequence[str], rows: Iterable[Sequence[object]], *, right: Iterable[int] = ()) -> None:
    """Columns that line up, Chinese too; ``right`` are those set to the right."""
    cells = [list(header), *([str(cell) for cell in row] for row in rows)]
    widths = [max(_width(row[column]) for row in cells) for column in range(len(header))]
    ends = set(right)
    for number, row in enumerate(cells):
        padded = [_pad(cell, widths[column], to_right=column in ends) for column, cell in enumerate(row)]
        say("  ".join(padded).rstrip())
        if number == 0:
            say("  ".join("-" * width for width in widths))


def _width(text: str) -> int:
    """Columns on a terminal: full-width characters take two."""
    return sum(2 if unicodedata.east_asian_width(mark) in "WF" else 1 for mark in text)


def _pad(text: str, width: int, *, to_right: bool) -> str:
    space = " " * (width - _width(text))
    return space + text if to_right else text + space
