"""What is trained, and how: networks, batch sizes, optimizers, precisions and modes. Needs no TensorFlow."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple, Sequence

NETWORKS = ("cnn", "dense", "resnet50")
BATCHES = (16, 64, 256)
# The learning rates are so small that no probability comes near 0. The loss clips probabilities there, before TensorFlow
# 2.1 in eager mode alone, and from then on the modes would not train alike.
OPTIMIZERS = {"SGD": 0.01, "Adam": 0.0001}
MODES = ("eager", "function", "jit", "train_on_batch", "fit", "fit-16-steps", "fit-eagerly")

# What NVIDIA's GPUs since Ampere do by default where float32 is asked for: they round the factors of products to 10 bits.
TF32 = "float32 (TF32)"
# How exact a gradient is, relative to its size. In float32, the longest sums count, those of a weight of the first
# convolution: 2^18 products, each sum rounded to 24 bits, and such errors grow with the square root: 2^9 * 2^-24. In all
# others, the rounding of the factors counts, to 11 bits or to 8.
GRADIENT_ERRORS = {"float32": 2**-15, TF32: 2**-11, "mixed_float16": 2**-11, "mixed_bfloat16": 2**-8}
# A step lowers the loss by the square of the gradient, so that its error carries over to the loss. It passes through a few
# layers, forward and back, each of which adds its own; the errors of several steps add up no faster than the loss falls.
ERRORS_ON_THE_WAY = 16
# In float32, the gradients of a ResNet with random weights are right to only a percent or two, whatever the mode. In
# float64, those of eager and compiled steps agree to 1e-14. Of a network that is not ours nothing better is known.
LEAST_TOLERANCE_OF_OTHERS = 5e-2


class UnavailableError(Exception):
    """This TensorFlow or this machine lacks what was asked for; the message says what is missing."""


class Workload(NamedTuple):
    """One thing to train. ``inputs`` are the shapes and types of a network's inputs, if the network does not tell."""

    network: str = "cnn"
    batch: int = 64
    optimizer: str = "SGD"
    precision: str = "float32"
    inputs: Sequence[str] = ()

    def __str__(self) -> str:
        words = [network_title(self.network), self.optimizer, f"batch {self.batch}"]
        return " · ".join(words if self.precision == "float32" else [*words, self.precision])

    @property
    def is_ours(self) -> bool:
        """Whether the network is one of the benchmarks', not the user's own."""
        return self.network in NETWORKS

    @property
    def loss_tolerance(self) -> float:
        """By how much the losses of two trainings of this workload may differ, relative to the loss before the first step."""
        tolerance = ERRORS_ON_THE_WAY * GRADIENT_ERRORS[self.precision]
        return tolerance if self.network in ("cnn", "dense") else max(tolerance, LEAST_TOLERANCE_OF_OTHERS)

    def same_losses(self, some: Sequence[float], others: Sequence[float]) -> bool:
        """Whether two trainings of this workload trained alike, by their losses before the first step and after it."""
        return all(abs(one - other) <= self.loss_tolerance * abs(some[0]) for one, other in zip(some, others))

    def as_json(self) -> dict[str, Any]:
        """The workload as JSON data. The user's own network goes by its name, because its path is private."""
        data = {**self._asdict(), "network": network_title(self.network), "inputs": list(self.inputs)}
        return data if self.inputs else {key: value for key, value in data.items() if key != "inputs"}


def network_title(network: str) -> str:
    """What a network is called: ``model.py:build`` for ``path/to/model.py:build``."""
    return Path(network).name
