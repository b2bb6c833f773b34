"""The cases of this folder need no TensorFlow: they are checked also where it cannot be imported."""

import pytest


@pytest.fixture(autouse=True)
def seeded():
    """Nothing here is random."""
