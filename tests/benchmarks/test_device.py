"""What a device has instructions for, and what is measured of it."""

from __future__ import annotations

from contextlib import ExitStack
from types import SimpleNamespace

import pytest

from benchmarks import device
from benchmarks.device import MEASURED_SECONDS, SIDE_ON_CPU, TrainingDevice, best_seconds, first_accelerator
from benchmarks.workload import UnavailableError


def test_supported():
    """A processor with one of the instruction sets for 16-bit numbers need not emulate them; float32 needs none."""
    cpu = TrainingDevice("CPU:0", ["avx512f", "avx512_bf16", "amx_fp16"])
    for precision in ("float32", "mixed_float16", "mixed_bfloat16"):
        cpu.require_instructions(precision)


@pytest.mark.parametrize("features", [["avx512f", "avx512_fp16"], []])
def test_emulated(features):
    """Without such instructions the precision is unavailable, and the message names them."""
    with pytest.raises(UnavailableError, match="has neither amx_bf16 nor avx512_bf16"):
        TrainingDevice("CPU:0", features).require_instructions("mixed_bfloat16")


@pytest.mark.parametrize(("capability", "missing"), [((8, 0), None), ((7, 5), "needs compute capability 8.0; .* 7.5")])
def test_compute_capability(monkeypatch, capability, missing):
    """A GPU is old or new enough for a precision by its compute capability."""
    config = device.tf.config.experimental
    monkeypatch.setattr(config, "list_physical_devices", lambda kind: ["a GPU"])
    monkeypatch.setattr(device.tf, "device", lambda name: ExitStack())
    monkeypatch.setattr(config, "get_device_details", lambda gpu: {"compute_capability": capability}, raising=False)
    gpu = TrainingDevice("GPU:0", [])
    gpu.require_instructions("mixed_float16")
    if missing is None:
        gpu.require_instructions("mixed_bfloat16")
    else:
        with pytest.raises(UnavailableError, match=missing):
            gpu.require_instructions("mixed_bfloat16")


def test_unknown_capability(monkeypatch):
    """An accelerator without a compute capability, such as one of AMD's, is not refused for it."""
    monkeypatch.setattr(device.tf.config.experimental, "list_physical_devices", lambda kind: [])
    monkeypatch.setattr(device.tf, "device", lambda name: ExitStack())
    TrainingDevice("XPU:0", []).require_instructions("mixed_bfloat16")


@pytest.mark.parametrize(
    "message",
    [
        "Missing 0-th output\n\t [[{{node Conv2D}}]]",
        "Graph execution error:\n\nDetected at node 'Conv2D'\n    File \"a.py\"\nNode: 'Conv2D'\nMissing 0-th output",
    ],
)
def test_kernel_that_is_missing(monkeypatch, message):
    """A precision in which TensorFlow cannot convolve is unavailable, with TensorFlow's own words."""

    def conv2d(*_):
        raise device.tf.errors.InternalError(None, None, message)

    monkeypatch.setattr(device.tf, "function", lambda compute: conv2d)
    with pytest.raises(UnavailableError, match=r"cannot convolve in bfloat16: Missing 0-th output$"):
        TrainingDevice("CPU:0", ["avx512_bf16"]).require_instructions("mixed_bfloat16")


@pytest.mark.parametrize(
    ("kinds", "first"),
    [
        (["CPU"], None),
        (["CPU", "GPU", "GPU"], "GPU:0"),
        (["CPU", "XLA_CPU", "XLA_GPU", "GPU"], "GPU:0"),
        (["CPU", "TPU_SYSTEM", "TPU"], "TPU:0"),
        (["CPU", "XPU"], "XPU:0"),
    ],
)
def test_first_accelerator(monkeypatch, kinds, first):
    """The first device that is not a CPU trains by default, whatever it is called."""
    devices = [SimpleNamespace(device_type=kind) for kind in kinds]
    monkeypatch.setattr(device.tf.config.experimental, "list_physical_devices", lambda: devices)
    assert first_accelerator() == first


def test_best_seconds():
    """The shortest of all repetitions counts, except for the first, which warms up."""
    now, durations = [0.0], [MEASURED_SECONDS / 100, 0.03, 0.02, 0.04, MEASURED_SECONDS, 0.001]

    def work():
        now[0] += durations.pop(0)

    assert best_seconds(work, lambda: now[0]) == pytest.approx(0.02)
    assert durations == [0.001]


def test_peak(monkeypatch):
    """The peak is the best rate so far: another program may slow down the last measurement."""
    seconds = [0.2, 0.1, 0.4]
    monkeypatch.setattr(device, "best_seconds", lambda work: seconds.pop(0))
    cpu = TrainingDevice("CPU:0", [])
    assert cpu.peak("float32") == 0
    operations = 2 * SIDE_ON_CPU**3
    measured = [cpu.measure_peak("float32") for _ in range(3)]
    assert measured == [pytest.approx(operations / best) for best in (0.2, 0.1, 0.1)]
    assert cpu.peak("float32") == measured[-1]
    assert cpu.peak("mixed_bfloat16") == 0


def test_empty_call(monkeypatch):
    """The time of an empty call is measured once."""
    seconds = [0.2]
    monkeypatch.setattr(device, "best_seconds", lambda work: seconds.pop(0))
    cpu = TrainingDevice("CPU:0", [])
    assert cpu.dispatch_floor() == cpu.dispatch_floor() == 0.2 / device.CALLS


def test_memory_of_a_cpu():
    """Only accelerators tell their peak memory."""
    cpu = TrainingDevice("CPU:0", [])
    cpu.reset_peak_memory()
    assert cpu.peak_memory() is None
