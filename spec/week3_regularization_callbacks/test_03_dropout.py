"""Week 3, Validation, regularisation and callbacks: dropout.

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
    """Dropout passes its inputs on unchanged at inference, which is the default of a call."""
    x = rng.randn(4, 50).astype(np.float32)
    layer = Dropout(rate)
    assert device(lambda x: layer(x, training=False), x).tolist() == x.tolist()
    assert device(layer, x).tolist() == x.tolist()


@holds("dropout.modes")
@pytest.mark.parametrize("rate", [0.2, 0.5, 0.75])
def test_inputs_are_dropped_in_training(device, rate):
    """In training each input is zero at the given rate, and else scaled by 1 / (1 - rate), so that the mean stays."""
    layer = Dropout(rate)
    seen = device(lambda x: layer(x, training=True), np.ones((100, 100), np.float32))
    kept = seen != 0
    assert seen[kept] == near(np.full(kept.sum(), 1 / (1 - rate)))
    assert 1 - kept.mean() == near(rate, atol=0.02)


@holds("dropout.modes")
def test_rate_zero_drops_nothing(device, rng):
    """With rate 0 nothing is dropped in training either."""
    x = rng.randn(4, 50).astype(np.float32)
    assert device(lambda x: Dropout(0.0)(x, training=True), x).tolist() == x.tolist()


@holds("dropout.modes")
def test_gradient_goes_where_inputs_went(device):
    """The gradient is zero where inputs were dropped, and scaled like the others elsewhere."""

    def outputs_and_gradient(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            outputs = Dropout(0.5)(x, training=True)
        return outputs, tape.gradient(outputs, x)

    outputs, gradient = device(outputs_and_gradient, np.ones((10, 10), np.float32))
    assert gradient.tolist() == outputs.tolist()
    assert set(np.unique(outputs)) == {0.0, 2.0}


@holds("dropout.modes")
def test_noise_shape_drops_together():
    """Along axes where noise_shape is 1 inputs are dropped together."""
    seen = Dropout(0.5, noise_shape=(20, 1))(tf.ones([20, 8]), training=True).numpy()
    assert [len(set(row)) for row in seen.tolist()] == [1] * 20
    assert set(seen[:, 0]) == {0.0, 2.0}


@holds("dropout.rate-bounds")
@pytest.mark.parametrize("rate", [-0.1, 1.5])
def test_rate_outside_the_bounds_is_refused(rate):
    """A rate below 0 or above 1 is refused by an error that holds it, at the latest in training."""
    with refused(ValueError, naming=str(rate)):
        Dropout(rate)(tf.ones([1, 4]), training=True)


@holds("dropout.rate-one", when="keras<3.14")
def test_rate_one_is_refused():
    """A rate of 1, which leaves nothing to scale, is refused in training."""
    with refused(ValueError, naming="rate"):
        Dropout(1.0)(tf.ones([1, 4]), training=True)


@changed("dropout.rate-one", when="keras>=3.14", instead="nothing: the outputs are zeros")
def test_rate_one_drops_everything():
    """A rate of 1 drops everything."""
    assert Dropout(1.0)(tf.ones([1, 4]), training=True).numpy().tolist() == [[0.0] * 4]
