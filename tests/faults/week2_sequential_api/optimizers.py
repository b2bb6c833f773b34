"""Faults of optimizers."""

from __future__ import annotations

import tensorflow as tf

from tests.faults.fault import fault

optimizers = tf.keras.optimizers


@fault("optimizers.update-rule")
def nesterov_is_ignored(put):
    """SGD ignores nesterov."""
    put.argument(optimizers.SGD, nesterov=False)


@fault("optimizers.update-rule")
def amsgrad_is_ignored(put):
    """Adam ignores amsgrad."""
    put.argument(optimizers.Adam, amsgrad=False)


@fault("optimizers.update-rule")
def centered_is_ignored(put):
    """RMSprop ignores centered."""
    put.argument(optimizers.RMSprop, centered=False)


@fault("optimizers.update-rule")
def first_step_counts_as_second(put):
    """Adam's bias correction is one step ahead."""

    def update_step(right, optimizer, *args):
        optimizer.iterations.assign_add(1)
        right(optimizer, *args)
        optimizer.iterations.assign_add(-1)

    put.around(optimizers.Adam, "update_step", update_step)


@fault("optimizers.rmsprop-epsilon")
def epsilon_is_ignored(put):
    """RMSprop ignores its epsilon."""
    put.argument(optimizers.RMSprop, epsilon=1e-7)


@fault("optimizers.shared-settings")
def weights_decay_by_default(put):
    """SGD decays the weights by default."""
    put.default(optimizers.SGD, weight_decay=1e-4)


@fault("optimizers.rmsprop-overwriting")
def averages_overwrite_by_default(put):
    """RMSprop has an ema_overwrite_frequency of 100 by default again."""
    put.default(optimizers.RMSprop, ema_overwrite_frequency=100)


@fault("optimizers.rmsprop-epsilon-momentum")
def epsilon_is_ignored_with_momentum(put):
    """RMSprop ignores its epsilon."""
    put.argument(optimizers.RMSprop, epsilon=1e-7)


def without(keyword):
    """A constructor that accepts a keyword argument and ignores it."""

    def init(right, made, *args, **settings):
        settings.pop(keyword, None)
        right(made, *args, **settings)

    return init


@fault("optimizers.lr-keyword")
def lr_is_ignored(put):
    """Adam accepts lr and ignores it, as in Keras 2.11."""
    put.around(optimizers.Adam, "__init__", without("lr"))


@fault("optimizers.decay-keyword")
def decay_is_ignored_silently(put):
    """RMSprop accepts decay and ignores it without a warning."""
    put.around(optimizers.RMSprop, "__init__", without("decay"))


@fault("optimizers.two-models")
def optimizer_starts_anew(put):
    """An optimizer that meets the variables of another model starts anew with them."""

    def apply(right, optimizer, gradients, variables=None):
        optimizer.built = False
        return right(optimizer, gradients, variables)

    put.around(optimizers.Optimizer, "apply", apply)


@fault("optimizers.minimize")
def minimize_is_back(put):
    """An optimizer has minimize again."""
    put.attribute(optimizers.Optimizer, "minimize", lambda optimizer, loss, var_list: None)
