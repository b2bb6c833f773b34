"""Where Python's import system would find a module, without importing anything."""

from __future__ import annotations

import importlib
import os
import re
import sys
from importlib.machinery import BuiltinImporter, FrozenImporter, ModuleSpec, PathFinder
from typing import Any, Sequence

from tf_conformance.install.filesystem import text_of

# The modules of distributions that are named otherwise.
MODULES = {
    **{"absl-py": "absl", "dm-tree": "tree", "google-auth": "google.auth", "google-pasta": "pasta", "grpcio": "grpc"},
    **{"libclang": "clang.cindex", "pillow": "PIL", "protobuf": "google.protobuf", "python-dateutil": "dateutil"},
    **{"pyyaml": "yaml", "tb-nightly": "tensorboard", "tf-estimator-nightly": "tensorflow_estimator"},
    **{"keras-nightly": "keras", "tf-keras-nightly": "tf_keras"},
}
# pytest's hook and setuptools' look for modules where everybody does.
TRANSPARENT_HOOKS = ("_pytest.", "_distutils_hack")
# How a package, as google of older distributions, says that it goes on in other folders of its name.
GOES_ON = re.compile(r"(?:extend_path|declare_namespace)\(__(?:path|name)__")


def module_of(distribution: str) -> str:
    """The module that a distribution brings, by its normalized name."""
    return MODULES.get(distribution, distribution.replace("-", "_"))


class Modules:
    """The top-level modules that can be found on a path such as ``sys.path``, zip files included."""

    def __init__(self, path: Sequence[str]) -> None:
        self._path = list(path)
        importlib.invalidate_caches()

    def find(self, name: str) -> str | None:
        """The file of a module, or that of a package's ``__init__``; None if there is none, as for a namespace package."""
        spec = _find(name, self._path)
        return spec.origin if spec and spec.has_location else None

    def is_present(self, dotted: str) -> bool:
        """Whether something can be imported under a name such as ``google.protobuf``, from the path or by a hook."""
        if is_hooked(dotted.partition(".")[0]):
            return True
        path: Sequence[str] | None = self._path
        for depth in range(dotted.count(".") + 1):
            spec = _find(".".join(dotted.split(".")[: depth + 1]), path or ())
            if spec is None:
                return False
            path = list(spec.submodule_search_locations or ())
        return spec is not None and (spec.has_location or any(map(_holds_code, path or ())))

    def folder_of(self, name: str) -> str | None:
        """The entry of the path, or the archive, in which a module is found; None if it is not found."""
        origin = self.find(name)
        if origin is None:
            return None
        is_package = os.path.basename(origin).partition(".")[0] == "__init__"
        return os.path.dirname(os.path.dirname(origin) if is_package else origin)


def is_hooked(name: str) -> bool:
    """Whether Python has the module built in, or an import hook provides it, before any path is searched."""
    if _spec_of(BuiltinImporter, name) or _spec_of(FrozenImporter, name):
        return True
    before_path = sys.meta_path[: sys.meta_path.index(PathFinder)] if PathFinder in sys.meta_path else sys.meta_path
    hooks = (hook for hook in before_path if hook not in (BuiltinImporter, FrozenImporter))
    return any(_spec_of(hook, name) for hook in hooks if not _module_of(hook).startswith(TRANSPARENT_HOOKS))


def _holds_code(folder: str) -> bool:
    try:
        return any(name.endswith((".py", ".so", ".pyd")) for name in os.listdir(folder))
    except OSError:
        return False


def _find(name: str, path: Sequence[str]) -> ModuleSpec | None:
    """Where a module is found; a package that goes on in other folders is a namespace package, as Python's own are."""
    try:
        spec = PathFinder.find_spec(name, list(path))
    except Exception:  # a path hook or a damaged archive may raise anything
        return None
    if spec is None or not spec.submodule_search_locations or not GOES_ON.search(text_of(spec.origin or "")):
        return spec
    namespace = ModuleSpec(name, None, is_package=True)
    namespace.submodule_search_locations = [os.path.join(entry, name.rpartition(".")[2]) for entry in path]
    return namespace


def _spec_of(finder: Any, name: str) -> Any:
    try:
        return finder.find_spec(name, None)
    except Exception:  # a hook may raise anything
        return None


def _module_of(hook: Any) -> str:
    owner = hook if isinstance(hook, type) else type(hook)
    return f"{owner.__module__}."
