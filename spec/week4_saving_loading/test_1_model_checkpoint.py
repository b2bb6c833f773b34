"""Week 4, Saving and loading model weights: ModelCheckpoint.

Subject: saving and loading.
"""

import inspect
import math
import os

import numpy as np
import pytest
import tensorflow as tf

from spec.models import batches, compiled, linear
from spec.week3_regularization_callbacks.series import (
    DRIVERS,
    auto_mode,
    call_hooks,
    through_fit,
    through_hooks,
    with_metric,
)
from spec.week4_saving_loading.files import files_below
from tf_conformance import changed, defect, holds, misstated, refused

keras = tf.keras
ModelCheckpoint = tf.keras.callbacks.ModelCheckpoint
NAN = float("nan")


@pytest.fixture
def saved(tmp_path):
    """Fits a model on 64 samples in batches of 16 with a ModelCheckpoint; returns the names of the files that it saved."""

    def run(name, epochs=1, **settings):
        model = compiled(linear([[1.0]]), optimizer="sgd", loss="mse")
        x = np.ones((64, 1), np.float32)
        checkpoint = ModelCheckpoint(str(tmp_path / name), **settings)
        model.fit(
            batches(x, x, 16), validation_data=batches(x, 0 * x), epochs=epochs, callbacks=[checkpoint], verbose=0
        )
        return files_below(tmp_path)

    return run


# The filename


@holds("checkpoint.file-name")
def test_epoch_is_filled_in(saved):
    """ModelCheckpoint replaces {epoch} in the filename with the epoch's number, counted from 1."""
    assert saved("m.{epoch}.weights.h5", epochs=2, save_weights_only=True) == ["m.1.weights.h5", "m.2.weights.h5"]


@holds("checkpoint.file-name")
def test_metrics_are_filled_in(saved):
    """The values of the logs are also filled in, with Python's format specifications."""
    files = saved("m.{epoch:03d}-{val_loss:.2f}-{loss:.0f}.weights.h5", save_weights_only=True)
    assert files == ["m.001-1.00-0.weights.h5"]


@holds("checkpoint.file-name")
@pytest.mark.parametrize("name", ["nothing", "batch"])
def test_unknown_placeholder_is_refused(saved, name):
    """An unknown placeholder raises a KeyError that names it; so does {batch} when every epoch is saved."""
    with refused(KeyError, naming=name):
        saved(f"m.{{{name}}}.weights.h5", save_weights_only=True)


@holds("checkpoint.file-name")
def test_name_in_the_current_folder(tmp_path, monkeypatch):
    """A filename without a folder is the name of a file in the current one."""
    monkeypatch.chdir(tmp_path)
    through_hooks(ModelCheckpoint("m.{epoch}.weights.h5", save_weights_only=True), [1.0])
    assert files_below(tmp_path) == ["m.1.weights.h5"]


IN_A_NEW_FOLDER = {"name": "new/m.{epoch}.weights.h5", "save_weights_only": True}


@holds("checkpoint.new-folder", when="tensorflow<2.2 or tensorflow>=2.4 and tensorflow<2.12")
def test_missing_folder_is_refused(saved):
    """ModelCheckpoint with save_weights_only=True raises an error for a name in .weights.h5 whose folder does not exist."""
    with refused(OSError, AttributeError):
        saved(**IN_A_NEW_FOLDER)


@defect(
    "checkpoint.new-folder",
    when="tensorflow>=2.2 and tensorflow<2.4",
    instead="os.makedirs(folder, exist_ok=True), before training",
    impact="silent",
    reported="tensorflow/tensorflow#38294",
    traces="none: it depends on which folders there are",
)
def test_nothing_is_saved_without_the_folder(saved, tmp_path):
    """ModelCheckpoint saves nothing, without an error, for a name in .weights.h5 whose folder does not exist."""
    assert saved(**IN_A_NEW_FOLDER) == []
    os.makedirs(str(tmp_path / "new"), exist_ok=True)
    assert saved(**IN_A_NEW_FOLDER) == ["new/m.1.weights.h5"]


