"""python -m benchmarks as a user calls it, with real processes."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests import ROOT

PYTHON = sys.executable
NETWORK = """from tensorflow.keras import Sequential, layers


def build():
    return Sequential([layers.Dense(64, input_shape=(784,)), layers.Dense(10)])
"""
PATIENCE = 300  # seconds; only a failing test waits for so long


def run(*arguments):
    """The command, as a user calls it."""
    return subprocess.run(
        [PYTHON, "-m", "benchmarks", *arguments], cwd=str(ROOT), capture_output=True, text=True, encoding="utf-8"
    )


def test_compare(worker, tmp_path):
    """The ratio of the workers' times is found, printed and written."""
    path = tmp_path / "answer.json"
    options = ("--env-b", "STEP_SECONDS=0.0011", "--pair-time", "0", "--time-limit", str(PATIENCE), "--json", str(path))
    done = run("compare", worker, worker, *options)
    assert done.returncode == 0, done.stderr
    assert done.stderr.splitlines()[0].startswith("pair  1 of at most 22  1.100")
    assert done.stdout.splitlines()[-1] == "  verdict: B is slower than A"
    answer = json.loads(path.read_text(encoding="utf-8"))
    assert answer["ratios"] == [pytest.approx(1.1)] * 8
    assert answer["step_seconds"] == [[pytest.approx(0.001)] * 8, [pytest.approx(0.0011)] * 8]
    assert (answer["estimate"]["verdict"], answer["end"]) == ("slower", "precise enough")
    assert [side["install"]["tensorflow"] for side in answer["sides"]] == ["2.21.0", "2.21.0"]


@pytest.mark.parametrize(
    ("seconds", "status", "says"),
    [
        ("0.0011", 1, "  B is slower by more than 5.0%"),
        ("0.001", 0, "  B is not slower by more than 5.0%"),
        ("0.0011 0.001", 3, "  it is unclear whether B is slower by more than 5.0%"),
    ],
)
def test_fail_slower(worker, seconds, status, says):
    """The status says whether B is slower by more than it may be; too few pairs, or too different ones, do not tell."""
    limits = ("--pair-time", "0", "--time-limit", "0" if " " in seconds else str(PATIENCE))
    done = run(
        "compare", worker, worker, "--env-b", f"STEP_SECONDS={seconds.split()[0]}", "--fail-slower", "5", *limits
    )
    assert done.returncode == status, done.stderr
    assert done.stdout.splitlines()[-1] == says


def test_trial(worker, tmp_path):
    """A trial writes its comparisons without and with the burden."""
    path = tmp_path / "trial.json"
    done = run("trial", worker, "--runs", "1", "--pair-time", "0", "--time-limit", str(PATIENCE), "--json", str(path))
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(
        "the same on both sides: the interval contains 1 in 1 of 1\n5% more work for B: called"
    )
    trial = json.loads(path.read_text(encoding="utf-8"))
    assert [trial[part][0]["burden_of_b"] for part in ("same", "burdened")] == [0, 0.05]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (
            ["compare", "/no/python", PYTHON],
            "python -m benchmarks: A: cannot run /no/python: No such file or directory",
        ),
        (["compare", PYTHON, PYTHON, "--batch", "0"], "'0' is not a positive integer"),
        (["trial", PYTHON, "--burden", "much"], "'much' is not a percentage from 0 to 1000"),
        (["compare", PYTHON, PYTHON, "--env-a", "NAME"], "'NAME' is not of the form NAME=VALUE"),
        (["compare", PYTHON, PYTHON, "--json", "/no/x.json"], "argument --json: there is no folder /no"),
        (["compare", PYTHON, PYTHON, "--network", "cnm"], "'cnm' is neither cnn, dense, resnet50 nor of the form"),
        (["compare", PYTHON, PYTHON, "--network", "/no/model.py:build"], "there is no file /no/model.py"),
        (["compare", PYTHON, PYTHON, "--input", "a,b"], "'a,b' is not of the form SIZE,SIZE,… or SIZE,SIZE,…:TYPE"),
        (["compare", PYTHON, PYTHON, "--fail-slower", "-1"], "'-1' is not a percentage from 0 to 1000"),
        ([], "the following arguments are required: TASK"),
    ],
)
def test_bad_input(arguments, says):
    """One line says what is wrong; the status is 2."""
    done = run(*arguments)
    assert done.returncode == 2
    assert says in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr


