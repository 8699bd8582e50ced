"""The engine and the plugins' scalar model agree on every figure, over random histories."""

from __future__ import annotations

from functools import partial

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.agreement.machine import History
from tests.agreement.sides import Sides

_STEPS = 30


class Agreement(History):
    """Every step on both sides."""

    make = Sides


class InPostgres(History):
    """Every step on both sides, with the engine's journal in a database of its own."""

    make = partial(Sides, database="postgresql")


def agree(histories: int, database: str, *, derandomize: bool) -> None:
    """Run histories of 30 steps: accounts after each step; at the end cases, statements, invoices and plugins."""
    run_state_machine_as_test(
        InPostgres if database == "postgresql" else Agreement,
        settings=settings(
            max_examples=histories,
            stateful_step_count=_STEPS,
            deadline=None,
            derandomize=derandomize,
            database=None,
            print_blob=True,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.parametrize(("database", "histories"), [("sqlite", 50), ("postgresql", 5)])
def test_engine_and_model_agree(database: str, histories: int) -> None:
    """Some histories, always the same; ``make agreement`` runs 2,000 new ones."""
    agree(histories, database, derandomize=True)
