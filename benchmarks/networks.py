"""The networks that are trained, their weights and their batches, the same in every process and on every version."""

from __future__ import annotations

from typing import Any, Callable

import numpy as np

CLASSES = 10


def cnn() -> Any:
    """The notes' convolutional network for 32x32 color images: 103,562 parameters.

    spec/models.py has it as the notes write it. Here, softmax is a layer of its own in float32, so that the loss is
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


def new_model(network: str) -> Any:
    """A new model of the network. Weights with a fan-in are random, but the same each time; the others are Keras's."""
    model = MODELS[network]()
    random = np.random.RandomState(2)
    model.set_weights([_random_weights(random, weights) for weights in model.get_weights()])
    return model


def _random_weights(random: Any, weights: Any) -> Any:
    if weights.ndim < 2:
        return weights
    fan_in = np.prod(weights.shape[:-1])
    return (random.standard_normal(weights.shape) * np.sqrt(1 / fan_in)).astype("float32")


def batch_of(model: Any, size: int) -> tuple[Any, Any]:
    """The same batch for the model each time: float32 examples (size, ...) and int32 labels (size,)."""
    random = np.random.RandomState(1)
    example = tuple(model.inputs[0].shape[1:])
    examples = random.standard_normal((size, *example)).astype("float32")
    return examples, random.randint(CLASSES, size=size).astype("int32")


def flops_of_step(model: Any, batch: int) -> int:
    """The floating-point operations of a training step: those of its matrix products and convolutions.

    The forward pass costs two operations per weight, position and example. Each of the two gradients, for the weights
    and for the inputs, costs as many again; the first layer needs no gradient for its inputs.
    """
    forward = [_forward_flops(layer) for layer in model.layers if hasattr(layer, "kernel")]
    return batch * (3 * sum(forward) - forward[0])


def _forward_flops(layer: Any) -> int:
    positions = [int(size) for size in layer.output.shape[1:-1]]
    return int(2 * np.prod(layer.kernel.shape) * np.prod(positions))
