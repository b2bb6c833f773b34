"""Week 3, Reduce learning rate on plateau.

Subject: callbacks.
"""

import inspect
import json

import pytest
import tensorflow as tf

from spec.week3_regularization_callbacks.series import (
    DATA,
    DRIVERS,
    auto_mode,
    call_hooks,
    one_weight_model,
    through_fit,
    through_hooks,
    with_metric,
)
from tf_conformance import changed, defect, holds, near, refused

ReduceLROnPlateau = tf.keras.callbacks.ReduceLROnPlateau
NAN = float("nan")


class Rates(tf.keras.callbacks.Callback):
    """Records the learning rate after each epoch."""

    def __init__(self):
        super().__init__()
        self.rates = []

    def on_epoch_end(self, epoch, logs=None):
        """Records the learning rate."""
        self.rates.append(float(self.model.optimizer.learning_rate.numpy()))


def rates_through(drive, callback, numbers):
    """The learning rate after each epoch of a callback that is driven through this series of val_loss, from 1.0."""
    rates = Rates()
    drive(callback, numbers, learning_rate=1.0, after=[rates])
    return rates.rates


@pytest.fixture(params=DRIVERS)
def rates_of(request):
    """Runs a callback on a series of val_loss, by its hooks or by fit; returns the learning rate after each epoch."""
    return lambda callback, numbers: rates_through(DRIVERS[request.param], callback, numbers)


@pytest.fixture
def rates(rates_of):
    """The same for a ReduceLROnPlateau with these settings."""
    return lambda numbers, **settings: rates_of(ReduceLROnPlateau(**settings), numbers)


def rates_by_hooks(numbers, **settings):
    """The same by the hooks alone, which take a fraction of the time."""
    return rates_through(through_hooks, ReduceLROnPlateau(**settings), numbers)


@holds("reduce-lr.defaults")
def test_defaults():
    """By default, ReduceLROnPlateau monitors val_loss: factor 0.1, patience 10, mode 'auto', min_delta 0.0001, cooldown 0, min_lr 0."""
    parameters = list(inspect.signature(ReduceLROnPlateau.__init__).parameters.values())[1:]
    assert {parameter.name: parameter.default for parameter in parameters if parameter.name != "kwargs"} == {
        "monitor": "val_loss",
        "factor": 0.1,
        "patience": 10,
        "verbose": 0,
        "mode": "auto",
        "min_delta": 0.0001,
        "cooldown": 0,
        "min_lr": 0,
    }


@holds("reduce-lr.defaults")
def test_defaults_act(rates):
    """By default, ReduceLROnPlateau divides the learning rate by 10 after 10 epochs without improvement."""
    assert rates([1.0] * 12) == near([1.0] * 10 + [0.1, 0.1])


@holds("reduce-lr.behavior")
@pytest.mark.parametrize(
    ("losses", "expected"),
    [
        ([4.0, 3.0, 2.0], [1, 1, 1]),
        ([4.0, 4.0, 4.0, 4.0, 4.0], [1, 1, 0.5, 0.5, 0.25]),
        ([4.0, 5.0, 3.0, 4.0, 4.0], [1, 1, 1, 1, 0.5]),
        ([4.0, NAN, NAN, 3.0], [1, 1, 0.5, 0.5]),
        ([4.0, 3.75, 3.75, 3.0], [1, 1, 0.5, 0.5]),
        ([4.0, 3.6875, 3.5, 3.0], [1, 1, 1, 1]),
    ],
)
def test_patience_and_min_delta(rates, losses, expected):
    """ReduceLROnPlateau multiplies the learning rate by factor after patience epochs without an improvement of more than min_delta."""
    settings = {"factor": 0.5, "patience": 2, "min_delta": 0.25}
    assert rates(losses, **settings) == near(expected)
    increasing = [-loss for loss in losses]
    assert rates_by_hooks(increasing, mode="max", **settings) == near(expected)


