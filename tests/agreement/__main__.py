"""``python -m tests.agreement 2000 --database postgresql``: many random histories, and what they were made of."""

from __future__ import annotations

import argparse
import sys
import time

from tests.agreement.sides import COUNTED
from tests.agreement.test_agreement import agree


def main() -> None:
    """Run as many histories as the command line says; raises where engine and model differ."""
    parser = argparse.ArgumentParser(prog="python -m tests.agreement")
    parser.add_argument("histories", type=int)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    asked = parser.parse_args()
    begun = time.monotonic()
    try:
        agree(asked.histories, asked.database, derandomize=False)
    finally:
        told = [f"{what:32} {count:7}" for what, count in sorted(COUNTED.items())]
        sys.stdout.write("\n".join([*told, f"{time.monotonic() - begun:.0f} s\n"]))
    sys.stdout.write("engine and model agree\n")


main()
