"""A comparison, from its first pair of processes to its end."""

from __future__ import annotations

from dataclasses import dataclass, field
from statistics import median
from time import monotonic
from typing import Any, Callable

from benchmarks.comparison.estimate import LOOKS, Estimate, estimate, ratio_of_pair
from benchmarks.comparison.pair import Pair, time_pair
from benchmarks.worker_process import Assignment
from benchmarks.workload import Workload


@dataclass(frozen=True)
class Question:
    """What is compared: the same training by two interpreters, or on two devices. All times are in seconds.

    Where a value is None, each install chooses for itself.
    """

    pythons: tuple[str, str]
    workload: Workload
    mode: str = "function"
    precision: str | None = None
    devices: tuple[str | None, str | None] = (None, None)
    logical_cpus: int = 0
    cores: int | None = None
    environments: tuple[dict[str, str], dict[str, str]] = ({}, {})
    burden: float = 0.0
    half_width: float = 0.015
    time_limit: float = 170.0
    seconds_per_pair: float = 1.5

    def sides(self) -> list[Assignment]:
        """What A and B run. Only B bears the burden."""
        task = {
            **self.workload._asdict(),
            "precision": self.precision,
            "mode": self.mode,
            "cores": self.cores,
            "logical_cpus": self.logical_cpus,
        }
        tasks = ({**task, "device": device, "burden": 0.0} for device in self.devices)
        a, b = (Assignment(*side) for side in zip("AB", self.pythons, self.environments, tasks))
        return [a, b._replace(task={**b.task, "burden": self.burden})]


@dataclass
class Answer:
    """What is known so far: how A and B described themselves, the ratio of each pair, and the step times of A and of B."""

    question: Question
    descriptions: list[dict[str, Any]] = field(default_factory=list)
    ratios: list[float] = field(default_factory=list)
    step_seconds: tuple[list[float], list[float]] = field(default_factory=lambda: ([], []))
    seconds: float = 0.0
    end: str = ""

    @property
    def estimate(self) -> Estimate | None:
        """The ratio with its interval; None if there are still too few pairs."""
        return estimate(self.ratios)

    @property
    def same_losses(self) -> bool:
        """Whether A and B trained alike; if they did not, they did different work."""
        a, b = self.descriptions
        # Of two precisions, the coarser one says what can be expected.
        workloads = (self.question.workload._replace(precision=side["precision"]) for side in self.descriptions)
        return max(workloads, key=lambda workload: workload.loss_tolerance).same_losses(a["losses"], b["losses"])

    @property
    def compared_losses(self) -> bool:
        """Whether the losses are meaningful; those of a network that draws random numbers are not."""
        return all(side["losses"] for side in self.descriptions)

    def slower_by(self, share: float) -> bool | None:
        """Whether B is slower by more than this share of A's time; None if the interval leaves it open, or the losses differ."""
        known = self.estimate
        if not known or not self.same_losses or known.low <= 1 + share < known.high:
            return None
        return known.low > 1 + share

    def as_json(self) -> dict[str, Any]:
        """The comparison as JSON data. All times are in seconds."""
        known, question = self.estimate, self.question
        return {
            "workload": {**question.workload.as_json(), "precision": question.precision},
            "mode": question.mode,
            "burden_of_b": question.burden,
            "sides": self.descriptions,
            "same_losses": self.same_losses,
            "step_seconds": list(self.step_seconds),
            "ratios": self.ratios,
            "estimate": known.as_json() if known else None,
            "seconds": self.seconds,
            "end": self.end,
        }

    def add(self, pair: Pair) -> None:
        """Adds what a pair measured."""
        self.descriptions = pair.descriptions
        self.ratios.append(ratio_of_pair(pair.quads))
        for seconds, blocks in zip(self.step_seconds, ((0, 3), (1, 2))):
            seconds.append(median(quad[at] for quad in pair.quads for at in blocks) / pair.steps)


def compare(question: Question, progress: Callable[[Answer], None]) -> Answer:
    """Times pair after pair until the interval is narrow enough or time is up; after Ctrl-C, returns what it has."""
    answer, start = Answer(question), monotonic()
    try:
        while not answer.end:
            order = len(answer.ratios) % 2
            answer.add(time_pair(question.sides(), question.seconds_per_pair, order))
            answer.seconds = monotonic() - start
            answer.end = _reason_to_end(answer)
            progress(answer)
    except KeyboardInterrupt:
        answer.end = "interrupted"
    return answer


def _reason_to_end(answer: Answer) -> str:
    """Why no further pair is timed; empty if one is."""
    pairs, question = len(answer.ratios), answer.question
    if pairs in LOOKS and answer.estimate and answer.estimate.half_width <= question.half_width:
        return "precise enough"
    if pairs == LOOKS[-1]:
        return f"{pairs} pairs"
    if answer.seconds * (pairs + 1) / pairs > question.time_limit:
        return "time limit"
    return ""