@changed(
    "checkpoint.new-folder",
    when="tensorflow>=2.12",
    instead="nothing: the folder is made",
    impact="looks",
    traces="none: it depends on which folders there are",
)
def test_missing_folder_is_made(saved):
    """ModelCheckpoint with save_weights_only=True makes the folder of its filename if it does not exist."""
    assert saved(**IN_A_NEW_FOLDER) == ["new/m.1.weights.h5"]


@holds("checkpoint.batch-in-name", when="tensorflow<2.2")
def test_batch_counts_from_zero(saved):
    """With an integer save_freq, ModelCheckpoint replaces {batch} in the filename with the batch's number, counted from 0."""
    files = saved("m.{epoch}.{batch}.weights.h5", save_weights_only=True, save_freq=32)
    assert files == ["m.1.1.weights.h5", "m.1.3.weights.h5"]


@defect(
    "checkpoint.batch-in-name",
    when="tensorflow>=2.2 and tensorflow<2.6",
    instead="a filename with {epoch} alone",
    impact="error",
    reported="tensorflow/tensorflow#38668",
    traces=[
        "tf.keras.callbacks.ModelCheckpoint(filepath=$ONE_OF('*{batch}*', '*{batch:*'), "
        "save_freq=$NONE_OF($ABSENT, 'epoch'))"
    ],
)
def test_batch_is_not_filled_in(saved):
    """With an integer save_freq, ModelCheckpoint raises a KeyError for {batch} in the filename."""
    with refused(KeyError, naming="batch"):
        saved("m.{epoch}.{batch}.weights.h5", save_weights_only=True, save_freq=2)
    assert saved("m.{epoch}.weights.h5", save_weights_only=True, save_freq=2) == ["m.1.weights.h5"]


@changed(
    "checkpoint.batch-in-name",
    when="tensorflow>=2.6",
    instead="nothing: expect each number to be higher by 1",
    impact="silent",
    traces=[
        "tf.keras.callbacks.ModelCheckpoint(filepath=$ONE_OF('*{batch}*', '*{batch:*'), "
        "save_freq=$NONE_OF($ABSENT, 'epoch'))"
    ],
)
def test_batch_counts_from_one(saved):
    """With an integer save_freq, ModelCheckpoint replaces {batch} in the filename with the batch's number, counted from 1."""
    files = saved("m.{epoch}.{batch}.weights.h5", save_weights_only=True, save_freq=2)
    assert files == ["m.1.2.weights.h5", "m.1.4.weights.h5"]


@holds("checkpoint.name-of-the-notes", when="keras<3")
def test_name_without_extension(saved):
    """ModelCheckpoint('my_model.{epoch}', save_weights_only=True), with no extension, saves a TensorFlow checkpoint."""
    assert saved("my_model.{epoch}", save_weights_only=True) == [
        "checkpoint",
        "my_model.1.data-00000-of-00001",
        "my_model.1.index",
    ]


@changed(
    "checkpoint.name-of-the-notes",
    when="keras>=3",
    instead="'my_model.{epoch}.weights.h5'",
    impact="error",
    traces=["tf.keras.callbacks.ModelCheckpoint(filepath='*}', save_weights_only=True)"],
)
def test_name_must_have_an_extension(saved):
    """ModelCheckpoint('my_model.{epoch}', save_weights_only=True) raises a ValueError that asks for .weights.h5."""
    with refused(ValueError, naming=".weights.h5"):
        saved("my_model.{epoch}", save_weights_only=True)
    assert saved("my_model.{epoch}.weights.h5", save_weights_only=True) == ["my_model.1.weights.h5"]


# Its ending


@pytest.fixture
def kind_saved(saved, tmp_path):
    """What a ModelCheckpoint saves under this name: the files below it, or the first bytes of the file of that name."""

    def run(name, **settings):
        files = saved(name, **settings)
        return (tmp_path / name).read_bytes()[:4] if name in files else files

    return run


HDF5, ZIP = b"\x89HDF", b"PK\x03\x04"


