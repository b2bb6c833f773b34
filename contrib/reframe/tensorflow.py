"""TensorFlow on a cluster, judged and timed by ReFrame 4.10 or newer: reframe -c contrib/reframe -r -S kit=FOLDER.

FOLDER is a bundle on a file system that the nodes see. Nothing is fetched, and nothing is written but to the stage.
"""

from __future__ import annotations

import json
from pathlib import Path

import reframe as rfm
import reframe.utility.sanity as sn
from reframe.core.backends import getlauncher
from reframe.core.builtins import parameter, performance_function, run_after, sanity_function, variable

PARTITIONS = {"cpu": ["-gpu"], "gpu": ["+gpu"]}  # without and with the feature gpu of the site's configuration
SLURM = ("slurm", "squeue")


class KitTest(rfm.RunOnlyRegressionTest):
    """Runs the kit with the Python of a module, on all cores of a node, with and without GPUs."""

    kit = variable(str, value="/apps/tf-conformance")
    python = variable(str, value="python3")
    device = parameter(["cpu", "gpu"])
    valid_prog_environs = ["*"]
    num_tasks_per_node = 1

    @run_after("init")
    def choose_partitions(self):
        """A variant runs on the partitions that have its device."""
        self.valid_systems = PARTITIONS[self.device]
        self.num_gpus_per_node = 1 if self.device == "gpu" else None
        self.executable = f"{self.python} {self.kit}"

    @run_after("setup")
    def take_threads_from_partition(self):
        """Each task has its share of the node's cores, and TensorFlow as many threads."""
        self.skip_if_no_procinfo()
        self.num_cpus_per_task = max(1, self.current_partition.processor.num_cores // self.num_tasks_per_node)
        for name in ("OMP_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS"):
            self.env_vars[name] = self.num_cpus_per_task

    def written(self, name):
        """The JSON that the kit wrote; fails with its last words if it wrote none."""
        path = Path(self.stagedir, name)
        sn.evaluate(sn.assert_true(path.exists(), f"{name} was not written: {self.last_words()}"))
        return json.loads(path.read_text(encoding="utf-8"))

    def last_words(self):
        """The last line of the job's output, or of its errors if there is no output."""
        streams = (self.job.stderr, self.job.stdout)
        text = "".join(Path(self.stagedir, stream).read_text(encoding="utf-8") for stream in streams)
        return text.strip().rpartition("\n")[2]


@rfm.simple_test
class TensorFlowConformance(KitTest):
    """Whether the module does what its TensorFlow should."""

    descr = "TensorFlow does what its version should"

    @run_after("init")
    def choose_options(self):
        """A GPU that TensorFlow does not use is an error."""
        self.executable_opts = ["--record", "record.json"]
        self.executable_opts += ["--require-device", "gpu"] if self.device == "gpu" else []

    @sanity_function
    def nothing_is_violated(self):
        """Names what keeps the module from being judged, or the statements that it violates."""
        record = self.written("record.json")
        obstacle = record["obstacle"]
        violated = [
            f"{statement['id']}: {statement['says']}"
            for statement in record["statements"]
            if statement["verdict"] == "violated" and not statement["deviation"]
        ]
        return sn.all(
            [
                sn.assert_false(obstacle, obstacle and f"{obstacle['what']}: {obstacle['cause']}"),
                sn.assert_false(violated, f"violated: {' '.join(violated)}"),
                sn.assert_found("^verdict: this install does what", self.stdout),
            ]
        )


@rfm.simple_test
class TensorFlowTraining(KitTest):
    """How fast the notes' CNN trains, in a tf.function, with batches of 64 examples."""

    descr = "training on one device"
    benchmark = "cnn-SGD-64-function"
    reference = {"$ref": "references.yaml"}

    @run_after("init")
    def choose_options(self):
        """The device is named, so that nothing is timed elsewhere."""
        device = "GPU:0" if self.device == "gpu" else "CPU:0"
        self.executable_opts = ["bench", "-k", self.benchmark, "--device", device, "--benchmark-json", "benchmark.json"]

    @sanity_function
    def losses_are_right(self):
        """Names what kept the benchmark from believing its time."""
        errors = sn.extractall(r"^(?:E|ERROR|FAILED|!+) .*", self.stdout)
        return sn.all([sn.assert_eq(errors, []), sn.assert_found("^performance: .* examples/s", self.stdout)])

    @performance_function("examples/s")
    def throughput(self):
        """Examples per second."""
        (timed,) = self.written("benchmark.json")["benchmarks"]
        return timed["extra_info"]["examples_per_second"]


@rfm.simple_test
class TensorFlowTrainingOnNodes(TensorFlowTraining):
    """The same on several nodes of Slurm, by MultiWorkerMirroredStrategy, with 64 examples for each task."""

    descr = "training on several nodes"
    benchmark = "slurm_job"
    num_nodes = variable(int, value=2)

    @run_after("setup")
    def ask_for_nodes(self):
        """The benchmark starts its tasks itself."""
        self.skip_if(self.current_partition.scheduler.registered_name not in SLURM, "this is not a Slurm partition")
        self.num_tasks = self.num_nodes * self.num_tasks_per_node
        self.job.launcher = getlauncher("local")()
