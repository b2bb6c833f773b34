"""The models that the notes build, and small ones with outputs that a case can choose."""

import numpy as np
import tensorflow as tf

layers = tf.keras.layers


def notes_cnn():
    """The notes' convolutional network for 32x32 color images, with the names in the summary that the notes print."""
    return tf.keras.Sequential(
        [
            layers.Conv2D(
                16, (3, 3), activation="relu", input_shape=(32, 32, 3), data_format="channels_last", name="conv2d_1"
            ),
            layers.MaxPooling2D((3, 3), name="max_pooling2d_1"),
            layers.Flatten(name="flatten_1"),
            layers.Dense(64, activation="relu", name="dense_5"),
            layers.Dense(10, activation="softmax", name="dense_6"),
        ],
        name="sequential_4",
    )


def echo(width, activation="linear"):
    """A model without weights that returns its inputs through an activation, so that a case can choose the predictions."""
    return tf.keras.Sequential([layers.Activation(activation, input_shape=(width,))])


def linear(kernel, bias=None, **settings):
    """A model of one Dense layer with these weights: kernel ``(inputs, units)``, bias ``(units,)`` or None."""
    kernel = np.asarray(kernel, np.float32)
    dense = layers.Dense(kernel.shape[1], use_bias=bias is not None, input_shape=kernel.shape[:1], **settings)
    model = tf.keras.Sequential([dense])
    model.set_weights([kernel] if bias is None else [kernel, np.asarray(bias, np.float32)])
    return model


def any_order(x, *weights):
    """How far apart a stack of Dense layers may compute the same outputs twice, since sums may be taken in any order.

    ``weights``: kernel and bias of each layer. float32 rounds a sum as often as it has terms, each time by at most 2**-24
    of the sum of their absolute values, which the stack computes from the absolute values of its inputs and weights.
    """
    size, roundings = np.abs(x), 0
    for kernel, bias in zip(weights[::2], weights[1::2]):
        size = size @ np.abs(kernel) + np.abs(bias)
        roundings += len(kernel) + 1
    return 2 * roundings * 2**-24 * size.max()


def batches(x, y, size=None):
    """A dataset of these samples and labels in batches of ``size``, by default in a single batch.

    For cases in which it does not matter how the data is passed: with arrays, Keras 3 takes five times as long per epoch.
    """
    return tf.data.Dataset.from_tensor_slices((x, y)).batch(size or len(x))


def compiled(model, **settings):
    """The model, compiled to run eagerly: the cases do not need a graph, and tracing one takes longer."""
    model.compile(run_eagerly=True, **settings)
    return model
