"""Faults of week 4."""
