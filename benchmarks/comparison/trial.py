"""Whether the comparison can be trusted on this machine: it is asked many times what is known already.

One install is compared with itself, by turns as it is and with work of a known size added to B's steps. The interval must
contain 1 in the first case, and the verdict must be *slower* in the second.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Callable

from benchmarks.comparison.session import Answer, Question, compare


@dataclass
class Trial:
    """The comparisons so far: of the install with itself, and with itself under the burden."""

    same: list[Answer] = field(default_factory=list)
    burdened: list[Answer] = field(default_factory=list)

    @property
    def kept(self) -> int:
        """Comparisons of the install with itself of which the interval contains 1."""
        return sum(_verdict(answer) == "no difference seen" for answer in self.same)

    @property
    def found(self) -> int:
        """Comparisons under the burden that called B slower."""
        return sum(_verdict(answer) == "slower" for answer in self.burdened)

    @property
    def half_widths(self) -> list[float]:
        """Half the width of each interval, as a part of the ratio."""
        return [answer.estimate.half_width for answer in self.same + self.burdened if answer.estimate]

    @property
    def seconds(self) -> list[float]:
        """What each comparison took."""
        return [answer.seconds for answer in self.same + self.burdened]

    def as_json(self) -> dict[str, Any]:
        """The trial as JSON data."""
        return {name: [answer.as_json() for answer in answers] for name, answers in vars(self).items()}


def run_trial(question: Question, runs: int, progress: Callable[[Trial, Answer], None]) -> Trial:
    """Compares ``runs`` times with and without the question's burden, by turns; Ctrl-C ends it with what there is."""
    trial = Trial()
    for _ in range(runs):
        for burden, answers in ((0.0, trial.same), (question.burden, trial.burdened)):
            answer = compare(replace(question, burden=burden), lambda answer: None)
            if answer.end == "interrupted":
                return trial
            answers.append(answer)
            progress(trial, answer)
    return trial


def _verdict(answer: Answer) -> str:
    return answer.estimate.verdict if answer.estimate else "too few pairs"