@holds("checkpoint.ending", when="keras<3")
@pytest.mark.parametrize("name", ["best.h5", "best.hdf5"])
def test_whole_model_in_hdf5(kind_saved, name):
    """ModelCheckpoint saves the whole model in an HDF5 file if the filename ends in .h5 or .hdf5."""
    assert kind_saved(name) == HDF5


@holds("checkpoint.ending", when="keras<3")
@pytest.mark.parametrize("name", ["best", "best.model"])
def test_whole_model_in_a_folder(kind_saved, name):
    """It saves a folder with saved_model.pb if the filename has no extension, or one that Keras does not recognize."""
    assert f"{name}/saved_model.pb" in kind_saved(name)


@changed(
    "checkpoint.ending",
    when="keras>=3 and keras<3.8",
    instead="ModelCheckpoint('best.keras')",
    impact="error",
    traces=[
        "tf.keras.callbacks.ModelCheckpoint(filepath=$NONE_OF('*.keras'), save_weights_only=$ONE_OF($ABSENT, False))"
    ],
)
def test_only_keras_files_are_saved(kind_saved):
    """Without save_weights_only, ModelCheckpoint raises a ValueError for a filename that does not end in .keras."""
    for name in ("best.h5", "best.hdf5", "best", "best.model"):
        with refused(ValueError, naming=".keras"):
            ModelCheckpoint(name)
    assert kind_saved("best.keras") == ZIP


@changed(
    "checkpoint.ending",
    when="keras>=3.8",
    instead="ModelCheckpoint('best.keras')",
    impact="error",
    traces=[
        "tf.keras.callbacks.ModelCheckpoint(filepath=$NONE_OF('*.keras', '*.h5'), "
        "save_weights_only=$ONE_OF($ABSENT, False))"
    ],
)
def test_only_two_formats_are_saved(kind_saved):
    """Without save_weights_only, ModelCheckpoint raises a ValueError for a filename that ends neither in .keras nor in .h5."""
    for name in ("best.hdf5", "best", "best.model"):
        with refused(ValueError, naming=".keras"):
            ModelCheckpoint(name)
    assert kind_saved("best.keras") == ZIP
    assert kind_saved("best.h5") == HDF5


@holds("checkpoint.ending-of-weights", when="keras<3")
def test_weights_under_any_name(kind_saved):
    """With save_weights_only=True, ModelCheckpoint saves HDF5 if the filename ends in .h5, .hdf5 or .keras, else a checkpoint."""
    for name in ("best.h5", "best.hdf5", "best.keras"):
        assert kind_saved(name, save_weights_only=True) == HDF5
    for name in ("best.ckpt", "best.H5"):
        assert f"{name}.index" in kind_saved(name, save_weights_only=True)


@changed(
    "checkpoint.ending-of-weights",
    when="keras>=3",
    instead="ModelCheckpoint('best.weights.h5', save_weights_only=True)",
    impact="error",
    traces=["tf.keras.callbacks.ModelCheckpoint(filepath=$NONE_OF('*.weights.h5', '*}'), save_weights_only=True)"],
)
def test_weights_under_one_ending(kind_saved):
    """With save_weights_only=True, ModelCheckpoint raises a ValueError for a filename that does not end in .weights.h5."""
    for name in ("best.h5", "best.hdf5", "best.ckpt", "best.keras"):
        with refused(ValueError, naming=".weights.h5"):
            ModelCheckpoint(name, save_weights_only=True)
    assert kind_saved("best.weights.h5", save_weights_only=True) == HDF5


# What is saved


@holds("checkpoint.save-weights-only")
def test_weights_or_the_whole_model(tmp_path):
    """ModelCheckpoint saves the whole model, which load_model can load; with save_weights_only=True, it saves only the weights."""
    model = compiled(linear([[3.0]]), optimizer=keras.optimizers.SGD(0.0), loss="mse")
    whole, weights = str(tmp_path / "m.keras"), str(tmp_path / "m.weights.h5")
    callbacks = [ModelCheckpoint(whole), ModelCheckpoint(weights, save_weights_only=True)]
    model.fit(np.ones((1, 1)), np.ones((1, 1)), callbacks=callbacks, verbose=0)
    assert keras.models.load_model(whole).get_weights()[0].tolist() == [[3.0]]
    other = linear([[0.0]])
    other.load_weights(weights)
    assert other.get_weights()[0].tolist() == [[3.0]]
    with refused(ValueError):
        keras.models.load_model(weights)


