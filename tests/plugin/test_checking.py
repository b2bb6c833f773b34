"""A process that checks cases: it imports TensorFlow, selects forms, runs cases and explains failures."""

from __future__ import annotations

import pytest

from tests.plugin.project import Project

ON_DEVICES = '''

@holds("thing.size")
def test_size(device):
    """It has a size of 3."""
    assert device(tf.constant, [1, 2]).tolist() == [1, 2, 3]

@holds("thing.idle")
def test_idle(device):
    """It works on the device."""
'''
ON_TWO_DEVICES = '''

@holds("thing.sum")
def test_sum(device):
    """It adds up."""
    assert device(tf.reduce_sum, [1, 2]) == 3

@holds("thing.elsewhere")
def test_elsewhere(device):
    """It adds up on the device that it is given."""
    def on_the_first(numbers):
        with tf.device("CPU:0"):
            return tf.reduce_sum(numbers)
    assert device(on_the_first, [1, 2]) == 3
'''
# Runs first in the pretended TensorFlow.
NOTES_THE_HOOK = """
import sys
frame = sys._getframe()
while frame is not None:
    if frame.f_code.co_name.startswith("pytest_") and frame.f_globals["__name__"] == "tf_conformance.plugin.checking":
        with open("hooks", "a") as file:
            print(frame.f_code.co_name, file=file)
    frame = frame.f_back
"""
LOGS = r"""
import os
os.write(2, b"2026-01-02 03:04:05.678901: I tensorflow/core/util/port.cc:153] oneDNN custom operations are on.\n")
os.write(2, b"WARNING: All log messages before absl::InitializeLog() is called are written to STDERR\n")
os.write(2, b"W0000 00:00:1767323045.678901 42 gpu_device.cc:2341] Cannot dlopen some GPU libraries.\n")
os.write(2, b"a line of another library\n")
"""
SEES_THE_VARIABLE = """

@holds("thing.shared")
def test_shared():
    '''No process takes all of a GPU's memory at once.'''
    assert os.environ["TF_FORCE_GPU_ALLOW_GROWTH"] == "{}"
"""
IMPORTS_WHAT_IS_NOT_THERE = "\nimport no_such_module\n"


def test_forms_that_apply_are_run(project):
    """Cases of other forms are deselected, and each statement has its verdict."""
    ran = project.run()
    assert ran.status == 0
    ran.result.assert_outcomes(passed=4, skipped=1, deselected=1)
    assert ran.record["complete"]
    assert ran.verdicts == Project.ALL_WELL
    assert ran.statements["thing.far"]["reason"] == ran.cases("thing.far")[0]["message"] == "no engine answers"


def test_install_is_told_first(project):
    """The install, how it was built, what is set and what was found before the import are told before any case."""
    project.run().prints(
        "install: tensorflow * NumPy * CPU:0 *",
        "platform: *",
        "build: *onednn *",
        "environment: *",
        "before the import: *",
        "*test_thing.py*",
    )


def test_failure_is_explained(project):
    """A failed case says what was expected, what was seen, and on which device; no traceback is printed."""
    project.add(ON_DEVICES)
    ran = project.run()
    assert ran.status == 1
    assert ran.verdicts == {**Project.ALL_WELL, "thing.size": "violated", "thing.idle": "violated"}
    ran.prints(
        "spec/test_thing.py::test_size?CPU:0?  VIOLATED",
        "  statement  thing.size (notes: Week 1, Section)",
        "  says       It has a size of 3.",
        "  expected   ?1, 2, 3?",
        "  seen       ?1, 2?",
        "  on         tensorflow * on CPU:0",
        "  at         spec/test_thing.py:*",
    )
    (case,) = ran.cases("thing.size")
    assert (case["device"], case["outcome"]) == ("CPU:0", "failed")
    assert "  seen       [1, 2]" in case["message"]
    assert "Traceback" not in ran.text


def test_case_must_use_its_device(project):
    """A case that asks for a device and does nothing with it fails."""
    project.add(ON_DEVICES)
    ran = project.run("--statement", "thing.idle")
    ran.prints("  expected   work on CPU:0", "  seen       no work on any device that the case named")


@pytest.mark.parametrize("verbosity", ["-q", "-v", "-vv"])
def test_traceback_on_request(project, verbosity):
    """The traceback of a failure is printed with -v."""
    project.add(ON_DEVICES)
    ran = project.run(verbosity)
    assert (">       assert device(tf.constant, [1, 2])" in ran.text) == (verbosity != "-q")


