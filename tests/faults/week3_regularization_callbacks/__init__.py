"""Faults of week 3."""
