"""Reconciliation: which case, or which entry of ours, a bank line belongs to."""
