"""The catalogue: every statement with its forms, read from the text of the spec files.

Nothing is imported, so the catalogue is there without TensorFlow, under ``python -OO``, and in the process that
only steers the workers of a parallel run.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import lru_cache
from pathlib import Path
from typing import Any, Callable, Iterable, Iterator, Mapping, Union

from packaging.version import Version

from tf_conformance.statements import form as forms
from tf_conformance.statements.aliases import ids_of
from tf_conformance.statements.digest import digests_of
from tf_conformance.statements.form import Form, Kind
from tf_conformance.statements.syntax import all_statements, parsed

DECORATORS = tuple(str(kind) for kind in Kind)
SUBJECT = re.compile(r"^Subject: (?P<subject>.+)\.$", re.MULTILINE)

TestFunction = Union[ast.FunctionDef, ast.AsyncFunctionDef]


class CatalogueError(Exception):
    """A spec file whose statements cannot be read; the message names file and line."""


@dataclass(frozen=True)
class Function:
    """A test function of a spec file: the form that its cases check, its sentence, and where it stands.

    ``place`` is the week and the section of the notes, ``subject`` what the spec file is about, ``path`` relative to
    the repository's root, as in pytest's node ids; ``marks`` are the names of its pytest marks, such as smoke.
    """

    form: Form
    says: str
    place: str
    subject: str
    path: str
    name: str
    line: int
    marks: frozenset[str] = frozenset()

    @property
    def nodeid(self) -> str:
        """The node id of its cases, without their parameters."""
        return f"{self.path}::{self.name}"

    @property
    def title(self) -> str:
        """Its place, said to be one in the notes if it is."""
        return f"notes: {self.place}" if self.place.startswith("Week ") else self.place


@dataclass(frozen=True)
class Statement:
    """One thing that the notes say, with every test function of every form that it has had."""

    id: str
    functions: tuple[Function, ...]

    @property
    def place(self) -> str:
        """The week and the section of the notes."""
        return self.functions[0].place

    @property
    def subject(self) -> str:
        """What it is about: a heading that several sections share."""
        return self.functions[0].subject

    @property
    def path(self) -> str:
        """Its spec file."""
        return self.functions[0].path

    @property
    def forms(self) -> list[Form]:
        """The forms, in the order of the spec file."""
        return list(dict.fromkeys(function.form for function in self.functions))

    def forms_on(self, versions: Mapping[str, Version]) -> list[Form]:
        """The forms whose era covers these versions; exactly one, unless the spec has a gap or an overlap."""
        return [form for form in self.forms if form.era.covers(versions)]

    def functions_of(self, form: Form) -> list[Function]:
        """The test functions that check this form."""
        return [function for function in self.functions if function.form == form]

    def says(self, form: Form) -> str:
        """The statement in this form, in one sentence."""
        return self.functions_of(form)[0].says


class Catalogue:
    """The statements of a folder of spec files, in the order of the notes.

    ``digests`` tell one state of a spec file from another, by its path.
    """

    def __init__(self, functions: list[Function], digests: dict[str, str]) -> None:
        self.digests = digests
        self._functions = {function.nodeid: function for function in functions}
        by_id: dict[str, list[Function]] = {}
        for function in functions:
            by_id.setdefault(function.form.statement, []).append(function)
        self._statements = {id_: Statement(id_, tuple(group)) for id_, group in by_id.items()}

    @classmethod
    def read(cls, folder: Path, root: Path) -> Catalogue:
        """Reads every ``test_*.py`` below ``folder``, as paths relative to ``root``. Raises CatalogueError."""
        paths = sorted(folder.rglob("test_*.py"))
        parse = lru_cache(maxsize=None)(parsed)
        try:
            functions = [function for path in paths for function in _functions_of(path, parse(path), root)]
            _refuse_repeated(functions)
            return cls(functions, digests_of(paths, root, parse))
        except SyntaxError as error:
            raise CatalogueError(f"{error.filename}:{error.lineno}: {error.msg}") from None

    def __iter__(self) -> Iterator[Statement]:
        return iter(self._statements.values())

    def __len__(self) -> int:
        return len(self._statements)

    def __getitem__(self, id_: str) -> Statement:
        return self._statements[id_]

    def __contains__(self, id_: object) -> bool:
        return id_ in self._statements

    def matching(self, globs: Iterable[str] | None) -> list[Statement]:
        """The statements of which an id, the present or an earlier one, matches a pattern; all if there are no patterns."""
        patterns = list(globs or ["*"])
        return [each for each in self if any(fnmatchcase(id_, glob) for id_ in ids_of(each.id) for glob in patterns)]

    def functions(self) -> Iterable[Function]:
        """Every test function of every statement."""
        return self._functions.values()

    def function_of(self, nodeid: str) -> Function | None:
        """The function that a case belongs to; None for a node that is not a case of the specification."""
        return self._functions.get(nodeid.partition("[")[0])

    def narrowed_by(self, nodeids: Iterable[str]) -> set[str]:
        """The statements of which these node ids name single cases, but not the whole function."""
        named = set(nodeids)
        single = filter(None, (self.function_of(nodeid) for nodeid in named if nodeid.endswith("]")))
        return {each.form.statement for each in single if not named.intersection(_whole(each))}


def _whole(function: Function) -> Iterator[str]:
    """The node ids that name all cases of a function: its own, its file's and those of the folders around it."""
    yield function.nodeid
    yield function.path
    yield from (parent.as_posix() for parent in Path(function.path).parents)


