"""Week 4, When you save the whole model; To load the model: custom layers and functions.

Subject: saving and loading.
"""

import os

import pytest
import tensorflow as tf

from spec.week4_saving_loading.files import X, as_bytes
from tf_conformance import changed, defect, holds, near, refused

keras, layers = tf.keras, tf.keras.layers


# Custom layers


class Scale(layers.Layer):
    """A custom layer that multiplies its inputs by a number."""

    def __init__(self, by=1.0, **settings):
        super().__init__(**settings)
        self.by = by

    def call(self, inputs):
        """The inputs, multiplied."""
        return inputs * self.by

    def get_config(self):
        """The configuration of the layer, with the number."""
        return {**super().get_config(), "by": self.by}


@pytest.fixture
def custom():
    """A model with the custom layer."""
    return keras.Sequential([layers.Dense(2, input_shape=(4,)), Scale(3.0)])


def check_custom_objects(custom, path):
    """Checks that the model, saved to ``path``, is loaded with custom_objects, its custom layer included."""
    custom.save(path)
    loaded = tf.keras.models.load_model(path, custom_objects={"Scale": Scale})
    assert loaded.layers[-1].by == 3.0
    assert loaded(X).numpy() == near(custom(X).numpy())


@holds("saved-model.custom-objects")
def test_custom_layer_is_passed(custom, tmp_path):
    """With custom_objects, a model with a custom layer can be loaded from a .keras file."""
    check_custom_objects(custom, str(tmp_path / "m.keras"))


@holds("saved-model.custom-objects-hdf5", when="keras<3 or keras>=3.3")
def test_custom_layer_is_passed_for_hdf5(custom, tmp_path):
    """With custom_objects, a model with a custom layer can be loaded from an .h5 file."""
    check_custom_objects(custom, str(tmp_path / "m.h5"))


@defect(
    "saved-model.custom-objects-hdf5",
    when="keras>=3 and keras<3.3",
    instead="with keras.utils.custom_object_scope({...}):",
    impact="error",
    reported="keras-team/keras@cd62a84c09",
    traces=["tf.keras.models.load_model(filepath=$ONE_OF('*.h5', '*.hdf5'), custom_objects={$NAME: $OBJECT})"],
)
def test_custom_objects_are_ignored_for_hdf5(custom, tmp_path):
    """load_model ignores custom_objects for an .h5 file: a custom layer raises a ValueError outside a custom_object_scope."""
    with refused(ValueError, naming="Scale"):
        check_custom_objects(custom, str(tmp_path / "m.h5"))
    with keras.utils.custom_object_scope({"Scale": Scale}):
        assert tf.keras.models.load_model(str(tmp_path / "m.h5")).layers[-1].by == 3.0


@holds("saved-model.custom-objects")
def test_custom_layer_must_be_passed_for_hdf5(custom, tmp_path):
    """Without custom_objects, also after a custom_object_scope, load_model raises a ValueError that names a custom layer in an .h5 file."""
    custom.save(str(tmp_path / "m.h5"))
    with keras.utils.custom_object_scope({"Scale": Scale}):
        assert tf.keras.models.load_model(str(tmp_path / "m.h5")).layers[-1].by == 3.0
    with refused(ValueError, naming="Scale"):
        tf.keras.models.load_model(str(tmp_path / "m.h5"))


@holds("saved-model.unknown-class", when="keras<3 or keras>=3.9")
def test_custom_layer_must_be_passed(custom, tmp_path):
    """Without custom_objects, load_model raises an error that names the unregistered custom layer of a .keras file."""
    custom.save(str(tmp_path / "m.keras"))
    with refused(ValueError, TypeError, naming="Scale"):
        tf.keras.models.load_model(str(tmp_path / "m.keras"))


@defect(
    "saved-model.unknown-class",
    when="keras>=3 and keras<3.9",
    instead="load_weights(path), on a model that your own code makes",
    impact="silent",
    reported="keras-team/keras#20751",
    traces="none: it depends on the layers in the file",
)
def test_module_named_in_the_file_is_imported(custom, tmp_path):
    """Without custom_objects, a .keras file with an unregistered custom layer is loaded: Keras imports the module that the file names."""
    custom.save(str(tmp_path / "m.keras"))
    assert tf.keras.models.load_model(str(tmp_path / "m.keras")).layers[-1].by == 3.0
    model = network_with(layers.Activation("linear"))
    model.load_weights(str(tmp_path / "m.keras"))
    assert as_bytes(model.get_weights()) == as_bytes(custom.get_weights())


