"""Whether code is what a pattern says: yes, no, or possibly."""

from __future__ import annotations

import ast
import operator
from typing import Callable, Dict, Iterable, Iterator, Sequence

from tf_conformance.scan.api import canonical
from tf_conformance.scan.certainty import NO, POSSIBLE, YES, Certainty, match_text
from tf_conformance.scan.kinds import Kinds
from tf_conformance.scan.names import Names
from tf_conformance.scan.pattern import (
    ABSENT,
    NONE_OF,
    ONE_OF,
    Role,
    Step,
    alternatives,
    dotted,
    is_anything,
    kind_of_metavariable,
    metavariable,
    stem_of,
    steps_of,
)
from tf_conformance.scan.places import SETTINGS, Places
from tf_conformance.scan.scopes import FUNCTIONS, parameters_of
from tf_conformance.scan.signatures import SIGNATURES
from tf_conformance.scan.texts import Texts

Captures = Dict[str, object]
SEQUENCES = (ast.List, ast.Tuple, ast.Set)
LIMITS: dict[type, Callable[[float, float], bool]] = {
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.NotEq: operator.ne,
}


class Found:
    """A match: how sure it is, and the node of each statement of the pattern that has to be there."""

    def __init__(self, certainty: Certainty, nodes: tuple[ast.AST, ...]) -> None:
        self.certainty = certainty
        self.nodes = nodes