# save_best_only


@pytest.fixture(params=DRIVERS)
def epochs_saved(request, tmp_path):
    """The epochs, counted from 1, that a ModelCheckpoint saves when val_loss takes these numbers."""

    def run(numbers, **settings):
        path = str(tmp_path / "{epoch}.weights.h5")
        DRIVERS[request.param](ModelCheckpoint(path, save_weights_only=True, **settings), numbers)
        return [int(name.partition(".")[0]) for name in files_below(tmp_path)]

    return run


@holds("checkpoint.save-best-only")
@pytest.mark.parametrize(
    ("mode", "numbers", "epochs"),
    [
        ("min", [3.0, 2.0, 4.0, 1.0], [1, 2, 4]),
        ("min", [3.0, 3.0, 3.0], [1]),
        ("min", [3.0, NAN, 2.0], [1, 3]),
        ("max", [3.0, 2.0, 4.0, 1.0], [1, 3]),
        ("auto", [3.0, 2.0, 4.0], [1, 2]),
    ],
)
def test_only_improvements_are_saved(epochs_saved, mode, numbers, epochs):
    """With save_best_only=True, ModelCheckpoint saves an epoch only if its monitored value is, by its mode, the best so far."""
    assert epochs_saved(numbers, save_best_only=True, monitor="val_loss", mode=mode) == epochs


@holds("checkpoint.save-best-only")
def test_every_epoch_is_saved_by_default(epochs_saved):
    """By default, every epoch is saved."""
    assert epochs_saved([1.0, 2.0, NAN]) == [1, 2, 3]


DEFAULTS = {
    "monitor": "val_loss",
    "verbose": 0,
    "save_best_only": False,
    "save_weights_only": False,
    "mode": "auto",
    "save_freq": "epoch",
}


@holds("checkpoint.save-best-only")
def test_defaults():
    """By default, monitor is 'val_loss', mode 'auto', save_freq 'epoch' and verbose 0; save_best_only and save_weights_only are False."""
    parameters = inspect.signature(ModelCheckpoint.__init__).parameters
    assert {name: parameters[name].default for name in DEFAULTS} == DEFAULTS


@holds("checkpoint.save-best-only")
def test_best_weights_stay_in_the_file(tmp_path):
    """If the filename has no placeholders, the file ends up with the weights of the best epoch."""
    path = str(tmp_path / "best.weights.h5")
    checkpoint = ModelCheckpoint(path, save_weights_only=True, save_best_only=True)
    DRIVERS["fit"](checkpoint, [3.0, 2.0, 4.0])
    model = linear([[0.0]])
    model.load_weights(path)
    assert model.get_weights()[0].tolist() == [[2.0]]


@holds("checkpoint.reuse")
@pytest.mark.parametrize("driver", DRIVERS)
def test_second_training_goes_on_from_the_first(tmp_path, driver):
    """A ModelCheckpoint with save_best_only=True that is used for a second training keeps the best value of the first."""
    path = str(tmp_path / "best.weights.h5")
    checkpoint = ModelCheckpoint(path, save_weights_only=True, save_best_only=True)
    saved = linear([[0.0]])
    for numbers, best in [([2.0, 1.0], 1.0), ([4.0, 3.0], 1.0), ([4.0, 0.5], 0.5)]:
        DRIVERS[driver](checkpoint, numbers)
        saved.load_weights(path)
        assert saved.get_weights()[0].tolist() == [[best]]


MISSING = {"save_best_only": True, "monitor": "val_acc"}


