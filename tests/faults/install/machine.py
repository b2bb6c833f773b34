"""Faults of the platform and the processor."""

from __future__ import annotations

from tests.faults.fault import fault
from tests.faults.shared import distribution
from tf_conformance.install import processor


@fault("install.platform")
def wheel_is_for_another_python(put):
    """TensorFlow's wheel was built for Python 2.7."""
    distribution(put, "tensorflow", wheel="Wheel-Version: 1.0\nTag: cp27-cp27m-manylinux1_x86_64\n")


@fault("install.cpu")
def processor_lacks_vector_instructions(put):
    """The processor has neither SSE nor AVX."""
    cpuinfo = put.folder / "cpuinfo"
    cpuinfo.write_text("model name\t: 486\nflags\t\t: fpu\n", encoding="utf-8")
    put.default(processor.Processor, "read", cpuinfo=cpuinfo)
