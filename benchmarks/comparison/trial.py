"""Whether comparisons on this machine can be trusted: many comparisons whose answers are known beforehand.

One install is compared with itself, alternately as it is and with work of a known size added to B's steps. The interval
must contain 1 in the first case, and the verdict must be *slower* in the second.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Callable

from benchmarks.comparison.session import Answer, Question, compare


@dataclass
class Trial:
    """The comparisons so far: of the install with itself as it is, and under the burden."""

    same: list[Answer] = field(default_factory=list)
    burdened: list[Answer] = field(default_factory=list)

    @property
    def kept(self) -> int:
        """How many comparisons without the burden have an interval that contains 1."""
        return _count(self.same, "no difference seen")

    @property
    def found(self) -> int:
        """How many comparisons under the burden called B slower."""
        return _count(self.burdened, "slower")

    @property
    def half_widths(self) -> list[float]:
        """Half the width of each interval, relative to the ratio."""
        return [answer.estimate.half_width for answer in self.same + self.burdened if answer.estimate]

    @property
    def seconds(self) -> list[float]:
        """How long each comparison took."""
        return [answer.seconds for answer in self.same + self.burdened]

    def as_json(self) -> dict[str, Any]:
        """The trial as JSON data."""
        return {name: [answer.as_json() for answer in answers] for name, answers in vars(self).items()}


def _count(answers: list[Answer], verdict: str) -> int:
    return sum(answer.estimate is not None and answer.estimate.verdict == verdict for answer in answers)


def run_trial(question: Question, runs: int, progress: Callable[[Trial, Answer], None]) -> Trial:
    """Compares ``runs`` times without and with the question's burden, alternately; after Ctrl-C, returns what it has."""
    trial = Trial()
    for _ in range(runs):
        for burden, answers in ((0.0, trial.same), (question.burden, trial.burdened)):
            answer = compare(replace(question, burden=burden), lambda answer: None)
            if answer.end == "interrupted":
                return trial
            answers.append(answer)
            progress(trial, answer)
    return trial
