"""Options that commands share, and the session that they make."""

from __future__ import annotations

from datetime import date
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from collections.abc import Callable

    from tallystick.actions.session import Session

    Command = TypeVar("Command", bound=Callable[..., Any])


class Day(click.ParamType[date]):
    """A calendar day, as 2025-01-31."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:  # noqa: ANN401
        """The text as a date, or a usage error."""
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is no date such as 2025-01-31", param, ctx)


DAY = Day()

_NUMBERS_END = 2**63


class Number(click.ParamType[int]):
    """The number of a line, an entry or a batch, as far as the journal can count."""

    name = "number"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:  # noqa: ANN401
        """The text as a number, or a usage error."""
        text = str(value)
        if not (text.isascii() and text.isdigit() and int(text) < _NUMBERS_END):
            self.fail(f"{text!r} is no number such as 17", param, ctx)
        return int(text)


NUMBER = Number()

workspace = click.option("--workspace", metavar="DIR", help="The workspace; default $TALLYSTICK_WORKSPACE, else here.")
acting = click.option("--date", "acted_on", type=DAY, help="The day as of which to act; default today.")
as_json = click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
dry_run = click.option("--dry-run", is_flag=True, help="Do everything but keep nothing.")
wait = click.option(
    "--wait",
    type=click.IntRange(0, 86_400),
    metavar="SECONDS",
    default=10,
    help="How long to wait for a journal in use; default 10.",
)
actor = click.option(
    "--as", "actor", metavar="USER", default="", help="Who acts; default $TALLYSTICK_USER, else the system's user."
)


def with_session(command: Command) -> Command:
    """Give a command its session, from the options that all of them take."""

    @workspace
    @acting
    @wait
    @actor
    @wraps(command)
    def wrapped(
        *args: Any,  # noqa: ANN401
        workspace: str | None,
        acted_on: date | None,
        wait: int,
        actor: str,
        **values: Any,  # noqa: ANN401
    ) -> Any:  # noqa: ANN401
        return command(session(workspace, acted_on, wait, actor), *args, **values)

    return wrapped  # type: ignore[return-value]


def session(workspace: str | None, acted_on: date | None = None, wait: int = 10, actor: str = "") -> Session:
    """Open the workspace."""
    from tallystick.actions.session import open_session
    from tallystick.actions.workspace import find_workspace

    return open_session(find_workspace(workspace), acted_on=acted_on, actor=actor, wait_seconds=wait)
