"""Runs that cannot begin."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig

import jsonschema
import pytest

from tests import ROOT, SCHEMA
from tests.gallery.environment import skip_unless_possible
from tests.pretended import tensorflow
from tf_conformance.command import main
from tf_conformance.command.runs import MISLEADING

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


def test_no_dev_null(capsys, monkeypatch, tmp_path):
    """Without /dev/null, as in a root folder that was made by hand, one message says so."""
    monkeypatch.setattr(os, "devnull", str(tmp_path / "null"))
    with pytest.raises(SystemExit) as left:
        main(["check"])
    assert left.value.code == 10
    assert f"{tmp_path / 'null'} is missing" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("task", "status", "says"),
    [
        ("check", 10, "TensorFlow cannot be judged: the working folder has been deleted"),
        ("bench", 10, "TensorFlow cannot be judged: the working folder has been deleted"),
        ("summary", 2, "tf-conformance: r.json: neither a file nor the name of a published record"),
    ],
)
def test_deleted_working_folder(tmp_path, task, status, says):
    """Where the working folder has been deleted, a run says so; what is only asked of the kit is told in one line, too."""
    folder, record = tmp_path / "folder", tmp_path / "record.json"
    folder.mkdir()
    arguments = ["--record", str(record)] if status == 10 else ["r.json"]
    command = [sys.executable, "-m", "tf_conformance", task, *arguments]
    run = subprocess.run(
        ["sh", "-c", 'rmdir "$0" && exec "$@"', str(folder), *command],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (run.returncode, run.stderr.splitlines()[:1]) == (status, [says])
    assert "Traceback" not in run.stderr
    if status == 10:
        jsonschema.validate(json.loads(record.read_text(encoding="utf-8")), SCHEMA)


def test_options_of_a_variable_that_nobody_can_read(tmp_path):
    """PYTEST_ADDOPTS with half a quotation is told in a message and a record, where pytest ends in a traceback."""
    record = tmp_path / "r.json"
    command = [sys.executable, "-m", "tf_conformance", "check", "--record", str(record)]
    variables = {**os.environ, "PYTEST_ADDOPTS": "-k 'mine"}
    run = subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, text=True, check=False)
    assert (run.returncode, "Traceback" in run.stderr) == (10, False)
    obstacle = json.loads(record.read_text(encoding="utf-8"))["obstacle"]
    assert (obstacle["evidence"], obstacle["advice"]) == ("No closing quotation: -k 'mine", ["unset PYTEST_ADDOPTS"])


@pytest.mark.parametrize(
    ("python", "says"), [("tests", "name the one in it: tests/bin/python"), ("nowhere", "no such Python")]
)
def test_no_python(capsys, monkeypatch, python, says):
    """A folder, or a program that does not exist, is an error in one line."""
    monkeypatch.chdir(ROOT)
    assert main(["check", "--python", python]) == 2
    assert says in capsys.readouterr().err


@pytest.mark.parametrize(
    ("prints", "says"),
    [("3.6", "Python 3.6, but the kit needs Python 3.7 or later"), ("2.7", "Python 2.7, but"), ("", "not a Python")],
)
def test_program_that_cannot_run_the_kit(capsys, tmp_path, prints, says):
    """A Python that is too old, or a program that is none, is an error in one line, and never a verdict."""
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\nprintf '{prints}'\n", encoding="utf-8")
    program.chmod(0o755)
    assert main(["check", "--python", str(program)]) == 2
    assert capsys.readouterr().err.startswith(f"tf-conformance: {program}: {says}")


@pytest.mark.parametrize("program", ["ls", "cat", "sh", "env", "true", "false"])
def test_other_program(capsys, program):
    """A program that is no Python is called that, also if it fails when it is asked for its version."""
    path = shutil.which(program)
    assert main(["check", "--python", path]) == 2
    assert capsys.readouterr().err == f"tf-conformance: {path}: not a Python\n"


AGAIN = "make this environment again, or install this Python again"


@pytest.mark.parametrize(
    ("variables", "do"),
    [
        ({"PYTHONHOME": "/nowhere"}, ["unset PYTHONHOME, if it is for another Python", f"otherwise {AGAIN}"]),
        ({}, [AGAIN]),
    ],
)
def test_python_that_cannot_start(tmp_path, variables, do):
    """A Python that dies before any code of the kit is told in a message and a record; that is no verdict."""
    program = tmp_path / "program"
    words = "Fatal Python error: failed to get the Python codec\nModuleNotFoundError: No module named 'encodings'\n\nCurrent thread"
    program.write_text(f'#!/bin/sh\necho "{words}" >&2\nexit 1\n', encoding="utf-8")
    program.chmod(0o755)
    variables = {**dict.fromkeys(MISLEADING, ""), **variables}  # those of whoever runs the tests do not count
    code = f"import os; os.environ.update({variables!r}); from tf_conformance.command import main; main()"
    arguments = ["check", "--python", str(program), "--record", str(tmp_path / "r.json")]
    run = subprocess.run(
        [sys.executable, "-c", code, *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert run.returncode == 10
    assert "Traceback" not in run.stderr
    obstacle = json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))["obstacle"]
    assert obstacle["cause"] == f"{program} cannot start"
    assert obstacle["evidence"] == "ModuleNotFoundError: No module named 'encodings'"
    assert obstacle["advice"] == do


def test_help_of_compare():
    """The benchmarks' own --help calls the command as the user did."""
    command = [sys.executable, "-m", "tf_conformance", "compare", "--help"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout.startswith("usage: tf-conformance compare ")
    assert "\n  tf-conformance compare old/bin/python new/bin/python\n" in run.stdout


# As the console script begins: without the working folder on the path.
COMMAND = "import sys; sys.path[:] = filter(None, sys.path); from tf_conformance.command import main; sys.exit(main())"


@pytest.fixture
def judged_in(tmp_path):
    """Judges a pretended TensorFlow from a folder of the user; returns the finished process and the record."""
    tensorflow.install(tmp_path / "site")

    def judged(folder, *arguments, workers=0, stdout=subprocess.PIPE, within=()):
        command = [
            *within,
            sys.executable,
            "-c",
            COMMAND,
            "check",
            "-n",
            str(workers),
            "--record",
            "r.json",
            *arguments,
        ]
        variables = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, [tmp_path / "site", ROOT]))}
        streams = {"stdout": stdout, "stderr": subprocess.PIPE}
        run = subprocess.run(command, cwd=folder, env=variables, **streams, text=True, check=False)
        assert "Traceback" not in f"{run.stdout}{run.stderr}"
        record = json.loads((folder / "r.json").read_text(encoding="utf-8"))
        jsonschema.validate(record, SCHEMA)
        return run, record

    return judged