@holds("checkpoint.missing-monitor", when="keras<3.10")
@pytest.mark.parametrize("mode", ["min", "max"])
def test_missing_monitor_saves_nothing(epochs_saved, mode):
    """With mode='min' or 'max', if the logs lack the monitored value, save_best_only=True saves nothing and raises no error."""
    assert epochs_saved([3.0, 2.0], mode=mode, **MISSING) == []


@defect(
    "checkpoint.missing-monitor",
    when="keras>=3.10",
    instead="'val_acc' in history.history, checked first",
    impact="silent",
    traces=[
        "$X.compile(metrics=$NONE_OF($ABSENT, 'acc', ['acc'], [tf.keras.metrics.$CLASS(name='acc')])); not $Y.compile(metrics=$METRICS); "
        "tf.keras.callbacks.ModelCheckpoint(monitor=$ONE_OF('acc', 'val_acc'), save_best_only=True, "
        "mode=$ONE_OF('min', 'max'))",
        "not $Y.compile(metrics=$ONE_OF('acc', ['acc'], [tf.keras.metrics.$CLASS(name='acc')])); "
        "tf.keras.callbacks.ModelCheckpoint(monitor=$ONE_OF('acc', 'val_acc'), save_best_only=True, "
        "mode=$ONE_OF('min', 'max')); "
        "not $Y.compile(metrics=$ONE_OF('acc', ['acc'], [tf.keras.metrics.$CLASS(name='acc')])); "
        "not not $X.compile(metrics=$NONE_OF($ABSENT, 'acc', ['acc']))",
    ],
)
@pytest.mark.parametrize("mode", ["min", "max"])
def test_missing_monitor_saves_everything(epochs_saved, mode):
    """With mode='min' or 'max', if the logs lack the monitored value, save_best_only=True saves every epoch."""
    assert epochs_saved([3.0, 4.0], mode=mode, **MISSING) == [1, 2]
    model, _ = through_fit(keras.callbacks.Callback(), [3.0])
    assert "val_loss" in model.history.history
    assert "val_acc" not in model.history.history


@holds("checkpoint.missing-monitor-auto", when="keras<3.10")
def test_missing_monitor_saves_nothing_in_auto_mode(epochs_saved):
    """With the default mode, if the logs lack the monitored value, save_best_only=True saves nothing and raises no error."""
    assert epochs_saved([3.0, 2.0], **MISSING) == []


@defect(
    "checkpoint.missing-monitor-auto",
    when="keras>=3.10 and keras<3.11",
    instead="monitor='val_accuracy', a name from history.history",
    impact="silent",
    reported="keras-team/keras#21275",
    traces=[
        "$X.compile(metrics=$NONE_OF($ABSENT, 'acc', ['acc'], [tf.keras.metrics.$CLASS(name='acc')])); not $Y.compile(metrics=$METRICS); "
        "tf.keras.callbacks.ModelCheckpoint(monitor=$ONE_OF('acc', 'val_acc'), save_best_only=True, "
        "mode=$ONE_OF($ABSENT, 'auto'))",
        "not $Y.compile(metrics=$ONE_OF('acc', ['acc'], [tf.keras.metrics.$CLASS(name='acc')])); "
        "tf.keras.callbacks.ModelCheckpoint(monitor=$ONE_OF('acc', 'val_acc'), save_best_only=True, "
        "mode=$ONE_OF($ABSENT, 'auto')); "
        "not $Y.compile(metrics=$ONE_OF('acc', ['acc'], [tf.keras.metrics.$CLASS(name='acc')])); "
        "not not $X.compile(metrics=$NONE_OF($ABSENT, 'acc', ['acc']))",
    ],
)
def test_missing_monitor_saves_everything_in_auto_mode(epochs_saved, auto_mode_for):
    """With the default mode, if the logs lack the monitored value, save_best_only=True saves every epoch."""
    assert epochs_saved([3.0, 4.0], **MISSING) == [1, 2]
    assert auto_mode_for("accuracy") == "max"


