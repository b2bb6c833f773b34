"""Mutants of a source file: the same code with one small change each."""

from __future__ import annotations

import ast
import copy
from dataclasses import dataclass
from types import CodeType
from typing import Iterator

OTHER = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.And: ast.Or,
    ast.Or: ast.And,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
}
# What is never executed still counts for the compiler: a method without its super() could not take the place of one with it.
NEVER = ast.Constant(False)
DROPPED = (ast.Assign, ast.AugAssign, ast.Delete)


@dataclass(frozen=True)
class Mutant:
    """A function with one change: ``lines`` are those that a case must execute to notice it.

    ``name`` says where and what was changed; ``original`` is its code without the change, as compiled from the same file.
    """

    name: str
    lines: range
    original: CodeType
    code: CodeType
    default: tuple[str, object] | None = None


def mutants_of(path: str, text: str) -> Iterator[Mutant]:
    """Every mutant of the functions of a source file, one that stands in another as a part of it."""
    tree = ast.parse(text)
    original = _functions(compile(tree, path, "exec"))
    for function in _outermost_functions(tree):
        yield from _mutants_of(function, tree, path, original)


def _outermost_functions(node: ast.AST) -> Iterator[ast.FunctionDef]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef):
            yield child
        else:
            yield from _outermost_functions(child)


def _mutants_of(
    function: ast.FunctionDef, tree: ast.Module, path: str, original: dict[int, CodeType]
) -> Iterator[Mutant]:
    line = min([function.lineno, *(each.lineno for each in function.decorator_list)])
    for name, value in _defaults(function):
        yield Mutant(
            f"{path}:{line} {function.name}: {name} is {value!r} by default",
            range(line, function.end_lineno + 1),
            original[line],
            original[line],
            (name, value),
        )
    for change, place in _changes(function):
        with_change = _functions(compile(ast.fix_missing_locations(tree), path, "exec"))[line]
        yield Mutant(
            f"{path}:{place.lineno} {function.name}: {change}",
            range(place.lineno, place.lineno + 1),
            original[line],
            with_change,
        )


def _functions(code: CodeType) -> dict[int, CodeType]:
    """The code of each function, at any depth, by its first line."""
    found = {}
    for each in code.co_consts:
        if isinstance(each, CodeType):
            found.update(_functions(each))
            if not each.co_name.startswith("<"):
                found[each.co_firstlineno] = each
    return found


def _defaults(function: ast.FunctionDef) -> Iterator[tuple[str, object]]:
    """The arguments whose default is a constant, each with another one."""
    arguments = function.args
    positional = [*arguments.posonlyargs, *arguments.args]
    pairs = [
        *zip(reversed(positional), reversed(arguments.defaults)),
        *zip(arguments.kwonlyargs, arguments.kw_defaults),
    ]
    for argument, default in pairs:
        if isinstance(default, ast.Constant) and default.value is not None:
            yield argument.arg, _another(default.value)


def _another(value: object) -> object:
    """A constant that differs a little."""
    if isinstance(value, bool):
        return not value
    return f"{value}_" if isinstance(value, str) else value + 1


def _changes(function: ast.FunctionDef) -> Iterator[tuple[str, ast.AST]]:
    """Makes one change after the other in the function, and takes each back when the next one is asked for."""
    for node, parent, field, index in list(_places(function)):
        for description, replacement in _replacements(node):
            _put(parent, field, index, ast.copy_location(replacement, node))
            yield description, node
            _put(parent, field, index, node)


def _put(parent: ast.AST, field: str, index: int | None, node: ast.AST) -> None:
    if index is None:
        setattr(parent, field, node)
    else:
        getattr(parent, field)[index] = node


def _places(node: ast.AST) -> Iterator[tuple[ast.AST, ast.AST, str, int | None]]:
    """What can be replaced in a function, nested ones included: no docstrings and messages."""
    for field, value in ast.iter_fields(node):
        if field in ("decorator_list", "args", "returns") and isinstance(node, ast.FunctionDef):
            continue
        children = [(value, None)] if isinstance(value, ast.AST) else []
        children += [(each, i) for i, each in enumerate(value)] if isinstance(value, list) else []
        for child, index in children:
            if isinstance(child, ast.AST) and not _is_only_said(child):
                yield child, node, field, index
                yield from _places(child)


def _is_only_said(node: ast.AST) -> bool:
    """Whether a node is a docstring, an error, a warning, a formatted text or an import."""
    said = isinstance(node, ast.Expr) and (isinstance(node.value, ast.Constant) or "warn" in ast.dump(node.value)[:120])
    return said or isinstance(node, (ast.Raise, ast.JoinedStr, ast.Import, ast.ImportFrom))


def _replacements(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    text = ast.unparse(node)
    if isinstance(node, ast.Compare) and type(node.ops[0]) in OTHER:
        yield from _with(node, text, ops=[OTHER[type(node.ops[0])](), *node.ops[1:]])
    if isinstance(node, (ast.BoolOp, ast.BinOp)) and type(node.op) in OTHER:
        yield from _with(node, text, op=OTHER[type(node.op)]())
    if isinstance(node, (ast.If, ast.IfExp, ast.While)):
        yield from _with(node, ast.unparse(node.test), test=ast.UnaryOp(ast.Not(), node.test))
    if isinstance(node, ast.Constant) and isinstance(node.value, (bool, int, float, str)):
        yield from _with(node, text, value=_another(node.value))
    if isinstance(node, ast.Call):
        for i, keyword in enumerate(node.keywords):
            if keyword.arg:
                yield from _with(
                    node, f"{text}, {keyword.arg} dropped", keywords=node.keywords[:i] + node.keywords[i + 1 :]
                )
    if isinstance(node, DROPPED) or isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        yield f"{text} dropped", ast.If(NEVER, [node], [])
    if isinstance(node, ast.Return) and node.value is not None:
        yield f"{text} returns nothing", ast.Return(ast.IfExp(NEVER, node.value, ast.Constant(None)))


def _with(node: ast.AST, text: str, **fields: object) -> Iterator[tuple[str, ast.AST]]:
    changed = copy.copy(node)
    vars(changed).update(fields)
    what = getattr(changed, "test", changed)
    yield f"{text} → {ast.unparse(what)}" if "dropped" not in text else text, changed
