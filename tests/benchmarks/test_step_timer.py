"""What is checked before a training is timed, and what is written beside its time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from types import SimpleNamespace

import pytest
import tensorflow as tf
from tensorflow.python.ops import gen_math_ops

from benchmarks import precision
from benchmarks.checks import CHECKED_BATCH, check_in_full, check_losses, check_traces
from benchmarks.clock import Clock
from benchmarks.device import TrainingDevice
from benchmarks.rounds import lower_quartile
from benchmarks.step_timer import StepTimer, add_comparisons, time_until_certain
from benchmarks.step_times import DOUBTFUL, StepTime
from benchmarks.training import TRAININGS, Function
from benchmarks.workload import TF32, UnavailableError, Workload
from tests import ROOT
from tests.benchmarks import documented

DENSE = Workload("dense", 16)
NETWORK = """
from tensorflow.keras import Sequential, layers


def build():
    return Sequential([layers.Dense(8, input_shape=(4,)), {layer}])
"""


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
    with pytest.raises(pytest.fail.Exception, match="the losses before and after the first 2 steps are"):
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


@pytest.fixture
def planted_tf32(monkeypatch):
    """Products round their factors to 10 bits of mantissa, as those of a GPU, unless they are told not to."""

    @tf.custom_gradient
    def rounded(tensor):
        # To nearest: half of the last bit that stays is added before the 13 others go.
        bits = tf.bitcast(tensor, tf.int32) + (1 << 12)
        return tf.bitcast(tf.bitwise.bitwise_and(bits, ~((1 << 13) - 1)), tf.float32), lambda gradient: gradient

    def around(right):
        def product(a, b, *arguments, **settings):
            if tf.config.experimental.tensor_float_32_execution_enabled():
                a, b = rounded(tf.convert_to_tensor(a)), rounded(tf.convert_to_tensor(b))
            return right(a, b, *arguments, **settings)

        return product

    monkeypatch.setattr(gen_math_ops, "mat_mul", around(gen_math_ops.mat_mul))
    return precision


def test_tf32_is_seen(planted_tf32):
    """Whether a device multiplies in TF32 is measured; it does not while it is told to compute in full."""
    assert precision.default_float32("CPU:0") == TF32
    with precision.arithmetic_of("float32"):
        assert precision.default_float32("CPU:0") == "float32"
    with precision.arithmetic_of(TF32):
        assert precision.default_float32("CPU:0") == TF32


def test_tf32_trains_alike(planted_tf32):
    """Where TF32 is the default, the right losses are found in it, and in full precision."""
    workload = Workload("dense", 16, precision=TF32)
    check_losses(TRAININGS["fit"](workload, "CPU:0"))
    check_in_full(workload, "fit", "CPU:0")


def test_losses_are_checked_in_full(planted_tf32, monkeypatch):
    """What TF32 would excuse is found in full precision, on a batch that is not timed."""
    seen = []

    class SlightlyFasterLearner(Function):
        def _prepare(self):
            seen.append((self.workload, tf.config.experimental.tensor_float_32_execution_enabled()))
            self.optimizer.learning_rate = 1.02 * float(self.optimizer.learning_rate)
            return super()._prepare()

    monkeypatch.setitem(TRAININGS, "fit-16-steps", SlightlyFasterLearner)
    workload = Workload("dense", 64, precision=TF32)
    check_losses(TRAININGS["fit-16-steps"](workload, "CPU:0"))
    with pytest.raises(pytest.fail.Exception, match="the losses"):
        check_in_full(workload, "fit-16-steps", "CPU:0")
    assert seen[-1] == (Workload("dense", CHECKED_BATCH, precision="float32"), False)
    assert tf.config.experimental.tensor_float_32_execution_enabled()


def test_random_numbers_are_not_compared(tmp_path):
    """A network with dropout has other losses each time, and that is no fault of a mode."""
    path = tmp_path / "model.py"
    path.write_text(NETWORK.format(layer="layers.Dropout(0.5)"), encoding="utf-8")
    training = TRAININGS["function"](Workload(f"{path}:build", 16), "CPU:0")
    assert training.draws_random_numbers
    check_losses(training)


def test_comparisons():
    """After the last step time, each is compared with the eager one and with the best peak of the session."""
    info = {"flops": 1e8, "peak_flops_per_second": 1e12}
    eager = StepTime(DENSE, "eager", "CPU:0", 0.004, 0.01, {**info, "peak_flops_per_second": 5e11})
    function = StepTime(DENSE, "function", "CPU:0", 0.001, 0.01, dict(info))
    add_comparisons([eager, function])
    added = {"ratio_to_eager": 0.25, "share_of_peak": pytest.approx(0.1), "fixed_seconds": None, "bound_by": None}
    assert function.info == {**info, **added}
    assert (eager.info["ratio_to_eager"], eager.info["peak_flops_per_second"]) == (1, 1e12)


def test_more_rounds():
    """Rounds are added until they agree on the time of a step, each of as many calls as the others."""
    calls, data, seconds = [], [1.0, 2.0, 3.0], iter(range(1000))
    clock = SimpleNamespace(time_when_done=lambda: next(seconds))
    stats = SimpleNamespace(iterations=4, stats=SimpleNamespace(data=data), update=data.append)
    time_until_certain(lambda: calls.append("call"), stats, clock)
    assert len(calls) == 4 * (len(data) - 3)
    assert set(data[3:]) == {1}
    assert lower_quartile(data)[1] <= DOUBTFUL


def test_no_more_rounds_than_needed():
    """Rounds that agree are enough."""
    stats = SimpleNamespace(stats=SimpleNamespace(data=[1.0, 1.01, 1.02]))
    time_until_certain(None, stats, None)


class Untimed:
    """pytest-benchmark's fixture when it is to time nothing: it calls once."""

    enabled = False

    def __init__(self):
        self.extra_info = {}

    def pedantic(self, work, args, **_):
        """Calls once."""
        work(*args)


