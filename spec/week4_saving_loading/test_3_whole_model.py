"""Week 4, When you save the whole model; To load the model.

Subject: saving and loading.
"""

import io
import json
import os
import shutil
import zipfile

import h5py
import numpy as np
import pytest
import tensorflow as tf

from spec.models import any_order, batches, compiled, linear
from spec.week4_saving_loading.files import DATA, X, Y, as_bytes, every_layer, files_below, network, trained
from tf_conformance import changed, defect, holds, misstated, near, refused

keras, layers = tf.keras, tf.keras.layers
losses, metrics = tf.keras.losses, tf.keras.metrics


def same_predictions(model):
    """The model's predictions for X, which another one with its weights may compute in another order."""
    return near(model(X).numpy(), rtol=0, atol=any_order(X, *model.get_weights()))


def top_level(folder):
    """The names in a folder, sorted."""
    return sorted(path.name for path in folder.iterdir())


# The folder of a saved model


@holds("saved-model.layout", when="keras<3")
def test_save_writes_a_folder(tmp_path):
    """model.save('my_model') writes a folder with saved_model.pb, a variables folder and an empty assets folder."""
    trained().save(str(tmp_path / "my_model"))
    names = top_level(tmp_path / "my_model")
    assert {"assets", "variables", "saved_model.pb"} <= set(names)
    assert set(names) <= {"assets", "variables", "saved_model.pb", "keras_metadata.pb", "fingerprint.pb"}
    assert top_level(tmp_path / "my_model" / "variables") == ["variables.data-00000-of-00001", "variables.index"]
    assert top_level(tmp_path / "my_model" / "assets") == []


@changed(
    "saved-model.layout",
    when="keras>=3",
    instead="model.save('my_model.keras'), or model.export('my_model') to serve it",
    impact="error",
    traces=[
        "$MODEL.save(filepath=$NONE_OF('*.keras', '*.h5', '*.hdf5'), save_format=$ABSENT)",
        "tf.keras.models.save_model($MODEL, $NONE_OF($ABSENT, '*.keras', '*.h5', '*.hdf5'), save_format=$ABSENT)",
    ],
)
def test_save_needs_an_extension(tmp_path):
    """model.save('my_model') raises a ValueError that asks for .keras; model.export('my_model') writes the folder."""
    model = trained()
    with refused(ValueError, naming=".keras"):
        model.save(str(tmp_path / "my_model"))
    model.export(str(tmp_path / "my_model"))
    assert {"assets", "variables", "saved_model.pb"} <= set(top_level(tmp_path / "my_model"))
    assert top_level(tmp_path / "my_model" / "variables") == ["variables.data-00000-of-00001", "variables.index"]
    model.save(str(tmp_path / "my_model.keras"))
    assert (tmp_path / "my_model.keras").is_file()


@misstated(
    "saved-model.assets",
    instead="tf.saved_model.Asset(path), for a file such as a vocabulary",
    impact="silent",
    traces="none: it is a sentence of the notes, not code",
)
def test_assets_are_files_that_the_model_needs(tmp_path):
    """The assets folder is for files that the model needs, such as a vocabulary, not for TensorBoard's files."""
    (tmp_path / "words.txt").write_text("one\ntwo\n", encoding="utf-8")
    module = tf.Module()
    module.words = tf.saved_model.Asset(str(tmp_path / "words.txt"))
    tf.saved_model.save(module, str(tmp_path / "saved"))
    assert files_below(tmp_path / "saved" / "assets") == ["words.txt"]
    assert (tmp_path / "saved" / "assets" / "words.txt").read_text(encoding="utf-8") == "one\ntwo\n"
    assert tf.saved_model.load(str(tmp_path / "saved")).words.asset_path.numpy().endswith(b"saved/assets/words.txt")


# Loading


@pytest.fixture(params=[".keras", ".h5"])
def path(request, tmp_path):
    """Where to save a whole model, in each format that every Keras supports."""
    return str(tmp_path / ("my_model" + request.param))


@holds("saved-model.load")
def test_same_architecture_and_weights(path):
    """load_model returns a model with the same name, layers, weights and predictions as the saved one."""
    model = trained()
    model.save(path)
    loaded = tf.keras.models.load_model(path)
    assert loaded.name == model.name
    assert [layer.name for layer in loaded.layers] == [layer.name for layer in model.layers]
    assert [type(layer).__name__ for layer in loaded.layers] == ["Dense", "Dense"]
    assert as_bytes(loaded.get_weights()) == as_bytes(model.get_weights())
    assert loaded.predict(X, verbose=0) == same_predictions(model)
    assert [layer.get_config() for layer in loaded.layers] == [layer.get_config() for layer in model.layers]


