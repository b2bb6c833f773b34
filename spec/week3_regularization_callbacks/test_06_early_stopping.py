"""Week 3, EarlyStopping.

Subject: callbacks.
"""

import inspect

import numpy as np
import pytest
import tensorflow as tf

from spec.models import compiled, linear
from spec.week3_regularization_callbacks.series import DRIVES
from tf_conformance import changed, defect, holds, misstated, refused

EarlyStopping = tf.keras.callbacks.EarlyStopping
NAN = float("nan")


@pytest.fixture(params=DRIVES)
def drive(request):
    """Drives a callback with a series, through its hooks or through fit; returns the model and the epochs that were run."""
    return DRIVES[request.param]


def defaults_of(callback):
    """The defaults of a callback's arguments."""
    return {
        name: parameter.default
        for name, parameter in list(inspect.signature(callback.__init__).parameters.items())[1:]
        if parameter.kind is not inspect.Parameter.VAR_KEYWORD
    }


DEFAULTS = {
    "monitor": "val_loss",
    "min_delta": 0,
    "patience": 0,
    "verbose": 0,
    "mode": "auto",
    "baseline": None,
    "restore_best_weights": False,
}


@holds("early-stopping.defaults")
def test_defaults():
    """EarlyStopping watches val_loss with patience 0, min_delta 0, mode auto, no baseline, and restores no weights."""
    defaults = defaults_of(EarlyStopping)
    assert {name: defaults[name] for name in DEFAULTS} == DEFAULTS


@holds("early-stopping.start", when="tensorflow<2.11")
def test_starts_at_once():
    """EarlyStopping watches from the first epoch on."""
    assert set(defaults_of(EarlyStopping)) == set(DEFAULTS)


@changed("early-stopping.start", when="tensorflow>=2.11", instead="start_from_epoch, where the first epochs mislead")
def test_start_from_epoch(drive):
    """EarlyStopping can watch from a later epoch on: start_from_epoch, 0 by default."""
    assert set(defaults_of(EarlyStopping)) == {*DEFAULTS, "start_from_epoch"}
    assert defaults_of(EarlyStopping)["start_from_epoch"] == 0
    assert drive(EarlyStopping(patience=1, start_from_epoch=2), [1.0, 2.0, 5.0, 4.0, 6.0, 7.0])[1] == 5


@holds("early-stopping.patience")
@pytest.mark.parametrize(
    ("patience", "losses", "epochs"),
    [
        (1, [3.0, 2.0, 1.0], 3),
        (1, [3.0, 3.0, 1.0], 2),
        (1, [3.0, 4.0, 1.0], 2),
        (2, [3.0, 4.0, 4.0, 1.0], 3),
        (2, [3.0, 4.0, 2.0, 3.0, 3.0, 1.0], 5),
        (2, [3.0, 4.0, 3.0, 1.0], 3),
        (5, [1.0, 2.0, 2.0, 2.0, 2.0, 2.0, 0.0], 6),
        (5, [1.0, 2.0, 2.0, 2.0, 2.0, 0.5, 0.4], 7),
        (2, [-1.0, -2.0, -2.0, -2.0, -3.0], 4),
    ],
)
def test_patience(drive, patience, losses, epochs):
    """Training ends once there was no improvement for as many epochs as patience says; any improvement starts the count anew."""
    assert drive(EarlyStopping(patience=patience), losses)[1] == epochs


@holds("early-stopping.patience")
@pytest.mark.parametrize(("losses", "epoch"), [([2.0, 1.0, 1.0, 0.0], 2), ([2.0, 1.0, 0.0], 0)])
def test_stopped_epoch(drive, losses, epoch):
    """stopped_epoch is the number of the epoch after which training was stopped, 0 where it was not."""
    stopping = EarlyStopping(patience=1)
    drive(stopping, losses)
    assert stopping.stopped_epoch == epoch


SERIES_FOR_PATIENCE_ZERO = [[3.0, 2.0, 1.0], [3.0, 3.0, 1.0], [3.0, 2.0, 2.0, 1.0]]


