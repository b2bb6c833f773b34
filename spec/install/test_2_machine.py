"""Install, Python and processor.

Subject: the install.
"""

from tf_conformance import holds, unchecked
from tf_conformance.install import checks as preflight


@holds("install.platform")
def test_wheel_fits():
    """TensorFlow was built for this Python and this system."""
    assert preflight.wrong_platform() == []
    for reason in preflight.untold_platform():
        unchecked(reason)


@holds("install.cpu")
def test_processor_has_what_builds_use():
    """The processor has the instructions that TensorFlow's builds use."""
    assert preflight.missing_cpu_features() == []
    for reason in preflight.untold_cpu_features():
        unchecked(reason)
