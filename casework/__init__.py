"""Casework: assignment, contact log, strategy, scores.  Nothing of it touches money, and nothing is built yet."""
