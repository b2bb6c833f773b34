"""The start of a run: what is judged, whether it can be, and what the user requires of it."""

from __future__ import annotations

import sys
import traceback
from dataclasses import replace
from pathlib import Path
from typing import Callable

import pytest

from tf_conformance.diagnosis.loading import CANNOT_START, explain_error, explain_unfitness, import_tensorflow
from tf_conformance.diagnosis.obstacle import Obstacle
from tf_conformance.install.install import Install, describe, observe
from tf_conformance.plugin.demands import missing_device, parse_requirement, unmet_version
from tf_conformance.plugin.stderr import withheld_stderr
from tf_conformance.plugin.workers import Worker
from tf_conformance.records.deviations import Deviation, DeviationsError, read_deviations
from tf_conformance.records.run import Run
from tf_conformance.statements.catalogue import Catalogue
from tf_conformance.statements.device import split_cpu

# Exit statuses beside pytest's own.
UNUSABLE, REQUIREMENT_UNMET = 10, 11


def start_run(config: pytest.Config, catalogue: Catalogue, worker: Worker | None, imports: bool) -> Run:
    """The run that is about to begin. ``imports``: this process checks cases, and so imports TensorFlow.

    Ends the session where the options cannot be used, or where TensorFlow is not of the required version.
    """
    install = describe()
    obstacle = explain_unfitness(install)
    if obstacle is None:
        _check_version(config.option.require_version, install)
    deviations = _deviations(config.option.deviations, catalogue, install)
    if imports and obstacle is None:
        install, obstacle = _started(config, install, worker)
    return Run(catalogue, install, narrowed=_narrowed(config, catalogue), obstacle=obstacle, deviations=deviations)


def _check_version(text: str | None, install: Install) -> None:
    if text is None:
        return
    try:
        unmet = unmet_version(parse_requirement(text), install)
    except ValueError as error:
        raise pytest.UsageError(f"--require-version: {error}") from None
    if unmet:
        pytest.exit(unmet, returncode=REQUIREMENT_UNMET)


def _deviations(path: Path | None, catalogue: Catalogue, install: Install) -> dict[str, Deviation]:
    if path is None:
        return {}
    try:
        return read_deviations(path, catalogue, install.versions())
    except DeviationsError as error:
        raise pytest.UsageError(f"--deviations: {error}") from None


def _started(config: pytest.Config, install: Install, worker: Worker | None) -> tuple[Install, Obstacle | None]:
    """Begins to use TensorFlow, unless it is known that this process would not outlive it.

    What a worker writes to stderr meanwhile is part of the obstacle's trace, or else is written afterwards.
    """
    if worker is None:
        return _begun(config, install)
    if worker.obstacle:
        return install, worker.obstacle
    with worker.limited(worker.import_limit), withheld_stderr() as withheld:
        install, obstacle = _begun(config, install, worker.note_import)
    if obstacle is None:
        sys.stderr.write(withheld.text)
        return install, None
    return install, replace(obstacle, trace=withheld.text + obstacle.trace)


def _begun(
    config: pytest.Config, install: Install, note_import: Callable[[], None] = lambda: None
) -> tuple[Install, Obstacle | None]:
    """Imports TensorFlow, has it look for devices, and asks it what it sees."""
    obstacle = import_tensorflow()
    if obstacle:
        return install, obstacle
    note_import()
    try:
        if config.option.logical_cpus:
            split_cpu(config.option.logical_cpus)
        install = observe(install)
    except Exception as error:  # whatever a driver or a device may raise
        return install, replace(explain_error(error, CANNOT_START), trace=traceback.format_exc())
    required = config.option.require_device
    return install, missing_device(required, install) if required else None


def _narrowed(config: pytest.Config, catalogue: Catalogue) -> set[str]:
    """The statements of which pytest does not collect every case: single ones are named, or those that failed last."""
    if getattr(config.option, "lf", False):
        return {statement.id for statement in catalogue}
    named = [arg for arg in config.args if arg.endswith("]")]
    functions = {arg.partition("[")[0].rpartition("::")[2] for arg in named}
    return {check.form.statement for check in catalogue.functions() if check.name in functions}