class Plain(layers.Layer):
    """A custom layer that takes an argument and has no get_config."""

    def __init__(self, by, **settings):
        super().__init__(**settings)
        self.by = by

    def call(self, inputs):
        """The inputs, multiplied."""
        return inputs * self.by


def saved_without_get_config(path):
    """The argument of a layer without get_config, after its model was saved and loaded."""
    keras.Sequential([layers.Dense(2, input_shape=(4,)), Plain(3.0)]).save(path)
    return tf.keras.models.load_model(path, custom_objects={"Plain": Plain}).layers[-1].by


@holds("saved-model.without-get-config", when="tensorflow<2.11")
@pytest.mark.parametrize("name", ["m.keras", "m.h5"])
def test_layer_without_get_config_is_refused(tmp_path, name):
    """A model is not saved if a layer takes arguments and has no get_config: a NotImplementedError says so."""
    with refused(NotImplementedError, naming="get_config"):
        saved_without_get_config(str(tmp_path / name))


@changed(
    "saved-model.without-get-config",
    when="tensorflow>=2.11",
    instead="nothing: the arguments are kept",
    impact="looks",
    traces="none: what older versions accept has the same effect",
)
def test_arguments_are_kept(tmp_path):
    """A .keras file keeps a number that a layer takes as an argument, even if the layer has no get_config."""
    assert saved_without_get_config(str(tmp_path / "m.keras")) == 3.0


class Tower(layers.Layer):
    """A custom layer that holds two Dense layers in a list, or in a list within a list."""

    def __init__(self, nested, **settings):
        super().__init__(**settings)
        self.nested = nested
        floors = [layers.Dense(2), layers.Dense(2)]
        self.floors = [floors] if nested else floors

    def call(self, inputs):
        """The outputs of the upper Dense layer."""
        for floor in self.floors[0] if self.nested else self.floors:
            inputs = floor(inputs)
        return inputs

    def get_config(self):
        """The configuration of the layer, with its argument."""
        return {**super().get_config(), "nested": self.nested}


def kept_weights(path, nested):
    """Whether each weight of a model with that layer is the same after the model was saved and loaded."""
    model = keras.Sequential([layers.Dense(2, input_shape=(4,)), Tower(nested)])
    model.set_weights([weight + 1 for weight in model.get_weights()])
    model.save(path)
    loaded = tf.keras.models.load_model(path, custom_objects={"Tower": Tower})
    return [as_bytes([old]) == as_bytes([new]) for old, new in zip(model.get_weights(), loaded.get_weights())]


@holds("saved-model.nested-lists", when="tensorflow<2.13 or keras>=3.15")
def test_layers_in_nested_lists_are_saved(tmp_path):
    """A .keras file has the weights of the layers that a custom layer holds in a list within a list."""
    assert kept_weights(str(tmp_path / "m.keras"), nested=True) == 6 * [True]


@defect(
    "saved-model.nested-lists",
    when="tensorflow>=2.13 and keras<3.15",
    instead="the layers in a list that holds no other list",
    impact="silent",
    reported="keras-team/keras#20598",
    traces=[
        "class $CLASS(tf.keras.layers.Layer):\n    def __init__():\n        [[tf.keras.layers.$INNER()]]\n",
    ],
)
def test_layers_in_nested_lists_are_left_out(tmp_path):
    """A .keras file lacks the weights of the layers that a custom layer holds in a list within a list: loaded, they are new."""
    assert kept_weights(str(tmp_path / "m.keras"), nested=True) == 2 * [True] + 4 * [False]
    assert kept_weights(str(tmp_path / "n.keras"), nested=False) == 6 * [True]


