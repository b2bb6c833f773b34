"""Networks of the user's own: what can be trained, and what is said of the rest."""

from __future__ import annotations

import pytest

from benchmarks.checks import check_losses, check_traces
from benchmarks.networks import batch_of, new_model
from benchmarks.own_network import NetworkError
from benchmarks.training import TRAININGS
from benchmarks.workload import MODES, Workload

NETWORKS = """
from tensorflow import keras
from tensorflow.keras import layers


def plain():
    return keras.Sequential([layers.Dense(8, activation="relu", input_shape=(4,)), layers.Dense(3)])


def several():
    words, series = keras.Input((6,), dtype="int32"), keras.Input((None, 4))
    pooled = [layers.GlobalAveragePooling1D()(each) for each in (layers.Embedding(50, 8)(words), series)]
    both = layers.Concatenate()(pooled)
    return keras.Model([words, series], [layers.Dense(2, kernel_regularizer="l2")(both), layers.Dense(5)(both)])


class Subclass(keras.Model):
    def __init__(self):
        super().__init__()
        self.layer = layers.Dense(4)

    def call(self, given):
        return self.layer(given)


def newer():
    return layers.NotYetThere(3)


def number():
    return 3
"""


@pytest.fixture
def networks(tmp_path):
    """The file, as the start of a network's name."""
    path = tmp_path / "model.py"
    path.write_text(NETWORKS, encoding="utf-8")
    return f"{path}:"


@pytest.mark.parametrize(
    ("function", "inputs"),
    [("plain", ()), ("several", ("6", "7,4")), ("Subclass", ("5",)), ("Subclass", ("5:float32",))],
)
def test_trains_alike(networks, function, inputs):
    """It trains alike in every mode, with several inputs and outputs, regularizers, or without known inputs."""
    for mode in MODES:
        training = TRAININGS[mode](Workload(networks + function, 16, inputs=inputs), "CPU:0")
        with training.on_device():
            check_losses(training)
        check_traces(training)


def test_batch(networks):
    """The batch has what the inputs take, and targets of the shapes of the outputs; integers are 0 and 1."""
    workload = Workload(f"{networks}several", 16, inputs=("6", "7,4"))
    (words, series), (one, other) = batch_of(new_model(workload), workload)
    assert (words.shape, words.dtype.name, set(words.flat)) == ((16, 6), "int32", {0, 1})
    assert (series.shape, series.dtype.name) == ((16, 7, 4), "float32")
    assert (one.shape, other.shape) == ((16, 2), (16, 5))


@pytest.mark.parametrize(
    ("function", "inputs", "says"),
    [
        ("newer", (), r"^model.py, line 27: AttributeError: .* has no attribute 'NotYetThere' \(TensorFlow \d.*\)$"),
        ("nothing", (), r"^model.py:nothing: AttributeError: .* has no attribute 'nothing' \(TensorFlow \d.*\)$"),
        ("number", (), r"^model.py:number returns a builtins.int, which is not a tf.keras.Model$"),
        ("several", (), r"^model.py:several has an input of shape \(None, 4\): give --input for each input, such as"),
        ("several", ("6",), r"^model.py:several has 2 inputs, but --input is given 1 times$"),
        ("Subclass", (), r"^model.py:Subclass does not define its inputs: give --input SHAPE:TYPE for each, such as"),
        ("Subclass", ("5:string",), r"^--input 5:string: values of type string cannot be made up$"),
        ("Subclass", ("5:integer",), r"^--input 5:integer: TensorFlow has no type integer$"),
    ],
)
def test_cannot_be_trained(networks, function, inputs, says):
    """One line says what is wrong, and where."""
    with pytest.raises(NetworkError, match=says):
        new_model(Workload(networks + function, inputs=inputs))


def test_file_with_an_error(tmp_path):
    """A file that cannot be imported is named with the line."""
    path = tmp_path / "model.py"
    path.write_text("\n\nimport not_installed_here\n", encoding="utf-8")
    with pytest.raises(
        NetworkError, match="^model.py, line 3: ModuleNotFoundError: No module named 'not_installed_here'"
    ):
        new_model(Workload(f"{path}:build"))


def test_neighbors(tmp_path):
    """A file can import what lies beside it."""
    (tmp_path / "beside_the_model.py").write_text("UNITS = 7", encoding="utf-8")
    path = tmp_path / "model.py"
    text = "from beside_the_model import UNITS\nfrom tensorflow.keras import Sequential, layers\n\n\n"
    path.write_text(
        f"{text}def build():\n    return Sequential([layers.Dense(UNITS, input_shape=(4,))])\n", encoding="utf-8"
    )
    assert new_model(Workload(f"{path}:build")).count_params() == 35
