"""Faults: small wrongs that are put into TensorFlow in-process, to see that the specification finds them."""

from __future__ import annotations

import functools
import inspect
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable

import pytest


class Put:
    """Puts wrongs into TensorFlow; the patch that it was made with takes them out again."""

    def __init__(self, patch: pytest.MonkeyPatch, folder: Path) -> None:
        self.patch = patch
        self.folder = folder

    def attribute(self, owner: Any, name: str, value: Any) -> None:
        """``owner.name`` is ``value``, whether or not there was one."""
        self.patch.setattr(owner, name, value, raising=False)

    def around(self, owner: Any, name: str, wrong: Callable[..., Any]) -> None:
        """``owner.name(...)`` is ``wrong(right, ...)``, where ``right`` is what it was."""
        right = getattr(owner, name)

        @functools.wraps(right)
        def call(*args: Any, **kwargs: Any) -> Any:
            return wrong(right, *args, **kwargs)

        # Keras asks constructors for their arguments in a way that does not look through wrappers.
        call.__signature__ = inspect.signature(right)  # type: ignore[attr-defined]
        self.attribute(owner, name, call)

    def result(self, owner: Any, name: str, change: Callable[[Any], Any]) -> None:
        """``owner.name(...)`` returns ``change(result)``."""
        self.around(owner, name, lambda right, *args, **kwargs: change(right(*args, **kwargs)))

    def default(self, owner: Any, name: str = "__init__", **values: Any) -> None:
        """These arguments of ``owner.name`` have these values where the caller gives none."""
        signature = inspect.signature(getattr(owner, name))

        def wrong(right: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
            given = signature.bind_partial(*args, **kwargs).arguments
            return right(
                *args, **{argument: value for argument, value in values.items() if argument not in given}, **kwargs
            )

        self.around(owner, name, wrong)

    def argument(self, owner: Any, name: str = "__init__", **values: Any) -> None:
        """These arguments of ``owner.name`` have these values, whatever the caller gives."""
        signature = inspect.signature(getattr(owner, name))

        def wrong(right: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
            bound = signature.bind_partial(*args, **kwargs)
            bound.arguments.update(values)
            return right(*bound.args, **bound.kwargs)

        self.around(owner, name, wrong)

    def command(self, name: str, script: str) -> None:
        """The shell finds ``script`` under ``name`` before anything else."""
        program = self.folder / name
        program.write_text("#!/bin/sh\n" + script, encoding="utf-8")
        program.chmod(0o755)
        self.patch.setenv("PATH", str(self.folder), prepend=":")


@dataclass(frozen=True)
class Fault:
    """A wrong, and the statement that must be violated while it is there."""

    statement: str
    put: Callable[[Put], None]

    def __str__(self) -> str:
        return f"{self.statement}-{self.put.__name__}"


FAULTS: list[Fault] = []


def fault(statement: str) -> Callable[[Callable[[Put], None]], Callable[[Put], None]]:
    """Registers the decorated function as a fault that violates ``statement``; its docstring says what is wrong."""

    def register(put: Callable[[Put], None]) -> Callable[[Put], None]:
        FAULTS.append(Fault(statement, put))
        return put

    return register
