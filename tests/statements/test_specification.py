"""The eras of every statement: from TensorFlow 2.0 to the next release there is neither a gap nor an overlap."""

from __future__ import annotations

import pytest

from tests.pretended.versions import installs
from tf_conformance.statements.form import Kind


@pytest.fixture(scope="module")
def pretended_installs():
    """The versions of every install that matters to an era."""
    return list(installs())


def test_one_form_on_each_install(catalogue, pretended_installs):
    """On each install exactly one form of each statement applies."""
    wrong = [
        f"{statement.id} on tensorflow {install['tensorflow']}, keras {install['keras']}: {len(forms)} forms"
        for statement in catalogue
        for install in pretended_installs
        for forms in [statement.forms_on(install)]
        if len(forms) != 1
    ]
    assert wrong == []


def test_each_form_has_an_install(catalogue, pretended_installs):
    """Each form applies to some install."""
    idle = [
        f"{statement.id}: {form.era}"
        for statement in catalogue
        for form in statement.forms
        if not any(form.era.covers(install) for install in pretended_installs)
    ]
    assert idle == []


def test_forms_that_do_not_hold_are_explained(catalogue):
    """A form that does not hold says what to write instead."""
    forms = [form for statement in catalogue for form in statement.forms if form.kind is not Kind.HOLDS]
    assert [f"{form.statement}: {form.era}" for form in forms if not form.instead] == []


def test_core_holds_whole_forms(catalogue):
    """If one function of a form belongs to the core, all of them do: a verdict needs every case."""
    halves = {
        form.statement
        for statement in catalogue
        for form in statement.forms
        if len({"smoke" in function.marks for function in statement.functions if function.form == form}) > 1
    }
    assert halves == set()
