"""Tests of what scan finds in code."""
