"""Runs that cannot begin."""

from __future__ import annotations

import json
import subprocess
import sys

import jsonschema
import pytest

from tests import ROOT, SCHEMA
from tests.gallery.environment import skip_unless_possible
from tf_conformance.command import main

READ_ONLY = """
for folder in /tmp /var/tmp /usr/tmp "$0"; do
    test ! -d "$folder" || { mount --bind "$folder" "$folder" && mount -o remount,ro,bind "$folder"; } || exit
done
cd "$0" && exec "$@"
"""


@pytest.mark.parametrize("task", [["check"], ["bench"], ["compare", sys.executable, sys.executable]])
def test_no_temporary_folder(task):
    """Where no temporary file can be written, one message says so, and what to do; nothing is run."""
    within = ["unshare", "--mount", "--propagation=private"]
    skip_unless_possible(within)
    command = [sys.executable, "-m", "tf_conformance", *task, "--record", "/dev/stdout"]
    run = subprocess.run(
        [*within, "env", "-u", "TMPDIR", "sh", "-c", READ_ONLY, str(ROOT), *command],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 10, run.stderr
    assert "no folder for temporary files can be written" in run.stderr
    assert "Traceback" not in run.stderr
    record = json.loads(run.stdout)
    jsonschema.validate(record, SCHEMA)
    assert "set TMPDIR" in record["obstacle"]["advice"][0]


@pytest.mark.parametrize(
    ("python", "says"), [("tests", "name the one in it: tests/bin/python"), ("nowhere", "no such Python")]
)
def test_no_python(capsys, monkeypatch, python, says):
    """A folder, or a program that does not exist, is an error in one line."""
    monkeypatch.chdir(ROOT)
    assert main(["check", "--python", python]) == 2
    assert says in capsys.readouterr().err
