"""The journal of the desk, for tests that read whole entries."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.desk import Desk
    from tests.vocabulary.ledger import Journal


@pytest.fixture
def journal(desk: Desk) -> Journal:
    """What the desk posts, entry by entry."""
    from tests.vocabulary.ledger import Journal

    return Journal(desk)
