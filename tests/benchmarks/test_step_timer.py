"""The benchmarks: what they count, what they check before they time, and the table that they print."""

from __future__ import annotations

import pytest
import tensorflow as tf

from benchmarks import stopwatch, timing
from benchmarks.arithmetic import flops_of_step
from benchmarks.figures import Figure, ratio_to_eager, tables
from benchmarks.instructions import require_precision
from benchmarks.networks import NETWORKS, batch_of
from benchmarks.precision import compute_dtype
from benchmarks.training import TRAININGS, Function
from benchmarks.workload import UnavailableError, Workload

DENSE = Workload("dense", 16)


@pytest.mark.parametrize(("network", "parameters"), [("cnn", 103562), ("dense", 50890)])
def test_parameters(network, parameters):
    """The networks are those of the notes."""
    assert NETWORKS[network].build().count_params() == parameters


@pytest.mark.parametrize(
    ("network", "flops"),
    [
        # 784x64 and 64x10 weights, twice forward and four times backward, the first layer twice only.
        ("dense", 6 * (784 * 64 + 64 * 10) - 2 * 784 * 64),
        # 3x3x3x16 weights at 30x30 places, then 1600x64 and 64x10.
        ("cnn", 6 * (432 * 900 + 1600 * 64 + 64 * 10) - 2 * 432 * 900),
    ],
)
def test_operations(network, flops):
    """The operations of a step are those of its products, forward and backward."""
    assert flops_of_step(NETWORKS[network].build(), 1) == flops
    assert flops_of_step(NETWORKS[network].build(), 16) == 16 * flops


def test_batch_is_the_same_each_time():
    """Every process trains on the same batch."""
    (one, labels), (other, same_labels) = batch_of("dense", 4), batch_of("dense", 4)
    assert (one.shape, one.dtype.name, labels.shape) == ((4, 784), "float32", (4,))
    assert one.tolist() == other.tolist()
    assert labels.tolist() == same_labels.tolist()


def test_clock_waits_for_the_device():
    """The clock is read when the training that it waits for has done its work."""
    waited = []

    class Work:
        def wait(self):
            waited.append(True)

    stopwatch.await_before_reading(Work())
    before = stopwatch.time_when_done()
    assert stopwatch.time_when_done() >= before
    assert waited == [True, True]


class FasterLearner(Function):
    """A mode whose optimizer makes steps of twice the size."""

    def _prepare(self):
        self.optimizer.learning_rate = 2 * float(self.optimizer.learning_rate)
        return super()._prepare()


class Retraced(Function):
    """A mode that traces its step anew each second time."""

    def _prepare(self):
        def call():
            if self.steps % 2 == 0:
                self.compiled = tf.function(self.step)
            self.compiled(*self.batch)

        return call


def test_other_losses_are_not_timed(monkeypatch):
    """A mode that trains in another way than the others fails before it is timed."""
    monkeypatch.setitem(TRAININGS, "jit", FasterLearner)
    with pytest.raises(pytest.fail.Exception, match="after 1 steps the loss is"):
        timing._check_losses(TRAININGS["jit"](DENSE, "CPU:0"))


def test_second_trace_is_found():
    """A step that is traced more than once fails."""
    training = Retraced(DENSE, "CPU:0")
    for _ in range(4):
        training()
    with pytest.raises(pytest.fail.Exception, match="traced 2 times in 4 steps"):
        timing._check_traces(training)


@pytest.mark.parametrize(("mode", "traces"), [("function", 1), ("eager", 3)])
def test_traces(mode, traces):
    """A tf.function is traced once; an eager step runs each time."""
    training = TRAININGS[mode](DENSE, "CPU:0")
    for _ in range(3):
        training()
    timing._check_traces(training)
    assert training.traces == traces


def test_device_that_is_not_there():
    """TensorFlow would train elsewhere without a word; here it is an error."""
    with pytest.raises(UnavailableError, match=r"there is no GPU:9; TensorFlow sees CPU:0"):
        TRAININGS["eager"](DENSE, "GPU:9")


@pytest.mark.parametrize(("flags", "supported"), [("avx512f avx512_bf16", True), ("avx512f", False), ("", False)])
def test_bfloat16_on_a_cpu(monkeypatch, flags, supported):
    """A precision is timed where the processor has instructions for it, not in emulation."""
    monkeypatch.setattr("benchmarks.instructions.cpu_info", lambda: {"flags": flags})
    if supported:
        require_precision("CPU:0", "mixed_bfloat16")
    else:
        with pytest.raises(UnavailableError, match="none of avx512_bf16"):
            require_precision("CPU:0", "mixed_bfloat16")
    assert compute_dtype("mixed_bfloat16") == "bfloat16"


def figure(mode, batch, seconds, spread=0.01):
    """A figure of the dense network."""
    return Figure("name", DENSE._replace(batch=batch), mode, seconds, spread)


def test_table():
    """A line a mode, a column a batch size; what is doubtful is marked, and the mark explained."""
    figures = [figure("eager", 16, 0.004), figure("function", 16, 0.001, 0.2), figure("eager", 64, 0.006)]
    lines = list(tables(figures))
    assert lines[0] == "dense · SGD · float32: milliseconds a step (times as fast as eager)"
    assert lines[1].split() == ["batch", "16", "batch", "64"]
    assert lines[2].split() == ["eager", "4.000", "(1.0)", "6.000", "(1.0)"]
    assert lines[3].split() == ["function", "1.000", "(4.0)?", "-"]
    assert lines[4].startswith("? the rounds differ by more than 10 %")


def test_ratio_to_eager():
    """The ratio is that to the eager step of the same workload."""
    figures = [figure("eager", 16, 0.004), figure("function", 64, 0.001), figure("function", 16, 0.001)]
    assert ratio_to_eager(figures[2], figures) == 0.25
    assert ratio_to_eager(figures[1], figures) is None
