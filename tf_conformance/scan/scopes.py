"""What each name of a file is bound to, scope by scope, without running anything."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from itertools import chain
from typing import Iterable, Iterator, Sequence

from tf_conformance.scan.functions import Function, defaults_of, parameters_of

LEAVING = (ast.Return, ast.Raise, ast.Continue, ast.Break)  # statements after which the next one is not run
ENTER = "__enter__"  # what a with statement calls


@dataclass(frozen=True)
class Binding:
    """One place where a name gets its meaning.

    ``order`` grows along the file. ``module`` is the dotted name of what is imported; otherwise the name stands for
    ``node``: the value assigned, the definition, or, where the value cannot be told, the parameter or target itself.
    """

    order: int
    node: ast.AST
    module: str = ""


@dataclass
class Scope:
    """A module, a class, a function or a comprehension, with its names.

    ``names`` has all bindings of each, ``current`` those that it may have at the place that is being visited: several
    after an ``if`` or a ``try``. ``attributes`` are those of a class's self, ``global_names`` those that a function says are the module's.
    """

    node: ast.AST
    parent: Scope | None
    names: dict[str, list[Binding]] = field(default_factory=dict)
    current: dict[str, list[Binding]] = field(default_factory=dict)
    attributes: dict[str, list[Binding]] = field(default_factory=dict)
    global_names: set[str] = field(default_factory=set)

    def outwards(self) -> Iterator[Scope]:
        """The scope itself and those around it."""
        scope: Scope | None = self
        while scope is not None:
            yield scope
            scope = scope.parent

    @property
    def of_class(self) -> bool:
        """Whether it is a class's, whose names its functions do not see."""
        return isinstance(self.node, ast.ClassDef)


