"""What surrounds an install: everything that is known before TensorFlow is imported, gathered once."""

from __future__ import annotations

import os
import platform
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path
from typing import Mapping

from packaging.version import Version

from tf_conformance.install.distributions import (
    KERAS_DISTRIBUTIONS,
    LEGACY_KERAS_DISTRIBUTIONS,
    TENSORFLOW_DISTRIBUTIONS,
    Distribution,
    Distributions,
)
from tf_conformance.install.limits import Limits
from tf_conformance.install.processor import Processor


@dataclass(frozen=True)
class Environment:
    """The facts that an install is described by and checked against.

    ``path`` is sys.path with the working folder in place of an empty entry, and each folder once; ``standard`` are the folders of Python's
    library; ``verify_files``: whether the content of installed files is to be compared with what was recorded.
    """

    distributions: Distributions
    variables: Mapping[str, str]
    path: tuple[str, ...]
    standard: tuple[str, ...]
    python: str
    processor: Processor
    limits: Limits
    verify_files: bool = False

    @classmethod
    def gather(cls, limits: Limits | None = None, verify_files: bool = False) -> Environment:
        """The environment of this interpreter. The limits are measured if they are not given."""
        folders = sysconfig.get_paths()
        path = tuple(dict.fromkeys(entry or os.getcwd() for entry in sys.path))
        return cls(
            distributions=Distributions.on(path),
            variables=dict(os.environ),
            path=path,
            standard=(folders["stdlib"], folders["platstdlib"]),
            python=platform.python_version(),
            processor=Processor.read(),
            limits=Limits.measure() if limits is None else limits,
            verify_files=verify_files,
        )

    @property
    def tensorflow(self) -> Distribution | None:
        """The distribution that provides TensorFlow."""
        return self.distributions.first(TENSORFLOW_DISTRIBUTIONS)

    @property
    def uses_legacy_keras(self) -> bool:
        """Whether TF_USE_LEGACY_KERAS asks for tf_keras, and TensorFlow is of a version that reads it."""
        asked = self.variables.get("TF_USE_LEGACY_KERAS") in ("true", "True", "1")
        return asked and self.tensorflow is not None and Version(self.tensorflow.version).release >= (2, 15)

    @property
    def keras(self) -> Distribution | None:
        """The distribution of Keras behind tf.keras. TensorFlow before 2.6 brings a Keras of its own instead."""
        return self.distributions.first(LEGACY_KERAS_DISTRIBUTIONS if self.uses_legacy_keras else KERAS_DISTRIBUTIONS)

    @property
    def keras_home(self) -> Path:
        """The folder of keras.json and of downloaded weights."""
        return Path(self.variables.get("KERAS_HOME") or Path(os.path.expanduser("~"), ".keras"))
