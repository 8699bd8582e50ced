"""Runs: what looks at balances and proposes entries (returns, cure, remittance, three-way)."""
