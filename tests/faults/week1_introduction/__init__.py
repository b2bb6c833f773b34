"""Faults of week 1."""
