"""Install, Python and processor.

Subject: the install.
"""

import pytest

from tf_conformance import holds


@pytest.mark.smoke
@holds("install.platform")
def test_wheel_fits(problems):
    """TensorFlow was built for this Python and this system."""
    assert problems("install.platform") == []


@pytest.mark.smoke
@holds("install.cpu")
def test_processor_has_what_builds_use(problems):
    """The processor has the instructions that TensorFlow's builds use."""
    assert problems("install.cpu") == []
