"""Functions: their parameters, the defaults, and what calls pass for them."""

from __future__ import annotations

import ast
from typing import Union

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)

Function = Union[ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda]


def parameters_of(function: Function) -> list[ast.arg]:
    """The parameters of a function or a lambda, in order."""
    arguments = function.args
    return [*by_position(function), *arguments.kwonlyargs, *filter(None, (arguments.vararg, arguments.kwarg))]


def by_position(function: Function) -> list[ast.arg]:
    """The parameters of a function or a lambda that may be passed by position."""
    return [*getattr(function.args, "posonlyargs", []), *function.args.args]  # Python 3.7 has no posonlyargs


def defaults_of(function: Function) -> dict[ast.arg, ast.expr]:
    """The default of each parameter of a function or a lambda that has one."""
    arguments = function.args
    found = dict(zip(reversed(by_position(function)), reversed(arguments.defaults)))
    found.update({each: value for each, value in zip(arguments.kwonlyargs, arguments.kw_defaults) if value is not None})
    return found


def argument_for(parameter: ast.arg, call: ast.Call, function: Function) -> ast.expr | None:
    """What a call passes for a parameter of the function that it calls, by name, by position or by default."""
    named = {keyword.arg: keyword.value for keyword in call.keywords}
    if parameter.arg in named:
        return named[parameter.arg]
    bound = isinstance(call.func, ast.Attribute) or getattr(function, "name", "") == "__init__"
    position = by_position(function).index(parameter) - bound if parameter in by_position(function) else len(call.args)
    if any(isinstance(argument, ast.Starred) for argument in call.args[: position + 1]):
        return None
    if 0 <= position < len(call.args):
        return call.args[position]
    return None if None in named else defaults_of(function).get(parameter)
