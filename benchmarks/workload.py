"""What is trained: network, batch size, optimizer and precision."""

from __future__ import annotations

from typing import Any, NamedTuple

NETWORKS = ("cnn", "dense", "resnet50")
BATCHES = (16, 64, 256)
# Learning rates so small that no probability comes near 0: the loss clips it there, before TensorFlow 2.1 in eager mode
# alone, and what follows is not the same training.
OPTIMIZERS = {"SGD": 0.01, "Adam": 0.0001}
MODES = ("eager", "function", "jit", "train_on_batch", "fit", "fit-16-steps", "fit-eagerly")
PRECISIONS = ("float32", "mixed_float16", "mixed_bfloat16")


class UnavailableError(Exception):
    """This TensorFlow or this machine does not have what is asked for; the message says what is missing."""


class Workload(NamedTuple):
    """One thing to train."""

    network: str = "cnn"
    batch: int = 64
    optimizer: str = "SGD"
    precision: str = "float32"

    def __str__(self) -> str:
        words = [self.network, self.optimizer, "batch %d" % self.batch]
        return " · ".join(words if self.precision == "float32" else words + [self.precision])

    def as_json(self) -> dict[str, Any]:
        """The workload as it stands beside a figure."""
        return dict(self._asdict())
