"""The catalogue: forms are read from the text of spec files, and bad files are refused."""

from __future__ import annotations

import textwrap

import pytest
from packaging.version import Version

from tf_conformance.statements.catalogue import Catalogue, CatalogueError
from tf_conformance.statements.form import Verdict

SPEC = '''
    """Week 1, Section."""
    import tensorflow_that_is_not_installed

    @pytest.mark.smoke
    @holds("thing.old", when="tensorflow<2.2")
    def test_old():
        """It is old.

        More of it."""

    @changed("thing.old", when="tensorflow>=2.2", instead="new")
    def test_new():
        """It is new."""

    @changed("thing.old", when="tensorflow>=2.2", instead="new")
    def test_new_too():
        """It is new in another way."""

    def helper():
        pass

    @misstated("thing.slip", instead="right")
    def test_slip():
        """It is wrong."""
'''


@pytest.fixture
def catalogue_of(tmp_path):
    """Reads a catalogue of one spec file with this text."""

    def read(text):
        (tmp_path / "spec").mkdir()
        (tmp_path / "spec" / "test_thing.py").write_text(textwrap.dedent(text), encoding="utf-8")
        return Catalogue.read(tmp_path / "spec", tmp_path)

    return read


def test_statements_and_forms(catalogue_of):
    """Statements stand in the file's order, each with its forms; checks of one form are one."""
    catalogue = catalogue_of(SPEC)
    assert [statement.id for statement in catalogue] == ["thing.old", "thing.slip"]
    old = catalogue["thing.old"]
    assert [(form.kind, form.era.text, form.instead) for form in old.forms] == [
        (Verdict.HOLDS, "tensorflow<2.2", ""),
        (Verdict.CHANGED, "tensorflow>=2.2", "new"),
    ]
    assert [old.says(form) for form in old.forms] == ["It is old.", "It is new."]
    assert old.place == "Week 1, Section"
    assert old.forms_on({"tensorflow": Version("2.3")}) == [old.forms[1]]


def test_check_of_a_node(catalogue_of):
    """A node id leads to its check, with or without parameters; another node to none."""
    catalogue = catalogue_of(SPEC)
    assert catalogue.check_of("spec/test_thing.py::test_old[CPU:0-[1]]").says == "It is old."
    assert catalogue.check_of("spec/test_thing.py::test_other") is None
    assert catalogue.check_of("tests/test_thing.py::test_old") is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('"""Week."""\ndef test_it():\n    """It."""', "test_thing.py:2: test_it names no form"),
        ('"""Week."""\n@holds("a.b")\ndef test_it():\n    pass', "test_thing.py:3: a docstring is missing"),
        ('@holds("a.b")\ndef test_it():\n    """It."""', "test_thing.py:1: a docstring is missing"),
        (
            '"""Week."""\n@holds("a.b", when="torch>1")\ndef test_it():\n    """It."""',
            "test_thing.py:2: 'torch>1' must",
        ),
        ('"""Week."""\n@holds("a.b", whenn="")\ndef test_it():\n    """It."""', "test_thing.py:2: .*whenn"),
        ('"""Week."""\n@changed("a.b", when="")\ndef test_it():\n    """It."""', "test_thing.py:2: .*instead"),
        ('"""Week."""\n@holds(ID)\ndef test_it():\n    """It."""', "test_thing.py:2: "),
    ],
)
def test_bad_files_are_refused(catalogue_of, text, message):
    """A spec file whose statements cannot be read is refused by an error that gives file and line."""
    with pytest.raises(CatalogueError, match=message):
        catalogue_of(text)
