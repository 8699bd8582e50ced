"""``serve``: Fava over the published books, in a process of its own (DESIGN decision 15)."""

from __future__ import annotations

import signal
import subprocess
import sys
from typing import TYPE_CHECKING

from ledger_core.errors import refuse
from tallystick.actions.session import LEDGER

if TYPE_CHECKING:
    from pathlib import Path

SERVER = "tallystick.web"
"""The module that is run; this room does not import the web."""


def serve(folder: Path, port: int) -> int:
    """Serve the books of a workspace until interrupted; returns the server's exit status."""
    main = folder / LEDGER / "main.beancount"
    if not main.is_file():
        raise refuse("NOT_PUBLISHED", "there are no published books to show", str(folder / LEDGER))
    command = [sys.executable, "-m", SERVER, str(main), str(port)]
    signal.signal(signal.SIGTERM, _stop)
    with subprocess.Popen(command) as server:  # noqa: S603 - our own module
        try:
            return server.wait()
        except KeyboardInterrupt:
            server.terminate()
            server.wait()
            return 0


def _stop(_signal: int, _frame: object) -> None:
    """Being told to end is taken as being interrupted, so that the server does not outlive the command."""
    raise KeyboardInterrupt