@holds("saved-model.load")
def test_same_summary(path):
    """The loaded model has the same summary."""
    model = network()
    model.save(path)
    lines, loaded_lines = [], []
    model.summary(print_fn=lambda line, line_break=False: lines.append(line))
    tf.keras.models.load_model(path).summary(print_fn=lambda line, line_break=False: loaded_lines.append(line))
    assert loaded_lines == lines


@holds("saved-model.load")
def test_every_layer_of_the_notes(path, rng):
    """The loaded model has the settings, the weights and the penalties of the saved one, whichever of the notes' layers it is made of."""
    model = every_layer()
    model.set_weights([rng.rand(*weight.shape).astype(np.float32) for weight in model.get_weights()])
    model.save(path)
    loaded = tf.keras.models.load_model(path)
    assert [type(layer).__name__ for layer in loaded.layers] == [type(layer).__name__ for layer in model.layers]
    assert [layer.get_config() for layer in loaded.layers] == [layer.get_config() for layer in model.layers]
    assert as_bytes(loaded.get_weights()) == as_bytes(model.get_weights())
    assert [float(loss) for loss in loaded.losses] == near([float(loss) for loss in model.losses])
    x = rng.rand(4, 8, 9, 2).astype(np.float32)
    assert loaded(x).numpy() == near(model(x).numpy())


@holds("saved-model.load")
def test_functional_model(path):
    """The same is true of a functional model in which the inputs go two ways."""
    x = keras.Input(shape=(4,), name="x")
    hidden = layers.Dense(3, activation="relu", name="hidden")(x)
    model = keras.Model(x, layers.Dense(2, name="y")(layers.Concatenate()([hidden, x])), name="two_ways")
    model.save(path)
    loaded = tf.keras.models.load_model(path)
    assert (loaded.name, [layer.name for layer in loaded.layers]) == (
        model.name,
        [layer.name for layer in model.layers],
    )
    assert as_bytes(loaded.get_weights()) == as_bytes(model.get_weights())
    assert loaded(X).numpy() == near(model(X).numpy())


@holds("saved-model.load")
def test_model_built_by_fit(path):
    """The same is true of a model without an input shape, which fit has built."""
    model = compiled(keras.Sequential([layers.Dense(2)]), optimizer="sgd", loss=losses.MeanSquaredError())
    model.fit(DATA, verbose=0)
    model.save(path)
    assert as_bytes(tf.keras.models.load_model(path).get_weights()) == as_bytes(model.get_weights())


CLASSES = np.array([[0], [1], [3], [3], [2], [1]])
ONE_HOT = np.eye(4, dtype=np.float32)[CLASSES[:, 0]]
COMPILED_WITH = {
    "binary": lambda: (
        ONE_HOT,
        losses.BinaryCrossentropy(from_logits=True, label_smoothing=0.25),
        {"metrics": [metrics.BinaryAccuracy(threshold=0.7), "accuracy", metrics.MeanSquaredError()]},
    ),
    "categorical": lambda: (
        ONE_HOT,
        losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.25),
        {"metrics": [metrics.CategoricalAccuracy(), metrics.TopKCategoricalAccuracy(k=2)]},
    ),
    "sparse": lambda: (
        CLASSES,
        losses.SparseCategoricalCrossentropy(from_logits=True),
        {"metrics": [metrics.SparseCategoricalAccuracy(), metrics.SparseTopKCategoricalAccuracy(k=2)]},
    ),
    "squared": lambda: (ONE_HOT, losses.MeanSquaredError(), {"metrics": ["acc", "mae", metrics.BinaryAccuracy()]}),
    "absolute": lambda: (
        ONE_HOT,
        losses.MeanAbsoluteError(),
        {"metrics": [metrics.MeanAbsoluteError(name="error")], "weighted_metrics": ["mse"]},
    ),
}


@holds("saved-model.load")
@pytest.mark.parametrize("name", COMPILED_WITH)
def test_loss_and_metrics_of_the_notes(path, rng, name):
    """The loaded model has the loss and the metrics of the saved one: evaluate returns the same."""
    labels, loss, settings = COMPILED_WITH[name]()
    x = rng.randn(6, 3).astype(np.float32)
    model = compiled(linear(3 * rng.randn(3, 4), rng.randn(4)), optimizer="sgd", loss=loss, **settings)
    model.train_on_batch(x, labels)
    model.save(path)
    loaded = tf.keras.models.load_model(path)
    loaded.run_eagerly = True
    data = batches(x, labels)
    assert loaded.evaluate(data, verbose=0) == near(model.evaluate(data, verbose=0))


