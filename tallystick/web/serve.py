"""Fava over the published books: read-only, on the loopback address only."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from ledger_core.errors import refuse

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

HOST = "127.0.0.1"


def serve(folder: Path, *, port: int, ready: Callable[[str], None]) -> None:
    """Serve the books of a folder until interrupted; ``ready`` is told the address."""
    main = folder / "main.beancount"
    if not main.is_file():
        raise refuse("NOT_PUBLISHED", "there are no published books to show", folder.name)
    # A cache beside the books would be a file that nobody published.
    os.environ["BEANCOUNT_DISABLE_LOAD_CACHE"] = "1"
    from fava.application import create_app
    from waitress.server import create_server

    try:
        server = create_server(create_app([main], read_only=True), host=HOST, port=port)
    except OSError as error:
        raise refuse("PORT_TAKEN", f"port {port} cannot be opened ({error.strerror})") from error
    ready(f"http://{HOST}:{port}/")
    try:
        server.run()
    except KeyboardInterrupt:
        server.close()
