"""Whether code is what a pattern says: yes, no, or possibly."""

from __future__ import annotations

import ast
import operator
from typing import Any, Callable, Iterable, Iterator

from tf_conformance.scan.calls import Calls
from tf_conformance.scan.candidates import SETTINGS, Candidates
from tf_conformance.scan.certainty import NO, POSSIBLE, YES, Certainty
from tf_conformance.scan.finding import Captures, Finder, Found
from tf_conformance.scan.functions import FUNCTIONS, Function, parameters_of
from tf_conformance.scan.kinds import Kinds
from tf_conformance.scan.names import Names
from tf_conformance.scan.origins import Origins
from tf_conformance.scan.paths import match_any_path, match_dotted, match_path
from tf_conformance.scan.pattern import (
    ABSENT,
    NONE_OF,
    ONE_OF,
    Pattern,
    alternatives,
    dotted,
    dotted_names,
    is_anything,
    kind_of_metavariable,
    metavariable,
    stem_of,
    steps_of,
)
from tf_conformance.scan.signatures import SIGNATURES
from tf_conformance.scan.texts import Texts, match_text
from tf_conformance.scan.turns import Turns

Rule = Callable[[Any, ast.AST, Captures], Certainty]  # compares a part of a pattern, of one type, with code
SEQUENCES = (ast.List, ast.Tuple, ast.Set)
KIND_OF_CONSTANT = {float: "NUMBER", int: "NUMBER", str: "STRING"}
LIMITS: dict[type, Callable[[float, float], bool]] = {
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.NotEq: operator.ne,
}