@holds("early-stopping.patience-zero", when="tensorflow<2.5 or tensorflow>=2.12")
@pytest.mark.parametrize(("losses", "epochs"), zip(SERIES_FOR_PATIENCE_ZERO, [3, 2, 3]))
def test_patience_zero(drive, losses, epochs):
    """With patience 0, the default, training ends after the first epoch without improvement."""
    assert drive(EarlyStopping(), losses)[1] == epochs


@defect("early-stopping.patience-zero", when="tensorflow>=2.5 and tensorflow<2.7", instead="patience=1")
@pytest.mark.parametrize("losses", SERIES_FOR_PATIENCE_ZERO, ids=str)
def test_patience_zero_ends_at_once(drive, losses):
    """With patience 0, the default, training ends after the first epoch, whatever it brought."""
    assert drive(EarlyStopping(), losses)[1] == 1


@defect("early-stopping.patience-zero", when="tensorflow>=2.7 and tensorflow<2.12", instead="patience=1")
@pytest.mark.parametrize("losses", SERIES_FOR_PATIENCE_ZERO, ids=str)
def test_patience_zero_ends_after_two(drive, losses):
    """With patience 0, the default, training ends after the second epoch, whatever it brought."""
    assert drive(EarlyStopping(), losses)[1] == 2


def epochs_of_two_trainings(drive):
    """How many epochs two trainings with the same EarlyStopping run, the second of which improves each epoch."""
    stopping = EarlyStopping(patience=1)
    return [drive(stopping, losses)[1] for losses in ([2.0, 1.0, 1.0, 0.0], [2.0, 1.0, 0.0])]


@holds("early-stopping.reuse", when="keras<3 or keras>=3.7 and keras<3.11 or keras>=3.15")
def test_second_training_starts_anew(drive):
    """An EarlyStopping that serves a second training forgets the best of the first."""
    assert epochs_of_two_trainings(drive) == [3, 3]


@defect(
    "early-stopping.reuse",
    when="keras>=3 and keras<3.7 or keras>=3.11 and keras<3.15",
    instead="a new EarlyStopping for each training",
)
def test_second_training_is_held_to_the_first(drive):
    """An EarlyStopping that serves a second training measures it by the best of the first, and ends it too early."""
    assert epochs_of_two_trainings(drive) == [3, 2]


@holds("early-stopping.min-delta")
@pytest.mark.parametrize(
    ("losses", "epochs"),
    [
        ([1.0, 0.75, 0.75, 0.0], 3),
        ([1.0, 0.75, 0.625, 0.0], 4),
        ([1.0, 0.625, 0.375, 0.375, 0.0], 4),
        ([1.0, 1.25, 1.0, 0.0], 3),
    ],
)
def test_min_delta(drive, losses, epochs):
    """A change counts as an improvement only if it is larger than min_delta, measured from the best so far."""
    assert drive(EarlyStopping(patience=2, min_delta=0.25), losses)[1] == epochs


@holds("early-stopping.min-delta")
def test_sign_of_min_delta_is_ignored(drive):
    """min_delta is a size: its sign counts for nothing."""
    assert drive(EarlyStopping(patience=2, min_delta=-0.25), [1.0, 0.75, 0.75, 0.0])[1] == 3


@holds("early-stopping.mode")
@pytest.mark.parametrize(
    ("mode", "numbers", "epochs"),
    [
        ("min", [3.0, 2.0, 3.0, 0.0], 3),
        ("max", [1.0, 2.0, 1.0, 9.0], 3),
        ("max", [3.0, 2.0, 9.0], 2),
        ("auto", [3.0, 2.0, 3.0, 0.0], 3),
    ],
)
def test_mode(drive, mode, numbers, epochs):
    """mode says whether the monitored number is to fall or to rise; auto lets a loss fall."""
    assert drive(EarlyStopping(mode=mode, patience=1), numbers)[1] == epochs


