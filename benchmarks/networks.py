"""The networks that are trained, their weights and their batches, the same in every process and on every version."""

from __future__ import annotations

from typing import Any, Callable

import numpy as np

from benchmarks.own_network import own_examples, own_model, own_targets, squared_error
from benchmarks.workload import Workload

CLASSES = 10


def cnn() -> Any:
    """The notes' convolutional network for 32x32 color images: 103,562 parameters.

    spec/models.py has it as the notes write it. Here, softmax is a separate layer in float32, so the loss is
    computed in float32 even if the other layers compute in 16 bits.
    """
    from tensorflow import keras

    layers = keras.layers
    return keras.Sequential(
        [
            layers.Conv2D(16, (3, 3), activation="relu", input_shape=(32, 32, 3)),
            layers.MaxPooling2D((3, 3)),
            layers.Flatten(),
            layers.Dense(64, activation="relu"),
            layers.Dense(CLASSES),
            layers.Activation("softmax", dtype="float32"),
        ]
    )


def dense() -> Any:
    """The notes' network for 28x28 images as vectors, 784-64-10: 50,890 parameters."""
    from tensorflow import keras

    layers = keras.layers
    return keras.Sequential(
        [
            layers.Dense(64, activation="relu", input_shape=(784,)),
            layers.Dense(CLASSES),
            layers.Activation("softmax", dtype="float32"),
        ]
    )


def resnet50() -> Any:
    """ResNet50 for 224x224 images and ten classes: 23,608,202 parameters."""
    from tensorflow import keras

    return keras.applications.ResNet50(weights=None, classes=CLASSES)


MODELS: dict[str, Callable[[], Any]] = {make.__name__: make for make in (cnn, dense, resnet50)}


def new_model(workload: Workload) -> Any:
    """A new model of the workload's network. Weights with a fan-in are random, but the same each time; the others are Keras's.

    Raises NetworkError if the network is the user's and cannot be built.
    """
    known = MODELS.get(workload.network)
    model = known() if known else own_model(workload.network, workload.inputs)
    random = np.random.RandomState(2)
    for variable in model.trainable_variables:
        if len(variable.shape) > 1:
            variable.assign(_random_weights(random, tuple(variable.shape)))
    return model


def _random_weights(random: Any, shape: tuple[int, ...]) -> Any:
    return (random.standard_normal(shape) * np.sqrt(1 / np.prod(shape[:-1]))).astype("float32")


def batch_of(model: Any, workload: Workload) -> tuple[Any, Any]:
    """The workload's batch for its model, the same each time: float32 examples (batch, ...) and int32 labels (batch,).

    For the user's own network: what its inputs take, and targets with the shapes of its outputs.
    """
    if workload.network not in MODELS:
        examples = own_examples(model, workload.network, workload.inputs, workload.batch)
        return examples, own_targets(model, examples)
    random = np.random.RandomState(1)
    example = tuple(model.inputs[0].shape[1:])
    examples = random.standard_normal((workload.batch, *example)).astype("float32")
    return examples, random.randint(CLASSES, size=workload.batch).astype("int32")


def loss_of(workload: Workload) -> Callable[[Any, Any], Any]:
    """The loss of the workload's training, as a function of the labels and the model's outputs."""
    if workload.network not in MODELS:
        return squared_error
    from tensorflow import keras

    loss: Callable[[Any, Any], Any] = keras.losses.SparseCategoricalCrossentropy()
    return loss
