"""The catalogue: statements are read from the text of spec files, and bad files are refused."""

from __future__ import annotations

import textwrap

import pytest
from packaging.version import Version

from tf_conformance.statements.catalogue import Catalogue, CatalogueError
from tf_conformance.statements.form import Impact, Kind

SPEC = '''
    """Week 1, Section.

    Subject: things.
    """
    import tensorflow_that_is_not_installed

    @pytest.mark.smoke
    @holds("thing.old", when="tensorflow<2.2")
    def test_old():
        """It is old.

        More of it."""

    @changed("thing.old", when="tensorflow>=2.2", instead="new", impact="error")
    def test_new():
        """It is new."""

    @changed("thing.old", when="tensorflow>=2.2", instead="new", impact="error")
    def test_new_too():
        """It is new in another way."""

    def helper():
        pass

    @misstated("thing.slip", instead="right", impact="silent")
    def test_slip():
        """It is wrong."""
'''
PLACE = '"""Week 1, Section.\n\nSubject: things.\n"""\n'
CASE = '@holds("a.b")\ndef test_it():\n    """It is."""\n'


@pytest.fixture
def read(tmp_path):
    """Reads a catalogue of spec files, given their texts by name."""

    def from_texts(**texts):
        for name, text in texts.items():
            path = tmp_path / "spec" / f"{name}.py"
            path.parent.mkdir(exist_ok=True)
            path.write_text(textwrap.dedent(text), encoding="utf-8")
        return Catalogue.read(tmp_path / "spec", tmp_path)

    return from_texts


@pytest.fixture
def catalogue(read):
    """The catalogue of one spec file."""
    return read(test_thing=SPEC)


def test_statements_and_forms(catalogue):
    """Statements and forms are in the file's order; functions that check the same form share it."""
    assert [statement.id for statement in catalogue] == ["thing.old", "thing.slip"]
    old = catalogue["thing.old"]
    assert [(form.kind, form.era.text, form.instead, form.impact) for form in old.forms] == [
        (Kind.HOLDS, "tensorflow<2.2", "", None),
        (Kind.CHANGED, "tensorflow>=2.2", "new", Impact.ERROR),
    ]
    assert [function.name for function in old.functions] == ["test_old", "test_new", "test_new_too"]


def test_sentences(catalogue):
    """What a form says is the first line of the docstring of its first function."""
    old = catalogue["thing.old"]
    assert [old.says(form) for form in old.forms] == ["It is old.", "It is new."]


def test_place_of_a_statement(catalogue):
    """A statement has the place, the subject and the path of its spec file."""
    old = catalogue["thing.old"]
    assert (old.place, old.subject, old.path) == ("Week 1, Section", "things", "spec/test_thing.py")


def test_line_of_a_function(catalogue):
    """A function knows the line of its definition."""
    assert [function.line for function in catalogue.functions()] == [10, 16, 20, 27]


def test_forms_on_an_install(catalogue):
    """The forms on an install are those whose era covers its versions."""
    old = catalogue["thing.old"]
    assert old.forms_on({"tensorflow": Version("2.1")}) == old.forms[:1]
    assert old.forms_on({"tensorflow": Version("2.3")}) == old.forms[1:]


def test_looking_up_a_statement(catalogue):
    """A catalogue is asked for a statement by its id."""
    assert catalogue["thing.slip"].id == "thing.slip"
    assert "thing.slip" in catalogue
    assert "thing.other" not in catalogue
    assert len(catalogue) == 2


@pytest.mark.parametrize(
    ("globs", "ids"),
    [
        (None, ["thing.old", "thing.slip"]),
        (["*.slip", "*.slip"], ["thing.slip"]),
        (["thing.*"], ["thing.old", "thing.slip"]),
        (["other.*"], []),
    ],
)
def test_matching_statements(catalogue, globs, ids):
    """Statements are selected by patterns of ids; without patterns all are."""
    assert [statement.id for statement in catalogue.matching(globs)] == ids


@pytest.mark.parametrize(
    ("nodeid", "says"),
    [
        ("spec/test_thing.py::test_old", "It is old."),
        ("spec/test_thing.py::test_old[CPU:0-[1]]", "It is old."),
        ("spec/test_thing.py::test_other", None),
        ("tests/test_thing.py::test_old", None),
    ],
)
def test_function_of_a_case(catalogue, nodeid, says):
    """The node id of a case leads to its function, with or without parameters; any other node id leads to none."""
    function = catalogue.function_of(nodeid)
    assert (function and function.says) == says


@pytest.mark.parametrize(
    ("place", "title"),
    [("Week 1, Section", "notes: Week 1, Section"), ("Install, Import", "Install, Import")],
)
def test_title_of_a_place(read, place, title):
    """A place is called one in the notes only if it is."""
    (function,) = read(test_thing=f'"""{place}.\n\nSubject: things.\n"""\n{CASE}').functions()
    assert function.title == title


TWO_FILES = {
    f"test_{name}": f'''
        """Week 1, {name}.

        Subject: things.
        """

        @holds("{name}.shape")
        def test_shape():
            """It has a shape."""

        @holds("{name}.mode")
        def test_mode():
            """It has a mode."""
    '''
    for name in ("one", "two")
}