OF_THE_KIT_ALONE = "pluggy"  # of which TensorFlow needs nothing


@pytest.mark.parametrize("workers", [0, 1])
@pytest.mark.parametrize(
    "names", [("token", "logging", "copy", "json"), ("selectors", "types", "enum", "typing"), (OF_THE_KIT_ALONE,)]
)
def test_files_of_the_user_that_pytest_would_import(judged_in, tmp_path, names, workers):
    """The kit, pytest and its workers start whatever lies in the working folder; what hides a module of Python's is named."""
    folder = tmp_path / "mine"
    folder.mkdir()
    for name in names:
        (folder / f"{name}.py").write_text("x = 1\n", encoding="utf-8")
    run, record = judged_in(folder, "--statement", "install.nothing-shadowed", workers=workers)
    hiding = {f"rename or move {folder / name}.py" for name in names if name != OF_THE_KIT_ALONE}
    assert run.returncode == bool(hiding)
    assert {problem["do"] for problem in record["problems"] if str(folder) in problem["do"]} == hiding


@pytest.mark.parametrize("name", ["code", "queue"])
def test_file_of_the_user_that_breaks_pytest(judged_in, tmp_path, name):
    """What pytest imports only later is told in a message and a record."""
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / f"{name}.py").write_text("x = 1\n", encoding="utf-8")
    run, record = judged_in(folder, "--statement", "install.nothing-shadowed")
    assert run.returncode == 10
    assert record["obstacle"]["advice"] == [f"rename or move {folder / name}.py"]


def test_reader_that_stops_reading(judged_in, tmp_path):
    """A run whose output nobody reads any more goes on to its verdict and its record, and complains of nothing."""
    reading, writing = os.pipe()
    os.close(reading)
    run, record = judged_in(tmp_path, "--statement", "install.keras-defaults", workers=1, stdout=writing)
    os.close(writing)
    assert (run.returncode, run.stderr) == (0, "")
    assert record["complete"]


def test_closed_stderr(judged_in, tmp_path):
    """Where the standard error is closed, as under some daemons, all is judged as ever."""
    within = ["sh", "-c", 'exec "$@" 2>&-', "sh"]
    run, record = judged_in(tmp_path, "--statement", "install.keras-defaults", within=within)
    assert (run.returncode, record["complete"]) == (0, True)


IGNORING = "import os, signal, sys; signal.signal(signal.SIGCHLD, signal.SIG_IGN); os.execv(sys.argv[1], sys.argv[1:])"


def test_started_by_what_ignores_its_children(judged_in, tmp_path):
    """A daemon that ignores how its children end passes that on; the status is that of the verdict all the same."""
    (tmp_path / "random.py").write_text("x = 1\n", encoding="utf-8")
    within = [sys.executable, "-c", IGNORING]
    run, _ = judged_in(tmp_path, "--statement", "install.nothing-shadowed", workers=1, within=within)
    assert run.returncode == 1


def test_plugin_of_hypothesis_that_fails(judged_in, tmp_path):
    """Plugins of Hypothesis, which the kit needs, are not loaded: one that fails costs nothing."""
    metadata = tmp_path / "site" / "of_others-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: of-others\nVersion: 1.0\n", encoding="utf-8")
    (metadata / "entry_points.txt").write_text("[hypothesis]\nbad = of_others\n", encoding="utf-8")
    run, record = judged_in(tmp_path, "--statement", "install.keras-defaults")
    assert run.returncode == 0, run.stdout
    assert record["complete"]


def test_safe_path(judged_in, tmp_path, monkeypatch):
    """With PYTHONSAFEPATH, the folders of PYTHONPATH stay before the library of Python."""
    if sys.version_info < (3, 11):
        pytest.skip("PYTHONSAFEPATH came with Python 3.11")
    monkeypatch.setenv("PYTHONSAFEPATH", "1")
    tell = """
import atexit, pathlib, sys
atexit.register(lambda: "pytest" in sys.modules and pathlib.Path("path").write_text("\\n".join(sys.path)))
"""
    (tmp_path / "site" / "sitecustomize.py").write_text(tell, encoding="utf-8")
    judged_in(tmp_path, "--statement", "install.nothing-shadowed")
    path = (tmp_path / "path").read_text(encoding="utf-8").splitlines()
    assert path.index(str(tmp_path / "site")) < path.index(sysconfig.get_path("stdlib"))
