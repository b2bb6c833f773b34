"""Everything that the notes say is a statement of the specification."""

from __future__ import annotations

import re

from tests import CATALOGUE, ROOT


def test_nothing_is_left_out():
    """Each id of the inventory is a statement."""
    lines = (ROOT / "tests" / "statements" / "inventory.txt").read_text(encoding="utf-8").splitlines()
    inventory = [line for line in lines if line and not line.startswith("#")]
    assert [id_ for id_ in inventory if id_ not in {statement.id for statement in CATALOGUE}] == []


def test_each_statement_has_a_place():
    """Each statement names the week and the section of the notes that it comes from, or belongs to the install."""
    assert [statement.id for statement in CATALOGUE if not re.match(r"(Install|Week [1-4]), \S", statement.place)] == []


def test_sentences_are_complete():
    """What a statement says is one sentence: a capital or code first, a full stop last."""
    sentences = [statement.says(form) for statement in CATALOGUE for form in statement.forms]
    assert [sentence for sentence in sentences if not sentence.endswith(".")] == []
