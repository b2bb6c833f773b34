"""Week 3, EarlyStopping.

Subject: callbacks.
"""

import inspect

import pytest
import tensorflow as tf

from spec.week3_regularization_callbacks.series import (
    DRIVERS,
    auto_mode,
    call_hooks,
    through_fit,
    through_hooks,
    with_metric,
)
from tf_conformance import changed, defect, holds, misstated, refused

EarlyStopping = tf.keras.callbacks.EarlyStopping
NAN = float("nan")


@pytest.fixture(params=DRIVERS)
def drive(request):
    """Runs a callback on a series of val_loss, by its hooks or by fit; returns the model and the number of epochs run."""
    return DRIVERS[request.param]


def defaults_of(callback):
    """The default of each argument of a callback, by name."""
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
    """By default, EarlyStopping monitors val_loss with patience 0, min_delta 0, mode 'auto', no baseline and no restored weights."""
    defaults = defaults_of(EarlyStopping)
    assert {name: defaults[name] for name in DEFAULTS} == DEFAULTS


@holds("early-stopping.start", when="tensorflow<2.11")
def test_no_delayed_start():
    """EarlyStopping has no argument that delays its start."""
    assert set(defaults_of(EarlyStopping)) == set(DEFAULTS)


@changed(
    "early-stopping.start",
    when="tensorflow>=2.11",
    instead="EarlyStopping(start_from_epoch=2), to ignore the first 2 epochs",
    impact="looks",
    traces="none: code for older versions has no such argument",
)
def test_start_from_epoch(drive):
    """EarlyStopping ignores the epochs before start_from_epoch, which is 0 by default."""
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
        (2, [3.0, 4.0, 2.0, 3.0, 3.0, 1.0], 5),
        (2, [3.0, 4.0, 3.0, 1.0], 3),
        (5, [1.0, 2.0, 2.0, 2.0, 2.0, 2.0, 0.0], 6),
        (5, [1.0, 2.0, 2.0, 2.0, 2.0, 0.5, 0.4], 7),
        (2, [-1.0, -2.0, -2.0, -2.0, -3.0], 4),
    ],
)
def test_patience(drive, patience, losses, epochs):
    """EarlyStopping stops training after patience epochs without improvement; any improvement resets the count."""
    assert drive(EarlyStopping(patience=patience), losses)[1] == epochs


@holds("early-stopping.patience")
@pytest.mark.parametrize(("losses", "epoch"), [([2.0, 1.0, 1.0, 0.0], 2), ([2.0, 1.0, 0.0], 0)])
def test_stopped_epoch(drive, losses, epoch):
    """stopped_epoch is the index of the epoch after which training was stopped, or 0 if it was not stopped."""
    stopping = EarlyStopping(patience=1)
    drive(stopping, losses)
    assert stopping.stopped_epoch == epoch


SERIES_FOR_PATIENCE_ZERO = [[3.0, 2.0, 1.0], [3.0, 3.0, 1.0], [3.0, 2.0, 2.0, 1.0]]


@holds("early-stopping.patience-zero", when="tensorflow<2.5 or tensorflow>=2.12")
@pytest.mark.parametrize(("losses", "epochs"), list(zip(SERIES_FOR_PATIENCE_ZERO, [3, 2, 3])))
def test_patience_zero(drive, losses, epochs):
    """With patience=0, the default, EarlyStopping stops training after the first epoch without improvement."""
    assert drive(EarlyStopping(), losses)[1] == epochs


@defect(
    "early-stopping.patience-zero",
    when="tensorflow>=2.5 and tensorflow<2.7",
    instead="patience=1",
    impact="silent",
    reported="tensorflow/tensorflow#46429",
    traces=["tf.keras.callbacks.EarlyStopping(patience=$ONE_OF($ABSENT, 0))"],
)
@pytest.mark.parametrize("losses", SERIES_FOR_PATIENCE_ZERO, ids=str)
def test_patience_zero_stops_after_one_epoch(drive, losses):
    """With patience=0, the default, EarlyStopping stops training after the first epoch, whether or not the loss improves."""
    assert drive(EarlyStopping(), losses)[1] == 1
    assert drive(EarlyStopping(patience=1), [3.0, 2.0, 2.0, 1.0])[1] == 3


