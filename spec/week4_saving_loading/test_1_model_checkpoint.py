"""Week 4, Saving and loading model weights: ModelCheckpoint.

Subject: saving and loading.
"""

import numpy as np
import pytest
import tensorflow as tf

from spec.models import batches, compiled, linear
from spec.week3_regularization_callbacks.series import DRIVES
from spec.week4_saving_loading.files import listed
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
            batches(x, x, 16), validation_data=batches(x, 0 * x, 16), epochs=epochs, callbacks=[checkpoint], verbose=0
        )
        return listed(tmp_path)

    return run


# The file's name


@holds("checkpoint.file-name")
def test_epoch_is_filled_in(saved):
    """{epoch} in the file's name is the number of the epoch, from 1 on."""
    assert saved("m.{epoch}.weights.h5", epochs=2, save_weights_only=True) == ["m.1.weights.h5", "m.2.weights.h5"]


@holds("checkpoint.file-name")
def test_metrics_are_filled_in(saved):
    """A name of the logs is filled in too, with Python's formats."""
    files = saved("m.{epoch:03d}-{val_loss:.2f}-{loss:.0f}.weights.h5", save_weights_only=True)
    assert files == ["m.001-1.00-0.weights.h5"]


@holds("checkpoint.file-name")
@pytest.mark.parametrize("name", ["nothing", "batch"])
def test_unknown_placeholder_is_refused(saved, name):
    """A placeholder that nothing fills is refused by a KeyError that names it; {batch} is one where epochs are saved."""
    with refused(KeyError, naming=name):
        saved(f"m.{{{name}}}.weights.h5", save_weights_only=True)


@holds("checkpoint.batch-in-name", when="tensorflow<2.2")
def test_batch_counts_from_zero(saved):
    """{batch} in the file's name is the number of the batch, from 0 on, where files are saved between epochs."""
    files = saved("m.{epoch}.{batch}.weights.h5", save_weights_only=True, save_freq=32)
    assert files == ["m.1.1.weights.h5", "m.1.3.weights.h5"]


@defect("checkpoint.batch-in-name", when="tensorflow>=2.2 and tensorflow<2.6", instead="{epoch} alone")
def test_batch_is_not_filled_in(saved):
    """{batch} in the file's name is refused by a KeyError, though files are saved between epochs."""
    with refused(KeyError, naming="batch"):
        saved("m.{epoch}.{batch}.weights.h5", save_weights_only=True, save_freq=2)


@changed("checkpoint.batch-in-name", when="tensorflow>=2.6", instead="{batch}, which counts from 1")
def test_batch_counts_from_one(saved):
    """{batch} in the file's name is the number of the batch, from 1 on, where files are saved between epochs."""
    files = saved("m.{epoch}.{batch}.weights.h5", save_weights_only=True, save_freq=2)
    assert files == ["m.1.2.weights.h5", "m.1.4.weights.h5"]


@holds("checkpoint.name-of-the-notes", when="keras<3")
def test_name_without_ending(saved):
    """A file's name needs no ending: the notes' my_model.{epoch} saves the weights as a checkpoint of TensorFlow."""
    assert saved("my_model.{epoch}", save_weights_only=True) == [
        "checkpoint",
        "my_model.1.data-00000-of-00001",
        "my_model.1.index",
    ]


@changed("checkpoint.name-of-the-notes", when="keras>=3", instead="'my_model.{epoch}.weights.h5'")
def test_name_must_have_an_ending(tmp_path):
    """A name for weights must end in .weights.h5: the notes' name is refused by an error that says so."""
    with refused(ValueError, naming=".weights.h5"):
        ModelCheckpoint(str(tmp_path / "my_model.{epoch}"), save_weights_only=True)


# What is saved


@holds("checkpoint.save-weights-only")
def test_weights_or_the_whole_model(tmp_path):
    """save_weights_only=True saves the weights alone; by default the whole model is saved and can be loaded without its code."""
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


# The best only


@pytest.fixture(params=DRIVES)
def epochs_saved(request, tmp_path):
    """The epochs, from 1 on, that a ModelCheckpoint saves in a training whose val_loss takes these numbers."""

    def run(numbers, **settings):
        path = str(tmp_path / "{epoch}.weights.h5")
        DRIVES[request.param](ModelCheckpoint(path, save_weights_only=True, **settings), numbers)
        return [int(name.partition(".")[0]) for name in listed(tmp_path)]

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
    """With save_best_only=True an epoch is saved only if the monitored number is better than any before, by its mode."""
    assert epochs_saved(numbers, save_best_only=True, monitor="val_loss", mode=mode) == epochs


@holds("checkpoint.save-best-only")
def test_all_are_saved_by_default(epochs_saved):
    """By default every epoch is saved."""
    assert epochs_saved([1.0, 2.0, NAN]) == [1, 2, 3]


