"""contrib/reframe, run by ReFrame on a Slurm of one machine, and the benchmark of a Slurm job without ReFrame."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest

from tests.contrib.one_machine_slurm import missing, one_machine_slurm

pytestmark = pytest.mark.skipif(bool(missing()), reason=missing())

TWO_TASKS = ("-S", "num_nodes=1", "-S", "num_tasks_per_node=2")
ON_SLURM = ("--system", "example:cpu")


@pytest.fixture(scope="module")
def slurm(tmp_path_factory):
    """The variables with which the commands of a running Slurm find it."""
    with one_machine_slurm(tmp_path_factory.mktemp("slurm"), cpus=2) as variables:
        yield variables


def test_conformance(reframe, bundle, slurm):
    """A right install passes in a job."""
    narrowed = {"PYTEST_ADDOPTS": "--statement=install.*"}
    ran = reframe.run("TensorFlowConformance", bundle, *ON_SLURM, **slurm, **narrowed)
    assert ran.report["result"] == "pass", ran.output
    assert ran.report["scheduler"] == "squeue"


def test_training_of_two_tasks(reframe, bundle, slurm):
    """Two tasks train together, with the losses of one device."""
    ran = reframe.run("TensorFlowTrainingOnNodes", bundle, *ON_SLURM, *TWO_TASKS, **slurm)
    assert ran.report["result"] == "pass", ran.output
    assert ran.report["perfvalues"]["example:cpu:throughput"][0] > 0


def test_without_reframe(bundle, slurm, tmp_path):
    """A job prints its throughput in one line, whatever reads it."""
    submit = ["sbatch", "--wait", "--ntasks=2", f"--output={tmp_path}/output", "--wrap"]
    command = f"{sys.executable} {bundle} bench -k slurm_job"
    subprocess.run([*submit, command], env={**os.environ, **slurm}, check=True)
    output = (tmp_path / "output").read_text(encoding="utf-8")
    assert len(re.findall(r"^performance: \d+ examples/s$", output, re.MULTILINE)) == 1, output