OPTIMIZERS = {
    "SGD": {"learning_rate": 0.25, "momentum": 0.5, "nesterov": True},
    "Adam": {"learning_rate": 0.25, "beta_1": 0.5, "beta_2": 0.75, "epsilon": 0.125, "amsgrad": True},
    "RMSprop": {"learning_rate": 0.25, "rho": 0.5, "momentum": 0.75, "epsilon": 0.125, "centered": True},
}


@holds("saved-model.load")
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_settings_of_the_optimizer(path, name):
    """The loaded model has the optimizer of the saved one, with its settings."""
    settings = OPTIMIZERS[name]
    model = compiled(network(), optimizer=getattr(keras.optimizers, name)(**settings), loss=losses.MeanSquaredError())
    model.train_on_batch(X, Y)
    model.save(path)
    loaded = tf.keras.models.load_model(path).optimizer
    assert type(loaded).__name__ == name
    assert {setting: loaded.get_config()[setting] for setting in settings} == settings


@holds("saved-model.load")
def test_schedule_of_the_learning_rate(path):
    """If its learning rate is a schedule, the loaded one has that schedule."""
    settings = {"initial_learning_rate": 0.5, "decay_steps": 10, "decay_rate": 0.25}
    schedule = keras.optimizers.schedules.ExponentialDecay(**settings)
    compiled(network(), optimizer=keras.optimizers.SGD(schedule), loss=losses.MeanSquaredError()).save(path)
    loaded = tf.keras.models.load_model(path).optimizer.get_config()["learning_rate"]
    assert loaded["class_name"] == "ExponentialDecay"
    assert {name: loaded["config"][name] for name in settings} == settings


@holds("saved-model.load")
@pytest.mark.parametrize("name", ["my_model.keras", "my_model.h5", "my_model.hdf5"])
def test_name_in_the_current_folder(tmp_path, monkeypatch, name):
    """A model is saved in the current folder if the name has none; saved again, it replaces the file."""
    monkeypatch.chdir(tmp_path)
    for seed in (1, 2):
        network(seed=seed).save(name)
    assert files_below(tmp_path) == [name]
    assert as_bytes(tf.keras.models.load_model(name).get_weights()) == as_bytes(network(seed=2).get_weights())


@holds("saved-model.overwrite")
@pytest.mark.parametrize(("answer", "seed"), [("n", 1), ("y", 2)])
def test_file_is_replaced_only_if_wanted(path, monkeypatch, answer, seed):
    """With overwrite=False, model.save asks on the terminal whether to replace a file that exists, and keeps it if the answer is n."""
    network(seed=1).save(path)
    monkeypatch.setattr("sys.stdin", io.StringIO(2 * f"{answer}\n"))  # Keras 3 asks twice for .h5
    network(seed=2).save(path, overwrite=False)
    assert as_bytes(tf.keras.models.load_model(path).get_weights()) == as_bytes(network(seed=seed).get_weights())


@pytest.fixture
def saved_in_a_new_folder(tmp_path):
    """Saves the network below a folder that does not exist; returns the files that are there then."""

    def save(name):
        network().save(str(tmp_path / "new" / name))
        return files_below(tmp_path)

    return save


@holds("saved-model.new-folder", when="tensorflow<2.4")
def test_missing_folder_is_refused(saved_in_a_new_folder):
    """model.save raises an OSError for a .keras file in a folder that does not exist."""
    with refused(OSError, naming="new"):
        saved_in_a_new_folder("my_model.keras")


@changed(
    "saved-model.new-folder",
    when="tensorflow>=2.4 and tensorflow<2.13",
    instead="nothing: the folder is made",
    impact="looks",
    traces="none: it depends on which folders there are",
)
def test_missing_folder_is_made(saved_in_a_new_folder):
    """model.save makes the folder of a .keras file if it does not exist."""
    assert saved_in_a_new_folder("my_model.keras") == ["new/my_model.keras"]


@changed(
    "saved-model.new-folder",
    when="tensorflow>=2.13",
    instead="os.makedirs(folder, exist_ok=True), before saving",
    impact="error",
    traces="none: it depends on which folders there are",
)
def test_missing_folder_is_refused_again(saved_in_a_new_folder, tmp_path):
    """model.save raises a FileNotFoundError for a .keras file, but not for an .h5 file, in a folder that does not exist."""
    with refused(FileNotFoundError, naming="new"):
        saved_in_a_new_folder("my_model.keras")
    os.makedirs(str(tmp_path / "new"), exist_ok=True)
    assert saved_in_a_new_folder("my_model.keras") == ["new/my_model.keras"]
    shutil.rmtree(str(tmp_path / "new"))
    assert saved_in_a_new_folder("my_model.h5") == ["new/my_model.h5"]


