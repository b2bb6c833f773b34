"""Tests of the facts about an install and of the checks of them."""