@defect(
    "reduce-lr.cooldown",
    when="tensorflow>=2.0",
    instead="cooldown=3, to skip 2 epochs",
    impact="silent",
    traces=["tf.keras.callbacks.ReduceLROnPlateau(cooldown=$NUMBER > 0)"],
)
@pytest.mark.parametrize(
    ("cooldown", "expected"),
    [
        (0, [1, 0.5, 0.25, 0.125, 0.0625]),
        (1, [1, 0.5, 0.25, 0.125, 0.0625]),
        (2, [1, 0.5, 0.5, 0.25, 0.25]),
        (3, [1, 0.5, 0.5, 0.5, 0.25]),
    ],
)
def test_cooldown_is_one_epoch_short(rates, cooldown, expected):
    """ReduceLROnPlateau's cooldown is one epoch shorter than specified: cooldown=2 skips 1 epoch, and cooldown=1 skips none."""
    assert rates([4.0] * 5, factor=0.5, patience=1, cooldown=cooldown) == near(expected)


@defect(
    "reduce-lr.cooldown",
    when="tensorflow>=2.0",
    instead="cooldown=3, to skip 2 epochs",
    impact="silent",
)
def test_patience_begins_after_the_cooldown(rates):
    """After the cooldown, patience starts over: with patience=2, the next reduction comes 2 epochs later."""
    assert rates([4.0] * 7, factor=0.5, patience=2, cooldown=3) == near([1, 1, 0.5, 0.5, 0.5, 0.5, 0.25])


@defect(
    "reduce-lr.cooldown",
    when="tensorflow>=2.0",
    instead="cooldown=3, to skip 2 epochs",
    impact="silent",
)
def test_cooldown_ends_with_the_training():
    """The cooldown ends with the training: a second training, with lower losses, reduces the rate in the same way as the first."""
    reduce_lr = ReduceLROnPlateau(factor=0.5, patience=1, cooldown=3)
    assert [rates_through(through_hooks, reduce_lr, 2 * [loss]) for loss in (4.0, 2.0)] == 2 * [[1.0, 0.5]]


@holds("reduce-lr.behavior")
def test_min_lr(rates):
    """The learning rate does not fall below min_lr, and a rate that is already below it is unchanged."""
    assert rates([4.0] * 5, factor=0.5, patience=1, min_lr=0.2) == near([1, 0.5, 0.25, 0.2, 0.2])
    assert rates_by_hooks([4.0, 4.0], factor=0.5, patience=1, min_lr=2.0) == [1.0, 1.0]


@holds("reduce-lr.behavior")
@pytest.mark.parametrize(
    ("mode", "numbers", "expected"),
    [
        ("max", [1.0, 2.0, 3.0], [1, 1, 1]),
        ("max", [3.0, 2.0, 1.0], [1, 0.5, 0.25]),
        ("auto", [1.0, 2.0, 3.0], [1, 0.5, 0.25]),
    ],
)
def test_mode(rates, mode, numbers, expected):
    """mode='max' reduces the learning rate when the value no longer increases; 'auto' means 'min' for a loss."""
    assert rates(numbers, factor=0.5, patience=1, mode=mode) == near(expected)


@holds("reduce-lr.behavior")
@pytest.mark.parametrize("factor", [1.0, 1.5])
def test_factor_must_be_below_one(factor):
    """A factor of 1 or more raises a ValueError."""
    with refused(ValueError, naming="factor >= 1.0"):
        ReduceLROnPlateau(factor=factor)


def rates_of_two_trainings(rates_of, first, second):
    """The learning rates of a training with each ReduceLROnPlateau; in the second, every epoch improves."""
    return [rates_of(first, [2.0, 1.0, 1.0]), rates_of(second, [4.0, 3.0, 2.0])]


@holds("reduce-lr.reuse", when="keras<3.11 or keras>=3.15")
def test_second_training_starts_afresh(rates_of):
    """A ReduceLROnPlateau that is used for a second training forgets the best value of the first."""
    reduce_lr = ReduceLROnPlateau(factor=0.5, patience=1)
    assert rates_of_two_trainings(rates_of, reduce_lr, reduce_lr) == near([[1, 1, 0.5], [1, 1, 1]])