@holds("saved-model.open-file", when="keras<3")
def test_open_file(tmp_path):
    """model.save and load_model accept an open h5py.File in place of a path."""
    with h5py.File(str(tmp_path / "my_model.h5"), "w") as file:
        network().save(file)
    with h5py.File(str(tmp_path / "my_model.h5"), "r") as file:
        loaded = tf.keras.models.load_model(file)
    assert as_bytes(loaded.get_weights()) == as_bytes(network().get_weights())


@changed(
    "saved-model.open-file",
    when="keras>=3",
    instead="model.save('my_model.h5') and load_model('my_model.h5')",
    impact="error",
    traces=["$MODEL.save(h5py.File())", "tf.keras.models.load_model(h5py.File())"],
)
def test_open_file_is_refused(tmp_path):
    """model.save and load_model raise a ValueError or TypeError for an open h5py.File in place of a path."""
    with h5py.File(str(tmp_path / "other.h5"), "w") as file, refused(ValueError, TypeError):
        network().save(file)
    path = str(tmp_path / "my_model.h5")
    network().save(path)
    with h5py.File(path, "r") as file, refused(ValueError, TypeError):
        tf.keras.models.load_model(file)
    assert as_bytes(tf.keras.models.load_model(path).get_weights()) == as_bytes(network().get_weights())


def loaded_without_compile(path):
    """A model that was saved with Adam, loaded with compile=False; its weights are those of the saved one."""
    model = trained()
    model.save(path)
    loaded = tf.keras.models.load_model(path, compile=False)
    assert as_bytes(loaded.get_weights()) == as_bytes(model.get_weights())
    return loaded


@holds("saved-model.load")
def test_not_compiled(tmp_path):
    """With compile=False, a model that is loaded from a .keras file is not compiled."""
    assert getattr(loaded_without_compile(str(tmp_path / "m.keras")), "optimizer", None) is None


@holds("saved-model.not-compiled-hdf5", when="keras<3 or keras>=3.3")
def test_not_compiled_from_hdf5(tmp_path):
    """With compile=False, a model that is loaded from an .h5 file is not compiled."""
    assert getattr(loaded_without_compile(str(tmp_path / "m.h5")), "optimizer", None) is None


@defect(
    "saved-model.not-compiled-hdf5",
    when="keras>=3 and keras<3.3",
    instead="loaded.compile(optimizer, loss), which replaces what was loaded",
    impact="silent",
    reported="keras-team/keras@21dd61e2c3",
    traces=["tf.keras.models.load_model(filepath=$ONE_OF('*.h5', '*.hdf5'), compile=False)"],
)
def test_compiled_from_hdf5_all_the_same(tmp_path):
    """load_model ignores compile=False for an .h5 file: the loaded model is compiled as the saved one was."""
    loaded = loaded_without_compile(str(tmp_path / "m.h5"))
    assert type(getattr(loaded, "optimizer", None)).__name__ == "Adam"
    loaded.compile(optimizer="sgd", loss="mse")
    assert type(loaded.optimizer).__name__ == "SGD"


def kept_by_training(path, freeze_again=False):
    """Saves a network whose first layer is frozen; whether training the loaded one keeps the weights of its first and last layer."""
    model = network()
    model.layers[0].trainable = False
    model.save(path)
    loaded = tf.keras.models.load_model(path)
    assert [layer.trainable for layer in loaded.layers] == [False, True]
    if freeze_again:
        loaded.layers[0].trainable = True
        loaded.layers[0].trainable = False
    compiled(loaded, optimizer=keras.optimizers.SGD(0.5), loss="mse").train_on_batch(X, Y)
    return [
        as_bytes(after.get_weights()) == as_bytes(before.get_weights())
        for after, before in zip(loaded.layers, model.layers)
    ]


@holds("saved-model.frozen", when="keras<3 or keras>=3.2")
def test_frozen_layer_stays_frozen(path):
    """A layer that was frozen before saving is frozen in the loaded model, whose training keeps the layer's weights."""
    assert kept_by_training(path) == [True, False]


@defect(
    "saved-model.frozen",
    when="keras>=3 and keras<3.2",
    instead="layer.trainable = True, then layer.trainable = False, after loading",
    impact="silent",
    reported="keras-team/keras@471edf24d9",
    traces="none: it depends on the layers in the file",
)
def test_frozen_layer_is_trained(path):
    """A layer that was frozen before saving has trainable=False in the loaded model, whose training changes its weights all the same."""
    assert kept_by_training(path) == [False, False]
    assert kept_by_training(path, freeze_again=True) == [True, False]


