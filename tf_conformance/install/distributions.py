"""The distributions that are installed: which of them provide TensorFlow, and what it needs."""

from __future__ import annotations

import os
import re
import sys
from typing import Iterable, Iterator, Mapping, Sequence

from packaging.utils import canonicalize_name

from tf_conformance.install.cached import cached
from tf_conformance.install.distribution import Distribution

if sys.version_info >= (3, 8):
    from importlib import metadata
else:
    import importlib_metadata as metadata

_TENSORFLOWS = """
    tensorflow tensorflow-cpu tf-nightly tf-nightly-cpu tensorflow-gpu tf-nightly-gpu tensorflow-macos tf-nightly-macos
    tensorflow-rocm tf-nightly-rocm tensorflow-tpu tf-nightly-tpu tensorflow-cpu-aws tensorflow-aarch64
    tensorflow-intel tf-nightly-intel intel-tensorflow intel-tensorflow-avx512 tensorflow-base
"""
TENSORFLOW_DISTRIBUTIONS = tuple(_TENSORFLOWS.split())
KERAS_DISTRIBUTIONS = ("keras", "keras-nightly")
LEGACY_KERAS_DISTRIBUTIONS = ("tf-keras", "tf-keras-nightly")
PROVIDERS = (*TENSORFLOW_DISTRIBUTIONS, *KERAS_DISTRIBUTIONS, *LEGACY_KERAS_DISTRIBUTIONS)

TENSORFLOW_MARKERS = ("tensorflow/__init__.py", "tensorflow_core/__init__.py")
MAY_BE_TENSORFLOW = re.compile(r"tensorflow|^tf-|-tf$")  # a name that is worth a look at the RECORD


class Distributions:
    """The installed distributions, by their normalized names; several of one name are in the order of the path."""

    def __init__(self, distributions: Iterable[Distribution]) -> None:
        self._by_name: dict[str, list[Distribution]] = {}
        for distribution in distributions:
            if distribution.key:
                self._by_name.setdefault(distribution.key, []).append(distribution)

    @classmethod
    def on(cls, path: Sequence[str]) -> Distributions:
        """Those that Python finds on a path such as ``sys.path``, what was interrupted last; pip leaves out what it has renamed."""
        found = map(Distribution, metadata.distributions(path=list(path)))
        named = [each for each in found if not os.path.basename(each.metadata_folder).startswith("~")]
        return cls(sorted(named, key=lambda each: each.is_hollow))

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_name)

    def first(self, names: Iterable[str]) -> Distribution | None:
        """The one that Python uses of the first of these names that is installed."""
        return next((self._by_name[name][0] for name in names if name in self._by_name), None)

    def all(self, names: Iterable[str]) -> list[Distribution]:
        """Every distribution of these names, including several of one name."""
        return [each for name in names for each in self._by_name.get(name, [])]

    def providing(self, names: Iterable[str]) -> list[Distribution]:
        """Every distribution of these names, and those of other names that provide TensorFlow."""
        return list(dict.fromkeys([*self.all(names), *self.tensorflows]))

    def owner(self, path: str) -> Distribution | None:
        """The distribution that has installed a file, given by its absolute path; None if none says so."""
        return next((each for each in self.all(self) if each.has_installed(path)), None)

    @cached
    def tensorflows(self) -> tuple[Distribution, ...]:
        """The distributions that provide TensorFlow, whatever their names.

        A distribution that only depends on one of these, as on Windows, does not provide it. One of a known name whose
        files are not known is taken at its word.
        """
        known = self.all(TENSORFLOW_DISTRIBUTIONS)
        likely = (name for name in self if MAY_BE_TENSORFLOW.search(name) and name not in TENSORFLOW_DISTRIBUTIONS)
        candidates = [*known, *self.all(likely)]
        recorded = [each for each in candidates if _holds_tensorflow(each)]
        # What a packager installs without a RECORD beside it, such as conda's parts of one TensorFlow, is another part.
        unknown = [each for each in known if _may_hold_tensorflow(each) and not (recorded and each.packager)]
        names = {each.key for each in [*recorded, *unknown]}
        own = [each for each in unknown if not _only_depends_on(each, names)]
        providers = [each for each in candidates if each in recorded or each in own]
        return tuple(providers if providers or known else filter(_holds_tensorflow, self.all(self)))

    @cached
    def stack(self) -> tuple[Distribution, ...]:
        """The distributions of TensorFlow and Keras, and everything that they depend on, as far as it is installed."""
        vendors = [each.key for each in self.tensorflows]
        todo: list[str] = [name for name in (*PROVIDERS, *vendors) if name in self._by_name]
        seen: dict[str, Distribution] = {}
        while todo:
            name = todo.pop(0)
            if name not in seen and name in self._by_name:
                seen[name] = self._by_name[name][0]
                todo += [canonicalize_name(requirement.name) for requirement in seen[name].requirements]
        return tuple(seen.values())


def by_place(distributions: Iterable[Distribution]) -> Mapping[str, list[Distribution]]:
    """Distributions by the folder that holds their packages."""
    places: dict[str, list[Distribution]] = {}
    for distribution in distributions:
        places.setdefault(distribution.locate(), []).append(distribution)
    return places


def _holds_tensorflow(distribution: Distribution) -> bool:
    """Whether the package tensorflow is on record."""
    return any(map(distribution.lists, TENSORFLOW_MARKERS))


def _may_hold_tensorflow(distribution: Distribution) -> bool:
    """Whether it is not on record what the distribution holds."""
    return not _holds_tensorflow(distribution) and (distribution.record is None or not distribution.has_whole_record())


def _only_depends_on(distribution: Distribution, names: set[str]) -> bool:
    others = names - {distribution.key}
    return any(canonicalize_name(requirement.name) in others for requirement in distribution.requirements)
