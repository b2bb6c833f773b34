"""The specification covers the notes, and each of its statements has a place and a sentence."""

from __future__ import annotations

import re

from tests import ROOT


def test_nothing_is_left_out(catalogue):
    """Each id of the inventory is a statement."""
    lines = (ROOT / "tests" / "statements" / "inventory.txt").read_text(encoding="utf-8").splitlines()
    inventory = [line for line in lines if line and not line.startswith("#")]
    assert [id_ for id_ in inventory if id_ not in catalogue] == []


def test_places(catalogue):
    """Each statement names the week and the section of the notes that it comes from, or is about the install or its precision."""
    assert [each.id for each in catalogue if not re.match(r"(Install|Precision|Week [1-4]), \S", each.place)] == []


def test_sentences_are_complete(catalogue):
    """What a statement says ends with a period."""
    sentences = [statement.says(form) for statement in catalogue for form in statement.forms]
    assert [sentence for sentence in sentences if not sentence.endswith(".")] == []