def after_another_epoch(model, path):
    """The weights after one more epoch: those of the model, and those of the one that is saved to ``path`` and loaded."""
    model.save(path)
    loaded = tf.keras.models.load_model(path)
    assert int(loaded.optimizer.iterations.numpy()) == 2
    loaded.run_eagerly = True
    for each in (loaded, model):
        each.fit(DATA, verbose=0)
    return model.get_weights(), loaded.get_weights()


@holds("saved-model.load")
def test_training_continues(tmp_path):
    """Training continues from the optimizer's saved state: the loaded model's next step is that of the original model."""
    for expected, seen in zip(*after_another_epoch(trained(), str(tmp_path / "m.keras"))):
        assert seen == near(expected)


@holds("saved-model.train-from-hdf5", when="keras<3")
def test_training_continues_from_hdf5(tmp_path):
    """A model that was loaded from an .h5 file continues training from the optimizer's saved state."""
    for expected, seen in zip(*after_another_epoch(trained(), str(tmp_path / "m.h5"))):
        assert seen == near(expected)


@defect(
    "saved-model.train-from-hdf5",
    when="keras>=3",
    instead="model.save('my_model.keras'), or compile again after loading",
    impact="error",
    traces=[
        "$MODEL = tf.keras.models.load_model(filepath=$ONE_OF('*.h5', '*.hdf5'), compile=$ONE_OF($ABSENT, "
        "True)); not $MODEL.compile(); $MODEL.fit()"
    ],
)
def test_training_does_not_continue_from_hdf5(tmp_path):
    """Training a model that was loaded from an .h5 file raises a ValueError: the optimizer does not know its variables."""
    with refused(ValueError, naming="Unknown variable"):
        after_another_epoch(trained(), str(tmp_path / "m.h5"))
    loaded = tf.keras.models.load_model(str(tmp_path / "m.h5"))
    loaded.compile(optimizer="adam", loss=keras.losses.MeanSquaredError(), run_eagerly=True)
    loaded.fit(DATA, verbose=0)
    assert int(loaded.optimizer.iterations.numpy()) == 1


@holds("saved-model.include-optimizer", when="tensorflow<2.13")
def test_include_optimizer(path):
    """model.save(path, include_optimizer=False) leaves the optimizer out of the file."""
    trained().save(path, include_optimizer=False)
    assert getattr(tf.keras.models.load_model(path), "optimizer", None) is None


@changed(
    "saved-model.include-optimizer",
    when="tensorflow>=2.13 and keras<3",
    instead="model.save('my_model.h5', include_optimizer=False)",
    impact="error",
    traces=["$MODEL.save(filepath='*.keras', include_optimizer=False)"],
)
def test_include_optimizer_is_refused(tmp_path):
    """include_optimizer=False leaves the optimizer out of an .h5 file, but raises a ValueError for a .keras file."""
    with refused(ValueError, naming="include_optimizer"):
        trained().save(str(tmp_path / "m.keras"), include_optimizer=False)
    trained().save(str(tmp_path / "m.h5"), include_optimizer=False)
    assert getattr(tf.keras.models.load_model(str(tmp_path / "m.h5")), "optimizer", None) is None


@defect(
    "saved-model.include-optimizer",
    when="keras>=3",
    instead="model.save('my_model.h5', include_optimizer=False), or save before compile",
    impact="silent",
    reported="tensorflow/tensorflow#84268",
    traces=["$MODEL.save(filepath='*.keras', include_optimizer=False)"],
)
def test_include_optimizer_is_ignored(tmp_path):
    """include_optimizer=False leaves the optimizer out of an .h5 file, but is ignored for a .keras file."""
    trained().save(str(tmp_path / "m.keras"), include_optimizer=False)
    assert type(getattr(tf.keras.models.load_model(str(tmp_path / "m.keras")), "optimizer", None)).__name__ == "Adam"
    trained().save(str(tmp_path / "m.h5"), include_optimizer=False)
    assert getattr(tf.keras.models.load_model(str(tmp_path / "m.h5")), "optimizer", None) is None
    network().save(str(tmp_path / "n.keras"))
    assert getattr(tf.keras.models.load_model(str(tmp_path / "n.keras")), "optimizer", None) is None


