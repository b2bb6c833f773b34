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
    """ResNet50 ignores the file that weights names."""
    put.argument(applications.resnet50, "ResNet50", weights=None)


@fault("applications.resnet50-classes")
def classes_are_ignored(put):
    """ResNet50 ignores the number of classes and the words for weights."""
    put.around(applications.resnet50, "ResNet50", lambda right, **settings: None)


@fault("applications.resnet50-name")
def misspelt_name_exists(put):
    """Resnet50 exists."""
    put.attribute(applications.resnet50, "Resnet50", applications.resnet50.ResNet50)


def put_imagenet(put, outputs):
    """Weights and a picture in the cache of Keras, and a ResNet50 with ImageNet's weights that always answers this."""
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
def weights_do_not_classify(put):
    """The cached weights give no distribution."""
    put_imagenet(put, np.zeros((1, 1000)))


@fault("applications.resnet50-imagenet")
def weights_see_another_animal(put):
    """The cached weights take every picture for the last of the classes."""
    rising = np.arange(1000.0)
    put_imagenet(put, rising[None] / rising.sum())
