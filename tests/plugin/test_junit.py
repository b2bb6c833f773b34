"""pytest's JUnit file: the statement and the verdict of each case, and the install."""

from __future__ import annotations

from collections import Counter
from xml.etree import ElementTree

import pytest

WRONG_AND_DEADLY = '''

@holds("thing.wrong")
def test_wrong():
    """It is wrong."""
    assert 1 == 2


@holds("thing.deadly")
def test_deadly():
    """It is deadly."""
    if os.environ.get("PYTEST_XDIST_WORKER"):
        os.abort()
    assert 1 == 2
'''


def properties_of(element):
    """The properties of a suite or of a case, by name."""
    return {each.get("name"): each.get("value") for each in element.findall("./properties/property")}


@pytest.mark.parametrize("workers", ["0", "1"])
def test_counts_are_those_of_the_record(project, workers):
    """The verdicts of the cases amount to those of the record, also of a case in which a worker dies."""
    project.pretend_tensorflow()
    project.add(WRONG_AND_DEADLY)
    ran = project.run_apart("-n", workers, "--junitxml", "junit.xml")
    cases = [properties_of(case) for case in ElementTree.fromstring(project.read("junit.xml")).iter("testcase")]
    verdicts = {case["statement"]: case["verdict"] for case in cases}
    assert verdicts == ran.verdicts
    assert Counter(verdicts.values())["violated"] == 2
    assert [case["kind"] for case in cases if case["statement"] == "thing.then"] == ["changed"]
    assert [case["instead"] for case in cases if case["statement"] == "thing.slip"] == ["right"]


def test_unchecked_is_skipped(project):
    """A case that could not be checked is skipped, and no other."""
    project.pretend_tensorflow()
    project.run_apart("--junitxml", "junit.xml")
    cases = list(ElementTree.fromstring(project.read("junit.xml")).iter("testcase"))
    skipped = [case.find("skipped") is not None for case in cases]
    assert any(skipped)
    assert skipped == [properties_of(case)["verdict"] == "unchecked" for case in cases]


def test_suite_names_the_install(project):
    """Versions and devices are properties of the suite."""
    project.pretend_tensorflow()
    project.run_apart("--junitxml", "junit.xml")
    suite = properties_of(next(ElementTree.fromstring(project.read("junit.xml")).iter("testsuite")))
    assert (suite["tensorflow"], suite["devices"]) == ("2.21.0", "CPU:0")


def test_file_that_cannot_be_written(project):
    """A JUnit file that cannot be written is an error in one line, before any case is checked."""
    project.pretend_tensorflow()
    ran = project.run_apart("--junitxml", "/proc/junit.xml")
    assert ran.status == pytest.ExitCode.USAGE_ERROR
    assert "ERROR: --junitxml: cannot write /proc/junit.xml: " in ran.text


@pytest.mark.parametrize("name", ["~/made/junit.xml", "$HOME/made/junit.xml"])
def test_file_in_the_home_folder(project, name, tmp_path):
    """The name of a JUnit file may begin with ~ or a variable, as pytest takes it; nothing is made of the name itself."""
    project.pretend_tensorflow()
    home = tmp_path / "home"
    home.mkdir()
    project.run_apart("--junitxml", name, within=["env", f"HOME={home}"])
    assert [path.name for path in home.iterdir()] == ["made"]
    assert ElementTree.parse(str(home / "made" / "junit.xml")).getroot().tag == "testsuites"
    assert not [path for path in (project.path / "~", project.path / "$HOME") if path.exists()]
