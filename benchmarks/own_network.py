"""The user's own network: a function in a file that returns a Keras model, and a batch that is made up for it."""

from __future__ import annotations

import importlib.util
import sys
import traceback
from pathlib import Path
from typing import Any, Callable, NamedTuple, Sequence

import numpy as np
import tensorflow as tf

from benchmarks.workload import network_title


class NetworkError(Exception):
    """The user's network cannot be trained here; the message, one line, says why."""


class Input(NamedTuple):
    """An input of a network: its shape without the batch, and the name of its type."""

    shape: tuple[int, ...]
    dtype: str

    def random_values(self, random: Any, size: int) -> Any:
        """A batch of values: normally distributed, or 0 and 1 where they must be integers or truth values."""
        shape = (size, *self.shape)
        if tf.as_dtype(self.dtype).is_floating:
            return tf.cast(random.standard_normal(shape).astype("float32"), self.dtype).numpy()
        return random.randint(2, size=shape).astype(self.dtype)


def own_model(network: str, inputs: Sequence[str]) -> Any:
    """The model that the function returns, with all its weights. Raises NetworkError."""
    file, _, function = network.rpartition(":")
    model = _run(network, lambda: getattr(_module(file), function)())
    if not isinstance(model, tf.keras.Model):
        kind = f"{type(model).__module__}.{type(model).__qualname__}"
        raise NetworkError(f"{network_title(network)} returns a {kind}, which is not a tf.keras.Model")
    _run(network, lambda: outputs_of(model, own_examples(model, network, inputs, 1)))
    return model


def own_examples(model: Any, network: str, inputs: Sequence[str], size: int) -> Any:
    """A batch of examples, the same each time: an array, or a tuple of arrays if the model has several inputs."""
    random = np.random.RandomState(1)
    arrays = [each.random_values(random, size) for each in _inputs(model, network, inputs)]
    return arrays[0] if len(arrays) == 1 else tuple(arrays)


def own_targets(model: Any, examples: Any) -> Any:
    """What the model is to learn for the examples: random numbers of the shapes of its outputs."""
    random = np.random.RandomState(3)
    shapes = [tuple(output.shape) for output in outputs_of(model, examples)]
    arrays = [random.standard_normal(shape).astype("float32") for shape in shapes]
    return arrays[0] if len(arrays) == 1 else tuple(arrays)


def outputs_of(model: Any, examples: Any) -> list[Any]:
    """The model's outputs for a batch of examples."""
    flat: list[Any] = tf.nest.flatten(model(tf.nest.map_structure(tf.constant, examples)))
    return flat


def squared_error(targets: Any, outputs: Any) -> Any:
    """The mean squared error, summed over the outputs, in float32."""
    pairs = zip(tf.nest.flatten(targets), tf.nest.flatten(outputs))
    return sum(tf.reduce_mean(tf.square(tf.cast(output, tf.float32) - target)) for target, output in pairs)


def _inputs(model: Any, network: str, given: Sequence[str]) -> list[Input]:
    """The inputs: as given, or else as the model defines them."""
    title, known = network_title(network), list(getattr(model, "inputs", None) or [])
    if given and known and len(given) != len(known):
        raise NetworkError(f"{title} has {len(known)} inputs, but --input is given {len(given)} times")
    if not given and not known:
        raise NetworkError(
            f"{title} does not define its inputs: give --input SHAPE:TYPE for each, such as --input 128:int32"
        )
    dtypes = [tf.as_dtype(each.dtype).name for each in known] or ["float32"] * len(given)
    if given:
        return [_given(text, dtype) for text, dtype in zip(given, dtypes)]
    shapes = [tuple(each.shape[1:]) for each in known]
    for shape in shapes:
        if None in shape:
            raise NetworkError(
                f"{title} has an input of shape {shape}: give --input for each input, such as --input 128,128,3"
            )
    return [_checked(title, Input(shape, dtype)) for shape, dtype in zip(shapes, dtypes)]


def _given(text: str, dtype: str) -> Input:
    shape, _, named = text.partition(":")
    return _checked(f"--input {text}", Input(tuple(map(int, shape.split(","))), named or dtype))


def _checked(what: str, given: Input) -> Input:
    try:
        dtype = tf.as_dtype(given.dtype)
    except TypeError:
        raise NetworkError(f"{what}: TensorFlow has no type {given.dtype}") from None
    if not (dtype.is_floating or dtype.is_integer or dtype.is_bool):
        raise NetworkError(f"{what}: values of type {given.dtype} cannot be made up")
    return given


def _module(file: str) -> Any:
    """The file as a module; it can import what lies beside it."""
    folder = str(Path(file).parent)
    if folder not in sys.path:
        sys.path.append(folder)
    spec = importlib.util.spec_from_file_location(Path(file).stem, file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _run(network: str, work: Callable[[], Any]) -> Any:
    """Runs the user's code; whatever it raises becomes one line, with the place in the user's file."""
    try:
        return work()
    except NetworkError:
        raise
    except (Exception, SystemExit) as error:
        file = network.rpartition(":")[0]
        lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == file]
        place = f"{Path(file).name}, line {lines[-1]}" if lines else network_title(network)
        words = next(iter(str(error).strip().splitlines()), "")
        version = f"TensorFlow {tf.__version__}"
        raise NetworkError(f"{place}: {type(error).__name__}: {words} ({version})") from error
