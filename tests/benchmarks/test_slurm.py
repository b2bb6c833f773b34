"""The tasks of a Slurm job as a cluster, without Slurm: its variables are made up."""

from __future__ import annotations

import pytest

from benchmarks import slurm


@pytest.fixture
def step(monkeypatch):
    """Makes this process a task of a step; returns the cluster that it finds."""

    def become(nodes, tasks_per_node, node, local_id, rank, tasks):
        variables = {
            "SLURM_JOB_ID": "3",
            "SLURM_NTASKS": tasks,
            "SLURM_STEP_NUM_TASKS": tasks,
            "SLURM_STEP_NODELIST": nodes,
            "SLURM_STEP_TASKS_PER_NODE": tasks_per_node,
            "SLURM_PROCID": rank,
            "SLURM_LOCALID": local_id,
            "SLURMD_NODENAME": node,
        }
        for name, value in variables.items():
            monkeypatch.setenv(name, str(value))
        return slurm.cluster_of_step()

    return become


def test_nodes_in_the_order_of_their_names(step):
    """A task's place is that of its address, although TensorFlow sorts n10 before n9."""
    cluster = step("n[9-10]", "1(x2)", node="n9", local_id=0, rank=0, tasks=2)
    assert cluster.cluster_spec().as_dict() == {"worker": ["n10:12060", "n9:12060"]}
    assert (cluster.task_type, cluster.task_id) == ("worker", 1)


def test_tasks_that_are_dealt_out_in_turn(step):
    """With srun --distribution=cyclic, rank 1 is the first task of the second node."""
    cluster = step("n[1-2]", "2(x2)", node="n2", local_id=0, rank=1, tasks=4)
    assert cluster.cluster_spec().as_dict()["worker"][cluster.task_id] == "n2:12060"


def test_several_tasks_on_a_node_without_gpus(step):
    """Tasks of a node have ports of their own, and no GPUs are made up."""
    cluster = step("n1", "2", node="n1", local_id=1, rank=1, tasks=2)
    assert cluster.cluster_spec().as_dict() == {"worker": ["n1:12060", "n1:12061"]}
    assert (cluster.task_id, cluster.num_accelerators()) == (1, {"GPU": 0})


def test_srun(monkeypatch):
    """A step gets the cores of its job, which it would not take by itself."""
    monkeypatch.delenv("SLURM_CPUS_PER_TASK", raising=False)
    assert slurm.srun() == ["srun", "--kill-on-bad-exit"]
    monkeypatch.setenv("SLURM_CPUS_PER_TASK", "4")
    assert slurm.srun()[-1] == "--cpus-per-task=4"


def test_outside_of_a_job(monkeypatch):
    """Without Slurm there is one task."""
    monkeypatch.delenv("SLURM_NTASKS", raising=False)
    assert slurm.number_of_tasks() == 1
