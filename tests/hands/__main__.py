"""``python -m tests.hands 200 --writers 4 --seed 1``: many histories of several at once, and what they were made of."""

from __future__ import annotations

import argparse
import signal
import sys
import time

from tests.hands.office import COUNTED, run


def main() -> None:
    """Run as many histories as the command line says; raises where engine and model differ."""
    parser = argparse.ArgumentParser(prog="python -m tests.hands")
    parser.add_argument("histories", type=int)
    parser.add_argument("--writers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    wanted = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # what was done so far is told
    begun = time.monotonic()
    try:
        run(range(wanted.seed, wanted.seed + wanted.histories), wanted.writers, wanted.database)
    finally:
        told = [f"{what:32} {count:7}" for what, count in sorted(COUNTED.items())]
        sys.stdout.write("\n".join([*told, f"{time.monotonic() - begun:.0f} s\n"]))
    sys.stdout.write("engine and model agree\n")


main()
