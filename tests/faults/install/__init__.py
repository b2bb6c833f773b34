"""Faults of the install itself."""
