"""What all spec files share. TensorFlow is imported inside fixtures only: the controller of a parallel run loads this too."""

import gc
import random

import hypothesis
import pytest

hypothesis.settings.register_profile(
    "specification",
    derandomize=True,
    deadline=None,
    database=None,
    max_examples=20,
    # A fixture of a property is a device or a layer that no example changes.
    suppress_health_check=list(hypothesis.HealthCheck),
)
hypothesis.settings.load_profile("specification")


@pytest.hookimpl(trylast=True)
def pytest_configure(config):
    """Hypothesis keeps its caches below pytest's temporary folder, not in the folder that pytest runs in."""
    # Needed before collection, when the fixture tmp_path_factory does not exist yet.
    hypothesis.configuration.set_hypothesis_home_dir(str(config._tmp_path_factory.mktemp("hypothesis")))


def pytest_collection_finish():
    """Garbage collection, which clear_session asks for, need not look through all of TensorFlow each time."""
    gc.freeze()


@pytest.fixture(autouse=True)
def seeded():
    """Every case starts from the same random state, whatever ran before it."""
    import numpy as np
    import tensorflow as tf

    random.seed(1)
    np.random.seed(1)
    tf.random.set_seed(1)


@pytest.fixture
def rng():
    """NumPy's generator, seeded."""
    import numpy as np

    return np.random.RandomState(1)
