"""Week 4, When you save the whole model; To load the model: files of other versions.

Subject: saving and loading.
"""

import json
import os
import shutil

import h5py
import numpy as np
import pytest
import tensorflow as tf

from spec.week4_saving_loading.files import WRITTEN, as_bytes, network
from tf_conformance import changed, defect, holds, near, refused


def weights_of_model(*names):
    """The weights of the model that load_model returns for this file below written/."""
    return as_bytes(tf.keras.models.load_model(str(WRITTEN.joinpath(*names))).get_weights())


@holds("saved-model.hdf5-of-tensorflow-2-0")
def test_hdf5_of_tensorflow_2_0():
    """load_model loads, bit for bit, an .h5 file of an uncompiled model that TensorFlow 2.0 saved."""
    assert weights_of_model("tensorflow-2.0.4", "my_model.h5") == as_bytes(network().get_weights())


@pytest.fixture
def keras_file_of_tensorflow_2_0(tmp_path):
    """The path of a .keras file as TensorFlow 2.0 to 2.12 saved it, which is an HDF5 file."""
    return shutil.copy(str(WRITTEN / "tensorflow-2.0.4" / "my_model.h5"), str(tmp_path / "my_model.keras"))


@holds("saved-model.keras-file-of-tensorflow-2-0", when="keras<3")
def test_keras_file_of_tensorflow_2_0(keras_file_of_tensorflow_2_0):
    """load_model loads a .keras file that TensorFlow 2.0 to 2.12 saved, which is an HDF5 file."""
    model = tf.keras.models.load_model(keras_file_of_tensorflow_2_0)
    assert as_bytes(model.get_weights()) == as_bytes(network().get_weights())


@changed(
    "saved-model.keras-file-of-tensorflow-2-0",
    when="keras>=3",
    instead="os.rename('my_model.keras', 'my_model.h5') first",
    impact="error",
    traces="none: it depends on which version saved the file",
)
def test_keras_file_of_tensorflow_2_0_is_refused(keras_file_of_tensorflow_2_0, tmp_path):
    """load_model raises a ValueError for a .keras file that TensorFlow 2.0 to 2.12 saved, and says that there is no such file."""
    with refused(ValueError, naming="File not found"):
        tf.keras.models.load_model(keras_file_of_tensorflow_2_0)
    os.rename(keras_file_of_tensorflow_2_0, str(tmp_path / "my_model.h5"))
    model = tf.keras.models.load_model(str(tmp_path / "my_model.h5"))
    assert as_bytes(model.get_weights()) == as_bytes(network().get_weights())


@holds("saved-model.hdf5-of-keras-3-0", when="keras<3")
def test_hdf5_of_keras_3_0_is_refused():
    """load_model raises an error that names batch_shape for an .h5 file that Keras 3.0 saved; load_weights reads its weights.

    Reports: tensorflow/tensorflow#64685.
    """
    with refused(ValueError, TypeError, naming="batch_shape"):
        weights_of_model("keras-3.0.0", "my_model.h5")
    model = network(seed=1)
    model.load_weights(str(WRITTEN.joinpath("keras-3.0.0", "my_model.h5")))
    assert as_bytes(model.get_weights()) == as_bytes(network().get_weights())


@holds("saved-model.hdf5-of-keras-3-0", when="keras>=3")
def test_hdf5_of_keras_3_0():
    """load_model loads, bit for bit, an .h5 file that Keras 3.0 saved."""
    assert weights_of_model("keras-3.0.0", "my_model.h5") == as_bytes(network().get_weights())


