"""``python -m tests.crashes 200 --seed 7``: many kills, and where they landed."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from tests.crashes.outages import HOW, Outage, own_server
from tests.crashes.states import States, journal_store
from tests.crashes.trials import Trials, report

_TOLD = 20
"""Kills after each of which it is told how far it is."""


def main() -> None:
    """Kill as often as the command line says; raises at the first trial that does not end as it should."""
    parser = argparse.ArgumentParser(prog="python -m tests.crashes")
    parser.add_argument("kills", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cases", type=int, default=300, help="cases of the invented agency's first month")
    parser.add_argument("--only", metavar="COMMAND", help="kill this command alone, such as import")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--server", choices=tuple(HOW), help="let the database's server go instead of the command")
    asked = parser.parse_args()
    os.environ["TALLYSTICK_USER"] = "tester"
    begun = time.monotonic()
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        blow = Outage(stack.enter_context(own_server()), asked.server) if asked.server else None
        store = stack.enter_context(journal_store("postgresql" if blow else asked.database))
        trials = Trials(States(Path(folder) / "states", store, asked.cases), asked.seed, blow)
        if asked.only:
            trials.commands = [command for command in trials.commands if command.name == asked.only]
        try:
            for kills in range(min(_TOLD, asked.kills), asked.kills + _TOLD, _TOLD):
                trials.run(min(kills, asked.kills))
                sys.stderr.write(f"{min(kills, asked.kills)} kills, {time.monotonic() - begun:.0f} s\n")
        finally:
            told = [*report(trials), f"{time.monotonic() - begun:.0f} s\n"]
            sys.stdout.write("\n".join(told))
    sys.stdout.write("every killed command was completed by its repetition\n")


main()
