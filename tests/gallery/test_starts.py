"""The kit's own start in surroundings in which it cannot begin: a few lines, a record, status 10; and in odd ones in which it can."""

from __future__ import annotations

import ctypes
import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace

import jsonschema
import pytest

from tests import SCHEMA
from tests.gallery.damage import FINE, OF_THE_INSTALL, UNUSABLE
from tests.gallery.environment import skip_unless_possible

SMALL = ("flatten.*",)
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


def judge(environment, workers=0, within=(), statements=SMALL, **variables):
    """A run of the kit: its exit status, what it printed, and the record if it is there."""
    selection = [argument for statement in statements for argument in ("--statement", statement)]
    run = replace(environment, variables=variables).judge(*selection, workers=workers, within=within)
    path = environment.folder / "r.json"
    record = json.loads(path.read_text(encoding="utf-8")) if path.exists() else None
    return run.returncode, run.stdout + run.stderr, record


def refused(environment, **surroundings):
    """The obstacle in the record of a run that could not begin, and said so in a few lines."""
    status, output, record = judge(environment, **surroundings)
    assert status == UNUSABLE, output[-3000:]
    assert "Traceback" not in output
    assert "INTERNALERROR" not in output
    jsonschema.validate(record, SCHEMA)
    obstacle = record["obstacle"]
    assert f"{obstacle['what']}: {obstacle['cause']}" in output
    return obstacle


@pytest.mark.parametrize("name", ["packaging.py", "hypothesis.py", "ctypes.py", "_ctypes.py", "sortedcontainers.py"])
def test_file_of_the_user(healthy, name):
    """A file of the user that the kit gets instead of a module is to be renamed."""
    path = healthy.folder / name
    path.write_text("x = 1\n", encoding="utf-8")
    assert refused(healthy)["advice"] == [f"rename or move {path}"]


@pytest.mark.parametrize("package", ["packaging", "hypothesis", "sortedcontainers"])
def test_packages_of_another_python(healthy, tmp_path, package):
    """PYTHONPATH with packages of another Python is to be unset."""
    site = tmp_path / "python3.6" / "site-packages"
    (site / package).mkdir(parents=True)
    (site / package / "__init__.py").write_text(f"from {package} import _native\n", encoding="utf-8")
    obstacle = refused(healthy, PYTHONPATH=str(site))
    assert "packages for Python 3.6" in obstacle["cause"]
    assert obstacle["advice"] == ["unset PYTHONPATH"]


def test_path_that_is_not_utf_8(healthy, tmp_path):
    """From a path that is not in UTF-8, as of old file systems, neither TensorFlow's native modules nor others can be loaded."""
    prefix = tmp_path / os.fsdecode(b"caf\xe9")
    prefix.symlink_to(healthy.prefix)
    obstacle = refused(replace(healthy, prefix=prefix))
    assert "not in UTF-8" in obstacle["cause"]
    assert obstacle["advice"] == ["make the environment again in a folder whose path is in UTF-8"]


def test_python_without_ctypes(healthy, tmp_path):
    """A Python that was built without _ctypes is named as such."""
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "sitecustomize.py").write_text("import sys; sys.modules['_ctypes'] = None\n", encoding="utf-8")
    obstacle = refused(healthy, PYTHONPATH=str(tmp_path / "lib"))
    assert obstacle["cause"] == f"{healthy.prefix / 'bin' / 'python'} was built without _ctypes"


def test_missing_package(healthy, tmp_path):
    """A package that the kit needs and that is not installed is named, with the command that installs it."""
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "sitecustomize.py").write_text(
        "import sys; sys.modules['packaging.requirements'] = None\n", encoding="utf-8"
    )
    obstacle = refused(healthy, PYTHONPATH=str(tmp_path / "lib"))
    assert "the kit needs packaging.requirements" in obstacle["cause"]
    assert obstacle["advice"][0].endswith("requirements.txt")


def test_threads_forbidden(healthy):
    """A seccomp filter that refuses threads is not told as a limit."""
    forbid = [sys.executable, "-c", FORBID_THREADS]
    probe = subprocess.run([*forbid, "true"], capture_output=True, check=False)
    if probe.returncode or not hasattr(ctypes.CDLL(None), "prctl"):
        pytest.skip("no filters here")
    obstacle = refused(healthy, workers=1, within=forbid)
    assert "seccomp" in obstacle["cause"]
    assert "ulimit" not in " ".join([obstacle["cause"], obstacle["evidence"], *obstacle["advice"]])


def test_variable_that_ends_each_case(healthy):
    """A variable with which cases end their process is the cause after the second one; TensorFlow's last line says why."""
    selection = ("compile.by-name", "early-stopping.patience", "checkpoint.nan-first")
    obstacle = refused(healthy, workers=1, statements=selection, TF_DETERMINISTIC_OPS="yes")
    assert obstacle["cause"] == "TF_DETERMINISTIC_OPS=yes is not 0, 1, true or false, and makes TensorFlow abort"
    assert "Failed to parse the env-var ${TF_DETERMINISTIC_OPS} into bool: yes" in obstacle["evidence"]
    assert obstacle["advice"] == ["unset TF_DETERMINISTIC_OPS"]


