"""Week 3, Validation, regularization and callbacks: overfitting.

Subject: regularization and normalization.
"""

import numpy as np
import tensorflow as tf

from spec.models import batches, compiled
from tf_conformance import holds

keras, layers = tf.keras, tf.keras.layers


def network_of(rng, features, units):
    """A network with one hidden layer, wide enough to memorize its samples, and weights drawn from ``rng``."""
    model = keras.Sequential(
        [layers.Dense(units, activation="relu", input_shape=(features,)), layers.Dense(1, activation="sigmoid")]
    )
    model.set_weights([rng.randn(*weight.shape).astype(np.float32) * 0.3 for weight in model.get_weights()])
    return model


@holds("overfitting.seen")
def test_training_improves_while_validation_gets_worse(rng):
    """A model overfits when its performance on the training data improves while its validation loss gets worse."""
    x, labels = rng.randn(60, 10).astype(np.float32), rng.randint(2, size=(60, 1)).astype(np.float32)
    model = compiled(
        network_of(rng, 10, 40), optimizer=keras.optimizers.Adam(0.1), loss="binary_crossentropy", metrics=["accuracy"]
    )
    training, validation = batches(x[:30], labels[:30]), batches(x[30:], labels[30:])
    history = model.fit(training, validation_data=validation, epochs=12, verbose=0).history
    assert history["accuracy"][-1] == 1.0
    assert history["loss"][-1] < 0.1 * history["loss"][0]
    assert history["val_loss"][-1] > 1.5 * history["val_loss"][0]
    assert history["val_accuracy"][-1] < 0.75
