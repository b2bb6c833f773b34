"""The kit's own start in surroundings in which it cannot begin: a few lines, a record, status 10; and in odd ones in which it can."""

from __future__ import annotations

import ctypes
import json
import os
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from tests import ROOT, SCHEMA
from tests.gallery.damage import FINE, UNUSABLE

SMALL = ("--statement", "flatten.*")
NOBODY = 54321  # a user whom the system does not know

# Refuses the system call clone3, with which the C library starts threads, to the command that follows.
FORBID_THREADS = """
import ctypes, os, struct, sys
program = [(0x20, 0, 0, 0), (0x15, 0, 1, 435), (0x06, 0, 0, 0x50001), (0x06, 0, 0, 0x7FFF0000)]
code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *line) for line in program))
class Filter(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("code", ctypes.c_void_p)]
library = ctypes.CDLL(None)
library.prctl(38, 1, 0, 0, 0)
if library.prctl(22, 2, ctypes.byref(Filter(len(program), ctypes.cast(code, ctypes.c_void_p))), 0, 0):
    sys.exit("no filters here")
os.execvp(sys.argv[1], sys.argv[1:])
"""


def judge(folder, *, within=(), without=(), **variables):
    """A run of the kit in a folder: its exit status, what it printed, and the record if it is there."""
    command = [*within, sys.executable, "-m", "pytest", str(ROOT / "spec"), "--rootdir", str(ROOT)]
    command += ["-c", str(ROOT / "pyproject.toml"), "-p", "no:cacheprovider", "-n", "1", "--record", "r.json", *SMALL]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_") and name not in without}
    run = subprocess.run(
        command,
        cwd=folder,
        env={**kept, "PYTHONDONTWRITEBYTECODE": "1", **variables},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    path = Path(folder) / "r.json"
    record = json.loads(path.read_text(encoding="utf-8")) if path.exists() else None
    return run.returncode, run.stdout + run.stderr, record


def refused(folder, **surroundings):
    """The obstacle in the record of a run that could not begin, and said so in a few lines."""
    status, output, record = judge(folder, **surroundings)
    assert status == UNUSABLE, output[-3000:]
    assert "Traceback" not in output
    assert "INTERNALERROR" not in output
    jsonschema.validate(record, SCHEMA)
    obstacle = record["obstacle"]
    assert f"{obstacle['what']}: {obstacle['cause']}" in output
    return obstacle


@pytest.mark.parametrize("name", ["packaging.py", "hypothesis.py", "ctypes.py", "_ctypes.py", "sortedcontainers.py"])
def test_file_of_the_users(tmp_path, name):
    """A file of the user's own that the kit gets instead of a module is to be renamed."""
    (tmp_path / name).write_text("x = 1\n", encoding="utf-8")
    assert refused(tmp_path)["advice"] == [f"rename or move {tmp_path / name}"]


@pytest.mark.parametrize("package", ["packaging", "hypothesis", "sortedcontainers"])
def test_packages_of_another_python(tmp_path, package):
    """PYTHONPATH with packages of another Python is to be unset."""
    site = tmp_path / "python3.6" / "site-packages"
    (site / package).mkdir(parents=True)
    (site / package / "__init__.py").write_text(f"from {package} import _native\n", encoding="utf-8")
    obstacle = refused(tmp_path, PYTHONPATH=str(site))
    assert "packages for Python 3.6" in obstacle["cause"]
    assert obstacle["advice"] == ["unset PYTHONPATH"]


def test_python_without_ctypes(tmp_path):
    """A Python that was built without _ctypes is named as such."""
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "sitecustomize.py").write_text("import sys; sys.modules['_ctypes'] = None\n", encoding="utf-8")
    obstacle = refused(tmp_path, PYTHONPATH=str(tmp_path / "lib"))
    assert obstacle["cause"] == f"{sys.executable} was built without _ctypes"


def test_missing_package(tmp_path):
    """A package that the kit needs and that is not installed is named, with the command that installs it."""
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "sitecustomize.py").write_text(
        "import sys; sys.modules['packaging.requirements'] = None\n", encoding="utf-8"
    )
    obstacle = refused(tmp_path, PYTHONPATH=str(tmp_path / "lib"))
    assert "the kit needs packaging.requirements" in obstacle["cause"]
    assert obstacle["advice"][0].endswith("requirements.txt")


def test_threads_forbidden(tmp_path):
    """A seccomp filter that refuses threads is not told as a limit."""
    forbid = [sys.executable, "-c", FORBID_THREADS]
    probe = subprocess.run([*forbid, "true"], capture_output=True, check=False)
    if probe.returncode or not hasattr(ctypes.CDLL(None), "prctl"):
        pytest.skip("no filters here")
    obstacle = refused(tmp_path, within=forbid)
    assert "seccomp" in obstacle["cause"]
    assert "ulimit" not in " ".join([obstacle["cause"], obstacle["evidence"], *obstacle["advice"]])


def test_user_without_a_name_or_a_home(tmp_path):
    """A user whom the system does not know, without HOME, judges a right install like anybody else."""
    files = "+dac_override,+dac_read_search"
    within = ["setpriv", f"--reuid={NOBODY}", "--clear-groups", "--inh-caps", files, "--ambient-caps", files]
    try:
        possible = subprocess.run([*within, "true"], capture_output=True, check=False).returncode == 0
    except OSError:
        possible = False
    if not possible:
        pytest.skip("not permitted here")
    status, output, _ = judge(tmp_path, within=within, without=["HOME", "USER", "LOGNAME"])
    assert status == FINE, output[-3000:]
    assert "before the import: no problem was found" in output


def test_pandas_of_the_users(tmp_path):
    """Keras imports pandas if it is there; a file of that name of the user's own is to be renamed."""
    (tmp_path / "pandas.py").write_text("x = 1\n", encoding="utf-8")
    assert refused(tmp_path)["advice"] == [f"rename or move {tmp_path / 'pandas.py'}"]


@pytest.mark.parametrize(
    ("name", "value"), [("PROTOCOL_BUFFERS_PYTHON_IMPLEMENTATION", "cpp"), ("KERAS_NNX_ENABLED", "1")]
)
def test_variable_that_breaks(tmp_path, name, value):
    """A variable with which TensorFlow cannot be imported is the cause, and unsetting it is all there is to do."""
    obstacle = refused(tmp_path, **{name: value})
    assert obstacle["cause"].startswith(f"{name}={value} ")
    assert obstacle["advice"] == [f"unset {name}"]
