"""Tests of why an install cannot be judged."""