class Matcher:
    """Finds patterns in one file. It compares parts of them with code; ``captures`` has what metavariables have matched so far."""

    def __init__(self, tree: ast.Module) -> None:
        self._origins = Origins.read(tree)
        self.names = Names(self._origins)
        self._texts = Texts(self._origins, self.names)
        self._kinds = Kinds(self._origins, self.names, self._texts)
        self._calls = Calls(self._origins, self.names)
        self._turns = Turns(self._origins)
        self._file = self._finder_among(ast.walk(tree))
        self._rules: dict[type, Rule] = {
            ast.Attribute: self._match_attribute,
            ast.Call: self._match_call,
            ast.ClassDef: self._match_class,
            ast.Compare: self._match_limit,
            ast.Constant: self._match_constant,
            ast.Dict: self._match_dictionary,
            ast.ImportFrom: self._match_import,
            ast.Lambda: self._match_lambda,
            ast.Subscript: self._match_subscript,
            **dict.fromkeys(FUNCTIONS, self._match_function),
            **dict.fromkeys(SEQUENCES, self._match_sequence),
        }
        # Statements and nodes that do not match, whatever metavariables have matched before.
        self._different: set[tuple[ast.AST, ast.AST]] = set()

    def find(self, pattern: Pattern) -> Iterator[Found]:
        """The places of the file where a pattern is found."""
        return self._file.find(pattern.steps)

    def _match_statement(self, part: ast.AST, node: ast.AST, captures: Captures) -> Certainty:
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
            return max(self._match_statement(each, node, captures) for each in parts)
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
            return max(match_path(name, path) for path in paths) if not node.level else NO
        if isinstance(node, ast.Attribute) or self.names.is_free(node):
            return match_path(name, self.names.path_of(node))
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
        if isinstance(part, ast.Name) and metavariable(part.id):
            return self._match_metavariable(metavariable(part.id), node, captures)
        names = dotted_names(part)
        path = self.names.path_of(node) if names else ""
        if path:
            return match_any_path(names, path)
        several = self._origins.choices(node)
        if several:
            match = self._take if self._origins.is_in_turn(node) else self._match_one_of
            return match(part, list(several), captures)
        which, others = alternatives(part)
        if which and not names:
            return self._match_alternatives(which, others, node, captures)
        written = self._match_written(part, node, captures)
        origin = self._origins.of(node)
        return written if written is YES or origin is node else self._match(part, origin, captures)

    def _match_one_of(self, part: ast.AST, nodes: Iterable[ast.AST], captures: Captures) -> Certainty:
        """Compares with one of several expressions, nobody knows which: certain if all of them say the same."""
        seen = {self._match(part, each, dict(captures)) for each in nodes}
        return seen.pop() if len(seen) == 1 else POSSIBLE

    def _match_written(self, part: ast.AST, node: ast.AST, captures: Captures) -> Certainty:
        """Compares a part of a pattern with the code itself."""
        names = dotted_names(part)
        if names:
            return match_any_path(names, self.names.path_of(node))
        return self._rules.get(type(part), self._match_fields)(part, node, captures)

    def _match_attribute(self, part: ast.Attribute, node: ast.AST, captures: Captures) -> Certainty:
        """Compares attributes; one that a class of the file defines itself is no method of Keras."""
        if not isinstance(node, ast.Attribute) or not (metavariable(part.attr) or part.attr == node.attr):
            return NO
        own = isinstance(self._origins.of(node), FUNCTIONS) and self._origins.defines(node.value, node.attr)
        return NO if own else self._match(part.value, node.value, captures)

    def _match_subscript(self, part: ast.Subscript, node: ast.AST, captures: Captures) -> Certainty:
        if not isinstance(node, ast.Subscript):
            return NO
        container = self._match(part.value, node.value, captures)
        return min(container, self._match(part.slice, node.slice, captures)) if container else NO

    def _match_fields(self, part: ast.AST, node: ast.AST, captures: Captures) -> Certainty:
        """Compares nodes of a type that has no rule of its own, such as operations, field by field."""
        if type(part) is not type(node):
            return NO
        certainty = YES
        for wanted, given in ((getattr(part, name), getattr(node, name)) for name in part._fields if name != "ctx"):
            if isinstance(wanted, ast.expr):
                certainty = min(certainty, self._match(wanted, given, captures))
            elif type(wanted) is not type(given):
                return NO
        return certainty

    def _match_metavariable(self, name: str, node: ast.AST, captures: Captures) -> Certainty:
        kind = kind_of_metavariable(name)
        found = self._kinds.kind_of(node) if kind else ""
        if found not in (kind, ""):
            return NO
        identity = self._origins.identity_of(node)
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

    def _match_constant(self, part: ast.Constant, node: ast.AST, _: Captures) -> Certainty:
        wanted = part.value
        if isinstance(wanted, str):
            text = self._texts.text_of(node)
            if text is not None:
                return match_text(wanted, text)
        origin = self._origins.of(node)
        if isinstance(origin, ast.Constant):
            same = origin.value == wanted and isinstance(origin.value, bool) == isinstance(wanted, bool)
            return YES if same else NO
        if isinstance(origin, ast.BinOp) and not isinstance(wanted, str):
            return NO  # nobody computes what can be written
        same_kind = self._kinds.kind_of(origin) == KIND_OF_CONSTANT.get(type(wanted), "?")
        return POSSIBLE if same_kind or self._unknown(origin) else NO

    def _match_limit(self, part: ast.Compare, node: ast.AST, captures: Captures) -> Certainty:
        """Compares with ``$NUMBER > 80``."""
        number = self._match(part.left, node, captures)
        limit, value = _number(part.comparators[0]), _number(self._origins.of(node))
        if not number or limit is None or value is None:
            return min(number, POSSIBLE)
        return YES if LIMITS[type(part.ops[0])](value, limit) else NO

    def _unknown(self, node: ast.AST) -> bool:
        """Whether it cannot be told what an expression gives."""
        told = (ast.Constant, ast.Lambda, ast.JoinedStr, *SEQUENCES, ast.Dict, *FUNCTIONS, ast.ClassDef)
        origin = self._origins.of(node)
        name = self.names.api_of(origin.func) if isinstance(origin, ast.Call) else ""
        made = name.startswith("tf.") and name.rpartition(".")[2][:1].isupper()  # an object of that class
        return not made and not isinstance(origin, told) and not self._kinds.kind_of(origin)

    def _match_sequence(self, part: ast.List | ast.Tuple | ast.Set, node: ast.AST, captures: Captures) -> Certainty:
        if not isinstance(node, SEQUENCES):
            return NO
        if len(part.elts) == 2 and is_anything(part.elts[0]):
            return self._match(part.elts[1], node.elts[-1], captures) if node.elts else NO
        left: list[ast.AST] = list(node.elts)
        certainty = YES
        for each in part.elts:  # takes an element of its own
            certainty = min(certainty, self._take(each, left, captures))
        return certainty

    def _take(self, part: ast.AST, nodes: list[ast.AST], captures: Captures) -> Certainty:
        """The best match among several nodes, which is then removed from them."""
        best, kept, taken = NO, captures, None
        for node in nodes:
            tried = dict(captures)
            certainty = self._match(part, node, tried)
            if certainty > best:
                best, kept, taken = certainty, tried, node
            if best is YES:
                break
        captures.update(kept)
        if taken is not None:
            nodes.remove(taken)
        return best

    def _match_dictionary(self, part: ast.Dict, node: ast.AST, captures: Captures) -> Certainty:
        if not isinstance(node, ast.Dict):
            return NO
        pairs = [(key, value) for key, value in zip(node.keys, node.values) if key is not None]  # without **more
        certainty = YES
        for key, value in zip(part.keys, part.values):
            given: list[ast.AST] = [
                each for name, each in pairs if key is not None and self._match(key, name, captures)
            ]
            certainty = min(certainty, self._take(value, given, captures))
        return certainty

    def _match_call(self, part: ast.Call, node: ast.AST, captures: Captures) -> Certainty:
        if not isinstance(node, ast.Call):
            return NO
        certainty = self._match(part.func, node.func, captures)
        if not certainty:
            return NO
        names = SIGNATURES.get(self._calls.names_of(node.func)[0], [])
        wanted: list[tuple[ast.expr, str, int | None]] = [
            (each, names[index] if index < len(names) else "", index) for index, each in enumerate(part.args)
        ]
        for keyword in part.keywords:
            name = keyword.arg or ""
            wanted.append((keyword.value, name, names.index(name) if name in names else None))
        for each, name, position in wanted:
            given = self._calls.argument(node, name, position)
            certainty = min(certainty, self._match_argument(each, given, node, captures))
        return certainty

    def _finder_among(self, nodes: Iterable[ast.AST]) -> Finder:
        """Finds statements of patterns among nodes of the file."""
        return Finder(Candidates(nodes, self._calls.names_of, self._turns.turn_of), self._match_statement)

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
        if self._calls.hides(call):
            return POSSIBLE
        return YES if _allows_absence(part) else NO

    def _match_class(self, part: ast.ClassDef, node: ast.AST, captures: Captures) -> Certainty:
        if not isinstance(node, ast.ClassDef):
            return NO
        found = self.names.bases_of(node)
        bases = all(any(match_path(dotted(base), name) for name in found) for base in part.bases)
        same = metavariable(part.name) or part.name == node.name
        return self._match_body(part.body, node, captures) if bases and same else NO

    def _match_function(self, part: ast.AST, node: ast.AST, captures: Captures) -> Certainty:
        if not isinstance(part, FUNCTIONS) or not isinstance(node, FUNCTIONS):
            return NO
        same = metavariable(part.name) or part.name == node.name
        if not same or not _match_parameters(part, node):
            return NO
        pairs = zip(parameters_of(part), parameters_of(node))
        named = {metavariable(wanted.arg): self._origins.identity_of(given) for wanted, given in pairs}
        return self._match_body(part.body, node, {**captures, **named})

    def _match_lambda(self, part: ast.Lambda, node: ast.AST, _: Captures) -> Certainty:
        """A lambda, or a function of the file, with these parameters; what it does is not compared."""
        function = self._origins.of(node)
        if not isinstance(function, (ast.Lambda, *FUNCTIONS)):
            return NO
        return YES if _match_parameters(part, function) else NO

    def _match_import(self, part: ast.ImportFrom, node: ast.AST, _: Captures) -> Certainty:
        if not isinstance(node, ast.ImportFrom) or node.level or not match_dotted(part.module or "", node.module or ""):
            return NO
        names = [alias.name for alias in node.names]
        wanted = [alias.name for alias in part.names]
        return YES if all(any(metavariable(each) or each == name for name in names) for each in wanted) else NO

    def _match_body(self, body: list[ast.stmt], node: ast.AST, captures: Captures) -> Certainty:
        within = self._finder_among(child for statement in getattr(node, "body", []) for child in ast.walk(statement))
        return max((found.certainty for found in within.find(steps_of(body), captures)), default=NO)


def _number(node: ast.AST) -> float | None:
    """The number that is written there, with its sign; None for anything else."""
    sign = -1 if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub) else 1
    value = getattr(getattr(node, "operand", node), "value", None)
    return sign * value if isinstance(value, (int, float)) else None


def _match_parameters(part: Function, node: Function) -> bool:
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
