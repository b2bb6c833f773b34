"""Pretended installs, distributions and records, for tests."""
