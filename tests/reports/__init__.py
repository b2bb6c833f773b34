"""Tests of the page and of what is published."""
