"""The install under test: which TensorFlow, which Keras, on what."""

from __future__ import annotations

import platform
import re
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Mapping

from packaging.version import Version

from tf_conformance.install.accelerators import Accelerator, accelerators
from tf_conformance.install.distribution import Distribution
from tf_conformance.install.environment import Environment

SETTINGS = (
    *("TF_", "XLA_", "KERAS_", "CUDA_", "HIP_", "ROCR_", "OMP_", "MKL_", "ONEDNN_"),
    # Images for containers set many more, which tell of the image.
    *("NVIDIA_TF32_OVERRIDE", "NVIDIA_VISIBLE_DEVICES", "NVIDIA_DRIVER_CAPABILITIES"),
)
# Terraform's, which are often secret, and what images say of themselves.
FOREIGN_SETTINGS = ("TF_VAR_", "TF_CLI_", "CUDA_VERSION", "CUDA_PKG_VERSION", "CUDA_DRIVER_VERSION")

VECTOR_EXTENSIONS = {"avx512f": "AVX-512", "avx2": "AVX2", "avx": "AVX", "sse4_2": "SSE4.2", "asimd": "NEON"}

NOT_INSTALLED = "0"  # as a version


@dataclass(frozen=True)
class Install:
    """What one run judges. ``devices``, ``build`` and ``accelerators`` are empty until TensorFlow has been asked."""

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
    accelerators: list[Accelerator] = field(default_factory=list)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Install:
        """The install that ``to_json`` made data of."""
        return cls(**{**data, "accelerators": list(map(Accelerator.from_json, data.get("accelerators", [])))})

    def to_json(self) -> dict[str, Any]:
        """The install as it stands in a record; without the field of accelerators if it has none."""
        data = {**asdict(self), "accelerators": [accelerator.to_json() for accelerator in self.accelerators]}
        return data if self.accelerators else {name: data[name] for name in data if name != "accelerators"}

    def versions(self) -> dict[str, Version]:
        """The release that each package belongs to, as eras take it: a nightly or candidate counts as its release."""
        given = {"tensorflow": self.tensorflow, "keras": self.keras, "numpy": self.numpy, "python": self.python}
        return {package: Version(Version(text).base_version) for package, text in given.items()}

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
        version = "(not installed)" if self.keras == NOT_INSTALLED else self.keras
        if self.keras_package == "tensorflow":
            return f"tf.keras {version} (TensorFlow's own)"
        if self.keras_package == "tf_keras":
            return f"tf_keras {version} (legacy Keras 2)"
        return f"Keras {version}"

    def __str__(self) -> str:
        tensorflow = "(not installed)" if self.tensorflow == NOT_INSTALLED else self.tensorflow
        devices = ", ".join(map(self.device_title, self.devices)) or self._vectors
        return f"tensorflow {tensorflow} · {self.keras_title} · NumPy {self.numpy} · Python {self.python} · {devices}"

    def device_title(self, device: str) -> str:
        """A device with what it is: the model, or the widest vector extension of the CPU."""
        model = self._vectors if device.startswith("CPU:") else self._models.get(device)
        return f"{device} ({model})" if model else device

    @property
    def accelerator_title(self) -> str:
        """The models of the devices that are not CPUs, or the names of those whose model nobody tells; empty if there are none."""
        names = (device for device in self.devices if not device.startswith("CPU:"))
        return ", ".join(dict.fromkeys(self._models.get(name) or name for name in names))

    @property
    def _models(self) -> dict[str, str | None]:
        return {accelerator.device: accelerator.model for accelerator in self.accelerators}

    @property
    def _vectors(self) -> str:
        """The widest vector extension of the processor, or else its name."""
        return next((name for flag, name in VECTOR_EXTENSIONS.items() if flag in self.cpu_features), self.cpu)


def minor_release(version: str) -> str:
    """The first two numbers of a version, such as 2.21."""
    return ".".join(str(part) for part in Version(version).release[:2])


def describe(environment: Environment) -> Install:
    """The install of this interpreter, without importing TensorFlow."""
    tensorflow = environment.tensorflow
    package, keras = _keras_behind(environment)
    return Install(
        tensorflow=tensorflow.version if tensorflow else NOT_INSTALLED,
        tensorflow_distribution=str(tensorflow.name) if tensorflow else "tensorflow",
        keras=keras,
        keras_package=package,
        numpy=_version(environment.numpy),
        python=environment.python,
        platform=platform.platform(),
        cpu=environment.processor.name,
        cpu_features=sorted(
            filter(re.compile(r"sse4|avx|fma|amx|f16c|asimd|sve|bf16").match, environment.processor.features)
        ),
        environment=_settings(environment.variables),
    )


def observe(install: Install) -> Install:
    """The install with its devices and its build, as TensorFlow itself reports them (imports TensorFlow)."""
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
    devices = visible_devices()
    return replace(install, devices=devices, build=plain, accelerators=accelerators(devices))


def _version(distribution: Distribution | None) -> str:
    return distribution.version if distribution else NOT_INSTALLED


def _keras_behind(environment: Environment) -> tuple[str, str]:
    """The package and version of the Keras that ``tf.keras`` stands for, or would stand for if TensorFlow were installed."""
    tensorflow = environment.tensorflow
    if tensorflow and Version(tensorflow.version).release < (2, 6):
        return "tensorflow", _own_keras_version(Path(tensorflow.locate()), Version(tensorflow.version).release[:2])
    return "tf_keras" if environment.uses_legacy_keras else "keras", _version(environment.keras)


def _own_keras_version(site: Path, tensorflow: tuple[int, ...]) -> str:
    """The version of the Keras inside TensorFlow before 2.6, from its source."""
    for package in ("tensorflow_core", "tensorflow"):
        source = site / package / "python" / "keras" / "__init__.py"
        if source.exists():
            # The first is for TensorFlow 2, the second for 1; 2.0 imports Keras before it knows that it is 2.
            versions: list[str] = re.findall(r"__version__ = '([\d.]+)", source.read_text(encoding="utf-8"))
            return versions[-1 if tensorflow == (2, 0) else 0]
    return NOT_INSTALLED


def _settings(variables: Mapping[str, str]) -> dict[str, str]:
    """The environment variables that TensorFlow, Keras or the libraries below them may read."""
    return {
        name: value
        for name, value in sorted(variables.items())
        if name.startswith(SETTINGS) and not name.startswith(FOREIGN_SETTINGS)
    }


def _onednn_enabled() -> bool | None:
    """Whether oneDNN runs the CPU's kernels; None if this TensorFlow cannot tell."""
    try:
        from tensorflow.python.util import _pywrap_util_port  # no public end point tells

        return bool(_pywrap_util_port.IsMklEnabled())
    except (ImportError, AttributeError):
        return None
