"""Pretended installs, catalogues, runs and records, for tests."""
