"""The networks whose training steps are timed, and batches for them."""

from __future__ import annotations

from typing import Any, Callable, NamedTuple

import numpy as np

CLASSES = 10


class Network(NamedTuple):
    """A classifier: what makes its model, and the shape of one example."""

    build: Callable[[], Any]
    example: tuple[int, ...]


def cnn() -> Any:
    """The notes' convolutional network for 32x32 colour images: 103,562 parameters."""
    from tensorflow import keras

    layers = keras.layers
    return keras.Sequential(
        [
            layers.Conv2D(16, (3, 3), activation="relu", input_shape=(32, 32, 3)),
            layers.MaxPooling2D((3, 3)),
            layers.Flatten(),
            layers.Dense(64, activation="relu"),
            layers.Dense(CLASSES),
            # The loss is computed in float32 whatever the precision of the layers.
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


NETWORKS: dict[str, Network] = {
    "cnn": Network(cnn, (32, 32, 3)),
    "dense": Network(dense, (784,)),
    "resnet50": Network(resnet50, (224, 224, 3)),
}


def batch_of(network: str, size: int) -> tuple[np.ndarray, np.ndarray]:
    """The same batch in every process and on every version: float32 examples (size, ...) and int32 labels (size,)."""
    random = np.random.RandomState(1)
    examples = random.standard_normal((size,) + NETWORKS[network].example).astype("float32")
    return examples, random.randint(CLASSES, size=size).astype("int32")


def set_same_weights(model: Any) -> None:
    """Gives a new model the weights that it has in every process: those with a fan-in random, the others as made."""
    random = np.random.RandomState(2)
    model.set_weights([_random_weights(random, weights) for weights in model.get_weights()])


def _random_weights(random: Any, weights: np.ndarray) -> np.ndarray:
    if weights.ndim < 2:
        return weights
    fan_in = np.prod(weights.shape[:-1])
    return (random.standard_normal(weights.shape) * np.sqrt(1 / fan_in)).astype("float32")
