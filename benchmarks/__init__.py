"""Benchmarks of training steps: on one device, on several, and of one install against another."""
