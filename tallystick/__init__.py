"""Tallystick: double-entry books for debt-collection agencies."""