@holds("saved-model.axis-list-hdf5")
def test_axis_in_a_list(tmp_path):
    """load_model loads an .h5 file in which the axis of BatchNormalization is a list, such as [1], as TensorFlow 2.0 saves it."""
    path = str(tmp_path / "my_model.h5")
    model = tf.keras.Sequential([tf.keras.layers.BatchNormalization(axis=1, epsilon=0.0, input_shape=(2, 3))])
    model.set_weights([np.array(numbers, np.float32) for numbers in ([1, 1], [0, 0], [5, 7], [1, 4])])
    model.save(path)
    with h5py.File(path, "r+") as file:
        config = json.loads(file.attrs["model_config"])
        (layer,) = [each for each in config["config"]["layers"] if each["class_name"] == "BatchNormalization"]
        layer["config"]["axis"] = [1]
        file.attrs["model_config"] = json.dumps(config).encode()
    outputs = tf.keras.models.load_model(path)(np.full((1, 2, 3), 9.0, np.float32))
    assert outputs.numpy() == near([[[9.0 - 5] * 3, [(9.0 - 7) / 2] * 3]])


@pytest.fixture
def compiled_with_an_object(tmp_path):
    """The path of an .h5 file of a model that was compiled with MeanSquaredError(), as TensorFlow 2.0 saved it."""
    path = shutil.copy(str(WRITTEN / "tensorflow-2.0.4" / "my_model.h5"), str(tmp_path / "my_model.h5"))
    sgd = {"name": "SGD", "learning_rate": 0.01, "decay": 0.0, "momentum": 0.0, "nesterov": False}
    training = {
        "optimizer_config": {"class_name": "SGD", "config": sgd},
        "loss": {"class_name": "MeanSquaredError", "config": {"reduction": "auto", "name": "mean_squared_error"}},
        "metrics": [],
        "weighted_metrics": None,
        "sample_weight_mode": None,
        "loss_weights": None,
    }
    with h5py.File(path, "r+") as file:
        file.attrs["training_config"] = json.dumps(training).encode()
    return path


@holds("saved-model.loss-object-of-keras-2", when="keras<3")
def test_loss_object_of_keras_2(compiled_with_an_object):
    """load_model loads an .h5 file of a model that TensorFlow 2.0 compiled with a loss object, such as MeanSquaredError()."""
    model = tf.keras.models.load_model(compiled_with_an_object)
    assert type(model.loss).__name__ == "MeanSquaredError"


@changed(
    "saved-model.loss-object-of-keras-2",
    when="keras>=3",
    instead="load_weights('my_model.h5'), on a model that your own code makes",
    impact="error",
    traces="none: it depends on which version saved the file",
)
def test_loss_object_of_keras_2_is_refused(compiled_with_an_object):
    """load_model raises a ValueError for an .h5 file of a model that TensorFlow 2.0 compiled with a loss object: reduction is auto."""
    with refused(ValueError, naming="reduction"):
        tf.keras.models.load_model(compiled_with_an_object)
    model = network(seed=1)
    model.load_weights(compiled_with_an_object)
    assert as_bytes(model.get_weights()) == as_bytes(network().get_weights())


JSON_OF_KERAS_2 = """
{"class_name": "Sequential", "keras_version": "2.2.4-tf", "backend": "tensorflow", "config": {"name": "net", "layers": [
    {"class_name": "Dense", "config": {"name": "dense", "units": 2, "batch_input_shape": [null, 4], "dtype": "float32"}}
]}}
"""


@holds("saved-model.json-of-keras-2", when="keras<3")
def test_json_of_keras_2():
    """model_from_json makes a model from what to_json of TensorFlow 2.0 returned."""
    model = tf.keras.models.model_from_json(JSON_OF_KERAS_2)
    assert (model.name, [weight.shape for weight in model.get_weights()]) == ("net", [(4, 2), (2,)])


@changed(
    "saved-model.json-of-keras-2",
    when="keras>=3",
    instead="model.save('my_model.h5') on the older version",
    impact="error",
    traces="none: it depends on which version wrote the JSON",
)
def test_json_of_keras_2_is_refused():
    """model_from_json raises a TypeError for what to_json of TensorFlow 2.0 returned: it cannot locate Sequential."""
    with refused(TypeError, naming="Sequential"):
        tf.keras.models.model_from_json(JSON_OF_KERAS_2)
    assert weights_of_model("tensorflow-2.0.4", "my_model.h5") == as_bytes(network().get_weights())
    assert tf.keras.models.model_from_json(network().to_json()).count_params() == network().count_params()


