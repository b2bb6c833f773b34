"""The install under test: which TensorFlow, which Keras, on what.

All but the devices and the build is known without importing TensorFlow, in a few milliseconds.
"""

from __future__ import annotations

import os
import platform
import re
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from packaging.version import Version

from tf_conformance.install.checks.keras_settings import wants_legacy_keras
from tf_conformance.install.checks.platform import cpu_info
from tf_conformance.install.distributions import (
    KERAS_DISTRIBUTIONS,
    LEGACY_KERAS_DISTRIBUTIONS,
    TENSORFLOW_DISTRIBUTIONS,
    first_installed,
    installed,
)

ENVIRONMENT_PREFIXES = ("TF_", "XLA_", "KERAS_", "CUDA_", "NVIDIA_", "HIP_", "ROCR_", "OMP_", "MKL_", "ONEDNN_")
FOREIGN_PREFIXES = ("TF_VAR_", "TF_CLI_")  # Terraform's, and often secret

VECTOR_EXTENSIONS = {"avx512f": "AVX-512", "avx2": "AVX2", "avx": "AVX", "sse4_2": "SSE4.2", "asimd": "NEON"}

NOT_INSTALLED = "0"  # as a version


@dataclass(frozen=True)
class Install:
    """What one run judges. ``devices`` and ``build`` are empty until TensorFlow has been asked."""

    tensorflow: str
    tensorflow_distribution: str
    keras: str
    keras_package: str
    numpy: str
    python: str
    platform: str
    cpu: str
    cpu_features: list[str]
    environment: dict[str, str]
    devices: list[str] = field(default_factory=list)
    build: dict[str, Any] = field(default_factory=dict)

    def versions(self) -> dict[str, Version]:
        """The release that each package belongs to, as eras take it: a nightly or candidate counts as its release."""
        given = {"tensorflow": self.tensorflow, "keras": self.keras, "numpy": self.numpy, "python": self.python}
        return {package: Version(Version(text).base_version) for package, text in given.items()}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Install:
        """The install that ``to_json`` made data of."""
        return cls(**data)

    def to_json(self) -> dict[str, Any]:
        """The install as it stands in a record."""
        return asdict(self)

    def __str__(self) -> str:
        vectors = next(
            (name for flag, name in VECTOR_EXTENSIONS.items() if flag in self.cpu_features), platform.machine()
        )
        return "tensorflow {} · {} · NumPy {} · Python {} · {}".format(
            "(not installed)" if self.tensorflow == NOT_INSTALLED else self.tensorflow,
            self.keras_title,
            self.numpy,
            self.python,
            "{} ({})".format(", ".join(self.devices), vectors) if self.devices else vectors,
        )

    @property
    def is_nightly(self) -> bool:
        """Whether TensorFlow is a build between releases."""
        return Version(self.tensorflow).is_devrelease

    @property
    def release(self) -> str:
        """TensorFlow's release as people call it, such as 2.21."""
        return minor_release(self.tensorflow)

    @property
    def keras_title(self) -> str:
        """The Keras behind tf.keras, as people call it."""
        titles = {"tensorflow": "tf.keras %s (TensorFlow's own)", "tf_keras": "tf_keras %s (legacy Keras 2)"}
        version = "(not installed)" if self.keras == NOT_INSTALLED else self.keras
        return titles.get(self.keras_package, "Keras %s") % version


def minor_release(version: str) -> str:
    """The first two numbers of a version, such as 2.21."""
    return ".".join(str(part) for part in Version(version).release[:2])


def describe() -> Install:
    """The install of this interpreter, without importing TensorFlow."""
    distribution, tensorflow = first_installed(TENSORFLOW_DISTRIBUTIONS)
    keras_package, keras = _keras_behind(distribution, tensorflow)
    return Install(
        tensorflow=tensorflow or NOT_INSTALLED,
        tensorflow_distribution=distribution,
        keras=keras,
        keras_package=keras_package,
        numpy=first_installed(("numpy",))[1] or NOT_INSTALLED,
        python=platform.python_version(),
        platform=platform.platform(),
        cpu=cpu_info().get("model name", platform.processor() or platform.machine()),
        cpu_features=_cpu_features(),
        environment=_environment(),
    )


def observe(install: Install) -> Install:
    """The install with its devices and its build, as TensorFlow itself tells them (imports TensorFlow)."""
    import tensorflow as tf

    from tf_conformance.statements.device import visible_devices

    build = dict(getattr(tf.sysconfig, "get_build_info", dict)())
    build.update(
        cuda=tf.test.is_built_with_cuda(),
        rocm=tf.test.is_built_with_rocm(),
        xla=tf.test.is_built_with_xla() if hasattr(tf.test, "is_built_with_xla") else None,
        onednn=_onednn_enabled(),
    )
    plain = {str(key): value if isinstance(value, (bool, type(None))) else str(value) for key, value in build.items()}
    return replace(install, devices=visible_devices(), build=plain)


def _keras_behind(distribution: str, tensorflow: str | None) -> tuple[str, str]:
    """The package and version of the Keras that ``tf.keras`` stands for, or would stand for if there were a TensorFlow."""
    if tensorflow and Version(tensorflow).release < (2, 6):
        site = Path(installed()[distribution][0].locate_file(""))
        return "tensorflow", _own_keras_version(site, Version(tensorflow).release[:2])
    package, names = (
        ("tf_keras", LEGACY_KERAS_DISTRIBUTIONS) if wants_legacy_keras() else ("keras", KERAS_DISTRIBUTIONS)
    )
    return package, first_installed(names)[1] or NOT_INSTALLED


def _own_keras_version(site: Path, tensorflow: tuple[int, ...]) -> str:
    """The version of the Keras inside TensorFlow before 2.6, from its source."""
    for package in ("tensorflow_core", "tensorflow"):
        source = site / package / "python" / "keras" / "__init__.py"
        if source.exists():
            # The first is for TensorFlow 2, the second for 1; 2.0 imports Keras before it knows that it is 2.
            versions: list[str] = re.findall(r"__version__ = '([\d.]+)", source.read_text(encoding="utf-8"))
            return versions[-1 if tensorflow == (2, 0) else 0]
    return NOT_INSTALLED


def _cpu_features() -> list[str]:
    info = cpu_info()
    flags = (info.get("flags") or info.get("Features") or "").split()
    return sorted(flag for flag in flags if re.match(r"sse4|avx|fma|amx|f16c|asimd|sve|bf16", flag))


def _environment() -> dict[str, str]:
    return {
        name: value
        for name, value in sorted(os.environ.items())
        if name.startswith(ENVIRONMENT_PREFIXES) and not name.startswith(FOREIGN_PREFIXES)
    }


def _onednn_enabled() -> bool | None:
    """Whether oneDNN runs the CPU's kernels; None where this TensorFlow cannot tell."""
    try:
        from tensorflow.python.util import _pywrap_util_port  # no public end point tells

        return bool(_pywrap_util_port.IsMklEnabled())
    except (ImportError, AttributeError):
        return None
