"""The engine: facts become balanced entries, and entries become books."""