@defect(
    "early-stopping.patience-zero",
    when="tensorflow>=2.7 and tensorflow<2.12",
    instead="patience=1",
    impact="silent",
    reported="keras-team/keras#16393",
    traces=["tf.keras.callbacks.EarlyStopping(patience=$ONE_OF($ABSENT, 0))"],
)
@pytest.mark.parametrize("losses", SERIES_FOR_PATIENCE_ZERO, ids=str)
def test_patience_zero_stops_after_two_epochs(drive, losses):
    """With patience=0, the default, EarlyStopping stops training after the second epoch, whether or not the loss improves."""
    assert drive(EarlyStopping(), losses)[1] == 2
    assert drive(EarlyStopping(patience=1), [3.0, 2.0, 2.0, 1.0])[1] == 3


@holds("early-stopping.negative-patience", when="keras<3.16")
def test_negative_patience_is_accepted():
    """EarlyStopping accepts a negative patience."""
    assert EarlyStopping(patience=-1).patience == -1


@changed(
    "early-stopping.negative-patience",
    when="keras>=3.16",
    instead="patience=0",
    impact="error",
    traces=["tf.keras.callbacks.EarlyStopping(patience=-$NUMBER)"],
)
def test_negative_patience_is_refused():
    """EarlyStopping raises a ValueError for a negative patience."""
    with refused(ValueError, naming=["patience", "-1"]):
        EarlyStopping(patience=-1)
    assert EarlyStopping(patience=0).patience == 0


def epochs_of_two_trainings(drive, first, second):
    """The numbers of epochs of a training with each EarlyStopping; in the second, every epoch improves."""
    return [drive(first, [2.0, 1.0, 1.0, 0.0])[1], drive(second, [2.0, 1.0, 0.0])[1]]


@holds("early-stopping.reuse", when="keras<3 or keras>=3.7 and keras<3.11 or keras>=3.15")
def test_second_training_starts_afresh(drive):
    """An EarlyStopping that is used for a second training forgets the best value of the first, and the epoch at which it stopped."""
    stopping = EarlyStopping(patience=1)
    assert epochs_of_two_trainings(drive, stopping, stopping) == [3, 3]
    assert stopping.stopped_epoch == 0


@holds("early-stopping.reuse", when="keras<3 or keras>=3.7 and keras<3.11 or keras>=3.15")
def test_second_training_starts_from_the_baseline(drive):
    """With a baseline, the second training compares with it, not with the best value of the first, and counts epochs anew."""
    stopping = EarlyStopping(patience=3, baseline=5.0)
    assert drive(stopping, [4.0, 4.5, 4.5, 4.5, 1.0])[1] == 4
    assert drive(stopping, [9.0, 9.5, 4.5, 4.6, 4.6, 4.6, 1.0])[1] == 6


@defect(
    "early-stopping.reuse",
    when="keras>=3 and keras<3.7 or keras>=3.11 and keras<3.15",
    instead="a new EarlyStopping() for each training",
    impact="silent",
    reported="keras-team/keras#20521, keras-team/keras#22967",
    traces=[
        "$STOP = tf.keras.callbacks.EarlyStopping(); $A.fit(callbacks=[$STOP]); $B.fit(callbacks=[$STOP])",
        "$STOP = tf.keras.callbacks.EarlyStopping(); $A.fit(callbacks=[..., $STOP]); $B.fit(callbacks=[..., $STOP])",
    ],
)
def test_second_training_is_compared_with_the_first(drive):
    """An EarlyStopping that is used for a second training keeps the best value of the first and stops too early."""
    stopping = EarlyStopping(patience=1)
    assert epochs_of_two_trainings(drive, stopping, stopping) == [3, 2]
    assert epochs_of_two_trainings(drive, EarlyStopping(patience=1), EarlyStopping(patience=1)) == [3, 3]


