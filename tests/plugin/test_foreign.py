"""Plugins of pytest that others have installed, or named in variables, and that cannot be loaded."""

from __future__ import annotations

import os

import pytest

from tests import ROOT


@pytest.fixture(scope="session")
def imported_tensorflow():
    """None: each run is a process of its own, and its TensorFlow a pretended one."""


@pytest.fixture
def project(project, monkeypatch):
    """A project in which pytest loads what others have installed, but first the kit's plugin, as in the kit's own settings."""
    monkeypatch.delenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD")
    project.pretend_tensorflow()
    project.write("tox.ini", "[pytest]\ntestpaths = spec\naddopts = -p tf_conformance.foreign\n")
    return project


def left_out(name):
    """What the header says of such a plugin."""
    return f"left out: {name}, a pytest plugin from pytest-{name} 1.0, cannot be loaded"


def run(project, *arguments, workers=0):
    """A run without a traceback."""
    ran = project.run_apart(*arguments, workers=workers)
    assert "Traceback" not in ran.text
    assert "INTERNALERROR" not in ran.text
    return ran


CANNOT_BE_LOADED = {
    "import no_such_module": "ModuleNotFoundError: No module named 'no_such_module'",
    "from _pytest import no_such_name": "ImportError: cannot import name 'no_such_name' from '_pytest' *",
    "import pytest; pytest.no_such_name": "AttributeError: module *pytest* has no attribute *no_such_name*",
    "this is no Python": "SyntaxError: invalid syntax *",
    "raise RuntimeError('no license')": "RuntimeError: no license",
    "import sys; sys.exit('no license')": "SystemExit: no license",
    "def pytest_runtest_setup(nodeid): pass": "PluginValidationError: *nodeid*",
    "def pytest_addoption(parser): parser.no_such_name": "AttributeError: * has no attribute 'no_such_name'*",
    "pytest_plugins = ['no_such_plugin']": "*No module named 'no_such_plugin'",
}


def test_plugins_that_cannot_be_loaded(project):
    """They are left out, whatever they raise; each is named with its distribution, the error and what to do; all is judged."""
    for number, code in enumerate(CANNOT_BE_LOADED):
        project.install_plugin(code, f"bad{number}")
    ran = run(project)
    assert ran.status == 0
    assert ran.verdicts == project.ALL_WELL
    for number, error in enumerate(CANNOT_BE_LOADED.values()):
        name = f"bad{number}"
        ran.prints(
            f"{left_out(name)} ({error})",
            f"  do 1  * pytest-{name}",
            f"  do 2      if that does not help: * pytest-{name}",
        )


def test_with_workers(project):
    """Each worker leaves it out, and it is told once."""
    project.install_plugin("import no_such_module")
    ran = run(project, workers=1)
    assert ran.status == 0
    assert ran.text.count(left_out("bad")) == 1


@pytest.mark.parametrize("arguments", [(), ("-p", "xdist")], ids=["by itself", "named"])
def test_number_of_workers(project, arguments):
    """Nobody has to ask for workers, whether pytest loads xdist after the kit or before it."""
    project.run_apart(*arguments, workers=None).prints("*/2 workers")


def test_module_of_another_python(project, monkeypatch):
    """If a folder on PYTHONPATH is to blame, that is to be changed, not the plugin."""
    site = project.path / "lib" / "python3.6" / "site-packages"
    project.install_plugin("import native")
    project.write("lib/python3.6/site-packages/native.py", "import no_such_module\n")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([os.environ["PYTHONPATH"], str(site)]))
    run(project).prints(f"{left_out('bad')} *", f"  do        remove {site} from PYTHONPATH")


def test_options_of_the_kit(project):
    """The kit and its own plugins are loaded first: who wants their options is left out."""
    wanted = ("hypothesis-profile", "numprocesses", "device", "record", "statement")
    for name in wanted:
        project.install_plugin(f"def pytest_addoption(parser): parser.addoption('--{name}')", name)
    ran = run(project)
    assert ran.status == 0
    for name in wanted:
        ran.prints(f"{left_out(name)} (*")


def test_option_that_two_plugins_have(project):
    """The second one is left out."""
    for name in ("bad", "also"):
        project.install_plugin("def pytest_addoption(parser): parser.addoption('--mine')", name)
    ran = run(project)
    assert ran.status == 0
    ran.prints("left out: *cannot be loaded (*--mine*)")


def test_plugin_that_the_kit_needs(project):
    """Without its own plugins the kit does not begin: one message, a record, and what to install."""
    project.install_plugin("raise RuntimeError('too old')", entry_point="hypothesispytest")
    ran = run(project)
    assert ran.status == 10
    assert ran.record["obstacle"]["evidence"] == "RuntimeError: too old"
    assert ran.record["obstacle"]["advice"][0].endswith(f"-r {ROOT / 'requirements.txt'}")


@pytest.mark.parametrize("code", ["raise ImportError('no settings')", "load_plugins.no_such_name"])
def test_plugin_that_fails_before_the_kit_begins(project, code):
    """One that fails in the first of all hooks is named in a message and a record, and how to do without it."""
    project.install_plugin(f"def pytest_load_initial_conftests():\n    load_plugins = 0\n    {code}")
    ran = run(project)
    assert ran.status == 10
    obstacle = ran.record["obstacle"]
    assert obstacle["cause"] == "bad, a pytest plugin from pytest-bad 1.0, fails"
    assert obstacle["advice"][0] == "leave it out: pytest -p no:bad"


@pytest.mark.parametrize(
    ("variable", "value"),
    [("PYTEST_PLUGINS", "no_such_plugin"), ("PYTEST_PLUGINS", "pytester,no_such_plugin"),
     ("PYTEST_ADDOPTS", "-p no_such_plugin"), ("PYTEST_ADDOPTS", "-v -pno_such_plugin")],
)  # fmt: skip
def test_plugin_that_a_variable_names(project, monkeypatch, variable, value):
    """It is left out, too: the variable was set for something else."""
    monkeypatch.setenv(variable, value)
    ran = run(project)
    assert ran.status == 0
    ran.prints(
        f"left out: no_such_plugin, a pytest plugin that {variable} names, cannot be loaded (*)",
        f"  do        take no_such_plugin out of {variable}",
    )


def test_plugin_that_the_user_names(project):
    """Who names a plugin on the command line is told that there is none."""
    ran = run(project, "-p", "no_such_plugin")
    assert ran.status == pytest.ExitCode.USAGE_ERROR
    assert "no_such_plugin" in ran.text


@pytest.mark.parametrize("workers", [0, 1])
def test_warnings_of_another_project(project, monkeypatch, workers):
    """That warnings are errors in another project is none of the kit's business; who says so in the command is heard."""
    monkeypatch.setenv("PYTEST_ADDOPTS", "-W error")
    project.add("\nimport warnings\nwarnings.warn('it is old', DeprecationWarning)\n")
    assert run(project, workers=workers).verdicts == project.ALL_WELL
    assert run(project, "-W", "error::DeprecationWarning", workers=workers).status != 0


def test_options_of_a_variable(project, monkeypatch):
    """Options that only an absent plugin would know are told with the variable that gives them."""
    monkeypatch.setenv("PYTEST_ADDOPTS", "-q --cov=src")
    ran = run(project)
    assert ran.status == 10
    obstacle = ran.record["obstacle"]
    assert (obstacle["evidence"], obstacle["advice"]) == ("--cov=src", ["unset PYTEST_ADDOPTS"])