def test_folder_that_may_not_be_read(environment):
    """A folder of a dependency that may not be read is named, and nothing is to be installed again for it."""
    package = environment.site / "absl"
    original = package.resolve()
    package.unlink()
    shutil.copytree(original, package)
    package.chmod(0)
    within = []
    if os.geteuid() == 0:
        reading_everything = "-dac_override,-dac_read_search"
        within = ["setpriv", f"--bounding-set={reading_everything}", f"--inh-caps={reading_everything}"]
        skip_unless_possible(within)
    obstacle = refused(environment, within=within)
    package.chmod(0o755)
    assert obstacle["cause"] == f"{package} cannot be read"
    assert obstacle["advice"] == [f"correct the permissions of {package}"]


def test_user_without_a_name_or_a_home(healthy):
    """A user whom the system does not know, without HOME, judges a right install like anybody else."""
    files = "+dac_override,+dac_read_search"
    nobody = ["setpriv", f"--reuid={NOBODY}", "--clear-groups", "--inh-caps", files, "--ambient-caps", files]
    skip_unless_possible(nobody)
    within = ["env", "--unset=HOME", "--unset=USER", "--unset=LOGNAME", *nobody]
    status, output, _ = judge(healthy, workers=1, within=within)
    assert status == FINE, output[-3000:]
    assert "before the import: no problem was found" in output


def test_entries_of_the_path_that_are_no_text(healthy, tmp_path):
    """Python passes over entries of sys.path that are no text; hypothesis does not, which is no matter."""
    code = "import pathlib, sys; sys.path.append(pathlib.Path('/x'))\n"
    (tmp_path / "sitecustomize.py").write_text(code, encoding="utf-8")
    status, output, _ = judge(healthy, workers=1, PYTHONPATH=str(tmp_path))
    assert status == FINE, output[-3000:]


@pytest.mark.parametrize("error", ["TypeError('x')", "SyntaxError('x')"])
def test_package_that_fails(environment, error):
    """A package that the kit needs and that fails when it is imported is named, whatever it raises."""
    environment.put_first(environment.site / "sortedcontainers" / "__init__.py", f"raise {error}")
    obstacle = refused(environment)
    assert obstacle["cause"] == "the kit needs sortedcontainers, which cannot be imported"
    assert obstacle["advice"][0].endswith("requirements.txt")


def test_plugins_are_disabled(pretended):
    """Packagers disable plugins; the kit has its workers all the same."""
    status, output, _ = judge(pretended, workers=1, statements=[OF_THE_INSTALL], PYTEST_DISABLE_PLUGIN_AUTOLOAD="1")
    assert status == FINE, output[-3000:]


def test_variable_that_is_no_text(pretended):
    """The value of a variable may be any bytes, with or without workers, and is in the record."""
    status, output, record = judge(pretended, workers=1, statements=[OF_THE_INSTALL], TF_JOB_NAME="caf\udce9")
    assert status == FINE, output[-3000:]
    assert record["install"]["environment"]["TF_JOB_NAME"] == r"caf\xe9"


def test_variables_that_numpy_refuses(healthy):
    """A variable that is set and that the error names is the cause."""
    obstacle = refused(healthy, NPY_ENABLE_CPU_FEATURES="AVX2", NPY_DISABLE_CPU_FEATURES="AVX512F")
    assert obstacle["advice"] == ["correct or unset NPY_DISABLE_CPU_FEATURES"]


def test_pandas_of_the_user(healthy):
    """Keras imports pandas if it is there; a file of the user with that name is to be renamed."""
    path = healthy.folder / "pandas.py"
    path.write_text("x = 1\n", encoding="utf-8")
    assert refused(healthy)["advice"] == [f"rename or move {path}"]


@pytest.mark.parametrize(
    ("name", "value", "workers"),
    [
        ("PROTOCOL_BUFFERS_PYTHON_IMPLEMENTATION", "cpp", 0),
        ("KERAS_NNX_ENABLED", "1", 0),
        ("KERAS_MAX_EPOCHS", "", 0),
        ("TF_USE_MODULAR_FILESYSTEM", "1", 0),
        ("TF_XLA_FLAGS", "nonsense", 1),  # ends the process
        ("TF_ENABLED_DEVICE_TYPES", "GPU", 1),
        ("TF_ENABLE_ASYNC_WAIT_FOR_REMOTE_FUNCTION", "", 1),
        ("TF_NUM_INTRAOP_THREADS", "-1", 1),
    ],
)
def test_variable_that_breaks(healthy, name, value, workers):
    """A variable with which TensorFlow cannot be used is the cause, and unsetting it is all there is to do."""
    obstacle = refused(healthy, workers=workers, **{name: value})
    assert obstacle["cause"].startswith(f"{name}={value} ")
    assert obstacle["advice"] == [f"unset {name}"]