@holds("saved-model.sublayers-hdf5", when="keras<3 or keras>=3.3")
def test_layers_in_a_layer_are_saved_in_hdf5(tmp_path):
    """A model whose custom layer holds two Dense layers can be saved to an .h5 file and loaded, with all weights."""
    assert kept_weights(str(tmp_path / "m.h5"), nested=False) == 6 * [True]


@defect(
    "saved-model.sublayers-hdf5",
    when="keras>=3 and keras<3.3",
    instead="model.save('my_model.keras')",
    impact="error",
    reported="keras-team/keras#19375",
    traces="none: it depends on what the layers of the model hold",
)
def test_layers_in_a_layer_share_a_name(tmp_path):
    """A model whose custom layer holds two Dense layers cannot be saved to an .h5 file: their weights have the same name."""
    with refused(ValueError, RuntimeError, naming="name already exists"):
        kept_weights(str(tmp_path / "m.h5"), nested=False)
    assert kept_weights(str(tmp_path / "m.keras"), nested=False) == 6 * [True]


def twice(x):
    """A custom activation function."""
    return 2 * x


def check_custom_function(path):
    """Asserts that a layer with the custom activation can be saved and loaded."""
    keras.Sequential([layers.Dense(2, input_shape=(4,), activation=twice)]).save(path)
    loaded = tf.keras.models.load_model(path, custom_objects={"twice": twice})
    assert loaded.layers[0].activation is twice


@holds("saved-model.custom-function-hdf5", when="keras<2.13 or keras>=3.3")
def test_custom_function_is_passed_for_hdf5(tmp_path):
    """With custom_objects, a model with a custom activation function can be loaded from an .h5 file."""
    check_custom_function(str(tmp_path / "m.h5"))


@defect(
    "saved-model.custom-function-hdf5",
    when="keras>=2.13 and keras<3.3",
    instead="model.save('my_model.keras')",
    impact="error",
    reported="keras-team/keras#20833, ageron/handson-ml2#634",
    traces=[
        "tf.keras.layers.$CLASS(activation=$FUNCTION); "
        "tf.keras.models.load_model(filepath=$ONE_OF('*.h5', '*.hdf5'), custom_objects={$NAME: $OBJECT})"
    ],
)
def test_custom_function_is_not_found_in_hdf5(tmp_path):
    """A model with a custom activation function cannot be loaded from an .h5 file, even with custom_objects: a TypeError names Dense."""
    with refused(TypeError, naming="Dense"):
        check_custom_function(str(tmp_path / "m.h5"))
    check_custom_function(str(tmp_path / "m.keras"))


# Code in files


def network_with(last):
    """A network that ends with this layer."""
    return keras.Sequential([layers.Dense(2, input_shape=(4,)), last])


@pytest.fixture
def file_with_code(tmp_path, monkeypatch):
    """Saves a model with a Lambda layer whose function sets an environment variable; returns the path and the predictions."""

    def save(name, wrapped=False):
        mark = layers.Lambda(lambda x: (x * 3.0, __import__("os").environ.update(CODE_OF_A_FILE="ran"))[0])
        wrapper = [layers.Reshape((2, 2), input_shape=(4,)), layers.TimeDistributed(mark)]
        model = keras.Sequential(wrapper) if wrapped else network_with(mark)
        model.save(str(tmp_path / name))
        expected = model(X).numpy()
        monkeypatch.setenv("CODE_OF_A_FILE", "did not run")
        return str(tmp_path / name), expected

    return save


def check_code_is_run(path, expected, **settings):
    """Asserts that the code of the file runs when it is loaded."""
    assert tf.keras.models.load_model(path, **settings)(X).numpy() == near(expected)
    assert os.environ["CODE_OF_A_FILE"] == "ran"


def check_code_is_refused(path):
    """Asserts that the file is not loaded, and that its code does not run."""
    with refused(ValueError, naming="lambda"):
        tf.keras.models.load_model(path)
    assert os.environ["CODE_OF_A_FILE"] == "did not run"


def check_weights_are_loaded_without_code(path, expected):
    """Asserts that load_weights reads the weights in the file and runs none of its code."""
    model = network_with(layers.Activation("linear"))
    model.load_weights(path)
    assert os.environ["CODE_OF_A_FILE"] == "did not run"
    assert 3 * model(X).numpy() == near(expected)


