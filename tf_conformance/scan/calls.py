"""What the calls in a file call and pass."""

from __future__ import annotations

import ast

from tf_conformance.scan.names import Names
from tf_conformance.scan.once import once
from tf_conformance.scan.origins import Origins
from tf_conformance.scan.pattern import is_anything, metavariable


class Calls:
    """The calls of one module."""

    def __init__(self, origins: Origins, names: Names) -> None:
        self._origins = origins
        self._names = names

    def names_of(self, node: ast.AST) -> list[str]:
        """The last part of the name of what is called, under which signatures are listed; of one of several, each."""
        several = self._origins.choices(node)
        if several:
            return list(dict.fromkeys(name for each in several for name in self.names_of(each)))
        path = self._names.path_of(node)
        return [path.rpartition(".")[2] or getattr(self._origins.of(node), "attr", "")]

    def argument(self, call: ast.Call, name: str, position: int | None) -> ast.expr | None:
        """What a call passes as an argument, by name or by position; None if it does not."""
        for keyword in reversed(self._keywords(call)):
            if keyword.arg and (keyword.arg == name or metavariable(name)):
                return keyword.value
        starred = any(isinstance(argument, ast.Starred) for argument in call.args[: (position or 0) + 1])
        return call.args[position] if position is not None and position < len(call.args) and not starred else None

    def _keywords(self, call: ast.Call) -> list[ast.keyword]:
        """The keywords of a call, after those of ``partial``; of two with one name, the later one counts."""
        made = self._names.partial_of(call.func)
        return self._spelled_out([*(made.keywords if made is not None else []), *call.keywords])

    def _spelled_out(self, keywords: list[ast.keyword]) -> list[ast.keyword]:
        """Keywords, with those of ``**options`` if the file writes out what that is."""
        found = []
        for keyword in keywords:
            options = self._options_of(keyword.value) if keyword.arg is None else None
            found += [keyword] if options is None else options
        return found

    @once(unknown=lambda _: None)
    def _options_of(self, node: ast.AST) -> list[ast.keyword] | None:
        """The keywords that ``**node`` stands for; None if that cannot be told."""
        options = self._origins.of(node)
        if isinstance(options, ast.Dict) and all(key is None or isinstance(key, ast.Constant) for key in options.keys):
            names = [None if key is None else str(getattr(key, "value")) for key in options.keys]  # noqa: B009
            return self._spelled_out([ast.keyword(name, value) for name, value in zip(names, options.values)])
        if isinstance(options, ast.Call) and self._names.api_of(options.func) == "dict" and not options.args:
            return self._spelled_out(options.keywords)
        passed = self._origins.keywords_passed_for(options) if isinstance(options, ast.arg) else None
        return None if passed is None else self._spelled_out(passed)

    def hides(self, call: ast.Call) -> bool:
        """Whether a call may pass more than it says: ``*more``, ``**more``, or ``...`` for what is left out."""
        starred = any(isinstance(each, ast.Starred) or is_anything(each) for each in call.args)
        return starred or any(keyword.arg is None for keyword in self._keywords(call))