def _functions_of(path: Path, module: ast.Module, root: Path) -> Iterator[Function]:
    _refuse_hidden(module, path)
    place, subject = _docstring(module, path).splitlines()[0].rstrip("."), _subject_of(module, path)
    path_in_root = path.relative_to(root).as_posix()
    for node in module.body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test"):
            yield Function(
                form=_form_of(node, path),
                says=_docstring(node, path).splitlines()[0],
                place=place,
                subject=subject,
                path=path_in_root,
                name=node.name,
                line=node.lineno,
                marks=frozenset(_marks_of(node)),
            )


def _refuse_repeated(functions: Iterable[Function]) -> None:
    """Refuses functions of one name, of which pytest keeps the last only, and an id that two files use."""
    names: set[str] = set()
    files: dict[str, str] = {}
    for each in functions:
        place = f"{each.path}:{each.line}"
        if each.nodeid in names:
            raise CatalogueError(f"{place}: {each.name} is defined twice; pytest runs only the last one")
        names.add(each.nodeid)
        if files.setdefault(each.form.statement, each.path) != each.path:
            raise CatalogueError(f"{place}: {each.form.statement} is already in {files[each.form.statement]}")


def _refuse_hidden(module: ast.Module, path: Path) -> None:
    """Refuses tests that the catalogue or pytest would pass over, by their kind, their place or their name."""
    for node in all_statements(module):
        if isinstance(node, ast.AsyncFunctionDef) and (node.name.startswith("test") or _form_calls(node)):
            raise _error(path, node, f"{node.name} is async; a form is checked by a plain function")
        if isinstance(node, ast.ClassDef) and node.name.startswith("Test"):
            raise _error(path, node, f"{node.name} is a class; a form is checked by a function of the module")
        if isinstance(node, ast.FunctionDef) and _form_calls(node):
            if node not in module.body:
                raise _error(path, node, f"{node.name} is nested; a form is checked by a function of the module")
            if not node.name.startswith("test"):
                raise _error(path, node, f"{node.name} is not run by pytest; its name has to begin with test")


def _form_calls(function: TestFunction) -> list[ast.Call]:
    calls = [each for each in function.decorator_list if isinstance(each, ast.Call)]
    return [call for call in calls if isinstance(call.func, ast.Name) and call.func.id in DECORATORS]


def _form_of(function: TestFunction, path: Path) -> Form:
    calls = _form_calls(function)
    if len(calls) != 1:
        many = "has several forms; keep" if calls else "has no form; decorate it with"
        raise _error(path, function, f"{function.name} {many} one of: {', '.join(DECORATORS)}")
    (call,) = calls
    try:
        arguments = [_literal(argument) for argument in call.args]
        keywords = {str(keyword.arg): _literal(keyword.value) for keyword in call.keywords}
        make: Callable[..., Form] = getattr(forms, call.func.id)  # type: ignore[attr-defined]
        return make(*arguments, **keywords)
    except (TypeError, ValueError) as error:
        raise _error(path, call, str(error)) from None


def _literal(argument: ast.expr) -> Any:
    try:
        return ast.literal_eval(argument)
    except ValueError:
        raise ValueError("an argument is not a literal; the file is read without being imported") from None


def _marks_of(function: ast.FunctionDef) -> Iterator[str]:
    """The names in decorators such as @pytest.mark.smoke, with or without arguments."""
    for decorator in function.decorator_list:
        mark = decorator.func if isinstance(decorator, ast.Call) else decorator
        if isinstance(mark, ast.Attribute) and isinstance(mark.value, ast.Attribute) and mark.value.attr == "mark":
            yield mark.attr


def _subject_of(module: ast.Module, path: Path) -> str:
    found = SUBJECT.search(_docstring(module, path))
    if not found:
        raise _error(path, module, 'the docstring of the file has no line such as "Subject: callbacks."')
    return found["subject"]


def _docstring(node: ast.Module | TestFunction, path: Path) -> str:
    docstring = ast.get_docstring(node)
    if not docstring:
        raise _error(path, node, "a docstring is missing")
    return docstring


def _error(path: Path, node: ast.AST, message: str) -> CatalogueError:
    return CatalogueError(f"{path}:{getattr(node, 'lineno', 1)}: {message}")