@defect(
    "reduce-lr.reuse",
    when="keras>=3.11 and keras<3.15",
    instead="a new ReduceLROnPlateau() for each training",
    impact="silent",
    reported="keras-team/keras#22967",
    traces=[
        "$REDUCE = tf.keras.callbacks.ReduceLROnPlateau(); $A.fit(callbacks=[$REDUCE]); $B.fit(callbacks=[$REDUCE])",
        "$REDUCE = tf.keras.callbacks.ReduceLROnPlateau(); $A.fit(callbacks=[..., $REDUCE]); "
        "$B.fit(callbacks=[..., $REDUCE])",
    ],
)
def test_second_training_is_compared_with_the_first(rates_of):
    """A ReduceLROnPlateau that is used for a second training keeps the best value of the first and reduces the rate too early."""
    reduce_lr = ReduceLROnPlateau(factor=0.5, patience=1)
    assert rates_of_two_trainings(rates_of, reduce_lr, reduce_lr) == near([[1, 1, 0.5], [0.5, 0.25, 0.125]])
    each_its_own = [ReduceLROnPlateau(factor=0.5, patience=1) for _ in range(2)]
    assert rates_of_two_trainings(rates_of, *each_its_own) == near([[1, 1, 0.5], [1, 1, 1]])


WORSE_BY_A_QUARTER = [4.0, 4.25, 4.5]


@holds("reduce-lr.negative-min-delta", when="keras<3.11")
def test_negative_min_delta_tolerates(rates):
    """With a negative min_delta, ReduceLROnPlateau takes a loss that is worse by less than its absolute value for an improvement."""
    assert rates(WORSE_BY_A_QUARTER, factor=0.5, patience=1, min_delta=-0.5) == near([1, 1, 1])


@changed(
    "reduce-lr.negative-min-delta",
    when="keras>=3.11",
    instead="min_delta=0.0, with more patience",
    impact="silent",
    traces=["tf.keras.callbacks.ReduceLROnPlateau(min_delta=-$NUMBER)"],
)
def test_sign_of_min_delta_is_ignored(rates):
    """ReduceLROnPlateau ignores the sign of min_delta: with -0.5, a loss must fall by more than 0.5 to count as an improvement."""
    assert rates(WORSE_BY_A_QUARTER, factor=0.5, patience=1, min_delta=-0.5) == near([1, 0.5, 0.25])
    assert rates([4.0, 3.75, 3.5], factor=0.5, patience=1, min_delta=-0.5) == near([1, 0.5, 0.25])
    assert rates([4.0, 3.0, 2.0], factor=0.5, patience=1, min_delta=-0.5) == near([1, 1, 1])
    assert rates(WORSE_BY_A_QUARTER, factor=0.5, patience=3, min_delta=0.0) == near([1, 1, 1])


# The History


HALVING = {
    "ReduceLROnPlateau": lambda: ReduceLROnPlateau(factor=0.5, patience=1),
    "LearningRateScheduler": lambda: tf.keras.callbacks.LearningRateScheduler(lambda epoch: 0.5 if epoch == 2 else 1.0),
}


@pytest.fixture(params=HALVING)
def history(request):
    """The History of a training in which a callback halves the learning rate after the second epoch."""
    model, _ = through_fit(HALVING[request.param](), [4.0, 4.0, 4.0], learning_rate=1.0)
    return model.history.history


@holds("reduce-lr.history", when="keras<3")
def test_history_has_lr(history):
    """The History has the learning rate of each epoch under 'lr', as a NumPy float32, which json.dumps refuses."""
    assert history["lr"] == near([1.0, 1.0, 0.5])
    assert "learning_rate" not in history
    with refused(TypeError, naming="float32"):
        json.dumps(history)


