"""Beancount plugins: a checker of the published books that shares no code with the engine."""
