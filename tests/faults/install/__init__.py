"""Faults of the install."""