def test_full_float32_beside(monkeypatch):
    """Where TF32 is the default, a process of its own trains in full float32; elsewhere, there is nothing to do."""
    benchmark, device = Untimed(), TrainingDevice("CPU:0", [])
    timer = StepTimer(benchmark, Clock(), device, [], False)
    with pytest.raises(pytest.skip.Exception, match="computes in full float32 by default"):
        timer.in_full_float32(DENSE)
    monkeypatch.setattr(TrainingDevice, "float32", TF32)
    timer.in_full_float32(DENSE)
    assert (benchmark.group, benchmark.extra_info["precision"]) == ("dense · SGD · batch 16", "float32")


@pytest.fixture(scope="module")
def real_run(tmp_path_factory):
    """What a real run of the benchmarks on two devices, here parts of one CPU, prints, and the JSON that it writes."""
    path = tmp_path_factory.mktemp("run") / "times.json"
    steps = [f"test_training_step.py::test_training_step[cnn-SGD-16-{mode}]" for mode in ("eager", "fit")]
    chosen = [f"benchmarks/{each}" for each in (*steps, "test_two_devices.py::test_device_beside[cnn-16-eager]")]
    devices = ["--logical-cpus", "2", "--device", "CPU:1"]
    options = ["--any-size", "-n", "0", "-p", "no:cacheprovider", "--benchmark-json", str(path)]
    command = [sys.executable, "-m", "pytest", *chosen, *devices, *options]
    # A worker of this run would pass on that it is one, and then nothing is timed.
    variables = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    done = subprocess.run(command, cwd=str(ROOT), env=variables, capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 0, done.stdout
    return done.stdout, json.loads(path.read_text(encoding="utf-8"))


def test_json(real_run):
    """The JSON of a real run has the install once, and beside each time what it was measured on and what it means."""
    printed, run = real_run
    assert "cnn · SGD · float32 · CPU:1: milliseconds per step (speedup over eager)" in printed
    assert "\n   2 of 3  cnn · SGD · float32 · fit · CPU:1 · batch 16: " in printed
    assert run["machine_info"]["node"] == ""
    assert run["machine_info"]["install"]["tensorflow"] == tf.__version__
    eager, fit, beside = (benchmark["extra_info"] for benchmark in run["benchmarks"])
    assert sorted(eager) == sorted(fit) == sorted(beside) == sorted(documented("key"))
    known = {**Workload("cnn", 16).as_json(), "mode": "fit", "device": "CPU:1", "runs_eagerly": False}
    assert known.items() <= fit.items()
    stats = run["benchmarks"][1]["stats"]
    assert stats["min"] / 32 <= fit["step_seconds"] <= stats["median"] / 32
    assert fit["ratio_to_eager"] == pytest.approx(fit["step_seconds"] / eager["step_seconds"])


def test_two_devices(real_run):
    """Two devices are compared at the end."""
    printed, _ = real_run
    title, *_, row, verdict, _ = printed[printed.index("cnn · SGD: CPU:0 or CPU:1?") :].splitlines()
    assert row.split()[0] == "eager"
    assert verdict.startswith("eager: CPU:1 is faster at ")
