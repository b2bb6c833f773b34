"""The eras of every statement: from TensorFlow 2.0 to the next one neither gap nor overlap, and no form without an install."""

from __future__ import annotations

import pytest

from tests import CATALOGUE
from tests.pretended.versions import installs

INSTALLS = list(installs())


def names(install):
    """An install in a few words."""
    return "tensorflow {}, keras {}".format(install["tensorflow"], install["keras"])


@pytest.mark.parametrize("statement", CATALOGUE, ids=lambda statement: statement.id)
def test_one_form_on_each_install(statement):
    """Each install has exactly one form of the statement."""
    wrong = {names(install): len(statement.forms_on(install)) for install in INSTALLS}
    assert {install: count for install, count in wrong.items() if count != 1} == {}


@pytest.mark.parametrize("statement", CATALOGUE, ids=lambda statement: statement.id)
def test_each_form_has_an_install(statement):
    """Each form applies to some install."""
    assert [form for form in statement.forms if not any(form.era.covers(install) for install in INSTALLS)] == []


@pytest.mark.parametrize("statement", CATALOGUE, ids=lambda statement: statement.id)
def test_statement_holds_or_is_explained(statement):
    """A form other than holds tells what to write instead."""
    assert [form for form in statement.forms if str(form.kind) != "holds" and not form.instead] == []
