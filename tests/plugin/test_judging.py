"""The process that judges: verdicts, the record, the end of a run and its exit status."""

from __future__ import annotations

from fnmatch import fnmatchcase

import pytest

from tests.plugin.project import FAILS_ELSEWHERE, WRONG, Project
from tf_conformance.install.nvidia import Nvidia

FIRST_AND_WRONG = f'''
"""Week 1, First section.

Subject: things.
"""
from tf_conformance import holds
{WRONG}'''
INTERRUPTED = '''
@holds("thing.stop")
def test_zz_stop():
    """It goes on."""
    raise KeyboardInterrupt
'''
CRASH = '''
@holds("thing.crash")
def test_zz_crash():
    """It survives."""
    os.abort()
'''
REMOVES_THE_FOLDER = '''
@holds("thing.gone")
def test_zz_gone():
    """It removes the folder of the record."""
    import shutil
    shutil.rmtree("out")
'''

TPU = ("--require-device", "tpu")


@pytest.mark.parametrize("arguments", [(), ("-q",), ("-v",), ("--tell", "changes"), ("--tell", "all")], ids=" ".join)
@pytest.mark.parametrize(
    ("more", "demand", "verdict"),
    [
        ("", (), "this install does what TensorFlow 2.* should (4 statements, 5 cases, * s)"),
        (WRONG, (), "this install violates 1 statement (5 statements, 6 cases, * s)"),
        (INTERRUPTED, (), "the run did not finish; nothing is violated so far (5 statements, 6 cases, * s)"),
        ("", TPU, "TensorFlow does not use a TPU: there is none (4 statements, 0 cases, * s)"),
    ],
    ids=["as specified", "violated", "interrupted", "obstacle"],
)
def test_verdict_is_the_last_line(project, more, demand, verdict, arguments):
    """The last line of a run is the verdict, whatever it is and whatever else is printed."""
    project.add(more)
    ran = project.run(*arguments, *demand)
    assert fnmatchcase(ran.lines[-1], f"verdict: {verdict}")


def test_changes_are_told_on_request(project):
    """What differs from the notes, and what to write instead, is told with --tell changes."""
    assert "instead" not in project.run("--tell", "verdict").text.replace("what to write instead", "")
    project.run("--tell", "changes").prints(
        "*an error (1 statement):",
        "*thing.then *: It is so now.",
        "*instead: now",
        "*thing.slip *: It was never so.",
        "*instead: right",
    )


def test_every_statement_is_told_on_request(project):
    """Every statement with its verdict is told with --tell all."""
    project.run("--tell", "all").prints(
        "*holds      thing.true: It is true.",
        "*changed    thing.then: It is so now.",
        "*misstated  thing.slip: It was never so.",
        "*unchecked  thing.far: It needs what is not here.",
    )


def test_failure_elsewhere(project):
    """If a test outside the specification fails in the same run, the verdict says so, and the status is not 0."""
    project.write("test_elsewhere.py", FAILS_ELSEWHERE)
    ran = project.run("spec", "test_elsewhere.py")
    assert ran.status == 1
    assert ran.verdicts == Project.ALL_WELL
    assert ran.lines[-1].endswith(" s) (1 test outside the specification failed)")


def test_nothing_checked(project):
    """A run in which nothing could be checked is not a success."""
    ran = project.run("--statement", "thing.far")
    assert ran.status == pytest.ExitCode.NO_TESTS_COLLECTED
    assert ran.lines[-1].startswith("verdict: nothing was checked (1 statement, 1 case, ")


def test_required_version(project):
    """If the install does not have the version that is required, nothing is checked, and the status says so."""
    ran = project.run("--require-version", "tensorflow<2")
    assert ran.status == 11
    assert "tensorflow<2 is required, tensorflow 2." in ran.text
    assert project.run("--require-version", "tensorflow>=2").status == 0


def test_required_device(project):
    """If the install does not use the device that is required, nothing is checked, and the status says so."""
    ran = project.run("--require-device", "tpu")
    assert ran.status == 11
    assert set(ran.verdicts.values()) == {"unchecked"}
    ran.prints("*TensorFlow does not use a TPU: there is none", "*evidence  it sees CPU:0", "*do  *")
    assert project.run("--require-device", "cpu").status == 0


@pytest.mark.parametrize(
    ("variables", "cuda", "cause"),
    [
        ({"CUDA_VISIBLE_DEVICES": "-1"}, True, "CUDA_VISIBLE_DEVICES hides all GPUs"),
        ({}, False, "it was built for CPUs only"),
        ({}, True, "NVIDIA's driver is not installed"),
        ({"NVIDIA_VISIBLE_DEVICES": "void"}, True, "the container was started without GPUs"),
    ],
)
def test_required_gpu(project, monkeypatch, variables, cuda, cause):
    """Why there is no GPU is printed and on record, with the status of a demand that is not met."""
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("tensorflow.test.is_built_with_cuda", lambda: cuda)
    monkeypatch.setattr(Nvidia, "load_error", lambda self, library="": "libcuda.so.1: No such file or directory")
    ran = project.run("--require-device", "gpu")
    assert ran.status == 11
    assert ran.record["obstacle"]["cause"] == cause
    assert ran.lines[-1].startswith(f"verdict: TensorFlow does not use a GPU: {cause} (")


def test_interrupt(project):
    """Ctrl-C leaves a record of what was known, which is marked as incomplete."""
    project.add(INTERRUPTED)
    ran = project.run()
    assert ran.status == pytest.ExitCode.INTERRUPTED
    assert not ran.record["complete"]
    assert ran.verdicts == {**Project.ALL_WELL, "thing.stop": "unchecked"}


def test_crash_of_the_only_process(project):
    """If a case kills the only process (-n 0), the record holds what was known until then."""
    project.pretend_tensorflow()
    project.add(CRASH)
    ran = project.run_apart()
    assert ran.status < 0
    assert not ran.record["complete"]
    assert ran.verdicts["thing.crash"] == "unchecked"


def test_record_that_cannot_be_written(project):
    """If the record cannot be written in the end, the verdict is printed, and the status is not that of success."""
    (project.path / "out").mkdir()
    project.add(REMOVES_THE_FOLDER)
    ran = project.run("--record", "out/r.json")
    assert ran.status == pytest.ExitCode.USAGE_ERROR
    ran.prints("ERROR: --record: cannot write out/r.json: No such file or directory", "verdict: *should*")
    assert "Traceback" not in ran.text


def test_first_failure_ends_the_run(project):
    """After -x what was not reached is said to be so; it was selected, and the run is not complete."""
    project.write("spec/test_first.py", FIRST_AND_WRONG)
    ran = project.run("-x", "--junitxml", "junit.xml")
    assert ran.status == 1
    assert not ran.record["complete"]
    assert ran.verdicts == {"thing.wrong": "violated", **dict.fromkeys(Project.ALL_WELL, "unchecked")}
    assert ran.statements["thing.true"]["reason"] == "the run ended before this statement was checked"
    assert ran.lines[-1].startswith("verdict: this install violates 1 statement; the run did not finish (")
    assert (project.path / "junit.xml").exists()


def test_last_failed(project):
    """--lf runs what failed last; what it runs only in part has no verdict."""
    project.add(WRONG)
    project.run("-p", "cacheprovider")
    ran = project.run("-p", "cacheprovider", "--lf")
    ran.result.assert_outcomes(failed=1)
    assert ran.verdicts == {**dict.fromkeys(Project.ALL_WELL, "unchecked"), "thing.wrong": "violated"}
