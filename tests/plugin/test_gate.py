"""Whether a run of pytest is about the specification at all, and how much of it."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from tests import ROOT
from tests.pretended.records import SMALL_CATALOGUE, SPEC_FILE
from tf_conformance.plugin.gate import is_about_specification, narrowed_statements

CASE = f"{SPEC_FILE}::test_b[1]"


@pytest.fixture
def config(tmp_path):
    """pytest's configuration of a run with these arguments, from within a folder of the project."""

    def make(*arguments, within=".", **options):
        folder = tmp_path / within
        folder.mkdir(exist_ok=True)
        return SimpleNamespace(
            rootpath=tmp_path,
            invocation_params=SimpleNamespace(dir=folder),
            args=[argument.replace("ROOT", str(tmp_path)) for argument in arguments],
            option=SimpleNamespace(**options),
        )

    return make


@pytest.mark.parametrize(
    ("arguments", "within", "about"),
    [
        (["spec"], ".", True),
        (["spec/"], ".", True),
        (["spec/week1/test_a.py::test_b[1]"], ".", True),
        (["tests", "spec"], ".", True),
        (["."], ".", True),
        (["ROOT/spec"], "tests", True),
        (["../spec"], "tests", True),
        (["test_a.py"], "spec", True),
        ([".."], "tests", True),
        (["tests"], ".", False),
        (["benchmarks/test_a.py::test_b"], ".", False),
        (["spec"], "tests", False),
        (["specification"], ".", False),
        ([], ".", False),
    ],
)
def test_about_the_specification(config, arguments, within, about):
    """A run is about the specification if a part of it, or a folder around it, is among the arguments."""
    assert is_about_specification(config(*arguments, within=within)) is about


@pytest.mark.parametrize(
    ("arguments", "within", "narrowed"),
    [
        (["spec"], ".", set()),
        ([CASE], ".", {"thing.b"}),
        ([f"ROOT/{CASE}"], "tests", {"thing.b"}),
        ([CASE.partition("/")[2]], "spec", {"thing.b"}),
        ([CASE, "spec/"], ".", set()),
        ([CASE, "."], ".", set()),
        ([CASE, "tests"], ".", {"thing.b"}),
    ],
)
def test_narrowed_statements(config, arguments, within, narrowed):
    """Arguments are understood as pytest does: relative to the working folder, with or without a slash at the end."""
    assert narrowed_statements(config(*arguments, within=within), SMALL_CATALOGUE) == narrowed


def test_link_to_the_project(tmp_path):
    """A project that is reached through a link is the same project."""
    (tmp_path / "project").mkdir()
    (tmp_path / "link").symlink_to("project")
    config = SimpleNamespace(
        rootpath=tmp_path / "link",
        invocation_params=SimpleNamespace(dir=tmp_path),
        args=[f"link/{CASE}"],
        option=SimpleNamespace(),
    )
    assert is_about_specification(config)
    assert narrowed_statements(config, SMALL_CATALOGUE) == {"thing.b"}


def test_last_failed(config):
    """With --lf any statement may lack cases."""
    assert narrowed_statements(config("spec", lf=True), SMALL_CATALOGUE) == {"thing.a", "thing.b"}


HALF_WRITTEN = '"""Week 1, Section.\n\nSubject: things.\n"""\n\n\ndef test_it():\n    """It is."""\n'


@pytest.fixture
def run(pytester, monkeypatch):
    """Runs pytest in a project with a spec file whose function has no form yet, and with tests and benchmarks that pass."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    pytester.makeconftest('pytest_plugins = ["tf_conformance.plugin"]')
    pytester.makeini("[pytest]\ntestpaths = spec")
    for folder, text in (
        ("spec", HALF_WRITTEN),
        ("tests", "def test_it(): pass"),
        ("benchmarks", "def test_it(): pass"),
    ):
        pytester.mkdir(folder).joinpath(f"test_{folder}.py").write_text(text, encoding="utf-8")
    return lambda *arguments: pytester.runpytest_subprocess("-p", "no:cacheprovider", "-n", "0", *arguments)


def test_other_runs_of_an_unfinished_specification(run):
    """A half-written spec file does not stop a run of anything else."""
    result = run("tests/", "benchmarks/")
    assert result.ret == 0
    result.assert_outcomes(passed=2)


@pytest.mark.parametrize("arguments", [[], ["spec/"], ["--list-statements"]], ids=" ".join)
def test_unfinished_specification(run, arguments):
    """A half-written spec file stops a run of the specification in one line with file and line."""
    result = run(*arguments)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    (line,) = [line for line in result.errlines if line]
    assert line.startswith("ERROR: ")
    assert line.endswith(
        "spec/test_spec.py:7: test_it has no form; decorate it with one of: holds, changed, misstated, defect"
    )
