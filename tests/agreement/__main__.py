"""``python -m tests.agreement 2000``: many random histories, and what they were made of."""

from __future__ import annotations

import sys
import time

from tests.agreement.sides import COUNTED
from tests.agreement.test_agreement import agree


def main() -> None:
    """Run as many histories as the command line says; raises where engine and model differ."""
    begun = time.monotonic()
    try:
        agree(int(sys.argv[1]), derandomize=False)
    finally:
        told = [f"{what:32} {count:7}" for what, count in sorted(COUNTED.items())]
        sys.stdout.write("\n".join([*told, f"{time.monotonic() - begun:.0f} s\n"]))
    sys.stdout.write("engine and model agree\n")


main()
