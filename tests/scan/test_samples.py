"""Traces: each form has them or a reason, and each pattern finds its sample and leaves the near miss alone."""

from __future__ import annotations

import pytest

from tests import CATALOGUE
from tests.scan.samples import all_samples, samples_of
from tf_conformance.scan.bite import Bite, bite_of
from tf_conformance.scan.scanner import scan_text
from tf_conformance.statements.form import Kind

OTHERS = [(statement, form) for statement in CATALOGUE for form in statement.forms if form.kind is not Kind.HOLDS]
TRACED = [(statement, form) for statement, form in OTHERS if form.traces]


def hits_in(sample, statement, form):
    """The hits of a form in a sample that are more than possible."""
    bites = [bite_of(statement, form)]
    return [hit for hit in scan_text("sample.md", sample.text.encode(), bites).hits if not hit.possible]


def test_every_form_has_traces():
    """A form that does not hold says which code meets it, or why none does."""
    assert [f"{form.statement}: {form.era}" for _, form in OTHERS if not form.traces and not form.no_trace] == []


@pytest.mark.parametrize("sample", all_samples(), ids=lambda sample: f"{sample.statement} {sample.era}".strip())
def test_found_where_it_is_marked(sample):
    """Each form of a sample's statement is found on the lines that are marked, and on no other ones."""
    statement = CATALOGUE[sample.statement]
    forms = sample.forms(CATALOGUE)
    assert forms, f"no form of {sample.statement} has traces for {sample.era or 'any era'}"
    for form in forms:
        assert [hit.line for hit in hits_in(sample, statement, form)] == sample.lines("found"), str(form.era)
    assert sample.lines("passed"), "a sample needs a near miss"


@pytest.mark.parametrize(("statement", "form"), TRACED, ids=lambda each: str(getattr(each, "era", "") or each.id))
def test_each_pattern_has_a_sample(statement, form):
    """Each pattern of a form is found in a sample of its statement."""
    samples = [
        each for each in samples_of(statement.path) if each.statement == statement.id and form in each.forms(CATALOGUE)
    ]
    found = {pattern.text for sample in samples for pattern in patterns_in(sample, statement, form)}
    assert [trace for trace in form.traces if trace not in found] == []


def patterns_in(sample, statement, form):
    """The patterns of a form that are found in a sample, each looked for by itself."""
    for pattern in bite_of(statement, form).patterns:
        alone = Bite(form, statement.says(form), (pattern,))
        if any(not hit.possible for hit in scan_text("sample.md", sample.text.encode(), [alone]).hits):
            yield pattern