@changed(
    "checkpoint.missing-monitor-auto",
    when="keras>=3.11",
    instead="monitor='val_accuracy', a name from history.history",
    impact="error",
    traces=[
        "$X.compile(metrics=$NONE_OF($ABSENT, 'acc', ['acc'], [tf.keras.metrics.$CLASS(name='acc')])); not $Y.compile(metrics=$METRICS); "
        "tf.keras.callbacks.ModelCheckpoint(monitor=$ONE_OF('acc', 'val_acc'), save_best_only=True, "
        "mode=$ONE_OF($ABSENT, 'auto'))",
        "not $Y.compile(metrics=$ONE_OF('acc', ['acc'], [tf.keras.metrics.$CLASS(name='acc')])); "
        "tf.keras.callbacks.ModelCheckpoint(monitor=$ONE_OF('acc', 'val_acc'), save_best_only=True, "
        "mode=$ONE_OF($ABSENT, 'auto')); "
        "not $Y.compile(metrics=$ONE_OF('acc', ['acc'], [tf.keras.metrics.$CLASS(name='acc')])); "
        "not not $X.compile(metrics=$NONE_OF($ABSENT, 'acc', ['acc']))",
    ],
)
def test_missing_monitor_is_refused_in_auto_mode(epochs_saved, auto_mode_for):
    """With the default mode, if the logs lack the monitored value, fit with save_best_only=True raises a ValueError."""
    with refused(ValueError, naming="val_acc"):
        epochs_saved([3.0, 4.0], **MISSING)
    assert auto_mode_for("accuracy") == "max"


@pytest.fixture
def auto_mode_for(tmp_path):
    """What mode='auto' means when ModelCheckpoint monitors the metric of this name."""

    def run(name):
        model = with_metric(name)

        def improves(numbers):
            folder = tmp_path / str(numbers)
            folder.mkdir()
            path, monitor = str(folder / "{epoch}.weights.h5"), f"val_{name}"
            checkpoint = ModelCheckpoint(path, save_weights_only=True, save_best_only=True, monitor=monitor)
            call_hooks(checkpoint, model, numbers, monitor)
            return len(files_below(folder)) == len(numbers)

        return auto_mode(improves)

    return run


@defect(
    "checkpoint.auto-mode",
    when="keras<3.11",
    instead="mode='max' for a metric that should increase",
    impact="silent",
    reported="keras-team/keras#21118",
    traces=[
        "tf.keras.callbacks.ModelCheckpoint(monitor=$ONE_OF('*auc*', '*precision*', '*recall*', '*f1', "
        "'*f1_score', '*iou', '*dice_coef'), save_best_only=True, mode=$ONE_OF($ABSENT, 'auto'))"
    ],
)
@pytest.mark.parametrize(
    ("name", "mode"), [("accuracy", "max"), ("auc", "min"), ("precision", "min"), ("score", "min")]
)
def test_auto_goes_by_acc_in_the_name(epochs_saved, auto_mode_for, name, mode):
    """ModelCheckpoint's mode 'auto' means 'max' for an accuracy, but 'min' for AUC, precision and a custom metric."""
    assert epochs_saved([0.5, 0.6, 0.4], save_best_only=True, mode="max") == [1, 2]
    assert auto_mode_for(name) == mode


@holds("checkpoint.auto-mode", when="keras>=3.11")
@pytest.mark.parametrize("name", ["accuracy", "auc", "precision", "top_k"])
def test_auto_asks_the_metric(auto_mode_for, name):
    """ModelCheckpoint's mode 'auto' means 'max' for accuracy, AUC and precision; a custom metric raises a ValueError."""
    assert auto_mode_for(name) == "max"


@holds("checkpoint.auto-mode", when="keras>=3.11")
def test_auto_refuses_what_has_no_direction(auto_mode_for):
    """The error asks for a mode."""
    with refused(ValueError, naming=["val_score", "mode='max'"]):
        auto_mode_for("score")


@holds("checkpoint.nan-first", when="keras<3.11")
def test_nan_first_is_not_the_best(epochs_saved):
    """With save_best_only=True, ModelCheckpoint does not save a first epoch whose monitored value is NaN."""
    assert epochs_saved([NAN, 3.0, 2.0], save_best_only=True, mode="min") == [2, 3]


