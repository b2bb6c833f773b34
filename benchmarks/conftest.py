"""The device, the clock, and the fixture that checks and times a training."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Iterator

import pytest

from benchmarks.clock import Clock
from benchmarks.step_times import STEP_TIMES, StepTime, tables
from tf_conformance.install.environment import Environment
from tf_conformance.install.install import describe, observe
from tf_conformance.install.limits import Limits
from tf_conformance.install.processor import Processor

if TYPE_CHECKING:  # they import TensorFlow
    from benchmarks.device import TrainingDevice
    from benchmarks.step_timer import StepTimer

# Rounds of at least 20 ms, so that the cost of reading the clock and of waiting for the device is negligible.
ROUNDS = {"min_time": 0.02, "max_time": 0.4, "min_rounds": 8, "disable_gc": True}


def pytest_addoption(parser: pytest.Parser) -> None:
    """What is timed, and where."""
    group = parser.getgroup("tf-conformance")
    group.addoption("--any-size", action="store_true", help="also time steps that take more than half a second here")


@pytest.fixture(scope="session")
def training_device(request: pytest.FixtureRequest) -> TrainingDevice:
    """The device that trains. GPUs allocate memory as needed, so that the peak can be read."""
    import tensorflow as tf

    from benchmarks.device import TrainingDevice
    from tf_conformance.statements.device import visible_devices

    for gpu in tf.config.experimental.list_physical_devices("GPU"):
        tf.config.experimental.set_memory_growth(gpu, True)
    seen = visible_devices()
    first_gpu = next((name for name in seen if name.startswith("GPU")), None)
    chosen = request.config.getoption("--device", None) or first_gpu or "CPU:0"
    if chosen not in seen:
        pytest.exit(f"--device: there is no {chosen}; TensorFlow sees {', '.join(seen)}", returncode=4)
    return TrainingDevice(chosen, Processor.read().features)


@pytest.fixture(scope="session")
def clock() -> Clock:
    """The clock of all rounds. It is one for the session, since pytest-benchmark keeps every clock that it has used."""
    return Clock()


@pytest.fixture
def timed_rounds(request: pytest.FixtureRequest, clock: Clock) -> None:
    """Has the ``benchmark`` fixture, which must be requested after this one, use the clock."""
    request.node.add_marker(pytest.mark.benchmark(timer=clock.time_when_done, **ROUNDS))


@pytest.fixture(scope="session")
def step_times(request: pytest.FixtureRequest, training_device: TrainingDevice) -> Iterator[list[StepTime]]:
    """The step times of this run."""
    from benchmarks.step_timer import add_comparisons

    collected: list[StepTime] = []
    request.config.stash[STEP_TIMES] = collected
    yield collected
    add_comparisons(collected, training_device)


@pytest.fixture
def check_and_time(
    request: pytest.FixtureRequest,
    timed_rounds: None,
    benchmark: Any,
    clock: Clock,
    training_device: TrainingDevice,
    step_times: list[StepTime],
) -> StepTimer:
    """Checks a training and times its steps: ``check_and_time(workload, mode)``."""
    from benchmarks.step_timer import StepTimer

    return StepTimer(benchmark, clock, training_device, step_times, request.config.getoption("--any-size", False))


@pytest.hookimpl(optionalhook=True)
def pytest_benchmark_update_machine_info(machine_info: dict[str, Any]) -> None:
    """Adds the install and removes the machine's name."""
    machine_info["node"] = ""
    machine_info["install"] = observe(describe(Environment.gather(Limits()))).to_json()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Prints the tables of step times."""
    for line in tables(config.stash.get(STEP_TIMES, [])):
        terminalreporter.write_line(line)
