"""The pytest plugin: its options, and the parts that it registers, according to the role of the process.

A process that checks cases gets :class:`Checking` and :class:`Explaining`, one that judges gets :class:`Judging`; a single
process is both. The controller of a parallel run judges and has :class:`Workers`; each worker checks and is a
:class:`Worker`.
"""

from __future__ import annotations

import getpass
import os
import pickle
import sys
from dataclasses import replace
from typing import Any, Generator, NamedTuple, NoReturn

import pytest

from tf_conformance.diagnosis.loading import Diagnosis
from tf_conformance.install.checks import find_problems
from tf_conformance.install.environment import Environment
from tf_conformance.install.limits import FEWEST_FILES, Limits
from tf_conformance.install.problem import Problem
from tf_conformance.plugin import compat, hooks
from tf_conformance.plugin.checking import Checking
from tf_conformance.plugin.explaining import Explaining
from tf_conformance.plugin.gate import is_about_specification, read_catalogue, refuse_missing_files
from tf_conformance.plugin.judging import Judging
from tf_conformance.plugin.junit import JUnit
from tf_conformance.plugin.messages import Briefing
from tf_conformance.plugin.options import Start, add_options, known_deviations, refuse_bad_options
from tf_conformance.plugin.output import Output
from tf_conformance.plugin.worker import Worker
from tf_conformance.plugin.workers import BRIEFING, Workers, choose_worker_count
from tf_conformance.records.deviations_file import KnownDeviations
from tf_conformance.statements.catalogue import Catalogue
from tf_conformance.statements.listing import listing
from tf_conformance.unusable import UNUSABLE, explained


class Preflight(NamedTuple):
    """What is known before any process is started that might import TensorFlow."""

    catalogue: Catalogue
    environment: Environment
    known: KnownDeviations
    problems: tuple[Problem, ...]


PREFLIGHT = pytest.StashKey[Preflight]()


def pytest_addoption(parser: pytest.Parser) -> None:
    add_options(parser.getgroup("tf-conformance").addoption)


def pytest_addhooks(pluginmanager: pytest.PytestPluginManager) -> None:
    pluginmanager.add_hookspecs(hooks)


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> int | None:
    if config.option.list_statements:
        catalogue = read_catalogue(config)
        refuse_bad_options(config, catalogue)
        for line in listing(catalogue.matching(config.option.statement)):
            print(line)
        return 0
    return None


@pytest.hookimpl(wrapper=True, specname="pytest_cmdline_main")
def pytest_cmdline_main_before_workers(config: pytest.Config) -> Generator[None, object, object]:
    """Wraps the others, as xdist decides on its workers in one of them, whichever of the two plugins was loaded first."""
    if _is_needed(config) and not compat.is_worker(config):
        config.pluginmanager.register(Start(config), "tf-conformance-start")
        _name_user()
        limits = Limits.measure()
        if limits.files is not None and limits.files < FEWEST_FILES:
            raise pytest.UsageError("; ".join(str(shortage.as_problem()) for shortage in limits.shortages()))
        with explained():
            preflight = config.stash[PREFLIGHT] = _preflight(config, limits)
        is_hopeless = Diagnosis(preflight.environment, preflight.problems).foretold() is not None
        choose_worker_count(config, limits, is_hopeless)
    return (yield)


def _preflight(config: pytest.Config, limits: Limits) -> Preflight:
    catalogue = read_catalogue(config)
    environment = Environment.gather(limits, config.option.verify_files)
    known = known_deviations(config, catalogue, environment)
    environment = replace(environment, known_files=known.files)
    return Preflight(catalogue, environment, known, tuple(find_problems(environment)))


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "smoke: the core of the specification, checked in about the time of an import")
    config.addinivalue_line("markers", "subprocess: the case waits for a separate process, and therefore starts first")
    if _is_needed(config):
        compat.pass_over_older_settings(config)
        with explained(_leave):
            parts = _parts(config)
        for name, part in parts.items():
            config.pluginmanager.register(part, f"tf-conformance-{name}")


def _parts(config: pytest.Config) -> dict[str, Any]:
    """The parts of the plugin for this process; pytest calls the hooks of the last one first."""
    if compat.is_worker(config):
        briefing: Briefing = pickle.loads(compat.worker_input(config, BRIEFING))
        sys.path[:] = briefing.path  # xdist's is that of the moment at which the controller imported it
        environment = Environment.gather(briefing.limits, config.option.verify_files)
        return {**_checking(config, environment, briefing), "worker": Worker(config, briefing)}
    catalogue, environment, known, problems = config.stash[PREFLIGHT]
    judging = Judging(config, catalogue, environment, problems, known)
    judges = {"judging": judging, "junit": JUnit(config, judging.run), "output": Output(config)}
    briefing = Briefing(catalogue, environment.limits, problems=problems)
    if compat.is_controller(config):
        return {"workers": Workers(config, environment, briefing), **judges}
    return {**_checking(config, environment, briefing), **judges}


def _checking(config: pytest.Config, environment: Environment, briefing: Briefing) -> dict[str, Any]:
    return {
        "checking": Checking(config, environment, briefing),
        "explaining": Explaining(config, briefing.catalogue, environment),
    }


@pytest.hookimpl(trylast=True, specname="pytest_configure")
def pytest_configure_temporary_folder(config: pytest.Config) -> None:
    """Says in one line what pytest would otherwise say in a traceback, when the first case asks for the folder."""
    if _is_needed(config):
        try:
            compat.temporary_folder(config)
        except OSError as error:
            reason = " ".join(str(error).split())
            raise pytest.UsageError(f"no temporary folder: {reason} (name another one with TMPDIR)") from None


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Refuses what pytest would refuse after TensorFlow's import, and with workers in each of them, where xdist passes over it."""
    refuse_missing_files(session.config)
    compat.refuse_bad_expressions(session.config)


def _is_needed(config: pytest.Config) -> bool:
    """Whether this run judges an install, rather than printing something or running other tests."""
    return is_about_specification(config) and not (config.option.list_statements or config.option.help)


def _leave(text: str) -> NoReturn:
    pytest.exit(text, returncode=UNUSABLE)


def _name_user() -> None:
    """pytest names its temporary folder after the user; Python 3.13 refuses to name one whom the system does not know."""
    try:
        getpass.getuser()
    except (ImportError, KeyError, OSError):
        os.environ["LOGNAME"] = f"user-{os.getuid()}"
