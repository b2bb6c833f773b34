"""Tests of what a spec file is written with, and of the specification as a whole."""