@holds("saved-model.of-keras-2-13", when="tensorflow<2.12")
def test_later_model_of_keras_2_13_is_refused():
    """load_model raises an OSError for a .keras file that Keras 2.13 saved, which is not an HDF5 file."""
    with refused(OSError):
        weights_of_model("keras-2.13.1", "my_model.keras")


@holds("saved-model.of-keras-2-13", when="tensorflow>=2.12 and tensorflow<2.14")
def test_model_of_keras_2_13():
    """load_model loads, bit for bit, a .keras file that Keras 2.13 saved."""
    assert weights_of_model("keras-2.13.1", "my_model.keras") == as_bytes(network().get_weights())


@defect(
    "saved-model.of-keras-2-13",
    when="tensorflow>=2.14",
    instead="model.save('my_model.h5') on the older version",
    impact="error",
    reported="keras-team/keras#18830",
    traces="none: it depends on which version saved the file",
)
def test_model_of_keras_2_13_is_refused():
    """load_model raises a ValueError for a .keras file of a model with several Dense layers that Keras 2.13 saved."""
    with refused(ValueError, naming="expected 2 variables"):
        weights_of_model("keras-2.13.1", "my_model.keras")
    assert weights_of_model("keras-2.13.1", "my_model.h5") == as_bytes(network().get_weights())


# A Sequential and a functional model, and what Keras 3 does not find.
FILES_OF_KERAS_2_15 = {"my_model.keras": "Sequential", "functional.keras": "keras.src.engine.functional"}


@holds("saved-model.of-keras-2-15", when="tensorflow<2.15")
@pytest.mark.parametrize("file", FILES_OF_KERAS_2_15)
def test_later_model_of_keras_2_15_is_refused(file):
    """load_model raises an error for a .keras file that Keras 2.15 saved."""
    with refused(OSError, ValueError, TypeError):
        weights_of_model("keras-2.15.0", file)


@holds("saved-model.of-keras-2-15", when="tensorflow>=2.15 and keras<3")
@pytest.mark.parametrize("file", FILES_OF_KERAS_2_15)
def test_model_of_keras_2_15(file):
    """load_model loads, bit for bit, a .keras file that Keras 2.15 saved."""
    assert weights_of_model("keras-2.15.0", file) == as_bytes(network().get_weights())


@changed(
    "saved-model.of-keras-2-15",
    when="keras>=3",
    instead="load_weights('my_model.keras'), on a model that your own code makes",
    impact="error",
    traces="none: it depends on which version saved the file",
)
@pytest.mark.parametrize("file", FILES_OF_KERAS_2_15)
def test_model_of_keras_2_15_is_refused(file):
    """load_model raises a TypeError for a .keras file that Keras 2.15 saved; load_weights reads its weights.

    Report: keras-team/keras#19089.
    """
    with refused(TypeError, naming=FILES_OF_KERAS_2_15[file]):
        weights_of_model("keras-2.15.0", file)
    model = network(seed=1)
    model.load_weights(str(WRITTEN / "keras-2.15.0" / file))
    assert as_bytes(model.get_weights()) == as_bytes(network().get_weights())


@holds("saved-model.of-keras-3-15", when="keras<3.15")
def test_later_model_of_keras_3_15_is_refused():
    """load_model raises an error for a .keras file of a model with Dense layers that Keras 3.15 saved."""
    with refused(OSError, ValueError, TypeError):
        weights_of_model("keras-3.15.1", "my_model.keras")


@holds("saved-model.of-keras-3-15", when="keras>=3.15")
def test_model_of_keras_3_15():
    """load_model loads, bit for bit, a .keras file that Keras 3.15 saved."""
    assert weights_of_model("keras-3.15.1", "my_model.keras") == as_bytes(network().get_weights())
