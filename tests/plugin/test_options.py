"""What the user selects and asks for, and how what makes no sense is refused."""

from __future__ import annotations

import os
import tempfile

import pytest

from tests.plugin.project import SPEC

NOT_SELECTED = "not selected in this run"
OF_ONE_NUMBER = '''
"""Week 1, {section}.

Subject: things.
"""
import pytest
from tf_conformance import holds

@holds("{section}.number")
@pytest.mark.parametrize("number", [1, 2])
def test_number(number):
    """It is a number."""
'''
TRUE_TOO = '''
@holds("thing.true")
def test_true_too():
    """It is true, too."""
'''
HEADING = '"""Week 1, Section.\n\nSubject: things.\n"""\n'


@pytest.mark.parametrize(
    ("arguments", "checked", "left"),
    [
        (["--statement", "thing.t*"], ["thing.true", "thing.then"], ["thing.slip", "thing.far"]),
        (["--statement", "thing.true", "--statement", "*.far"], ["thing.true"], ["thing.then", "thing.slip"]),
        (["-m", "smoke"], ["thing.true"], ["thing.then", "thing.slip", "thing.far"]),
        (["-k", "now or slip"], ["thing.then", "thing.slip"], ["thing.true", "thing.far"]),
    ],
    ids=lambda value: " ".join(value),
)
def test_selection(project, arguments, checked, left):
    """What is not selected is unchecked, for that reason, and counts for nothing."""
    ran = project.run(*arguments)
    assert ran.status == 0
    assert {ran.verdicts[id_] for id_ in checked} <= {"holds", "changed", "misstated"}
    assert {ran.statements[id_]["reason"] for id_ in left} == {NOT_SELECTED}
    ran.prints(f"*not selected: {len(left)} statement*")


def test_selection_with_an_obstacle(project):
    """What was not selected is said to be so, even if there is an obstacle."""
    ran = project.run("--statement", "thing.true", "--require-device", "tpu")
    reasons = {id_: statement["reason"] for id_, statement in ran.statements.items()}
    assert reasons.pop("thing.true") == "TensorFlow does not use a TPU: there is none"
    assert set(reasons.values()) == {NOT_SELECTED}
    assert "(1 statement, 0 cases, " in ran.lines[-1]


@pytest.mark.parametrize("case", ["test_true[1]", "test_true"])
def test_half_of_a_statement_is_no_verdict(project, case):
    """A statement of which only some cases were named is unchecked."""
    project.add(TRUE_TOO)
    ran = project.run(f"spec/test_thing.py::{case}")
    assert ran.verdicts["thing.true"] == "unchecked"


def test_single_case_beside_a_whole_file(project):
    """A single case of one file does not narrow a function of the same name in another file, which is named as a whole."""
    for section in ("one", "other"):
        project.write(f"spec/test_{section}.py", OF_ONE_NUMBER.format(section=section))
    ran = project.run("spec/test_one.py::test_number[1]", "spec/test_other.py")
    assert ran.verdicts["other.number"] == "holds"
    assert ran.verdicts["one.number"] == "unchecked"
    assert ran.statements["one.number"]["reason"] == "not all of its cases were selected"


def test_all_cases_by_name_and_file(project):
    """A single case that is named beside its whole file narrows nothing."""
    assert project.run("spec/test_thing.py::test_true[1]", "spec/test_thing.py").verdicts["thing.true"] == "holds"


