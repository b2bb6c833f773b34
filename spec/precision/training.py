"""A small training, run twice on each device in a separate process: determinism must be enabled before anything runs."""

import json
import sys

import numpy as np
import tensorflow as tf

from tf_conformance.statements.device import visible_devices

STEPS = 5


def trained_weights():
    """The weights of a convolutional network after a few steps, which always start from the same weights."""
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


def second_training(device):
    """The result of the training on a device when it is run again."""
    with tf.device(device):
        return "same weights" if trained_weights() == trained_weights() else "other weights"


def random_operation():
    """The result of a random operation."""
    try:
        tf.random.uniform([1])
    except Exception as error:
        return type(error).__name__
    return "random number"


if __name__ == "__main__":
    if "--enable-op-determinism" in sys.argv:
        tf.config.experimental.enable_op_determinism()
    unseeded = random_operation()
    tf.random.set_seed(1)
    trainings = {device: second_training(device) for device in visible_devices()}
    print(json.dumps({"unseeded": unseeded, "seeded": random_operation(), "trainings": trainings}))
