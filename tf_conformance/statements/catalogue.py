"""The catalogue: every statement with its forms, read from the text of the spec files.

Nothing is imported, so the catalogue is there without TensorFlow, under ``python -OO``, and in the process that
only steers the workers of a parallel run.
"""

from __future__ import annotations

import ast
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Callable, Iterable, Iterator, Mapping

from packaging.version import Version

from tf_conformance.statements import form as forms
from tf_conformance.statements.form import Form

FORM_NAMES = ("holds", "changed", "misstated", "defect")


class CatalogueError(Exception):
    """A spec file whose statements cannot be read; the message names file and line."""


@dataclass(frozen=True)
class Check:
    """One function of a spec file: the form that it checks, and where it stands."""

    form: Form
    says: str
    place: str
    path: str
    function: str
    line: int


@dataclass(frozen=True)
class Statement:
    """One thing that the notes say, with every check of every form that it has had."""

    id: str
    checks: tuple[Check, ...]

    @property
    def place(self) -> str:
        """The week and the section of the notes."""
        return self.checks[0].place

    @property
    def forms(self) -> list[Form]:
        """The forms, in the order of the spec file."""
        return list(dict.fromkeys(check.form for check in self.checks))

    def forms_on(self, versions: Mapping[str, Version]) -> list[Form]:
        """The forms whose era covers these versions; exactly one, unless the spec has a gap or an overlap."""
        return [form for form in self.forms if form.era.covers(versions)]

    def says(self, form: Form) -> str:
        """The statement in this form, in one sentence."""
        return next(check.says for check in self.checks if check.form == form)


class Catalogue:
    """The statements of a folder of spec files, in the order of the notes; ``digest`` is that of the files."""

    def __init__(self, checks: list[Check], digest: str) -> None:
        self.digest = digest
        self._checks = {(check.path, check.function): check for check in checks}
        by_id: dict[str, list[Check]] = {}
        for check in checks:
            by_id.setdefault(check.form.statement, []).append(check)
        self._statements = {id_: Statement(id_, tuple(group)) for id_, group in by_id.items()}

    @classmethod
    def read(cls, folder: Path, root: Path) -> Catalogue:
        """Reads every ``test_*.py`` below ``folder``; paths are kept relative to ``root``, as pytest's node ids are."""
        checks = [check for path in sorted(folder.rglob("test_*.py")) for check in _checks_of(path, root)]
        return cls(checks, digest_of(folder))

    def __iter__(self) -> Iterator[Statement]:
        return iter(self._statements.values())

    def __len__(self) -> int:
        return len(self._statements)

    def __getitem__(self, id_: str) -> Statement:
        return self._statements[id_]

    def check_of(self, nodeid: str) -> Check | None:
        """The check that a pytest node id belongs to; None for a node that is no case of the specification."""
        path, _, rest = nodeid.partition("::")
        return self._checks.get((path, rest.partition("[")[0]))

    def checks(self) -> Iterable[Check]:
        """Every check of every statement."""
        return self._checks.values()

    def checks_in(self, path: str) -> list[Check]:
        """The checks of one spec file, by its path as it stands in node ids."""
        return [check for check in self._checks.values() if check.path == path]


def digest_of(folder: Path) -> str:
    """Tells one specification from another: the SHA-256 of its Python files, with their paths, as 64 hexadecimal digits."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*.py"), key=lambda path: path.relative_to(folder).as_posix()):
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0")
        digest.update(path.read_text(encoding="utf-8").encode() + b"\0")
    return digest.hexdigest()


def _checks_of(path: Path, root: Path) -> Iterator[Check]:
    module = ast.parse(path.read_text(encoding="utf-8"), str(path))
    place = _first_line(module, path).rstrip(".")
    for node in module.body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test"):
            yield Check(
                form=_form_of(node, path),
                says=_first_line(node, path),
                place=place,
                path=path.relative_to(root).as_posix(),
                function=node.name,
                line=node.lineno,
            )


def _form_of(function: ast.FunctionDef, path: Path) -> Form:
    for call in function.decorator_list:
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in FORM_NAMES:
            try:
                arguments = [ast.literal_eval(argument) for argument in call.args]
                keywords = {str(keyword.arg): ast.literal_eval(keyword.value) for keyword in call.keywords}
                make: Callable[..., Form] = getattr(forms, call.func.id)
                return make(*arguments, **keywords)
            except (TypeError, ValueError) as error:
                raise CatalogueError("%s:%d: %s" % (path, call.lineno, error)) from None
    raise CatalogueError(
        "%s:%d: %s names no form; decorate it with one of: %s"
        % (path, function.lineno, function.name, ", ".join(FORM_NAMES))
    )


def _first_line(node: ast.Module | ast.FunctionDef, path: Path) -> str:
    docstring = ast.get_docstring(node)
    if not docstring:
        raise CatalogueError("%s:%d: a docstring is missing" % (path, getattr(node, "lineno", 1)))
    return docstring.splitlines()[0]
