"""Install, Python and processor."""

from tf_conformance import holds, preflight


@holds("install.platform")
def test_wheel_fits():
    """TensorFlow was built for this Python and this system."""
    assert preflight.wrong_platform() == []


@holds("install.cpu")
def test_processor_has_what_builds_use():
    """The processor has the instructions that TensorFlow's builds use."""
    assert preflight.missing_cpu_features() == []
