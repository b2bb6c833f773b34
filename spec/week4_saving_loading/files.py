"""The models that the cases save, and helpers to look at their files."""

import os
from pathlib import Path

import numpy as np
import tensorflow as tf

from spec.models import batches

keras, layers, regularizers = tf.keras, tf.keras.layers, tf.keras.regularizers

X = np.linspace(-1, 1, 20, dtype=np.float32).reshape((5, 4))
Y = np.ones((5, 2), np.float32)
DATA = batches(X, Y)
# Each of its folders holds files that write, below, saved on the version in its name.
WRITTEN = Path(__file__).resolve().parent / "written"


def network(units=3, outputs=2, seed=0, **settings):
    """A network with 4 inputs, random weights that depend only on the seed, and these settings of its layers."""
    hidden = layers.Dense(units, activation="relu", input_shape=(4,), **settings)
    model = keras.Sequential([hidden, layers.Dense(outputs, **settings)])
    random = np.random.RandomState(seed)
    model.set_weights([random.randn(*weight.shape).astype(weight.dtype) for weight in model.get_weights()])
    return model


def functional():
    """The network as a functional model, with the same weights."""
    inputs = keras.Input(shape=(4,), name="inputs")
    hidden = layers.Dense(3, activation="relu", name="hidden")(inputs)
    model = keras.Model(inputs, layers.Dense(2, name="outputs")(hidden), name="functional")
    model.set_weights(network().get_weights())
    return model


def every_layer():
    """A model of the notes' layers, none of which has its default settings."""
    convolution = {"strides": (2, 1), "padding": "same", "activation": "relu"}
    return keras.Sequential(
        [
            layers.Conv2D(
                3,
                (2, 3),
                kernel_initializer=keras.initializers.GlorotUniform(seed=3),
                kernel_regularizer=regularizers.l2(0.5),
                bias_initializer="ones",
                bias_regularizer=regularizers.l1(0.25),
                input_shape=(8, 9, 2),
                **convolution,
            ),
            layers.BatchNormalization(momentum=0.5, epsilon=0.25, beta_initializer="ones"),
            layers.MaxPooling2D((2, 3), strides=(1, 2), padding="same"),
            layers.AveragePooling2D((2, 1), strides=(2, 1)),
            layers.Dropout(0.25, seed=2),
            layers.Flatten(),
            layers.Dense(3, activation="softmax", kernel_regularizer=regularizers.l1_l2(0.125, 0.25)),
        ]
    )


def trained(**settings):
    """The network, compiled with Adam and trained for 2 steps."""
    model = network(**settings)
    model.compile(optimizer="adam", loss=keras.losses.MeanSquaredError(), run_eagerly=True)
    model.fit(DATA, epochs=2, verbose=0)
    return model


def as_bytes(weights):
    """Weights in a form that compares equal only if they agree bit for bit."""
    return [(weight.shape, weight.tobytes()) for weight in weights]


def files_below(folder):
    """The paths of all files below a folder, relative to it, sorted."""
    paths = [os.path.join(base, name) for base, _, names in os.walk(str(folder)) for name in names]
    return sorted(os.path.relpath(path, str(folder)).replace(os.sep, "/") for path in paths)


def write(folder):
    """Saves the network in each format that another version must be able to load; this made the folders of written/."""
    model = network()
    tf.train.Checkpoint(model=model).save(os.path.join(folder, "checkpoint"))
    for ending in (".weights.h5", ".h5", ".keras"):
        save = model.save_weights if "weights" in ending else model.save
        save(os.path.join(folder, f"my_model{ending}"))
    functional().save(os.path.join(folder, "functional.keras"))
