"""Whether the processor has the instructions that TensorFlow's builds use."""

from __future__ import annotations

import pytest

from tests.pretended.distributions import tensorflow
from tests.pretended.environments import environment
from tf_conformance.install.checks.processor import missing_features, unknown_features
from tf_conformance.install.processor import Processor


def on(machine, *features):
    """An environment with a processor that has these features."""
    return environment(processor=Processor(machine, "a CPU", frozenset(features)))


@pytest.mark.parametrize(
    ("features", "missing"),
    [
        (("sse4_1", "sse4_2", "avx"), []),
        (("sse4_1", "sse4_2"), ["avx"]),
        (("fpu",), ["sse4_1", "sse4_2", "avx"]),
    ],
)
def test_missing_features(features, missing):
    """Each instruction set that the processor lacks is named."""
    installed = on("x86_64", *features)
    expected = [f"the processor lacks {feature}, which TensorFlow's builds use" for feature in missing]
    assert [problem.says for problem in missing_features(installed)] == expected
    assert list(unknown_features(installed)) == []


@pytest.mark.parametrize(
    ("machine", "features", "reason"),
    [
        ("x86_64", (), "/proc/cpuinfo does not list what the processor has"),
        ("riscv64", ("v",), "what TensorFlow's builds for riscv64 use is not known"),
    ],
)
def test_unknown_features(machine, features, reason):
    """Of a processor that is not described, or of another kind, nothing is known, and the reason is given."""
    installed = on(machine, *features)
    assert list(missing_features(installed)) == []
    assert list(unknown_features(installed)) == [reason]


@pytest.mark.parametrize(
    "known",
    [
        {"texts": {"INSTALLER": "conda"}},
        {"version": "2.21.0+computecanada"},
        {"texts": {"WHEEL": "Tag: cp313-cp313-linux_x86_64\n"}},
    ],
)
def test_custom_build(known):
    """A build that was not made for everybody may do without an instruction: that it is lacking is only told."""
    processor = Processor("x86_64", "a CPU", frozenset({"sse4_1", "sse4_2"}))
    installed = environment(tensorflow(**known), processor=processor)
    assert list(missing_features(installed)) == []
    (reason,) = unknown_features(installed)
    assert reason.startswith("the processor lacks avx; whether tensorflow 2.21.0")