def increasing(losses, **settings):
    """The number of epochs run with mode='max' if val_loss takes the negatives of these numbers."""
    return through_hooks(EarlyStopping(mode="max", **settings), [-loss for loss in losses])[1]


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
    """EarlyStopping counts a value as an improvement only if it beats the best so far by more than min_delta, in either mode."""
    assert drive(EarlyStopping(patience=2, min_delta=0.25), losses)[1] == epochs
    assert increasing(losses, patience=2, min_delta=0.25) == epochs


@holds("early-stopping.min-delta")
def test_sign_of_min_delta_is_ignored(drive):
    """The sign of min_delta is ignored."""
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
    """EarlyStopping's mode says whether an improvement is a decrease ('min') or an increase ('max'); for a loss, 'auto' means 'min'."""
    assert drive(EarlyStopping(mode=mode, patience=1), numbers)[1] == epochs


def auto_mode_for(name):
    """What mode='auto' means when EarlyStopping monitors the metric of that name."""
    model = with_metric(name)

    def improves(numbers):
        stopping = EarlyStopping(monitor=f"val_{name}", patience=1)
        return call_hooks(stopping, model, numbers, f"val_{name}") == len(numbers)

    return auto_mode(improves)


@holds("early-stopping.mode")
def test_auto_means_max_for_accuracy():
    """mode='auto' means 'max' for an accuracy."""
    assert auto_mode_for("accuracy") == "max"


@defect(
    "early-stopping.auto-mode",
    when="tensorflow<2.7",
    instead="mode='max' for a metric that should increase",
    impact="silent",
    reported="tensorflow/tensorflow#44509",
    traces=[
        "tf.keras.callbacks.EarlyStopping(monitor=$ONE_OF('*auc*', '*precision*', '*recall*', '*f1', "
        "'*f1_score', '*iou', '*dice_coef'), mode=$ONE_OF($ABSENT, 'auto'))"
    ],
)
@pytest.mark.parametrize("name", ["auc", "precision", "score"])
def test_auto_means_min_without_acc_in_the_name(name, drive):
    """EarlyStopping's mode 'auto' means 'min' for AUC, precision and a custom metric: training stops when they increase."""
    assert auto_mode_for(name) == "min"
    assert drive(EarlyStopping(mode="max", patience=1), [0.5, 0.6, 0.7])[1] == 3


@defect(
    "early-stopping.auto-mode",
    when="tensorflow>=2.7 and keras<3",
    instead="mode='max' for a metric that should increase",
    impact="silent",
    reported="keras-team/keras#18798",
    traces=[
        "tf.keras.callbacks.EarlyStopping(monitor=$ONE_OF('*precision*', '*recall*', '*f1', '*f1_score', '*iou', "
        "'*dice_coef'), mode=$ONE_OF($ABSENT, 'auto'))"
    ],
)
@pytest.mark.parametrize(("name", "mode"), [("auc", "max"), ("precision", "min"), ("score", "min")])
def test_auto_goes_by_the_end_of_the_name(name, mode, drive):
    """EarlyStopping's mode 'auto' means 'max' for a metric named auc, but 'min' for precision and a custom metric."""
    assert auto_mode_for(name) == mode
    assert drive(EarlyStopping(mode="max", patience=1), [0.5, 0.6, 0.7])[1] == 3


@holds("early-stopping.auto-mode", when="keras>=3")
@pytest.mark.parametrize(("name", "mode"), [("auc", "max"), ("precision", "max"), ("top_k", "max"), ("error", "min")])
def test_auto_asks_the_metric(name, mode):
    """EarlyStopping's mode 'auto' means 'max' for AUC and precision; a custom metric raises a ValueError that asks for a mode."""
    assert auto_mode_for(name) == mode
    with refused(ValueError, naming=["val_score", "mode='max'"]):
        auto_mode_for("score")


