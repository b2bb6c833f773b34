"""Where the statements of a pattern follow each other."""

from __future__ import annotations

import ast
from typing import Callable, Dict, Iterable, Iterator, NamedTuple, Sequence

from tf_conformance.scan.candidates import Candidates
from tf_conformance.scan.certainty import NO, YES, Certainty
from tf_conformance.scan.pattern import Role, Step

Captures = Dict[str, object]
Match = Callable[[ast.AST, ast.AST, Captures], Certainty]


class Found(NamedTuple):
    """A match: how sure it is, and the node of each statement of the pattern that has to be there."""

    certainty: Certainty
    nodes: tuple[ast.AST, ...]


class Finder:
    """Finds statements of patterns among nodes.

    ``match`` compares a statement with one of them, and remembers in captures what metavariables match.
    """

    def __init__(self, candidates: Candidates, match: Match) -> None:
        self._candidates = candidates
        self._match = match

    def find(self, steps: Sequence[Step], captures: Captures | None = None) -> Iterator[Found]:
        """Where statements follow each other: the best match for each place of the last one that has to be there."""
        last = max((index for index, step in enumerate(steps) if step.role is Role.FOUND), default=None)
        if last is None:
            yield Found(self._around(steps, None, None, captures or {}), ())
            return
        matches = list(self._matches(steps[last].node, captures or {}))
        absent = [step for step in steps[last + 1 :] if step.role is Role.ABSENT]
        present = [step for step in steps[last + 1 :] if step.role is Role.PRESENT]
        for (node, tried, certainty), (following, *_) in zip(matches, [*matches[1:], (None, {}, NO)]):
            certainty = min(certainty, self._around(absent, node, None, tried))
            certainty = min(certainty, self._around(present, node, following, tried))
            found = self._lead_to(node, steps[:last], tried, certainty)
            if found.certainty:
                yield found

    def _matches(self, part: ast.AST, captures: Captures) -> Iterator[tuple[ast.AST, Captures, Certainty]]:
        for node in self._candidates.between(part):
            tried = dict(captures)
            certainty = self._match(part, node, tried)
            if certainty:
                yield node, tried, certainty

    def _lead_to(self, node: ast.AST, steps: Sequence[Step], captures: Captures, certainty: Certainty) -> Found:
        """The best match of the statements before a node, the nearest ones first."""
        present = [index for index, step in enumerate(steps) if step.role is Role.FOUND]
        if not present:
            return Found(min(certainty, self._around(steps, None, node, captures)), (node,))
        earlier, between = steps[: present[-1]], steps[present[-1] + 1 :]
        best = Found(NO, ())
        for candidate in reversed(self._candidates.between(steps[present[-1]].node, None, node)):
            tried = dict(captures)
            matched = min(certainty, self._match(steps[present[-1]].node, candidate, tried))
            if matched > best.certainty:
                matched = min(matched, self._around(between, candidate, node, tried))
                found = self._lead_to(candidate, earlier, tried, matched)
                if found.certainty > best.certainty:
                    best = Found(found.certainty, (*found.nodes, node))
        return best

    def _around(
        self, steps: Sequence[Step], first: ast.AST | None, last: ast.AST | None, captures: Captures
    ) -> Certainty:
        """How sure it is that what must not, or has to, be anywhere between two nodes is as these statements say."""
        certainty = YES
        for step in steps:
            best = self._best(step.node, self._candidates.between(step.node, first, last), captures)
            certainty = min(certainty, best if step.role is Role.PRESENT else Certainty(YES - best))
        return certainty

    def _best(self, part: ast.AST, nodes: Iterable[ast.AST], captures: Captures) -> Certainty:
        best = NO
        for node in nodes:
            best = max(best, self._match(part, node, dict(captures)))
            if best is YES:
                break
        return best
