"""A database server that goes: commands say so in one line, and once it is back the same commands complete."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from tests.crashes import process
from tests.crashes.limits import code_of
from tests.crashes.outages import AWAY, HOW, Outage, absent, own_server
from tests.crashes.states import FEBRUARY, States, journal_store
from tests.crashes.trials import Trials, commands

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.crashes.outages import Server
    from tests.crashes.trials import Command

READING = (("verify", "--json"), ("balances", "--at", FEBRUARY), ("worklist",), ("check", "--date", FEBRUARY))

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are ended in Linux's way")


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A server of its own."""
    with own_server() as made:
        yield made


@pytest.fixture(scope="module")
def trials(tmp_path_factory: pytest.TempPathFactory, server: Server) -> Iterator[Trials]:
    """Prepared states on it, small."""
    with pytest.MonkeyPatch.context() as patch, journal_store("postgresql") as store:
        patch.setenv("TALLYSTICK_USER", "tester")
        patch.delenv("TALLYSTICK_WORKSPACE", raising=False)
        yield Trials(States(tmp_path_factory.mktemp("outages") / "states", store, cases=15), seed=1)


@pytest.mark.parametrize(("how", "name"), list(zip(HOW, ("import", "remit"), strict=True)))
def test_it_goes_in_the_middle(server: Server, trials: Trials, how: str, name: str) -> None:
    """Nothing is lost or half done, whatever the command was doing; ``make crashes`` tries many moments."""
    trials.blow, trials.commands = Outage(server, how), commands_named(trials, name)
    trials.run(sum(trials.landed.values()) + 1)
    assert name in {struck for struck, _ in trials.landed}


@pytest.mark.parametrize("name", ["import", "remit"])
def test_it_is_not_there(server: Server, trials: Trials, name: str) -> None:
    """The command touches no file, and says that the journal is away."""
    (command,) = commands_named(trials, name)
    watched = absent(server, trials, command)
    assert (code_of(watched), watched.events) == (AWAY, [])


def test_who_only_reads(server: Server, trials: Trials) -> None:
    """Is told the same."""
    folder = trials.restore(*commands_named(trials, "remit")).folder
    server.strike("shutdown")
    server.gone()
    try:
        for args in READING:
            assert code_of(process.run(args, folder)) == AWAY
    finally:
        server.start()


def commands_named(trials: Trials, name: str) -> list[Command]:
    """The first of the commands of that name."""
    return [next(command for command in commands(trials.states) if command.name == name)]
