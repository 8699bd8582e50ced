"""A fact says no more than it is given."""

from __future__ import annotations

from ledger_core.accounting.columns import ALL_OUTSTANDING
from ledger_core.accounting.fact import Fact


def test_what_a_fact_does_not_say() -> None:
    """No amount is all there is; every other text is empty, every other number nothing."""
    fact = Fact("recall", "2025-01-10")
    texts = (fact.client, fact.case, fact.currency, fact.bank, fact.effective, fact.method, fact.bucket)
    more = (fact.forwarder, fact.of, fact.from_, fact.to, fact.key)
    assert (*texts, *more) == ("",) * 12
    assert (fact.amount, fact.kept, fact.line, fact.source) == (ALL_OUTSTANDING, 0, 0, 0)
    assert fact.buckets == (0, 0, 0, 0)
    assert (dict(fact.changes), dict(fact.meta), dict(fact.private)) == ({}, {}, {})