@holds("early-stopping.mode")
def test_auto_lets_accuracy_rise():
    """auto lets an accuracy rise."""
    model = compiled(linear([[1.0]]), optimizer="sgd", loss="mse", metrics=["accuracy"])
    stopping = EarlyStopping(monitor="val_accuracy", patience=1)
    stopping.set_model(model)
    model.fit(np.ones((2, 1)), np.ones((2, 1)), verbose=0)
    model.stop_training = False
    stopping.on_train_begin({})
    stops = []
    for epoch, accuracy in enumerate([0.5, 0.6, 0.6]):
        stopping.on_epoch_end(epoch, {"val_accuracy": accuracy})
        stops.append(model.stop_training)
    assert stops == [False, False, True]


@misstated("early-stopping.mode-name", instead="mode='min'")
def test_builtin_min_is_no_mode(drive):
    """mode is a word, 'min': Python's function min, which the notes pass, is taken for auto, with a warning."""
    for mode in (min, "min"):
        assert drive(EarlyStopping(mode=mode, patience=1), [3.0, 2.0, 3.0, 0.0])[1] == 3


@misstated("early-stopping.mode-name", instead="mode='min'")
def test_builtin_min_is_warned_of(messages):
    """The warning names the function."""
    EarlyStopping(mode=min)
    assert "<built-in function min>" in messages()
    assert "auto" in messages()


@pytest.fixture
def messages(caplog, recwarn):
    """What was logged and warned of so far, in one text."""
    return lambda: " ".join(
        [record.getMessage() for record in caplog.records] + [str(warning.message) for warning in recwarn.list]
    )


@holds("early-stopping.monitor")
def test_other_number(drive):
    """monitor names the number to watch."""
    assert drive(EarlyStopping(monitor="loss", patience=1), [2.0, 1.0, 1.0, 0.0])[1] == 3


@holds("early-stopping.monitor")
def test_missing_monitor_warns_and_goes_on(drive, messages):
    """A number that is not there is warned of, naming those that are, and training goes on."""
    assert drive(EarlyStopping(monitor="val_los", mode="min"), [1.0, 2.0, 3.0])[1] == 3
    assert "val_los" in messages()
    assert "val_loss" in messages()


@holds("early-stopping.nan")
@pytest.mark.parametrize(("losses", "epochs"), [([2.0, NAN, NAN, 1.0], 3), ([2.0, NAN, 1.0, NAN, NAN], 5)])
def test_nan_is_no_improvement(drive, losses, epochs):
    """Not-a-number is no improvement."""
    assert drive(EarlyStopping(patience=2), losses)[1] == epochs


NAN_FIRST = [NAN, 2.0, 1.0, 1.5]


@holds("early-stopping.nan-first", when="tensorflow<2.7")
def test_nan_first_is_no_improvement(drive):
    """Not-a-number in the first epoch is no improvement either: with patience 1 it ends the training."""
    assert drive(EarlyStopping(patience=1), NAN_FIRST)[1] == 1
    assert drive(EarlyStopping(patience=2), [NAN, NAN, 1.0])[1] == 2


@changed(
    "early-stopping.nan-first", when="tensorflow>=2.7 and keras<3.7", instead="TerminateOnNaN, to end such a training"
)
def test_nan_first_never_ends_training(drive):
    """Not-a-number in the first epoch counts as no improvement, but training never ends after the first epoch."""
    assert drive(EarlyStopping(patience=1), NAN_FIRST)[1] == 4
    assert drive(EarlyStopping(patience=2), [NAN, NAN, 1.0])[1] == 2


@defect("early-stopping.nan-first", when="keras>=3.7", instead="TerminateOnNaN, to end such a training")
def test_nan_first_is_never_improved_on(drive):
    """Not-a-number in the first epoch is taken for the best: no later number counts as an improvement."""
    assert drive(EarlyStopping(patience=1), NAN_FIRST)[1] == 2
    assert drive(EarlyStopping(patience=2), [NAN, 3.0, 2.0, 1.0])[1] == 3