@defect(
    "checkpoint.nan-first",
    when="keras>=3.11",
    instead="tf.keras.callbacks.TerminateOnNaN(), to stop when the loss is NaN",
    impact="silent",
    traces="none: it depends on the loss",
)
def test_nan_first_is_never_improved_on(epochs_saved):
    """With save_best_only=True, ModelCheckpoint saves a first epoch whose monitored value is NaN, and then no later epoch."""
    assert epochs_saved([NAN, 3.0, 2.0], save_best_only=True, mode="min") == [1]
    assert through_fit(keras.callbacks.TerminateOnNaN(), [NAN, 3.0, 2.0])[1] == 1


NOTES = {"save_weights_only": True, "save_best_only": True, "monitor": "val_loss", "mode": "min"}


@misstated(
    "checkpoint.best-between-epochs",
    when="keras<3.10",
    instead="save_freq='epoch', the default",
    impact="silent",
    traces=[
        "tf.keras.callbacks.ModelCheckpoint(monitor=$ONE_OF($ABSENT, 'val_*'), save_best_only=True, save_freq=$NUMBER)"
    ],
)
def test_val_loss_is_not_known_between_epochs(saved):
    """With an integer save_freq, ModelCheckpoint never sees val_loss, so save_best_only=True saves nothing."""
    assert saved("m.{epoch}.weights.h5", save_freq=2, **NOTES) == []
    assert saved("m.{epoch}.weights.h5", **NOTES) == ["m.1.weights.h5"]


@misstated(
    "checkpoint.best-between-epochs",
    when="keras>=3.10",
    instead="save_freq='epoch', the default",
    impact="silent",
    traces=[
        "tf.keras.callbacks.ModelCheckpoint(monitor=$ONE_OF($ABSENT, 'val_*'), save_best_only=True, save_freq=$NUMBER)"
    ],
)
def test_every_batch_counts_as_the_best(saved):
    """With an integer save_freq, ModelCheckpoint never sees val_loss, so save_best_only=True saves every time."""
    assert saved("m.{epoch}.{batch}.weights.h5", save_freq=2, **NOTES) == ["m.1.2.weights.h5", "m.1.4.weights.h5"]
    assert "m.1.weights.h5" in saved("m.{epoch}.weights.h5", **NOTES)


# save_freq


