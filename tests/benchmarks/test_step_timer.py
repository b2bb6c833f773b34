"""What is checked before a training is timed, and what is written beside its time."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
import tensorflow as tf

from benchmarks.device import TrainingDevice
from benchmarks.networks import flops_of_step
from benchmarks.step_timer import add_comparisons, check_losses, check_traces
from benchmarks.step_times import StepTime
from benchmarks.training import TRAININGS, Function
from benchmarks.workload import UnavailableError, Workload
from tests import ROOT
from tests.benchmarks import documented

DENSE = Workload("dense", 16)


class FasterLearner(Function):
    """A mode whose optimizer makes updates of twice the size."""

    def _prepare(self):
        self.optimizer.learning_rate = 2 * float(self.optimizer.learning_rate)
        return super()._prepare()


class Retraced(Function):
    """A mode that traces its step again every second time."""

    def _prepare(self):
        def call():
            if self.steps % 2 == 0:
                self.compiled = tf.function(self.step)
            self.compiled(*self.batch)

        return call


def test_other_losses_are_not_timed():
    """A mode that trains differently from the others fails before it is timed."""
    with pytest.raises(pytest.fail.Exception, match="after 1 steps the loss is"):
        check_losses(FasterLearner(DENSE, "CPU:0"))


def test_second_trace_is_found():
    """A step that is traced more than once fails."""
    training = Retraced(DENSE, "CPU:0")
    for _ in range(4):
        training()
    with pytest.raises(pytest.fail.Exception, match="traced 2 times in 4 steps"):
        check_traces(training)


@pytest.mark.parametrize(("mode", "traces", "eager"), [("function", 1, False), ("eager", 3, True)])
def test_traces(mode, traces, eager):
    """A tf.function is traced once; an eager step runs as Python code each time."""
    training = TRAININGS[mode](DENSE, "CPU:0")
    for _ in range(3):
        training()
    check_traces(training)
    assert (training.traces, training.runs_eagerly) == (traces, eager)


def test_missing_device():
    """A device that does not exist is an error, although TensorFlow would silently train on another one."""
    with pytest.raises(UnavailableError, match=r"there is no GPU:9; TensorFlow sees CPU:0"):
        TRAININGS["eager"](DENSE, "GPU:9")


def test_comparisons(monkeypatch):
    """After the last step time, each is compared with the eager one and with the peak."""
    device = TrainingDevice("CPU:0", [])
    monkeypatch.setattr(device, "peak", {"float32": 1e12}.get)
    eager, function = StepTime(DENSE, "eager", 0.004, 0.01), StepTime(DENSE, "function", 0.001, 0.01)
    add_comparisons([eager, function], device)
    operations = flops_of_step(TRAININGS["eager"](DENSE, "CPU:0").model, 16)
    assert function.info == {
        "ratio_to_eager": 0.25,
        "peak_flops_per_second": 1e12,
        "share_of_peak": pytest.approx(operations / 0.001 / 1e12),
    }
    assert eager.info["ratio_to_eager"] == 1


def test_json(tmp_path):
    """The JSON of a real run has the install once, and beside each time what it was measured on and what it means."""
    path = tmp_path / "times.json"
    chosen = [f"benchmarks/test_training_step.py::test_training_step[dense-SGD-16-{mode}]" for mode in ("eager", "fit")]
    options = ["-n", "0", "-p", "no:cacheprovider", "--device", "CPU:0", "--benchmark-json", str(path)]
    command = [sys.executable, "-m", "pytest", *chosen, *options]
    # A worker of this run would pass on that it is one, and then nothing is timed.
    variables = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    done = subprocess.run(command, cwd=str(ROOT), env=variables, capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 0, done.stdout
    assert "dense · SGD · float32: milliseconds per step (speedup over eager)" in done.stdout
    run = json.loads(path.read_text(encoding="utf-8"))
    assert run["machine_info"]["node"] == ""
    assert run["machine_info"]["install"]["tensorflow"] == tf.__version__
    eager, fit = (benchmark["extra_info"] for benchmark in run["benchmarks"])
    assert sorted(eager) == sorted(fit) == sorted(documented("key"))
    assert {**DENSE.as_json(), "mode": "fit", "device": "CPU:0", "runs_eagerly": False}.items() <= fit.items()
    assert fit["step_seconds"] == pytest.approx(run["benchmarks"][1]["stats"]["median"] / 32)
    assert fit["ratio_to_eager"] == pytest.approx(fit["step_seconds"] / eager["step_seconds"])
