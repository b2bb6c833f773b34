"""Faults: small errors put into TensorFlow, in this process, to see that the specification finds them."""

from __future__ import annotations

import functools
import inspect
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable, Mapping

import pytest

from tf_conformance.statements.era import Era


class Put:
    """Puts errors into TensorFlow.

    ``patch`` takes them out again when it is undone. ``folder`` is an empty folder for the files that a fault needs.
    """

    def __init__(self, patch: pytest.MonkeyPatch, folder: Path) -> None:
        self.patch = patch
        self.folder = folder

    def attribute(self, owner: Any, name: str, value: Any) -> None:
        """Sets ``owner.name`` to ``value``, whether or not it existed."""
        self.patch.setattr(owner, name, value, raising=False)

    def around(self, owner: Any, name: str, wrong: Callable[..., Any]) -> None:
        """Makes ``owner.name(...)`` call ``wrong(right, ...)``, where ``right`` is the original."""
        right = getattr(owner, name)
        self.attribute(owner, name, _wrapped(right, wrong, inspect.signature(right)))

    def result(self, owner: Any, name: str, change: Callable[[Any], Any]) -> None:
        """Makes ``owner.name(...)`` return ``change(result)``."""
        self.around(owner, name, lambda right, *args, **kwargs: change(right(*args, **kwargs)))

    def default(self, owner: Any, name: str = "__init__", **values: Any) -> None:
        """Gives arguments of ``owner.name`` other defaults, which its signature shows."""
        right = getattr(owner, name)
        signature = inspect.signature(right)

        def wrong(right: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
            given = signature.bind_partial(*args, **kwargs).arguments
            left_out = {argument: value for argument, value in values.items() if argument not in given}
            return right(*args, **left_out, **kwargs)

        self.attribute(owner, name, _wrapped(right, wrong, _with_defaults(signature, values)))

    def argument(self, owner: Any, name: str = "__init__", **values: Any) -> None:
        """Overrides arguments of ``owner.name``, whatever the caller passes."""
        signature = inspect.signature(getattr(owner, name))

        def wrong(right: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
            bound = signature.bind_partial(*args, **kwargs)
            bound.arguments.update(values)
            return right(*bound.args, **bound.kwargs)

        self.around(owner, name, wrong)

    def command(self, name: str, script: str) -> None:
        """Puts a shell script on the PATH, before any other command of that name."""
        program = self.folder / name
        program.write_text("#!/bin/sh\n" + script, encoding="utf-8")
        program.chmod(0o755)
        self.patch.setenv("PATH", str(self.folder), prepend=":")


def _wrapped(right: Any, wrong: Callable[..., Any], signature: inspect.Signature) -> Callable[..., Any]:
    @functools.wraps(right)
    def call(*args: Any, **kwargs: Any) -> Any:
        return wrong(right, *args, **kwargs)

    # Keras reads the signatures of constructors without looking through wrappers.
    call.__signature__ = signature  # type: ignore[attr-defined]
    return call


def _with_defaults(signature: inspect.Signature, values: Mapping[str, Any]) -> inspect.Signature:
    return signature.replace(
        parameters=[
            parameter.replace(default=values.get(name, parameter.default))
            for name, parameter in signature.parameters.items()
        ]
    )


@dataclass(frozen=True)
class Fault:
    """An error that is put into TensorFlow, and the statement that must be violated while it is in place.

    ``era``: where the error can be put. ``raises``: how a case then fails; by another error than an assertion only where
    TensorFlow refuses what the statement says that it accepts.
    """

    statement: str
    put: Callable[[Put], None]
    era: Era = Era()
    raises: type[Exception] = AssertionError

    @property
    def module(self) -> str:
        """The path of its module, relative to the repository's root."""
        return self.put.__module__.replace(".", "/") + ".py"

    def __str__(self) -> str:
        return f"{self.statement}-{self.put.__name__}"


def module_for(spec_file: str) -> str:
    """The module for the faults of a spec file: the same folder and name below tests/faults/, without ``test_05_``."""
    _, folder, name = spec_file.split("/")
    return f"tests/faults/{folder}/{re.sub(r'^test_[0-9]+_', '', name)}"


@dataclass(frozen=True)
class OutOfReach:
    """A statement whose forms of an era no fault can violate, and the reason."""

    statement: str
    era: Era
    reason: str


FAULTS: list[Fault] = []
OUT_OF_REACH: list[OutOfReach] = []


def fault(
    statement: str, *, when: str = "", raises: type[Exception] = AssertionError
) -> Callable[[Callable[[Put], None]], Callable[[Put], None]]:
    """Registers a function as a fault that violates ``statement``; its docstring says what TensorFlow then does wrong.

    ``when`` is the era in which it does so: elsewhere the place that it changes, or the form of the statement, is another.
    ``raises`` is the error of a case that relies on what TensorFlow then refuses.
    """

    def register(put: Callable[[Put], None]) -> Callable[[Put], None]:
        FAULTS.append(Fault(statement, put, Era(when), raises))
        return put

    return register


def out_of_reach(statement: str, *, when: str, because: str) -> None:
    """Says that no fault can violate ``statement`` in an era, and why."""
    OUT_OF_REACH.append(OutOfReach(statement, Era(when), because))
