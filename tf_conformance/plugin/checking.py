"""The part of a process that checks cases: it imports TensorFlow, and selects the cases to run.

Hooks stand in the order in which pytest calls them.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from tf_conformance.diagnosis.death import unusual_lines
from tf_conformance.diagnosis.loading import Diagnosis, Stage, import_tensorflow, why_unfit
from tf_conformance.diagnosis.obstacle import Obstacle
from tf_conformance.install.accelerators import with_memory_used
from tf_conformance.install.environment import Environment
from tf_conformance.install.install import Install, describe, observe
from tf_conformance.plugin import compat
from tf_conformance.plugin.demands import is_meant, missing_device
from tf_conformance.plugin.gate import specification_folder
from tf_conformance.plugin.messages import Briefing, Observation
from tf_conformance.plugin.options import wants_traceback
from tf_conformance.plugin.stderr import captured_stderr
from tf_conformance.statements.device import DEVICE_FIXTURE, Device, split_cpu, visible_devices

ENDING = "TF_XLA_FLAGS"  # a variable: flags that TensorFlow does not know end its process
WITHOUT_TENSORFLOW = "install"  # the folder of spec/ that can be checked even if TensorFlow cannot be imported


class Checking:
    """The hooks of a process that checks cases."""

    def __init__(self, config: pytest.Config, environment: Environment, briefing: Briefing) -> None:
        self._config = config
        self._catalogue = catalogue = briefing.catalogue
        self._environment = environment
        self._briefing = briefing
        self._observation = Observation(describe(environment))
        selected = catalogue.matching(config.option.statement)
        functions = [function for statement in selected for function in statement.functions]
        marked = [function for function in functions if config.option.markexpr in function.marks]
        self._spec_files = {config.rootpath / function.path for function in marked or functions}
        # Workers, and the processes that cases start, share a GPU only if none takes all of its memory at once.
        os.environ.setdefault("TF_FORCE_GPU_ALLOW_GROWTH", "true")

    def pytest_sessionstart(self) -> None:
        """TensorFlow is imported and started here, unless it is known that this is impossible."""
        install = self._observation.install
        diagnosis = Diagnosis(self._environment, self._briefing.problems)
        obstacle = self._briefing.obstacle or why_unfit(install, self._environment) or diagnosis.foretold()
        obstacle = obstacle or self._deadly(diagnosis)
        if obstacle is None:
            with captured_stderr() as captured:
                install, obstacle = self._load(diagnosis)
            if obstacle is None:
                self._print(captured.text)
            else:
                obstacle = replace(obstacle, trace=captured.text + obstacle.trace)
        self._observe(Observation(install, obstacle))

    def _deadly(self, diagnosis: Diagnosis) -> Obstacle | None:
        """Why TensorFlow would end this process, of which only workers leave word: for lack of threads, or by flags."""
        may_end = self._environment.limits.threads is not None or ENDING in self._environment.variables
        if compat.is_worker(self._config) or not may_end:
            return None
        return diagnosis.probe(self._config.option.import_limit)

    def _load(self, diagnosis: Diagnosis) -> tuple[Install, Obstacle | None]:
        """Imports TensorFlow, has it look for devices, and asks it what it sees."""
        install = self._observation.install
        try:
            import_tensorflow()
        except (Exception, SystemExit) as error:
            return install, diagnosis.of_error(error, Stage.IMPORT)
        self._config.hook.pytest_tf_conformance_imported()
        try:
            if self._config.option.logical_cpus:
                split_cpu(self._config.option.logical_cpus)
            install = observe(install)
        except Exception as error:  # whatever a driver or a device may raise
            return install, diagnosis.of_error(error, Stage.START)
        required = filter(None, (self._config.option.require_device, self._config.option.device))
        missing = (missing_device(each, install, self._environment) for each in required)
        return install, next(filter(None, missing), None)

    def _print(self, captured: str) -> None:
        """What was written on the way, without TensorFlow's own log, unless the user asks for everything."""
        text = captured if wants_traceback(self._config) else "".join(f"{line}\n" for line in unusual_lines(captured))
        sys.stderr.write(text)

    def _observe(self, observation: Observation) -> None:
        self._observation = observation
        self._config.hook.pytest_tf_conformance_observed(observation=observation)

    @pytest.fixture
    def install(self) -> Install:
        """The install under test."""
        return self._observation.install

    @pytest.fixture
    def environment(self) -> Environment:
        """The facts about the install that are known without TensorFlow."""
        return self._environment

    @pytest.fixture
    def obstacle(self) -> Obstacle | None:
        """What keeps TensorFlow from being judged, or None."""
        return self._observation.obstacle

    def pytest_ignore_collect(self, collection_path: Path) -> bool | None:
        """Passes over spec files without a selected or marked case; if TensorFlow cannot be judged, over all that need it."""
        spec = specification_folder(self._config)
        if spec not in collection_path.parents:
            return None
        if self._observation.obstacle and collection_path.relative_to(spec).parts[0] != WITHOUT_TENSORFLOW:
            return True
        is_spec_file = collection_path.name.startswith("test_") and collection_path.suffix == ".py"
        return True if is_spec_file and collection_path not in self._spec_files else None

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        if DEVICE_FIXTURE in metafunc.fixturenames:
            only = self._config.option.device
            devices = [each for each in visible_devices() if only is None or is_meant(each, only)]
            metafunc.parametrize(DEVICE_FIXTURE, devices, indirect=True)

    @pytest.fixture
    def device(self, request: pytest.FixtureRequest) -> Device:
        """Each visible device in turn, or the one that the user names, to run work on; a case that does not call it fails."""
        request.node.user_properties.append((DEVICE_FIXTURE, request.param))
        return Device(request.param)

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        functions = {item: self._catalogue.function_of(item.nodeid) for item in items}
        versions = self._observation.install.versions()
        applicable = {item: each.form for item, each in functions.items() if each and each.form.era.covers(versions)}
        collected = Counter(form.statement for form in applicable.values())
        self._observe(replace(self._observation, collected=dict(collected)))
        wanted = {statement.id for statement in self._catalogue.matching(self._config.option.statement)}

        def is_selected(item: pytest.Item) -> bool:
            return functions[item] is None or (item in applicable and applicable[item].statement in wanted)

        self._config.hook.pytest_deselected(items=[item for item in items if not is_selected(item)])
        # What waits for a process of its own begins first, so that no worker is left waiting for it at the end.
        items[:] = sorted(filter(is_selected, items), key=lambda item: item.get_closest_marker("subprocess") is None)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self) -> None:
        """Tells how much memory the cases needed, before a worker sends its last message."""
        install = self._observation.install
        if install.accelerators:
            used = list(map(with_memory_used, install.accelerators))
            self._observe(replace(self._observation, install=replace(install, accelerators=used)))
