"""A site's configuration of ReFrame, to start from: a login node, and two partitions of Slurm."""

from __future__ import annotations

SLURM = {"scheduler": "squeue", "launcher": "srun", "environs": ["builtin"]}  # or slurm, if there is accounting

site_configuration = {
    "systems": [
        {
            "name": "example",
            "hostnames": [".*"],
            "partitions": [
                {"name": "login", "scheduler": "local", "launcher": "local", "environs": ["builtin"], "max_jobs": 1},
                {
                    "name": "cpu",
                    "access": ["--partition=cpu"],
                    "processor": {"num_cpus": 2, "num_cpus_per_core": 1},
                    **SLURM,
                },
                {
                    "name": "gpu",
                    "access": ["--partition=gpu"],
                    "processor": {"num_cpus": 2, "num_cpus_per_core": 1},
                    "features": ["gpu"],
                    "resources": [{"name": "_rfm_gpu", "options": ["--gres=gpu:{num_gpus_per_node}"]}],
                    **SLURM,
                },
            ],
        }
    ],
}
