"""What is written to stderr while a block runs is captured, and nothing of it is lost."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests import ROOT

CAPTURES = """
import os, sys
from tf_conformance.plugin.stderr import captured_stderr
{before}
try:
    with captured_stderr() as captured:
        print("from Python", file=sys.stderr)
        os.write(2, b"from C\\xff\\n")
        {end}
finally:
    print([captured.text])
    os.write(2, b"afterwards\\n")
"""
WITHOUT_FILES = "import resource; resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))"


def run(before="", end=""):
    """What a process that captures its stderr prints, and what it writes to stderr all the same."""
    code = CAPTURES.format(before=before, end=end)
    ran = subprocess.run([sys.executable, "-c", code], cwd=str(ROOT), capture_output=True, check=False)
    return ran.stdout.decode(), ran.stderr.decode("utf-8", "replace")


def test_captured():
    """What Python and C code write is captured in its order; what comes afterwards is written."""
    assert run() == ("['from Python\\nfrom C\ufffd\\n']\n", "afterwards\n")


def test_error():
    """What was written before an error is captured, and the error goes on."""
    printed, written = run(end="raise ValueError")
    assert printed == "['from Python\\nfrom C\ufffd\\n']\n"
    assert written.startswith("afterwards\nTraceback")


@pytest.mark.skipif(sys.platform == "win32", reason="open files cannot be limited on Windows")
def test_no_file():
    """If the system allows no further file, stderr passes through and nothing is captured."""
    assert run(before=WITHOUT_FILES) == ("['']\n", "from Python\nfrom C\ufffd\nafterwards\n")