class Matcher:
    """Compares parts of a pattern with code of one file; ``captures`` has what metavariables have matched so far."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._texts = Texts(names)
        self._kinds = Kinds(names, self._texts)
        self._different: set[tuple[ast.AST, ast.AST]] = set()  # whatever metavariables have matched before

    def match_statement(self, part: ast.AST, node: ast.AST, captures: Captures) -> Certainty:
        """Compares one statement of a pattern with a node of the file as it stands there."""
        if (part, node) in self._different:
            return NO
        certainty = self._match_standing(part, node, captures)
        if not certainty and (not captures or not self._match_standing(part, node, {})):
            self._different.add((part, node))
        return certainty

    def _match_standing(self, part: ast.AST, node: ast.AST, captures: Captures) -> Certainty:
        which, parts = alternatives(part)
        if which == ONE_OF:
            return max(self.match_statement(each, node, captures) for each in parts)
        if isinstance(part, ast.Assign):
            return self._match_setting(part, node, captures)
        if isinstance(node, (ast.Attribute, ast.Subscript)) and not isinstance(node.ctx, ast.Load):
            return NO
        if dotted(part):
            return self._match_mention(dotted(part), node)
        return self._match_written(part, node, captures)

    def _match_mention(self, name: str, node: ast.AST) -> Certainty:
        """Where a file writes a name out, or imports it; not each use of what it has imported or assigned."""
        if isinstance(node, ast.ImportFrom):
            paths = [f"{node.module}.{alias.name}" for alias in node.names]
            return max(_match_name(name, path) for path in paths) if not node.level else NO
        if isinstance(node, ast.Attribute) or self._names.is_free(node):
            return _match_name(name, self._names.path_of(node))
        return NO

    def _match_setting(self, part: ast.Assign, node: ast.AST, captures: Captures) -> Certainty:
        if not isinstance(node, SETTINGS) or node.value is None:
            return NO
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        value = self._match(part.value, node.value, captures)
        if not isinstance(part.targets[0], ast.Name):
            return min(value, max(self._match_written(part.targets[0], target, captures) for target in targets))
        named = any(isinstance(target, ast.Name) for target in targets)
        return min(value, self._match(part.targets[0], node.value, captures)) if named else NO

    def _match(self, part: ast.AST, node: ast.AST, captures: Captures) -> Certainty:
        """Compares a part of a pattern with an expression or what it stands for."""
        if is_anything(part):
            return YES
        which, others = alternatives(part)
        if which:
            return self._match_alternatives(which, others, node, captures)
        if isinstance(part, ast.Name) and metavariable(part.id):
            return self._match_metavariable(metavariable(part.id), node, captures)
        if isinstance(part, ast.Constant):
            return self._match_constant(part.value, node)
        if isinstance(part, ast.Compare):
            return self._match_limit(part, node, captures)
        written = self._match_written(part, node, captures)
        origin = self._names.origin_of(node)
        return written if written is YES or origin is node else self._match(part, origin, captures)

    def _match_written(self, part: ast.AST, node: ast.AST, captures: Captures) -> Certainty:
        """Compares a part of a pattern with the code itself."""
        name = dotted(part)
        if name:
            return _match_name(name, self._names.path_of(node))
        if isinstance(part, ast.ClassDef):
            return self._match_class(part, node, captures)
        if isinstance(part, FUNCTIONS):
            return self._match_function(part, node, captures)
        if isinstance(part, ast.Lambda):
            return self._match_lambda(part, node)
        if isinstance(part, ast.ImportFrom):
            return self._match_import(part, node)
        if isinstance(part, SEQUENCES):
            return self._match_sequence(part.elts, node, captures)
        if isinstance(part, ast.Dict):
            return self._match_dictionary(part, node, captures)
        if type(part) is not type(node):
            return NO
        if isinstance(part, ast.Call) and isinstance(node, ast.Call):
            return self._match_call(part, node, captures)
        if isinstance(part, ast.Attribute) and isinstance(node, ast.Attribute):
            same = metavariable(part.attr) or part.attr == node.attr
            return self._match_owner(part, node, captures) if same else NO
        if isinstance(part, ast.Subscript) and isinstance(node, ast.Subscript):
            container = self._match_named(part.value, node.value, captures)
            return min(container, self._match(part.slice, node.slice, captures)) if container else NO
        return self._match_fields(part, node, captures)

    def _match_owner(self, part: ast.Attribute, node: ast.Attribute, captures: Captures) -> Certainty:
        """Compares what an attribute is of; one that a class of the file defines itself is no method of Keras."""
        own = isinstance(self._names.origin_of(node), FUNCTIONS) and self._names.defines(node.value, node.attr)
        return NO if own else self._match(part.value, node.value, captures)

    def _match_fields(self, part: ast.AST, node: ast.AST, captures: Captures) -> Certainty:
        """Compares nodes of one type that have no rule of their own, field by field."""
        certainty = YES
        for field in part._fields:
            wanted, given = getattr(part, field), getattr(node, field, None)
            if isinstance(wanted, ast.expr_context):
                continue
            if isinstance(wanted, ast.AST) and isinstance(given, ast.AST):
                certainty = min(certainty, self._match(wanted, given, captures))
            elif isinstance(wanted, list) and isinstance(given, list):
                certainty = min(certainty, self._match_each(wanted, given, captures))
            elif wanted != given:
                return NO
        return certainty

    def _match_each(self, parts: Sequence[ast.AST], nodes: Sequence[ast.AST], captures: Captures) -> Certainty:
        if len(parts) != len(nodes):
            return NO
        return min((self._match(part, node, captures) for part, node in zip(parts, nodes)), default=YES)

    def _match_metavariable(self, name: str, node: ast.AST, captures: Captures) -> Certainty:
        kind = kind_of_metavariable(name)
        found = self._kinds.kind_of(node) if kind else ""
        if found not in (kind, ""):
            return NO
        identity = self._names.identity_of(node)
        others = [object_ for other, object_ in captures.items() if other != name and stem_of(other) == stem_of(name)]
        if captures.setdefault(name, identity) != identity or identity in others:
            return NO
        return YES if found == kind else POSSIBLE

    def _match_alternatives(
        self, which: str, parts: Iterable[ast.expr], node: ast.AST, captures: Captures
    ) -> Certainty:
        best = max((self._match(part, node, captures) for part in parts if not _is_absent(part)), default=NO)
        if which == ONE_OF:
            return best
        return Certainty(YES - max(best, POSSIBLE if self._may_be(parts, node) else NO))

    def _may_be(self, parts: Iterable[ast.expr], node: ast.AST) -> bool:
        """Whether a value that cannot be told may be one that a pattern writes out: a list, a call, a function."""
        return self._unknown(node) and any(
            isinstance(part, (ast.Call, ast.Lambda, ast.Dict, *SEQUENCES)) for part in parts
        )

    def _match_constant(self, wanted: object, node: ast.AST) -> Certainty:
        if isinstance(wanted, str):
            text = self._texts.text_of(node)
            if text is not None:
                return match_text(wanted, text)
        origin = self._names.origin_of(node)
        if isinstance(origin, ast.Constant):
            same = origin.value == wanted and isinstance(origin.value, bool) == isinstance(wanted, bool)
            return YES if same else NO
        return POSSIBLE if self._unknown(origin) else NO

    def _match_limit(self, part: ast.Compare, node: ast.AST, captures: Captures) -> Certainty:
        """Compares with ``$NUMBER > 80``."""
        number = self._match(part.left, node, captures)
        limit, value = _number(part.comparators[0]), _number(self._names.origin_of(node))
        if not number or limit is None or value is None:
            return min(number, POSSIBLE)
        return YES if LIMITS[type(part.ops[0])](value, limit) else NO

    def _unknown(self, node: ast.AST) -> bool:
        """Whether it cannot be told what an expression gives."""
        told = (ast.Constant, ast.Lambda, ast.JoinedStr, *SEQUENCES, ast.Dict, *FUNCTIONS, ast.ClassDef)
        origin = self._names.origin_of(node)
        made = isinstance(origin, ast.Call) and self._names.api_of(origin.func).startswith("tf.")
        return not made and not isinstance(origin, told) and not self._kinds.kind_of(origin)

    def _match_sequence(self, parts: list[ast.expr], node: ast.AST, captures: Captures) -> Certainty:
        if not isinstance(node, SEQUENCES):
            return NO
        if len(parts) == 2 and is_anything(parts[0]):
            return self._match(parts[1], node.elts[-1], captures) if node.elts else NO
        return min((self._match_any(part, node.elts, captures) for part in parts), default=YES)

    def _match_any(self, part: ast.AST, nodes: Iterable[ast.AST], captures: Captures) -> Certainty:
        """The best match among several nodes."""
        best, kept = NO, captures
        for node in nodes:
            tried = dict(captures)
            certainty = self._match(part, node, tried)
            if certainty > best:
                best, kept = certainty, tried
            if best is YES:
                break
        captures.update(kept)
        return best

    def _match_dictionary(self, part: ast.Dict, node: ast.AST, captures: Captures) -> Certainty:
        if not isinstance(node, ast.Dict):
            return NO
        certainty = YES
        for key, value in zip(part.keys, part.values):
            given = [each for name, each in zip(node.keys, node.values) if self._match_key(key, name, captures)]
            certainty = min(certainty, self._match_any(value, given, captures))
        return certainty

    def _match_key(self, part: ast.expr | None, key: ast.expr | None, captures: Captures) -> Certainty:
        """Compares keys of dictionaries; that of ``**more`` is None."""
        return self._match(part, key, captures) if part is not None and key is not None else NO

    def _match_call(self, part: ast.Call, node: ast.Call, captures: Captures) -> Certainty:
        certainty = self._match_named(part.func, node.func, captures)
        if not certainty:
            return NO
        names = SIGNATURES.get(self._name_of_function(node.func), [])
        for index, wanted in enumerate(part.args):
            name = names[index] if index < len(names) else ""
            certainty = min(certainty, self._match_argument(wanted, self._argument(node, name, index), node, captures))
        for keyword in part.keywords:
            if keyword.arg is not None:
                position = names.index(keyword.arg) if keyword.arg in names else None
                found = self._argument(node, keyword.arg, position)
                certainty = min(certainty, self._match_argument(keyword.value, found, node, captures))
        return certainty

    def places(self, nodes: Iterable[ast.AST]) -> Places:
        """Nodes of the file, in which statements are to be found."""
        return Places(nodes, self._name_of_function)

    def _name_of_function(self, node: ast.AST) -> str:
        """The last part of the name of what is called, under which signatures are listed."""
        path = self._names.path_of(node)
        origin = self._names.origin_of(node)
        return path.rpartition(".")[2] or getattr(origin, "attr", "")

    def _match_named(self, part: ast.AST, node: ast.AST, captures: Captures) -> Certainty:
        """Compares what is called or indexed: ``x.fit`` may be a method of an unknown x, but an unknown f is no ``x.fit``."""
        which, parts = alternatives(part)
        if which:
            best = max(self._match_named(each, node, captures) for each in parts)
            return best if which == ONE_OF else Certainty(YES - best)
        if not isinstance(part, (ast.Attribute, ast.Call)) or dotted(part):
            return self._match(part, node, captures)
        return self._match_written(part, self._names.origin_of(node), captures)

    def _match_argument(
        self, part: ast.expr, argument: ast.expr | None, call: ast.Call, captures: Captures
    ) -> Certainty:
        """Compares what a call passes as an argument, None if it does not, as far as ``*``, ``**`` and ``...`` let see."""
        if is_anything(part):
            return YES
        if argument is not None and is_anything(argument):
            return POSSIBLE
        if argument is not None:
            return NO if _is_absent(part) else self._match(part, argument, captures)
        hidden = any(isinstance(each, ast.Starred) or is_anything(each) for each in call.args)
        if hidden or any(keyword.arg is None for keyword in self._keywords(call)):
            return POSSIBLE
        return YES if _allows_absence(part) else NO

    def _argument(self, call: ast.Call, name: str, position: int | None) -> ast.expr | None:
        """What a call passes as an argument, by name or by position; None if it does not."""
        for keyword in self._keywords(call):
            if keyword.arg and (keyword.arg == name or metavariable(name)):
                return keyword.value
        starred = any(isinstance(argument, ast.Starred) for argument in call.args[: (position or 0) + 1])
        return call.args[position] if position is not None and position < len(call.args) and not starred else None

    def _keywords(self, call: ast.Call) -> list[ast.keyword]:
        """The keywords of a call, with those of ``**options`` if the file writes out what that is, and of ``partial``."""
        made = self._names.partial_of(call.func)
        found = []
        for keyword in [*call.keywords, *(made.keywords if made is not None else [])]:
            options = self._names.origin_of(keyword.value) if keyword.arg is None else None
            if isinstance(options, ast.Dict) and all(isinstance(key, ast.Constant) for key in options.keys):
                found += [ast.keyword(str(key.value), value) for key, value in zip(options.keys, options.values)]
            elif isinstance(options, ast.Call) and self._names.api_of(options.func) == "dict" and not options.args:
                found += options.keywords
            else:
                found.append(keyword)
        return found

    def _match_class(self, part: ast.ClassDef, node: ast.AST, captures: Captures) -> Certainty:
        if not isinstance(node, ast.ClassDef):
            return NO
        found = self._names.bases_of(node)
        bases = all(any(_match_name(dotted(base), name) for name in found) for base in part.bases)
        same = metavariable(part.name) or part.name == node.name
        return self._match_body(part.body, node, captures) if bases and same else NO

    def _match_function(self, part: ast.AST, node: ast.AST, captures: Captures) -> Certainty:
        if not isinstance(part, FUNCTIONS) or not isinstance(node, FUNCTIONS):
            return NO
        same = metavariable(part.name) or part.name == node.name
        if not same or not _match_parameters(part, node):
            return NO
        pairs = zip(parameters_of(part), parameters_of(node))
        named = {metavariable(wanted.arg): self._names.identity_of(given) for wanted, given in pairs}
        return self._match_body(part.body, node, {**captures, **named})

    def _match_lambda(self, part: ast.Lambda, node: ast.AST) -> Certainty:
        """A lambda, or a function of the file, with these parameters; what it does is not compared."""
        function = self._names.origin_of(node)
        if not isinstance(function, (ast.Lambda, *FUNCTIONS)):
            return NO
        return YES if _match_parameters(part, function) else NO

    def _match_import(self, part: ast.ImportFrom, node: ast.AST) -> Certainty:
        if not isinstance(node, ast.ImportFrom) or node.level or not _match_parts(part.module or "", node.module or ""):
            return NO
        names = [alias.name for alias in node.names]
        wanted = [alias.name for alias in part.names]
        return YES if all(any(metavariable(each) or each == name for name in names) for each in wanted) else NO

    def _match_body(self, body: list[ast.stmt], node: ast.AST, captures: Captures) -> Certainty:
        within = self.places(child for statement in getattr(node, "body", []) for child in ast.walk(statement))
        return max((found.certainty for found in self.find(steps_of(body), within, captures)), default=NO)

    def find(self, steps: Sequence[Step], places: Places, captures: Captures | None = None) -> Iterator[Found]:
        """Where statements follow each other: the best match for each place of the last one that has to be there."""
        last = max((index for index, step in enumerate(steps) if step.role is Role.FOUND), default=None)
        if last is None:
            yield Found(self._around(steps, places, None, None, captures or {}), ())
            return
        for node in places.between(steps[last].node):
            tried = dict(captures or {})
            matched = self.match_statement(steps[last].node, node, tried)
            if matched:
                matched = min(matched, self._around(steps[last + 1 :], places, node, None, tried))
                found = self._lead_to(node, steps[:last], places, tried, matched)
                if found.certainty:
                    yield found

    def _lead_to(
        self, node: ast.AST, steps: Sequence[Step], places: Places, captures: Captures, certainty: Certainty
    ) -> Found:
        """The best match of the statements before a node, the nearest ones first."""
        present = [index for index, step in enumerate(steps) if step.role is Role.FOUND]
        if not present:
            return Found(min(certainty, self._around(steps, places, None, node, captures)), (node,))
        earlier, between = steps[: present[-1]], steps[present[-1] + 1 :]
        best = Found(NO, ())
        for candidate in reversed(places.between(steps[present[-1]].node, None, node)):
            tried = dict(captures)
            matched = min(certainty, self.match_statement(steps[present[-1]].node, candidate, tried))
            if matched > best.certainty:
                matched = min(matched, self._around(between, places, candidate, node, tried))
                found = self._lead_to(candidate, earlier, places, tried, matched)
                if found.certainty > best.certainty:
                    best = Found(found.certainty, (*found.nodes, node))
        return best

    def _around(
        self, steps: Sequence[Step], places: Places, first: ast.AST | None, last: ast.AST | None, captures: Captures
    ) -> Certainty:
        """How sure it is that what must not, or has to, be anywhere between two nodes is as these statements say."""
        certainty = YES
        for step in steps:
            best = self._best(step.node, places.between(step.node, first, last), captures)
            certainty = min(certainty, best if step.role is Role.PRESENT else Certainty(YES - best))
        return certainty

    def _best(self, part: ast.AST, nodes: Iterable[ast.AST], captures: Captures) -> Certainty:
        best = NO
        for node in nodes:
            best = max(best, self.match_statement(part, node, dict(captures)))
            if best is YES:
                break
        return best


def _number(node: ast.AST) -> float | None:
    """The number that is written there, with its sign; None for anything else."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        number = _number(node.operand)
        return None if number is None else -number
    value = getattr(node, "value", None)
    return value if isinstance(value, (int, float)) else None


