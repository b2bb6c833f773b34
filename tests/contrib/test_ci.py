"""What contrib/ and action.yml have for CI: the shell commands are run as the service runs them, the rest is checked by lint."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import sysconfig
from pathlib import Path
from xml.etree import ElementTree

import pytest
import yaml

from tests import ROOT
from tests.contrib.planted import NARROWED, STATEMENT, planted
from tests.pretended import tensorflow

CONTRIB = ROOT / "contrib"
GITHUB_BASH = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c"]
INPUT = re.compile(r"\$\{\{ (.+?) \}\}")


class Machine:
    """A machine of a CI service: a folder, and an environment in which a TensorFlow is, but not the kit."""

    def __init__(self, folder, environment):
        self.folder = folder
        self._variables = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "GITHUB_"))},
            "PATH": os.pathsep.join([str(environment / "bin"), os.environ["PATH"]]),
            **NARROWED,
            "PIP_NO_BUILD_ISOLATION": "0",  # what builds the kit is among the packages around
        }

    def plant_fault(self):
        """Has the statement be violated."""
        self._variables.update(planted(self.folder))

    def run(self, shell, script, **variables):
        """Runs a script in a shell."""
        return subprocess.run(
            [*shell, script],
            cwd=str(self.folder),
            env={**self._variables, **variables},
            capture_output=True,
            text=True,
            check=False,
        )

    def read(self, name):
        """A file that was written there."""
        return (self.folder / name).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    """An environment with a pretended TensorFlow that sees the packages of this one."""
    folder = tmp_path_factory.mktemp("environment")
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    site = next(folder.glob("lib/python3*/site-packages"))
    (site / "around.pth").write_text(sysconfig.get_paths()["purelib"], encoding="utf-8")
    tensorflow.install(site)
    return folder


@pytest.fixture
def machine(tmp_path, environment):
    """A machine."""
    return Machine(tmp_path, environment)


def read_yaml(path):
    """The content of a YAML file."""
    return yaml.safe_load(path.read_text(encoding="utf-8"))


class Action:
    """action.yml, whose steps are run one after the other; a step after a failed one runs if it says so."""

    def __init__(self, machine):
        self._machine = machine
        (machine.folder / "temporary").mkdir()
        self._files = {
            "RUNNER_TEMP": str(machine.folder / "temporary"),
            "GITHUB_OUTPUT": str(machine.folder / "output"),
            "GITHUB_STEP_SUMMARY": str(machine.folder / "summary"),
            "GITHUB_ACTIONS": "true",
        }
        self._contexts = {"inputs.python": "python", "inputs.options": "--tell all", "github.action_path": str(ROOT)}

    def run(self):
        """Runs all steps; returns whether all succeeded, and what they printed."""
        printed, succeeded = "", True
        for step in read_yaml(ROOT / "action.yml")["runs"]["steps"]:
            if succeeded or "always()" in step.get("if", ""):
                variables = {name: self._resolved(value) for name, value in step["env"].items()}
                done = self._machine.run(GITHUB_BASH, step["run"], **variables, **self._files)
                printed += done.stdout + done.stderr
                succeeded = succeeded and done.returncode == 0
                self._take_outputs(step.get("id"))
        return succeeded, printed

    def output(self, name):
        """The file that an output of the action names."""
        return Path(self._resolved(read_yaml(ROOT / "action.yml")["outputs"][name]["value"]))

    def _resolved(self, value):
        return INPUT.sub(lambda match: self._contexts[match[1]], value)

    def _take_outputs(self, step):
        if step:
            lines = self._machine.read("output").splitlines()
            self._contexts.update(
                (f"steps.{step}.outputs.{line.partition('=')[0]}", line.partition("=")[2]) for line in lines
            )


@pytest.fixture
def action(machine):
    """action.yml on that machine."""
    return Action(machine)


@pytest.mark.network
def test_action_on_a_right_install(action, machine):
    """The steps succeed, and write a summary, a record and JUnit."""
    succeeded, printed = action.run()
    assert succeeded, printed
    assert "as specified" in machine.read("summary")
    assert json.loads(action.output("record").read_text(encoding="utf-8"))["complete"]
    assert STATEMENT in action.output("junit").read_text(encoding="utf-8")
    assert "::error" not in printed


@pytest.mark.network
def test_action_on_a_violation(action, machine):
    """A violated statement fails the job, is annotated once at its place, and is in the summary."""
    machine.plant_fault()
    succeeded, printed = action.run()
    assert not succeeded
    (annotation,) = re.findall("^::error.*", printed, re.MULTILINE)
    assert "test_" in annotation
    assert STATEMENT in annotation
    assert f"✗ <code>{STATEMENT}</code>" in machine.read("summary")


def workflow_scripts():
    """The scripts of the reusable workflow."""
    steps = read_yaml(ROOT / ".github" / "workflows" / "judge.yml")["jobs"]["judge"]["steps"]
    return GITHUB_BASH, "\n".join(step["run"] for step in steps if "run" in step)


def gitlab_script():
    """The script of the example for GitLab."""
    return ["bash", "-ec"], "\n".join(read_yaml(CONTRIB / "ci" / "gitlab-ci.yml")["tensorflow"]["script"])


def jenkins_script():
    """The script of the example for Jenkins."""
    text = (CONTRIB / "ci" / "Jenkinsfile").read_text(encoding="utf-8")
    return ["sh", "-xec"], re.search(r"sh '''(.*?)'''", text, re.DOTALL)[1]


@pytest.mark.network
@pytest.mark.parametrize("script", [workflow_scripts, gitlab_script, jenkins_script])
def test_other_services(machine, script):
    """The commands of each service leave what it collects."""
    variables = {
        "KIT": str(ROOT),
        "TENSORFLOW": "",
        "OPTIONS": "",
        "GITHUB_STEP_SUMMARY": str(machine.folder / "summary"),
    }
    done = machine.run(*script(), **variables)
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(machine.read("tf-conformance.json"))["complete"]
    assert ElementTree.fromstring(machine.read("tf-conformance.xml")).find(".//property[@name='statement']") is not None


@pytest.mark.network
@pytest.mark.parametrize("script", [gitlab_script, jenkins_script])
def test_other_services_on_a_violation(machine, script):
    """A violated statement fails the job, and is in what the service collects."""
    machine.plant_fault()
    done = machine.run(*script(), KIT=str(ROOT))
    assert done.returncode == 1
    assert "violated" in machine.read("tf-conformance.xml")


@pytest.mark.network
def test_conda_build(machine, bundle):
    """The commands of the recipe's test section judge the package that was built, by its version."""
    (machine.folder / "tf-conformance").symlink_to(bundle)
    test = read_yaml(CONTRIB / "conda-build" / "meta.yaml")["test"]
    assert test["files"] == ["tf-conformance"]
    for version, status in ((tensorflow.VERSION, 0), ("2.0.0", 11)):
        done = machine.run(
            ["bash", "-ec"], "\n".join(test["commands"]), PKG_VERSION=version, SRC_DIR=str(machine.folder)
        )
        assert done.returncode == status, done.stdout + done.stderr


@pytest.mark.network
@pytest.mark.parametrize("status", [0, 1])
def test_debian(machine, bundle, status):
    """The test of the source package judges what is installed, and leaves its files where autopkgtest collects them."""
    tests = machine.folder / "debian" / "tests"
    tests.mkdir(parents=True)
    (tests / "tf-conformance").symlink_to(bundle)
    source = CONTRIB / "debian" / "tests"
    (named,) = re.findall("^Tests: (.*)", (source / "control").read_text(encoding="utf-8"))
    (tests / named).symlink_to(source / named)
    if status:
        machine.plant_fault()
    done = machine.run(["sh", "-c"], f"debian/tests/{named}", AUTOPKGTEST_ARTIFACTS=str(machine.folder))
    assert done.returncode == status, done.stdout + done.stderr
    assert json.loads(machine.read("tf-conformance.json"))["complete"]
