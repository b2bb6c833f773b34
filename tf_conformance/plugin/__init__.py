"""The pytest plugin: its options, and the parts that it registers."""

from __future__ import annotations

from pathlib import Path

import pytest

from tf_conformance.install.limits import FEWEST_FILES, file_shortage
from tf_conformance.plugin.conformance import Conformance, read_catalogue
from tf_conformance.plugin.workers import ask_for_workers
from tf_conformance.statements.listing import listing


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("tf-conformance")
    group.addoption("--record", metavar="FILE", type=Path, help="write the verdicts to FILE as JSON")
    group.addoption(
        "--statement", metavar="GLOB", action="append", help="check only statements whose id matches (repeatable)"
    )
    group.addoption("--list-statements", action="store_true", help="print every statement with its forms, and stop")
    group.addoption(
        "--allow-downloads", action="store_true", help="let cases fetch what they need, such as ImageNet weights"
    )
    group.addoption("--logical-cpus", metavar="N", type=int, help="have TensorFlow see the CPU as N devices")
    group.addoption(
        "--time-limit",
        metavar="SECONDS",
        type=float,
        default=120.0,
        help="end a case that takes longer (default: 120); needs workers, which -n 0 turns off",
    )
    group.addoption(
        "--import-limit",
        metavar="SECONDS",
        type=float,
        default=300.0,
        help="give up on TensorFlow's import after this time (default: 300); needs workers",
    )
    group.addoption(
        "--require-version",
        metavar="REQUIREMENT",
        help="stop unless the install is of this version: 'tensorflow==2.21.*'",
    )
    group.addoption(
        "--require-device", metavar="KIND", help="stop, and say why, unless TensorFlow uses such a device: gpu"
    )
    group.addoption(
        "--deviations",
        metavar="FILE",
        type=Path,
        help="TOML of statements that are known to be violated, with the reasons",
    )
    group.addoption(
        "--verify-files",
        action="store_true",
        help="compare the content of installed files with what was recorded, not only the size",
    )


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> int | None:
    if config.option.list_statements:
        for line in listing(read_catalogue(config).matching(config.option.statement)):
            print(line)
        return 0
    if Conformance.judges(config) and not hasattr(config, "workerinput"):
        too_few_files = file_shortage(FEWEST_FILES)
        if too_few_files:
            raise pytest.UsageError(f"{too_few_files.evidence}: {too_few_files.advice}")
        ask_for_workers(config)
    return None


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "smoke: the core of the specification, checked in about the time of an import")
    if config.option.list_statements or config.option.help:
        return
    conformance = Conformance(config)
    config.pluginmanager.register(conformance, "tf-conformance")
    if conformance.controller is not None:
        config.pluginmanager.register(conformance.controller)


@pytest.hookimpl(trylast=True, specname="pytest_configure")
def pytest_configure_temporary_folder(config: pytest.Config) -> None:
    """Says in one line what pytest would otherwise say in a traceback, when the first case asks for the folder."""
    if not Conformance.judges(config) or config.option.list_statements or config.option.help:
        return
    try:
        config._tmp_path_factory.getbasetemp()  # type: ignore[attr-defined]
    except OSError as error:
        reason = " ".join(str(error).split())
        raise pytest.UsageError(f"no temporary folder: {reason} (name another one with TMPDIR)") from None