def _match_name(wanted: str, path: str) -> Certainty:
    """Compares a name with the path by which a file came by something."""
    as_imported = wanted.startswith(("tensorflow.", "keras."))
    if as_imported or not path:
        return YES if path and _match_parts(wanted, path) else NO
    return YES if _match_parts(canonical(wanted), canonical(path)) else NO


def _match_parts(wanted: str, name: str) -> bool:
    parts, given = wanted.split("."), name.split(".")
    return len(parts) == len(given) and all(metavariable(part) or part == each for part, each in zip(parts, given))


def _match_parameters(part: ast.AST, node: ast.AST) -> bool:
    """Whether a function has the parameters of the pattern's first."""
    wanted, given = ([parameter.arg for parameter in parameters_of(each)] for each in (part, node))
    return len(wanted) <= len(given) and all(metavariable(name) or name == each for name, each in zip(wanted, given))


def _is_absent(part: ast.AST) -> bool:
    return isinstance(part, ast.Name) and metavariable(part.id) == ABSENT


def _allows_absence(part: ast.AST) -> bool:
    """Whether a part of a pattern matches an argument that is not given."""
    which, parts = alternatives(part)
    named = any(map(_is_absent, parts))
    return _is_absent(part) or which == ONE_OF and named or which == NONE_OF and not named