@pytest.mark.parametrize(
    ("named", "narrowed"),
    [
        (["spec"], set()),
        (["spec/test_one.py"], set()),
        (["spec/test_one.py::test_shape"], set()),
        (["spec/test_one.py::test_shape[1]"], {"one.shape"}),
        (["spec/test_one.py::test_shape[1]", "spec/test_one.py::test_shape[2]"], {"one.shape"}),
        (["spec/test_one.py::test_shape[1]", "spec/test_two.py"], {"one.shape"}),
        (["spec/test_one.py::test_shape[1]", "spec/test_two.py::test_shape"], {"one.shape"}),
        (["spec/test_one.py::test_shape[1]", "spec/test_two.py::test_mode[1]"], {"one.shape", "two.mode"}),
        (["spec/test_one.py::test_shape[1]", "spec/test_one.py::test_shape"], set()),
        (["spec/test_one.py::test_shape[1]", "spec/test_one.py"], set()),
        (["spec/test_one.py::test_shape[1]", "spec"], set()),
        (["spec/test_one.py::test_shape[1]", "."], set()),
        (["spec/test_one.py::test_other[1]"], set()),
    ],
    ids=lambda names: " ".join(sorted(names)),
)
def test_narrowed_statements(read, named, narrowed):
    """A statement is narrowed if single cases are named and neither their function nor a file or folder around it is."""
    assert read(**TWO_FILES).narrowed_by(named) == narrowed


def bad(line, message):
    """A parameter: what a refusal says after the path."""
    return f"test_thing.py:{line}: {message}"


ONE_OF = "one of: holds, changed, misstated, defect"


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        (CASE, bad(1, "a docstring is missing")),
        (
            '"""Week 1, Section."""\n' + CASE,
            bad(1, 'the docstring of the file has no line such as "Subject: callbacks."'),
        ),
        (PLACE + '@holds("a.b")\ndef test_it():\n    pass\n', bad(6, "a docstring is missing")),
        (PLACE + CASE.partition("\n")[2], bad(5, f"test_it has no form; decorate it with {ONE_OF}")),
        (PLACE + '@holds("a.c")\n' + CASE, bad(7, f"test_it has several forms; keep {ONE_OF}")),
        (PLACE + CASE.replace("def", "async def"), bad(6, "test_it is async; a form is checked by a plain function")),
        (
            PLACE + 'async def test_it():\n    """It is."""\n',
            bad(5, "test_it is async; a form is checked by a plain function"),
        ),
        (
            PLACE + "class TestThing:\n" + textwrap.indent(CASE, "    "),
            bad(5, "TestThing is a class; a form is checked by a function of the module"),
        ),
        (
            PLACE + "class Thing:\n" + textwrap.indent(CASE, "    "),
            bad(7, "test_it is nested; a form is checked by a function of the module"),
        ),
        (
            PLACE + "if True:\n" + textwrap.indent(CASE, "    "),
            bad(7, "test_it is nested; a form is checked by a function of the module"),
        ),
        (
            PLACE + CASE.replace("test_it", "check_it"),
            bad(6, "check_it is not run by pytest; its name has to begin with test"),
        ),
        (
            PLACE + CASE + CASE.replace("a.b", "a.c"),
            bad(9, "test_it is defined twice; pytest runs only the last one"),
        ),
        (PLACE + CASE.replace("a.b", "ab"), bad(5, "'ab' is not an id; write for example dropout.rate-one")),
        (
            PLACE + CASE.replace('"a.b"', '"a.b", when="torch>1"'),
            bad(5, "'torch>1' must give versions of one of: tensorflow, keras, python, numpy"),
        ),
        (
            PLACE + CASE.replace('"a.b"', '"a.b", whenn=""'),
            bad(5, "holds() got an unexpected keyword argument 'whenn'"),
        ),
        (
            PLACE + CASE.replace('holds("a.b"', 'changed("a.b", when="", impact="looks"'),
            bad(5, "changed() missing 1 required keyword-only argument: 'instead'"),
        ),
        (
            PLACE + CASE.replace('holds("a.b"', 'misstated("a.b", instead="", impact="loud"'),
            bad(5, "'loud' is not one of: silent, error, looks"),
        ),
        (
            PLACE + CASE.replace('"a.b"', "ID"),
            bad(5, "an argument is not a literal; the file is read without being imported"),
        ),
        (PLACE + "def test_it(:\n", bad(5, "invalid syntax")),
        (PLACE + 'X = "', bad(5, "unterminated string literal")),
    ],
)
def test_bad_file(read, text, refusal):
    """A spec file whose statements cannot be read is refused in one line with file and line."""
    with pytest.raises(CatalogueError) as refused:
        read(test_thing=text)
    (line,) = str(refused.value).splitlines()
    assert line.rpartition("/")[2].startswith(refusal)


def test_id_in_two_files(read):
    """An id that two files use is refused: one of them has copied it, and its statement would be lost."""
    with pytest.raises(CatalogueError, match=r"^spec/test_two\.py:6: a\.b is already in spec/test_one\.py$"):
        read(test_one=PLACE + CASE, test_two=PLACE + CASE)


def test_bad_file_beside_spec_files(read):
    """A module that spec files import is refused likewise if it cannot be parsed."""
    with pytest.raises(CatalogueError, match=r"spec/models\.py:2: \S"):
        read(test_thing=PLACE + "from spec.models import x\n" + CASE, models="x = 1\ndef (:\n")


def test_bytes_that_are_not_text(tmp_path, read):
    """A spec file that is not UTF-8 is refused likewise."""
    read(test_thing=PLACE + CASE)
    (tmp_path / "spec" / "test_thing.py").write_bytes(PLACE.encode() + b"'\xff'\n")
    with pytest.raises(CatalogueError, match=r"test_thing\.py:\d+: (?i:.*utf-8)"):
        read()