@misstated(
    "early-stopping.mode-name",
    instead="mode='min'",
    impact="looks",
    traces=["tf.keras.callbacks.EarlyStopping(mode=$ONE_OF(min, max))"],
)
def test_builtin_min_is_not_a_mode(drive):
    """EarlyStopping's mode is a string: the built-in function min, which the notes pass, is treated as 'auto' and gives a warning."""
    for mode in (min, "min"):
        assert drive(EarlyStopping(mode=mode, patience=1), [3.0, 2.0, 3.0, 0.0])[1] == 3
    stopping = EarlyStopping(monitor="val_accuracy", mode=min, patience=1)
    assert call_hooks(stopping, with_metric("accuracy"), [0.5, 0.6, 0.7], "val_accuracy") == 3


@misstated("early-stopping.mode-name", instead="mode='min'", impact="looks")
def test_builtin_min_is_warned_about(messages):
    """The warning shows the function that was passed and the mode auto."""
    EarlyStopping(mode=min)
    assert "<built-in function min>" in messages()
    assert "auto" in messages()


@pytest.fixture
def messages(caplog, recwarn):
    """A function that returns everything that was logged or warned so far, as one string."""
    return lambda: " ".join(
        [record.getMessage() for record in caplog.records] + [str(warning.message) for warning in recwarn.list]
    )


@holds("early-stopping.monitor")
def test_monitor_training_loss(drive):
    """EarlyStopping watches the value in the logs that monitor names."""
    assert drive(EarlyStopping(monitor="loss", patience=1), [2.0, 1.0, 1.0, 0.0])[1] == 3


@holds("early-stopping.monitor")
@pytest.mark.parametrize("mode", ["min", "max"])
def test_missing_monitor_only_warns(drive, messages, mode):
    """With mode='min' or 'max', a value that the logs lack causes a warning that lists those they have, and training continues."""
    assert drive(EarlyStopping(monitor="val_acc", mode=mode), [1.0, 2.0, 1.0])[1] == 3
    assert "val_acc" in messages()
    assert "val_loss" in messages()


@holds("early-stopping.missing-monitor", when="keras<3")
def test_missing_monitor_only_warns_in_auto_mode(drive, messages):
    """With the default mode, EarlyStopping warns if the logs lack the monitored value, such as 'val_acc', and training continues."""
    assert drive(EarlyStopping(monitor="val_acc"), [1.0, 2.0, 1.0])[1] == 3
    assert "val_acc" in messages()


@changed(
    "early-stopping.missing-monitor",
    when="keras>=3",
    instead="monitor='val_accuracy', a name from history.history",
    impact="error",
    traces=[
        "$X.compile(metrics=$NONE_OF($ABSENT, 'acc', ['acc'], [tf.keras.metrics.$CLASS(name='acc')])); not $Y.compile(metrics=$METRICS); "
        "tf.keras.callbacks.EarlyStopping(monitor=$ONE_OF('acc', 'val_acc'), mode=$ONE_OF($ABSENT, 'auto'))",
        "not $Y.compile(metrics=$ONE_OF('acc', ['acc'], [tf.keras.metrics.$CLASS(name='acc')])); "
        "tf.keras.callbacks.EarlyStopping(monitor=$ONE_OF('acc', 'val_acc'), mode=$ONE_OF($ABSENT, 'auto')); "
        "not $Y.compile(metrics=$ONE_OF('acc', ['acc'], [tf.keras.metrics.$CLASS(name='acc')])); "
        "not not $X.compile(metrics=$NONE_OF($ABSENT, 'acc', ['acc']))",
    ],
)
def test_missing_monitor_is_refused_in_auto_mode(drive):
    """With the default mode, fit raises a ValueError if the logs lack the value that EarlyStopping monitors, such as 'val_acc'."""
    with refused(ValueError, naming="val_acc"):
        drive(EarlyStopping(monitor="val_acc"), [1.0, 2.0, 1.0])
    stopping = EarlyStopping(monitor="val_accuracy", patience=1)
    assert call_hooks(stopping, with_metric("accuracy"), [0.5, 0.5, 0.5], "val_accuracy") == 2


