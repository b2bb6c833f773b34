"""Faults of ResNet50."""

from __future__ import annotations

import types

import numpy as np
import tensorflow as tf

from tests.faults.fault import fault

applications = tf.keras.applications


@fault("applications.resnet50")
def top_has_no_bias(put):
    """The classification layer has no bias."""
    put.argument(tf.keras.layers.Dense, use_bias=False)


@fault("applications.resnet50-without-top")
def convolutions_have_no_bias(put):
    """Convolutions have no bias."""
    put.argument(tf.keras.layers.Conv2D, use_bias=False)


@fault("applications.resnet50-weights-file")
def file_is_ignored(put):
    """ResNet50 ignores the file that weights points to."""
    put.around(applications.resnet50, "ResNet50", lambda right, **settings: right(**{**settings, "weights": None}))


@fault("applications.resnet50-classes")
def arguments_are_not_validated(put):
    """ResNet50 does not validate weights and classes."""
    put.around(applications.resnet50, "ResNet50", lambda right, **settings: None)


@fault("applications.resnet50-name")
def misspelled_name_exists(put):
    """tf.keras.applications.resnet50.Resnet50 exists."""
    put.attribute(applications.resnet50, "Resnet50", applications.resnet50.ResNet50)


def put_imagenet(put, outputs):
    """Puts weights and a picture into Keras's cache, and makes ResNet50 predict these outputs for any image."""
    models, datasets = put.folder / ".keras" / "models", put.folder / ".keras" / "datasets"
    models.mkdir(parents=True)
    (models / "resnet50_weights_tf_dim_ordering_tf_kernels.h5").touch()
    datasets.mkdir()
    black = tf.zeros((8, 8, 3), tf.uint8)
    (datasets / "elephant.jpg").write_bytes(tf.io.encode_jpeg(black).numpy())
    put.patch.setenv("HOME", str(put.folder))
    put.around(tf.keras.utils, "get_file", lambda right, name, origin: str(datasets / name))
    model = types.SimpleNamespace(predict=lambda images, verbose: outputs)
    put.around(applications.resnet50, "ResNet50", lambda right, **settings: model)


@fault("applications.resnet50-imagenet")
def outputs_are_not_a_distribution(put):
    """The outputs of the pretrained model do not sum to 1."""
    put_imagenet(put, np.zeros((1, 1000)))


@fault("applications.resnet50-imagenet")
def elephant_is_not_recognized(put):
    """The pretrained model predicts the last class for any image."""
    rising = np.arange(1000.0)
    put_imagenet(put, rising[None] / rising.sum())


@fault("applications.preprocess-in-place")
def array_is_copied(put):
    """preprocess_input leaves its argument unchanged."""
    put.around(applications.resnet50, "preprocess_input", lambda right, images: right(images.copy()))