@changed(
    "reduce-lr.history",
    when="keras>=3",
    instead="history.history['learning_rate']",
    impact="error",
    traces=[
        "not '$LOGS[\"lr\"] = $VALUE'; $HISTORY.history['lr']",
        "not '$LOGS[\"lr\"] = $VALUE'; $X.fit(callbacks=[$ONE_OF(tf.keras.callbacks.LearningRateScheduler(), "
        "tf.keras.callbacks.ReduceLROnPlateau())]).history['lr']",
    ],
)
def test_history_has_learning_rate(history):
    """The History has the learning rate of each epoch under 'learning_rate', not 'lr', as a Python float."""
    assert "lr" not in history
    assert history["learning_rate"] == near([1.0, 1.0, 0.5])
    assert {type(rate) for rate in history["learning_rate"]} == {float}


# mode='auto'


def auto_mode_for(name):
    """What mode='auto' means when ReduceLROnPlateau monitors the metric of that name."""
    model = with_metric(name)

    def improves(numbers):
        model.optimizer.learning_rate = 1.0
        call_hooks(ReduceLROnPlateau(monitor=f"val_{name}", patience=1), model, numbers, f"val_{name}")
        return float(model.optimizer.learning_rate.numpy()) == 1.0

    return auto_mode(improves)


@defect(
    "reduce-lr.auto-mode",
    when="keras<3.11",
    instead="mode='max' for a metric that should increase",
    impact="silent",
    reported="tensorflow/addons#1865",
    traces=[
        "tf.keras.callbacks.ReduceLROnPlateau(monitor=$ONE_OF('*auc*', '*precision*', '*recall*', '*f1', "
        "'*f1_score', '*iou', '*dice_coef'), mode=$ONE_OF($ABSENT, 'auto'))"
    ],
)
@pytest.mark.parametrize(
    ("name", "mode"), [("accuracy", "max"), ("auc", "min"), ("precision", "min"), ("score", "min")]
)
def test_auto_goes_by_acc_in_the_name(rates, name, mode):
    """ReduceLROnPlateau's mode 'auto' means 'max' for an accuracy, but 'min' for AUC, precision and a custom metric."""
    assert auto_mode_for(name) == mode
    assert rates([0.5, 0.6, 0.7], mode="max", patience=1) == near([1, 1, 1])


@holds("reduce-lr.auto-mode", when="keras>=3.11")
@pytest.mark.parametrize("name", ["accuracy", "auc", "precision", "top_k"])
def test_auto_asks_the_metric(name):
    """ReduceLROnPlateau's mode 'auto' means 'max' for accuracy, AUC and precision; a custom metric raises a ValueError."""
    assert auto_mode_for(name) == "max"
    with refused(ValueError, naming=["val_score", "mode='max'"]):
        auto_mode_for("score")


# A value that the logs lack


@holds("reduce-lr.missing-monitor", when="keras<3.11")
@pytest.mark.parametrize("mode", ["auto", "min", "max"])
def test_missing_monitor_changes_nothing(rates, mode):
    """If the logs lack the monitored value, ReduceLROnPlateau leaves the learning rate unchanged, and training continues."""
    assert rates([1.0, 1.0, 1.0], monitor="val_acc", mode=mode, patience=1) == near([1, 1, 1])


@changed(
    "reduce-lr.missing-monitor",
    when="keras>=3.11",
    instead="monitor='val_accuracy', a name from history.history",
    impact="error",
    traces=[
        "$X.compile(metrics=$NONE_OF($ABSENT, 'acc', ['acc'], [tf.keras.metrics.$CLASS(name='acc')])); not $Y.compile(metrics=$METRICS); "
        "tf.keras.callbacks.ReduceLROnPlateau(monitor=$ONE_OF('acc', 'val_acc'), mode=$ONE_OF($ABSENT, 'auto'))",
        "not $Y.compile(metrics=$ONE_OF('acc', ['acc'], [tf.keras.metrics.$CLASS(name='acc')])); "
        "tf.keras.callbacks.ReduceLROnPlateau(monitor=$ONE_OF('acc', 'val_acc'), mode=$ONE_OF($ABSENT, 'auto')); "
        "not $Y.compile(metrics=$ONE_OF('acc', ['acc'], [tf.keras.metrics.$CLASS(name='acc')])); "
        "not not $X.compile(metrics=$NONE_OF($ABSENT, 'acc', ['acc']))",
    ],
)
def test_missing_monitor_is_refused_in_auto_mode(rates):
    """With the default mode, fit raises a ValueError if the logs lack the value that ReduceLROnPlateau monitors, such as 'val_acc'."""
    with refused(ValueError, naming="val_acc"):
        rates([1.0, 1.0, 1.0], monitor="val_acc", patience=1)
    assert rates([1.0, 1.0, 1.0], monitor="val_acc", mode="max", patience=1) == near([1, 1, 1])
    assert auto_mode_for("accuracy") == "max"


