"""What surrounds an install: everything that is known before TensorFlow is imported, gathered once."""

from __future__ import annotations

import os
import sys
import sysconfig
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Callable, Mapping, TypeVar

from packaging.version import Version

from tf_conformance.install.cached import cached
from tf_conformance.install.distribution import Distribution
from tf_conformance.install.distributions import (
    KERAS_DISTRIBUTIONS,
    LEGACY_KERAS_DISTRIBUTIONS,
    TENSORFLOW_DISTRIBUTIONS,
    Distributions,
)
from tf_conformance.install.limits import Limits
from tf_conformance.install.modules import Modules
from tf_conformance.install.processor import Processor
from tf_conformance.install.unrecorded import package_without_metadata

Found = TypeVar("Found")


@dataclass(frozen=True)
class Environment:
    """The facts that an install is described by and checked against.

    ``path`` is sys.path with the working folder in place of an empty entry, and each folder once; ``standard`` are the
    folders of Python's library; ``verify_files``: whether the content of installed files is to be compared with what was
    recorded; ``known_files``: patterns of the paths of files that are known to be damaged; ``frozen``: whether Python code
    is in a frozen program rather than in files.
    """

    distributions: Distributions
    variables: Mapping[str, str]
    path: tuple[str, ...]
    standard: tuple[str, ...]
    python: str
    processor: Processor
    limits: Limits
    verify_files: bool = False
    known_files: tuple[str, ...] = ()
    frozen: bool = False
    _found: dict[Callable[..., Any], Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    @classmethod
    def gather(cls, limits: Limits | None = None, verify_files: bool = False) -> Environment:
        """The environment of this interpreter. The limits are measured if they are not given."""
        folders = sysconfig.get_paths()
        # Python ignores entries that are not text, and so does everything here.
        path = tuple(dict.fromkeys(entry or os.getcwd() for entry in sys.path if isinstance(entry, str)))
        return cls(
            distributions=Distributions.on(path),
            # Neither a record nor what processes tell each other has room for bytes that are no text.
            variables={
                name: os.fsencode(value).decode("utf-8", "backslashreplace") for name, value in os.environ.items()
            },
            path=path,
            standard=(folders["stdlib"], folders["platstdlib"]),
            # platform.python_version() has a + at the end if Python was built from its repository.
            python=".".join(map(str, sys.version_info[:3])),
            processor=Processor.read(),
            limits=Limits.measure() if limits is None else limits,
            verify_files=verify_files,
            frozen=bool(getattr(sys, "frozen", False)),
        )

    def once(self, find: Callable[[Environment], Found]) -> Found:
        """What a function finds in this environment, for all who ask: to look at every file takes long."""
        if find not in self._found:
            self._found[find] = find(self)
        found: Found = self._found[find]
        return found

    @cached
    def modules(self) -> Modules:
        """What can be imported from the path."""
        return Modules(self.path)

    @cached
    def tensorflow(self) -> Distribution | None:
        """The distribution that provides TensorFlow: the first on the path, or else the package without its metadata."""
        providers = self.distributions.tensorflows
        return (
            min(providers, key=lambda provider: self._position(provider.locate()), default=None)
            or self.distributions.first(TENSORFLOW_DISTRIBUTIONS)
            or package_without_metadata("tensorflow", self.modules)
        )

    @property
    def has_tensorflow_without_metadata(self) -> bool:
        """Whether TensorFlow is there, but no distribution provides it."""
        return self.tensorflow is not None and self.tensorflow not in self.distributions.all(self.distributions)

    @property
    def uses_legacy_keras(self) -> bool:
        """Whether TF_USE_LEGACY_KERAS asks for tf_keras, and TensorFlow is of a version that reads it."""
        asked = self.variables.get("TF_USE_LEGACY_KERAS") in ("true", "True", "1")
        return asked and self.tensorflow is not None and Version(self.tensorflow.version).release >= (2, 15)

    @cached
    def keras(self) -> Distribution | None:
        """The distribution of Keras behind tf.keras. TensorFlow before 2.6 brings a Keras of its own instead."""
        legacy = self.uses_legacy_keras
        known = self.distributions.first(LEGACY_KERAS_DISTRIBUTIONS if legacy else KERAS_DISTRIBUTIONS)
        return known or package_without_metadata("tf_keras" if legacy else "keras", self.modules)

    @property
    def uses_keras_3(self) -> bool:
        """Whether the Keras behind tf.keras is of version 3."""
        keras = self.keras
        return not self.uses_legacy_keras and keras is not None and Version(keras.version) >= Version("3.0.0.dev0")

    @cached
    def numpy(self) -> Distribution | None:
        """The distribution of NumPy."""
        return self.distributions.first(["numpy"]) or package_without_metadata("numpy", self.modules)

    @property
    def keras_home(self) -> Path:
        """The folder of keras.json and of downloaded weights, as Keras finds it: KERAS_HOME may also be empty."""
        given = self.variables.get("KERAS_HOME")
        if given is not None:
            return Path(os.path.expanduser(given))
        home = os.path.expanduser("~")
        return Path("/tmp" if self.uses_keras_3 and not os.access(home, os.W_OK) else home, ".keras")

    def _position(self, place: str) -> int:
        return self.path.index(place) if place in self.path else len(self.path)
