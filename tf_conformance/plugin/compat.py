"""Everything that the plugin uses although pytest, xdist and execnet do not document it.

tests/plugin/test_compat.py says for each of these whether it is still there.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any, TextIO

import pytest
from _pytest.junitxml import LogXML, xml_key
from _pytest.mark import deselect_by_keyword, deselect_by_mark

OBSERVATION = "tf_conformance_observation"  # the attribute of a report that has one
CRASHED = "???"  # the phase that xdist gives the report of a case in which a worker died


def is_worker(config: pytest.Config) -> bool:
    """Whether this process runs cases for the controller of a parallel run.

    xdist.is_xdist_worker asks a session, which does not exist when plugins are configured.
    """
    return hasattr(config, "workerinput")


def is_controller(config: pytest.Config) -> bool:
    """Whether this process only steers workers; xdist.is_xdist_controller asks a session, and not whether there are any."""
    option = config.option
    has_workers = getattr(option, "dist", "no") != "no" and bool(option.tx) and not option.collectonly
    return has_workers and not is_worker(config)


def worker_input(config: pytest.Config, key: str) -> Any:
    """What the controller has told this worker, or None."""
    return config.workerinput.get(key)  # type: ignore[attr-defined]


def worker_name(config: pytest.Config) -> str:
    """The name of this worker, such as gw0."""
    return str(config.workerinput["workerid"])  # type: ignore[attr-defined]


def set_worker_output(config: pytest.Config, key: str, value: Any) -> None:
    """Leaves plain data for the controller, which gets it when this worker has finished."""
    config.workeroutput[key] = value  # type: ignore[attr-defined]


def refuse_bad_expressions(config: pytest.Config) -> None:
    """Has pytest read the expressions of -k and -m, as it does when it has collected. Raises UsageError."""
    deselect_by_keyword([], config)
    deselect_by_mark([], config)


def refuse_options_twice(parser: pytest.Parser) -> None:
    """Has pytest before 9 refuse an option that another plugin has when it is added, as 9 does, and not when it reads all."""
    process: Any = parser._processopt

    def process_new(option: Any) -> None:
        groups = [*parser._groups, parser._anonymous]
        known = {name for group in groups for each in group.options for name in each.names()}
        if known.intersection(option.names()):
            raise ValueError(f"option names {known.intersection(option.names())} already added")
        process(option)

    if pytest.version_tuple < (9,):
        parser._processopt = process_new


def forget_warnings(config: pytest.Config, arguments: list[str]) -> None:
    """Has pytest do without the options -W that are among these arguments; it has read them with all others."""
    given = config._parser.parse_known_args(arguments).pythonwarnings or []
    for options in (config.option, config.known_args_namespace):
        options.pythonwarnings = [each for each in options.pythonwarnings or [] if each not in given]


def pass_over_older_settings(config: pytest.Config) -> None:
    """Keeps the header from warning that pytest.toml is read and pyproject.toml, which says the same to older pytests, is not."""
    if hasattr(config, "_ignored_config_files"):  # from pytest 9 on
        config._ignored_config_files = ()


def temporary_folder(config: pytest.Config) -> Path:
    """pytest's temporary folder, before any fixture can be asked for it. Raises OSError if there is none."""
    return Path(config._tmp_path_factory.getbasetemp())  # type: ignore[attr-defined]


def junit_file(config: pytest.Config) -> Path | None:
    """The JUnit file that pytest is going to write, with ~ and variables in its name replaced; None if there is none."""
    junit = _junit(config)
    return Path(junit.logfile) if junit is not None else None


def outlive_reader(config: pytest.Config) -> None:
    """Lets the run go on if what reads its output, such as head, stops reading."""
    if config.pluginmanager.has_plugin("terminalreporter"):
        writer = config.get_terminal_writer()
        writer._file = _Unread(writer._file)  # type: ignore[assignment]


class _Unread:
    """A stream without whose reader nothing is lost but the text."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        try:
            return self._stream.write(text)
        except BrokenPipeError:
            self._discard()
            return len(text)

    def flush(self) -> None:
        try:
            self._stream.flush()
        except BrokenPipeError:
            self._discard()

    def _discard(self) -> None:
        """Sends what is still to be written, and all that follows, nowhere."""
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, self._stream.fileno())
        os.close(nowhere)
        self._stream.flush()


def worker_output(node: Any, key: str) -> Any:
    """What a worker has left when it finished, or None."""
    return getattr(node, "workeroutput", {}).get(key)


def process_of(node: Any) -> subprocess.Popen[bytes] | None:
    """The process of a worker, which execnet keeps to itself; without it a message lacks only the signal."""
    process: subprocess.Popen[bytes] | None = getattr(getattr(node.gateway, "_io", None), "popen", None)
    return process


def was_interrupted(node: Any) -> bool:
    """Whether a worker ended because the user interrupted it; xdist reports the case that it ran as crashed."""
    return bool(getattr(node, "workeroutput", {}).get("exitstatus") == pytest.ExitCode.INTERRUPTED)


def attach(report: pytest.TestReport, observation: dict[str, Any]) -> None:
    """Sends an observation with a report: xdist carries all attributes that are plain data."""
    setattr(report, OBSERVATION, observation)


def attached(report: pytest.TestReport) -> dict[str, Any] | None:
    """The observation that came with a report."""
    observation: dict[str, Any] | None = getattr(report, OBSERVATION, None)
    return observation


def is_crash(report: pytest.TestReport) -> bool:
    """Whether the report is about a case in which a worker died."""
    return report.when == CRASHED


def stop_workers(config: pytest.Config, reason: str) -> None:
    """Ends a parallel run after the report at hand, as xdist does for --maxfail; it does not ask the session.

    What a worker that is replaced now would be given, it would run to the end.
    """
    controller = config.pluginmanager.get_plugin("dsession")
    if controller is not None:
        controller.shouldstop = reason
        controller._max_worker_restart = 0


def add_case_property(config: pytest.Config, report: pytest.TestReport, name: str, value: str) -> None:
    """Adds a property to the case of a report in the JUnit file, if one is asked for; before pytest completes the case."""
    junit = _junit(config)
    if junit is not None:
        junit.node_reporter(report).add_property(name, value)


def add_suite_property(config: pytest.Config, name: str, value: str) -> None:
    """Adds a property to the suite in the JUnit file, if one is asked for."""
    junit = _junit(config)
    if junit is not None:
        junit.add_global_property(name, value)


def _junit(config: pytest.Config) -> LogXML | None:
    return config.stash.get(xml_key, None)
