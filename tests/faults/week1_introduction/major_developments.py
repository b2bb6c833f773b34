"""Faults of eager execution, graphs and Keras as the high-level API."""

from __future__ import annotations

import sys
import types

import tensorflow as tf

from tests.faults.fault import fault
from tests.faults.shared import take_no_steps

v1 = tf.compat.v1


@fault("eager.default")
def eager_execution_is_off(put):
    """tf.executing_eagerly() is False."""
    put.attribute(tf, "executing_eagerly", lambda: False)


@fault("keras.estimators")
def estimators_are_no_module(put):
    """tf.estimator is there, but empty."""
    put.attribute(tf, "estimator", None)


@fault("eager.variables-ready")
def assign_add_adds_nothing(put):
    """assign_add leaves the variable unchanged."""
    put.around(type(tf.Variable(0.0)), "assign_add", lambda right, variable, *args, **kwargs: variable)


@fault("graph.still-there")
def function_is_traced_at_every_call(put):
    """A tf.function is traced at every call."""
    right = tf.function

    def function(python_function=None, **settings):
        def decorate(python_function):
            return lambda *args: right(python_function, **settings)(*args)

        return decorate if python_function is None else decorate(python_function)

    put.attribute(tf, "function", function)


@fault("keras.imports")
def import_gives_another_module(put):
    """The module tensorflow.keras.callbacks is not tf.keras.callbacks."""
    other = types.ModuleType("tensorflow.keras.callbacks")
    for name in ("Callback", "EarlyStopping", "ModelCheckpoint"):
        setattr(other, name, type(name, (), {}))
    put.patch.setitem(sys.modules, "tensorflow.keras.callbacks", other)


@fault("keras.high-level-api")
def fit_trains_nothing(put):
    """The optimizer leaves the weights unchanged."""
    take_no_steps(put, tf.keras.optimizers.SGD)


@fault("keras.implementation", when="tensorflow>=2.6")
def keras_is_part_of_tensorflow(put):
    """The layers of tf.keras come from the tensorflow package."""
    put.attribute(tf.keras.layers.Dense, "__module__", "tensorflow.python.keras.layers.core")


@fault("keras.version")
def version_is_another(put):
    """tf.keras.__version__ is not the version of the Keras package."""
    put.attribute(tf.keras, "__version__", "3.0.0")


@fault("api.cleanup")
def placeholder_is_back(put):
    """tf.placeholder is at the top level again."""
    put.attribute(tf, "placeholder", v1.placeholder)


@fault("api.cleanup")
def logarithm_is_of_x_plus_one(put):
    """tf.math.log computes the logarithm of x + 1."""
    put.attribute(tf.math, "log", tf.math.log1p)


@fault("keras.implementation", when="tensorflow<2.6")
def keras_is_a_package_of_its_own(put):
    """The layers of tf.keras come from a package of their own."""
    put.attribute(tf.keras.layers.Dense, "__module__", "keras.layers.core")
