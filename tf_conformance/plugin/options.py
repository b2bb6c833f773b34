"""The options of the plugin: what they are called, and how values that make no sense are refused, each in one line."""

from __future__ import annotations

import contextlib
import os
import re
import shlex
import tempfile
import threading
from pathlib import Path
from typing import Any, Callable, Iterator, NamedTuple

import pytest

from tf_conformance.install.environment import Environment
from tf_conformance.install.install import describe
from tf_conformance.records.answer import Tell
from tf_conformance.records.deviations_file import DeviationsError, KnownDeviations, read_deviations
from tf_conformance.records.wording import did_you_mean
from tf_conformance.statements.catalogue import Catalogue
from tf_conformance.statements.era import parse_requirement


class _Value(NamedTuple):
    """What an option takes, and nothing else."""

    what: str
    convert: Callable[[str], Any]
    makes_sense: Callable[[Any], object]

    def of(self, option: str) -> Callable[[str], Any]:
        """The type of this option. Ends pytest with one line, where argparse would print the usage, too."""

        def value(text: str) -> Any:
            with contextlib.suppress(ValueError):
                converted = self.convert(text)
                if self.makes_sense(converted):
                    return converted
            raise pytest.UsageError(f"{option}: '{text}' is not {self.what}")

        return value


LIMIT = _Value("a number of seconds above 0", float, lambda seconds: 0 < seconds <= threading.TIMEOUT_MAX)
COUNT = _Value("a whole number above 0", int, lambda count: count > 0)
DEVICE = _Value("a device, such as GPU:0, or a kind of them", str.upper, re.compile(r"[A-Z]\w*(:\d+)?").fullmatch)


def add_options(add: Callable[..., Any]) -> None:
    """Adds all of them by what adds one, of pytest's or of argparse's."""
    _add_selection_and_answer(add)
    _add_surroundings(add)
    _add_demands(add)


def _add_selection_and_answer(add: Callable[..., Any]) -> None:
    add("--record", metavar="FILE", type=Path, help="write the verdicts to FILE as JSON")
    add("--statement", metavar="GLOB", action="append", help="check only statements whose id matches (repeatable)")
    add("--list-statements", action="store_true", help="print every statement with its forms, and stop")
    add(
        "--tell",
        choices=[str(tell) for tell in Tell],
        default=str(Tell.VERDICT),
        help="how much to print at the end: the verdict (default), also changes since the notes, or all statements",
    )


def _add_surroundings(add: Callable[..., Any]) -> None:
    add("--allow-downloads", action="store_true", help="let cases download what they need, such as ImageNet weights")
    add("--logical-cpus", metavar="N", type=COUNT.of("--logical-cpus"), help="make TensorFlow see the CPU as N devices")
    limits = {
        "--time-limit": ("end a case that takes longer", 120.0),
        "--import-limit": ("give up on TensorFlow's import after this time", 300.0),
    }
    for name, (what, seconds) in limits.items():
        says = f"{what} (default: {seconds:g}); needs workers, which -n 0 turns off"
        add(name, metavar="SECONDS", type=LIMIT.of(name), default=seconds, help=says)


def _add_demands(add: Callable[..., Any]) -> None:
    add(
        "--require-version",
        metavar="REQUIREMENT",
        help="stop unless the install has this version: 'tensorflow==2.21.*'",
    )
    add(
        "--require-device",
        metavar="KIND",
        type=DEVICE.of("--require-device"),
        help="stop, and say why, unless TensorFlow uses such a device: gpu",
    )
    add(
        "--device",
        metavar="DEVICE",
        type=DEVICE.of("--device"),
        help="run numeric cases on this device only (default: on each), or train the benchmarks there: GPU:0",
    )
    add(
        "--deviations",
        metavar="FILE",
        type=Path,
        help="TOML file of statements that are known to be violated, with the reasons",
    )
    add(
        "--verify-files",
        action="store_true",
        help="compare the content of installed files with what was recorded, not only the size",
    )


def refuse_bad_options(config: pytest.Config, catalogue: Catalogue) -> None:
    """Ends pytest with one line if the record cannot be written, or a pattern or a requirement means nothing."""
    record = config.option.record
    if record and not _can_be_written(record):
        raise pytest.UsageError(f"--record: cannot write {record}: name a file in a folder that you may write to")
    for glob in config.option.statement or []:
        if not catalogue.matching([glob]):
            hint = did_you_mean(glob, (statement.id for statement in catalogue)) or " (see --list-statements)"
            raise pytest.UsageError(f"--statement: no statement matches '{glob}'{hint}")
    if config.option.require_version:
        try:
            parse_requirement(config.option.require_version)
        except ValueError as error:
            raise pytest.UsageError(f"--require-version: {error}") from None


def _can_be_written(path: Path) -> bool:
    """Whether a file can be put in this place, where there is none yet, or one that is no device such as /dev/null."""
    folder = path.absolute().parent
    try:
        tempfile.TemporaryFile(dir=str(folder)).close()  # os.access would not tell: it asks for the real user
    except (PermissionError, FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        pass  # a full disk may have space when the record is written
    return path.is_file() or not path.exists()


class Start:
    """The hook of a process that a user has started; it refuses, in one line, the values that plugins refuse with an internal error.

    pytest-xdist, for one, reads the value of --max-worker-restart only when the run starts.
    """

    HOOKS = ("pytest_configure", "pytest_sessionstart")

    def __init__(self, config: pytest.Config) -> None:
        self._config = config

    @pytest.hookimpl(tryfirst=True)
    def pytest_internalerror(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Ends pytest if the error was raised before any case was collected, and quotes the value of an option."""
        quoted = re.findall(r"['\"]([^'\"]+)['\"]", str(excinfo.value))
        if any(entry.name in self.HOOKS for entry in excinfo.traceback):
            for option, value in self._values():
                if any(_ends_with(each, value) or _ends_with(value, each) for each in quoted):
                    pytest.exit(f"{option} {value}: {excinfo.value}", returncode=pytest.ExitCode.USAGE_ERROR)

    def _values(self) -> Iterator[tuple[str, str]]:
        """The long options with their values, or what follows those that take none."""
        given = [*shlex.split(os.environ.get("PYTEST_ADDOPTS", "")), *map(str, self._config.invocation_params.args)]
        for argument, following in zip(given, [*given[1:], ""]):
            option, _, value = argument.partition("=")
            value = value or following
            if option.startswith("--") and value and not value.startswith("-"):
                yield option, value


def _ends_with(text: str, end: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(end)}$", text) is not None


def known_deviations(config: pytest.Config, catalogue: Catalogue, environment: Environment) -> KnownDeviations:
    """The deviations that the user knows of. Ends pytest with one line if their file cannot be read."""
    if config.option.deviations is None:
        return KnownDeviations()
    try:
        return read_deviations(config.option.deviations, catalogue, describe(environment).versions())
    except DeviationsError as error:
        raise pytest.UsageError(f"--deviations: {error}") from None


def wants_traceback(config: pytest.Config) -> bool:
    """Whether the user asks for everything that Python prints."""
    return bool(config.option.verbose > 0 or config.option.fulltrace)
