"""A small project with a specification of its own, and runs of pytest in it."""

from __future__ import annotations

import json
import os
import sys

import jsonschema

from tests import ROOT, SCHEMA
from tests.pretended import tensorflow
from tf_conformance import plugin

SPEC_FILE = "spec/test_thing.py"
SPEC = '''
"""Week 1, Section.

Subject: things.
"""
import os
import pytest
import tensorflow as tf
from tf_conformance import changed, defect, holds, misstated, refused, unchecked

@pytest.mark.smoke
@holds("thing.true")
@pytest.mark.parametrize("number", [1, 2])
def test_true(number):
    """It is true."""
    assert number in (1, 2)

@holds("thing.then", when="tensorflow<2.2")
def test_then():
    """It was so."""
    assert False

@changed("thing.then", when="tensorflow>=2.2", instead="now", impact="error")
def test_now():
    """It is so now."""

@misstated("thing.slip", instead="right", impact="looks")
def test_slip():
    """It was never so."""
    with refused(ValueError, naming="wrong"):
        raise ValueError("that is wrong")

@holds("thing.far")
def test_far():
    """It needs what is not here."""
    unchecked("no engine answers")
'''

# What is added to the small specification, or beside it.
WRONG = '''
@holds("thing.wrong")
def test_wrong():
    """It is right."""
    assert 1 == 2
'''
FAILS_ELSEWHERE = """
def test_elsewhere():
    assert False
"""

RECORD = "r.json"
FOR_EVER = 1800  # seconds; what is still running then will never end


class Ran:
    """A run of pytest in the project: its exit status, what it printed, and its record, which is valid."""

    def __init__(self, result, path):
        self.result = result
        self.status = result.ret
        self.lines = [line for line in result.outlines if line]
        self.text = "\n".join([*result.outlines, *result.errlines])
        self._path = path

    @property
    def record(self):
        """The record that the run has written."""
        record = json.loads(self._path.read_text(encoding="utf-8"))
        jsonschema.validate(record, SCHEMA)
        return record

    @property
    def statements(self):
        """The statements of the record, by id."""
        return {statement["id"]: statement for statement in self.record["statements"]}

    @property
    def verdicts(self):
        """The verdicts of the record, by statement."""
        return {id_: statement["verdict"] for id_, statement in self.statements.items()}

    def cases(self, id_):
        """The cases of a statement of the record."""
        return self.statements[id_]["cases"]

    def prints(self, *lines):
        """Whether these lines, which may contain wildcards, were printed in this order; fails if they were not."""
        self.result.stdout.fnmatch_lines(lines)


class Project:
    """A folder with a small specification."""

    # The verdicts of the small specification.
    ALL_WELL = {"thing.true": "holds", "thing.then": "changed", "thing.slip": "misstated", "thing.far": "unchecked"}

    def __init__(self, pytester, monkeypatch):
        self._pytester = pytester
        self._monkeypatch = monkeypatch
        self.path = pytester.path
        self.set_path()
        pytester.makeconftest('pytest_plugins = ["tf_conformance.plugin"]')
        pytester.makeini("[pytest]\ntestpaths = spec")
        pytester.mkdir("spec")
        self.write(SPEC_FILE, SPEC)

    def set_path(self, *folders):
        """Has Python find the kit, and packages in these folders before all others."""
        self._monkeypatch.setenv("PYTHONPATH", ":".join(map(str, [*folders, ROOT])))

    def read(self, path=SPEC_FILE):
        """The text of a file of the project."""
        return (self.path / path).read_text(encoding="utf-8")

    def write(self, path, text):
        """Writes a file of the project."""
        (self.path / path).parent.mkdir(parents=True, exist_ok=True)
        (self.path / path).write_text(text, encoding="utf-8")

    def add(self, text):
        """Puts this at the end of the spec file."""
        self.write(SPEC_FILE, self.read() + text)

    def pretend_tensorflow(self, first=""):
        """Has runs in a process of their own import a TensorFlow that does nothing, but for ``first``."""
        tensorflow.install(self.path / "site", first)
        self.set_path(self.path / "site")

    def install_plugin(self, code, name="bad", entry_point=None):
        """Installs a plugin of others, where Python looks first."""
        folder = f"site/pytest_{name}-1.0.dist-info"
        self.write(f"site/pytest_{name}.py", f"{code}\n")
        self.write(f"{folder}/METADATA", f"Metadata-Version: 2.1\nName: pytest-{name}\nVersion: 1.0\n")
        self.write(f"{folder}/entry_points.txt", f"[pytest11]\n{entry_point or name} = pytest_{name}\n")

    def run(self, *arguments):
        """Runs pytest in this process, which has imported TensorFlow; what has tests of its own and takes long is left out."""
        with self._monkeypatch.context() as patch:
            patch.setattr(plugin, "find_problems", lambda environment: [])
            ran = self._pytester.runpytest_inprocess(*_always(0), *arguments, no_reraise_ctrlc=True)
        return Ran(ran, self.path / RECORD)

    def run_apart(self, *arguments, workers=0, within=()):
        """Runs pytest in a process of its own, with so many workers, or the kit's own number; ``within`` is a command around it."""
        command = [*within, sys.executable, "-m", "pytest", *_always(workers), *arguments]
        return Ran(self._pytester.run(*command, timeout=FOR_EVER), self.path / RECORD)


def _always(workers):
    """The arguments of every run; xdist has to be named where pytest loads no plugin by itself."""
    xdist = ["-p", "xdist"] if "PYTEST_DISABLE_PLUGIN_AUTOLOAD" in os.environ else []
    return [*xdist, "--record", RECORD, *([] if workers is None else ["-n", str(workers)])]
