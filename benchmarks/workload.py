"""What is trained, and how: networks, batch sizes, optimizers, precisions and modes. Needs no TensorFlow."""

from __future__ import annotations

from typing import Any, NamedTuple

NETWORKS = ("cnn", "dense", "resnet50")
BATCHES = (16, 64, 256)
# The learning rates are so small that no probability comes near 0. The loss clips probabilities there, before TensorFlow
# 2.1 in eager mode alone, and from then on the modes would not train alike.
OPTIMIZERS = {"SGD": 0.01, "Adam": 0.0001}
MODES = ("eager", "function", "jit", "train_on_batch", "fit", "fit-16-steps", "fit-eagerly")
# By how much, relative to their size, the losses of trainings that are alike may differ: float32 sums are added up in
# different orders, and 16-bit numbers are rounded at different places.
LOSS_TOLERANCES = {"float32": 1e-3, "mixed_float16": 2e-2, "mixed_bfloat16": 5e-2}
PRECISIONS = tuple(LOSS_TOLERANCES)
# In float32, the gradients of a ResNet with random weights are right to only a percent or two, whatever the mode. In
# float64, those of eager and compiled steps agree to 1e-14.
RESNET_LOSS_TOLERANCE = 5e-2


class UnavailableError(Exception):
    """This TensorFlow or this machine lacks what was asked for; the message says what is missing."""


class Workload(NamedTuple):
    """One thing to train."""

    network: str = "cnn"
    batch: int = 64
    optimizer: str = "SGD"
    precision: str = "float32"

    def __str__(self) -> str:
        words = [self.network, self.optimizer, f"batch {self.batch}"]
        return " · ".join(words if self.precision == "float32" else [*words, self.precision])

    @property
    def loss_tolerance(self) -> float:
        """The relative difference up to which two losses of this workload count as the same."""
        tolerance = LOSS_TOLERANCES[self.precision]
        return max(tolerance, RESNET_LOSS_TOLERANCE) if self.network == "resnet50" else tolerance

    def as_json(self) -> dict[str, Any]:
        """The workload as JSON data."""
        return dict(self._asdict())
