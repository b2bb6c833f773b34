"""Faults of optimizers."""

from __future__ import annotations

import tensorflow as tf

from tests.faults.fault import fault

optimizers = tf.keras.optimizers


@fault("optimizers.update-rule")
def nesterov_is_ignored(put):
    """SGD forgets that it is to look ahead."""
    put.argument(optimizers.SGD, nesterov=False)


@fault("optimizers.update-rule")
def amsgrad_is_ignored(put):
    """Adam forgets that it is to keep the highest mean square."""
    put.argument(optimizers.Adam, amsgrad=False)


@fault("optimizers.update-rule")
def mean_is_not_subtracted(put):
    """RMSprop forgets that it is to be centred."""
    put.argument(optimizers.RMSprop, centered=False)


@fault("optimizers.update-rule")
def first_step_counts_as_second(put):
    """Adam corrects its means as if it were one step further."""

    def update_step(right, optimizer, *args):
        optimizer.iterations.assign_add(1)
        right(optimizer, *args)
        optimizer.iterations.assign_add(-1)

    put.around(optimizers.Adam, "update_step", update_step)


@fault("optimizers.rmsprop-epsilon")
def epsilon_is_ignored(put):
    """RMSprop forgets its epsilon."""
    put.argument(optimizers.RMSprop, epsilon=1e-7)


@fault("optimizers.shared-settings")
def weights_decay_by_default(put):
    """SGD shrinks its weights by default."""
    put.default(optimizers.SGD, weight_decay=1e-4)


@fault("optimizers.rmsprop-overwriting")
def averages_overwrite_by_default(put):
    """RMSprop would overwrite its weights every hundred steps again."""
    put.default(optimizers.RMSprop, ema_overwrite_frequency=100)
