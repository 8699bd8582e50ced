"""The command line.  Parsing and rendering only: what is done is done by ``tallystick.actions``."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click

from tallystick.cli import agency, books, days, fees, hand, journal, money, review, views

if TYPE_CHECKING:
    from collections.abc import Sequence

_REFUSED = 1
_WRONG_USAGE = 2
_INTERRUPTED = 130


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="tallystick", prog_name="tallystick")
def cli() -> None:
    """Double-entry books for debt-collection agencies, published as Beancount.

    Commands run in a workspace: the folder with agency.toml.  A bookkeeper's day is `tallystick daily`,
    then `tallystick worklist` and `tallystick resolve`; a month ends with `tallystick remit`.
    """


for module in (agency, days, hand, review, money, views, fees, books, journal):
    for command in module.COMMANDS:
        cli.add_command(command)


def main(args: Sequence[str] | None = None) -> None:
    """Run the command line: 0 done, 1 refused or a check failed, 2 wrong usage.  No traceback reaches a user."""
    try:
        # What a command asks for by ``Exit`` is returned here; a command itself returns nothing.
        status = cli.main(args, prog_name="tallystick", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(_WRONG_USAGE)
    except click.Abort:
        sys.exit(_INTERRUPTED)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(_REFUSED)
    except Exception as error:  # noqa: BLE001 - the last line of defence before a user
        sys.exit(_told(error))
    if status:
        sys.exit(status)


def _told(error: Exception) -> int:
    """Say what went wrong on standard error; returns the exit status."""
    from ledger_core.errors import TallystickError, Usage

    if isinstance(error, TallystickError):
        click.echo(f"usage: {error}" if isinstance(error, Usage) else str(error), err=True)
        return _WRONG_USAGE if isinstance(error, Usage) else _REFUSED
    if os.environ.get("TALLYSTICK_DEBUG"):
        raise error
    told = f"{type(error).__name__}: {error}".splitlines()[0][:200]
    click.echo(f"INTERNAL {told}. Nothing of this step was kept; TALLYSTICK_DEBUG=1 shows where it broke.", err=True)
    return _REFUSED


if __name__ == "__main__":
    main()
