"""Tests of the checks before the import, on pretended environments."""
