"""What the names and expressions of a file are called: the parts of TensorFlow, and of other libraries, that they are."""

from __future__ import annotations

import ast
import builtins
from typing import Iterator

from tf_conformance.scan.api import ROOTS, canonical, module_of
from tf_conformance.scan.once import once
from tf_conformance.scan.origins import Origins

CONVENTIONAL = {"tf": "tensorflow", "keras": "keras"}  # what names mean where nothing binds them, as in a snippet


class Names:
    """The names of one module; ``packages`` are those that it imports from."""

    def __init__(self, origins: Origins) -> None:
        self._origins = origins
        self._scopes = origins.scopes
        self.packages = {module.split(".")[0] for module in self._scopes.imports}

    @property
    def uses_tensorflow(self) -> bool:
        """Whether the file imports TensorFlow or Keras, or uses them under their usual names without an import."""
        return not self.packages.isdisjoint(ROOTS) or any(map(self._scopes.is_free, CONVENTIONAL))

    @once(unknown=lambda _: "")
    def path_of(self, node: ast.AST) -> str:
        """The dotted name, beginning with the imported module, of what an expression is; "" if nothing was imported."""
        if isinstance(node, ast.Attribute) and self.path_of(node.value):
            return f"{self.path_of(node.value)}.{node.attr}"
        if isinstance(node, ast.Call):
            made = self.partial_of(node)
            return self.path_of(made.args[0]) if made is not None else ""
        if isinstance(node, ast.Name):
            bindings = self._scopes.bindings_of(node)
            if not bindings:
                return self._path_of_free(node.id)
            modules = [binding.module for binding in bindings if binding.module]
            if modules:  # another branch may say what the name is without the module
                return modules[-1]
        paths = set(map(self.path_of, self._origins.leads_to(node)))
        return paths.pop() if len(paths) == 1 else ""

    def api_of(self, node: ast.AST) -> str:
        """The same as documentation writes it."""
        return canonical(self.path_of(node))

    def is_free(self, node: ast.AST) -> bool:
        """Whether a node is a name that the file does not bind."""
        return isinstance(node, ast.Name) and not self._scopes.bindings_of(node)

    def is_of_unknown_module(self, node: ast.AST) -> bool:
        """Whether it cannot be told from which module an object or the function that gives it comes; relative ones are unknown."""
        return self.path_of(node.func if isinstance(node, ast.Call) else node)[:1] in ("", ".")

    def partial_of(self, node: ast.AST) -> ast.Call | None:
        """The call of functools.partial, with keywords only, that an expression stands for."""
        origin = self._origins.of(node)
        if not isinstance(origin, ast.Call) or len(origin.args) != 1:
            return None
        return origin if self.path_of(origin.func) == "functools.partial" else None

    @once(unknown=lambda _: [])
    def bases_of(self, node: ast.ClassDef) -> list[str]:
        """The paths of the classes that a class of the file derives from, through other classes of the file, too."""
        return list(self._bases_of(node))

    def _bases_of(self, node: ast.ClassDef) -> Iterator[str]:
        for base in node.bases:
            definition = self._origins.of(base)
            if self.path_of(base):
                yield self.path_of(base)
            elif isinstance(definition, ast.ClassDef):
                yield from self.bases_of(definition)

    def _path_of_free(self, name: str) -> str:
        """What a name means that the file does not bind."""
        if name in CONVENTIONAL or hasattr(builtins, name):
            return CONVENTIONAL.get(name, name)
        module = module_of(name, self._scopes.stars)
        return f"{module}.{name}" if module else ""