@holds("early-stopping.nan")
@pytest.mark.parametrize(("losses", "epochs"), [([2.0, NAN, NAN, 1.0], 3), ([2.0, NAN, 1.0, NAN, NAN], 5)])
def test_nan_is_not_an_improvement(drive, losses, epochs):
    """EarlyStopping does not count NaN after a finite value as an improvement."""
    assert drive(EarlyStopping(patience=2), losses)[1] == epochs


NAN_FIRST = [NAN, 2.0, 1.0, 1.5]


@holds("early-stopping.nan-first", when="tensorflow<2.7")
def test_nan_first_is_not_an_improvement(drive):
    """EarlyStopping counts NaN in the first epoch as no improvement: with patience=1, training stops after that epoch."""
    assert drive(EarlyStopping(patience=1), NAN_FIRST)[1] == 1
    assert drive(EarlyStopping(patience=2), [NAN, NAN, 1.0])[1] == 2


@changed(
    "early-stopping.nan-first",
    when="tensorflow>=2.7 and keras<3.7",
    instead="tf.keras.callbacks.TerminateOnNaN(), to stop when the loss is NaN",
    impact="silent",
    traces="none: it depends on the loss",
)
def test_nan_first_never_stops_training(drive):
    """EarlyStopping counts NaN in the first epoch as no improvement, but never stops training after the first epoch."""
    assert drive(EarlyStopping(patience=1), NAN_FIRST)[1] == 4
    assert drive(EarlyStopping(patience=2), [NAN, NAN, 1.0])[1] == 2
    assert through_fit(tf.keras.callbacks.TerminateOnNaN(), NAN_FIRST)[1] == 1


@defect(
    "early-stopping.nan-first",
    when="keras>=3.7",
    instead="tf.keras.callbacks.TerminateOnNaN(), to stop when the loss is NaN",
    impact="silent",
    traces="none: it depends on the loss",
)
def test_nan_first_is_never_improved_on(drive):
    """EarlyStopping takes NaN in the first epoch as the best value: no later value counts as an improvement."""
    assert drive(EarlyStopping(patience=1), NAN_FIRST)[1] == 2
    assert drive(EarlyStopping(patience=2), [NAN, 3.0, 2.0, 1.0])[1] == 3
    assert through_fit(tf.keras.callbacks.TerminateOnNaN(), NAN_FIRST)[1] == 1


@holds("early-stopping.baseline")
@pytest.mark.parametrize(
    ("losses", "epochs"),
    [([9.0, 4.0, 4.5, 4.5, 1.0], 4), ([5.0, 5.0, 5.0, 1.0], 2), ([9.0, 4.0, 3.0, 2.0], 4)],
)
def test_baseline(drive, losses, epochs):
    """With a baseline, only values that beat it, by mode, reset EarlyStopping's count of epochs without improvement."""
    assert drive(EarlyStopping(patience=2, baseline=5.0), losses)[1] == epochs
    assert increasing(losses, patience=2, baseline=-5.0) == epochs


IMPROVING_ABOVE_BASELINE = [9.0, 8.0, 7.0, 6.0, 1.0]


@holds("early-stopping.baseline-out-of-reach", when="tensorflow<2.12")
def test_improvements_above_the_baseline_do_not_count(drive):
    """EarlyStopping ignores improvements that do not reach the baseline: training stops as if there were none."""
    assert drive(EarlyStopping(patience=2, baseline=5.0), IMPROVING_ABOVE_BASELINE)[1] == 2


@changed(
    "early-stopping.baseline-out-of-reach",
    when="tensorflow>=2.12",
    instead="nothing: training continues while the value improves",
    impact="silent",
    traces=["tf.keras.callbacks.EarlyStopping(baseline=$NUMBER)"],
)
def test_improvements_above_the_baseline_delay_the_stop(drive):
    """Improvements that do not reach EarlyStopping's baseline do not reset the count, but training does not stop while they continue."""
    assert drive(EarlyStopping(patience=2, baseline=5.0), IMPROVING_ABOVE_BASELINE)[1] == 5
    assert drive(EarlyStopping(patience=2, baseline=5.0), [9.0, 8.0, 8.0, 1.0])[1] == 3


