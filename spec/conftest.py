"""Shared by all spec files. TensorFlow is imported inside fixtures only: the controller of a parallel run loads this file too."""

import gc
import random

import hypothesis
import pytest

from tf_conformance.plugin.compat import temporary_folder

hypothesis.settings.register_profile(
    "specification",
    derandomize=True,
    deadline=None,
    database=None,
    max_examples=20,
    # The fixtures of property tests are devices and parameters, which no example changes.
    suppress_health_check=list(hypothesis.HealthCheck),
)
hypothesis.settings.load_profile("specification")


@pytest.hookimpl(trylast=True)
def pytest_configure(config):
    """Makes Hypothesis keep its caches in pytest's temporary folder instead of the current directory."""
    # Hypothesis needs it before collection, when the fixture tmp_path_factory does not exist yet.
    hypothesis.configuration.set_hypothesis_home_dir(str(temporary_folder(config) / "hypothesis"))


def pytest_collection_finish():
    """Exempts TensorFlow's own objects from garbage collection, which clear_session runs each time."""
    gc.freeze()


@pytest.fixture(autouse=True)
def seeded():
    """Every case starts from the same random state, whatever ran before it."""
    import numpy as np
    import tensorflow as tf

    random.seed(1)
    np.random.seed(1)
    if not is_seeded():
        tf.random.set_seed(1)


def is_seeded():
    """Whether TensorFlow is in the state after set_seed(1), as Python's generator is after seed(1).

    set_seed clears the caches of operations, which takes longer than many a case. Only TensorFlow's own generator shows
    whether it was used; random operations of Keras 2 have states of their own, and those of Keras 3 have none.
    """
    import tensorflow as tf
    from tensorflow.python.eager import context

    generator = getattr(context.context(), "_rng", None)
    unused = hasattr(generator, "getstate") and generator.getstate() == random.getstate()
    return hasattr(tf.keras, "ops") and unused and context.global_seed() == 1


@pytest.fixture(autouse=True, scope="session")
def tf32_by_default():
    """Cases compute float32 in full: TF32 is off until the run ends. The value is whether it was allowed before."""
    from tf_conformance.statements.precision import full_float32

    with full_float32() as allowed:
        yield allowed


@pytest.fixture
def rng():
    """A seeded NumPy random generator."""
    import numpy as np

    return np.random.RandomState(1)
