"""The device, its measured limits, and the fixture that times a training."""

from __future__ import annotations

import pytest

from benchmarks.figures import FIGURES, tables


def pytest_addoption(parser):
    """What is timed, and where."""
    group = parser.getgroup("tf-conformance")
    group.addoption(
        "--device", metavar="DEVICE", help="where to train: CPU:0, GPU:0 (default: the first GPU, or CPU:0)"
    )
    group.addoption(
        "--any-size", action="store_true", help="also time steps that take this machine more than half a second"
    )


@pytest.fixture(scope="session")
def training_device(request):
    """The device that trains. GPUs take memory as they need it, so that its peak can be read."""
    import tensorflow as tf

    from tf_conformance.statements.device import visible_devices

    for gpu in tf.config.experimental.list_physical_devices("GPU"):
        tf.config.experimental.set_memory_growth(gpu, True)
    seen = visible_devices()
    chosen = request.config.getoption("--device", None) or next(
        (name for name in seen if name.startswith("GPU")), "CPU:0"
    )
    if chosen not in seen:
        pytest.exit("--device: there is no {}; TensorFlow sees {}".format(chosen, ", ".join(seen)), returncode=4)
    return chosen


@pytest.fixture
def timed(benchmark, training_device, request):
    """Checks a training and times its steps: timed(workload, mode)."""
    from benchmarks.timing import Timing

    return Timing(benchmark, training_device, request.config)


@pytest.hookimpl(optionalhook=True)
def pytest_benchmark_update_machine_info(machine_info):
    """The install beside the machine; not the machine's name."""
    from tf_conformance.install.install import describe, observe

    machine_info["node"] = ""
    machine_info["install"] = observe(describe()).as_json()


@pytest.hookimpl(optionalhook=True)
def pytest_benchmark_update_json(config, output_json):
    """Adds what is known once all have been timed."""
    from benchmarks.timing import known_at_the_end

    figures = config.stash.get(FIGURES, [])
    by_name = {figure.name: figure for figure in figures}
    for entry in output_json["benchmarks"]:
        if entry["fullname"] in by_name:
            info = entry["extra_info"]
            info.update(known_at_the_end(by_name[entry["fullname"]], figures, info["device"]))


def pytest_terminal_summary(terminalreporter, config):
    """The table of modes by batch sizes."""
    for line in tables(config.stash.get(FIGURES, [])):
        terminalreporter.write_line(line)
