"""Faults of the precision of float32 and of determinism."""
