"""Everything that pytest, xdist and execnet do not document, and that the plugin uses, is still there.

A small parallel run, one of whose cases ends its worker, notes what it finds.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from types import SimpleNamespace

import pytest

from tests import ROOT
from tf_conformance.plugin import compat

HOOKS = """
import json, os
import pytest
from tf_conformance.plugin import compat

PROCESS = os.environ.get("PYTEST_XDIST_WORKER", "controller")


def note(fact, value):
    with open("facts", "a") as facts:
        facts.write(json.dumps([PROCESS, fact, value]) + "\\n")


@pytest.hookimpl(trylast=True)
def pytest_configure(config):
    note("is_worker", compat.is_worker(config))
    note("is_controller", compat.is_controller(config))
    note("temporary_folder", compat.temporary_folder(config).is_dir())
    if PROCESS != "controller":
        note("worker_name", compat.worker_name(config))
        note("worker_input", [compat.worker_input(config, key) for key in ("told", "untold")])


def pytest_configure_node(node):
    node.workerinput["told"] = {"something": [1]}


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport():
    compat.attach((yield).get_result(), {"seen": [2]})


def pytest_sessionfinish(session):
    if PROCESS != "controller":
        compat.set_worker_output(session.config, "told", {"something": [3]})


def pytest_runtest_logreport(report):
    if PROCESS == "controller":
        case = report.nodeid.partition("::")[2]
        note(f"attached {case}", compat.attached(report))
        note(f"is_crash {case}", compat.is_crash(report))


def pytest_handlecrashitem(report):
    note("crashed", [report.node.gateway.id, compat.process_of(report.node).wait()])


def pytest_testnodedown(node):
    note(f"output of {node.gateway.id}", compat.worker_output(node, "told"))
    note(f"status of {node.gateway.id}", getattr(node, "workeroutput", {}).get("exitstatus"))
    note(f"was_interrupted {node.gateway.id}", compat.was_interrupted(node))
"""
CASES = """
import os

def test_ends_well():
    pass

def test_ends_its_worker():
    os._exit(7)
"""


@pytest.fixture(scope="module")
def facts(tmp_path_factory):
    """What the processes of a parallel run found, by process and by what they looked for."""
    folder = tmp_path_factory.mktemp("run")
    for name, text in (("conftest.py", HOOKS), ("test_cases.py", CASES), ("pytest.ini", "[pytest]")):
        (folder / name).write_text(text, encoding="utf-8")
    outer = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-n", "1", "--max-worker-restart", "1"],
        cwd=str(folder),
        env={**outer, "PYTHONPATH": str(ROOT)},
        check=False,
    )
    lines = (folder / "facts").read_text(encoding="utf-8").splitlines()
    return {(process, fact): value for process, fact, value in map(json.loads, lines)}


@pytest.fixture
def single(pytester):
    """The configuration of a run in a single process."""
    return pytester.parseconfigure


def test_is_worker(facts, single):
    """Only a process that runs cases for a controller is a worker."""
    assert facts["gw0", "is_worker"]
    assert not facts["controller", "is_worker"]
    assert not compat.is_worker(single())


def test_is_controller(facts, single):
    """Only a process that steers workers is a controller."""
    assert facts["controller", "is_controller"]
    assert not facts["gw0", "is_controller"]
    assert not compat.is_controller(single())
    assert not compat.is_controller(single("--dist", "load"))  # without workers, which -n would give it


def test_worker_name(facts):
    """A worker knows its name."""
    assert facts["gw0", "worker_name"] == "gw0"


def test_worker_input(facts):
    """A worker is told what the controller leaves for it when it is configured, and nothing else."""
    assert facts["gw0", "worker_input"] == [{"something": [1]}, None]


def test_set_worker_output(facts):
    """What a worker leaves for the controller arrives when it has finished."""
    assert facts["controller", "output of gw1"] == {"something": [3]}


def test_worker_output(facts):
    """A worker that died leaves nothing."""
    assert facts["controller", "output of gw0"] is None


def test_was_interrupted(facts):
    """A worker that has finished tells with which status; only that of an interruption means one."""
    assert facts["controller", "status of gw1"] == pytest.ExitCode.OK
    assert not facts["controller", "was_interrupted gw1"]
    assert not facts["controller", "was_interrupted gw0"]
    assert compat.was_interrupted(SimpleNamespace(workeroutput={"exitstatus": pytest.ExitCode.INTERRUPTED}))


def test_attach(facts):
    """What is attached to a report arrives with it."""
    assert facts["controller", "attached test_ends_well"] == {"seen": [2]}


def test_attached(facts):
    """A report that nothing was attached to has nothing."""
    assert facts["controller", "attached test_ends_its_worker"] is None


def test_is_crash(facts):
    """Only the report of a case in which a worker died is that of a crash."""
    assert facts["controller", "is_crash test_ends_its_worker"]
    assert not facts["controller", "is_crash test_ends_well"]


def test_process_of(facts):
    """The report of a crash leads to the worker and its process, which knows how it ended."""
    assert facts["controller", "crashed"] == ["gw0", 7]


def test_temporary_folder(facts, single, tmp_path):
    """pytest's temporary folder is there before any fixture asks for it; if it cannot be made, that is an OSError."""
    assert facts["controller", "temporary_folder"]
    assert facts["gw0", "temporary_folder"]
    assert compat.temporary_folder(single()).is_dir()
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match="file"):
        compat.temporary_folder(single("--basetemp", str(tmp_path / "file" / "folder")))


@pytest.mark.parametrize("arguments", [("-k", "one two"), ("-m", "one and"), ("-k", "(one")], ids=" ".join)
def test_refuse_bad_expressions(single, arguments):
    """An expression that pytest cannot read is refused without any case."""
    with pytest.raises(pytest.UsageError, match=f"expression passed to '{arguments[0]}'"):
        compat.refuse_bad_expressions(single(*arguments))
    compat.refuse_bad_expressions(single("-k", "one and not two", "-m", "smoke or slow"))


OPTION_TWICE = """
import pytest
from tf_conformance.plugin import compat

def pytest_addoption(parser):
    compat.refuse_options_twice(parser)
    parser.addoption("--mine")
    for add in (parser.addoption, parser.getgroup("others").addoption):
        with pytest.raises(ValueError, match="--mine"):
            add("--mine")
    parser.addoption("--yours")
"""


def test_refuse_options_twice(pytester, single):
    """An option that there is already cannot be added to the same group or another one; any other can."""
    pytester.makeconftest(OPTION_TWICE)
    assert single("--yours", "1").option.yours == "1"


def test_forget_warnings(single):
    """Of the options -W, pytest does without those that are given."""
    config = single("-W", "error", "-W", "ignore::UserWarning")
    compat.forget_warnings(config, ["-q", "-W", "error"])
    # Older versions read the options twice.
    assert set(config.option.pythonwarnings) == {"ignore::UserWarning"}
    assert set(config.known_args_namespace.pythonwarnings) == {"ignore::UserWarning"}


def test_pass_over_older_settings(pytester):
    """The header names the settings that are read, without a warning of those for older versions of pytest."""
    pytester.makefile(".toml", pytest="[pytest]", pyproject="[tool.pytest.ini_options]")
    config = pytester.parseconfigure()
    compat.pass_over_older_settings(config)
    header = config.pluginmanager.getplugin("terminalreporter").pytest_report_header(config)
    assert not any("ignoring" in line for line in header)
