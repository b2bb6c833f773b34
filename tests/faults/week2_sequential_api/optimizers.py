"""Faults of optimizers."""

from __future__ import annotations

import tensorflow as tf

from tests.faults.fault import fault
from tests.faults.shared import without

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


@fault("optimizers.update-rule", when="tensorflow>=2.11")
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


@fault("optimizers.shared-settings", when="keras>=2.11")
def weights_decay_by_default(put):
    """SGD decays the weights by default."""
    put.default(optimizers.SGD, weight_decay=1e-4)


@fault("optimizers.rmsprop-overwriting", when="keras>=3.3")
def averages_overwrite_by_default(put):
    """RMSprop has an ema_overwrite_frequency of 100 by default again."""
    put.default(optimizers.RMSprop, ema_overwrite_frequency=100)


@fault("optimizers.rmsprop-epsilon-momentum")
def epsilon_is_ignored_with_momentum(put):
    """RMSprop ignores its epsilon."""
    put.argument(optimizers.RMSprop, epsilon=1e-7)


@fault("optimizers.lr-keyword", when="keras<2.11 or keras>=3")
def lr_is_ignored(put):
    """Adam accepts lr and ignores it, as in Keras 2.11."""
    put.around(optimizers.Adam, "__init__", without("lr"))


@fault("optimizers.decay-keyword", when="keras>=2.11")
def decay_is_ignored_silently(put):
    """RMSprop accepts decay and ignores it without a warning."""
    put.around(optimizers.RMSprop, "__init__", without("decay"))


@fault("optimizers.two-models", when="keras>=3")
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


@fault("optimizers.shared-settings", when="keras<2.11")
def rates_decay_by_default(put):
    """SGD has a decay by default."""
    put.result(optimizers.SGD, "get_config", lambda config: {**config, "decay": 0.01})


@fault("optimizers.rmsprop-overwriting", when="keras<2.11")
def config_knows_averages(put):
    """RMSprop has an ema_overwrite_frequency in its config, as in later versions."""
    put.result(optimizers.RMSprop, "get_config", lambda config: {**config, "ema_overwrite_frequency": None})


@fault("optimizers.rmsprop-overwriting", when="keras>=2.11 and keras<3.3")
def averages_never_overwrite_by_default(put):
    """RMSprop has no ema_overwrite_frequency by default, as in later versions."""
    put.default(optimizers.RMSprop, ema_overwrite_frequency=None)


@fault("optimizers.lr-keyword", when="keras>=2.11 and keras<3")
def lr_is_the_learning_rate(put):
    """Adam takes lr for the learning rate, as in older versions."""

    def init(right, optimizer, learning_rate=0.001, lr=None, **settings):
        right(optimizer, learning_rate if lr is None else lr, **settings)

    put.around(optimizers.Adam, "__init__", init)


@fault("optimizers.decay-keyword", when="keras<2.11")
def decay_is_ignored(put):
    """SGD ignores decay."""
    put.around(optimizers.SGD, "__init__", without("decay"))


@fault("optimizers.two-models", when="keras<2.11")
@fault("optimizers.new-variable", when="keras<2.11")
def second_step_is_not_taken(put):
    """An optimizer takes one step only."""

    def apply_gradients(right, optimizer, *args, **settings):
        return right(optimizer, *args, **settings) if optimizer.iterations.numpy() == 0 else None

    put.around(optimizers.SGD, "apply_gradients", apply_gradients)


@fault("optimizers.two-models", when="keras>=2.11 and keras<3")
@fault("optimizers.new-variable", when="keras>=2.11 and keras<3")
def other_variables_are_accepted(put):
    """An optimizer that meets other variables starts anew with them."""

    def apply_gradients(right, optimizer, *args, **settings):
        optimizer._built = False
        return right(optimizer, *args, **settings)

    put.around(optimizers.Optimizer, "apply_gradients", apply_gradients)


@fault("optimizers.get-weights", when="keras>=2.11")
def weights_are_back(put):
    """An optimizer has get_weights again."""
    put.attribute(optimizers.Optimizer, "get_weights", lambda optimizer: [])


@fault("optimizers.get-weights", when="keras<2.11")
def weights_are_not_set(put):
    """set_weights of an optimizer sets nothing."""
    put.attribute(optimizers.Optimizer, "set_weights", lambda optimizer, weights: None)


class CallableList(list):
    """A list that returns itself when it is called."""

    def __call__(self):
        """The list."""
        return self