def test_file_that_cannot_be_written(worker, tmp_path):
    """If the results cannot be written, they are printed all the same, and the status is 2."""
    done = run("compare", worker, worker, "--time-limit", "0", "--pair-time", "0", "--json", str(tmp_path))
    assert done.returncode == 2
    assert "too few pairs for an interval: 1 (time limit)" in done.stdout
    assert done.stderr.splitlines()[-1].startswith("python -m benchmarks: [Errno 21] Is a directory")


def test_dead_worker_is_named(worker):
    """A worker that cannot start is named, with its last words."""
    done = run("compare", worker, PYTHON, "--env-b", "PYTHONHOME=/nowhere")
    assert done.returncode == 2
    assert done.stderr.startswith("python -m benchmarks: B: the worker ended with status")


def test_missing_device(worker):
    """A worker without the device says which devices it has."""
    done = run("compare", worker, PYTHON, "--device", "GPU:7")
    assert done.returncode == 2
    assert done.stderr.startswith(
        "python -m benchmarks: B: the worker ended with status 1: there is no GPU:7; TensorFlow sees CPU:0"
    )


def test_network_that_cannot_be_built(worker, tmp_path):
    """One line names the side, the place in the user's file, the error and the version."""
    path = tmp_path / "model.py"
    path.write_text(NETWORK.replace("Dense", "NotYetThere"), encoding="utf-8")
    done = run("compare", PYTHON, worker, "--network", f"{path}:build")
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert line.startswith(
        "python -m benchmarks: A: the worker ended with status 1: model.py, line 5: AttributeError: "
    )
    assert re.search(r" \(TensorFlow 2\.\d+\.\S+\)$", line)


def test_two_logical_devices(tmp_path):
    """A and B may train on different devices; here, both on parts of one CPU."""
    path = tmp_path / "answer.json"
    devices = ("--logical-cpus", "2", "--device-a", "CPU:0", "--device-b", "CPU:1")
    done = run("compare", PYTHON, PYTHON, *devices, "--network", "dense", "--time-limit", "0", "--json", str(path))
    assert done.returncode == 0, done.stderr
    answer = json.loads(path.read_text(encoding="utf-8"))
    assert [side["device"] for side in answer["sides"]] == ["CPU:0", "CPU:1"]
    assert answer["same_losses"] is True


def test_real_pair(tmp_path):
    """Two real trainings, one without pytest, have the same losses; B, with ten times the work, takes longer."""
    (tmp_path / "pytest.py").write_text("raise ImportError('not here')", encoding="utf-8")
    path = tmp_path / "answer.json"
    (tmp_path / "model.py").write_text(NETWORK, encoding="utf-8")
    options = ("--network", f"{tmp_path}/model.py:build", "--burden", "900", "--time-limit", "0", "--json", str(path))
    done = run("trial", PYTHON, "--runs", "1", "--env-a", f"PYTHONPATH={tmp_path}", *options)
    assert done.returncode == 0, done.stderr
    (answer,) = json.loads(path.read_text(encoding="utf-8"))["burdened"]
    assert answer["same_losses"] is True
    assert answer["workload"]["network"] == "model.py:build"
    assert [(side["device"], side["cores"]) for side in answer["sides"]] == [("CPU:0", 1)] * 2
    assert all(side["losses"][-1] < side["losses"][0] for side in answer["sides"])
    # The size of the burden is tested with a clock that is made up; here, a fifth of it leaves room for any disturbance.
    assert answer["ratios"][0] > 2
    assert answer["end"] == "time limit"


def test_ctrl_c_ends_real_processes(worker, tmp_path):
    """Ctrl-C ends the command with status 130 and leaves no worker behind."""
    asked = tmp_path / "asked"
    process = subprocess.Popen(
        [PYTHON, "-m", "benchmarks", "compare", worker, worker, "--env-a", f"ASKED={asked}"],
        cwd=str(ROOT),
        stderr=subprocess.PIPE,
        # A process that runs in the background ignores Ctrl-C, and its children inherit that.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    wait_for(asked.exists)  # both workers are ready when the first block is requested
    workers = children(process.pid)
    assert len(workers) == 2
    process.send_signal(signal.SIGINT)
    said = process.communicate(timeout=PATIENCE)[1]
    assert process.returncode == 130
    assert said.decode() == "python -m benchmarks: interrupted before the first pair was timed\n"
    assert not [worker for worker in workers if runs(worker)]


def wait_for(condition):
    """Returns when the condition is true."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def children(pid):
    """The processes that the process has started."""
    return Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()


def runs(pid):
    """Whether the process exists and is not a zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