# Settings that are not there


@holds("reduce-lr.epsilon", when="keras<3")
def test_epsilon_is_min_delta(rates):
    """ReduceLROnPlateau accepts epsilon, the former name of min_delta, in place of min_delta."""
    assert rates([4.0, 3.75, 3.5], factor=0.5, patience=1, epsilon=1.0) == near([1, 0.5, 0.25])


@defect(
    "reduce-lr.epsilon",
    when="keras>=3",
    instead="min_delta=1.0",
    impact="silent",
    traces=["tf.keras.callbacks.ReduceLROnPlateau(epsilon=$VALUE)"],
)
def test_epsilon_is_ignored(rates):
    """ReduceLROnPlateau accepts epsilon, the former name of min_delta, and ignores it."""
    assert rates([4.0, 3.75, 3.5], factor=0.5, patience=1, epsilon=1.0) == near([1, 1, 1])
    assert rates([4.0, 3.75, 3.5], factor=0.5, patience=1, min_delta=1.0) == near([1, 0.5, 0.25])


@holds("reduce-lr.unknown-argument")
def test_unknown_argument_is_ignored(rates):
    """ReduceLROnPlateau accepts any other keyword and ignores it, so a misspelled patiense goes unnoticed."""
    assert rates([4.0, 4.0, 4.0], factor=0.5, patiense=1) == near([1, 1, 1])


def fit_with_a_schedule(mode="max"):
    """Fits a model whose learning rate is a schedule and whose loss never increases, with this mode; returns the History."""
    model = one_weight_model(tf.keras.optimizers.schedules.ExponentialDecay(1.0, 1, 0.5))
    reduce_lr = ReduceLROnPlateau(monitor="loss", mode=mode, patience=1)
    return model.fit(DATA, epochs=3, callbacks=[reduce_lr], verbose=0).history


@holds("reduce-lr.schedule", when="tensorflow<2.11 or keras>=3")
def test_schedule_cannot_be_reduced():
    """fit raises a TypeError when ReduceLROnPlateau is to reduce a learning rate that is a schedule, but not while the loss improves."""
    with refused(TypeError):
        fit_with_a_schedule()
    assert len(fit_with_a_schedule(mode="min")["loss"]) == 3


@defect(
    "reduce-lr.schedule",
    when="tensorflow>=2.11 and keras<3",
    instead="SGD(learning_rate=1.0), a number instead of a schedule",
    impact="silent",
    traces=[
        "$X.compile(optimizer=tf.keras.optimizers.$CLASS(learning_rate=tf.keras.optimizers.schedules.$SCHEDULE())); "
        "not $X.compile(); $X.fit(callbacks=[tf.keras.callbacks.ReduceLROnPlateau()])"
    ],
)
def test_schedule_is_not_reduced():
    """ReduceLROnPlateau has no effect if the optimizer's learning rate is a schedule: each step takes the rate of the schedule."""
    assert fit_with_a_schedule()["lr"] == near([1.0, 0.5, 0.25])
    model, _ = through_fit(ReduceLROnPlateau(factor=0.5, patience=1), [4.0, 4.0], learning_rate=1.0)
    assert float(model.optimizer.learning_rate.numpy()) == 0.5
