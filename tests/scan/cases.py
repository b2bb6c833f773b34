"""The cases of the specification as a reader sees them: with their parameters, their fixtures and the helpers that they call.

A case is written out as a module of its own, so that scan can read it as it reads anybody's code: each helper stands before
the statement that calls it, once for each call, and a fixture where the case begins. Texts that are passed as arguments, and
those that a loop runs over, stand where they are used: ``getattr(optimizer, name)`` becomes ``getattr(optimizer, 'lr')``.
"""

from __future__ import annotations

import ast
import copy
from functools import lru_cache
from itertools import count, product

from tests import ROOT

FUNCTION = ast.FunctionDef
DEFINITIONS = (ast.FunctionDef, ast.ClassDef)
BODIES = ("body", "orelse", "finalbody")


def codes_of(function):
    """The code of a test function of the catalogue, once for each set of its parameters."""
    module = Module.read(function.path)
    return [module.written_out(function.name, values) for values in product(*module.sets_of_values(function.name))]


class Module:
    """A spec file, with what it imports from others: its functions and classes by name, and the other statements."""

    def __init__(self, tree):
        self.definitions, self.others = {}, []
        for node in tree.body:
            source = _file_of(node)
            if source:
                self.definitions.update(source.definitions)
                self.others += source.others
            elif isinstance(node, DEFINITIONS):
                self.definitions[node.name] = node
            else:
                self.others.append(node)
        self.values = {
            node.targets[0].id: node.value
            for node in self.others
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
        }
        for node in self.definitions.values():
            for loop in ast.walk(node):
                if isinstance(loop, (ast.For, ast.comprehension)):
                    loop.iter = self.values.get(getattr(loop.iter, "id", ""), loop.iter)

    @classmethod
    @lru_cache(maxsize=None)
    def read(cls, path):
        """The file with a path relative to the root."""
        return cls(ast.parse((ROOT / path).read_text(encoding="utf-8")))

    def sets_of_values(self, name):
        """For each ``parametrize`` of a test function, its sets of values, by the names of the parameters."""
        for decorator in self.definitions[name].decorator_list:
            if isinstance(decorator, ast.Call) and getattr(decorator.func, "attr", "") == "parametrize":
                names, sets = decorator.args
                names = ast.literal_eval(names)
                yield [_named([names] if isinstance(names, str) else names, each) for each in self._elements_of(sets)]

    def _elements_of(self, node):
        """The elements of a list, or the keys of a dictionary; an unknown one if the file does not write them out."""
        node = self.values.get(getattr(node, "id", ""), node)
        elements = node.keys if isinstance(node, ast.Dict) else getattr(node, "elts", None)
        return elements or [ast.Subscript(node, ast.Constant(...), ast.Load())]

    def written_out(self, name, sets_of_values):
        """The file's code with a single test function, and that with these values."""
        values = {name: value for values in sets_of_values for name, value in values.items()}
        test = Writer().test(self.definitions[name], values, self.definitions)
        return ast.unparse(ast.fix_missing_locations(ast.Module(body=[*self.others, test], type_ignores=[])))


def _file_of(node):
    """The spec file that a statement imports from; None for any other statement."""
    module = (getattr(node, "module", None) or "") if isinstance(node, ast.ImportFrom) else ""
    return (
        Module.read(f"{module.replace('.', '/')}.py")
        if module.startswith("spec.") and "oracles" not in module
        else None
    )


def _named(names, values):
    """One set of values, by name."""
    if isinstance(values, ast.Call) and ast.unparse(values.func) == "pytest.param":
        values = ast.Tuple(values.args, ast.Load()) if len(names) > 1 else values.args[0]
    if len(names) == 1:
        return {names[0]: values}
    return {
        name: getattr(values, "elts", {index: ast.Subscript(values, ast.Constant(index), ast.Load())})[index]
        for index, name in enumerate(names)
    }