def loss_after_loading(tmp_path, extension):
    """Saves and loads a model compiled with loss='mse'; returns the loss of the loaded model and that of the original."""
    path = str(tmp_path / "m") + extension
    model = compiled(network(), optimizer="sgd", loss="mse")
    model.fit(DATA, verbose=0)
    model.save(path)
    return tf.keras.models.load_model(path).evaluate(DATA, verbose=0), model.evaluate(DATA, verbose=0)


@holds("saved-model.loss-by-name")
def test_loss_by_name_in_a_keras_file(tmp_path):
    """A model compiled with loss='mse' can be loaded from a .keras file, and its loss stays the same."""
    loaded, expected = loss_after_loading(tmp_path, ".keras")
    assert loaded == near(expected)


@holds("saved-model.loss-by-name-hdf5", when="keras<3.0.2 or keras>=3.16")
def test_loss_by_name_in_hdf5(tmp_path):
    """A model compiled with loss='mse' can be loaded from an .h5 file, and its loss stays the same."""
    loaded, expected = loss_after_loading(tmp_path, ".h5")
    assert loaded == near(expected)


@defect(
    "saved-model.loss-by-name-hdf5",
    when="keras>=3.0.2 and keras<3.16",
    instead="with keras.utils.custom_object_scope({'mse': keras.losses.MeanSquaredError()}):",
    impact="error",
    traces=[
        "$MODEL.compile(loss=$ONE_OF('mse', 'mae', 'msle', 'mape')); not $MODEL.compile(); "
        "$MODEL.save($PATH, filepath=$ONE_OF('*.h5', '*.hdf5')); "
        "tf.keras.models.load_model($PATH, custom_objects=$ONE_OF($ABSENT, None), compile=$ONE_OF($ABSENT, True))",
        "$MODEL.compile(loss=$ONE_OF('mse', 'mae', 'msle', 'mape')); not $X.compile(loss=$LOSS); "
        "tf.keras.callbacks.ModelCheckpoint($PATH, filepath=$ONE_OF('*.h5', '*.hdf5')); "
        "tf.keras.models.load_model($PATH, custom_objects=$ONE_OF($ABSENT, None), compile=$ONE_OF($ABSENT, True))",
    ],
)
def test_loss_by_name_in_hdf5_cannot_be_loaded(tmp_path):
    """Loading a model compiled with loss='mse' from an .h5 file raises an error that names mse."""
    with refused(TypeError, ValueError, naming="mse"):
        loss_after_loading(tmp_path, ".h5")
    with keras.utils.custom_object_scope({"mse": keras.losses.MeanSquaredError()}):
        loaded, expected = loss_after_loading(tmp_path, ".h5")
    assert loaded == near(expected)


def joined_after_loading(path):
    """The output shape of a model that joins two inputs of shape (2, 3) along axis 1, after it was saved and loaded."""
    inputs = keras.Input(shape=(2, 3))
    keras.Model(inputs, layers.Concatenate(axis=1)([inputs, inputs])).save(path)
    return tuple(tf.keras.models.load_model(path).output_shape)


@holds("saved-model.axis-hdf5", when="keras<3 or keras>=3.9")
def test_axis_is_kept(path):
    """A loaded layer works along the axis of the saved one, such as Concatenate(axis=1)."""
    assert joined_after_loading(path) == (None, 4, 3)


@defect(
    "saved-model.axis-hdf5",
    when="keras>=3 and keras<3.9",
    instead="model.save('my_model.keras')",
    impact="silent",
    reported="keras-team/keras#20963",
    traces="none: it depends on the layers in the file",
)
def test_axis_is_lost(tmp_path):
    """load_model ignores the axis of a layer in an .h5 file: Concatenate(axis=1) then works along the last axis."""
    assert joined_after_loading(str(tmp_path / "m.h5")) == (None, 2, 6)
    assert joined_after_loading(str(tmp_path / "m.keras")) == (None, 4, 3)


def optimizers_after_loading(tmp_path, *names):
    """Saves a model that was compiled with Adam under these names, in this order; returns the optimizer in each file."""
    model = trained()
    for name in names:
        model.save(str(tmp_path / name))
    return [type(tf.keras.models.load_model(str(tmp_path / name)).optimizer).__name__ for name in names]


@holds("saved-model.after-hdf5", when="keras<3 or keras>=3.16")
def test_optimizer_is_saved_after_hdf5(tmp_path):
    """A .keras file has the model's optimizer, even if the model was saved to an .h5 file before."""
    assert optimizers_after_loading(tmp_path, "m.h5", "m.keras") == ["Adam", "Adam"]


