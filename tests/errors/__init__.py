"""The reproducers of the error catalogue, by its sections."""

from __future__ import annotations

from tests.errors import findings, keeping, posting, reading

CASES = (*reading.CASES, *posting.CASES, *keeping.CASES, *findings.CASES)