def weight_after(drive, losses, after=(), **settings):
    """The model's weight after training with restore_best_weights=True; in each epoch, the weight is the loss."""
    model, _ = drive(EarlyStopping(restore_best_weights=True, **settings), losses, after=after)
    return float(model.get_weights()[0][0, 0])


@holds("early-stopping.restore")
def test_best_weights_are_restored(drive):
    """When EarlyStopping stops training, restore_best_weights restores the best epoch's weights; without it, the last ones stay."""
    losses = [3.0, 2.0, 4.0, 5.0, 0.0]
    assert weight_after(drive, losses, patience=2) == 2.0
    assert weight_after(through_hooks, [-loss for loss in losses], patience=2, mode="max") == -2.0
    assert drive(EarlyStopping(patience=2), losses)[0].get_weights()[0].item() == 5.0


class StopAfterThree(tf.keras.callbacks.Callback):
    """Stops training after the third epoch."""

    def on_epoch_end(self, epoch, logs=None):
        """Stops training."""
        if epoch == 2:
            self.model.stop_training = True


WITHOUT_A_STOP = {"last epoch": ([3.0, 2.0, 4.0], []), "another callback": ([3.0, 2.0, 4.0, 5.0], [StopAfterThree()])}


@holds("early-stopping.restore-unstopped", when="keras<2.16")
@pytest.mark.parametrize("end", WITHOUT_A_STOP)
def test_last_weights_stay_without_a_stop(drive, end):
    """If EarlyStopping does not stop training, restore_best_weights has no effect: the weights of the last epoch stay."""
    losses, after = WITHOUT_A_STOP[end]
    assert weight_after(drive, losses, after, patience=5) == 4.0


@changed(
    "early-stopping.restore-unstopped",
    when="keras>=2.16",
    instead="nothing: the best weights are restored in either case",
    impact="silent",
    traces=["tf.keras.callbacks.EarlyStopping(restore_best_weights=True)"],
)
@pytest.mark.parametrize("end", WITHOUT_A_STOP)
def test_best_weights_are_restored_without_a_stop(drive, end):
    """If EarlyStopping does not stop training, restore_best_weights still restores the weights of the best epoch."""
    losses, after = WITHOUT_A_STOP[end]
    assert weight_after(drive, losses, after, patience=5) == 2.0


@defect(
    "early-stopping.restore-nothing",
    when="tensorflow<2.5",
    instead="baseline or restore_best_weights=True, but not both",
    impact="error",
    reported="tensorflow/tensorflow#45187",
    traces=["tf.keras.callbacks.EarlyStopping(baseline=$NUMBER, restore_best_weights=True)"],
)
def test_nothing_to_restore_is_an_error(drive):
    """If EarlyStopping stops training before an epoch beats the baseline, restore_best_weights fails with a TypeError."""
    with refused(TypeError):
        weight_after(drive, [9.0, 8.0, 8.0], patience=2, baseline=5.0)
    assert weight_after(drive, [9.0, 8.0, 8.5, 8.5], patience=2) == 8.0
    assert drive(EarlyStopping(patience=2, baseline=5.0), [9.0, 8.0, 8.0])[1] == 2


@holds("early-stopping.restore-nothing", when="tensorflow>=2.5")
def test_best_weights_are_restored_without_reaching_the_baseline(drive):
    """If EarlyStopping stops training before an epoch beats the baseline, restore_best_weights restores the best epoch's weights."""
    assert weight_after(drive, [8.0, 9.0, 8.5], patience=2, baseline=5.0) == 8.0


@holds("early-stopping.restore-nothing", when="tensorflow>=2.5")
def test_weights_of_an_earlier_training_are_forgotten(drive):
    """The weights that are restored are those of this training, even if an earlier one with the same EarlyStopping was better."""
    stopping = EarlyStopping(patience=2, baseline=5.0, restore_best_weights=True)
    seen = [drive(stopping, numbers)[0].get_weights()[0].item() for numbers in ([4.0, 4.5, 4.5], [8.0, 9.0, 8.5])]
    assert seen == [4.0, 8.0]