@defect(
    "saved-model.after-hdf5",
    when="keras>=3 and keras<3.16",
    instead="save the .keras file first",
    impact="silent",
    reported="keras-team/keras#23475",
    traces=[
        "$MODEL.compile(); $MODEL.save(filepath=$ONE_OF('*.h5', '*.hdf5')); not $MODEL.compile(); "
        "$MODEL.save(filepath='*.keras')"
    ],
)
def test_optimizer_is_lost_after_hdf5(tmp_path):
    """A .keras file lacks the optimizer if the model was saved to an .h5 file before: it is loaded with RMSprop instead of Adam."""
    assert optimizers_after_loading(tmp_path, "m.h5", "m.keras")[1] == "RMSprop"
    assert optimizers_after_loading(tmp_path, "n.keras", "n.h5") == ["Adam", "Adam"]


@holds("saved-model.load-folder", when="keras<3")
def test_folder_is_loaded(tmp_path):
    """load_model('my_model') loads the folder: predictions are the same, and training continues as with the original model."""
    model = trained()
    model.save(str(tmp_path / "my_model"))
    loaded = tf.keras.models.load_model(str(tmp_path / "my_model"))
    assert loaded.predict(X, verbose=0) == same_predictions(model)
    for each in (model, loaded):
        each.fit(DATA, verbose=0)
    for seen, expected in zip(loaded.get_weights(), model.get_weights()):
        assert seen == near(expected)


@changed(
    "saved-model.load-folder",
    when="keras>=3",
    instead="load_model('my_model.keras'), or keras.layers.TFSMLayer for an existing folder",
    impact="error",
    traces=["tf.keras.models.load_model(filepath=$NONE_OF('*.keras', '*.h5', '*.hdf5'))"],
)
def test_folder_is_not_loaded(tmp_path):
    """load_model raises a ValueError for a folder and names keras.layers.TFSMLayer, which makes the same predictions."""
    model = network()
    model.export(str(tmp_path / "my_model"))
    with refused(ValueError, naming="TFSMLayer"):
        tf.keras.models.load_model(str(tmp_path / "my_model"))
    layer = layers.TFSMLayer(str(tmp_path / "my_model"), call_endpoint="serve")
    assert layer(X).numpy() == same_predictions(model)
    model.save(str(tmp_path / "my_model.keras"))
    loaded = tf.keras.models.load_model(str(tmp_path / "my_model.keras"))
    assert as_bytes(loaded.get_weights()) == as_bytes(model.get_weights())


@holds("saved-model.missing-file")
def test_missing_file_is_refused(path):
    """load_model raises an error for a missing file and names the file."""
    with refused(OSError, ValueError, naming="my_model"):
        tf.keras.models.load_model(path)


