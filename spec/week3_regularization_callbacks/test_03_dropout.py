"""Week 3, Validation, regularization and callbacks: dropout.

Subject: regularization and normalization.
"""

import numpy as np
import pytest
import tensorflow as tf

from tf_conformance import changed, holds, near, refused

Dropout = tf.keras.layers.Dropout


@holds("dropout.modes")
@pytest.mark.parametrize("rate", [0.0, 0.3, 0.9])
def test_nothing_is_dropped_at_inference(device, rng, rate):
    """At inference, which is the default of a call, dropout returns its inputs unchanged."""
    x = rng.randn(4, 50).astype(np.float32)
    layer = Dropout(rate)
    assert device(lambda x: layer(x, training=False), x).tolist() == x.tolist()
    assert device(layer, x).tolist() == x.tolist()


@holds("dropout.modes")
@pytest.mark.parametrize("rate", [0.2, 0.5, 0.75])
def test_inputs_are_dropped_in_training(device, rate):
    """In training, dropout sets inputs to 0 at the given rate and scales the others by 1 / (1 - rate)."""
    layer = Dropout(rate)
    seen = device(lambda x: layer(x, training=True), np.ones((100, 100), np.float32))
    kept = seen != 0
    assert seen[kept] == near(np.full(kept.sum(), 1 / (1 - rate)))
    assert 1 - kept.mean() == near(rate, atol=0.02)


@holds("dropout.modes")
def test_rate_zero_drops_nothing(device, rng):
    """With rate 0, dropout drops nothing in training either."""
    x = rng.randn(4, 50).astype(np.float32)
    assert device(lambda x: Dropout(0.0)(x, training=True), x).tolist() == x.tolist()


@holds("dropout.modes")
def test_each_call_drops_others(device):
    """Each call in training drops other inputs."""
    layer = Dropout(0.5)
    first, second = (device(lambda x: layer(x, training=True), np.ones(100, np.float32)).tolist() for _ in range(2))
    assert first != second


@holds("dropout.modes")
def test_gradient_is_dropped_with_inputs(device):
    """The gradient of dropout is 0 for inputs that were dropped and 1 / (1 - rate) for the others."""

    def outputs_and_gradient(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            outputs = Dropout(0.5)(x, training=True)
        return outputs, tape.gradient(outputs, x)

    outputs, gradient = device(outputs_and_gradient, np.ones((10, 10), np.float32))
    assert gradient.tolist() == outputs.tolist()
    assert set(np.unique(outputs)) == {0.0, 2.0}


@holds("dropout.modes")
def test_seed_repeats_what_is_dropped():
    """After tf.random.set_seed, a new layer with a seed drops the same inputs as an earlier one with it, unless XLA compiles them."""

    def two_calls(seed):
        tf.random.set_seed(1)
        layer = Dropout(0.5, seed=seed)
        return [layer(tf.ones([100]), training=True).numpy().tolist() for _ in range(2)]

    first = two_calls(3)
    assert first[0] != first[1]
    assert two_calls(3) == first
    assert two_calls(4) != first


@holds("dropout.modes")
@pytest.mark.parametrize("noise_shape", [(20, 1), [20, 1], (None, 1)], ids=str)
def test_noise_shape_drops_together(noise_shape):
    """Along an axis of size 1 in noise_shape, inputs are dropped together, even by a layer that is made from its configuration."""
    layer = Dropout(0.5, noise_shape=noise_shape)
    for each in (layer, Dropout.from_config(layer.get_config())):
        seen = each(tf.ones([20, 8]), training=True).numpy()
        assert [len(set(row)) for row in seen.tolist()] == [1] * 20
        assert set(seen[:, 0]) == {0.0, 2.0}


@holds("dropout.rate-bounds")
@pytest.mark.parametrize("rate", [-0.1, 1.5])
def test_rate_outside_the_bounds_is_refused(rate):
    """A rate below 0 or above 1 is refused with an error that contains it, at the latest in training."""
    with refused(ValueError, naming=str(rate)):
        Dropout(rate)(tf.ones([1, 4]), training=True)


@holds("dropout.rate-one", when="keras<3.14")
def test_rate_one_is_refused():
    """Dropout with rate 1, which would leave nothing to scale, is refused in training."""
    with refused(ValueError, naming="rate"):
        Dropout(1.0)(tf.ones([1, 4]), training=True)


@changed(
    "dropout.rate-one",
    when="keras>=3.14",
    instead="Dropout(1.0), whose outputs are zeros",
    impact="silent",
    traces=["tf.keras.layers.Dropout(rate=1)"],
)
def test_rate_one_drops_everything():
    """Dropout with rate 1 drops all inputs in training."""
    assert Dropout(1.0)(tf.ones([1, 4]), training=True).numpy().tolist() == [[0.0] * 4]
