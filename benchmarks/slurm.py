"""The tasks of a Slurm job that train together. TensorFlow's SlurmClusterResolver finds them, as far as it works correctly."""

from __future__ import annotations

import os
from typing import Any

PORTS = range(12000, 32000)  # below those that systems hand out
PORTS_PER_JOB = 20


def number_of_tasks() -> int:
    """How many tasks the job starts; 1 outside of a job."""
    return int(os.environ.get("SLURM_NTASKS", "1"))


def srun() -> list[str]:
    """The command that starts a program in each task of the job, and ends all of them if one fails."""
    cores = os.environ.get("SLURM_CPUS_PER_TASK")  # since Slurm 22.05, a step does not take it from its job
    return ["srun", "--kill-on-bad-exit", *([f"--cpus-per-task={cores}"] if cores else [])]


def cluster_of_step() -> Any:
    """The cluster of all tasks of this step, with this task's place in it and the GPUs that it sees.

    SlurmClusterResolver is asked for the addresses alone. It cannot be told that there are no GPUs, numbers those that
    there are anew, and takes a task's rank for its place, although it has sorted the hosts by name, n10 before n9.
    """
    import tensorflow as tf

    resolvers = tf.distribute.cluster_resolver
    port = PORTS[int(os.environ["SLURM_JOB_ID"]) * PORTS_PER_JOB % len(PORTS)]
    addresses = resolvers.SlurmClusterResolver(
        port_base=port, gpus_per_node=number_of_tasks(), gpus_per_task=1, auto_set_gpu=False
    ).cluster_spec()
    own = f"{os.environ['SLURMD_NODENAME']}:{port + int(os.environ['SLURM_LOCALID'])}"
    return resolvers.SimpleClusterResolver(
        addresses,
        task_type="worker",
        task_id=addresses.as_dict()["worker"].index(own),
        num_accelerators={"GPU": len(tf.config.experimental.list_physical_devices("GPU"))},
        rpc_layer="grpc",
    )
