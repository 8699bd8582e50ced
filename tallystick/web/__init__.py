"""The web: Fava, read-only, over the published books."""
