"""The device, the clock, and the fixture that checks and times a training."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, Iterator

import pytest

from benchmarks import options as parsers
from benchmarks.clock import Clock
from benchmarks.progress import Progress
from benchmarks.step_times import STEP_TIMES, StepTime
from benchmarks.tables import side_by_side, tables
from benchmarks.workload import Workload, network_title
from tf_conformance.install.environment import Environment
from tf_conformance.install.install import describe, observe
from tf_conformance.install.limits import Limits
from tf_conformance.install.processor import Processor

if TYPE_CHECKING:  # they import TensorFlow
    from benchmarks.device import TrainingDevice
    from benchmarks.step_timer import StepTimer

# Rounds of at least 20 ms, so that the cost of reading the clock and of waiting for the device is negligible, and at least
# three of them, since a call of half a second is itself many steps. If they do not agree, more are added.
ROUNDS = {"min_time": 0.02, "max_time": 0.4, "min_rounds": 3, "disable_gc": True}


def pytest_addoption(parser: pytest.Parser) -> None:
    """What is timed, and where."""
    group = parser.getgroup("tf-conformance")
    group.addoption(
        "--beside",
        metavar="DEVICE",
        help="the device that the other is compared with (default: CPU:0, unless that is the device that trains)",
    )
    group.addoption(
        "--any-size",
        action="store_true",
        help="also time steps that take more than half a second here, and ResNet50 in every mode",
    )
    group.addoption(
        "--network",
        metavar="FILE:FUNCTION",
        type=parsers.network,
        help="train the Keras model that this function returns, instead of the notes' networks",
    )
    group.addoption("--input", **parsers.INPUT)


def pytest_configure(config: pytest.Config) -> None:
    """Prints each time as soon as it is known."""
    config.pluginmanager.register(Progress(config))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """The networks that are trained: the notes', of which the first stands for both where one is enough, or the user's own."""
    own = metafunc.config.getoption("--network", None)
    networks = [own] if own else ["cnn", "dense"]
    for fixture, names in (("network", networks), ("first_network", networks[:1])):
        if fixture in metafunc.fixturenames:
            metafunc.parametrize(fixture, names, ids=map(network_title, names))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves only the user's own network, if there is one."""
    if config.getoption("--network", None):
        left = [item for item in items if "inputs" in getattr(item, "fixturenames", ())]
        config.hook.pytest_deselected(items=[item for item in items if item not in left])
        items[:] = left


@pytest.fixture(scope="session")
def training_device(request: pytest.FixtureRequest) -> TrainingDevice:
    """The device that trains. Accelerators allocate memory as needed, so the peak can be read."""
    import tensorflow as tf

    from benchmarks.device import first_accelerator
    from tf_conformance.statements.device import split_cpu

    for gpu in tf.config.experimental.list_physical_devices("GPU"):
        tf.config.experimental.set_memory_growth(gpu, True)
    if request.config.getoption("--logical-cpus", None):
        split_cpu(request.config.getoption("--logical-cpus"))
    return _device(request.config.getoption("--device", None) or first_accelerator() or "CPU:0", "--device")


@pytest.fixture(scope="session")
def device_beside(request: pytest.FixtureRequest, training_device: TrainingDevice) -> TrainingDevice:
    """The device with which the one that trains is compared."""
    name = request.config.getoption("--beside", None) or "CPU:0"
    if name == training_device.name:
        pytest.skip(f"there is nothing to compare {name} with")
    return _device(name, "--beside")


def _device(name: str, option: str) -> TrainingDevice:
    from benchmarks.device import TrainingDevice
    from tf_conformance.statements.device import visible_devices

    seen = visible_devices()
    if name not in seen:
        pytest.exit(f"{option}: there is no {name}; TensorFlow sees {', '.join(seen)}", returncode=4)
    return TrainingDevice(name, Processor.read().features)


@pytest.fixture(scope="session")
def inputs(request: pytest.FixtureRequest, training_device: TrainingDevice) -> tuple[str, ...]:
    """The inputs of the user's own network, as far as they are given; ends the run if it cannot be built."""
    from benchmarks.networks import new_model
    from benchmarks.own_network import NetworkError

    given = tuple(request.config.getoption("--input", []))
    own = request.config.getoption("--network", None)
    if own:
        try:
            new_model(Workload(own, inputs=given))
        except NetworkError as error:
            pytest.exit(f"--network: {error}", returncode=4)
    return given


@pytest.fixture(scope="session")
def clock() -> Clock:
    """The clock of all rounds. It is one for the session, since pytest-benchmark keeps every clock that it has used."""
    return Clock()


@pytest.fixture
def timed_rounds(request: pytest.FixtureRequest, clock: Clock) -> None:
    """Makes the ``benchmark`` fixture, which must be requested after this one, use the clock."""
    request.node.add_marker(pytest.mark.benchmark(timer=clock.time_when_done, **ROUNDS))


@pytest.fixture(scope="session")
def step_times(request: pytest.FixtureRequest) -> Iterator[list[StepTime]]:
    """The step times of this run."""
    from benchmarks.step_timer import add_comparisons

    collected: list[StepTime] = []
    request.config.stash[STEP_TIMES] = collected
    yield collected
    add_comparisons(collected)


@pytest.fixture
def step_timer(
    request: pytest.FixtureRequest,
    timed_rounds: None,
    benchmark: Any,
    clock: Clock,
    step_times: list[StepTime],
) -> Callable[[TrainingDevice], StepTimer]:
    """What checks trainings on a device and times their steps."""
    from benchmarks.step_timer import StepTimer

    any_size = request.config.getoption("--any-size", False)
    return lambda device: StepTimer(benchmark, clock, device, step_times, any_size)


@pytest.fixture
def check_and_time(training_device: TrainingDevice, step_timer: Callable[[TrainingDevice], StepTimer]) -> StepTimer:
    """Checks a training and times its steps: ``check_and_time(workload, mode)``."""
    return step_timer(training_device)


@pytest.fixture
def check_and_time_beside(
    device_beside: TrainingDevice, step_timer: Callable[[TrainingDevice], StepTimer]
) -> StepTimer:
    """The same on the device beside."""
    return step_timer(device_beside)


@pytest.hookimpl(optionalhook=True)
def pytest_benchmark_update_machine_info(machine_info: dict[str, Any]) -> None:
    """Adds the install, with its accelerators, and removes the machine's name."""
    machine_info["node"] = ""
    machine_info["install"] = observe(describe(Environment.gather(Limits()))).to_json()


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Prints the tables of step times, after those of pytest-benchmark."""
    step_times = config.stash.get(STEP_TIMES, [])
    terminalreporter.write_line("")
    for line in [*tables(step_times), *side_by_side(step_times)]:
        terminalreporter.write_line(line)
