"""Fava over one ledger, read-only, on the loopback address: ``python -m tallystick.web MAIN PORT``."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from ledger_core.errors import TallystickError, refuse

HOST = "127.0.0.1"


def serve(main: str, port: int) -> None:
    """Serve the books whose main file this is, until interrupted."""
    # A cache beside the books would be a file that nobody published.
    os.environ["BEANCOUNT_DISABLE_LOAD_CACHE"] = "1"
    from fava.application import create_app
    from waitress.server import create_server

    try:
        server = create_server(create_app([Path(main).resolve()], load=True, read_only=True), host=HOST, port=port)
    except OSError as error:
        raise refuse("PORT_TAKEN", f"port {port} cannot be opened ({error.strerror})") from error
    sys.stdout.write(f"Fava at http://{HOST}:{port}/  (Ctrl-C stops it)\n")
    sys.stdout.flush()
    try:
        server.run()
    except KeyboardInterrupt:
        server.close()


if __name__ == "__main__":
    try:
        serve(sys.argv[1], int(sys.argv[2]))
    except TallystickError as refused:
        sys.stderr.write(f"{refused}\n")
        sys.exit(1)
