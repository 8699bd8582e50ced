"""The engine and the plugins' scalar model agree on every figure, over random histories."""

from __future__ import annotations

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.agreement.machine import History
from tests.agreement.sides import Sides

_STEPS = 30


class Agreement(History):
    """Every step on both sides."""

    make = Sides


def agree(histories: int, *, derandomize: bool) -> None:
    """Run histories of 30 steps: accounts after each step; at the end cases, statements, invoices and plugins."""
    run_state_machine_as_test(
        Agreement,
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


def test_engine_and_model_agree() -> None:
    """Fifty histories, always the same; ``make agreement`` runs 2,000 new ones."""
    agree(50, derandomize=True)