def steps_saved(tmp_path, save_freq, epochs=1, samples=64, **settings):
    """The training steps, of 16 samples and counted from 1, after which a checkpoint was saved; the loss is 0 throughout."""
    seen = []

    class Watch(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            if (tmp_path / "m.weights.h5").exists():
                (tmp_path / "m.weights.h5").unlink()
                seen.append(self.step)
            self.step += 1

    watch = Watch()
    watch.step = 1
    model = compiled(linear([[1.0]]), optimizer="sgd", loss="mse")
    x = np.ones((samples, 1), np.float32)
    path = str(tmp_path / "m.weights.h5")
    checkpoint = ModelCheckpoint(path, save_weights_only=True, save_freq=save_freq, **settings)
    model.fit(batches(x, x, 16), epochs=epochs, callbacks=[checkpoint, watch], verbose=0)
    return seen


@holds("checkpoint.save-freq", when="tensorflow<2.2")
@pytest.mark.parametrize(("save_freq", "steps"), [(16, [1, 2, 3, 4]), (32, [2, 4]), (33, [3]), (64, [4]), (65, [])])
def test_save_freq_counts_samples(tmp_path, save_freq, steps):
    """An integer save_freq counts the training samples since the last save."""
    assert steps_saved(tmp_path, save_freq) == steps


@holds("checkpoint.save-freq", when="tensorflow<2.2")
def test_sample_count_carries_over(tmp_path):
    """The count carries over from one epoch to the next, also if each is a single batch."""
    assert steps_saved(tmp_path, 48, epochs=2) == [3, 6]
    assert steps_saved(tmp_path, 32, epochs=2, samples=16) == [2]


@changed(
    "checkpoint.save-freq",
    when="tensorflow>=2.2",
    instead="save_freq=math.ceil(samples / batch_size)",
    impact="silent",
    traces=["tf.keras.callbacks.ModelCheckpoint(save_freq=$NUMBER)"],
)
@pytest.mark.parametrize(
    ("save_freq", "steps"), [(1, [1, 2, 3, 4]), (2, [2, 4]), (3, [3]), (4, [4]), (5, []), (32, [])]
)
def test_save_freq_counts_batches(tmp_path, save_freq, steps):
    """An integer save_freq counts the batches since the last save."""
    assert steps_saved(tmp_path, save_freq) == steps


@changed(
    "checkpoint.save-freq",
    when="tensorflow>=2.2",
    instead="save_freq=math.ceil(samples / batch_size)",
    impact="silent",
)
def test_batch_count_carries_over(tmp_path):
    """The count carries over from one epoch to the next, also if each is a single batch."""
    assert steps_saved(tmp_path, 2, epochs=2, samples=16) == [2]
    assert steps_saved(tmp_path, 3, epochs=2) == [3, 6]
    assert steps_saved(tmp_path, math.ceil(48 / 16), epochs=2) == [3, 6]


BEST_OF_BATCHES = {"save_freq": 1, "save_best_only": True, "monitor": "loss"}


@holds("checkpoint.best-of-batches", when="keras<3.11")
def test_best_of_batches_is_saved(tmp_path):
    """With an integer save_freq, save_best_only=True and monitor='loss', ModelCheckpoint saves only when the loss is the best so far."""
    assert steps_saved(tmp_path, **BEST_OF_BATCHES) == [1]


@defect(
    "checkpoint.best-of-batches",
    when="keras>=3.11",
    instead="save_freq='epoch', the default",
    impact="error",
    traces=["tf.keras.callbacks.ModelCheckpoint(monitor='loss', save_best_only=True, save_freq=$NUMBER)"],
)
def test_batches_are_not_compared(tmp_path):
    """With an integer save_freq, save_best_only=True and monitor='loss', ModelCheckpoint makes fit raise a TypeError in the first epoch."""
    for mode in ("auto", "min"):
        with refused(TypeError, naming="NoneType"):
            steps_saved(tmp_path, mode=mode, **BEST_OF_BATCHES)
    # The first batch that sees the file of the first epoch is the fifth.
    assert steps_saved(tmp_path, epochs=2, **{**BEST_OF_BATCHES, "save_freq": "epoch"}) == [5]


@holds("checkpoint.period", when="keras<3")
def test_period_counts_epochs(saved):
    """ModelCheckpoint(period=2) saves after every second epoch."""
    files = saved("m.{epoch}.weights.h5", epochs=4, save_weights_only=True, period=2)
    assert files == ["m.2.weights.h5", "m.4.weights.h5"]


@changed(
    "checkpoint.period",
    when="keras>=3",
    instead="save_freq=2 * batches_per_epoch",
    impact="error",
    traces=["tf.keras.callbacks.ModelCheckpoint(period=$VALUE)"],
)
def test_period_is_refused(saved):
    """ModelCheckpoint(period=2) raises a TypeError that names period."""
    with refused(TypeError, naming="period"):
        saved("m.{epoch}.weights.h5", epochs=4, save_weights_only=True, period=2)
    files = saved("m.{epoch}.weights.h5", epochs=4, save_weights_only=True, save_freq=2 * 4)
    assert files == ["m.2.weights.h5", "m.4.weights.h5"]


@holds("checkpoint.save-freq-words")
@pytest.mark.parametrize("save_freq", ["batch", 2.0, np.int64(2)], ids=["word", "float", "int64"])
def test_only_integers_of_python_are_accepted(tmp_path, save_freq):
    """ModelCheckpoint raises a ValueError for a save_freq that is neither 'epoch' nor a Python integer: not even for an np.int64."""
    with refused(ValueError, naming="save_freq"):
        ModelCheckpoint(str(tmp_path / "m.weights.h5"), save_weights_only=True, save_freq=save_freq)
