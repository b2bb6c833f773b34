"""contrib/reframe, run by ReFrame on the local scheduler."""

from __future__ import annotations

import pytest

from tests.contrib.planted import STATEMENT, planted

ON_LOGIN = ("--system", "example:login")
TIMED = """\
import json, sys
rate = {rate}
with open(sys.argv[sys.argv.index("--benchmark-json") + 1], "w") as file:
    json.dump({{"benchmarks": [{{"extra_info": {{"examples_per_second": rate}}}}]}}, file)
print(f"performance: {{rate:.0f}} examples/s")
"""
# A plugin of pytest: each step of the benchmark is followed by work that takes a fifth of its time, as in a trial.
SLOWED = """\
import pytest


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop():
    from benchmarks.blocks import burden_of
    from benchmarks.training import TRAININGS

    as_it_is = TRAININGS["function"]

    class Slowed(as_it_is):
        burden = None

        def __call__(self):
            super().__call__()
            if self.burden:
                self.burden()
            elif self.steps == 2:  # its losses have been checked, and its time has not begun
                self.burden = burden_of(as_it_is(self.workload, self.device), 0.2)

    TRAININGS["function"] = Slowed
"""
THROUGHPUT = "example:login:throughput"
TRIES = 5


@pytest.fixture
def kit_that_timed(tmp_path):
    """Makes a kit whose benchmark has reached that many examples per second."""

    def make(rate):
        folder = tmp_path / "kit"
        folder.mkdir()
        (folder / "__main__.py").write_text(TIMED.format(rate=rate), encoding="utf-8")
        return folder

    return make


@pytest.fixture
def references(tmp_path):
    """Writes a site's reference, which may be missed by a tenth; returns the variable that names its folder."""

    def write(rate):
        reference = f"TensorFlowTraining:\n  'example:login':\n    throughput: [{rate}, -0.1, 0.1, 'examples/s']\n"
        (tmp_path / "references.yaml").write_text(reference, encoding="utf-8")
        return {"RFM_REFERENCE_PREFIX": str(tmp_path)}

    return write


def test_right_install(reframe, bundle):
    """A right install passes."""
    ran = reframe.run("TensorFlowConformance", bundle, *ON_LOGIN, PYTEST_ADDOPTS="--statement=install.*")
    assert ran.report["result"] == "pass", ran.output


def test_planted_fault(reframe, bundle, tmp_path):
    """The failure names the statement that is violated."""
    ran = reframe.run("TensorFlowConformance", bundle, *ON_LOGIN, **planted(tmp_path))
    assert ran.report["fail_phase"] == "sanity"
    assert f"violated: {STATEMENT}: " in ran.report["fail_reason"]


@pytest.mark.parametrize(
    ("demand", "reason"),
    [("--require-device=gpu", "TensorFlow does not use a GPU: "), ("--require-version=tensorflow<2", "tensorflow<2")],
    ids=["with a record", "without"],
)
def test_install_that_cannot_be_judged(reframe, bundle, demand, reason):
    """The failure says what is in the way."""
    ran = reframe.run("TensorFlowConformance", bundle, *ON_LOGIN, PYTEST_ADDOPTS=demand)
    assert ran.report["fail_phase"] == "sanity"
    assert reason in ran.report["fail_reason"]


def test_training(reframe, bundle):
    """The benchmark's throughput is a performance variable."""
    ran = reframe.run("TensorFlowTraining", bundle, *ON_LOGIN)
    assert ran.report["result"] == "pass", ran.output
    assert ran.report["perfvalues"]["example:login:throughput"][0] > 0


@pytest.mark.parametrize(("rate", "result", "phase"), [(100.0, "pass", None), (80.0, "fail", "performance")])
def test_slower_than_the_reference(reframe, kit_that_timed, references, rate, result, phase):
    """A training that is slower by 20 % misses a reference that lets 10 % pass."""
    ran = reframe.run("TensorFlowTraining", kit_that_timed(rate), *ON_LOGIN, **references(100))
    assert (ran.report["result"], ran.report["fail_phase"]) == (result, phase)
    assert ran.report["perfvalues"][THROUGHPUT][0] == rate


def test_a_fifth_more_work(reframe, bundle, references, tmp_path):
    """Measured against what the machine has just reached, the benchmark passes, and with a fifth more work it does not.

    What else the machine does may hide either. So this is tried several times, and a machine that is never quiet fails;
    .ci/run leaves it out.
    """
    (tmp_path / "slowed.py").write_text(SLOWED, encoding="utf-8")
    slowed = {"PYTHONPATH": str(tmp_path), "PYTEST_ADDOPTS": "-p slowed"}
    seen = []
    for _ in range(TRIES):
        measured = reframe.run("TensorFlowTraining", bundle, *ON_LOGIN).report["perfvalues"][THROUGHPUT][0]
        reference = references(measured)
        again, slower = (
            reframe.run("TensorFlowTraining", bundle, *ON_LOGIN, **reference, **variables) for variables in ({}, slowed)
        )
        rates = [ran.report["perfvalues"][THROUGHPUT][0] / measured for ran in (again, slower)]
        seen.append((again.report["result"], slower.report["result"], slower.report["fail_phase"], *rates))
        if seen[-1][:3] == ("pass", "fail", "performance"):
            break
    assert seen[-1][:3] == ("pass", "fail", "performance"), seen


def test_nodes_need_slurm(reframe, bundle):
    """Several nodes are trained on only where Slurm hands them out."""
    ran = reframe.run("TensorFlowTrainingOnNodes", bundle, *ON_LOGIN)
    assert ran.report["result"] == "skip"


def test_variants_for_gpus(reframe):
    """On a partition with the feature gpu, each test asks Slurm for a GPU, and the kit to use it."""
    scripts = reframe.scripts("example:gpu")
    assert sorted(scripts) == ["TensorFlowConformance", "TensorFlowTraining", "TensorFlowTrainingOnNodes"]
    assert all("#SBATCH --gres=gpu:1\n" in script for script in scripts.values())
    demands = {name: script.splitlines()[-1] for name, script in scripts.items()}
    assert "--require-device gpu" in demands.pop("TensorFlowConformance")
    assert all("--device GPU:0" in demand for demand in demands.values())


def test_variants_for_nodes(reframe):
    """On a partition without it, no test asks for a GPU; that of several nodes starts its tasks itself."""
    scripts = reframe.scripts("example:cpu")
    assert not any("gpu" in script.lower() for script in scripts.values())
    assert "#SBATCH --ntasks=2\n" in scripts["TensorFlowTrainingOnNodes"]
    assert "srun" not in scripts["TensorFlowTrainingOnNodes"]