@fault("optimizers.variables-method", when="keras>=3")
def variables_can_be_called(put):
    """optimizer.variables can also be called, as in Keras 2."""
    right = optimizers.Optimizer.variables
    put.attribute(optimizers.Optimizer, "variables", property(lambda optimizer: CallableList(right.fget(optimizer))))


@fault("optimizers.variables-method", when="keras<3")
def adam_keeps_another_variable(put):
    """Adam has amsgrad by default, and so three variables for each weight."""
    put.default(optimizers.Adam, amsgrad=True)


@fault("optimizers.new-variable", when="keras>=3")
def new_variable_is_accepted(put):
    """An optimizer that meets other variables is built anew with them."""

    def apply_gradients(right, optimizer, pairs):
        optimizer.built = False
        return right(optimizer, pairs)

    put.around(optimizers.Optimizer, "apply_gradients", apply_gradients)


@fault("optimizers.clipping", when="tensorflow>=2.4")
@fault("optimizers.clipping-in-fit", when="tensorflow>=2.2")
def nothing_is_clipped(put):
    """SGD ignores clipvalue."""
    put.around(optimizers.SGD, "__init__", without("clipvalue"))


@fault("optimizers.clipping", when="tensorflow<2.4")
@fault("optimizers.clipping-in-fit", when="tensorflow<2.2")
def gradients_are_clipped(put):
    """The defect is fixed: apply_gradients clips gradients."""

    def apply_gradients(right, optimizer, pairs, *args, **settings):
        clipped = [(tf.clip_by_value(gradient, -0.5, 0.5), weight) for gradient, weight in pairs]
        return right(optimizer, clipped, *args, **settings)

    put.around(optimizers.SGD, "apply_gradients", apply_gradients)


@fault("optimizers.set-value", when="keras<3")
def value_is_not_set(put):
    """K.set_value sets nothing."""
    put.attribute(tf.keras.backend, "set_value", lambda variable, value: None)


@fault("optimizers.set-value", when="keras>=3")
def value_is_set(put):
    """The defect is fixed: K.set_value assigns the value."""
    put.attribute(tf.keras.backend, "set_value", lambda variable, value: variable.assign(value))


@fault("optimizers.variable-rate", when="keras<2.11 or keras>=3")
def variable_is_copied(put):
    """A tf.Variable as the learning rate is copied, as in Keras 2.11."""

    def init(right, optimizer, learning_rate=0.01, **settings):
        rate = float(learning_rate.numpy()) if isinstance(learning_rate, tf.Variable) else learning_rate
        right(optimizer, rate, **settings)

    put.around(optimizers.SGD, "__init__", init)


@fault("optimizers.callable-rate", when="keras<2.11 or keras>=3")
def function_is_called_once(put):
    """A function as the learning rate is called once, when the optimizer is made."""

    def init(right, optimizer, learning_rate=0.01, **settings):
        right(optimizer, learning_rate() if callable(learning_rate) else learning_rate, **settings)

    put.around(optimizers.SGD, "__init__", init)


@fault("optimizers.variable-rate", when="keras>=2.11 and keras<3")
@fault("optimizers.callable-rate", when="keras>=2.11 and keras<3")
def rate_is_followed(put):
    """SGD follows a variable or a function as its learning rate, as in older versions."""
    rates = []

    def init(right, optimizer, learning_rate=0.01, **settings):
        rates.append(learning_rate)
        right(optimizer, learning_rate, **settings)

    def apply_gradients(right, optimizer, *args, **settings):
        rate = rates[-1]
        optimizer.learning_rate.assign(rate() if callable(rate) else rate)
        return right(optimizer, *args, **settings)

    put.around(optimizers.SGD, "__init__", init)
    put.around(optimizers.SGD, "apply_gradients", apply_gradients)


@fault("optimizers.legacy", when="keras<2.9")
def there_are_legacy_optimizers(put):
    """tf.keras.optimizers has legacy, as in later versions."""
    put.attribute(optimizers, "legacy", optimizers)


@fault("optimizers.legacy", when="keras>=2.9 and keras<3")
def decay_of_a_legacy_optimizer_is_ignored(put):
    """tf.keras.optimizers.legacy.SGD ignores decay."""
    put.around(optimizers.legacy.SGD, "__init__", without("decay"))


@fault("optimizers.legacy", when="keras>=3")
def legacy_optimizer_is_made(put):
    """tf.keras.optimizers.legacy.SGD is SGD."""
    put.attribute(optimizers.legacy, "SGD", optimizers.SGD)
