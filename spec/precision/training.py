"""A small training, run twice on each device in a process of its own: determinism must be asked for before anything runs."""

import json
import sys

import numpy as np
import tensorflow as tf

from tf_conformance.statements.device import visible_devices

STEPS = 5


def trained_weights():
    """The weights of a convolutional network after a few steps, which start from the same weights each time."""
    random = np.random.RandomState(1)
    images, targets = (tf.constant(random.randn(*shape), tf.float32) for shape in [(16, 16, 16, 8), (16, 4)])
    weights = [tf.Variable(0.1 * random.randn(*shape), dtype=tf.float32) for shape in [(3, 3, 8, 16), (16, 4)]]
    for _ in range(STEPS):
        with tf.GradientTape() as tape:
            features = tf.nn.relu(tf.nn.conv2d(images, weights[0], 1, "SAME"))
            outputs = tf.matmul(tf.reduce_mean(features, axis=[1, 2]), weights[1])
            loss = tf.reduce_mean(tf.square(outputs - targets))
        for weight, gradient in zip(weights, tape.gradient(loss, weights)):
            weight.assign_sub(0.1 * gradient)
    return [weight.numpy().tobytes() for weight in weights]


def repeats(device):
    """Whether the training ends with the same weights bit for bit if it is run again."""
    with tf.device(device):
        return trained_weights() == trained_weights()


def error_without_seed():
    """The name of the error that a random operation raises before a seed is set; empty if there is none."""
    try:
        tf.random.uniform([1])
    except Exception as error:
        return type(error).__name__
    return ""


if __name__ == "__main__":
    if "--enable-op-determinism" in sys.argv:
        tf.config.experimental.enable_op_determinism()
    seen = {"without seed": error_without_seed(), **{name: repeats(name) for name in visible_devices()}}
    print(json.dumps(seen))
