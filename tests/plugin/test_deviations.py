"""Known deviations in runs of pytest: what is known does not make a run fail, what goes beyond it does."""

from __future__ import annotations

import pytest

WRONG = '''
@holds("{id}")
def test_wrong():
    """It is right."""
    assert 1 == 2
'''
ON_EACH_DEVICE = '''
@holds("thing.device")
def test_device(device):
    """Every device can count."""
    assert device(lambda x: x + 1, 1.0) == 2.0
'''
ABSENT = "CPU:1"  # work on a device that TensorFlow does not have fails
FILES = '''
"""Install, Files.

Subject: things.
"""
import os
from tf_conformance import holds
from tf_conformance.install.checks import check_of
from tf_conformance.install.environment import Environment

@holds("install.files")
def test_files(pytestconfig):
    """The files are whole."""
    environment = Environment.gather(verify_files=pytestconfig.option.verify_files)
    assert [problem.says for problem in check_of("install.files").problems(environment)] == []
'''
PATCHED = "site/tensorflow/patched.py"


@pytest.fixture
def run(project):
    """Runs the project, given the text of a file of deviations."""

    def runs(known, *arguments, apart=False):
        project.write("known.toml", known)
        return (project.run_apart if apart else project.run)("--deviations", "known.toml", *arguments)

    return runs


@pytest.mark.parametrize(
    ("about", "status", "deviation"),
    [
        ("thing.wrong", 0, "our patch"),
        ("thing.true", 1, None),
    ],
)
def test_statement(project, run, about, status, deviation):
    """A violation that is known beforehand does not make the run fail, if nothing else does."""
    project.add(WRONG.format(id="thing.wrong"))
    ran = run(f'["{about}"]\nreason = "our patch"\n')
    assert ran.status == status
    assert ("but for 1 known deviation" in ran.lines[-1]) == (status == 0)
    assert ran.statements["thing.wrong"]["deviation"] == deviation


def test_no_longer_violated(run):
    """A statement that is violated no more is to be removed from the file."""
    ran = run('["thing.true"]\nreason = "our patch"\n')
    assert ran.status == 0
    ran.prints("*no longer violated; remove them from the file:", "    thing.true: our patch")


def test_era(project, run):
    """A deviation of other versions explains nothing."""
    project.add(WRONG.format(id="thing.wrong"))
    assert run('["thing.wrong"]\nreason = "our patch"\nera = "tensorflow<2"\n').status == 1


def test_earlier_id(project, run):
    """A file that uses the id which a statement had before works, and the header says what it is called now."""
    project.add(WRONG.format(id="reduce-lr.behavior"))
    ran = run('["reduce-lr.behaviour"]\nreason = "our patch"\n')
    assert ran.status == 0
    ran.prints("deviations: known.toml:1: 'reduce-lr.behaviour' is now called 'reduce-lr.behavior'")


@pytest.mark.parametrize(
    ("devices", "status", "says"),
    [
        ('["CPU:1"]', 0, "    thing.device: our patch"),
        ('["CPU:*"]', 0, "    thing.device: our patch"),
        ('["CPU:0"]', 1, "      1 of 2 cases failed, on CPU:1 alone; not known: CPU:1"),
        ('["CPU:0", "CPU:1"]', 0, "    thing.device: CPU:0: our patch"),
    ],
)
def test_device(project, run, monkeypatch, devices, status, says):
    """A deviation on one device explains what fails there, and nothing else; a device that is named for nothing is told."""
    monkeypatch.setattr("tf_conformance.plugin.checking.visible_devices", lambda: ["CPU:0", ABSENT])
    project.add(ON_EACH_DEVICE)
    ran = run(f'["thing.device"]\nreason = "our patch"\ndevices = {devices}\n')
    assert ran.status == status
    assert says in ran.lines


@pytest.fixture
def patched(project):
    """The project with a TensorFlow of which two files are not as they were recorded."""
    project.pretend_tensorflow()
    record = "site/tensorflow-2.21.0.dist-info/RECORD"
    lines = ["tensorflow/patched.py,,7", "tensorflow/gone.py,,7", "tensorflow/whole.py,,7"]
    project.write(record, "\n".join([project.read(record).strip(), *lines, ""]))
    project.write(PATCHED, "x = 11\n")
    project.write("site/tensorflow/whole.py", "x = 11\n")
    project.write("spec/test_files.py", FILES)
    return project


BOTH = '["install.files"]\nreason = "our patch"\nfiles = ["tensorflow/gone.py", "*/pa*.py"]\n'
QUIET = "before the import: no problem was found"


@pytest.mark.parametrize(
    ("text", "known", "status", "says"),
    [
        ("", BOTH, 0, {QUIET, "    install.files: our patch"}),
        ("", BOTH.replace(', "*/pa*.py"', ""), 1, {"      1 of 1 case failed; not known: tensorflow/patched.py"}),
        ("", '["install.files"]\nreason = "our patch"\n', 0, {"    install.files: our patch"}),
        ("x = 11\n", BOTH, 0, {"    install.files: */pa*.py: our patch"}),
    ],
)
def test_files(patched, run, text, known, status, says):
    """A deviation of single files explains no others, keeps quiet about them, and is told of one that is whole again."""
    patched.write(PATCHED, text)
    # Only where files are verified is one known to be whole again; it takes a look at every byte of all packages.
    verify = ["--verify-files"] if text else []
    ran = run(known, *verify, "--statement", "install.files", apart=True)
    assert ran.status == status
    assert says <= {*ran.lines}
    assert ran.statements["install.files"]["files"] == (["tensorflow/patched.py"] if not text else []) + [
        "tensorflow/gone.py"
    ]


@pytest.mark.parametrize(
    ("known", "message"),
    [
        ('["thing.true"]\nreason = ""\n', 'known.toml:2: "thing.true" needs a reason: reason = "..."'),
        ('["thing.tru"]\nreason = "x"\n', "known.toml:1: there is no statement 'thing.tru' [(]see *"),
        ('["thing.true"]\nreason = x\n', "known.toml:2: not valid TOML: *"),
    ],
)
def test_bad_files(run, known, message):
    """A file that cannot be used is refused in one line that names file and line, with pytest's status for bad usage."""
    ran = run(known)
    assert ran.status == pytest.ExitCode.USAGE_ERROR
    ran.result.stderr.fnmatch_lines([f"ERROR: --deviations: {message}"])
    assert "Traceback" not in ran.text
