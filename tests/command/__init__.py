"""Tests of the command tf-conformance."""