@holds("early-stopping.baseline")
@pytest.mark.parametrize(
    ("losses", "epochs"),
    [([9.0, 4.0, 4.5, 4.5, 1.0], 4), ([5.0, 5.0, 5.0, 1.0], 2), ([9.0, 4.0, 3.0, 2.0], 4)],
)
def test_baseline(drive, losses, epochs):
    """With a baseline only numbers better than it count as improvements."""
    assert drive(EarlyStopping(patience=2, baseline=5.0), losses)[1] == epochs


IMPROVING_ABOVE_BASELINE = [9.0, 8.0, 7.0, 6.0, 1.0]


@holds("early-stopping.baseline-out-of-reach", when="tensorflow<2.12")
def test_improvements_above_the_baseline_do_not_count(drive):
    """Improvements that do not reach the baseline do not count: training ends as if there were none."""
    assert drive(EarlyStopping(patience=2, baseline=5.0), IMPROVING_ABOVE_BASELINE)[1] == 2


@changed(
    "early-stopping.baseline-out-of-reach",
    when="tensorflow>=2.12",
    instead="nothing; training goes on while it improves",
)
def test_improvements_above_the_baseline_postpone_the_end(drive):
    """Improvements that do not reach the baseline do not start the count anew, but training does not end while they last."""
    assert drive(EarlyStopping(patience=2, baseline=5.0), IMPROVING_ABOVE_BASELINE)[1] == 5
    assert drive(EarlyStopping(patience=2, baseline=5.0), [9.0, 8.0, 8.0, 1.0])[1] == 3


def weight_after(drive, losses, **settings):
    """The model's weight after a training on these losses, each of which is the weight of its epoch."""
    model, _ = drive(EarlyStopping(restore_best_weights=True, **settings), losses)
    return float(model.get_weights()[0][0, 0])


@holds("early-stopping.restore")
@pytest.mark.parametrize(
    ("patience", "losses", "best"), [(1, [3.0, 2.0, 4.0, 0.0], 2.0), (2, [3.0, 2.0, 4.0, 5.0], 2.0)]
)
def test_best_weights_are_restored(drive, patience, losses, best):
    """Where training is stopped, restore_best_weights brings back the weights of the best epoch; else the last ones stay."""
    assert weight_after(drive, losses, patience=patience) == best
    assert float(drive(EarlyStopping(patience=patience), losses)[0].get_weights()[0][0, 0]) == losses[patience + 1]


@holds("early-stopping.restore-unstopped", when="keras<2.16")
def test_last_weights_stay_without_a_stop(drive):
    """Where training runs to its end, the weights stay those of the last epoch, restore_best_weights or not."""
    assert weight_after(drive, [3.0, 2.0, 4.0], patience=5) == 4.0


@changed(
    "early-stopping.restore-unstopped", when="keras>=2.16", instead="nothing; the best weights come back in either case"
)
def test_best_weights_are_restored_without_a_stop(drive):
    """Where training runs to its end, restore_best_weights brings back the weights of the best epoch too."""
    assert weight_after(drive, [3.0, 2.0, 4.0], patience=5) == 2.0


@defect(
    "early-stopping.restore-nothing", when="tensorflow<2.5", instead="no baseline together with restore_best_weights"
)
def test_nothing_to_restore_is_an_error(drive):
    """Where no epoch improved on the baseline, restore_best_weights fails at the end: there are no weights to restore."""
    with refused(TypeError):
        weight_after(drive, [9.0, 8.0, 8.0], patience=2, baseline=5.0)


@holds("early-stopping.restore-nothing", when="tensorflow>=2.5")
def test_best_of_bad_weights_are_restored(drive):
    """Where no epoch improved on the baseline, restore_best_weights brings back those of the best epoch all the same."""
    assert weight_after(drive, [9.0, 8.0, 8.5], patience=2, baseline=5.0) == 8.0