@holds("checkpoint.save-best-only")
def test_file_of_the_best_is_overwritten(tmp_path):
    """Under a name without placeholders the best weights remain."""
    path = str(tmp_path / "best.weights.h5")
    checkpoint = ModelCheckpoint(path, save_weights_only=True, save_best_only=True)
    DRIVES["fit"](checkpoint, [3.0, 2.0, 4.0])
    model = linear([[0.0]])
    model.load_weights(path)
    assert model.get_weights()[0].tolist() == [[2.0]]


MISSING = {"save_best_only": True, "monitor": "val_accuracy", "mode": "max"}


@holds("checkpoint.missing-monitor", when="keras<3.10")
def test_missing_monitor_saves_nothing(epochs_saved):
    """Where the monitored number is not there, save_best_only saves nothing, and training goes on."""
    assert epochs_saved([3.0, 2.0], **MISSING) == []


@defect("checkpoint.missing-monitor", when="keras>=3.10", instead="a look at history.history for the monitored name")
def test_missing_monitor_saves_everything(epochs_saved):
    """Where the monitored number is not there, save_best_only saves every epoch, better or not."""
    assert epochs_saved([3.0, 4.0], **MISSING) == [1, 2]


@holds("checkpoint.nan-first", when="keras<3.11")
def test_nan_first_is_not_the_best(epochs_saved):
    """Not-a-number in the first epoch is not saved as the best."""
    assert epochs_saved([NAN, 3.0, 2.0], save_best_only=True, mode="min") == [2, 3]


@defect("checkpoint.nan-first", when="keras>=3.11", instead="TerminateOnNaN, to end such a training")
def test_nan_first_is_never_improved_on(epochs_saved):
    """Not-a-number in the first epoch is saved as the best, and no later epoch is saved: nothing compares as better."""
    assert epochs_saved([NAN, 3.0, 2.0], save_best_only=True, mode="min") == [1]


NOTES = {"save_weights_only": True, "save_best_only": True, "monitor": "val_loss", "mode": "min"}


@misstated("checkpoint.best-between-epochs", when="keras<3.10", instead="save_freq='epoch', the default")
def test_val_loss_is_not_known_between_epochs(saved):
    """With an integer save_freq, save_best_only on val_loss saves nothing: the number is known when the epoch has ended."""
    assert saved("m.{epoch}.weights.h5", save_freq=2, **NOTES) == []
    assert saved("m.{epoch}.weights.h5", **NOTES) == ["m.1.weights.h5"]


@misstated("checkpoint.best-between-epochs", when="keras>=3.10", instead="save_freq='epoch', the default")
def test_every_batch_counts_as_the_best(saved):
    """With an integer save_freq, save_best_only on val_loss saves each time: the number is known when the epoch has ended."""
    assert saved("m.{epoch}.{batch}.weights.h5", save_freq=2, **NOTES) == ["m.1.2.weights.h5", "m.1.4.weights.h5"]


# How often


def steps_saved(tmp_path, save_freq, epochs=1):
    """The training steps, from 1 on, after which a checkpoint was saved: each step counts the model's weight up by one."""
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
    x = np.ones((64, 1), np.float32)
    checkpoint = ModelCheckpoint(str(tmp_path / "m.weights.h5"), save_weights_only=True, save_freq=save_freq)
    model.fit(batches(x, x, 16), epochs=epochs, callbacks=[checkpoint, watch], verbose=0)
    return seen


@holds("checkpoint.save-freq", when="tensorflow<2.2")
@pytest.mark.parametrize(("save_freq", "steps"), [(16, [1, 2, 3, 4]), (32, [2, 4]), (33, [3]), (64, [4]), (65, [])])
def test_save_freq_counts_samples(tmp_path, save_freq, steps):
    """An integer save_freq counts the samples that the model has seen since the last time."""
    assert steps_saved(tmp_path, save_freq) == steps


@holds("checkpoint.save-freq", when="tensorflow<2.2")
def test_count_of_samples_goes_on(tmp_path):
    """The count goes on from one epoch to the next."""
    assert steps_saved(tmp_path, 48, epochs=2) == [3, 6]


@changed("checkpoint.save-freq", when="tensorflow>=2.2", instead="save_freq=samples // batch_size")
@pytest.mark.parametrize(
    ("save_freq", "steps"), [(1, [1, 2, 3, 4]), (2, [2, 4]), (3, [3]), (4, [4]), (5, []), (32, [])]
)
def test_save_freq_counts_batches(tmp_path, save_freq, steps):
    """An integer save_freq counts batches since the last time."""
    assert steps_saved(tmp_path, save_freq) == steps


@changed("checkpoint.save-freq", when="tensorflow>=2.2", instead="save_freq=samples // batch_size")
def test_count_of_batches_goes_on(tmp_path):
    """The count goes on from one epoch to the next."""
    assert steps_saved(tmp_path, 3, epochs=2) == [3, 6]


@holds("checkpoint.save-freq-words")
def test_other_words_are_refused(tmp_path):
    """save_freq is 'epoch', the default, or an integer: any other word is refused."""
    with refused(ValueError, naming="save_freq"):
        ModelCheckpoint(str(tmp_path / "m.weights.h5"), save_weights_only=True, save_freq="batch")