class Scopes(ast.NodeVisitor):
    """The scopes of a module.

    ``annotations`` has the annotation of each value or field that has one, ``owners`` the class of each parameter ``self``,
    ``functions`` the function of each parameter, ``returns`` what each function returns last, ``stars`` the modules of which
    every name is imported, ``imports`` all modules that are named.
    """

    def __init__(self, tree: ast.Module) -> None:
        self.module = Scope(tree, None)
        self.annotations: dict[ast.AST, ast.expr] = {}
        self.owners: dict[ast.AST, ast.ClassDef] = {}
        self.functions: dict[ast.AST, Function] = {}
        self.returns: dict[ast.AST, ast.expr] = {}
        self.stars: list[str] = []
        self.imports: list[str] = []
        self.classes: dict[ast.AST, Scope] = {}
        self._orders: dict[ast.Name, int] = {}
        self._current: dict[ast.Name, list[tuple[Scope, list[Binding]]]] = {}  # of each name where it stands, by scope
        self._scope = self.module
        self._order = 0
        for node in tree.body:
            self.visit(node)

    def bindings_of(self, name: ast.Name) -> list[Binding]:
        """The last binding of a name before it stands there, or else the first one; several after branches; or none."""
        for depth, (scope, current) in enumerate(self._current.get(name, [])):
            found = scope.names.get(name.id)
            if found and not (depth and scope.of_class):
                return current or found[:1]
        return []

    def is_free(self, id_: str) -> bool:
        """Whether a name is used where nothing binds it."""
        return any(name.id == id_ and not self.bindings_of(name) for name in self._current)

    def order_of(self, node: ast.AST) -> int:
        """Where in the file a name stands, as orders of bindings count; the end of the file for anything else."""
        return self._orders.get(node, self._order) if isinstance(node, ast.Name) else self._order

    def generic_visit(self, node: ast.AST) -> None:
        """Visits what is within, in the order of the text."""
        self._order += 1
        super().generic_visit(node)

    def visit_Name(self, node: ast.Name) -> None:  # noqa: N802 - ast's way to name it
        """Remembers where the name stands."""
        self._order += 1
        self._orders[node] = self._order
        self._current[node] = [(scope, scope.current.get(node.id, [])) for scope in self._scope.outwards()]

    def visit_Import(self, node: ast.Import) -> None:  # noqa: N802
        """``import a.b`` binds a, ``import a.b as c`` binds c to a.b."""
        for alias in node.names:
            self.imports.append(alias.name)
            first = alias.name.partition(".")[0]
            self._bind_name(alias.asname or first, node, alias.name if alias.asname else first)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:  # noqa: N802
        """A relative import has a module that is not known."""
        module = "." * node.level + (node.module or "")
        self.imports.append(module)
        for alias in node.names:
            if alias.name == "*":
                self.stars.append(module)
            else:
                self._bind_name(alias.asname or alias.name, node, f"{module}.{alias.name}")

    def visit_Assign(self, node: ast.Assign) -> None:  # noqa: N802
        """Values are seen before targets: ``model = compiled(model)`` is about an earlier model."""
        self.visit(node.value)
        for target in node.targets:
            self._bind(target, node.value)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:  # noqa: N802
        """An annotation without a value binds nothing, but in a class, where it is a field."""
        self.annotations[node.value or node.target] = node.annotation
        if node.value is not None:
            self.visit(node.value)
        if node.value is not None or self._scope.of_class:
            self._bind(node.target, node.value)

    def visit_Global(self, node: ast.Global) -> None:  # noqa: N802
        """What the function assigns to these names are the module's from here on."""
        self._scope.global_names.update(node.names)

    def visit_Return(self, node: ast.Return) -> None:  # noqa: N802
        """The last one of a function counts."""
        if node.value is not None:
            self.visit(node.value)
            self.returns[self._scope.node] = node.value

    def visit_NamedExpr(self, node: ast.AST) -> None:  # noqa: N802
        """``(name := value)``; the node is ast.NamedExpr, which Python 3.7 does not have."""
        target, value = getattr(node, "target"), getattr(node, "value")  # noqa: B009
        self.visit(value)
        self._bind(target, value)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:  # noqa: N802
        """What the name stands for afterwards is not known; an attribute is read as well as set, and counts as read."""
        self.visit(node.value)
        self.visit(node.target)
        if isinstance(node.target, (ast.Attribute, ast.Subscript)):
            node.target.ctx = ast.Load()
        self._bind(node.target, None)

    def visit_For(self, node: ast.For | ast.AsyncFor) -> None:  # noqa: N802
        """The target is an element of what is looped over."""
        self.visit(node.iter)
        self._bind_element(node.target, node.iter)
        self._visit_all([*node.body, *node.orelse])

    visit_AsyncFor = visit_For  # noqa: N815

    def visit_If(self, node: ast.If) -> None:  # noqa: N802
        """Only one of the branches is run."""
        self.visit(node.test)
        self._visit_branches(node.body, node.orelse)

    def visit_Try(self, node: ast.Try) -> None:  # noqa: N802
        """What is tried is run, or what handles an error."""
        self._visit_branches([*node.body, *node.orelse], *([handler] for handler in node.handlers))
        self._visit_all(node.finalbody)

    def visit_withitem(self, node: ast.withitem) -> None:
        """What ``with … as name`` gives is what the context's method returns, in most cases the context."""
        self.visit(node.context_expr)
        if node.optional_vars is not None:
            self._bind(node.optional_vars, ast.Call(ast.Attribute(node.context_expr, ENTER, ast.Load()), [], []))

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:  # noqa: N802
        """The error is not known."""
        if node.name:
            self._bind_name(node.name, node)
        self.generic_visit(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:  # noqa: N802
        """A class is a scope whose functions do not see its names."""
        self._visit_all([*node.decorator_list, *node.bases, *node.keywords])
        self._bind_name(node.name, node)
        self.classes[node] = self._visit_within(node, node.body)

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:  # noqa: N802
        """The first parameter of a class's function is one of its instances."""
        self._visit_all([*node.decorator_list, *defaults_of(node).values()])
        self._bind_name(node.name, node)
        parameters = parameters_of(node)
        self.functions.update(dict.fromkeys(parameters, node))
        if isinstance(self._scope.node, ast.ClassDef) and parameters:
            self.owners[parameters[0]] = self._scope.node
        self._visit_within(node, node.body, parameters)

    visit_AsyncFunctionDef = visit_FunctionDef  # noqa: N815

    def visit_Lambda(self, node: ast.Lambda) -> None:  # noqa: N802
        """A function of one expression."""
        self._visit_all(defaults_of(node).values())
        self._visit_within(node, [node.body], parameters_of(node))

    def _visit_comprehension(self, node: ast.AST) -> None:
        outer, self._scope = self._scope, Scope(node, self._scope)
        for generator in getattr(node, "generators"):  # noqa: B009
            self.visit(generator.iter)
            self._bind_element(generator.target, generator.iter)
            self._visit_all(generator.ifs)
        for name in ("key", "value", "elt"):
            if hasattr(node, name):
                self.visit(getattr(node, name))
        self._scope = outer

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = _visit_comprehension  # noqa: N815

    def _visit_all(self, nodes: Iterable[ast.AST]) -> None:
        for node in nodes:
            self.visit(node)

    def _visit_branches(self, *branches: Sequence[ast.AST]) -> None:
        """Visits what is run instead of each other; what a name is afterwards is what it is at any of the ends."""
        scope, before, ends = self._scope, self._scope.current, []
        for branch in branches:
            scope.current = dict(before)
            self._visit_all(branch)
            if not _leaves(branch):
                ends.append(scope.current)
        scope.current = _merged(*ends) if ends else before

    def _visit_within(self, node: ast.AST, body: Iterable[ast.AST], parameters: Iterable[ast.arg] = ()) -> Scope:
        outer, self._scope = self._scope, Scope(node, self._scope)
        for parameter in parameters:
            self._bind_name(parameter.arg, parameter)
        self._visit_all(body)
        inner, self._scope = self._scope, outer
        return inner

    def _bind_name(self, name: str, node: ast.AST, module: str = "") -> None:
        self._order += 1
        scope = self.module if name in self._scope.global_names else self._scope
        binding = Binding(self._order, node, module)
        scope.names.setdefault(name, []).append(binding)
        scope.current[name] = [binding]

    def _bind(self, target: ast.AST, value: ast.AST | None) -> None:
        """Binds a target to its value; None for one that is not known."""
        if isinstance(target, ast.Name):
            self._bind_name(target.id, value or target)
        elif isinstance(target, (ast.Tuple, ast.List)):
            for element, each in zip(target.elts, _unpacked(target, value)):
                self._bind(element, each)
        elif isinstance(target, ast.Starred):
            self._bind(target.value, None)
        else:
            self.visit(target)
            self._bind_attribute(target, value or target)

    def _bind_attribute(self, target: ast.AST, value: ast.AST) -> None:
        """Remembers ``self.name = value`` as an attribute of the class around it."""
        if isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name):
            owners = [self.owners.get(binding.node) for binding in self.bindings_of(target.value)[-1:]]
            for scope in self._scope.outwards():
                if scope.node in owners:
                    scope.attributes.setdefault(target.attr, []).append(Binding(self._order, value))

    def _bind_element(self, target: ast.AST, source: ast.expr) -> None:
        """Binds a loop's target to an element of its source; through enumerate and zip, too."""
        function = source.func.id if isinstance(source, ast.Call) and isinstance(source.func, ast.Name) else ""
        if isinstance(source, ast.Call) and isinstance(target, ast.Tuple) and function in ("enumerate", "zip"):
            sources = source.args if function == "zip" else [source, *source.args]
            for element, each in zip(target.elts, sources):
                self._bind_element(element, each)
        elif isinstance(source, ast.Call) and function in ("reversed", "list") and source.args:
            self._bind_element(target, source.args[0])
        elif isinstance(target, (ast.Tuple, ast.List)):
            for index, element in enumerate(target.elts):
                self._bind(element, ast.Subscript(each_of(source), ast.Constant(index), ast.Load()))
        else:
            self._bind(target, each_of(source))


