"""Recall: of code like that of public issues, at least 85 % is found, also of those that no pattern was written for."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import CATALOGUE
from tests.scan.samples import samples_in
from tf_conformance.scan.bite import bite_of
from tf_conformance.scan.scanner import scan_text

FILES = sorted(Path(__file__).with_name("recall").glob("*.md"))


def found_in(sample):
    """The lines on which any form of a sample's statement is found for sure."""
    statement = CATALOGUE[sample.statement]
    bites = [bite_of(statement, form) for form in statement.forms if form.traces]
    scanned = [scan_text("sample.md", sample.text.encode(), [bite]) for bite in bites]
    return {hit.line for each in scanned for hit in each.hits if not hit.possible}


@pytest.mark.parametrize("file", FILES, ids=lambda path: path.stem)
def test_recall(file):
    """Most of the marked lines are found, and no others."""
    samples = samples_in(file)
    assert len(samples) >= 20
    found = [found_in(sample) for sample in samples]
    marked = [set(sample.lines("found")) for sample in samples]
    missed = [sample.statement for sample, lines, seen in zip(samples, marked, found) if not lines <= seen]
    assert len(missed) <= 0.15 * len(samples), missed
    assert [sample.statement for sample, lines, seen in zip(samples, marked, found) if seen - lines] == []
