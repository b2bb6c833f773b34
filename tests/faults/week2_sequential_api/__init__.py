"""Faults of week 2."""