def _unpacked(target: ast.Tuple | ast.List, value: ast.AST | None) -> list[ast.AST | None]:
    """What each element of a target is assigned; None for those that are not known."""
    unknown = value is None or any(isinstance(element, ast.Starred) for element in target.elts)
    if not unknown and isinstance(value, (ast.Tuple, ast.List)) and len(value.elts) == len(target.elts):
        return list(value.elts)
    if unknown or not isinstance(value, ast.expr):
        return [None] * len(target.elts)
    return [ast.Subscript(value, ast.Constant(index), ast.Load()) for index in range(len(target.elts))]


def _leaves(branch: Sequence[ast.AST]) -> bool:
    """Whether what follows is not run after a branch."""
    last = branch[-1] if branch else None
    return isinstance(last, LEAVING) or isinstance(last, ast.ExceptHandler) and _leaves(last.body)


def _merged(*ends: dict[str, list[Binding]]) -> dict[str, list[Binding]]:
    """The bindings that names have at any of these ends, in order."""
    merged = dict(ends[0])
    for name, bindings in chain.from_iterable(end.items() for end in ends[1:]):
        merged[name] = sorted({*merged.get(name, []), *bindings}, key=lambda binding: binding.order)
    return merged


def each_of(source: ast.expr) -> ast.Subscript:
    """What a loop's variable stands for: ``source[...]``."""
    return ast.Subscript(source, ast.Constant(...), ast.Load())


def is_each(node: ast.AST) -> bool:
    """Whether an expression is ``source[...]``."""
    return isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant) and node.slice.value is ...


def nearest(bindings: list[Binding], order: int) -> Binding:
    """The last binding before a place in the file, or else the first one."""
    before = [binding for binding in bindings if binding.order < order]
    return before[-1] if before else bindings[0]
