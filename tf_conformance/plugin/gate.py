"""Whether a run of pytest is about the specification at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tf_conformance.records.wording import did_you_mean
from tf_conformance.statements.catalogue import Catalogue, CatalogueError

SPECIFICATION = "spec"


def specification_folder(config: pytest.Config) -> Path:
    """The folder of the spec files."""
    return config.rootpath / SPECIFICATION


def is_about_specification(config: pytest.Config) -> bool:
    """Whether the specification, or a part of it, is among what pytest was asked to run."""
    spec = specification_folder(config).resolve()
    asked = [_absolute(config, argument.partition("::")[0]) for argument in config.args]
    return any(path == spec or spec in path.parents or path in spec.parents for path in asked)


def read_catalogue(config: pytest.Config) -> Catalogue:
    """The catalogue of the specification. Ends pytest with one line if a spec file cannot be read."""
    try:
        return Catalogue.read(specification_folder(config), config.rootpath)
    except CatalogueError as error:
        raise pytest.UsageError(str(error)) from None


def refuse_missing_files(config: pytest.Config) -> None:
    """Ends pytest with one line if an argument names a file that is not there, as pytest does when it collects."""
    for argument in [] if config.option.pyargs else config.args:
        if not os.path.exists(_absolute(config, argument.partition("::")[0])):
            raise pytest.UsageError(f"file or directory not found: {argument}")


def refuse_missing_functions(config: pytest.Config, catalogue: Catalogue) -> None:
    """Ends pytest with one line if an argument names a function that its spec file does not have."""
    for argument in config.args:
        path, _, name = _as_nodeid(config, argument).partition("::")
        if name and path in catalogue.digests and catalogue.function_of(f"{path}::{name}") is None:
            functions = (function.name for function in catalogue.functions() if function.path == path)
            raise pytest.UsageError(f"not found: {argument}{did_you_mean(name, functions)}")


def narrowed_statements(config: pytest.Config, catalogue: Catalogue) -> set[str]:
    """The statements of which pytest does not collect every case: single ones are named, or those that failed last."""
    if getattr(config.option, "lf", False):
        return {statement.id for statement in catalogue}
    return catalogue.narrowed_by(_as_nodeid(config, argument) for argument in config.args)


def _as_nodeid(config: pytest.Config, argument: str) -> str:
    """An argument as the node id that pytest makes of it: its path is relative to the root."""
    path, separator, name = argument.partition("::")
    root, absolute = config.rootpath.resolve(), _absolute(config, path)
    if absolute == root or root not in absolute.parents:
        return f".{separator}{name}"
    return f"{absolute.relative_to(root).as_posix()}{separator}{name}"


def _absolute(config: pytest.Config, path: str) -> Path:
    """Where an argument is, whatever links lead there."""
    return (config.invocation_params.dir / path).resolve()