class Writer:
    """Writes out one test function."""

    def __init__(self):
        self._numbers = count(1)
        self._within = []  # what is being written, which may call itself

    def test(self, function, values, definitions):
        """The function, with the values of its parameters and with what it calls."""
        made = self._filled(function, values)
        made.decorator_list = []
        given = [ast.parse(f"{name} = {ast.unparse(value)}").body[0] for name, value in values.items()]
        made.body = [*given, *made.body]
        made.args.args = [argument for argument in made.args.args if argument.arg not in values]
        return self._written(made, definitions, takes_fixtures=True)

    def _filled(self, node, values):
        """A copy of a definition, with the values that are texts in place of their names."""
        texts = {name: value for name, value in values.items() if _is_constant(value)}
        return Filled(texts).visit(copy.deepcopy(node))

    def _written(self, made, definitions, takes_fixtures=False):
        """Writes what a definition calls into it."""
        if isinstance(made, ast.ClassDef):
            made.body = [self._written(each, definitions) if isinstance(each, FUNCTION) else each for each in made.body]
            return made
        visible = {
            name: node for name, node in definitions.items() if name not in _bound_in(made) and not _is_fixture(node)
        }
        fixtures = list(self._fixtures_of(made, definitions, visible)) if takes_fixtures else []
        made.body = [*fixtures, *self._statements(made.body, visible)]
        return made

    def _fixtures_of(self, function, definitions, visible):
        """The bodies of the fixtures that a function takes; what they give has their names."""
        for parameter in list(function.args.args):
            fixture = definitions.get(parameter.arg)
            if fixture is not None and _is_fixture(fixture) and fixture not in self._within:
                function.args.args.remove(parameter)
                self._within.append(fixture)
                made = copy.deepcopy(fixture)
                yield from self._fixtures_of(made, definitions, visible)
                yield from self._statements([Given(parameter.arg).visit(each) for each in made.body], visible)
                self._within.pop()

    def _statements(self, body, visible):
        for statement in body:
            if isinstance(statement, DEFINITIONS):
                visible[statement.name] = statement
                continue
            renamed = isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name)
            if renamed and isinstance(statement.value, ast.Lambda):
                visible[statement.targets[0].id] = _as_function(statement.targets[0].id, statement.value)
                continue
            if renamed and getattr(statement.value, "id", "") in visible:
                visible[statement.targets[0].id] = visible[statement.value.id]
                continue
            for each in _unrolled(statement):
                calls = Called(self, visible)
                for field, value in ast.iter_fields(each):
                    if field not in (*BODIES, "handlers"):
                        setattr(each, field, calls.in_field(value))
                yield from calls.copies
                for inner in [each, *getattr(each, "handlers", [])]:
                    for field in BODIES:
                        if isinstance(getattr(inner, field, None), list):
                            setattr(inner, field, list(self._statements(getattr(inner, field), visible)))
                yield each

    def copy_of(self, definition, call, visible):
        """A copy of a definition for one call; None within itself."""
        if definition in self._within:
            return None
        self._within.append(definition)
        made = self._filled(definition, _passed(definition, call) if call and isinstance(definition, FUNCTION) else {})
        made = self._written(made, visible)
        made.name = f"{definition.name}_{next(self._numbers)}"
        self._within.pop()
        return made


class Called(ast.NodeTransformer):
    """Has expressions call copies of what they call."""

    def __init__(self, writer, visible):
        self._writer, self._visible = writer, visible
        self.copies = []

    def in_field(self, value):
        """The same for the value of a field of a statement."""
        if isinstance(value, list):
            return [self.in_field(each) for each in value]
        return self.visit(value) if isinstance(value, ast.AST) else value

    def visit_Call(self, node):
        """A call, after those within it."""
        node.args, node.keywords = self.in_field(node.args), self.in_field(node.keywords)
        node.func = self._renamed(node.func, node) if isinstance(node.func, ast.Name) else self.visit(node.func)
        return node

    def visit_Name(self, node):
        """What is passed on rather than called."""
        return self._renamed(node, None)

    def _renamed(self, node, call):
        definition = self._visible.get(node.id)
        made = self._writer.copy_of(definition, call, self._visible) if definition is not None else None
        if made is None:
            return node
        self.copies.append(made)
        return ast.Name(made.name, node.ctx)