def test_each_logical_device(project):
    """With --logical-cpus 2 a case that asks for a device runs on each of two, and must work there."""
    project.add(ON_TWO_DEVICES)
    # Logical devices must come before TensorFlow's first operation.
    ran = project.run_apart("--logical-cpus", "2", "--junitxml", "junit.xml")
    assert ran.record["install"]["devices"] == ["CPU:0", "CPU:1"]
    assert [case["device"] for case in ran.cases("thing.sum")] == ["CPU:0", "CPU:1"]
    assert ran.verdicts["thing.sum"] == "holds"
    first, second = ran.cases("thing.elsewhere")
    assert (first["device"], first["outcome"]) == ("CPU:0", "passed")
    assert (second["device"], second["outcome"]) == ("CPU:1", "failed")
    assert "expected   work on CPU:1" in second["message"]
    assert ran.statements["thing.elsewhere"]["reason"] == "1 of 2 cases failed, on CPU:1 alone"
    ran.prints("*thing.elsewhere: It adds up on the device that it is given.", "*1 of 2 cases failed, on CPU:1 alone")
    assert project.read("junit.xml").count('<property name="device" value="CPU:1"') == 2


@pytest.mark.parametrize(("wanted", "other"), [("cpu:0", "CPU:1"), ("cpu", "XPU:0")])
def test_one_device(project, monkeypatch, wanted, other):
    """With --device, cases that ask for a device run on that one alone, or on those of the kind."""
    monkeypatch.setattr("tf_conformance.plugin.checking.visible_devices", lambda: ["CPU:0", other])
    project.add(ON_TWO_DEVICES)
    ran = project.run("--device", wanted)
    assert [case["device"] for case in ran.cases("thing.sum")] == ["CPU:0"]
    assert (ran.verdicts["thing.sum"], ran.verdicts["thing.elsewhere"]) == ("holds", "holds")
    assert len(ran.cases("thing.true")) == 2


def test_device_that_is_not_there(project):
    """A device that TensorFlow does not see is a demand that is not met."""
    ran = project.run("--device", "CPU:7")
    assert ran.status == 11
    ran.prints("*TensorFlow does not use CPU:7: there is none", "*evidence  it sees CPU:0")


@pytest.mark.parametrize("arguments", [(), ("-n", "2")])
def test_import_that_is_certain_to_fail(project, monkeypatch, arguments):
    """It is not tried; that is the verdict at once, without workers unless they are asked for."""
    project.pretend_tensorflow("import os; open('imported', 'w')\n")
    monkeypatch.setenv("TF_FORWARD_COMPATIBILITY_DELTA_DAYS", "soon")
    ran = project.run_apart(*arguments, workers=None)
    assert ran.status == 10
    assert ran.record["obstacle"]["advice"] == ["unset TF_FORWARD_COMPATIBILITY_DELTA_DAYS"]
    assert ("created: 2/2 workers" in ran.text) == bool(arguments)
    assert not (project.path / "imported").exists()


@pytest.mark.parametrize("workers", [0, 1])
@pytest.mark.parametrize("verbosity", ["-q", "-v"])
def test_import(project, workers, verbosity):
    """TensorFlow's import begins in pytest_sessionstart, and once, whatever the run prints; what it logs is printed with -v only.

    Any other line that it writes is always printed.
    """
    project.pretend_tensorflow(NOTES_THE_HOOK + LOGS)
    ran = project.run_apart(verbosity, workers=workers)
    assert ran.status == 0
    assert project.read("hooks").split() == ["pytest_sessionstart"]
    assert "a line of another library" in ran.text
    for ordinary in ("oneDNN custom operations", "All log messages before", "Cannot dlopen"):
        assert (ordinary in ran.text) == (verbosity == "-v")


@pytest.mark.parametrize("given", ["", "false"])
def test_memory_of_a_gpu_is_shared(project, monkeypatch, given):
    """The processes of a run, those that cases start included, share a GPU's memory, unless the user decides otherwise."""
    monkeypatch.setenv("TF_FORCE_GPU_ALLOW_GROWTH", given)
    if not given:
        monkeypatch.delenv("TF_FORCE_GPU_ALLOW_GROWTH")
    project.add(SEES_THE_VARIABLE.format(given or "true"))
    assert project.run("--statement", "thing.shared").verdicts["thing.shared"] == "holds"


def test_spec_file_that_cannot_be_imported(project):
    """A spec file that cannot be imported violates the statements that it should check."""
    project.add(IMPORTS_WHAT_IS_NOT_THERE)
    ran = project.run()
    assert ran.status != 0
    assert ran.verdicts["thing.true"] == "violated"
