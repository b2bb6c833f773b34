"""The specification proves the traces: scan finds each form in the code of its own cases, or a reason says why it does not."""

from __future__ import annotations

from functools import lru_cache

import pytest

from tests import CATALOGUE
from tests.scan.cases import codes_of
from tests.scan.unseen import UNSEEN
from tf_conformance.scan.bite import bite_of
from tf_conformance.scan.scanner import scan_text

TRACED = [(statement, form) for statement in CATALOGUE for form in statement.forms if form.traces]


@lru_cache(maxsize=None)
def is_found(statement, form):
    """Whether a form is found, for sure, in one of its cases."""
    bites = [bite_of(statement, form)]
    functions = [function for function in statement.functions if function.form == form]
    codes = [code.encode() for function in functions for code in codes_of(function)]
    return any(not hit.possible for code in codes for hit in scan_text("case.py", code, bites).hits)


@pytest.mark.parametrize(("statement", "form"), TRACED, ids=lambda each: str(getattr(each, "era", "") or each.id))
def test_found_in_its_cases(statement, form):
    """A form is found in its cases, unless a reason is given; a reason that does not hold any more has to go."""
    if statement.id in UNSEEN:
        assert not is_found(statement, form), "found after all: delete its reason in tests/scan/unseen.py"
    else:
        assert is_found(statement, form), "write the case more plainly, or give a reason in tests/scan/unseen.py"


def test_most_forms_are_found():
    """The reasons are exceptions."""
    found = [form for statement, form in TRACED if is_found(statement, form)]
    assert len(found) > 0.75 * len(TRACED)
    assert UNSEEN.keys() <= {statement.id for statement, _ in TRACED}
