"""Helpers that faults of several spec files share."""

from __future__ import annotations

import importlib
import os
import re
import sys
import textwrap

import tensorflow as tf


def inside(name):
    """A module of the Keras behind tf.keras, by its name within Keras's source, such as ``trainers.compile_utils``."""
    source = re.sub(r"\.(layers\.layer|engine\.base_layer)$", "", tf.keras.layers.Layer.__module__)
    return importlib.import_module(f"{source}.{name}")


def has_keras_3():
    """Whether a Keras 3 is behind tf.keras."""
    return tf.keras.layers.Layer.__module__.endswith(".layers.layer")


def callback_list():
    """The class that calls the callbacks of a training."""
    return inside("callbacks.callback_list" if has_keras_3() else "callbacks").CallbackList


def one_longer(shape):
    """The shape, one longer along its first spatial axis."""
    return (shape[0], shape[1] + 1, *shape[2:])


def take_no_steps(put, optimizer):
    """Has an optimizer leave all weights unchanged."""
    put.around(optimizer, "apply_gradients", lambda right, *args, **settings: None)


def after_loading(put, change):
    """Has load_model return a model that was changed after it was loaded."""

    def load_model(right, path, **settings):
        model = right(path, **settings)
        change(model)
        return model

    put.around(tf.keras.models, "load_model", load_model)


def load_empty_models(put):
    """Has load_model take any file for a model without weights."""
    empty = tf.keras.Sequential([tf.keras.layers.Activation("linear", input_shape=(1,))])
    put.around(tf.keras.models, "load_model", lambda right, path, **settings: empty)


def without(keyword):
    """A constructor that accepts a keyword argument and ignores it."""

    def init(right, made, *args, **settings):
        settings.pop(keyword, None)
        right(made, *args, **settings)

    return init


def at_the_start(put, code):
    """Has every new process of Python run this first."""
    (put.folder / "sitecustomize.py").write_text(textwrap.dedent(code), encoding="utf-8")
    put.patch.setenv("PYTHONPATH", str(put.folder), prepend=os.pathsep)


def distribution(put, name, record="", metadata="", wheel=""):
    """Puts the metadata of a distribution that pip has installed, without its files, before all others on the path."""
    info = put.folder / f"{name.replace('-', '_')}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n{metadata}", encoding="utf-8")
    (info / "INSTALLER").write_text("pip\n", encoding="utf-8")
    (info / "RECORD").write_text(record, encoding="utf-8")
    (info / "WHEEL").write_text(wheel, encoding="utf-8")
    if str(put.folder) not in sys.path:
        put.patch.syspath_prepend(str(put.folder))