@defect(
    "saved-model.safe-mode",
    when="tensorflow<2.13",
    instead="load_weights(path), on a model that your own code makes",
    impact="silent",
    reported="keras-team/keras@8f1eda8188",
    traces="none: it depends on the layers in the file",
)
def test_code_is_run(file_with_code):
    """A .keras file with a Python lambda in a Lambda layer is loaded, and the lambda runs."""
    path, expected = file_with_code("m.keras")
    check_weights_are_loaded_without_code(path, expected)
    check_code_is_run(path, expected)


@holds("saved-model.safe-mode", when="tensorflow>=2.13")
@pytest.mark.parametrize("wrapped", [False, True])
def test_code_is_refused(file_with_code, wrapped):
    """load_model raises a ValueError for a Python lambda in a Lambda layer of a .keras file, wrapped in another or not; it does not run."""
    path, _ = file_with_code("m.keras", wrapped)
    check_code_is_refused(path)


@holds("saved-model.safe-mode", when="tensorflow>=2.13")
@pytest.mark.parametrize("wrapped", [False, True])
def test_trusted_code_is_run(file_with_code, wrapped):
    """With safe_mode=False, the file is loaded, and the lambda runs."""
    check_code_is_run(*file_with_code("m.keras", wrapped), safe_mode=False)


@defect(
    "saved-model.safe-mode-hdf5",
    when="keras<3.11.3",
    instead="load_weights(path), on a model that your own code makes",
    impact="silent",
    reported="keras-team/keras#21602",
    traces="none: it depends on the layers in the file",
)
def test_code_in_hdf5_is_run(file_with_code):
    """An .h5 file with a Python lambda in a Lambda layer, not inside another layer, is loaded, and the lambda runs."""
    path, expected = file_with_code("m.h5")
    check_weights_are_loaded_without_code(path, expected)
    check_code_is_run(path, expected)


@holds("saved-model.safe-mode-hdf5", when="keras>=3.11.3")
@pytest.mark.parametrize("wrapped", [False, True])
def test_code_in_hdf5_is_refused(file_with_code, wrapped):
    """load_model raises a ValueError for a Python lambda in a Lambda layer of an .h5 file, even inside another layer; it does not run."""
    path, _ = file_with_code("m.h5", wrapped)
    check_code_is_refused(path)


@holds("saved-model.safe-mode-hdf5", when="keras>=3.11.3")
@pytest.mark.parametrize("wrapped", [False, True])
def test_trusted_code_in_hdf5_is_run(file_with_code, wrapped):
    """With safe_mode=False, the file is loaded, and the lambda runs."""
    check_code_is_run(*file_with_code("m.h5", wrapped), safe_mode=False)


def three_times(x):
    """A function with a name."""
    return 3.0 * x


@pytest.fixture
def file_with_a_function(tmp_path):
    """The path of an .h5 file of a model with a Lambda layer of that function, and the predictions of the model."""
    model = network_with(layers.Lambda(three_times))
    model.save(str(tmp_path / "m.h5"))
    return str(tmp_path / "m.h5"), model(X).numpy()


@holds("saved-model.named-function-hdf5", when="keras<3")
def test_named_function_is_in_the_file(file_with_a_function):
    """An .h5 file with a named function in a Lambda layer is loaded without custom_objects."""
    path, expected = file_with_a_function
    assert tf.keras.models.load_model(path)(X).numpy() == near(expected)


@changed(
    "saved-model.named-function-hdf5",
    when="keras>=3",
    instead="with keras.utils.custom_object_scope({'three_times': three_times}):",
    impact="error",
    traces="none: it depends on the layers in the file",
)
def test_named_function_must_be_passed(file_with_a_function):
    """Without custom_objects, load_model raises an error that names the function in a Lambda layer of an .h5 file."""
    path, expected = file_with_a_function
    with refused(TypeError, ValueError, naming="three_times"):
        tf.keras.models.load_model(path)
    with keras.utils.custom_object_scope({"three_times": three_times}):
        assert tf.keras.models.load_model(path)(X).numpy() == near(expected)