def test_listing(project):
    """--list-statements prints the statements, selected ones if asked, and checks nothing."""
    ran = project.run("--list-statements", "--statement", "thing.t*")
    assert ran.status == 0
    assert "It is so now." in ran.text
    assert "It was so." in ran.text
    assert "thing.far" not in ran.text
    assert not (project.path / "r.json").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--statement", "no.such"], "*--statement: no statement matches 'no.such'*"),
        (
            ["--record", "no/folder/r.json"],
            "*--record: cannot write no/folder/r.json: name a file in a folder that you may write to",
        ),
        (["--record", "spec"], "*--record: cannot write spec: *"),
        ([f"--record={os.devnull}"], f"*--record: cannot write {os.devnull}: *"),
        (["--record", "spec/test_thing.py/r.json"], "*--record: cannot write spec/test_thing.py/r.json: *"),
        (["--require-version", "torch>1"], "*--require-version: *"),
        (["--require-version", "nonsense"], "*--require-version: *"),
        (["--deviations", "no.toml"], "*--deviations: no.toml: cannot be read: *"),
        (["--deviations", "spec/test_thing.py"], "*--deviations: spec/test_thing.py:*: not valid TOML: *"),
        (["--time-limit", "-5"], "ERROR: --time-limit: '-5' is not a number of seconds above 0"),
        (["--time-limit", "nan"], "ERROR: --time-limit: 'nan' is not a number of seconds above 0"),
        (["--import-limit", "inf"], "ERROR: --import-limit: 'inf' is not a number of seconds above 0"),
        (["--import-limit", "x"], "ERROR: --import-limit: 'x' is not a number of seconds above 0"),
        (["--logical-cpus", "0"], "ERROR: --logical-cpus: '0' is not a whole number above 0"),
        (["--logical-cpus", "1.5"], "ERROR: --logical-cpus: '1.5' is not a whole number above 0"),
        (["--device", "GPU 0"], "ERROR: --device: 'GPU 0' is not a device, such as GPU:0, or a kind of them"),
        (["--device", "/gpu:0"], "ERROR: --device: '/gpu:0' is not a device, *"),
        (["--require-device", "gpu:x"], "ERROR: --require-device: 'gpu:x' is not a device, *"),
        (["--tell", "nonsense"], "*argument --tell: invalid choice: 'nonsense' *"),
        (["-n", "-1"], "*-n: -1 is not a number of workers"),
        (["spec/no.py"], "*file or directory not found: spec/no.py"),
        (["spec/test_thing.py::test_tru"], "*not found: spec/test_thing.py::test_tru; did you mean test_true*"),
        (["-k", "one two"], "*Wrong expression passed to '-k': *"),
        (["-m", "smoke and"], "*Wrong expression passed to '-m': *"),
        (["--list-statements", "--statement", "no.such"], "*--statement: no statement matches 'no.such'*"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_bad_options(project, monkeypatch, arguments, message):
    """A bad option is refused in one line, with pytest's status for bad usage, before TensorFlow is imported."""
    monkeypatch.setattr("tf_conformance.plugin.checking.import_tensorflow", lambda: pytest.fail("it is imported"))
    ran = project.run(*arguments)
    assert ran.status == pytest.ExitCode.USAGE_ERROR
    ran.result.stderr.fnmatch_lines([message])
    assert "Traceback" not in ran.text


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--max-worker-restart", "x"], "--max-worker-restart x: invalid literal for int*"),
        (["-d", "--tx=nonsense"], "--tx nonsense: no gateway type found for *"),
        (["-d", "--tx", "popen//python=/no/python"], "--tx popen//python=/no/python: * No such file *"),
        (["--log-file", "/"], "--log-file /: * Is a directory: *"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_values_that_are_refused_late(project, arguments, message):
    """What pytest and its plugins refuse with an internal error is bad usage, in one line, all the same."""
    ran = project.run_apart(*arguments, workers=None)
    assert ran.status == pytest.ExitCode.USAGE_ERROR
    ran.result.stderr.fnmatch_lines([f"Exit: {message}"])
    assert "INTERNALERROR" not in ran.text


def test_record_that_may_not_be_written(project, monkeypatch):
    """A folder in which the user may not write is refused, too."""

    def refuse(**where):
        raise PermissionError

    monkeypatch.setattr(tempfile, "TemporaryFile", refuse)
    ran = project.run()
    assert ran.status == pytest.ExitCode.USAGE_ERROR
    ran.result.stderr.fnmatch_lines(["*--record: cannot write r.json: name a file in a folder that you may write to"])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (HEADING + 'def test_it():\n    """It is."""\n', "*test_thing.py:5: test_it has no form*"),
        (SPEC + "\nasync def test_it():\n    pass\n", "*test_thing.py:*: test_it is async*"),
        (SPEC.replace('"thing.true"', '"True Thing"'), "*test_thing.py:*'True Thing' is not an id*"),
        (
            SPEC.replace('@holds("thing.far")', '@holds("thing.far")\n@holds("thing.near")'),
            "*test_far has several forms*",
        ),
        (SPEC + "\nclass TestIt:\n    def test_it(self):\n        pass\n", "*test_thing.py:*: TestIt is a class*"),
        (SPEC.replace("Subject: things.", ""), "*test_thing.py:1: *no line such as ?Subject: callbacks*"),
    ],
    ids=["no form", "async", "bad id", "two forms", "class", "no subject"],
)
def test_spec_file_that_cannot_be_read(project, text, message):
    """A spec file that the catalogue cannot take in whole is refused in one line that names file and line."""
    project.write("spec/test_thing.py", text)
    ran = project.run()
    assert ran.status == pytest.ExitCode.USAGE_ERROR
    ran.result.stderr.fnmatch_lines([message])
    assert "Traceback" not in ran.text
