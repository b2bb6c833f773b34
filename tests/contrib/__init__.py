"""Tests of what contrib/ has for other programs, by those programs where they are installed."""