class Filled(ast.NodeTransformer):
    """Puts values in place of names, unless a function has a parameter of that name."""

    def __init__(self, values):
        self._values = values

    def visit_Name(self, node):
        """A name that is read."""
        return copy.deepcopy(self._values.get(node.id, node)) if isinstance(node.ctx, ast.Load) else node

    def visit_Call(self, node):
        """Whether there is an attribute is asked where code would read it."""
        self.generic_visit(node)
        if getattr(node.func, "id", "") == "hasattr":
            node.func.id = "getattr"
        return node

    def visit_Compare(self, node):
        """So is whether there is a key."""
        self.generic_visit(node)
        if isinstance(node.ops[0], (ast.In, ast.NotIn)) and isinstance(getattr(node.left, "value", None), str):
            return ast.Subscript(node.comparators[0], node.left, ast.Load())
        return node

    def visit_ListComp(self, node):
        """A list that a loop over constants makes."""
        self.generic_visit(node)
        rounds = _rounds_of(node.generators[0]) if len(node.generators) == 1 else None
        if rounds is None:
            return node
        each = ast.BoolOp(ast.And(), [*node.generators[0].ifs, node.elt]) if node.generators[0].ifs else node.elt
        return ast.List([Filled(values).visit(copy.deepcopy(each)) for values in rounds], ast.Load())


class Given(ast.NodeTransformer):
    """What a fixture returns or yields is assigned to its name."""

    def __init__(self, name):
        self._name = name

    def visit_FunctionDef(self, node):
        """A function within the fixture returns something else."""
        return node

    def visit_Return(self, node):
        """The last statement of a fixture."""
        return ast.Assign([ast.Name(self._name, ast.Store())], node.value)

    def visit_Expr(self, node):
        """A statement that yields."""
        return self.visit_Return(node.value) if isinstance(node.value, ast.Yield) and node.value.value else node


def _unrolled(statement):
    """A statement, or, of a loop over constants, what it does with each of them."""
    rounds = _rounds_of(statement) if isinstance(statement, ast.For) else None
    if rounds is None:
        return [statement]
    return [Filled(values).visit(copy.deepcopy(inner)) for values in rounds for inner in statement.body]


def _rounds_of(loop):
    """The values that a loop's names have in each round; None if these are not constants that are written out."""
    elements = getattr(loop.iter, "keys", getattr(loop.iter, "elts", None))
    names = [getattr(each, "id", "") for each in getattr(loop.target, "elts", [loop.target])]
    rounds = [getattr(each, "elts", [each]) if len(names) > 1 else [each] for each in elements or ()]
    constant = all(isinstance(value, (ast.Constant, ast.Name)) for values in rounds for value in values)
    return [dict(zip(names, values)) for values in rounds] if rounds and constant else None


def _passed(function, call):
    """What a call passes, or what is the default, for each parameter that it does not hide."""
    parameters = [argument.arg for argument in function.args.args]
    defaults = function.args.defaults
    passed = dict(zip(parameters[len(parameters) - len(defaults) :], defaults)) if defaults else {}
    passed.update(zip(parameters, call.args))
    passed.update({keyword.arg: keyword.value for keyword in call.keywords if keyword.arg in parameters})
    if function.args.vararg:
        passed[function.args.vararg.arg] = ast.Tuple(call.args[len(parameters) :], ast.Load())
    hidden = any(isinstance(each, ast.Starred) for each in call.args) or any(
        keyword.arg is None for keyword in call.keywords
    )
    return {} if hidden else {name: value for name, value in passed.items() if name not in _stored_in(function)}


def _as_function(name, node):
    """A lambda as a function with a name."""
    return ast.FunctionDef(name=name, args=node.args, body=[ast.Return(node.body)], decorator_list=[])


def _is_constant(node):
    """Whether a value is a constant, or several."""
    return isinstance(node, ast.Constant) or isinstance(node, ast.Tuple) and all(map(_is_constant, node.elts))


def _is_fixture(node):
    """Whether a definition is a fixture."""
    return any("fixture" in ast.unparse(decorator) for decorator in node.decorator_list)


def _stored_in(function):
    return {node.id for node in ast.walk(function) if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)}


def _bound_in(function):
    """The names that a function binds."""
    arguments = {node.arg for node in ast.walk(function.args) if isinstance(node, ast.arg)}
    return arguments | _stored_in(function)
