"""What is written to stderr is kept, and nothing of it is lost."""

from __future__ import annotations

import subprocess
import sys

from tests import ROOT

WRITES = """
import os, sys
from tf_conformance.plugin import stderr as withheld
if "no file" in sys.argv:
    def refuse(): raise OSError
    withheld._file = refuse
with withheld.withheld_stderr() as kept:
    print("from Python", file=sys.stderr)
    os.write(2, b"from C\\n")
print([kept.text])
print("afterwards", file=sys.stderr)
"""


def written(*arguments):
    """What a process prints, and what it writes to stderr."""
    ran = subprocess.run(
        [sys.executable, "-c", WRITES, *arguments], cwd=str(ROOT), capture_output=True, text=True, check=True
    )
    return ran.stdout, ran.stderr


def test_kept():
    """What Python and what C code write is kept in its order; what comes afterwards is written."""
    assert written() == ("['from Python\\nfrom C\\n']\n", "afterwards\n")


def test_no_file_to_keep_it_in():
    """Where no file can be had, it is written as ever."""
    assert written("no file") == ("['']\n", "from Python\nfrom C\nafterwards\n")