@holds("saved-model.missing-file")
def test_truncated_file_is_refused(path):
    """load_model raises an error for a truncated file."""
    network(units=500).save(path)
    with open(path, "rb") as file:
        data = file.read()
    with open(path, "wb") as file:
        file.write(data[: len(data) // 2])
    with refused(OSError, ValueError, zipfile.BadZipFile):
        tf.keras.models.load_model(path)


# What a .keras file is


@holds("saved-model.keras-file", when="tensorflow<2.13")
def test_keras_file_is_hdf5(tmp_path):
    """A .keras file is an HDF5 file."""
    network().save(str(tmp_path / "m.keras"))
    assert (tmp_path / "m.keras").read_bytes()[:8] == b"\x89HDF\r\n\x1a\n"


@changed(
    "saved-model.keras-file",
    when="tensorflow>=2.13",
    instead="zipfile.ZipFile(path), to look inside",
    impact="silent",
    traces=["h5py.File('*.keras')"],
)
def test_keras_file_is_an_archive(tmp_path):
    """A .keras file is a zip archive of config.json, metadata.json and model.weights.h5."""
    network().save(str(tmp_path / "m.keras"))
    with zipfile.ZipFile(str(tmp_path / "m.keras")) as archive:
        assert sorted(archive.namelist()) == ["config.json", "metadata.json", "model.weights.h5"]
        assert json.loads(archive.read("config.json").decode())["class_name"] == "Sequential"
        assert set(json.loads(archive.read("metadata.json").decode())) == {"keras_version", "date_saved"}


# The format


@holds("saved-model.save-format", when="keras<3")
def test_save_format_is_the_format(tmp_path):
    """save_format='h5' makes model.save write an HDF5 file, even if its name has no extension."""
    network().save(str(tmp_path / "my_model"), save_format="h5")
    assert (tmp_path / "my_model").read_bytes()[:8] == b"\x89HDF\r\n\x1a\n"


@changed(
    "saved-model.save-format",
    when="keras>=3",
    instead="model.save('my_model.h5')",
    impact="error",
    traces=[
        "$MODEL.save(filepath=$NONE_OF('*.keras', '*.h5', '*.hdf5'), save_format=$STRING)",
        "tf.keras.models.save_model($MODEL, $NONE_OF($ABSENT, '*.keras', '*.h5', '*.hdf5'), save_format=$STRING)",
    ],
)
@pytest.mark.parametrize("save_format", ["h5", "tf"])
def test_save_format_is_refused(tmp_path, save_format):
    """model.save with save_format raises a ValueError for a name without an extension; with one, save_format is ignored.

    Reports: KichangKim/DeepDanbooru#105, tensorflow/tflite-micro#3623.
    """
    with refused(ValueError, naming="save_format"):
        network().save(str(tmp_path / "my_model"), save_format=save_format)
    for name, magic in {
        "my_model.h5": b"\x89HDF",
        "my_model.hdf5": b"\x89HDF",
        "my_model.keras": b"PK\x03\x04",
    }.items():
        network().save(str(tmp_path / name), save_format=save_format)
        assert (tmp_path / name).read_bytes()[:4] == magic
    network().save(str(tmp_path / "other.h5"))
    assert (tmp_path / "other.h5").read_bytes()[:4] == b"\x89HDF"


# What serves a model


def named_model():
    """A model of one weight, which is 1, from the input x to the output y."""
    x = keras.Input(shape=(1,), name="x")
    return keras.Model(x, layers.Dense(1, use_bias=False, kernel_initializer="ones", name="y")(x))


def served_names(folder):
    """The names of the inputs and of the outputs of what a folder of tf.saved_model.save serves by default."""
    serve = tf.saved_model.load(str(folder)).signatures["serving_default"]
    return list(serve.structured_input_signature[1]), list(serve.structured_outputs)


@holds("saved-model.served-names", when="keras<3")
def test_served_names_are_those_of_layers(tmp_path):
    """The input and output of a model that tf.saved_model.save writes are named after their layers."""
    tf.saved_model.save(named_model(), str(tmp_path))
    assert served_names(tmp_path) == (["x"], ["y"])


@changed(
    "saved-model.served-names",
    when="keras>=3",
    instead="tf.saved_model.save(model, folder, signatures=tf.function(lambda x: {'y': model(x)}, input_signature=[spec]))",
    impact="silent",
    traces=[
        "tf.saved_model.save($MODEL, $FOLDER, $ABSENT, signatures=$ABSENT); "
        "tf.saved_model.load($FOLDER).signatures['serving_default']"
    ],
)
def test_served_names_are_numbered(tmp_path):
    """Input and output of a model without dictionaries that tf.saved_model.save writes are named inputs and output_0, not after layers.

    Report: keras-team/keras#19458.
    """
    model = named_model()
    tf.saved_model.save(model, str(tmp_path / "default"))
    assert served_names(tmp_path / "default") == (["inputs"], ["output_0"])
    spec = tf.TensorSpec([None, 1], tf.float32, name="x")
    serve = tf.function(lambda x: {"y": model(x)}, input_signature=[spec])
    tf.saved_model.save(model, str(tmp_path / "named"), signatures=serve)
    assert served_names(tmp_path / "named") == (["x"], ["y"])


@holds("saved-model.called-after-loading", when="keras<3")
def test_loaded_folder_is_called(tmp_path):
    """A model that tf.saved_model.save has written can be called after tf.saved_model.load, like the model."""
    model = named_model()
    tf.saved_model.save(model, str(tmp_path))
    assert tf.saved_model.load(str(tmp_path))(tf.constant([[3.0]])).numpy().tolist() == [[3.0]]


@changed(
    "saved-model.called-after-loading",
    when="keras>=3",
    instead="loaded.signatures['serving_default'](x), or model.export(folder) and loaded.serve(x)",
    impact="error",
    traces=["tf.saved_model.save($MODEL, $FOLDER); tf.saved_model.load($FOLDER)($X)"],
)
def test_loaded_folder_is_not_called(tmp_path):
    """A model that tf.saved_model.save has written raises a TypeError if it is called after tf.saved_model.load."""
    model = named_model()
    tf.saved_model.save(model, str(tmp_path))
    loaded = tf.saved_model.load(str(tmp_path))
    with refused(TypeError, naming="callable"):
        loaded(tf.constant([[3.0]]))
    (output,) = loaded.signatures["serving_default"](tf.constant([[3.0]])).values()
    assert output.numpy().tolist() == [[3.0]]
    model.export(str(tmp_path / "exported"))
    assert tf.saved_model.load(str(tmp_path / "exported")).serve(tf.constant([[3.0]])).numpy().tolist() == [[3.0]]
