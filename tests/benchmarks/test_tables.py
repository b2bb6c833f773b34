"""The tables of step times."""

from __future__ import annotations

from benchmarks.step_times import StepTime
from benchmarks.tables import side_by_side, tables
from benchmarks.workload import TF32, Workload


def step_time(mode, batch, milliseconds, uncertainty=0.01, device="CPU:0", precision="float32"):
    """A step time of the dense network."""
    info = {"flops": 1e6 * batch, "peak_flops_per_second": 1e15}
    workload = Workload("dense", batch, precision=precision)
    return StepTime(workload, mode, device, milliseconds / 1e3, uncertainty, info)


def test_table():
    """One row per mode, one column per batch size; every mark is explained, and no other."""
    step_times = [step_time("eager", 16, 4.0), step_time("function", 16, 1.0, 0.2), step_time("eager", 64, 4.1)]
    lines = list(tables(step_times))
    assert lines[0] == "dense · SGD · float32 · CPU:0: milliseconds per step (speedup over eager)"
    assert lines[1].split() == ["batch", "16", "batch", "64"]
    assert lines[2].split() == ["eager", "4.000", "(1.0)", "L", "4.100", "(1.0)", "L"]
    assert lines[3].split() == ["function", "1.000", "(4.0)", "?", "-"]
    assert lines[4:] == [
        "L  most of the time goes into starting operations, whatever the batch",
        "?  uncertain by more than 5%: time it again on an idle machine",
    ]


def both(mode, times):
    """Steps on a GPU and on the CPU: ``{batch: (GPU, CPU)}`` in milliseconds."""
    for batch, (gpu, cpu) in times.items():
        yield step_time(mode, batch, gpu, device="GPU:0", precision=TF32)
        yield step_time(mode, batch, cpu)


def test_side_by_side():
    """The smallest batch from which the GPU wins, and why it does not before."""
    step_times = [
        *both("eager", {16: (11.0, 9.7), 64: (9.8, 15.7), 256: (9.9, 28.7)}),
        *both("function", {16: (1.17, 0.96), 64: (1.1, 2.26), 256: (1.06, 6.5)}),
    ]
    assert list(side_by_side(step_times)) == [
        "dense · SGD: CPU:0 or GPU:0? Milliseconds per step",
        "                                  batch 16                batch 64               batch 256",
        "                           CPU:0     GPU:0         CPU:0     GPU:0         CPU:0     GPU:0",
        "  eager                    9.700    11.000        15.700     9.800        28.700     9.900",
        "  function                 0.960     1.170         2.260     1.100         6.500     1.060",
        "eager: GPU:0 is faster from batch 64 on; at batch 16 it spends 11.000 of 11.000 ms on starting operations, "
        "whatever the batch",
        "function: GPU:0 is faster from batch 64 on; at batch 16 it spends 1.170 of 1.170 ms on starting operations, "
        "whatever the batch",
    ]


def last_line(times):
    """What is said of the function mode."""
    return list(side_by_side(list(both("function", times))))[-1]


def test_always_and_never():
    """A GPU may be faster at every batch, at none, or only at small ones; a difference that is not certain is none."""
    assert last_line({16: (1.0, 2.0), 64: (1.0, 3.0)}) == "function: GPU:0 is faster at every batch"
    never = last_line({16: (1.0, 0.1), 64: (1.0, 0.2)})
    assert never.startswith("function: GPU:0 is faster at no batch; at batch 64 it spends 1.000 of 1.000 ms")
    small = last_line({16: (1.0, 2.0), 64: (9.0, 3.0)})
    assert (
        small
        == "function: GPU:0 is faster only at batch 16; at batch 64 its work takes as long as that of CPU:0, or longer"
    )
    assert "at no batch" in last_line({16: (1.0, 1.01), 64: (1.0, 1.01)})


def test_default_precision_is_compared():
    """On a GPU with TF32, that is compared with the CPU, not the full float32 beside it; nor are 16-bit layers."""
    step_times = [
        *both("function", {16: (1.0, 2.0)}),
        step_time("function", 16, 5.0, device="GPU:0"),
        step_time("function", 16, 6.0, device="GPU:0", precision="mixed_float16"),
    ]
    assert list(side_by_side(step_times))[3].split() == ["function", "2.000", "1.000"]


def test_one_device():
    """Of one device alone there is no such table."""
    assert list(side_by_side([step_time("function", 16, 1.0)])) == []
